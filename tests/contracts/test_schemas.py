"""模式文件 · contracts/schemas/*.json are what the classes say, so that nobody needs Python to read an event."""

import json
from pathlib import Path

import pytest

from contracts.__main__ import FOLDER, schema_files, write
from contracts.catalogue import BY_TYPE, dataschema, schema

FILES = schema_files()
COMMAND = "the schemas have changed: run `python -m contracts` and commit contracts/schemas"


@pytest.mark.parametrize("name", FILES)
def test_a_schema_file_is_what_the_class_says(name: str) -> None:
    file = FOLDER / name

    assert FILES[name] == (file.read_text(encoding="utf-8") if file.exists() else ""), COMMAND


def test_there_is_no_schema_file_of_an_event_that_is_gone() -> None:
    assert set(FILES) == {file.name for file in FOLDER.iterdir()}, COMMAND


def test_every_event_the_envelope_and_a_refusal_have_a_schema() -> None:
    assert {"envelope.json", "problem.json", *(f"{name}.json" for name in BY_TYPE)} == set(FILES)


@pytest.mark.parametrize("name", BY_TYPE)
def test_a_schema_names_itself_and_says_in_chinese_what_it_is(name: str) -> None:
    body = schema(BY_TYPE[name])

    assert (dataschema(BY_TYPE[name]), True) == (body["$id"], " · " in body["description"])


def test_writing_them_removes_what_is_stale_and_gives_the_same_bytes_again(tmp_path: Path) -> None:
    (tmp_path / "hazard.evaporated.json").write_text("{}")
    write(tmp_path)
    first = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    write(tmp_path)

    assert first == {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert set(schema_files()) == set(first)


def test_chinese_stands_in_a_schema_as_itself() -> None:
    text = FILES["hazard.captured.json"]

    assert "随手拍" in text
    assert "hazard.captured" in json.loads(text)["$id"]
