"""送达、延期与届满 · What people and the timer ask of deadlines."""

from datetime import timedelta

from contracts.limits import LimitUnit
from contracts.terms import ExtensionState, Owing, ServiceMethod
from contracts.values import Level, Role
from lives.choosing import Choose
from lives.life import Life
from lives.people import Person
from lives.way import OPEN, R, S, Way
from services.hazard.lifecycle.extending import (
    AgreeExtension,
    GrantExtension,
    RefuseExtension,
    RequestExtension,
)
from services.hazard.lifecycle.serving import RecordSignatureRefusal, ServeNotice
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.timing import RecomputeDeadline, RecordDeadlineMissed, term_of
from services.hazard.policy import DayLimit

MISSABLE = (Owing.RECTIFICATION, Owing.REINSPECTION)
RECOMPUTABLE = (Owing.PLAN, Owing.EXTENSION_ANSWER, *MISSABLE)


def day_limit(choose: Choose) -> DayLimit:
    """自送达之日起 · So many days or working days."""
    units = (LimitUnit.DAYS, LimitUnit.WORKING_DAYS)
    return DayLimit(amount=400 if choose.slip() else choose.random.randrange(1, 40), unit=choose.one(units))


def serve_notice(choose: Choose, who: Person, life: Life) -> ServeNotice:
    ordered_on = life.hazard.notice.ordered_on or life.today
    since = max(0, (life.today - ordered_on).days)
    ago = choose.one((-1, since + 1)) if choose.slip() else choose.random.randrange(since + 1)
    served_on = choose.maybe(life.today - timedelta(days=ago))
    return ServeNotice(
        method=choose.one(tuple(ServiceMethod)), recipient=choose.maybe(choose.of_firm()), served_on=served_on
    )


def record_signature_refusal(choose: Choose, who: Person, life: Life) -> RecordSignatureRefusal:
    return RecordSignatureRefusal(
        document="现场检查记录",
        refused_by=choose.maybe(choose.of_firm()),
        reason=choose.text(),
        reported_to=choose.needed("余杭区应急管理局"),
    )


def later(choose: Choose, life: Life) -> int:
    """延长 · So many days from today, beyond the deadline and within what may be set."""
    now = life.hazard.deadline or life.today
    limits = life.policy.limits
    most = limits.major_max_days if life.hazard.level is Level.MAJOR else limits.general_max_days
    first = max(1, (now - life.today).days + 1)
    return (
        choose.one((first - 1, most + 1))
        if choose.slip()
        else choose.random.randrange(first, max(first, most) + 1)
    )


def request_extension(choose: Choose, who: Person, life: Life) -> RequestExtension:
    deadline = life.today + timedelta(days=later(choose, life))
    return RequestExtension(deadline=deadline, reason=choose.text(), protection=choose.text())


def agree_extension(choose: Choose, who: Person, life: Life) -> AgreeExtension:
    return AgreeExtension(remark=choose.maybe(choose.text()))


def grant_extension(choose: Choose, who: Person, life: Life) -> GrantExtension:
    deadline = life.today + timedelta(days=later(choose, life)) if choose.chance(20) else None
    return GrantExtension(deadline=deadline, remark=choose.maybe(choose.text()))


def refuse_extension(choose: Choose, who: Person, life: Life) -> RefuseExtension:
    return RefuseExtension(reason=choose.text())


def version(choose: Choose, life: Life, what: Owing) -> int:
    return max(1, term_of(life.hazard, what).version - choose.slip())


def record_deadline_missed(choose: Choose, who: Person, life: Life) -> RecordDeadlineMissed:
    usual = Owing.REINSPECTION if life.hazard.status is S.SUBMITTED else Owing.RECTIFICATION
    what = choose.one(MISSABLE) if choose.slip() else usual
    return RecordDeadlineMissed(what=what, deadline_version=version(choose, life, what))


def overdue(life: Life) -> bool:
    """届满 · Something that is waited for is over."""
    what = Owing.REINSPECTION if life.hazard.status is S.SUBMITTED else Owing.RECTIFICATION
    term = term_of(life.hazard, what)
    return term.on is not None and not term.missed and term.on < life.today


def recompute_deadline(choose: Choose, who: Person, life: Life) -> RecomputeDeadline:
    what = choose.one([each for each in RECOMPUTABLE if provisional(life.hazard, each)] or RECOMPUTABLE)
    return RecomputeDeadline(what=what, deadline_version=version(choose, life, what))


def provisional(hazard: Hazard, what: Owing) -> bool:
    return term_of(hazard, what).provisional


def asked_by(*states: ExtensionState) -> object:
    return lambda hazard: hazard.extension.state in states


def granting(hazard: Hazard) -> tuple[Role, ...]:
    """批准人 · Who usually grants it."""
    if hazard.supervision.listed:
        return R.DPL, R.SCO
    return (R.DPL,) if hazard.level is Level.MAJOR else (R.TWL, R.DPO)


E = ExtensionState
WAITING = (E.REQUESTED, E.SUPERVISOR_AGREED)
WAYS = {
    ServeNotice: Way(
        serve_notice,
        (R.TWO, R.DPO, R.ENF),
        (S.RECTIFYING, S.SUBMITTED),
        lambda hazard: hazard.notice.unserved,
        often=40,
    ),
    RecordSignatureRefusal: Way(record_signature_refusal, (R.TWO, R.DPO, R.ENF), OPEN, often=1),
    RequestExtension: Way(
        request_extension,
        (R.ENT_M,),
        (S.RECTIFYING,),
        lambda hazard: hazard.deadline is not None and hazard.extension.state not in WAITING,
        often=10,
    ),
    AgreeExtension: Way(agree_extension, (R.TWO, R.DPO), (S.RECTIFYING,), asked_by(E.REQUESTED), often=80),
    GrantExtension: Way(grant_extension, granting, (S.RECTIFYING,), asked_by(E.SUPERVISOR_AGREED), often=80),
    RefuseExtension: Way(refuse_extension, granting, (S.RECTIFYING,), asked_by(*WAITING), often=20),
    RecordDeadlineMissed: Way(
        record_deadline_missed, (R.SYS,), (S.RECTIFYING, S.SUBMITTED), often=30, when=overdue
    ),
    RecomputeDeadline: Way(
        recompute_deadline,
        (R.SYS,),
        (S.PLAN_REQUIRED, S.RECTIFYING, S.SUBMITTED),
        lambda hazard: any(provisional(hazard, what) for what in RECOMPUTABLE),
        often=80,
        when=lambda life: life.now >= life.announced,
    ),
}
