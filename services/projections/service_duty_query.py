"""服务矩阵查询 · Which plans and quarters somebody asks for, as SQL with bound parameters."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, LiteralString

from fastapi import Query
from psycopg import sql

from services.projections.reading import Parameters, decode_cursor, under
from services.scope import Scope

# Whether an act counts: any urge and re-check of the enterprise, but only visits by who serves on that day, or that name
# the plan.
COUNTS: LiteralString = """
(a.duty <> 'CHECK' or a.plan is not distinct from p.id or exists (
    select from jsonb_to_recordset(p.terms) as t (institution text, expert text, starts_on date, ends_on date)
    where a.on_day between t.starts_on and t.ends_on
        and (t.institution = any(a.organisations) or t.expert = any(a.persons))
))
"""
# One line for each quarter of each plan: what is owed, and on how many days it was done. Nothing is owed any more in a
# quarter that was not over when the plan ended or the enterprise closed down.
QUARTERS: LiteralString = """
select p.id, p.version, p.enterprise, p.year, p.division, p.ground, p.institution, p.contract, p.expert, p.proposed,
    p.reason, p.ended_on, p.expert_changes, e.name as enterprise_name, e.village, e.closed_down_on,
    d.quarter, d.due, d.remind_on, d.due <= coalesce(least(p.ended_on, e.closed_down_on), 'infinity') as standing,
    make_date(p.year, 3 * d.quarter - 2, 1) as begins,
    d.checks, d.urges, d.rechecks, done.checks as checks_done, done.urges as urges_done, done.rechecks as rechecks_done
from projections.service_duty_v1 as p
join projections.service_duty_v1_enterprise as e on e.id = p.enterprise
cross join lateral jsonb_to_recordset(p.duties)
    as d (quarter integer, checks integer, urges integer, rechecks integer, due date, remind_on date)
cross join lateral (
    select count(distinct a.on_day) filter (where a.duty = 'CHECK') as checks,
        count(distinct a.on_day) filter (where a.duty = 'URGE') as urges,
        count(distinct a.on_day) filter (where a.duty = 'RECHECK') as rechecks
    from projections.service_duty_v1_act as a
    where a.enterprise = p.enterprise and a.year = p.year and a.quarter = d.quarter
        and a.on_day <= %(as_of)s and {counts}
) as done
where {conditions}
"""
GAP: LiteralString = "(q.checks_done < q.checks or q.urges_done < q.urges or q.rechecks_done < q.rechecks)"
GAPS: LiteralString = """
select q.* from ({quarters}) as q
where q.standing and q.begins <= %(as_of)s and {gap} {after}
order by q.quarter, q.enterprise_name, q.id limit %(limit)s
"""
AFTER_GAP: LiteralString = (
    "and (q.quarter, q.enterprise_name, q.id) > (%(cursor_quarter)s::integer, %(cursor_name)s, %(cursor_id)s)"
)
PLANS: LiteralString = """
select q.* from ({quarters}) as q
where q.id in (
    select p.id from projections.service_duty_v1 as p
    join projections.service_duty_v1_enterprise as e on e.id = p.enterprise
    where {conditions} {after} order by e.name, p.id limit %(limit)s
)
order by q.enterprise_name, q.id, q.quarter
"""
AFTER_PLAN: LiteralString = "and (e.name, p.id) > (%(cursor_name)s, %(cursor_id)s)"
ACTS: LiteralString = """
select a.*, {counts} as counts
from projections.service_duty_v1_act as a join projections.service_duty_v1 as p
    on p.enterprise = a.enterprise and p.year = a.year
where p.id = %(plan)s and a.on_day <= %(as_of)s order by a.on_day, a.id
"""
FIGURES: LiteralString = """
with q as ({quarters}), each as (
    select q.id, bool_or(q.checks_done > 0) as served, max(q.expert_changes) as expert_changes,
        count(*) filter (where q.standing and q.begins <= %(as_of)s and {gap} and q.due < %(as_of)s) as overdue
    from q group by q.id
)
select count(*) as plans, count(*) filter (where served) as served,
    count(*) filter (where expert_changes = 0) as continuous, count(*) filter (where overdue > 0) as overdue from each
