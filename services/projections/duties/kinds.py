"""应办事项一览 · What may have to be done about a hazard: by whom, held against whom, on which basis, by which commands.

The same as the write side's `/next`, told from events alone; a test compares the two over random lives.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.terms import Side
from contracts.values import Level, Named, Role, Track
from services.projections.ledger_rows import Hazard


class Duty(Named):
    """应办事项 · One thing somebody has to do about a hazard now."""

    TRIAGE = "TRIAGE", "上报草稿"
    CONFIRMATION = "CONFIRMATION", "核实"
    DISPOSAL = "DISPOSAL", "处置"
    PLAN = "PLAN", "报送治理方案"
    PLAN_DECISION = "PLAN_DECISION", "审核治理方案"
    SERVICE = "SERVICE", "送达文书"
    RECTIFICATION = "RECTIFICATION", "整改"
    EXTENSION_AGREEMENT = "EXTENSION_AGREEMENT", "初审延期申请"
    EXTENSION_ANSWER = "EXTENSION_ANSWER", "答复延期申请"
    REINSPECTION = "REINSPECTION", "复查"
    CLOSURE = "CLOSURE", "销号"
    PROGRESS = "PROGRESS", "报告整改进展"
    ACCEPTANCE = "ACCEPTANCE", "验收挂牌隐患"
    DELISTING = "DELISTING", "摘牌"
    LIFT_REQUEST = "LIFT_REQUEST", "申请解除临时措施"
    LIFT_REVIEW = "LIFT_REVIEW", "审查解除临时措施"
    TRANSFER_ANSWER = "TRANSFER_ANSWER", "答复移送"
    TRANSFER_DECISION = "TRANSFER_DECISION", "指定责任单位"


R = Role
OWN = (R.ENT_S, R.ENT_M)
OWNERS = (R.ENT_M, R.LND)
TOWN = (R.TWN, R.TWO, R.TWL)
DEPARTMENT = (R.DPO, R.DPL)

AQF_41 = "《安全生产法》第四十一条：生产经营单位应当采取措施消除事故隐患"
AQF_41_SUPERVISE = "《安全生产法》第四十一条：部门建立健全重大事故隐患治理督办制度"
AQF_65_LIFT = "《安全生产法》第六十五条：重大事故隐患排除后，经审查同意方可恢复"
AQF_69 = "《安全生产法》第六十九条：应当由其他部门处理的，及时移送并形成记录备查"


@dataclass(frozen=True, slots=True)
class Held:
    """由谁办理 · One row of the table: whose duty it is, and the roles by level and closing track.

    `major`: of a major hazard, when others than of a general one. `own`: on the enterprise's own track, where the duty
    is the enterprise's.
    """

    basis: str
    commands: tuple[str, ...]
    side: Side
    general: tuple[Role, ...]
    major: tuple[Role, ...] | None = None
    own: tuple[Role, ...] | None = None

    def roles(self, hazard: Hazard) -> tuple[Role, ...]:
        """角色 · Whose turn it is, by how the hazard stands."""
        if hazard.level == Level.MAJOR:
            return self.general if self.major is None else self.major
        if self.own is not None and hazard.track == Track.ENTERPRISE:
            return self.own
        return self.general

    def against(self, hazard: Hazard) -> Side:
        """责任方 · Against whom it is held when it is late."""
        general = hazard.level != Level.MAJOR
        own = self.own is not None and general and hazard.track == Track.ENTERPRISE
        return Side.ENTERPRISE if own else self.side


ENTERPRISE, OFFICE = Side.ENTERPRISE, Side.OFFICE
D = Duty
# 谁现在应当办什么 · domain/lifecycle.md b.3, b.5: those on whom it waits, of all who would be allowed to.
DUTIES: Mapping[Duty, Held] = {
    D.TRIAGE: Held("上报后才计入隐患", ("submit", "void"), OFFICE, ()),
    D.CONFIRMATION: Held(
        "待核实办理时限", ("confirm", "reject", "mark-duplicate"), OFFICE, (*TOWN, *DEPARTMENT)
    ),
    D.DISPOSAL: Held(
        "登记后应当责令或者要求整改；重大隐患由部门要求治理方案",
        ("order-rectification", "ask-rectification", "require-plan"),
        OFFICE,
        (*TOWN, R.DPO),
        (R.DPO,),
        OWN,
    ),
    D.PLAN: Held(AQF_41, ("file-plan",), ENTERPRISE, OWNERS),
    D.PLAN_DECISION: Held("治理方案由部门审核", ("accept-plan", "return-plan"), OFFICE, DEPARTMENT),
    D.SERVICE: Held("责令整改文书送达时限", ("serve-notice",), OFFICE, (R.TWO, R.DPO, R.ENF)),
    D.RECTIFICATION: Held(
        AQF_41,
        ("submit-rectification", "request-extension", "fix-on-spot"),
        ENTERPRISE,
        (*OWN, R.LND),
        OWNERS,
    ),
    D.EXTENSION_AGREEMENT: Held("延期申请答复时限", ("agree-extension",), OFFICE, (R.TWO, R.DPO)),
    D.EXTENSION_ANSWER: Held(
        "延期申请答复时限", ("grant-extension", "refuse-extension"), OFFICE, (R.TWL, R.DPO), (R.DPL,)
    ),
    D.REINSPECTION: Held("复查时限", ("reinspect",), OFFICE, (*TOWN, R.DPO, R.ENF), DEPARTMENT, OWN),
    D.CLOSURE: Held("复查合格后销号", ("close",), OFFICE, (R.TWO, R.TWL, *DEPARTMENT), DEPARTMENT, OWN),
    D.PROGRESS: Held("挂牌督办：至少每季度报告一次进展", ("report-progress",), ENTERPRISE, (*OWN, R.LND)),
    D.ACCEPTANCE: Held(AQF_41_SUPERVISE, ("accept-listed",), OFFICE, DEPARTMENT),
    D.DELISTING: Held(AQF_41_SUPERVISE, ("delist",), OFFICE, ()),
    D.LIFT_REQUEST: Held(AQF_65_LIFT, ("request-lift",), ENTERPRISE, OWNERS),
    D.LIFT_REVIEW: Held(AQF_65_LIFT, ("lift-interim-measure", "refuse-lift"), OFFICE, DEPARTMENT),
    D.TRANSFER_ANSWER: Held(AQF_69, ("accept-transfer", "return-transfer"), OFFICE, (R.DPO,)),
    D.TRANSFER_DECISION: Held(AQF_69, ("transfer",), OFFICE, (R.SCO,)),
}
