"""状态 · `hazard status`: each process, each reader's place, the log's end, how far behind, the last error."""

import asyncio
import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from services import logs
from services.cli import state
from services.cli.installation import Settings
from services.cli.looking import Reader, Status, look
from services.cli.supervisor import Standing
from services.hazard import figures
from services.servers.places import Places

PLACE = ZoneInfo("Asia/Shanghai")
STOPPED = frozenset({"ahead", "forked"})


def status(*, json: bool = False) -> int:
    """查看状态 · Show processes, readers and lag; exit status 0 when everything runs and answers.

    Parameters
    ----------
    json
        以 JSON 输出 · Print one JSON object.
    """
    logs.configure(level=logging.ERROR)
    places = Places(Settings().data_dir.resolve())
    known = state.read(places)
    if known is None:
        print(f"这里还没有启动过 · nothing has been started here: {places.root}")
        return 1
    found = asyncio.run(look(places, known))
    if json:
        print(TypeAdapter(Status).dump_json(found, indent=2).decode())
    else:
        _show(found, Console())
    return 0 if is_sound(found) else 1


def is_sound(found: Status) -> bool:
    """正常 · Every process runs, every server answers, and nothing keeps the relay from publishing."""
    stopped = found.relay is not None and (found.relay.refusing or found.relay.state in STOPPED)
    return found.running and not found.errors and not stopped and all(p.pid for p in found.processes)


def _show(found: Status, console: Console) -> None:
    where = found.web if found.running else "未运行 · not running"
    console.print(f"{where}    {found.data}", soft_wrap=True)
    console.print(_processes(found.processes))
    if found.log is not None:
        console.print(f"日志末端 · end of the log: {found.log.position}    {_instant(found.log.appended_at)}")
        console.print(f"已备余量 · room for {found.log.room:,} more events")
    if found.relay is not None:
        _show_relay(found.relay, console)
    if found.checkpoint is not None:
        signed = found.checkpoint
        said = f"最近检查点 · last checkpoint: {signed.size}    {_instant(signed.signed_at)}    {signed.fingerprint}"
        console.print(said, soft_wrap=True)
    console.print(_readers(found.readers))
    for standing in found.processes:
        if standing.last_words:
            at = _instant(standing.ended_at)
            console.print(
                f"{standing.name} 上次退出 · last ended {at}, {standing.exit_status}", style="yellow"
            )
            console.print(standing.last_words, markup=False, highlight=False, soft_wrap=True)
    for last in found.last_errors:
        said = f"{last.process} 最近错误 · last error {_instant(last.at)}  {last.words}"
        console.print(said, style="yellow", markup=False, highlight=False, soft_wrap=True)
    for error in found.errors:
        console.print(error, style="red", markup=False, soft_wrap=True)


def _show_relay(relay: figures.Standing, console: Console) -> None:
    stopped = relay.state in STOPPED
    compared = f"    比对于 · compared {_instant(relay.compared_at)}"
    behind = f"    未转发 {relay.behind_events} 条，{relay.behind_seconds:g} 秒"
    said = f"转发 · relay: {figures.STATES[relay.state]}{compared}{behind}"
    console.print(said, style="red" if stopped else "", soft_wrap=True)
    if stopped and relay.reason:
        console.print(relay.reason, style="red", markup=False, highlight=False, soft_wrap=True)
    if relay.refusing:
        console.print(
            f"日志暂停受理 · the log refuses: {relay.refusing}", style="red", markup=False, soft_wrap=True
        )


def _processes(standings: tuple[Standing, ...]) -> Table:
    table = Table("进程\nprocess", "\npid", "启动\nsince", "重启\nrestarts")
    for standing in standings:
        pid = str(standing.pid) if standing.pid else "—"
        table.add_row(standing.name, pid, _instant(standing.since), str(standing.restarts))
    return table


def _readers(readers: tuple[Reader, ...]) -> Table:
    table = Table()
    table.add_column("读者\nreader", no_wrap=True)
    for heading in ("位置\nposition", "落后（条）\nevents behind", "落后（秒）\nseconds behind"):
        table.add_column(heading, justify="right")
    table.add_column("错误\nlast error", overflow="fold")
    for reader in readers:
        lag = str(reader.behind_events), f"{reader.behind_seconds:g}"
        table.add_row(reader.name, str(reader.position), *lag, reader.last_error or "")
    return table


def _instant(at: datetime | None) -> str:
    return at.astimezone(PLACE).strftime("%Y-%m-%d %H:%M:%S") if at else "—"
