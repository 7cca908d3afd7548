"""权力表 · Who may do what: the authorisation matrix of domain/lifecycle.md b.5 as data, one row for each act.

Roles named first simply may; other ways of holding are named (see holding.Holding). SYS stands only in the rows that the
timer needs: it never orders, lists or closes. Where b.3 tells the enterprise's main person from its safety officer, so
does the row.
"""

from contracts.values import Role
from services.hazard.lifecycle.certifying import TooFewOfficers, check_certified, check_own_certificate
from services.hazard.lifecycle.holding import (
    Holding,
    NotTheLister,
    Power,
    TownOutsidePowers,
    check,
    check_or_propose,
    power,
    proposes,
)

__all__ = [
    "Holding",
    "NotTheLister",
    "Power",
    "TooFewOfficers",
    "TownOutsidePowers",
    "check",
    "check_certified",
    "check_or_propose",
    "check_own_certificate",
    "power",
    "proposes",
]

R = Role
PUBLIC = (R.PUB, R.WRK)
VILLAGE = (R.GRID, R.VIL)
ENTERPRISE = (R.ENT_S, R.ENT_M)
OWNERS = (R.ENT_M, R.LND)
TOWN = (R.TWN, R.TWO, R.TWL)
DEPARTMENT = (R.DPO, R.DPL)
TOWN_AND_DEPARTMENT = (*TOWN, *DEPARTMENT)
EVERYBODY = tuple(role for role in Role if role is not R.SYS)

SC_54 = "国办发〔2024〕54号：网格员、专家、议事协调机构和无执法证人员不得实施行政检查"
AQF_15 = "《安全生产法》第十五条：服务机构提供技术、管理服务，保证安全生产的责任仍由本单位负责"
AQF_41 = "《安全生产法》第四十一条：生产经营单位应当采取措施消除事故隐患"
AQF_41_REPORT = "《安全生产法》第四十一条：重大事故隐患应当及时报告负有监管职责的部门"
AQF_41_SUPERVISE = "《安全生产法》第四十一条：部门建立健全重大事故隐患治理督办制度"
AQF_49 = "《安全生产法》第四十九条：出租单位统一协调、管理承租单位的安全生产工作"
AQF_65 = "《安全生产法》第六十五条：由负有监管职责的部门执法人员责令"
AQF_65_LIFT = "《安全生产法》第六十五条：重大事故隐患排除后，经审查同意方可恢复"
AQF_68 = "《安全生产法》第六十八条：检查情况书面记录，拒绝签字的记录在案并报告"
AQF_69 = "《安全生产法》第六十九条：应当由其他部门处理的，及时移送并形成记录备查"
AQF_70 = "《安全生产法》第七十条：经本部门主要负责人批准，书面通知后采取"
AQF_74 = "《安全生产法》第七十四条：任何单位或者个人对事故隐患均有权报告或者举报"
APL_24 = "《行政处罚法》第二十四条：省可以决定将处罚权交由镇街行使"
APL_42 = "《行政处罚法》第四十二条：执法人员不得少于两人，并应当具有执法资格"
APL_54 = "《行政处罚法》第五十四条：符合立案标准的，行政机关应当及时立案"
HAND_UP = "《浙江省安全生产条例》第二十七条、《山东省安全生产条例》第四十七条：拒不整改或者不能立即消除的，报告部门处理"
ARCHIVES = "《档案法实施条例》第三十九条：形成者、形成时间可确认，全过程可追溯"

# 发现与核实 · Finding and confirming.
CAPTURE = power("记录隐患", f"{AQF_74}；系统账号不作决定", *EVERYBODY)
CONFIRM = power("核实隐患", SC_54, *TOWN_AND_DEPARTMENT, propose=(R.EXP,))
VOID = power(
    "作废隐患",
    "草稿由记录人本人作废，登记后由镇街分管领导或部门负责人作废",
    R.TWL,
    R.DPL,
    author=(*PUBLIC, *VILLAGE, R.EXP, *ENTERPRISE, R.LND, R.TWN, R.TWO),
)
CORRECT = power(
    "更正记录",
    f"记录人本人限时更正，此后由镇街分管领导或部门负责人更正；{ARCHIVES}",
    R.TWL,
    R.DPL,
    author=tuple(role for role in EVERYBODY if role not in {R.TWL, R.DPL}),
)

