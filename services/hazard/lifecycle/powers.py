"""权力表 · Who may do what (domain/lifecycle.md b.5), as data; guards are added by the rules of b.3."""

from dataclasses import dataclass

from contracts.values import Role
from services.hazard.occasion import Occasion
from services.hazard.refused import MayNot

R = Role


@dataclass(frozen=True, slots=True)
class Power:
    """一项权力 · The act in Chinese, the roles that hold it, and the rule a refusal cites."""

    act: str
    roles: frozenset[Role]
    basis: str


def power(act: str, basis: str, *roles: Role) -> Power:
    """一行 · One line of the table."""
    return Power(act, frozenset(roles), basis)


TOWN_AND_DEPARTMENT = (R.TWN, R.TWO, R.TWL, R.DPO, R.DPL)
SC_54 = "国办发〔2024〕54号：网格员、专家、议事协调机构和无执法证人员不得实施行政检查"
AQF_65 = "《安全生产法》第六十五条：由负有监管职责的部门执法人员责令"
APL_42 = "《行政处罚法》第四十二条：执法人员不得少于两人，并应当具有执法资格"
AQF_41 = "《安全生产法》第四十一条：生产经营单位应当采取措施消除事故隐患"

AQF_41_LISTING = "《安全生产法》第四十一条：重大事故隐患治理实行督办"
AQF_65_STOP = "《安全生产法》第六十五条：撤出作业人员、停产停业或者停止使用由部门责令，经审查同意方可恢复"
AQF_70 = "《安全生产法》第七十条：经本部门主要负责人批准，可以采取停止供电等措施"

CAPTURE = power("记录隐患", "系统账号不作决定", *(role for role in Role if role is not R.SYS))
CONFIRM = power("核实隐患", SC_54, *TOWN_AND_DEPARTMENT)
VOID = power("作废隐患", "登记后由镇街分管领导或部门负责人作废", R.TWL, R.DPL)
CLASSIFY = power("定级分类", SC_54, R.TWO, R.DPO, R.DPL)
PROPOSE_CLASS = power("提出定级建议", SC_54, R.EXP, R.TWN)
UPGRADE = power("升级为重大隐患", SC_54, R.TWO, R.DPO, R.DPL)
ADVISE = power("提出整改建议", "《安全生产法》第十五条", R.EXP, R.TWN, R.TWO, R.DPO)
ORDER = power("责令整改", f"{AQF_65}；{SC_54}", R.TWO, R.DPO, R.DPL, R.ENF)
ASK = power(
    "要求整改",
    "非强制性要求；企业只对自查隐患自定期限，专家须经镇街工作人员提出",
    R.GRID,
    R.VIL,
    R.LND,
    R.TWN,
    R.TWO,
    R.TWL,
    R.DPO,
    R.SCO,
    R.ENT_S,
    R.ENT_M,
)
FIX_ON_SPOT = power("记录当场整改", AQF_41, R.ENT_S, R.ENT_M, R.LND, R.TWO, R.DPO, R.EXP, R.GRID)
ASSIGN = power("指定整改责任人", "企业主要负责人或执法人员指定", R.ENT_M, R.TWO, R.DPO)
REQUIRE_PLAN = power("要求治理方案", "重大隐患由部门要求治理方案", R.DPO)
WAIVE_PLAN = power("免予治理方案", "由部门执法人员决定", R.DPO)
FILE_PLAN = power("备案治理方案", "治理方案由主要负责人签署", R.ENT_M, R.LND)
DECIDE_PLAN = power("审核治理方案", "治理方案由部门审核", R.DPO, R.DPL)
REPORT_PROGRESS = power("报告整改进展", AQF_41, R.ENT_S, R.ENT_M, R.LND)
URGE = power(
    "督促整改",
    "由镇街、村社区、网格、专家、部门或安委办督促",
    R.GRID,
    R.VIL,
    R.EXP,
    R.TWN,
    R.TWO,
    R.TWL,
    R.DPO,
    R.DPL,
    R.SCO,
)
SUBMIT_GENERAL = power("提交整改", AQF_41, R.ENT_S, R.ENT_M, R.LND)
SUBMIT_MAJOR = power("提交重大隐患整改", "重大隐患由主要负责人组织验收后提交", R.ENT_M, R.LND)
REINSPECT_GENERAL = power("复查一般隐患", SC_54, R.TWN, R.TWO, R.TWL, R.DPO, R.ENF)
REINSPECT_MAJOR = power("复查重大隐患", f"重大隐患由部门现场复查；{APL_42}", R.DPO, R.DPL)
CLOSE_GENERAL = power("销号一般隐患", "由镇街或部门销号", *TOWN_AND_DEPARTMENT)
CLOSE_MAJOR = power("销号重大隐患", "重大隐患由部门销号", R.DPO, R.DPL)
REOPEN = power(
    "重新打开隐患", "由镇街执法人员、分管领导、部门或安委办决定", R.TWO, R.TWL, R.DPO, R.DPL, R.SCO
)
AQF_49 = "《安全生产法》第四十九条：出租单位对承租单位的安全生产工作统一协调、管理"
AQF_69 = "《安全生产法》第六十九条：应当由其他有关部门处理的，及时移送并形成记录备查"
HAND_UP = "《浙江省安全生产条例》第二十七条、《山东省安全生产条例》第四十七条：拒不整改或者不能立即消除的，报告部门处理"
APL_24 = "《行政处罚法》第二十四条：省可以决定将处罚权交由镇街行使，其他镇街只能提出建议"
APL_54 = "《行政处罚法》第五十四条：符合立案标准的，由行政机关及时立案"

