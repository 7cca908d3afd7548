"""文书政策 · Who issues and withdraws papers, and what an order says of the ways against it."""

from collections.abc import Mapping

from contracts.paper import PaperKind
from contracts.values import Role
from services.hazard.policy.limit import DayLimit
from services.hazard.policy.section import Section


class Papers(Section):
    """文书 · The ways against an order with their limits, and the roles for each kind of paper."""

    reconsideration: DayLimit
    litigation: DayLimit
    reconsideration_authority: str
    court: str
    withdrawers: frozenset[Role]
    issuers: Mapping[PaperKind, frozenset[Role]]
