"""报表接口 · /tables: the statutory tables, live or as of a point, as JSON and as a workbook; handed in, and checked again."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.problems import responses
from services.projections.indicators import VERSION
from services.projections.reading import Reads, Row, malformed
from services.projections.shanghai import local
from services.projections.statutory import submitting
from services.projections.statutory.filling import Filled, filled
from services.projections.statutory.forms import Table, shipped
from services.projections.statutory.workbook import workbook
from services.projections.tallying import counting
from services.projections.tallying.asking import Asked, asked_at, division_of
from services.projections.tallying.lacking import lacking, waiting
from services.scope import scope_of
from services.tokens import Caller
from services.trouble import Trouble

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOK: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {}}, "description": "工作簿"}}
SAID = 10  # positions in a sentence
REFUSALS = responses("unauthenticated", "out-of-scope", "not-found", "malformed", "not-caught-up")
SUBMITTING = responses(
    *("unauthenticated", "out-of-scope", "not-found", "malformed", "not-caught-up"),
    *("forbidden", "idempotency-key-missing", "key-reused", "figures-lack-events"),
)


HANDED_IN: JsonDict = {
    "id": "0b9f8f8e-7d1c-5b5e-9a53-0f4a1c8a2d11",
    "name": "hazards-1",
    "division": "330111005",
    "from": "2026-06-01",
    "to": "2026-06-30",
    "at": "2026-07-03T09:00:00+08:00",
    "log": "5f2cbe52-3a49-4c8f-8a7e-0d1c9f8b6a11",
    "position": 4711,
    "formulas": VERSION,
    "edition": "2026.1",
    "digest": f"sha256:{'a' * 64}",
    "submitted_by": "p-1",
}


def shown(example: JsonDict) -> ConfigDict:
    """示例 · How a model says what it looks like."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class Known(BaseModel):
    """报表目录 · A table that can be filled."""

    model_config = shown(
        {
            "name": "hazards-1",
            "title": "隐患排查治理情况统计表（一）",
            "edition": "2026.1",
            "source": "宁波市隐患排查治理情况统计表",
        }
    )

    name: str
    title: str
    edition: str
    source: str


