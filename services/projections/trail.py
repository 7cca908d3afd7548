"""隐患履历 · Every step of a hazard: who, in which role, what, when, and how it came into the system."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.catalogue import open_event
from contracts.envelope import Envelope, Event
from contracts.hazard import HazardMarkedDuplicate
from contracts.values import SEALED_ROLES, Entry, Role
from services.jetstream import Recorded
from services.postgres import Connection
from services.problems import Trouble, responses
from services.projections import rows
from services.projections.handed import handed
from services.projections.persons import Person, person, unsealed
from services.projections.reading import Names, Reads
from services.projections.reports import joined
from services.projections.sentences import SENTENCES, Sentences, people_of, told
from services.projections.shanghai import local
from services.scope import Scope, scope_of
from services.tokens import Caller

NAME = "trail"
VERSION = 3
HAZARDS = "projections.trail_v3"
STEPS = "projections.trail_v3_step"
TABLES = """
create table projections.trail_v3 (
    id uuid primary key,
    division text collate "C" not null,
    enterprise text,
    number text,
    offices text[] not null
);
create table projections.trail_v3_step (
    position bigint primary key,
    hazard uuid not null,
    envelope json not null
);
create index on projections.trail_v3_step (hazard, position)
"""
NUMBERS = "select id::text, number from projections.trail_v3 where id::text = any(%s) and number is not null"
EXAMPLE: JsonDict = {
    "position": 1042,
    "version": 5,
    "type": "hazard.rectification-ordered",
    "occurred_at": "2026-06-03T10:02:00+08:00",
    "recorded_at": "2026-06-03T10:02:01.120000+08:00",
    "actor": {"id": "p-9", "name": "李四"},
    "role": "TWO",
    "role_name": "镇街执法人员",
    "organisation": "org-town",
    "certificate": "33011100123",
    "entry": "live",
    "entry_name": "实时",
    "entered_by": None,
    "text": "2026年6月3日 10:02，镇街执法人员李四责令整改（行政检查），期限2026年6月18日，责任人王五，文书〔2026〕12号。",
    "data": {"number": "HZ-330111-2026-000123", "deadline": "2026-06-18", "responsible": "p-301"},
}


class Step(BaseModel):
    """履历一步 · One event as it is told, with what it holds."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    position: int = Field(description="在事件日志中的位置")
    version: int = Field(description="该步之后的聚合版本")
    type: str = Field(description="事件类型")
    occurred_at: datetime = Field(description="发生时刻")
    recorded_at: datetime = Field(description="系统收到的时刻")
    actor: Person | None = Field(description="办理人；群众举报的身份保密，为 null")
    role: Role
    role_name: str
    organisation: str | None
    certificate: str | None = Field(description="执法证号")
    entry: Entry
    entry_name: str = Field(description="录入方式：实时、离线补传、台账导入")
    entered_by: Person | None = Field(description="录入人")
    text: str = Field(description="一句话说明")
    data: dict[str, Any]  # the event's own fields, by the schema at /contracts/{type}


