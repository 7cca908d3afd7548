"""应办事项的变化 · What each event of a hazard begins and ends of what is to be done about it.

A row's `owed` holds, by the code of the duty: `due`, the instant by which it is (none where no term runs), and what only
the event told of it. Everything else follows from the row (see settling).
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from contracts import hazard as life
from contracts.deadlines import moved_to
from contracts.envelope import Envelope, Event
from contracts.terms import Owing
from contracts.values import Entry, Role, Status
from services.jetstream import Recorded
from services.projections.duties.kinds import Duty
from services.projections.ledger_rows import Hazard
from services.projections.shanghai import local
from services.scope import OFFICE_ROLES

Step = Callable[[Hazard, Any, Envelope], None]  # an event of the type under which the step stands below
D = Duty
DAY = timedelta(days=1)
# 随状态而来 · What a status brings with it and the next one ends.
OF_STATUS = frozenset(
    each.value
    for each in (
        *(D.TRIAGE, D.CONFIRMATION, D.DISPOSAL, D.PLAN, D.PLAN_DECISION, D.SERVICE, D.RECTIFICATION),
        *(D.EXTENSION_AGREEMENT, D.EXTENSION_ANSWER, D.REINSPECTION, D.CLOSURE),
    )
)
# 经办 · Whoever takes one of these steps for an office has the hazard in hand from then on.
IN_HAND: frozenset[type[Event]] = frozenset(
    {
        *(life.HazardRegistered, life.HazardConfirmed, life.RectificationOrdered, life.RectificationAsked),
        *(life.PlanRequired, life.PlanAccepted),
    }
)
RECOMPUTED: Mapping[Owing, tuple[Duty, ...]] = {
    Owing.PLAN: (D.PLAN,),
    Owing.RECTIFICATION: (D.RECTIFICATION,),
    Owing.EXTENSION_ANSWER: (D.EXTENSION_AGREEMENT, D.EXTENSION_ANSWER),
    Owing.REINSPECTION: (D.REINSPECTION,),
}


def owe(row: Hazard, recorded: Recorded) -> None:
    """应办之后 · Bring what is owed to after one more event; the row itself has taken it in."""
    kind, envelope = recorded.kind, recorded.envelope
    if kind in IN_HAND:  # to ask whether it is an instance takes as long as all the rest
        _take_in_hand(row, recorded.event, envelope)
    step = STEPS.get(kind)
    if step is not None:
        step(row, recorded.event, envelope)


def _take_in_hand(row: Hazard, event: Event, envelope: Envelope) -> None:
    """Not by what an enterprise does itself, nor by whoever types a ledger."""
    if envelope.role in OFFICE_ROLES and envelope.organisation and envelope.entry is not Entry.LEDGER:
        row.office, row.office_role = envelope.organisation, envelope.role


def end_of(on: date) -> str:
    """当日24时 · The instant after a day's last."""
    return f"{on + DAY}T00:00:00+08:00"  # as Asia/Shanghai has it since 1992


def _due(row: Hazard, what: Duty, on: date | datetime | None, **told: Any) -> None:  # JSON of the row
    due = local(on).isoformat() if isinstance(on, datetime) else on and end_of(on)
    row.owed[what.value] = {"due": due, **told}


def _left(row: Hazard) -> None:
    """What came with the status goes with it."""
    if row.owed:
        row.owed = {code: told for code, told in row.owed.items() if code not in OF_STATUS}


def _done(row: Hazard, *what: Duty) -> None:
    for each in what:
        row.owed.pop(each.value, None)


def _captured(row: Hazard, event: life.HazardCaptured, envelope: Envelope) -> None:
    _due(row, D.TRIAGE, event.triage_due)


def _waiting(row: Hazard, event: life.ConfirmationRequested, envelope: Envelope) -> None:
    _left(row)
    _due(row, D.CONFIRMATION, event.due)


def _undisposed(row: Hazard, event: Event, envelope: Envelope) -> None:
    _left(row)
    _due(row, D.DISPOSAL, None)


def _downgraded(row: Hazard, event: Event, envelope: Envelope) -> None:
    row.plan_waived = False
    _undisposed(row, event, envelope)


def _ended(row: Hazard, event: Event, envelope: Envelope) -> None:
    row.owed = {}


def _closed(row: Hazard, event: Event, envelope: Envelope) -> None:
    """A measure of the enterprise's own may outlast it, and stands yet when it is opened again."""
    kept = (D.LIFT_REQUEST.value, D.LIFT_REVIEW.value)
    row.owed = {code: told for code, told in row.owed.items() if code in kept}


