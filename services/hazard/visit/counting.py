"""年度计次 · How many counted visits an enterprise bears in a year; counted when a visit begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from contracts.envelope import Envelope
from contracts.values import Standardisation
from contracts.visit import (
    CapExemption,
    CapGroup,
    CapStanding,
    VisitCounted,
    VisitCountEvent,
    VisitStarted,
)
from services.hazard.enterprise import Enterprise
from services.hazard.occasion import Occasion
from services.hazard.policy import Policy
from services.hazard.refused import Refused
from services.hazard.visit.state import Visit

NAMESPACE = UUID("2b7a4f0d-5f0b-5d6d-8c0e-6a1f0c7e9d42")  # of ids that an enterprise and a year make
RULE = "国办发〔2024〕54号：不得超过公布的年度检查频次上限"


class YearlyCapReached(Refused):
    """已达年度检查次数上限 · The enterprise has borne as many visits this year as there may be."""


class ExemptionUnfounded(Refused):
    """不计次事由不成立 · An exemption has its reason, and its ground on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitCount:
    """年度次数 · How many visits of each group have begun at an enterprise in a year."""

    version: int = 0
    counts: Mapping[CapGroup, int] = field(default_factory=dict)

    def of(self, group: CapGroup) -> int:
        """次数 · Of one group."""
        return self.counts.get(group, 0)


def count_key(enterprise: str, year: int) -> str:
    """年度标识 · The id of an enterprise's year, a UUIDv5 of both."""
    return str(uuid5(NAMESPACE, f"{enterprise}/{year}"))


def cap_of(enterprise: Enterprise, group: CapGroup, policy: Policy) -> int:
    """年度上限 · By what the file says of the enterprise: its level of standardisation, and whether the risk is high."""
    caps = policy.limits.yearly_visit_cap
    if group is CapGroup.SUPERVISION:
        return caps.supervision
    table = caps.high_risk if is_high_risk(enterprise, caps.high_risk_words) else caps.ordinary
    level = enterprise.profile.standardisation if enterprise.profile else None
    return table.get(level or Standardisation.NONE, table[Standardisation.NONE])


def is_high_risk(enterprise: Enterprise, words: frozenset[str]) -> bool:
    """高风险 · Whether industry or tags hold one of the words."""
    profile = enterprise.profile
    said = (profile.industry or "", *profile.tags) if profile else ()
    return any(word in text for word in words for text in said)


def standing(
    visit: Visit, exemption: CapExemption | None, count: VisitCount, occasion: Occasion
) -> CapStanding | None:
    """计次 · Which of the year's visits this is; None if it does not count.

    Raises YearlyCapReached, with the count so far and the rule.
    """
    group = visit.rules(occasion.policy).cap
    if group is None or exemption is not None:
        return None
    enterprise = occasion.enterprise
    assert enterprise is not None  # it was leaned on
    had, cap, year = count.of(group), cap_of(enterprise, group, occasion.policy), occasion.today.year
    if had >= cap:
        raise YearlyCapReached(
            f"{enterprise.name} {year}年已接受{group.zh} {had} 次，达到年度上限 {cap} 次（{RULE}；第 {occasion.policy.version} 版"
            f"政策）；因案件举报、事故、上级部署确需检查的，请写明不计次事由"
        )
    return CapStanding(group=group, year=year, count=had + 1, cap=cap)


def check_exemption(
    visit: Visit, claimed: CapExemption | None, reason: str | None, document: str | None, occasion: Occasion
) -> CapExemption | None:
    """不计次事由 · What the kind brings with it, or what is claimed with its ground. Raises ExemptionUnfounded."""
    rules = visit.rules(occasion.policy)
    if rules.exempt is not None or claimed is None:
        return rules.exempt
    if claimed not in occasion.policy.visiting.exemptions:
        raise ExemptionUnfounded(f"「{claimed.zh}」不是现行政策规定的不计次事由")
    if reason is None:
        raise ExemptionUnfounded(f"以「{claimed.zh}」不计次的，须写明情况")
    grounds = {
        CapExemption.CASE: (visit.case or visit.report, "案件或者举报件编号"),
        CapExemption.RECHECK: (visit.hazards, "复查的隐患"),
        CapExemption.SUPERIOR_ORDER: (document, "上级部署的文号"),
        CapExemption.ACCIDENT: (reason, "事故情况"),
    }
    ground, name = grounds[claimed]
    if not ground:
        raise ExemptionUnfounded(f"以「{claimed.zh}」不计次的，须有{name}")
    return claimed


def counted(visit: str, started: VisitStarted) -> tuple[VisitCounted, ...]:
    """计入 · What is written to the year's stream when this visit begins; nothing if it does not count."""
    if started.cap is None:
        return ()
    fields = started.cap.model_dump() | {"visit_kind": started.visit_kind, "visit": visit}
    return (VisitCounted(enterprise=started.enterprise, **fields),)


def evolve(count: VisitCount, event: VisitCountEvent, envelope: Envelope) -> VisitCount:
    """演变 · The numbers after one more visit."""
    return VisitCount(
        version=envelope.version, counts={**count.counts, event.group: count.of(event.group) + 1}
    )
