"""政策 · Limits, powers and waivers as data; no legal number stands in code."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from contracts.regions import MeasureKind, SupervisionLevel
from contracts.values import Role, Source, VisitKind, Waiver

HERE = Path(__file__).parent
CURRENT = "2026.1"


class Section(BaseModel):
    """政策章节 · Frozen, and strict about unknown keys: a typing error in policy must not pass."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
    general_auto_close: bool
    town_emergency_measures: frozenset[MeasureKind]
    internal_listing_levels: frozenset[SupervisionLevel]


class LedgerRules(Section):
    """台账 · What an imported row may lack, and who may import."""

    waived: frozenset[Waiver]
    importing_roles: frozenset[Role]


class Policy(Section):
    """政策 · One published version; every event names the version it was decided under."""

    version: str
    calendar_version: str
    effective_from: date
    limits: Limits
    finding: Finding
    tracks: Tracks
    powers: Powers
    ledger: LedgerRules


def read_policy(version: str = CURRENT) -> Policy:
    """读取政策 · The shipped policy data of a version."""
    return Policy.model_validate(tomllib.loads((HERE / f"{version}.toml").read_text(encoding="utf-8")))
