"""提醒接口 · GET /reminders: what was owed to whom, and what became of it (为什么没收到)."""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from psycopg.rows import dict_row
from pydantic import BaseModel, ConfigDict, Field

from contracts.problems import FieldError
from contracts.values import PersonId
from services import people
from services.notifier.calendar import SHANGHAI, last_day
from services.notifier.memory import State
from services.notifier.obligations import Kind
from services.notifier.recipients import Slot
from services.notifier.rules import Verdict, title
from services.people import People
from services.postgres import Pool
from services.problems import responses
from services.scope import Scope, scope_of
from services.tokens import Caller
from services.trouble import Trouble

LONGEST_PAGE: Final = 200
Row = Mapping[str, Any]  # as the tables type it


class DeliveryItem(BaseModel):
    """送达 · How far a reminder has come by one channel."""

    channel: str = Field(description="渠道：log 日志、email 邮件、webhook 回调")
    state: str = Field(description="状态代码")
    state_name: str
    attempts: int = Field(description="已尝试次数")
    settled_at: datetime | None = Field(None, description="有结果的时间")
    reason: str | None = Field(None, description="未送达的原因")


class ReminderItem(BaseModel):
    """提醒 · One reminder owed to one recipient."""

    id: UUID
    hazard: UUID
    number: str = Field(description="隐患编号")
    enterprise: str
    kind: str = Field(description="义务：rectification 整改、reinspection 复查")
    kind_name: str
    rung: str = Field(description="级次：T-3 为期限前三天，T0 为当日，T+4 为逾期第四天")
    rule: str
    due: date = Field(description="期限（当日24时届满）")
    recipient: str = Field(description="收件人的人员标识；无人任职时为 office/区划 或 enterprise/企业")
    recipient_name: str | None = None
    slots: list[str] = Field(description="以何身份收件")
    verdict: str = Field(description="处理：send 发送、superseded 已被代替、assumed 视为已发、nobody 无人")
    verdict_name: str
    owed_at: datetime = Field(description="记入台账的时间")
    deliveries: list[DeliveryItem]


class ReminderPage(BaseModel):
    """提醒列表 · Newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "id": "3f7f6a53-6c1f-5c35-9a57-5b7de1a9cbd0",
                            "hazard": "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
                            "number": "HZ-330111-2026-000123",
                            "enterprise": "0d5e3c7a-9b1c-5c7e-8f3a-2b6d4e8f9a01",
                            "kind": "rectification",
                            "kind_name": "整改",
                            "rung": "T-3",
                            "rule": "deadline-near",
                            "due": "2026-06-18",
                            "recipient": "p-301",
                            "recipient_name": "王安全",
                            "slots": ["整改责任人"],
                            "verdict": "send",
                            "verdict_name": "发送",
                            "owed_at": "2026-06-15T00:00:06+08:00",
                            "deliveries": [
                                {
                                    "channel": "log",
                                    "state": "sent",
                                    "state_name": "已发送",
                                    "attempts": 1,
                                    "settled_at": "2026-06-15T00:00:06+08:00",
                                }
                            ],
                        }
                    ],
                    "next": None,
                }
            ]
        }
    )

    items: list[ReminderItem]
    next: str | None = Field(None, description="下一页的翻页标记")


REMINDERS: Final = """
select reminders.*, coalesce(
    (select jsonb_agg(to_jsonb(deliveries) order by channel) from notifier.deliveries where reminder = reminders.id),
    '[]'
) as deliveries
from notifier.reminders
where division like %(pattern)s
    and (%(enterprise)s::text is null or enterprise = %(enterprise)s)
    and (%(person)s::text is null or recipient = %(person)s)
    and (%(hazard)s::uuid is null or hazard = %(hazard)s)
    and (%(number)s::text is null or number = %(number)s)
    and (%(owed_at)s::timestamptz is null or (owed_at, id) < (%(owed_at)s, %(id)s::uuid))
