"""命令捷径 · A shorter way for commands that are plainly in order, in front of the framework.

FastAPI finds each argument of a route anew for every request, behind a dozen layers; that takes longer than the
command itself. What a command's endpoint declares (a body, ids in its path, who sends it) is read here directly. The
framework documents these endpoints, and answers every request that is not plainly in order, so that nothing is answered
differently: whatever this way does not take, it hands on untouched.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import get_args
from uuid import UUID

from fastapi import FastAPI
from fastapi.params import Depends
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.hazard.api.sending import SentOf
from services.hazard.refused import Refused
from services.problems import MAX_BODY
from services.trouble import Trouble

JSON = b"application/json"

Headers = dict[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Plain:
    """简明端点 · What a command's endpoint takes: one body, who sends it, and at most one id from the path."""

    route: APIRoute
    endpoint: Callable[..., Awaitable[Response]]
    body: str
    ask: type[BaseModel]
    sender: str
    sent_of: SentOf
    id: str | None


class ShortWay:
    """捷径 · An application in front of another: its commands by their paths, all else handed on."""

    def __init__(self, app: FastAPI, rest: ASGIApp | None = None) -> None:
        """装配 · With the application as it is, all routes in it; `rest` is what else stands in front of it."""
        self._app = app
        self._rest = rest or app
        # By what stands before and behind the id; a path without an id by itself.
        self._commands: dict[tuple[str, str], Plain] = {}
        for route in app.routes:
            plain = _plain(route) if isinstance(route, APIRoute) else None
            if plain is not None:
                before, _, behind = plain.route.path_format.partition(f"{{{plain.id}}}")
                self._commands[before, behind] = plain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """一次请求 · The short way for a command that is in order; the application's own for everything else."""
        found = self._found(scope)
        if found is None:
            await self._rest(scope, receive, send)
            return
        plain, given = found
        body, messages = await _body(receive)
        headers = dict(scope["headers"])
        twice = len(headers) != len(scope["headers"])  # which of two counts is the framework's to say
        values = None if body is None or twice else _values(plain, given, headers, body)
        if values is None:
            await self._rest(scope, _again(messages, receive), send)
            return
        try:
            response = await plain.endpoint(**values)
        except Exception as error:
            response = await self._told({**scope, "route": plain.route}, receive, error)
            await response(scope, receive, send)
            if not isinstance(error, (Refused, Trouble)) and response.status_code == 500:  # noqa: PLR2004 — unforeseen
                raise  # the server logs its trace, as it does for the framework
            return
        await response(scope, receive, send)

    def _found(self, scope: Scope) -> tuple[Plain, str] | None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope.get("root_path"):
            return None
        path: str = scope["path"]
        plain = self._commands.get((path, ""))
        if plain is not None:
            return (plain, "") if plain.id is None else None
        before, _, behind = path.rpartition("/")
        before, _, given = before.rpartition("/")
        plain = self._commands.get((f"{before}/", f"/{behind}"))
        return None if plain is None else (plain, given)

    async def _told(self, scope: Scope, receive: Receive, error: Exception) -> Response:
        """The answer that the application has for an error. Raises it when there is none."""
        for kind in type(error).__mro__:
            handler = self._app.exception_handlers.get(kind)
            if handler is not None:
                told = handler(Request(scope, receive), error)
                return await told if inspect.isawaitable(told) else told
        raise error


def _plain(route: APIRoute) -> Plain | None:
    if route.methods != {"POST"} or route.dependencies:
        return None
    body: tuple[str, type[BaseModel]] | None = None
    sender: tuple[str, SentOf] | None = None
    ids: list[str] = []
    for name, parameter in inspect.signature(route.endpoint).parameters.items():
        kind = parameter.annotation
        depends = next((one.dependency for one in get_args(kind) if isinstance(one, Depends)), None)
        if isinstance(depends, SentOf):
            sender = name, depends
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            body = name, kind
        elif kind is UUID and not ids:
            ids.append(name)
        else:
            return None
    if not body or not sender:
        return None
    return Plain(route, route.endpoint, *body, *sender, ids[0] if ids else None)


async def _body(receive: Receive) -> tuple[bytes | None, list[Message]]:
    """The body, unless it is too long or its sender went away; and the messages it came in."""
    messages = [await receive()]
    body = messages[0].get("body", b"")
    while messages[-1].get("more_body") and len(body) <= MAX_BODY:
        messages.append(await receive())
        body += messages[-1].get("body", b"")
    whole = messages[-1]["type"] == "http.request" and len(body) <= MAX_BODY
    return (body if whole else None), messages


def _again(messages: list[Message], receive: Receive) -> Receive:
    """The same messages once more, then what follows them."""
    told: Iterator[Message] = iter(messages)

    async def again() -> Message:
        message = next(told, None)
        return await receive() if message is None else message

    return again


def _values(plain: Plain, given: str, headers: Headers, body: bytes) -> dict[str, object] | None:
    """The endpoint's arguments, or None when the framework has to look."""
    if headers.get(b"content-type") != JSON:
        return None
    values: dict[str, object] = {}
    try:
        sent = plain.sent_of.plainly(headers)
        if plain.id is not None:
            values[plain.id] = _id(given)
        values[plain.body] = plain.ask.model_validate_json(body)
    except Exception:  # noqa: BLE001 — the framework meets the same, and answers it
        return None
    return None if sent is None else values | {plain.sender: sent}


def _id(given: str) -> UUID:
    """The id as it is written; Python takes many other spellings for it. Raises ValueError."""
    found = UUID(given)
    if str(found) != given.lower():
        raise ValueError(given)
    return found
