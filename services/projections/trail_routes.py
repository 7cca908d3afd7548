"""履历接口 · The trail of a hazard, a case, a visit, a notice, a service plan and a paper, each to who may see the record."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from contracts.catalogue import open_event
from contracts.envelope import Envelope
from contracts.values import Role, VisitKind
from services.problems import responses
from services.projections.reading import Names, Reads, Row
from services.projections.reports import joined
from services.projections.telling import hazards_in, people_in
from services.projections.trail_answers import CaseTrail, Step, Story, Trail, step
from services.scope import ENTERPRISE_ROLES, OFFICE_ROLES, scope_of
from services.tokens import Caller
from services.trouble import Trouble

ONE = "select * from projections.trail_v3 where id = %s and kind = %s"
# A case tells what became of its hazards' papers, too: service, refusal, what was printed.
STEPS_OF = """
with told as (
    select position from projections.trail_v3_step where record = %(id)s
    union
    select position from projections.trail_v3_beside where record = %(id)s and not again
    union
    select position from projections.trail_v3_beside where record = any(%(hazards)s::uuid[])
)
select position, envelope from projections.trail_v3_step join told using (position) order by position
"""
NUMBERS = "select id::text, number from projections.trail_v3 where id::text = any(%s) and number is not null"
# 案卷不对外 · Offices in whose area it is, and the party itself.
CASE_READERS = OFFICE_ROLES | {Role.ENT_M, Role.ENT_S}
# 自己的检查 · Planned by the enterprise's own side; of every other it learns when the visitors are there.
OWN_VISITS = frozenset({VisitKind.SELF, VisitKind.LANDLORD})


@dataclass(frozen=True, slots=True)
class Kind:
    """一类记录 · As the log names it, as its path begins, and in Chinese."""

    aggregate: str
    path: str
    zh: str
    summary: str


HAZARD = Kind("hazard", "hazards", "隐患", "隐患履历：从发现到销号的每一步")
CASE = Kind("case", "cases", "案件", "案件履历：从移送到结案的每一步")
OTHERS = (
    Kind("visit", "visits", "检查", "检查履历：从计划到归档的每一步，及其指令书和文书"),
    Kind("notice", "notices", "指令书", "指令书履历：从草拟到全部完成的每一步，及其文书"),
    Kind("service-plan", "service-plans", "服务计划", "服务计划履历：制定、变更，及其名下的检查"),
    Kind("paper", "papers", "文书", "文书履历：出具、取代、撤销"),
)
Told = tuple[str | None, list[Step]]


def routes(reads: Reads, name: str, version: int) -> APIRouter:
    """读接口 · GET /{kind}s/{id}/trail."""
    router = APIRouter(
        prefix="/api/v1", dependencies=[Depends(reads.caller_of), Depends(reads.fresh(name, version))]
    )
    add_hazards(router, reads)
    add_cases(router, reads)
    for kind in OTHERS:
        router.add_api_route(
            f"/{kind.path}/{{key}}/trail",
            endpoint(reads, kind),
            description="每一步由谁、以何身份、何时、做了什么。",
            **documented(kind, "履历"),
        )
    return router


# Any-valued: arguments of FastAPI, of many types
def documented(kind: Kind, tag: str) -> dict[str, Any]:
    """说明 · How the route of a kind is told in OpenAPI."""
    return {
        "operation_id": f"get-{kind.aggregate}-trail",
        "summary": kind.summary,
        "tags": [tag],
        "responses": responses("unauthenticated", "not-found", "not-caught-up"),
    }


def add_hazards(router: APIRouter, reads: Reads) -> None:
    """隐患 · GET /hazards/{hazard}/trail."""

    @router.get("/hazards/{hazard}/trail", **documented(HAZARD, "隐患履历"))
    async def trail(hazard: UUID, caller: Annotated[Caller, Depends(reads.caller_of)]) -> Trail:
        """每一步由谁、以何身份、何时、做了什么；补录和台账导入另有说明。"""
        number, steps = await told(reads, HAZARD, hazard, caller)
        return Trail(hazard=hazard, number=number, steps=steps)


def add_cases(router: APIRouter, reads: Reads) -> None:
    """案件 · GET /cases/{case}/trail."""

    @router.get("/cases/{case}/trail", **documented(CASE, "执法案件"))
    async def trail(case: UUID, caller: Annotated[Caller, Depends(reads.caller_of)]) -> CaseTrail:
        """每一步由谁、以何身份、何时、做了什么；所涉隐患的文书送达、签收、拒签和出具的文书一并列出。"""
        number, steps = await told(reads, CASE, case, caller)
        return CaseTrail(case=case, number=number, steps=steps)


def endpoint(reads: Reads, kind: Kind) -> Callable[..., Awaitable[Story]]:
    """入口 · Of one kind of record."""

    async def trail(key: UUID, caller: Annotated[Caller, Depends(reads.caller_of)]) -> Story:
        number, steps = await told(reads, kind, key, caller)
        return Story(id=key, kind=kind.aggregate, kind_name=kind.zh, number=number, steps=steps)

    return trail


async def told(reads: Reads, kind: Kind, key: UUID, caller: Caller) -> Told:
    """讲述 · The record's number and its steps, the first one first. Raises Trouble when it is not the caller's to see."""
    record = await seen(reads, kind, key, caller)
    hazards = record["hazards"] if kind is CASE else []
    found = await reads.fetch(STEPS_OF, {"id": key, "hazards": hazards})
    envelopes = [(row["position"], Envelope.model_validate(row["envelope"])) for row in found]
    events = await joined(
        reads, [open_event(envelope) for _, envelope in envelopes], caller, f"{kind.aggregate}.trail"
    )
    happened = [
        (position, envelope, event) for (position, envelope), event in zip(envelopes, events, strict=True)
    ]
    people = set().union(*(people_in(envelope, event) for _, envelope, event in happened))
    names = await reads.names(people, caller, f"{kind.aggregate}.trail")
    names |= await numbers(reads, [hazard for _, _, event in happened for hazard in hazards_in(event)])
    return record["number"], [step(*one, names) for one in happened]


async def numbers(reads: Reads, hazards: list[str]) -> Names:
    """编号 · Of the hazards that are mentioned, by id; a draft has none."""
    if not hazards:
        return {}
    return {row["id"]: row["number"] for row in await reads.fetch(NUMBERS, (hazards,))}


async def seen(reads: Reads, kind: Kind, key: UUID, caller: Caller) -> Row:
    """可见记录 · In the caller's reach; an inspection that is only planned is not the enterprise's to know."""
    readers: frozenset[Role] = CASE_READERS if kind is CASE else frozenset(Role)
    scope = scope_of(caller)
    for row in await reads.fetch(ONE, (key, kind.aggregate)):
        here = scope.covers(row["division"], row["enterprise"], row["offices"])
        if caller.role in readers and here and not (row["hidden"] and caller.role in ENTERPRISE_ROLES):
            return row
    raise Trouble("not-found", f"没有这条{kind.zh}记录，或不在您的管辖范围内")
