"""核对日志 · Runs the audit of the whole log with a progress bar, and says what it could not see."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.cli.audit_settings import AuditSettings
from services.cli.events import NotThere, address
from services.hazard.proofs.auditing import Extent, Signed, Walked, audit_log, extent
from services.hazard.proofs.auditing import Progress as Told
from services.hazard.proofs.comparing_stream import Compared, audit_stream
from services.hazard.proofs.findings import Findings
from services.hazard.proofs.heads import kept_heads, within, witnessed_heads
from services.hazard.proofs.signing import fingerprint
from services.jetstream import connect
from services.keyfiles import UnfitKey
from services.postgres import Connection, conninfo

PATIENCE = 5.0  # seconds until a message server that does not answer is called away
LIMITS: Mapping[str, str] = {
    "KEY_NOT_PINNED": "未固定密钥 key not pinned：检查点的签名只与库中所记的公钥核对，公钥本身可能已被换掉",
    "KEY_OWN": "公钥取自本机 own key：未给出 --key，所固定的是本机自己的公钥；能改本机的人也能换掉它",
    "WITNESS_OWN": "见证在本机 own witness：未给出 --witness，所看的是本机自己的见证目录；能改本机的人也能改它",
    "NO_WITNESS": "没有见证 no witness：有签名密钥的人可以改写整个日志并重算一切，仅凭数据库看不出来",
    "AFTER_WITNESS": "最后一个见证之后的事件若被截断或改写，看不出来 · nothing after the last witnessed head is guarded",
    "STREAM_SKIPPED": "未核对事件流；记入时刻不在哈希之内，只有事件流可对照 · the stream was not compared",
    "STREAM_BEHIND": "有事件尚未发布到事件流 · events that are not published yet",
}


@dataclass(slots=True)
class Audit:
    """核对结果 · What was checked, what was found, and what could not be seen."""

    extent: Extent
    walked: Walked
    kept: int
    witnessed: int
    compared: Compared | None
    findings: Findings
    limits: list[tuple[str, str]] = field(default_factory=list)

    def json(self) -> str:
        """机器可读 · One JSON object."""
        found = [{**asdict(each), "sentence": each.sentence} for each in self.findings.kept]
        said = {
            "log": str(self.extent.log_id),
            "position": self.extent.position,
            **asdict(self.walked),
            "events_per_second": round(self.walked.events / self.walked.seconds)
            if self.walked.seconds
            else 0,
            "checkpoints": self.kept,
            "witnessed": self.witnessed,
            "stream": None if self.compared is None else asdict(self.compared),
            "first": self.findings.first,
            "counts": dict(self.findings.counts),
            "findings": found,
            "limits": [
                {"code": code, "sentence": LIMITS[code], "where": where} for code, where in self.limits
            ],
        }
        return json.dumps(said, ensure_ascii=False, indent=2)


async def audit(
    settings: AuditSettings, *, keys: tuple[str, ...], witnesses: tuple[Path, ...], stream: bool, shown: bool
) -> Audit:
    """核对 · All of it. Raises NotThere, UnfitKey; psycopg.OperationalError; what NATS raises when it is away."""
    pinned = _pinned(settings, keys)
    reading = conninfo(settings.dsn(), role="hazard_writer", read_only=True, statement_timeout="10min")
    findings = Findings()
    async with await psycopg.AsyncConnection.connect(reading, autocommit=True) as connection:
        # Witnesses before checkpoints before the log: each was there when the next had it already.
        log_id = (await extent(connection)).log_id
        folders = witnesses or settings.witnesses()
        held = [*_held(folders, log_id)]
        await _strangers(connection, folders, log_id, findings)
        kept, public = await kept_heads(connection, log_id, pinned, findings)
        trusted = [key for key in public if not pinned or fingerprint(key) in pinned]
        witnessed = [
            head
            for folder in held
            for head in await asyncio.to_thread(witnessed_heads, folder, log_id, trusted, findings)
        ]
        upto = await extent(connection)
        heads = _heads(kept, witnessed, upto, findings)
        with _bar("日志", upto.position, shown=shown) as told:
            walked = await audit_log(connection, upto, heads, findings, told)
        compared = await _compared(settings, connection, upto, findings, shown=shown) if stream else None
    done = Audit(upto, walked, len(kept), len(witnessed), compared, findings)
    done.limits = _limits(done, pinned, witnessed)
    if pinned and not keys:
        done.limits.append(("KEY_OWN", ""))
    if witnessed and not witnesses:
        done.limits.append(("WITNESS_OWN", ""))
    return done


def _pinned(settings: AuditSettings, keys: tuple[str, ...]) -> set[str]:
    """The fingerprints given, else that of the installation's own key, when it has one."""
    if keys:
        return {f"sha256:{key.lower().removeprefix('sha256:').replace(':', '')}" for key in keys}
    try:
        return {fingerprint(settings.key().public)}
    except UnfitKey:
        return set()


def _held(folders: tuple[Path, ...], log_id: object) -> Iterator[Path]:
    for folder in folders:
        if (folder / str(log_id)).is_dir():
            yield folder


async def _strangers(
    connection: psycopg.AsyncConnection, folders: tuple[Path, ...], log_id: object, findings: Findings
) -> None:
    """Heads of a log that this one never was: it was renamed past its witnesses, or they are another's."""
    rows = await (await connection.execute("select log_id from log.identities_before")).fetchall()
    known = {str(log_id), *(str(before) for (before,) in rows)}
    for folder in folders:
        for other in sorted(folder.iterdir()) if folder.is_dir() else ():
            if other.is_dir() and other.name not in known and any(other.rglob("*.txt")):
                findings.add("WITNESS_OTHER_LOG", None, str(other))


def _heads(kept: list[Signed], witnessed: list[Signed], upto: Extent, findings: Findings) -> list[Signed]:
    known = {head.size for head in kept}
    for head in witnessed:
        if head.size not in known:
            findings.add("WITNESS_UNKNOWN", None, head.holder)
    return [
        *within(kept, upto.position, "CHECKPOINT_BEYOND", findings),
        *within(witnessed, upto.position, "WITNESS_BEYOND", findings),
    ]


async def _compared(
    settings: AuditSettings, connection: Connection, upto: Extent, findings: Findings, *, shown: bool
) -> Compared:
    try:
        client = await asyncio.wait_for(connect(address(settings), name="audit"), PATIENCE)
    except TimeoutError:
        raise NotThere("消息服务器没有应答。请确认它已启动，或加 --no-stream 只核对日志") from None
    try:
        with _bar("事件流", upto.position, shown=shown) as told:
            return await audit_stream(connection, client, upto, findings, told)
    finally:
        await client.close()


def _limits(done: Audit, pinned: set[str], witnessed: list[Signed]) -> list[tuple[str, str]]:
    last = max((head.size for head in witnessed), default=0)
    behind = done.extent.position - last
    limits = [] if pinned else [("KEY_NOT_PINNED", "")]
    if not witnessed:
        limits.append(("NO_WITNESS", ""))
    elif behind > 0:
        limits.append(("AFTER_WITNESS", f"第 {last} 位之后的 {behind} 条"))
    if done.compared is None:
        limits.append(("STREAM_SKIPPED", ""))
    elif done.compared.unpublished:
        limits.append(("STREAM_BEHIND", f"{done.compared.unpublished} 条"))
    return limits


@contextmanager
def _bar(what: str, total: int, *, shown: bool) -> Iterator[Told]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not (shown and console.is_terminal)) as bar:
        task = bar.add_task(what, total=total)
        yield lambda position: bar.update(task, completed=position)