def _plan_required(row: Hazard, event: life.PlanRequired, envelope: Envelope) -> None:
    _left(row)
    if row.plan_waived:
        _due(row, D.RECTIFICATION, None)
    else:
        _due(row, D.PLAN, event.plan_due)


def _plan_waived(row: Hazard, event: life.PlanWaived, envelope: Envelope) -> None:
    """What is removed at once needs no plan: it is put right on the spot."""
    row.plan_waived = True
    if row.status == Status.PLAN_REQUIRED:
        _done(row, D.PLAN)
        _due(row, D.RECTIFICATION, None)


def _plan_filed(row: Hazard, event: life.PlanFiled, envelope: Envelope) -> None:
    asked = row.owed.pop(D.PLAN.value, None) or row.owed.get(D.PLAN_DECISION.value) or {}
    _due(row, D.PLAN_DECISION, None, plan_due=asked.get("plan_due", asked.get("due")))


def _plan_returned(row: Hazard, event: life.PlanReturned, envelope: Envelope) -> None:
    decided = row.owed.pop(D.PLAN_DECISION.value, {})
    if not row.plan_waived:
        row.owed[D.PLAN.value] = {"due": decided.get("plan_due")}


def _begun(row: Hazard, event: life.PlanAccepted | life.RectificationAsked, envelope: Envelope) -> None:
    _left(row)
    _due(row, D.RECTIFICATION, event.deadline)


def _ordered(row: Hazard, event: life.RectificationOrdered, envelope: Envelope) -> None:
    _left(row)
    _due(row, D.RECTIFICATION, event.deadline)
    if event.from_service is not None:
        _due(row, D.SERVICE, event.service_due)


def _round_started(row: Hazard, event: life.RoundStarted, envelope: Envelope) -> None:
    """A list and measures stay; what was asked for about them lapses."""
    _left(row)
    _done(row, D.ACCEPTANCE, D.DELISTING)
    _due(row, D.RECTIFICATION, event.deadline)
    if D.LIFT_REVIEW.value in row.owed:
        row.owed[D.LIFT_REQUEST.value] = {**row.owed.pop(D.LIFT_REVIEW.value), "due": None}


def _gone_back(row: Hazard, event: Event, envelope: Envelope) -> None:
    """A new round or a plan follows in the next event."""
    _left(row)


def _served(row: Hazard, event: life.NoticeServed, envelope: Envelope) -> None:
    _done(row, D.SERVICE)
    _moved(row, event, envelope)


def _moved(row: Hazard, event: Event, envelope: Envelope) -> None:
    """What was submitted meanwhile is waited for no longer."""
    deadline = moved_to(event)
    if deadline is not None and row.status == Status.RECTIFYING:
        _due(row, D.RECTIFICATION, deadline)


def _fixed(row: Hazard, event: life.FixedOnSpot, envelope: Envelope) -> None:
    _left(row)
    if event.verified:
        _due(row, D.CLOSURE, None)
    else:
        _due(row, D.REINSPECTION, event.reinspection_due)


def _submitted(row: Hazard, event: life.RectificationSubmitted, envelope: Envelope) -> None:
    _left(row)
    _due(row, D.REINSPECTION, event.reinspection_due)


def _passed(row: Hazard, event: life.ReinspectionPassed, envelope: Envelope) -> None:
    _left(row)
    _due(row, D.CLOSURE, None)


def _asked_for_more(row: Hazard, event: life.ExtensionRequested, envelope: Envelope) -> None:
    _due(row, D.EXTENSION_AGREEMENT, event.answer_due, barred=[envelope.actor])


def _agreed(row: Hazard, event: life.ExtensionAgreedBySupervisor, envelope: Envelope) -> None:
    asked = row.owed.pop(D.EXTENSION_AGREEMENT.value, {"due": None, "barred": []})
    row.owed[D.EXTENSION_ANSWER.value] = {**asked, "barred": [*asked["barred"], envelope.actor]}


def _answered(row: Hazard, event: life.ExtensionGranted | life.ExtensionRefused, envelope: Envelope) -> None:
    _done(row, D.EXTENSION_AGREEMENT, D.EXTENSION_ANSWER)
    _moved(row, event, envelope)


def _recomputed(row: Hazard, event: life.DeadlineRecomputed, envelope: Envelope) -> None:
    for what in RECOMPUTED.get(event.what, ()):
        if what.value in row.owed:
            row.owed[what.value]["due"] = end_of(event.recomputed)
    decided = row.owed.get(D.PLAN_DECISION.value)
    if decided is not None and event.what is Owing.PLAN:
        decided["plan_due"] = end_of(event.recomputed)


def _listed(row: Hazard, event: life.HazardListed, envelope: Envelope) -> None:
    _due(row, D.PROGRESS, event.progress_due, lister=envelope.organisation, lister_role=envelope.role.value)


