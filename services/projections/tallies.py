"""统计 · What is counted where and when, kept as differences with their positions, so that any past figure is one sum.

Each thing that counts is a row; what it adds to which day follows from the row alone (`tallying/`). An event adds the
difference between after and before, stamped with its position. Days are local dates.
"""

from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

from fastapi import APIRouter

from services.jetstream import Recorded
from services.postgres import Connection
from services.projections import rows, tallies_routes
from services.projections.keeping import Keeping
from services.projections.reading import Reads
from services.projections.statutory import routes as table_routes
from services.projections.tallying import division_tree, keeping
from services.projections.tallying.around import Enterprise, Notice, Plan, Series, Visit
from services.projections.tallying.folding import Fold, touched
from services.projections.tallying.hazard import Hazard

NAME = "tallies"
VERSION = 3
HAZARDS: LiteralString = "projections.tallies_v3_hazard"
ENTERPRISES: LiteralString = "projections.tallies_v3_enterprise"
VISITS: LiteralString = "projections.tallies_v3_visit"
PLANS: LiteralString = "projections.tallies_v3_plan"
NOTICES: LiteralString = "projections.tallies_v3_notice"
SERIES: LiteralString = "projections.tallies_v3_series"
TABLES: LiteralString = f"""{keeping.TABLES};
create table projections.tallies_v3_hazard (
    id uuid primary key,
    division text not null,
    holder text not null,
    enterprise text not null,
    status text not null,
    level text not null,
    upgraded boolean not null,
    source_group text not null,
    category text not null,
    industry text not null,
    object_kind text not null,
    size_class text not null,
    visit_kind text not null,
    reported boolean not null,
    repeated boolean not null,
    on_spot boolean not null,
    planned boolean not null,
    five boolean not null,
    listed text not null,
    notice text not null,
    cost bigint not null,
    found_on date,
    ordered_on date,
    deadline date,
    submitted_on date,
    verified_on date,
    closed_on date,
    first_rechecked_on date,
    first_passed boolean not null,
    rechecked boolean not null,
    submissions date[] not null,
    rechecks date[] not null,
    relapses date[] not null,
    offers date[] not null,
    taken date[] not null
);
create table projections.tallies_v3_enterprise (
    id text primary key,
    enterprise text not null,
    from_position bigint not null,
    until_position bigint,
    division text collate "C" not null,
    name text not null,
    credit_code text,
    industry text,
    object_kind text not null,
    size_class text,
    address text,
    standardisation text,
    posts text[] not null,
    colour text,
    complete boolean not null,
    closed_down_on date
);
create index on projections.tallies_v3_enterprise (division);
create table projections.tallies_v3_visit (
    id text primary key,
    enterprise text not null,
    division text collate "C" not null,
    industry text not null,
    object_kind text not null,
    size_class text not null,
    visit_kind text not null,
    planned_on date,
    visited_on date,
    cancelled boolean not null,
    position bigint,
    persons integer not null,
    service boolean not null,
    assigned boolean not null
);
create index on projections.tallies_v3_visit (division, visited_on, enterprise);
create table projections.tallies_v3_plan (
    id text primary key,
    enterprise text not null,
    division text collate "C" not null,
    year integer not null,
    expert text not null,
    from_position bigint not null,
    until_position bigint,
    ended_on date
);
create index on projections.tallies_v3_plan (year, division);
create table projections.tallies_v3_notice (
    id text primary key,
    division text not null,
    industry text not null,
    object_kind text not null,
    size_class text not null,
    served_on date,
    answered boolean not null
);
create table projections.tallies_v3_series (
    id text primary key,
    days integer[] not null
);
{division_tree.TABLE}
"""


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Fold what a batch touches, keep what each event changed, sum up the blocks that are whole now."""
    if not batch:
        return
    fold = await _loaded(connection, batch)
    for recorded in batch:
        fold.take(recorded)
    await rows.save(connection, HAZARDS, {key: fold.hazards[key] for key in fold.changed})
    await rows.save(connection, ENTERPRISES, fold.firms_kept)
    await rows.save(connection, VISITS, fold.visits)
    await rows.save(connection, PLANS, fold.plans_kept)
    await rows.save(connection, NOTICES, fold.notices)
    await rows.save(connection, SERIES, fold.series)
    await division_tree.project(connection, batch)
    await keeping.keep(connection, fold.deltas, fold.durations)
    await keeping.note_moments(connection, batch)
    kept = {delta.position for delta in fold.deltas} | {position for position, _, _ in fold.durations}
    await keeping.sum_up(connection, kept, batch[-1].position)


async def _loaded(connection: Connection, batch: Sequence[Recorded]) -> Fold:
    ids = touched(batch)
    hazards = await rows.load(connection, HAZARDS, Hazard, map(UUID, ids.hazards)) if ids.hazards else {}
    ids.notices |= {hazard.notice for hazard in hazards.values() if hazard.notice}
    return Fold(
        hazards=hazards,
        counted=connection.kept(HAZARDS).derived if isinstance(connection, Keeping) else {},
        firms=await rows.load(connection, ENTERPRISES, Enterprise, ids.firms) if ids.firms else {},
        visits=await rows.load(connection, VISITS, Visit, ids.visits) if ids.visits else {},
        plans=await rows.load(connection, PLANS, Plan, ids.plans) if ids.plans else {},
        notices=await rows.load(connection, NOTICES, Notice, ids.notices) if ids.notices else {},
        series=await rows.load(connection, SERIES, Series, ids.series) if ids.series else {},
    )


def routes(reads: Reads) -> APIRouter:
    """读接口 · GET /tallies, and the tables and scorecards that are made of the same sums."""
    router = tallies_routes.routes(reads, NAME, VERSION)
    router.routes.extend(table_routes.routes(reads, NAME, VERSION).routes)
    return router
