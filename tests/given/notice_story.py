"""指令书故事 · given / when / then over the rules of a notice, and of the hazards it lists."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from contracts.envelope import Event
from contracts.numbering import DocumentKind, NumberDrawn
from contracts.values import VisitKind
from given.lives import registered
from given.sentences import is_for_people
from given.story import DIVISION, ENTERPRISE, POLICY, TWO, Life, envelope
from services.hazard.lifecycle.ordering import OrderRectification, order_rectification
from services.hazard.lifecycle.state import Hazard
from services.hazard.notice.drafting import DraftItem, DraftNotice, Visited, draft_notice
from services.hazard.notice.evolving import evolve
from services.hazard.notice.following import followed, ordered
from services.hazard.notice.numbering import NumberNotice, number_notice
from services.hazard.notice.serving import ServeWholeNotice, serve_whole_notice
from services.hazard.notice.state import Notice
from services.hazard.occasion import Occasion
from services.hazard.policy import Policy
from services.hazard.refused import Refused

NOTICE = str(UUID(int=1))
VISIT = str(UUID(int=2))
NUMBER = "（杭滨）应急责改〔2026〕1号"
VISITED = Visited(
    key=VISIT,
    version=1,
    enterprise=ENTERPRISE,
    division=DIVISION,
    kind=VisitKind.ADMIN,
)
DRAWN = NumberDrawn(
    office=TWO["organisation"],
    kind=DocumentKind.RECTIFICATION_ORDER,
    year=2026,
    n=1,
    number=NUMBER,
    document=f"notice/{NOTICE}",
)
DIRECT = ServeWholeNotice(method="DIRECT", recipient="p-boss")


def key(nth: int) -> str:
    return str(UUID(int=100 + nth))


def number(nth: int) -> str:
    return f"HZ-330111-2026-{nth:06}"


def waiting(nth: int = 1) -> Life:
    """A registered hazard of its own number."""
    life = registered()
    return replace(life, hazard=replace(life.hazard, number=number(nth)))


def drafting(how_many: int = 2, **item: object) -> DraftNotice:
    term = item or {"from_service": {"amount": 15, "unit": "days"}}
    return DraftNotice(visit=VISIT, items=tuple(DraftItem(hazard=key(n), **term) for n in range(how_many)))


@dataclass(frozen=True)
class Paper:
    """一份指令书 · A notice so far, the hazards it lists, and the hour it is."""

    notice: Notice = field(default_factory=Notice)
    hazards: dict[str, Life] = field(default_factory=dict)
    at: datetime = registered().at
    events: tuple[Event, ...] = ()
    policy: Policy = POLICY

    def occasion(self, who: dict = TWO, **more: object) -> Occasion:
        return Life(at=self.at, policy=self.policy).occasion(who, **more)

    def after(self, events: tuple[Event, ...], who: dict = TWO) -> "Paper":
        notice = self.notice
        for event in events:
            notice = evolve(notice, event, envelope(event, self.occasion(who), notice.version + 1))
        return replace(self, notice=notice, events=events)

    def when(self, rule, ask, who: dict = TWO, **given: object) -> "Paper":
        return self.after(rule(self.notice, ask, self.occasion(who), **given), who)

    def refused(self, refusal: type[Refused], rule, ask, who: dict = TWO, **given: object) -> str:
        with pytest.raises(refusal) as told:
            self.when(rule, ask, who, **given)
        assert type(told.value) is refusal
        assert is_for_people(told.value.detail), told.value.detail
        return told.value.detail

    def drafted(self, ask: DraftNotice | None = None, visited: Visited = VISITED, **more) -> "Paper":
        hazards = {key(n): waiting(n) for n in range(2)} | self.hazards
        given = {"visited": visited, "hazards": {k: life.hazard for k, life in hazards.items()}, **more}
        return replace(self, hazards=hazards).when(draft_notice, ask or drafting(), **given)

    def numbered(self) -> "Paper":
        return self.when(number_notice, NumberNotice(), drawn=DRAWN)

    def order(self, nth: int, **more: object) -> "Paper":
        """One hazard ordered under it, by its own rule; the notice is told."""
        life = self.hazards[key(nth)]
        fields = {
            "notice_id": self.notice.id,
            "responsible": "p-boss",
        }
        ask = OrderRectification(**{**fields, **more})
        life = life.when(order_rectification, ask, TWO, notice=self.notice)
        told = self.after(ordered(self.notice, key(nth), life.hazard))
        return replace(told, hazards={**self.hazards, key(nth): life})

    def served(self, ask: ServeWholeNotice = DIRECT) -> "Paper":
        return self.when(serve_whole_notice, ask, served={})

    def in_force(self) -> "Paper":
        paper = self.drafted().numbered()
        for nth in range(len(paper.notice.items)):
            paper = paper.order(nth)
        return paper.served()

    def follows(self, nth: int, hazard: Hazard) -> "Paper":
        return self.after(followed(self.notice, key(nth), hazard))

    def later(self, days: int) -> "Paper":
        return replace(self, at=self.at + timedelta(days=days))
