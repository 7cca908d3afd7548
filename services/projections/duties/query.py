"""待办查询 · Which duties somebody asks for, as SQL over the ledger with bound parameters; what is due first comes first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, LiteralString

from fastapi import Query
from psycopg import sql

from contracts.terms import Side
from contracts.values import Level, Named, Role, Status
from services.projections.duties.kinds import Duty
from services.projections.duties.settling import COLLEAGUES
from services.projections.ledger_query import CONDITIONS, LISTED, From, Prefix, To, within
from services.projections.ledger_sorting import NAME
from services.projections.reading import Parameters, Row, decode_cursor, encode_cursor, under
from services.scope import ENTERPRISE_ROLES, scope_of
from services.tokens import Caller

NEVER = "infinity"


class Whose(Named):
    """谁的 · Whose duties are asked for."""

    ME = "me", "本人"
    OFFICE = "office", "本单位"
    ALL = "all", "管辖范围内全部"


FOUND: LiteralString = """
from {listed}
cross join lateral (
    select one.what, one.told, coalesce((one.told ->> 'due')::timestamptz, 'infinity') as due
    from jsonb_each(h.owed) as one (what, told) where jsonb_array_length(one.told -> 'roles') > 0
) as d
where {conditions}
"""
LIST: LiteralString = """
select h.id, h.version, h.number, h.status, h.level, h.division, h.enterprise, {name} as enterprise_name, e.village,
    h.place, h.description, h.report, h.category, h.found_on, h.found_by, h.round, h.responsible, h.holder,
    d.what, d.told
{found}
order by d.due, h.id, d.what limit %(limit)s
"""
FIGURES: LiteralString = """
select d.what, d.told ->> 'side' as side, count(*) as open, count(*) filter (where d.due <= %(now)s) as overdue
{found}
group by d.what, side order by d.what, side
"""
OPEN: LiteralString = "h.owed <> '{}'"
ITS_TIME: LiteralString = "h.first_due <= %(now)s and d.due <= %(now)s"
IN_TIME: LiteralString = "d.due > %(now)s"
BEYOND: LiteralString = "(d.due, h.id, d.what) > (%(since)s::timestamptz, %(after)s::uuid, %(after_what)s)"
OF_OFFICE: LiteralString = "(d.told ->> 'office' is null or d.told ->> 'office' = %(organisation)s)"
# A draft is its author's alone; nobody checks what is his own.
MINE: LiteralString = f"""
d.told -> 'roles' ? %(role)s and not d.told -> 'kept_out' ? %(person)s and {OF_OFFICE}
    and (d.what <> 'TRIAGE' or h.found_by = %(person)s)
