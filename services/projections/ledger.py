"""隐患台账 · One row for each hazard, drafts included: what was found, who puts it right by when, how it stands.

A row shows the current round; earlier rounds stand in the enterprise file and in the trail. The words by which a
hazard is found again stand beside it: most of what happens to it changes none of them.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from fastapi import APIRouter

from contracts.visit import VisitRecorded
from services.jetstream import Recorded
from services.postgres import Connection
from services.projections import ledger_routes, repeats, rows
from services.projections.duties.folding import owe
from services.projections.duties.routes import routes as work_routes
from services.projections.duties.settling import settle
from services.projections.hanzi import folded
from services.projections.ledger_fold import SAID, enterprise_step, hazard_step
from services.projections.ledger_rows import Enterprise, Hazard, Text, Visit
from services.projections.reading import Reads
from services.projections.words import lexemes

NAME = "ledger"
VERSION = 6
HAZARDS = "projections.ledger_v6"
ENTERPRISES = "projections.ledger_v6_enterprise"
VISITS = "projections.ledger_v6_visit"
TEXTS = "projections.ledger_v6_text"
TABLES = """
create table projections.ledger_v6 (
    id uuid primary key,
    version integer not null,
    position bigint not null,
    division text collate "C" not null,
    enterprise text,
    object_text text,
    registered_as text,
    number text,
    status text not null,
    level text not null,
    track text,
    category text,
    source text not null,
    visit_kind text,
    found_at timestamptz not null,
    found_on date not null,
    found_by text not null,
    found_role text not null,
    place text,
    description text,
    report uuid,
    advice text,
    basis text[] not null,
    clause text,
    round integer not null,
    deadline date,
    responsible text,
    measures text,
    submitted_by text,
    completed_on date,
    reinspected_on date,
    reinspected_by text[] not null,
    passed boolean,
    closed_on date,
    closed_by text,
    plan_filed_on date,
    plan_accepted_by text,
    plan_accepted_on date,
    holder text,
    offices text[] not null,
    office text,
    office_role text,
    plan_waived boolean not null,
    owed jsonb not null,
    first_due timestamptz
);
create index on projections.ledger_v6 (found_at desc, id desc);
create index on projections.ledger_v6 (division, found_at desc, id desc);
create index on projections.ledger_v6 (enterprise, found_at desc, id desc);
create index on projections.ledger_v6 (deadline, id) where status in ('REGISTERED', 'PLAN_REQUIRED', 'RECTIFYING');
create index on projections.ledger_v6 (number);
create index on projections.ledger_v6 (enterprise) where number is null;
create index on projections.ledger_v6 using gin (offices) where offices <> '{}';
create index on projections.ledger_v6 (division) where owed <> '{}';
create index on projections.ledger_v6 (first_due) where first_due is not null;
create table projections.ledger_v6_enterprise (
    id text primary key,
    name text not null,
    credit_code text,
    village text,
    industry text,
    size_class text,
    folded text not null,
    renamed boolean not null
);
create index on projections.ledger_v6_enterprise (id) where renamed;
create table projections.ledger_v6_visit (
    id text primary key,
    enterprise text not null,
    visited_on date not null,
    visit_kind text not null,
    officers text[] not null
);
create index on projections.ledger_v6_visit (enterprise, visited_on);
create table projections.ledger_v6_text (
    id uuid primary key,
    folded text not null,
    lexemes tsvector not null
);
create index on projections.ledger_v6_text using gin (lexemes) with (fastupdate = off)
"""


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Fold the events of hazards, enterprises and visits into their rows."""
    hazards = await rows.load(connection, HAZARDS, Hazard, _ids(batch, "hazard"))
    firms = await rows.load(connection, ENTERPRISES, Enterprise, _ids(batch, "enterprise"))
    visits: list[Visit] = []
    said: set[str] = set()
    for recorded in batch:
        key = recorded.key
        match recorded.aggregate:
            case "hazard":
                if key not in hazards:
                    hazards[key] = Hazard(UUID(key))
                hazard_step(hazards[key], recorded)
                owe(hazards[key], recorded)
                if recorded.kind in SAID:
                    said.add(key)
            case "enterprise":
                if key not in firms:
                    firms[key] = Enterprise(key)
                enterprise_step(firms[key], recorded.event)
            case "visit" if recorded_visit := recorded.as_a(VisitRecorded):
                visits.append(_visit(key, recorded_visit))
    for hazard in hazards.values():
        settle(hazard)
    await rows.save(connection, HAZARDS, hazards)
    await rows.save(connection, ENTERPRISES, firms)
    await rows.save(connection, VISITS, visits)
    await rows.save(connection, TEXTS, {key: _text(hazards[key]) for key in said})


def _ids(batch: Iterable[Recorded], aggregate: str) -> set[str]:
    return {recorded.key for recorded in batch if recorded.aggregate == aggregate}


def _visit(key: str, event: VisitRecorded) -> Visit:
    return Visit(key, event.enterprise, event.visited_on, event.visit_kind, event.officers)


def _text(hazard: Hazard) -> Text:
    """The enterprise by its name of that day; the one it goes by now is looked up beside it."""
    words = (hazard.description, hazard.place, hazard.object_text, hazard.registered_as, hazard.number)
    text = folded("\n".join(word for word in words if word))
    return Text(hazard.id, text, lexemes(text))


def routes(reads: Reads) -> APIRouter:
    """读接口 · The list, the same list as a workbook, and what is to be done about its hazards."""
    router = ledger_routes.routes(reads, NAME, VERSION)
    router.routes.extend(work_routes(reads, NAME, VERSION).routes)
    router.routes.extend(repeats.routes(reads, NAME, VERSION).routes)
    return router
