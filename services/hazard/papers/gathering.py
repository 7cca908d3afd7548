"""取材 · Reads what a paper is made from: the streams as they stand now, or as they stood when it was issued."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from contracts.division import root
from contracts.numbering import DocumentKind
from contracts.paper import MadeFrom, PaperKind
from contracts.values import PersonId, VisitKind
from services.hazard.enterprise import Enterprise
from services.hazard.handling import Handling
from services.hazard.hazards import ENTERPRISE, HAZARD
from services.hazard.lifecycle.state import Hazard
from services.hazard.paper import NONE_ANY_MORE
from services.hazard.papers.records import OfRecord, Term, of_notice, of_visit
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
    document: DocumentKind | None = None
    voided: bool = False


async def gather(
    reader: Reader, kind: PaperKind, of: str, named: Sequence[str] | None, *, on: date
) -> Gathered:
    """取材 · The record, its hazards or the named ones, the enterprise, the district's name on a day. Raises NotFound."""
    record = await told_of_record(reader, of)
    enterprise = ENTERPRISE.fold(await reader.facts(f"enterprise/{record.enterprise}"))
    if enterprise.id is None:
        raise NotFound("企业")
    listed = record.hazards if named is None else named
    hazards = [await hazard_of(reader, key, record.terms) for key in listed]
    if named is None:
        hazards = without_ended(reader, hazards)
    visit = record.told or visit_of_hazards(hazards, on)
    visit = visit_of_looks(visit, hazards) if kind is PaperKind.REINSPECTION else certified(visit, hazards)
    return Gathered(
        enterprise_id=record.enterprise,
        enterprise=enterprise,
        visit=visit,
        hazards=tuple(hazards),
        # Only an order names whom to turn to; nothing else is read of the tree, which may be long.
        district=await district_of(reader, enterprise.division, on) if kind is PaperKind.ORDER else "",
        document=record.document,
        voided=record.voided,
        notice=record.notice
        or next((one.state.notice.number for one in hazards if one.state.notice.number), None),
    )


def without_ended(reader: Reader, hazards: Sequence[HazardTold]) -> list[HazardTold]:
    """略去 · What was found and is no hazard any more is left out, and the paper was not made from it."""
    left_out = [told for told in hazards if told.state.status in NONE_ANY_MORE]
    for told in left_out:
        del reader.read[HAZARD.subject(told.key)]
    return [told for told in hazards if told not in left_out]


async def hazard_of(reader: Reader, key: str, terms: Mapping[str, Term]) -> HazardTold:
    """一条隐患 · With the term that the notice gives it, if it is one of a notice. Raises NotFound."""
    facts = await reader.facts(HAZARD.subject(key))
    state: Hazard = HAZARD.fold(facts)
    if state.status is None:
        raise NotFound("隐患")
    told = told_of_hazard(key, state, ((fact.event, fact.envelope) for fact in facts))
    term = terms.get(key)
    if term is None:
        return told
    return replace(told, limit=term.limit, noticed=term.deadline, advice=term.requirement or told.advice)


async def told_of_record(reader: Reader, of: str) -> OfRecord:
    """所属记录 · By its subject. Raises NotFound before a visit is recorded, or a notice numbered."""
    kind, _, key = of.partition("/")
    if kind == "enterprise":
        return OfRecord(enterprise=key)
    steps = [(fact.event, fact.envelope) for fact in await reader.facts(of)]
    if kind == "visit":
        record = of_visit(steps)
        if record.told is None:
            raise NotFound("检查记录")
        return record
    record = of_notice(steps)
    if record.visit is None or record.notice is None:
        raise NotFound("已编号的指令书")
    visited = of_visit((fact.event, fact.envelope) for fact in await reader.facts(f"visit/{record.visit}"))
    told = visited.told and replace(visited.told, signature=record.signature)
    return replace(record, told=told)


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
