"""履历答复 · A trail as it is read: one step after the other, each with its sentence and with what it holds."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.envelope import Envelope, Event
from contracts.values import SEALED_ROLES, Entry, Role
from services.projections.persons import Person, person, unsealed
from services.projections.reading import Names
from services.projections.sentences import told
from services.projections.shanghai import local
from services.projections.telling import EVERY_SENTENCE

EXAMPLE: JsonDict = {
    "position": 1042,
    "subject": "hazard/5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
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
    subject: str = Field(description="该步所属的记录；相关文书等的步骤属于该文书")
    version: int = Field(description="该步之后其所属记录的版本")
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


class CaseTrail(BaseModel):
    """案件履历 · All steps of one case, with those of its hazards' papers, the first one first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "case": "9c1e7a44-52b0-5d7e-8a11-2f6b0c3d9e75",
                    "number": "余应急立〔2026〕3号",
                    "steps": [EXAMPLE],
                }
            ]
        }
    )

    case: UUID
    number: str | None
    steps: list[Step]


class Story(BaseModel):
    """履历 · All steps of a visit, a notice, a service plan or a paper, with those of what belongs to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "e1b5c7d9-2a4f-5e68-8c90-4d7b3f6a1e25",
                    "kind": "visit",
                    "kind_name": "检查",
                    "number": "余应急检批〔2026〕31号",
                    "steps": [EXAMPLE],
                }
            ]
        }
    )

    id: UUID
    kind: str
    kind_name: str
    number: str | None = Field(description="审批表编号、指令书或者文书的文号；没有编号的为 null")
    steps: list[Step]


def step(position: int, envelope: Envelope, event: Event, names: Names) -> Step:
    """一步 · As a reader is shown it, in the words of what it happened to."""
    return Step(
        position=position,
        subject=envelope.subject,
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
        text=told(envelope, event, names, sealed=envelope.role in SEALED_ROLES, sentences=EVERY_SENTENCE),
        data=envelope.data,
    )
