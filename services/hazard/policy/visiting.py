"""检查政策 · What each kind of visit needs before it may begin, and how many an enterprise bears in a year."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from contracts.values import Named, Role, Standardisation, VisitKind
from contracts.visit import CapExemption, CapGroup
from services.hazard.policy.section import Section


class Need(Named):
    """检查要件 · What a kind of visit needs."""

    CERTIFICATES = "certificates", "持证执法人员"
    APPROVAL = "approval", "事先批准"
    SCAN_IN = "scan-in", "扫码入企"
    SIGNATURE = "signature", "企业签字或者拒签记录"
    ENTRUSTMENT = "entrustment", "书面委托"
    LEAD_DEPARTMENT = "lead-department", "牵头部门和成员单位"
    CASE = "case", "案件或者举报编号"
    HAZARDS = "hazards", "复查的隐患"
    LEADER = "leader", "带队领导"
    EXPERT = "expert", "专家"
    ACCOMPANYING_OFFICER = "accompanying-officer", "镇街或者部门人员带队"
    SERVICE_PLAN = "service-plan", "服务计划"
    GRID = "grid", "网格员或者村社区安全员"
    LANDLORD = "landlord", "房东"


class VisitKindRules(Section):
    """一类检查 · What it needs, which yearly number it counts to, or why it counts to none."""

    needs: frozenset[Need]
    cap: CapGroup | None = None
    exempt: CapExemption | None = None


class Visiting(Section):
    """检查办理 · Who approves visits, who keeps forms, and which exemptions from the yearly number hold."""

    approvers: frozenset[Role]
    form_keepers: frozenset[Role]
    exemptions: frozenset[CapExemption]


class YearlyVisitCap(Section):
    """年度检查上限 · How many counted visits an enterprise bears in a calendar year.

    Inspections by its level of standardisation (NONE: without one, or of a level that is not named), more where the
    risk is high: where its industry or a tag holds one of the words.
    """

    ordinary: Mapping[Standardisation, int]
    high_risk: Mapping[Standardisation, int]
    high_risk_words: frozenset[str]
    supervision: int


class WithVisits(Protocol):
    """含检查规定的政策 · What the checks below read of a policy."""

    @property
    def visit_kinds(self) -> Mapping[VisitKind, VisitKindRules]:
        """各类检查 · By kind."""


SC_54 = "国办发〔2024〕54号"
# 行政检查的底线 · What no edition may take from an administrative inspection (SC-54; APL 42).
OF_INSPECTIONS = frozenset({Need.CERTIFICATES, Need.APPROVAL, Need.SCAN_IN})


def wrong_kinds(policy: WithVisits, inspections: frozenset[VisitKind]) -> Iterator[str]:
    """检查规定的矛盾 · A kind without a row, an inspection without certificates, approval or scan-in."""
    for kind in VisitKind:
        rules = policy.visit_kinds.get(kind)
        if rules is None:
            yield f"{kind.zh}没有规定（visit_kinds.{kind.value}）"
        elif kind in inspections:
            for need in sorted(OF_INSPECTIONS - rules.needs):
                yield f"{kind.zh}须有{need.zh}（{SC_54}；《行政处罚法》第四十二条）"


def wrong_caps(caps: YearlyVisitCap) -> Iterator[str]:
    """年度上限的矛盾 · A table that says nothing of enterprises without a level."""
    for name, table in (("ordinary", caps.ordinary), ("high_risk", caps.high_risk)):
        if Standardisation.NONE not in table:
            yield f"limits.yearly_visit_cap.{name} 须有未创建标准化企业（NONE）的上限"
