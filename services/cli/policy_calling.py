"""政策调用 · What the commands of `hazard policy` share: the running system, in somebody's name, and its refusals."""

import sys
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import httpx2

from contracts.division import root
from contracts.values import Role
from services.cli.calling import CallingSettings, NotRunning, client, token_of


class Refusal(Exception):
    """被拒绝 · The sentence of a problem with its code, or why a file cannot be read."""

    def __init__(self, sentence: str, code: str | None = None) -> None:
        super().__init__(sentence)
        self.code = code


def calling(work: Callable[[httpx2.Client], None], *, person: str = "p-policy", role: str = "SCO") -> int:
    """调用 · The running system, in somebody's name, for the district of this installation."""
    settings = CallingSettings()
    try:
        with client(settings) as web:
            division = f"{root(settings.town)}000000"
            web.headers.update(
                token_of(
                    settings, person=person, role=Role(role), division=division, organisation="org-district"
                )
            )
            work(web)
    except (NotRunning, Refusal) as refused:
        print(refused, file=sys.stderr)
        return 1
    except httpx2.TransportError as error:
        print(f"系统没有答复：{error} · the system does not answer", file=sys.stderr)
        return 1
    return 0


# Any: members of a JSON answer.
def get(web: httpx2.Client, path: str, **query: object) -> dict[str, Any]:
    """读取 · A JSON answer. Raises Refusal."""
    asked = {name: str(value) for name, value in query.items() if value is not None}
    body: dict[str, Any] = answered(web.get(f"/api/v1/{path}", params=asked)).json()
    return body


def post(
    web: httpx2.Client, path: str, body: object, headers: Mapping[str, str] | None = None
) -> httpx2.Response:
    """发送 · A command under a key of its own. Raises Refusal."""
    sent = {"Idempotency-Key": str(uuid4()), **(headers or {})}
    return answered(web.post(f"/api/v1/{path}", json=body, headers=sent))


def answered(answer: httpx2.Response) -> httpx2.Response:
    """答复 · One that is a success. Raises Refusal with the sentences of the problem."""
    if answer.is_success:
        return answer
    try:
        body = answer.json()
    except ValueError:
        raise Refusal(f"HTTP {answer.status_code}") from None
    raise Refusal(f"{body.get('title')}：{body.get('detail')}", body.get("code"))
