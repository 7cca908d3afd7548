"""检查一览接口 · GET /visits: by division, office, period and state, and which planned ones are overdue."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import VisitKind
from contracts.visit import Function, VisitState
from services.problems import responses
from services.projections.persons import Person, person
from services.projections.reading import (
    LONGEST_PAGE,
    Names,
    Parameters,
    Reads,
    Row,
    decode_cursor,
    encode_cursor,
    link_next,
    under,
)
from services.scope import ENTERPRISE_ROLES, scope_of
from services.tokens import Caller

# 未按期 · Planned for a day that is over, and neither begun nor cancelled.
LATE = "(state in ('PLANNED', 'APPROVED') and planned_on < %(today)s)"
WANTED = f"""
division like %(pattern)s and coalesce(%(enterprise)s, enterprise) = enterprise
    and not (hidden and %(outside)s)
    and (%(within)s::text is null or division like %(within)s)
    and (%(office)s::text is null or organisation = %(office)s or %(office)s = any(departments))
    and (%(state)s::text is null or state = %(state)s)
    and (%(kind)s::text is null or visit_kind = %(kind)s)
    and (%(of)s::text is null or enterprise = %(of)s)
    and (%(first)s::date is null or day >= %(first)s) and (%(last)s::date is null or day <= %(last)s)
    and (%(overdue)s::boolean is null or {LATE} = %(overdue)s)
    and (%(person)s::text is null or state in ('PLANNED', 'APPROVED') and (lead = %(person)s
        or participants @> jsonb_build_array(jsonb_build_object('person', %(person)s::text))))
"""
LIST = f"""
select visits.*, names.name as enterprise_name, {LATE} as overdue
from projections.visits_v1 visits left join projections.visits_v1_enterprise names on names.id = visits.enterprise::uuid
where {WANTED}
    and (%(after)s::uuid is null or (day, visits.id) > (%(since)s::date, %(after)s::uuid))
order by day, visits.id
limit %(limit)s
"""  # noqa: S608  # ours
COUNT = f"select count(*) from projections.visits_v1 where {WANTED} and {LATE}"  # noqa: S608  # ours
EXAMPLE: dict[str, Any] = {  # as JSON has it
    "id": "e1b5c7d9-2a4f-5e68-8c90-4d7b3f6a1e25",
    "state": "APPROVED",
    "state_name": "已批准",
    "visit_kind": "ADMIN",
    "visit_kind_name": "行政检查",
    "enterprise": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
    "enterprise_name": "蜀山精密机械有限公司",
    "division": "330111005000",
    "planned_on": "2026-11-25",
    "overdue": True,
    "days_overdue": 2,
    "purpose": "用电安全和消防通道专项检查",
    "organisation": "org-town",
    "lead": {"id": "p-9", "name": "李四"},
    "participants": [
        {
            "id": "p-9",
            "name": "李四",
            "function": "OFFICER",
            "function_name": "执法人员",
            "department": "镇应急办",
        }
    ],
    "approval": "余应急检批〔2026〕31号",
}


class Visitor(Person):
    """参加人员 · A person as what, and from where."""

    model_config = ConfigDict(json_schema_extra={"examples": EXAMPLE["participants"]})

    function: Function
    function_name: str
    department: str | None = None


class VisitLine(BaseModel):
    """检查一行 · Who visits whom when, and where it stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: UUID
    state: VisitState
    state_name: str
    visit_kind: VisitKind
    visit_kind_name: str
    enterprise: str
    enterprise_name: str | None = None
    division: str
    planned_on: date | None = Field(None, description="计划日期；没有计划、直接记录的为 null")
    visited_on: date | None = Field(None, description="检查日期；尚未开始的为 null")
    overdue: bool = Field(description="计划日期已过，既未开始也未取消")
    days_overdue: int | None = Field(None, description="超过计划日期的天数")
    purpose: str | None = None
    organisation: str | None = Field(None, description="计划或者记录的单位")
    lead: Person | None = None
    lead_department: str | None = None
    participants: list[Visitor]
    approval: str | None = Field(None, description="检查审批表编号")
    finds: int | None = None
    campaign: str | None = None
    plan: str | None = None


