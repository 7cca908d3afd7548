"""崩溃测试材料 · Whole systems to hurt."""

from collections.abc import AsyncIterator

import pytest

from crash.system import System, started

for module in ("asking", "clients", "reconciling", "walk.proof"):
    pytest.register_assert_rewrite(module if "." in module else f"crash.{module}")


@pytest.fixture
async def system() -> AsyncIterator[System]:
    """一套进程 · Two writers, two relays, PostgreSQL and NATS as in production."""
    async with started() as running:
        yield running
