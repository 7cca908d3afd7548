"""被测网页进程 · The web process as it serves, with two routes more that do nothing: the yardsticks."""

from typing import Annotated

import orjson
import uvloop
from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response

from services import logs
from services.cli.serve import serving
from services.cli.web import Doors, web_app
from services.hazard.api import guarding
from services.hazard.api.sending import Sent, SentOf
from services.hazard.lifecycle.reporting import CaptureHazard
from services.hazard.settings import WebSettings

NOOP = "/bench/noop"
SHORT = "/bench/short"
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
    """尺子 · A creation's body, token, headers and validation, then a constant: an endpoint as FastAPI serves it.

    For information also by the short way that commands take, and with nothing but the constant.
    """
    sent_of = SentOf(doors.caller_of, doors.now)

    async def short(ask: CaptureHazard, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, doors.attachments)
        return Response(orjson.dumps(ANSWER), 201, HEADERS, "application/json")

    async def noop(request: Request, ask: CaptureHazard, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        return await short(ask, sent)

    async def bare() -> Response:
        return Response(orjson.dumps(ANSWER), 200, HEADERS, "application/json")

    app.add_api_route(NOOP, noop, methods=["POST"], include_in_schema=False)
    app.add_api_route(SHORT, short, methods=["POST"], include_in_schema=False)
    app.add_api_route(BARE, bare, methods=["GET"], include_in_schema=False)


if __name__ == "__main__":
    logs.configure()
    uvloop.run(serving(WebSettings(), measured_app))
