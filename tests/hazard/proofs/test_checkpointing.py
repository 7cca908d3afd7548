"""签发检查点 · What was signed once is never contradicted, whatever was restored, forged or started twice."""

import asyncio
import errno
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.subjects import CHECKPOINTS
from given.logs import chain_at, forget, grow, leaves_to
from services.hazard.proofs import keeping, signing, tree
from services.hazard.proofs.checkpointing import Checkpointing
from services.hazard.proofs.leaves import LeafUntrue
from services.hazard.proofs.note import parsed, signed, verified
from services.hazard.proofs.witness import Contradicted, Witness
from services.jetstream import connected
from services.postgres import Connection, conninfo
from services.servers.nats import Nats

NOW = datetime(2027, 1, 1, 8, 0, 0, 999_999, tzinfo=UTC)
Make = Callable[..., Checkpointing]


@pytest.fixture
async def client(nats_server: Nats) -> Any:
    async with connected(nats_server.url("relay"), name="test relay") as connected_client:
        yield connected_client


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(tmp_path / "witness")


@pytest.fixture
def make(database: str, client: Client, tmp_path: Path, witness: Witness) -> Make:
    def one(**changed: Any) -> Checkpointing:
        given = {
            "key": lambda: signing.own_key(tmp_path),
            "witnesses": [witness],
            "now": lambda: NOW,
            "every": 0.05,
        }
        return Checkpointing(database, client, **(given | changed))

    return one


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(180):
        while True:
            if holds():
                return
            await asyncio.sleep(0.02)


async def sizes(connection: Connection) -> list[int]:
    return [kept.checkpoint.size async for kept in keeping.everything(connection)]


def witnessed(witness: Witness) -> list[int]:
    return sorted(parsed(file.read_text()).size for file in witness.folder.rglob("*.txt"))


async def test_a_checkpoint_says_how_the_log_ends_and_is_kept_told_and_witnessed(
    database: str, writer: Connection, make: Make, witness: Witness, nats_server: Nats, tmp_path: Path
) -> None:
    heard: list[Msg] = []

    async def hear(message: Msg) -> None:
        heard.append(message)

    await grow(database, 300)
    async with connected(nats_server.url("reader-330111"), name="reader") as reader:
        await reader.subscribe(CHECKPOINTS, cb=hear)
        await reader.flush()
        made = await make().make(writer)
        await until(lambda: heard)
    assert made is not None
    kept = await keeping.latest(writer)
    [file] = witness.folder.rglob("*.txt")

    assert (made.size, made.root, made.chain) == (300, tree.root(leaves_to(300)), chain_at(300))
    assert made.time == NOW.replace(microsecond=0)
    assert kept is not None
    assert kept.checkpoint == made
    assert kept.note == heard[0].data.decode() == file.read_text()
    assert heard[0].headers["Hazard-Log"] == str(made.log_id)
    assert verified(kept.note, signing.own_key(tmp_path).public) == made
    assert (file.name, file.parent.name) == ("00000000000300.txt", "0000000000")


async def test_nothing_new_needs_no_checkpoint(database: str, writer: Connection, make: Make) -> None:
    checkpointing = make()

    assert await checkpointing.make(writer) is None  # the log is empty
    await grow(database, 5)
    assert await checkpointing.make(writer) is not None
    assert await checkpointing.make(writer) is None
    assert await make().make(writer) is None  # nor one that begins anew


async def test_each_checkpoint_is_the_beginning_of_the_next(
    database: str, writer: Connection, make: Make, witness: Witness
) -> None:
    checkpointing = make()
    for size in (1, 255, 256, 257, 600):
        await grow(database, size)
        await checkpointing.make(writer)

    assert await sizes(writer) == witnessed(witness) == [1, 255, 256, 257, 600]
    leaves = leaves_to(600)
    async for kept in keeping.everything(writer):
        assert kept.checkpoint.root == tree.root(leaves[: kept.checkpoint.size])
    for size, found in ((256, 256), (258, 600)):
        covering = await keeping.covering(writer, size)
        assert covering is not None
        assert covering.checkpoint.size == found
    assert await keeping.at_size(writer, 258) is None
    assert await keeping.covering(writer, 601) is None


