"""重复隐患与未检查企业 · Given a street's events and random histories, what was found again, and whom nobody visited."""

import os
from datetime import date, timedelta
from io import BytesIO
from random import Random, SystemRandom
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from contracts import enterprise as firm
from contracts import hazard as life
from contracts.values import Role
from contracts.visit import VisitRecorded
from given.histories import History, histories
from given.naive import Told, on
from given.street import Street
from services.people import People
from services.postgres import Pool
from services.projections import enterprise_file, ledger, repeats, unvisited
from services.projections.reading import Reads
from services.scope import scope_of
from services.tokens import Caller

from .conftest import ELSEWHERE, TOWN, Office, project

HISTORIES = 20
SEED = int(os.environ.get("HAZARD_SEED") or SystemRandom().randrange(2**32))
RED, BLUE = (firm.EnterpriseGraded(colour=colour, reason="定级") for colour in ("RED", "BLUE"))


async def found_again(office: Office, caller: Caller = TOWN, **asked: Any) -> list[tuple[str, str, int, int]]:
    items = (await office.json("/repeats", caller, **asked))["items"]
    return [(item["enterprise_name"], item["code_name"], item["times"], item["open"]) for item in items]


@pytest.fixture
async def street(tables: Pool) -> Street:
    street = Street()
    one, two = street.enterprise("甲厂"), street.enterprise("乙厂")
    one.hazard("去年的").found("2025-07-04").fixed_on_spot("2025-07-04")
    one.hazard("箱体未接地").found("2025-07-10").fixed_on_spot("2025-07-10").closed("2025-07-10")
    one.hazard("插座破损").found("2026-06-03").ordered("2026-06-03", "2026-06-18")
    one.hazard("录错的").found("2026-06-04").voided("2026-06-04")
    two.hazard("有限空间未审批").found("2026-05-01").major("2026-05-01")
    two.hazard("有限空间无监护").found("2026-06-01").major("2026-06-01")
    two.hazard("另一类").found("2026-06-01")
    await project(tables, street, projections=[ledger])
    return street


async def test_what_is_found_again_within_twelve_months_is_a_repeat(office: Office, street: Street) -> None:
    clause = "工贸重大判定标准第3条"

    assert {("甲厂", "用电安全", 2, 1), ("乙厂", clause, 2, 2)} <= set(await found_again(office))
    assert [("乙厂", clause, 2, 2)] == await found_again(office, ground="CLAUSE")
    assert [("甲厂", "用电安全", 2, 0)] == await found_again(office, as_of="2025-12-31")
    assert [] == await found_again(office, least=3)
    assert [] == await found_again(office, ELSEWHERE)


async def test_a_repeat_names_its_hazards_and_pages_go_on(office: Office, street: Street) -> None:
    first = await office.json("/repeats", limit=1)
    second = await office.json("/repeats", limit=1, cursor=first["next"])
    whole = (await office.json("/repeats"))["items"]

    assert whole[:2] == [*first["items"], *second["items"]]
    assert ["2025-07-10", "2026-06-03"] == [
        one["found_on"] for item in whole if item["enterprise_name"] == "甲厂" for one in item["hazards"]
    ]
    assert 422 == (await office.get("/repeats", cursor="zzz")).status_code


async def test_the_enterprises_nobody_visited_come_by_their_colour(tables: Pool, office: Office) -> None:
    street = Street()
    blue, red, seen = street.enterprise("蓝厂"), street.enterprise("红厂"), street.enterprise("查过的厂")
    gone = street.enterprise("关闭的厂").tell(firm.EnterpriseClosedDown(reason="注销"), "2026-03-01")
    plain = street.enterprise("未定级的厂")
    blue.tell(BLUE, "2026-02-01")
    red.tell(RED, "2026-02-01")
    seen.tell(RED, "2026-02-01")
    street.visit(red, "2026-06-30")
    street.visit(seen, "2026-07-01")
    street.visit(gone, "2026-02-01")
    await project(tables, street, projections=[enterprise_file])
    items = (await office.json("/unvisited"))["items"]
    counted = await office.json("/unvisited/figures")
    book = CalamineWorkbook.from_filelike(BytesIO((await office.get("/unvisited.xlsx")).content))

    assert [
        ("红厂", "红", "2026-06-30", 5),
        ("蓝厂", "蓝", None, None),
        (plain.name, "未定级", None, None),
    ] == [
        (item["enterprise_name"], item["colour_name"], item["last_visit"], item["days_since"])
        for item in items
    ]
    assert [("红", 2, 1, 50.0), ("蓝", 1, 1, 0.0), ("未定级", 1, 1, 0.0)] == [
        (one["colour_name"], one["enterprises"], one["unvisited"], one["covered"])
        for one in counted["colours"]
    ]
    assert 4 == len(book.get_sheet_by_index(0).to_python())
    await pages_and_periods(office)


