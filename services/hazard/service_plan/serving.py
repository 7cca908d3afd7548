"""按计划服务 · Whether a visit may stand under a service plan."""

from datetime import date

from contracts.values import VisitKind
from services.hazard.refused import Refused
from services.hazard.service_plan.state import BOUGHT, ServicePlan

OF_SERVICE = frozenset({VisitKind.EXPERT, VisitKind.RECHECK})


class NotUnderThisPlan(Refused):
    """不属于该服务计划 · A visit under a plan is a service to its enterprise, in its year, within its contract."""


def check_serves(plan: ServicePlan, enterprise: str, kind: VisitKind, on: date) -> None:
    """核对服务计划 · Raises NotUnderThisPlan."""
    if kind not in OF_SERVICE:
        raise NotUnderThisPlan(f"{kind.zh}不是服务机构的服务，不能列入服务计划（{BOUGHT}）")
    if plan.enterprise != enterprise:
        raise NotUnderThisPlan("该服务计划不是这家企业的")
    over = plan.ended_on is not None and plan.ended_on < on
    if over or on.year != plan.year or plan.contract is None or not plan.contract.runs(on):
        raise NotUnderThisPlan(f"{on.isoformat()}不在该服务计划的年度和合同期内（{BOUGHT}）")
