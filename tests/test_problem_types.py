"""问题类型 · What OpenAPI says of refusals, and that every kind of refusal has a type and a sentence."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import (
    Field,
    TypeAdapter,
    ValidationError,
)

from contracts.problems import PROBLEM_TYPES
from given.troubled import MEDIA_TYPE, make_app
from services import problems, wrong_fields
from services.hazard.api.refusals import refusals


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return make_app()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


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


def test_every_refusal_of_a_rule_has_a_type() -> None:
    assert {code for code in refusals().values() if code not in PROBLEM_TYPES} == set()


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
