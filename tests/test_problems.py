"""问题答复 · Whatever goes wrong, the answer is a problem: stable, Chinese, and without what was sent."""

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import psycopg
import pytest
from fastapi import APIRouter, FastAPI, Header, HTTPException, Query, Request, UploadFile
from fastapi.testclient import TestClient
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
)

from contracts.problems import PROBLEM_TYPES, FieldError, Problem
from services import problems
from services.problems import Trouble, slug

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


def test_what_is_right_is_not_touched(client: TestClient) -> None:
    assert client.post("/things/1", json=GOOD).status_code == 200


@pytest.mark.parametrize(
    ("changed", "pointer", "detail"),
    [
        ({"name": None}, "/name", "应为文字"),
        ({"name": ""}, "/name", "不能为空"),
        ({"name": "甲1"}, "/name", "姓名中不能有数字"),
        ({"deadline": "2026-02-30"}, "/deadline", "日期无效，应如 2026-06-03"),
        ({"deadline": "6月3日"}, "/deadline", "日期无效，应如 2026-06-03"),
        ({"deadline": "2026-06-03T09:00:00"}, "/deadline", "应为日期，不带时刻，如 2026-06-03"),
        ({"at": "2026-06-03T09:00:00"}, "/at", "时刻应带时区，如 2026-06-03T09:00:00+08:00"),
        ({"at": "soon"}, "/at", "时刻无效，应如 2026-06-03T09:00:00+08:00"),
        ({"colour": "GREEN"}, "/colour", "不在允许的取值之内：RED、BLUE"),
        ({"count": 0}, "/count", "不能小于 1"),
        ({"count": 10}, "/count", "不能大于 9"),
        ({"count": "many"}, "/count", "应为整数"),
        ({"count": 1.5}, "/count", "应为整数，不能带小数"),
        ({"items": {}}, "/items", "应为数组"),
        ({"items": [{"name": "甲"}] * 3}, "/items", "至多 2 项，实为 3 项"),
        ({"items": [{"name": "甲"}, {"name": "甲乙丙丁戊己"}]}, "/items/1/name", "不能超过 5 个字"),
        ({"items": [{}]}, "/items/0/name", "必填，未提供"),
        ({"code": "A"}, "/code", "格式不符"),
        ({"a/b~c": 1}, "/a~1b~0c", "没有这个字段，请检查名称"),
    ],
    ids=str,
)
def test_a_wrong_field_is_pointed_at_in_chinese(
    client: TestClient, changed: dict[str, Any], pointer: str, detail: str
) -> None:
    body = refused(client.post("/things/1", json=GOOD | changed))

    assert body["code"] == "malformed"
    assert [{"pointer": pointer, "detail": detail}] == body["errors"]
    assert body["detail"] == f"{pointer}：{detail}"


def test_every_wrong_field_is_listed_wherever_it_stands(client: TestClient) -> None:
    answer = client.post(
        "/things/x?limit=201", json={"colour": "GREEN"}, headers={"Idempotency-Key": "a-much-too-long-key"}
    )
    body = refused(answer)
    pointers = {error["pointer"] for error in body["errors"]}

    assert {
        "/path/number",
        "/query/limit",
        "/header/Idempotency-Key",
        "/name",
        "/deadline",
        "/colour",
    } == pointers
    assert body["detail"].endswith("（共 6 处有误）")


def test_what_was_sent_is_not_repeated(client: TestClient) -> None:
    answer = client.post(
        "/things/1", json={"name": {"secret": "张三"}, "deadline": "13812345678", "colour": "张三"}
    )

    assert "张三" not in answer.text
    assert "13812345678" not in answer.text


@pytest.mark.parametrize(
    "content",
    [b"{", b"", b"null", b"[]", b'"x"', b"\xff\xfe", b'{"name": "\xff"}', b"{" * 900, b"NaN"],
    ids=repr,
)
def test_a_body_that_is_no_json_object_is_malformed(client: TestClient, content: bytes) -> None:
    answer = client.post("/things/1", content=content, headers={"Content-Type": "application/json"})

    assert refused(answer)["code"] == "malformed"


def test_broken_json_says_where(client: TestClient) -> None:
    answer = client.post("/things/1", content=b'{"name": x}', headers={"Content-Type": "application/json"})

    assert refused(answer)["errors"] == [{"pointer": "", "detail": "不是有效的 JSON（第 9 个字符附近）"}]


def test_a_form_that_is_none_is_malformed(client: TestClient) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}

    assert refused(client.post("/form", content=b"nonsense", headers=headers))["code"] == "malformed"


