"""已办事项 · What the log already tells of a row's hazard, so that only new cells become steps.

A cell may repeat any value its field ever had; another value would change what has been answered for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from contracts import hazard as life
from contracts.codes import category_name
from contracts.deadlines import moved_to
from contracts.envelope import Envelope
from contracts.ledger import FAILED, PASSED
from contracts.values import Level, Named, Status
from services.hazard.ledger.identity import same
from services.hazard.ledger.row import HEADING_OF, Row
from services.hazard.lifecycle.evolving import evolve
from services.hazard.lifecycle.state import Hazard
from services.hazard.numbering import one_spelling
from services.hazard.occasion import SHANGHAI

PEOPLE = ("inspectors", "responsible", "reinspectors", "plan_accepted_by", "closed_by")
OF_A_ROUND = (
    "measures", "completed_on", "reinspected_on", "reinspectors", "reinspection_result", "closed_on",
    "closed_by",
)  # fmt: skip
COMPARED = (
    "inspected_on", "visit_kind", "description", "place", "category", "level", "advice", "basis", "clause",
    "plan_filed_on", "plan_accepted_on", "deadline", "notice", "served_on", *OF_A_ROUND[:3], "reinspection_result", "closed_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """过去 · The hazard as it stands, every value its fields ever had, and when a check last failed."""

    hazard: Hazard = field(default_factory=Hazard)
    told: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    failed_on: date | None = None

    @property
    def people(self) -> frozenset[str]:
        """人员 · The ids whose names are needed to compare a row's people."""
        return frozenset(
            str(person)
            for name in PEOPLE
            for value in self.told.get(name, ())
            for person in (value if isinstance(value, tuple) else (value,))
        )

    def has(self, name: str, value: object) -> bool:
        """已有 · The field had this value already."""
        return value in self.told.get(name, ())


def past_of(facts: Iterable[tuple[Envelope, life.HazardEvent]]) -> Past:
    """过去 · Folded from the hazard's events, in order."""
    hazard = Hazard()
    told: dict[str, list[object]] = {}
    failed_on: date | None = None
    for envelope, event in facts:
        on = envelope.occurredat.astimezone(SHANGHAI).date()
        for name, value in values_of(event, on, envelope.actor).items():
            if value not in (None, ()):
                told.setdefault(name, []).append(value)
        if isinstance(event, life.ReinspectionFailed):
            failed_on = on
        for name in forgotten(event):
            told.pop(name, None)
        hazard = evolve(hazard, event, envelope)
    return Past(hazard, {name: tuple(values) for name, values in told.items()}, failed_on)


def forgotten(event: life.HazardEvent) -> tuple[str, ...]:
    """重新开始 · The cells that begin anew: a round's when it is reopened, the plan's when it must be filed again."""
    match event:
        case life.HazardReopened():
            return OF_A_ROUND
        case life.HazardUpgraded():
            return (*OF_A_ROUND, "deadline", "responsible")
        case life.HazardDowngraded():
            return (
                "deadline",
                "responsible",
                "plan_filed_on",
                "plan_accepted_on",
                "plan_accepted_by",
                "clause",
            )
        case life.OrderWithdrawn():
            return ("deadline", "responsible", "notice", "served_on")
        case life.PlanReturned():
            return ("plan_filed_on",)
        case _:
            return ()


def values_of(event: life.HazardEvent, on: date, actor: str) -> dict[str, object]:
    """单元格值 · What one event says about the cells of its row."""
    return found(event, on, actor) or directed(event, on, actor) or ended(event, on, actor)


def found(event: life.HazardEvent, on: date, actor: str) -> dict[str, object]:
    """发现环节 · The cells of the find, its class and the advice."""
    match event:
        case life.HazardCaptured():
            told: dict[str, object] = {
                "inspected_on": on,
                "visit_kind": event.visit_kind,
                "inspectors": actor,
            }
            told |= {"advice": event.advice}
            return told | where(event) | {"basis": event.basis}
        case life.HazardSubmitted():
            return where(event)
        case life.HazardRegistered():
            return {"inspected_on": event.found_on}
        case life.HazardClassified() if not event.proposal:
            return {"category": event.category, "clause": event.clause}
        case life.HazardUpgraded():
            return {"clause": event.clause}
        case life.RectificationAdvised():
            return {"advice": event.advice, "basis": event.basis}
        case _:
            return {}


def where(event: life.HazardCaptured | life.HazardSubmitted) -> dict[str, object]:
    """描述 · What, where and of which category; words kept beside the log are compared with nothing."""
    words: dict[str, object] = {} if event.report else {"description": event.description}
    return words | {"place": event.place, "category": event.category}


