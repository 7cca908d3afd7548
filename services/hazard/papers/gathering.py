"""取材 · Reads what a paper is made from: the streams as they stand now, or as they stood when it was issued."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from contracts.division import root
from contracts.paper import MadeFrom, PaperKind
from contracts.values import PersonId, VisitKind
from contracts.visit import VisitRecorded
from services.hazard.enterprise import Enterprise
from services.hazard.handling import Handling
from services.hazard.hazards import ENTERPRISE, HAZARD
from services.hazard.lifecycle.state import Hazard
from services.hazard.papers.told import HazardTold, Officer, VisitTold, told_of_hazard
from services.hazard.policies import DIVISIONS, TREE
from services.hazard.recalling import NotFound
from services.hazard.store import Fact, stream_of


@dataclass(slots=True)
class Reader:
    """读取 · Streams by subject, up to the version a paper was made from; what was read is remembered."""

    handling: Handling
    versions: Mapping[str, int] | None = None
    read: dict[str, int] = field(default_factory=dict)

    async def facts(self, subject: str) -> list[Fact]:
        """事实 · All of them, or those up to the version that counts."""
        facts = await self.handling.log.load(stream_of(subject))
        if facts and facts[0].envelope.subject != subject:
            return []
        if self.versions is not None:
            facts = [fact for fact in facts if fact.envelope.version <= self.versions.get(subject, 0)]
        if facts:
            self.read[subject] = facts[-1].envelope.version
        return facts

    @property
    def made_from(self) -> tuple[MadeFrom, ...]:
        """依据记录 · What was read, with its versions."""
        return tuple(MadeFrom(subject=subject, version=version) for subject, version in self.read.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """材料 · Everything a paper is made from, but number, office and names."""

    enterprise_id: str
    enterprise: Enterprise
    visit: VisitTold
    hazards: tuple[HazardTold, ...]
    district: str
    notice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfRecord:
    """所属记录 · What the visit or the notice says: whose it is, what it lists, and what happened."""

    enterprise: str
    told: VisitTold | None = None
    hazards: tuple[str, ...] = ()
    notice: str | None = None


async def gather(reader: Reader, kind: PaperKind, of: str, named: Sequence[str], *, on: date) -> Gathered:
    """取材 · The record, its hazards, the enterprise, and the district's name on a day. Raises NotFound."""
    record = await told_of_record(reader, of)
    enterprise = ENTERPRISE.fold(await reader.facts(f"enterprise/{record.enterprise}"))
    if enterprise.id is None:
        raise NotFound("企业")
    hazards = [await hazard_of(reader, key) for key in (named or record.hazards)]
    visit = record.told or visit_of_hazards(hazards, on)
    visit = visit_of_looks(visit, hazards) if kind is PaperKind.REINSPECTION else certified(visit, hazards)
    return Gathered(
        enterprise_id=record.enterprise,
        enterprise=enterprise,
        visit=visit,
        hazards=tuple(hazards),
        # Only an order names whom to turn to; nothing else is read of the tree, which may be long.
        district=await district_of(reader, enterprise.division, on) if kind is PaperKind.ORDER else "",
        notice=record.notice
        or next((one.state.notice.number for one in hazards if one.state.notice.number), None),
    )


async def hazard_of(reader: Reader, key: str) -> HazardTold:
    """一条隐患 · Raises NotFound."""
    facts = await reader.facts(HAZARD.subject(key))
    state: Hazard = HAZARD.fold(facts)
    if state.status is None:
        raise NotFound("隐患")
    return told_of_hazard(key, state, ((fact.event, fact.envelope) for fact in facts))


async def told_of_record(reader: Reader, of: str) -> OfRecord:
    """所属记录 · By its subject; each kind of record is told here and nowhere else. Raises NotFound."""
    kind, _, key = of.partition("/")
    if kind == "enterprise":
        return OfRecord(enterprise=key)
    facts = await reader.facts(of)
    if kind == "visit" and facts:
        return visit_told(facts)
    raise NotFound("检查" if kind == "visit" else "文书所属记录")


def visit_told(facts: Sequence[Fact]) -> OfRecord:
    """检查所载 · What the events of a visit say of it. Raises NotFound before it is recorded."""
    for fact in facts:
        event = fact.event
        if isinstance(event, VisitRecorded):
            people = tuple(dict.fromkeys((fact.envelope.actor, *event.officers)))
            own = fact.envelope.certificate
            told = VisitTold(
                kind=event.visit_kind,
                on=event.visited_on,
                officers=tuple(
                    Officer(person=one, certificate=own if one == fact.envelope.actor else None)
                    for one in people
                ),
                summary=event.remark or "",
                finds=event.finds,
            )
            return OfRecord(enterprise=event.enterprise, told=told)
    raise NotFound("检查记录")


def visit_of_hazards(hazards: Sequence[HazardTold], on: date) -> VisitTold:
    """由责令得知的检查 · The visit as the orders name it, where no visit is on record."""
    ordered = [told for told in hazards if told.binding]
    first = ordered[0] if ordered else None
    kinds = [told.visit_kind for told in ordered if told.visit_kind is not None]
    return VisitTold(
        kind=kinds[0] if kinds else VisitKind.ADMIN,
        on=(first.ordered_on if first else None) or on,
        officers=first.officers if first else (),
    )


def certified(visit: VisitTold, hazards: Sequence[HazardTold]) -> VisitTold:
    """补齐证号 · The certificates that were shown with the orders of a visit, where the visit names none."""
    shown = {one.person: one.certificate for told in hazards for one in told.officers if one.certificate}
    officers = tuple(
        replace(one, certificate=one.certificate or shown.get(one.person)) for one in visit.officers
    )
    return replace(visit, officers=officers)


def visit_of_looks(visit: VisitTold, hazards: Sequence[HazardTold]) -> VisitTold:
    """复查 · Whoever looked last stands for the visit, with the refusal to sign if there was one."""
    looks = [told.looks[-1] for told in hazards if told.looks]
    officers: dict[PersonId, Officer] = {}
    for look in looks:
        officers |= {one.person: one for one in look.inspectors if one.person not in officers}
    on = max((look.on for look in looks), default=visit.on)
    return VisitTold(kind=visit.kind, on=on, officers=tuple(officers.values()) or visit.officers)


async def district_of(reader: Reader, division: str, on: date) -> str:
    """区县名称 · On a day, as the tree of divisions has it; empty where it has none."""
    tree = DIVISIONS.fold(await reader.facts(DIVISIONS.subject(TREE)))
    entry = tree.at(f"{root(division)}000000", on)
    return entry.name if entry else ""
