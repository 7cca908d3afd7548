"""设置 · What the environment may say, and what is refused before anything is sent."""

import pytest
from pydantic import ValidationError

from services.notifier.settings import Settings

SERVERS = {"HAZARD_POSTGRES_DSN": "postgresql://localhost/hazard", "HAZARD_NATS_URL": "nats://localhost"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in SERVERS.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_log_is_the_channel_when_none_is_named(environment: pytest.MonkeyPatch) -> None:
    assert Settings().channels == ("log",)


def test_channels_are_a_list_with_commas(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HAZARD_CHANNELS", "log, email,webhook")
    environment.setenv("HAZARD_SMTP_URL", "smtps://office:secret@mail.example:465")
    environment.setenv("HAZARD_WEBHOOK_URL", "https://hook.example/reminders")

    settings = Settings()

    assert settings.channels == ("log", "email", "webhook")
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HAZARD_CHANNELS", "email"),
        ("HAZARD_CHANNELS", "webhook"),
        ("HAZARD_CHANNELS", "pigeon"),
        ("HAZARD_SMTP_URL", "https://mail.example"),
        ("HAZARD_WEBHOOK_URL", "mail.example"),
        ("HAZARD_WEBHOOK_URL", "http://"),
        ("HAZARD_WEBHOOK_URL", "http://hook.example:99999/"),
        ("HAZARD_WEBHOOK_URL", "http://[::1/"),
        ("HAZARD_MAIL_FROM", "office"),
        ("HAZARD_SWEEP_SECONDS", "0"),
    ],
)
def test_what_could_only_fail_later_is_refused_at_the_start(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)

    with pytest.raises(ValidationError):
        Settings()
