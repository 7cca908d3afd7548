"""服务与行动政策 · What service duty and campaigns are decided by."""

from collections.abc import Mapping

from pydantic import Field

from contracts.values import Role
from services.hazard.policy.section import Section


class Specialty(Section):
    """专业 · A specialty of experts: its name, and the words of industries and risk tags that it fits."""

    name: str
    words: frozenset[str]


class Service(Section):
    """社会化服务 · How often an enterprise is served in each quarter, whom a plan is for, who decides about it."""

    checks: int = Field(ge=1)
    urges: int = Field(ge=1)
    rechecks: int = Field(ge=1)
    remind_days: int = Field(ge=1)
    years_ahead: int = Field(ge=0)
    revenue_fen: int = Field(ge=1)
    making_roles: frozenset[Role]
    proposing_roles: frozenset[Role]
    approving_roles: frozenset[Role]
    experts_on_record_required: bool
    specialties: Mapping[str, Specialty]


class Campaigns(Section):
    """专项行动 · Who plans and runs a campaign, who evaluates it."""

    planning_roles: frozenset[Role]
    evaluating_roles: frozenset[Role]
