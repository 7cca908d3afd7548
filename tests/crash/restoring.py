"""备份恢复 · A cold copy of the database's directory, and that copy put back, as an operator does it."""

import shutil
from pathlib import Path

from services.servers import postgres
from walk.installation import Installation


def backed_up(installation: Installation) -> Path:
    """备份 · Taken while the server is dead; everybody else waits for it."""
    copy = installation.places.root / "backup"
    with installation.without("postgres"):
        postgres.clear(installation.places.postgres)
        sockets = shutil.ignore_patterns(".s.PGSQL*")
        shutil.copytree(installation.places.postgres, copy, ignore=sockets)
    return copy


def put_back(installation: Installation, backup: Path) -> None:
    """恢复 · Everything is stopped, and then the copy stands where the database stood."""
    assert installation.stop() == 0
    shutil.rmtree(installation.places.postgres)
    shutil.copytree(backup, installation.places.postgres)
