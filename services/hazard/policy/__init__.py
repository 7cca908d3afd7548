"""政策 · Limits, powers and waivers as data; no legal number stands in code."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.regions import MeasureKind, SupervisionLevel
from contracts.values import Role, Source, VisitKind, Waiver
from services.hazard.policy.files import CURRENT, shipped
from services.hazard.policy.section import Clause, Code, Dated, Section

__all__ = ["Clause", "Code", "Dated", "Policy", "Profile", "Section", "read_policy"]


class Limits(Section):
    """时限 · Days are calendar days, hours are hours."""

    triage_hours: int
    general_default_days: int
    general_max_days: int
    major_max_days: int
    major_report_hours: int
    plan_due_days: int
    reinspection_days: int
    failures_to_referral: int
    offline_hours: int
    future_minutes: int
    certified_officers: int
    progress_months: int
    listing_filing_days: int  # working days
    listing_publication_days: int  # working days
    resumption_review_days: int
    resumption_review_days_of: Mapping[str, int]  # by industry, where it is another
    urgent_report_hours: int
    power_cut_notice_hours: int
    transfer_answer_days: int
    transfer_returns_to_committee: int
    landlord_answer_days: int
    correction_hours: int


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


class Powers(Section):
    """权力 · What a visit kind and a town may do."""

    ordering_visit_kinds: frozenset[VisitKind]
    visitors: Mapping[VisitKind, frozenset[Role]]
    town_orders: bool
    town_closes_uncertified: bool
    town_penalties: bool
    general_auto_close: bool
    town_emergency_measures: frozenset[MeasureKind]
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


class Policy(Section):
    """政策 · One published version; every event names the version it was decided under."""

    version: str
    calendar_version: str
    effective_from: date
    limits: Limits
    ladder: Ladder
    finding: Finding
    tracks: Tracks
    powers: Powers
    ledger: LedgerRules
    publishing: Publishing
    retention: Retention
    formulas: Formulas
    floors: Mapping[str, Mapping[str, int]]
    clauses: Mapping[str, Clause]
    categories: Mapping[str, Code]
    provinces: Mapping[str, Profile]


def read_policy(version: str = CURRENT) -> Policy:
    """读取政策 · The shipped policy data of a version."""
    return Policy.model_validate(shipped(version))
