"""修复 · `hazard log adopt` and `hazard log rebuild-stream`: what a person does when the relay has stopped.

The two need the owner of the database and the NATS user admin: of the installation that runs from the data directory, or
those that HAZARD_POSTGRES_DSN and HAZARD_NATS_URL name.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.prompt import Confirm

from contracts.subjects import STREAM
from services import jetstream, logs
from services.cli import state
from services.cli.installation import Settings
from services.cli.looking import is_running
from services.hazard import adopting, rebuilding
from services.hazard.leading import Led, leading
from services.hazard.store import make_room
from services.hazard.verifying import NotOurs
from services.postgres import Connection
from services.servers.nats_users import Reader
from services.servers.places import Places
from services.servers.readers import ensure_consumers

PATIENCE = 10.0  # seconds for a server that does not answer, and for a relay to let go of its lock


class NotThere(Exception):
    """连不上 · There are no servers to work on; its text says what to do."""


class Refused(Exception):
    """不办理 · The work was not begun, or the person said no; its text says why."""


def adopt(*, dry_run: bool = False, yes: bool = False) -> int:
    """收回事件 · Take events back into the log that the stream has and the log has lost.

    数据库恢复自较早的备份之后，事件流中还有备份之后的事件。本命令逐条核对它们（日志标识、位置、链值、内容、版本、时刻），
    全部相符才按原样收回，一条不符就一条也不收。完成后系统自动恢复受理和转发，无需重启；`hazard up` 可以一直运行。

    事件流里没有的不能收回：命令的幂等记录（旧键重发时，新建的得到“已存在”，修改的得到“版本已过期”，不会办两次）、人员姓名和电话。

    Parameters
    ----------
    dry_run
        只核对，不收回 · Verify everything and store nothing.
    yes
        不再询问 · Do not ask.
    """
    return _run(_adopt(dry_run=dry_run, yes=yes))


def rebuild_stream(*, reason: str, yes: bool = False, discard: bool = False, keep: Path | None = None) -> int:
    """重建事件流 · Delete the stream and publish the whole log again, under a new log id. For a fork.

    日志与事件流分叉、或事件流中有来历不明的消息时，由管理员决定以日志为准。每个读者都从头读起：读模型自动重建，提醒不会重发，
    外部订阅者会再次收到全部事件（Hazard-Log 不同）。事件流与日志不同的部分先另存为文件。

    Parameters
    ----------
    reason
        理由，记入日志标识的沿革 · Why; kept beside the old log id.
    yes
        不再询问 · Do not ask.
    discard
        丢弃事件流中日志没有的事件 · Throw away events that the log has lost.
    keep
        另存为 · Where to write what is thrown away; a file in the data directory unless named.
    """
    return _run(_rebuild(reason, yes=yes, discard=discard, keep=keep))


def _run(work: Coroutine[Any, Any, None]) -> int:  # what a coroutine yields is asyncio's own
    logs.configure(level=logging.ERROR)
    try:
        asyncio.run(work)
    except (NotThere, Refused, adopting.NotAhead, rebuilding.Needed) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except NotOurs as error:
        print(f"没有收回任何事件：{error}。请由管理员查明后再办理", file=sys.stderr)
        return 1
    except Led:
        print(
            "转发进程正在正常发布，日志与事件流一致，无需处理；仍要重建的，请先停止转发进程", file=sys.stderr
        )
        return 2
    except psycopg.Error as error:
        print(f"数据库没有照办：{error}。已收回的部分有效，可再次运行本命令", file=sys.stderr)
        return 1
    except (NatsError, OSError, TimeoutError) as error:
        print(f"消息服务器没有应答：{error or type(error).__name__}。可再次运行本命令", file=sys.stderr)
        return 1
    return 0


async def _adopt(*, dry_run: bool, yes: bool) -> None:
    console = Console()
    dsn, url = addresses(Settings())
    async with _both(dsn, url) as (connection, admin):
        tail = await adopting.lost_tail(connection, admin, closing=not dry_run)
        console.print(f"日志到第 {tail.after} 条，事件流到第 {tail.last} 条，待收回 {tail.events} 条")
        with _bar(console) as bar:
            task = bar.add_task("核对", total=tail.events)
            await adopting.verify(connection, admin, tail, lambda more: bar.advance(task, more))
        console.print(f"核对无误：第 {tail.after + 1} 至 {tail.last} 条接续本日志")
        if dry_run:
            console.print("只核对，没有收回")
            return
        _ask(f"收回这 {tail.events} 条事件？", yes=yes)
        await make_room(dsn)
        with _bar(console) as bar:
            task = bar.add_task("收回", total=tail.events)
            await adopting.take_back(connection, admin, tail, lambda more: bar.advance(task, more))
    console.print(f"已收回 {tail.events} 条，日志与事件流一致，恢复受理")


async def _rebuild(reason: str, *, yes: bool, discard: bool, keep: Path | None) -> None:
    console = Console()
    settings = Settings()
    dsn, url = addresses(settings)
    async with _both(dsn, url) as (connection, admin):
        planned = await rebuilding.plan(connection, admin, discard=discard)
        console.print(planned.reason or "日志与事件流一致，没有分叉", soft_wrap=True)
        _ask("删除事件流，由日志重新转发全部事件？所有读者将从头读起。", yes=yes)
        if planned.messages:
            file = keep or _file(settings, planned.name)
            with _bar(console) as bar:
                task = bar.add_task("另存", total=planned.messages)
                await rebuilding.keep(admin, planned, file, lambda more: bar.advance(task, more))
            console.print(f"事件流与日志不同的 {planned.messages} 条已另存：{file}", soft_wrap=True)
        readers = await _readers(admin)
        name = await rebuilding.rebuild(connection, admin, planned, reason)
        await ensure_consumers(admin.jetstream(), readers)
    console.print(f"已重建：新的日志标识 {name}；转发进程随即转发全部事件，进度见 hazard status")


def _file(settings: Settings, name: str) -> Path:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return settings.data_dir.resolve() / "discarded" / f"{name}-{now}.jsonl"


async def _readers(admin: Client) -> list[Reader]:
    """The readers outside, whose consumers go with the stream."""
    try:
        infos = await admin.jetstream().consumers_info(STREAM)
    except NotFoundError:
        return []
    names = [info.name for info in infos if info.name.startswith(jetstream.READERS)]
    return [Reader(name.removeprefix(jetstream.READERS)) for name in names]


@asynccontextmanager
async def _both(dsn: str, url: str) -> AsyncGenerator[tuple[Connection, Client], None]:
    """The leader's session as the owner of the database, and the admin of the stream."""
    client = await asyncio.wait_for(jetstream.connect(url, name="mending"), PATIENCE)
    try:
        async with leading(dsn, role=None, pause=0.1, patience=PATIENCE) as connection:
            yield connection, client
    finally:
        await client.close()


def addresses(settings: Settings) -> tuple[str, str]:
    """地址 · The database as its owner, and NATS as admin. Raises NotThere."""
    if settings.postgres_dsn and settings.nats_url:
        return settings.postgres_dsn, settings.nats_url
    places = Places(settings.data_dir.resolve())
    known = state.read(places)
    if known is None or not known.nats_url or not is_running(places):
        raise NotThere(
            f"系统没有在运行：{places.root}。请先运行 hazard up，"
            "或用 HAZARD_POSTGRES_DSN 和 HAZARD_NATS_URL 指明服务器（数据库所有者、NATS 用户 admin）"
        )
    return known.dsn, known.nats_url


def _ask(question: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Refused("没有终端可以询问：确认要办理的，请加 --yes")
    if not Confirm.ask(question, default=False):
        raise Refused("没有办理")


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)
