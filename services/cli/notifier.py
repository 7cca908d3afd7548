"""`hazard notifier` · The process that tells people what is due."""

import sys
from datetime import UTC, datetime

import uvloop

from services import logs
from services.cli.until_stopped import until_stopped
from services.keys import UnfitKeys
from services.notifier.runner import run
from services.notifier.settings import Settings


def notifier() -> None:
    """提醒 · Tell people what is due until told to stop (Ctrl-C or SIGTERM). Settings are HAZARD_* variables."""
    logs.configure()
    try:
        uvloop.run(until_stopped(run(Settings(), lambda: datetime.now(UTC))))
    except UnfitKeys as unfit:
        sys.exit(str(unfit))
