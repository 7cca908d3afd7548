"""合同接口 · JSON Schemas of events, and the end of the log."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from contracts.catalogue import BY_TYPE, schema
from services.hazard.api.sending import CallerOf
from services.hazard.store import Log
from services.tokens import Caller
from services.trouble import Trouble


class LogHead(
    BaseModel,
    json_schema_extra={
        "examples": [
            {"log": "2f6c…", "position": 4121, "chain": "9f86d081…", "appended_at": "2026-11-22T08:00:00Z"}
        ]
    },
):
    """日志末端 · Identity, position and chain hash of the last event."""

    log: UUID
    position: int
    chain: str
    appended_at: str | None = None


def routes(log: Log, caller_of: CallerOf) -> APIRouter:
    """合同路由 · GET /contracts, /contracts/{type}, /log/head."""
    router = APIRouter(prefix="/api/v1")

    @router.get("/contracts", tags=["合同"], summary="事件目录", operation_id="list-contracts")
    async def catalogue() -> dict[str, str]:
        return {name: (event.__doc__ or "").strip() for name, event in BY_TYPE.items()}

    @router.get(
        "/contracts/{event_type}", tags=["合同"], summary="事件的 JSON 模式", operation_id="get-contract"
    )
    async def contract(event_type: str) -> Response:
        if event_type not in BY_TYPE:
            raise Trouble("not-found", f"没有事件类型 {event_type}，目录见 /api/v1/contracts")
        return JSONResponse(schema(BY_TYPE[event_type]), media_type="application/schema+json")

    @router.get("/log/head", tags=["日志"], summary="日志末端", operation_id="get-log-head")
    async def head(_: Annotated[Caller, Depends(caller_of)]) -> LogHead:
        end = await log.head()
        appended_at = end.appended_at.isoformat() if end.appended_at else None
        return LogHead(log=end.log_id, position=end.position, chain=end.chain.hex(), appended_at=appended_at)

    return router
