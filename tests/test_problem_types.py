"""问题类型 · What OpenAPI says of refusals, and that every kind of refusal has a type and a sentence."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import psycopg
import pytest
from fastapi import APIRouter, FastAPI, Header, HTTPException, Query, Request, UploadFile
from fastapi.testclient import TestClient
from psycopg_pool import PoolTimeout
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
)

from contracts.problems import PROBLEM_TYPES, FieldError, Problem
from services import problems, wrong_fields
from services.problems import Trouble

MEDIA_TYPE = "application/problem+json"


class Refused(Exception):
    """被拒绝 · A rule says no."""


class NotAtThisStage(Refused):
    """当前状态不允许此操作 · The hazard stands elsewhere."""


class StaleVersion(Refused):
    """版本已过期 · Somebody was quicker."""

    def __init__(self) -> None:
        super().__init__("隐患已被他人修改")
        self.extras = {"events": ["hazard.closed"]}
        self.headers = {"ETag": '"4"'}
        self.errors = [FieldError(pointer="/header/If-Match", detail="版本 3 已过期，现为 4")]


class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"


class Item(BaseModel):
    name: str = Field(min_length=1, max_length=5)


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    deadline: date
    at: AwareDatetime | None = None
    colour: Colour = Colour.RED
    count: int = Field(1, ge=1, le=9)
    items: list[Item] = Field(default=[], max_length=2)
    code: str = Field("ab", pattern="^[a-z]+$")

    @field_validator("name")
    @classmethod
    def a_name_has_no_digits(cls, name: str) -> str:
        if any(character.isdigit() for character in name):
            msg = "姓名中不能有数字"
            raise ValueError(msg)
        return name


def routes() -> APIRouter:
    router = APIRouter()

    @router.post("/things/{number}", responses=problems.responses("forbidden", "out-of-scope", "not-found"))
    async def make(
        number: int,
        body: Body,
        limit: Annotated[int, Query(le=200)] = 50,
        key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=9)] = None,
    ) -> Body:
        """造物。"""
        return body

    @router.get("/raise/{what}")
    async def fail(what: str) -> None:
        raise FAILURES[what]

    @router.post("/big", max_body_size=4000)
    async def big(request: Request) -> int:
        return len(await request.body())

    @router.post("/form")
    async def form(file: UploadFile) -> None:
        """收文件。"""

    return router


class Unavailable(Exception):
    """日志暂不可用 · The log does not answer."""


FAILURES: dict[str, Exception] = {
    "log": Unavailable("connection to server at 10.0.0.1 failed"),
    "stage": NotAtThisStage("隐患处于「已销号」，不能提交整改"),
    "silent": NotAtThisStage(),
    "stale": StaleVersion(),
    "trouble": Trouble(
        "out-of-scope", "该企业不在您的管辖范围内", headers={"X-Hint": "1"}, division="330111"
    ),
    "short": Trouble("busy"),
    "database": psycopg.OperationalError("connection to server at 10.0.0.1 failed"),
    "pool": PoolTimeout("couldn't get a connection after 5.00 sec"),
    "locked": psycopg.errors.LockNotAvailable(),
    "bug": RuntimeError("张三 13812345678"),
    "sql": psycopg.errors.UniqueViolation("Key (name)=(张三)"),
    "gone": HTTPException(410),
    "teapot": HTTPException(418, "I'm a teapot"),
    "limited": HTTPException(429, headers={"Retry-After": "9"}),
    "own": HTTPException(404, "没有这家企业"),
    "unready": HTTPException(503),
    "gateway": HTTPException(502, "Bad upstream 10.0.0.1"),
}


@pytest.fixture(scope="module")
def app() -> FastAPI:
    made = FastAPI()
    problems.install(
        made, {Refused: "forbidden", NotAtThisStage: "bad-request", Unavailable: "busy"}, max_body=2000
    )
    made.include_router(routes())
    return made


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


GOOD = {"name": "甲", "deadline": "2026-06-18"}


def refused(answer: Any) -> dict[str, Any]:
    """The body of an answer that must be a problem, well formed and in Chinese."""
    body: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.status_code == body["status"] == PROBLEM_TYPES[body["code"]].status
    assert body["type"] == f"/problems/{body['code']}"
    assert body["title"] == PROBLEM_TYPES[body["code"]].title
    assert re.search(r"[\u4e00-\u9fff]", body["detail"])
    Problem.model_validate(body)
    return body


def test_openapi_describes_problems_and_nothing_of_the_framework_s(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    answers = document["paths"]["/things/{number}"]["post"]["responses"]
    schemas = document["components"]["schemas"]
    forbidden = answers["403"]["content"][MEDIA_TYPE]

    assert {"200", "403", "404", "422", "default"} == set(answers)
    assert {"forbidden", "out-of-scope"} == set(forbidden["examples"])
    assert forbidden["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert MEDIA_TYPE in answers["422"]["content"]
    assert {"Problem", "FieldError"} <= set(schemas)
    assert not {"HTTPValidationError", "ValidationError"} & set(schemas)


def test_openapi_is_the_same_when_asked_twice(client: TestClient) -> None:
    assert client.get("/openapi.json").text == client.get("/openapi.json").text


def test_every_type_of_problem_has_a_status_and_a_chinese_title() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in PROBLEM_TYPES)
    assert all(re.search(r"[\u4e00-\u9fff]", kind.title) for kind in PROBLEM_TYPES.values())


def test_everything_the_framework_answers_has_a_type() -> None:
    wrong = [code for code, _ in problems.BY_STATUS.values() if code not in PROBLEM_TYPES]

    assert wrong == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (bool, "maybe"),
        (float, "x"),
        (UUID, "x"),
        (dict[str, int], 1),
        (set[int], 1),
        (tuple[int, int], [1]),
        (Literal["a", "b"], "c"),
        (datetime, "x"),
        (bytes, 1),
        (Annotated[int, Field(gt=5, lt=3)], 4),
        (int, "9" * 5000),
        (complex, "x"),
    ],
    ids=str,
)
def test_pydantic_s_errors_are_all_said_in_chinese(kind: Any, value: object) -> None:
    with pytest.raises(ValidationError) as found:
        TypeAdapter(kind).validate_python(value)
    said = [error.detail for error in wrong_fields.field_errors(found.value.errors())]

    assert said
    assert all(re.search(r"[\u4e00-\u9fff]|UUID", detail) for detail in said)
    assert not any("{" in detail for detail in said)
