"""待办与逾期 · Given a street's events and random histories, what each has to do now, by when, and whose fault it is."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from random import Random, SystemRandom
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from contracts import hazard as life
from contracts.regions import Holder
from contracts.values import Role, Status
from given.histories import LOG, History, histories
from given.story import POLICY
from given.street import STREET, Street
from lives.life import PUBLISHED
from services.hazard.calendar import end_of
from services.hazard.lifecycle.evolving import evolve
from services.hazard.lifecycle.owing import owed
from services.hazard.lifecycle.state import Hazard
from services.jetstream import Recorded
from services.people import People
from services.postgres import Pool
from services.projections import checkpoints, ledger
from services.projections.duties.query import Asked, Wanted, Whose, listing
from services.projections.reading import Reads
from services.projections.status import UNCOUNTED
from services.tokens import Caller

from .conftest import DISTRICT, ELSEWHERE, TOWN, Office, project

HISTORIES = 20
ANSWERED = (life.InterimMeasureLifted, life.LiftRefused, life.InterimMeasureImposed, life.RoundStarted)
SEED = int(os.environ.get("HAZARD_SEED") or SystemRandom().randrange(2**32))
LEADER = Caller("p-5", Role.TWL, STREET, "org-town", None, "p-5")
COMMITTEE = Caller("p-60", Role.SCO, "330111000000", "org-committee", None, "p-60")
FIRE = Caller("p-70", Role.DPO, "330111000000", "org-fire", None, "p-70")


def owner(firm: Any, person: str = "p-301", role: Role = Role.ENT_S) -> Caller:
    return Caller(person, role, STREET, firm.id, None, person)


async def todo(
    office: Office, caller: Caller, path: str = "/work-list", **asked: Any
) -> list[tuple[str, str]]:
    items = (await office.json(path, caller, **asked))["items"]
    return [(item["duty"], item["description"]) for item in items]


@pytest.fixture
async def street(tables: Pool) -> Street:
    """Told on 5 July: what is late, what waits for whom."""
    street = Street()
    one, two = street.enterprise(), street.enterprise("甲乙纺织厂")
    one.hazard("通道堵塞").found("2026-06-03").ordered("2026-06-03", "2026-06-18")
    one.hazard("已报整改").found("2026-06-10").ordered("2026-06-10", "2026-06-25").submitted("2026-06-20")
    one.hazard("刚报整改").found("2026-06-20").ordered("2026-06-20", "2026-07-02").submitted("2026-07-01")
    two.hazard("没有处置").found("2026-07-01")
    two.hazard("复查合格").found("2026-06-10").ordered("2026-06-10", "2026-06-25").submitted(
        "2026-06-20"
    ).passed("2026-06-22")
    two.hazard("已经销号").found("2026-06-10").fixed_on_spot("2026-06-10").closed("2026-06-11")
    two.hazard("群众举报").captured("2026-07-01", "p-99").waiting("2026-07-01", "p-99")
    two.hazard("重大隐患").found("2026-06-10").major("2026-06-10").plan_required("2026-06-10")
    await project(tables, street, projections=[ledger])
    return street


async def test_an_officer_has_to_do_what_waits_for_his_office_what_is_due_first_first(
    office: Office, street: Street
) -> None:
    found = await todo(office, TOWN)

    assert [
        ("REINSPECTION", "已报整改"),
        ("CONFIRMATION", "群众举报"),
        ("REINSPECTION", "刚报整改"),
    ] == found[:3]
    assert {("CLOSURE", "复查合格"), ("DISPOSAL", "没有处置")} == set(found[3:])
    assert [] == await todo(office, ELSEWHERE)


async def test_an_enterprise_has_to_put_right_and_to_file_what_is_its_own(
    office: Office, street: Street
) -> None:
    one, two = (Street().enterprise(name) for name in ("某某五金厂", "甲乙纺织厂"))

    assert [("RECTIFICATION", "通道堵塞")] == await todo(office, owner(one))
    assert [] == await todo(office, owner(two))
    assert [("PLAN", "重大隐患")] == await todo(office, owner(two, "p-300", Role.ENT_M))


async def test_an_item_tells_until_when_by_whom_and_why(office: Office, street: Street) -> None:
    (item, *_) = (await office.json("/work-list", TOWN))["items"]

    expected = {
        "duty": "REINSPECTION",
        "duty_name": "复查",
        "due": "2026-07-01T00:00:00+08:00",
        "last_day": "2026-06-30",
        "days_left": -5,
        "overdue": True,
        "side": "OFFICE",
        "fault": "监管单位逾期5日未复查",
        "basis": "复查时限",
        "commands": ["reinspect"],
        "named": False,
        "status_name": "待复查",
        "enterprise_name": "某某五金厂",
        "responsible": {"id": "p-301", "name": "王五"},
    }
    assert expected == {name: item[name] for name in expected}


async def test_whoever_is_named_as_responsible_is_told_so(office: Office, street: Street) -> None:
    firm = Street().enterprise()
    (mine,) = (await office.json("/work-list", owner(firm)))["items"]
    (ours,) = (await office.json("/work-list", owner(firm, "p-302")))["items"]

    assert (True, False) == (mine["named"], ours["named"])


async def test_the_overdue_list_says_whose_fault_it_is(office: Office, street: Street) -> None:
    items = (await office.json("/overdue", COMMITTEE))["items"]

    assert [
        ("通道堵塞", "企业逾期17日未整改"),
        ("重大隐患", "企业逾期11日未报送治理方案"),
        ("已报整改", "监管单位逾期5日未复查"),
        ("群众举报", "监管单位逾期2日未核实"),
    ] == [(item["description"], item["fault"]) for item in items]
    assert ["通道堵塞", "重大隐患"] == [
        description for _, description in await todo(office, COMMITTEE, "/overdue", side="ENTERPRISE")
    ]
    assert ["已报整改", "群众举报"] == [
        description for _, description in await todo(office, LEADER, "/overdue", whose="office")
    ]


async def test_the_counts_are_those_of_the_lists(office: Office, street: Street) -> None:
    counted = await office.json("/work-list/figures", COMMITTEE, whose="all")
    everything = await todo(office, COMMITTEE, whose="all", limit=200)

    assert len(everything) == counted["open"] == sum(one["open"] for one in counted["items"])
    assert (4, 2, 2) == tuple(counted[n] for n in ("overdue", "overdue_enterprise", "overdue_office"))


async def test_pages_show_each_duty_once(office: Office, street: Street) -> None:
    everything = await todo(office, COMMITTEE, whose="all")
    seen: list[tuple[str, str]] = []
    cursor: str | None = None
    while page := await office.json("/work-list", COMMITTEE, whose="all", limit=3, **_given(cursor)):
        seen += [(item["duty"], item["description"]) for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert everything == seen
    assert 422 == (await office.get("/work-list", COMMITTEE, cursor="zzz")).status_code


def _given(cursor: str | None) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}


async def test_nobody_has_to_check_what_is_his_own(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard("自己报的").captured("2026-07-01", "p-9").waiting("2026-07-01")
    await project(tables, street, projections=[ledger])

    assert [] == await todo(office, TOWN)
    assert [("CONFIRMATION", hazard.description)] == await todo(office, LEADER)


async def test_what_is_handed_over_is_its_receivers_to_do(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-25").ordered("2026-06-25", "2026-07-10")
    hazard.submitted("2026-07-01").offered(
        "2026-07-01", Holder(organisation="org-fire", division="330111000000")
    )
    await project(tables, street, projections=[ledger])
    asked = [duty for duty, _ in await todo(office, FIRE)]
    hazard.taken_over("2026-07-02", Holder(organisation="org-fire", division="330111000000"), "p-70")
    await project(tables, street, projections=[ledger])

    assert "TRANSFER_ANSWER" in asked
    assert ["REINSPECTION"] == [duty for duty, _ in await todo(office, FIRE)]
    assert [] == await todo(office, TOWN)
    assert [] == await todo(office, DISTRICT)


async def test_filters_hold_together(office: Office, street: Street) -> None:
    asked = {"whose": "all", "duty": "REINSPECTION", "due_from": "2026-07-01", "division": "330111005"}

    assert [("REINSPECTION", "刚报整改")] == await todo(office, COMMITTEE, **asked)
    assert [] == await todo(office, COMMITTEE, **asked | {"division": "330111006"})
    assert [("REINSPECTION", "刚报整改")] == await todo(
        office, COMMITTEE, whose="all", duty="REINSPECTION", overdue=False
    )


async def test_the_workbooks_hold_the_lists(office: Office, street: Street) -> None:
    work = await office.get("/work-list.xlsx", TOWN)
    late = await office.get("/overdue.xlsx", COMMITTEE)
    (sheet,) = sheets(work.content).values()
    by_side = sheets(late.content)

    assert len(await todo(office, TOWN)) == len(sheet) - 1
    assert {"企业逾期": 3, "监管单位逾期": 3} == {name: len(rows) for name, rows in by_side.items()}
    assert "企业逾期17日未整改" in by_side["企业逾期"][1]


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


# ---- random histories


def reading(tables: Pool, people: People, now: datetime) -> Reads:
    return Reads(tables, people, None, lambda: now)  # type: ignore[arg-type]


async def keep(tables: Pool, log: list[Recorded], of: Iterator[int]) -> None:
    async with tables.connection() as connection:
        await connection.execute("delete from projections.checkpoints")
        at = await checkpoints.prepare(connection, ledger, UUID(LOG))
    while batch := log[at.position : at.position + next(of)]:
        async with tables.connection() as connection, connection.transaction():
            await ledger.project(connection, batch)
            at = await checkpoints.move(connection, ledger, at, batch[-1].position)


async def contents(tables: Pool) -> list[str]:
    async with tables.connection() as connection:
        found = await connection.execute("select h::text from projections.ledger_v6 as h order by id")
        return [row for (row,) in await found.fetchall()]


def late(history: History, now: datetime) -> set[tuple[str, str, str, datetime]]:
    """By the rules of the write side, hazard by hazard: what is over, and against whom."""
    told: dict[str, list[Recorded]] = {}
    for each in history.recorded:
        if each.aggregate == "hazard":
            told.setdefault(each.key, []).append(each)
    return {(key, *one) for key, events in told.items() for one in terms(events) if one[2] <= now}


def terms(events: list[Recorded]) -> Iterator[tuple[str, str, datetime]]:
    hazard = Hazard()
    review: datetime | None = None
    for each in events:
        hazard = evolve(hazard, each.event, each.envelope)
        if isinstance(each.event, ANSWERED):
            review = None
        elif isinstance(each.event, life.LiftRequested):
            review = end_of(each.event.review_due)
    if hazard.status in {*UNCOUNTED, Status.CLOSED}:
        return
    for one in owed(hazard, POLICY, PUBLISHED):
        yield one.what.value, one.by.value, one.due
    if review is not None:
        yield "LIFT_REVIEW", "OFFICE", review


async def overdue(reads: Reads, history: History) -> set[tuple[str, str, str, datetime]]:
    caller = Caller("p-60", Role.SCO, f"{history.district}000000", "org-committee", None, "p-60")
    found = await reads.fetch(*listing(Asked(Wanted(), caller, Whose.ALL, reads.now(), overdue=True), 1000))
    return {
        (
            str(row["id"]),
            row["what"].replace("AGREEMENT", "ANSWER"),
            row["told"]["side"],
            datetime.fromisoformat(row["told"]["due"]),
        )
        for row in found
    }


async def test_over_random_histories_what_is_overdue_is_what_the_rules_say(
    tables: Pool, people: People
) -> None:
    random = Random(SEED)
    log, told = histories(SEED, HISTORIES)
    await keep(tables, log, iter(lambda: random.choice((1, 50, 700)), 0))
    reads = reading(tables, people, log[-1].appended_at + timedelta(days=random.randint(0, 60)))
    for history in told:
        assert late(history, reads.now()) == await overdue(reads, history), f"SEED={SEED}"
    as_it_came = await contents(tables)
    await keep(tables, log, iter(lambda: 5000, 0))

    assert as_it_came == await contents(tables), f"SEED={SEED}"
