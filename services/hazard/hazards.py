"""办理隐患命令 · Any row of the table of commands: who may reach it, and what its rule leans on."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Protocol
from uuid import UUID, uuid5

from contracts.division import NOWHERE, root
from contracts.envelope import Event
from contracts.hazard import HazardRegistered
from contracts.values import Entry, SealedText, Status
from services.hazard import appointment, form, noticing
from services.hazard.appointment import Appointment, Appointments
from services.hazard.enterprise import Enterprise
from services.hazard.enterprise import evolve as evolve_enterprise
from services.hazard.form import Form
from services.hazard.gates import is_proposal
from services.hazard.handling import Decision, Done, Handling, Sender, envelop
from services.hazard.hazard_commands import HazardCommand
from services.hazard.lifecycle import classifying, lifting, ordering, reported_words, reporting
from services.hazard.lifecycle.evolving import evolve
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, Occasion
from services.hazard.on_purpose import on_campaign
from services.hazard.on_visit import course_of, filled, found_on, known_visit, on_its_visit
from services.hazard.recalling import Kind, NotFound
from services.hazard.store import stream_of
from services.trouble import Trouble

HAZARD = Kind("hazard", Hazard(), evolve, folds=4, place=attrgetter("division"))
ENTERPRISE = Kind("enterprise", Enterprise(), evolve_enterprise, place=attrgetter("division"))
PERSON = Kind("person", Appointments(), appointment.evolve)
FORM = Kind("form", Form(), form.evolve)
OF_THE_AUTHOR = frozenset({"submit", "void"})  # while it is a draft
OF_THE_AUTHOR_LATER = frozenset({"correct-record"})
# The rule looks at certificates, or at who else took part and what appointments they hold.
OF_OFFICERS = frozenset(
    {
        "order-rectification",
        "fix-on-spot",
        "reinspect",
        "impose-interim-measure",
        "lift-interim-measure",
        "accept-listed",
        "downgrade-to-general",
    }
)


# Keeps words beside the log under an id; the one that is handed out to nobody takes none.
Keep = Callable[[UUID, str, str], Awaitable[SealedText]]


async def keep_nothing(_text: UUID, _words: str, _author: str) -> SealedText:
    """不另存 · For ledgers: what the public reports comes through the door only."""
    raise OutOfScope


async def capture(
    handling: Handling, sender: Sender, key: str, ask: reporting.CaptureHazard, keep: Keep = keep_nothing
) -> Done:
    """记录隐患 · The hazard's place is its enterprise's division, fixed here; without one the reporter's.

    `keep` takes the public's own words.
    """

    async def decide(hazard: Hazard, occasion: Occasion) -> Decision:
        if hazard.status is not None:
            hazard.must_be(act="重复记录")
        place, leans = sender.division, {}
        if ask.object is not None:
            enterprise = await known_enterprise(handling, ask.object)
            place, leans = enterprise.division, {stream_of(f"enterprise/{ask.object}"): enterprise.version}
        if not sender.scope.admits(place, ask.object):
            raise OutOfScope
        occasion.check_time(None)
        visit = await known_visit(handling, ask.visit, sender.scope) if ask.visit else None
        captured = reporting.capture_hazard(hazard, filled(ask, visit), occasion)
        of_visit, on_it = found_on(visit, key, ask.object, occasion)
        events = await beside(captured, key, sender, ask, keep)
        course = course_of(ask.visit)
        on_it |= await on_campaign(handling, ask.campaign, place, occasion.today)
        return Decision(events=events, division=place, leans=leans | on_it, beside=of_visit, visit=course)

    return await handling.handle(sender, HAZARD, key, decide, told, creates=True)


class OutOfScope(Trouble):
    """不在管辖范围 · The place or the enterprise belongs to somebody else."""

    def __init__(self) -> None:
        """说明 · One sentence for every case, so that it tells nothing about others."""
        super().__init__("out-of-scope", "该对象不在您的管辖范围内")


async def known_enterprise(handling: Handling, key: str) -> Enterprise:
    """已建档企业 · The file, or a refusal that says it is missing."""
    enterprise = await handling.lean_on(ENTERPRISE, key)
    if enterprise.id is None:
        raise NotFound("企业")
    return enterprise


async def beside(
    events: tuple[Event, ...],
    key: str,
    sender: Sender,
    ask: reporting.CaptureHazard | reporting.SubmitHazard,
    keep: Keep,
) -> tuple[Event, ...]:
    """另存原文 · Kept before the event that names it is stored, under an id that a repeat makes again."""
    words = reported_words.words_to_keep(ask, sender.role)
    if words is None:
        return events
    text = uuid5(UUID(key), f"report/{sender.client}/{sender.key}")
    return reported_words.kept_beside(events, await keep(text, words, sender.person))


async def change(
    handling: Handling,
    sender: Sender,
    key: str,
    command: HazardCommand,
    ask: Ask,
    keep: Keep = keep_nothing,
) -> Done:
    """办理隐患命令 · Any row of COMMANDS; `keep` takes the public's own words."""

    async def decide(hazard: Hazard, occasion: Occasion) -> Decision:
        occasion.check_time(hazard.last_at)
        occasion, leans = await lean(handling, sender, hazard, command, ask, occasion)
        events = command.rule(hazard, ask, occasion)
        if isinstance(ask, reporting.SubmitHazard):
            events = await beside(events, key, sender, ask, keep)
        names = {event.number: UUID(key) for event in events if isinstance(event, HazardRegistered)}
        place = occasion.enterprise.division if names and occasion.enterprise else hazard.division
        after = partial(foreseen, sender, occasion, key, hazard, events)
        followed = await noticing.written_beside(handling, key, hazard, events, after, occasion.notice)
        course = course_of(occasion.visit.id if occasion.visit else hazard.visit)
        return Decision(
            events=events, division=place, beside=followed, leans=leans, names=names, visit=course
        )

    reach = partial(check_reach, sender=sender, command=command)
    return await handling.handle(sender, HAZARD, key, decide, told, reach)


