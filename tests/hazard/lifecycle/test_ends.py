"""终局 · After an end nothing happens but what the law of the record allows: reopening, correcting, the case."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from contracts.regions import EnforcementState, Holder, TransferState
from contracts.values import Level, Role, Status
from given.lives import captured, major_verified, ordered, registered, verified
from given.story import DIVISION, ENTERPRISE, SYS, TWL, TWO, Life
from services.hazard.hazard_commands import COMMANDS, HazardCommand
from services.hazard.lifecycle.regions import Enforcement, Transfer
from services.hazard.lifecycle.reporting import (
    CaptureHazard,
    MarkDuplicate,
    VoidHazard,
    capture_hazard,
    mark_duplicate,
    void_hazard,
)
from services.hazard.lifecycle.state import Hazard, NotAtThisStage, OrderServed
from services.hazard.occasion import Ask
from services.hazard.refused import MayNot, Refused

ENDS = (Status.CLOSED, Status.NOT_A_HAZARD, Status.DUPLICATE, Status.VOIDED)
CASE_STEPS = {"link-case", "note-case-decision", "note-case-closure"}
STILL = {Status.CLOSED: {"reopen"}}
ALWAYS = {"correct-record"} | CASE_STEPS


def examples(ask: type[Ask]) -> list[Ask]:
    """Every body that the documentation shows for a command."""
    # Any: pydantic types what stands beside a schema as JSON.
    shown: Any = ask.model_config.get("json_schema_extra")
    return [ask.model_validate(body) for body in shown["examples"]]


@cache
def seen_removed() -> Hazard:
    return major_verified().hazard


def ended(status: Status, **regions: object) -> Life:
    """A hazard with everything a rule could want, at an end."""
    return Life(replace(seen_removed(), status=status, **regions)).later(9)


@pytest.mark.parametrize("status", ENDS, ids=lambda status: status.value)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.path)
def test_after_an_end_no_role_does_anything_but_what_the_record_allows(
    command: HazardCommand, status: Status
) -> None:
    if command.path in STILL.get(status, set()) | ALWAYS:
        return
    asks = examples(command.ask)
    asked = Transfer(state=TransferState.OFFERED, to=Holder(organisation="org-town", division=DIVISION))
    for level in Level:
        life = ended(status, level=level, transfer=asked)
        for role in Role:
            who = {**TWO, "role": role, "organisation": ENTERPRISE if role is Role.LND else "org-town"}
            for ask in asks:
                with pytest.raises(Refused):
                    life.when(command.rule, ask, who)


@pytest.mark.parametrize("status", ENDS, ids=lambda status: status.value)
def test_the_case_of_a_hazard_that_ended_goes_on(status: Status) -> None:
    referred = ended(status, enforcement=Enforcement(state=EnforcementState.REFERRED))
    steps = [command for command in COMMANDS if command.path in CASE_STEPS]

    life = referred.later(30)
    for command in steps:
        life = life.when(command.rule, examples(command.ask)[0], {**TWO, "role": Role.ENF})

    assert (life.hazard.status, life.hazard.enforcement.state) == (status, EnforcementState.CASE_CLOSED)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.TWL, Role.DPL}])
def test_only_leaders_void_what_is_registered(role: Role) -> None:
    reason = VoidHazard(reason="误录")

    registered().refused(MayNot, void_hazard, reason, {**TWO, "role": role})
    captured().refused(MayNot, void_hazard, reason, {**TWO, "role": role, "person": "p-other"})


def test_what_was_ordered_is_never_voided_even_after_it_came_back_to_registered() -> None:
    again = Life(replace(ordered().hazard, status=Status.REGISTERED)).later(1)

    again.refused(OrderServed, void_hazard, VoidHazard(reason="误录"), TWL)


def test_a_draft_is_no_duplicate_and_neither_is_what_is_being_put_right() -> None:
    other = replace(registered().hazard, number="HZ-330111-2026-000009")
    ask = MarkDuplicate(other=ENTERPRISE)
    for life in (captured(), ordered(), verified()):
        life.refused(NotAtThisStage, mark_duplicate, ask, TWO, other=other)


@pytest.mark.parametrize(
    "role",
    [role for role in Role if role not in {Role.TWN, Role.TWO, Role.TWL, Role.DPO, Role.DPL, Role.EXP}],
)
def test_only_town_and_department_mark_a_duplicate(role: Role) -> None:
    other = replace(registered().hazard, number="HZ-330111-2026-000009")

    registered().refused(
        MayNot, mark_duplicate, MarkDuplicate(other=ENTERPRISE), {**TWO, "role": role}, other=other
    )


def test_everybody_but_the_system_captures() -> None:
    for role in Role:
        who = {**TWO, "role": role}
        ask = examples(CaptureHazard)[0]
        if role is Role.SYS:
            Life().refused(MayNot, capture_hazard, ask, SYS)
        else:
            assert Life().when(capture_hazard, ask, who).hazard.status is Status.DRAFT