# 定级 · Category and level; who may not decide proposes or reports.
CLASSIFY = power(
    "定级分类",
    f"{SC_54}；{AQF_41_REPORT}",
    R.TWO,
    *DEPARTMENT,
    propose=(R.EXP, R.TWN),
    report=(R.EXP, *ENTERPRISE, R.TWN, R.TWO),
)
UPGRADE = power(
    "升级为重大隐患",
    f"{SC_54}；{AQF_41_REPORT}",
    R.TWO,
    *DEPARTMENT,
    propose=(R.EXP, R.TWN),
    report=(R.EXP, *ENTERPRISE, R.TWN, R.TWO),
)
DOWNGRADE = power("降为一般隐患", "由部门执法人员提出，部门负责人决定", R.DPL, propose=(R.DPO,))

# 处置 · Advice, the lawful order, the request without force, its notice, and who has to do it.
ADVISE = power("提出整改建议", AQF_15, R.EXP, R.TWN, R.TWO, R.DPO)
ORDER = power(
    "责令整改",
    f"{AQF_65}；{SC_54}",
    *DEPARTMENT,
    R.ENF,
    town=(R.TWO,),
    key="town_orders",
    certified=True,
)
ASK = power(
    "要求整改",
    "非强制性要求；企业只对自查隐患自定期限，专家须经镇街工作人员提出",
    *VILLAGE,
    *TOWN,
    R.DPO,
    R.SCO,
    own=(*ENTERPRISE, R.LND),
    propose=(R.EXP,),
)
SERVE = power("送达文书、记录拒绝签字", AQF_68, R.TWO, R.DPO, R.ENF)
ASSIGN = power("指定整改责任人", "由企业主要负责人或执法人员指定", R.TWO, R.DPO, own=(R.ENT_M,))
URGE = power(
    "督促整改",
    "由镇街、村社区、网格、专家、部门或安委办督促",
    *VILLAGE,
    R.EXP,
    *TOWN_AND_DEPARTMENT,
    R.SCO,
)
LANDLORD = power("答复房东责任", AQF_49, own=(R.LND,))

# 治理方案与临时措施 · The plan of a major hazard; the measures of AQF 65 and 70.
REQUIRE_PLAN = power("要求治理方案", "重大隐患由部门要求治理方案", R.DPO, report=(R.TWO,))
WAIVE_PLAN = power("免予治理方案", "由部门执法人员决定", R.DPO)
FILE_PLAN = power("备案治理方案", f"治理方案由主要负责人签署；{AQF_41}", own=OWNERS)
DECIDE_PLAN = power(
    "审核治理方案", "治理方案由部门审核，挂牌督办的由挂牌单位审核", *DEPARTMENT, lister=(R.SCO,)
)
INTERIM = power(
    "采取临时措施",
    AQF_65,
    *DEPARTMENT,
    own=(*ENTERPRISE, R.LND),
    report=TOWN,
    town=(R.TWO,),
    key="town_emergency_measures",
    certified=True,
)
REQUEST_LIFT = power("申请解除临时措施", AQF_65_LIFT, own=OWNERS)
LIFT = power("审查解除临时措施", AQF_65_LIFT, *DEPARTMENT, lister=(R.SCO,))
COMPEL = power("决定停止供电等强制措施", AQF_70, R.DPL, propose=(R.DPO,))

# 整改 · Done by the enterprise.
FIX_ON_SPOT = power(
    "记录当场整改", AQF_41, R.TWO, R.DPO, R.EXP, R.GRID, own=(*ENTERPRISE, R.LND), certified=True
)
REPORT_PROGRESS = power("报告整改进展", AQF_41, own=(*ENTERPRISE, R.LND))
SUBMIT_GENERAL = power("提交整改", AQF_41, own=(*ENTERPRISE, R.LND))
SUBMIT_MAJOR = power("提交重大隐患整改", f"重大隐患由主要负责人组织验收后提交；{AQF_41}", own=OWNERS)

