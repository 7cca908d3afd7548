"""投影进程指标 · A port of the projector's own says how far it is, and is unhealthy only when it falls behind for good."""

import asyncio

import httpx2
import pytest

from services.cli.projector_metrics import metrics_port
from services.projections.progress import EXAMPLE, Progress

MODEL = Progress.model_validate(EXAMPLE | {"parked": 2})
LATE = MODEL.model_copy(update={"name": "tallies", "healthy": False})


async def asked(models: object, path: str, method: str = "GET") -> httpx2.Response:
    async def told() -> list[Progress]:
        if isinstance(models, Exception):
            raise models
        return models  # type: ignore[return-value]

    async with (
        metrics_port(told, "127.0.0.1", 0) as port,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        return await client.request(method, path)


async def test_the_projector_tells_a_scraper_how_far_it_is() -> None:
    answer = await asked([MODEL], "/metrics")
    lines = answer.text.splitlines()

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "hazard_log_position 1042" in lines
    for name, value in {
        "lag_events": 0,
        "lag_seconds": 0,
        "rate": 12.5,
        "batch_seconds": 0.004,
        "parked": 2,
    }.items():
        assert f'hazard_projection_{name}{{projection="ledger",version="2"}} {value}' in lines
    assert 'hazard_projection_rebuild_ratio{projection="ledger",version="2"} 0.5' in lines


async def test_it_is_unhealthy_when_a_read_model_is_and_says_which() -> None:
    well, ill = await asked([MODEL], "/healthz"), await asked([MODEL, LATE], "/healthz")

    assert (200, 503) == (well.status_code, ill.status_code)
    assert "tallies" in ill.text


@pytest.mark.parametrize("path", ["/metrics", "/healthz"])
async def test_a_database_that_is_away_makes_it_unhealthy_and_nothing_else(path: str) -> None:
    answer = await asked(OSError("away"), path)

    assert (503, "OSError\n") == (answer.status_code, answer.text)


async def test_it_answers_nothing_else() -> None:
    assert 404 == (await asked([MODEL], "/")).status_code
    assert 404 == (await asked([MODEL], "/metrics", "POST")).status_code


async def test_who_says_nothing_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cli.projector_metrics.PATIENCE", 0.05)

    async def told() -> list[Progress]:
        return [MODEL]

    async with metrics_port(told, "127.0.0.1", 0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert b"" == await reader.read()
        writer.close()


async def test_without_a_port_nothing_listens() -> None:
    async def told() -> list[Progress]:
        return [MODEL]

    async with metrics_port(told, "127.0.0.1", None) as port:
        assert port is None