class Trail(BaseModel):
    """隐患履历 · All steps of one hazard, the first one first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "hazard": "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
                    "number": "HZ-330111-2026-000123",
                    "steps": [EXAMPLE],
                }
            ]
        }
    )

    hazard: UUID
    number: str | None
    steps: list[Step]


@dataclass(slots=True)
class Hazard:
    """隐患 · Whose trail it is: what decides who may see it."""

    id: UUID
    division: str = ""
    enterprise: str | None = None
    number: str | None = None
    offices: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """步骤行 · One event of a hazard, kept with its envelope."""

    position: int
    hazard: str
    envelope: orjson.Fragment


async def project(connection: Connection, batch: Sequence[Recorded]) -> None:
    """投影 · Keep each event of a hazard, and where the hazard belongs."""
    of_hazards = [r for r in batch if r.aggregate == "hazard"]
    hazards = await rows.load(connection, HAZARDS, Hazard, {r.key for r in of_hazards})
    for recorded in of_hazards:
        hazard = hazards.get(recorded.key)
        if hazard is None:
            hazard = hazards[recorded.key] = Hazard(UUID(recorded.key))
        event = recorded.event
        hazard.division = recorded.envelope.division or hazard.division
        hazard.enterprise = (
            getattr(event, "enterprise", None) or getattr(event, "object", None) or hazard.enterprise
        )
        hazard.number = getattr(event, "number", None) or hazard.number
        hazard.offices = handed(event).get("offices", hazard.offices)
    await rows.save(connection, HAZARDS, hazards.values())
    await rows.save(connection, STEPS, [_recording(r) for r in of_hazards], key="position")


def _recording(recorded: Recorded) -> Recording:
    return Recording(recorded.position, recorded.key, orjson.Fragment(recorded.stored))


def routes(reads: Reads) -> APIRouter:
    """读接口 · GET /hazards/{id}/trail."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["隐患履历"],
        dependencies=[Depends(reads.caller_of), Depends(reads.fresh(NAME, VERSION))],
    )

    @router.get(
        "/hazards/{hazard}/trail",
        operation_id="get-hazard-trail",
        summary="隐患履历：从发现到销号的每一步",
        responses=responses("unauthenticated", "not-found", "not-caught-up"),
    )
    async def trail(hazard: UUID, caller: Annotated[Caller, Depends(reads.caller_of)]) -> Trail:
        """每一步由谁、以何身份、何时、做了什么；补录和台账导入另有说明。"""
        number = await _seen(reads, hazard, scope_of(caller))
        found = await reads.fetch(
            "select position, envelope from projections.trail_v3_step where hazard = %s order by position",
            (hazard,),
        )
        envelopes = [(row["position"], Envelope.model_validate(row["envelope"])) for row in found]
        stored = [open_event(envelope) for _, envelope in envelopes]
        events = await joined(reads, stored, caller, "hazard.trail")
        names = await _shown(reads, [envelope for _, envelope in envelopes], events, caller)
        return Trail(
            hazard=hazard,
            number=number,
            steps=[
                step(position, envelope, event, names)
                for (position, envelope), event in zip(envelopes, events, strict=True)
            ],
        )

    return router


async def _seen(reads: Reads, hazard: UUID, scope: Scope) -> str | None:
    rows_found = await reads.fetch(f"select * from {HAZARDS} where id = %s", (hazard,))  # noqa: S608  # ours
    for row in rows_found:
        if scope.covers(row["division"], row["enterprise"], row["offices"]):
            number: str | None = row["number"]
            return number
    raise Trouble("not-found", "没有这条隐患，或不在您的管辖范围内")


async def _shown(
    reads: Reads, envelopes: Sequence[Envelope], events: Sequence[Event], caller: Caller
) -> Names:
    people = set().union(
        *(people_of(envelope, event) for envelope, event in zip(envelopes, events, strict=True))
    )
    others = [event.other for event in events if isinstance(event, HazardMarkedDuplicate)]
    numbers = await reads.fetch(NUMBERS, (others,)) if others else []
    return await reads.names(people, caller, "hazard.trail") | {row["id"]: row["number"] for row in numbers}


def step(
    position: int, envelope: Envelope, event: Event, names: Names, sentences: Sentences = SENTENCES
) -> Step:
    """一步 · As a reader is shown it, in the words of what it happened to."""
    return Step(
        position=position,
        version=envelope.version,
        type=envelope.type,
        occurred_at=local(envelope.occurredat),
        recorded_at=local(envelope.time),
        actor=person(unsealed(envelope.actor, envelope.role), names),
        role=envelope.role,
        role_name=envelope.role.zh,
        organisation=unsealed(envelope.organisation, envelope.role),
        certificate=envelope.certificate,
        entry=envelope.entry,
        entry_name=envelope.entry.zh,
        entered_by=person(envelope.enteredby, names),
        text=told(envelope, event, names, sealed=envelope.role in SEALED_ROLES, sentences=sentences),
        data=envelope.data,
    )
