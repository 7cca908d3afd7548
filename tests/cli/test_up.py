"""启动与停止 · `hazard up` as a process: what it starts, it ends, whatever ends it and whenever."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from services.projections import trail
from services.servers import leftovers, postgres
from services.servers.places import Places
from services.servers.process import alive

SERVERS, SERVICES, READY = "启动数据库与消息服务器", "启动网页与后台进程", "curl -H"
NAMES = {"postgres", "nats", "relay", "projector", "notifier", "web"}


def hazard(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "services.cli.main", *arguments]


def environment(data: Places) -> dict[str, str]:
    # Nobody looks at pages here, and their library takes longer to import than all else.
    return {
        **os.environ,
        "HAZARD_DATA_DIR": str(data.root),
        "HAZARD_CONSOLE": "false",
        "PYTHONUNBUFFERED": "1",
    }


class Up:
    """A running `hazard up` and what it prints."""

    def __init__(self, data: Places) -> None:
        self.process = subprocess.Popen(
            hazard("up"), env=environment(data), stdout=subprocess.PIPE, text=True
        )
        self.data = data
        self.printed: list[str] = []
        self.curl = ""

    def until(self, words: str) -> str:
        """Reads on to the line with these words."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)
            if words in line:
                return line
        raise AssertionError("".join(self.printed))

    def end(self) -> int:
        """Reads to the end and gives the exit status."""
        assert self.process.stdout is not None
        self.printed += self.process.stdout.readlines()
        return self.process.wait(60)


@contextmanager
def up(data: Places) -> Iterator[Up]:
    started = Up(data)
    try:
        yield started
    finally:
        started.process.kill()
        started.process.communicate()


@pytest.fixture
def data() -> Iterator[Places]:
    with fresh_directory() as places:
        yield places


@pytest.fixture(scope="module")
def running() -> Iterator[Up]:
    """One installation that is up, for all tests that do not end it."""
    with fresh_directory() as places, up(places) as started:
        started.curl = started.until(READY)
        yield started


@contextmanager
def fresh_directory() -> Iterator[Places]:
    places = Places(Path(tempfile.mkdtemp(prefix="hazard-test-")))
    yield places
    leftovers.end(places)
    shutil.rmtree(places.root)


def left(data: Places) -> list[psutil.Process]:
    return [*leftovers._marked(data), *postgres.processes_of(data.postgres)]


def run(data: Places, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        hazard(*arguments),
        env=environment(data),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.mark.parametrize(("moment", "asked"), [(SERVERS, signal.SIGINT), (SERVICES, signal.SIGTERM)])
def test_asked_to_stop_while_it_starts_it_leaves_no_process(
    data: Places, moment: str, asked: signal.Signals
) -> None:
    with up(data) as started:
        started.until(moment)
        started.process.send_signal(asked)

        assert started.end() == 0
        assert left(data) == []


def test_after_a_kill_the_next_start_ends_what_was_left_and_stops_everything_in_order(data: Places) -> None:
    with up(data) as killed:
        killed.until(READY)
        before = left(data)
        killed.process.kill()
        killed.end()
        survivors = [process for process in before if alive(process)]
    with up(data) as next_one:
        next_one.until(READY)
        replaced = not any(alive(process) for process in before)
        for _ in range(3):  # an impatient hand on Ctrl-C
            next_one.process.send_signal(signal.SIGINT)
        status = next_one.end()
    stopped = [
        line.split()[1] for line in next_one.printed if line.startswith("停止 ") and "stopping" in line
    ]

    assert len(survivors) >= len(NAMES)
    assert replaced
    assert status == 0
    assert stopped == ["web", "notifier", "projector", "relay", "nats", "postgres"]
    assert left(data) == []


def test_the_printed_curl_line_works(running: Up) -> None:
    answer = subprocess.run(
        ["sh", "-c", running.curl.replace("curl", "curl -sS -o /dev/null -w '%{http_code}'", 1)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.stdout == "200", answer.stderr


def test_the_shipped_reader_is_named_and_its_password_is_not(running: Up) -> None:
    [line] = [line for line in running.printed if "订阅账户" in line]
    [password] = [
        secret
        for user, secret in json.loads((running.data.secrets / "nats.json").read_text()).items()
        if user == "reader-330111"
    ]

    assert "nats://reader-330111@127.0.0.1:" in line
    assert str(running.data.secrets / "nats.json") in line
    assert password not in "".join(running.printed)


def test_a_second_start_on_the_same_directory_says_so_and_ends(running: Up) -> None:
    second = run(running.data, "up")

    assert second.returncode == 1
    assert f"已在运行（进程 {running.process.pid}" in second.stdout
    assert running.process.poll() is None


def test_status_shows_every_process_and_reader(running: Up) -> None:
    found = json.loads(run(running.data, "status", "--json").stdout)

    assert {process["name"] for process in found["processes"]} == NAMES
    assert {"relay", "reader-330111", "notifier", f"{trail.NAME} v{trail.VERSION}"} <= {
        reader["name"] for reader in found["readers"]
    }
    assert found["errors"] == []


def test_a_person_can_read_the_status(running: Up) -> None:
    shown = run(running.data, "status").stdout

    assert "日志末端" in shown
    assert all(name in shown for name in NAMES)


@pytest.mark.parametrize("name", ["web", "nats", "postgres"])
def test_a_killed_process_is_started_again(running: Up, name: str) -> None:
    standings = json.loads(run(running.data, "status", "--json").stdout)["processes"]
    [pid] = [standing["pid"] for standing in standings if standing["name"] == name]
    os.kill(pid, signal.SIGKILL)

    assert "重启" in running.until(f"{name} 已退出")


def test_status_of_a_stopped_installation_says_so(data: Places) -> None:
    with up(data) as started:
        started.until(SERVERS)
        started.process.terminate()
        started.end()
    found = run(data, "status", "--json")

    assert found.returncode == 1
    assert json.loads(found.stdout)["running"] is False
    assert all(process["pid"] is None for process in json.loads(found.stdout)["processes"])


def test_status_of_nothing_says_so(data: Places) -> None:
    found = run(data, "status")

    assert found.returncode == 1
    assert "这里还没有启动过" in found.stdout


def test_a_ledger_that_is_not_there_is_told_before_anything_starts(data: Places) -> None:
    found = run(data, "up", "--ledger", "没有.xlsx")

    assert found.returncode == 2
    assert "找不到台账文件" in found.stdout
    assert not data.postgres.exists()
