"""整套系统 · A street's ledger in a running installation: exported, filled in, handed in again; servers away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import httpx2
import pytest

from services.hazard.ledger.reading import read
from walk import proof
from walk.installation import Installation, until
from walk.ledgers import cells, filled_in

RECTIFIED = {"整改措施": "已全部整改到位", "整改完成日期": date(2026, 11, 20)}
NAMED = ("inspectors", "responsible", "reinspectors", "plan_accepted_by", "closed_by", "served_to")
FIRM = {"name": "杭州停电照明有限公司", "division": "330111005000"}


@pytest.fixture(scope="module")
def street_imported(installation: Installation, street: bytes) -> Installation:
    """已导入的街道 · The sample street in a running installation."""
    about = installation.imported(street)

    assert about["counts"] == {"added": 350, "visited": 19}
    return installation


def head(installation: Installation) -> int:
    ((position,),) = installation.query("select position from log.head")
    return position


def test_the_same_street_again_adds_nothing(street_imported: Installation, street: bytes) -> None:
    before = head(street_imported)
    again = street_imported.imported(street)

    assert again["counts"] == {"unchanged": 369}
    assert head(street_imported) == before


def test_the_exported_ledger_as_it_is_changes_nothing(street_imported: Installation) -> None:
    street_imported.caught_up()
    before = head(street_imported)
    exported = street_imported.get("hazards.xlsx").content
    again = street_imported.imported(exported)

    assert again["counts"] == {"unchanged": 350}
    assert head(street_imported) == before


def test_twenty_rows_filled_in_on_the_exported_ledger_advance_exactly_those(
    street_imported: Installation,
) -> None:
    street_imported.caught_up()
    before = head(street_imported)
    exported = street_imported.get("hazards.xlsx").content
    rows = list(enumerate(cells(exported), start=2))
    open_ones = [line for line, row in rows if row["状态"] == "整改中" and not row["整改完成日期"]][:20]
    numbers = {row["隐患编号"] for line, row in rows if line in open_ones}
    done = street_imported.imported(filled_in(exported, open_ones, RECTIFIED))
    street_imported.caught_up()
    ledger = proof.ledger_of(street_imported)

    assert len(numbers) == 20
    assert done["counts"] == {"advanced": 20, "unchanged": 330}
    assert {row["number"] for row in done["rows"] if row["verdict"] == "advanced"} == numbers
    assert {row["steps"] for row in done["rows"] if row["verdict"] == "advanced"} == {1}
    assert head(street_imported) == before + 20
    assert {item["status"] for item in ledger.values() if item["number"] in numbers} == {"SUBMITTED"}


def test_no_name_of_the_ledger_stands_in_the_log(street_imported: Installation, street: bytes) -> None:
    names = {name for row in read(street).rows for field in NAMED for name in getattr(row, field)}
    bodies = "".join(entry.body.decode() for entry in proof.log_of(street_imported))
    known = proof.known_names(street_imported)

    assert len(names) > 100
    assert names == known
    assert [name for name in names if name in bodies] == []


def test_read_models_of_the_street_equal_a_fold_of_its_log(street_imported: Installation) -> None:
    street_imported.caught_up()
    log = proof.log_of(street_imported)

    proof.check_log(log)
    proof.check_read_models(street_imported, proof.folded(log))


def test_while_postgresql_is_away_writes_are_told_to_come_again_and_then_happen_once(
    installation: Installation, street: bytes
) -> None:
    key = str(uuid4())
    with installation.without("postgres"), ThreadPoolExecutor() as callers, installation.client() as web:
        asked = [
            callers.submit(installation.post, "enterprises", FIRM, key),
            callers.submit(installation.try_hand_in, street),
            callers.submit(installation.get, "hazards"),
            callers.submit(web.get, "/readyz"),
        ]
        away = [one.result() for one in asked]
        alive = web.get("/livez")
    answer = installation.insist(lambda: installation.post("enterprises", FIRM, key))
    again = installation.insist(lambda: installation.post("enterprises", FIRM, key))
    registered = installation.query(
        "select count(*) from log.events where type = 'enterprise.registered' and stream = %s",
        answer.json()["id"],
    )

    assert [told(one) for one in away] == [(503, "busy")] * 4
    assert all(int(one.headers["Retry-After"]) > 0 for one in away)
    assert alive.status_code == 200
    assert (answer.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert registered == [(1,)]


async def test_while_nats_is_away_writes_go_on_and_the_relay_catches_up(installation: Installation) -> None:
    before = head(installation)
    with installation.without("nats"):
        answers = [
            installation.post("enterprises", {**FIRM, "name": f"杭州断网第{n}五金厂"}) for n in range(10)
        ]
        away = head(installation)
    installation.caught_up()

    assert [answer.status_code for answer in answers] == [201] * 10
    assert away == before + 10
    await proof.check_stream(installation, proof.log_of(installation))


def test_it_stops_and_nothing_is_left_running(installation: Installation) -> None:
    assert installation.stop() == 0
    until(lambda: not installation.left(), "everything has ended")


def told(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]
