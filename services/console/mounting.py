"""安装控制台 · The pages on the web process's own application, at /console. The library of pages is imported with this module."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import nicegui
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from nicegui import core, ui

from services.authentication import Authenticator
from services.console import (
    downloading,
    enterprise,
    hazard,
    ledger,
    operating,
    overview,
    read_models,
    signing_in,
    uploading,
    why,
    work,
)
from services.console.frame import NAME, Desk
from services.console.gate import Gate
from services.console.looks import read_asset
from services.console.sessions import PLACE, Sessions
from services.console.settings import ConsoleSettings

ABSENT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>没有这个页面</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<body style="font:16px/1.7 system-ui,'Noto Sans CJK SC',sans-serif;text-align:center;padding:4rem 1rem">
<h1>{what}</h1><p><a href="/console">回到总览</a></p></body></html>"""


def add_console(
    app: FastAPI,
    settings: ConsoleSettings,
    data: Path,
    authenticator: Authenticator,
    now: Callable[[], datetime],
) -> None:
    """安装 · Once in a process: the library knows one application only. Raises UnfitKey."""
    sessions = Sessions.of(settings, data, authenticator, now)
    desk = Desk(app, sessions)

    @app.get(PLACE, include_in_schema=False)
    async def overview_page(request: Request) -> Response:
        asked = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{PLACE}/{asked}", 307)

    for router in (signing_in.routes(sessions), uploading.routes(desk), downloading.routes(desk)):
        app.router.routes.extend(router.routes)
    for pages in (overview, work, ledger, hazard, enterprise, read_models, operating, why):
        pages.add(desk)
    ui.add_css(read_asset("console.css"), shared=True)
    logging.getLogger("uvicorn.error").addFilter(_is_no_socket)
    core.app.add_exception_handler(404, _absent)
    core.app.add_exception_handler(Exception, _failed)
    core.app.add_middleware(Gate, sessions=sessions, assets=f"/_nicegui/{nicegui.__version__}")
    ui.run_with(
        app,
        mount_path=PLACE,
        title=NAME,
        language="zh-CN",
        favicon="data:,",
        tailwind=False,
        binding_refresh_interval=None,
        reconnect_timeout=10,
        show_welcome_message=False,
    )


def _is_no_socket(record: logging.LogRecord) -> bool:
    """A line for each page that opens and closes says nothing; and it would hold the page's id."""
    told = record.getMessage()
    return not (record.levelno <= logging.INFO and ("WebSocket" in told or told.startswith("connection ")))


async def _absent(request: Request, error: Exception) -> Response:
    return HTMLResponse(ABSENT.format(what="没有这个页面"), 404)


async def _failed(request: Request, error: Exception) -> Response:
    return HTMLResponse(ABSENT.format(what="页面暂时打不开，请稍后再试"), 500)