def _reported(row: Hazard, event: life.ProgressReported, envelope: Envelope) -> None:
    if event.progress_due is not None and D.PROGRESS.value in row.owed:
        row.owed[D.PROGRESS.value]["due"] = end_of(event.progress_due)


def _acceptance_asked(row: Hazard, event: life.AcceptanceRequested, envelope: Envelope) -> None:
    _due(row, D.ACCEPTANCE, None)


def _accepted(row: Hazard, event: life.ListedAccepted, envelope: Envelope) -> None:
    _done(row, D.ACCEPTANCE)
    _due(row, D.DELISTING, None)


def _delisted(row: Hazard, event: life.HazardDelisted, envelope: Envelope) -> None:
    _done(row, D.PROGRESS, D.ACCEPTANCE, D.DELISTING)


def _stopped(row: Hazard, event: life.InterimMeasureImposed, envelope: Envelope) -> None:
    """One more measure stands beside the others and ends an application to lift them."""
    before = row.owed.pop(D.LIFT_REVIEW.value, None) or row.owed.get(D.LIFT_REQUEST.value) or {}
    _due(row, D.LIFT_REQUEST, None, ordered=bool(before.get("ordered")) or not event.own)


def _lift_asked(row: Hazard, event: life.LiftRequested, envelope: Envelope) -> None:
    before = row.owed.pop(D.LIFT_REQUEST.value, {})
    barred = [envelope.actor]
    _due(row, D.LIFT_REVIEW, event.review_due, ordered=bool(before.get("ordered")), barred=barred)


def _lift_refused(row: Hazard, event: life.LiftRefused, envelope: Envelope) -> None:
    before = row.owed.pop(D.LIFT_REVIEW.value, {})
    _due(row, D.LIFT_REQUEST, None, ordered=bool(before.get("ordered")))


def _lifted(row: Hazard, event: life.InterimMeasureLifted, envelope: Envelope) -> None:
    _done(row, D.LIFT_REQUEST, D.LIFT_REVIEW)


def _offered(row: Hazard, event: life.HazardTransferOffered, envelope: Envelope) -> None:
    if not event.proposal:
        _done(row, D.TRANSFER_DECISION)
        _due(row, D.TRANSFER_ANSWER, event.answer_due, office=event.to.organisation)


def _taken_over(row: Hazard, event: life.TransferAccepted, envelope: Envelope) -> None:
    _done(row, D.TRANSFER_ANSWER, D.TRANSFER_DECISION)
    row.office, row.office_role = event.holder.organisation, Role.DPO


def _given_back(row: Hazard, event: life.TransferReturned, envelope: Envelope) -> None:
    _done(row, D.TRANSFER_ANSWER)
    if event.to_committee:
        _due(row, D.TRANSFER_DECISION, None)


STEPS: Mapping[type[Event], Step] = {
    life.HazardCaptured: _captured,
    life.ConfirmationRequested: _waiting,
    life.HazardRegistered: _undisposed,
    life.HazardRejected: _ended,
    life.HazardMarkedDuplicate: _ended,
    life.HazardVoided: _ended,
    life.HazardDowngraded: _downgraded,
    life.OrderWithdrawn: _undisposed,
    life.PlanRequired: _plan_required,
    life.PlanWaived: _plan_waived,
    life.PlanFiled: _plan_filed,
    life.PlanReturned: _plan_returned,
    life.PlanAccepted: _begun,
    life.RectificationAsked: _begun,
    life.RectificationOrdered: _ordered,
    life.RoundStarted: _round_started,
    life.ReinspectionFailed: _gone_back,
    life.HazardReopened: _gone_back,
    life.HazardUpgraded: _gone_back,
    life.NoticeServed: _served,
    life.FixedOnSpot: _fixed,
    life.RectificationSubmitted: _submitted,
    life.ReinspectionPassed: _passed,
    life.ExtensionRequested: _asked_for_more,
    life.ExtensionAgreedBySupervisor: _agreed,
    life.ExtensionGranted: _answered,
    life.ExtensionRefused: _answered,
    life.DeadlineRecomputed: _recomputed,
    life.HazardListed: _listed,
    life.ProgressReported: _reported,
    life.AcceptanceRequested: _acceptance_asked,
    life.ListedAccepted: _accepted,
    life.HazardDelisted: _delisted,
    life.InterimMeasureImposed: _stopped,
    life.LiftRequested: _lift_asked,
    life.LiftRefused: _lift_refused,
    life.InterimMeasureLifted: _lifted,
    life.HazardTransferOffered: _offered,
    life.TransferAccepted: _taken_over,
    life.TransferReturned: _given_back,
    life.HazardClosed: _closed,
}