async def pages_and_periods(office: Office) -> None:
    names: list[str] = []
    asked: dict[str, Any] = {"from": "2026-06-01", "least": 2}
    page = await office.json("/unvisited", limit=1, **asked)
    while True:
        names += [item["enterprise_name"] for item in page["items"]]
        if page["next"] is None:
            break
        page = await office.json("/unvisited", limit=1, cursor=page["next"], **asked)

    assert ["红厂", "查过的厂", "蓝厂", "未定级的厂"] == names
    assert [] == (await office.json("/unvisited", ELSEWHERE))["items"]
    assert 422 == (await office.get("/unvisited", **{"from": "2026-07-02", "to": "2026-07-01"})).status_code


# ---- random histories


def of(history: History, aggregate: str) -> dict[str, Told]:
    streams: dict[str, Told] = {}
    for each in history.recorded:
        if each.aggregate == aggregate:
            streams.setdefault(each.key, Told([])).events.append(each)
    return streams


def code_of(told: Told) -> tuple[str, str | None]:
    """Category and clause as they stand after all events."""
    category, clause = "", None
    for each in told.events:
        match each.event:
            case life.HazardRegistered() as event:
                category = event.category
            case life.HazardClassified(proposal=False) as event:
                category, clause = event.category, event.clause or clause
            case life.MajorHazardRegistered() | life.HazardUpgraded() as event:
                clause = event.clause or clause
            case life.HazardDowngraded():
                clause = None
            case life.HazardCorrected() as event:
                category = {c.field.value: c.after for c in event.changes}.get("category", category)
    return category, clause


def naive_repeats(history: History, as_of: date) -> set[tuple[str, str, str, int]]:
    same: dict[tuple[str, str, str], int] = {}
    for told in of(history, "hazard").values():
        if not told.counts or not as_of - timedelta(days=365) <= told.found_on <= as_of:
            continue
        category, clause = code_of(told)
        enterprise = told.registered.event.enterprise if told.registered else ""
        for ground, code in (("CATEGORY", category), ("CLAUSE", clause)):
            if code:
                same[enterprise, ground, code] = same.get((enterprise, ground, code), 0) + 1
    return {(*key, times) for key, times in same.items() if times > 1}


def naive_unvisited(history: History, first: date, last: date) -> set[tuple[str, date | None]]:
    visits = [
        each.event
        for told in of(history, "visit").values()
        for each in told.all(VisitRecorded)
        if each.event.visited_on <= last
    ]
    found = set()
    for key, told in of(history, "enterprise").items():
        days = [visit.visited_on for visit in visits if visit.enterprise == key]
        known = on(told.all(firm.EnterpriseRegistered)[0]) <= last
        if known and not told.all(firm.EnterpriseClosedDown) and not any(day >= first for day in days):
            found.add((key, max(days, default=None)))
    return found


async def test_over_random_histories_the_lists_are_what_one_counts_by_hand(
    tables: Pool, people: People
) -> None:
    random = Random(SEED)
    log, told = histories(SEED, HISTORIES)
    whole = Street(log=log[0].log, recorded=log)
    await project(tables, whole, projections=[ledger, enterprise_file], size=random.choice((50, 700, 5000)))
    as_of = log[-1].appended_at.date() - timedelta(days=random.randint(0, 40))
    reads = Reads(tables, people, None, lambda: log[-1].appended_at)  # type: ignore[arg-type]
    for history in told:
        scope = scope_of(Caller("p-60", Role.SCO, f"{history.district}000000", "org", None, "p-60"))
        again = await reads.fetch(*repeats.listing(repeats.Wanted(), scope, as_of, 1000))
        first = as_of - timedelta(days=random.randint(0, 60))
        never = await reads.fetch(*unvisited.listing(unvisited.Wanted(), scope, (first, as_of), 1000))

        assert naive_repeats(history, as_of) == {
            (row["enterprise"], row["ground"], row["code"], row["times"]) for row in again
        }, f"SEED={SEED}"
        assert naive_unvisited(history, first, as_of) == {(row["id"], row["last_visit"]) for row in never}, (
            f"SEED={SEED}"
        )
