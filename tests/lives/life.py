"""一生 · One random life: who asked what when, what the pure rules answered, and the state it led to."""

from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid5

from contracts.envelope import Envelope, Event
from contracts.hazard import HazardRegistered
from contracts.values import SealedText, Status
from given.story import POLICY, START, envelope
from lives.people import APPOINTMENTS, ENTERPRISES, FIRM, OTHER_FIRM, Person
from lives.visits import VISITS
from services.hazard import hazards
from services.hazard.calendar import Calendar
from services.hazard.calendar.reading import read_calendar
from services.hazard.gates import GATES
from services.hazard.handling import Sender
from services.hazard.hazard_commands import COMMANDS, HazardCommand
from services.hazard.lifecycle import reporting
from services.hazard.lifecycle.evolving import evolve
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import SHANGHAI, Ask, Occasion
from services.hazard.policy import Policy
from services.hazard.refused import Refused
from services.trouble import Trouble

T = TypeVar("T")

PUBLISHED = read_calendar()
UNPUBLISHED = replace(PUBLISHED, version="2022.0", published=2022)  # its days off are a guess, and right
KEY = "00000000-0000-5000-8000-000000000001"
SEALED = SealedText(id="00000000-0000-4000-8000-000000000009", commitment="sha256:" + "9" * 64)
CAPTURE = HazardCommand("capture", reporting.CaptureHazard, reporting.capture_hazard, "记录隐患")
BY_PATH = {command.path: command for command in (CAPTURE, *COMMANDS)}


def other(number: int, status: Status, firm: str = FIRM) -> Hazard:
    numbered = None if status is Status.DRAFT else f"HZ-330111-2026-{900000 + number}"
    place = ENTERPRISES[firm].division
    return Hazard(version=1, status=status, number=numbered, enterprise=firm, division=place)


# 另一些隐患 · Hazards that this one may be called a duplicate of, rightly or not.
OTHERS = {
    f"00000000-0000-5000-8000-0000000001{number:02}": hazard
    for number, hazard in enumerate(
        (
            other(0, Status.REGISTERED),
            other(1, Status.RECTIFYING),
            other(2, Status.CLOSED),
            other(3, Status.VOIDED),
            other(4, Status.DRAFT),
            other(5, Status.REGISTERED, OTHER_FIRM),
        )
    )
}


def at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """The answer of what would wait for a database, where everything is at hand."""
    try:
        coroutine.send(None)
    except StopIteration as answered:
        return answered.value
    raise AssertionError("a rule waited for something outside")


@dataclass(frozen=True, slots=True)
class Step:
    """一步 · One event with its envelope, the command it answers, and the state before and after."""

    command: int
    path: str
    event: Event
    envelope: Envelope
    before: Hazard
    after: Hazard

    @property
    def type(self) -> str:
        return self.event.TYPE.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Attempt:
    """一次尝试 · What somebody asked, when, and what they were told."""

    now: datetime
    path: str
    who: Person
    ask: Ask
    more: dict[str, Any]
    told: str
    refusal: str | None = None
    closed: str | None = None  # the refusal by which /next says that it is not open

    def __str__(self) -> str:
        """For people."""
        more = "".join(f" {name}={value}" for name, value in self.more.items())
        return f"{self.now:%Y-%m-%d %H:%M} {self.who.id} {self.path} {self.ask!r}{more}\n    {self.refusal or 'done'}: {self.told}"


class Surroundings:
    """身边 · What a decision leans on beside the hazard: enterprises, appointments and other hazards, at hand."""

    def __init__(self, others: dict[str, Hazard]) -> None:
        visits = {key: paid.visit for key, paid in VISITS.items()}
        self.kept = {"hazard": others, "enterprise": ENTERPRISES, "person": APPOINTMENTS, "visit": visits}
        self.numbers = 0
        self.log = self

    async def lean_on(self, kind: Any, key: str) -> Any:
        return self.kept[kind.name].get(key, kind.empty)

    async def next_number(self, prefix: str) -> int:
        self.numbers += 1
        return self.numbers


