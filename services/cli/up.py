"""启动 · `hazard up`: the servers, the four processes, the first data; until it is asked to stop."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import structlog

from services import erasing, jetstream, logs, postgres
from services.cli import state
from services.cli.announcement import announce, first_look_answers, first_token
from services.cli.filling import Filling
from services.cli.installation import (
    AlreadyRunning,
    Processes,
    Servers,
    Settings,
    command_line,
    held,
    processes,
    servers,
)
from services.cli.looking import caught_up
from services.cli.supervisor import Standing, Supervisor
from services.hazard.leading import look_before_writing
from services.hazard.store import make_room
from services.keys import PeopleSettings, UnfitKeys
from services.servers import leftovers
from services.servers.failure import ServerFailed
from services.servers.nats import known_readers
from services.servers.nats_users import Reader
from services.servers.places import Places, prepare
from services.servers.readers import ensure_consumers

logger = structlog.get_logger()

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SETTLING = 60  # seconds to wait for the read models before the addresses are printed anyway
GLANCE = 0.25
PLACE = ZoneInfo("Asia/Shanghai")


def up(*, sample: bool = False, ledger: Path | None = None) -> int:
    """启动整套系统 · Start PostgreSQL, NATS, web, relay, projector and notifier, and watch over them.

    Parameters
    ----------
    sample
        数据目录为空时装入示例街道 · Load a sample street when the data directory is empty.
    ledger
        装入本单位台账（xlsx）· Load the office's own ledger.
    """
    settings = Settings()
    if ledger is not None and not ledger.is_file():
        tell(f"找不到台账文件：{ledger} · there is no such file")
        return 2
    try:
        places = prepare(settings.data_dir)
    except OSError as error:
        tell(f"数据目录不可用 · the data directory cannot be used: {error}")
        return 2
    try:
        with held(places), (places.logs / "up.log").open("a", encoding="utf-8") as log:
            logs.configure(log)
            return asyncio.run(_until_stopped(Up(settings, places, sample=sample, ledger=ledger)))
    except AlreadyRunning:
        _tell_who_runs(places)
        return 1


def tell(sentence: str) -> None:
    """告知 · Prints a sentence; a reader who has gone away stops nothing."""
    with contextlib.suppress(OSError):
        print(sentence, flush=True)


def now() -> datetime:
    """此刻 · The clock of this process."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Up:
    """一次启动 · One run of the whole system."""

    settings: Settings
    places: Places
    sample: bool
    ledger: Path | None
    supervisor: Supervisor = field(init=False)
    running: Servers | None = field(default=None, init=False)
    address: str = field(default="", init=False)
    since: datetime = field(default_factory=now, init=False)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(tell=tell, record=self._record, now=now)

    async def run(self) -> None:
        """Everything in order, then nothing until it is cancelled."""
        self._record(())
        for ended in await asyncio.to_thread(leftovers.end, self.places):
            tell(f"已结束遗留进程 {ended.pid}（{ended.command}）· ended what a kill had left")
        running = await self._servers()
        four = processes(self.settings, self.places, running)
        self.address = four.address
        for child in four.in_order():
            self.supervisor.add(child)
        tell("启动网页与后台进程 · starting web, relay, projector, notifier")
        await self.supervisor.ready(four.web)
        await self._fill(running, four)
        token = first_token(self.places, now())
        await self._settled(running, four, token)
        announce(self.places, running, four.address, token, tell=tell)
        await self.supervisor.watch()

    async def _servers(self) -> Servers:
        readers = _readers(self.places, self.settings)
        tell("启动数据库与消息服务器 · starting PostgreSQL and NATS")
        running = await asyncio.to_thread(servers, self.settings, self.places, readers)
        self.running = running
        for folder in running.opened():
            tell(f"为数据库账户放行 {folder} · opened for passage, for the account PostgreSQL runs as")
        for child in running.children():
            self.supervisor.add(child)
        for child in running.children():
            await self.supervisor.ready(child, at_once=True)
        await asyncio.to_thread(running.make_database)
        await postgres.migrate(running.dsn)
        await make_room(running.dsn)
        # Nobody comes back with a restored backup, not even for the moment before the first process asks.
        async with erasing.opened(running.dsn, self.places.root, PeopleSettings().master, size=1):
            pass
        await _make_stream(running, readers)
        return running

    async def _settled(self, running: Servers, four: Processes, token: str) -> None:
        """Returns when what was filled in can be seen; after a while also when it cannot, and says so."""
        for _ in range(round(SETTLING / GLANCE)):
            seen = await asyncio.to_thread(first_look_answers, four.host, four.port, token)
            with contextlib.suppress(psycopg.Error):
                if seen and await caught_up(running.dsn):
                    return
            await asyncio.sleep(GLANCE)
        tell("读模型仍在追赶，见 hazard status · the read models are still catching up")

    async def _fill(self, running: Servers, four: Processes) -> None:
        web = {"HAZARD_WEB_ADDRESS": four.address}
        filling = Filling(
            self.places,
            running.dsn,
            lambda arguments: command_line(
                self.places, running, "web", tuple(arguments), extra=web, shown=True
            ),
            tell,
        )
        if self.ledger is not None:
            await filling.ledger(self.ledger.resolve())
        elif self.sample:
            await filling.sample(datetime.now(PLACE).date())

    def _record(self, children: Sequence[Standing]) -> None:
        running = self.running
        written = state.State(
            pid=os.getpid(),
            since=self.since,
            web=self.address,
            dsn=running.dsn if running else "",
            nats_url=running.url("admin") if running else "",
            children=tuple(children),
            written_at=now(),
        )
        try:
            state.write(self.places, written)
        except OSError as error:  # a full disk: the processes matter more than what is written about them
            logger.warning("state.not_written", error=str(error))


