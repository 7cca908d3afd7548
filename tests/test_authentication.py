"""验明身份 · Requests with and without good tokens, and `hazard token`."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from joserfc.jwk import KeySet, OKPKey

from given.credentials import NOW, OFFICER
from services import problems, tokens
from services.authentication import Authenticator
from services.tokens import Caller, issue, verify


@pytest.fixture(scope="module")
def key() -> OKPKey:
    return OKPKey.generate_key("Ed25519")


@pytest.fixture(scope="module")
def keys(key: OKPKey) -> KeySet:
    return tokens.public_keys(key)


@pytest.fixture
def client(keys: KeySet) -> TestClient:
    app = FastAPI()
    problems.install(app)
    caller_of = Authenticator(keys, now=lambda: NOW)

    @app.get("/me")
    async def me(caller: Annotated[Caller, Depends(caller_of)]) -> str:
        return f"{caller.role} {caller.person}"

    return TestClient(app)


def test_a_request_with_a_token_is_answered(client: TestClient, key: OKPKey) -> None:
    answer = client.get("/me", headers={"Authorization": f"Bearer {issue(key, **OFFICER, now=NOW)}"})

    assert (answer.status_code, answer.json()) == (200, "TWO p-9")


@pytest.mark.parametrize(
    ("headers", "challenge"),
    [
        ({}, "Bearer"),
        ({"Authorization": "Bearer"}, "Bearer"),
        ({"Authorization": "Basic eDp5"}, "Bearer"),
        ({"Authorization": "Bearer x.y.z"}, 'Bearer error="invalid_token"'),
    ],
)
def test_a_request_without_a_good_token_is_refused_as_a_problem(
    client: TestClient, headers: dict[str, str], challenge: str
) -> None:
    answer = client.get("/me", headers=headers)

    assert answer.status_code == 401
    assert challenge == answer.headers["www-authenticate"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unauthenticated"


def test_a_token_that_was_good_a_moment_ago_is_looked_at_again(key: OKPKey, keys: KeySet) -> None:
    app, instants = FastAPI(), iter([NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=3)])
    problems.install(app)
    caller_of = Authenticator(keys, now=lambda: next(instants))

    @app.get("/")
    async def ask(caller: Annotated[Caller, Depends(caller_of)]) -> str:
        return caller.person

    headers = {"Authorization": f"Bearer {issue(key, **OFFICER, hours=2, now=NOW)}"}
    answers = [TestClient(app).get("/", headers=headers).status_code for _ in range(3)]

    assert answers == [200, 200, 401]


def test_openapi_says_how_to_authenticate(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    scheme = document["components"]["securitySchemes"]["bearer"]

    assert (scheme["type"], scheme["scheme"], scheme["bearerFormat"]) == ("http", "bearer", "JWT")
    assert document["paths"]["/me"]["get"]["security"] == [{"bearer": []}]


def hazard_token(data: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.cli.main", "token", *options],
        env={"HAZARD_DATA_DIR": str(data), "PATH": "", "LANG": "C.UTF-8"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


TOWN = ("--person", "p-9", "--division", "330111005000", "--organisation", "org-town")


def test_the_command_line_issues_a_token_that_this_installation_takes(tmp_path: Path) -> None:
    done = hazard_token(tmp_path, "--role", "TWO", *TOWN, "--certificate", "33011100123")
    caller = verify(done.stdout.strip(), tokens.trusted_keys(tmp_path, None), now=datetime.now(UTC))

    assert Caller(**OFFICER, client="p-9") == caller
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("options", "environment", "said"),
    [
        (("--role", "SYS", *TOWN), {}, "系统角色（SYS）"),
        (("--role", "TWO", *TOWN, "--person", "9"), {}, "--person"),
        (("--role", "TWO", *TOWN), {"HAZARD_TOKEN_KEYS": "/etc/issuer.json"}, "HAZARD_TOKEN_KEYS"),
    ],
    ids=["system", "person", "issuer"],
)
def test_the_command_line_refuses_and_says_why(
    tmp_path: Path, options: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    done = hazard_token(tmp_path, *options, **environment)

    assert done.returncode != 0
    assert done.stdout == ""
    assert said in done.stderr
