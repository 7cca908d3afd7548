"""性能测试自身 · A real run of every measure, as small as can be: its keys, its figures, and that nothing is left."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from services.cli.bench import command, load
from services.cli.bench.figures import Figures, nest, percentile
from services.cli.bench.jobs import Job
from services.cli.bench.size import TINY
from services.cli.bench.trivial import ANSWER
from services.cli.bench.wire import length_of, request
from services.servers.process import MARK

PROMISED = (
    "http.ours_rps",
    "http.ours_paused_rps",
    "http.loading_rps",
    "http.noop_rps",
    "http.stock_rps",
    "http.p99_ms",
    "append.bulk_eps",
    "relay.p99_ms",
    "growth.ratio_1200_to_600",
)
PATIENCE = 240


def marked(folder: str) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK, "").startswith(folder):
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


@pytest.fixture
def temporary() -> Iterator[str]:
    """Not pytest's own temporary folder: it is closed to the account PostgreSQL runs as under the superuser."""
    folder = Path(tempfile.mkdtemp(prefix="hazard-test-bench-"))
    folder.chmod(0o711)
    yield str(folder)
    folder.rmdir()  # whatever ran in it has left nothing there


def test_every_measure_gives_its_figures_and_leaves_nothing_running(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], temporary: str
):
    monkeypatch.setattr(command, "QUICK", TINY)
    monkeypatch.setattr(tempfile, "tempdir", temporary)

    status = command.bench(quick=True, as_json=True)
    told = capsys.readouterr()
    figures = json.loads(told.out)

    assert status == 0, told.err
    for key in PROMISED:
        value = figures
        for name in key.split("."):
            value = value[name]
        assert value > 0, key
    assert figures["postgres"]["fsync"] == "on"
    assert figures["errors"] == []
    assert marked(temporary) == []


def test_a_measure_nobody_knows_is_named_before_anything_starts(capsys: pytest.CaptureFixture[str]):
    assert command.bench(only="http,speed") == 1
    assert "speed" in capsys.readouterr().err


def test_a_directory_that_holds_something_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "mine").touch()

    assert command.bench(keep=tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert str(tmp_path) in capsys.readouterr().err


def test_ctrl_c_ends_everything_and_says_130(temporary: str):
    running = subprocess.Popen(
        [sys.executable, "-P", "-m", "services.cli.main", "bench", "--quick", "--only", "append"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": temporary},
    )
    assert running.stderr is not None
    said = b""
    limit = time.monotonic() + PATIENCE
    while "批量追加".encode() not in said and time.monotonic() < limit:
        said += running.stderr.read1()
    running.send_signal(signal.SIGINT)
    running.communicate()

    assert running.returncode == 130
    assert marked(temporary) == []


async def test_an_answer_that_is_no_success_is_an_error_and_not_a_result():
    came: list[asyncio.StreamWriter] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(writer)
        while await reader.read(65536):
            writer.write(b"HTTP/1.1 409 Conflict\r\ncontent-length: 2\r\n\r\n{}")

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    job = Job(port=port, lines=[("POST /", {})], bodies=["{}"], token="", clients=2, seconds=5, times=6)

    result = await load.run(job)

    server.close()
    for writer in came:
        writer.close()
        await writer.wait_closed()
    assert (result.done, result.errors, result.sent) == (0, 6, 6)
    assert result.complaint.startswith("HTTP/1.1 409 Conflict")


async def test_paced_requests_go_round_all_connections():
    """A server closes a connection that was silent for some seconds: none may be left unused for long."""
    answers: list[int] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mine = len(answers)
        answers.append(0)
        with suppress(asyncio.IncompleteReadError):  # the client went away
            while length := length_of(received := await reader.readuntil(b"\r\n\r\n")):
                await reader.readexactly(length - len(received))
                answers[mine] += 1
                writer.write(ANSWER)
        writer.close()
        await writer.wait_closed()
        gone.release()

    gone = asyncio.Semaphore(0)
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    job = Job(port=port, lines=[("/", {})] * 12, bodies=["{}"], token="t", clients=4, seconds=1, rate=100)
    result = await load.run(job)
    for _ in answers:
        await gone.acquire()

    server.close()
    assert result.done == 12
    assert answers == [3, 3, 3, 3]


def test_a_dot_in_a_key_is_nesting():
    figures = Figures()
    for value in (3.0, 1.0, 2.0):
        figures.add("http.ours_rps", value)

    assert nest(figures.medians()) == {"http": {"ours_rps": 2.0}}


def test_the_99th_percentile_lies_between_the_values_around_it():
    assert percentile(list(range(1, 101)), 99) == pytest.approx(99.01)
    assert percentile([7.0], 99) == 7.0


def test_a_message_is_as_long_as_its_head_says():
    whole = request("POST /x", {"A": "b"}, "正文".encode())

    assert length_of(whole + b"GET") == len(whole)
    assert length_of(whole[:20]) == 0
    assert length_of(b"HTTP/1.1 204 No Content\r\n\r\n") == 27