order by owed_at desc, id desc
limit %(limit)s
"""


def routes(pool: Pool, persons: People, caller_of: Callable[..., Awaitable[Caller]]) -> APIRouter:
    """提醒路由 · `pool` reads the schema notifier, `persons` is the door to names."""
    router = APIRouter(prefix="/api/v1", tags=["提醒"], responses=responses("unauthenticated", "malformed"))

    @router.get("/reminders", operation_id="list-reminders", summary="提醒台账：谁、何时、为何收到或未收到")
    async def reminders(
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(caller_of)],
        person: Annotated[PersonId | None, Query(description="收件人的人员标识", examples=["p-301"])] = None,
        hazard: Annotated[str | None, Query(description="隐患标识或隐患编号")] = None,
        cursor: Annotated[str | None, Query(description="翻页标记：上一页答复中的 next")] = None,
        limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="每页条数")] = 50,
    ) -> ReminderPage:
        """管辖范围内应发的每一条提醒：已发送、被更高一级代替、失败（附原因）、结果未知。新的在前。"""
        asked = _asked(scope_of(caller), person, hazard, cursor)
        async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as rows:
            await rows.execute(REMINDERS, {**asked, "limit": limit + 1})
            found = await rows.fetchall()
        page = found[:limit]
        following = _cursor(page[-1]) if len(found) > limit else None
        if following is not None:
            response.headers["Link"] = f'<{request.url.include_query_params(cursor=following)}>; rel="next"'
        names = await _names(persons, page, caller)
        return ReminderPage(items=[_item(row, names) for row in page], next=following)

    return router


def _asked(scope: Scope, person: str | None, hazard: str | None, cursor: str | None) -> dict[str, object]:
    by_number = hazard is not None and hazard.startswith("HZ-")
    owed_at, last = _opened(cursor) if cursor else (None, None)
    return {
        **scope.parameters,
        "person": person,
        "number": hazard if by_number else None,
        "hazard": None if hazard is None or by_number else _hazard(hazard),
        "owed_at": owed_at,
        "id": last,
    }


def _hazard(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise _malformed("/hazard", "请填写隐患标识（UUID）或隐患编号（HZ-…）") from None


def _cursor(row: Row) -> str:
    values = json.dumps([row["owed_at"].isoformat(), str(row["id"])])
    return base64.urlsafe_b64encode(values.encode()).decode().rstrip("=")


def _opened(cursor: str) -> tuple[datetime, UUID]:
    try:
        owed_at, last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return datetime.fromisoformat(owed_at), UUID(last)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise _malformed("/cursor", "翻页标记无效，请从第一页重新开始") from None


def _malformed(pointer: str, detail: str) -> Trouble:
    return Trouble("malformed", detail, errors=[FieldError(pointer=pointer, detail=detail)])


async def _names(persons: People, page: Sequence[Row], caller: Caller) -> Mapping[str, str]:
    ids = {row["recipient"] for row in page if row["recipient"].startswith("p-")}
    if not ids:
        return {}
    return await people.names(persons, ids, reader=caller.person, why="notifier.reminders")


def _item(row: Row, names: Mapping[str, str]) -> ReminderItem:
    return ReminderItem(
        **{name: row[name] for name in ("id", "hazard", "number", "enterprise", "kind", "rule", "recipient")},
        kind_name=Kind(row["kind"]).zh,
        rung=title(row["rung"]),
        due=last_day(row["due"]),
        recipient_name=names.get(row["recipient"]),
        slots=[Slot(slot).zh for slot in row["slots"]],
        verdict=row["verdict"],
        verdict_name=Verdict(row["verdict"]).zh,
        owed_at=row["owed_at"].astimezone(SHANGHAI),
        deliveries=[_delivery(delivery) for delivery in row["deliveries"]],
    )


def _delivery(row: Row) -> DeliveryItem:
    settled_at = row["settled_at"]
    return DeliveryItem(
        channel=row["channel"],
        state=row["state"],
        state_name=State(row["state"]).zh,
        attempts=row["attempts"],
        settled_at=settled_at and datetime.fromisoformat(settled_at).astimezone(SHANGHAI),
        reason=row["error"],
    )
