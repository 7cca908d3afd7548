"""出错的应用 · An app whose routes go wrong in every way."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import psycopg
from fastapi import APIRouter, FastAPI, Header, HTTPException, Query, Request, UploadFile
from psycopg_pool import PoolTimeout
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
)

from contracts.problems import PROBLEM_TYPES, FieldError, Problem
from services import problems
from services.trouble import Trouble

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


def make_app() -> FastAPI:
    made = FastAPI()
    problems.install(
        made, {Refused: "forbidden", NotAtThisStage: "bad-request", Unavailable: "busy"}, max_body=2000
    )
    made.include_router(routes())
    return made


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
