"""升级 · What was stored under an old version means today what it meant then, for ever and for every reader."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from contracts import catalogue
from contracts.catalogue import EVENTS, UnknownEvent, open_event
from contracts.envelope import Envelope, Event, decode
from given import made_up
from given.goldens import Goldens
from given.made_up import TankDipped, by_whom_it_was_known, in_millimetres

PRODUCTION = Goldens(EVENTS, Path(__file__).parent / "golden")
MADE_UP = Goldens((TankDipped,), made_up.FOLDER)

either = pytest.mark.parametrize("goldens", [PRODUCTION, MADE_UP], ids=["production", "made up"])


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue.BY_TYPE, TankDipped.TYPE, TankDipped)


def dipped(version: int) -> Envelope:
    return decode((made_up.FOLDER / f"tank.dipped.{version}.json").read_bytes())


@either
def test_every_version_an_event_ever_had_has_its_golden_file(goldens: Goldens) -> None:
    assert set() == goldens.missing(), "a whole event as <type>.<version>.json; its meaning today in lifted/"


@either
def test_every_old_event_means_today_what_its_file_says(goldens: Goldens) -> None:
    assert {} == goldens.misread()


@either
def test_no_step_changes_what_it_was_given(goldens: Goldens) -> None:
    assert set() == goldens.spoilt()


@either
def test_nothing_is_said_of_the_meaning_of_what_is_not_old(goldens: Goldens) -> None:
    assert set() == goldens.stale()


@pytest.mark.parametrize(
    ("version", "depth", "method"), [(1, 1200, "dipstick"), (2, 1350, "dipstick"), (3, 900, "radar")]
)
def test_each_version_is_lifted_by_the_steps_it_lacks(
    known: None, version: int, depth: int, method: str
) -> None:
    assert TankDipped(tank="T-07", depth_mm=depth, method=method) == open_event(dipped(version))


def test_an_envelope_stays_as_it_was_stored(known: None) -> None:
    envelope = dipped(1)
    open_event(envelope)

    assert dipped(1) == envelope


@pytest.mark.parametrize("version", ["4", "0", "-1", "²", "", "latest"])
def test_a_version_from_a_later_day_is_not_guessed_at(known: None, version: str) -> None:
    envelope = dipped(3).model_copy(update={"dataschema": f"contracts/tank.dipped/{version}"})
    with pytest.raises(UnknownEvent, match="known here up to version 3"):
        open_event(envelope)


@pytest.mark.parametrize(
    "steps",
    [(), (in_millimetres,), (in_millimetres, by_whom_it_was_known, by_whom_it_was_known)],
    ids=["none", "one", "three"],
)
def test_an_event_without_exactly_its_steps_cannot_even_be_defined(steps: tuple) -> None:
    with pytest.raises(TypeError, match="at version 3: STEPS must hold 2 steps"):

        class Dipped(Event):
            TYPE: ClassVar[str] = "tank.dipped"
            VERSION: ClassVar[int] = 3
            STEPS = steps


def test_a_forgotten_golden_file_is_named(tmp_path: Path) -> None:
    shutil.copytree(made_up.FOLDER, tmp_path / "golden")
    (tmp_path / "golden" / "tank.dipped.2.json").unlink()
    (tmp_path / "golden" / "lifted" / "tank.dipped.1.json").unlink()
    goldens = Goldens((TankDipped,), tmp_path / "golden")

    assert {"tank.dipped.2.json", "lifted/tank.dipped.1.json"} == goldens.missing()
    assert {"tank.dipped.2.json"} == goldens.stale()


def test_a_step_that_works_in_place_is_named() -> None:
    def in_place(data: Mapping[str, Any]) -> dict[str, Any]:
        data["depth_mm"] = 0
        return dict(data)

    class Dipped(Event):
        TYPE: ClassVar[str] = "tank.dipped"
        VERSION: ClassVar[int] = 3
        STEPS = (in_place, by_whom_it_was_known)
        depth_mm: int

    changed = Goldens((Dipped,), made_up.FOLDER)

    assert {"tank.dipped.1.json: in_place"} == changed.spoilt()
    assert {
        "tank.dipped.1.json": {"depth_mm": 0},
        "tank.dipped.2.json": {"depth_mm": 1350},
    } == changed.misread()