"""
CONDITIONS: dict[str, LiteralString] = {
    "scope": "p.division like %(pattern)s and (%(reach)s::text is null or p.enterprise = %(reach)s)",
    "year": "p.year = %(year)s",
    "division": "p.division like %(division)s",
    "institution": "p.institution = %(institution)s",
    "expert": "p.expert = %(expert)s",
    "plan": "p.id = %(plan)s",
    "enterprise": "p.enterprise = %(enterprise)s",
}


AS_OF = Query(description="统计日：只计当日及以前的服务，逾期按当日判断；省略时为今天")


@dataclass(frozen=True, slots=True)
class Filters:
    """筛选 · The filters of the lists of plans; all of them must hold."""

    year: Annotated[int | None, Query(ge=2000, le=9999, description="年度；省略时为统计日所在年")] = None
    division: Annotated[
        str | None,
        Query(pattern=r"^[0-9]{2,12}$", description="行政区划代码或其前缀", examples=["330111005"]),
    ] = None
    institution: Annotated[str | None, Query(max_length=300, description="服务机构标识")] = None
    expert: Annotated[str | None, Query(pattern=r"^p-[0-9A-Za-z-]{1,64}$", description="专家标识")] = None
    as_of: Annotated[date | None, AS_OF] = None

    def asked(self, today: date) -> Parameters:
        """所问 · The filters in use, with their values as SQL compares them."""
        as_of = self.as_of or today
        given = {
            "year": self.year or as_of.year,
            "division": self.division and under(self.division),
            "institution": self.institution,
            "expert": self.expert,
        }
        return {name: value for name, value in given.items() if value is not None}


Asked = tuple[sql.Composed, Parameters]


def gaps(
    filters: Filters, quarter: int | None, scope: Scope, *, today: date, limit: int, cursor: str | None = None
) -> Asked:
    """缺口语句 · Quarters that have begun and lack something, the earliest first."""
    asked = filters.asked(today)
    more: Parameters = {}
    after = [AFTER_GAP] if cursor else []
    if cursor:
        of, name, plan = decode_cursor(cursor, "number", "text", "text")
        more = {"cursor_quarter": int(of), "cursor_name": name, "cursor_id": plan}
    if quarter is not None:
        after.append("and q.quarter = %(quarter)s")
        more["quarter"] = quarter
    query = sql.SQL(GAPS).format(
        quarters=quarters(asked), gap=sql.SQL(GAP), after=sql.SQL(" ").join(sql.SQL(each) for each in after)
    )
    return query, bound(filters, asked, scope, today) | more | {"limit": limit}


def listing(filters: Filters, scope: Scope, *, today: date, limit: int, cursor: str | None = None) -> Asked:
    """计划语句 · All quarters of so many plans, by the enterprises' names."""
    asked = filters.asked(today)
    name, plan = decode_cursor(cursor, "text", "text") if cursor else (None, None)
    query = sql.SQL(PLANS).format(
        quarters=quarters(asked),
        conditions=conditions(asked),
        after=sql.SQL(AFTER_PLAN if cursor else ""),
    )
    more = {"cursor_name": name, "cursor_id": plan, "limit": limit}
    return query, bound(filters, asked, scope, today) | more


def figures(filters: Filters, scope: Scope, today: date) -> Asked:
    """指标语句 · How many plans there are, and how many of them are kept."""
    asked = filters.asked(today)
    query = sql.SQL(FIGURES).format(quarters=quarters(asked), gap=sql.SQL(GAP))
    return query, bound(filters, asked, scope, today)


def one(plan: str, as_of: date, scope: Scope) -> tuple[Asked, Asked]:
    """单个计划 · The quarters of one plan in reach, and all acts at its enterprise in its year."""
    asked: Parameters = {"plan": plan}
    about = {"as_of": as_of, "pattern": scope.pattern, "reach": scope.enterprise} | asked
    lines = sql.SQL("{} order by d.quarter").format(quarters(asked))
    return (lines, about), (sql.SQL(ACTS).format(counts=sql.SQL(COUNTS)), about)


def of_enterprise(enterprise: str, as_of: date, scope: Scope) -> Asked:
    """企业语句 · All quarters of every plan of one enterprise, the latest year first."""
    asked: Parameters = {"enterprise": enterprise}
    about = {"as_of": as_of, "pattern": scope.pattern, "reach": scope.enterprise} | asked
    return sql.SQL("{} order by p.year desc, p.id, d.quarter").format(quarters(asked)), about


def quarters(asked: Parameters) -> sql.Composed:
    """季度语句 · One line for each quarter of each plan that is asked for."""
    return sql.SQL(QUARTERS).format(counts=sql.SQL(COUNTS), conditions=conditions(asked))


def conditions(asked: Parameters) -> sql.Composed:
    """条件 · The filters in use, and the caller's reach."""
    return sql.SQL(" and ").join(sql.SQL(CONDITIONS[name]) for name in ("scope", *asked))


def bound(filters: Filters, asked: Parameters, scope: Scope, today: date) -> Parameters:
    """参数 · What every statement of these binds."""
    reach = {"pattern": scope.pattern, "reach": scope.enterprise}
    return {"as_of": filters.as_of or today, **reach, **asked}
