"""企业档案读取 · The file of one enterprise, put together from the read models that hold its parts, at one moment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final, LiteralString
from uuid import UUID

from contracts.enterprise import EnterpriseGraded, ResponsiblePersonNamed
from services.projections import cases, enterprise_answers, service_duty, service_duty_query, visits
from services.projections.cases import CaseLine
from services.projections.enterprise_answers import EnterpriseFile, Profile
from services.projections.enterprise_hazards import Hazard
from services.projections.enterprise_light import light_of
from services.projections.enterprise_sections import freshness, hazards, history, notices
from services.projections.enterprise_sections import visits as visits_section
from services.projections.enterprise_sections.cost import cost_of
from services.projections.enterprise_sections.figures import figures_of
from services.projections.enterprise_sections.timing import pace_of
from services.projections.reading import Names, Reads, Row, decode_cursor, encode_cursor
from services.projections.reports import join
from services.projections.service_duty_answers import items_of
from services.projections.shanghai import day
from services.projections.snapshots import Snapshot, snapshot
from services.projections.trail_routes import CASE_READERS
from services.scope import ENTERPRISE_ROLES, scope_of
from services.tokens import Caller
from services.trouble import Trouble

# 另取自 · Beside the read model that gives these routes; each is waited for as that is.
BESIDE: Final = (
    (visits.NAME, visits.VERSION),
    (service_duty.NAME, service_duty.VERSION),
    (cases.NAME, cases.VERSION),
)
TABLES: Final[tuple[LiteralString, ...]] = (
    "projections.enterprise_file_v4",
    "projections.enterprise_file_v4_change",
    "projections.enterprise_file_v4_hazard",
    "projections.enterprise_file_v4_notice",
    "projections.enterprise_file_v4_visit",
    visits.VISITS,
    service_duty.PLANS,
    service_duty.ACTS,
    service_duty.ENTERPRISES,
    cases.CASES,
)
ENTERPRISE: Final = "select * from projections.enterprise_file_v4 where id = %(enterprise)s"
CASES: Final = (
    "select * from projections.cases_v2 where enterprise = %(enterprise)s "
    "order by coalesce(filed_on, referred_on) desc, id"
)
WHY: Final = "enterprise.file"


@dataclass(frozen=True, slots=True)
class Rows:
    """各部分的行 · What the read models hold of one enterprise, all of one moment; no cases for who may not read them."""

    profile: Row
    changes: Sequence[Row]
    visits: Sequence[Row]
    hazards: Sequence[Hazard]
    notices: Sequence[Row]
    plans: Sequence[Row]
    cases: Sequence[CaseLine] | None
    stands: Sequence[Row]

    def people(self, shown: Sequence[Hazard]) -> set[str | None]:
        """所涉人员 · Whose names are shown, with these of the hazards."""
        return {
            *history.people(self.changes),
            *visits_section.people(self.visits),
            *hazards.people(shown),
            *notices.people(self.notices),
            *(person for row in self.plans for person in (row["expert"], row["proposed"])),
        }


@dataclass(frozen=True, slots=True)
class Page:
    """一页隐患 · So many of them, behind a mark: the day on which one was found and its number."""

    limit: int
    cursor: str | None = None

    def of(self, every: Sequence[Hazard]) -> tuple[Sequence[Hazard], str | None]:
        """这一页 · Its hazards, and the mark of the next page; newest first. Raises Trouble for a mark that is none."""
        rest = every
        if self.cursor is not None:
            day_, number = decode_cursor(self.cursor, "day", "text")
            rest = [each for each in every if (str(each.found_on), str(each.number)) < (day_, number)]
        shown = rest[: self.limit]
        more = len(rest) > len(shown)
        return shown, encode_cursor(shown[-1].found_on, shown[-1].number) if more else None


async def read_file(
    reads: Reads, enterprise: str, caller: Caller, page: Page | None = None
) -> EnterpriseFile:
    """读档案 · The whole file, or with one page of its hazards, with the names that are known now.

    Figures, light, timing and cost are those of all hazards. Raises Trouble when it is not the caller's to see.
    """
    async with snapshot(reads.pool, TABLES) as taken:
        found = await _rows(taken, enterprise, caller, reads.today)
    shown, following = page.of(found.hazards) if page else (found.hazards, None)
    reported = [
        asdict(hazard) | {"report": UUID(hazard.report)} for hazard in shown if hazard.report is not None
    ]
    await join(reads, reported, caller, WHY)
    words = {row["id"]: row["description"] for row in reported}
    for hazard in shown:
        hazard.description = words.get(hazard.id, hazard.description)
    names = await reads.names(found.people(shown), caller, WHY)
    return file_of(found, shown, following, names, reads.today)


async def _rows(taken: Snapshot, enterprise: str, caller: Caller, today: date) -> Rows:
    scope = scope_of(caller)
    about = {"enterprise": enterprise, "outside": caller.role in ENTERPRISE_ROLES, "today": today}
    profile = await taken.fetch(ENTERPRISE, about)
    if not profile or not scope.covers(profile[0]["division"], enterprise):
        raise Trouble("not-found", "没有这家企业，或不在您的管辖范围内")
    may_read_cases = caller.role in CASE_READERS
    return Rows(
        profile=profile[0],
        changes=await taken.fetch(history.QUERY, about),
        visits=await taken.fetch(visits_section.QUERY, about),
        hazards=hazards.opened(await taken.fetch(hazards.QUERY, about)),
        notices=await taken.fetch(notices.QUERY, about),
        plans=await taken.fetch(*service_duty_query.of_enterprise(enterprise, today, scope)),
        cases=[cases.line_of(row) for row in await taken.fetch(CASES, about)] if may_read_cases else None,
        stands=await taken.fetch(freshness.STANDS, {"names": freshness.READ_MODELS}),
    )


def file_of(
    found: Rows, shown: Sequence[Hazard], following: str | None, names: Names, today: date
) -> EnterpriseFile:
    """成档 · The rows of one enterprise as its file; `shown`: the hazards that are listed, `following`: there are more."""
    of_cases = _cases_of(found.cases or ())
    numbers = {str(each.id): each.number for each in found.hazards if each.number}
    seen = [visits_section.line(row, names) for row in found.visits]
    return EnterpriseFile(
        profile=Profile.model_validate(enterprise_answers.named(found.profile)),
        history=history.history_of(found.changes, names),
        persons=history.responsible_of(found.changes, names),
        risk=history.colours_of(found.changes, names),
        visits=seen,
        hazards=[hazards.line(each, of_cases[str(each.id)], names, today) for each in shown],
        next=following,
        notices=[notices.line(row, numbers, names) for row in found.notices],
        service_plans=items_of(found.plans, names, today),
        cases=None if found.cases is None else list(found.cases),
        figures=figures_of(seen, found.hazards, today),
        timing=pace_of(found.hazards, today),
        cost=cost_of(found.hazards, found.cases),
        light=light_of(hazards.stands(found.hazards, today)),
        freshness=freshness.freshness_of(found.stands, last_days(found), today),
    )


def _cases_of(known: Iterable[CaseLine]) -> Mapping[str, list[UUID]]:
    """Which cases each hazard is in."""
    found: defaultdict[str, list[UUID]] = defaultdict(list)
    for case in known:
        for hazard in case.hazards:
            found[hazard].append(case.id)
    return found


def last_days(found: Rows) -> dict[str, date | None]:
    """最近变动 · The last day that each section knows of; of service plans and cases what their rows say."""
    told = [(row["type"], day(row["occurred_at"])) for row in found.changes]
    return {
        "profile": _last(on for _, on in told),
        "persons": _last(on for kind, on in told if kind == ResponsiblePersonNamed.TYPE),
        "risk": _last(on for kind, on in told if kind == EnterpriseGraded.TYPE),
        "visits": _last(row["visited_on"] for row in found.visits),
        "hazards": _last(hazard.changed_on for hazard in found.hazards),
        "notices": _last(row[day_] for row in found.notices for day_ in NOTICE_DAYS),
        "service_plans": _last(row["ended_on"] for row in found.plans),
        "cases": _last(step for case in found.cases or () for step in _case_steps(case)),
    }


NOTICE_DAYS: Final = ("drafted_on", "numbered_on", "served_on", "voided_on")


def _last(days: Iterable[date | None]) -> date | None:
    return max((each for each in days if each), default=None)


def _case_steps(case: CaseLine) -> tuple[date | None, ...]:
    return (case.referred_on, case.filed_on, case.decided_on, case.closed_on)
