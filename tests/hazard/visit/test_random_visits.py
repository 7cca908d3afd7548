"""随机检查 · Over random sequences of visits and orders: two certificates valid that day, and a count that is the naive one."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.envelope import Event
from contracts.hazard import RectificationOrdered
from contracts.values import AppointedCertificate, Role, Status, VisitKind
from contracts.visit import CapExemption, VisitStarted
from given.story import DIVISION, ENTERPRISE, FILE, TWL, TWO, Life
from given.visits import APPROVE, GROUNDS, Paid, by, planning, taking_part
from services.hazard.appointment import Appointment
from services.hazard.lifecycle.ordering import OrderRectification, order_rectification
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import SHANGHAI
from services.hazard.refused import Refused
from services.hazard.visit.counting import VisitCount
from services.hazard.visit.party import LeaveVisit, leave_visit
from services.hazard.visit.planning import CancelVisit, approve_visit, cancel_visit, plan_visit
from services.hazard.visit.recording import CompleteVisit, complete_visit
from services.hazard.visit.starting import StartVisit, start_visit

K = VisitKind
BEGINNING = datetime(2026, 11, 1, 2, tzinfo=UTC)  # so that a year ends on the way
OTHER = "8c1f2b63-4a65-5c7f-8e67-1a5b4b9f2d22"
FILES = {ENTERPRISE: FILE, OTHER: replace(FILE, id=OTHER, name="北干纺织有限公司")}
KINDS = (
    K.ADMIN,
    K.ADMIN,
    K.ADMIN,
    K.ADMIN,
    K.ADMIN,
    K.ENTRUSTED,
    K.JOINT,
    K.CASE,
    K.RECHECK,
    K.EXPERT,
    K.LEADER,
)
# 人物 · Number, first day, last day of the appointment, last day of the certificate.
OFFICERS: dict[str, tuple[str, date, date | None, date | None]] = {
    "p-two": ("33011100123", date(2026, 1, 1), None, None),
    "p-a": ("33011100201", date(2026, 1, 1), None, date(2026, 11, 20)),
    "p-b": ("33011100202", date(2026, 12, 1), None, None),
    "p-c": ("33011100203", date(2026, 1, 1), date(2026, 12, 10), None),
    "p-d": ("33011100204", date(2026, 1, 1), None, date(2027, 1, 5)),
}
ON_RECORD = {
    person: (
        Appointment(
            role=Role.TWO,
            organisation="org-town",
            certificate=AppointedCertificate(number=number, valid_to=valid_to),
            starts_on=starts_on,
            ends_on=ends_on,
        ),
    )
    for person, (number, starts_on, ends_on, valid_to) in OFFICERS.items()
}
REQUIRED = frozenset({K.ADMIN, K.ENTRUSTED, K.JOINT, K.CASE})


def was_certified(person: str, number: str, day: date) -> bool:
    """By the table alone, not by the code under test."""
    known, starts_on, ends_on, valid_to = OFFICERS[person]
    serving = starts_on <= day and (ends_on is None or day <= ends_on)
    return known == number and serving and (valid_to is None or day <= valid_to)


@dataclass
class World:
    """一段日子 · Visits to two enterprises, the counts of their years, and every event in order."""

    at: datetime = BEGINNING
    visits: list[Paid] = field(default_factory=list)
    counts: dict[tuple[str, int], VisitCount] = field(default_factory=dict)
    log: list[Event] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def today(self) -> date:
        return self.at.astimezone(SHANGHAI).date()

    def do(self, nth: int, rule, ask, who: dict) -> None:
        """One step of a visit, done or refused."""
        paid = self.visits[nth]
        year = (paid.enterprise.id, self.today.year)
        before = replace(paid, at=self.at, count=self.counts.get(year, VisitCount()))
        try:
            after = before.when(rule, ask, who)
        except Refused as refusal:
            self.refused[type(refusal).__name__] += 1
            return
        self.counts[year] = after.count
        self.visits[nth] = after
        self.log += after.events

    def order(self, nth: int, who: dict) -> None:
        """责令 · A hazard of the enterprise is ordered from this visit, or not."""
        visit = self.visits[nth].visit
        hazard = Hazard(
            version=3,
            id=str(UUID(int=5)),
            status=Status.REGISTERED,
            division=DIVISION,
            enterprise=ENTERPRISE,
            number="HZ-330111-2026-000001",
            visit_kind=K.ADMIN,
        )
        ask = OrderRectification(
            deadline=self.today + timedelta(days=10),
            responsible="p-boss",
            visit=visit.id or str(UUID(int=9)),
            notice="余应急责改〔2026〕12号",
        )
        life = Life(hazard=hazard, at=self.at)
        try:
            ordered = life.when(order_rectification, ask, who, visit=visit, on_record=ON_RECORD)
        except Refused as refusal:
            self.refused[type(refusal).__name__] += 1
        else:
            self.log += ordered.events

    def naive(self) -> Counter[tuple[str, int, str]]:
        """By enterprise, year and group, from the beginnings alone: which kinds count is written down here again."""
        groups = {
            K.ADMIN: "INSPECTION",
            K.ENTRUSTED: "INSPECTION",
            K.JOINT: "INSPECTION",
            K.LEADER: "SUPERVISION",
        }
        return Counter(
            (event.enterprise, event.visited_on.year, groups[event.visit_kind])
            for event in self.log
            if isinstance(event, VisitStarted) and event.visit_kind in groups and event.exemption is None
        )


def officer(person: str) -> dict:
    return {**TWO, "person": person, "certificate": OFFICERS[person][0]}


# One number for a life: drawn choice by choice, hypothesis prefers small ones, and such lives go nowhere.
SEEDS = st.integers(0, 2**64 - 1)
LIKELY = ("p-two", "p-d", "p-two", "p-d", *sorted(OFFICERS))


def lived(seed: int) -> World:
    """Eighty things that happen one after the other, many of them refused."""
    world, random = World(), Random(seed)
    for number in range(80):
        world.at += timedelta(hours=random.randrange(1, 48))
        lead, second = random.choice(LIKELY), random.choice(LIKELY)
        nth = (
            len(world.visits) - 1 - min(random.randrange(4), len(world.visits) - 1) if world.visits else None
        )
        match random.randrange(10):
            case 0 | 1 | 2 if nth is not None:
                world.order(nth, officer(lead))
            case 3 if nth is not None:
                world.do(nth, leave_visit, LeaveVisit(person=second), officer(lead))
            case 4 if nth is not None:
                world.do(nth, cancel_visit, CancelVisit(reason="改期"), TWL)
            case 5 if nth is not None:
                world.do(nth, complete_visit, CompleteVisit(), officer(lead))
            case _:
                begin(world, number, random, lead, second)
    return world


def begin(world: World, number: int, random: Random, lead: str, second: str) -> None:
    """到访 · Planned, approved and begun at once, by whom it happens to be."""
    kind, firm = random.choice(KINDS), random.choice((ENTERPRISE, ENTERPRISE, ENTERPRISE, OTHER))
    party = tuple(
        taking_part({**officer(one), "organisation": f"org-{n}"}, "OFFICER")
        for n, one in enumerate((lead, second))
    )
    own = kind in {K.EXPERT, K.LEADER}
    who = by(kind) if own else officer(lead)
    ground = GROUNDS[kind] if own else {**GROUNDS[kind], "participants": party, "lead": lead}
    ground |= {"lead_department": "org-0"} if kind is K.JOINT else {}
    world.visits.append(Paid(key=str(UUID(int=1000 + number)), enterprise=FILES[firm], on_record=ON_RECORD))
    nth, today = len(world.visits) - 1, world.today
    world.do(nth, plan_visit, planning(kind, today, enterprise=firm, **ground), who)
    world.do(nth, approve_visit, APPROVE, TWL)
    exempt = (
        {"exemption": CapExemption.ACCIDENT, "exemption_reason": "发生事故"} if random.random() < 0.1 else {}
    )
    world.at += timedelta(hours=random.randrange(0, 40))
    world.do(nth, start_visit, StartVisit(scanned=firm, **exempt), who)


LIVES = settings(max_examples=150, deadline=None)


@given(SEEDS)
@LIVES
def test_the_count_against_the_cap_is_a_naive_count_over_the_events(seed: int):
    world = lived(seed)
    counted = {
        (enterprise, year, group.value): number
        for (enterprise, year), count in world.counts.items()
        for group, number in count.counts.items()
    }

    assert counted == world.naive()
    caps = {"INSPECTION": 6, "SUPERVISION": 3}
    assert all(number <= caps[group] for (_, _, group), number in world.naive().items())


@given(SEEDS)
@LIVES
def test_an_order_s_visit_always_had_its_two_certificates_valid_that_day(seed: int):
    world = lived(seed)
    begun = {event.enterprise: [] for event in world.log if isinstance(event, VisitStarted)}
    for paid in world.visits:
        if paid.visit.visited_on:
            begun[paid.visit.enterprise].append(paid.visit)
    for event in world.log:
        if not isinstance(event, RectificationOrdered):
            continue
        visit = next(one for one in begun[event.enterprise] if one.id == event.visit)
        named = dict(zip(event.officers, event.certificates, strict=True))
        assert visit.kind in REQUIRED
        assert len(set(named.values())) >= 2
        assert all(was_certified(person, number, visit.visited_on) for person, number in named.items())
        assert set(named) <= {one.person for one in visit.participants}


def test_random_visits_meet_what_they_are_about():
    seen: Counter[str] = Counter()
    for seed in range(60):
        world = lived(seed)
        seen.update(world.refused)
        seen.update(event.TYPE for event in world.log)
    wanted = {
        "YearlyCapReached",
        "CertificateExpired",
        "OfficerUncertified",
        "NotOfTheVisit",
        "VisitOfAnother",
        "VisitMayNotOrder",
        "VisitNotBegun",
        "hazard.rectification-ordered",
        "visit.cancelled",
        "visit.recorded",
    }
    assert wanted - set(seen) == set(), seen
