"""值 · Shared values of the published language: closed lists with their Chinese names, and small types."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Named(StrEnum):
    """带中文名的代码 · A closed code list whose members know their Chinese name."""

    zh: str

    def __new__(cls, code: str, zh: str = "") -> Self:
        """构造 · Keep the code as the value and the Chinese name beside it; looking one up takes the code alone."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        return member


class Role(Named):
    """角色 · Who acts."""

    PUB = "PUB", "群众"
    WRK = "WRK", "从业人员"
    ENT_S = "ENT_S", "企业安全员"
    ENT_M = "ENT_M", "企业主要负责人"
    LND = "LND", "房东"
    GRID = "GRID", "网格员"
    VIL = "VIL", "村社区安全员"
    EXP = "EXP", "专家"
    TWN = "TWN", "镇街工作人员（无执法证）"
    TWO = "TWO", "镇街执法人员"
    TWL = "TWL", "镇街分管领导"
    DPO = "DPO", "区县部门执法人员"
    DPL = "DPL", "区县部门负责人"
    SCO = "SCO", "安委办"
    ENF = "ENF", "执法办案人员"
    SYS = "SYS", "系统"


# 身份保密 · Who reported from outside, or against the own employer, is not named to others.
SEALED_ROLES = frozenset({Role.PUB, Role.WRK})


class Status(Named):
    """状态 · The eleven statuses of a hazard."""

    DRAFT = "DRAFT", "草稿"
    PENDING_CONFIRMATION = "PENDING_CONFIRMATION", "待核实"
    REGISTERED = "REGISTERED", "已登记"
    PLAN_REQUIRED = "PLAN_REQUIRED", "待治理方案"
    RECTIFYING = "RECTIFYING", "整改中"
    SUBMITTED = "SUBMITTED", "待复查"
    VERIFIED = "VERIFIED", "复查合格"
    CLOSED = "CLOSED", "已销号"
    NOT_A_HAZARD = "NOT_A_HAZARD", "非隐患"
    DUPLICATE = "DUPLICATE", "重复"
    VOIDED = "VOIDED", "作废"


class Level(Named):
    """隐患等级 · General or major (Order 16)."""

    GENERAL = "GENERAL", "一般"
    MAJOR = "MAJOR", "重大"


class Track(Named):
    """闭环轨道 · Which re-inspection and closure apply."""

    AUTHORITY = "AUTHORITY", "监管闭环"
    SERVICE = "SERVICE", "服务闭环"
    ENTERPRISE = "ENTERPRISE", "企业自查闭环"


class SourceGroup(Named):
    """来源大类 · The super-groups of tallies."""

    SELF = "SELF", "企业自查"
    EXPERT = "EXPERT", "专家帮查"
    GOVERNMENT = "GOVERNMENT", "政府督查"
    PUBLIC = "PUBLIC", "公众举报"
    OTHER = "OTHER", "其他"


class Source(Named):
    """隐患来源 · How a hazard was found."""

    SELF_TEAM = "SELF_TEAM", "班组自查"
    SELF_SHOP = "SELF_SHOP", "车间自查"
    SELF_ENTERPRISE = "SELF_ENTERPRISE", "企业自查"
    SELF_GROUP = "SELF_GROUP", "集团检查"
    SUPERVISION = "SUPERVISION", "监督检查"
    REPORT = "REPORT", "投诉举报"
    STANDARDISATION = "STANDARDISATION", "标准化自评评审"
    EXPERT = "EXPERT", "专家服务"
    GRID = "GRID", "网格巡查"
    LANDLORD = "LANDLORD", "房东检查"
    WORKER = "WORKER", "身边隐患"
    OTHER = "OTHER", "其他"

    @property
    def group(self) -> SourceGroup:
        """大类 · The super-group this source counts to."""
        return SOURCE_GROUPS[self]


SOURCE_GROUPS: dict[Source, SourceGroup] = {
    Source.SELF_TEAM: SourceGroup.SELF,
    Source.SELF_SHOP: SourceGroup.SELF,
    Source.SELF_ENTERPRISE: SourceGroup.SELF,
    Source.SELF_GROUP: SourceGroup.SELF,
    Source.SUPERVISION: SourceGroup.GOVERNMENT,
    Source.REPORT: SourceGroup.PUBLIC,
    Source.STANDARDISATION: SourceGroup.SELF,
    Source.EXPERT: SourceGroup.EXPERT,
    Source.GRID: SourceGroup.GOVERNMENT,
    Source.LANDLORD: SourceGroup.SELF,
    Source.WORKER: SourceGroup.SELF,
    Source.OTHER: SourceGroup.OTHER,
}


