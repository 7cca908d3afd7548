"""记下什么 · What each command leaves on record, event by event, compared with recorded.json: the contract with every reader.

Written anew with `PYTHONPATH=.:tests python tests/hazard/lifecycle/test_what_a_command_records.py`; then read the difference.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from contracts.limits import LimitUnit
from contracts.regions import CaseOutcome
from contracts.terms import Owing
from contracts.values import CauseClass, Role
from given.asks import asking, circumstances
from given.deadlines import SERVED, ordered_from_service, over
from given.everybody import LIVES, OTHER, REGIONS, draft, somebody
from given.lives import assigned, at_committee, day, registered, submitted
from given.story import OTHER_PHOTO, PHOTO, START, TWO, Life
from services.hazard.calendar.reading import read_calendar
from services.hazard.hazard_commands import COMMANDS, HazardCommand
from services.hazard.lifecycle.powers import EVERYBODY
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.serving import serve_notice
from services.hazard.policy import DayLimit
from services.hazard.refused import Refused

FILE = Path(__file__).parent / "recorded.json"
BY_PATH = {command.path: command for command in COMMANDS}
OWN_DRAFT = "a draft of one's own"
Form = tuple[Any, ...]  # the names of what is said
REMARK = {"remark": "现场核实"}
# What may be said besides what has to be said.
BESIDES: dict[str, dict[str, Any]] = {
    "submit": {"evidence_reason": "线上资料核查"},
    "confirm": {"note": "核实属实"},
    "classify": {"cause": CauseClass.CONDITION},
    "advise-rectification": {"standard": "接地电阻测试合格"},
    "urge-rectification": {"person": "p-301"},
    "report-progress": {"photos": (OTHER_PHOTO,)},
    "reinspect": {**REMARK, "others": ("p-companion",)},
    "close": REMARK,
    "accept-transfer": REMARK,
    "escalate-to-department": REMARK,
    "propose-penalty": {**REMARK, "file": (PHOTO,)},
    "refer-to-enforcement": {"file": (PHOTO,)},
    "agree-extension": REMARK,
    "grant-extension": REMARK,
    "request-lift": {"acceptance_report": PHOTO},
    "lift-interim-measure": {"photos": (PHOTO, OTHER_PHOTO)},
    "record-signature-refusal": {"refused_by": "p-301"},
    "apply-compulsion": {"urgent": True, "urgent_reason": "已达爆炸下限的百分之四十"},
    "note-case-closure": {"case": OTHER, "outcome": CaseOutcome.WITHDRAWN},
    "correct-record": {"photos": (OTHER_PHOTO,), "object_text": "三层东侧"},
}


def failed() -> Life:
    """Submitted again after it was found wanting."""
    life = submitted()
    ask = Reinspect(result="fail", photos=(PHOTO,), remark="仍未接地", deadline=day(life, 5))
    return submitted(life.when(reinspect, ask, TWO))


def provisional() -> Life:
    """Served before the year's days off were published, and looked at afterwards."""
    published = read_calendar()
    off = frozenset(day for day in published.off if day.year < START.year)
    guessing = replace(published, version="2025.0", published=2025, off=off)
    limit = DayLimit(amount=10, unit=LimitUnit.WORKING_DAYS)
    life = replace(ordered_from_service(limit).later(8), calendar=guessing).when(serve_notice, SERVED, TWO)
    return replace(life, calendar=published)


STAGES = {
    **{f"{kind} {status}": begin for kind, lives in LIVES.items() for status, begin in lives.items()},
    **REGIONS,
    "returned twice": at_committee,
    "assigned by the committee": assigned,
    "long registered": lambda: registered().later(40),
    "re-inspection over": lambda: over(submitted(), Owing.REINSPECTION),
    "served from": ordered_from_service,
    "failed once": failed,
    "provisional": provisional,
}


@cache
def at(stage: str) -> Life:
    return STAGES[stage]()


def recorded(command: HazardCommand, stage: str, role: Role) -> list[dict[str, Any]] | None:
    """The events of it, or nothing when the rule says no."""
    who = somebody(role)
    life = draft(who) if stage == OWN_DRAFT else at(stage)
    ask = asking(command, life, who).model_copy(update=BESIDES.get(command.path, {}))
    try:
        events = life.when(command.rule, ask, who, **circumstances(command)).events
    except Refused:
        return None
    return [{"type": event.TYPE, **event.model_dump(mode="json", exclude_none=True)} for event in events]


def first_of_each_form() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """For each command and kind of hazard, the first stage and role for each form of what is recorded."""
    for command in COMMANDS:
        forms: set[tuple[str, Form]] = set()
        for stage in (OWN_DRAFT, *STAGES):
            for role in EVERYBODY if stage == OWN_DRAFT else Role:
                events = recorded(command, stage, role) or []
                form = tuple((tuple(event), event.get("proposal")) for event in events)
                kind = stage.partition(" ")[0]
                known = {form for at, form in forms if kind not in LIVES or at == kind}
                if form and form not in known:
                    yield f"{command.path}, {stage}, {role}", events
                forms.add((kind, form))


TOLD: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


@pytest.mark.parametrize("name", TOLD)
def test_a_command_leaves_on_record_what_it_always_has(name):
    path, stage, role = name.split(", ")

    assert recorded(BY_PATH[path], stage, Role(role)) == TOLD[name]


def test_every_command_is_among_them():
    assert {name.partition(",")[0] for name in TOLD} == set(BY_PATH)


if __name__ == "__main__":
    FILE.write_text(
        json.dumps(dict(first_of_each_form()), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
