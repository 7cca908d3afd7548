"""页面框架 · What every page has: the bar with its links, who has signed in, the way out; and what is said when it fails."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from services.console.calling import Api, Json, Problem, SignedOut
from services.console.elements import link, part, say, text
from services.console.gate import LOGIN
from services.console.sessions import PLACE, Session, Sessions

NAME = "事故隐患控制台"
PATIENCE = 60.0  # seconds for the reads that a page is made from
OVERVIEW, LEDGER = PLACE, f"{PLACE}/hazards"
WORK, OVERDUE = f"{PLACE}/work", f"{PLACE}/overdue"
ENTERPRISES, READ_MODELS = f"{PLACE}/enterprises", f"{PLACE}/projections"
LINKS = (
    (OVERVIEW, "总览"),
    (WORK, "我的待办"),
    (OVERDUE, "逾期"),
    (LEDGER, "隐患台账"),
    (ENTERPRISES, "企业档案"),
    (READ_MODELS, "读模型"),
)

Build = Callable[[Api, Request], Awaitable[None]]
Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Desk:
    """工作台 · What the pages are given: the API of this process, and who has signed in."""

    app: ASGIApp
    sessions: Sessions
    document: Json = field(default_factory=dict)

    def api(self, session: Session) -> Api:
        """接口 · As this person; the document is read once, it stays as long as the process."""
        return Api(self.app, session, self.sessions, self.document)


def page(desk: Desk, path: str, here: str, title: str, build: Build) -> None:
    """页面 · At a path of the console, in the frame; `here` is the link that it belongs to."""

    @ui.page(path, title=f"{title} · {NAME}", response_timeout=PATIENCE)
    async def shown(request: Request) -> Response | None:
        session: Session = request.state.session
        try:
            with frame(session, here):
                try:
                    await build(desk.api(session), request)
                except Problem as problem:
                    say(problem)
        except SignedOut:
            return RedirectResponse(f"{LOGIN}?to={quote(request.url.path, safe='')}", 303)
        return None


@contextmanager
def frame(session: Session, here: str) -> Iterator[None]:
    """框架 · The bar, then the page."""
    text("a", "跳到正文", "skip", href="#main")
    with part("header", "bar"), part("div", "bar-in"):
        link(NAME, OVERVIEW, "brand")
        with part("nav", aria_label="主导航"):
            for address, words in LINKS:
                text("a", words, href=address, **({"aria_current": "page"} if address == here else {}))
        text("span", session.caller.role.zh, "who")
        with part("form", method="post", action=f"{PLACE}/logout"):
            text("button", "退出登录", type="submit")
    with part("main", "page", id="main", tabindex="-1"):
        yield


def again_and_again(seconds: float, work: Work) -> None:
    """定时 · For as long as the page is open; a read that fails leaves what was shown, the end of the session ends it."""

    async def once() -> None:
        try:
            await work()
        except SignedOut:
            timer.deactivate()
            ui.navigate.to(LOGIN)
        except Problem:
            return

    timer = ui.timer(seconds, once, immediate=False)
