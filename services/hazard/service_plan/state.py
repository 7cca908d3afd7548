"""服务计划状态 · What the rules about a plan read, and what all of them begin with."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from contracts.service_plan import AssignedExpert, QuarterDuty, ServiceContract
from contracts.values import Role
from services.hazard.occasion import Occasion
from services.hazard.refused import MayNot, Refused

BOUGHT = "《安全生产法》第十五条：服务机构接受委托提供服务；由政府购买的，由委托单位制定计划"


class ServicePlanOver(Refused):
    """服务计划已终止 · Nothing more is decided about a plan that has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """更换提议 · Who is to serve instead, who says so, and why."""

    proposed_by: str
    expert: AssignedExpert
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePlan:
    """服务计划 · The state that rules read."""

    version: int = 0
    enterprise: str | None = None
    year: int = 0
    division: str = ""
    institution: str = ""
    contract: ServiceContract | None = None
    expert: AssignedExpert | None = None
    duties: tuple[QuarterDuty, ...] = ()
    proposal: Proposal | None = None
    ended_on: date | None = None
    last_at: datetime | None = None

    @property
    def known(self) -> tuple[str, AssignedExpert]:
        """所属 · The enterprise and its expert: of a plan that was made."""
        assert self.enterprise is not None  # whoever may reach it knows that it is there
        assert self.expert is not None  # as above
        return self.enterprise, self.expert

    def must_run(self) -> None:
        """仍在执行 · Refuse what cannot be done to a plan that has ended."""
        if self.ended_on is not None:
            raise ServicePlanOver(f"{self.year}年度的服务计划已于{self.ended_on.isoformat()}终止，不再变更")


def check_role(roles: Collection[Role], occasion: Occasion, act: str, basis: str) -> None:
    """角色权限 · Who may, by policy; the refusal names the rule and who may instead.

    Raises MayNot.
    """
    if occasion.role not in roles:
        others = "、".join(role.zh for role in Role if role in roles)
        raise MayNot(f"{occasion.role.zh}无权{act}（{basis}）；可以办理的是：{others}")
