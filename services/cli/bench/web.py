"""被测网页进程 · The web process as it serves, with two routes more that do nothing: the yardsticks."""

from typing import Annotated

import orjson
import uvloop
from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import Response

from services import logs
from services.cli.serve import serving
from services.cli.web import Doors, web_app
from services.hazard.api import guarding
from services.hazard.api.commanding import CommandRoute
from services.hazard.api.sending import Sent, SentOf
from services.hazard.lifecycle.reporting import CaptureHazard
from services.hazard.settings import WebSettings

NOOP = "/bench/noop"
ORDINARY = "/bench/ordinary"
BARE = "/bench/bare"
ID = "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10"
POSITION = f"{ID}:123456"
HEADERS = {"ETag": '"1"', "X-Position": POSITION, "Location": f"/api/v1/hazards/{ID}"}
ANSWER = {"id": ID, "version": 1, "events": ["hazard.captured"], "status": "DRAFT", "position": POSITION}


def measured_app(doors: Doors) -> FastAPI:
    """被测应用 · All routes of the web process, and the yardsticks before them: the best place to be found at."""
    app = web_app(doors)
    before = len(app.router.routes)
    add_yardsticks(app, doors)
    added = app.router.routes[before:]
    del app.router.routes[before:]
    app.router.routes[:0] = added
    return app


def add_yardsticks(app: FastAPI, doors: Doors) -> None:
    """尺子 · A creation's body, token, headers and validation, then a constant.

    By the same way through the framework as a command takes, which is what commands are compared with; for
    information also by the framework's ordinary way, and with nothing but the constant.
    """
    sent_of = SentOf(doors.caller_of, doors.now)

    async def noop(ask: CaptureHazard, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, doors.attachments)
        return Response(orjson.dumps(ANSWER), 201, HEADERS, "application/json")

    async def bare() -> Response:
        return Response(orjson.dumps(ANSWER), 200, HEADERS, "application/json")

    commands = APIRouter(route_class=CommandRoute, include_in_schema=False)
    commands.add_api_route(NOOP, noop, methods=["POST"])
    app.router.routes.extend(commands.routes)
    app.add_api_route(ORDINARY, noop, methods=["POST"], include_in_schema=False)
    app.add_api_route(BARE, bare, methods=["GET"], include_in_schema=False)


if __name__ == "__main__":
    logs.configure()
    uvloop.run(serving(WebSettings(), measured_app))
