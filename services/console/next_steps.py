"""下一步 · What may be done now, each as a form over the same command as the API's; what may not, with the reason."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from nicegui import ui

from services.console import words
from services.console.calling import Api, Json, Problem, SignedOut, new_key
from services.console.elements import card, chip, note, part, say, text
from services.console.fields import Asking, asking
from services.console.filling_in import Filled, Suggested
from services.console.gate import LOGIN

Changed = Callable[[], Awaitable[None]]
STALE = 412


class NextSteps:
    """下一步 · The forms of one thing, by what its `/next` says."""

    def __init__(self, api: Api, path: str, route: str, document: Json, changed: Changed) -> None:
        """装配 · `path`: of the thing in the API; `route`: the same as the document writes it."""
        self._api, self._path, self._route = api, path, route
        self._document, self._changed = document, changed
        self._next: Json = {}
        self._version = 0
        self._known: Suggested = {}
        self._news: ui.element | None = None
        self._done = ""
        self._unsent: set[str] = set()

    @property
    def busy(self) -> bool:
        """正在填写 · Whether somebody has a form open."""
        return bool(self._unsent)

    def show(self, next_steps: Json, version: int, known: Suggested) -> None:
        """显示 · For the first time."""
        self._next, self._version, self._known = next_steps, version, known
        self._all()

    def renew(self, next_steps: Json, version: int, known: Suggested) -> None:
        """更新 · After a step; open forms go."""
        self._next, self._version, self._known = next_steps, version, known
        self._unsent.clear()
        self._all.refresh()

    def tell_of_news(self) -> None:
        """告知有变 · Somebody else took a step while a form is open here."""
        if self._news is not None and not self._news.visible:
            self._news.visible = True

    @ui.refreshable_method
    def _all(self) -> None:
        with card("现在可以办理"):
            self._told()
            with part("div", "said news", role="status") as self._news:
                text("p", "他人刚刚办理了这条隐患，您看到的已不是最新情况。")
                again = text("button", "显示最新情况", "press plain", type="button")
                again.on("click", self._changed)
            self._news.visible = False
            if not self._next["open"]:
                text("p", f"{self._next['role_name']}现在没有可以办理的事项。", "none")
            for step in self._next["open"]:
                self._open(step)
        self._closed()

    def _told(self) -> None:
        if self._done:
            note(self._done)
            self._done = ""

    def _open(self, step: Json) -> None:
        found = asking(self._document, f"{self._route}/{step['command']}")
        if found is None:
            return
        with ui.expansion().classes("step") as folded:
            folded.props["header-class"] = "step-head"
            folded.props["data-command"] = step["command"]
            with folded.add_slot("header"), part("div", "head"):
                text("span", step["title"])
                if step.get("by"):
                    chip(f"{_until(step['by'])} 前", "warn")
        made = False

        def opened() -> None:
            nonlocal made
            if folded.value and not made:
                made = True
                with folded:
                    Form(self, step, found).show()
            self._note(step["command"], open_=bool(folded.value))

        folded.on_value_change(opened)

    def _note(self, command: str, *, open_: bool) -> None:
        if open_:
            self._unsent.add(command)
        else:
            self._unsent.discard(command)

    def _closed(self) -> None:
        with part("section", "card"), part("details"):
            text("summary", f"现在不能办理的事项（{len(self._next['closed'])}）及原因")
            with part("ul", "closed"):
                for step in self._next["closed"]:
                    with part("li"):
                        text("b", step["title"])
                        why = step.get("why") or {}
                        text("p", f"{why.get('title', '')}：{why.get('detail', '')}")
                        if step["open_to"]:
                            text("p", f"可以办理的是：{words.role_names(step['open_to'])}", "soft small")

    async def send(self, command: str, title: str, body: Mapping[str, Any], key: str) -> None:
        """办理 · On the version that is shown. Raises Problem, SignedOut."""
        await self._api.command(f"{self._path}/{command}", dict(body), self._version, key)
        self._done = f"已办理：{title}"
        await self._changed()

    @property
    def known(self) -> Suggested:
        """建议 · Whom and what its forms may name."""
        return self._known


class Form:
    """一项事项的表单 · Its fields, its button, and what the API said."""

    def __init__(self, steps: NextSteps, step: Json, asked: Asking) -> None:
        """装配 · One step of the next ones, with what it asks for."""
        self._steps, self._step, self._asked = steps, step, asked
        self._filled = Filled(asked.fields, steps.known)
        self._key = (
            new_key()
        )  # kept when it is sent again: what came through the first time is not done twice
        self._sending = False

    def show(self) -> None:
        """显示 · Fields, button, and a place for what is said."""
        with part("div", "form"):
            if self._asked.about:
                text("p", self._asked.about, "about soft small")
            if self._step.get("basis"):
                text("p", f"依据：{self._step['basis']}", "soft small")
            self._filled.show()
            self._place = part("div")
            with part("div"):
                button = text("button", f"确认{self._step['title']}", "press", type="button")
                button.on("click", self._pressed)

    async def _pressed(self) -> None:
        if self._sending:
            return
        self._sending = True
        try:
            await self._send()
        finally:
            self._sending = False

    async def _send(self) -> None:
        self._place.clear()
        missing = self._filled.missing()
        if missing:
            with self._place:
                note(f"还有必填的内容没有填写：{'、'.join(missing)}", "news")
            return
        try:
            await self._steps.send(self._step["command"], self._step["title"], self._filled.body(), self._key)
        except Problem as problem:
            with self._place:
                say(problem)
            if problem.status == STALE:
                self._steps.tell_of_news()
        except SignedOut:
            ui.navigate.to(LOGIN)


def _until(instant: str) -> str:
    """To the day where it means the end of a day."""
    return f"{datetime.fromisoformat(instant):%Y-%m-%d %H:%M}"
