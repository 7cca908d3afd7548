"""篡改数据库 · Each way a superuser may tamper with the log is found, and by its own name."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from given.proved import ANOTHER_KEY, KEY, PINNED, a_signed_log, append_many, sign
from given.tampering import (
    FIRST_HASHED,
    Superuser,
    delete_last,
    rebuild,
    rechain,
    rehash,
    retell,
    rewrite,
    shift,
)
from services.cli.audit_settings import AuditSettings
from services.cli.audit_verify import Audit, audit
from services.hazard.hazards import HAZARD
from services.hazard.lifecycle.state import Hazard
from services.servers.postgres import Postgres

SIGNED = "signed"
P = FIRST_HASHED


@pytest.fixture(scope="module")
def witness(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A log of some three tiles, signed four times; gives what the witness holds."""
    folder = tmp_path_factory.mktemp("witness")
    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        connection.execute(f"create database {SIGNED} template migrated")
        asyncio.run(a_log(postgres.dsn(SIGNED), folder))
        yield folder
        connection.execute(f"drop database {SIGNED} with (force)")


async def a_log(database: str, folder: Path) -> None:
    await a_signed_log(database, folder)
    for _ in range(2):
        await append_many(database, 25)
        await sign(database, witness=folder)


@pytest.fixture
def log(postgres: Postgres, witness: Path) -> Iterator[str]:
    """A copy of that log to tamper with."""
    name = f"copy_{uuid4().hex[:8]}"
    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name} template {SIGNED}")
        yield postgres.dsn(name)
        connection.execute(f"drop database {name} with (force)")


async def audited(log: str, *witnesses: Path, keys: tuple[str, ...] = (PINNED,)) -> Audit:
    settings = AuditSettings(postgres_dsn=log, data_dir=Path("/nowhere"))
    return await audit(settings, keys=keys, witnesses=witnesses, stream=False, shown=False)


def done(statement: str, *given: object) -> Callable[[Superuser], object]:
    return lambda superuser: superuser.execute(statement, given)


def both(*steps: Callable[[Superuser], object]) -> Callable[[Superuser], object]:
    return lambda superuser: [step(superuser) for step in steps]


def swap(superuser: Superuser) -> None:
    for before, after in ((P, 0), (P + 1, P), (0, P + 1)):
        superuser.execute("update log.events set position = %s where position = %s", (after, before))


def insert(superuser: Superuser) -> None:
    shift(superuser, P, 1)
    superuser.execute(
        "insert into log.events select position + 1, appended_at, gen_random_uuid(), stream, version, type, subject,"
        " body, leaf, chain from log.events where position = %s",
        (P,),
    )


def cut_out(superuser: Superuser) -> None:
    superuser.execute("delete from log.events where position = %s", (P,))
    shift(superuser, P, -1)


