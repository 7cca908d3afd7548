"""会话 · A cookie that only this installation can make and read; a login that leads nowhere else."""

from datetime import timedelta
from pathlib import Path

import pytest

from given.credentials import NOW, OFFICER
from services import tokens
from services.authentication import Authenticator
from services.console.sessions import COOKIE, LONGEST, Sessions
from services.console.settings import ConsoleSettings
from services.console.signing_in import local
from services.tokens import Unauthenticated


class Clock:
    """钟 · It can be set."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self):
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def sessions(folder: Path, clock: Clock, **settings: object) -> Sessions:
    authenticator = Authenticator(tokens.trusted_keys(folder, None), now=clock)
    return Sessions.of(ConsoleSettings(**settings), folder, authenticator, clock)


def token(folder: Path, hours: float = 24) -> str:
    return tokens.issue(tokens.own_key(folder), now=NOW, hours=hours, **OFFICER)


def test_who_signs_in_is_known_by_the_cookie_alone(tmp_path: Path, clock: Clock):
    desk = sessions(tmp_path, clock)

    session = desk.of_cookies({COOKIE: desk.begin(token(tmp_path))})

    assert session is not None
    assert session.caller.person == "p-9"


def test_the_cookie_hides_the_token(tmp_path: Path, clock: Clock):
    given = token(tmp_path)

    assert given.split(".")[1] not in sessions(tmp_path, clock).begin(given)


def test_a_token_that_is_not_believed_begins_nothing(tmp_path: Path, clock: Clock):
    with pytest.raises(Unauthenticated):
        sessions(tmp_path, clock).begin("made-up")


def test_a_changed_cookie_is_nobody_s(tmp_path: Path, clock: Clock):
    desk = sessions(tmp_path, clock)
    sealed = desk.begin(token(tmp_path))

    assert desk.of_cookies({COOKIE: sealed[:-8] + "AAAAAAA="}) is None
    assert desk.of_cookies({COOKIE: "rubbish"}) is None
    assert desk.of_cookies({}) is None


def test_a_session_ends_with_its_token(tmp_path: Path, clock: Clock):
    desk = sessions(tmp_path, clock)
    sealed = desk.begin(token(tmp_path, hours=1))

    clock.at = NOW + timedelta(hours=1, minutes=2)

    assert desk.of_cookies({COOKIE: sealed}) is None


def test_a_session_ends_with_the_working_day_whatever_its_token_says(tmp_path: Path, clock: Clock):
    desk = sessions(tmp_path, clock)
    sealed = desk.begin(token(tmp_path, hours=100))

    clock.at = NOW + timedelta(seconds=LONGEST + 61)

    assert desk.of_cookies({COOKIE: sealed}) is None


def test_who_signed_out_is_out(tmp_path: Path, clock: Clock):
    desk = sessions(tmp_path, clock)
    sealed = desk.begin(token(tmp_path))
    session = desk.of_cookies({COOKIE: sealed})
    assert session is not None

    desk.end(session)

    assert desk.of_cookies({COOKIE: sealed}) is None
    assert not desk.is_open(session)


def test_processes_with_one_secret_know_each_other_s_sessions(tmp_path: Path, clock: Clock):
    secret = {"console_secret": "s" * 32}
    sealed = sessions(tmp_path, clock, **secret).begin(token(tmp_path))

    assert sessions(tmp_path, clock, **secret).of_cookies({COOKIE: sealed}) is not None
    assert sessions(tmp_path, clock, console_secret="t" * 32).of_cookies({COOKIE: sealed}) is None


def test_the_secret_of_an_installation_is_kept_for_its_owner_alone(tmp_path: Path, clock: Clock):
    sealed = sessions(tmp_path, clock).begin(token(tmp_path))

    assert sessions(tmp_path, clock).of_cookies({COOKIE: sealed}) is not None
    assert (tmp_path / "keys" / "console.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/console",
        "//example.org/console",
        "\\\\example.org\\console",
        "/docs",
        "/console/login?to=/console/login",
        "/console/_nicegui",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_login_leads_nowhere_but_to_a_page_of_the_console(elsewhere: str):
    assert local(elsewhere) == "/console"


def test_a_login_leads_back_to_the_page_that_was_asked_for():
    assert local("/console/hazards?status=CLOSED") == "/console/hazards?status=CLOSED"
