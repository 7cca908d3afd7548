"""命令路由 · A shorter way through the framework for commands that are in order.

FastAPI finds each argument of a route anew for every request, which takes longer than the command. What a command
route declares (a body, a path, who sends it) is read here directly; documentation, and every request that is not
plainly in order, are left to the framework, so that nothing is answered differently.
"""

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

from fastapi import Request
from fastapi.params import Depends
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.routing import Match
from starlette.types import Scope

from services.hazard.api.sending import SentOf

JSON = "application/json"

Handler = Callable[[Request], Coroutine[Any, Any, Response]]  # as the framework types a route's handler


@dataclass(frozen=True, slots=True)
class _Plain:
    """What a command's endpoint takes: one body, who sends it, and ids from the path."""

    endpoint: Callable[..., Awaitable[Response]]
    body: str
    ask: type[BaseModel]
    sender: str
    sent_of: SentOf
    ids: tuple[str, ...]


class CommandRoute(APIRoute):
    """命令路由 · For `APIRouter(route_class=…)`; a route that is no command is the framework's own."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """匹配 · Most routes end otherwise than the path; a pattern is tried on the few that do not."""
        fixed = self.path_format.rpartition("}")[2]
        if not scope["path"].endswith(fixed):
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Handler:
        """处理函数 · The short way for what is in order, the framework's for all else."""
        ordinary = super().get_route_handler()
        plain = _plain(self.endpoint)
        if plain is None:
            return ordinary

        async def handle(request: Request) -> Response:
            values = await _values(plain, request)
            return await (ordinary(request) if values is None else plain.endpoint(**values))

        return handle


def _plain(endpoint: Callable[..., Awaitable[Response]]) -> _Plain | None:
    body: tuple[str, type[BaseModel]] | None = None
    sender: tuple[str, SentOf] | None = None
    ids = []
    for name, parameter in inspect.signature(endpoint).parameters.items():
        kind = parameter.annotation
        depends = next((one.dependency for one in get_args(kind) if isinstance(one, Depends)), None)
        if isinstance(depends, SentOf):
            sender = name, depends
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            body = name, kind
        elif kind is UUID:
            ids.append(name)
        else:
            return None
    return _Plain(endpoint, *body, *sender, tuple(ids)) if body and sender else None


async def _values(plain: _Plain, request: Request) -> dict[str, object] | None:
    """The endpoint's arguments, or None when the framework has to look. Raises Unauthenticated."""
    if request.headers.get("content-type") != JSON:
        return None
    sent = plain.sent_of.plainly(request.headers)
    if sent is None:
        return None
    try:
        values: dict[str, object] = {name: UUID(request.path_params[name]) for name in plain.ids}
        values[plain.body] = plain.ask.model_validate_json(await request.body())
    except (ValidationError, ValueError):
        return None
    return values | {plain.sender: sent}
