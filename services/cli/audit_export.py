"""导出履历 · Gathers a hazard's trail, its page, names and photographs, and writes the archive in one step."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import psycopg

from contracts.catalogue import open_event
from contracts.envelope import decode
from contracts.hazard import HazardMarkedDuplicate
from contracts.values import SEALED_ROLES
from services import erasing, people
from services.attachments import Attachments
from services.cli.audit_settings import AuditSettings
from services.cli.trail_page import Proof, Step, page
from services.hazard.proofs.exporting import NotCovered, Trail, archive, digests, find, trail_of
from services.hazard.proofs.signing import LogKey, fingerprint
from services.postgres import Connection, conninfo
from services.projections.sentences import people_of
from services.projections.shanghai import instant_words
from services.trouble import Trouble

WHY = "hazard.audit-export"
PATIENCE = 15.0  # seconds: a running relay signs the log's end every ten
POLL = 0.5
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}

_NUMBERS = "select name, stream::text from log.names where stream = any(%s::uuid[])"

Photos = dict[str, tuple[str, bytes]]


class Refused(Exception):
    """不能导出 · Its text says why."""


@dataclass(frozen=True, slots=True)
class Exported:
    """已导出 · Where the archive is, and what to tell whoever gets it."""

    file: Path
    events: int
    size: int
    at: str
    fingerprint: str
    photos_missing: int


async def export_trail(
    settings: AuditSettings, wanted: str, output: Path, *, photos: bool, reader: str | None
) -> Exported:
    """导出 · Write the archive; `reader` is who reads the names, None for a page without names. Raises Refused."""
    dsn, key = settings.dsn(), settings.key()
    reading = conninfo(dsn, role="hazard_writer", read_only=True)
    async with await psycopg.AsyncConnection.connect(reading, autocommit=True) as connection:
        trail = await _covered(connection, wanted)
        others = await _others(connection, trail)
    _same_key(trail, key)
    names = others | await _names(settings, dsn, trail, reader)
    shown = page(trail.hazard, _steps(trail), _proof(trail), names, named=reader is not None)
    pictures, missing = await _photos(settings.root, trail) if photos else ({}, 0)
    whole = archive(trail, key, shown, pictures)
    await asyncio.to_thread(_write, output, whole)
    one = trail.kept.checkpoint
    mark = fingerprint(trail.kept.public_key)
    return Exported(output, len(trail.events), one.size, instant_words(one.time), mark, missing)


async def _covered(connection: Connection, wanted: str) -> Trail:
    """The trail, as soon as a checkpoint covers it."""
    hazard = await find(connection, wanted)
    for _ in range(int(PATIENCE / POLL)):
        try:
            trail = None if hazard is None else await trail_of(connection, hazard)
        except NotCovered:
            await asyncio.sleep(POLL)
            continue
        if trail is None:
            raise Refused(f"没有这条隐患：{wanted}。请给出隐患编号（HZ-…）或系统标识")
        return trail
    raise Refused(
        "最新的检查点还没有覆盖这条隐患的全部事件。请确认系统在运行（转发进程签发检查点），稍后再试"
    )


def _same_key(trail: Trail, key: LogKey) -> None:
    if key.public != trail.kept.public_key:
        raise Refused(
            f"检查点由另一把密钥签发（{fingerprint(trail.kept.public_key)}），不能用这里的密钥（{fingerprint(key.public)}）签清单"
        )


async def _others(connection: Connection, trail: Trail) -> dict[str, str]:
    """Numbers of other hazards that this one was found to be the same as."""
    events = [open_event(decode(event.body)) for event in trail.events]
    others = [event.other for event in events if isinstance(event, HazardMarkedDuplicate)]
    if not others:
        return {}
    rows = await (await connection.execute(_NUMBERS, (others,))).fetchall()
    return {stream: name for name, stream in rows}


async def _names(settings: AuditSettings, dsn: str, trail: Trail, reader: str | None) -> dict[str, str]:
    if reader is None:
        return {}
    envelopes = [decode(event.body) for event in trail.events]
    # Who reported under seal is named nowhere on the page, in whatever other part the same person appears.
    sealed = {envelope.actor for envelope in envelopes if envelope.role in SEALED_ROLES}
    wanted = set().union(*(people_of(envelope, open_event(envelope)) for envelope in envelopes)) - sealed
    async with erasing.opened(dsn, settings.root, settings.master, size=1) as opened:
        return await people.names(opened, wanted, reader=reader, why=WHY)


def _steps(trail: Trail) -> list[Step]:
    return [Step(event.position, event.appended_at, event.body, event.leaf) for event in trail.events]


def _proof(trail: Trail) -> Proof:
    one = trail.kept.checkpoint
    return Proof(one.log_id, one.size, one.root, one.time, fingerprint(trail.kept.public_key))


async def _photos(data: Path, trail: Trail) -> tuple[Photos, int]:
    """The photographs that are kept, and how many are not."""
    kept = Attachments.at(data)
    found: Photos = {}
    missing = 0
    for digest in digests(trail.events):
        try:
            about, content = await kept.open(digest)
        except Trouble:
            missing += 1
        else:
            found[digest] = (ENDINGS[about.media_type], content)
    return found, missing


def _write(file: Path, whole: bytes) -> None:
    """Beside it first: whoever finds the file finds all of it."""
    draft = file.with_name(f".{file.name}.{token_hex(4)}")
    try:
        # For its maker alone: there are names in it.
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(whole)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Refused(f"无法写入 {file}：{error.strerror}") from error
