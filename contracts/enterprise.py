"""企业事件 · What happens to an enterprise or another regulated object, and to its credit code."""

from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event
from contracts.values import (
    DivisionCode,
    EnterpriseId,
    ObjectKind,
    PersonId,
    Post,
    RiskColour,
    ShortText,
    SizeClass,
    Standardisation,
    Text,
)


class EnterpriseRegistered(Event):
    """建档 · The file of an enterprise is opened (一企一档)."""

    TYPE: ClassVar[str] = "enterprise.registered"
    name: ShortText
    division: DivisionCode
    village: ShortText | None = Field(None, description="村社区 · Village or community, in words")
    credit_code: str | None = Field(None, description="统一社会信用代码")
    credit_code_doubtful: bool = Field(False, description="校验位不符，仅提示 · Check digit does not match")
    industry: ShortText | None = None
    object_kind: ObjectKind = ObjectKind.ENTERPRISE
    size_class: SizeClass | None = None
    address: ShortText | None = Field(None, description="生产经营地址，不含个人住址")
    tags: tuple[ShortText, ...] = ()
    standardisation: Standardisation | None = Field(
        None, description="标准化等级 · The yearly number of inspections may depend on it"
    )


class EnterpriseProfileChanged(Event):
    """档案变更 · Fields of the profile that changed; the others stay as they were."""

    TYPE: ClassVar[str] = "enterprise.profile-changed"
    name: ShortText | None = None
    village: ShortText | None = None
    credit_code: str | None = None
    credit_code_doubtful: bool | None = None
    industry: ShortText | None = None
    object_kind: ObjectKind | None = None
    size_class: SizeClass | None = None
    address: ShortText | None = None
    tags: tuple[ShortText, ...] | None = None
    standardisation: Standardisation | None = None


class EnterpriseGraded(Event):
    """风险定级 · The risk colour with its reason."""

    TYPE: ClassVar[str] = "enterprise.graded"
    colour: RiskColour
    previous: RiskColour | None = None
    reason: Text


class ResponsiblePersonNamed(Event):
    """责任人 · Who holds a responsible post, by id."""

    TYPE: ClassVar[str] = "enterprise.responsible-person-named"
    post: Post
    person: PersonId
    previous: PersonId | None = None


class EnterpriseSuspended(Event):
    """停产停业 · It does not operate for now."""

    TYPE: ClassVar[str] = "enterprise.suspended"
    reason: Text


class EnterpriseResumed(Event):
    """恢复生产经营 · It operates again."""

    TYPE: ClassVar[str] = "enterprise.resumed"
    reason: Text


class EnterpriseClosedDown(Event):
    """关闭注销 · It has ceased to exist as a regulated object."""

    TYPE: ClassVar[str] = "enterprise.closed-down"
    reason: Text


EnterpriseEvent = (
    EnterpriseRegistered
    | EnterpriseProfileChanged
    | EnterpriseGraded
    | ResponsiblePersonNamed
    | EnterpriseSuspended
    | EnterpriseResumed
    | EnterpriseClosedDown
)


class CreditCodeClaimed(Event):
    """信用代码登记 · A credit code belongs to one enterprise; its stream makes that unique."""

    TYPE: ClassVar[str] = "credit-code.claimed"
    code: str
    enterprise: EnterpriseId


class CreditCodeReleased(Event):
    """信用代码释放 · The enterprise no longer goes by this code."""

    TYPE: ClassVar[str] = "credit-code.released"
    code: str
    enterprise: EnterpriseId


CreditCodeEvent = CreditCodeClaimed | CreditCodeReleased
