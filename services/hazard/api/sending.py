"""请求头 · Who sends a command, under which key, on which version: headers and token become a Sender."""

import hashlib
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

import orjson
import uuid_utils
from fastapi import Depends, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter
from starlette.routing import BaseRoute

from contracts.values import Entry, Role
from services.authentication import Authenticator
from services.hazard.api.command_headers import MAX_KEY, parameters, read_headers
from services.hazard.handling import Done, Sender
from services.problems import responses
from services.scope import scope_of
from services.tokens import Caller
from services.trouble import Trouble

NAMESPACE = uuid_utils.UUID("0b9c8c0e-5f5b-5b0e-8a44-7d6d3c1c2f10")  # of ids that a client's key makes
OFFLINE_AFTER = timedelta(minutes=10)  # an older client clock means that the record waited offline
VERSION = re.compile(r'^(?:W/)?"?(\d+)"?$')


@dataclass(frozen=True, slots=True)
class Sent:
    """已发请求 · The caller with the headers of one command."""

    caller: Caller
    key: str
    if_match: str | None
    occurred_at: datetime | None
    traceparent: str | None
    now: datetime

    def new_id(self) -> str:
        """新标识 · The id of a creation, from client and key: sending again creates nothing more."""
        return str(uuid_utils.uuid5(NAMESPACE, f"{self.caller.client}/{self.key}"))

    def creating(self, command: str, ask: BaseModel) -> Sender:
        """创建 · A command on something that is not there yet."""
        return self._sender(command, command, ask, None)

    def changing(self, command: str, key: str, ask: BaseModel) -> Sender:
        """修改 · A command on something that exists; If-Match is required of everybody but the system.

        Raises Trouble if-match-missing (428).
        """
        if self.if_match is None and self.caller.role is not Role.SYS:
            raise Trouble("if-match-missing", "请在 If-Match 中填写您读到的版本（见读取结果的 ETag）")
        return self._sender(command, f"{key}/{command}", ask, version_of(self.if_match))

    def _sender(self, command: str, path: str, ask: BaseModel, expecting: int | None) -> Sender:
        if not self.caller.may_send(command):
            raise Trouble("command-not-granted", f"该服务账号不得发送「{command}」")
        late = self.occurred_at is not None and self.occurred_at < self.now - OFFLINE_AFTER
        return Sender(
            client=self.caller.client,
            key=self.key,
            request=hashlib.sha256(f"{self.caller.person}\n{path}\n".encode() + _written(ask)).digest(),
            person=self.caller.person,
            role=self.caller.role,
            organisation=self.caller.organisation,
            division=self.caller.division,
            certificate=self.caller.certificate,
            scope=scope_of(self.caller),
            at=self.occurred_at,
            entry=Entry.OFFLINE if late else Entry.LIVE,
            expecting=expecting,
            traceparent=self.traceparent,
            correlation=str(uuid_utils.uuid7()),
        )


def _written(ask: BaseModel) -> bytes:
    return _adapter(type(ask)).dump_json(ask)


@lru_cache(maxsize=256)  # as many as there are commands, and more
def _adapter(ask: type[BaseModel]) -> TypeAdapter[BaseModel]:
    return TypeAdapter(ask)


def version_of(if_match: str | None) -> int | None:
    """版本 · The number in an If-Match header.

    Raises Trouble bad-request.
    """
    if if_match is None:
        return None
    match = VERSION.match(if_match.strip())
    if match is None:
        raise Trouble("bad-request", f'If-Match 应为读取时的 ETag，例如 "3"，而不是 {if_match}')
    return int(match[1])


CallerOf = Authenticator


class SentOf:
    """取请求头 · The dependency that every command route asks for."""

    def __init__(self, caller_of: CallerOf, now: Callable[[], datetime]) -> None:
        """装配 · With who may be believed, and the clock."""
        self._caller_of = caller_of
        self._now = now
        caller = Annotated[Caller, Depends(caller_of)]
        # The framework reads the signature of each instance: whose dependency it is, is known only here.
        self.__signature__ = inspect.signature(self.__call__).replace(
            parameters=[
                parameter.replace(annotation=caller) if parameter.name == "caller" else parameter
                for parameter in inspect.signature(self.__call__).parameters.values()
            ]
        )

    async def __call__(  # async although it waits for nothing: a plain function would cost a thread each time
        self,
        caller: Caller,
        request: Request,
    ) -> Sent:
        """已发请求 · What stands in the headers. Raises Trouble idempotency-key-missing, RequestValidationError."""
        given = read_headers(request.headers)
        if given.key is None:
            raise Trouble("idempotency-key-missing", "每个写操作须带 Idempotency-Key，重发时保持不变")
        return Sent(caller, given.key, given.if_match, given.occurred_at, given.traceparent, self._now())

    def plainly(self, headers: Mapping[bytes, bytes]) -> Sent | None:
        """直接读取 · The same for headers that need no second look, else None. Raises Unauthenticated."""
        if b"occurred-at" in headers or b"traceparent" in headers:
            return None
        key = headers.get(b"idempotency-key", b"").decode("latin-1")
        if not 0 < len(key) <= MAX_KEY:
            return None
        caller = self._caller_of.proved(headers.get(b"authorization", b"").decode("latin-1"))
        if_match = headers.get(b"if-match")
        return Sent(
            caller, key, None if if_match is None else if_match.decode("latin-1"), None, None, self._now()
        )


def show_headers(routes: Iterable[BaseRoute]) -> None:
    """说明请求头 · Tell OpenAPI what every route among these that takes a command reads in the headers."""
    shown = {"parameters": parameters()}
    for route in routes:
        if isinstance(route, APIRoute) and any(
            isinstance(one.call, SentOf) for one in route.dependant.dependencies
        ):
            route.openapi_extra = shown


class CommandDone(
    BaseModel,
    json_schema_extra={
        "examples": [
            {
                "id": "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
                "version": 4,
                "events": ["hazard.rectification-ordered"],
                "status": "RECTIFYING",
                "number": "HZ-330111-2026-000123",
                "position": "2f6c…:1024",
            }
        ]
    },
):
    """办理结果 · The same for the first answer and every repeat."""

    id: str
    version: int
    events: list[str]
    position: str
    status: str | None = None
    number: str | None = None
    warning: str | None = None


CHANGING = responses("unauthenticated", "may-not", "not-found", "not-at-this-stage", "stale-version", "malformed", "if-match-missing", "busy")  # fmt: skip


def documented(summary: str, operation_id: str) -> dict[str, Any]:  # arguments of FastAPI, of many types
    """路由说明 · What every command route says of itself in OpenAPI."""
    return {
        "summary": summary,
        "operation_id": operation_id,
        "response_model": CommandDone,
        "responses": CHANGING,
    }


def answer(done: Done, log_id: UUID, *, created_at: str | None = None) -> Response:
    """答复 · 201 with its place for a creation, 200 otherwise; ETag and X-Position on each."""
    position = f"{log_id}:{done.position}"
    headers = {"ETag": f'"{done.answer["version"]}"', "X-Position": position}
    if done.repeat:
        headers["Idempotency-Replayed"] = "true"
    if created_at is not None:
        headers["Location"] = f"{created_at}/{done.answer['id']}"
    status = 200 if created_at is None else 201
    body = orjson.dumps(done.answer | {"position": position})
    return Response(body, status_code=status, headers=headers, media_type="application/json")
