"""读模型 · `hazard projections`: how the read models stand; rebuild, compare, switch; what was set aside."""

import json as jsons
import time
from typing import Annotated, Any

import httpx2
from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from services.cli.policy_calling import Refusal, calling, get, post

LOOK_EVERY = 0.5  # seconds
STATES = {
    "absent": "尚无",
    "building": "建立中",
    "paused": "已暂停",
    "stopped": "出错停止",
    "following": "跟随中",
}

app = App(
    name="projections",
    help="""读模型 · Watch over the read models.

读模型（台账、履历、一企一档、统计等）由事件日志算出，可随时重建。重建在旁进行，不影响查询：追上后先看差异，再切换。
出错的事件连同同一对象的后续事件搁置，其他照常；改正后重试，或附事由跳过。
Read models are computed from the log. A rebuild goes on beside the live one: look at the difference, then switch.

hazard projections status

hazard projections rebuild ledger --reason "核对台账"

hazard projections diff ledger

hazard projections switch ledger --reason "无差异"

hazard projections parked ledger

hazard projections skip ledger 7 --reason "重复录入"
""",
)

ReasonOption = Annotated[str, Parameter(name="--reason", help="事由，留存备查 · why; kept with who and when")]
PersonOption = Annotated[str, Parameter(name="--person", help="办理人标识 · who does it")]
JsonOption = Annotated[bool, Parameter(name="--json", help="以 JSON 输出 · as JSON")]
Told = dict[str, Any]  # members of a JSON answer


@app.command
def status(*, json: JsonOption = False) -> int:
    """查看读模型 · Position, end of the log, lag, rate, state, version, last error; exit status 1 when one is unhealthy."""
    sound = True

    def shown(web: httpx2.Client) -> None:
        nonlocal sound
        models = get(web, "projections")["projections"]
        sound = all(model["healthy"] for model in models)
        if json:
            print(jsons.dumps(models, ensure_ascii=False, indent=2))
        else:
            Console().print(table_of(models))

    return calling(shown) or int(not sound)


def table_of(models: list[Told]) -> Table:
    """成表 · One line for each read model, and one more for its rebuild."""
    table = Table()
    table.add_column("读模型\nread model", no_wrap=True)
    table.add_column("状态\nstate")
    headings = (
        "位置\nposition",
        "日志末端\nend",
        "落后（条）\nevents",
        "落后（秒）\nseconds",
        "条/秒\nrate",
        "搁置\nparked",
    )
    for heading in headings:
        table.add_column(heading, justify="right")
    table.add_column("错误\nlast error", overflow="fold")
    for one in models:
        lag = [_number(one[name]) for name in ("head", "lag_events", "lag_seconds", "rate")]
        table.add_row(
            f"{one['name']} v{one['version']}",
            STATES[one["state"]],
            _number(one["position"]),
            *lag,
            str(one["parked"]),
            one["last_error"] or "",
            style=None if one["healthy"] else "red",
        )
        if one["rebuild"]:
            table.add_row(*_rebuild(one["rebuild"]), style="cyan")
    return table


def _rebuild(rebuild: Told) -> tuple[str, ...]:
    left = f"剩 {rebuild['seconds_left']:.0f}" if rebuild["seconds_left"] is not None else ""
    done = f"{rebuild['ratio']:.1%}"
    rate = _number(rebuild["rate"])
    return (
        f"  └ 重建 v{rebuild['version']}",
        {"building": "重建中", "ready": "待切换", "switching": "切换中", "failed": "已停止"}[
            rebuild["state"]
        ],
        _number(rebuild["position"]),
        "",
        done,
        left,
        rate,
        "",
        rebuild["last_error"] or rebuild["reason"],
    )


