"""请求 · For each command an ask that fits a hazard and its sender; for the rest the example that the contract shows."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

from contracts.regions import EscalationLevel
from contracts.terms import Owing
from contracts.values import Level, Role, Status, UrgeChannel
from given.deadlines import AGREED, GRANTED, SERVED
from given.deadlines import asking as asking_for
from given.everybody import OF_ENTERPRISE, OTHER, another, found
from given.lives import CLAUSE, PLAN, ordering, submitting, transferring
from given.story import OTHER_PHOTO, PHOTO, Life
from given.supervised import ACCEPT, ASK_ACCEPTANCE, ASK_LIFT, DELIST, LIFT, emergency, listing, own_measure
from services.hazard.hazard_commands import HazardCommand
from services.hazard.lifecycle import (
    classifying,
    closing,
    enforcing,
    measuring,
    planning,
    rectifying,
    reinspecting,
    reporting,
)
from services.hazard.lifecycle import (
    ordering as orders,
)
from services.hazard.lifecycle.correcting import CorrectRecord
from services.hazard.lifecycle.escalating import EscalateToDepartment
from services.hazard.lifecycle.extending import RefuseExtension
from services.hazard.lifecycle.lifting import RefuseLift
from services.hazard.lifecycle.timing import RecomputeDeadline, RecordDeadlineMissed
from services.hazard.lifecycle.transferring import AcceptTransfer, ReturnTransfer
from services.hazard.occasion import Ask

SECOND = "33011100124"
COMPANION = "p-companion"
Asking = Callable[[Life, dict], Ask]


def on(life: Life, days: int):
    return (life.at + timedelta(days=days)).date()


def order(life: Life, _who: dict) -> Ask:
    return ordering(life)


def ask(life: Life, _who: dict) -> Ask:
    return orders.AskRectification(deadline=on(life, 10), responsible="p-boss")


def fix(_life: Life, who: dict) -> Ask:
    fixer = who["person"] if who["role"] in OF_ENTERPRISE else "p-boss"
    return rectifying.FixOnSpot(measures="当场清理", before=(PHOTO,), after=(PHOTO,), fixed_by=fixer)


def classify(life: Life, _who: dict) -> Ask:
    is_major = life.hazard.level is Level.MAJOR
    return classifying.ClassifyHazard(
        level=life.hazard.level, category="B09", clause=CLAUSE if is_major else None
    )


def serve(life: Life, _who: dict) -> Ask:
    """On the day of the order: what came late is recorded as the day it came on."""
    return SERVED.model_copy(update={"served_on": life.hazard.notice.ordered_on})


def look(life: Life, who: dict) -> Ask:
    if life.hazard.level is not Level.MAJOR:
        return reinspecting.Reinspect(result="pass", photos=(PHOTO,))
    certificates = tuple(filter(None, (who["certificate"], SECOND)))
    return reinspecting.Reinspect(
        result="pass", photos=(PHOTO,), others=(COMPANION,), certificates=certificates
    )


def reopen(life: Life, _who: dict) -> Ask:
    return closing.ReopenHazard(
        reason="RELAPSE", remark="再次脱落", deadline=on(life, 10), responsible="p-boss"
    )


def accept(life: Life, _who: dict) -> Ask:
    return planning.AcceptPlan(deadline=on(life, 30), responsible="p-boss", warning_sign=PHOTO)


def submit(life: Life, _who: dict) -> Ask:
    return submitting(life, acceptance_report=OTHER_PHOTO)


def impose(_life: Life, who: dict) -> Ask:
    if who["role"] in OF_ENTERPRISE:
        return own_measure()
    certificates = tuple(filter(None, (who["certificate"], SECOND)))
    return emergency(certificates=certificates, others=(COMPANION,))


def lift(_life: Life, who: dict) -> Ask:
    certificates = tuple(filter(None, (who["certificate"], SECOND)))
    return LIFT.model_copy(update={"certificates": certificates, "others": (COMPANION,)})


def waited(life: Life, _who: dict) -> RecordDeadlineMissed:
    """What the timer would look at now."""
    submitted = life.hazard.status is Status.SUBMITTED
    terms = life.hazard.terms
    what, term = (
        (Owing.REINSPECTION, terms.reinspection) if submitted else (Owing.RECTIFICATION, terms.rectification)
    )
    return RecordDeadlineMissed(what=what, deadline_version=term.version or 1)


def recompute(life: Life, who: dict) -> Ask:
    if life.hazard.status is Status.PLAN_REQUIRED:
        return RecomputeDeadline(what=Owing.PLAN, deadline_version=life.hazard.terms.plan.version or 1)
    return RecomputeDeadline(**waited(life, who).model_dump())


def more_time(life: Life, _who: dict) -> Ask:
    return asking_for(life, 70 if life.hazard.level is Level.MAJOR else 45)


def escalate(life: Life, who: dict) -> Ask:
    if who["role"] is Role.SYS:
        level = EscalationLevel(min(life.hazard.escalation.level + 1, EscalationLevel.COMMITTEE))
        return EscalateToDepartment(level=level, reason="OVERDUE")
    return EscalateToDepartment(level=EscalationLevel.COMMITTEE, reason="REFUSED", remark="拒绝整改")


def penalty(life: Life, who: dict) -> Ask:
    failed = life.hazard.failures >= life.policy.limits.failures_to_referral
    by_record = "SECOND_FAIL" if failed else "OVERDUE"
    return enforcing.ProposePenalty(reason=by_record if who["role"] is Role.SYS else "REFUSED")


def compel(life: Life, _who: dict) -> Ask:
    return measuring.ApplyCompulsion(
        kind="POWER_CUT",
        refusal="责令停产后仍在生产",
        danger="随时可能爆炸",
        notice="余应急强〔2026〕1号",
        notified_at=life.at,
        from_at=life.at + timedelta(hours=24),
    )


def link(life: Life, _who: dict) -> Ask:
    return enforcing.LinkCase(case=OTHER, case_number="余应急立〔2026〕3号", filed_on=on(life, 0))


def decide(life: Life, _who: dict) -> Ask:
    fine = {"kinds": ("FINE",), "decision_number": "余应急罚〔2026〕3号", "fine": 2_000_000}
    return enforcing.NoteCaseDecision(case=OTHER, decided_on=on(life, 0), **fine)


def always(one: Ask) -> Asking:
    return lambda _life, _who: one


ASKS: dict[str, Asking] = {
    "submit": always(reporting.SubmitHazard()),
    "confirm": always(reporting.ConfirmHazard()),
    "reject": always(reporting.RejectAsNotHazard(reason="接地完好")),
    "mark-duplicate": always(reporting.MarkDuplicate(other=OTHER)),
    "void": always(reporting.VoidHazard(reason="误录")),
    "classify": classify,
    "upgrade-to-major": always(classifying.UpgradeToMajor(clause=CLAUSE, reason="未泄爆")),
    "advise-rectification": always(orders.AdviseRectification(advice="接地", basis=("GB 50054",))),
    "order-rectification": order,
    "ask-rectification": ask,
    "assign-responsible": always(orders.AssignResponsible(responsible="p-302", reason="原责任人离职")),
    "urge-rectification": always(orders.UrgeRectification(channel=UrgeChannel.PHONE, content="提醒")),
    "require-plan": always(planning.RequirePlan()),
    "waive-plan": always(planning.WaivePlan(reason="当场消除", photos=(PHOTO,))),
    "file-plan": always(planning.FilePlan(plan=PLAN)),
    "accept-plan": accept,
    "return-plan": always(planning.ReturnPlan(reason="资金未落实")),
    "fix-on-spot": fix,
    "report-progress": always(rectifying.ReportProgress(progress="过半")),
    "submit-rectification": submit,
    "reinspect": look,
    "close": always(closing.CloseHazard()),
    "reopen": reopen,
    "correct-record": always(CorrectRecord(place="3号车间", reason="部位录入有误")),
    "serve-notice": serve,
    "request-extension": more_time,
    "agree-extension": always(AGREED),
    "grant-extension": always(GRANTED),
    "refuse-extension": always(RefuseExtension(reason="可以按期消除")),
    "record-deadline-missed": waited,
    "recompute-deadline": recompute,
    "list-for-supervision": lambda life, _who: listing(life),
    "request-acceptance": always(ASK_ACCEPTANCE),
    "accept-listed": always(ACCEPT),
    "delist": always(DELIST),
    "impose-interim-measure": impose,
    "request-lift": always(ASK_LIFT),
    "lift-interim-measure": lift,
    "refuse-lift": always(RefuseLift(reason="尚未恢复")),
    "apply-compulsion": compel,
    "transfer": always(transferring()),
    "accept-transfer": always(AcceptTransfer()),
    "return-transfer": always(ReturnTransfer(reason="不属本部门职责")),
    "escalate-to-department": escalate,
    "propose-penalty": penalty,
    "refer-to-enforcement": always(enforcing.ReferToEnforcement(reason="REFUSED", remark="拒不整改")),
    "link-case": link,
    "note-case-decision": decide,
}


@cache
def example(ask: type[Ask]) -> Ask:
    return ask.model_validate(ask.model_json_schema()["examples"][0])


def asking(command: HazardCommand, life: Life, who: dict) -> Ask:
    """请求 · The ask that fits, or the contract's own example."""
    if command.path in ASKS:
        return ASKS[command.path](life, who)
    return example(command.ask)


def circumstances(command: HazardCommand) -> dict[str, object]:
    """情形 · What else the rule leans on."""
    return {"other": another(found()).hazard} if command.path == "mark-duplicate" else {}