# 复查、销号、重开 · Looking again, striking off, opening again.
REINSPECT_GENERAL = power(
    "复查一般隐患",
    SC_54,
    *TOWN,
    R.DPO,
    R.ENF,
    own=ENTERPRISE,
    propose=(*VILLAGE, R.EXP),
)
REINSPECT_MAJOR = power(
    "复查重大隐患",
    f"重大隐患由部门现场复查；{APL_42}",
    *DEPARTMENT,
    propose=(R.EXP,),
    assist=(R.TWO,),
    certified=True,
)
CLOSE_GENERAL = power(
    "销号一般隐患",
    "由镇街或部门销号，自查闭环由企业第二人销号",
    R.TWO,
    R.TWL,
    *DEPARTMENT,
    own=ENTERPRISE,
    town=(R.TWN,),
    key="town_closes_uncertified",
)
CLOSE_MAJOR = power("销号重大隐患", "重大隐患由部门销号", *DEPARTMENT)
REOPEN = power(
    "重新打开隐患",
    "由镇街执法人员、分管领导、部门或安委办决定",
    R.TWO,
    R.TWL,
    *DEPARTMENT,
    R.SCO,
    propose=(R.EXP, *ENTERPRISE, R.TWN),
)

# 延期 · Requested by the enterprise, agreed by an officer, granted by level.
EXTEND_REQUEST = power("申请延期", "由企业主要负责人在期限届满前申请", own=(R.ENT_M,))
EXTEND_AGREE = power("同意延期申请", "由镇街或部门执法人员初审", R.TWO, R.DPO)
EXTEND_GRANT = power("批准一般隐患延期", "一般隐患由镇街分管领导或部门批准", R.TWL, R.DPO)
EXTEND_GRANT_MAJOR = power("批准重大隐患延期", "重大隐患由部门负责人批准", R.DPL)
EXTEND_GRANT_LISTED = power("批准挂牌隐患延期", "挂牌督办的由挂牌单位批准", lister=(R.DPL, R.SCO))

# 挂牌督办、移送、升级 · Listing, handing over, escalating.
LIST = power("挂牌督办", AQF_41_SUPERVISE, R.DPL, R.SCO, propose=(R.DPO,))
DELIST = power("摘牌", f"由挂牌单位摘牌；{AQF_41_SUPERVISE}", propose=(R.DPO,), lister=(R.DPL, R.SCO))
REQUEST_ACCEPTANCE = power("申请挂牌验收", AQF_41_SUPERVISE, own=OWNERS)
ACCEPT_LISTED = power("验收挂牌隐患", AQF_41_SUPERVISE, *DEPARTMENT, lister=(R.SCO,))
TRANSFER = power("移送隐患", AQF_69, R.TWO, R.TWL, *DEPARTMENT, R.SCO, R.ENF, propose=(R.TWN,))
ANSWER_TRANSFER = power("答复移送", f"由接收部门答复；{AQF_69}", R.DPO)
ESCALATE = power("提请部门处理", HAND_UP, *TOWN, R.SCO, R.SYS, propose=(*VILLAGE, R.EXP))

# 执法 · Referral, penalty and case.
PENALTY = power("提出处罚建议", f"由不能移送执法的人员建议；{APL_24}", *TOWN, R.SCO, R.SYS)
REFER = power(
    "移送执法",
    f"{APL_54}；由部门移送，省授权的镇街可以自行办理；{APL_24}",
    *DEPARTMENT,
    R.ENF,
    propose=(*TOWN, R.SCO, R.SYS),
    town=(R.TWO,),
    key="town_penalties",
)
CASE = power("办理执法案件", f"由执法办案人员办理；{APL_54}", R.ENF)

# 时限 · What only the timer records.
MISS_DEADLINE = power("记录逾期", "逾期由系统按时限记录，任何人不得代记", R.SYS)
RECOMPUTE = power("重新计算期限", "正式日历公布后由系统重新计算", R.SYS)
