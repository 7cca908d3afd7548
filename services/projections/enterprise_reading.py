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
from services.projections.enterprise_sections.hazards import HazardLine
from services.projections.enterprise_sections.timing import Pace
from services.projections.reading import Names, Reads, Row
from services.projections.reports import join
from services.projections.service_duty_answers import items_of
from services.projections.shanghai import day
from services.projections.snapshots import Snapshot, snapshot
from services.projections.status import UNCOUNTED
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

    def people(self) -> set[str | None]:
        """所涉人员 · Whose names are shown."""
        return {
            *history.people(self.changes),
            *visits_section.people(self.visits),
            *hazards.people(self.hazards),
            *notices.people(self.notices),
            *(person for row in self.plans for person in (row["expert"], row["proposed"])),
        }


async def read_file(reads: Reads, enterprise: str, caller: Caller) -> EnterpriseFile:
    """读档案 · The whole file, with the names that are known now. Raises Trouble when it is not the caller's to see."""
    async with snapshot(reads.pool, TABLES) as taken:
        found = await _rows(taken, enterprise, caller, reads.today)
    reported = [asdict(hazard) for hazard in found.hazards if hazard.report is not None]
    await join(reads, reported, caller, WHY)
    words = {row["id"]: row["description"] for row in reported}
    for hazard in found.hazards:
        hazard.description = words.get(hazard.id, hazard.description)
    names = await reads.names(found.people(), caller, WHY)
    return file_of(found, names, reads.today)


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


def file_of(found: Rows, names: Names, today: date) -> EnterpriseFile:
    """成档 · The rows of one enterprise as its file."""
    of_cases = _cases_of(found.cases or ())
    lines = [hazards.line(each, of_cases[str(each.id)], names, today) for each in found.hazards]
    numbers = {str(each.id): each.number for each in lines}
    seen = [visits_section.line(row, names) for row in found.visits]
    return EnterpriseFile(
        profile=Profile.model_validate(enterprise_answers.named(found.profile)),
        history=history.history_of(found.changes, names),
        persons=history.responsible_of(found.changes, names),
        risk=history.colours_of(found.changes, names),
        visits=seen,
        hazards=lines,
        notices=[notices.line(row, numbers, names) for row in found.notices],
        service_plans=items_of(found.plans, names, today),
        cases=None if found.cases is None else list(found.cases),
        figures=figures_of(seen, lines),
        timing=Pace.of([each.timing for each in lines if each.status not in UNCOUNTED]),
        cost=cost_of(lines, found.cases),
        light=light_of(lines),
        freshness=freshness.freshness_of(found.stands, last_days(found, lines), today),
    )


def _cases_of(known: Iterable[CaseLine]) -> Mapping[str, list[UUID]]:
    """Which cases each hazard is in."""
    found: defaultdict[str, list[UUID]] = defaultdict(list)
    for case in known:
        for hazard in case.hazards:
            found[hazard].append(case.id)
    return found


def last_days(found: Rows, lines: Sequence[HazardLine]) -> dict[str, date | None]:
    """最近变动 · The last day that each section knows of; of service plans and cases what their rows say."""
    told = [(row["type"], day(row["occurred_at"])) for row in found.changes]
    return {
        "profile": _last(on for _, on in told),
        "persons": _last(on for kind, on in told if kind == ResponsiblePersonNamed.TYPE),
        "risk": _last(on for kind, on in told if kind == EnterpriseGraded.TYPE),
        "visits": _last(row["visited_on"] for row in found.visits),
        "hazards": _last(step for line in lines for step in _steps(line)),
        "notices": _last(row[day_] for row in found.notices for day_ in NOTICE_DAYS),
        "service_plans": _last(row["ended_on"] for row in found.plans),
        "cases": _last(step for case in found.cases or () for step in _case_steps(case)),
    }


NOTICE_DAYS: Final = ("drafted_on", "numbered_on", "served_on", "voided_on")


def _last(days: Iterable[date | None]) -> date | None:
    return max((each for each in days if each), default=None)


def _steps(line: HazardLine) -> list[date | None]:
    rounds = [
        step
        for each in line.rounds
        for step in (each.began_on, each.submitted_on, each.reinspected_on, each.closed_on)
    ]
    asked = [step for each in line.extensions for step in (each.requested_on, each.decided_on)]
    filed = [step for each in line.plans for step in (each.filed_on, each.accepted_on, each.returned_on)]
    return [line.found_on, line.timing.registered_on, *rounds, *asked, *filed]


def _case_steps(case: CaseLine) -> tuple[date | None, ...]:
    return (case.referred_on, case.filed_on, case.decided_on, case.closed_on)
