"""整改到销号 · What people ask while it is put right, looked at, struck off and opened again."""

from datetime import timedelta

from contracts.values import Level, PlanItem, RectificationPlan, ReinspectionMode, ReopenReason
from lives.choosing import PHOTOS, Choose
from lives.life import Life
from lives.people import OF_FIRM, Person
from lives.way import DEPARTMENT, FIRM, OFFICE, UNDONE, R, S, Way
from services.hazard.lifecycle.closing import CloseHazard, ReopenHazard
from services.hazard.lifecycle.planning import AcceptPlan, FilePlan, RequirePlan, ReturnPlan, WaivePlan
from services.hazard.lifecycle.rectifying import FixOnSpot, ReportProgress, SubmitRectification
from services.hazard.lifecycle.reinspecting import Reinspect
from services.hazard.lifecycle.state import Hazard

ITEMS = tuple(RectificationPlan.model_fields)


def require_plan(choose: Choose, who: Person, life: Life) -> RequirePlan:
    return RequirePlan(plan_due=choose.maybe(choose.day(life.today, 1, 14)))


def waive_plan(choose: Choose, who: Person, life: Life) -> WaivePlan:
    return WaivePlan(reason=choose.text(), photos=(choose.one(PHOTOS),))


def file_plan(choose: Choose, who: Person, life: Life) -> FilePlan:
    missing = choose.one(ITEMS) if choose.slip() else None
    items = {item: PlanItem(in_place=item != missing, content=choose.text()) for item in ITEMS}
    return FilePlan(plan=choose.needed(RectificationPlan(**items)))


def accept_plan(choose: Choose, who: Person, life: Life) -> AcceptPlan:
    return AcceptPlan(
        deadline=choose.day(life.today, 1, life.policy.limits.major_max_days),
        responsible=choose.of_firm(),
        warning_sign=choose.needed(choose.one(PHOTOS)),
    )


def return_plan(choose: Choose, who: Person, life: Life) -> ReturnPlan:
    return ReturnPlan(reason=choose.text())


def fix_on_spot(choose: Choose, who: Person, life: Life) -> FixOnSpot:
    own = choose.maybe(who.id) if who.role in OF_FIRM else choose.of_firm()
    return FixOnSpot(
        measures=choose.text(),
        before=choose.photos(),
        after=choose.photos(),
        fixed_by=choose.one((None, choose.of_firm(), who.id)) if choose.slip() else own,
    )


def report_progress(choose: Choose, who: Person, life: Life) -> ReportProgress:
    return ReportProgress(progress=choose.text(), photos=choose.photos())


def submit_rectification(choose: Choose, who: Person, life: Life) -> SubmitRectification:
    lived = (life.today - (life.hazard.found_on or life.today)).days
    completed_on = life.today - timedelta(days=choose.random.randrange(max(lived, 0) + 1))
    return SubmitRectification(
        measures=choose.text(),
        completed_on=choose.day(life.today, 1, 1) if choose.slip() else completed_on,
        photos=choose.photos(),
        cost=choose.needed(120_000),
        acceptance_report=choose.needed(choose.one(PHOTOS)),
    )


def reinspect(choose: Choose, who: Person, life: Life) -> Reinspect:
    longest = life.hazard.first_length or life.policy.limits.general_default_days
    modes = tuple(ReinspectionMode) if choose.slip() else (ReinspectionMode.ON_SITE,)
    others, certificates = choose.team(who)
    along = others if life.hazard.level is Level.MAJOR or choose.chance(30) else ()
    return Reinspect(
        result="fail" if choose.chance(35) else "pass",
        mode=choose.one(modes),
        others=along,
        certificates=certificates,
        photos=choose.photos(),
        remark=choose.needed(choose.text()),
        deadline=choose.needed(choose.day(life.today, 1, longest)),
    )


def close_hazard(choose: Choose, who: Person, life: Life) -> CloseHazard:
    return CloseHazard(remark=choose.maybe(choose.text()))


def reopen_hazard(choose: Choose, who: Person, life: Life) -> ReopenHazard:
    limits = life.policy.limits
    longest = limits.major_max_days if life.hazard.level is Level.MAJOR else limits.general_max_days
    return ReopenHazard(
        reason=choose.one(tuple(ReopenReason)),
        remark=choose.text(),
        deadline=choose.day(life.today, 1, longest),
        responsible=choose.of_firm(),
    )


def major(hazard: Hazard) -> bool:
    return hazard.level is Level.MAJOR


def own(hazard: Hazard) -> bool:
    """自查 · Found by the enterprise itself, and never ordered."""
    return hazard.author_role in FIRM and not hazard.ordered


def filed(hazard: Hazard) -> bool:
    return hazard.plan_filed


WAYS = {
    RequirePlan: Way(require_plan, (R.DPO,), (S.REGISTERED,), major, often=20),
    WaivePlan: Way(waive_plan, (R.DPO,), (S.REGISTERED, S.PLAN_REQUIRED), major, often=2),
    FilePlan: Way(
        file_plan, (R.ENT_M, R.LND), (S.PLAN_REQUIRED,), lambda hazard: not hazard.plan_filed, often=30
    ),
    AcceptPlan: Way(accept_plan, DEPARTMENT, (S.PLAN_REQUIRED,), filed, often=30),
    ReturnPlan: Way(return_plan, DEPARTMENT, (S.PLAN_REQUIRED,), filed, often=4),
    FixOnSpot: Way(
        fix_on_spot,
        (*FIRM, R.LND, R.TWO, R.DPO, R.EXP, R.GRID),
        (S.REGISTERED, S.PLAN_REQUIRED),
        lambda hazard: hazard.plan_waived or not major(hazard),
        often=3,
    ),
    ReportProgress: Way(
        report_progress,
        (*FIRM, R.LND),
        (*UNDONE, S.SUBMITTED),
        lambda hazard: hazard.supervision.listed or hazard.status is not S.SUBMITTED,
        often=3,
    ),
    SubmitRectification: Way(
        submit_rectification,
        lambda hazard: (R.ENT_M,) if major(hazard) else (*FIRM, R.LND),
        (S.RECTIFYING,),
        often=60,
    ),
    Reinspect: Way(
        reinspect,
        lambda hazard: DEPARTMENT if major(hazard) else FIRM if own(hazard) else (*OFFICE, R.ENF),
        (S.SUBMITTED,),
        often=60,
    ),
    CloseHazard: Way(
        close_hazard,
        lambda hazard: DEPARTMENT if major(hazard) else FIRM if own(hazard) else OFFICE,
        (S.VERIFIED,),
        lambda hazard: not (hazard.supervision.listed or hazard.interim.standing),
        often=80,
    ),
    ReopenHazard: Way(
        reopen_hazard, (R.TWO, R.TWL, *DEPARTMENT, R.SCO, R.EXP, R.ENT_M), (S.VERIFIED, S.CLOSED), often=2
    ),
}
