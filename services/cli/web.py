"""网页应用 · The services' routers on one FastAPI: one address, one OpenAPI document, readable without a network."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.telemetry import TelemetryConfig
from fastapi_offline import FastAPIOffline
from psycopg_pool import PoolTimeout

from services import problems
from services.attachments import Attachments
from services.cli.metrics import StreamEnd, Watch, add_metrics
from services.hazard import api as hazard_api
from services.hazard.api.refusals import refusals
from services.hazard.api.sending import CallerOf
from services.hazard.handling import Handling
from services.hazard.ledger.importing import Importing
from services.hazard.papers.templates import SHIPPED, Templates
from services.hazard.policy import read_policy
from services.notifier import api as notifier_api
from services.people import People
from services.postgres import Pool
from services.projections import api as projections_api
from services.trouble import Trouble

TITLE = "事故隐患全生命周期服务"
DESCRIPTION = """
把一条**事故隐患**从发现、责令、整改、复查到销号的每一步记为事件：谁、何时、依据什么。

* 写操作都是命令：`POST /api/v1/hazards/{id}/<命令>`，须带 `Idempotency-Key`；修改已有记录须带 `If-Match`（读到的 `ETag`）。
* 答复中的 `X-Position` 可在读取时放进 `Min-Position`，即可读到自己刚写的内容。
* 拒绝一律是 `application/problem+json`，`code` 稳定，`detail` 说明依据。
"""
LINKS = (
    ("/console", "控制台：统计、台账、一企一档、办理"),
    ("/docs", "接口文档（不需要外网）"),
    ("/api/v1/hazards", "隐患台账"),
    ("/api/v1/hazards.xlsx", "隐患台账（Excel）"),
    ("/api/v1/enterprises", "企业名录与一企一档"),
    ("/api/v1/tallies", "统计"),
    ("/api/v1/reminders", "提醒记录"),
    ("/api/v1/policies", "各版政策"),
    ("/api/v1/projections", "读模型进度"),
    ("/api/v1/contracts", "事件目录"),
    ("/api/v1/log/head", "日志末端"),
    ("/api/v1/log/checkpoint", "日志检查点（签名）"),
    ("/livez", "存活检查"),
    ("/readyz", "就绪检查"),
    ("/metrics", "运行指标（Prometheus 文本）"),
)
# Nobody collects it yet, and each request would look for a collector in the environment again.
NO_TELEMETRY = TelemetryConfig(tracing=False, metrics=False, logs=False)
PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>body{{font:16px/1.8 system-ui,"Noto Sans CJK SC",sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;
color:#1d2733}}h1{{font-size:1.6rem}}li{{margin:.3rem 0}}a{{color:#0a58a8}}code{{color:#667}}</style></head>
<body><h1>{title}</h1><p>从发现、整改、复查到销号，每一步都有记录、有期限、有责任人。</p><ul>{links}</ul>
<p>除接口文档、事件目录和健康检查外，访问须带身份凭证：<code>Authorization: Bearer …</code>（<code>hazard token --help</code>）。
</p></body></html>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """门 · Everything the routes are given; opened and closed by serve.py."""

    handling: Handling
    attachments: Attachments
    people: People
    proofs: Pool
    importing: Importing
    reads: Pool
    reminders: Pool
    caller_of: CallerOf
    log_id: UUID
    now: Callable[[], datetime]
    stream_end: StreamEnd
    templates: Templates = SHIPPED
    public_url: str = ""


def web_app(doors: Doors) -> FastAPI:
    """应用 · All routes, with every error in one form."""
    app = FastAPIOffline(title=TITLE, version="1", description=DESCRIPTION, telemetry=NO_TELEMETRY)
    problems.install(app, refusals())
    side = hazard_api.WriteSide(
        handling=doors.handling,
        attachments=doors.attachments,
        people=doors.people,
        proofs=doors.proofs,
        importing=doors.importing,
        caller_of=doors.caller_of,
        log_id=doors.log_id,
        now=doors.now,
        templates=doors.templates,
        public_url=doors.public_url,
    )
    # Laid side by side, not one in another: the framework searches an included router anew on each of its floors.
    for router in (
        *hazard_api.routes(side),
        projections_api.routes(
            doors.reads,
            doors.people,
            doors.caller_of,
            doors.now,
            scorecards=read_policy().scorecards.model_dump(mode="json"),
        ),
        notifier_api.routes(doors.reminders, doors.people, doors.caller_of),
    ):
        app.router.routes.extend(router.routes)
    add_health(app, doors)
    watch = Watch(reads=doors.reads, stream_end=doors.stream_end, caller_of=doors.caller_of, now=doors.now)
    add_metrics(app, watch)
    return app


def add_health(app: FastAPI, doors: Doors) -> None:
    """首页与健康检查 · The page of links, /livez and /readyz."""

    @app.get("/", include_in_schema=False)
    async def home() -> HTMLResponse:
        links = "".join(f'<li><a href="{path}">{words}</a> <code>{path}</code></li>' for path, words in LINKS)
        return HTMLResponse(PAGE.format(title=TITLE, links=links))

    @app.get("/livez", tags=["健康"], summary="存活检查", operation_id="livez")
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", tags=["健康"], summary="就绪检查", operation_id="readyz")
    async def ready() -> dict[str, str]:
        try:
            async with doors.reads.connection(timeout=1) as connection:
                await connection.execute("select 1")
        except (PoolTimeout, psycopg.OperationalError):
            raise Trouble("busy", "数据库暂时不可用", headers={"Retry-After": "2"}) from None
        return {"status": "ready", "log": str(doors.log_id)}
