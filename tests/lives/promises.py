"""另外的承诺 · What random lives keep beside the sixteen invariants: rows of b.3, the house's rules, and /next."""

from collections.abc import Iterator
from dataclasses import replace

from pydantic import BaseModel

from contracts.values import KEPT_BESIDE, Entry, ProposedAct, Role, Track, Waiver
from given.sentences import is_for_people
from lives.life import Life, Step
from lives.people import BY_ID
from lives.visits import VISITS, certified_on

SUBMITS = {"rectification-submitted", "fixed-on-spot"}
LOOKS = {"reinspection-passed", "reinspection-failed"}
CONFIRMING, LOOKING = {Role.EXP}, {Role.EXP, Role.GRID, Role.VIL}
# The P of b.5, row by row.
MAY_PROPOSE = {
    ProposedAct.CONFIRM: CONFIRMING,
    ProposedAct.REJECT: CONFIRMING,
    ProposedAct.MARK_DUPLICATE: CONFIRMING,
    ProposedAct.ASK: {Role.EXP},
    ProposedAct.PASS: LOOKING,
    ProposedAct.FAIL: LOOKING,
    ProposedAct.REOPEN: {Role.EXP, Role.ENT_S, Role.ENT_M, Role.TWN},
}
# What an event says otherwise than it was asked: with the photographs of before.
SAID_OTHERWISE = {("submitted", "photos")}


def a_refusal_is_a_sentence(life: Life) -> Iterator[str]:
    """Whoever is refused reads why, in Chinese."""
    for attempt in life.attempts:
        if attempt.refusal is not None and not is_for_people(attempt.told):
            yield f"{attempt.refusal} says {attempt.told!r}"


def what_is_said_to_be_closed_is(life: Life) -> Iterator[str]:
    """What /next says is not open to somebody is refused to them."""
    for attempt in life.attempts:
        if attempt.closed is not None and attempt.refusal is None:
            yield f"{attempt.path} by {attempt.who.id} is said to be closed: {attempt.closed}"


def what_was_asked_is_told(life: Life) -> Iterator[str]:
    """An event says of each field what the ask said of it; nothing that was asked is lost on the way."""
    done = [attempt for attempt in life.attempts if attempt.refusal is None]
    for number, attempt in enumerate(done, start=1):
        events = [step for step in life.steps if step.command == number]
        for name, wanted in attempt.ask.model_dump().items():
            said = [
                (step.type, getattr(step.event, name, None))
                for step in events
                if name in type(step.event).model_fields and (step.type, name) not in SAID_OTHERWISE
            ]
            if wanted is not None and said and not any(same(wanted, each) for _, each in said):
                yield f"{said} where {name}={wanted!r} was asked"


def same(wanted: object, said: object) -> bool:
    """As it was asked, in whatever order; of the public's own words that they are kept beside."""
    said = said.model_dump() if isinstance(said, BaseModel) else said
    return said in (wanted, KEPT_BESIDE) or (
        isinstance(said, tuple) and sorted(map(str, wanted)) == sorted(map(str, said))
    )


def a_waiver_says_what_is_missing(life: Life) -> Iterator[str]:
    """What a ledger's row lacks is named in its event, and nobody else's step lacks anything."""
    for step in life.steps:
        waived = set(getattr(step.event, "waived", ()))
        if waived and (step.envelope.entry is not Entry.LEDGER or not waived <= life.policy.ledger.waived):
            yield f"{step.type} waives {waived} in an entry {step.envelope.entry}"
        for waiver, missing in lacking(step):
            if missing is not (waiver in waived):
                yield f"{step.type} lacks {waiver}: {missing}, waives {waived}"


