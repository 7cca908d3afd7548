"""调用 · The tokens a command of the installation calls it with are those the web process takes."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.values import Role
from services import tokens
from services.cli.announcement import first_token
from services.cli.calling import CallingSettings, token_of
from services.servers.places import Places
from services.tokens import Caller

ISSUER, AUDIENCE, TOWN = "https://id.example", "hazard-example", "330112003000"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HAZARD_TOKEN_ISSUER", ISSUER)
    monkeypatch.setenv("HAZARD_TOKEN_AUDIENCE", AUDIENCE)
    monkeypatch.setenv("HAZARD_TOWN", TOWN)
    monkeypatch.setenv("HAZARD_DATA_DIR", str(tmp_path))
    return tmp_path


def verified(token: str, data: Path) -> Caller:
    keys = tokens.trusted_keys(data, None)
    return tokens.verify(token, keys, issuer=ISSUER, audience=AUDIENCE, now=datetime.now(UTC))


def test_a_command_calls_in_the_name_and_the_town_of_the_installation(data: Path) -> None:
    header = token_of(CallingSettings(), person="p-importer", role=Role.TWO)["Authorization"]

    assert verified(header.removeprefix("Bearer "), data).division == TOWN


def test_a_division_that_is_named_goes_before_the_town(data: Path) -> None:
    header = token_of(CallingSettings(), person="p-1", role=Role.TWO, division="330111005000")

    assert verified(header["Authorization"].removeprefix("Bearer "), data).division == "330111005000"


def test_the_token_of_the_line_to_try_is_of_the_installations_town(data: Path) -> None:
    token = first_token(Places(data), datetime.now(UTC))

    assert verified(token, data).division == TOWN
