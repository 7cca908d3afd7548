"""登录 · The page where a token is put in, and the ways in and out. A token travels in a form's body, never in an address."""

from html import escape
from string import Template
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.console.gate import LOGIN
from services.console.looks import read_asset
from services.console.sessions import COOKIE, LONGEST, PLACE, Sessions
from services.tokens import Unauthenticated

NO_STORE = {"Cache-Control": "no-store"}
LONGEST_TOKEN = 8192


def routes(sessions: Sessions) -> APIRouter:
    """登录路由 · GET and POST /console/login, POST /console/logout."""
    router = APIRouter(include_in_schema=False)
    add_way_in(router, sessions)
    add_way_out(router, sessions)
    return router


def shown(to: str, why: str = "", status: int = 200) -> HTMLResponse:
    """登录页 · With what was wrong the last time; the token is never shown again."""
    said = f'<p class="why" role="alert">{escape(why)}</p>' if why else ""
    page = Template(read_asset("login.html"))
    return HTMLResponse(page.substitute(to=escape(local(to)), why=said), status, NO_STORE)


def add_way_in(router: APIRouter, sessions: Sessions) -> None:
    """登录 · The page, and what it sends."""

    @router.get(LOGIN)
    async def ask(request: Request, to: str = PLACE) -> Response:
        if sessions.of_cookies(request.cookies) is not None:
            return RedirectResponse(local(to), 303)
        return shown(to)

    @router.post(LOGIN)
    async def enter(
        request: Request,
        token: Annotated[str, Form(max_length=LONGEST_TOKEN)] = "",
        to: Annotated[str, Form()] = PLACE,
    ) -> Response:
        try:
            sealed = sessions.begin(token.strip().removeprefix("Bearer ").strip())
        except Unauthenticated as why:
            return shown(to, str(why), 401)
        answer = RedirectResponse(local(to), 303, NO_STORE)
        secure = request.url.scheme == "https"
        answer.set_cookie(
            COOKIE, sealed, max_age=LONGEST, path=PLACE, httponly=True, samesite="lax", secure=secure
        )
        return answer


def add_way_out(router: APIRouter, sessions: Sessions) -> None:
    """退出 · By a button, so that no link and no picture of somebody else's signs anybody out."""

    @router.post(f"{PLACE}/logout")
    async def leave(request: Request) -> Response:
        session = sessions.of_cookies(request.cookies)
        if session is not None:
            sessions.end(session)
        answer = RedirectResponse(LOGIN, 303, NO_STORE)
        answer.delete_cookie(COOKIE, path=PLACE)
        return answer


def local(to: str) -> str:
    """站内地址 · Where to go after the login: a page of the console, whatever an address asks for."""
    parts = urlsplit(to.replace("\\", "/"))
    inside = parts.path == PLACE or parts.path.startswith(f"{PLACE}/")
    if parts.scheme or parts.netloc or not inside or parts.path.startswith((LOGIN, f"{PLACE}/_")):
        return PLACE
    return parts.path + (f"?{parts.query}" if parts.query else "")