def test_an_unknown_address_is_not_found(client: TestClient) -> None:
    assert refused(client.get("/nowhere"))["code"] == "not-found"


def test_another_method_is_refused_and_the_right_one_named(client: TestClient) -> None:
    answer = client.delete("/things/1")

    assert refused(answer)["code"] == "method-not-allowed"
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize(("path", "size"), [("/things/1", 2001), ("/big", 4001)])
def test_a_body_that_is_too_large_is_refused(
    client: TestClient, path: str, size: int, announced: bool
) -> None:
    content: Any = b"1" * size if announced else iter([b"1" * size])

    assert refused(client.post(path, content=content))["code"] == "too-large"


@pytest.mark.parametrize("announced", [True, False])
def test_a_route_may_take_more_than_its_app(client: TestClient, announced: bool) -> None:
    content: Any = b"1" * 3000 if announced else iter([b"1" * 3000])
    answer = client.post("/big", content=content)

    assert (answer.status_code, answer.json()) == (200, 3000)


def test_a_refusal_speaks_for_itself(client: TestClient) -> None:
    body = refused(client.get("/raise/stage"))

    assert (body["code"], body["detail"]) == ("bad-request", "隐患处于「已销号」，不能提交整改")


def test_a_refusal_without_a_sentence_has_its_docstring_s(client: TestClient) -> None:
    assert refused(client.get("/raise/silent"))["detail"] == "当前状态不允许此操作"


def test_a_refusal_without_a_code_has_its_parent_s_and_keeps_what_it_carries(client: TestClient) -> None:
    answer = client.get("/raise/stale")
    body = refused(answer)

    assert (body["code"], body["detail"]) == ("forbidden", "隐患已被他人修改")
    assert body["events"] == ["hazard.closed"]
    assert body["errors"] == [{"pointer": "/header/If-Match", "detail": "版本 3 已过期，现为 4"}]
    assert answer.headers["etag"] == '"4"'


def test_trouble_carries_members_and_headers(client: TestClient) -> None:
    answer = client.get("/raise/trouble")
    body = refused(answer)

    assert (body["code"], body["division"]) == ("out-of-scope", "330111")
    assert body["detail"] == "该企业不在您的管辖范围内"
    assert answer.headers["x-hint"] == "1"


def test_trouble_without_a_sentence_has_its_title(client: TestClient) -> None:
    assert refused(client.get("/raise/short"))["detail"] == "系统暂时繁忙"


@pytest.mark.parametrize("what", ["database", "pool", "locked", "unready", "log", "short"])
def test_without_its_database_the_system_asks_for_patience(client: TestClient, what: str) -> None:
    answer = client.get(f"/raise/{what}")

    assert refused(answer)["code"] == "busy"
    assert int(answer.headers["retry-after"]) > 0
    assert "10.0.0.1" not in answer.text


async def test_a_pool_without_a_server_asks_for_patience() -> None:
    app = FastAPI()
    problems.install(app, retry_after=7)
    nowhere = "host=127.0.0.1 port=1 dbname=x connect_timeout=1"

    @app.get("/")
    async def ask() -> None:
        async with AsyncConnectionPool(nowhere, open=False, timeout=0.2) as pool, pool.connection():
            pass

    answer = TestClient(app).get("/")

    assert refused(answer)["code"] == "busy"
    assert answer.headers["retry-after"] == "7"


@pytest.mark.parametrize("what", ["bug", "sql", "gateway"])
def test_an_accident_tells_nothing(client: TestClient, what: str) -> None:
    answer = client.get(f"/raise/{what}")

    assert refused(answer)["code"] == "internal"
    assert "张三" not in answer.text
    assert "10.0.0.1" not in answer.text


def test_other_answers_of_the_framework_are_said_in_chinese(client: TestClient) -> None:
    assert refused(client.get("/raise/gone"))["code"] == "bad-request"
    assert refused(client.get("/raise/teapot"))["code"] == "bad-request"
    assert client.get("/raise/limited").headers["retry-after"] == "9"
    assert refused(client.get("/raise/own"))["detail"] == "没有这家企业"


def test_an_unknown_code_is_found_at_the_start() -> None:
    with pytest.raises(KeyError, match="no-such-code"):
        problems.install(FastAPI(), {Refused: "no-such-code"})


def test_a_refusal_s_name_is_its_code() -> None:
    names = [slug(NotAtThisStage), slug(StaleVersion), slug(Refused)]

    assert names == ["not-at-this-stage", "stale-version", "refused"]
