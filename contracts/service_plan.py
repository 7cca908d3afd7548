"""服务计划事件 · What a service institution owes an enterprise in a year, who of it serves, and how that changed."""

from calendar import monthrange
from datetime import date
from typing import Annotated, ClassVar, Self
from uuid import UUID, uuid5

from pydantic import Field, model_validator

from contracts.envelope import Event
from contracts.values import EnterpriseId, Fen, Named, PersonId, ShortText, Text, Value

QUARTERS = (1, 2, 3, 4)
MONTHS = 3  # of a quarter
PLANS = UUID("b64b9c43-6d5e-5a0f-9b1e-2f6d0c7a5e31")  # of the ids that enterprise and year make

PlanYear = Annotated[int, Field(ge=2000, le=9999, description="计划年度")]
Quarter = Annotated[int, Field(ge=1, le=4, description="季度")]
Times = Annotated[int, Field(ge=0, le=366)]  # in one quarter; more is a slip of the keyboard


def plan_id(enterprise: str, year: int) -> str:
    """服务计划标识 · The id of an enterprise's plan of a year: there is one, so it needs no looking up."""
    return str(uuid5(PLANS, f"{enterprise}/{year}"))


def quarter_of(day: date) -> int:
    """季度 · The quarter, 1 to 4, that a local date stands in."""
    return (day.month + MONTHS - 1) // MONTHS


def first_day(year: int, quarter: int) -> date:
    """季度首日 · The first day of a quarter."""
    return date(year, (quarter - 1) * MONTHS + 1, 1)


def last_day(year: int, quarter: int) -> date:
    """季度末日 · The last day of a quarter."""
    return date(year, quarter * MONTHS, monthrange(year, quarter * MONTHS)[1])


class ServiceDuty(Named):
    """服务事项 · What is owed each quarter: to look, to urge, to look again."""

    CHECK = "CHECK", "检查"
    URGE = "URGE", "督促"
    RECHECK = "RECHECK", "复查"


class ServiceGround(Named):
    """纳入依据 · Why an enterprise is served (the four groups that a street's plan names)."""

    ABOVE_SIZE = "ABOVE_SIZE", "规模以上企业"
    REVENUE = "REVENUE", "年主营收入达到标准的工业企业"
    STANDARDISATION = "STANDARDISATION", "需要创建安全生产标准化或者其他安全生产服务"
    COMMITTEE = "COMMITTEE", "安委会讨论决定纳入"


class QuarterDuty(Value):
    """季度任务 · How often each is owed in a quarter, by its last day, and from when on a reminder is due."""

    quarter: Quarter
    checks: Times = Field(description="检查次数 · On-site service visits")
    urges: Times = Field(description="督促次数")
    rechecks: Times = Field(description="复查次数")
    due: date = Field(description="完成期限 · The quarter's last day")
    remind_on: date = Field(description="提醒日 · From here on a gap is about to be late")

    def owed(self, duty: ServiceDuty) -> int:
        """应办次数 · How often one of the three is owed."""
        return {
            ServiceDuty.CHECK: self.checks,
            ServiceDuty.URGE: self.urges,
            ServiceDuty.RECHECK: self.rechecks,
        }[duty]


class ServiceContract(Value):
    """服务合同 · The line of the contract under which an enterprise is served; both days belong to its term."""

    number: ShortText = Field(description="合同编号")
    buyer: ShortText | None = Field(
        None, description="委托单位 · Who pays: the government, or the enterprise"
    )
    scope: ShortText | None = Field(None, description="服务内容")
    starts_on: date
    ends_on: date
    price_per_visit: Fen | None = None

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        """先起后止 · A term has at least one day."""
        if self.ends_on < self.starts_on:
            raise ValueError("合同终止日期不得早于起始日期")
        return self

    def runs(self, day: date) -> bool:
        """合同期内 · Whether a day lies within its term."""
        return self.starts_on <= day <= self.ends_on


class AssignedExpert(Value):
    """指派专家 · Who serves the enterprise, by id, with the specialties that the institution states for him."""

    person: PersonId
    specialties: tuple[ShortText, ...] = Field(min_length=1, description="专业代码")
    mismatch_reason: Text | None = Field(
        None, description="专业与企业行业、风险标签不符时的指派理由 · Absent when one of them fits"
    )


class OfPlan(Event):
    """计划所属 · Whose plan it is and of which year, in every one of its events."""

    enterprise: EnterpriseId
    year: PlanYear


class ServicePlanMade(OfPlan):
    """制定服务计划 · Which institution serves an enterprise this year, by whom, and how often in each quarter."""

    TYPE: ClassVar[str] = "service-plan.made"
    ground: ServiceGround
    document: ShortText | None = Field(None, description="安委会决定的文号或会议纪要编号")
    revenue: Fen | None = Field(None, description="所依据的年主营收入")
    institution: ShortText = Field(description="服务机构标识")
    contract: ServiceContract
    expert: AssignedExpert
    duties: tuple[QuarterDuty, ...]
    duties_reason: Text | None = Field(
        None, description="次数与政策不同的理由 · Absent when they are the policy's"
    )


class ExpertChangeProposed(OfPlan):
    """提议更换专家 · Another expert is to serve the enterprise, and why; nothing has changed yet."""

    TYPE: ClassVar[str] = "service-plan.expert-change-proposed"
    institution: ShortText
    former: PersonId
    expert: AssignedExpert
    reason: Text


class ExpertChanged(OfPlan):
    """更换专家 · The change is approved: from here on this expert serves the enterprise."""

    TYPE: ClassVar[str] = "service-plan.expert-changed"
    institution: ShortText
    former: PersonId
    expert: AssignedExpert
    proposed_by: PersonId
    reason: Text


class ExpertChangeRefused(OfPlan):
    """不同意更换专家 · The expert stays who he was."""

    TYPE: ClassVar[str] = "service-plan.expert-change-refused"
    institution: ShortText
    expert: PersonId = Field(description="未获同意的人选")
    proposed_by: PersonId
    reason: Text


class InstitutionChanged(OfPlan):
    """更换服务机构 · Another institution serves under another contract, with an expert of its own."""

    TYPE: ClassVar[str] = "service-plan.institution-changed"
    former: ShortText
    institution: ShortText
    contract: ServiceContract
    expert: AssignedExpert
    reason: Text


class DutiesChanged(OfPlan):
    """调整服务次数 · How often each is owed from here on, for this enterprise alone, and why."""

    TYPE: ClassVar[str] = "service-plan.duties-changed"
    institution: ShortText
    duties: tuple[QuarterDuty, ...]
    reason: Text


class ServicePlanEnded(OfPlan):
    """终止服务计划 · No more is owed: not in the quarter of this day unless it is its last, nor afterwards."""

    TYPE: ClassVar[str] = "service-plan.ended"
    institution: ShortText
    ends_on: date
    reason: Text


ServicePlanEvent = (
    ServicePlanMade
    | ExpertChangeProposed
    | ExpertChanged
    | ExpertChangeRefused
    | InstitutionChanged
    | DutiesChanged
    | ServicePlanEnded
)
