"""读取 · Freshness on demand, progress that cannot be glossed over, and an OpenAPI document that says it all."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
from fastapi import FastAPI

from given.street import LOG, Street
from services import problems
from services.postgres import Pool
from services.projections import api, checkpoints, ledger
from services.projections.catalogue import PROJECTIONS
from services.tokens import Caller
from services.trouble import Trouble

from .conftest import NOW, TOWN, Office, caller_of, project

PATHS = ("/hazards", "/hazards.xlsx", "/enterprises", "/tallies")


async def test_a_read_waits_until_the_position_is_there(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03")
    await project(tables, street)
    hazard.ordered("2026-06-03", "2026-06-18")
    asked = asyncio.create_task(office.json("/hazards", headers={"Min-Position": f"{LOG}:4"}))
    await project(tables, street)
    (item,) = (await asked)["items"]

    assert "RECTIFYING" == item["status"]


async def test_a_position_that_does_not_come_is_answered_with_try_again(tables: Pool, office: Office) -> None:
    await project(tables, Street())
    late = {"Min-Position": f"{LOG}:1"}
    answers = await asyncio.gather(*(office.get(path, headers=late) for path in PATHS))

    assert [(503, "1", "not-caught-up")] * len(PATHS) == [
        (answer.status_code, answer.headers["Retry-After"], answer.json()["code"]) for answer in answers
    ]


async def test_nobody_waits_before_saying_who_they_are(tables: Pool, office: Office) -> None:
    async def stranger() -> Caller:
        raise Trouble("unauthenticated", "请提供身份凭证")

    app = FastAPI()
    problems.install(app)
    app.include_router(api.routes(tables, tables, stranger, lambda: NOW))
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://office"
    ) as client:
        answers = [await client.get(f"/api/v1{path}") for path in (*PATHS, "/projections")]

    assert [401] * 5 == [answer.status_code for answer in answers]


async def test_a_position_of_another_log_does_not_count(tables: Pool, office: Office) -> None:
    street = Street()
    street.enterprise()
    await project(tables, street)
    answer = await office.get("/hazards", headers={"Min-Position": f"{uuid4()}:1"})

    assert 503 == answer.status_code


async def test_before_the_first_projector_a_read_says_try_again(office: Office) -> None:
    assert 503 == (await office.get("/hazards")).status_code


async def test_a_position_that_is_none_is_refused(tables: Pool, office: Office) -> None:
    await project(tables, Street())
    answers = [
        await office.get("/hazards", headers={"Min-Position": given})
        for given in ("7", "x:1", f"{LOG}:", f"{LOG}:x")
    ]

    assert [(422, "malformed")] * 4 == [(answer.status_code, answer.json()["code"]) for answer in answers]


async def test_a_query_with_nul_in_it_is_refused(tables: Pool, office: Office) -> None:
    await project(tables, Street())
    asked = [(path, name) for path in ("/hazards", "/hazards.xlsx") for name in ("text", "enterprise")]
    asked += [("/enterprises", name) for name in ("text", "industry")]
    answers = [await office.get(path, **{name: "a\0b"}) for path, name in asked]

    assert [(422, "malformed")] * 6 == [(answer.status_code, answer.json()["code"]) for answer in answers]


def write_log(database: str, street: Street) -> None:
    """The log as the write side leaves it, as far as a reader's lag is concerned."""
    with psycopg.connect(database) as connection:
        connection.execute("update log.identity set log_id = %s", (street.log,))
        for each in street.recorded:
            connection.execute(
                "insert into log.events (position, appended_at, event_id, stream, version, type, subject, body, "
                "leaf, chain) values (%s, %s, %s, %s, %s, %s, '', '', '', '')",
                (
                    each.position,
                    each.appended_at,
                    uuid4(),
                    uuid4(),
                    each.envelope.version,
                    each.envelope.type,
                ),
            )


async def test_lag_is_told_against_the_real_end_of_the_log(
    database: str, tables: Pool, office: Office
) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03")
    await project(tables, street)
    hazard.ordered("2026-07-05", "2026-07-18").submitted("2026-07-05")
    write_log(database, street)
    async with tables.connection() as connection:
        await checkpoints.note_error(connection, ledger, "第 4 号事件", NOW)
    told = (await office.json("/projections"))["projections"]

    expected = {
        "name": "ledger",
        "log_id": LOG,
        "position": 3,
        "head": 5,
        "lag_events": 2,
        "lag_seconds": (NOW - street.recorded[3].appended_at).total_seconds(),
        "last_error": "第 4 号事件",
        "last_error_at": "2026-07-05T10:00:00+08:00",
    }
    assert expected == {name: told[0][name] for name in expected}
    assert [each.NAME for each in PROJECTIONS] == [each["name"] for each in told]


async def test_a_read_model_that_reads_another_log_lags_behind_all_of_this_one(
    database: str, tables: Pool, office: Office
) -> None:
    street, other = Street(), Street(log=str(uuid4()))
    for each in (street, other):
        each.enterprise().hazard().found("2026-06-03")
    await project(tables, other)
    write_log(database, street)
    told = (await office.json("/projections"))["projections"]

    assert {3} == {each["lag_events"] for each in told}


