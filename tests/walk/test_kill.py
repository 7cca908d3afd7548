"""杀进程 · Every process is killed while a street's ledger is imported, and nothing is lost or told twice."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any
from uuid import uuid4

import pytest

from walk import proof
from walk.installation import GLANCE, Installation, started, until

KILLS = {20: "relay", 60: "projector", 100: "nats", 140: "postgres", 190: "web"}
"""After so many rows, who is killed; the notifier is when it reminds somebody."""
SUPERVISOR_AT = 250


@pytest.fixture
def alone() -> Iterator[Installation]:
    """单独一套 · An installation nobody else leans on."""
    with started() as installation:
        yield installation


async def test_nothing_is_lost_or_told_twice_whoever_is_killed_during_an_import(
    alone: Installation, street: bytes
) -> None:
    reminding: list[int] = []
    with (
        meanwhile(register_enterprises, alone) as registered,
        meanwhile(kill_amid_reminders, alone, reminding),
    ):
        ledger = alone.hand_in(street)
        for rows, name in KILLS.items():
            alone.run_again(name, kill_at(alone, ledger, rows, name))
        kill_at(alone, ledger, SUPERVISOR_AT, None)
        alone.start()
        about = until(lambda: (now := alone.about(ledger))["state"] == "finished" and now, "imported")
        until(lambda: reminding, "the notifier was killed")
    await check(alone, about, registered.result())

    assert alone.stop() == 0
    assert alone.left() == []


@contextmanager
def meanwhile(work: Callable[..., Any], *given: object) -> Iterator[Future[Any]]:
    """Work beside the test, told at the end that it is enough."""
    enough = Event()
    with ThreadPoolExecutor(1) as aside:
        beside = aside.submit(work, *given, enough)
        try:
            yield beside
        finally:
            enough.set()


def kill_at(installation: Installation, ledger: str, rows: int, name: str | None) -> int:
    """At so many rows, and before the last one."""
    about = until(lambda: (now := installation.about(ledger))["done"] >= rows and now, f"{rows} rows")

    assert about["state"] == "running", f"{name} would be killed after the import"
    if name is None:
        installation.kill_all()
        return 0
    return installation.kill(name)


def kill_amid_reminders(installation: Installation, killed: list[int], enough: Event) -> None:
    """The moment somebody is reminded, and with some luck before the receipt of that is written; three times."""
    reminded = 0
    while len(killed) < 3 and not enough.wait(GLANCE / 10):
        before, reminded = reminded, len(installation.reminders_in_the_log())
        if reminded > before:
            killed.append(installation.kill("notifier"))
            installation.run_again("notifier", killed[-1])


def register_enterprises(installation: Installation, enough: Event) -> dict[str, dict[str, Any]]:
    """Commands beside the import: each is sent with its key until it is answered, and then once more."""
    accepted: dict[str, dict[str, Any]] = {}
    while not enough.is_set():
        key = str(uuid4())
        body = {"name": f"杭州第{len(accepted)}五金厂", "division": "330111005000"}
        answer = installation.insist(lambda: installation.post("enterprises", body, key))  # noqa: B023  # at once
        again = installation.insist(lambda: installation.post("enterprises", body, key))  # noqa: B023  # at once

        assert answer.status_code == again.status_code == 201, answer.text
        assert answer.json() == again.json()
        accepted[key] = answer.json()
    return accepted


async def check(
    installation: Installation, about: dict[str, Any], accepted: dict[str, dict[str, Any]]
) -> None:
    installation.caught_up()
    installation.nothing_to_send()
    log = proof.log_of(installation)
    hazards = proof.folded(log)
    rows = installation.get(f"imports/{about['id']}/rows", limit=1000).json()
    registered = [entry for entry in log if json.loads(entry.body)["type"] == "enterprise.registered"]
    places = {entry.envelope.key: entry.position for entry in registered}

    assert about["counts"] == {"added": 350, "visited": 19}
    assert len({row["line"] for row in rows}) == len(rows) == about["total"] == 369
    assert len({row["number"] for row in rows if row["number"]}) == len(hazards) == 350
    assert len(accepted) > 10
    assert len(registered) == len(accepted) + 143
    assert all(answer["position"].endswith(f":{places[answer['id']]}") for answer in accepted.values())
    proof.check_log(log)
    proof.check_outcomes(installation, log)
    await proof.check_stream(installation, log)
    proof.check_read_models(installation, hazards)
    assert proof.check_reminders(installation) > 0
