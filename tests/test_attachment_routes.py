"""附件接口 · Sending photographs and documents, and looking at them, over the real routes."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from contracts.values import Role
from given.pictures import GIF, NOW, PDF, photograph, picture
from services import problems, tokens
from services.attachments import MAX_BYTES, Attachments
from services.authentication import Authenticator
from services.hazard.api import attachments as api

picture("L").save(GIF, "GIF")


@pytest.fixture
def kept(tmp_path: Path) -> Attachments:
    return Attachments.at(tmp_path)


@pytest.fixture
def client(kept: Attachments, tmp_path: Path) -> Iterator[TestClient]:
    key = tokens.own_key(tmp_path)
    app = FastAPI()
    problems.install(app, max_body=64 * 1024)
    app.include_router(api.routes(kept, Authenticator(tokens.public_keys(key), now=lambda: NOW)))
    token = tokens.issue(
        key, person="p-9", role=Role.TWO, division="330111005000", organisation="org-town", now=NOW
    )
    with TestClient(app, headers={"Authorization": f"Bearer {token}"}) as opened_client:
        yield opened_client


def send(client: TestClient, content: bytes, **options: Any) -> Any:
    return client.post(
        "/api/v1/attachments", files={"file": ("隐患照片.jpg", content, "image/jpeg")}, **options
    )


def test_a_photograph_that_was_sent_can_be_looked_at(client: TestClient) -> None:
    answer = send(client, photograph())
    body = answer.json()
    seen = client.get(answer.headers["location"])

    assert answer.status_code == 201
    assert {"digest", "media_type", "size"} == set(body)
    assert body["digest"] == "sha256:" + sha256(seen.content).hexdigest()
    assert seen.headers["content-type"] == "image/jpeg"
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in seen.headers["cache-control"]


def test_a_digest_is_understood_with_and_without_its_prefix(client: TestClient) -> None:
    digest = send(client, PDF).json()["digest"]
    seen = [client.get(f"/api/v1/attachments/{name}") for name in (digest, digest.removeprefix("sha256:"))]

    assert [answer.content for answer in seen] == [PDF, PDF]


def test_the_type_is_what_it_is_and_not_what_it_is_called(client: TestClient) -> None:
    assert send(client, PDF).json()["media_type"] == "application/pdf"
    assert send(client, b"<script>alert(1)</script>").status_code == 415


def test_nobody_sends_or_looks_without_a_token(client: TestClient) -> None:
    nobody = {"Authorization": ""}
    digest = send(client, PDF).json()["digest"]

    assert send(client, PDF, headers=nobody).status_code == 401
    assert client.get(f"/api/v1/attachments/{digest}", headers=nobody).status_code == 401


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"hello", 415, "unsupported-media"),
        (photograph()[:300], 422, "broken-attachment"),
        (PDF + bytes(MAX_BYTES), 413, "too-large"),
        (PDF + bytes(3 * MAX_BYTES), 413, "too-large"),
    ],
    ids=["text", "broken", "just too large", "far too large"],
)
def test_what_cannot_be_kept_is_answered_as_a_problem(
    client: TestClient, content: bytes, status: int, code: str
) -> None:
    answer = send(client, content)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_endless_upload_is_cut_off(client: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF
        while sent < 100 * 1024 * 1024:
            sent += 64 * 1024
            yield bytes(64 * 1024)

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/api/v1/attachments", content=endless(), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_full_size_photograph_is_taken_though_the_app_s_own_limit_is_smaller(client: TestClient) -> None:
    assert send(client, PDF + bytes(MAX_BYTES - len(PDF))).status_code == 201


@pytest.mark.parametrize(
    "form", [{}, {"data": {"file": "text"}}, {"files": {"photo": ("a.pdf", PDF)}}], ids=str
)
def test_a_form_without_a_file_is_malformed(client: TestClient, form: dict[str, Any]) -> None:
    answer = client.post("/api/v1/attachments", **form)

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert answer.json()["errors"][0]["pointer"] == "/file"


@pytest.mark.parametrize("name", ["0" * 64, "sha256:" + "0" * 64])
def test_an_unknown_digest_is_not_found(client: TestClient, name: str) -> None:
    answer = client.get(f"/api/v1/attachments/{name}")

    assert (answer.status_code, answer.json()["code"]) == (404, "attachment-not-found")


@pytest.mark.parametrize("name", ["x", "..%2f..%2fkeys%2ftoken.pem", "sha256:" + "g" * 64])
def test_what_is_no_digest_opens_nothing(client: TestClient, name: str) -> None:
    assert client.get(f"/api/v1/attachments/{name}").status_code in (404, 422)
