"""跟进导入 · What the command says while the system is away, and of an import that failed."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest

from services.cli import import_ledger
from services.cli.import_ledger import StillAway, follow

ABOUT = {"id": "7", "state": "running", "dry_run": False, "total": 2, "done": 1, "counts": {"added": 1}}
FINISHED = ABOUT | {"state": "finished", "done": 2, "counts": {"added": 2}}
FAILED = ABOUT | {"state": "failed", "failure": "系统内部错误，导入未完成"}
BUSY = 503
HANGS_UP = 0

Answer = tuple[int, dict[str, Any]]  # a status and a JSON body


class Web(BaseHTTPRequestHandler):
    """A web process that takes a ledger and answers each further question with the next of its answers."""

    answers: list[Answer]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(202, ABOUT)

    def do_GET(self) -> None:
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if status != HANGS_UP:
            self._answer(status, body)

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — the library's name
        """Nothing: what is printed is the command's."""


@pytest.fixture
def web() -> Iterator[httpx2.Client]:
    server = HTTPServer(("127.0.0.1", 0), Web)
    thread = Thread(target=server.serve_forever)
    thread.start()
    with httpx2.Client(base_url=f"http://127.0.0.1:{server.server_port}", trust_env=False) as client:
        yield client
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    file = tmp_path / "台账.xlsx"
    file.write_bytes(b"PK")
    return file


def test_a_system_that_is_away_for_a_while_is_waited_for(
    web: httpx2.Client, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Web.answers = [(200, ABOUT), (HANGS_UP, {}), (BUSY, {}), (HANGS_UP, {}), (200, FINISHED)]
    status = follow(web, ledger, dry_run=False, out=None)
    said = capsys.readouterr().out

    assert status == 0
    assert said.count("系统暂时没有答复，继续等待") == 1
    assert "导入完成：共 2 行，新增 2" in said


def test_a_system_that_stays_away_is_given_up(
    web: httpx2.Client, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_ledger, "PATIENCE", 0.0)
    Web.answers = [(BUSY, {})]

    with pytest.raises(StillAway, match="没有答复"):
        follow(web, ledger, dry_run=False, out=None)


def test_an_import_that_failed_is_told_with_its_sentence(
    web: httpx2.Client, ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Web.answers = [(200, FAILED)]
    status = follow(web, ledger, dry_run=False, out=tmp_path / "结论.xlsx")
    said = capsys.readouterr()

    assert status == 1
    assert "导入失败：系统内部错误，导入未完成" in said.err
    assert "导入完成" not in said.out
    assert not (tmp_path / "结论.xlsx").exists()
