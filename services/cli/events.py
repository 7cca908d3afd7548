"""事件 · `hazard events tail`: what happens in a division, in order, as lines for people or as the events themselves."""

import asyncio
import json as jsons
import logging
import os
import sys
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import uvloop
from cyclopts import App, Parameter
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.errors import NotFoundError

from contracts.catalogue import BY_TYPE
from contracts.division import LEVELS, prefix
from contracts.subjects import filter_of
from contracts.values import Role
from services import jetstream, logs
from services.cli import state
from services.cli.installation import Settings
from services.cli.looking import is_running
from services.cli.tailing import Tail, position
from services.cli.until_stopped import until_stopped
from services.servers.nats import known_password
from services.servers.places import Places

SHANGHAI = ZoneInfo("Asia/Shanghai")
PATIENCE = 5.0  # seconds until a server that does not answer is called away
FOLLOWER = "projections"  # the user of an installation that may follow everything and change nothing
AGGREGATES = {
    "hazard": "隐患",
    "enterprise": "企业",
    "visit": "检查",
    "paper": "文书",
    "paper-place": "现行文书",
    "person": "人员",
    "credit-code": "信用代码",
    "policy": "政策",
    "division-tree": "行政区划",
    "number-series": "文号",
    "office-words": "单位代字",
    "notice": "整改指令",
    "service-plan": "服务计划",
    "campaign": "专项行动",
}
DATES = {"deadline": "期限", "plan_due": "方案期限", "reinspection_due": "复查期限"}
INSTANTS = {"due": "核实期限", "report_due": "报告期限"}
TEXTS = (
    *("name", "description", "reason", "remark", "measures", "advice", "content", "progress", "note"),
    *("object_text", "place"),
)
LONGEST = 30  # characters of a text in a line
UUID_LENGTH = 36  # of such an id the first eight characters tell enough

app = App(name="events", help="事件 · Follow the events")


class NotThere(Exception):
    """连不上 · There is no server to read from, or nothing on it; its text says what to do."""


@app.command
def tail(
    *,
    division: Annotated[str, Parameter(help="行政区划代码，可只写前几位 · division, e.g. 3301")] = "",
    start: Annotated[int, Parameter(name="--from", help="从哪个位置开始 · position to begin at")] = 1,
    follow: Annotated[bool, Parameter(help="读到末尾后继续等待 · wait for more at the end")] = True,
    json: Annotated[bool, Parameter(help="原样输出 CloudEvents，每行一个 · the events as they are")] = False,
) -> int:
    """按顺序查看一个区划的事件 · Print a division's events in order from a position, and follow; Ctrl-C ends it.

    HAZARD_NATS_URL names the server and the user; without it, those of the installation in HAZARD_DATA_DIR, else
    ./.data, which must be running.
    """
    wanted = prefix(division) if len(division) == LEVELS[-1] else division
    if wanted and (not wanted.isdecimal() or len(wanted) not in LEVELS):
        return _refused(f"行政区划代码应为 2、4、6、9 或 12 位数字：{division}")
    if start < 1:
        return _refused("位置从 1 开始")
    logs.configure(level=logging.WARNING)
    try:
        url = address(Settings())
        uvloop.run(until_stopped(_tail(url, wanted, start, follow=follow, json=json)))
    except NotThere as reason:
        print(reason, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Who read us has enough; what Python still holds goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def address(settings: Settings) -> str:
    """地址 · The NATS URL to read from, with a user who may follow. Raises NotThere."""
    if settings.nats_url:
        return settings.nats_url
    places = Places(settings.data_dir.resolve())
    known = state.read(places)
    if known is None or not known.nats_url:
        raise NotThere(
            f"这里没有启动过系统：{places.root}。请先运行 hazard up，或用 HAZARD_NATS_URL 指明消息服务器"
        )
    if not is_running(places):
        raise NotThere(f"系统没有在运行：{places.root}。请先运行 hazard up")
    parts = urlsplit(known.nats_url)
    secret = known_password(places.secrets, FOLLOWER)
    if parts.username != "admin" or secret is None:  # a server named from outside
        return known.nats_url
    return urlunsplit(parts._replace(netloc=f"{FOLLOWER}:{secret}@{parts.hostname}:{parts.port}"))


async def _tail(url: str, division: str, start: int, *, follow: bool, json: bool) -> None:
    client = await _connected(url)
    try:
        await _print(Tail(client, filter_of(division[:9]), start), division, follow=follow, json=json)
    finally:
        await client.close()


async def _connected(url: str) -> Client:
    try:
        return await asyncio.wait_for(jetstream.connect(url, name="events"), PATIENCE)
    except TimeoutError:
        parts = urlsplit(url)
        raise NotThere(
            f"消息服务器没有应答：{parts.hostname}:{parts.port}。请确认它已启动，用户和口令无误"
        ) from None


async def _print(reading: Tail, division: str, *, follow: bool, json: bool) -> None:
    if reading.bound:
        print(
            f"以订阅者 {reading.user} 的消费者读取：从它上次确认之处开始，显示过的即视为已收", file=sys.stderr
        )
    try:
        async with aclosing(reading.messages(follow=follow)) as arriving:
            async for messages in arriving:
                lines = [_line(message, division, json=json) for message in messages]
                print("\n".join(line for line in lines if line), end="\n" if any(lines) else "", flush=True)
    except NotFoundError:
        raise NotThere("消息服务器上还没有事件流或该订阅者的消费者。请先运行 hazard log prepare") from None


def _line(message: Msg, division: str, *, json: bool) -> str:
    """One event, or nothing for one of another village: villages are no part of a subject."""
    event = jsons.loads(message.data)
    if not str(event.get("division", "")).startswith(division):
        return ""
    return message.data.decode() if json else sentence(position(message), event)


def sentence(at: int, event: dict[str, Any]) -> str:  # an event of a later version may hold anything
    """一行 · An event for people: position, when, where, what, to what, by whom."""
    known = BY_TYPE.get(event["type"])
    what = (known.__doc__ or "").partition(" · ")[0] if known else event["type"]
    data = event["data"]
    kind, _, key = event["subject"].partition("/")
    role = Role(event["role"]).zh if event["role"] in set(Role) else event["role"]
    parts = (
        f"{at:>8}",
        _minute(event["occurredat"]),
        prefix(event.get("division", "")) or "—",
        f"{AGGREGATES.get(kind, kind)} {data.get('number') or (key[:8] if len(key) == UUID_LENGTH else key)}",
        what,
        *gist(data),
        f"{role} {event['actor']}",
    )
    return "  ".join(parts)


def gist(data: dict[str, Any]) -> list[str]:  # see above
    """要点 · What matters most in an event's data: its date, how many finds, and its first text, cut."""
    dates = [f"{word} {data[name]}" for name, word in DATES.items() if name in data]
    dates += [f"{word} {_minute(data[name])}" for name, word in INSTANTS.items() if name in data]
    finds = [f"发现 {data['finds']} 处"] if "finds" in data else []
    text = next((str(data[name]) for name in TEXTS if data.get(name) not in (None, "")), "")
    cut = f"{text[:LONGEST]}…" if len(text) > LONGEST else text
    return [*dates[:1], *finds, *([cut] if cut else [])]


def _minute(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _refused(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 2
