"""按计划服务 · A visit under a plan is a service to its enterprise, in its year, within its contract, while it runs."""

from datetime import date

import pytest

from contracts.values import VisitKind
from given.served import CONTRACT, plan
from given.story import ENTERPRISE, TWN, TWO
from services.hazard.service_plan.changing import EndServicePlan, end_service_plan
from services.hazard.service_plan.serving import NotUnderThisPlan, check_serves

K = VisitKind
OTHER = "00000000-0000-5000-8000-000000000002"
TERM = CONTRACT | {"starts_on": "2025-03-01", "ends_on": "2026-11-30"}


@pytest.mark.parametrize("kind", [K.EXPERT, K.RECHECK])
@pytest.mark.parametrize("day", ["2026-01-01", "2026-11-30"])
def test_a_service_within_year_and_contract_stands_under_it(kind: VisitKind, day: str) -> None:
    check_serves(plan(TWN, contract=TERM).state, ENTERPRISE, kind, date.fromisoformat(day))


@pytest.mark.parametrize("kind", [kind for kind in K if kind not in {K.EXPERT, K.RECHECK}])
def test_no_inspection_stands_under_a_service_plan(kind: VisitKind) -> None:
    with pytest.raises(NotUnderThisPlan, match=kind.zh):
        check_serves(plan(TWN).state, ENTERPRISE, kind, date(2026, 6, 3))


@pytest.mark.parametrize(
    ("enterprise", "day"), [(OTHER, "2026-06-03"), (ENTERPRISE, "2025-12-31"), (ENTERPRISE, "2026-12-01")]
)
def test_another_enterprise_year_or_term_does_not(enterprise: str, day: str) -> None:
    with pytest.raises(NotUnderThisPlan):
        check_serves(plan(TWN, contract=TERM).state, enterprise, K.EXPERT, date.fromisoformat(day))


def test_nothing_stands_under_it_after_its_end() -> None:
    end = EndServicePlan(ends_on=date(2026, 9, 30), reason="搬离")
    over = plan(TWN).when(end_service_plan, end, TWO).state

    check_serves(over, ENTERPRISE, K.EXPERT, date(2026, 9, 30))
    with pytest.raises(NotUnderThisPlan):
        check_serves(over, ENTERPRISE, K.EXPERT, date(2026, 10, 1))
