"""网页应用 · One OpenAPI document with examples, Chinese words and stable names; pages that need no network."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from services.cli.serve import opened
from services.cli.web import web_app
from services.hazard.settings import WebSettings


@pytest.fixture
async def app(database: str, tmp_path: Path) -> AsyncIterator[FastAPI]:
    async with opened(WebSettings(postgres_dsn=database, data_dir=tmp_path)) as doors:
        yield web_app(doors)


@pytest.fixture
async def web(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://web") as client:
        yield client


def is_chinese(words: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in words)


def named_in(schema: object) -> set[str]:
    """The models that a schema names, however deep."""
    if isinstance(schema, dict):
        own = {schema["$ref"].rpartition("/")[2]} if "$ref" in schema else set()
        return own.union(*(named_in(part) for part in schema.values()))
    return set().union(*(named_in(part) for part in schema)) if isinstance(schema, list) else set()


async def test_every_model_has_an_example_or_stands_in_the_example_of_another(app: FastAPI):
    schemas = app.openapi()["components"]["schemas"]
    shown = {name for name, schema in schemas.items() if schema.get("examples") or "enum" in schema}
    for _ in schemas:
        shown |= set().union(*(named_in(schemas[name]) for name in shown))

    bare = {name for name in schemas if name not in shown and not name.startswith("Body_")}

    assert set() == bare


async def test_every_route_has_a_chinese_summary_a_tag_and_a_name_of_its_own(app: FastAPI):
    operations = [
        (f"{method} {path}", operation)
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    ]

    poor = {
        name for name, told in operations if not is_chinese(told.get("summary", "")) or not told.get("tags")
    }
    names = [told["operationId"] for _, told in operations]

    assert set() == poor
    assert len(set(names)) == len(names)


async def test_every_post_but_an_upload_asks_for_a_key(app: FastAPI):
    document = app.openapi()["paths"]
    without = {
        path
        for path, methods in document.items()
        if "post" in methods
        # What an operator asks of a read model is asked once by its nature: again it changes nothing, or is refused.
        and not path.startswith("/api/v1/projections/")
        and "idempotency-key" not in {each["name"] for each in methods["post"].get("parameters", ())}
    }

    assert {"/api/v1/attachments"} == without  # its bytes are their own key


async def test_the_pages_need_no_network(web: httpx2.AsyncClient):
    home, docs = await web.get("/"), await web.get("/docs")

    assert "隐患台账" in home.text
    assert docs.status_code == 200
    assert "cdn" not in docs.text
    assert "https://" not in docs.text


async def test_the_web_says_that_it_lives_and_is_ready(web: httpx2.AsyncClient):
    alive, ready = await web.get("/livez"), await web.get("/readyz")

    assert (alive.json()["status"], ready.json()["status"]) == ("alive", "ready")


async def test_an_unknown_page_is_a_problem(web: httpx2.AsyncClient):
    answer = await web.get("/api/v1/nothing")

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
