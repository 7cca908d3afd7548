"""所属记录 · What the events of a visit and of a notice say for a paper; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from contracts.envelope import Envelope, Event
from contracts.limits import Limit
from contracts.notice import (
    NoticeAcknowledged,
    NoticeDrafted,
    NoticeNumbered,
    NoticeServed,
    NoticeSignatureRefused,
    NoticeVoided,
)
from contracts.numbering import DocumentKind
from contracts.visit import (
    FindAdded,
    Function,
    ItemAnswered,
    Participant,
    ParticipantJoined,
    VisitApproved,
    VisitPlanned,
    VisitRecorded,
    VisitSignatureRefused,
    VisitSigned,
    VisitStarted,
)
from services.hazard.papers.told import Officer, Signature, VisitTold

Steps = Iterable[tuple[Event, Envelope]]
OF_THE_VISITED = frozenset({Function.ENTERPRISE, Function.LANDLORD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """逐项期限 · What a notice says of one hazard: a date, or days from service, and what it asks for."""

    deadline: date | None = None
    limit: Limit | None = None
    requirement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfRecord:
    """所属记录 · Whose it is, what it lists, and what happened; `told` is None until a visit is recorded."""

    enterprise: str = ""
    told: VisitTold | None = None
    hazards: tuple[str, ...] = ()
    notice: str | None = None
    visit: str | None = None
    document: DocumentKind | None = None
    terms: Mapping[str, Term] = field(default_factory=dict)
    signature: Signature | None = None
    voided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """What is known of a visit before its record."""

    planned: VisitPlanned | None = None
    approval: str = ""
    started: Envelope | None = None
    participants: tuple[Participant, ...] = ()
    found: tuple[str, ...] = ()


def of_visit(steps: Steps) -> OfRecord:
    """检查所载 · Who came, when, why, what was found, and who signed."""
    course, record = _Course(), OfRecord()
    for event, envelope in steps:
        match event:
            case VisitRecorded():
                record = recorded(course, event, envelope)
            case VisitSigned() if record.told:
                signed = Signature(person=event.signed_by)
                record = replace(record, told=replace(record.told, signature=signed))
            case VisitSignatureRefused() if record.told:
                refused = Signature(
                    person=event.refused_by, refused=True, reason=event.reason, witnesses=event.witnesses
                )
                record = replace(record, told=replace(record.told, signature=refused))
            case _:
                course = _before(course, event, envelope)
    return record


def _before(course: _Course, event: Event, envelope: Envelope) -> _Course:
    match event:
        case VisitPlanned():
            return replace(course, planned=event, participants=event.participants)
        case VisitApproved():
            return replace(course, approval=event.number)
        case VisitStarted():
            return replace(course, started=envelope, participants=event.participants)
        case ParticipantJoined():
            return replace(course, participants=(*course.participants, event.participant))
        case FindAdded() | ItemAnswered() if event.hazard:
            return replace(course, found=(*course.found, event.hazard))
        case _:
            return course


def recorded(course: _Course, event: VisitRecorded, envelope: Envelope) -> OfRecord:
    """记录之后 · A visit in full, or one that was recorded in short with its officers only."""
    planned = course.planned
    told = VisitTold(
        kind=event.visit_kind,
        on=event.visited_on,
        began=course.started.occurredat if course.started else None,
        ended=envelope.occurredat if course.started else None,
        officers=visitors(course, event, envelope),
        host=host(course.participants),
        basis=grounds(planned.purpose if planned else "", course.approval),
        summary=event.remark or "",
        finds=event.finds,
    )
    hazards = event.hazards or tuple(dict.fromkeys(course.found))
    return OfRecord(enterprise=event.enterprise, told=told, hazards=hazards)


def grounds(purpose: str, approval: str) -> str:
    """检查依据 · Why, and by which approval."""
    return purpose.rstrip("。") + (f"（检查审批 {approval}）" if approval else "")


def host(participants: Iterable[Participant]) -> str | None:
    """企业代表 · Who was there for the enterprise."""
    return next((one.person for one in participants if one.function is Function.ENTERPRISE), None)


def visitors(course: _Course, event: VisitRecorded, envelope: Envelope) -> tuple[Officer, ...]:
    """检查人员 · All but the enterprise's own, the lead first; in short, whoever wrote it and the named officers."""
    if not course.participants:
        people = dict.fromkeys((envelope.actor, *event.officers))
        own = envelope.certificate
        return tuple(
            Officer(person=one, certificate=own if one == envelope.actor else None) for one in people
        )
    lead = course.planned.lead if course.planned else ""
    there = {one.person: one for one in course.participants if one.function not in OF_THE_VISITED}
    ordered = sorted(there.values(), key=lambda one: one.person != lead)
    return tuple(
        Officer(person=one.person, certificate=one.certificate, function=as_what(one, lead))
        for one in ordered
    )


def as_what(one: Participant, lead: str) -> str:
    """身份 · An officer needs no word for it; who leads is said to."""
    if one.person == lead:
        return "带队"
    return "" if one.function is Function.OFFICER else one.function.zh


def of_notice(steps: Steps) -> OfRecord:
    """指令书所载 · Its number, its hazards with their terms, who signed for it."""
    record = OfRecord()
    for event, _ in steps:
        match event:
            case NoticeDrafted():
                record = drafted(event)
            case NoticeNumbered():
                record = replace(record, notice=event.number)
            case NoticeServed():
                fixed = {one.hazard: Term(deadline=one.deadline) for one in event.items}
                terms = {
                    key: replace(term, deadline=fixed[key].deadline) if key in fixed else term
                    for key, term in record.terms.items()
                }
                record = replace(record, terms=terms)
            case NoticeAcknowledged():
                record = replace(record, signature=Signature(person=event.person))
            case NoticeSignatureRefused():
                refused = Signature(
                    person=event.refused_by,
                    refused=True,
                    reason=event.reason,
                    reported_to=event.reported_to or "",
                    witnesses=event.witnesses,
                )
                record = replace(record, signature=refused)
            case NoticeVoided():
                record = replace(record, voided=True)
            case _:
                pass
    return record


def drafted(event: NoticeDrafted) -> OfRecord:
    """草拟 · What was put right on the spot needs no deadline and stands in no order."""
    items = [item for item in event.items if not item.fixed_on_spot]
    return OfRecord(
        enterprise=event.enterprise,
        visit=event.visit,
        document=event.kind,
        hazards=tuple(item.hazard for item in items),
        terms={
            item.hazard: Term(
                deadline=item.deadline, limit=item.from_service, requirement=item.requirement or ""
            )
            for item in items
        },
    )
