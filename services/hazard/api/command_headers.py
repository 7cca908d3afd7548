"""命令请求头 · What the headers of a command may say, read by one model, and documented at every route that takes one.

To the framework each header is an argument of each route, made anew for each: with all commands that was half of the time
in which the web process starts. So the routes take the request, and what they read in it is told to OpenAPI here.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi.exceptions import RequestValidationError
from pydantic import AwareDatetime, BaseModel, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema

MAX_KEY = 200  # characters

KEY = Field(
    alias="idempotency-key",
    title="Idempotency-Key",
    description="幂等键：每次操作一个新值（如 UUID），重发时不变。同一键只产生一个结果",
    min_length=1,
    max_length=MAX_KEY,
    examples=["6d1f0a3e-3f7c-4f1e-9a57-0f3f6f0f1d11"],
)
IF_MATCH = Field(
    alias="if-match",
    title="If-Match",
    description='您读到的版本（ETag），如 "3"；修改已有记录时必填',
    examples=['"3"'],
)
OCCURRED_AT = Field(
    alias="occurred-at",
    title="Occurred-At",
    description="业务发生时间（RFC 3339，含时区）；离线补传时填写，默认为现在",
)
TRACEPARENT = Field(pattern=r"^[0-9a-f-]{55}$")


class CommandHeaders(BaseModel):
    """命令请求头 · The headers of a command, each of which may be absent."""

    key: Annotated[str | None, KEY] = None
    if_match: Annotated[str | None, IF_MATCH] = None
    occurred_at: Annotated[AwareDatetime | None, OCCURRED_AT] = None
    traceparent: SkipJsonSchema[Annotated[str | None, TRACEPARENT]] = None


def read_headers(headers: Mapping[str, str]) -> CommandHeaders:
    """读请求头 · Names in small letters. Raises RequestValidationError, as the framework does for its own arguments."""
    try:
        return CommandHeaders.model_validate(dict(headers))
    except ValidationError as error:
        wrong = [{**each, "loc": ("header", *each["loc"])} for each in error.errors(include_url=False)]
        raise RequestValidationError(wrong) from None


def parameters() -> list[dict[str, Any]]:  # as OpenAPI writes them
    """参数说明 · The headers as parameters of an operation in OpenAPI."""
    fields = CommandHeaders.model_json_schema()["properties"]
    return [
        {
            "name": name,
            "in": "header",
            "required": False,
            "schema": {word: told for word, told in schema.items() if word != "default"},
            "description": schema["description"],
        }
        for name, schema in fields.items()
    ]