# What is done, what it is called at the least, and the first bad position where it can be known.
KINDS: dict[str, tuple[Callable[[Superuser], object], set[str], int | None]] = {
    "the bytes": (partial(retell, position=P), {"LEAF_OTHER"}, P),
    "the bytes and their leaf": (
        both(partial(retell, position=P), partial(rehash, position=P)),
        {"CHAIN_OTHER", "TILE_OTHER", "CHECKPOINT_ROOT", "WITNESS_OTHER"},
        P,
    ),
    "the bytes, their leaf and the chain to the end": (
        both(partial(retell, position=P), partial(rehash, position=P), rechain),
        {"TILE_OTHER", "CHECKPOINT_ROOT", "WITNESS_OTHER"},
        P,
    ),
    "the bytes, leaf, chain and tiles": (
        both(partial(retell, position=P), partial(rehash, position=P), rechain, rebuild),
        {"CHECKPOINT_ROOT", "WITNESS_OTHER"},
        None,
    ),
    "all, signed by another key": (
        partial(rewrite, key=ANOTHER_KEY),
        {"CHECKPOINT_KEY", "WITNESS_SIGNATURE"},
        None,
    ),
    "all, signed by the stolen key": (partial(rewrite, key=KEY), {"WITNESS_OTHER"}, None),
    "the last event deleted": (
        partial(delete_last, tidily=False),
        {"STREAMS_BEYOND", "OUTCOME_BEYOND", "CHECKPOINT_BEYOND", "WITNESS_BEYOND"},
        None,
    ),
    "the last event deleted with all that points at it": (
        partial(delete_last, tidily=True),
        {"WITNESS_BEYOND", "WITNESS_UNKNOWN"},
        None,
    ),
    "an event deleted": (
        done("delete from log.events where position = %s", P),
        {"POSITION_MISSING", "VERSION_OTHER"},
        P,
    ),
    "an event deleted and those behind it moved up": (
        cut_out,
        {"CHAIN_OTHER", "TILE_OTHER", "CHECKPOINT_BEYOND", "WITNESS_BEYOND"},
        P,
    ),
    "an event inserted": (insert, {"CHAIN_OTHER", "VERSION_OTHER", "TILE_OTHER", "CHECKPOINT_ROOT"}, P + 1),
    "two events in each other's place": (swap, {"CHAIN_OTHER", "TILE_OTHER", "CHECKPOINT_ROOT"}, P),
    "an event before the first": (
        done("update log.events set position = 0 where position = %s", P),
        {"POSITION_STRAY", "POSITION_MISSING"},
        P,
    ),
    "a version": (
        done("update log.events set version = version + 1 where position = %s", P),
        {"VERSION_OTHER", "ENVELOPE_OTHER"},
        P,
    ),
    "whose event it is": (
        done("update log.events set stream = gen_random_uuid() where position = %s", P),
        {"VERSION_OTHER", "ENVELOPE_OTHER", "STREAMS_MISSING"},
        P,
    ),
    "what kind of event it is": (
        done("update log.events set type = 'hazard.closed' where position = %s", P),
        {"ENVELOPE_OTHER"},
        P,
    ),
    "when it was recorded": (
        done(
            "update log.events set appended_at = appended_at - %s where position = %s", timedelta(days=9), P
        ),
        {"TIME_BACKWARDS"},
        P,
    ),
    "a stream's version": (
        done("update log.streams set version = version + 1 where position < %s", P),
        {"STREAMS_OTHER"},
        None,
    ),
    "a stream's row deleted": (
        done("delete from log.streams where position < 30"),
        {"STREAMS_MISSING"},
        None,
    ),
    "a stream's row beyond the log": (
        done("update log.streams set position = position + 1000000 where position < 30"),
        {"STREAMS_BEYOND"},
        None,
    ),
    "a tile": (
        done(
            "update log.tiles set hashes = sha256('x') || substring(hashes from 33) where level = 0 and index = 1"
        ),
        {"TILE_OTHER"},
        257,
    ),
    "a tile's root": (
        done("update log.tiles set root = sha256('x') where level = 0 and index = 0"),
        {"TILE_OTHER"},
        1,
    ),
    "a tile deleted": (done("delete from log.tiles where index = 0"), {"TILE_MISSING"}, 1),
    "a tile beyond the log": (
        done("insert into log.tiles select level, 99, root, hashes from log.tiles where index = 0"),
        {"TILE_BEYOND"},
        None,
    ),
    "a checkpoint's row": (
        done("update log.checkpoints set root = sha256('x') where size < 50"),
        {"CHECKPOINT_ROW"},
        None,
    ),
    "a checkpoint's text": (
        done("update log.checkpoints set note = replace(note, 'time 2026', 'time 2025') where size < 50"),
        {"CHECKPOINT_SIGNATURE"},
        None,
    ),
    "a checkpoint deleted": (
        done("delete from log.checkpoints where size < 50"),
        {"WITNESS_UNKNOWN"},
        None,
    ),
    "the log's own name": (
        done("update log.identity set log_id = gen_random_uuid()"),
        {"WITNESS_OTHER_LOG"},
        None,
    ),
    "whose number it is": (
        done("update log.names set stream = gen_random_uuid() where name like 'HZ-%%'"),
        {"NAME_OTHER"},
        None,
    ),
    "a number struck out": (done("delete from log.names where name like 'HZ-%%'"), {"NAME_MISSING"}, None),
    "what came of a command": (
        done("update log.outcomes set position = position + 1000000 where position < 5"),
        {"OUTCOME_BEYOND"},
        None,
    ),
    "a snapshot of what never was": (
        done(
            "insert into log.snapshots (stream, form, version, state)"
            " select id, 'x', version + 1, '' from log.streams limit 1"
        ),
        {"SNAPSHOT_AHEAD"},
        None,
    ),
    "a snapshot that says otherwise": (
        lambda superuser: superuser.execute(
            "insert into log.snapshots (stream, form, version, state)"
            " select id, %s, 1, %s from log.streams where aggregate = 'hazard' limit 1",
            (HAZARD.form, HAZARD.pack(Hazard(version=1, author="p-somebody-else"))),
        ),
        {"SNAPSHOT_FALSE"},
        None,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_what_a_superuser_does_is_named(log: str, witness: Path, kind: str) -> None:
    tamper, codes, first = KINDS[kind]
    with psycopg.connect(log, autocommit=True) as superuser:
        tamper(superuser)
    found = (await audited(log, witness)).findings

    assert codes <= found.counts.keys()
    assert first in (None, found.first)


async def test_an_untouched_log_is_found_intact(log: str, witness: Path) -> None:
    told = await audited(log, witness)

    assert ({}, [("STREAM_SKIPPED", "")]) == (dict(told.findings.counts), told.limits)
    assert (4, 4, 8) == (told.kept, told.witnessed, told.walked.heads)
    assert told.walked.events == told.extent.position > 2 * 256
    assert told.walked.tiles == 2


async def test_a_log_rewritten_with_the_stolen_key_is_seen_by_nobody_but_a_witness_and_the_audit_says_so(
    log: str, witness: Path
) -> None:
    with psycopg.connect(log, autocommit=True) as superuser:
        rewrite(superuser, KEY)
    alone, witnessed = await audited(log), await audited(log, witness)

    assert ({}, True) == (dict(alone.findings.counts), ("NO_WITNESS", "") in alone.limits)
    assert {"WITNESS_OTHER"} == witnessed.findings.counts.keys()


async def test_without_a_pinned_key_another_keys_signatures_hold_and_the_audit_says_so(log: str) -> None:
    with psycopg.connect(log, autocommit=True) as superuser:
        rewrite(superuser, ANOTHER_KEY)
    told = await audited(log, keys=())

    assert ({}, True) == (dict(told.findings.counts), ("KEY_NOT_PINNED", "") in told.limits)


async def test_what_came_after_the_last_witnessed_head_may_be_cut_unseen_and_the_audit_says_so(
    log: str, witness: Path
) -> None:
    await append_many(log, 1)
    told = await audited(log, witness)

    assert ("AFTER_WITNESS", f"第 {told.extent.position - 12} 位之后的 12 条") in told.limits
    with psycopg.connect(log, autocommit=True) as superuser:
        delete_last(superuser, tidily=True)
    assert {} == dict((await audited(log, witness)).findings.counts)


async def test_a_log_that_grows_meanwhile_is_no_finding(log: str, witness: Path) -> None:
    told, _ = await asyncio.gather(audited(log, witness), append_many(log, 20))

    assert {} == dict(told.findings.counts)


async def test_an_empty_log_is_intact(database: str) -> None:
    told = await audited(database)

    assert ({}, 0) == (dict(told.findings.counts), told.walked.events)