def directed(event: life.HazardEvent, on: date, actor: str) -> dict[str, object]:
    """处置环节 · The cells of the deadline, of who is responsible, and of the plan."""
    match event:
        case life.RectificationOrdered():
            said: dict[str, object] = {"deadline": event.deadline, "responsible": event.responsible}
            return said | {"notice": event.notice and one_spelling(event.notice)}
        case life.NoticeServed():
            return {"served_on": event.served_on, "deadline": event.deadline}
        case life.RectificationAsked() | life.RoundStarted():
            return {"deadline": event.deadline, "responsible": event.responsible}
        case life.ResponsibleAssigned():
            return {"responsible": event.responsible}
        case life.PlanFiled():
            return {"plan_filed_on": on}
        case life.PlanAccepted():
            decided = {"plan_accepted_on": on, "plan_accepted_by": actor}
            return decided | {"deadline": event.deadline, "responsible": event.responsible}
        case event if deadline := moved_to(event):
            return {"deadline": deadline}
        case _:
            return {}


def ended(event: life.HazardEvent, on: date, actor: str) -> dict[str, object]:
    """整改复查销号 · The cells of a round and of the closure."""
    match event:
        case life.RectificationSubmitted():
            return {"measures": event.measures, "completed_on": event.completed_on, "responsible": actor}
        case life.FixedOnSpot():
            done = {"measures": event.measures, "completed_on": on, "responsible": event.fixed_by}
            seen = {"reinspected_on": on, "reinspectors": (event.witness,), "reinspection_result": True}
            return done | {"deadline": on} | (seen if event.verified else {})
        case life.ReinspectionPassed() | life.ReinspectionFailed():
            passed = isinstance(event, life.ReinspectionPassed)
            return {"reinspected_on": on, "reinspectors": event.inspectors, "reinspection_result": passed}
        case life.HazardClosed():
            return {"closed_on": on, "closed_by": actor}
        case _:
            return {}


def begins_new_round(row: Row, past: Past) -> bool:
    """新一轮 · The last check failed, and the row tells of a rectification completed since."""
    return (
        past.failed_on is not None
        and past.hazard.status is Status.RECTIFYING
        and row.completed_on is not None
        and row.completed_on >= past.failed_on
        and not past.has("completed_on", row.completed_on)
    )


def changes(row: Row, past: Past, names: Mapping[str, str]) -> tuple[str, ...]:
    """改动 · What the row would change of what is recorded, one sentence for each column.

    `names` gives the names of past.people; a person without a name is not compared.
    """
    if past.hazard.status is None:
        return ()
    fresh = OF_A_ROUND if begins_new_round(row, past) else ()
    found = [changed_value(row, past, name) for name in COMPARED if name not in fresh]
    found += [changed_people(row, past, name, names) for name in PEOPLE if name not in fresh]
    return tuple(change for change in found if change)


def changed_value(row: Row, past: Past, name: str) -> str | None:
    """改动的值 · None when the cell is empty, new, or has a value its field had before."""
    value = getattr(row, name)
    told: tuple[object, ...] = past.told.get(name, ())
    if name == "notice" and value:
        value = one_spelling(value)
    if name == "level":
        told = (past.hazard.level,)
        if value is Level.MAJOR and past.hazard.status in {Status.DRAFT, Status.REGISTERED}:
            return None  # registered as general a moment ago; the row's next step makes it major
    if value in (None, ()) or not told or any(alike(value, old) for old in told):
        return None
    hint = "；复查不合格的，请同时填写新的整改完成日期" if name == "reinspected_on" and past.failed_on else ""
    return f"「{HEADING_OF[name]}」已记为{shown(name, told[-1])}，本次为{shown(name, value)}，已记录的内容不能改动{hint}"


def changed_people(row: Row, past: Past, name: str, names: Mapping[str, str]) -> str | None:
    """改动的人 · None when the cell is empty, new, or names somebody it named before."""
    written = [same(person) for person in getattr(row, name)]
    told: list[set[str]] = []
    for value in past.told.get(name, ()):
        ids = value if isinstance(value, tuple) else (value,)
        if any(person not in names for person in ids):
            return None
        told.append({same(names[str(person)]) for person in ids})
    if not written or not told or any(agrees(name, written, old) for old in told):
        return None
    return (
        f"「{HEADING_OF[name]}」已记为其他人员，本次为{'、'.join(getattr(row, name))}，已记录的内容不能改动"
    )


def agrees(name: str, written: list[str], old: set[str]) -> bool:
    """人员一致 · The finder stands among the inspectors, the first responsible person is the one; else nobody new."""
    if name == "inspectors":
        return old <= set(written)
    return written[0] in old if name == "responsible" else set(written) <= old


def alike(value: object, old: object) -> bool:
    """相同 · Equal, but for spaces and the width of characters in texts."""
    if isinstance(value, tuple) and isinstance(old, tuple):
        return [same(str(part)) for part in value] == [same(str(part)) for part in old]
    if isinstance(value, str) and isinstance(old, str):
        return same(value) == same(old)
    return value == old


def shown(name: str, value: object) -> str:
    """显示 · A value as its office writes it."""
    if isinstance(value, Named):
        return f"「{value.zh}」"
    if name == "category":
        return f"「{value} {category_name(str(value))}」"
    if isinstance(value, bool):
        return f"「{PASSED if value else FAILED}」"
    if isinstance(value, tuple):
        return f"「{'；'.join(str(part) for part in value)}」"
    return value.isoformat() if isinstance(value, date) else f"「{value}」"
