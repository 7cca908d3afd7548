"""服务矩阵逐条核对 · The matrix equals a naive count over the log, for random histories cut anyhow into batches."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from contracts import hazard as life
from contracts import service_plan as plans
from contracts.service_plan import ServiceDuty, quarter_of
from contracts.values import Role, VisitKind
from contracts.visit import VisitRecorded
from given.serving import ONE, TWO, Served
from given.street import SHANGHAI, Street
from services.postgres import pool
from services.projections import service_duty
from services.projections import service_duty_query as query
from services.projections.service_duty_answers import PlanItem, items_of
from services.scope import Scope

from .conftest import project

FIRST, DAYS = date(2025, 12, 20), 390
EVERYWHERE = Scope(prefix="")
Cells = dict[tuple[str, int, ServiceDuty], int]

days = st.integers(0, DAYS).map(lambda n: (FIRST + timedelta(days=n)).isoformat())
institutions = st.sampled_from([ONE, TWO, "org-town"])
roles = st.sampled_from([Role.TWN, Role.TWO, Role.EXP, Role.ENT_S, Role.SYS])
persons = st.sampled_from(["p-9", "p-71", "p-72", "p-81"])
acts = st.one_of(
    st.tuples(
        st.just("visit"),
        days,
        institutions,
        st.sampled_from(VisitKind),
        persons,
        st.lists(persons, max_size=2),
    ),
    st.tuples(st.just("urge"), days, roles),
    st.tuples(st.just("recheck"), days, roles, st.booleans()),
)
changes = st.one_of(
    st.tuples(st.just("expert"), days, persons),
    st.tuples(st.just("institution"), days, institutions, persons),
    st.tuples(st.just("end"), days),
)
histories = st.lists(st.tuples(st.integers(0, 1), acts), max_size=25)


def story(
    happened: list[tuple[int, Any]], changed: list[tuple[int, Any]], planned_after: int
) -> tuple[Street, list[Served]]:
    """Acts and changes at two enterprises; the plans are written down somewhere among them."""
    street = Street(log=str(uuid4()))
    firms = [Served(street.enterprise(name)) for name in ("甲", "乙")]
    for number, (which, act) in enumerate(happened):
        if number == planned_after:
            plan(firms, changed)
        told(firms[which], act)
    if planned_after >= len(happened):
        plan(firms, changed)
    return street, firms


def plan(firms: list[Served], changed: list[tuple[int, Any]]) -> None:
    for firm in firms:
        firm.planned()
    for which, change in sorted(changed, key=lambda each: each[1][1]):
        told(firms[which], change)


def told(firm: Served, step: Any) -> None:
    match step:
        case ("visit", day, organisation, kind, by, officers):
            firm.visited(day, organisation=organisation, kind=kind, by=by, officers=tuple(officers))
        case ("urge", day, role):
            firm.urged(day, role=role)
        case ("recheck", day, role, passed):
            firm.rechecked(day, role=role, passed=passed)
        case ("expert", day, person):
            firm.other_expert(day, person)
        case ("institution", day, institution, person):
            firm.other_institution(day, institution, person, ends_on="2026-11-30")
        case ("end", day):
            firm.ended(day, day)


def serving(street: Street, plan_id: str, on: date) -> tuple[str, str] | None:
    """Who served on a day, by a walk over the plan's events: the last who had begun, if his term was not over."""
    who: tuple[str, str] | None = None
    last, begun, ended = date.min, date.min, date.max
    for each in street.recorded:
        if each.envelope.key != plan_id:
            continue
        day = each.envelope.occurredat.astimezone(SHANGHAI).date()
        match each.event:
            case plans.ServicePlanMade() as event:
                begins, ends = event.contract.starts_on, event.contract.ends_on
            case plans.InstitutionChanged() as event:
                begins, ends = max(day, event.contract.starts_on), event.contract.ends_on
            case plans.ExpertChanged() as event:
                begins, ends = max(day, begun), last
            case plans.ServicePlanEnded() as event:
                ended = min(ended, event.ends_on)
                continue
            case _:
                continue
        last, begun = ends, begins
        if begins <= on:
            institution = getattr(event, "institution", ONE)
            who = (institution, event.expert.person) if on <= ends else None
    return who if on <= ended else None


def naive(street: Street, firms: list[Served]) -> Cells:
    """Days on which each was done, counted one event after the other."""
    found: dict[tuple[str, int, ServiceDuty], set[date]] = defaultdict(set)
    by_enterprise = {firm.firm.id: firm for firm in firms}
    for each in street.recorded:
        for enterprise, duty, on in counted(street, by_enterprise, each):
            if on.year == 2026:
                found[by_enterprise[enterprise].plan, quarter_of(on), duty].add(on)
    return {cell: len(on) for cell, on in found.items()}


def counted(street: Street, firms: dict[str, Served], each: Any) -> Iterator[tuple[str, ServiceDuty, date]]:
    """What one event counts as."""
    envelope = each.envelope
    day = envelope.occurredat.astimezone(SHANGHAI).date()
    match each.event:
        case VisitRecorded(visit_kind=VisitKind.EXPERT) as event:
            who = serving(street, firms[event.enterprise].plan, event.visited_on)
            there = {envelope.organisation, envelope.actor, *event.officers}
            if who and there & set(who):
                yield event.enterprise, ServiceDuty.CHECK, event.visited_on
        case VisitRecorded(visit_kind=VisitKind.RECHECK) as event:
            yield event.enterprise, ServiceDuty.RECHECK, event.visited_on
        case life.RectificationUrged() as event if envelope.role is not Role.SYS:
            yield event.enterprise, ServiceDuty.URGE, day
        case life.ReinspectionPassed() | life.ReinspectionFailed() as event:
            if envelope.role not in {Role.ENT_S, Role.SYS}:
                yield event.enterprise, ServiceDuty.RECHECK, day


async def matrix(database: str, street: Street, size: int) -> list[PlanItem]:
    """The read model, brought to the end of the story in batches."""
    async with pool(database, role="hazard_projections", size=1) as tables:
        await project(
            tables, Street(log=street.log, recorded=street.recorded), size=size, projections=(service_duty,)
        )
        filters = query.Filters(year=2026, as_of=date(2026, 12, 31))
        asked = query.listing(filters, EVERYWHERE, today=date(2026, 12, 31), limit=10)
        async with tables.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(*asked)
            return items_of(await cursor.fetchall(), {}, date(2026, 12, 31))


def cells(items: list[PlanItem]) -> Cells:
    return {
        (item.plan, quarter.quarter, cell.duty): cell.done
        for item in items
        for quarter in item.quarters
        for cell in quarter.cells
        if cell.done
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    happened=histories,
    changed=st.lists(st.tuples(st.integers(0, 1), changes), max_size=4),
    planned_after=st.integers(0, 25),
    size=st.integers(1, 9),
)
def test_the_matrix_is_a_naive_count_over_the_log(
    database: str,
    happened: list[tuple[int, Any]],
    changed: list[tuple[int, Any]],
    planned_after: int,
    size: int,
) -> None:
    street, firms = story(happened, changed, planned_after)
    step_by_step = asyncio.run(matrix(database, street, size))
    rebuilt = asyncio.run(matrix(database, replace(street, log=str(uuid4())), 500))

    assert naive(street, firms) == cells(step_by_step)
    assert step_by_step == rebuilt
