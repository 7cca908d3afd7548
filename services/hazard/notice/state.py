"""指令书状态 · What the rules need to know of a notice, and nothing more."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from contracts.limits import Limit
from contracts.notice import ItemState, NoticeState
from contracts.numbering import DocumentKind, NumberDrawn
from contracts.values import PersonId, VisitKind
from services.hazard.occasion import Occasion
from services.hazard.refused import MayNot, Refused

SETTLED = frozenset({ItemState.DONE, ItemState.SUPERSEDED})


class NoticeNotAtThisStage(Refused):
    """指令书当前状态不允许此操作 · The notice does not stand where this step starts."""


class NotTheIssuer(MayNot):
    """只有制作单位可以办理 · A notice is numbered, served and voided by the office that issues it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """逐项 · One hazard of the notice: the term it was given, and how its own loop stands."""

    hazard: str
    number: str
    deadline: date | None = None
    limit: Limit | None = None
    fixed_on_spot: bool = False
    state: ItemState = ItemState.PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """指令书 · The state that rules read; made by evolving events, never written."""

    version: int = 0
    id: str | None = None
    last_at: datetime | None = None
    division: str = ""
    office: str = ""
    author: PersonId = ""
    enterprise: str = ""
    visit: str = ""
    visit_kind: VisitKind | None = None
    kind: DocumentKind = DocumentKind.RECTIFICATION_ORDER
    items: tuple[Item, ...] = ()
    number: str | None = None
    year: int = 0
    n: int = 0
    numbered_on: date | None = None
    paper: bool = False  # its number was on the paper before this system was told of it
    served_on: date | None = None
    acknowledged: frozenset[PersonId] = frozenset()
    refused: bool = False
    witnesses: int = 0
    filmed: bool = False
    voided: bool = False

    @property
    def state(self) -> NoticeState:
        """状态 · Until service its own; from then on that of its items, an overdue one first."""
        if self.voided:
            return NoticeState.VOIDED
        if self.number is None:
            return NoticeState.DRAFT
        if self.served_on is None:
            return NoticeState.NUMBERED
        states = {item.state for item in self.items if not item.fixed_on_spot}
        if ItemState.OVERDUE in states:
            return NoticeState.OVERDUE
        if states <= SETTLED:
            return NoticeState.DONE
        return NoticeState.PARTLY_DONE if ItemState.DONE in states else NoticeState.SERVED

    @property
    def hazards(self) -> tuple[str, ...]:
        """隐患 · Whom it is about."""
        return tuple(item.hazard for item in self.items)

    @property
    def done(self) -> int:
        """已完成数 · How many items wait for nothing any more."""
        return sum(item.state in SETTLED for item in self.items)

    @property
    def drawn(self) -> NumberDrawn | None:
        """文号 · The number that was drawn for it; a paper's own is not the series' to void."""
        if self.number is None or self.paper:
            return None
        return NumberDrawn(
            office=self.office,
            kind=self.kind,
            year=self.year,
            n=self.n,
            number=self.number,
            document=f"notice/{self.id}",
        )

    def item(self, hazard: str) -> Item | None:
        """某项 · The item of a hazard, by its id or its number."""
        return next((item for item in self.items if hazard in {item.hazard, item.number}), None)

    def with_item(self, hazard: str, state: ItemState) -> "Notice":
        """改项 · The notice with one item standing otherwise."""
        items = (replace(item, state=state) if item.hazard == hazard else item for item in self.items)
        return replace(self, items=tuple(items))

    def must_be(self, *states: NoticeState, act: str) -> None:
        """所处状态 · Refuse a step that does not start here. Raises NoticeNotAtThisStage."""
        if self.version == 0 or self.state not in states:
            here = self.state.zh if self.version else "未建立"
            allowed = "、".join(f"「{state.zh}」" for state in states)
            raise NoticeNotAtThisStage(f"指令书处于「{here}」，不能{act}；该操作只适用于{allowed}")

    def must_be_ours(self, occasion: Occasion, act: str) -> None:
        """制作单位 · Refuse another office. Raises NotTheIssuer."""
        if occasion.organisation != self.office:
            raise NotTheIssuer(f"指令书由「{self.office}」制作，「{occasion.organisation}」不能{act}")