async def test_read_models_that_never_ran_are_listed(office: Office) -> None:
    told = (await office.json("/projections"))["projections"]

    assert [(each.NAME, 0, None) for each in PROJECTIONS] == [
        (each["name"], each["position"], each["head"]) for each in told
    ]


ROUTES = {
    "explain-hazard": "/api/v1/hazards/{hazard}/why",
    "explain-tally": "/api/v1/tallies/why",
    "list-hazards": "/api/v1/hazards",
    "export-hazards": "/api/v1/hazards.xlsx",
    "list-work": "/api/v1/work-list",
    "get-work-figures": "/api/v1/work-list/figures",
    "export-work": "/api/v1/work-list.xlsx",
    "list-overdue": "/api/v1/overdue",
    "export-overdue": "/api/v1/overdue.xlsx",
    "list-repeats": "/api/v1/repeats",
    "export-repeats": "/api/v1/repeats.xlsx",
    "get-hazard-trail": "/api/v1/hazards/{hazard}/trail",
    "list-enterprises": "/api/v1/enterprises",
    "get-enterprise-file": "/api/v1/enterprises/{enterprise}/file",
    "list-unvisited": "/api/v1/unvisited",
    "get-unvisited-figures": "/api/v1/unvisited/figures",
    "export-unvisited": "/api/v1/unvisited.xlsx",
    "export-enterprise-file": "/api/v1/enterprises/{enterprise}/file.xlsx",
    "print-enterprise-file": "/api/v1/enterprises/{enterprise}/file.html",
    "get-tallies": "/api/v1/tallies",
    "list-service-plans": "/api/v1/service-plans",
    "export-service-plans": "/api/v1/service-plans.xlsx",
    "list-service-gaps": "/api/v1/service-plans/gaps",
    "export-service-gaps": "/api/v1/service-plans/gaps.xlsx",
    "get-service-figures": "/api/v1/service-plans/figures",
    "get-service-matrix": "/api/v1/service-plans/{plan}/matrix",
    "list-campaigns": "/api/v1/campaigns",
    "get-campaign-coverage": "/api/v1/campaigns/{campaign}/coverage",
    "list-cases": "/api/v1/cases",
    "get-case-trail": "/api/v1/cases/{case}/trail",
    "get-visit-trail": "/api/v1/visits/{key}/trail",
    "get-notice-trail": "/api/v1/notices/{key}/trail",
    "get-service-plan-trail": "/api/v1/service-plans/{key}/trail",
    "get-paper-trail": "/api/v1/papers/{key}/trail",
    "list-visits": "/api/v1/visits",
    "list-projections": "/api/v1/projections",
    "operate-projection": "/api/v1/projections/{name}/{act}",
    "list-parked": "/api/v1/projections/{name}/parked",
    "decide-parked": "/api/v1/projections/{name}/parked/{parked}/{verdict}",
    "list-indicators": "/api/v1/indicators",
    "get-scorecards": "/api/v1/scorecards",
    "list-tables": "/api/v1/tables",
    "get-table": "/api/v1/tables/{name}",
    "export-table": "/api/v1/tables/{name}.xlsx",
    "submit-table": "/api/v1/tables/{name}/submissions",
    "list-submissions": "/api/v1/tables/{name}/submissions",
    "get-submission": "/api/v1/tables/{name}/submissions/{submission}",
    "export-submission": "/api/v1/tables/{name}/submissions/{submission}.xlsx",
    "check-submission": "/api/v1/tables/{name}/submissions/{submission}/check",
}


def document(tables: Pool) -> Any:
    app = FastAPI()
    problems.install(app)
    app.include_router(api.routes(tables, tables, caller_of, lambda: NOW))
    return app.openapi()


def test_every_route_says_in_chinese_what_it_is_for(tables: Pool) -> None:
    operations = [
        (path, operation) for path, item in document(tables)["paths"].items() for operation in item.values()
    ]

    assert ROUTES == {operation["operationId"]: path for path, operation in operations}
    assert not any(operation["summary"].isascii() for _, operation in operations)
    assert not any(tag.isascii() for _, operation in operations for tag in operation["tags"])


def test_every_answer_has_an_example(tables: Pool) -> None:
    described = document(tables)
    answers = {
        content["schema"].get("items", content["schema"])["$ref"].rpartition("/")[2]
        for item in described["paths"].values()
        for operation in item.values()
        for status, answer in operation["responses"].items()
        if status in ("200", "202")
        for media, content in answer["content"].items()
        if media == "application/json"
    }

    assert dict.fromkeys(answers, True) == {
        name: "examples" in described["components"]["schemas"][name] for name in answers
    }


async def test_a_name_shown_is_written_down_with_its_reader(
    database: str, tables: Pool, office: Office
) -> None:
    street = Street()
    street.enterprise().hazard().found("2026-06-03")
    await project(tables, street)
    await office.get("/hazards")
    with psycopg.connect(database) as connection:
        readings = connection.execute("select reader, person, why from people.readings").fetchall()

    assert [(TOWN.person, "p-9", "hazard.ledger")] == readings
