"""整改指令事件 · The numbered paper that orders the hazards of one visit to be put right: its number, service, items.

Each event names the notice's number, once it has one, the enterprise and the hazards it is about.
"""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event
from contracts.limits import Counted, Limit
from contracts.numbering import DocumentKind
from contracts.terms import ServiceMethod
from contracts.values import (
    Digest,
    EnterpriseId,
    HazardNumber,
    Named,
    PersonId,
    SealedText,
    ShortText,
    Text,
    Value,
    VisitKind,
)

HazardId = EnterpriseId  # a UUID, too
VisitId = EnterpriseId
NoticeId = EnterpriseId


class NoticeState(Named):
    """指令书状态 · Where a notice stands; from service on its items decide."""

    DRAFT = "DRAFT", "草拟"
    NUMBERED = "NUMBERED", "已编号"
    SERVED = "SERVED", "已送达"
    PARTLY_DONE = "PARTLY_DONE", "部分完成"
    DONE = "DONE", "全部完成"
    OVERDUE = "OVERDUE", "逾期"
    VOIDED = "VOIDED", "作废"


class ItemState(Named):
    """逐项状态 · How one hazard of a notice stands, as the hazard's own loop has it."""

    PENDING = "PENDING", "待责令"
    OPEN = "OPEN", "整改中"
    OVERDUE = "OVERDUE", "逾期"
    DONE = "DONE", "已完成"
    SUPERSEDED = "SUPERSEDED", "另行责令"


class NoticeItem(Value):
    """逐项内容 · One hazard with its deadline, a date or days from service; none for what was fixed on the spot."""

    hazard: HazardId
    number: HazardNumber
    deadline: date | None = None
    from_service: Limit | None = Field(None, description="自送达之日起 · Counted when the notice is served")
    fixed_on_spot: bool = False
    requirement: Text | None = Field(None, description="整改要求 · What the paper asks for")


class ServedItem(Value):
    """送达期限 · The deadline of one hazard as the service fixed it."""

    hazard: HazardId
    number: HazardNumber
    deadline: date
    counted: Counted | None = None


class NoticeDrafted(Event):
    """草拟指令书 · Which hazards of which visit it will order, each with its deadline; nothing binds anybody yet."""

    TYPE: ClassVar[str] = "notice.drafted"
    enterprise: EnterpriseId
    visit: VisitId
    visit_kind: VisitKind
    office: ShortText = Field(description="单位 · The organisation that issues it")
    kind: DocumentKind = DocumentKind.RECTIFICATION_ORDER
    items: tuple[NoticeItem, ...] = Field(min_length=1)


class OfNotice(Event):
    """指令书 · What every event of a numbered notice carries."""

    number: ShortText
    enterprise: EnterpriseId


class NoticeNumbered(OfNotice):
    """指令书编号 · It has the next number of its office's series; the hazards may be ordered under it."""

    TYPE: ClassVar[str] = "notice.numbered"
    office: ShortText
    kind: DocumentKind
    year: int
    n: int = Field(ge=1)
    visit: VisitId
    hazards: tuple[HazardId, ...]


class NoticeItemOrdered(OfNotice):
    """逐项责令 · One hazard of it was ordered to be put right."""

    TYPE: ClassVar[str] = "notice.item-ordered"
    hazard: HazardId
    hazard_number: HazardNumber
    responsible: PersonId


class NoticeServed(OfNotice):
    """指令书送达 · It came to whom it binds; deadlines given in days are counted from here."""

    TYPE: ClassVar[str] = "notice.served"
    method: ServiceMethod
    recipient: PersonId | None = None
    served_on: date
    place: ShortText | None = None
    consent: Digest | None = Field(None, description="送达确认书 · The party's consent to electronic service")
    hazards: tuple[HazardId, ...] = Field(description="隐患 · Those it orders and those fixed on the spot")
    items: tuple[ServedItem, ...] = Field(description="逐项期限 · The deadlines in force from here on")
    state: NoticeState


class NoticeAcknowledged(OfNotice):
    """签收指令书 · Somebody of the enterprise signed for it; the signature stands beside the log, erasable."""

    TYPE: ClassVar[str] = "notice.acknowledged"
    person: PersonId
    capacity: ShortText = Field(description="身份、职务 · In which capacity, e.g. 安全管理人员")
    signature: SealedText
    place: ShortText
    hazards: tuple[HazardId, ...]


class NoticeSignatureRefused(OfNotice):
    """拒绝签收 · Somebody would not sign for it; witnesses or pictures show that it was offered (AQF 68)."""

    TYPE: ClassVar[str] = "notice.signature-refused"
    refused_by: PersonId | None = None
    reason: Text
    witnesses: tuple[PersonId, ...] = ()
    photos: tuple[Digest, ...] = ()
    reported_to: ShortText | None = None
    hazards: tuple[HazardId, ...]


class NoticeVoided(Event):
    """指令书作废 · It binds nobody; a number it had stays its own. Orders given under it are withdrawn."""

    TYPE: ClassVar[str] = "notice.voided"
    number: ShortText | None = None
    enterprise: EnterpriseId
    reason: Text
    hazards: tuple[HazardId, ...]


class OfItem(OfNotice):
    """逐项 · One hazard of a notice, how many of all are done, and where the whole notice stands after it."""

    hazard: HazardId
    hazard_number: HazardNumber
    state: NoticeState
    done: int = Field(ge=0)
    items: int = Field(ge=1)


class NoticeItemDone(OfItem):
    """逐项完成 · A hazard of it was struck off; `state` says whether all are done."""

    TYPE: ClassVar[str] = "notice.item-done"


class NoticeItemOverdue(OfItem):
    """逐项逾期 · The deadline of a hazard of it passed."""

    TYPE: ClassVar[str] = "notice.item-overdue"
    deadline: date


class NoticeItemReopened(OfItem):
    """逐项恢复整改 · A hazard of it is to be put right after all, or again, within a deadline that has not passed."""

    TYPE: ClassVar[str] = "notice.item-reopened"


class NoticeItemSuperseded(OfItem):
    """逐项另行责令 · A hazard of it stands under a later order; this notice no longer waits for it."""

    TYPE: ClassVar[str] = "notice.item-superseded"


NoticeEvent = (
    NoticeDrafted
    | NoticeNumbered
    | NoticeItemOrdered
    | NoticeServed
    | NoticeAcknowledged
    | NoticeSignatureRefused
    | NoticeVoided
    | NoticeItemDone
    | NoticeItemOverdue
    | NoticeItemReopened
    | NoticeItemSuperseded
)
