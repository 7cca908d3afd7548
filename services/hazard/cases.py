"""办理案件命令 · Commands on enforcement cases, and what each writes beside: to its hazards, to the enterprise's penalties."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any
from uuid import uuid5

from contracts.case import CaseFiled, CaseNotFiled, EnforcementCaseClosed, PenaltyDecided
from contracts.envelope import Event
from contracts.penalties import CountedPenalty
from contracts.regions import CaseOutcome, EnforcementState
from contracts.values import Level
from services.hazard import numbers
from services.hazard.case import penalties
from services.hazard.case.evolving import evolve
from services.hazard.case.filing import ReferCase, refer_case, waiting
from services.hazard.case.numbering import NUMBERED
from services.hazard.case.penalties import Penalties
from services.hazard.case.state import Case
from services.hazard.case_commands import GATES
from services.hazard.command_row import CommandRow
from services.hazard.handling import Beside, Decision, Done, Handling, Sender
from services.hazard.hazards import HAZARD, Leaning, known_enterprise, lean_on_officers
from services.hazard.lifecycle import enforcing
from services.hazard.lifecycle.enforcing import (
    LinkCase,
    NoteCaseClosure,
    NoteCaseDecision,
    ReferToEnforcement,
)
from services.hazard.lifecycle.regions import Enforcement
from services.hazard.lifecycle.state import Hazard
from services.hazard.mapper import NAMESPACE
from services.hazard.occasion import Ask, Occasion
from services.hazard.recalling import Kind, NotFound
from services.hazard.store import stream_of

CASE = Kind("case", Case(), evolve, place=attrgetter("division"))
PENALTIES = Kind("penalties", Penalties(), penalties.evolve)
E = EnforcementState


def penalties_of(enterprise: str) -> str:
    """处罚记录标识 · Of an enterprise, made from its id."""
    return str(uuid5(NAMESPACE, f"penalties/{enterprise}"))


async def refer(handling: Handling, sender: Sender, key: str, ask: ReferCase) -> Done:
    """移送案件 · A case at the enterprise of its first hazard; each hazard that was not referred yet is, beside it."""

    async def decide(case: Case, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        hazards = {one: await hazard_in_reach(handling, sender, one) for one in ask.hazards}
        _, owner = hazards[ask.hazards[0]].registered
        enterprise = await known_enterprise(handling, owner)
        events = refer_case(case, ask, occasion, enterprise=enterprise, hazards=hazards)
        leans = {stream_of(HAZARD.subject(one)): hazard.version for one, hazard in hazards.items()}
        leans[stream_of(f"enterprise/{owner}")] = enterprise.version
        beside = tuple(
            referred_beside(key, one, hazard, ask, occasion)
            for one, hazard in hazards.items()
            if hazard.enforcement.state is not E.REFERRED
        )
        for written in beside:
            del leans[stream_of(written.subject)]  # the append checks the version it writes from
        return Decision(events=events, division=enterprise.division, beside=beside, leans=leans)

    return await handling.handle(sender, CASE, key, decide, told)


async def hazard_in_reach(handling: Handling, sender: Sender, key: str) -> Hazard:
    """管辖内的隐患 · Somebody else's hazard does not exist for the caller. Raises NotFound."""
    hazard = await handling.lean_on(HAZARD, key)
    if hazard.status is None or not sender.scope.covers(hazard.division, hazard.enterprise, hazard.offices):
        raise NotFound("隐患")
    return hazard


def referred_beside(case: str, key: str, hazard: Hazard, ask: ReferCase, occasion: Occasion) -> Beside:
    """隐患移送 · By the hazard's own rule, with the case it goes with."""
    occasion.check_time(hazard.last_at)
    given = ReferToEnforcement(reason=ask.reason, remark=ask.remark, file=ask.file)
    events = tuple(
        event.model_copy(update={"case": case})
        for event in enforcing.refer_to_enforcement(hazard, given, occasion)
    )
    return Beside(subject=HAZARD.subject(key), version=hazard.version, events=events)


