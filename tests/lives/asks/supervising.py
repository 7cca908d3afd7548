"""督办与措施 · What people ask of a major hazard beside its rectification: lists, stops, compulsion, a lower level."""

from datetime import timedelta

from contracts.regions import CompulsionKind, InterimState, MeasureKind, SupervisionLevel, SupervisionState
from contracts.values import Level, Role
from lives.choosing import PHOTOS, Choose
from lives.life import Life
from lives.people import Person, of
from lives.way import DEPARTMENT, FIRM, OPEN, UNDONE, R, S, Way
from services.hazard.lifecycle.classifying import DowngradeToGeneral
from services.hazard.lifecycle.lifting import LiftInterimMeasure, RefuseLift, RequestLift
from services.hazard.lifecycle.measuring import ApplyCompulsion, ImposeInterimMeasure
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.supervising import AcceptListed, Delist, ListForSupervision, RequestAcceptance


def numbered(choose: Choose, life: Life) -> str:
    """文号 · Of this year, unless it slips."""
    return (
        choose.one(("3号", "余安委督字〔2020〕3号"))
        if choose.slip()
        else f"余安委督字〔{life.today.year}〕3号"
    )


def downgrade_to_general(choose: Choose, who: Person, life: Life) -> DowngradeToGeneral:
    proposer = who.id if choose.slip() else choose.person(Role.DPO)
    return DowngradeToGeneral(proposed_by=proposer, reason=choose.text(), evidence=(choose.one(PHOTOS),))


def impose_interim_measure(choose: Choose, who: Person, life: Life) -> ImposeInterimMeasure:
    town = who.role is Role.TWO
    kinds = (
        (MeasureKind.EVACUATE,)
        if town and not choose.slip()
        else (choose.one((*MeasureKind, MeasureKind.FULL_STOP, MeasureKind.STOP_EQUIPMENT)),)
    )
    others, certificates = choose.team(who)
    return ImposeInterimMeasure(
        kinds=kinds,
        extent=choose.text(),
        emergency=choose.chance(90 if town else 20),
        notice=choose.needed("余应急现决〔2026〕8号"),
        certificates=certificates,
        others=others,
        reported_to=choose.needed("余杭区应急管理局"),
    )


def request_lift(choose: Choose, who: Person, life: Life) -> RequestLift:
    return RequestLift(statement=choose.text(), acceptance_report=choose.maybe(choose.one(PHOTOS)))


def lift_interim_measure(choose: Choose, who: Person, life: Life) -> LiftInterimMeasure:
    others, certificates = choose.team(who)
    return LiftInterimMeasure(
        opinion=choose.text(),
        others=others,
        certificates=certificates,
        photos=(choose.one(PHOTOS),),
    )


def refuse_lift(choose: Choose, who: Person, life: Life) -> RefuseLift:
    return RefuseLift(reason=choose.text())


def apply_compulsion(choose: Choose, who: Person, life: Life) -> ApplyCompulsion:
    notified_at = life.now + timedelta(hours=1 if choose.slip() else -choose.random.randrange(1, 48))
    notice = 1 if choose.slip() else choose.random.randrange(24, 72)
    return ApplyCompulsion(
        kind=choose.one(tuple(CompulsionKind)),
        refusal=choose.text(),
        danger=choose.text(),
        notice="余应急强〔2026〕1号",
        notified_at=notified_at,
        from_at=notified_at + timedelta(hours=notice),
        urgent=choose.chance(20),
        urgent_reason=choose.needed(choose.text()),
    )


def list_for_supervision(choose: Choose, who: Person, life: Life) -> ListForSupervision:
    return ListForSupervision(
        level=choose.one(tuple(SupervisionLevel)),
        notice=numbered(choose, life),
        unit="余杭区应急管理局",
        signed_by=who.id if choose.slip() else choose.one(of(Role.DPL)).id,
        deadline=choose.day(life.today, 1, life.policy.limits.major_max_days),
    )


def request_acceptance(choose: Choose, who: Person, life: Life) -> RequestAcceptance:
    return RequestAcceptance(statement=choose.text(), application=choose.one(PHOTOS))


def accept_listed(choose: Choose, who: Person, life: Life) -> AcceptListed:
    return AcceptListed(
        result="fail" if choose.slip() else "pass",
        opinion=choose.text(),
        others=choose.companions(who),
        photos=(choose.one(PHOTOS),),
    )


def delist(choose: Choose, who: Person, life: Life) -> Delist:
    return Delist(notice=numbered(choose, life))


def major(hazard: Hazard) -> bool:
    return hazard.level is Level.MAJOR


def unlisted(hazard: Hazard) -> bool:
    return major(hazard) and not hazard.supervision.listed


def listed(state: SupervisionState) -> object:
    return lambda hazard: hazard.supervision.state is state


def interim(state: InterimState) -> object:
    return lambda hazard: hazard.interim.state is state


REMOVED = (S.SUBMITTED, S.VERIFIED)
LISTED, REQUESTED, ACCEPTED = (
    listed(state)
    for state in (SupervisionState.LISTED, SupervisionState.ACCEPTANCE_REQUESTED, SupervisionState.ACCEPTED)
)
WAYS = {
    DowngradeToGeneral: Way(downgrade_to_general, (R.DPL,), (S.PLAN_REQUIRED, S.RECTIFYING), major, often=1),
    ImposeInterimMeasure: Way(
        impose_interim_measure,
        lambda hazard: (R.ENT_M, R.TWO, *DEPARTMENT) if major(hazard) else (*FIRM, R.LND),
        (*UNDONE, S.SUBMITTED),
        often=2,
    ),
    RequestLift: Way(request_lift, (R.ENT_M, R.LND), REMOVED, interim(InterimState.ACTIVE), often=40),
    LiftInterimMeasure: Way(
        lift_interim_measure, DEPARTMENT, OPEN, interim(InterimState.LIFT_REQUESTED), often=40
    ),
    RefuseLift: Way(refuse_lift, DEPARTMENT, OPEN, interim(InterimState.LIFT_REQUESTED)),
    ApplyCompulsion: Way(
        apply_compulsion, (R.DPL,), OPEN, lambda hazard: major(hazard) and hazard.interim.ordered, often=40
    ),
    ListForSupervision: Way(list_for_supervision, (R.DPL, R.SCO), (*UNDONE, S.SUBMITTED), unlisted, often=2),
    RequestAcceptance: Way(request_acceptance, (R.ENT_M, R.LND), REMOVED, LISTED, often=40),
    AcceptListed: Way(accept_listed, (*DEPARTMENT, R.SCO, R.SCO), REMOVED, REQUESTED, often=40),
    Delist: Way(delist, (R.DPL, R.SCO), REMOVED, ACCEPTED, often=40),
}
