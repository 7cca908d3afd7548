"""调用接口 · The console's only way to anything: the HTTP API, in this process, with the caller's own token."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx2
from starlette.types import ASGIApp

from services.console.sessions import Session, Sessions

BASE = "http://console"
API = "/api/v1"
NOT_FOUND, UNAUTHENTICATED = 404, 401

Json = dict[str, Any]  # an answer of the API, by its OpenAPI document
Asked = Mapping[str, Any]  # query parameters: text, numbers, lists


class SignedOut(Exception):
    """须重新登录 · The session has ended, or its token has."""


class Problem(Exception):
    """接口拒绝 · What the API said no with: a problem by RFC 9457."""

    def __init__(self, status: int, told: Json) -> None:
        """造 · With the answer's own words."""
        super().__init__(told.get("detail") or told.get("title") or "")
        self.status, self.told = status, told

    @property
    def title(self) -> str:
        """规则 · The rule by name."""
        return str(self.told.get("title") or "未能办理")

    @property
    def detail(self) -> str:
        """说明 · The sentence that says why."""
        return str(self.told.get("detail") or "")

    @property
    def code(self) -> str:
        """代码 · Stable, for those who look it up."""
        return str(self.told.get("code") or self.status)

    @property
    def errors(self) -> list[Json]:
        """字段 · Which fields are wrong, each with its pointer."""
        return list(self.told.get("errors") or ())


class Api:
    """接口 · For one open page of one person; it reads what it has just written."""

    def __init__(self, app: ASGIApp, session: Session, sessions: Sessions, document: Json) -> None:
        """装配 · With the application of this process, who has signed in, and its document when it was read before."""
        self.session = session
        self._app, self._sessions = app, sessions
        self._document = document
        self._position: str | None = None

    async def get(self, path: str, asked: Asked | None = None) -> Json:
        """读取 · Raises Problem, SignedOut."""
        return (await self._send("GET", path, params=_given(asked))).json()  # type: ignore[no-any-return]  # JSON is any

    async def found(self, path: str, asked: Asked | None = None) -> Json | None:
        """读取 · None for what is not there or not in reach. Raises Problem, SignedOut."""
        try:
            return await self.get(path, asked)
        except Problem as problem:
            if problem.status == NOT_FOUND:
                return None
            raise

    async def document(self) -> Json:
        """接口文档 · What the forms are made from. Raises Problem, SignedOut."""
        if not self._document:
            self._document |= (await self._send("GET", "/openapi.json", root="")).json()
        return self._document

    async def command(self, path: str, body: Json, version: int | None, key: str) -> Json:
        """办理 · On the version that was shown, under a key that a repeat keeps. Raises Problem, SignedOut."""
        headers = {"Idempotency-Key": key} | ({} if version is None else {"If-Match": f'"{version}"'})
        answer = await self._send("POST", path, json=body, headers=headers)
        self._position = answer.headers.get("X-Position", self._position)
        return answer.json()  # type: ignore[no-any-return]  # JSON is any

    async def attach(self, name: str, content: bytes) -> Json:
        """上传附件 · Raises Problem, SignedOut."""
        return (await self._send("POST", "/attachments", files={"file": (name, content)})).json()  # type: ignore[no-any-return]  # JSON is any

    async def attachment(self, digest: str) -> httpx2.Response:
        """取附件 · Raises Problem, SignedOut."""
        return await self._send("GET", f"/attachments/{digest}")

    async def content(self, path: str) -> httpx2.Response:
        """取文件 · A workbook or a page, as the API gives it. Raises Problem, SignedOut."""
        return await self._send("GET", path)

    async def _send(
        self, method: str, path: str, *, root: str = API, **more: Any
    ) -> httpx2.Response:  # as the client takes them
        if not self._sessions.is_open(self.session):
            raise SignedOut
        headers = {"Authorization": f"Bearer {self.session.token}", **more.pop("headers", {})}
        if method == "GET" and self._position:
            headers["Min-Position"] = self._position
        transport = httpx2.ASGITransport(app=self._app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
            answer = await client.request(method, f"{root}{path}", headers=headers, **more)
        if answer.status_code == UNAUTHENTICATED:
            raise SignedOut
        if not answer.is_success:
            raise Problem(answer.status_code, _told(answer))
        return answer


def new_key() -> str:
    """幂等键 · A new one for each thing that somebody sets out to do."""
    return str(uuid4())


def _given(asked: Asked | None) -> Asked:
    return {name: value for name, value in (asked or {}).items() if value not in (None, "", [], ())}


def _told(answer: httpx2.Response) -> Json:
    try:
        told = answer.json()
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"detail": "系统暂时无法答复，请稍后再试"}
