"""命令路由 · One route for each row of an aggregate's table of commands."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Protocol
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from services.attachments import Attachments
from services.hazard.api import guarding
from services.hazard.api.sending import Sent, SentOf, answer, documented
from services.hazard.command_row import CommandRow
from services.hazard.handling import Done, Handling, Sender
from services.hazard.occasion import Ask


class Change(Protocol):
    """办理 · What an aggregate does with any row of its table."""

    def __call__(
        self, handling: Handling, sender: Sender, key: str, command: CommandRow, ask: Ask
    ) -> Awaitable[Done]:
        """办理 · One command on the thing of this key."""


@dataclass(frozen=True, slots=True)
class Desk:
    """受理台 · What every command's route is given."""

    handling: Handling
    attachments: Attachments
    sent_of: SentOf
    log_id: UUID


def add_rows(
    router: APIRouter, place: str, thing: str, rows: Iterable[CommandRow], change: Change, desk: Desk
) -> None:
    """逐行建路由 · POST <place>/{key}/<path>, known in OpenAPI as <thing>-<path>; `place` as in "/enterprises"."""
    for command in rows:
        router.add_api_route(
            f"{place}/{{key}}/{command.path}",
            endpoint(command, change, desk),
            methods=["POST"],
            description=command.ask.__doc__,
            **documented(command.title, f"{thing}-{command.path}"),
        )


def endpoint(command: CommandRow, change: Change, desk: Desk) -> Callable[..., Awaitable[Response]]:
    """命令入口 · The body is the ask; the headers say who, under which key, on which version."""
    body = command.ask

    async def send(key: UUID, ask: body, sent: Annotated[Sent, Depends(desk.sent_of)]) -> Response:  # type: ignore[valid-type]  # each row brings its own ask
        await guarding.check(ask, desk.attachments)
        sender = sent.changing(command.path, str(key), ask)
        return answer(await change(desk.handling, sender, str(key), command, ask), desk.log_id)

    return send
