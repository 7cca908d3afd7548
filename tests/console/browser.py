"""浏览器 · Debian's chromium, driven as a person would: by what is written on the page."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NEEDED = "浏览器测试需要 chromium 与中文字体：apt-get install chromium fonts-noto-cjk"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK, PHONE = (1440, 900), (390, 844)
SLOW = 60_000  # milliseconds for anything to be there: a loaded machine is slow
# Ours are in Chinese; what is left are codes, numbers of papers, persons' ids and units.
LATIN = re.compile(r"[A-Za-z]{3,}")
# What can be seen, without the names of drawings, which a font turns into pictures.
WORDS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = [];
  while (walker.nextNode()) {
    const place = walker.currentNode.parentElement;
    if (place.checkVisibility({opacityProperty: true}) && !place.closest('.q-icon, script, style'))
      seen.push(walker.currentNode.data);
  }
  return seen.join(' ');
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """浏览器 · Skips where there is none, unless somebody said that there must be one."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(NEEDED)
        pytest.skip(NEEDED)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


class Person:
    """人 · Somebody at a browser of an own, with a token; remembers whom the browser asked and what went wrong in it."""

    def __init__(self, browser: Browser, address: str, token: str, size: tuple[int, int] = DESK) -> None:
        self.address, self.token = address, token
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        context.set_default_timeout(SLOW)
        self.page: Page = context.new_page()
        self.asked: set[str] = set()
        self.wrong: list[str] = []
        self.page.on("request", lambda request: self.asked.add(request.url.split("/")[2]))
        self.page.on("websocket", lambda socket: self.asked.add(socket.url.split("/")[2]))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def go(self, path: str) -> Page:
        """打开 · A page, once it is drawn."""
        self.page.goto(self.address + path)
        self.page.locator("h1").first.wait_for()
        return self.page

    def sign_in(self) -> "Person":
        self.go("/console/login")
        self.page.get_by_label("身份凭证").fill(self.token)
        self.page.get_by_role("button", name="登录").click()
        self.page.locator("main.page").wait_for()
        return self

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="退出登录").click()
        self.page.get_by_label("身份凭证").wait_for()

    # ---- a form of the next steps

    def open(self, step: str) -> None:
        """展开 · A step that is offered."""
        self.form = self.page.locator(".step").filter(has=self.page.get_by_text(step, exact=True))
        self.form.locator(".q-item").first.click()
        self.form.get_by_role("button", name=f"确认{step}").wait_for()
        self.step = step

    def write(self, field: str, words: str) -> None:
        self.form.get_by_label(field, exact=True).first.fill(words)

    def choose(self, field: str, option: str) -> None:
        self.form.get_by_label(field, exact=True).first.click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def attach(self, photo: bytes) -> None:
        file = {"name": "现场.png", "mimeType": "image/png", "buffer": photo}
        self.form.locator("input[type=file]").first.set_input_files(file)
        self.form.get_by_text("已上传 1 个").wait_for()

    def confirm(self) -> None:
        self.form.get_by_role("button", name=f"确认{self.step}").click()

    def done(self) -> None:
        self.confirm()
        self.page.get_by_text(f"已办理：{self.step}").wait_for()

    # ---- what is seen

    @property
    def words(self) -> str:
        return str(self.page.evaluate(WORDS))

    def is_clean(self) -> None:
        """整洁 · Nothing beside the screen, nothing but Chinese, nobody else asked, nothing wrong."""
        over = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0
        foreign = [word for word in LATIN.findall(self.words) if word != "officer"]  # a person's id
        assert [] == foreign, foreign
        assert {self.address.split("/")[2]} == self.asked
        assert [] == self.wrong
