"""命令捷径 · Whatever a request looks like, the short way answers it as the framework would."""

from collections.abc import Iterable
from uuid import uuid4

import httpx2
import pytest

from contracts.values import Role
from services.hazard.api.commanding import ShortWay
from services.problems import MAX_BODY

CAPTURE = '{"source":"GRID","place":"2号车间","description":"消防通道堵塞"}'
NOBODY = "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10"
REQUESTS: dict[str, tuple[str, str, dict[str, str | None], str]] = {
    "in order": ("POST", "hazards", {}, CAPTURE),
    "with a charset": ("POST", "hazards", {"content-type": "application/json; charset=utf-8"}, CAPTURE),
    "without a content type": ("POST", "hazards", {"content-type": None}, CAPTURE),
    "of another content type": ("POST", "hazards", {"content-type": "text/plain"}, CAPTURE),
    "without a token": ("POST", "hazards", {"authorization": None}, CAPTURE),
    "with a token of nobody's": ("POST", "hazards", {"authorization": "Bearer x.y.z"}, CAPTURE),
    "with another scheme": ("POST", "hazards", {"authorization": "Basic eDp5"}, CAPTURE),
    "without a key": ("POST", "hazards", {"idempotency-key": None}, CAPTURE),
    "with an empty key": ("POST", "hazards", {"idempotency-key": ""}, CAPTURE),
    "with too long a key": ("POST", "hazards", {"idempotency-key": "k" * 201}, CAPTURE),
    "no JSON": ("POST", "hazards", {}, "{"),
    "no object": ("POST", "hazards", {}, "[]"),
    "an unknown field": ("POST", "hazards", {}, '{"source":"GRID","nobody":1}'),
    "an empty body": ("POST", "hazards", {}, ""),
    "a phone number": ("POST", "hazards", {}, '{"source":"GRID","description":"电话13812345678"}'),
    "too large": ("POST", "hazards", {}, '{"description":"' + "长" * MAX_BODY + '"}'),
    "happened an hour ago": ("POST", "hazards", {"occurred-at": "2020-01-01T00:00:00Z"}, CAPTURE),
    "happened at no time": ("POST", "hazards", {"occurred-at": "yesterday"}, CAPTURE),
    "a trace that is none": ("POST", "hazards", {"traceparent": "x"}, CAPTURE),
    "another method": ("PUT", "hazards", {}, CAPTURE),
    "a command read": ("GET", f"hazards/{NOBODY}/submit", {}, ""),
    "nobody's hazard": ("POST", f"hazards/{NOBODY}/submit", {"if-match": '"1"'}, "{}"),
    "an id that is none": ("POST", "hazards/x/submit", {"if-match": '"1"'}, "{}"),
    "a slash too many": ("POST", f"hazards/{NOBODY}/submit/", {"if-match": '"1"'}, "{}"),
    "a command there is not": ("POST", f"hazards/{NOBODY}/fly", {"if-match": '"1"'}, "{}"),
    "without a version": ("POST", f"hazards/{NOBODY}/submit", {}, "{}"),
    "a version that is none": ("POST", f"hazards/{NOBODY}/submit", {"if-match": "latest"}, "{}"),
    "an enterprise": ("POST", "enterprises", {}, '{"name":"甲厂","division":"330111005000"}'),
    "an enterprise elsewhere": ("POST", "enterprises", {}, '{"name":"甲厂","division":"440111005000"}'),
}
TWICE = {
    "two keys": [("idempotency-key", "")],
    "two tokens": [("authorization", "Bearer x.y.z")],
    "two content types": [("content-type", "text/plain")],
}
OF_THE_MOMENT = ("id", "position")


@pytest.mark.parametrize("request_", REQUESTS)
async def test_the_short_way_answers_as_the_framework_does(desk, request_: str) -> None:
    method, path, changed, body = REQUESTS[request_]
    short = desk.client._transport.app
    assert isinstance(short, ShortWay)
    told = [
        await asked(app, method, path, {**desk.token(Role.TWO), **changed}, body)
        for app in (short, short._app)
    ]

    assert told[0] == told[1]


@pytest.mark.parametrize("header", TWICE)
@pytest.mark.parametrize("first", [True, False])
async def test_of_two_the_same_one_counts_on_either_way(desk, header: str, first: bool) -> None:
    short = desk.client._transport.app
    ours = desk.token(Role.TWO)
    told = [
        await asked(app, "POST", "hazards", ours, CAPTURE, TWICE[header], first=first)
        for app in (short, short._app)
    ]

    assert told[0] == told[1]


async def asked(
    app: object,
    method: str,
    path: str,
    headers: dict[str, str | None],
    body: str,
    others: Iterable[tuple[str, str]] = (),
    *,
    first: bool = False,
) -> tuple[int, Iterable[str], object]:
    sent = {"content-type": "application/json", "idempotency-key": str(uuid4())}
    sent |= {name.lower(): value for name, value in headers.items()}
    given = [(name, value) for name, value in sent.items() if value is not None]
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://web") as client:
        answer = await client.request(
            method,
            f"/api/v1/{path}",
            headers=[*others, *given] if first else [*given, *others],
            content=body.encode(),
        )
    told = answer.json() if answer.content else None
    if isinstance(told, dict):
        told = {name: value for name, value in told.items() if name not in OF_THE_MOMENT}
    return answer.status_code, sorted(answer.headers), told
