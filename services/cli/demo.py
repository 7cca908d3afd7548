"""演示 · `hazard demo`: the whole system once, in a directory of its own, and does all of it agree?"""

import asyncio
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import httpx2
from cyclopts import Parameter

from services import logs, tokens
from services.cli import state
from services.cli.calling import CallingSettings, client, token_of
from services.cli.demo_service import publish_form, serve
from services.cli.demo_story import TOWN, DemoFailed, Story
from services.cli.looking import RELAY, Status, look
from services.servers import leftovers
from services.servers.places import Places
from services.servers.process import MARK

PATIENCE = 900.0  # seconds until the demo gives up on a machine that is too slow
POLL = 0.2
STOPPING = 60.0  # seconds the installation has for stopping in order
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PAGE = 200
FIRST_RUNG = 7  # days before a deadline when the first reminder is owed

Answer = dict[str, Any]  # a JSON answer
Tell = Callable[[str], None]


def demo(*, as_json: Annotated[bool, Parameter(name="--json", negative=())] = False) -> int:
    """演示 · Start everything, import the sample, close one general and one major hazard over HTTP.

    在全新的临时目录中启动整套系统，核对事件、事件流、读模型与提醒，全部一致才返回 0，结束后不留痕迹。

    Parameters
    ----------
    as_json
        只输出一个 JSON 对象 · Print one flat JSON object and nothing else.
    """
    logs.configure(level=logging.WARNING)
    tell: Tell = (lambda _: None) if as_json else print
    began = time.monotonic()
    try:
        with installation(tell) as places:
            figures = asyncio.run(run(places, tell))
    except DemoFailed as failed:
        print(f"演示未通过：{failed}", file=sys.stderr)
        return 1
    figures["seconds"] = round(time.monotonic() - began, 1)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        print(
            "\n全部一致 · everything agrees\n"
            + "\n".join(f"  {key:<16}{value}" for key, value in figures.items())
        )
    return 0


@contextmanager
def installation(tell: Tell) -> Iterator[Places]:
    """一次安装 · A whole system under a temporary directory, filled with the sample; nothing is left of it.

    Also SIGTERM and SIGHUP end it so. Raises DemoFailed when it does not come up or does not stop in order.
    """
    with ExitStack() as stack:
        stack.enter_context(leaving_on_signals())
        places = Places(Path(tempfile.mkdtemp(prefix="hazard-demo-")).resolve())
        stack.callback(shutil.rmtree, places.root, ignore_errors=True)
        stack.callback(leftovers.end, places)
        tell("启动整套系统并装入示例台账 · starting everything and importing the sample")
        child = started(places)
        try:
            wait_for(partial(filled, places, child), "示例台账装入")
            yield places
        finally:
            for number in STOPS:
                signal.signal(
                    number, signal.SIG_IGN
                )  # the end is under way: who is impatient must not break it off
            status = stopped(child)
        if status != 0:
            raise DemoFailed(f"系统没有正常停止（退出状态 {status}）")


