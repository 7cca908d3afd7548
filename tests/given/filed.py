"""给定 · An enterprise of which everything is on file: graded twice, visited, ordered, served by an institution, fined."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts import enterprise as firm
from contracts import hazard as life
from contracts import values
from contracts.catalogue import open_event
from contracts.envelope import Event, decode
from contracts.limits import Counted, Limit, LimitUnit
from contracts.terms import Side
from contracts.values import VisitKind
from given.long_life import PLAN, long_life
from given.serving import Served
from given.street import Firm, Life, Street, at

GOLDEN = Path(values.__file__).parents[1] / "tests" / "contracts" / "golden"
NOTICE, DRAFT, CASE, PLANNED = (str(UUID(int=n)) for n in range(11, 15))
NUMBER = "（杭滨）应急责改〔2026〕12号"
TEN_DAYS = Counted(since=date(2026, 6, 4), limit=Limit(amount=10, unit=LimitUnit.DAYS))


def golden(name: str, **changes: Any) -> Event:
    """An event of every day, with what is different."""
    event = open_event(decode((GOLDEN / f"{name}.json").read_bytes()))
    return type(event).model_validate(event.model_dump() | changes)


@dataclass(frozen=True)
class Filed:
    """在档企业 · The enterprise and its hazards."""

    street: Street
    firm: Firm
    long: Life
    late: Life
    major: Life
    void: Life


def filed(street: Street | None = None) -> Filed:
    """The whole story; today is 5 July 2026."""
    street = street or Street()
    long = long_life(street)
    late, void = long.firm.hazard("通道堵塞"), long.firm.hazard("录错的")
    told = Filed(street, long.firm, long, late, long.firm.hazard("有限空间未审批"), void)
    _profile(told.firm)
    _late(late)
    _major(told.major)
    void.found("2026-06-05").ordered("2026-06-05", "2026-06-08").voided("2026-06-20")
    _visits(told)
    _notices(told)
    Served(told.firm).planned().visited("2026-02-03")
    _case(told)
    return told


def _profile(one: Firm) -> None:
    one.tell(firm.EnterpriseProfileChanged(village="西村", standardisation="LEVEL_3"), "2026-02-01")
    one.tell(firm.ResponsiblePersonNamed(post=firm.Post.MAIN, person="p-300"), "2026-02-02")
    one.tell(firm.EnterpriseGraded(colour=firm.RiskColour.YELLOW, reason="有喷涂工艺"), "2026-02-03")
    again = firm.ResponsiblePersonNamed(post=firm.Post.MAIN, person="p-301", previous="p-300")
    one.tell(again, "2026-06-01")
    one.tell(firm.EnterpriseGraded(colour=firm.RiskColour.RED, reason="两次复查不合格"), "2026-06-30")


def _late(late: Life) -> None:
    """Registered late, extended once and refused once, submitted six days late, re-inspected two days late."""
    late.captured("2026-06-01").waiting("2026-06-01").registered("2026-06-04")
    late.ordered("2026-06-04", "2026-06-10")
    asked = {"former": "2026-06-10", "reason": "等配件", "protection": "设警示", "counted": TEN_DAYS}
    one = asked | {"wanted": "2026-06-20", "answer_due": "2026-06-08"}
    late.tell(life.ExtensionRequested.model_validate(late.known | one), "2026-06-05", "p-301")
    late.tell(life.ExtensionAgreedBySupervisor(**late.known), "2026-06-06")
    late.extended("2026-06-10", "2026-06-10", "2026-06-16")
    two = asked | {"former": "2026-06-16", "wanted": "2026-06-30", "answer_due": "2026-06-18"}
    late.tell(life.ExtensionRequested.model_validate(late.known | two), "2026-06-15", "p-301")
    refused = life.ExtensionRefused(**late.known, deadline=date(2026, 6, 16), reason="配件已到")
    late.tell(refused, "2026-06-16", "p-50").submitted("2026-06-22")
    overdue = {"round": 1, "reinspection_due": "2026-07-02", "against": Side.OFFICE, "deadline_version": 9}
    late.tell(life.ReinspectionOverdue.model_validate(late.known | overdue), "2026-07-03")
    late.passed("2026-07-04")


def _major(major: Life) -> None:
    """Its plan is filed a day late, returned, filed again; then nothing is done until today."""
    major.found("2026-06-01").major("2026-06-01").plan_required("2026-06-01")
    major.tell(life.PlanFiled(**major.known, plan=PLAN), "2026-06-16", "p-300")
    major.tell(life.PlanReturned(**major.known, reason="资金未落实"), "2026-06-17", "p-50")
    major.planned("2026-06-18", "2026-07-01")


def _visits(told: Filed) -> None:
    told.street.visit(told.firm, "2026-06-03", finds=3, by=("p-9", "p-50"))
    wanted = {"visit_kind": VisitKind.ADMIN, "planned_on": date(2026, 7, 1), "hazards": (), "plan": None}
    planned = golden("visit.planned.1", enterprise=told.firm.id, case=None, **wanted)
    told.street.record(f"visit/{PLANNED}", planned, "p-9", at("2026-06-25"))


def _notices(told: Filed) -> None:
    hazards = (str(told.late.id), str(told.long.id))
    item = {"hazard": hazards[0], "number": told.late.number, "deadline": "2026-06-10"}
    items = (item, item | {"hazard": hazards[1], "number": told.long.number})
    about = {"enterprise": told.firm.id, "number": NUMBER, "hazards": hazards}

    def notice(name: str, on: str, **changes: object) -> None:
        event = golden(f"notice.{name}.1", **about | changes)
        told.street.record(f"notice/{NOTICE}", event, "p-9", at(on))

    notice("drafted", "2026-06-04", items=items)
    notice("numbered", "2026-06-04")
    served = {"items": items, "served_on": date(2026, 6, 5), "recipient": "p-301", "method": "DIRECT"}
    notice("served", "2026-06-05", **served)
    notice("acknowledged", "2026-06-05", person="p-301")
    done = {"hazard": hazards[0], "hazard_number": told.late.number, "done": 1, "items": 2}
    notice("item-done", "2026-07-04", state="PARTLY_DONE", **done)
    other = golden("notice.drafted.1", enterprise=told.firm.id, items=items)
    told.street.record(f"notice/{DRAFT}", other, "p-9", at("2026-07-04"))


def _case(told: Filed) -> None:
    hazard = {"id": str(told.long.id), "number": told.long.number, "level": "MAJOR"}

    def case(name: str, on: str, **changes: object) -> None:
        of = {"enterprise": told.firm.id, "hazards": (hazard,)}
        told.street.record(f"case/{CASE}", golden(f"case.{name}.1", **of | changes), "p-50", at(on))

    case("referred", "2026-06-28")
    case("filed", "2026-06-29", filed_on=date(2026, 6, 29), decision_due=date(2026, 9, 27))
    case("decided", "2026-07-01", decided_on=date(2026, 7, 1))
    case("payment-recorded", "2026-07-03", paid_on=date(2026, 7, 3))