class ToSubmit(BaseModel):
    """报送请求 · The division and the period of the table that is handed in."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"division": "330111005000", "from": "2026-06-01", "to": "2026-06-30"}]
        },
    )

    division: str = Field(pattern=r"^[0-9]{2,12}$", examples=["330111005000"])
    first: date = Field(alias="from")
    last: date = Field(alias="to")


class Submission(BaseModel):
    """报送 · What was handed in: position, formula version and hash; its figures stand under its address."""

    model_config = shown(HANDED_IN)

    id: UUID
    name: str
    division: str
    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    at: datetime
    log: UUID = Field(validation_alias="log_id")
    position: int
    formulas: str
    edition: str
    digest: str
    submitted_by: str


class Checked(BaseModel):
    """核对 · Whether the table computed again at its position is byte for byte what was handed in."""

    model_config = shown({"agrees": True, "digest": HANDED_IN["digest"], "recomputed": HANDED_IN["digest"]})

    agrees: bool
    digest: str
    recomputed: str | None = Field(description="重新计算的摘要；公式版本不同的，不能核对")


Get = Query(pattern=r"^[0-9]{2,12}$", description="行政区划代码或其前缀；省略时为您的管辖范围")


class _Answers:
    """What the routes ask of the read models."""

    def __init__(self, reads: Reads, projection: tuple[str, int]) -> None:
        self.reads = reads
        self.projection = projection

    async def table(
        self,
        caller: Caller,
        name: str,
        days: tuple[date | None, date | None],
        more: tuple[str | None, str | None],
    ) -> Filled:
        division, as_of = more
        where = division_of(division, scope_of(caller))
        asked = await asked_at(self.reads, self.projection, as_of, *days)
        return await filled(self.reads, asked, where, table_of(name))

    async def submit(self, caller: Caller, name: str, ask: ToSubmit, key: str | None) -> Row:
        table = table_of(name)
        where = division_of(ask.division, scope_of(caller))
        if caller.role not in table.submitters:
            who = "、".join(sorted(role.zh for role in table.submitters))
            raise Trouble("forbidden", f"《{table.title}》由{who}报送")
        if not key:
            raise Trouble("idempotency-key-missing", "每个写操作须带 Idempotency-Key，重发时保持不变")
        if ask.last < ask.first:
            raise malformed("/from", "起始日期不得晚于截止日期")
        asked = await asked_at(self.reads, self.projection, None, ask.first, ask.last)
        if await submitting.found(self.reads, submitting.id_of(caller, key)) is None:
            await self._whole(asked, where)
        made = await filled(self.reads, asked, where, table)
        request = ask.model_dump(mode="json") | {"name": name}
        return await submitting.keep(self.reads, caller, key, table, made, request)

    async def _whole(self, asked: Asked, where: str) -> None:
        """What is handed in stays: not while somebody may still take in what it lacks."""
        year = replace(asked, first=date(asked.last.year, 1, 1))
        if left := waiting(await lacking(self.reads, self.projection, year, where)):
            said = "、".join(f"第 {each.position} 号" for each in left[:SAID])
            words = f"有 {len(left)} 个事件搁置，数字不全，办理后方可报送：{said}"
            raise Trouble("figures-lack-events", words, positions=[each.position for each in left])

    async def submission(self, caller: Caller, name: str, id_: UUID) -> Row:
        row = await submitting.found(self.reads, id_)
        scope = scope_of(caller)
        if row is None or row["name"] != name or not row["division"].startswith(scope.prefix):
            raise Trouble("not-found", "没有这次报送，或不在您的管辖范围内")
        division_of(row["division"], scope)
        return row

    async def check(self, row: Row) -> Checked:
        """Computed again from the differences, by the form as it was."""
        if row["formulas"] != VERSION:
            return Checked(agrees=False, digest=row["digest"], recomputed=None)
        point = await counting.point_at(self.reads, *self.projection, str(row["position"]))
        asked = Asked(point, local(row["at"]), row["first"], row["last"])
        again = await filled(self.reads, asked, row["division"], Table.model_validate(row["form"]))
        agrees = again.bytes == bytes(row["body"])
        return Checked(agrees=agrees, digest=row["digest"], recomputed=again.digest)


def table_of(name: str) -> Table:
    """报表 · By its name. Raises Trouble: not found."""
    table = shipped().get(name)
    if table is None:
        raise Trouble("not-found", f"没有报表 {name}；可用的有：{'、'.join(shipped())}")
    return table


def routes(reads: Reads, name: str, version: int) -> APIRouter:
    """读接口 · /tables and /tables/{name}/submissions."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["报表"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(name, version))],
    )
    answers = _Answers(reads, (name, version))
    _tables(router, reads, answers)
    _handing_in(router, reads, answers)
    _handed_in(router, reads, answers)
    _checking(router, reads, answers)
    return router


def _tables(router: APIRouter, reads: Reads, answers: _Answers) -> None:
    @router.get("/tables", operation_id="list-tables", summary="法定报表目录")
    async def tables() -> list[Known]:
        """行和列都是配置：行是行业、对象类型的筛选，列是指标。"""
        return [Known.model_validate(table, from_attributes=True) for table in shipped().values()]

    for ending, what in ((".xlsx", "导出工作簿"), ("", "按期间、按时点填表")):
        _table(router, reads, answers, ending=ending, what=what)


