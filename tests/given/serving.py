"""给定 · A street that is served: plans, visits of institutions, urges and re-checks, each recorded in the log."""

from datetime import date, timedelta

from contracts import hazard as life
from contracts import service_plan as plans
from contracts.service_plan import (
    QUARTERS,
    AssignedExpert,
    QuarterDuty,
    ServiceContract,
    ServiceGround,
    last_day,
    plan_id,
)
from contracts.values import ReinspectionMode, Role, UrgeChannel, VisitKind
from contracts.visit import VisitRecorded
from given.street import Firm, at

YEAR = 2026
ONE, TWO = "org-service-1", "org-service-2"
DAY = timedelta(days=1)


def duties(*times: tuple[int, int, int]) -> tuple[QuarterDuty, ...]:
    """So many checks, urges and re-checks in each quarter; one of each unless told."""
    wanted = times or ((1, 1, 1),) * len(QUARTERS)
    return tuple(
        QuarterDuty(
            quarter=quarter,
            checks=checks,
            urges=urges,
            rechecks=rechecks,
            due=last_day(YEAR, quarter),
            remind_on=last_day(YEAR, quarter) - 15 * DAY,
        )
        for quarter, (checks, urges, rechecks) in zip(QUARTERS, wanted, strict=True)
    )


def contract(starts_on: str = "2026-01-01", ends_on: str = "2026-12-31") -> ServiceContract:
    return ServiceContract.model_validate({"number": "3号", "starts_on": starts_on, "ends_on": ends_on})


def expert(person: str) -> AssignedExpert:
    return AssignedExpert(person=person, specialties=("MACHINERY",))


class Served:
    """被服务的企业 · An enterprise with its plan, and what happens at it."""

    def __init__(self, firm: Firm, *, year: int = YEAR) -> None:
        self.firm, self.year = firm, year
        self.plan = plan_id(firm.id, year)
        self.count = 0

    @property
    def of(self) -> dict[str, object]:
        return {"enterprise": self.firm.id, "year": self.year}

    def tell(self, event: plans.ServicePlanEvent, on: str, by: str = "p-9") -> "Served":
        self.firm.street.record(f"service-plan/{self.plan}", event, by, at(on))
        return self

    def planned(self, on: str = "2026-01-08", **more: object) -> "Served":
        said = {
            "ground": ServiceGround.STANDARDISATION,
            "institution": ONE,
            "contract": contract(),
            "expert": expert("p-71"),
            "duties": duties(),
        }
        return self.tell(plans.ServicePlanMade.model_validate(self.of | said | more), on)

    def other_expert(self, on: str, person: str, institution: str = ONE) -> "Served":
        said = {"institution": institution, "former": "p-71", "expert": expert(person)}
        told = {"proposed_by": "p-70", "reason": "原专家调离"}
        return self.tell(plans.ExpertChanged.model_validate(self.of | said | told), on)

    def other_institution(self, on: str, institution: str, person: str = "p-81", **term: str) -> "Served":
        said = {"former": ONE, "institution": institution, "contract": contract(**term)}
        told = {"expert": expert(person), "reason": "原合同解除"}
        return self.tell(plans.InstitutionChanged.model_validate(self.of | said | told), on)

    def ended(self, on: str, last: str) -> "Served":
        said = {"institution": ONE, "ends_on": last, "reason": "搬离"}
        return self.tell(plans.ServicePlanEnded.model_validate(self.of | said), on)

    def visited(
        self,
        on: str,
        *,
        organisation: str = ONE,
        kind: VisitKind = VisitKind.EXPERT,
        by: str = "p-70",
        officers: tuple[str, ...] = (),
        recorded_on: str | None = None,
    ) -> "Served":
        event = VisitRecorded(
            enterprise=self.firm.id,
            visit_kind=kind,
            visited_on=date.fromisoformat(on),
            officers=officers,
            finds=0,
        )
        street = self.firm.street
        subject = f"visit/{plan_id(self.firm.id, len(street.recorded))}"
        street.record(subject, event, by, at(recorded_on or on), organisation=organisation)
        return self

    def urged(self, on: str, *, role: Role = Role.TWN, by: str = "p-9") -> "Served":
        event = life.RectificationUrged(**self._known(), channel=UrgeChannel.PHONE, content="请按期整改")
        return self._of_hazard(event, on, role, by)

    def rechecked(self, on: str, *, passed: bool = True, role: Role = Role.TWO, by: str = "p-9") -> "Served":
        looked = self._known() | {"round": 1, "mode": ReinspectionMode.ON_SITE, "inspectors": (by,)}
        event = (
            life.ReinspectionPassed.model_validate(looked)
            if passed
            else life.ReinspectionFailed.model_validate(looked | {"remark": "未整改到位"})
        )
        return self._of_hazard(event, on, role, by)

    def _known(self) -> dict[str, str]:
        return {"number": "HZ-330111-2026-000001", "enterprise": self.firm.id}

    def _of_hazard(
        self,
        event: life.RectificationUrged | life.ReinspectionPassed | life.ReinspectionFailed,
        on: str,
        role: Role,
        by: str,
    ) -> "Served":
        subject = f"hazard/{plan_id(self.firm.id, 1)}"
        self.firm.street.record(subject, event, by, at(on), role=role)
        return self


def in_full(served: Served) -> Served:
    """All that is owed in each quarter of the year."""
    for month in ("02", "05", "08", "11"):
        served.visited(f"2026-{month}-03").urged(f"2026-{month}-10").rechecked(f"2026-{month}-20")
    return served
