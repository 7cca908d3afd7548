"""字段错误 · What pydantic found wrong with a request, said in Chinese and without repeating what was sent."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from contracts.problems import FieldError

# pydantic's error types; {…} is filled from the error's own context.
SENTENCES: Final[Mapping[str, str]] = {
    "missing": "必填，未提供",
    "extra_forbidden": "没有这个字段，请检查名称",
    "json_invalid": "不是有效的 JSON",
    "json_type": "应为 JSON",
    "model_type": "应为对象",
    "model_attributes_type": "应为 JSON 对象（Content-Type: application/json）",
    "dict_type": "应为对象",
    "list_type": "应为数组",
    "tuple_type": "应为数组",
    "set_type": "应为数组",
    "none_required": "应为空",
    "string_type": "应为文字",
    "string_unicode": "文字编码应为 UTF-8",
    "string_too_short": "不能少于 {min_length} 个字",
    "string_too_long": "不能超过 {max_length} 个字",
    "string_pattern_mismatch": "格式不符",
    "too_short": "至少 {min_length} 项，实为 {actual_length} 项",
    "too_long": "至多 {max_length} 项，实为 {actual_length} 项",
    "enum": "不在允许的取值之内：{expected}",
    "literal_error": "不在允许的取值之内：{expected}",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数，不能带小数",
    "int_parsing_size": "数字过大",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为有限的数字",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "date_type": "应为日期，如 2026-06-03",
    "date_parsing": "日期无效，应如 2026-06-03",
    "date_from_datetime_parsing": "日期无效，应如 2026-06-03",
    "date_from_datetime_inexact": "应为日期，不带时刻，如 2026-06-03",
    "date_past": "应为过去的日期",
    "date_future": "应为将来的日期",
    "datetime_type": "应为时刻，如 2026-06-03T09:00:00+08:00",
    "datetime_parsing": "时刻无效，应如 2026-06-03T09:00:00+08:00",
    "datetime_from_date_parsing": "时刻无效，应如 2026-06-03T09:00:00+08:00",
    "datetime_object_invalid": "时刻无效，应如 2026-06-03T09:00:00+08:00",
    "timezone_aware": "时刻应带时区，如 2026-06-03T09:00:00+08:00",
    "uuid_type": "应为 UUID",
    "uuid_parsing": "应为 UUID",
    "bytes_type": "应为文件内容",
    "union_tag_invalid": "类型标记不在允许的取值之内：{expected_tags}",
    "union_tag_not_found": "缺少类型标记",
}


def field_errors(found: Sequence[Any]) -> list[FieldError]:  # pydantic gives untyped mappings
    """字段错误 · One entry for each thing that is wrong, with a pointer to it."""
    return [FieldError(pointer=_where(error), detail=sentence(error)) for error in found]


def _where(error: Mapping[str, Any]) -> str:
    # For broken JSON the location is an offset in the text, not a place in a document.
    return "" if error["type"] == "json_invalid" else pointer(error["loc"])


def pointer(location: Iterable[str | int]) -> str:
    """JSON 指针 · Into the body for a field of it; /query/…, /path/… or /header/… for what stands elsewhere."""
    parts = [str(part) for part in location]
    if parts[:1] == ["body"]:
        parts = parts[1:]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def sentence(error: Mapping[str, Any]) -> str:
    """中文说明 · What is wrong, for pydantic's error type; a validator's own Chinese sentence is kept."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind in ("value_error", "assertion_error"):
        own = str(context.get("error", ""))
        return own if own and not own.isascii() else "取值无效"
    if kind == "json_invalid":
        return f"{SENTENCES[kind]}（第 {error['loc'][-1]} 个字符附近）"
    if kind == "string_too_short" and context.get("min_length") == 1:
        return "不能为空"
    template = SENTENCES.get(kind)
    if template is None:
        return "取值无效"
    return template.format_map({name: _in_chinese(value) for name, value in context.items()})


def _in_chinese(value: object) -> str:
    return str(value).replace("'", "").replace(" or ", "、").replace(", ", "、")
