"""样例文件 · Every event ever published parses for ever; a golden file is added, never changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.catalogue import BY_TYPE, EVENTS, UnknownEvent, dataschema, open_event
from contracts.envelope import MAX_BYTES, Envelope, Event, decode, encode
from services.personal_numbers import personal_data_in

FOLDER = Path(__file__).parent / "golden"
GOLDEN = sorted(FOLDER.glob("*.json"))
CAPTURED = FOLDER / "hazard.captured.1.json"


def golden(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))


def is_of_today(file: Path) -> bool:
    body = golden(file)
    return body["dataschema"] == dataschema(BY_TYPE[body["type"]])


def of(event: type[Event]) -> list[dict[str, Any]]:
    bodies = [golden(file) for file in GOLDEN]
    return [body for body in bodies if body["dataschema"] == dataschema(event)]


@pytest.fixture
def captured() -> Envelope:
    return decode(CAPTURED.read_bytes())


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_every_event_ever_published_still_opens(file: Path) -> None:
    envelope = decode(file.read_bytes())

    assert BY_TYPE[envelope.type] is type(open_event(envelope))


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_an_event_means_the_same_after_it_was_encoded_again(file: Path) -> None:
    envelope = decode(file.read_bytes())
    again = decode(encode(envelope))

    assert (envelope, open_event(envelope)) == (again, open_event(again))


@pytest.mark.parametrize("file", [file for file in GOLDEN if is_of_today(file)], ids=lambda file: file.stem)
def test_every_field_of_a_golden_file_is_known_and_kept(file: Path) -> None:
    body = golden(file)
    envelope = decode(file.read_bytes())
    kept = envelope.model_dump(mode="json", exclude_none=True)
    data = open_event(envelope).model_dump(mode="json", exclude_none=True)

    assert (set(body), body["data"]) == (set(kept), {name: data.get(name) for name in body["data"]})


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_a_golden_file_is_named_by_type_and_version(file: Path) -> None:
    name, _, version = golden(file)["dataschema"].removeprefix("contracts/").partition("/")

    assert file.stem == f"{name}.{version}" or file.stem.startswith(f"{name}.{version}.")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.TYPE)
def test_every_field_of_an_event_stands_in_a_golden_file(event: type[Event]) -> None:
    shown = {name for body in of(event) for name in body["data"]}

    assert set(event.model_fields) == shown


def test_every_attribute_of_the_envelope_stands_in_a_golden_file() -> None:
    shown = {name for file in GOLDEN for name in golden(file)}

    assert set(Envelope.model_fields) == shown


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_a_person_stands_in_an_event_by_id_only(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace(golden(file)["id"], "")

    assert personal_data_in(text) is None


def test_an_event_with_fields_from_a_later_day_opens(captured: Envelope) -> None:
    later = json.loads(encode(captured))
    later["severity"] = "an attribute nobody knows yet"
    later["data"]["weather"] = "小雨"
    envelope = decode(json.dumps(later).encode())

    assert open_event(captured) == open_event(envelope)


def test_an_unknown_event_is_named(captured: Envelope) -> None:
    unknown = captured.model_copy(update={"type": "hazard.evaporated"})
    with pytest.raises(UnknownEvent, match=r"hazard\.evaporated"):
        open_event(unknown)


def test_an_event_above_256_kb_is_refused_before_it_is_stored(captured: Envelope) -> None:
    large = captured.model_copy(update={"data": {**captured.data, "description": "隐" * (MAX_BYTES // 3)}})
    with pytest.raises(ValueError, match="256 KB"):
        encode(large)


def test_absent_attributes_are_left_out(captured: Envelope) -> None:
    bare = captured.model_copy(update={"visit": None, "certificate": None, "traceparent": None})

    assert not {"visit", "certificate", "traceparent"} & set(json.loads(encode(bare)))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.TYPE)
def test_an_event_is_frozen_and_names_its_schema(event: type[Event]) -> None:
    assert (True, f"contracts/{event.TYPE}/{event.VERSION}") == (
        event.model_config["frozen"],
        dataschema(event),
    )