@dataclass(slots=True)
class Life:
    """一生 · Grows by attempts; a refused attempt leaves no event."""

    policy: Policy = POLICY
    now: datetime = START
    announced: datetime = START  # when the days off of the year were published
    hazard: Hazard = field(default_factory=Hazard)
    steps: list[Step] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    commands: int = 0
    closed: str | None = None
    others: dict[str, Hazard] = field(default_factory=lambda: OTHERS)

    @property
    def today(self) -> date:
        return self.now.astimezone(SHANGHAI).date()

    @property
    def calendar(self) -> Calendar:
        """日历 · As it is known by now."""
        return PUBLISHED if self.now >= self.announced else UNPUBLISHED

    def later(self, by: timedelta) -> None:
        self.now += by

    def decide(self, path: str, who: Sender, ask: Ask) -> tuple[Occasion, tuple[Event, ...]]:
        """决定 · What hazards.capture and hazards.change decide, on what is at hand. Raises Refused, Trouble."""
        hazard, command = self.hazard, BY_PATH[path]
        place = self.place(who, ask)
        if command is not CAPTURE:
            hazards.check_reach(hazard, who, command)
        elif not who.scope.admits(place, getattr(ask, "object", None)):
            raise hazards.OutOfScope
        occasion = occasion_of(who, self)
        occasion.check_time(hazard.last_at)
        surroundings = Surroundings(self.others)
        occasion, _ = at_once(hazards.lean(surroundings, who, hazard, command, ask, occasion))
        self.closed = closed(path, hazard, occasion)
        events = command.rule(hazard, ask, occasion)
        if isinstance(ask, reporting.CaptureHazard | reporting.SubmitHazard):
            events = at_once(hazards.beside(events, KEY, who, ask, keep))
        registers = any(isinstance(event, HazardRegistered) for event in events)
        if registers and occasion.enterprise is not None:
            place = occasion.enterprise.division
        return replace(occasion, division=place), events

    def place(self, who: Sender, ask: Ask) -> str:
        """属地 · Where it is: its enterprise's place, without one the reporter's."""
        if not isinstance(ask, reporting.CaptureHazard):
            return self.hazard.division
        return ENTERPRISES[ask.object].division if ask.object else who.division

    def attempt(self, path: str, who: Person, ask: Ask, **more: Any) -> None:
        """尝试 · One command, done or refused."""
        self.tried[path] += 1
        self.closed = None
        name = None
        try:
            occasion, events = self.decide(path, who.sender(**more), ask)
        except (Refused, Trouble) as refusal:
            name, told = type(refusal).__name__, str(refusal)
            self.refusals[name] += 1
        else:
            self.grow(path, occasion, events)
            told = f"{', '.join(event.TYPE for event in events)} -> {self.hazard.status}"
        self.attempts.append(Attempt(self.now, path, who, ask, more, told, name, self.closed))

    def grow(self, path: str, occasion: Occasion, events: tuple[Event, ...]) -> None:
        """What was decided happens."""
        self.commands += 1
        self.done[path] += 1
        for event, sealed, hazard in self.after(occasion, events):
            self.steps.append(Step(self.commands, path, event, sealed, self.hazard, hazard))
            self.hazard = hazard

    def after(self, occasion: Occasion, events: tuple[Event, ...]) -> list[tuple[Event, Envelope, Hazard]]:
        """Each event with its envelope and the state behind it."""
        hazard, grown = self.hazard, []
        for event in events:
            sealed = envelope(event, occasion, hazard.version + 1)
            hazard = evolve(hazard, event, sealed)
            grown.append((event, sealed, hazard))
        return grown

    def story(self) -> str:
        """What was tried and what came of it, for people."""
        return "\n".join(map(str, self.attempts))


def closed(path: str, hazard: Hazard, occasion: Occasion) -> str | None:
    """关口 · Why /next says that this is not open to this person, or None."""
    if path not in GATES:
        return None
    try:
        GATES[path](hazard, occasion)
    except Refused as refusal:
        return type(refusal).__name__
    return None


def occasion_of(who: Sender, life: Life) -> Occasion:
    """场合 · As Handling makes it, with this life's clock and policy."""
    return Occasion(
        person=who.person,
        role=who.role,
        organisation=who.organisation,
        division=who.division,
        certificate=who.certificate,
        at=who.at or life.now,
        now=life.now,
        policy=life.policy,
        calendar=life.calendar,
        entry=who.entry,
        enteredby=who.enteredby,
    )


async def keep(text: UUID, words: str, author: str) -> SealedText:
    """Beside the log, where it can be erased."""
    return SEALED.model_copy(update={"id": str(uuid5(UUID(KEY), words))})


def lived_again(life: Life, attempts: list[Attempt]) -> Life:
    """重演 · The same life with these attempts only, at the same hours."""
    again = Life(policy=life.policy, announced=life.announced)
    for each in attempts:
        again.now = each.now
        again.attempt(each.path, each.who, each.ask, **each.more)
    return again


def shortest(life: Life, shows: Callable[[Life], bool]) -> Life:
    """最短 · The life without every attempt that it can do without and still show the same."""
    tried = None
    while tried != len(life.attempts):
        tried = len(life.attempts)
        for number in reversed(range(tried)):
            shorter = lived_again(life, life.attempts[:number] + life.attempts[number + 1 :])
            if shows(shorter):
                life = shorter
    return life
