"""部署文件 · What deploy/ names is there: commands, settings, users; and nothing that is there is forgotten."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic_settings import BaseSettings

import services
from services.cli.log import PrepareSettings
from services.cli.main import COMMANDS, app
from services.console.settings import ConsoleSettings
from services.hazard.settings import RelaySettings, WebSettings
from services.notifier.settings import Settings as NotifierSettings
from services.projections.settings import Settings as ProjectorSettings
from services.servers.nats_users import DEPLOYMENT, SERVICES, password_variable

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
EXAMPLE = (DEPLOY / "example.env").read_text(encoding="utf-8")


class WebProcess(WebSettings, ConsoleSettings):
    """网页进程 · Two settings classes for one process."""


PROCESSES: dict[str, type[BaseSettings]] = {
    "prepare": PrepareSettings,
    "web": WebProcess,
    "relay": RelaySettings,
    "projector": ProjectorSettings,
    "notifier": NotifierSettings,
}
PASSWORDS = {
    "HAZARD_POSTGRES_PASSWORD",
    *(password_variable(user)[1:] for user in (*SERVICES, *(reader.user for reader in DEPLOYMENT))),
}
SERVERS = {"postgres", "nats"}


def settings() -> Iterator[type[BaseSettings]]:
    """Every settings class there is, found by importing everything."""
    for module in pkgutil.walk_packages(services.__path__, "services."):
        importlib.import_module(module.name)
    waiting = [BaseSettings]
    while waiting:
        for found in waiting.pop().__subclasses__():
            waiting.append(found)
            if found.__module__.startswith("services."):
                yield found


def variables(of: type[BaseSettings]) -> set[str]:
    return {f"{of.model_config['env_prefix']}{name}".upper() for name in of.model_fields}


def shown() -> list[str]:
    """The variables of example.env, those that only show a default among them."""
    return re.findall(r"^(?:# )?(HAZARD_[A-Z0-9_]+)=", EXAMPLE, re.MULTILINE)


def environment(service: str) -> dict[str, Any]:
    given: dict[str, Any] = COMPOSE["services"][service]["environment"]
    return {name: value for name, value in given.items() if name.startswith("HAZARD_")}


def interpolated() -> set[str]:
    """What compose.yaml takes from .env."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    passed = {name for service in PROCESSES for name, value in environment(service).items() if value is None}
    return passed | set(re.findall(r"\$\{(HAZARD_[A-Z0-9_]+)", text))


def test_every_setting_stands_in_the_example_and_nothing_else() -> None:
    wanted = {name for found in settings() for name in variables(found)}

    assert wanted | PASSWORDS == set(shown())


def test_the_example_names_a_variable_once() -> None:
    assert sorted(set(shown())) == sorted(shown())


@pytest.mark.parametrize("of", list(settings()), ids=lambda of: f"{of.__module__}.{of.__name__}")
def test_a_default_that_the_example_shows_is_the_real_one(of: type[BaseSettings]) -> None:
    commented = dict(re.findall(r"^# (HAZARD_[A-Z0-9_]+)=(.+)$", EXAMPLE, re.MULTILINE))
    wrong = {}
    for name, field in of.model_fields.items():
        told = commented.get(f"HAZARD_{name.upper()}")
        if told is None or field.is_required() or field.default is None:
            continue
        real = ",".join(field.default) if isinstance(field.default, tuple) else f"{field.default}"
        if told != real:
            wrong[name] = (told, real)

    assert {} == wrong


@pytest.mark.parametrize(("service", "of"), PROCESSES.items())
def test_every_setting_of_a_process_reaches_its_container_and_no_other(
    service: str, of: type[BaseSettings]
) -> None:
    assert variables(of) == set(environment(service))


@pytest.mark.parametrize(("service", "of"), PROCESSES.items())
def test_a_process_starts_with_what_it_is_given(
    service: str, of: type[BaseSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(service).items():
        if value is not None:
            monkeypatch.setenv(name, str(value))

    assert of()


def test_what_compose_takes_from_the_environment_stands_in_the_example() -> None:
    assert interpolated() <= set(shown())


def test_a_process_is_given_its_own_secrets_only() -> None:
    given = {name: set(re.findall(r"\$\{(HAZARD_NATS_\w+)", str(environment(name)))) for name in PROCESSES}
    users = {"prepare": "admin", "web": "web", "relay": "relay", "projector": "projections"}
    users["notifier"] = "notifier"

    assert {name: {password_variable(user)[1:]} for name, user in users.items()} == given


def test_the_message_server_is_given_every_users_password() -> None:
    wanted = set(re.findall(r"\$(HAZARD_NATS_\w+)", (DEPLOY / "nats.conf").read_text(encoding="utf-8")))

    assert wanted == set(environment("nats"))


@pytest.mark.parametrize("service", PROCESSES)
def test_every_command_in_compose_is_there(service: str) -> None:
    command = COMPOSE["services"][service]["command"]
    _, apps, left = app().parse_commands(command)

    assert command[0] in {name for name, _, _ in COMMANDS}
    assert ([], len(command) + 1) == (left, len(apps))


def test_the_processes_and_servers_are_all_there_is() -> None:
    assert {*PROCESSES, *SERVERS} == set(COMPOSE["services"])


@pytest.mark.parametrize("service", sorted({*PROCESSES} - {"prepare"}))
def test_a_process_waits_until_the_servers_are_prepared(service: str) -> None:
    waits = COMPOSE["services"][service]["depends_on"]

    assert {"prepare": {"condition": "service_completed_successfully"}} == waits


@pytest.mark.parametrize("service", PROCESSES)
def test_only_the_web_process_has_a_health_check_to_answer(service: str) -> None:
    check = COMPOSE["services"][service].get("healthcheck")

    assert (None if service == "web" else {"disable": True}) == check


def test_the_folders_of_compose_are_volumes_or_files_beside_it() -> None:
    mounts = [mount for service in COMPOSE["services"].values() for mount in service.get("volumes", ())]
    sources = {mount.partition(":")[0] for mount in mounts}

    assert {"./nats.conf", *COMPOSE["volumes"]} == sources


def test_the_image_installs_what_is_locked_and_asks_no_index_by_name() -> None:
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert "--no-index --no-build-isolation --no-deps" in DOCKERFILE
    assert [] == re.findall(r"index-url|trusted-host|https?://(?!127\.0\.0\.1)", DOCKERFILE)


def test_the_image_runs_as_an_ordinary_user_who_owns_the_data() -> None:
    instructions = [line.split()[0] for line in DOCKERFILE.splitlines() if re.match(r"[A-Z]+ ", line)]

    assert "USER hazard" in DOCKERFILE
    assert instructions.index("USER") < instructions.index("ENTRYPOINT")
    assert "HEALTHCHECK" in instructions


def test_the_image_is_made_of_files_that_are_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    for name in (name for names in copied for name in names.split()):
        assert (DEPLOY.parent / name).exists()
        assert f"!{name}" in allowed


def test_what_the_image_runs_by_itself_is_a_command() -> None:
    [default] = re.findall(r'^CMD \["(\w+)"\]$', DOCKERFILE, re.MULTILINE)

    assert default in {name for name, _, _ in COMMANDS}
