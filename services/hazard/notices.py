"""办理指令书 · Drafting, numbering, serving, signing for and voiding a notice, and what each writes to its hazards.

Whatever a notice does to a hazard is the hazard's own rule and event, written beside in the same transaction.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from contracts.envelope import Event
from contracts.hazard import NoticeServed
from contracts.notice import ItemState
from services.hazard import numbers, visiting
from services.hazard.handling import Beside, Decision, Done, Handling, Sender
from services.hazard.hazards import HAZARD, Keep
from services.hazard.lifecycle import serving as hazard_serving
from services.hazard.lifecycle.serving import RecordSignatureRefusal, ServeNotice
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.withdrawing import withdraw_order
from services.hazard.notice import drafting, numbering, serving, signing, voiding
from services.hazard.notice.drafting import DraftNotice
from services.hazard.notice.numbering import KeepPaperNumber, NumberNotice
from services.hazard.notice.serving import ServeWholeNotice
from services.hazard.notice.signing import AcknowledgeNotice, RefuseToSign
from services.hazard.notice.state import Notice
from services.hazard.notice.voiding import VoidNotice
from services.hazard.noticing import NOTICE
from services.hazard.occasion import Ask, Occasion
from services.hazard.on_visit import course_of
from services.hazard.recalling import NotFound
from services.hazard.store import stream_of


async def draft(handling: Handling, sender: Sender, key: str, ask: DraftNotice) -> Done:
    """草拟指令书 · Leans on the visit and on each hazard: none of them moves unseen in between."""

    async def decide(state: Notice, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        visited = await visiting.visited(handling, ask.visit, sender.scope)
        hazards = {item.hazard: await known_hazard(handling, item.hazard, sender) for item in ask.items}
        events = drafting.draft_notice(state, ask, occasion, visited=visited, hazards=hazards)
        leans = {stream_of(HAZARD.subject(one)): hazard.version for one, hazard in hazards.items()}
        leans[stream_of(f"visit/{ask.visit}")] = visited.version
        return Decision(events=events, division=visited.division, leans=leans, visit=course_of(ask.visit))

    return await handling.handle(sender, NOTICE, key, decide, told, creates=True)


async def known_hazard(handling: Handling, key: str, sender: Sender) -> Hazard:
    """已有隐患 · In the sender's reach. Raises NotFound."""
    hazard = await handling.lean_on(HAZARD, key)
    if hazard.status is None or not sender.scope.covers(hazard.division, hazard.enterprise, hazard.offices):
        raise NotFound("隐患")
    return hazard


def check_reach(notice: Notice, sender: Sender) -> None:
    """管辖检查 · Somebody else's notice does not exist for the caller. Raises NotFound."""
    if notice.id is None or not sender.scope.covers(notice.division, notice.enterprise):
        raise NotFound("指令书")