@contextmanager
def leaving_on_signals() -> Iterator[None]:
    """遇信号即退出 · A signal to stop becomes SystemExit, which passes every `finally`; one ignored stays so."""

    def leave(number: int, _: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    before = {number: signal.getsignal(number) for number in STOPS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def started(places: Places) -> subprocess.Popen[bytes]:
    """启动 · `hazard up --sample` in a directory, whatever the environment says of another installation."""
    places.root.chmod(0o711)  # the database's account passes through
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("HAZARD_")}
    surroundings |= {"HAZARD_DATA_DIR": str(places.root), "HAZARD_WEB_PORT": "0", "HAZARD_SWEEP_SECONDS": "1"}
    surroundings[MARK] = str(places.root)  # as what it starts bears it: so it is found whatever happens to us
    command = [sys.executable, "-m", "services.cli.main", "up", "--sample"]
    with (places.root / "demo.log").open("wb") as log:
        return subprocess.Popen(command, env=surroundings, stdout=log, stderr=log, start_new_session=True)  # noqa: S603  # our own command line


def stopped(child: subprocess.Popen[bytes], patience: float = STOPPING) -> int:
    """停止 · Asks it to end and gives its exit status; one that does not in time is killed, what it has started not."""
    child.terminate()
    try:
        return child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def filled(places: Places, child: subprocess.Popen[bytes]) -> bool:
    """已装入 · The sample is in and the system has said where it answers."""
    if child.poll() is not None:
        raise DemoFailed("系统未能启动：\n" + (places.root / "demo.log").read_text(encoding="utf-8")[-2000:])
    return (places.root / "sample.loaded").exists()


def wait_for(ready: Callable[[], bool], what: str) -> None:
    """等待 · Until it is so.

    Raises DemoFailed.
    """
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > deadline:
            raise DemoFailed(f"{what}超过 {PATIENCE:.0f} 秒未完成")
        time.sleep(POLL)


async def run(places: Places, tell: Tell) -> Answer:
    """走一遍 · The two lives, then what the read models, the stream and the reminders say of them."""
    # Named one by one, for the environment may speak of another installation.
    settings = CallingSettings(
        data_dir=places.root,
        web_address=None,
        town=TOWN,
        token_issuer=tokens.ISSUER,
        token_audience=tokens.AUDIENCE,
    )
    known = state.read(places)
    if known is None:
        raise DemoFailed("系统没有写下它的地址")
    with client(settings) as web:
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
        story = Story(web, partial(token_of, settings), today, tell)
        tell("\n一般隐患 · a general hazard")
        story.prepare()
        form = publish_form(story)
        story.general(form)
        tell("\n重大隐患 · a major hazard")
        story.major()
        tell("\n社会化服务与专项行动 · a service plan and a campaign")
        plan = serve(story, form)
        status = await caught_up(places, known)
        return await agree(Reading(web, story, tell, plan), status)


async def caught_up(places: Places, known: state.State) -> Status:
    """已追上 · Every reader of our own stands at the log's end.

    Raises DemoFailed.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        status = await look(places, known)
        own = [reader for reader in status.readers if not reader.name.startswith("reader-")]
        if status.log and own and all(reader.position == status.log.position for reader in own):
            return status
        if time.monotonic() > deadline:
            raise DemoFailed(f"读模型没有追上：{status.readers}")
        await asyncio.sleep(POLL)


@dataclass(slots=True)
class Reading:
    """读 · What an officer of the town reads, on tables that hold the last write."""

    web: httpx2.Client
    story: Story
    tell: Tell
    plan: str

    def get(self, path: str, **query: str | int) -> Answer:
        """读取 · One answer, not older than the story's last step."""
        who = self.story.of("officer")
        answer = self.web.get(
            f"/api/v1/{path}", params=query, headers=who | {"Min-Position": self.story.position}
        )
        if not answer.is_success:
            raise DemoFailed(f"{path}：HTTP {answer.status_code} {answer.text[:200]}")
        body: Answer = answer.json()
        return body

    def every(self, path: str, **query: str | int) -> list[Answer]:
        """全部 · All pages of a list."""
        items: list[Answer] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.get(path, limit=PAGE, **query, **cursor)
            items += page["items"]
            if not page.get("next"):
                return items
            cursor = {"cursor": page["next"]}


async def agree(read: Reading, status: Status) -> Answer:
    """核对 · The log, the stream, the ledger, the tallies and the reminders tell the same.

    Raises DemoFailed.
    """
    assert status.log is not None  # caught_up has looked
    last = next(reader.position for reader in status.readers if reader.name == RELAY)
    hazards = [hazard for hazard in read.every("hazards", division=TOWN) if not hazard["draft"]]
    closed = [hazard for hazard in hazards if hazard["status"] == "CLOSED"]
    major = [hazard for hazard in hazards if hazard["level"] == "MAJOR"]
    reminders = await everybody_told(read, hazards)
    show(read, reminders)
    dates = sorted(hazard["found_on"] for hazard in hazards)
    tallies = read.get("tallies", division=TOWN, **{"from": dates[0], "to": dates[-1]})["period"]
    check("事件与事件流", status.log.position, last)
    check("台账与统计的隐患数", len(hazards), tallies["N04"]["found"])
    check("台账与统计的重大隐患数", len(major), tallies["N04"]["major"])
    check("台账与统计的销号数", len(closed), tallies["N09"]["closed"])
    for hazard in read.story.hazards:
        check("故事中的隐患", read.get(f"hazards/{hazard}")["status"], "CLOSED")
    check("故事中的指令书", read.get(f"notices/{read.story.notice}")["state"], "DONE")
    same = ("hazard", "kind", "rung", "recipient", "due")
    check("提醒不重复", len({tuple(item[name] for name in same) for item in reminders}), len(reminders))
    return {
        "enterprises": len(read.every("enterprises")),
        "hazards": len(hazards),
        "closed": len(closed),
        "major": len(major),
        "events": status.log.position,
        "stream_last_seq": last,
        "reminders": sum(1 for item in reminders for sent in item["deliveries"] if sent["state"] == "sent"),
    }


async def everybody_told(read: Reading, hazards: list[Answer]) -> list[Answer]:
    """已提醒 · Waits until each hazard whose deadline is near or past has had its reminder; gives them all.

    Raises DemoFailed.
    """
    due = {hazard["id"] for hazard in hazards if hazard["status"] == "RECTIFYING" and is_near(hazard)}
    deadline = time.monotonic() + PATIENCE
    while True:
        reminders = read.every("reminders")
        told = {
            item["hazard"]
            for item in reminders
            if any(sent["state"] == "sent" for sent in item["deliveries"])
        }
        if due <= told:
            return reminders
        if time.monotonic() > deadline:
            raise DemoFailed(f"{len(due - told)} 条临期或逾期隐患没有提醒")
        await asyncio.sleep(POLL)


def is_near(hazard: Answer) -> bool:
    """临期 · The deadline is within seven days, or past."""
    return hazard["days_left"] is not None and hazard["days_left"] <= FIRST_RUNG


def check(what: str, one: object, other: object) -> None:
    """一致 · Two figures for the same thing.

    Raises DemoFailed.
    """
    if one != other:
        raise DemoFailed(f"{what}不一致：{one} 与 {other}")


def show(read: Reading, reminders: list[Answer]) -> None:
    """展示 · One trail, one file, the street's tallies, the latest reminders."""
    trail = read.get(f"hazards/{read.story.hazards[-1]}/trail")
    read.tell(f"\n隐患履历 · trail of {trail['number']}")
    for step in trail["steps"]:
        read.tell(f"  {step['occurred_at'][:16]}  {step['text']}")
    file = read.get(f"enterprises/{read.story.enterprise}/file")
    read.tell(f"\n一企一档 · file of {file['profile']['name']}")
    read.tell(f"  {json.dumps(file['figures'], ensure_ascii=False)}")
    matrix = read.get(f"service-plans/{read.plan}/matrix")
    read.tell(f"\n服务计划 · the service plan of {matrix['year']}（检查、督促、复查：已办/应办）")
    for quarter in matrix["quarters"]:
        cells = "  ".join(f"{cell['duty_name']} {cell['done']}/{cell['owed']}" for cell in quarter["cells"])
        read.tell(f"  第{quarter['quarter']}季度  {cells}  {quarter['state_name']}")
    year = str(read.story.today.year)
    tallies = read.get("tallies", division=TOWN, **{"from": f"{year}-01-01", "to": f"{year}-12-31"})
    read.tell("\n统计 · tallies of the street")
    for code, figures in tallies["period"].items():
        read.tell(f"  {code}  {json.dumps(figures, ensure_ascii=False)}")
    read.tell(f"\n提醒 · reminders ({len(reminders)})")
    for item in reminders[:5]:
        read.tell(f"  {item['rung']:<5} {item['number']}  {item['verdict_name']}")