def _table(router: APIRouter, reads: Reads, answers: _Answers, *, ending: str, what: str) -> None:
    @router.get(
        f"/tables/{{name}}{ending}",
        operation_id="export-table" if ending else "get-table",
        summary=f"法定报表：{what}",
        response_model=None if ending else Filled,
        response_class=Response if ending else JSONResponse,
        responses=REFUSALS | (WORKBOOK if ending else {}),
    )
    async def table(
        name: str,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        division: Annotated[str | None, Get] = None,
        start: Annotated[date | None, Query(alias="from")] = None,
        end: Annotated[date | None, Query(alias="to")] = None,
        as_of: Annotated[str | None, Query(description="日志位置或带时区的时刻；省略时为最新")] = None,
    ) -> Response:
        """当期和累计并列；各行相加等于合计，行业不属任何一行的只计入合计。"""
        made = await answers.table(caller, name, (start, end), (division, as_of))
        return _xlsx(made) if ending else _json(made.bytes, made.digest)


def _handing_in(router: APIRouter, reads: Reads, answers: _Answers) -> None:
    @router.post(
        "/tables/{name}/submissions",
        operation_id="submit-table",
        summary="报送法定报表：固定日志位置、公式版本和摘要",
        status_code=201,
        responses=SUBMITTING,
    )
    async def submit(
        name: str,
        ask: ToSubmit,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        idempotency_key: Annotated[str | None, Header()] = None,
    ) -> Submission:
        """此后的更正只改变最新的报表，不改变已报送的；任何时候按原位置重新计算，字节相同。"""
        return Submission.model_validate(await answers.submit(caller, name, ask, idempotency_key))

    @router.get(
        "/tables/{name}/submissions",
        operation_id="list-submissions",
        summary="历次报送",
        responses=REFUSALS,
    )
    async def submissions(
        name: str, caller: Annotated[Caller, Depends(reads.caller_of)]
    ) -> Sequence[Submission]:
        """管辖范围内的，最近的在前。"""
        where = division_of(None, scope_of(caller))
        return [
            Submission.model_validate(row)
            for row in await submitting.listed(reads, table_of(name).name, where)
        ]


def _handed_in(router: APIRouter, reads: Reads, answers: _Answers) -> None:
    @router.get(
        "/tables/{name}/submissions/{submission}.xlsx",
        operation_id="export-submission",
        summary="已报送的报表：导出工作簿",
        response_model=None,
        response_class=Response,
        responses=REFUSALS | WORKBOOK,
    )
    async def submitted_workbook(
        name: str,
        submission: UUID,
        caller: Annotated[Caller, Depends(reads.caller_of)],
    ) -> Response:
        """报送时的数字。"""
        row = await answers.submission(caller, name, submission)
        return _xlsx(Filled.model_validate_json(bytes(row["body"])))

    @router.get(
        "/tables/{name}/submissions/{submission}",
        operation_id="get-submission",
        summary="已报送的报表",
        response_model=Filled,
        responses=REFUSALS,
    )
    async def submitted(
        name: str,
        submission: UUID,
        caller: Annotated[Caller, Depends(reads.caller_of)],
    ) -> Response:
        """报送时的字节，摘要在 Repr-Digest。"""
        row = await answers.submission(caller, name, submission)
        return _json(bytes(row["body"]), row["digest"])


def _checking(router: APIRouter, reads: Reads, answers: _Answers) -> None:
    @router.get(
        "/tables/{name}/submissions/{submission}/check",
        operation_id="check-submission",
        summary="核对已报送的报表：按原位置重新计算",
        responses=REFUSALS,
    )
    async def check(
        name: str,
        submission: UUID,
        caller: Annotated[Caller, Depends(reads.caller_of)],
    ) -> Checked:
        """与报送时逐字节比较。"""
        return await answers.check(await answers.submission(caller, name, submission))


def _json(body: bytes, digest: str) -> Response:
    raw = base64.b64encode(bytes.fromhex(digest.partition(":")[2])).decode()
    return Response(body, media_type="application/json", headers={"Repr-Digest": f"sha-256=:{raw}:"})


def _xlsx(made: Filled) -> Response:
    said = f"attachment; filename=\"{made.table}.xlsx\"; filename*=UTF-8''{quote(made.title)}.xlsx"
    return Response(workbook(made), media_type=XLSX, headers={"Content-Disposition": said})
