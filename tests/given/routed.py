"""给定路由 · The real routes, made once for a worker; every test puts its own database, people and files behind them.

To make them takes the framework longer than most tests do.
"""

from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI
from joserfc.jwk import OKPKey

from services import problems, tokens
from services.authentication import Authenticator
from services.hazard import api
from services.hazard.api.commanding import ShortWay
from services.hazard.api.refusals import refusals
from services.hazard.handling import Handling
from services.hazard.ledger.importing import Importing
from services.hazard.policy import read_policy

OF_THE_TEST = ("handling", "attachments", "people", "proofs", "importing")


ADDRESSES = count(1)


class OfTheTest:
    """此刻所用 · Whatever the test at work has put here; what the routes take out of it when they are made, as well."""

    def __init__(self, **within: "OfTheTest") -> None:
        self._it: object = None
        self._within = within
        self.__dict__.update(within)

    def __getattr__(self, name: str) -> Any:  # as whatever stands here has it
        return getattr(self._it, name)

    def put(self, it: object) -> None:
        self._it = it
        for name, inner in self._within.items():
            inner.put(getattr(it, name))


def now() -> datetime:
    return datetime.now(UTC)


@cache
def key() -> OKPKey:
    return OKPKey.generate_key("Ed25519")


@cache
def _side(log_id: UUID) -> api.WriteSide:
    """Every database of a worker is a copy of one, whose log they all carry on."""
    return api.WriteSide(
        **{name: OfTheTest() for name in OF_THE_TEST}
        | {"handling": OfTheTest(log=OfTheTest(), governing=OfTheTest())},
        caller_of=Authenticator(tokens.public_keys(key()), now=now),
        log_id=log_id,
        now=now,
    )


@cache
def _app(log_id: UUID) -> ShortWay:
    app = FastAPI()
    problems.install(app, refusals())
    for router in api.routes(_side(log_id)):
        app.router.routes.extend(router.routes)
    return ShortWay(app)


async def routed(
    log: Any, people: Any, attachments: Any, proofs: Any
) -> tuple[api.WriteSide, httpx2.AsyncClient]:
    """What the test's own requests meet, and a client to send them with."""
    log_id = (await log.head()).log_id
    side = api.WriteSide(
        handling=Handling(log, read_policy(), now, remembered=100),
        attachments=attachments,
        people=people,
        proofs=proofs,
        importing=Importing(log, people, read_policy(), now, lambda: None),
        caller_of=_side(log_id).caller_of,
        log_id=log_id,
        now=now,
    )
    for field in fields(side):
        if field.name in OF_THE_TEST:
            getattr(_side(log_id), field.name).put(getattr(side, field.name))
    number = next(ADDRESSES)  # each test from a place of its own: looks at papers are counted by it
    transport = httpx2.ASGITransport(
        app=_app(log_id), raise_app_exceptions=False, client=(f"10.0.{number // 250}.{number % 250}", 1)
    )
    return side, httpx2.AsyncClient(transport=transport, base_url="http://web")
