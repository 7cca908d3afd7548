"""表单 · What a form asks for, read from the API's own document, and what is sent of what was filled in."""

import pytest
from fastapi import APIRouter, FastAPI

from services.console.fields import Asking, Field, Kind, asking, body
from services.hazard.hazard_commands import COMMANDS
from services.hazard.occasion import Ask


def subclasses(kind: type) -> set[type]:
    return {kind, *(below for each in kind.__subclasses__() for below in subclasses(each))}


def is_chinese(words: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in words)


@pytest.fixture(scope="module")
def document() -> dict:
    """An OpenAPI document of the hazard's commands alone: as FastAPI writes it, without a server."""
    app, router = FastAPI(), APIRouter()
    for command in COMMANDS:

        def send(ask: command.ask) -> None:  # type: ignore[valid-type]
            """Nothing: only its shape is asked for."""

        router.add_api_route(f"/{command.path}", send, methods=["POST"], summary=command.title)
    app.include_router(router)
    return app.openapi()


def form(document: dict, path: str) -> Asking:
    found = asking(document, f"/{path}")
    assert found is not None
    return found


def field(document: dict, path: str, name: str) -> Field:
    (found,) = [each for each in form(document, path).fields if each.name == name]
    return found


def every(fields: tuple[Field, ...]) -> list[Field]:
    return [one for each in fields for one in (each, *every(each.parts))]


def test_every_field_of_every_ask_has_a_chinese_name():
    unnamed = {
        f"{kind.__name__}.{name}"
        for kind in subclasses(Ask)
        for name, told in kind.model_json_schema()["properties"].items()
        if not is_chinese(told["title"])
    }

    assert set() == unnamed


def test_every_form_speaks_chinese_alone(document: dict):
    poor = {
        f"{command.path}: {words}"
        for command in COMMANDS
        for each in every(form(document, command.path).fields)
        for words in (each.title, *each.choices.values())
        if not is_chinese(words)
    }

    assert set() == poor


@pytest.mark.parametrize(
    ("path", "name", "kind"),
    [
        ("order-rectification", "deadline", Kind.DATE),
        ("order-rectification", "responsible", Kind.PERSON),
        ("order-rectification", "visit", Kind.THING),
        ("order-rectification", "from_service", Kind.GROUP),
        ("submit-rectification", "measures", Kind.LONG),
        ("submit-rectification", "cost", Kind.MONEY),
        ("submit-rectification", "photos", Kind.FILE),
        ("submit-rectification", "acceptance_report", Kind.FILE),
        ("reinspect", "result", Kind.CHOICE),
        ("classify", "category", Kind.CHOICE),
        ("serve-notice", "served_on", Kind.DATE),
    ],
)
def test_a_field_is_filled_in_as_its_schema_says(document: dict, path: str, name: str, kind: Kind):
    assert kind is field(document, path, name).kind


def test_what_must_be_filled_in_is_what_the_command_requires(document: dict):
    required = [each.name for each in form(document, "submit-rectification").fields if each.required]

    assert ["measures", "completed_on"] == required


def test_a_choice_shows_the_chinese_of_its_codes(document: dict):
    assert {"pass": "合格", "fail": "不合格"} == field(document, "reinspect", "result").choices
    assert "B04 用电安全" in field(document, "classify", "category").choices.values()


def test_money_is_asked_for_in_yuan_and_sent_in_fen(document: dict):
    fields = form(document, "submit-rectification").fields

    assert "整改资金（元）" in [each.title for each in fields]
    assert {"cost": 120_050} == body(fields, {"cost": 1200.50})
    assert {"cost": 0} == body(fields, {"cost": 0})


def test_what_is_left_empty_is_not_sent(document: dict):
    fields = form(document, "order-rectification").fields

    assert {"responsible": "p-301"} == body(
        fields, {"responsible": " p-301 ", "notice": "", "deadline": None}
    )


def test_a_command_that_the_document_does_not_have_is_no_form(document: dict):
    assert asking(document, "/nothing") is None