def _number(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


@app.command
def rebuild(
    name: str,
    *,
    reason: ReasonOption,
    at_once: Annotated[
        bool, Parameter(name="--at-once", help="追上后自动切换 · switch by itself when it is ready")
    ] = False,
    person: PersonOption = "p-operator",
    wait: Annotated[bool, Parameter(help="等到追上 · wait until it is ready")] = True,
) -> int:
    """重建读模型 · Build it anew beside the live one, with a progress bar; `switch` lets it take the place."""

    def begun(web: httpx2.Client) -> None:
        post(web, f"projections/{name}/rebuild", {"reason": reason, "at_once": at_once})
        if wait:
            _watch(web, name)
            print("已切换" if at_once else f"已就绪：hazard projections diff {name}，再 switch 或 cancel")

    return calling(begun, person=person)


def _watch(web: httpx2.Client, name: str) -> None:
    """Until it is ready, switched or failed. Raises Refusal for what stopped it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]} 条/秒"),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as bar:
        task = bar.add_task(f"重建 {name}", total=1.0, rate="—")
        while (found := _one(web, name)["rebuild"]) is not None and found["state"] == "building":
            bar.update(task, completed=found["ratio"], rate=_number(found["rate"]))
            time.sleep(LOOK_EVERY)
        if found is not None and found["state"] == "failed":
            raise Refusal(f"重建已停止：{found['last_error']}")
        bar.update(task, completed=1.0)


def _one(web: httpx2.Client, name: str) -> Told:
    for one in get(web, "projections")["projections"]:
        if one["name"] == name:
            found: Told = one
            return found
    raise Refusal(f"没有名为「{name}」的读模型")


@app.command
def diff(name: str, *, json: JsonOption = False) -> int:
    """查看差异 · What a rebuild that is ready holds otherwise than the live read model, row by row counted, some shown."""

    def shown(web: httpx2.Client) -> None:
        found = _one(web, name)["rebuild"]
        if found is None or found["difference"] is None:
            raise Refusal(f"「{name}」没有已就绪的重建")
        if json:
            print(jsons.dumps(found["difference"], ensure_ascii=False, indent=2))
            return
        for line in lines_of(found["difference"]):
            print(line)

    return calling(shown)


def lines_of(difference: Told) -> list[str]:
    """差异成行 · Each table with its counts, then the rows that are shown."""
    where = f"现用 {difference['live_position']}，新建 {difference['built_position']}"
    lines = [where + ("" if difference["same_position"] else "（位置不同，差异仅供参考）")]
    for one in difference["tables"]:
        counts = f"行数 {one['live_rows']} → {one['built_rows']}"
        lone = f"只在现用 {one['only_live']}，只在新建 {one['only_built']}"
        lines.append(f"{one['table']}：{counts}；{lone}")
        for mark, rows in (("-", one["shown_live"]), ("+", one["shown_built"])):
            lines += [f"  {mark} {jsons.dumps(row, ensure_ascii=False)}" for row in rows]
    return lines


def _act(name: str, path: str, reason: str, person: str, done: str) -> int:
    def acted(web: httpx2.Client) -> None:
        post(web, f"projections/{name}/{path}", {"reason": reason})
        print(done)

    return calling(acted, person=person)


@app.command
def switch(name: str, *, reason: ReasonOption, person: PersonOption = "p-operator") -> int:
    """切换 · Let the rebuild take the live read model's place, in one transaction; no read fails."""
    return _act(name, "switch", reason, person, "即将切换")


@app.command
def cancel(name: str, *, reason: ReasonOption, person: PersonOption = "p-operator") -> int:
    """取消重建 · Give the rebuild up; the live read model stays as it is."""
    return _act(name, "cancel", reason, person, "已取消")


@app.command
def pause(name: str, *, reason: ReasonOption, person: PersonOption = "p-operator") -> int:
    """暂停 · Hold a read model still; what it shows ages until it is resumed."""
    return _act(name, "pause", reason, person, "已暂停")


@app.command
def resume(name: str, *, reason: ReasonOption, person: PersonOption = "p-operator") -> int:
    """恢复 · Let it go on from where it was held."""
    return _act(name, "resume", reason, person, "已恢复")


@app.command
def parked(name: str, *, skipped: bool = False, json: JsonOption = False) -> int:
    """搁置的事件 · Events that could not go in, with error and payload; those behind them wait in their order.

    Parameters
    ----------
    skipped
        连同已跳过的 · Those skipped, too.
    """

    def shown(web: httpx2.Client) -> None:
        items = get(web, f"projections/{name}/parked", skipped=skipped, limit=200)["items"]
        if json:
            print(jsons.dumps(items, ensure_ascii=False, indent=2))
            return
        for one in items:
            why = one["error"] or "排在同一对象的前一事件之后"
            print(f"{one['id']}  第 {one['position']} 号  {one['type']}  {one['subject']}  {why}")
            print(f"    {jsons.dumps(one['payload'], ensure_ascii=False)}")

    return calling(shown)


@app.command
def retry(name: str, number: int, *, reason: ReasonOption, person: PersonOption = "p-operator") -> int:
    """重试 · Try an event that was set aside again, and what waits behind it.

    Parameters
    ----------
    number
        搁置编号，见 parked · Its number, as `parked` shows it.
    """
    return _act(name, f"parked/{number}/retry", reason, person, "将重试")


@app.command
def skip(name: str, number: int, *, reason: ReasonOption, person: PersonOption = "p-operator") -> int:
    """跳过 · Leave an event out of this read model for good, with a reason; what waits behind it goes in.

    Parameters
    ----------
    number
        搁置编号，见 parked · Its number, as `parked` shows it.
    """
    return _act(name, f"parked/{number}/skip", reason, person, "将跳过")
