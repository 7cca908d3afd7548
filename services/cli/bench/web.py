"""被测网页进程 · The web process as it serves, with two routes more that do nothing: the yardsticks."""

from typing import Annotated

import orjson
import uvloop
from fastapi import Depends, FastAPI
from fastapi.responses import Response

from services import logs
from services.cli.serve import serving
from services.cli.web import Doors, web_app
from services.hazard.api import guarding
from services.hazard.api.sending import Sent, sent_by
from services.hazard.lifecycle.reporting import CaptureHazard
from services.hazard.settings import WebSettings

NOOP = "/bench/noop"
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
    """尺子 · The same body, token, headers and validation as a creation, then a constant; and no more than a constant."""
    sent_of = sent_by(doors.caller_of, doors.now)

    @app.post(NOOP, status_code=201, include_in_schema=False)
    async def noop(ask: CaptureHazard, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, doors.attachments)
        return Response(orjson.dumps(ANSWER), 201, HEADERS, "application/json")

    @app.get(BARE, include_in_schema=False)
    async def bare() -> Response:
        return Response(orjson.dumps(ANSWER), 200, HEADERS, "application/json")


if __name__ == "__main__":
    logs.configure()
    uvloop.run(serving(WebSettings(), measured_app))
