"""随机历史 · Logs of many districts at once: random lives of hazards by the rules, and what goes on around them.

Each history is a district of its own, so that one log holds hundreds, interleaved, and each can be asked for alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from contracts import case, enterprise, notice, service_plan, visit
from contracts.catalogue import dataschema, open_event
from contracts.division_tree import DivisionEntry, DivisionsAmended
from contracts.envelope import Envelope, Event, decode, encode
from contracts.hazard import RectificationOrdered
from contracts.regions import PenaltyKind
from contracts.terms import ServiceMethod
from contracts.values import ObjectKind, Post, RiskColour, SizeClass, VisitKind
from given.story import START
from lives.living import Living
from lives.people import FIRM, OTHER_FIRM, OTHER_TOWN, TOWN
from services.jetstream import Recorded

LOG = "5f2cbe52-3a49-4c8f-8a7e-0d1c9f8b6a11"
STEPS = 30
BEGIN = START - timedelta(days=5000)
NAMED = UUID("00000000-0000-5000-8000-00000000aaaa")
EXPERTS = ("p-exp-1", "p-exp-2")
FIRMS = {FIRM: TOWN, OTHER_FIRM: OTHER_TOWN}

Happened = tuple[str, Event, datetime, dict[str, Any]]  # subject, event, when, more of the envelope


@dataclass(frozen=True, slots=True)
class History:
    """一段历史 · A district and what happened there, by positions of the whole log."""

    district: str
    recorded: list[Recorded]

    @property
    def divisions(self) -> tuple[str, ...]:
        """The district, its towns, a zone beside it, and the city of them all."""
        return (
            *(self.district, f"{self.district}005", f"{self.district}006"),
            *(f"{self.district[:4]}99", self.district[:4]),
        )


def histories(seed: int, how_many: int) -> tuple[list[Recorded], list[History]]:
    """One log, and the histories it is made of."""
    random = Random(seed)
    happened: list[tuple[Envelope, int]] = []
    for number in range(how_many):
        happened += [(each, number) for each in _district(random, number)]
    happened.sort(key=lambda each: each[0].time)
    log: list[Recorded] = []
    own: list[list[Recorded]] = [[] for _ in range(how_many)]
    versions: dict[str, int] = {}
    appended = happened[0][0].time
    for position, (each, number) in enumerate(happened, start=1):
        version = versions[each.subject] = versions.get(each.subject, 0) + 1
        if random.random() < 0.7:  # several in one call share their instant
            appended = max(appended, each.time)
        envelope = each.model_copy(update={"version": version, "id": uuid5(NAMED, f"{seed}/{position}")})
        log.append(Recorded(LOG, position, appended, envelope, open_event(envelope)))
        own[number].append(log[-1])
    return log, [History(_code(number), events) for number, events in enumerate(own)]


def _code(number: int) -> str:
    return f"{11 + number % 80:02}{number // 80:02}11"


def _district(random: Random, number: int) -> Iterator[Envelope]:
    """The lives and what is around them, written for the district of that number."""
    code = _code(number)
    for envelope in (*_lives(random), *_around(random)):
        text = encode(envelope).decode()
        for before, after in (
            ("330111", code),
            ("330112", f"{code[:4]}12"),
            ("330199", f"{code[:4]}99"),
            (FIRM, str(uuid5(NAMED, f"{FIRM}/{number}"))),
            (OTHER_FIRM, str(uuid5(NAMED, f"{OTHER_FIRM}/{number}"))),
            ("/thing-", f"/{number}-thing-"),
        ):
            text = text.replace(before, after)
        for nth in range(9):
            text = text.replace(_uuid(nth), str(uuid5(NAMED, f"{number}/{nth}")))
        yield decode(text.encode())


def _uuid(nth: int) -> str:
    return f"aaaaaaaa-0000-5000-8000-00000000000{nth}"


def _lives(random: Random) -> Iterator[Envelope]:
    for nth in range(random.randint(1, 4)):
        living = Living(Random(random.getrandbits(64)))
        for _ in range(STEPS):
            living.step(Random(random.getrandbits(64)))
        for step in living.life.steps:
            yield step.envelope.model_copy(update={"subject": f"hazard/{_uuid(nth)}"}).model_copy(
                update={"data": _under_notice(random, step.event, step.envelope.data)}
            )


def _under_notice(random: Random, event: Event, data: dict[str, Any]) -> dict[str, Any]:
    """Some orders stand in a notice, as those that a visit's paper lists."""
    if isinstance(event, RectificationOrdered) and random.random() < 0.5:
        return {**data, "notice_id": _uuid(8)}
    return data


def _around(random: Random) -> Iterator[Envelope]:
    for subject, event, when, more in (*_firms(random), *_visits(random), *_offices(random)):
        yield Envelope.model_validate(
            {
                "id": NAMED,
                "source": "safety/330111",
                "type": event.TYPE,
                "subject": subject,
                "time": when,
                "dataschema": dataschema(type(event)),
                "version": 1,
                "occurredat": when - timedelta(hours=random.choice((0, 0, 0, 30))),
                "actor": "p-9",
                "role": "TWO",
                "division": TOWN,
                "policyversion": "2026.1",
                "calendarversion": "2026.0",
                "data": event.model_dump(mode="json", exclude_none=True),
                **more,
            }
        )


def _later(random: Random) -> datetime:
    return START + timedelta(minutes=random.randrange(0, 60 * 24 * 60))


