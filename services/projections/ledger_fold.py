"""台账的变化 · What each event changes in a row of the ledger: one function for each type that changes anything."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts import enterprise as firm
from contracts import hazard as life
from contracts.deadlines import moved_to
from contracts.envelope import Event
from contracts.values import Level, Track
from services.jetstream import Recorded
from services.projections.handed import corrected, handed
from services.projections.hanzi import folded
from services.projections.ledger_rows import Enterprise, Hazard
from services.projections.reports import report_of
from services.projections.shanghai import day
from services.projections.status import status_then

Step = Callable[[Hazard, Any, Recorded], None]  # an event of the type under which the step stands below

OF_FIND = ("place", "category", "description")
OF_CAPTURE = (*OF_FIND, "object_text", "source", "visit_kind", "advice", "basis")
OF_REGISTRATION = (*OF_FIND, "number", "enterprise", "level", "source", "visit_kind", "track", "found_on")
OF_ENTERPRISE = ("name", "credit_code", "village", "industry", "size_class")


def hazard_step(row: Hazard, recorded: Recorded) -> None:
    """隐患之后 · Bring the row of a hazard to after one more event."""
    envelope = recorded.envelope
    row.version, row.position = envelope.version, recorded.position
    if envelope.division:
        row.division = envelope.division
    row.status = status_then(row.status, recorded)
    step = STEPS.get(recorded.kind)
    if step is not None:
        step(row, recorded.event, recorded)


def enterprise_step(row: Enterprise, event: Event) -> None:
    """企业之后 · Bring the row of an enterprise to after one more event; what a change leaves out stays."""
    match event:
        case firm.EnterpriseRegistered():
            _take(row, event, *OF_ENTERPRISE)
            row.folded = folded(event.name)
        case firm.EnterpriseProfileChanged():
            _take(row, event, *(name for name in OF_ENTERPRISE if getattr(event, name) is not None))
            if event.name is not None:
                row.folded, row.renamed = folded(event.name), True


def _take(row: Hazard | Enterprise, event: Event, *names: str) -> None:
    for name in names:
        setattr(row, name, getattr(event, name))


def _captured(row: Hazard, event: life.HazardCaptured, recorded: Recorded) -> None:
    envelope = recorded.envelope
    _take(row, event, *OF_CAPTURE)
    row.report, row.enterprise = report_of(event), event.object
    row.found_at, row.found_on = envelope.occurredat, day(envelope.occurredat)
    row.found_by, row.found_role = envelope.actor, envelope.role


def _submitted(row: Hazard, event: life.HazardSubmitted, recorded: Recorded) -> None:
    _take(row, event, *OF_FIND)
    row.report = report_of(event)


def _registered(row: Hazard, event: life.HazardRegistered, recorded: Recorded) -> None:
    _take(row, event, *OF_REGISTRATION)
    row.registered_as = event.enterprise_name
    row.report = report_of(event)


def _classified(row: Hazard, event: life.HazardClassified, recorded: Recorded) -> None:
    if not event.proposal:
        row.level, row.category = event.level, event.category
        row.clause = event.clause or row.clause


def _major(row: Hazard, event: life.MajorHazardRegistered, recorded: Recorded) -> None:
    row.level = Level.MAJOR
    row.clause = event.clause or row.clause


def _upgraded(row: Hazard, event: life.HazardUpgraded, recorded: Recorded) -> None:
    """The old deadline gives way to the plan's, and what was submitted for it counts for nothing."""
    row.level, row.clause = Level.MAJOR, event.clause
    row.deadline = row.measures = row.submitted_by = row.completed_on = None


def _downgraded(row: Hazard, event: life.HazardDowngraded, recorded: Recorded) -> None:
    row.level = Level.GENERAL
    row.deadline = row.clause = row.plan_filed_on = row.plan_accepted_by = row.plan_accepted_on = None


def _advised(row: Hazard, event: life.RectificationAdvised, recorded: Recorded) -> None:
    row.advice, row.basis = event.advice, event.basis


def _withdrawn(row: Hazard, event: life.OrderWithdrawn, recorded: Recorded) -> None:
    row.track, row.deadline, row.responsible = event.track, None, None


def _plan_filed(row: Hazard, event: life.PlanFiled, recorded: Recorded) -> None:
    row.plan_filed_on = day(recorded.envelope.occurredat)


def _plan_returned(row: Hazard, event: life.PlanReturned, recorded: Recorded) -> None:
    row.plan_filed_on = None