class VisitKind(Named):
    """检查类型 · What kind of visit it was; it drives what may follow."""

    ADMIN = "ADMIN", "行政检查"
    ENTRUSTED = "ENTRUSTED", "委托执法"
    JOINT = "JOINT", "联合检查"
    CASE = "CASE", "案件举报核查"
    RECHECK = "RECHECK", "回头复查"
    LEADER = "LEADER", "领导检查"
    EXPERT = "EXPERT", "专家服务"
    GRID = "GRID", "网格巡查"
    SELF = "SELF", "企业自查"
    LANDLORD = "LANDLORD", "房东检查"
    REMOTE = "REMOTE", "线上排查"


class SizeClass(Named):
    """规模 · Size class of an enterprise."""

    MICRO = "MICRO", "小微"
    BELOW = "BELOW", "规下"
    ABOVE = "ABOVE", "规上"
    LARGE = "LARGE", "规上亿元"


class Standardisation(Named):
    """标准化等级 · The level of an enterprise's work-safety standardisation."""

    LEVEL_1 = "LEVEL_1", "一级"
    LEVEL_2 = "LEVEL_2", "二级"
    LEVEL_3 = "LEVEL_3", "三级"
    MICRO = "MICRO", "小微企业达标"
    NONE = "NONE", "未创建"


class ObjectKind(Named):
    """对象类型 · What is regulated: wider than a company."""

    ENTERPRISE = "ENTERPRISE", "企业"
    SOLE_TRADER = "SOLE_TRADER", "个体工商户"
    PLACE = "PLACE", "场所"
    INSTITUTION = "INSTITUTION", "机构"
    CONSTRUCTION = "CONSTRUCTION", "在建工程"
    OTHER = "OTHER", "其他"


class RiskColour(Named):
    """风险颜色 · National four colours."""

    RED = "RED", "红"
    ORANGE = "ORANGE", "橙"
    YELLOW = "YELLOW", "黄"
    BLUE = "BLUE", "蓝"


class Post(Named):
    """责任岗位 · The responsible persons an enterprise names (AQF 21, 25)."""

    MAIN = "MAIN", "主要负责人"
    SAFETY = "SAFETY", "安全管理人员"


class Entry(Named):
    """录入方式 · How a fact entered the system."""

    LIVE = "live", "实时"
    OFFLINE = "offline", "离线补传"
    LEDGER = "ledger", "台账导入"


class Evidence(Named):
    """证据 · What a step leans on: photographs, a document check, or an imported ledger row."""

    PHOTOS = "photos", "照片"
    DOCUMENTS = "documents", "资料核查"
    LEDGER = "ledger", "台账"


class Waiver(Named):
    """豁免项 · What a ledger row cannot hold and a step taken from it may lack; recorded in the event."""

    PHOTOS = "photos", "照片"
    CERTIFICATES = "certificates", "执法证号"
    NOTICE = "notice", "文书编号"
    CLAUSE = "clause", "判定条款"
    PLAN_CONTENT = "plan-content", "治理方案内容"
    ACCEPTANCE_REPORT = "acceptance-report", "企业验收报告"
    WARNING_SIGN = "warning-sign", "警示标志照片"
    RESPONSIBLE_ROLE = "responsible-role", "提交人身份"
    COST = "cost", "整改资金"


class CauseClass(Named):
    """成因 · Cause class."""

    BEHAVIOUR = "BEHAVIOUR", "人的不安全行为"
    CONDITION = "CONDITION", "物的不安全状态"
    ENVIRONMENT = "ENVIRONMENT", "环境因素"
    MANAGEMENT = "MANAGEMENT", "管理缺陷"


class UrgeChannel(Named):
    """督促方式 · How somebody was urged."""

    PHONE = "PHONE", "电话"
    WECHAT = "WECHAT", "微信"
    ON_SITE = "ON_SITE", "上门"
    LETTER = "LETTER", "书面"