def check_reach(hazard: Hazard, sender: Sender, command: HazardCommand) -> None:
    """管辖检查 · Somebody else's hazard does not exist for the caller; one's own does, to submit, void or correct it."""
    for_author = OF_THE_AUTHOR if hazard.status is Status.DRAFT else OF_THE_AUTHOR_LATER
    own = hazard.author == sender.person and command.path in for_author
    reached = sender.scope.covers(hazard.division, hazard.enterprise, hazard.offices) or own
    if hazard.status is None or not reached:
        raise NotFound("隐患")


def foreseen(
    sender: Sender, occasion: Occasion, key: str, hazard: Hazard, events: tuple[Event, ...]
) -> Hazard:
    """之后的隐患 · The hazard as these events will leave it."""
    for version, event in enumerate(events, start=hazard.version + 1):
        envelope = envelop(sender, occasion, HAZARD.subject(key), version, event, hazard.division)
        hazard = HAZARD.evolve(hazard, event, envelope)
    return hazard


Leaning = tuple[Occasion, dict[UUID, int]]  # what the rule may know, and the versions it was decided on


async def lean(
    handling: Handling, sender: Sender, hazard: Hazard, command: HazardCommand, ask: Ask, occasion: Occasion
) -> Leaning:
    """依据 · What the rule must know of other streams, and the versions it was decided on."""
    if isinstance(ask, reporting.MarkDuplicate):
        other = await handling.lean_on(HAZARD, ask.other)
        if not sender.scope.covers(other.division, other.enterprise, other.offices):
            raise NotFound("隐患")
        return replace(occasion, other=other), {stream_of(f"hazard/{ask.other}"): other.version}
    if isinstance(ask, lifting.RequestLift) and hazard.enterprise:
        enterprise = await known_enterprise(handling, hazard.enterprise)
        leans = {stream_of(f"enterprise/{hazard.enterprise}"): enterprise.version}
        return replace(occasion, enterprise=enterprise), leans
    if isinstance(ask, ordering.OrderRectification) and ask.notice_id is not None:
        notice = await noticing.known_notice(handling, ask.notice_id, sender)
        occasion = replace(occasion, notice=notice)
    if command.path in OF_OFFICERS:
        named = getattr(ask, "visit", None) or (occasion.notice.visit if occasion.notice else None)
        occasion, of_visit = await on_its_visit(handling, named, sender.scope, occasion)
        occasion, leans = await lean_on_officers(handling, hazard, occasion, taking_part(ask, occasion))
        return occasion, leans | of_visit
    return (
        await lean_on_enterprise(handling, sender, hazard, ask, occasion)
        if command.registers
        else (occasion, {})
    )


