"""告示 · What `hazard up` prints when all is ready: where things are, and a first line to try."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from rich.cells import cell_len

from contracts.values import Role
from services.cli.calling import CallingSettings, issued
from services.cli.installation import Servers, Settings
from services.servers.nats import PASSWORDS
from services.servers.nats_users import Reader
from services.servers.places import Places
from services.servers.ports import LOOPBACK

FIRST_LOOK = "/api/v1/hazards?limit=3"
WIDTH = 26  # cells; a Chinese character takes two


def announce(places: Places, running: Servers, web: str, token: str, *, tell: Callable[[str], None]) -> None:
    """告示 · One line for each thing, Chinese and English, and one `curl` that works as it stands."""
    listed = (
        ("网页 · web", web),
        ("控制台 · console", f"{web}/console"),
        ("接口文档 · API", f"{web}/docs"),
        ("数据库 · PostgreSQL", running.dsn if running.own_postgres else "HAZARD_POSTGRES_DSN"),
        ("事件流 · NATS", _nats(running)),
        *_subscriber(places, running),
        ("数据目录 · data", str(places.root)),
        ("进程日志 · logs", str(places.logs)),
        ("查看状态 · status", "hazard status"),
        ("停止 · stop", "Ctrl-C"),
    )
    tell("")
    for label, value in listed:
        tell(f"  {label}{' ' * (WIDTH - cell_len(label))}{value}")
    tell("\n试一试 · try it:\n")
    tell(f'curl -H "Authorization: Bearer {token}" "{web}{FIRST_LOOK}"\n')


def first_token(places: Places, now: datetime) -> str:
    """首个凭证 · A town official's token by the installation's own key, for the line to try."""
    settings = CallingSettings(data_dir=places.root)
    return issued(settings, person="p-9", role=Role.TWO, certificate="33011100123", now=now)


def first_look_answers(host: str, port: int, token: str) -> bool:
    """已可查看 · Whether the line to try works by now: a projector that has just begun has no tables yet."""
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", FIRST_LOOK, headers={"Authorization": f"Bearer {token}"})
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _subscriber(places: Places, running: Servers) -> tuple[tuple[str, str], ...]:
    """The reader that every installation has; a server that was named from outside has users of its own."""
    if running.own_nats is None:
        return ()
    address = f"nats://{Reader(Settings().division).user}@{LOOPBACK}:{running.own_nats.port}"
    where = places.secrets / PASSWORDS
    return (("订阅账户 · subscriber", f"{address}  （口令在 {where} · its password is in that file）"),)


def _nats(running: Servers) -> str:
    if running.own_nats is None:
        return "HAZARD_NATS_URL"
    return f"nats://{LOOPBACK}:{running.own_nats.port}"
