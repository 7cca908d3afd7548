"""数一数 · What the tallies must say of a life at any moment, counted anew from its log."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from contracts.values import Level, Status
from lives.life import KEY, Life, Step
from services.jetstream import Recorded
from services.projections.shanghai import day
from services.projections.tallying.hazard import SILENT, Hazard, marks_of, take

LOG = "5f2cbe52-3a49-4c8f-8a7e-0d1c9f8b6a11"
NEVER_COUNTED = {
    Status.DRAFT,
    Status.PENDING_CONFIRMATION,
    Status.NOT_A_HAZARD,
    Status.DUPLICATE,
    Status.VOIDED,
}


COUNTED = (
    "found",
    "found_general",
    "found_major",
    "found_rectified",
    "found_closed",
    "found_on_spot",
    "found_major_closed",
    "due",
    "due_in_time",
    "due_unrectified",
    "rectified",
    "closed",
    "relapsed",
)


def recorded(steps: list[Step], first: int = 1, key: str = KEY) -> list[Recorded]:
    """The log of a life, as a projection reads it."""
    return [
        Recorded(
            LOG,
            first + number,
            step.envelope.time,
            step.envelope.model_copy(update={"subject": f"hazard/{key}"}),
            step.event,
        )
        for number, step in enumerate(steps)
    ]


def on(steps: list[Step], *types: str) -> date | None:
    """The day of the last such event."""
    days = [day(step.envelope.occurredat) for step in steps if step.type in types]
    return days[-1] if days else None


def recounted(steps: list[Step]) -> Counter[tuple[str, date, str]]:
    """重新计数 · By domain/tallies.md d.3, from the log and the state the rules fold of it."""
    counts: Counter[tuple[str, date, str]] = Counter()
    now = steps[-1].after
    if now.status in NEVER_COUNTED:
        return counts
    major = now.level is Level.MAJOR
    upgraded = [step.type for step in steps if step.type in {"upgraded", "downgraded"}][-1:] == ["upgraded"]
    put_right, closed = now.status in {Status.VERIFIED, Status.CLOSED}, now.status is Status.CLOSED
    counted: list[tuple[date | None, str, bool]] = [
        (now.found_on, "found", True),
        (now.found_on, "found_general", upgraded or not major),
        (now.found_on, "found_major", major),
        (now.found_on, "found_rectified", put_right),
        (now.found_on, "found_closed", closed),
        (now.found_on, "found_on_spot", any(step.type == "fixed-on-spot" for step in steps)),
        (now.found_on, "found_major_closed", major and closed),
        (now.deadline, "due", True),
        (now.deadline, "due_in_time", put_right and in_time(steps, now.deadline)),
        (now.deadline, "due_unrectified", not put_right),
        (seen_on(steps), "rectified", put_right),
        (on(steps, "closed"), "closed", closed),
        *((day(step.envelope.occurredat), "relapsed", True) for step in steps if step.type == "reopened"),
    ]
    counts.update((now.division, when, name) for when, name, yes in counted if yes and when is not None)
    return counts


def in_time(steps: list[Step], deadline: date | None) -> bool:
    said = on(steps, "rectification-submitted", "fixed-on-spot")
    return bool(said and deadline and said <= deadline)


def seen_on(steps: list[Step]) -> date | None:
    seen = [
        s
        for s in steps
        if s.type == "reinspection-passed" or (s.type == "fixed-on-spot" and s.event.verified)
    ]
    return on(seen, "reinspection-passed", "fixed-on-spot")


def told_of(row: Hazard) -> Counter[tuple[str, date, str]]:
    """What the tallies add for a hazard, so far as it is counted anew here."""
    counts: Counter[tuple[str, date, str]] = Counter()
    for place, days in marks_of(row).items():
        for when, amounts in days.items():
            of = Counter(amounts)
            of["found_general"] = of["found"] - of["found_major"] + of["upgraded"]
            of["due_unrectified"] = of["due"] - of["due_rectified"]
            counts.update({(place.division, when, name): of[name] for name in COUNTED if of[name]})
    return counts


def the_tallies_agree_with_the_log(life: Life) -> Iterator[str]:
    """A tally computed from the log at time t equals the projection at t (as-of equality)."""
    row = Hazard(UUID(KEY))
    for number, each in enumerate(recorded(life.steps), start=1):
        if type(each.event) not in SILENT:
            take(row, each)
        if number < len(life.steps) and life.steps[number].command == life.steps[number - 1].command:
            continue  # what one command says is said at one time
        told, counted = told_of(row), recounted(life.steps[:number])
        if told != counted:
            yield f"after {number} events {dict(told - counted)} instead of {dict(counted - told)}"
