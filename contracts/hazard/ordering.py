"""责令与要求整改 · Advice, orders, requests, and who has to do it."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.envelope import Step
from contracts.hazard.registered import OfRegistered
from contracts.limits import Limit
from contracts.values import (
    Certificate,
    EnterpriseId,
    Evidence,
    PersonId,
    ShortText,
    Text,
    UrgeChannel,
    VisitKind,
    Waiver,
)


class RectificationAdvised(OfRegistered):
    """整改建议 · Advice with its legal basis and the standard to meet; it orders nothing."""

    TYPE: ClassVar[str] = "hazard.rectification-advised"
    revision: int = Field(ge=1)
    advice: Text
    basis: tuple[ShortText, ...]
    standard: Text | None = None


class RectificationOrdered(OfRegistered):
    """责令整改 · A lawful order: numbered notice, certified officers, deadline, responsible person."""

    TYPE: ClassVar[str] = "hazard.rectification-ordered"
    VERSION: ClassVar[int] = 2
    STEPS: ClassVar[tuple[Step, ...]] = (dict,)  # until then every order named its date
    deadline: date | None = Field(
        None, description="整改期限 · Absent until service, when it is given in days"
    )
    from_service: Limit | None = Field(
        None, description="自送达之日起 · The deadline in days; hazard.notice-served fixes the date"
    )
    service_due: date | None = Field(
        None, description="送达期限 · The last day for its service, where its days run from there"
    )
    responsible: PersonId
    visit_kind: VisitKind
    visit: EnterpriseId | None = Field(
        None, description="检查标识 · The visit it comes from; absent in a ledger's row and in older orders"
    )
    notice: ShortText | None = None
    notice_id: EnterpriseId | None = Field(
        None, description="指令书 · The notice that lists it with others of its visit; a UUID"
    )
    certificates: tuple[Certificate, ...] = ()
    officers: tuple[PersonId, ...] = ()
    evidence: Evidence = Evidence.DOCUMENTS
    waived: tuple[Waiver, ...] = ()


class RectificationAsked(OfRegistered):
    """要求整改 · A request without the force of an order, or a deadline the enterprise set itself."""

    TYPE: ClassVar[str] = "hazard.rectification-asked"
    deadline: date
    responsible: PersonId
    self_set: bool = False


class ResponsibleAssigned(OfRegistered):
    """指定责任人 · Who has to put it right."""

    TYPE: ClassVar[str] = "hazard.responsible-assigned"
    responsible: PersonId
    previous: PersonId | None = None
    reason: Text | None = None


class RectificationUrged(OfRegistered):
    """督促 · A human being urged the enterprise; automatic reminders do not count."""

    TYPE: ClassVar[str] = "hazard.rectification-urged"
    channel: UrgeChannel
    person: PersonId | None = None
    content: Text
