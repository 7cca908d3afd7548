"""朴素计算 · The figures of a log by reading it from the start, hazard by hazard, as domain/tallies.md says it.

Written apart from services/projections/tallying: no differences, no sums that are kept, no state but the events.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from contracts import enterprise, hazard
from contracts.division import prefix
from contracts.division_tree import DivisionsAmended
from contracts.values import SOURCE_GROUPS
from services.jetstream import Recorded

SHANGHAI = ZoneInfo("Asia/Shanghai")
H = hazard
SETS_DEADLINE = (H.RectificationOrdered, H.RectificationAsked, H.PlanAccepted)
LOOKED = (H.ReinspectionPassed, H.ReinspectionFailed)


def on(each: Recorded) -> date:
    return each.envelope.occurredat.astimezone(SHANGHAI).date()


@dataclass
class Told:
    """One hazard's events up to a point, questioned again for each figure."""

    events: list[Recorded]
    repeated: bool = False

    def all(self, *kinds: Any) -> list[Recorded]:
        return [each for each in self.events if isinstance(each.event, kinds)]

    def last(self, *kinds: Any) -> Recorded | None:
        return next(iter(reversed(self.all(*kinds))), None)

    def since(self, *kinds: Any) -> "Told":
        """What happened after the last of these; everything if none did."""
        found = self.last(*kinds)
        return self if found is None else Told([e for e in self.events if e.position > found.position])

    @cached_property
    def registered(self) -> Recorded | None:
        return self.last(H.HazardRegistered)

    @cached_property
    def counts(self) -> bool:
        ended = self.all(H.HazardRejected, H.HazardMarkedDuplicate, H.HazardVoided)
        return self.registered is not None and not ended

    @cached_property
    def found_on(self) -> date:
        return on(self.all(H.HazardCaptured)[0])

    @cached_property
    def division(self) -> str:
        return (self.registered or self.events[-1]).envelope.division or ""

    @cached_property
    def holder(self) -> str:
        taken = self.last(H.TransferAccepted)
        return taken.event.holder.division if taken else self.division

    @cached_property
    def major(self) -> bool:
        level = "GENERAL"
        for each in self.events:
            match each.event:
                case H.HazardRegistered() as event:
                    level = event.level
                case H.HazardClassified(proposal=False) as event:
                    level = event.level
                case H.MajorHazardRegistered() | H.HazardUpgraded():
                    level = "MAJOR"
                case H.HazardDowngraded():
                    level = "GENERAL"
        return level == "MAJOR"

    @cached_property
    def upgraded(self) -> bool:
        return self.major and bool(self.since(H.HazardDowngraded).all(H.HazardUpgraded))

    @cached_property
    def category(self) -> str:
        category = ""
        for each in self.events:
            match each.event:
                case H.HazardCaptured() as event:
                    category = event.category or ""
                case H.HazardSubmitted() | H.HazardRegistered() as event:
                    category = event.category
                case H.HazardClassified(proposal=False) as event:
                    category = event.category
                case H.HazardCorrected() as event:
                    for change in event.changes:
                        category = change.after if change.field == "category" else category
        return category

    @cached_property
    def group(self) -> str:
        return SOURCE_GROUPS[(self.registered or self.all(H.HazardCaptured)[0]).event.source]

    @cached_property
    def deadline(self) -> date | None:
        deadline: date | None = None
        for each in self.events:
            match each.event:
                case (
                    H.RectificationOrdered() | H.RectificationAsked() | H.PlanAccepted() | H.RoundStarted()
                ) as event:
                    deadline = event.deadline
                case H.NoticeServed() | H.ExtensionGranted() as event:
                    deadline = event.deadline or deadline
                case H.DeadlineRecomputed(what="RECTIFICATION") as event:
                    deadline = event.recomputed
                case H.HazardUpgraded() | H.HazardDowngraded() | H.OrderWithdrawn():
                    deadline = None
        return deadline

    @cached_property
    def status(self) -> str:
        """Only as far as figures ask: open, verified, closed."""
        after = {
            H.HazardClosed: "closed",
            H.ReinspectionPassed: "verified",
            **dict.fromkeys(
                (
                    *(H.RectificationSubmitted, H.ReinspectionFailed, H.RoundStarted, H.HazardReopened),
                    *(*SETS_DEADLINE, H.OrderWithdrawn, H.HazardDowngraded, H.PlanRequired),
                    H.HazardRegistered,
                ),
                "open",
            ),
        }
        status = "open"
        for each in self.events:
            if isinstance(each.event, H.FixedOnSpot):
                status = "verified" if each.event.verified else "open"
            status = after.get(type(each.event), status)
        return status

    @cached_property
    def rectified(self) -> bool:
        return self.status in ("verified", "closed")

    @cached_property
    def submission(self) -> date | None:
        """Of the current round."""
        said = self.since(H.RoundStarted, H.HazardUpgraded).last(H.RectificationSubmitted, H.FixedOnSpot)
        return on(said) if said else None

    @cached_property
    def verified_on(self) -> date | None:
        if not self.rectified:
            return None
        found = [
            each
            for each in self.since(H.HazardReopened).all(H.ReinspectionPassed, H.FixedOnSpot)
            if getattr(each.event, "verified", True)
        ]
        return on(found[-1]) if found else None

    @cached_property
    def submissions(self) -> list[tuple[date, bool]]:
        """Each time it was said to be put right, and whether somebody looked before it was said again."""
        said: list[tuple[date, bool]] = []
        for each in self.events:
            match each.event:
                case H.RectificationSubmitted() | H.FixedOnSpot(verified=False):
                    said.append((on(each), False))
                case H.ReinspectionPassed() | H.ReinspectionFailed() if said:
                    said[-1] = (said[-1][0], True)
        return said

    @cached_property
    def days_taken(self) -> tuple[int | None, int | None]:
        back = self.last(H.HazardReopened)
        began = self.last(*SETS_DEADLINE, H.HazardReopened)
        withdrawn = self.last(H.OrderWithdrawn)
        if (
            began is None
            or (withdrawn and withdrawn.position > began.position)
            or (self.all(H.FixedOnSpot) and not back)
        ):
            return None, None
        ends = (self.submission, self.verified_on)
        first, last = (None if end is None else max((end - on(began)).days, 0) for end in ends)
        return first, last