async def test_it_runs_beside_something_and_signs_once_more_when_that_is_stopped(
    database: str, writer: Connection, make: Make, witness: Witness
) -> None:
    async def relaying() -> None:
        async with make(every=3600).beside():
            await asyncio.sleep(3600)

    await grow(database, 10)
    task = asyncio.create_task(relaying())
    await until(lambda: witnessed(witness) == [10])
    await grow(database, 20)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert await sizes(writer) == witnessed(witness) == [10, 20]


async def test_it_goes_on_when_its_session_was_ended(
    database: str, writer: Connection, make: Make, witness: Witness
) -> None:
    async with make().beside():
        await grow(database, 10)
        await until(lambda: 10 in witnessed(witness))
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as owner:
            await owner.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        await grow(database, 20)
        await until(lambda: 20 in witnessed(witness))


async def test_several_at_once_sign_each_size_once(
    database: str, writer: Connection, make: Make, witness: Witness
) -> None:
    async with make().beside(), make().beside(), make().beside():
        for size in (10, 300, 700):
            await grow(database, size)
            await until(lambda size=size: size in witnessed(witness))

    assert await sizes(writer) == witnessed(witness)


async def test_a_log_shorter_than_what_was_signed_is_refused_loudly_and_for_as_long_as_that_lasts(
    database: str, writer: Connection, make: Make, witness: Witness
) -> None:
    await grow(database, 600)
    await make().make(writer)
    await forget(database, after=500)

    with structlog.testing.capture_logs() as logs:
        async with make().beside():
            await until(lambda: sum(line["event"] == "checkpoint.signing_stopped" for line in logs) > 2)
            await grow(database, 550)
            before = len(logs)
            await until(lambda: len(logs) > before + 2)

    assert {("critical", "Contradicted")} == {(line["log_level"], line["kind"]) for line in logs}
    assert "ends at 550" in logs[-1]["reason"]
    assert (await sizes(writer), witnessed(witness)) == ([], [600])


async def test_a_log_that_got_its_events_back_is_signed_again(
    database: str, writer: Connection, make: Make, witness: Witness
) -> None:
    await grow(database, 600)
    await make().make(writer)
    await forget(database, after=500)
    with pytest.raises(Contradicted):
        await make().make(writer)
    await grow(database, 650)
    await make().make(writer)

    assert (await sizes(writer), witnessed(witness)) == ([650], [600, 650])


@pytest.mark.parametrize("size", [600, 601, 70_000])
async def test_another_history_is_never_signed(
    database: str, writer: Connection, make: Make, witness: Witness, size: int
) -> None:
    await grow(database, 600)
    await make().make(writer)
    await forget(database, after=500)
    await grow(database, size, words="another event ")

    with pytest.raises(Contradicted):
        await make().make(writer)
    assert witnessed(witness) == [600]


async def test_without_a_witness_the_database_s_own_checkpoints_tell(
    database: str, writer: Connection, make: Make
) -> None:
    await grow(database, 200)
    await make(witnesses=[]).make(writer)
    async with await psycopg.AsyncConnection.connect(database) as owner:
        await owner.execute("update log.events set leaf = sha256('x') where position = 7")
    await grow(database, 210)

    with pytest.raises(Contradicted, match="size 200"):
        await make(witnesses=[]).make(writer)


async def test_a_rewritten_chain_is_never_signed(database: str, writer: Connection, make: Make) -> None:
    await grow(database, 200)
    await make().make(writer)
    async with await psycopg.AsyncConnection.connect(database) as owner:
        await owner.execute("update log.events set chain = sha256('x') where position = 200")
    await grow(database, 210)

    with pytest.raises(Contradicted, match="size 200"):
        await make().make(writer)


async def test_one_witness_of_two_that_holds_another_root_is_enough(
    database: str, writer: Connection, make: Make, witness: Witness, tmp_path: Path
) -> None:
    other = Witness(tmp_path / "other")
    await grow(database, 200)
    made = await make().make(writer)
    forged = signed(
        type(made)(made.log_id, 150, bytes(32), made.chain, made.time), signing.own_key(tmp_path / "thief")
    )
    other.keep(forged)
    await grow(database, 210)

    with pytest.raises(Contradicted, match="size 150"):
        await make(witnesses=[witness, other]).make(writer)
    assert await sizes(writer) == [200]


