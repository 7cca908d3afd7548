"""检查代码 · Closed lists of a visit: where it stands, who takes part as what, how an item was answered."""

from datetime import date

from pydantic import Field

from contracts.values import Certificate, EnterpriseId, Named, PersonId, ShortText, Value


class VisitState(Named):
    """检查状态 · Where a visit stands."""

    PLANNED = "PLANNED", "已计划"
    APPROVED = "APPROVED", "已批准"
    STARTED = "STARTED", "检查中"
    RECORDED = "RECORDED", "已记录"
    SIGNED = "SIGNED", "已签字"
    SIGNATURE_REFUSED = "SIGNATURE_REFUSED", "拒绝签字"
    ARCHIVED = "ARCHIVED", "已归档"
    CANCELLED = "CANCELLED", "已取消"


class Function(Named):
    """检查中的身份 · As what somebody takes part in a visit."""

    OFFICER = "OFFICER", "执法人员"
    COMPANION = "COMPANION", "陪同人员"
    EXPERT = "EXPERT", "专家"
    LEADER = "LEADER", "带队领导"
    GRID = "GRID", "网格员"
    ENTERPRISE = "ENTERPRISE", "企业代表"
    LANDLORD = "LANDLORD", "房东"


class CapGroup(Named):
    """计次类别 · Which of an enterprise's yearly numbers a visit counts to."""

    INSPECTION = "INSPECTION", "行政检查"
    SUPERVISION = "SUPERVISION", "督导检查"


class CapExemption(Named):
    """不计次事由 · Why a visit does not count to the yearly number."""

    CASE = "CASE", "案件、举报核查"
    RECHECK = "RECHECK", "回头复查"
    ACCIDENT = "ACCIDENT", "发生事故"
    SUPERIOR_ORDER = "SUPERIOR_ORDER", "上级部署"


class Answer(Named):
    """检查结论 · How an item of a form was found."""

    CONFORMS = "CONFORMS", "符合"
    DEVIATES = "DEVIATES", "不符合"
    NOT_APPLICABLE = "NOT_APPLICABLE", "不适用"


class Participant(Value):
    """参加人员 · A person by id, as what, from where, and with which certificate."""

    person: PersonId
    function: Function
    department: ShortText | None = Field(
        None, description="所在部门或者单位 · The department or organisation"
    )
    certificate: Certificate | None = Field(None, description="执法证号 · Of an officer")


class FormVersion(Value):
    """检查表 · A form in one version."""

    form: EnterpriseId = Field(description="检查表标识 · Id of the form, a UUID")
    version: int = Field(ge=1, description="版次 · 1, 2, 3 …")


class Entrustment(Value):
    """委托书 · By whom inspection is entrusted in writing, and until when (APL 20)."""

    principal: ShortText = Field(description="委托机关 · In whose name it is done")
    document: ShortText = Field(description="委托书文号")
    valid_to: date | None = Field(None, description="有效期至，含当日")


class CapStanding(Value):
    """年度计次 · Which of the year's visits it is, and how many there may be."""

    group: CapGroup
    year: int
    count: int = Field(ge=1, description="本次为当年第几次 · Including this one")
    cap: int = Field(ge=1, description="年度上限 · By the policy of the day")
