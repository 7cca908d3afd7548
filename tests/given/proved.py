"""给定 · A log that is signed: a street with one long life in it, checkpoints of it, a witness who keeps them, an export."""

from collections.abc import Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4
from zipfile import ZipFile

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.envelope import decode
from contracts.hazard import HazardRegistered, ProgressReported
from given.long_life import long_life
from given.street import NAMES, Firm, Life, Street
from services.cli.trail_page import Proof, Step, page
from services.hazard.proofs import keeping, tiles
from services.hazard.proofs.exporting import Trail, archive, trail_of
from services.hazard.proofs.keeping import Kept
from services.hazard.proofs.note import Checkpoint, signed
from services.hazard.proofs.signing import LogKey, fingerprint
from services.hazard.proofs.witness import Witness
from services.hazard.store import Command, Log, writer_pool
from services.postgres import conninfo

KEY = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
ANOTHER_KEY = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))
PINNED = fingerprint(KEY.public)
NUMBER = "HZ-330111-2026-000777"
SIGNED_AT = datetime(2026, 8, 1, 3, 0, tzinfo=UTC)


async def append(database: str, street: Street, *, after: int = 0) -> None:
    """Puts what happened in a street into a log, each event a command of its own."""
    async with writer_pool(database, size=1) as pool:
        log = Log(pool)
        commands = [_command(recorded) for recorded in street.recorded[after:]]
        for start in range(0, len(commands), 64):
            await log.append_all(commands[start : start + 64])


async def append_many(database: str, hazards: int) -> None:
    """So many hazards of twelve events each, to fill a tile."""
    async with writer_pool(database, size=1) as pool:
        log = Log(pool)
        for _ in range(hazards):
            await log.append(_many(uuid4()))


def _many(hazard: UUID) -> Command:
    street = Street()
    at_work = Life(Firm(street, "某某五金厂"), "通道堵塞").captured("2026-06-03").tell
    for n in range(11):
        at_work(
            ProgressReported(number=NUMBER, enterprise=str(hazard), progress=f"进展{n}"), "2026-06-04", "p-9"
        )
    renamed = [{"id": uuid4(), "subject": f"hazard/{hazard}", "version": n} for n in range(1, 13)]
    events = [
        each.envelope.model_copy(update=new) for each, new in zip(street.recorded, renamed, strict=True)
    ]
    return Command("many", str(hazard), b"request", b"answer", tuple(events))


def _command(recorded) -> Command:
    event, envelope = recorded.event, recorded.envelope
    names = {event.number: UUID(envelope.key)} if isinstance(event, HazardRegistered) else {}
    return Command("street", str(envelope.id), b"request", b"answer", (envelope,), names=names)


@asynccontextmanager
async def writing(database: str):
    wanted = conninfo(database, role="hazard_writer")
    async with await psycopg.AsyncConnection.connect(wanted, autocommit=True) as connection:
        yield connection


async def sign(database: str, key: LogKey = KEY, *, witness: Path | None = None) -> Checkpoint:
    """A checkpoint of the log's end, kept, and handed to a witness."""
    async with writing(database) as connection:
        await tiles.build(connection)
        row = await (await connection.execute("select log_id, position, chain from log.head")).fetchone()
        log_id, size, chain = row
        at = SIGNED_AT + timedelta(seconds=size)
        checkpoint = Checkpoint(log_id, size, await tiles.root_at(connection, size), chain, at)
        kept = Kept(checkpoint, signed(checkpoint, key), key.public)
        await keeping.keep(connection, kept)
    if witness is not None:
        Witness(witness).keep(kept.note)
    return checkpoint


async def a_signed_log(database: str, witness: Path | None = None) -> Life:
    """Other lives, the long one, others; signed in between and at the end."""
    street = Street()
    _, two = street.enterprise("甲乙纺织厂"), street.enterprise("丙丁印染厂")
    two.hazard("通道堵塞").found("2026-06-01").ordered("2026-06-01", "2026-06-08")
    await append(database, street)
    await sign(database, witness=witness)
    known = len(street.recorded)
    life = long_life(street)
    two.hazard("灭火器过期").found("2026-08-01")
    await append(database, street, after=known)
    await sign(database, witness=witness)
    return life


async def once_more(database: str, hazard: UUID) -> None:
    """The hazard's last event happens again: an older export has not got it."""
    last = "select body from log.events where stream = %s order by version desc limit 1"
    async with writing(database) as connection:
        row = await (await connection.execute(last, (hazard,))).fetchone()
    envelope = decode(row[0])
    later = {"id": UUID(int=99), "version": envelope.version + 1, "time": SIGNED_AT}
    async with writer_pool(database, size=1) as pool:
        again = envelope.model_copy(update=later)
        await Log(pool).append(Command("street", "once more", b"request", b"answer", (again,)))


async def export(
    database: str, hazard: UUID, key: LogKey = KEY, photos: Mapping[str, tuple[str, bytes]] | None = None
) -> bytes:
    """The archive, as the command makes it."""
    async with writing(database) as connection:
        trail = await trail_of(connection, hazard)
    assert trail is not None
    return archive(trail, key, the_page(trail), photos or {})


def the_page(trail: Trail) -> str:
    one = trail.kept.checkpoint
    proof = Proof(one.log_id, one.size, one.root, one.time, fingerprint(trail.kept.public_key))
    steps = [Step(each.position, each.appended_at, each.body, each.leaf) for each in trail.events]
    return page(trail.hazard, steps, proof, NAMES)


def unpacked(whole: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(whole)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    whole = BytesIO()
    with ZipFile(whole, "w") as opened:
        for name, body in files.items():
            opened.writestr(name, body)
    return whole.getvalue()
