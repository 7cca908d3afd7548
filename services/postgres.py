"""PostgreSQL · The one door to the database: connections that act in a role, and forward-only migrations."""

import select
from pathlib import Path

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

Connection = AsyncConnection[TupleRow]
Pool = AsyncConnectionPool[Connection]

# Advisory locks of this system: (LOCKS, what for). The append holds (7233, 1); see 0001_log.sql.
LOCKS = 7233
MIGRATING = 0
RELAYING = 2
NOTIFYING = 3
BUILDING = 4  # the tables of a read model are made or emptied
PROVING = 5  # tiles are built and checkpoints signed; see 0006_proofs.sql
REBUILDING = 7  # read models are built beside the live ones
ERASING = 6  # erasures are repeated and plain names sealed; see erasing.py

# Where numbered SQL stands, in the order of running. Paths, for a door imports no service.
MIGRATIONS = ("hazard/migrations", "notifier/migrations")

logger = structlog.get_logger()


def conninfo(
    dsn: str,
    *,
    role: str | None = None,
    statement_timeout: str = "30s",
    lock_timeout: str = "10s",
    read_only: bool = False,
    generic_plans: bool = False,
) -> str:
    """连接信息 · The DSN with the role and the limits that every connection of a pool starts with.

    Times are PostgreSQL's: "500ms", "30s". A dead network is noticed within about half a minute.
    """
    given = conninfo_to_dict(dsn)
    settings = {
        "statement_timeout": statement_timeout,
        "lock_timeout": lock_timeout,
        "timezone": "UTC",
        # log.append looks behind its lock: under another level it would look at what was before.
        "default_transaction_isolation": "read\\ committed",
    }
    if role is not None:
        settings["role"] = role
    if generic_plans:
        settings["plan_cache_mode"] = "force_generic_plan"
    if read_only:
        settings["default_transaction_read_only"] = "on"
    options = " ".join([str(given.get("options") or ""), *(f"-c {k}={v}" for k, v in settings.items())])
    alive = {
        "connect_timeout": 5,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 25_000,  # ms; what was sent and never answered is no matter for keep-alives
    }
    return make_conninfo(dsn, options=options.strip(), **{k: v for k, v in alive.items() if k not in given})


def pool(
    dsn: str,
    *,
    role: str | None = None,
    size: int = 4,
    autocommit: bool = False,
    patience: float = 5,
    statement_timeout: str = "30s",
    lock_timeout: str = "10s",
    generic_plans: bool = False,
) -> Pool:
    """连接池 · A pool whose connections act in a role; the caller opens it with `async with`.

    Asking for a connection raises psycopg_pool.PoolTimeout after `patience` seconds without one. A connection that
    the server has ended is found before it is handed out, so a restarted server costs nobody an error.
    `generic_plans`: a prepared statement is planned once, whatever it is asked with.
    """
    return AsyncConnectionPool(
        conninfo(
            dsn,
            role=role,
            statement_timeout=statement_timeout,
            lock_timeout=lock_timeout,
            generic_plans=generic_plans,
        ),
        kwargs={"autocommit": autocommit},
        min_size=1,
        max_size=size,
        open=False,
        timeout=patience,
        check=_still_there,
        # An attempt that gives up soon is begun anew by the next who asks; a patient one backs off for minutes.
        reconnect_timeout=2,
        name=role,
    )


async def _still_there(connection: Connection) -> None:
    # An idle server says nothing, unless it says farewell: only who has something to read is asked, by a round trip.
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        await AsyncConnectionPool.check_connection(connection)


async def migrate(dsn: str) -> None:
    """迁移 · Apply every numbered SQL file that this database has not seen, each in a transaction of its own.

    Whoever comes second waits for the first. Applied files are never changed, only added to.
    """
    wanted = conninfo(dsn, statement_timeout="0", lock_timeout="0")
    async with await psycopg.AsyncConnection.connect(wanted, autocommit=True) as connection:
        await connection.execute("select pg_advisory_lock(%s, %s)", (LOCKS, MIGRATING))
        await connection.execute(
            "create table if not exists public.migrations ("
            "name text primary key, applied_at timestamptz not null default clock_timestamp())"
        )
        rows = await (await connection.execute("select name from public.migrations")).fetchall()
        applied = {str(name) for (name,) in rows}
        for name, statements in _numbered():
            if name not in applied:
                await _apply(connection, name, statements)


def _numbered() -> list[tuple[str, bytes]]:
    services = Path(__file__).parent
    return [
        (f"{folder}/{file.name}", file.read_bytes())
        for folder in MIGRATIONS
        for file in sorted((services / folder).glob("[0-9]*.sql"))
    ]


async def _apply(connection: Connection, name: str, statements: bytes) -> None:
    async with connection.transaction():
        await connection.execute(statements)
        await connection.execute("insert into public.migrations (name) values (%s)", (name,))
    logger.info("migration.applied", migration=name)