def lacking(step: Step) -> list[tuple[Waiver, bool]]:
    """What of it there must be, and whether it is missing."""
    event = step.event
    match step.type:
        case "fixed-on-spot":
            return [(Waiver.PHOTOS, not (event.before and event.after))]
        case "rectification-submitted" | "reinspection-passed" | "reinspection-failed":
            return [(Waiver.PHOTOS, not event.photos)]
        case "plan-accepted":
            return [(Waiver.WARNING_SIGN, event.warning_sign is None)]
        case "plan-filed":
            return [(Waiver.PLAN_CONTENT, event.plan is None)]
        case "rectification-ordered":
            return [(Waiver.NOTICE, event.notice is None), (Waiver.CERTIFICATES, not event.certificates)]
        case "major-registered":
            return [(Waiver.CLAUSE, event.clause is None)]
        case _:
            return []


def somebody_else_looks(life: Life) -> Iterator[str]:
    """Re-inspector ≠ submitter and, outside the ENTERPRISE track, not a person of the enterprise (b.3 row 25)."""
    submitter = None
    for step in life.steps:
        if step.type in SUBMITS:
            submitter = getattr(step.event, "fixed_by", None) or step.envelope.actor
        if step.type not in LOOKS:
            continue
        looking = set(step.event.inspectors)
        if step.envelope.actor not in looking or submitter in looking:
            yield f"submitted by {submitter}, seen by {looking}, told by {step.envelope.actor}"
        own = {each for each in looking if BY_ID[each].organisation == step.before.enterprise}
        if own and step.before.track(life.policy) is not Track.ENTERPRISE:
            yield f"{own} of the enterprise looked on the track {step.before.track(life.policy)}"


def nothing_is_lost_between_steps(life: Life) -> Iterator[str]:
    """Each event carries the number and the enterprise of its hazard, and the next version."""
    for version, step in enumerate(life.steps, start=1):
        if step.envelope.version != version or step.after.version != version:
            yield f"{step.type} is version {step.envelope.version} instead of {version}"
        named = getattr(step.event, "number", None), getattr(step.event, "enterprise", None)
        if step.before.number is not None and named != (step.before.number, step.before.enterprise):
            yield f"{step.type} speaks of {named}"


def an_order_stands_on_its_visit(life: Life) -> Iterator[str]:
    """An order's visit was begun at its enterprise, may order, and had its two certificates valid that day, the actor's among them."""
    for step in life.steps:
        if step.type != "rectification-ordered" or step.envelope.entry is Entry.LEDGER:
            continue
        order, visit = step.event, VISITS[step.event.visit].visit
        begun = any(event.TYPE == "visit.started" for event, _ in VISITS[order.visit].events)
        if not begun or (visit.enterprise, visit.kind) != (order.enterprise, order.visit_kind):
            yield f"ordered from {visit.state} {visit.kind} at {visit.enterprise}"
        if visit.kind not in life.policy.powers.ordering_visit_kinds:
            yield f"ordered from {visit.kind}"
        there = {one.person: one.certificate for one in visit.participants}
        named = dict(zip(order.officers, order.certificates, strict=True))
        valid = all(certified_on(person, number, visit.day) for person, number in named.items())
        if not named.items() <= there.items() or not valid or step.envelope.actor not in named:
            yield f"{step.envelope.actor} orders with {named} of {there} on {visit.day}"
        if len(set(named.values())) < 2:
            yield f"one certificate: {named}"


def a_proposal_decides_nothing(life: Life) -> Iterator[str]:
    """What is only proposed (the P of b.5) comes from whom b.5 names, and leaves the hazard as it was."""
    for step in life.steps:
        if step.type != "decision-proposed":
            continue
        if step.envelope.role not in MAY_PROPOSE[step.event.act]:
            yield f"{step.event.act} proposed by {step.envelope.role}"
        untouched = replace(step.before, version=step.after.version, last_at=step.after.last_at)
        if step.after != untouched:
            yield f"a proposal of {step.event.act} changed {step.before} to {step.after}"


PROMISES = (
    a_refusal_is_a_sentence,
    what_is_said_to_be_closed_is,
    what_was_asked_is_told,
    a_waiver_says_what_is_missing,
    somebody_else_looks,
    nothing_is_lost_between_steps,
    an_order_stands_on_its_visit,
    a_proposal_decides_nothing,
)
