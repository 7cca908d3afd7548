"""查询表单 · A row of fields that a page is asked with: plain HTML, so that an address can be kept and sent on."""

from collections.abc import Mapping

from services.console.elements import link, part, text


def search(name: str, title: str, given: str | None, hint: str) -> None:
    """文字 · A field to search with."""
    with part("div", "first"):
        text("label", title, **{"for": f"q-{name}"})
        part(
            "input",
            id=f"q-{name}",
            name=name,
            type="search",
            value=given or "",
            placeholder=hint,
            maxlength="100",
        )


def choose(
    name: str, title: str, given: str | None, options: Mapping[str, str], nothing: str = "全部"
) -> None:
    """选择 · One of a few, or what none of them means."""
    with part("div"):
        text("label", title, **{"for": f"q-{name}"})
        with part("select", id=f"q-{name}", name=name):
            text("option", nothing, value="")
            for code, words in options.items():
                chosen = {"selected": "selected"} if code == given else {}
                text("option", words, value=code, **chosen)


def one_of(name: str, title: str, given: str, options: Mapping[str, str]) -> None:
    """择一 · One of a few, always."""
    with part("div"):
        text("label", title, **{"for": f"q-{name}"})
        with part("select", id=f"q-{name}", name=name):
            for code, words in options.items():
                chosen = {"selected": "selected"} if code == given else {}
                text("option", words, value=code, **chosen)


def words(name: str, title: str, given: str | None, hint: str) -> None:
    """短文字 · A field for a few characters."""
    with part("div"):
        text("label", title, **{"for": f"q-{name}"})
        part("input", id=f"q-{name}", name=name, type="text", value=given or "", placeholder=hint)


def day(name: str, title: str, given: str | None) -> None:
    """日期 · A day of the calendar."""
    with part("div"):
        text("label", title, **{"for": f"q-{name}"})
        part(
            "input",
            id=f"q-{name}",
            name=name,
            type="text",  # a date field speaks the browser's language, not ours
            inputmode="numeric",
            pattern="[0-9]{4}-[0-9]{2}-[0-9]{2}",
            placeholder="如 2026-06-03",
            value=given or "",
        )


def press(words: str) -> None:
    """查询 · The button at its end."""
    with part("div", "last"):
        text("button", words, "press", type="submit")


def pages(first: str | None, following: str | None) -> None:
    """翻页 · Back to the first page, on to the next one; nothing where there is one page."""
    if first is None and following is None:
        return
    with part("nav", "pages", aria_label="翻页"):
        if first is not None:
            link("回到第一页", first, "press plain")
        if following is not None:
            link("下一页", following, "press plain").props["rel"] = "next"