def taking_part(ask: Ask, occasion: Occasion) -> tuple[str, ...]:
    """参与人 · Who else took part: companions by the ask, the visit's officers, or who proposed what is decided."""
    if isinstance(ask, classifying.DowngradeToGeneral):
        return (ask.proposed_by,)
    others: tuple[str, ...] = getattr(ask, "others", ())
    officers = occasion.visit.officers if occasion.visit else ()
    return (*others, *(one.person for one in officers))


class AtEnterprise(Protocol):
    """涉企事项 · Something at an enterprise, whose people take no part as officers."""

    @property
    def enterprise(self) -> str | None:
        """企业 · By its id."""


async def lean_on_officers(
    handling: Handling, at: AtEnterprise, occasion: Occasion, others: tuple[str, ...]
) -> Leaning:
    """执法人员与同行人员 · What appointments they hold, and which of them hold a post at the enterprise itself."""
    from_office = occasion.entry is not Entry.LEDGER and not occasion.of_enterprise
    on_record: dict[str, tuple[Appointment, ...]] = {}
    own: set[str] = set()
    leans: dict[UUID, int] = {}
    for person in {*others, occasion.person} if from_office else set(others):
        appointments = await handling.lean_on(PERSON, person)
        leans[stream_of(PERSON.subject(person))] = appointments.version
        if appointments.ever:
            on_record[person] = appointments.ever
        if any(organisation == at.enterprise for _, organisation, _ in appointments.held):
            own.add(person)
    return replace(occasion, enterprise_people=frozenset(own), on_record=on_record), leans


async def lean_on_enterprise(
    handling: Handling, sender: Sender, hazard: Hazard, ask: Ask, occasion: Occasion
) -> Leaning:
    """企业档案 · The file of the enterprise it is registered at, in the sender's reach, and a number."""
    named = ask.enterprise if isinstance(ask, reporting.ConfirmHazard) else None
    named = ask.object if isinstance(ask, reporting.SubmitHazard) else named
    key = named or hazard.enterprise
    if key is None:
        return occasion, {}
    enterprise = await known_enterprise(handling, key)
    if not sender.scope.admits(enterprise.division, enterprise.id):
        raise OutOfScope
    proposal = is_proposal("confirm", hazard, occasion) and isinstance(ask, reporting.ConfirmHazard)
    number = None if proposal else await next_number(handling, enterprise.division, occasion)
    return replace(occasion, enterprise=enterprise, number=number), {
        stream_of(f"enterprise/{key}"): enterprise.version
    }


async def next_number(handling: Handling, division: str, occasion: Occasion) -> str:
    """取号 · HZ-<district>-<year>-<n>: unique, gaps allowed."""
    prefix = f"HZ-{root(division or NOWHERE)}-{occasion.today.year}"
    return f"{prefix}-{await handling.log.next_number(prefix):06d}"


def told(hazard: Hazard) -> dict[str, str]:
    """回执 · The status and, once there is one, the number."""
    answer = {"status": hazard.status.value} if hazard.status else {}
    return answer | ({"number": hazard.number} if hazard.number else {})
