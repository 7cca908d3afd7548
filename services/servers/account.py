"""数据库账户 · PostgreSQL refuses to run as the superuser: whom it runs as then, and how he gets in."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from services.servers.process import Account

NAME = "pgserver"
FALLBACK = "nobody"
READ_AND_PASS = stat.S_IROTH | stat.S_IXOTH


def account() -> Account | None:
    """数据库用谁 · None for an ordinary user, who runs it himself; for the superuser an account made for it."""
    if os.geteuid() != 0:
        return None
    entry = _known(NAME) or _created(NAME) or pwd.getpwnam(FALLBACK)
    return Account(entry.pw_uid, entry.pw_gid)


def _known(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _created(name: str) -> pwd.struct_passwd | None:
    tool = shutil.which("useradd")
    if tool is None:
        return None
    subprocess.run([tool, "--system", "--no-create-home", name], check=False, capture_output=True)  # noqa: S603 — a fixed command
    return _known(name)


def let_through(path: Path) -> tuple[Path, ...]:
    """放行 · Lets others pass, and no more than pass, through the folders above `path`; gives those it changed."""
    shut = [folder for folder in path.parents if not folder.stat().st_mode & stat.S_IXOTH]
    for folder in shut:
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    return tuple(shut)


def let_read(folder: Path) -> None:
    """可读 · Makes a program's files readable and runnable for others where a strict umask hid them."""
    if folder.stat().st_mode & READ_AND_PASS == READ_AND_PASS:
        return
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        runnable = stat.S_IXOTH if mode & stat.S_IXUSR else 0
        path.chmod(mode | stat.S_IROTH | runnable)


def hand_over(folder: Path, owner: Account) -> None:
    """移交 · Gives a folder and all in it to the account, when it is somebody else's, as after a copy by root."""
    if folder.stat().st_uid == owner.uid:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.uid, owner.gid, follow_symlinks=False)