async def test_a_witness_that_cannot_be_read_stops_the_signing(
    database: str, writer: Connection, make: Make, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    await grow(database, 10)

    with pytest.raises(NotADirectoryError):
        await make(witnesses=[Witness(tmp_path / "file")]).make(writer)
    assert await sizes(writer) == []


async def test_a_witness_s_file_that_is_no_checkpoint_is_named(
    database: str, writer: Connection, make: Make, witness: Witness
) -> None:
    await grow(database, 10)
    await make().make(writer)
    [file] = witness.folder.rglob("*.txt")
    file.rename(file.with_name("00000000000011.txt"))
    await grow(database, 20)

    with pytest.raises(ValueError, match=r"00000000000011\.txt"):
        await make().make(writer)


async def test_a_full_witness_gets_everything_when_there_is_room_again(
    database: str,
    writer: Connection,
    make: Make,
    witness: Witness,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    key = signing.own_key(tmp_path)
    checkpointing = make(key=lambda: key)
    with monkeypatch.context() as disk, structlog.testing.capture_logs() as logs:
        disk.setattr(os, "link", full)
        for size in (10, 20, 30):
            await grow(database, size)
            await checkpointing.make(writer)

    assert ["error"] * 3 == [line["log_level"] for line in logs if line["event"] == "witness.unwritten"]
    assert (await sizes(writer), witnessed(witness)) == ([10, 20, 30], [])
    assert await checkpointing.make(writer) is None
    assert witnessed(witness) == [10, 20, 30]


async def test_a_new_witness_is_given_what_was_signed_before_it_came(
    database: str, writer: Connection, make: Make, witness: Witness, tmp_path: Path
) -> None:
    for size in (10, 20):
        await grow(database, size)
        await make().make(writer)
    newcomer = Witness(tmp_path / "newcomer")
    await make(witnesses=[witness, newcomer]).make(writer)

    assert witnessed(newcomer) == [10, 20]


async def test_what_nobody_heard_is_told_again(database: str, writer: Connection, make: Make) -> None:
    await grow(database, 10)
    checkpointing = make()
    alive, checkpointing._client = checkpointing._client, Client()
    await checkpointing.make(writer)
    assert checkpointing._owing
    checkpointing._client = alive
    await checkpointing.make(writer)

    assert not checkpointing._owing


async def test_another_key_is_used_but_said_loudly(
    database: str, writer: Connection, make: Make, tmp_path: Path
) -> None:
    await grow(database, 10)
    await make().make(writer)
    await grow(database, 20)
    other = signing.own_key(tmp_path / "other")
    with structlog.testing.capture_logs() as logs:
        await make(key=lambda: other).make(writer)

    [said] = [line for line in logs if line["event"] == "checkpoint.key_changed"]
    assert (said["log_level"], said["now"]) == ("critical", signing.fingerprint(other.public))
    assert [key.public_key async for key in keeping.everything(writer)][1] == other.public


async def test_a_log_that_takes_nothing_in_is_not_signed(
    database: str, writer: Connection, make: Make
) -> None:
    await grow(database, 10)
    async with await psycopg.AsyncConnection.connect(database) as owner:
        await owner.execute("update log.identity set refusing = 'the stream is ahead'")

    assert await make().make(writer) is None


async def test_a_new_identity_begins_anew(
    database: str, writer: Connection, make: Make, witness: Witness
) -> None:
    await grow(database, 10)
    first = await make().make(writer)
    async with await psycopg.AsyncConnection.connect(database) as owner:
        await owner.execute("update log.identity set log_id = gen_random_uuid()")
    second = await make().make(writer)

    assert first.log_id != second.log_id
    assert (second.size, second.root) == (10, first.root)
    assert {str(first.log_id), str(second.log_id)} == {path.name for path in witness.folder.iterdir()}


@pytest.mark.parametrize("role", ["hazard_people", "hazard_projections", "hazard_notifier"])
async def test_nobody_else_keeps_a_checkpoint(database: str, role: str) -> None:
    async with await psycopg.AsyncConnection.connect(conninfo(database, role=role)) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute("insert into log.checkpoints (size) values (1)")


async def test_nothing_is_signed_for_a_leaf_that_is_not_the_hash_of_its_event(
    database: str, writer: Connection, make: Make
) -> None:
    await grow(database, 5)
    checkpointing = make()
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as superuser:
        await superuser.execute("update log.events set leaf = sha256('another') where position = 4")

    with pytest.raises(LeafUntrue, match="4"):
        await checkpointing.make(writer)

    assert [] == await sizes(writer)