def _firms(random: Random) -> Iterator[Happened]:
    for firm, town in FIRMS.items():
        at, about = BEGIN, {"division": town}
        made = enterprise.EnterpriseRegistered(
            name="某厂",
            division=town,
            industry=random.choice(("机械", "化工", None)),
            object_kind=random.choice(tuple(ObjectKind)),
            size_class=random.choice((*SizeClass, None)),
        )
        yield f"enterprise/{firm}", made, at, about
        changes: list[Event] = [
            enterprise.EnterpriseProfileChanged(industry="家具", size_class=SizeClass.ABOVE),
            enterprise.EnterpriseProfileChanged(credit_code="91330111MA00000000", address="东路1号"),
            enterprise.ResponsiblePersonNamed(post=Post.MAIN, person="p-300"),
            enterprise.ResponsiblePersonNamed(post=Post.SAFETY, person="p-301"),
            enterprise.EnterpriseGraded(colour=RiskColour.RED, reason="有喷涂工艺"),
            enterprise.EnterpriseClosedDown(reason="注销"),
        ]
        for change in random.sample(changes, random.randint(0, len(changes))):
            yield f"enterprise/{firm}", change, _later(random), about


def _visits(random: Random) -> Iterator[Happened]:
    for nth in range(random.randint(0, 5)):
        firm = random.choice((FIRM, OTHER_FIRM))
        kind = random.choice((VisitKind.ADMIN, VisitKind.EXPERT, VisitKind.EXPERT))
        planned = _later(random)
        subject, about = f"visit/thing-{nth}", {"division": FIRMS[firm]}
        if random.random() < 0.7:
            plan = visit.VisitPlanned(
                enterprise=firm,
                visit_kind=kind,
                planned_on=planned.date() + timedelta(days=random.randint(0, 40)),
                purpose="检查",
                participants=(),
                lead="p-9",
            )
            yield subject, plan, planned, about
            if random.random() < 0.2:
                cancelled = visit.VisitCancelled(enterprise=firm, reason="下雨")
                yield subject, cancelled, planned + timedelta(days=1), about
                continue
        if random.random() < 0.8:
            done = visit.VisitRecorded(
                enterprise=firm,
                visit_kind=kind,
                visited_on=planned.date() + timedelta(days=random.randint(-3, 3)),
                officers=(random.choice(EXPERTS),),
                finds=0,
                plan=_uuid(7) if firm == FIRM else None,
            )
            yield subject, done, planned + timedelta(days=3), about
    yield from _served(random)


def _served(random: Random) -> Iterator[Happened]:
    """Who serves the first enterprise, and that another does from some day on."""
    if random.random() < 0.5:
        return
    subject = f"service-plan/{_uuid(7)}"
    of = {"enterprise": FIRM, "year": 2026, "institution": "org-service"}
    expert = {"person": EXPERTS[0], "specialties": ("MACHINERY",)}
    contract = {"number": "1号", "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    made = {"ground": "STANDARDISATION", "contract": contract, "expert": expert, "duties": ()}
    at = START - timedelta(days=1)
    yield subject, service_plan.ServicePlanMade.model_validate({**of, **made}), at, {}
    if random.random() < 0.5:
        other = {"former": EXPERTS[0], "expert": {**expert, "person": EXPERTS[1]}}
        why = {"proposed_by": "p-71", "reason": "调整"}
        changed = service_plan.ExpertChanged.model_validate({**of, **other, **why})
        yield subject, changed, _later(random), {}
    if random.random() < 0.3:
        ended = {**of, "ends_on": START.date() + timedelta(days=20), "reason": "到期"}
        yield subject, service_plan.ServicePlanEnded.model_validate(ended), START + timedelta(days=61), {}


def _offices(random: Random) -> Iterator[Happened]:
    """Notices, cases, and the tree of divisions."""
    of = {"enterprise": FIRM, "case_number": "立1号", "hazards": ()}
    for nth in range(random.randint(0, 2)):
        filed_at = _later(random)
        days = {"filed_on": filed_at.date(), "decision_due": filed_at.date() + timedelta(days=90)}
        filed = case.CaseFiled.model_validate({**of, **days, "suspected": "拒不整改", "basis": ("99",)})
        yield f"case/thing-{nth}", filed, filed_at, {}
        kinds = random.sample((PenaltyKind.FINE, PenaltyKind.SUSPENSION), random.randint(1, 2))
        penalty = {"kinds": kinds, "fine": random.choice((None, 30_000_00, 1))}
        said = {"decision_number": "罚1号", "penalty": penalty, "facts": "未整改", "basis": ("99",)}
        decided = {"decided_on": days["decision_due"], "service_due": days["decision_due"]}
        event = case.PenaltyDecided.model_validate({**of, **said, **decided})
        yield f"case/thing-{nth}", event, filed_at + timedelta(days=30), {}
    if random.random() < 0.6:
        when = _later(random)
        served = notice.NoticeServed(
            number="余应急责改〔2026〕1号",
            enterprise=FIRM,
            method=ServiceMethod.DIRECT,
            served_on=when.date(),
            hazards=(),
            items=(),
            state=notice.NoticeState.SERVED,
        )
        yield f"notice/{_uuid(8)}", served, when, {}
    yield from _redistricted(random)


def _redistricted(random: Random) -> Iterator[Happened]:
    """The first town comes under a zone, which its digits do not say; perhaps only for a time."""
    if random.random() < 0.5:
        return
    begins = START.date() + timedelta(days=random.randint(-10, 30))
    until = begins + timedelta(days=random.randint(1, 60)) if random.random() < 0.5 else None
    entry = DivisionEntry(
        code=TOWN, name="某街道", parent="330199000000", valid_from=begins, valid_until=until
    )
    amended = DivisionsAmended(source="某省政府", entries=(entry,))
    yield "division-tree/330111", amended, _later(random), {}
    if random.random() < 0.3:
        sooner = entry.model_copy(update={"valid_until": begins + timedelta(days=3)})
        again = DivisionsAmended(source="某省政府", entries=(sooner,))
        yield "division-tree/330111", again, START + timedelta(days=70), {}
