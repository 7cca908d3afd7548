"""全程测试材料 · An office over the real routes, and whole installations as `hazard up` starts them."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from services import erasing, problems, tokens
from services.attachments import Attachments
from services.hazard import api
from services.hazard.api.commanding import ShortWay
from services.hazard.api.refusals import refusals
from services.hazard.handling import Handling
from services.hazard.ledger.importing import Importing
from services.hazard.ledger.sample import make_sample
from services.hazard.policy import read_policy
from services.hazard.store import Log, writer_pool
from walk.installation import Installation, started
from walk.office import Office

pytest.register_assert_rewrite("walk.proof")  # so that a failed proof shows both sides


@pytest.fixture
async def office(database: str, tmp_path: Path) -> AsyncIterator[Office]:
    """办公室 · On a fresh database."""

    def now() -> datetime:
        return datetime.now(UTC)

    key = tokens.own_key(tmp_path)
    async with (
        writer_pool(database, size=8) as writer,
        erasing.opened(database, tmp_path) as people,
    ):
        log = Log(writer)
        importing = Importing(log, people, read_policy(), now, lambda: None)
        app = FastAPI()
        problems.install(app, refusals())
        side = api.WriteSide(
            handling=Handling(log, read_policy(), now, remembered=100),
            attachments=Attachments.at(tmp_path),
            people=people,
            proofs=writer,
            importing=importing,
            caller_of=tokens.Authenticator(tokens.trusted_keys(tmp_path, None), now=now),
            log_id=(await log.head()).log_id,
            now=now,
        )
        for router in api.routes(side):
            app.router.routes.extend(router.routes)
        transport = httpx2.ASGITransport(app=ShortWay(app), raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://web") as client:
            yield Office(client, key, importing, log, people)


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
