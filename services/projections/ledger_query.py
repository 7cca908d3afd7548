"""台账查询 · Which rows of the ledger somebody asks for, as SQL with bound parameters.

A word that most hazards have in them is found by walking through the newest, one that few have by its lexemes. So a
search walks first, and asks the index only when the page did not fill: neither depends on what the planner guesses.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, LiteralString

from fastapi import Query
from psycopg import sql

from contracts.values import Level, SizeClass, Source, Status, VisitKind
from services.projections.ledger_sorting import NAME, NEWEST, Sorting, sorting
from services.projections.reading import LONGEST_PAGE, Parameters, under
from services.projections.words import Asked, asked
from services.scope import Scope

WALKED = 2000  # rows; some 15 ms
# A deadline is missed when its whole day has passed and nobody has said that it is put right.
OVERDUE: LiteralString = (
    "coalesce(h.deadline < %(today)s and h.status in ('REGISTERED', 'PLAN_REQUIRED', 'RECTIFYING'), false)"
)
# The finder stands first among the inspectors; the others were on the visit on which it was found.
LEDGER: LiteralString = """
select h.*, {name} as enterprise_name, e.credit_code, e.village, e.industry, e.size_class,
    h.found_by || coalesce(array_remove(v.officers, h.found_by), array[]::text[]) as inspectors,
    {overdue} as overdue, ({value})::text as sorted_by
