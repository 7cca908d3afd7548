"""模板字段 · A paper's content under the names that templates use; which names there are, and an example of each."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from contracts.paper import PaperKind
from services.hazard.papers.content import CONTENTS, Content, Part

CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ufffe\uffff]+")  # what no document can hold
QR = "二维码"  # the picture: every paper has one, and each format draws it in its own way

Context = dict[str, Any]  # Any: texts, flags, and groups of them


@dataclass(frozen=True, slots=True)
class TemplateField:
    """字段 · Its name (of a row in a list: 隐患[].问题), what it means, an example."""

    name: str
    meaning: str
    example: str


def context(part: Part) -> Context:
    """模板数据 · Field values by their Chinese names."""
    return {str(info.title): _plain(getattr(part, name)) for name, info in type(part).model_fields.items()}


def _plain(value: object) -> object:
    if isinstance(value, Part):
        return context(value)
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return CONTROLS.sub(" ", value) if isinstance(value, str) else value


def inner(info: FieldInfo) -> tuple[type[Part] | None, bool]:
    """组的类型 · The part that a field holds, and whether it holds a row of them."""
    kind = info.annotation
    if get_origin(kind) is tuple:
        return get_args(kind)[0], True
    if isinstance(kind, type) and issubclass(kind, Part):
        return kind, False
    return None, False


def fields(kind: PaperKind) -> Iterator[TemplateField]:
    """字段表 · All fields of a paper, groups before their members."""
    yield TemplateField(QR, "打开查验页的二维码图片", "")
    yield from _fields(CONTENTS[kind], "")


def _fields(part: type[Part], before: str) -> Iterator[TemplateField]:
    for info in part.model_fields.values():
        within, many = inner(info)
        name = f"{before}{info.title}"
        example = str((info.examples or [""])[0])
        yield TemplateField(name + ("[]" if many else ""), info.description or "", example)
        if within is not None:
            yield from _fields(within, f"{name}{'[]' if many else ''}.")


def shape(
    part: type[Part],
) -> Mapping[str, Any]:  # Any: a name leads to nothing, to names, or to a row of names
    """字段结构 · The names as a tree: None for a value, a mapping for a group, a list of one mapping for a row."""
    found: dict[str, Any] = {}  # Any: as above
    for info in part.model_fields.values():
        within, many = inner(info)
        tree = None if within is None else shape(within)
        found[str(info.title)] = [tree] if many else tree
    return found


def example(kind: PaperKind) -> Context:
    """示例数据 · Every field filled with its example, two rows in each list: what a template is tried with."""
    return context(_example(CONTENTS[kind]))


def _example(part: type[Part]) -> Part:
    values: dict[str, object] = {}
    for name, info in part.model_fields.items():
        within, many = inner(info)
        if within is not None:
            values[name] = (_example(within), _example(within)) if many else _example(within)
        elif info.annotation is bool:
            values[name] = True
        else:
            values[name] = str((info.examples or [""])[0])
    return part.model_validate(values)


def content_of(kind: PaperKind) -> type[Content]:
    """内容类型 · What a paper of this kind says."""
    return CONTENTS[kind]
