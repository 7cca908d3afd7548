"""来由接口 · GET /hazards/{hazard}/why: the events behind a row of the ledger, and whether they come to what stands there."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.trusted import heading, opened
from contracts.values import SEALED_ROLES
from services.jetstream import Recorded
from services.problems import responses
from services.projections import why
from services.projections.ledger_rows import Hazard
from services.projections.reading import Names, Reads, Row
from services.projections.shanghai import local
from services.projections.why import Changed, Folded
from services.scope import scope_of
from services.tokens import Caller
from services.trouble import Trouble

ROW = """
select h.*, e.id as firm, e.name, e.credit_code, e.village, e.industry, e.size_class,
    e.folded, e.renamed,
    (
        select max(position) from projections.checkpoints
        where projection = %(projection)s and version = %(version)s
    ) as reached
from projections.ledger_v6 as h left join projections.ledger_v6_enterprise as e on e.id = h.enterprise
where h.id = %(hazard)s
"""
EVENTS = """
select position, appended_at, body from log.events where stream = any(%(streams)s::uuid[]) order by position
"""
ASIDE = """
select position, subject, skipped, error, reason from projections.parked
where projection = %(projection)s and version = %(version)s and position = any(%(positions)s)
"""
SEALED = "身份保密"

CHANGE: JsonDict = {"column": "status", "title": "状态", "before": "已登记", "after": "整改中"}
REASON: JsonDict = {
    "position": 1042,
    "subject": "hazard/5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
    "version": 5,
    "type": "hazard.rectification-ordered",
    "type_name": "责令整改",
    "occurred_at": "2026-06-03T10:02:00+08:00",
    "recorded_at": "2026-06-03T10:02:01.120000+08:00",
    "taken": "in",
    "said": None,
    "changes": [CHANGE],
}


class Change(BaseModel):
    """变化 · One column before and after an event, in words."""

    model_config = ConfigDict(json_schema_extra={"examples": [CHANGE]})

    column: str
    title: str = Field(description="栏目名称")
    before: str | None
    after: str | None


class Reason(BaseModel):
    """来由 · One event behind a row."""

    model_config = ConfigDict(json_schema_extra={"examples": [REASON]})

    position: int = Field(description="在事件日志中的位置")
    subject: str
    version: int
    type: str
    type_name: str = Field(description="事件名称")
    occurred_at: datetime
    recorded_at: datetime
    taken: str = Field(description="in 已计入；waiting 尚未投影到；parked 已搁置；skipped 已决定跳过")
    said: str | None = Field(description="搁置的错误，或者跳过的事由")
    changes: list[Change] = Field(description="这一事件使该行改变的栏目")


class Why(BaseModel):
    """行的来由 · Every event behind a row, the first one first, and whether they come to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "hazard": "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
                    "number": "HZ-330111-2026-000123",
                    "position": 1042,
                    "agrees": True,
                    "differing": [],
                    "reasons": [REASON],
                }
            ]
        }
    )

    hazard: UUID
    number: str | None
    position: int = Field(description="该行最近一次改变的位置")
    agrees: bool = Field(description="重新折叠这些事件，与该行逐栏相同")
    differing: list[str] = Field(description="不相同的栏目")
    reasons: list[Reason]


def add_why(router: APIRouter, reads: Reads, projection: tuple[str, int]) -> None:
    """安装 · The route, beside the ledger's own."""

    @router.get(
        "/hazards/{hazard}/why",
        operation_id="explain-hazard",
        summary="台账行的来由：是哪些事件使它成为这样",
        responses=responses("unauthenticated", "not-found", "not-caught-up"),
    )
    async def explained(hazard: UUID, caller: Annotated[Caller, Depends(reads.caller_of)]) -> Why:
        """该隐患及其企业的事件依次重新折叠，每一事件改变了哪些栏目；结果与台账逐栏核对。"""
        row = await _row(reads, hazard, caller, projection)
        events = await _events(reads, row)
        aside = await _aside(reads, projection, [each.position for each in events])
        return await _why(reads, caller, row, events, aside)


async def _row(reads: Reads, hazard: UUID, caller: Caller, projection: tuple[str, int]) -> Row:
    scope = scope_of(caller)
    name, version = projection
    asked = {"hazard": hazard, "projection": name, "version": version}
    for row in await reads.fetch(ROW, asked):
        if scope.covers(row["division"], row["enterprise"], row["offices"]):
            return row
    raise Trouble("not-found", "没有这条隐患，或不在您的管辖范围内")


async def _events(reads: Reads, row: Row) -> list[Recorded]:
    streams = [str(row["id"]), *([row["firm"]] if row["firm"] else [])]
    found = []
    for each in await reads.fetch(EVENTS, {"streams": streams}):
        envelope = heading(bytes(each["body"]))
        event = opened(envelope)
        found.append(Recorded("", each["position"], each["appended_at"], envelope, event))
    return found


async def _aside(reads: Reads, projection: tuple[str, int], positions: Sequence[int]) -> dict[int, Row]:
    name, version = projection
    asked = {"projection": name, "version": version, "positions": positions}
    return {each["position"]: each for each in await reads.fetch(ASIDE, asked)}


async def _why(
    reads: Reads, caller: Caller, row: Row, events: Sequence[Recorded], aside: dict[int, Row]
) -> Why:
    late = {each.position for each in events if each.position > row["reached"]}
    folded = why.folded(row["id"], events, {*late, *aside})
    differing = why.differing(folded.hazard, row)
    if folded.enterprise is not None:
        differing += why.differing(folded.enterprise, row | {"id": row["firm"]})
    names = await reads.names(_persons(folded), caller, "hazard.why")
    names |= _sealed(folded.hazard) | ({row["firm"]: row["name"]} if row["firm"] else {})
    return Why(
        hazard=row["id"],
        number=row["number"],
        position=row["position"],
        agrees=not differing,
        differing=[why.TITLES.get(name, name) for name in differing],
        reasons=[_reason(each, folded, late, aside.get(each.position), names) for each in events],
    )


def _persons(folded: Folded) -> set[str]:
    changes = (each for found in folded.changes.values() for each in found if each.column in why.PERSONS)
    values = (value for each in changes for value in (each.before, each.after))
    return {
        one for value in values for one in ([value] if isinstance(value, str) else value or ()) if one
    } - _sealed(folded.hazard).keys()


def _sealed(hazard: Hazard) -> dict[str, str]:
    """Who reported it and may not be known."""
    return {hazard.found_by: SEALED} if hazard.found_role in SEALED_ROLES else {}


def _reason(
    recorded: Recorded, folded: Folded, late: Collection[int], aside: Row | None, names: Names
) -> Reason:
    envelope = recorded.envelope
    taken = "waiting" if recorded.position in late else "in"
    if aside is not None:
        taken = "skipped" if aside["skipped"] else "parked"
    return Reason(
        position=recorded.position,
        subject=envelope.subject,
        version=envelope.version,
        type=envelope.type,
        type_name=(type(recorded.event).__doc__ or envelope.type).partition(" · ")[0],
        occurred_at=local(envelope.occurredat),
        recorded_at=local(recorded.appended_at),
        taken=taken,
        said=aside and (aside["reason"] if aside["skipped"] else aside["error"]),
        changes=[_change(each, names) for each in folded.changes.get(recorded.position, ())],
    )


def _change(changed: Changed, names: Names) -> Change:
    before, after = (why.words(changed.column, value, names) for value in (changed.before, changed.after))
    return Change(column=changed.column, title=why.TITLES[changed.column], before=before, after=after)