class VisitPage(BaseModel):
    """检查一览 · Visits by their day, the earliest first; how many of all of them are overdue."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [EXAMPLE], "overdue": 1, "next": None}]}
    )

    items: list[VisitLine]
    overdue: int = Field(description="符合条件的全部检查中，未按期的有几次")
    next: str | None = Field(description="翻页标记；没有更多时为 null")


class Asked(BaseModel):
    """查询条件 · What of all visits is wanted; nothing is everything in reach."""

    model_config = ConfigDict(extra="forbid")

    division: str | None = Field(None, pattern=r"^[0-9]{2,12}$", description="区划代码或其前几位")
    office: str | None = Field(None, max_length=300, description="计划单位，或者参加人员所在部门")
    first: date | None = Field(None, alias="from", description="计划日期自该日起")
    last: date | None = Field(None, alias="to", description="计划日期至该日止，含当日")
    state: VisitState | None = Field(None, description="检查状态")
    kind: VisitKind | None = Field(None, description="检查类型")
    enterprise: UUID | None = Field(None, description="被检查企业")
    overdue: bool | None = Field(None, description="只看未按期的，或者只看其余的")
    mine: bool = Field(False, description="只看本人带队或者参加、尚未开始的")
    cursor: str | None = Field(None, description="翻页标记：上一页答复中的 next")
    limit: int = Field(50, ge=1, le=LONGEST_PAGE, description="每页条数")


def routes(reads: Reads, name: str, version: int) -> APIRouter:
    """读接口 · GET /visits."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["检查"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(name, version))],
    )

    @router.get(
        "/visits",
        operation_id="list-visits",
        summary="检查一览：谁在哪天检查哪家企业，哪些未按期",
        responses=responses("unauthenticated", "malformed", "not-caught-up"),
    )
    async def listed(
        request: Request,
        response: Response,
        caller: Annotated[Caller, Depends(reads.caller_of)],
        asked: Annotated[Asked, Query()],
    ) -> VisitPage:
        """本辖区的检查，按计划日期排列；企业只看到已经开始的，以及自己计划的自查。"""
        page = await page_of(reads, caller, asked)
        link_next(request, response, page.next)
        return page

    return router


async def page_of(reads: Reads, caller: Caller, asked: Asked) -> VisitPage:
    """一页 · In the caller's reach, with the names of who takes part."""
    wanted = parameters(reads, caller, asked)
    found = await reads.fetch(LIST, wanted)
    (late,) = await reads.fetch(COUNT, wanted)
    shown = found[: asked.limit]
    people = {one["person"] for row in shown for one in row["participants"]}
    names = await reads.names(people | {row["lead"] for row in shown}, caller, "visit.list")
    more = len(found) > len(shown)
    following = encode_cursor(shown[-1]["day"], shown[-1]["id"]) if more else None
    lines = [line(row, names, reads.today) for row in shown]
    return VisitPage(items=lines, overdue=late["count"], next=following)


def parameters(reads: Reads, caller: Caller, asked: Asked) -> Parameters:
    """查询参数 · By the names that the query has for them."""
    since, after = decode_cursor(asked.cursor, "day", "uuid") if asked.cursor else (None, None)
    return scope_of(caller).parameters | {
        "outside": caller.role in ENTERPRISE_ROLES,
        "within": under(asked.division) if asked.division else None,
        "office": asked.office,
        "first": asked.first,
        "last": asked.last,
        "state": asked.state,
        "kind": asked.kind,
        "of": str(asked.enterprise) if asked.enterprise else None,
        "overdue": asked.overdue,
        "person": caller.person if asked.mine else None,
        "today": reads.today,
        "since": since,
        "after": after,
        "limit": asked.limit + 1,
    }


def line(row: Row, names: Names, today: date) -> VisitLine:
    """一行 · As a reader is shown it."""
    same = (
        "id", "enterprise", "enterprise_name", "division", "planned_on", "visited_on", "overdue", "purpose", "organisation",
        "lead_department", "approval", "finds", "campaign", "plan",
    )  # fmt: skip
    state, kind = VisitState(row["state"]), VisitKind(row["visit_kind"])
    return VisitLine(
        **{name: row[name] for name in same},
        state=state,
        state_name=state.zh,
        visit_kind=kind,
        visit_kind_name=kind.zh,
        days_overdue=(today - row["planned_on"]).days if row["overdue"] else None,
        lead=person(row["lead"], names),
        participants=[visitor(one, names) for one in row["participants"]],
    )


def visitor(one: Row, names: Names) -> Visitor:
    """参加人员 · With the name that is known now."""
    function = Function(one["function"])
    return Visitor(
        id=one["person"],
        name=names.get(one["person"]),
        function=function,
        function_name=function.zh,
        department=one.get("department"),
    )
