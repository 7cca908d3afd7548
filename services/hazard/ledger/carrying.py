"""办理一行 · A row's enterprise, visit and hazard, by the same commands as anybody's."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import cast
from uuid import UUID

from contracts.hazard import HazardEvent
from contracts.values import Entry, Role
from services import people
from services.hazard import enterprises, hazard_commands, hazards, visits
from services.hazard.enterprise import CreditCodeTaken, RegisterEnterprise
from services.hazard.enterprises import CREDIT_CODE
from services.hazard.handling import Handling, Sender
from services.hazard.hazards import known_enterprise
from services.hazard.ledger.directory import Directory, Member
from services.hazard.ledger.identity import enterprise_id, hazard_id, visit_id
from services.hazard.ledger.past import Past, past_of
from services.hazard.ledger.path import Plan, Setting, Step, instant_of
from services.hazard.ledger.people import Importer, Person, finders, people_of
from services.hazard.ledger.row import Row
from services.hazard.ledger.steps import steps
from services.hazard.lifecycle.reporting import CaptureHazard
from services.hazard.occasion import SHANGHAI
from services.hazard.on_visit import VISIT
from services.hazard.refused import Refused
from services.hazard.visit.recording import RecordVisit
from services.scope import Scope

CLIENT = "ledger"  # every import speaks as one client: the same row has the same keys whoever hands it in
OF_ENTERPRISE = frozenset({Role.ENT_S, Role.ENT_M, Role.LND})
COMMANDS = {command.path: command for command in hazard_commands.COMMANDS}


class NumberUnknown(Refused):
    """没有该编号的隐患 · A number that this system never gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """导入台 · Who imports, under which import, with which reach, and how many finds each visit has.

    `acted` gathers whom a row names and the ids they act under, among them strangers who are on nobody's file yet.
    """

    importer: Importer
    organisation: str
    scope: Scope
    correlation: str
    directory: Directory
    finds: Mapping[UUID, int]
    acted: dict[Member, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """已办理 · The streams a row is about, and how far it went."""

    visit: UUID
    hazard: UUID | None = None
    plan: Plan = field(default_factory=Plan)


async def carry_out(handling: Handling, desk: Desk, row: Row) -> Carried:
    """办理 · Enterprise, visit and hazard of a row, as far as the row proves.

    Raises Refused with the row's reason.
    """
    known = await hazard_of(handling, desk, row)
    division = desk.importer.division
    enterprise = await ensure_enterprise(handling, desk, row)
    visit = visit_id(division, row)
    on = await ensure_visit(handling, desk, row, enterprise, visit) if known is None else None
    if not row.has_find:
        return Carried(visit=visit)
    hazard = known or hazard_id(division, row)
    plan = await plan_of(handling, desk, row, enterprise, hazard, on)
    if plan.refusals:
        raise Refused("；".join(plan.refusals))
    await perform(handling, desk, enterprise, hazard, plan)
    return Carried(visit=visit, hazard=hazard, plan=plan)


async def hazard_of(handling: Handling, desk: Desk, row: Row) -> UUID | None:
    """已有隐患 · The hazard of a numbered row; None for a row without a number.

    Raises NumberUnknown.
    """
    if row.number is None:
        return None
    hazard = await handling.log.named(row.number)
    if hazard is None:
        raise NumberUnknown(f"没有编号为 {row.number} 的隐患；新隐患请不要填写隐患编号")
    state = await handling.read(hazards.HAZARD, str(hazard))
    if not desk.scope.covers(state.division, state.enterprise):
        raise NumberUnknown(f"没有编号为 {row.number} 的隐患，或不在您的管辖范围内")
    return hazard


async def ensure_enterprise(handling: Handling, desk: Desk, row: Row) -> str:
    """企业 · Known by its credit code, else by its name in this division, else registered now."""
    for _ in range(2):
        found = await find_enterprise(handling, desk, row)
        if found is not None:
            enterprises.check_reach(
                await known_enterprise(handling, found), sender(desk, None, "", b"", row.inspected_on)
            )
            return found
        try:
            return await register_enterprise(handling, desk, row)
        except CreditCodeTaken:
            continue  # another row of the same enterprise was a moment earlier
    raise CreditCodeTaken


async def find_enterprise(handling: Handling, desk: Desk, row: Row) -> str | None:
    """查找企业 · By credit code or by name."""
    if row.credit_code:
        state = await handling.read(CREDIT_CODE, enterprises.one_spelling(row.credit_code) or "")
        if state.enterprise is not None:
            return state.enterprise
    named = await handling.log.named(enterprises.name_of(desk.importer.division, row.enterprise or ""))
    return str(named) if named else None


async def register_enterprise(handling: Handling, desk: Desk, row: Row) -> str:
    """企业建档 · From what the row says of it."""
    assert row.enterprise is not None  # the reader refuses a row without one
    key = str(enterprise_id(desk.importer.division, row.enterprise))
    ask = RegisterEnterprise(
        name=row.enterprise,
        division=desk.importer.division,
        village=row.village,
        credit_code=row.credit_code,
        industry=row.industry,
        size_class=row.size_class,
    )
    who = sender(desk, None, f"enterprise/{key}", digest(key), row.inspected_on)
    await enterprises.register(handling, who, key, ask)
    return key


async def ensure_visit(handling: Handling, desk: Desk, row: Row, enterprise: str, visit: UUID) -> str | None:
    """检查 · One record for an enterprise, a day and a kind; rows of one visit share it.

    Gives its id, or None where the record is of another enterprise of the same name.
    """
    assert row.visit_kind is not None  # the reader refuses a row without one
    assert row.inspected_on is not None
    known = await handling.read(VISIT, str(visit))
    if known.version:
        return str(visit) if known.enterprise == enterprise else None
    found = finders(row, desk.importer)
    ids = await ids_of(desk, found, enterprise)
    ask = RecordVisit(
        enterprise=enterprise,
        visit_kind=row.visit_kind,
        visited_on=row.inspected_on,
        officers=tuple(dict.fromkeys(ids[person] for person in found)),
        finds=desk.finds.get(visit, 0),
    )
    by = (ids[found[0]], found[0].role) if found else None
    who = sender(desk, by, f"visit/{visit}", digest(str(visit)), row.inspected_on, enterprise)
    await visits.record(handling, who, str(visit), ask)
    return str(visit)


async def plan_of(
    handling: Handling, desk: Desk, row: Row, enterprise: str, hazard: UUID, visit: str | None
) -> Plan:
    """计划 · The steps the row proves beyond what its hazard's own facts tell."""
    facts = await handling.log.load(hazard)
    # The stream is a hazard's, so each of its events is one of the hazard's union.
    past: Past = past_of((fact.envelope, cast("HazardEvent", fact.event)) for fact in facts)
    if past.hazard.enterprise not in {None, enterprise}:
        raise Refused("「企业名称」与该隐患登记的企业不同，不予修改")
    setting = Setting(
        hazard=hazard,
        enterprise=enterprise,
        importer=desk.importer,
        who=await ids_of(desk, people_of(row, desk.importer), enterprise),
        policy=await handling.policy_at(desk.importer.division),
        today=handling.now().astimezone(SHANGHAI).date(),
        names=await desk.directory.names(past.people),
        visit=visit or past.hazard.visit,
    )
    return steps(row, past, setting)


async def ids_of(desk: Desk, named: tuple[Person, ...], enterprise: str) -> dict[Person, str]:
    """人员标识 · A name within its organisation is one person."""
    ids: dict[Person, str] = {}
    for person in named:
        organisation = enterprise if person.role in OF_ENTERPRISE else desk.organisation
        member = Member(people.tidy(person.name), organisation)
        ids[person] = desk.acted[member] = await desk.directory.id_of(member)
    return ids


async def perform(handling: Handling, desk: Desk, enterprise: str, hazard: UUID, plan: Plan) -> None:
    """执行步骤 · In order; each under its own key, so a broken-off import goes on where it stopped."""
    last = (await handling.read(hazards.HAZARD, str(hazard))).last_at
    for step in plan.steps:
        who = replace(step_sender(desk, step, enterprise), at=moment_of(step, last))
        if isinstance(step.ask, CaptureHazard):
            await hazards.capture(handling, who, str(hazard), step.ask)
        else:
            await hazards.change(handling, who, str(hazard), COMMANDS[step.command], step.ask)
        last = who.at


def moment_of(step: Step, last: datetime | None) -> datetime:
    """时刻 · A rectification is submitted when it is told, though it was complete before somebody urged it."""
    at = instant_of(step.on, last)
    return max(at, last) if last and step.command == "submit-rectification" else at


def step_sender(desk: Desk, step: Step, enterprise: str) -> Sender:
    """步骤的请求人 · The person the row names, entered by the importer."""
    request = digest(f"{step.command}\n{step.person}\n{step.on}\n{step.ask.model_dump_json()}")
    return sender(desk, (step.person, step.role), str(step.key), request, step.on, enterprise)


def sender(
    desk: Desk,
    by: tuple[str, Role] | None,
    key: str,
    request: bytes,
    on: date | None,
    enterprise: str | None = None,
) -> Sender:
    """请求人 · By default the importer; `entry` says that it comes from a ledger."""
    person, role = by or (desk.importer.person, desk.importer.role)
    return Sender(
        client=CLIENT,
        key=key,
        request=request,
        person=person,
        role=role,
        organisation=enterprise if enterprise and role in OF_ENTERPRISE else desk.organisation,
        division=desk.importer.division,
        scope=desk.scope,
        at=instant_of(on, None) if on else None,
        entry=Entry.LEDGER,
        enteredby=desk.importer.person,
        correlation=desk.correlation,
    )


def digest(text: str) -> bytes:
    """摘要 · The hash of a request."""
    return hashlib.sha256(text.encode()).digest()
