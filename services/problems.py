"""问题答复 · The door to RFC 9457: every error leaves as application/problem+json, in Chinese, by a stable name."""

import re
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from http import HTTPStatus
from typing import Any, Final, cast

import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi_problem.error import Problem as Answer
from fastapi_problem.handler import ExceptionHandler, new_exception_handler
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.problems import PROBLEM_TYPES, FieldError, Problem
from services.trouble import Trouble
from services.wrong_fields import field_errors

MEDIA_TYPE: Final = "application/problem+json"
BASE: Final = "/problems/"
MAX_BODY: Final = 1024 * 1024  # bytes; an event is at most 256 KB
RETRY_AFTER: Final = 2  # seconds; an embedded server restarts within one or two
WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# What the framework itself answers, by the sentence an official would write.
BY_STATUS: Final[Mapping[int, tuple[str, str]]] = {
    400: ("malformed", "请求内容无法解析，请检查格式与编码（UTF-8）"),
    401: ("unauthenticated", "请在 Authorization 请求头中提供身份凭证"),
    403: ("forbidden", "您没有进行此操作的权限"),
    404: ("not-found", "没有这个地址，请对照接口文档检查路径"),
    405: ("method-not-allowed", "此地址不支持该请求方法"),
    406: ("not-acceptable", "无法按 Accept 请求头要求的格式答复"),
    413: ("too-large", "请求内容超过允许的大小"),
    415: ("unsupported-media", "不支持此内容类型"),
    422: ("malformed", "请求内容有误"),
    429: ("too-many-requests", "请求过于频繁，请稍后再试"),
    503: ("busy", "系统暂时繁忙，请稍后用同一 Idempotency-Key 重试"),
}

logger = structlog.get_logger()


def slug(refusal: type[Exception]) -> str:
    """代码 · A refusal's stable name: NotAtThisStage -> not-at-this-stage."""
    return WORDS.sub("-", refusal.__name__).lower()


def install(
    app: FastAPI,
    refusals: Mapping[type[Exception], str] | None = None,
    *,
    max_body: int = MAX_BODY,
    retry_after: int = RETRY_AFTER,
) -> None:
    """安装 · Let every error of an app be answered as a problem, and say so in its OpenAPI document.

    `refusals` names the code of a service's own exceptions; a subclass without a code of its own takes its
    parent's. Their `extras`, `headers` and `errors` are used where they have them. `max_body` is in bytes; a
    route's own `max_body_size` goes before it. Raises KeyError for a code that contracts.problems does not know.
    """
    named = dict(refusals or {})
    for code in named.values():
        PROBLEM_TYPES[code]

    def translate(_handler: ExceptionHandler, request: Request, error: Exception) -> Answer:
        answer = _answer(request, error, named)
        if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
            answer.headers = {"Retry-After": str(retry_after), **(answer.headers or {})}
        return answer

    handler = new_exception_handler(handlers={Exception: translate})
    ours = (HTTPException, RequestValidationError, Trouble, psycopg.OperationalError, psycopg.DataError)
    for kind in (Exception, *ours, *named):
        app.add_exception_handler(kind, handler)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=max_body)
    app.add_middleware(_TooLarge)
    _describe(app)


def responses(*codes: str) -> dict[int | str, dict[str, Any]]:
    """答复说明 · For a route's `responses`: what these problems look like, by status, with an example of each.

    The values are OpenAPI objects, as FastAPI takes them.
    """
    described: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        kind = PROBLEM_TYPES[code]
        entry = described.setdefault(kind.status, {"description": "", "content": {MEDIA_TYPE: _content()}})
        entry["description"] = "；".join(filter(None, (entry["description"], kind.title)))
        body = Problem(
            type=BASE + code, code=code, title=kind.title, status=kind.status, detail=kind.title
        ).body()
        entry["content"][MEDIA_TYPE]["examples"][code] = {"summary": kind.title, "value": body}
    return described


def _content() -> dict[str, Any]:
    return {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}


# ---- from an exception to an answer


