"""企业 · The file of an enterprise or another regulated object; pure rules."""

from dataclasses import dataclass, replace
from typing import assert_never

from pydantic import Field

from contracts.enterprise import (
    CreditCodeClaimed,
    CreditCodeEvent,
    CreditCodeReleased,
    EnterpriseClosedDown,
    EnterpriseEvent,
    EnterpriseGraded,
    EnterpriseProfileChanged,
    EnterpriseRegistered,
    EnterpriseResumed,
    EnterpriseSuspended,
    ResponsiblePersonNamed,
)
from contracts.envelope import Envelope
from contracts.values import (
    DivisionCode,
    ObjectKind,
    PersonId,
    Post,
    RiskColour,
    Role,
    ShortText,
    SizeClass,
    Standardisation,
    Text,
)
from services.hazard.occasion import OFFICE_ROLES, Ask, Occasion
from services.hazard.refused import MayNot, Refused

KEEPERS = OFFICE_ROLES | {Role.GRID, Role.VIL}


class NotRegistered(Refused):
    """企业未建档 · There is no file of this enterprise."""


class AlreadyRegistered(Refused):
    """企业已建档 · There is a file of this enterprise already."""


class AlreadyClosedDown(Refused):
    """企业已关闭注销 · The file is closed."""


class NothingChanged(Refused):
    """没有变化 · The ask names nothing that differs from the file."""


class CreditCodeTaken(Refused):
    """统一社会信用代码已被其他企业使用 · A credit code belongs to one enterprise."""


class NotSuspended(Refused):
    """企业没有停产停业 · Only a suspended enterprise resumes."""