class ReinspectionMode(Named):
    """复查方式 · On site, or by documents and photographs."""

    ON_SITE = "ON_SITE", "现场"
    REMOTE = "REMOTE", "资料"


class ReopenReason(Named):
    """重新打开原因 · Why a closed hazard lives again."""

    RELAPSE = "RELAPSE", "隐患复发"
    FALSE_CLOSURE = "FALSE_CLOSURE", "虚假销号"
    AUDIT = "AUDIT", "抽查发现"


class ProposedAct(Named):
    """建议的决定 · What somebody proposes who may not decide it."""

    CONFIRM = "CONFIRM", "核实为隐患"
    REJECT = "REJECT", "认定非隐患"
    MARK_DUPLICATE = "MARK_DUPLICATE", "标记重复"
    ASK = "ASK", "要求整改"
    PASS = "PASS", "认定复查合格"
    FAIL = "FAIL", "认定复查不合格"
    REOPEN = "REOPEN", "重新打开"


PersonId = Annotated[str, StringConstraints(pattern=r"^p-[0-9A-Za-z-]{1,64}$")]
EnterpriseId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
DivisionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
CategoryCode = Annotated[str, StringConstraints(pattern=r"^[AB][0-9]{2}$")]
Certificate = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{4,32}$")]
HazardNumber = Annotated[str, StringConstraints(pattern=r"^HZ-[0-9]{6}-[0-9]{4}-[0-9]{6,}$")]
# No NUL: PostgreSQL cannot hold it in a text, so no reader could.
WITHOUT_NUL = r"^[^\x00]*$"
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=WITHOUT_NUL)
]
ShortText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=WITHOUT_NUL)
]
# 手写签名 · A drawn signature: an SVG path, or a picture in base64; kept beside the log, as its signer's, and erasable.
Signature = Annotated[str, StringConstraints(min_length=1, max_length=200_000, pattern=r"^[\x20-\x7e]+$")]
Fen = Annotated[int, Field(ge=0, le=2**53 - 1, description="金额，单位分 · Money in fen")]


class Value(BaseModel):
    """值对象 · A frozen value inside an event; unknown fields are ignored, so that events may grow."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SealedText(Value):
    """可删除文字 · Words that stand beside the log and may be erased: their id, and a salted commitment to them.

    The commitment is SHA-256 of a salt of 32 bytes and the text in UTF-8; who is given both can check them.
    """

    id: EnterpriseId = Field(description="文字标识 · Its id, a UUID")
    commitment: Digest = Field(description="加盐承诺 · sha256:<64 hex digits>")


# 举报原文不进入事件 · What stands as the description where the public's own words are kept beside the log.
KEPT_BESIDE = "（举报原文另存）"


class Coordinates(Value):
    """坐标 · Longitude and latitude in degrees with the map datum they were taken in."""

    longitude: float = Field(ge=-180, le=180)
    latitude: float = Field(ge=-90, le=90)
    datum: Literal["WGS84", "GCJ02", "BD09", "CGCS2000"]


class PlanItem(Value):
    """到位项 · One of the seven items of a plan: what it says, and that it is in place."""

    in_place: bool
    content: Text


class RectificationPlan(Value):
    """治理方案 · The seven items of a major hazard's plan."""

    target: PlanItem = Field(description="目标 · Target and task")
    responsibility: PlanItem = Field(description="责任 · Body and persons")
    measures: PlanItem = Field(description="措施 · Methods and measures")
    funds: PlanItem = Field(description="资金 · Money and material")
    time_limit: PlanItem = Field(description="时限 · Time and requirement")
    emergency_plan: PlanItem = Field(description="预案 · Emergency plan")
    in_governance_plan: PlanItem = Field(description="纳入治理计划 · Listed in the governance plan")

    @property
    def five_in_place(self) -> bool:
        """五到位 · Responsibility, measures, funds, time limit and emergency plan are all in place."""
        five = (self.responsibility, self.measures, self.funds, self.time_limit, self.emergency_plan)
        return all(item.in_place for item in five)


class AppointedCertificate(Value):
    """执法证 · A certificate number with the last day on which it is valid."""

    number: Certificate
    valid_to: date | None = None
