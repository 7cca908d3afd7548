"""本机安装 · What one machine runs: the servers, unless others are named, and the four processes."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import sleep

from pydantic_settings import BaseSettings, SettingsConfigDict

from services.cli.supervisor import Child
from services.servers import nats, postgres
from services.servers.nats_users import Reader
from services.servers.places import Places
from services.servers.ports import free_port
from services.servers.process import MARK, Program

LOOKERS, MOMENT = 5, 0.1
"""Who only asks whether the directory is held, holds it for a moment: it is tried again, after seconds."""


class Settings(BaseSettings):
    """安装设置 · Where an installation keeps its data, and which servers it uses instead of its own."""

    model_config = SettingsConfigDict(env_prefix="HAZARD_", frozen=True)

    data_dir: Path = Path(".data")
    public_url: str | None = None
    postgres_dsn: str | None = None
    nats_url: str | None = None
    web_host: str = "127.0.0.1"
    web_port: int = 8000
    division: str = "330111"


@dataclass(frozen=True, slots=True)
class Servers:
    """服务器 · Where the two servers are, and their children when they are the installation's own."""

    dsn: str
    own_postgres: postgres.Postgres | None
    own_nats: nats.Nats | None
    nats_url: str | None

    def children(self) -> tuple[Child, ...]:
        """What to start of them, in this order."""
        own = []
        if self.own_postgres is not None:
            server = self.own_postgres
            # After a kill of the server alone, its own children hold the data for a moment.
            clear = partial(postgres.clear, server.data)
            own.append(Child(server.program, partial(postgres.answers, server), clear))
        if self.own_nats is not None:
            own.append(Child(self.own_nats.program, partial(nats.answers, self.own_nats)))
        return tuple(own)

    def opened(self) -> tuple[Path, ...]:
        """Folders that were opened so that PostgreSQL's account gets to its data."""
        return self.own_postgres.opened if self.own_postgres else ()

    def make_database(self) -> None:
        """The database of one's own server; a named one is there."""
        if self.own_postgres is not None:
            postgres.make_database(self.own_postgres)

    def url(self, user: str) -> str:
        """The NATS address for a user; one that was named from outside serves all."""
        if self.own_nats is not None:
            return self.own_nats.url(user)
        assert self.nats_url is not None
        return self.nats_url


class AlreadyRunning(Exception):
    """已在运行 · Another `hazard up` holds this data directory."""


@contextmanager
def held(places: Places) -> Iterator[None]:
    """独占 · Holds the data directory while inside; the system lets go of it whatever ends the holder.

    Raises AlreadyRunning.
    """
    with places.lock.open("a") as file:
        for _ in range(LOOKERS):
            try:
                flock(file, LOCK_EX | LOCK_NB)
                break
            except BlockingIOError:
                sleep(MOMENT)
        else:
            raise AlreadyRunning
        yield


def servers(settings: Settings, places: Places, readers: tuple[Reader, ...]) -> Servers:
    """备好服务器 · Makes data and configuration of the embedded servers; starts nothing. Raises ServerFailed."""
    own_postgres = None if settings.postgres_dsn else _postgres(places)
    own_nats = None if settings.nats_url else _nats(places, readers, settings.web_port)
    return Servers(
        dsn=settings.postgres_dsn or (own_postgres.dsn() if own_postgres else ""),
        own_postgres=own_postgres,
        own_nats=own_nats,
        nats_url=settings.nats_url,
    )


def _postgres(places: Places) -> postgres.Postgres:
    return postgres.prepare(places.postgres, places.logs / "postgres.log", mark=places.root)


def _nats(places: Places, readers: tuple[Reader, ...], web_port: int) -> nats.Nats:
    # Whoever lets the system name the port of the web runs beside others: two of them would want the usual one.
    port = nats.USUAL_PORT if web_port else 0
    log = places.logs / "nats.log"
    return nats.prepare(places.nats, places.secrets, log, mark=places.root, readers=readers, port=port)


@dataclass(frozen=True, slots=True)
class Processes:
    """四个进程 · The processes of the installation, in the order of their start, and where the web answers."""

    relay: Child
    projector: Child
    notifier: Child
    web: Child
    host: str
    port: int

    @property
    def address(self) -> str:
        """Where a browser finds the web process."""
        return f"http://{self.host}:{self.port}"

    def in_order(self) -> tuple[Child, ...]:
        return (self.relay, self.projector, self.notifier, self.web)


def processes(settings: Settings, places: Places, running: Servers) -> Processes:
    """备好进程 · The four processes with their environment; starts nothing."""
    port = free_port(settings.web_port, settings.web_host)
    # An address for all interfaces is no address to call.
    host = "127.0.0.1" if settings.web_host in ("0.0.0.0", "::") else settings.web_host  # noqa: S104 — compared
    address = settings.public_url or f"http://{host}:{port}"
    web = {
        "HAZARD_WEB_HOST": settings.web_host,
        "HAZARD_WEB_PORT": str(port),
        "HAZARD_PUBLIC_URL": address,
    }

    def child(command: str, user: str) -> Program:
        return command_line(places, running, user, (command,), extra=web)

    return Processes(
        relay=Child(child("relay", "relay"), _always),
        projector=Child(child("projector", "projections"), _always),
        notifier=Child(child("notifier", "notifier"), _always),
        web=Child(child("serve", "web"), partial(_alive, host, port), patience=10),
        host=host,
        port=port,
    )


def command_line(
    places: Places,
    running: Servers,
    user: str,
    arguments: tuple[str, ...],
    *,
    extra: Mapping[str, str],
    shown: bool = False,
) -> Program:
    """命令 · A `hazard` subcommand as a program, with the environment of this installation.

    Shown: it writes where we write, not into a log file.
    """
    name = {"serve": "web"}.get(arguments[0], arguments[0])
    return Program(
        name=name,
        argv=(sys.executable, "-P", "-m", "services.cli.main", *arguments),
        environment={
            **os.environ,  # a child gets what its parent got: path, language, proxy
            "PYTHONUNBUFFERED": "1",
            "HAZARD_POSTGRES_DSN": running.dsn,
            "HAZARD_NATS_URL": running.url(user),
            "HAZARD_DATA_DIR": str(places.root),
            **extra,
            MARK: str(places.root),
        },
        folder=Path.cwd(),
        log=None if shown else places.logs / f"{name}.log",
    )


def _always() -> bool:
    return True


def _alive(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