@dataclass
class Naive:
    """Everything up to a position of a log, for one division and days."""

    log: Sequence[Recorded]
    division: str
    first: date
    last: date
    today: date
    keep: Callable[[Told], bool] = lambda _: True
    position: int | None = None
    told: list[Told] = field(default_factory=list)

    def __post_init__(self) -> None:
        end = self.position if self.position is not None else len(self.log)
        self.log = list(takewhile(lambda each: each.position <= end, self.log))
        by: dict[str, list[Recorded]] = {}
        for each in self.log:
            by.setdefault(each.envelope.subject, []).append(each)
        self.streams = by
        hazards = [Told(events) for subject, events in by.items() if subject.startswith("hazard/")]
        registered = sorted((t for t in hazards if t.registered), key=lambda t: t.registered.position)
        seen: dict[tuple[str, str], list[date]] = {}
        for each in registered:
            event = each.registered.event
            before = seen.setdefault((event.enterprise, event.category), [])
            each.repeated = any(
                timedelta(0) <= each.found_on - other <= timedelta(days=365) for other in before
            )
            before.append(each.found_on)
        self.hazards = hazards
        self.told = [each for each in hazards if each.counts and self.keep(each)]

    @cached_property
    def tree(self) -> list[Recorded]:
        return self.of_kind(DivisionsAmended)

    @cached_property
    def answered(self) -> set[str]:
        """The notices of which a hazard was said to be put right while it stood under them."""
        answered = set()
        for told in self.hazards:
            under = ""
            for each in told.events:
                match each.event:
                    case H.RectificationOrdered() as event:
                        under = event.notice_id or under
                    case H.OrderWithdrawn():
                        under = ""
                    case H.RectificationSubmitted():
                        answered.add(under)
        return answered

    def within(self, day: date | None, division: str) -> bool:
        return day is not None and self.first <= day <= self.last and self.stands(division, day)

    def stands(self, division: str, day: date) -> bool:
        """Whether a place stood under the division asked about on a day, by the tree and else by its digits."""
        moved: dict[tuple[str, date], Any] = {}
        for each in self.tree:
            for entry in each.event.entries:
                moved[entry.code, entry.valid_from] = entry
        for entry in moved.values():
            until = entry.valid_until or day
            if (
                division.startswith(prefix(entry.code))
                and not self.division.startswith(prefix(entry.code))
                and entry.valid_from <= day <= until
            ):
                return prefix(entry.parent).startswith(self.division)
        return division.startswith(self.division)

    def many(self, day: Callable[[Told], date | None], if_: Callable[[Told], Any] = lambda _: True) -> int:
        return sum(self.within(day(each), each.division) and bool(if_(each)) for each in self.told)

    def found(self, if_: Callable[[Told], Any] = lambda _: True) -> int:
        return self.many(lambda t: t.found_on, if_)

    def due(self, if_: Callable[[Told], Any] = lambda _: True) -> int:
        return self.many(lambda t: t.deadline, if_)

    def each_day(self, days: Callable[[Told], Iterable[date]]) -> int:
        return sum(self.within(day, told.division) for told in self.told for day in days(told))

    def of_kind(self, kind: Any) -> list[Recorded]:
        return [each for each in self.log if isinstance(each.event, kind)]

    def place_of(self, each: Recorded) -> str:
        """Where an enterprise stood when something happened at it."""
        firm = self.streams.get(f"enterprise/{each.event.enterprise}", [])
        known = [
            e
            for e in firm
            if e.position < each.position and isinstance(e.event, enterprise.EnterpriseRegistered)
        ]
        return known[0].event.division if known else each.envelope.division or ""


def pct(part: int, whole: int) -> float | None:
    """Half up, in whole hundredths, without any decimals on the way."""
    return (part * 20_000 + whole) // (2 * whole) / 100 if whole else None
