"""上报核实 · What people ask between the first look and the register."""

from contracts.codes import CATEGORIES
from contracts.values import Coordinates, Role, Source, VisitKind
from lives.choosing import Choose
from lives.life import Life
from lives.people import FIRM, OTHER_FIRM, Person
from lives.way import OFFICE, R, S, Way
from services.hazard.lifecycle.reporting import (
    CaptureHazard,
    ConfirmHazard,
    MarkDuplicate,
    RejectAsNotHazard,
    SubmitHazard,
    VoidHazard,
)

CODES = tuple(CATEGORIES)
SELF = (Source.SELF_ENTERPRISE, Source.SELF_SHOP, Source.SELF_TEAM)
SOURCES = {
    Role.EXP: (Source.EXPERT,),
    Role.GRID: (Source.GRID,),
    Role.VIL: (Source.GRID,),
    Role.PUB: (Source.REPORT,),
    Role.WRK: (Source.WORKER,),
    Role.LND: (Source.LANDLORD,),
    Role.ENT_S: SELF,
    Role.ENT_M: SELF,
}
VISITS = {Role.EXP: VisitKind.EXPERT, Role.ENT_S: VisitKind.SELF, Role.ENT_M: VisitKind.SELF}


def category(choose: Choose) -> str:
    return "B77" if choose.slip() else choose.one(CODES)


def capture_hazard(choose: Choose, who: Person, life: Life) -> CaptureHazard:
    known = not choose.chance(15)
    source = choose.one(tuple(Source)) if choose.slip() else choose.one(SOURCES.get(who.role, tuple(Source)))
    place = None if known or choose.slip() else Coordinates(longitude=120.3, latitude=30.2, datum="CGCS2000")
    return CaptureHazard(
        object=(who.organisation if who.organisation in {FIRM, OTHER_FIRM} else FIRM) if known else None,
        object_text=None if known else choose.needed("河边的小作坊"),
        coordinates=place,
        source=source,
        visit_kind=VISITS.get(who.role, choose.one((VisitKind.ADMIN, VisitKind.REMOTE, VisitKind.GRID))),
        officer_present=choose.chance(50),
        place=choose.needed("2号车间配电间"),
        category=choose.needed(category(choose)),
        description=choose.needed("配电箱外壳未做保护接地"),
        photos=choose.photos(),
        advice=choose.maybe("加装保护接地"),
    )


def submit_hazard(choose: Choose, who: Person, life: Life) -> SubmitHazard:
    return SubmitHazard(
        object=OTHER_FIRM if choose.slip() else life.hazard.enterprise or choose.needed(FIRM),
        place=choose.maybe("3号车间"),
        category=choose.maybe(category(choose)),
        description=choose.maybe("配电箱外壳未做保护接地，接地线脱落"),
        photos=choose.photos(),
        evidence_reason=choose.maybe("线上资料核查"),
    )


def confirm_hazard(choose: Choose, who: Person, life: Life) -> ConfirmHazard:
    named = choose.one((OTHER_FIRM, None)) if choose.slip() else life.hazard.enterprise or FIRM
    return ConfirmHazard(enterprise=named, note=choose.maybe(choose.text()))


def reject_as_not_hazard(choose: Choose, who: Person, life: Life) -> RejectAsNotHazard:
    return RejectAsNotHazard(reason=choose.text())


def mark_duplicate(choose: Choose, who: Person, life: Life) -> MarkDuplicate:
    return MarkDuplicate(other=choose.one(tuple(life.others)))


def void_hazard(choose: Choose, who: Person, life: Life) -> VoidHazard:
    return VoidHazard(reason=choose.text())


WAYS = {
    CaptureHazard: Way(capture_hazard, tuple(Role), ()),
    SubmitHazard: Way(submit_hazard, (), (S.DRAFT,), often=40),
    ConfirmHazard: Way(confirm_hazard, OFFICE, (S.PENDING_CONFIRMATION,), often=40),
    RejectAsNotHazard: Way(reject_as_not_hazard, OFFICE, (S.PENDING_CONFIRMATION,), often=8),
    MarkDuplicate: Way(mark_duplicate, OFFICE, (S.PENDING_CONFIRMATION, S.REGISTERED), often=2),
    VoidHazard: Way(void_hazard, (R.TWL, R.DPL), (S.DRAFT, S.REGISTERED), often=1),
}