class MayNotKeepFile(MayNot):
    """无权维护企业档案 · Files are kept by the office, the grid and the village; an enterprise changes its own profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """企业 · The state that rules read."""

    version: int = 0
    id: str | None = None
    name: str = ""
    division: str = ""
    credit_code: str | None = None
    profile: EnterpriseRegistered | None = None
    colour: RiskColour | None = None
    persons: tuple[tuple[Post, PersonId], ...] = ()
    suspended: bool = False
    closed_down: bool = False

    def must_operate(self) -> None:
        """在册 · Refuse what cannot be done to a file that is not there or is closed."""
        if self.id is None:
            raise NotRegistered
        if self.closed_down:
            raise AlreadyClosedDown


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditCode:
    """信用代码 · Which enterprise goes by this code."""

    version: int = 0
    enterprise: str | None = None


class RegisterEnterprise(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "name": "蜀山精密机械有限公司",
                "division": "330111005000",
                "credit_code": "91330424MA28AQAQXU",
                "village": "湖滨社区",
                "industry": "机械",
                "size_class": "BELOW",
                "tags": ["喷涂"],
            }
        ]
    },
):
    """企业建档 · A doubtful credit code is warned about, never refused."""

    name: ShortText
    division: DivisionCode
    village: ShortText | None = None
    credit_code: ShortText | None = Field(None, description="统一社会信用代码；校验位不符只提示")
    industry: ShortText | None = None
    object_kind: ObjectKind = ObjectKind.ENTERPRISE
    size_class: SizeClass | None = None
    address: ShortText | None = None
    tags: tuple[ShortText, ...] = ()
    standardisation: Standardisation | None = None


class ChangeProfile(Ask, json_schema_extra={"examples": [{"size_class": "ABOVE", "industry": "机械"}]}):
    """变更档案 · Only the named fields change."""

    name: ShortText | None = None
    village: ShortText | None = None
    credit_code: ShortText | None = None
    industry: ShortText | None = None
    object_kind: ObjectKind | None = None
    size_class: SizeClass | None = None
    address: ShortText | None = None
    tags: tuple[ShortText, ...] | None = None
    standardisation: Standardisation | None = None


class GradeEnterprise(
    Ask, json_schema_extra={"examples": [{"colour": "ORANGE", "reason": "涉粉作业，逾期隐患两条"}]}
):
    """风险定级 · The colour and why."""

    colour: RiskColour
    reason: Text


class NameResponsiblePerson(Ask, json_schema_extra={"examples": [{"post": "MAIN", "person": "p-301"}]}):
    """登记责任人 · Who holds a responsible post, by person id."""

    post: Post
    person: PersonId


class SuspendEnterprise(Ask, json_schema_extra={"examples": [{"reason": "停产整改"}]}):
    """停产停业 · It does not operate for now."""

    reason: Text


class ResumeEnterprise(Ask, json_schema_extra={"examples": [{"reason": "复查合格，恢复生产"}]}):
    """恢复生产经营 · After a suspension."""

    reason: Text


class CloseDownEnterprise(Ask, json_schema_extra={"examples": [{"reason": "注销登记"}]}):
    """关闭注销 · It has ceased to exist."""

    reason: Text


def check_keeper(occasion: Occasion, enterprise: Enterprise | None = None) -> None:
    """档案权限 · The office, grid and village keep files; an enterprise changes its own."""
    own = enterprise is not None and occasion.of_enterprise and occasion.organisation == enterprise.id
    if occasion.role not in KEEPERS and not own:
        raise MayNotKeepFile(f"{occasion.role.zh}无权维护企业档案")


def register_enterprise(
    enterprise: Enterprise, ask: RegisterEnterprise, occasion: Occasion, *, doubtful: bool
) -> tuple[EnterpriseRegistered, ...]:
    """企业建档 · Opens the file; `doubtful` is what the check digit says."""
    check_keeper(occasion)
    if enterprise.id is not None:
        raise AlreadyRegistered
    return (EnterpriseRegistered(**ask.model_dump(), credit_code_doubtful=doubtful),)


def change_profile(
    enterprise: Enterprise, ask: ChangeProfile, occasion: Occasion, *, doubtful: bool
) -> tuple[EnterpriseProfileChanged, ...]:
    """变更档案 · Only what really differs enters the event."""
    check_keeper(occasion, enterprise)
    enterprise.must_operate()
    before = enterprise.profile.model_dump() if enterprise.profile else {}
    changed = {
        key: value
        for key, value in ask.model_dump().items()
        if value is not None and value != before.get(key)
    }
    if not changed:
        raise NothingChanged
    if "credit_code" in changed:
        changed["credit_code_doubtful"] = doubtful
    return (EnterpriseProfileChanged(**changed),)


def grade_enterprise(
    enterprise: Enterprise, ask: GradeEnterprise, occasion: Occasion
) -> tuple[EnterpriseGraded, ...]:
    """风险定级 · By the office, with a reason."""
    check_office(occasion, "风险定级")
    enterprise.must_operate()
    if ask.colour is enterprise.colour:
        raise NothingChanged
    return (EnterpriseGraded(colour=ask.colour, previous=enterprise.colour, reason=ask.reason),)


def check_office(occasion: Occasion, act: str) -> None:
    """机关权限 · What only an office may do to an enterprise."""
    if occasion.role not in OFFICE_ROLES:
        raise MayNot(f"{occasion.role.zh}无权{act}")


def name_responsible_person(
    enterprise: Enterprise, ask: NameResponsiblePerson, occasion: Occasion
) -> tuple[ResponsiblePersonNamed, ...]:
    """登记责任人 · One person a post; the previous one is named in the event."""
    check_keeper(occasion, enterprise)
    enterprise.must_operate()
    previous = dict(enterprise.persons).get(ask.post)
    if previous == ask.person:
        raise NothingChanged
    return (ResponsiblePersonNamed(post=ask.post, person=ask.person, previous=previous),)


def suspend_enterprise(
    enterprise: Enterprise, ask: SuspendEnterprise, occasion: Occasion
) -> tuple[EnterpriseSuspended, ...]:
    """停产停业 · Recorded by the office."""
    check_office(occasion, "登记停产停业")
    enterprise.must_operate()
    if enterprise.suspended:
        raise NothingChanged
    return (EnterpriseSuspended(reason=ask.reason),)


def resume_enterprise(
    enterprise: Enterprise, ask: ResumeEnterprise, occasion: Occasion
) -> tuple[EnterpriseResumed, ...]:
    """恢复生产经营 · Recorded by the office."""
    check_office(occasion, "登记恢复生产经营")
    enterprise.must_operate()
    if not enterprise.suspended:
        raise NotSuspended
    return (EnterpriseResumed(reason=ask.reason),)


def close_down_enterprise(
    enterprise: Enterprise, ask: CloseDownEnterprise, occasion: Occasion
) -> tuple[EnterpriseClosedDown, ...]:
    """关闭注销 · Its file stays, its hazards keep their own loop."""
    check_office(occasion, "登记关闭注销")
    enterprise.must_operate()
    return (EnterpriseClosedDown(reason=ask.reason),)


def claim_credit_code(credit_code: CreditCode, code: str, enterprise: str) -> tuple[CreditCodeClaimed, ...]:
    """登记信用代码 · Refused when another enterprise goes by it."""
    if credit_code.enterprise not in {None, enterprise}:
        raise CreditCodeTaken(f"统一社会信用代码 {code} 已登记在其他企业名下")
    return () if credit_code.enterprise else (CreditCodeClaimed(code=code, enterprise=enterprise),)


def evolve(enterprise: Enterprise, event: EnterpriseEvent, envelope: Envelope) -> Enterprise:
    """演变 · The state after one event."""
    return replace(changed(enterprise, event, envelope), version=envelope.version)


def changed(enterprise: Enterprise, event: EnterpriseEvent, envelope: Envelope) -> Enterprise:
    """变化 · What one event changes."""
    match event:
        case EnterpriseRegistered():
            return replace(
                enterprise,
                id=envelope.key,
                name=event.name,
                division=event.division,
                credit_code=event.credit_code,
                profile=event,
            )
        case EnterpriseProfileChanged():
            fields = event.model_dump(exclude_none=True)
            profile = enterprise.profile.model_copy(update=fields) if enterprise.profile else None
            name, code = event.name or enterprise.name, event.credit_code or enterprise.credit_code
            return replace(enterprise, name=name, credit_code=code, profile=profile)
        case EnterpriseGraded():
            return replace(enterprise, colour=event.colour)
        case ResponsiblePersonNamed():
            persons = dict(enterprise.persons) | {event.post: event.person}
            return replace(enterprise, persons=tuple(persons.items()))
        case EnterpriseSuspended() | EnterpriseResumed():
            return replace(enterprise, suspended=isinstance(event, EnterpriseSuspended))
        case EnterpriseClosedDown():
            return replace(enterprise, closed_down=True)
        case _:
            assert_never(event)


def evolve_credit_code(credit_code: CreditCode, event: CreditCodeEvent, envelope: Envelope) -> CreditCode:
    """演变 · Who goes by the code after one event."""
    match event:
        case CreditCodeClaimed():
            return replace(credit_code, version=envelope.version, enterprise=event.enterprise)
        case CreditCodeReleased():
            return replace(credit_code, version=envelope.version, enterprise=None)
        case _:
            assert_never(event)