from ({hazards}) as h
left join projections.ledger_v6_enterprise as e on e.id = h.enterprise
left join lateral (
    select officers from projections.ledger_v6_visit
    where enterprise = h.enterprise and visited_on = h.found_on and visit_kind = h.visit_kind
        and h.found_by = any(officers)
    order by id limit 1
) as v on true
order by {order}
"""
EVERY: LiteralString = "select h.* from {source} where {conditions} order by {order} limit %(limit)s"
LISTED: LiteralString = (
    "projections.ledger_v6 as h left join projections.ledger_v6_enterprise as e on e.id = h.enterprise"
)
# Beside what is written down with a hazard: its enterprise, where that was renamed since or is not written down yet.
SEARCHED: LiteralString = """(
    select t.id, t.folded from projections.ledger_v6_text as t where t.lexemes @@ %(lexemes)s::tsquery
    union
    select t.id, t.folded from projections.ledger_v6_enterprise as r
    join projections.ledger_v6 as written on written.enterprise = r.id
    join projections.ledger_v6_text as t on t.id = written.id
    where r.renamed and r.folded like any(%(patterns)s)
    union
    select t.id, t.folded from projections.ledger_v6 as draft
    join projections.ledger_v6_enterprise as r on r.id = draft.enterprise
    join projections.ledger_v6_text as t on t.id = draft.id
    where draft.number is null and r.folded like any(%(patterns)s)
) as t join projections.ledger_v6 as h on h.id = t.id
left join projections.ledger_v6_enterprise as e on e.id = h.enterprise"""
READ: LiteralString = LISTED + " join projections.ledger_v6_text as t on t.id = h.id"
NEWEST_OF: LiteralString = """(
    select h.* from projections.ledger_v6 as h
    left join projections.ledger_v6_enterprise as e on e.id = h.enterprise
    where {conditions} order by h.found_at desc, h.id desc limit {walked}
) as h join projections.ledger_v6_text as t on t.id = h.id
left join projections.ledger_v6_enterprise as e on e.id = h.enterprise"""
WORDS: LiteralString = "(t.folded || coalesce(chr(10) || e.folded, '')) like all(%(patterns)s)"

CONDITIONS: dict[str, LiteralString] = {
    "division": "h.division like %(division)s",
    "enterprise": "h.enterprise = %(enterprise)s",
    "number": "h.number = %(number)s",
    "status": "h.status = any(%(status)s)",
    "level": "h.level = %(level)s",
    "category": "h.category = any(%(category)s)",
    "source": "h.source = any(%(source)s)",
    "visit_kind": "h.visit_kind = any(%(visit_kind)s)",
    "overdue": OVERDUE + " = %(overdue)s",
    "village": "e.village = %(village)s",
    "industry": "e.industry = %(industry)s",
    "size_class": "e.size_class = %(size_class)s",
    "credit_code": "e.credit_code = %(credit_code)s",
    "clause": "h.clause = %(clause)s",
    "holder": "h.holder = %(holder)s",
    "found_by": "h.found_by = %(found_by)s",
    "responsible": "h.responsible = %(responsible)s",
    "closed_by": "h.closed_by = %(closed_by)s",
    "round_from": "h.round >= %(round_from)s",
    "passed": "h.passed = %(passed)s",
    "found_from": "h.found_on >= %(found_from)s",
    "found_to": "h.found_on <= %(found_to)s",
    "deadline_from": "h.deadline >= %(deadline_from)s",
    "deadline_to": "h.deadline <= %(deadline_to)s",
    "completed_from": "h.completed_on >= %(completed_from)s",
    "completed_to": "h.completed_on <= %(completed_to)s",
    "reinspected_from": "h.reinspected_on >= %(reinspected_from)s",
    "reinspected_to": "h.reinspected_on <= %(reinspected_to)s",
    "closed_from": "h.closed_on >= %(closed_from)s",
    "closed_to": "h.closed_on <= %(closed_to)s",
    "plan_filed": "(h.plan_filed_on is not null) = %(plan_filed)s",
    "plan_accepted": "(h.plan_accepted_on is not null) = %(plan_accepted)s",
}
Prefix = Annotated[
    str | None, Query(pattern=r"^[0-9]{2,12}$", description="行政区划代码或其前缀", examples=["330111005"])
]
Id = Annotated[str | None, Query(max_length=100)]
Category = Annotated[str, Query(pattern=r"^[AB][0-9]{2}$")]
From = Annotated[date | None, Query(description="起（含当日）")]
To = Annotated[date | None, Query(description="止（含当日）")]


@dataclass(frozen=True, slots=True)
class Filters:
    """筛选 · The filters of the ledger; all of them must hold."""

    division: Prefix = None
    enterprise: Annotated[str | None, Query(description="企业标识")] = None
    number: Annotated[str | None, Query(description="隐患编号（完整）")] = None
    status: Annotated[list[Status] | None, Query(description="状态，可多选")] = None
    level: Annotated[Level | None, Query(description="隐患等级")] = None
    overdue: Annotated[
        bool | None, Query(description="逾期：整改期限当日 24:00 已过，仍未提交整改、未复查合格、未销号")
    ] = None
    text: Annotated[
        str | None,
        Query(
            max_length=100,
            description="文字：隐患描述、部位、企业名称（含登记时的名称）或编号中包含；多个词用空格隔开，须同时包含；"
            "繁体、简体、全角、半角、大小写不分；字母和数字从其开头匹配",
        ),
    ] = None
    category: Annotated[list[Category] | None, Query(description="隐患类别代码，可多选")] = None
    source: Annotated[list[Source] | None, Query(description="隐患来源，可多选")] = None
    visit_kind: Annotated[list[VisitKind] | None, Query(description="检查方式，可多选")] = None
    village: Annotated[str | None, Query(description="村社区")] = None
    industry: Annotated[str | None, Query(description="行业")] = None
    size_class: Annotated[SizeClass | None, Query(description="规模")] = None
    credit_code: Annotated[str | None, Query(description="统一社会信用代码")] = None
    clause: Annotated[str | None, Query(description="判定条款")] = None
    holder: Annotated[str | None, Query(description="责任单位标识")] = None
    found_by: Annotated[str | None, Query(description="发现人标识")] = None
    responsible: Annotated[str | None, Query(description="整改责任人标识")] = None
    closed_by: Annotated[str | None, Query(description="销号人标识")] = None
    round_from: Annotated[int | None, Query(ge=1, description="整改轮次不少于")] = None
    passed: Annotated[bool | None, Query(description="本轮复查合格")] = None
    found_from: From = None
    found_to: To = None
    deadline_from: From = None
    deadline_to: To = None
    completed_from: From = None
    completed_to: To = None
    reinspected_from: From = None
    reinspected_to: To = None
    closed_from: From = None
    closed_to: To = None
    plan_filed: Annotated[bool | None, Query(description="治理方案已备案")] = None
    plan_accepted: Annotated[bool | None, Query(description="治理方案已通过")] = None
    sort: Annotated[
        str | None,
        Query(
            description="排序栏目，前加 - 为倒序；空值总在最后。缺省 -found_at（新发现的在前）",
            examples=["deadline"],
        ),
    ] = None

    def asked(self) -> Parameters:
        """所问 · The filters in use, with their values as SQL compares them."""
        given = {name: getattr(self, name) for name in CONDITIONS}
        changed = {
            "division": self.division and under(self.division),
            **{name: given[name] and [str(each) for each in given[name]] for name in SEVERAL},
        }
        return {name: value for name, value in (given | changed).items() if value not in (None, [])}

    @property
    def sorting(self) -> Sorting:
        """排序 · As asked for, or the newest finds first."""
        return sorting(self.sort)


SEVERAL = ("status", "category", "source", "visit_kind")


@dataclass(frozen=True, slots=True)
class Listing:
    """台账语句 · What to ask the database, in turn, until as many rows as wanted are found."""

    attempts: tuple[sql.Composed, ...]
    parameters: Parameters


def ledger(
    filters: Filters,
    scope: Scope,
    *,
    today: date,
    limit: int,
    cursor: str | None = None,
    numbered: bool = False,
) -> Listing:
    """台账语句 · At most `limit` rows in the order asked for; `numbered` leaves out what is not registered yet."""
    given, words, order = filters.asked(), asked(filters.text or ""), filters.sorting
    value, hazard = order.opened(cursor) if cursor else (None, None)
    conditions = [
        *within(scope),
        *(CONDITIONS[name] for name in given),
        *([order.beyond] if cursor else []),
        *(["h.number is not null"] if numbered else []),
    ]
    parameters: Parameters = {
        **given,
        "pattern": scope.pattern,
        "reach": scope.enterprise,
        "seat": scope.seat,
        "today": today,
        "limit": limit,
        "lexemes": words.lexemes,
        "patterns": words.patterns,
        "cursor_value": value,
        "cursor_id": hazard,
    }
    return Listing(tuple(_attempts(words, order, conditions, limit)), parameters)


def within(scope: Scope) -> list[LiteralString]:
    """范围条件 · Only what a caller's reach really limits: each condition is one more that no index serves."""
    reach: LiteralString = "h.division like %(pattern)s"
    if scope.enterprise is not None:
        reach = f"({reach} and h.enterprise = %(reach)s)"
    if scope.seat is not None:
        reach = f"({reach} or (array[%(seat)s::text] <@ h.offices and h.offices <> '{{}}'))"
    return [reach]


def _attempts(
    words: Asked, order: Sorting, conditions: list[LiteralString], limit: int
) -> Iterator[sql.Composed]:
    if not words.patterns:
        yield _statement(LISTED, conditions, order)
        return
    if order.given == NEWEST and limit <= LONGEST_PAGE + 1:
        walked = NEWEST_OF.format(conditions=" and ".join(conditions), walked=WALKED)
        yield _statement(walked, [WORDS], order)
    yield _statement(SEARCHED if words.lexemes else READ, [*conditions, WORDS], order)


def _statement(source: LiteralString, conditions: list[LiteralString], order: Sorting) -> sql.Composed:
    hazards = EVERY.format(source=source, conditions=" and ".join(conditions), order=order.order)
    whole = LEDGER.format(name=NAME, overdue=OVERDUE, value=order.value, hazards=hazards, order=order.order)
    return sql.Composed([sql.SQL(whole)])
