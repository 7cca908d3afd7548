"""签发检查点 · Signs the log's end now and then, keeps it in the log's database, publishes it, hands it to witnesses.

Runs beside the relay, in the process that leads, on a connection of its own; nothing here stops an event. What is signed
is compared first with everything that was signed before, in the database and with each witness: a log that became shorter,
or has another beginning, is not signed, however long that lasts.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError

from services import jetstream
from services.hazard.proofs import keeping, leaves, tiles
from services.hazard.proofs.keeping import Kept
from services.hazard.proofs.note import Checkpoint, signed
from services.hazard.proofs.signing import LogKey, fingerprint
from services.hazard.proofs.witness import Contradicted, Witness
from services.postgres import LOCKS, PROVING, Connection, conninfo
from services.stopping import heed_cancellation

GLANCE = 1.0  # seconds between two looks at the log's end
LAST = 5.0  # seconds for the checkpoint at the end of a run
HANDED_AT_ONCE = (
    2000  # checkpoints a witness gets before the next is signed: a new one catches up over several rounds
)

_HEAD = "select log_id, position, chain, appended_at, refusing from log.head"
_CHAIN = "select chain from log.events where position = %s"

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Head:
    log_id: UUID
    position: int
    chain: bytes
    appended_at: datetime | None
    refusing: str | None


class Checkpointing:
    """检查点签发 · One of any number; beside the leading relay one is at work."""

    def __init__(
        self,
        dsn: str,
        client: Client,
        *,
        key: Callable[[], LogKey],
        witnesses: Sequence[Witness],
        now: Callable[[], datetime],
        every: float = 10,
    ) -> None:
        """装配 · `every`: seconds between two checkpoints at least. The key is asked for when it is needed."""
        self._dsn = dsn
        self._client = client
        self._key = key
        self._witnesses = witnesses
        self._now = now
        self._every = every
        self._published: Checkpoint | None = None
        self._looked = 0  # up to where every leaf was found to be its body's
        self._owing = True  # whatever the log's end: not compared yet, or a witness has not got everything

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """同时进行 · Runs while the block does. When the block is cancelled a last checkpoint is made, within seconds."""
        task = asyncio.create_task(self.run())
        try:
            yield
        except asyncio.CancelledError:
            await _ended(task)
            await self._finish()
            raise
        finally:
            await _ended(task)

    async def run(self) -> None:
        """运行 · For ever, until cancelled: at once, then when there are new events and it is time."""
        while True:
            try:
                async with self._connected() as connection:
                    await self._serve(connection)
            except Exception as trouble:  # noqa: BLE001 — whatever it is, it is heard of and events go on
                _say(trouble)
            await asyncio.sleep(self._every)

    async def make(self, connection: Connection) -> Checkpoint | None:
        """签发一次 · Build, compare, sign, publish and hand over; the checkpoint, None when there is nothing new.

        The connection is an autocommitting one of hazard_writer. Raises Contradicted, LeafUntrue, BadNote, NotInTheTree, UnfitKey,
        psycopg.Error, and OSError for a witness that cannot be read: nothing is signed then.
        """
        self._owing = True
        made = await self._sign(connection)
        latest = await keeping.latest(connection)
        published = latest is None or await self._publish(latest)
        handed = [await self._hand(connection, witness) for witness in self._witnesses]
        self._owing = not (published and all(handed))
        return made

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Connection]:
        own = conninfo(self._dsn, role="hazard_writer", statement_timeout="10s")
        async with await psycopg.AsyncConnection.connect(own, autocommit=True) as connection:
            yield connection

    async def _serve(self, connection: Connection) -> None:
        while True:
            heed_cancellation()
            if self._owing or await _has_news(connection):
                await self.make(connection)
                await asyncio.sleep(self._every)
            else:
                await asyncio.sleep(GLANCE)

    async def _finish(self) -> None:
        try:
            async with asyncio.timeout(LAST), self._connected() as connection:
                await self.make(connection)
        except Exception as trouble:  # noqa: BLE001 — as in run
            _say(trouble)

    async def _sign(self, connection: Connection) -> Checkpoint | None:
        head = await _head(connection)
        claims = await self._witnessed(head.log_id)
        await self._look_through(connection, head.position)
        await tiles.build(connection)  # up to that head at least
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(%s, %s)", (LOCKS, PROVING))
            last = await keeping.latest(connection)
            if last is not None:
                claims.append(last.checkpoint)
            await _compare(connection, claims, head.position)
            if head.refusing or head.position == 0 or (last and last.checkpoint.size >= head.position):
                return None
            key = await asyncio.to_thread(self._key)
            if last is not None and last.public_key != key.public:
                logger.critical("checkpoint.key_changed", **_keys(last.public_key, key.public))
            root = await tiles.root_at(connection, head.position)
            instant = max(self._now(), head.appended_at or self._now())
            to_the_second = instant.replace(microsecond=0)  # as the note says it
            checkpoint = Checkpoint(head.log_id, head.position, root, head.chain, to_the_second)
            await keeping.keep(connection, Kept(checkpoint, signed(checkpoint, key), key.public))
        logger.debug("checkpoint.signed", size=checkpoint.size, root=root.hex())
        return checkpoint

    async def _look_through(self, connection: Connection, position: int) -> None:
        """Each body once by whoever signs: from the last checkpoint on, or from where this process looked last."""
        last = await keeping.latest(connection)
        signed_before = min(last.checkpoint.size if last else 0, position)
        await leaves.check(connection, max(signed_before, min(self._looked, position)), position)
        self._looked = position

    async def _witnessed(self, log_id: UUID) -> list[Checkpoint]:
        found = [await asyncio.to_thread(witness.latest, log_id) for witness in self._witnesses]
        return [checkpoint for checkpoint in found if checkpoint is not None]

    async def _publish(self, kept: Kept) -> bool:
        if kept.checkpoint == self._published:
            return True
        try:
            told = await jetstream.publish_checkpoint(
                self._client, kept.note, log=str(kept.checkpoint.log_id)
            )
        except NatsError as error:
            logger.warning("checkpoint.unpublished", error=str(error))
            return False
        if told:
            self._published = kept.checkpoint
        return told

    async def _hand(self, connection: Connection, witness: Witness) -> bool:
        """Gives a witness what it has not got; whether it has everything now."""
        log_id = (await _head(connection)).log_id
        handed = 0
        try:
            held = await asyncio.to_thread(witness.latest, log_id)
            for kept in await keeping.following(connection, held.size if held else 0, HANDED_AT_ONCE):
                await asyncio.to_thread(witness.keep, kept.note)
                handed += 1
        except OSError as error:
            logger.error("witness.unwritten", witness=str(witness.folder), error=str(error))  # noqa: TRY400 — no trace
            return False
        return handed < HANDED_AT_ONCE


async def _compare(connection: Connection, claims: Sequence[Checkpoint], built: int) -> None:
    """Raises Contradicted when what was signed before is not the beginning of this log."""
    position = (await _head(connection)).position
    for claim in {(claim.size, claim.root, claim.chain): claim for claim in claims}.values():
        if claim.size > position:
            raise Contradicted(f"the log ends at {position}, but size {claim.size} was signed before")
        if claim.size > built:  # another one signed just now, what it had just compared
            continue
        row = await (await connection.execute(_CHAIN, (claim.size,))).fetchone()
        if await tiles.root_at(connection, claim.size) != claim.root or row is None or row[0] != claim.chain:
            raise Contradicted(f"at size {claim.size} the log is not what was signed before")


async def _head(connection: Connection) -> _Head:
    row = await (await connection.execute(_HEAD)).fetchone()
    assert row is not None  # the identity is a row of the first migration
    return _Head(*row)


async def _has_news(connection: Connection) -> bool:
    last = await keeping.latest(connection)
    return (await _head(connection)).position != (last.checkpoint.size if last else 0)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _keys(before: bytes, now: bytes) -> dict[str, str]:
    return {"before": fingerprint(before), "now": fingerprint(now)}


def _say(trouble: Exception) -> None:
    if isinstance(trouble, psycopg.OperationalError | psycopg.InterfaceError | TimeoutError):
        logger.warning("checkpoint.postponed", error=str(trouble) or type(trouble).__name__)
    else:  # loud, and as long as it lasts: nothing is signed until a person has looked
        logger.critical("checkpoint.signing_stopped", kind=type(trouble).__name__, reason=str(trouble))
