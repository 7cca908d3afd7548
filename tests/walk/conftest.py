"""全程测试材料 · An office over the real routes, and whole installations as `hazard up` starts them."""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest

from given import routed
from services import erasing
from services.attachments import Attachments
from services.hazard.ledger.sample import make_sample
from services.hazard.store import Log, writer_pool
from walk.installation import Installation, started
from walk.office import Office

pytest.register_assert_rewrite("walk.proof")  # so that a failed proof shows both sides


@pytest.fixture
async def office(database: str, tmp_path: Path) -> AsyncIterator[Office]:
    """办公室 · On a fresh database."""

    async with (
        writer_pool(database, size=8) as writer,
        erasing.opened(database, tmp_path) as people,
    ):
        log = Log(writer)
        side, client = await routed.routed(log, people, Attachments.at(tmp_path), writer)
        async with client:
            yield Office(client, routed.key(), side.importing, log, people)


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """街道台账 · The sample street: 143 enterprises, 350 hazards, 19 visits without a find."""
    file = tmp_path_factory.mktemp("street") / "ledger.xlsx"
    finds = make_sample(enterprises=143, seed=1, today=date(2026, 11, 20), out=file)

    assert finds == 350
    return file.read_bytes()


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """整套系统 · One running `hazard up` for the tests of a file."""
    with started() as running:
        yield running
