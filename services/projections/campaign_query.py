"""专项行动查询 · Which campaigns concern somebody, whom they have to reach, and whom they have reached."""

from typing import LiteralString

from psycopg import sql

from services.projections.reading import Parameters
from services.scope import Scope

Asked = tuple[sql.Composed, Parameters]

# A campaign concerns those in whose division it runs, and those below it: a town carries out what its district ordered.
CONCERNS: LiteralString = """
%(enterprise)s::text is null
    and (c.within like %(pattern)s or %(prefix)s like c.within || '%%')
"""
LIST: LiteralString = """
select c.* from projections.campaign_coverage_v1 as c
where {concerns} {conditions}
order by c.starts_on desc, c.id desc limit %(limit)s
"""
CONDITIONS: dict[str, LiteralString] = {
    "stage": "and c.stage = %(stage)s",
    "kind": "and c.kind = %(kind)s",
    "cursor": "and (c.starts_on, c.id) < (%(cursor_day)s::date, %(cursor_id)s)",
}
ONE: LiteralString = (
    "select c.* from projections.campaign_coverage_v1 as c where c.id = %(campaign)s and {concerns}"
)
# Named enterprises are targets whatever becomes of them; of a scope those that still operate.
TARGETS: LiteralString = """
with targets as (
    select e.*, exists (
        select from projections.campaign_coverage_v1_visit as v
        where v.campaign = c.id and v.enterprise = e.id and v.visited_on between c.starts_on and c.ends_on
    ) as covered, (
        select max(v.visited_on) from projections.campaign_coverage_v1_visit as v
        where v.campaign = c.id and v.enterprise = e.id
    ) as visited_on
    from projections.campaign_coverage_v1 as c cross join projections.campaign_coverage_v1_enterprise as e
    where c.id = %(campaign)s and e.division like %(pattern)s and case
        when cardinality(c.enterprises) > 0 then e.id = any(c.enterprises)
        else e.closed_down_on is null
            and e.division like c.within || '%%'
            and (cardinality(c.divisions) = 0
                or exists (select from unnest(c.divisions) as d where e.division like d || '%%'))
            and (cardinality(c.industries) = 0
                or exists (select from unnest(c.industries) as i where position(i in e.industry) > 0))
            and (cardinality(c.object_kinds) = 0 or e.object_kind = any(c.object_kinds))
            and (cardinality(c.colours) = 0 or e.colour = any(c.colours))
        end
)
"""
PAGE: LiteralString = """
{targets} select * from targets as t where true {covered} {after} order by t.name, t.id limit %(limit)s
"""
DIVISIONS: LiteralString = """
{targets} select left(t.division, 9) as division, count(*) as targets, count(*) filter (where t.covered) as covered
from targets as t group by 1 order by 1
"""
RESULTS: LiteralString = """
with visits as (
    select v.* from projections.campaign_coverage_v1_visit as v
    join projections.campaign_coverage_v1_enterprise as e on e.id = v.enterprise
    where v.campaign = %(campaign)s and v.visited_on is not null and e.division like %(pattern)s
), hazards as (
    select h.* from projections.campaign_coverage_v1_hazard as h
    left join projections.campaign_coverage_v1_visit as v on v.id = h.visit
    where coalesce(h.campaign, v.campaign) = %(campaign)s and h.division like %(pattern)s
        and h.number is not null and h.status not in ('DUPLICATE', 'VOIDED', 'NOT_A_HAZARD')
)
select (select count(*) from visits) as visits, (select count(distinct enterprise) from visits) as visited,
    (select count(*) from hazards) as hazards, (select count(*) from hazards where level = 'MAJOR') as major,
    (select count(*) from hazards where status in ('VERIFIED', 'CLOSED')) as rectified
"""


def listing(scope: Scope, asked: Parameters, limit: int) -> Asked:
    """列表语句 · The newest first."""
    names = [name for name in CONDITIONS if name in asked or (name == "cursor" and "cursor_id" in asked)]
    query = sql.SQL(LIST).format(
        concerns=sql.SQL(CONCERNS), conditions=sql.SQL(" ").join(sql.SQL(CONDITIONS[name]) for name in names)
    )
    return query, reach(scope) | asked | {"limit": limit}


def one(campaign: str, scope: Scope) -> Asked:
    """单个行动 · If it concerns the caller."""
    return sql.SQL(ONE).format(concerns=sql.SQL(CONCERNS)), reach(scope) | {"campaign": campaign}


def targets(
    campaign: str, scope: Scope, *, covered: bool | None, limit: int, after: tuple[str, str] | None
) -> Asked:
    """目标语句 · Those in the caller's division, by name; all of them, or only those reached or not."""
    query = sql.SQL(PAGE).format(
        targets=sql.SQL(TARGETS),
        covered=sql.SQL("" if covered is None else "and t.covered = %(covered)s"),
        after=sql.SQL("and (t.name, t.id) > (%(name)s, %(id)s)" if after else ""),
    )
    name, key = after or (None, None)
    return query, about(campaign, scope) | {"covered": covered, "limit": limit, "name": name, "id": key}


def divisions(campaign: str, scope: Scope) -> Asked:
    """各镇街 · How many targets each town has, and has reached."""
    return sql.SQL(DIVISIONS).format(targets=sql.SQL(TARGETS)), about(campaign, scope)


def results(campaign: str, scope: Scope) -> Asked:
    """成果 · Visits and hazards of it in the caller's division."""
    return sql.SQL("{}").format(sql.SQL(RESULTS)), about(campaign, scope)


def about(campaign: str, scope: Scope) -> Parameters:
    """参数 · Of one campaign, within the caller's division."""
    return {"campaign": campaign, "pattern": scope.pattern}


def reach(scope: Scope) -> Parameters:
    """范围参数 · What CONCERNS binds."""
    return scope.parameters | {"prefix": scope.prefix}