def _answer(request: Request, error: Exception, named: Mapping[type[Exception], str]) -> Answer:
    for kind in type(error).__mro__:
        if kind in named:
            return _refusal(named[cast("type[Exception]", kind)], error)
    if isinstance(error, Trouble):
        return _refusal(error.code, error)
    if isinstance(error, RequestValidationError):
        wrong = field_errors(error.errors())
        return _problem("malformed", _summary(wrong), errors=wrong)
    if isinstance(error, HTTPException):
        return _of_framework(error)
    if isinstance(error, psycopg.DataError):  # such as NUL in a query parameter
        return _problem("malformed", "请求中有数据库不能保存或比较的内容，例如控制字符或过大的数字")
    if isinstance(error, psycopg.OperationalError):
        logger.warning("database.missed", error=type(error).__name__, path=_route(request))
        return _problem("busy", BY_STATUS[503][1])
    # The server logs the trace; what it says may hold a person's data, so it stays out of the answer.
    logger.error("request.failed", error=type(error).__name__, method=request.method, path=_route(request))
    return _problem("internal", "系统内部错误，已记录；请稍后重试，仍不成功请联系管理员")


def _refusal(code: str, error: Exception) -> Answer:
    return _problem(
        code,
        _own(str(error)) or _sentence(type(error)) or PROBLEM_TYPES[code].title,
        headers=getattr(error, "headers", None),
        errors=getattr(error, "errors", ()),
        **getattr(error, "extras", {}),
    )


def _sentence(refusal: type[Exception]) -> str:
    return (refusal.__doc__ or "").partition(" · ")[0].strip()


def _own(said: object) -> str:
    # A sentence of a library is English and for programmers; one of ours is Chinese and for whoever asked.
    return said if isinstance(said, str) and not said.isascii() else ""


def _of_framework(error: HTTPException) -> Answer:
    other = ("internal", "系统内部错误") if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR else None
    code, detail = (
        BY_STATUS.get(error.status_code) or other or ("bad-request", "请求有误，请对照接口文档检查")
    )
    return _problem(code, _own(error.detail) or detail, headers=error.headers)


def _problem(
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Iterable[FieldError] = (),
    **extras: object,
) -> Answer:
    kind = PROBLEM_TYPES[code]
    listed = [error.model_dump(mode="json") for error in errors]
    return Answer(
        kind.title,
        type_=BASE + code,
        detail=detail,
        status=kind.status,
        headers=cast("MutableMapping[str, str]", dict(headers or {})),
        code=code,
        **({"errors": listed} if listed else {}),
        **extras,
    )


def _summary(wrong: Sequence[FieldError]) -> str:
    first = "；".join(f"{error.pointer or '正文'}：{error.detail}" for error in wrong[:3])
    return f"{first}（共 {len(wrong)} 处有误）" if len(wrong) > 1 else first


def _route(request: Request) -> str:
    # The template, not the address: a person's id or a search text may stand in the address.
    return str(getattr(request.scope.get("route"), "path", ""))


class _TooLarge:
    """The framework answers an announced oversize in plain text, whatever a handler said: say it as a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        replaced = False

        async def replacing(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type", "")
                replaced = message["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and kind.startswith(
                    "text/plain"
                )
                if replaced:
                    answer = _problem("too-large", BY_STATUS[413][1])
                    headers = {"content-type": MEDIA_TYPE}
                    await JSONResponse(answer.marshal(), 413, headers)(scope, receive, send)
            if not replaced:
                await send(message)

        await self.app(scope, receive, replacing)


# ---- in the OpenAPI document


def _describe(app: FastAPI) -> None:
    generate = app.openapi

    def openapi() -> dict[str, Any]:  # an OpenAPI document, as FastAPI types it
        document = generate()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        schemas.update(_schemas())
        for path in document["paths"].values():
            for operation in path.values():
                _describe_operation(operation)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend the document


def _schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), "Problem": schema}


def _describe_operation(operation: dict[str, Any]) -> None:
    answers = operation.get("responses")
    if answers is None:
        return
    if "application/json" in answers.get("422", {}).get("content", {}):
        del answers["422"]
        answers |= {str(status): answer for status, answer in responses("malformed").items()}
    schema = {"$ref": "#/components/schemas/Problem"}
    answers.setdefault("default", {"description": "其他问题", "content": {MEDIA_TYPE: {"schema": schema}}})
