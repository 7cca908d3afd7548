"""可信解码 · What is opened on trust is what is opened with proof, for every event ever published."""

from pathlib import Path

import pytest

from contracts.catalogue import UnknownEvent, open_event
from contracts.envelope import Envelope, decode
from contracts.trusted import heading, opened

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_what_is_opened_on_trust_equals_what_is_proved(file: Path) -> None:
    body = file.read_bytes()
    proved = decode(body)
    trusted = heading(body)

    assert open_event(proved) == opened(trusted)
    for name in (*Envelope.model_fields, "aggregate", "key"):
        assert getattr(proved, name) == getattr(trusted, name), name


def test_a_heading_has_nothing_that_an_envelope_lacks() -> None:
    with pytest.raises(AttributeError):
        getattr(heading(GOLDEN[0].read_bytes()), "of_a_later_day")  # noqa: B009  # no type knows it


def test_a_version_of_a_later_day_is_refused() -> None:
    body = GOLDEN[0].read_bytes()
    name = decode(body).dataschema
    later = body.replace(name.encode(), name.rpartition("/")[0].encode() + b"/99")

    with pytest.raises(UnknownEvent):
        opened(heading(later))
