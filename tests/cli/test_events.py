"""事件尾随 · `hazard events tail` as an operator runs it: a process of its own against a real server."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from given.golden import FOLDER, LIFE, publish
from services.cli import state
from services.cli.events import sentence
from services.cli.installation import held
from services.jetstream import connected, ensure_stream
from services.servers import nats as nats_servers
from services.servers import process
from services.servers.nats import Nats
from services.servers.nats_users import Reader
from services.servers.places import Places
from services.servers.readers import ensure_consumers

READER = "reader-330111"
PATIENCE = 180.0  # seconds for a line
LINES = [
    "       1  2026-06-03 09:41  330111005  隐患 5b1f0c8e  随手拍  配电箱外壳未做保护接地，箱内接线裸露，无漏电保护装置。  专家 p-71",
    "       2  2026-06-03 09:48  330111005  隐患 5b1f0c8e  上报  配电箱外壳未做保护接地，箱内接线裸露，无漏电保护装置。  专家 p-71",
    "       3  2026-06-03 09:48  330111005  隐患 5b1f0c8e  待核实  核实期限 2026-06-05 09:48  专家 p-71",
]


@asynccontextmanager
async def tailing(url: str | None, *arguments: str, data: Path = Path("/nowhere")) -> AsyncIterator[Process]:
    environment = os.environ | {"HAZARD_DATA_DIR": str(data), "PYTHONUTF8": "1"}
    if url is not None:
        environment["HAZARD_NATS_URL"] = url
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli.main", "events", "tail", *arguments),
        env=environment,
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.communicate()


async def tail(url: str | None, *arguments: str, data: Path = Path("/nowhere")) -> tuple[int, list[str], str]:
    """Exit status, lines, and what it said beside them."""
    async with tailing(url, *arguments, data=data) as running:
        out, err = await asyncio.wait_for(running.communicate(), PATIENCE)
        assert running.returncode is not None
        return running.returncode, out.decode().splitlines(), err.decode()


async def line(running: Process) -> str:
    assert running.stdout is not None
    return (await asyncio.wait_for(running.stdout.readline(), PATIENCE)).decode().rstrip("\n")


async def test_a_life_is_told_in_order_from_its_beginning(nats_server: Nats, stream: str) -> None:
    await publish(nats_server, *LIFE[:3])
    told = await tail(nats_server.url("projections"), "--division", "3301", "--from", "1", "--no-follow")

    assert (0, LINES, "") == told


async def test_it_begins_at_a_position(nats_server: Nats, stream: str) -> None:
    await publish(nats_server, *LIFE[:3])
    told = await tail(nats_server.url("projections"), "--from", "3", "--no-follow")

    assert (0, LINES[2:], "") == told


async def test_as_json_the_events_are_byte_for_byte_what_was_published(
    nats_server: Nats, stream: str
) -> None:
    stored = [json.dumps(json.loads(body), ensure_ascii=False).encode() for body in LIFE]
    await publish(nats_server, *stored)
    status, lines, _ = await tail(nats_server.url("projections"), "--json", "--no-follow")

    assert (0, stored) == (status, [told.encode() for told in lines])


async def test_more_events_than_one_request_holds_all_come(nats_server: Nats, stream: str) -> None:
    await publish(nats_server, *LIFE[:1] * 1000)
    await publish(nats_server, *LIFE[:1] * 203)
    status, lines, _ = await tail(nats_server.url("projections"), "--no-follow")

    assert (0, list(range(1, 1204))) == (status, [int(told.split()[0]) for told in lines])


@pytest.mark.parametrize(
    ("division", "positions"),
    [
        ("330106000000", [2]),
        ("330111005", [1, 3]),
        ("330111005201", [3]),
        ("44", []),
    ],
)
async def test_a_division_tells_its_own(
    nats_server: Nats, stream: str, division: str, positions: list[int]
) -> None:
    elsewhere, village = (
        LIFE[1].replace(b"330111005000", other) for other in (b"330106002000", b"330111005201")
    )
    await publish(nats_server, LIFE[0], elsewhere, village)
    _, lines, _ = await tail(nats_server.url("projections"), "--division", division, "--no-follow")

    assert positions == [int(told.split()[0]) for told in lines]


async def test_it_waits_for_more_until_ctrl_c_and_ends_cleanly(nats_server: Nats, stream: str) -> None:
    await publish(nats_server, LIFE[0])
    async with tailing(nats_server.url("projections")) as running:
        first = await line(running)
        await publish(nats_server, LIFE[1])
        second = await line(running)
        running.send_signal(signal.SIGINT)
        rest, said = await asyncio.wait_for(running.communicate(), PATIENCE)

    assert (LINES[:2], b"", b"", 0) == ([first, second], rest, said, running.returncode)


async def test_who_has_read_enough_may_go_away(nats_server: Nats, stream: str) -> None:
    await publish(nats_server, *LIFE)
    async with tailing(nats_server.url("projections")) as running:
        await line(running)
        assert running.stdout is not None
        running.stdout._transport.close()
        await publish(nats_server, *LIFE)
        status = await asyncio.wait_for(running.wait(), PATIENCE)
        assert running.stderr is not None
        said = await running.stderr.read()

    assert (0, b"") == (status, said)


async def test_on_the_machine_itself_nothing_has_to_be_named(
    nats_server: Nats, servers_folder: Places, stream: str
) -> None:
    await publish(nats_server, LIFE[0])
    now = datetime(2026, 6, 3, tzinfo=UTC)
    state.write(servers_folder, state.State(1, now, "", "", nats_server.url("admin"), (), now))
    with held(servers_folder):
        told = await tail(None, "--no-follow", data=servers_folder.root)
    stopped = await tail(None, "--no-follow", data=servers_folder.root)

    assert (0, LINES[:1], "") == told
    assert (1, [], f"系统没有在运行：{servers_folder.root}。请先运行 hazard up\n") == stopped


async def test_a_reader_goes_on_where_it_stands_and_is_told_so(nats_server: Nats, stream: str) -> None:
    async with connected(nats_server.url("admin"), name="test admin") as client:
        await ensure_consumers(client.jetstream(), [Reader("330111")])
    await publish(nats_server, *LIFE[:2])
    before = await tail(nats_server.url(READER), "--no-follow")
    await publish(nats_server, LIFE[2])
    after = await tail(nats_server.url(READER), "--no-follow")

    assert ((0, LINES[:2]), (0, LINES[2:])) == (before[:2], after[:2])
    assert "显示过的即视为已收" in before[2]


@pytest.mark.parametrize("division", ["3", "33011", "33x1", "3301110050001", "杭州"])
async def test_what_is_no_division_is_refused(division: str) -> None:
    said = f"行政区划代码应为 2、4、6、9 或 12 位数字：{division}\n"

    assert (2, [], said) == await tail(None, "--division", division)


async def test_a_position_before_the_first_is_refused() -> None:
    assert (2, [], "位置从 1 开始\n") == await tail(None, "--from", "0")


async def test_where_nothing_was_ever_started_it_says_what_to_do(tmp_path: Path) -> None:
    status, _, said = await tail(None, data=tmp_path)

    assert 1 == status
    assert "请先运行 hazard up" in said
    assert [] == list(os.scandir(tmp_path))


async def test_a_wrong_password_is_told(nats_server: Nats) -> None:
    url = nats_server.url("projections").replace("projections:", "projections:not")
    status, _, said = await tail(url)

    assert 1 == status
    assert "请确认它已启动，用户和口令无误" in said
    assert "Traceback" not in said


async def test_it_outlives_a_restart_of_the_server(own_nats: Nats) -> None:
    with running_server(own_nats):
        none = await tail(own_nats.url("projections"), "--no-follow")
        async with connected(own_nats.url("admin"), name="test admin") as client:
            await ensure_stream(client)
        await publish(own_nats, LIFE[0])
        tailed = tailing(own_nats.url("projections"))
        running = await tailed.__aenter__()
        first = await line(running)
    with running_server(own_nats):
        await publish(own_nats, LIFE[1])
        second = await line(running)
        await tailed.__aexit__(None, None, None)

    assert LINES[:2] == [first, second]
    assert (1, []) == none[:2]
    assert "hazard log prepare" in none[2]


@pytest.fixture
def own_nats(tmp_path: Path) -> Nats:
    for name in ("store", "secrets"):
        (tmp_path / name).mkdir()
    log = tmp_path / "nats.log"
    return nats_servers.prepare(tmp_path / "store", tmp_path / "secrets", log, mark=tmp_path, port=0)


@contextmanager
def running_server(server: Nats) -> Iterator[None]:
    started = process.start(server.program)
    try:
        process.await_answer(server.program, started, partial(nats_servers.answers, server))
        yield
    finally:
        process.stop(started, server.program.stopping)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (
            "hazard.rectification-ordered.1",
            "       7  2026-06-04 15:30  330111005  隐患 HZ-330111-2026-000126  责令整改  期限 2026-06-18  镇街执法人员 p-9",
        ),
        (
            "enterprise.registered.1",
            "       7  2026-05-06 09:00  330111005  企业 3d6f9b72  建档  杭州春江精密压铸有限公司  镇街工作人员（无执法证） p-12",
        ),
        (
            "visit.recorded.1.clean",
            "       7  2026-06-03 00:00  330111005  检查 b307e72f  检查记录  发现 0 处  镇街工作人员（无执法证） p-12",
        ),
        (
            "credit-code.claimed.1",
            "       7  2026-05-06 09:00  330111005  信用代码 91330111MA2B0CDE7X  信用代码登记  镇街工作人员（无执法证） p-12",
        ),
        ("person.appointed.1", "       7  2026-01-04 09:00  330111005  人员 p-9  任职  镇街分管领导 p-4"),
    ],
)
def test_an_event_is_one_line_for_people(file: str, told: str) -> None:
    event = json.loads((FOLDER / f"{file}.json").read_bytes())

    assert told == sentence(7, event)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_every_event_has_a_line(file: Path) -> None:
    told = sentence(1, json.loads(file.read_bytes()))

    assert 1 == len(told.splitlines())


def test_an_event_from_a_later_day_has_a_line_too() -> None:
    event = json.loads(LIFE[0])
    later = {**event, "type": "drone.launched", "subject": "drone/7", "role": "UAV", "data": {}}

    assert "       1  2026-06-03 09:41  330111005  drone 7  drone.launched  UAV p-71" == sentence(1, later)
