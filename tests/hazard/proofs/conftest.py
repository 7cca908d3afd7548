"""证明的测试材料 · A connection as the relay has it."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from services.postgres import Connection, conninfo


@pytest.fixture
async def writer(database: str) -> AsyncIterator[Connection]:
    async with await psycopg.AsyncConnection.connect(
        conninfo(database, role="hazard_writer"), autocommit=True
    ) as connection:
        yield connection