TRANSFER = power("移送隐患", AQF_69, R.TWO, R.TWL, R.DPO, R.DPL, R.SCO, R.ENF)
PROPOSE_TRANSFER = power("提出移送建议", AQF_69, R.TWN)
ANSWER_TRANSFER = power("答复移送", f"{AQF_69}；由接收部门答复", R.DPO, R.DPL)
ESCALATE = power("升级报告", HAND_UP, R.TWN, R.TWO, R.TWL, R.SCO, R.SYS)
PROPOSE_ESCALATION = power("提出升级建议", HAND_UP, R.GRID, R.VIL, R.EXP)
PROPOSE_PENALTY = power("提出处罚建议", APL_24, R.TWN, R.TWO, R.TWL, R.SCO, R.SYS)
REFER = power("移送执法", f"{APL_54}；{APL_24}", R.TWO, R.DPO, R.DPL, R.ENF)
HANDLE_CASE = power("记录执法案件", f"{APL_54}，由办案人员记录", R.ENF)
CORRECT_OTHERS = power("更正他人的记录", "记录由镇街分管领导或部门负责人更正", R.TWL, R.DPL)
ANSWER_AS_LANDLORD = power("以房东身份答复", AQF_49, R.LND)

DOWNGRADE = power("降为一般隐患", f"由部门执法人员提出、部门负责人决定；{AQF_41_LISTING}", R.DPL)
IMPOSE = power("采取临时措施", AQF_65_STOP, R.ENT_S, R.ENT_M, R.LND, R.TWO, R.DPO, R.DPL)
REQUEST_LIFT = power("申请解除临时措施", "由生产经营单位主要负责人申请", R.ENT_M, R.LND)
LIFT = power("审查解除临时措施", AQF_65_STOP, R.DPO, R.DPL)
COMPEL = power("采取强制措施", AQF_70, R.DPL)
LIST = power("挂牌督办", AQF_41_LISTING, R.DPL, R.SCO)
REQUEST_ACCEPTANCE = power("申请验收", "挂牌督办的隐患由生产经营单位主要负责人申请验收", R.ENT_M, R.LND)
ACCEPT_LISTED = power("验收挂牌督办的隐患", AQF_41_LISTING, R.DPO, R.DPL, R.SCO)
DELIST = power("摘牌", AQF_41_LISTING, R.DPL, R.SCO)


def check(held: Power, occasion: Occasion) -> None:
    """核对 · Refuse a person whose role does not hold the power.

    Raises MayNot with the rule.
    """
    if occasion.role not in held.roles:
        raise MayNot(f"{occasion.role.zh}无权{held.act}（{held.basis}）")


def check_certified(occasion: Occasion, certificates: tuple[str, ...]) -> None:
    """执法资格 · At least two distinct certificates, the actor's own among them (APL 42).

    Raises MayNot.
    """
    needed = occasion.policy.limits.certified_officers
    if len(set(certificates)) < needed:
        raise MayNot(f"执法人员不得少于 {needed} 人，请填写 {needed} 个以上不同的执法证号（{APL_42}）")
    if occasion.certificate not in certificates:
        raise MayNot(f"执法证号中必须包含本人的执法证（{APL_42}）")