async def _until_stopped(run: Up) -> int:
    """Runs until the work fails or a signal comes, and stops everything whatever happens, once."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOPS:
        if signal.getsignal(number) is signal.SIG_IGN:
            continue  # as under nohup
        loop.add_signal_handler(number, stopping.set)
    work = asyncio.create_task(run.run())
    asked = asyncio.create_task(stopping.wait())
    await asyncio.wait([work, asked], return_when=asyncio.FIRST_COMPLETED)
    work.cancel()
    await asyncio.wait([work])
    await run.supervisor.stop()
    if work.cancelled():
        tell("已全部停止 · everything has stopped")
        return 0
    return _failed(work.exception())


def _failed(error: BaseException | None) -> int:
    if isinstance(error, (ServerFailed, UnfitKeys)):
        tell(str(error))
    elif error is not None:
        raise error
    return 1


def _readers(places: Places, settings: Settings) -> tuple[Reader, ...]:
    """Those that were made before, and always the one of the installation's own division."""
    return tuple(
        {
            reader.user: reader for reader in (*known_readers(places.secrets), Reader(settings.division))
        }.values()
    )


async def _make_stream(running: Servers, readers: tuple[Reader, ...]) -> None:
    async with jetstream.connected(running.url("admin"), name="up") as client:
        await jetstream.ensure_stream(client, await asyncio.to_thread(_log_id, running.dsn))
        await ensure_consumers(client.jetstream(), readers)
        difference = await look_before_writing(running.dsn, client)
        if difference is not None:  # what must not be taken in is refused; everything else runs
            tell(str(difference))


def _log_id(dsn: str) -> str:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("select log_id from log.identity").fetchone()
    assert row is not None
    return str(row[0])


def _tell_who_runs(places: Places) -> None:
    known = state.read(places)
    who = f"进程 {known.pid}" if known else "另一进程"
    where = known.web if known and known.web else "…"
    tell(f"已在运行（{who}，{where}）：{places.root} · already running in this data directory; stop it first")
