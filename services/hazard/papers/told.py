"""所载事实 · What the streams tell for a paper: an enterprise, a visit, a hazard, each up to one version; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from contracts.envelope import Envelope, Event
from contracts.hazard import (
    FixedOnSpot,
    HazardCaptured,
    HazardClassified,
    HazardUpgraded,
    MajorHazardRegistered,
    RectificationAdvised,
    RectificationAsked,
    RectificationOrdered,
    RectificationSubmitted,
    ReinspectionFailed,
    ReinspectionPassed,
    RoundStarted,
    SignatureRefused,
)
from contracts.limits import Limit
from contracts.values import Certificate, PersonId, Post, VisitKind
from services.hazard.calendar import day_of
from services.hazard.enterprise import Enterprise
from services.hazard.lifecycle.state import Hazard


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """检查人员 · Who was there, under which certificate, in which function."""

    person: PersonId
    certificate: Certificate | None = None
    function: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """签字 · Whether the enterprise signed; a refusal with its reason and to whom it was reported (AQF 68)."""

    person: PersonId | None = None
    refused: bool = False
    reason: str = ""
    reported_to: str = ""
    witnesses: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTold:
    """检查 · What a visit's stream says of it; instants where they are known, else the day alone."""

    kind: VisitKind
    on: date
    began: datetime | None = None
    ended: datetime | None = None
    place: str = ""
    officers: tuple[Officer, ...] = ()
    host: PersonId | None = None
    basis: str = ""
    summary: str = ""
    finds: int = 0
    signature: Signature | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """复查 · One re-inspection: the day, the result, who looked, and the new deadline after a failed one."""

    on: date
    passed: bool
    remark: str = ""
    inspectors: tuple[Officer, ...] = ()
    deadline: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardTold:
    """隐患 · Its state, and the words of its events that the state does not keep."""

    key: str
    state: Hazard
    advice: str = ""
    standard: str = ""
    basis: tuple[str, ...] = ()
    clause: str = ""
    binding: bool = False
    ordered_on: date | None = None
    limit: Limit | None = None
    first_deadline: date | None = None
    noticed: date | None = None
    officers: tuple[Officer, ...] = ()
    visit_kind: VisitKind | None = None
    measures: str = ""
    completed_on: date | None = None
    looks: tuple[Look, ...] = ()
    refusal: Signature | None = None


def main_person(enterprise: Enterprise) -> PersonId | None:
    """主要负责人 · Who answers for the enterprise, if somebody was named."""
    return dict(enterprise.persons).get(Post.MAIN)


def told_of_hazard(key: str, state: Hazard, steps: Iterable[tuple[Event, Envelope]]) -> HazardTold:
    """隐患所载 · The state after these events, and their words."""
    told = HazardTold(key=key, state=state)
    for event, envelope in steps:
        told = _with(told, event, envelope)
    return told


def _with(told: HazardTold, event: Event, envelope: Envelope) -> HazardTold:
    on = day_of(envelope.occurredat)
    match event:
        case HazardCaptured(advice=advice, basis=basis):
            return replace(told, advice=advice or told.advice, basis=basis or told.basis)
        case RectificationAdvised():
            standard = event.standard or told.standard
            return replace(told, advice=event.advice, basis=event.basis, standard=standard)
        case HazardClassified(proposal=False) | HazardUpgraded() | MajorHazardRegistered():
            return replace(told, clause=event.clause or told.clause)
        case RectificationOrdered():
            return _ordered(_begun(told, on, event.deadline), event, envelope)
        case RectificationAsked():
            return _begun(told, on, event.deadline)
        case _:
            return _after_the_order(told, event, envelope, on)


def _after_the_order(told: HazardTold, event: Event, envelope: Envelope, on: date) -> HazardTold:
    match event:
        case RectificationSubmitted():
            return replace(told, measures=event.measures, completed_on=event.completed_on)
        case FixedOnSpot():
            return replace(told, measures=event.measures, completed_on=on)
        case ReinspectionPassed() | ReinspectionFailed():
            return replace(told, looks=(*told.looks, _look(event, envelope, on)))
        case RoundStarted() if told.looks:
            last = replace(told.looks[-1], deadline=event.deadline)
            return replace(told, looks=(*told.looks[:-1], last))
        case SignatureRefused():
            reported = event.reported_to or ""
            return replace(
                told,
                refusal=Signature(
                    person=event.refused_by, refused=True, reason=event.reason, reported_to=reported
                ),
            )
        case _:
            return told


def _begun(told: HazardTold, on: date, deadline: date | None) -> HazardTold:
    return replace(told, ordered_on=on, first_deadline=deadline, binding=False, limit=None)


def _ordered(told: HazardTold, event: RectificationOrdered, envelope: Envelope) -> HazardTold:
    return replace(
        told,
        binding=True,
        limit=event.from_service,
        visit_kind=event.visit_kind,
        officers=officers((envelope.actor, *event.officers), event.certificates, envelope),
    )


def _look(event: ReinspectionPassed | ReinspectionFailed, envelope: Envelope, on: date) -> Look:
    certificates = event.certificates if isinstance(event, ReinspectionPassed) else ()
    return Look(
        on=on,
        passed=isinstance(event, ReinspectionPassed),
        remark=event.remark or "",
        inspectors=officers(event.inspectors, certificates, envelope),
    )


def officers(
    persons: Sequence[PersonId], certificates: Sequence[Certificate], envelope: Envelope
) -> tuple[Officer, ...]:
    """执法人员 · Each once, in the order they are named; the certificate that was shown beside its holder.

    The sender's own certificate is the envelope's; the others' stand in the order of the others.
    """
    once = tuple(dict.fromkeys(persons))
    left = [number for number in certificates if number != envelope.certificate]
    told: list[Officer] = []
    for person in once:
        own = envelope.certificate if person == envelope.actor else (left.pop(0) if left else None)
        told.append(Officer(person=person, certificate=own))
    return tuple(told)
