"""对照：原样的库 · The same creation as a team would get it from the library as it comes.

FastAPI's `def` endpoint, `Application.save`, the stock PostgreSQL recorder; one uvicorn process with the same
settings, the same body, token, headers and validation. It is spared what the log does besides: no idempotency key is
kept, no enterprise is looked at, nothing is chained.
"""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
import uvloop

# The one exception to the library's one door: here it is not used but measured, as it comes.
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from fastapi import Depends, FastAPI
from fastapi.responses import Response
from psycopg.conninfo import conninfo_to_dict

from services import logs, problems, tokens
from services.attachments import Attachments
from services.authentication import Authenticator
from services.cli.serve import served
from services.hazard.api import guarding
from services.hazard.api.refusals import refusals
from services.hazard.api.sending import Sent, SentOf
from services.hazard.lifecycle.classifying import ClassifyHazard
from services.hazard.lifecycle.reporting import CaptureHazard
from services.hazard.settings import WebSettings

POOL, OVERFLOW = "10", "30"
"""Connections kept, and those on top of them: as many as FastAPI has threads for `def` endpoints, so none waits here.
Appends wait for one lock on the table in any case; with 2 to 20 connections kept no difference was to be seen."""


class StockHazard(Aggregate):
    """隐患 · An aggregate in the library's own style, with the fields of a capture as JSON."""

    @event("Captured")
    def __init__(self, ask: dict[str, Any], person: str, division: str) -> None:  # a body of any shape
        self.ask = ask
        self.person = person
        self.division = division
        self.level = "GENERAL"
        self.category = ask.get("category")

    @event("Classified")
    def classify(self, level: str, category: str, person: str) -> None:
        """定级分类 · What the loading command does."""
        self.person = person
        self.level = level
        self.category = category


class StockHazards(Application[UUID]):
    """应用 · The library's own, with nothing changed."""


def environment(dsn: str) -> dict[str, str]:
    """最佳设置 · What its documentation offers, kept in order.

    A pool of open connections with room above it, kept for an hour, not tried before each use. Its database functions
    stay off: they take no lock, so numbers leave the order of commits and a reader may skip events.
    """
    given = conninfo_to_dict(dsn)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(given["dbname"]),
        "POSTGRES_HOST": str(given["host"]),
        "POSTGRES_PORT": str(given.get("port") or 5432),
        "POSTGRES_USER": str(given["user"]),
        "POSTGRES_PASSWORD": str(given.get("password") or "unused"),
        "POSTGRES_POOL_SIZE": POOL,
        "POSTGRES_MAX_OVERFLOW": OVERFLOW,
        "POSTGRES_CONN_MAX_AGE": "3600",
        "POSTGRES_PRE_PING": "n",
        "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "5",
    }


def stock_app(settings: WebSettings) -> FastAPI:
    """应用 · Create, and a command that loads; nothing else."""

    def now() -> datetime:
        return datetime.now(UTC)

    hazards = StockHazards(environment(settings.postgres_dsn))
    attachments = Attachments.at(settings.data_dir)
    keys = tokens.trusted_keys(settings.data_dir, settings.token_keys)
    sent_of = SentOf(
        Authenticator(keys, issuer=settings.token_issuer, audience=settings.token_audience, now=now),
        now,
    )
    app = FastAPI()
    problems.install(app, refusals())

    async def checked(ask: CaptureHazard) -> CaptureHazard:
        await guarding.check(ask, attachments)
        return ask

    @app.post("/api/v1/hazards", status_code=201)
    def capture(
        ask: Annotated[CaptureHazard, Depends(checked)], sent: Annotated[Sent, Depends(sent_of)]
    ) -> Response:
        hazard = StockHazard(ask.model_dump(mode="json"), sent.caller.person, sent.caller.division)
        return _answer(hazard, hazards.save(hazard)[-1].notification.id, 201)

    @app.post("/api/v1/hazards/{hazard_id}/classify")
    def classify(hazard_id: UUID, ask: ClassifyHazard, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        hazard: StockHazard = hazards.repository.get(hazard_id)
        hazard.classify(ask.level.value, ask.category, sent.caller.person)
        return _answer(hazard, hazards.save(hazard)[-1].notification.id, 200)

    return app


def _answer(hazard: StockHazard, position: int, status: int) -> Response:
    at = f"{hazard.id}:{position}"
    body = {"id": str(hazard.id), "version": hazard.version, "events": ["hazard.captured"], "position": at}
    headers = {"ETag": f'"{hazard.version}"', "X-Position": at, "Location": at}
    return Response(orjson.dumps(body), status, headers, "application/json")


if __name__ == "__main__":
    logs.configure()
    uvloop.run(served(WebSettings(), stock_app(WebSettings())))
