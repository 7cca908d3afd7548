"""页面元素 · Headings, facts, tables and chips: plain HTML elements, so that a keyboard and a screen reader find their way."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from services.console.calling import Problem


class Text(TextElement):
    """文字 · An element with nothing but text in it: nothing in it is ever read as HTML."""

    def __init__(self, tag: str, words: object) -> None:
        """造 · Whatever it is, as it is written."""
        super().__init__(tag=tag, text=str(words))


def text(tag: str, words: object, classes: str = "", **attributes: str) -> ui.element:
    """文字 · With its attributes by their HTML names, an underscore for each hyphen."""
    return _dressed(Text(tag, words), classes, attributes)


def part(tag: str, classes: str = "", **attributes: str) -> ui.element:
    """部分 · An element for others to stand in."""
    return _dressed(ui.element(tag), classes, attributes)


def link(words: object, address: str, classes: str = "") -> ui.element:
    """链接 · To a page of ours."""
    return text("a", words, classes, href=address)


def fact(name: str, value: object, *, wide: bool = False) -> None:
    """事实 · A term and what it is; a dash for what is not known."""
    with part("div", "wide" if wide else ""):
        text("dt", name)
        text("dd", "—" if value in (None, "") else value)


@contextmanager
def card(title: str) -> Iterator[ui.element]:
    """卡片 · A part of a page under its heading."""
    with part("section", "card") as section:
        text("h2", title)
        yield section


@contextmanager
def table(*columns: str, numbers: frozenset[str] = frozenset()) -> Iterator[None]:
    """表格 · With its head; on a narrow screen each row is a card. `numbers`: columns that are aligned as such."""
    with part("div", "scroll"), part("table", "list cards"):
        with part("thead"), part("tr"):
            for column in columns:
                text("th", column, "num" if column in numbers else "", scope="col")
        with part("tbody"):
            yield


def cell(label: str, words: object, classes: str = "") -> None:
    """单元格 · `label`: what its column is called, for the narrow screen."""
    _dressed(Text("td", "" if words is None else words), classes, {"data_label": label})


@contextmanager
def cell_of(label: str, classes: str = "") -> Iterator[None]:
    """单元格 · With more in it than text."""
    with _dressed(ui.element("td"), classes, {"data_label": label}):
        yield


def chip(words: object, kind: str = "") -> None:
    """标签 · A short word in a colour: good, warn or bad."""
    text("span", words, f"chip {kind}")


def say(problem: Problem) -> None:
    """拒绝 · The rule, why, and which fields."""
    with part("div", "said", role="alert"):
        text("b", problem.title)
        if problem.detail:
            text("p", problem.detail)
        for error in problem.errors:
            text("p", f"{error.get('pointer', '')}　{error.get('detail', '')}")


def note(words: str, kind: str = "done") -> None:
    """告知 · What has happened: done, or news."""
    text("p", words, f"said {kind}", role="status")


def _dressed(element: ui.element, classes: str, attributes: dict[str, str]) -> ui.element:
    if classes:
        element.classes(classes)
    for name, value in attributes.items():
        element.props[name.replace("_", "-")] = value
    return element
