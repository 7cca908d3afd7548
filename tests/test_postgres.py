"""PostgreSQL 之门 · Migrations run once, whoever starts first; a pool acts in its role and within its limits."""

import asyncio
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from services.postgres import conninfo, migrate, pool
from services.servers.postgres import Postgres


@pytest.fixture
def empty_database(postgres: Postgres) -> Iterator[str]:
    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        connection.execute("create database empty")
        yield postgres.dsn("empty")
        connection.execute("drop database empty with (force)")


async def rows(dsn: str, query: sql.SQL) -> list[tuple]:
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        return await (await connection.execute(query)).fetchall()


async def test_processes_that_start_together_apply_each_migration_once(empty_database: str) -> None:
    await asyncio.gather(*(migrate(empty_database) for _ in range(4)))
    names = [name for (name,) in await rows(empty_database, sql.SQL("select name from public.migrations"))]

    assert sorted(set(names)) == sorted(names)
    assert "hazard/migrations/0001_log.sql" in names


async def test_a_second_start_changes_nothing(empty_database: str) -> None:
    await migrate(empty_database)
    before = await rows(empty_database, sql.SQL("select name, applied_at from public.migrations order by 1"))
    await migrate(empty_database)

    assert before == await rows(
        empty_database, sql.SQL("select name, applied_at from public.migrations order by 1")
    )


async def test_an_owner_who_is_no_superuser_can_migrate_and_act_in_every_role(postgres: Postgres) -> None:
    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        connection.execute("create role office login createrole")
        for role in ("hazard_writer", "hazard_people", "hazard_projections", "hazard_notifier"):
            connection.execute(sql.SQL("grant {} to office with admin option").format(sql.Identifier(role)))
        connection.execute("create database owned owner office")
    owned = psycopg.conninfo.make_conninfo(postgres.dsn("owned"), user="office")
    await migrate(owned)
    acting = [
        (await rows(conninfo(owned, role=role), sql.SQL("select current_user::text")))[0][0]
        for role in ("hazard_writer", "hazard_people", "hazard_projections", "hazard_notifier")
    ]
    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        connection.execute("drop database owned with (force)")
        connection.execute("drop role office")

    assert ["hazard_writer", "hazard_people", "hazard_projections", "hazard_notifier"] == acting


async def test_a_pool_acts_in_its_role_and_within_its_limits(database: str) -> None:
    async with (
        pool(database, role="hazard_projections", statement_timeout="7s") as connections,
        connections.connection() as connection,
    ):
        answer = await connection.execute("select current_user::text, current_setting('statement_timeout')")

        assert ("hazard_projections", "7s") == await answer.fetchone()


async def test_options_of_the_deployment_are_kept(database: str) -> None:
    given = psycopg.conninfo.make_conninfo(database, options="-c application_name=office")
    answer = await rows(
        conninfo(given, role="hazard_notifier"),
        sql.SQL("select current_setting('application_name'), current_user::text"),
    )

    assert [("office", "hazard_notifier")] == answer
