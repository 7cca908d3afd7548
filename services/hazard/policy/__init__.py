"""政策 · Limits, powers and waivers as data; no legal number stands in code."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from contracts.regions import MeasureKind, SupervisionLevel
from contracts.values import CategoryCode, Role, Source, VisitKind, Waiver
from services.hazard.policy.cases import CaseRules
from services.hazard.policy.documents import Documents
from services.hazard.policy.files import CURRENT, shipped
from services.hazard.policy.limit import DayLimit
from services.hazard.policy.papers import Papers
from services.hazard.policy.scorecards import Scorecards
from services.hazard.policy.section import Clause, Code, Dated, Section
from services.hazard.policy.service import Campaigns, Service
from services.hazard.policy.visiting import Visiting, VisitKindRules, YearlyVisitCap

__all__ = ["Clause", "Code", "Dated", "DayLimit", "Policy", "Profile", "Section", "read_policy"]


class Limits(Section):
    """时限 · Days are calendar days, hours are hours; a limit with a unit of its own says so."""

    triage_hours: int
    critical_triage_hours: int
    general_default_days: int
    general_max_days: int
    major_max_days: int
    major_report_hours: int
    plan_due: DayLimit
    reinspection: DayLimit
    notice_service: DayLimit
    extension_request_general: DayLimit
    extension_request_major: DayLimit
    extension_answer_general: DayLimit
    extension_answer_major: DayLimit
    extensions: int
    due_soon_days: int
    failures_to_referral: int
    offline_hours: int
    future_minutes: int
    certified_officers: int
    transfer_answer: DayLimit
    transfer_returns_to_committee: int
    landlord_answer: DayLimit
    correction_hours: int
    progress_months: int
    listing_filing: DayLimit
    listing_publication: DayLimit
    resumption_review: DayLimit
    resumption_review_of: Mapping[str, DayLimit]  # by industry, where it is another
    urgent_report_hours: int
    power_cut_notice_hours: int
    yearly_visit_cap: YearlyVisitCap


class SpecialEquipment(Section):
    """特种设备 · Re-inspected within a limit of its own."""

    categories: frozenset[CategoryCode]
    reinspection: DayLimit


class Ladder(Section):
    """升级阶梯 · How many days after the deadline each rung begins; a major hazard goes to the department sooner."""

    leader_days: int
    department_days: int
    committee_days: int
    major_department_days: int


class Finding(Section):
    """发现 · Whose finds wait for confirmation."""

    roles_to_confirm: frozenset[Role]


class Tracks(Section):
    """轨道 · Which sources close on which track."""

    enterprise_sources: frozenset[Source]
    enterprise_roles: frozenset[Role]
    service_sources: frozenset[Source]


class OnRecord(StrEnum):
    """任职记录 · What counts as a certified officer: an appointment on record, or also the word of who has none."""

    REQUIRED = "required"
    WHEN_APPOINTED = "when-appointed"


class Powers(Section):
    """权力 · What a visit kind and a town may do."""

    ordering_visit_kinds: frozenset[VisitKind]
    visitors: Mapping[VisitKind, frozenset[Role]]
    town_orders: bool
    town_closes_uncertified: bool
    town_emergency_measures: bool
    town_penalties: bool
    certificates_on_record: OnRecord
    general_auto_close: bool
    town_emergency_kinds: frozenset[MeasureKind]
    internal_listing_levels: frozenset[SupervisionLevel]


class LedgerRules(Section):
    """台账 · What an imported row may lack, and who may import."""

    waived: frozenset[Waiver]
    importing_roles: frozenset[Role]


class Publishing(Section):
    """公布 · How long before a version takes effect it is published, and how far ahead it may be; in days."""

    lead_days: int
    latest_days: int


class Retention(Section):
    """保存期限 · In years after closure; the event log itself is kept."""

    general_years: int
    major_years: int
    enforcement_years: int


class Formulas(Section):
    """统计口径 · Which version of the formulas figures are counted by."""

    tallies: str


class Profile(Section):
    """省级授权 · What a province lays down otherwise: tables over the default's."""

    name: str
    # Any: a table's values; they are validated with the policy that they make.
    powers: Mapping[str, Any] = {}
    limits: Mapping[str, Any] = {}
    retention: Mapping[str, Any] = {}
    cases: Mapping[str, Any] = {}
    visit_kinds: Mapping[str, Any] = {}


class Policy(Section):
    """政策 · One published version; every event names the version it was decided under."""

    version: str
    effective_from: date
    limits: Limits
    ladder: Ladder
    special_equipment: SpecialEquipment
    finding: Finding
    tracks: Tracks
    powers: Powers
    cases: CaseRules
    visiting: Visiting
    visit_kinds: Mapping[VisitKind, VisitKindRules]
    service: Service
    campaigns: Campaigns
    ledger: LedgerRules
    papers: Papers
    documents: Documents
    publishing: Publishing
    retention: Retention
    formulas: Formulas
    scorecards: Scorecards
    floors: Mapping[str, Mapping[str, int]]
    clauses: Mapping[str, Clause]
    categories: Mapping[str, Code]
    provinces: Mapping[str, Profile]


def read_policy(version: str = CURRENT) -> Policy:
    """读取政策 · The shipped policy data of a version."""
    return Policy.model_validate(shipped(version))