def told(notice: Notice) -> Mapping[str, str]:
    """回执 · Where it stands and, once there is one, its number."""
    return {"status": notice.state.value} | ({"number": notice.number} if notice.number else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """一次办理 · What every command on a notice is decided with: the notice, where it stands, who asks when."""

    handling: Handling
    sender: Sender
    key: str
    notice: Notice
    occasion: Occasion
    keep: Keep


async def number(at: At, ask: NumberNotice) -> Decision:
    """编号 · The number is drawn in the same transaction: there is one if and only if the notice has it."""
    numbering.may_number(at.notice, at.occasion)
    subject = NOTICE.subject(at.key)
    drawn = await numbers.draw(at.handling, at.occasion, at.notice.kind, subject, office=at.notice.office)
    events = numbering.number_notice(at.notice, ask, at.occasion, drawn=drawn.event)
    names = {f"notice/{drawn.number}": stream_of(subject)}
    return decision(at, events, [drawn.beside], names)


async def keep_number(at: At, ask: KeepPaperNumber) -> Decision:
    """登记纸质文号 · What the paper bears stays its own: no number is drawn for it, and the series passes it over."""
    numbering.may_number(at.notice, at.occasion)
    subject = NOTICE.subject(at.key)
    kept, beside = await numbers.keep(
        at.handling, at.occasion, at.notice.kind, subject, ask.number, office=at.notice.office
    )
    events = numbering.number_notice(at.notice, ask, at.occasion, drawn=kept)
    return decision(at, events, [beside], {f"notice/{kept.number}": stream_of(subject)})


async def serve(at: At, ask: ServeWholeNotice) -> Decision:
    """送达 · Each hazard's own rule says what the service means to it; all of them or none."""
    notice, occasion = at.notice, at.occasion
    serving.may_serve(notice, occasion)
    serving.check_way(notice, ask, occasion)
    served_on = serving.day_of_service(notice, ask, occasion)
    each = ServeNotice(method=ask.method, recipient=ask.recipient, served_on=served_on)
    served: dict[str, tuple[Hazard, NoticeServed]] = {}
    for one, hazard in (await ordered_under(at)).items():
        if hazard.notice.unserved and hazard.status in hazard_serving.SERVABLE:
            occasion.check_time(hazard.last_at)
            (event,) = hazard_serving.serve_notice(hazard, each, replace(occasion, notice=notice))
            served[one] = (hazard, event)
    events = serving.serve_whole_notice(notice, ask, occasion, served=served)
    return decision(
        at, events, [beside_of(at, one, hazard, event) for one, (hazard, event) in served.items()]
    )


async def acknowledge(at: At, ask: AcknowledgeNotice) -> Decision:
    """签收 · The signature is kept before the event that names it, under an id that a repeat makes again."""
    signing.check_signer(at.notice, ask, at.occasion)
    text = uuid5(UUID(at.key), f"signature/{at.sender.client}/{at.sender.key}")
    signature = await at.keep(text, ask.signature, ask.person)
    return decision(at, signing.acknowledge_notice(at.notice, ask, at.occasion, signature=signature))


async def record_signature_refusal(at: At, ask: RefuseToSign) -> Decision:
    """记录拒绝签收 · On the notice, and on each open hazard that was ordered under it."""
    events = signing.refuse_to_sign(at.notice, ask, at.occasion)
    each = RecordSignatureRefusal(
        document=f"{at.notice.kind.zh}{at.notice.number}",
        refused_by=ask.refused_by,
        reason=ask.reason,
        reported_to=ask.reported_to,
    )
    beside = [
        beside_of(at, one, hazard, *hazard_serving.record_signature_refusal(hazard, each, at.occasion))
        for one, hazard in (await ordered_under(at)).items()
        if hazard.status in hazard_serving.SIGNING
    ]
    return decision(at, events, beside)


async def void(at: At, ask: VoidNotice) -> Decision:
    """作废 · The number stays in its series, marked; orders given under it are withdrawn from their hazards."""
    events = voiding.void_notice(at.notice, ask, at.occasion)
    ordered = await ordered_under(at)
    beside = [
        beside_of(at, one, hazard, *withdraw_order(hazard, ask.reason, at.occasion))
        for one, hazard in ordered.items()
    ]
    if at.notice.drawn is not None:
        beside.append(await numbers.void(at.handling, at.notice.drawn, ask.reason))
    return decision(at, events, beside)


async def ordered_under(at: At) -> dict[str, Hazard]:
    """所责令的隐患 · Those whose last order names this notice, as the log has them."""
    found = {
        item.hazard: await at.handling.lean_on(HAZARD, item.hazard)
        for item in at.notice.items
        if not item.fixed_on_spot and item.state is not ItemState.PENDING
    }
    return {key: hazard for key, hazard in found.items() if hazard.noticed == at.key}


def beside_of(at: At, key: str, hazard: Hazard, *events: Event) -> Beside:
    """写入隐患 · Behind what the hazard's rule was asked about, in the course of the notice's visit."""
    course = course_of(at.notice.visit)
    return Beside(subject=HAZARD.subject(key), version=hazard.version, events=events, visit=course)


def decision(
    at: At, events: tuple[Event, ...], beside: Sequence[Beside] = (), names: Mapping[str, UUID] | None = None
) -> Decision:
    """决定 · At the place of the notice, in the course of its visit."""
    return Decision(
        events=events,
        division=at.notice.division,
        beside=tuple(beside),
        names=names or {},
        visit=course_of(at.notice.visit),
    )


@dataclass(frozen=True, slots=True)
class NoticeCommand:
    """指令书命令 · One row: the path under /notices/{id}/, the ask, how it is decided, the words for people."""

    path: str
    ask: type[Ask]
    # Any: each is decided with its own ask; the row pairs them.
    decide: Callable[[At, Any], Awaitable[Decision]]
    title: str


COMMANDS: tuple[NoticeCommand, ...] = (
    NoticeCommand("number", NumberNotice, number, "指令书编号"),
    NoticeCommand("serve", ServeWholeNotice, serve, "送达指令书"),
    NoticeCommand("acknowledge", AcknowledgeNotice, acknowledge, "签收指令书"),
    NoticeCommand("record-signature-refusal", RefuseToSign, record_signature_refusal, "记录拒绝签收"),
    NoticeCommand("void", VoidNotice, void, "作废指令书"),
)

# Not a route: only the import of a ledger tells of papers that have their number already.
FROM_PAPER = NoticeCommand("keep-number", KeepPaperNumber, keep_number, "登记纸质文号")


async def change(
    handling: Handling, sender: Sender, key: str, command: NoticeCommand, ask: Ask, keep: Keep
) -> Done:
    """办理 · Any row of COMMANDS, on a notice that is there, in reach, and after its last step."""

    async def decide(notice: Notice, occasion: Occasion) -> Decision:
        occasion.check_time(notice.last_at)
        at = At(handling=handling, sender=sender, key=key, notice=notice, occasion=occasion, keep=keep)
        return await command.decide(at, ask)

    return await handling.handle(sender, NOTICE, key, decide, told, partial(check_reach, sender=sender))