async def change(handling: Handling, sender: Sender, key: str, command: CommandRow, ask: Ask) -> Done:
    """办理案件命令 · Any row of the table; what it means for hazards and penalties is written in the same transaction."""

    async def decide(case: Case, occasion: Occasion) -> Decision:
        occasion.check_time(case.last_at)
        occasion, leans = await lean(handling, case, ask, occasion)
        occasion, series = await numbered(handling, key, case, command, occasion)
        events = command.rule(case, ask, occasion)
        looked_at = [one for event in events for one in await beside_of(handling, key, case, event, occasion)]
        written = tuple(one for one in looked_at if one.events)
        # What is left alone was decided on too: the append checks that it still stands there.
        leans |= {stream_of(one.subject): one.version for one in looked_at if not one.events}
        return Decision(events=events, division=case.division, beside=(*series, *written), leans=leans)

    return await handling.handle(sender, CASE, key, decide, told, partial(check_reach, sender=sender))


async def lean(handling: Handling, case: Case, ask: Ask, occasion: Occasion) -> Leaning:
    """依据 · The appointments of who acts and of each officer the ask names."""
    return await lean_on_officers(handling, case, occasion, tuple(named_in(ask, case)))


async def numbered(
    handling: Handling, key: str, case: Case, command: CommandRow, occasion: Occasion
) -> tuple[Occasion, tuple[Beside, ...]]:
    """取号 · For a command that numbers a document, once its gate lets it through; from the series of the case's office."""
    kind = NUMBERED.get(command.path)
    if kind is None:
        return occasion, ()
    GATES[command.path](case, occasion)
    drawn = await numbers.draw(handling, occasion, kind, CASE.subject(key), office=case.office)
    return replace(occasion, number=drawn.number), (drawn.beside,)


def named_in(ask: Ask, case: Case) -> Iterable[str]:
    """所涉执法人员 · Whom the ask names as officers, by person."""
    for officer in getattr(ask, "officers", ()):
        yield officer if isinstance(officer, str) else officer.person
    yield from getattr(ask, "others", ())


def check_reach(case: Case, sender: Sender) -> None:
    """管辖检查 · Somebody else's case does not exist for the caller."""
    if case.status is None or not sender.scope.covers(case.division, case.enterprise):
        raise NotFound("案件")


def told(case: Case) -> dict[str, str]:
    """回执 · The status and, once there is one, the number."""
    answer = {"status": case.status.value} if case.status else {}
    return answer | ({"case_number": case.number} if case.number else {})


async def beside_of(
    handling: Handling, key: str, case: Case, event: Event, occasion: Occasion
) -> tuple[Beside, ...]:
    """旁流 · What filing, deciding and closing are to each hazard, and a decision to the enterprise's penalties.

    Without events: what was looked at and is left alone.
    """
    match event:
        case CaseFiled():
            return await to_hazards(handling, case, partial(filed, key, event, occasion), occasion)
        case CaseNotFiled():
            return await to_hazards(handling, case, partial(not_filed, key, occasion), occasion)
        case PenaltyDecided():
            noted = await to_hazards(handling, case, partial(decided, key, event, occasion), occasion)
            return (*noted, *await counted(handling, key, case, event, occasion))
        case EnforcementCaseClosed():
            noted = await to_hazards(handling, case, partial(closed, key, event, occasion), occasion)
            return (*noted, *await withdrawn(handling, key, case, event, occasion))
        case _:
            return ()


# Any: whatever events the hazard's rule makes.
Told = Callable[[Hazard], tuple[Any, ...]]


