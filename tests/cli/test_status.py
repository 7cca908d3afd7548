"""最近错误 · What the logs of the processes say last of an error, and when the installation is sound."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.cli.last_errors import TAIL, LastError, last_errors
from services.cli.looking import Status
from services.cli.status import is_sound
from services.cli.supervisor import Standing
from services.hazard import figures

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
RELAY = figures.Standing(3, AT, None, "publishing", None, AT, 3, 0, 0.0)
SOUND = Status(True, "", "", (Standing("web", pid=7),), None, (), (), ())


def line(level: str, event: str, **more: object) -> str:
    return json.dumps({"event": event, "level": level, "timestamp": "2026-11-22T03:04:05Z"} | more) + "\n"


def test_the_last_error_of_a_log_is_the_one_nearest_its_end(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text(
        line("error", "request.failed", error="KeyError")
        + line("error", "import.failed", exception=[{"exc_type": "ValueError", "exc_value": "bad\n  worse"}])
        + line("info", "import.finished")
        + 'Traceback\n{"event": "half a li'
    )
    (tmp_path / "relay.log").write_text(line("critical", "relay.publishing_stopped", reason="ahead"))
    (tmp_path / "notifier.log").write_text(line("warning", "delivery.failed"))

    assert last_errors(tmp_path) == (
        LastError("relay", AT, "relay.publishing_stopped: ahead"),
        LastError("web", AT, "import.failed: ValueError: bad worse"),
    )


def test_only_the_end_of_a_long_log_is_read(tmp_path: Path) -> None:
    many = line("info", "reminder.sent") * (TAIL // 40)
    (tmp_path / "notifier.log").write_text(line("error", "delivery.broken") + many)

    assert last_errors(tmp_path) == ()


@pytest.mark.parametrize(
    ("status", "sound"),
    [
        (SOUND, True),
        (replace(SOUND, last_errors=(LastError("web", AT, "request.failed"),)), True),
        (replace(SOUND, errors=("NATS 没有应答",)), False),
        (replace(SOUND, processes=(Standing("web"),)), False),
        (replace(SOUND, relay=RELAY), True),
        (replace(SOUND, relay=replace(RELAY, state="forked")), False),
        (replace(SOUND, relay=replace(RELAY, refusing="日志缺少已公布的事件")), False),
        (replace(SOUND, running=False), False),
    ],
)
def test_an_installation_is_sound_when_every_process_runs_and_every_server_answers(
    status: Status, sound: bool
) -> None:
    assert is_sound(status) is sound
