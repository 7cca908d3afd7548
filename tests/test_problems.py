"""问题答复 · Whatever goes wrong, the answer is a problem: stable, Chinese, and without what was sent."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from psycopg_pool import AsyncConnectionPool

from given.troubled import GOOD, NotAtThisStage, Refused, StaleVersion, make_app, refused
from services import problems
from services.problems import slug


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return make_app()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


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
