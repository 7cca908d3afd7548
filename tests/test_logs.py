"""日志 · Every line of a process has one form."""

import json
import subprocess
import sys
from typing import Any

LOGGING = """
import logging, structlog
from services import logs
logger = structlog.get_logger("ours")
logs.configure()
with structlog.contextvars.bound_contextvars(correlation_id="c-1"):
    logger.info("import.finished", 隐患=3)
logging.getLogger("theirs").warning("port %d is taken", 8000)
logging.getLogger("httpx").info("a request")
try:
    1 / 0
except ZeroDivisionError:
    logger.exception("import.failed")
"""


def lines() -> list[str]:
    ran = subprocess.run([sys.executable, "-c", LOGGING], capture_output=True, text=True, check=True)
    return ran.stderr.splitlines()


def test_off_a_terminal_each_line_is_one_json_object_with_chinese_as_it_is() -> None:
    logged: list[dict[str, Any]] = [json.loads(line) for line in lines()]
    [ours, theirs, failed] = logged

    assert ours["event"] == "import.finished"
    assert ours["correlation_id"] == "c-1"
    assert ours["logger"] == "ours"
    assert '"隐患": 3' in lines()[0]
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("port 8000 is taken", "warning", "theirs")
    assert failed["exception"][0]["exc_type"] == "ZeroDivisionError"
