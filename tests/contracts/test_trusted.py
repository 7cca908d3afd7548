"""可信解码 · What is opened on trust is what is opened with proof, for every event ever published."""

from pathlib import Path

import pytest

from contracts.catalogue import UnknownEvent, open_event
from contracts.envelope import decode, encode
from contracts.trusted import trusted

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_what_is_opened_on_trust_equals_what_is_proved(file: Path) -> None:
    body = file.read_bytes()
    proved = decode(body)
    envelope, event = trusted(body)

    assert (proved, open_event(proved)) == (envelope, event)
    assert (encode(proved), proved.model_fields_set) == (encode(envelope), envelope.model_fields_set)


def test_a_field_nobody_knows_is_left_out() -> None:
    body = GOLDEN[0].read_bytes().replace(b'"specversion"', b'"of_a_later_day": 1, "specversion"', 1)

    assert decode(body) == trusted(body)[0]


def test_a_version_of_a_later_day_is_refused() -> None:
    body = GOLDEN[0].read_bytes()
    name = decode(body).dataschema

    with pytest.raises(UnknownEvent):
        trusted(body.replace(name.encode(), name.rpartition("/")[0].encode() + b"/99"))
