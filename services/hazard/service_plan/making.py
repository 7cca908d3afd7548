"""制定服务计划 · One plan for an enterprise and a year: why it is served, by whom, under which contract, how often."""

from pydantic import Field

from contracts.service_plan import (
    QUARTERS,
    PlanYear,
    ServiceContract,
    ServiceGround,
    ServicePlanMade,
    first_day,
    last_day,
)
from contracts.values import EnterpriseId, Fen, ShortText, SizeClass, Text
from services.hazard.enterprise import Enterprise
from services.hazard.occasion import Occasion
from services.hazard.refused import Refused
from services.hazard.service_plan.duties import FOUR, DutiesReasonMissing, QuarterTimes, own, standard
from services.hazard.service_plan.matching import Assigning, assigned
from services.hazard.service_plan.state import BOUGHT, ServicePlan, check_role

ABOVE = frozenset({SizeClass.ABOVE, SizeClass.LARGE})
FEN = 100  # of a yuan
EXAMPLE_CONTRACT = {
    "number": "余应急服〔2026〕3号",
    "buyer": "蜀山街道办事处",
    "scope": "隐患排查、督促整改、回头复查",
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
    "price_per_visit": 80000,
}


class ServicePlanExists(Refused):
    """该企业当年已有服务计划 · An enterprise has one plan for each year."""


class PlanYearInvalid(Refused):
    """计划年度不合规 · A plan is for this year, or for one that policy lets be planned ahead."""


class ContractNotInForce(Refused):
    """服务合同无效 · The contract does not cover the year, or has run out."""


class NotInServiceScope(Refused):
    """不符合纳入服务的条件 · The ground that is named does not hold for this enterprise."""


class MakeServicePlan(
    Assigning,
    json_schema_extra={
        "examples": [
            {
                "enterprise": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
                "year": 2026,
                "ground": "ABOVE_SIZE",
                "institution": "org-service-3",
                "contract": EXAMPLE_CONTRACT,
                "expert": "p-71",
                "specialties": ["MACHINERY", "ELECTRICAL"],
            }
        ]
    },
):
    """制定服务计划 · Without numbers of its own it owes what policy says of each quarter."""

    enterprise: EnterpriseId
    year: PlanYear
    ground: ServiceGround = Field(description="纳入依据")
    document: ShortText | None = Field(None, description="安委会决定的文号；依据为安委会决定时必填")
    revenue: Fen | None = Field(None, description="年主营收入（分）；依据为年主营收入时必填")
    institution: ShortText = Field(description="服务机构标识")
    contract: ServiceContract
    duties: tuple[QuarterTimes, ...] = Field((), description="与政策次数不同的季度")
    duties_reason: Text | None = Field(None, description="次数与政策不同的理由")


def make_service_plan(
    plan: ServicePlan, ask: MakeServicePlan, occasion: Occasion
) -> tuple[ServicePlanMade, ...]:
    """制定服务计划 · For an enterprise that is there; `occasion.enterprise` is its file."""
    check_role(occasion.policy.service.making_roles, occasion, "制定服务计划", BOUGHT)
    assert occasion.enterprise is not None  # it was looked up before
    occasion.enterprise.must_operate()
    if plan.enterprise is not None:
        raise ServicePlanExists(
            f"该企业已有{plan.year}年度的服务计划，由「{plan.institution}」服务；一企一年一计划"
        )
    check_year(ask.year, occasion)
    check_contract(ask.contract, ask.year, occasion)
    check_ground(ask, occasion.enterprise, occasion)
    expert = assigned(ask, ask.institution, occasion)
    duties = standard(ask.year, ask.contract, occasion.policy)
    wanted = own(duties, ask.duties)
    if wanted != duties and ask.duties_reason is None:
        raise DutiesReasonMissing(f"服务次数与政策不同的，须说明理由（{FOUR}）")
    return (
        ServicePlanMade(
            **ask.model_dump(include={"enterprise", "year", "ground", "document", "revenue", "institution"}),
            contract=ask.contract,
            expert=expert,
            duties=wanted,
            duties_reason=ask.duties_reason if wanted != duties else None,
        ),
    )


def check_year(year: int, occasion: Occasion) -> None:
    """年度 · Raises PlanYearInvalid."""
    this = occasion.today.year
    last = this + occasion.policy.service.years_ahead
    if not this <= year <= last:
        raise PlanYearInvalid(f"服务计划按年制定，现可制定{this}年至{last}年的计划，不能制定{year}年的")


def check_contract(contract: ServiceContract, year: int, occasion: Occasion) -> None:
    """合同有效 · Its term reaches into the year, and is not over. Raises ContractNotInForce."""
    begins, ends = first_day(year, QUARTERS[0]), last_day(year, QUARTERS[-1])
    if contract.ends_on < begins or ends < contract.starts_on:
        raise ContractNotInForce(f"服务合同「{contract.number}」的期限不在{year}年内（{BOUGHT}）")
    if contract.ends_on < occasion.today:
        raise ContractNotInForce(
            f"服务合同「{contract.number}」已于{contract.ends_on.isoformat()}到期（{BOUGHT}）"
        )


def check_ground(ask: MakeServicePlan, enterprise: Enterprise, occasion: Occasion) -> None:
    """纳入依据 · Whether the ground that is named holds. Raises NotInServiceScope."""
    size = enterprise.profile.size_class if enterprise.profile else None
    least = occasion.policy.service.revenue_fen
    match ask.ground:
        case ServiceGround.ABOVE_SIZE if size not in ABOVE:
            told = size.zh if size else "未填写规模"
            raise NotInServiceScope(f"企业档案为「{told}」，不是规模以上企业；请另选纳入依据或者先变更档案")
        case ServiceGround.REVENUE if ask.revenue is None or ask.revenue < least:
            raise NotInServiceScope(f"年主营收入须填写，且不低于{yuan(least)}元")
        case ServiceGround.COMMITTEE if ask.document is None:
            raise NotInServiceScope("由安委会讨论决定纳入的，须填写文号或者会议纪要编号")
        case _:
            return


def yuan(fen: int) -> str:
    """元 · An amount in fen, as yuan."""
    return f"{fen // FEN:,}"
