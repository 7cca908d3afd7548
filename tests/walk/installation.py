"""整套系统 · `hazard up` as a child process, in a data directory of its own, with hands to hurt it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import psutil
import psycopg

from contracts.values import Role
from services import tokens
from services.cli import state
from services.servers import leftovers, postgres
from services.servers.nats import known_password
from services.servers.places import Places

TOWN = "330111005000"
READY = "curl -H"
PATIENCE = 400  # seconds for anything to happen; a loaded machine is slow, a stuck one is stuck
GLANCE = 0.05
AWAY = (httpx2.TransportError,)


def until(happened: Callable[[], Any], what: str) -> Any:
    """等到 · What a question answers as soon as that is true."""
    limit = time.monotonic() + PATIENCE
    while not (answer := happened()):
        assert time.monotonic() < limit, what
        time.sleep(GLANCE)
    return answer


@dataclass
class Installation:
    """安装 · One data directory and the `hazard up` that runs in it."""

    places: Places
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    console: bool = False
    key: object = field(init=False)

    @property
    def known(self) -> state.State:
        known = state.read(self.places)
        assert known is not None
        return known

    @property
    def printed(self) -> str:
        return (self.places.root / f"up-{self.starts}.out").read_text(encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """环境 · Of a command that is typed for this data directory."""
        mine = {
            "HAZARD_DATA_DIR": str(self.places.root),
            "HAZARD_WEB_PORT": "0",
            "HAZARD_CONSOLE": str(self.console),
            "PYTHONUNBUFFERED": "1",
        }
        others = {name: value for name, value in os.environ.items() if not name.startswith("HAZARD_")}
        return {**others, **mine}

    def start(self) -> None:
        self.starts += 1
        with (self.places.root / f"up-{self.starts}.out").open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "services.cli.main", "up"],
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        until(lambda: READY in self.printed or self.process.poll() is not None, "hazard up is ready")
        assert self.process.poll() is None, self.printed
        self.key = tokens.own_key(self.places.root)

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def hazard(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """命令 · What an operator types beside it."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "services.cli.main", *arguments],
            env={**self.environment, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def left(self) -> list[psutil.Process]:
        """留下的进程 · What still runs on this data directory."""
        return [*leftovers._marked(self.places), *postgres.processes_of(self.places.postgres)]

    # ---- hurting it

    def kill(self, name: str) -> int:
        """杀掉 · SIGKILL to a process of the installation; gives the number it had."""
        pid = until(lambda: self.pid(name), f"{name} runs")
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return pid

    def pid(self, name: str) -> int | None:
        (found,) = [child.pid for child in self.known.children if child.name == name]
        return found

    def run_again(self, name: str, pid: int) -> None:
        """重新运行 · Waits until another process of this name runs."""
        until(lambda: self.pid(name) not in (None, pid), f"{name} runs again")

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """没有它 · One process is dead, and its supervisor cannot see that until the end."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            pid = self.kill(name)
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)
        self.run_again(name, pid)

    def kill_all(self) -> None:
        """杀掉监管者 · SIGKILL to `hazard up` itself; what it started runs on without it."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE)

    # ---- asking it

    def token(self, role: Role = Role.TWO, person: str = "p-importer") -> dict[str, str]:
        token = tokens.issue(
            self.key,
            role=role,
            person=person,
            division=TOWN,
            organisation="org-town",
            certificate="33011100123",
            now=datetime.now(UTC),
        )
        return {"Authorization": f"Bearer {token}"}

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.known.web, timeout=30, headers=self.token())

    def get(self, path: str, **parameters: Any) -> httpx2.Response:
        with self.client() as web:
            return web.get(f"/api/v1/{path}", params=parameters)

    def post(self, path: str, body: object, key: str | None = None) -> httpx2.Response:
        with self.client() as web:
            headers = {"Idempotency-Key": key or str(uuid4())}
            return web.post(f"/api/v1/{path}", json=body, headers=headers)

    def insist(self, ask: Callable[[], httpx2.Response]) -> httpx2.Response:
        """坚持 · The answer of a system that is there: nobody there and 503 are asked again."""

        def answer() -> httpx2.Response | None:
            try:
                found = ask()
            except AWAY:
                return None
            return None if found.status_code == 503 else found

        return until(answer, "an answer")

    # ---- having it import

    def try_hand_in(self, content: bytes) -> httpx2.Response:
        with self.client() as web:
            files, headers = {"file": ("台账.xlsx", content)}, {"Idempotency-Key": str(uuid4())}
            return web.post("/api/v1/imports", files=files, headers=headers)

    def hand_in(self, content: bytes) -> str:
        answer = self.try_hand_in(content)
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]

    def about(self, ledger: str) -> dict[str, Any]:
        return self.insist(lambda: self.get(f"imports/{ledger}")).json()

    def imported(self, content: bytes) -> dict[str, Any]:
        """导入 · An import from beginning to end, with the verdicts on its rows under `rows`."""
        ledger = self.hand_in(content)
        about = until(lambda: (now := self.about(ledger))["state"] == "finished" and now, "imported")
        rows = self.insist(lambda: self.get(f"imports/{ledger}/rows", limit=1000)).json()
        return {**about, "rows": rows}

    # ---- looking behind it

    def query(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """查询 · As the owner of the database, once it is there."""
        (rows,) = until(lambda: self._rows(query, parameters), "PostgreSQL answers")
        return rows

    def _rows(self, query: str, parameters: tuple[object, ...]) -> tuple[list[tuple[Any, ...]]] | None:
        try:
            with psycopg.connect(self.known.dsn, autocommit=True) as connection:
                return (connection.execute(query, parameters).fetchall(),)
        except psycopg.OperationalError:
            return None

    def caught_up(self) -> None:
        """已追上 · Waits until every read model and the notifier have all that is in the log."""
        behind = (
            "select count(*) from projections.checkpoints, log.head"
            " where checkpoints.position < head.position or checkpoints.log_id <> head.log_id"
        )
        notifier = (
            "select count(*) from notifier.checkpoint, log.head where checkpoint.position = head.position"
        )
        until(lambda: self.query(behind) == [(0,)] and self.query(notifier) == [(1,)], "caught up")

    def nothing_to_send(self) -> None:
        """无待发 · Waits until every delivery of the notifier has come to its end."""
        waiting = "select count(*) from notifier.deliveries where state in ('waiting', 'claimed')"
        until(lambda: self.query(waiting) == [(0,)], "sent")

    def nats_url(self, user: str) -> str:
        place = self.known.nats_url.rpartition("@")[2]
        return f"nats://{user}:{known_password(self.places.secrets, user)}@{place}"

    def reminders_in_the_log(self) -> list[str]:
        """日志渠道 · The id of every reminder the log channel put out."""
        lines = (self.places.logs / "notifier.log").read_text(encoding="utf-8").splitlines(keepends=True)
        # A line that is being written, or was cut off by a kill, ends without a break.
        told = [json.loads(line) for line in lines if '"reminder.sent"' in line and line.endswith("}\n")]
        return [line["reminder"] for line in told]


@contextmanager
def started(*, console: bool = False) -> Iterator[Installation]:
    """启动 · A running installation in a fresh directory; whatever happens, nothing is left of it.

    Not pytest's own temporary folder: it is closed to the account PostgreSQL runs as under the superuser.
    """
    folder = Path(tempfile.mkdtemp(prefix="hazard-walk-"))
    one = Installation(Places(folder), console=console)
    try:
        one.start()
        yield one
    finally:
        if one.process is not None:
            one.process.kill()
            one.process.wait(PATIENCE)
        leftovers.end(one.places)
        shutil.rmtree(folder)