def _plan_accepted(row: Hazard, event: life.PlanAccepted, recorded: Recorded) -> None:
    row.deadline, row.responsible = event.deadline, event.responsible
    row.plan_accepted_by = recorded.envelope.actor
    row.plan_accepted_on = day(recorded.envelope.occurredat)


def _asked(
    row: Hazard, event: life.RectificationOrdered | life.RectificationAsked, recorded: Recorded
) -> None:
    row.deadline, row.responsible = event.deadline, event.responsible


def _ordered(row: Hazard, event: life.RectificationOrdered, recorded: Recorded) -> None:
    """An order puts a hazard into the authority's hands, whoever found it."""
    _asked(row, event, recorded)
    row.track = Track.AUTHORITY


def _assigned(row: Hazard, event: life.ResponsibleAssigned, recorded: Recorded) -> None:
    row.responsible = event.responsible


def _fixed(row: Hazard, event: life.FixedOnSpot, recorded: Recorded) -> None:
    """Who put it right answers for it, unless somebody is named."""
    on = day(recorded.envelope.occurredat)
    row.measures, row.submitted_by, row.completed_on = event.measures, event.fixed_by, on
    row.responsible = row.responsible or event.fixed_by
    if event.verified:
        row.reinspected_on, row.passed = on, True
        row.reinspected_by = (event.witness or recorded.envelope.actor,)


def _done(row: Hazard, event: life.RectificationSubmitted, recorded: Recorded) -> None:
    row.measures, row.completed_on = event.measures, event.completed_on
    row.submitted_by = recorded.envelope.actor


def _reinspected(
    row: Hazard, event: life.ReinspectionPassed | life.ReinspectionFailed, recorded: Recorded
) -> None:
    row.reinspected_on, row.reinspected_by = day(recorded.envelope.occurredat), event.inspectors
    row.passed = isinstance(event, life.ReinspectionPassed)


def _round_started(row: Hazard, event: life.RoundStarted, recorded: Recorded) -> None:
    """A new round is put right, looked at and closed anew; its row shows nothing of the last one."""
    row.round, row.deadline, row.responsible = event.round, event.deadline, event.responsible
    row.measures = row.submitted_by = row.completed_on = row.reinspected_on = row.passed = None
    row.closed_on = row.closed_by = None
    row.reinspected_by = ()


def _closed(row: Hazard, event: life.HazardClosed, recorded: Recorded) -> None:
    row.track, row.closed_by = event.track, recorded.envelope.actor
    row.closed_on = day(recorded.envelope.occurredat)


def _moved(row: Hazard, event: Event, recorded: Recorded) -> None:
    row.deadline = moved_to(event) or row.deadline


def _handed(row: Hazard, event: Event, recorded: Recorded) -> None:
    for name, value in handed(event).items():
        setattr(row, name, value)


def _corrected(row: Hazard, event: life.HazardCorrected, recorded: Recorded) -> None:
    for name, value in corrected(event).items():
        setattr(row, name, value)


STEPS: Mapping[type[Event], Step] = {
    life.HazardCaptured: _captured,
    life.HazardSubmitted: _submitted,
    life.HazardRegistered: _registered,
    life.HazardClassified: _classified,
    life.MajorHazardRegistered: _major,
    life.HazardUpgraded: _upgraded,
    life.HazardDowngraded: _downgraded,
    life.RectificationAdvised: _advised,
    life.OrderWithdrawn: _withdrawn,
    life.PlanFiled: _plan_filed,
    life.PlanReturned: _plan_returned,
    life.PlanAccepted: _plan_accepted,
    life.RectificationOrdered: _ordered,
    life.RectificationAsked: _asked,
    life.ResponsibleAssigned: _assigned,
    life.FixedOnSpot: _fixed,
    life.RectificationSubmitted: _done,
    life.ReinspectionPassed: _reinspected,
    life.ReinspectionFailed: _reinspected,
    life.RoundStarted: _round_started,
    life.HazardClosed: _closed,
    life.NoticeServed: _moved,
    life.ExtensionGranted: _moved,
    life.DeadlineRecomputed: _moved,
    life.HazardTransferOffered: _handed,
    life.TransferAccepted: _handed,
    life.TransferReturned: _handed,
    life.HazardCorrected: _corrected,
}
# 改变文字的事件 · After these a hazard is found by other words.
SAID = frozenset({life.HazardCaptured, life.HazardSubmitted, life.HazardRegistered, life.HazardCorrected})
