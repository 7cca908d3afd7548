"""填写 · A form on the page: a widget for each field of an ask, and what was put into it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from services.console.elements import part, text
from services.console.fields import Field, Kind, body
from services.console.uploading import PHOTOS

Suggested = Mapping[str, Mapping[str, str]]  # by kind or name of a field: values with their words
Value = Callable[[], Any]  # what a widget holds now


@dataclass(slots=True)
class Filled:
    """所填 · The widgets of a form by the fields that they fill in."""

    fields: tuple[Field, ...]
    suggested: Suggested = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)

    def show(self) -> None:
        """显示 · What must be filled in first, then what may be."""
        for each in sorted(self.fields, key=lambda one: not one.required):
            self.values[each.name] = self._shown(each)

    def body(self) -> dict[str, Any]:
        """请求体 · What has been filled in, as the command wants it."""
        return body(self.fields, {name: value() for name, value in self.values.items()})

    def missing(self) -> list[str]:
        """未填 · The names of the fields that must be filled in and are not."""
        given = self.body()
        return [each.title for each in self.fields if each.required and each.name not in given]

    def _shown(self, each: Field) -> Value:
        with part("div", "field", data_field=each.name):
            with part("div", "label"):
                text("span", each.title)
                if each.required:
                    text("span", "　必填", "must small")
            value = self._widget(each)
            if each.hint:
                text("p", each.hint, "hint")
        return value

    def _widget(self, each: Field) -> Value:
        match each.kind:
            case Kind.GROUP:
                return self._group(each)
            case Kind.FILE:
                return _files(each)
            case Kind.YES:
                return _named(ui.checkbox("是", value=bool(each.default)), each)
            case Kind.CHOICE:
                return _choice(each)
            case Kind.PERSON | Kind.THING:
                return self._suggestions(each)
            case _:
                return _typed(each)

    def _suggestions(self, each: Field) -> Value:
        """One of those that are known here, or an id that somebody has at hand."""
        known = {**self.suggested.get(each.kind.value, {}), **self.suggested.get(each.name, {})}
        if not known and not each.many:
            return _named(ui.input().props("outlined dense"), each)
        select = ui.select(dict(known), multiple=each.many, new_value_mode="add-unique", clearable=True)
        return _named(select.props("outlined dense"), each)

    def _group(self, each: Field) -> Value:
        inside = Filled(each.parts, self.suggested)
        if each.many:
            return _rows(each, self.suggested)
        # An optional one is folded: what must be filled in inside it, must only be when it is wanted at all.
        with part("div") if each.required else part("details"):
            if not each.required:
                text("summary", f"填写{each.title}")
            with part("fieldset", aria_label=each.title):
                inside.show()
        return lambda: _whole(each, inside)


def _whole(each: Field, inside: Filled) -> dict[str, Any] | None:
    """What stands in a group; an optional one in which nothing was written is not sent."""
    given = {name: value() for name, value in inside.values.items()}
    written = any(
        given[part_.name] not in (None, "", [], {})
        and part_.kind is not Kind.YES
        and not _is_default(part_, given)
        for part_ in each.parts
    )
    return given if written or each.required else None


def _is_default(each: Field, given: Mapping[str, Any]) -> bool:
    return each.default is not None and given[each.name] == each.default


def _rows(each: Field, suggested: Suggested) -> Value:
    """Several groups of the same kind, as many as somebody adds."""
    rows: list[Filled] = []
    with part("div") as place:
        pass

    def more() -> None:
        with place, part("fieldset", aria_label=each.title):
            row = Filled(each.parts, suggested)
            row.show()
            rows.append(row)

    add = text("button", f"增加{each.title}", "press plain", type="button")
    add.on("click", more)
    return lambda: [row.body() for row in rows if row.body()]


def _typed(each: Field) -> Value:
    match each.kind:
        case Kind.DATE:
            # The browser's own field for a date would speak the browser's language. The widgets share no type.
            widget: Any = ui.date_input(placeholder="如 2026-06-03").props("outlined dense")
            widget.button.props["aria-label"] = f"{each.title}：打开日历"
        case Kind.INSTANT:
            widget = ui.input(placeholder="如 2026-06-03 09:30").props("outlined dense")
        case Kind.WHOLE | Kind.NUMBER | Kind.MONEY:
            widget = ui.number(precision=0 if each.kind is Kind.WHOLE else None).props("outlined dense")
        case Kind.LONG:
            widget = ui.textarea().props("outlined dense autogrow")
        case _ if each.many:
            widget = ui.textarea().props("outlined dense autogrow").props('placeholder="每行一项"')
        case _:
            widget = ui.input().props("outlined dense")
    if each.default is not None and not each.many:
        widget.value = each.default
    value = _named(widget, each)
    return (lambda: _instant(value())) if each.kind is Kind.INSTANT else value


def _instant(given: str | None) -> str | None:
    """A local time, with the zone of this country."""
    return f"{given.strip().replace(' ', 'T')}+08:00" if given and given.strip() else None


def _choice(each: Field) -> Value:
    default = each.default if each.default in each.choices else None
    select = ui.select(
        dict(each.choices),
        value=[] if each.many else default,
        multiple=each.many,
        clearable=not each.required,
    )
    return _named(select.props("outlined dense"), each)


def _named(widget: Any, each: Field) -> Value:  # the widgets share no type with a value
    widget.props["aria-label"] = each.title
    widget.classes("full")
    return lambda: widget.value


def _files(each: Field) -> Value:
    """Sent as soon as they are chosen; the form holds their digests."""
    digests: list[str] = []
    shown = part("q-uploader")
    for name, value in {
        "url": PHOTOS,
        "field-name": "file",
        "label": "选择图片或文件（照片、PDF，每个不超过 10 兆）",
        "accept": "image/jpeg,image/png,application/pdf",
        "auto-upload": True,
        "multiple": each.many,
        "flat": True,
        "bordered": True,
        "aria-label": each.title,
    }.items():
        shown.props[name] = value
    said = text("p", "", "hint", role="status")

    def uploaded(event: GenericEventArguments) -> None:
        digests.append(str(json.loads(event.args)["digest"]))
        said.text = f"已上传 {len(digests)} 个"  # type: ignore[attr-defined]  # an element of ours with text

    def failed() -> None:
        said.text = "上传失败：应为照片或 PDF，每个不超过 10 兆"  # type: ignore[attr-defined]  # as above

    shown.on("uploaded", uploaded, js_handler="(info) => emit(info.xhr.responseText)")
    shown.on("failed", failed, js_handler="() => emit()")
    return lambda: _of(digests, many=each.many)


def _of(digests: Sequence[str], *, many: bool) -> object:
    if many:
        return list(digests)
    return digests[-1] if digests else None