async def to_hazards(handling: Handling, case: Case, tell: Told, occasion: Occasion) -> tuple[Beside, ...]:
    """写入隐患 · To each hazard of the case what its own rule makes of it; without events where it is left alone."""
    looked_at = []
    for one in case.hazards:
        hazard = await handling.lean_on(HAZARD, one.id)
        events = tell(hazard)
        if events:
            occasion.check_time(hazard.last_at)
        looked_at.append(Beside(subject=HAZARD.subject(one.id), version=hazard.version, events=events))
    return tuple(looked_at)


def filed(key: str, event: CaseFiled, occasion: Occasion, hazard: Hazard) -> tuple[Event, ...]:
    """隐患立案 · Refused where another case has it."""
    given = LinkCase(case=key, case_number=event.case_number, filed_on=event.filed_on)
    return enforcing.linked(hazard, given, occasion)


def not_filed(key: str, occasion: Occasion, hazard: Hazard) -> tuple[Event, ...]:
    """隐患不予立案 · Of those that wait for this case."""
    if hazard.enforcement.state is not E.REFERRED or not waiting(hazard, key):
        return ()
    given = NoteCaseClosure(case=key, outcome=CaseOutcome.NOT_FILED, closed_on=occasion.today)
    return enforcing.ended(hazard, given, occasion)


def decided(key: str, event: PenaltyDecided, occasion: Occasion, hazard: Hazard) -> tuple[Event, ...]:
    """隐患处理决定 · Unless it was noted by hand already."""
    if not stands(hazard.enforcement, key, E.CASE_OPEN):
        return ()
    given = NoteCaseDecision(
        case=key,
        kinds=event.penalty.kinds,
        decision_number=event.decision_number,
        decided_on=event.decided_on,
        fine=event.penalty.fine,
    )
    return enforcing.decided(hazard, given, occasion)


def closed(key: str, event: EnforcementCaseClosed, occasion: Occasion, hazard: Hazard) -> tuple[Event, ...]:
    """隐患结案 · Unless it was noted by hand already."""
    if not stands(hazard.enforcement, key, E.CASE_OPEN, E.DECIDED):
        return ()
    given = NoteCaseClosure(case=key, outcome=event.outcome, closed_on=event.closed_on)
    return enforcing.ended(hazard, given, occasion)


def stands(enforcement: Enforcement, key: str, *states: EnforcementState) -> bool:
    """属于本案 · Whether the hazard is this case's, and stands where the step begins."""
    return enforcement.case == key and enforcement.state in states


async def counted(
    handling: Handling, key: str, case: Case, event: PenaltyDecided, occasion: Occasion
) -> tuple[Beside, ...]:
    """计入处罚 · In the enterprise's own stream; what is no penalty does not count."""
    if event.publication_due is None:
        return ()
    known, subject = await penalties_at(handling, case.enterprise)
    now = [await handling.lean_on(HAZARD, one.id) for one in case.hazards]
    penalty = CountedPenalty(
        case=key,
        decision_number=event.decision_number,
        decided_on=event.decided_on,
        major=case.major or any(hazard.level is Level.MAJOR for hazard in now),
    )
    events = penalties.note_penalty(known, case.enterprise, penalty, occasion)
    return (Beside(subject=subject, version=known.version, events=events),)


async def withdrawn(
    handling: Handling, key: str, case: Case, event: EnforcementCaseClosed, occasion: Occasion
) -> tuple[Beside, ...]:
    """撤出处罚 · Of a case that was withdrawn after its decision."""
    if event.outcome is not CaseOutcome.WITHDRAWN or not case.punished:
        return ()
    known, subject = await penalties_at(handling, case.enterprise)
    events = penalties.annul_penalty(known, key, occasion)
    return (Beside(subject=subject, version=known.version, events=events),)


async def penalties_at(handling: Handling, enterprise: str) -> tuple[Penalties, str]:
    """企业的处罚 · What counts of it so far, and the subject it stands under."""
    key = penalties_of(enterprise)
    return await handling.lean_on(PENALTIES, key), PENALTIES.subject(key)
