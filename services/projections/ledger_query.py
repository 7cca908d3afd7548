"""台账查询 · Which rows of the ledger somebody asks for, as SQL with bound parameters."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, LiteralString

from fastapi import Query
from psycopg import sql

from contracts.values import Level, Source, Status
from services.projections.reading import Parameters, decode_cursor, like, under
from services.scope import Scope

# A deadline is missed when its whole day has passed and nobody has said that it is put right.
OVERDUE: LiteralString = (
    "coalesce(h.deadline < %(today)s and h.status in ('REGISTERED', 'PLAN_REQUIRED', 'RECTIFYING'), false)"
)
# The finder stands first among the inspectors; the others were on the visit on which it was found.
LEDGER: LiteralString = """
select h.*, coalesce(e.name, h.object_text) as enterprise_name, e.credit_code, e.village, e.industry, e.size_class,
    h.found_by || coalesce(array_remove(v.officers, h.found_by), array[]::text[]) as inspectors,
    {overdue} as overdue
from projections.ledger_v4 as h
left join projections.ledger_v4_enterprise as e on e.id = h.enterprise
left join lateral (
    select officers from projections.ledger_v4_visit
    where enterprise = h.enterprise and visited_on = h.found_on and visit_kind = h.visit_kind
        and h.found_by = any(officers)
    order by id limit 1
) as v on true
where {conditions}
order by h.found_at desc, h.id desc
limit %(limit)s
"""
CONDITIONS: dict[str, LiteralString] = {
    "scope": (
        "((h.division like %(pattern)s and (%(reach)s::text is null or h.enterprise = %(reach)s)) "
        "or array[%(seat)s::text] <@ h.offices)"
    ),
    "division": "h.division like %(division)s",
    "enterprise": "h.enterprise = %(enterprise)s",
    "status": "h.status = any(%(status)s)",
    "level": "h.level = %(level)s",
    "category": "h.category = %(category)s",
    "source": "h.source = %(source)s",
    "overdue": OVERDUE + " = %(overdue)s",
    "text": (
        "(h.description ilike %(text)s or h.place ilike %(text)s or h.number ilike %(text)s "
        "or coalesce(e.name, h.object_text) ilike %(text)s)"
    ),
    "cursor": "(h.found_at, h.id) < (%(cursor_at)s::timestamptz, %(cursor_id)s::uuid)",
    "number": "h.number is not null",
}
Prefix = Annotated[
    str | None, Query(pattern=r"^[0-9]{2,12}$", description="行政区划代码或其前缀", examples=["330111005"])
]


@dataclass(frozen=True, slots=True)
class Filters:
    """筛选 · The filters of the ledger; all of them must hold."""

    division: Prefix = None
    enterprise: Annotated[str | None, Query(description="企业标识")] = None
    status: Annotated[list[Status] | None, Query(description="状态，可多选")] = None
    level: Annotated[Level | None, Query(description="隐患等级")] = None
    overdue: Annotated[
        bool | None, Query(description="逾期：整改期限当日 24:00 已过，仍未提交整改、未复查合格、未销号")
    ] = None
    text: Annotated[
        str | None, Query(max_length=100, description="文字：隐患描述、部位、企业名称或编号中包含")
    ] = None
    category: Annotated[str | None, Query(pattern=r"^[AB][0-9]{2}$", description="隐患类别代码")] = None
    source: Annotated[Source | None, Query(description="隐患来源")] = None

    def asked(self) -> Parameters:
        """所问 · The filters in use, with their values as SQL compares them."""
        given = {
            "division": self.division and under(self.division),
            "enterprise": self.enterprise,
            "status": [status.value for status in self.status or ()] or None,
            "level": self.level,
            "overdue": self.overdue,
            "text": self.text and like(self.text),
            "category": self.category,
            "source": self.source,
        }
        return {name: value for name, value in given.items() if value is not None}


def ledger(
    filters: Filters,
    scope: Scope,
    *,
    today: date,
    limit: int,
    cursor: str | None = None,
    numbered: bool = False,
) -> tuple[sql.Composed, Parameters]:
    """台账语句 · The newest finds first, at most `limit`; `numbered` leaves out what is not registered yet."""
    asked = filters.asked()
    holding = ["scope", *asked, *(["cursor"] if cursor else []), *(["number"] if numbered else [])]
    at, hazard = decode_cursor(cursor, "instant", "uuid") if cursor else (None, None)
    query = sql.SQL(LEDGER).format(
        overdue=sql.SQL(OVERDUE),
        conditions=sql.SQL(" and ").join(sql.SQL(CONDITIONS[name]) for name in holding),
    )
    return query, {
        **asked,
        "pattern": scope.pattern,
        "reach": scope.enterprise,
        "seat": scope.seat,
        "today": today,
        "limit": limit,
        "cursor_at": at,
        "cursor_id": hazard,
    }
