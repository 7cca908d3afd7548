"""办理 · One command from request to outcome: look up, load, decide, append; decided again when a stream moved."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from uuid_utils.compat import uuid7

from contracts.catalogue import dataschema
from contracts.division import root
from contracts.envelope import Envelope, Event
from contracts.values import SEALED_ROLES, Entry, Role
from services.hazard.calendar import Calendar
from services.hazard.calendar.reading import read_calendar
from services.hazard.governing import STREAM, Governing
from services.hazard.occasion import SHANGHAI, Occasion
from services.hazard.policy import Policy
from services.hazard.policy.publishing import Policies
from services.hazard.recalling import Kind, Recalling, S
from services.hazard.refused import Refused
from services.hazard.store import Command, Fact, Log, Outcome, StreamMoved, stream_of
from services.hazard.turns import Turns
from services.scope import Scope
from services.trouble import Trouble

DECISIONS = 20  # a stream that moves more often than this in one request is a storm: the client tries again
# Whoever has its turn at a stream is decided again only because another process wrote there: work was done, no storm.
DECISIONS_IN_TURN = 400
EVERYTHING = Scope(prefix="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """请求人 · Who sends the command, and under which key: from the token, the headers, or a ledger row."""

    client: str
    key: str
    request: bytes
    person: str
    role: Role
    organisation: str
    division: str
    certificate: str | None = None
    scope: Scope = EVERYTHING
    at: datetime | None = None
    entry: Entry = Entry.LIVE
    enteredby: str | None = None
    expecting: int | None = None
    traceparent: str | None = None
    correlation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """旁流 · Events that the same command writes to another stream, from a version on; `visit`: in whose course."""

    subject: str
    version: int
    events: tuple[Event, ...]
    visit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """决定 · The events of the command's own stream, what it leans on, and what the client is told.

    `visit` is the subject of the visit in whose course it was done.
    """

    events: tuple[Event, ...]
    division: str | None
    beside: tuple[Beside, ...] = ()
    leans: Mapping[UUID, int] = field(default_factory=dict)
    names: Mapping[str, UUID] = field(default_factory=dict)
    visit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """结果 · What the client is told: the same for the first answer and every repeat."""

    answer: dict[str, Any]  # Any: members of a JSON answer
    position: int
    repeat: bool


# The first time a command is decided, what this process remembers is taken as it is: the append checks it. A refusal is
# never told on memory alone. It concerns the reads of one command, wherever its rule makes them.
_TRUSTING: ContextVar[bool] = ContextVar("trusting", default=False)


class StaleVersion(Trouble):
    """记录已被他人更新 · The version in If-Match is not the latest; says who changed what since."""

    def __init__(self, expected: int, latest: int, since: list[Fact]) -> None:
        """说明 · The events since the version the client knew."""
        changes = [
            {
                "version": fact.envelope.version,
                "type": fact.envelope.type,
                "actor": None if fact.envelope.role in SEALED_ROLES else fact.envelope.actor,
                "role": fact.envelope.role.value,
                "time": fact.envelope.time.isoformat(),
            }
            for fact in since
        ]
        super().__init__(
            "stale-version",
            f"您看到的是第 {expected} 版，当前为第 {latest} 版，请重新读取后再办理",
            version=latest,
            since=changes,
        )


class Handling:
    """办理 · Holds the log, the policies and the clock; every command of every aggregate goes through handle()."""

    def __init__(
        self,
        log: Log,
        policy: Policy,
        now: Callable[[], datetime],
        stored: Callable[[], None] = lambda: None,
        *,
        remembered: int = 0,
        calendar: Calendar | None = None,
    ) -> None:
        """装配 · Given by the command line; the clock is an argument, `stored` wakes whoever waits for events.

        `policy` is the shipped one, which decides until an edition in the log takes effect.
        `remembered`: how many states stay in memory, for commands only. `calendar`: the shipped one, if none is given.
        """
        self.log = log
        self.calendar = calendar or read_calendar()
        self.now = now
        self.stored = stored
        self.recalling = Recalling(log, remembered=remembered)
        self.governing = Governing(self.recalling, policy)
        self.turns = Turns()

    async def read(self, kind: Kind[S], key: str) -> S:
        """读取状态 · The state of one thing as the log has it now."""
        return await self.recalling.state(kind, key, afresh=True)

    async def lean_on(self, kind: Kind[S], key: str) -> S:
        """依据状态 · The state of one thing, for a decision that is appended only while it still stands there."""
        return await self.recalling.state(kind, key, trusting=_TRUSTING.get())

    async def take_turn(self, kind: Kind[S], key: str) -> S:
        """轮到本命令 · The state of a stream many write beside their own, as the log has it when their turn has come.

        The turn lasts until the command under way is done. The append decides all the same.
        """
        await self.turns.take(stream_of(kind.subject(key)))
        return await self.recalling.state(kind, key)

    async def policy_at(self, division: str, at: datetime | None = None) -> Policy:
        """当地政策 · The policy that decides in a division now, or decided at an instant."""
        policies = await self.governing.policies()
        return self.governing.policy(policies, (at or self.now()).astimezone(SHANGHAI).date(), division)

    async def occasion_of(self, sender: Sender, division: str = "") -> Occasion:
        """场合 · For a question, not a command: what a rule would know if it were asked now."""
        return self.occasion(sender, await self.governing.policies(), division)

    def occasion(self, sender: Sender, policies: Policies, division: str = "") -> Occasion:
        """场合 · The circumstances a rule may know: the sender, the clock, the policy of the day and of the place.

        `division` is where the thing is that is decided about; without one the sender's place counts.
        """
        now = self.now()
        day = (sender.at or now).astimezone(SHANGHAI).date()
        return Occasion(
            person=sender.person,
            role=sender.role,
            organisation=sender.organisation,
            division=sender.division,
            certificate=sender.certificate,
            at=sender.at or now,
            now=now,
            policy=self.governing.policy(policies, day, division or sender.division),
            calendar=self.calendar,
            entry=sender.entry,
            enteredby=sender.enteredby,
        )

    async def handle(
        self,
        sender: Sender,
        kind: Kind[S],
        key: str,
        decide: Callable[[S, Occasion], Awaitable[Decision]],
        tell: Callable[[S], Mapping[str, str]] = lambda _: {},
        reach: Callable[[S], None] = lambda _: None,
        *,
        creates: bool = False,
    ) -> Done:
        """办理一条命令 · Exactly one outcome per client and key; a refusal is decided anew each time.

        `tell` says what of the state after it the client is told besides id, version and events; `reach` refuses
        who may not know of it at all, before anything is said of its versions. `creates`: nothing is there yet, or the
        append finds out.

        Raises the rule's Refused, StaleVersion, KeyReused, Unavailable.
        """
        try:
            async with self.turns.given_back():
                outcome = await self._decided(sender, kind, key, decide, tell, reach, creates=creates)
        except (Refused, Trouble):
            # A repeat comes before every rule: what was done stays done, however things stand by now.
            known = await self.log.outcome(sender.client, sender.key, sender.request)
            if known is None:
                raise
            outcome = known
        self.stored()
        return done(outcome)

    async def _decided(
        self,
        sender: Sender,
        kind: Kind[S],
        key: str,
        decide: Callable[[S, Occasion], Awaitable[Decision]],
        tell: Callable[[S], Mapping[str, str]],
        reach: Callable[[S], None],
        *,
        creates: bool,
    ) -> Outcome:
        for attempt in self._attempts():
            # What the public says is kept before the append: that is not done on memory alone.
            trusting = attempt == 0 and self.recalling.remembers and sender.role not in SEALED_ROLES
            trust = _TRUSTING.set(trusting)
            try:
                state = kind.empty if creates and attempt == 0 else await self.lean_on(kind, key)
                policies = await self.governing.beside(state, trusting=trusting)
                reach(state)
                if sender.expecting not in (None, state.version) and state.version:
                    raise await self._stale(sender.expecting, kind, key, state.version)
                occasion = self.occasion(sender, policies, kind.place(state))
                decision = standing_on(policies, await decide(state, occasion))
            except (Refused, Trouble):
                if not trusting:
                    raise
                continue  # nothing is refused on what is only remembered
            finally:
                _TRUSTING.reset(trust)
            command, after = compose(sender, occasion, kind, key, state, decision, tell)
            try:
                outcome = await self.log.append(command)
            except StreamMoved as moved:
                self.recalling.forget(moved.stream)
                continue  # decided again on what is there now; If-Match is looked at again above
            if not outcome.repeat:
                self.recalling.stored(kind, stream_of(kind.subject(key)), after)
                self.recalling.doubt(stream_of(one.subject) for one in decision.beside)
            return outcome
        raise Trouble("busy", "同一记录正被频繁更新，请稍后重试", headers={"Retry-After": "1"})

    def _attempts(self) -> Iterator[int]:
        for attempt in range(DECISIONS_IN_TURN):
            if attempt >= DECISIONS and not self.turns.any:
                return
            yield attempt

    async def _stale(self, expected: int, kind: Kind[S], key: str, latest: int) -> StaleVersion:
        since = await self.log.load(stream_of(kind.subject(key)), after=expected)
        return StaleVersion(expected, latest, since)


def standing_on(policies: Policies, decision: Decision) -> Decision:
    """依据政策 · Stored only while no edition was drafted or published since these were read."""
    return replace(decision, leans={STREAM: policies.version, **decision.leans})


def compose(
    sender: Sender,
    occasion: Occasion,
    kind: Kind[S],
    key: str,
    state: S,
    decision: Decision,
    tell: Callable[[S], Mapping[str, str]],
) -> tuple[Command, S]:
    """组成命令 · The envelopes of a decision with the answer that goes with them, and the state they lead to."""
    own = Beside(
        subject=kind.subject(key), version=state.version, events=decision.events, visit=decision.visit
    )
    envelopes: list[Envelope] = []
    for stream in (own, *decision.beside):
        for number, event in enumerate(stream.events, start=1):
            place, version = decision.division, stream.version + number
            envelope = envelop(sender, occasion, stream.subject, version, event, place, visit=stream.visit)
            envelopes.append(envelope)
            if stream is own:
                state = kind.evolve(state, event, envelope)
    types = [event.TYPE for event in decision.events]
    answer = {"id": key, "version": state.version, "events": types, **tell(state)}
    command = Command(
        client=sender.client,
        key=sender.key,
        request=sender.request,
        answer=orjson.dumps(answer),
        events=tuple(envelopes),
        expected=decision.leans,
        names=decision.names,
    )
    return command, state


def done(outcome: Outcome) -> Done:
    """结果 · The stored answer, the same for a repeat."""
    return Done(answer=orjson.loads(outcome.answer), position=outcome.position, repeat=outcome.repeat)


def envelop(
    sender: Sender,
    occasion: Occasion,
    subject: str,
    version: int,
    event: Event,
    division: str | None,
    *,
    visit: str | None = None,
) -> Envelope:
    """装信封 · Who, when, where and under which policy, once for each event."""
    return Envelope(
        id=uuid7(),
        source=f"safety/{root(division or sender.division)}",
        type=event.TYPE,
        subject=subject,
        time=occasion.now,
        dataschema=dataschema(type(event)),
        version=version,
        occurredat=occasion.at,
        actor=sender.person,
        role=sender.role,
        organisation=sender.organisation,
        certificate=sender.certificate,
        visit=visit,
        division=division,
        entry=sender.entry,
        enteredby=sender.enteredby,
        policyversion=occasion.policy.version,
        calendarversion=occasion.calendar.version,
        correlationid=sender.correlation,
        traceparent=sender.traceparent,
        data=event.model_dump(mode="json", exclude_none=True),
    )
