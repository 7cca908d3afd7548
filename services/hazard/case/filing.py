"""移送与立案 · Hazards of one enterprise are referred together; a case is opened for them, or not, with the reason."""

from dataclasses import replace
from typing import assert_never

from pydantic import Field

from contracts.case import CaseFiled, CaseHazard, CaseNotFiled, CaseReferred
from contracts.case_codes import CaseStatus
from contracts.envelope import Envelope
from contracts.regions import EnforcementState, PenaltyReason
from contracts.values import Digest, EnterpriseId, ShortText, Text
from services.hazard.case.acting import check
from services.hazard.case.numbering import drawn
from services.hazard.case.state import Case
from services.hazard.enterprise import Enterprise
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.enforcing import OPENABLE, AlreadyReferred
from services.hazard.lifecycle.reporting import EXAMPLE_ENTERPRISE, EXAMPLE_PHOTO
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, Occasion
from services.hazard.policy.cases import CaseAct
from services.hazard.refused import Refused

S = CaseStatus
EXAMPLE_HAZARD = "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10"
EXAMPLE_BASIS = "《安全生产法》第四十一条第二款"


class CaseAlreadyReferred(Refused):
    """案件已存在 · There is a case under this id."""


class NotOneEnterprise(Refused):
    """涉案隐患须属于同一企业 · A case is about one enterprise."""


class HazardNamedTwice(Refused):
    """同一隐患重复填写 · Each hazard stands in a case once."""


class ReferCase(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "hazards": [EXAMPLE_HAZARD],
                "reason": "SECOND_FAIL",
                "remark": "两次复查均不合格，移送立案",
                "file": [EXAMPLE_PHOTO],
            }
        ]
    },
):
    """移送案件 · The hazards of one enterprise, why, and the file. One referred before is taken up as it is."""

    hazards: tuple[EnterpriseId, ...] = Field(min_length=1, max_length=50, description="涉案隐患标识")
    reason: PenaltyReason
    remark: Text
    file: tuple[Digest, ...] = ()


class FileCase(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "suspected": "未采取措施消除事故隐患",
                "basis": [EXAMPLE_BASIS],
            }
        ]
    },
):
    """立案 · What is suspected, under which provisions."""

    suspected: Text = Field(description="案由：涉嫌的违法行为")
    basis: tuple[ShortText, ...] = Field(min_length=1, description="涉嫌违反的条款")


class DeclineToFile(Ask, json_schema_extra={"examples": [{"reason": "违法行为轻微并及时改正，未造成危害"}]}):
    """不予立案 · With the reason."""

    reason: Text


def refer_case(
    case: Case,
    ask: ReferCase,
    occasion: Occasion,
    *,
    enterprise: Enterprise,
    hazards: dict[EnterpriseId, Hazard],
) -> tuple[CaseReferred, ...]:
    """移送案件 · By who may refer each of them; what is in another case that has not ended is not referred again."""
    powers.check(powers.REFER, occasion)
    if case.version:
        raise CaseAlreadyReferred
    if len(set(ask.hazards)) < len(ask.hazards):
        raise HazardNamedTwice
    due, counted = occasion.count(occasion.policy.cases.filing)
    return (
        CaseReferred(
            enterprise=enterprise.id or EXAMPLE_ENTERPRISE,
            enterprise_name=enterprise.name,
            hazards=tuple(referred(key, hazards[key], enterprise) for key in ask.hazards),
            filing_due=due,
            counted=counted,
            **ask.model_dump(exclude={"hazards"}),
        ),
    )


def referred(key: EnterpriseId, hazard: Hazard, enterprise: Enterprise) -> CaseHazard:
    """涉案隐患 · As it stands on that day.

    Raises NotAtThisStage before registration, NotOneEnterprise, AlreadyReferred.
    """
    number, owner = hazard.registered
    if owner != enterprise.id:
        raise NotOneEnterprise(f"隐患「{number}」不属于{enterprise.name}，请另案移送")
    if not waiting(hazard, None):
        raise AlreadyReferred(
            f"隐患「{number}」{hazard.enforcement.state.zh}，不重复移送（《行政处罚法》第二十九条：一事不再罚款）"
        )
    return CaseHazard(id=key, number=number, level=hazard.level)


def waiting(hazard: Hazard, case: str | None) -> bool:
    """待立案 · Whether a hazard is free, or referred and claimed by no other case than this."""
    enforcement = hazard.enforcement
    unclaimed = enforcement.state is EnforcementState.REFERRED and enforcement.case in {None, case}
    return unclaimed or enforcement.state in OPENABLE


def may_file(case: Case, occasion: Occasion) -> None:
    """可否立案 · What was referred, by who may open a case."""
    check(CaseAct.FILE, case, occasion)
    case.must_be(S.REFERRED, act="立案")


def file_case(case: Case, ask: FileCase, occasion: Occasion) -> tuple[CaseFiled, ...]:
    """立案 · From this day on the time for the decision runs (APL 60)."""
    may_file(case, occasion)
    due, counted = occasion.count(occasion.policy.cases.decision)
    return (
        CaseFiled(
            enterprise=case.enterprise,
            hazards=case.hazards,
            case_number=drawn(occasion),
            suspected=ask.suspected,
            basis=ask.basis,
            filed_on=occasion.today,
            decision_due=due,
            counted=counted,
        ),
    )


def may_decline(case: Case, occasion: Occasion) -> None:
    """可否不予立案 · As who may file."""
    check(CaseAct.FILE, case, occasion)
    case.must_be(S.REFERRED, act="决定不予立案")


def decline_to_file(case: Case, ask: DeclineToFile, occasion: Occasion) -> tuple[CaseNotFiled, ...]:
    """不予立案 · The referral ends; the hazards may be referred anew."""
    may_decline(case, occasion)
    return (CaseNotFiled(enterprise=case.enterprise, reason=ask.reason),)


Filing = CaseReferred | CaseFiled | CaseNotFiled


def evolve(case: Case, event: Filing, envelope: Envelope) -> Case:
    """演变 · Referred, opened, or not."""
    match event:
        case CaseReferred():
            return replace(
                case,
                status=S.REFERRED,
                enterprise=event.enterprise,
                enterprise_name=event.enterprise_name,
                hazards=event.hazards,
                filing_due=event.filing_due,
            )
        case CaseFiled():
            return replace(
                case,
                status=S.FILED,
                number=event.case_number,
                filer=envelope.actor,
                office=envelope.organisation,
                filed_on=event.filed_on,
                decision_due=event.decision_due,
            )
        case CaseNotFiled():
            return replace(case, status=S.NOT_FILED)
        case _:
            assert_never(event)
