"""字段 · What a form asks for, read from an ask's JSON schema in the API's own document. PURE."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from services.console import words

Schema = Mapping[str, Any]  # a JSON schema

DIGEST = "^sha256:"
PERSON = "^p-"
CATEGORY = "^[AB]"
THING = "^[0-9a-f]{8}("
SHORT = 300  # characters: longer ones get several lines
FEN = "单位分"


class Kind(StrEnum):
    """字段种类 · How a field is filled in."""

    TEXT = "text"
    LONG = "long"
    DATE = "date"
    INSTANT = "instant"
    WHOLE = "whole"
    NUMBER = "number"
    MONEY = "money"
    YES = "yes"
    CHOICE = "choice"
    PERSON = "person"
    THING = "thing"
    FILE = "file"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Field:
    """字段 · One thing that a form asks for; `parts` are those of a group."""

    name: str
    title: str
    kind: Kind
    hint: str = ""
    required: bool = False
    many: bool = False
    default: object = None
    choices: Mapping[object, str] = field(default_factory=dict)
    parts: tuple["Field", ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """表单 · What a command asks for: its name, what it is about, its fields."""

    path: str
    title: str
    about: str
    fields: tuple[Field, ...]


def asking(document: Schema, path: str) -> Asking | None:
    """表单 · Of the POST at this path in an OpenAPI document; None when there is none."""
    told = document["paths"].get(path, {}).get("post")
    if told is None:
        return None
    schema = _resolved(told["requestBody"]["content"]["application/json"]["schema"], document)
    title = str(told.get("summary", ""))
    about = words.chinese(schema.get("description"))
    return Asking(path, title, "" if about == title else about, tuple(_fields(schema, document)))


def _fields(schema: Schema, document: Schema) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, told in schema.get("properties", {}).items():
        yield _field(name, told, document, required=name in required)


def _field(name: str, told: Schema, document: Schema, *, required: bool) -> Field:
    one = _resolved(_not_null(told), document)
    many = one.get("type") == "array"
    required = required or (many and one.get("minItems", 0) > 0)
    listed = _not_null(told)
    if many:
        listed = one["items"]
        one = _resolved(listed, document)
    hint = words.chinese(told.get("description"))
    kind = _kind(one, hint)
    title = _title(name, told, hint)
    return Field(
        name=name,
        title=f"{title}（元）" if kind is Kind.MONEY else title,
        kind=kind,
        hint="" if hint == title else hint.replace(FEN, "单位元"),
        required=required,
        many=many,
        default=told.get("default"),
        choices=_choices(listed, one) if kind is Kind.CHOICE else {},
        parts=tuple(_fields(one, document)) if kind is Kind.GROUP else (),
    )


def _title(name: str, told: Schema, hint: str) -> str:
    """The document's Chinese title; a part of a group is called by its description, or by our own word."""
    title = str(told.get("title", ""))
    if title and not title.isascii():
        return title
    return words.FIELDS.get(name) or hint or name


def _kind(one: Schema, hint: str) -> Kind:
    pattern, form = str(one.get("pattern", "")), one.get("format")
    by_pattern = {DIGEST: Kind.FILE, PERSON: Kind.PERSON, CATEGORY: Kind.CHOICE, THING: Kind.THING}
    if "enum" in one:
        return Kind.CHOICE
    if found := next((kind for start, kind in by_pattern.items() if pattern.startswith(start)), None):
        return found
    match one.get("type"):
        case "integer":
            return Kind.MONEY if FEN in hint or FEN in str(one.get("description", "")) else Kind.WHOLE
        case "number":
            return Kind.NUMBER
        case "boolean":
            return Kind.YES
        case "object":
            return Kind.GROUP
        case _:
            return _textual(one, form)


def _textual(one: Schema, form: object) -> Kind:
    if form == "date":
        return Kind.DATE
    if form == "date-time":
        return Kind.INSTANT
    return Kind.LONG if one.get("maxLength", 0) > SHORT else Kind.TEXT


def _choices(listed: Schema, one: Schema) -> Mapping[object, str]:
    if "enum" not in one:
        return words.categories()
    return words.choices(str(listed.get("$ref", "")).rpartition("/")[2], one["enum"])


def _not_null(told: Schema) -> Schema:
    options = [option for option in told.get("anyOf", ()) if option.get("type") != "null"]
    return options[0] if options else told


def _resolved(told: Schema, document: Schema) -> Schema:
    """What a reference points at, with whatever stands beside it."""
    ref = told.get("$ref")
    if ref is None:
        return told
    found: Any = document  # walked into by name
    for part in ref.removeprefix("#/").split("/"):
        found = found[part]
    return {**_resolved(found, document), **{name: value for name, value in told.items() if name != "$ref"}}


def body(fields: tuple[Field, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    """请求体 · What was filled in, as the ask wants it; what was left empty is not sent, so that its default holds."""
    filled = {each.name: _value(each, values.get(each.name)) for each in fields}
    return {name: value for name, value in filled.items() if value not in (None, "", [], {})}


def _value(each: Field, given: Any) -> Any:  # as a widget holds it
    if each.many and each.kind is Kind.TEXT and isinstance(given, str):
        return [line.strip() for line in given.splitlines() if line.strip()]
    if each.kind is Kind.GROUP and isinstance(given, Mapping):
        return body(each.parts, given)
    if given is None or given == "":
        return None
    if each.kind is Kind.MONEY:
        return round(float(given) * 100)
    if each.kind is Kind.WHOLE:
        return int(given)
    if isinstance(given, str):
        return given.strip()
    return given
