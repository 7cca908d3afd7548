"""证明接口 · Anybody with a token can prove the log from outside, with the standard's rules alone."""

from datetime import UTC, datetime
from pathlib import Path

import httpx2
import psycopg
import pytest
from nats.aio.client import Client

from contracts.values import Role
from given.answers import problem
from given.logs import grow
from services.hazard.proofs import signing
from services.hazard.proofs.checkpointing import Checkpointing
from services.hazard.proofs.note import verified
from services.hazard.proofs.tree import leaf_hash, verify_consistency, verify_inclusion
from services.postgres import conninfo

PATHS = [
    ("checkpoint", {}),
    ("key", {}),
    ("proofs/inclusion", {"position": 1}),
    ("proofs/consistency", {"from": 1}),
]


@pytest.fixture
def sign(database: str, tmp_path: Path):
    """Signs the log as it is."""

    async def now() -> None:
        checkpointing = Checkpointing(
            database,
            Client(),
            key=lambda: signing.own_key(tmp_path),
            witnesses=[],
            now=lambda: datetime.now(UTC),
        )
        own = conninfo(database, role="hazard_writer")
        async with await psycopg.AsyncConnection.connect(own, autocommit=True) as connection:
            await checkpointing.make(connection)

    return now


async def ask(desk, path: str, accept: str = "application/json", **query: object) -> httpx2.Response:
    public = desk.token(Role.PUB, person="p-anybody", certificate=None)
    return await desk.client.get(f"/api/v1/log/{path}", params=query, headers={**public, "Accept": accept})


async def test_a_checkpoint_can_be_read_by_programs_and_as_it_was_signed(desk, sign, tmp_path):
    await sign()
    told, text = (await ask(desk, "checkpoint")).json(), await ask(desk, "checkpoint", "text/plain")
    head, key = (await ask(desk, "head")).json(), (await ask(desk, "key")).json()
    public = signing.own_key(tmp_path).public
    checkpoint = verified(text.text, public)

    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.text == told["note"]
    assert (told["log"], told["size"], told["chain"]) == (head["log"], head["position"], head["chain"])
    assert (told["size"], told["root"]) == (checkpoint.size, checkpoint.root.hex())
    assert told["fingerprint"] == key["fingerprint"] == signing.fingerprint(public)
    assert key["pem"] == signing.pem(public)
    assert (await ask(desk, "checkpoint", "text/html,*/*;q=0.8")).json() == told


async def test_every_event_is_proved_to_be_in_the_signed_log(desk, sign, database):
    await desk.capture()
    await sign()
    end = (await ask(desk, "checkpoint")).json()
    async with await psycopg.AsyncConnection.connect(database) as connection:
        rows = await (await connection.execute("select position, body from log.events")).fetchall()

    assert rows
    for position, body in rows:
        told = (await ask(desk, "proofs/inclusion", position=position)).json()
        proof = [bytes.fromhex(each) for each in told["proof"]]
        assert told["size"] == end["size"]
        assert told["leaf"] == leaf_hash(body).hex()
        assert verify_inclusion(
            leaf_hash(body), position - 1, told["size"], proof, bytes.fromhex(end["root"])
        )


async def test_the_signed_log_is_proved_to_have_only_grown(desk, sign, database):
    await sign()
    before = (await ask(desk, "checkpoint")).json()
    await grow(database, 700)
    await sign()
    after = (await ask(desk, "checkpoint")).json()
    told = (await ask(desk, "proofs/consistency", **{"from": before["size"], "to": 700})).json()

    assert (told["from_root"], told["to_root"]) == (before["root"], after["root"])
    assert verify_consistency(
        before["size"],
        700,
        bytes.fromhex(before["root"]),
        bytes.fromhex(after["root"]),
        [bytes.fromhex(each) for each in told["proof"]],
    )


async def test_an_earlier_size_can_be_asked_for(desk, sign, database):
    await grow(database, 300)
    await sign()
    told = (await ask(desk, "proofs/inclusion", position=7, size=256)).json()
    proof = [bytes.fromhex(each) for each in told["proof"]]

    assert verify_inclusion(bytes.fromhex(told["leaf"]), 6, 256, proof, bytes.fromhex(told["root"]))


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("inclusion", {"position": 301}, "not-provable"),
        ("inclusion", {"position": 7, "size": 301}, "not-provable"),
        ("inclusion", {"position": 8, "size": 7}, "not-provable"),
        ("inclusion", {"position": 10**30}, "not-provable"),
        ("inclusion", {"position": 1, "size": 10**30}, "not-provable"),
        ("inclusion", {"position": 0}, "malformed"),
        ("inclusion", {"position": -1}, "malformed"),
        ("inclusion", {"position": "x"}, "malformed"),
        ("inclusion", {"position": 1, "size": 0}, "malformed"),
        ("inclusion", {}, "malformed"),
        ("consistency", {"from": 8, "to": 7}, "not-provable"),
        ("consistency", {"from": 8, "to": 301}, "not-provable"),
        ("consistency", {"from": 0, "to": 7}, "malformed"),
        ("consistency", {}, "malformed"),
    ],
)
async def test_what_cannot_be_proved_is_refused(desk, sign, database, path, query, code):
    await grow(database, 300)
    await sign()

    problem(await ask(desk, f"proofs/{path}", **query), 422, code)


@pytest.mark.parametrize(("path", "query"), PATHS)
async def test_a_log_that_nobody_signed_proves_nothing(desk, path, query):
    problem(await ask(desk, path, **query), 404, "no-checkpoint-yet")


@pytest.mark.parametrize(("path", "query"), PATHS)
async def test_a_stranger_is_told_nothing(desk, sign, path, query):
    await sign()

    problem(await desk.client.get(f"/api/v1/log/{path}", params=query), 401, "unauthenticated")


async def test_what_was_stored_after_the_last_checkpoint_is_not_proved_yet(desk, sign, database):
    await grow(database, 300)
    await sign()
    await grow(database, 310)

    problem(await ask(desk, "proofs/inclusion", position=305), 422, "not-provable")