"""
OURS: LiteralString = f"""
d.told -> 'roles' ?| %(colleagues)s and {OF_OFFICE} and (d.what <> 'TRIAGE' or h.found_by = %(person)s)
"""
OWN: dict[str, LiteralString] = {
    **{
        name: CONDITIONS[name] for name in ("division", "enterprise", "number", "status", "level", "category")
    },
    **{name: CONDITIONS[name] for name in ("village", "industry", "size_class", "responsible")},
    "duty": "d.what = any(%(duty)s)",
    "side": "d.told ->> 'side' = %(side)s",
    "office": "d.told ->> 'office' = %(office)s",
    "due_from": "(d.due at time zone 'Asia/Shanghai' - interval '1 microsecond')::date >= %(due_from)s",
    "due_to": "(d.due at time zone 'Asia/Shanghai' - interval '1 microsecond')::date <= %(due_to)s",
}
SEVERAL = ("status", "category", "duty")


@dataclass(frozen=True, slots=True)
class Wanted:
    """筛选 · The filters of the lists of what is to be done; all of them must hold."""

    division: Prefix = None
    enterprise: Annotated[str | None, Query(max_length=100, description="企业标识")] = None
    number: Annotated[str | None, Query(max_length=100, description="隐患编号（完整）")] = None
    status: Annotated[list[Status] | None, Query(description="状态，可多选")] = None
    level: Annotated[Level | None, Query(description="隐患等级")] = None
    category: Annotated[
        list[Annotated[str, Query(pattern=r"^[AB][0-9]{2}$")]] | None,
        Query(description="隐患类别代码，可多选"),
    ] = None
    village: Annotated[str | None, Query(max_length=300, description="村社区")] = None
    industry: Annotated[str | None, Query(max_length=300, description="行业")] = None
    size_class: Annotated[str | None, Query(max_length=20, description="规模代码")] = None
    responsible: Annotated[str | None, Query(max_length=100, description="整改责任人标识")] = None
    duty: Annotated[list[Duty] | None, Query(description="应办事项，可多选")] = None
    side: Annotated[Side | None, Query(description="责任方：企业或者监管单位")] = None
    office: Annotated[str | None, Query(max_length=300, description="经办单位标识")] = None
    due_from: From = None
    due_to: To = None

    def asked(self) -> Parameters:
        """所问 · The filters in use, with their values as SQL compares them."""
        given = {name: getattr(self, name) for name in OWN}
        changed = {
            "division": self.division and under(self.division),
            **{name: given[name] and [str(each) for each in given[name]] for name in SEVERAL},
        }
        return {name: value for name, value in (given | changed).items() if value not in (None, [])}


@dataclass(frozen=True, slots=True)
class Asked:
    """所问 · Who asks for whose duties at which instant, and whether for those that are overdue alone."""

    wanted: Wanted
    caller: Caller
    whose: Whose
    now: datetime
    overdue: bool | None = None


def listing(asked: Asked, limit: int, cursor: str | None = None) -> tuple[sql.Composed, Parameters]:
    """清单语句 · At most `limit` duties behind the one that a cursor names. Raises Trouble."""
    since, after, what = _opened(cursor) if cursor else (None, None, None)
    found, parameters = _found(asked, [BEYOND] if cursor else [])
    query = sql.SQL(LIST).format(name=sql.SQL(NAME), found=found)
    return query, parameters | {"limit": limit, "since": since, "after": after, "after_what": what}


def figures(asked: Asked) -> tuple[sql.Composed, Parameters]:
    """数量语句 · How many there are of each duty and side, and how many of them are overdue."""
    found, parameters = _found(asked, [])
    return sql.SQL(FIGURES).format(found=found), parameters


def cursor_after(row: Row) -> str:
    """翻页标记 · Of the last duty shown."""
    return encode_cursor(row["told"]["due"] or NEVER, row["id"], row["what"])


def _opened(cursor: str) -> list[str]:
    since, *_ = decode_cursor(cursor, "text", "uuid", "text")
    return decode_cursor(cursor, "text" if since == NEVER else "instant", "uuid", "text")


def _found(asked: Asked, more: list[LiteralString]) -> tuple[sql.Composed, Parameters]:
    given, caller = asked.wanted.asked(), asked.caller
    scope = scope_of(caller)
    conditions = [OPEN, *within(scope), *(OWN[name] for name in given), *_whose(asked), *more]
    query = sql.SQL(FOUND).format(
        listed=sql.SQL(LISTED), conditions=sql.SQL(" and ").join(sql.SQL(each) for each in conditions)
    )
    return query, given | {
        "pattern": scope.pattern,
        "reach": scope.enterprise,
        "seat": scope.seat,
        "now": asked.now,
        "role": caller.role.value,
        "colleagues": [role.value for role in _colleagues(caller)],
        "person": caller.person,
        "organisation": caller.organisation,
    }


def _whose(asked: Asked) -> list[LiteralString]:
    timely: dict[bool | None, list[LiteralString]] = {True: [ITS_TIME], False: [IN_TIME], None: []}
    of: dict[Whose, list[LiteralString]] = {Whose.ME: [MINE], Whose.OFFICE: [OURS], Whose.ALL: []}
    return timely[asked.overdue] + of[asked.whose]


def _colleagues(caller: Caller) -> tuple[Role, ...]:
    own = tuple(sorted(ENTERPRISE_ROLES)) if caller.role in ENTERPRISE_ROLES else (caller.role,)
    return COLLEAGUES.get(caller.role, own)
