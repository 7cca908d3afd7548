"""办理一次检查 · The rows of one visit: enterprise, visit, hazards and notices, by the same commands as anybody's."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast
from uuid import UUID

from contracts.hazard import HazardEvent
from services.hazard import enterprises, hazards
from services.hazard.enterprise import CreditCodeTaken, RegisterEnterprise
from services.hazard.enterprises import CREDIT_CODE
from services.hazard.handling import Handling
from services.hazard.hazards import known_enterprise
from services.hazard.ledger import noticing
from services.hazard.ledger.checking import papers
from services.hazard.ledger.desk import Desk, about, digest, ids_of, sender
from services.hazard.ledger.identity import enterprise_id, hazard_id, notice_id, visit_id
from services.hazard.ledger.past import Past, past_of
from services.hazard.ledger.path import Setting
from services.hazard.ledger.people import finders, people_of
from services.hazard.ledger.performing import Line, is_noticed, perform
from services.hazard.ledger.recording import ensure_visit, is_certified
from services.hazard.ledger.row import Row
from services.hazard.ledger.steps import steps
from services.hazard.occasion import SHANGHAI
from services.hazard.on_visit import VISIT
from services.hazard.refused import Refused


class NumberUnknown(Refused):
    """没有该编号的隐患 · A number that this system never gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """归属 · Where a row belongs: its enterprise, and its hazard when that has its number already."""

    row: Row
    enterprise: str
    known: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """已办理 · How far each line went, and what was made of them all."""

    lines: Mapping[int, Line]
    made: Counter[str]


async def carry_out(handling: Handling, desk: Desk, rows: Sequence[Row]) -> Carried:
    """办理 · Rows of one visit, as far as each proves: up to its order, then the notices, then what came after.

    Raises RowsRefused with the reason of some of them.
    """
    places = [await placed(handling, desk, row) for row in rows]
    visit = visit_id(desk.importer.division, rows[0])
    made: Counter[str] = Counter()
    fresh = [one for one in places if one.known is None]
    if fresh:
        first = fresh[0].enterprise
        own = [one.row for one in fresh if one.enterprise == first]
        made["visits"] += await ensure_visit(handling, desk, own, first, visit)
        if made["visits"]:
            there = await handling.read(VISIT, str(visit))
            policy = await handling.policy_at(desk.importer.division)
            made["certified"] += is_certified(there, policy.limits.certified_officers)
    lines = [await planned(handling, desk, one, visit) for one in places]
    for line in lines:
        with about(line.row):
            await perform(handling, desk, line, line.before)
    for number, group in noticing.by_number(lines):
        made["notices"] += await noticing.issue(handling, desk, number, group)
    for line in lines:
        with about(line.row):
            await perform(handling, desk, line, line.after)
        made.update(directed(line))
    return Carried(lines={line.row.line: line for line in lines}, made=made)


def directed(line: Line) -> Counter[str]:
    """责令或要求 · Which of the three ways its hazard was told to be put right now, if it was."""
    kinds = {"order-rectification": "ordered", "ask-rectification": "asked"}
    return Counter(
        "noticed" if is_noticed(step) else kinds[step.command]
        for step in line.plan.steps
        if step.command in kinds
    )


async def placed(handling: Handling, desk: Desk, row: Row) -> Placed:
    """归属 · Its hazard if it is known by its number, and its enterprise."""
    with about(row):
        # Its visit is recorded from its papers before its steps are planned.
        if wrong := tuple(papers(row, handling.now().astimezone(SHANGHAI).date())):
            raise Refused("；".join(wrong))
        known = await hazard_of(handling, desk, row)
        return Placed(row=row, enterprise=await ensure_enterprise(handling, desk, row), known=known)


async def planned(handling: Handling, desk: Desk, one: Placed, visit: UUID) -> Line:
    """计划 · The steps the row proves beyond what its hazard's own facts tell. Raises RowsRefused."""
    line = Line(row=one.row, enterprise=one.enterprise, visit=visit)
    if not one.row.has_find:
        return line
    with about(one.row):
        hazard = one.known or hazard_id(desk.importer.division, one.row)
        there = await handling.read(VISIT, str(visit)) if one.known is None else None
        on = str(visit) if there and there.enterprise == one.enterprise else None
        line = await plan_of(handling, desk, one, hazard, on)
        if line.plan.refusals:
            raise Refused("；".join(line.plan.refusals))
    return line


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


async def plan_of(handling: Handling, desk: Desk, one: Placed, hazard: UUID, visit: str | None) -> Line:
    """计划 · From the facts of its hazard and the visit it was found on."""
    facts = await handling.log.load(hazard)
    # The stream is a hazard's, so each of its events is one of the hazard's union.
    past: Past = past_of((fact.envelope, cast("HazardEvent", fact.event)) for fact in facts)
    if past.hazard.enterprise not in {None, one.enterprise}:
        raise Refused("「企业名称」与该隐患登记的企业不同，不予修改")
    setting = Setting(
        hazard=hazard,
        enterprise=one.enterprise,
        importer=desk.importer,
        who=await ids_of(desk, people_of(one.row, desk.importer), one.enterprise),
        policy=await handling.policy_at(desk.importer.division),
        today=handling.now().astimezone(SHANGHAI).date(),
        names=await desk.directory.names(past.people),
        visit=visit or past.hazard.visit,
    )
    setting = replace(setting, notice=await notice_of(handling, one.row, setting))
    on = UUID(setting.visit) if setting.visit else visit_id(desk.importer.division, one.row)
    plan = steps(one.row, past, setting)
    return Line(row=one.row, enterprise=one.enterprise, visit=on, hazard=hazard, plan=plan)


async def notice_of(handling: Handling, row: Row, setting: Setting) -> str | None:
    """所据指令书 · That of the row's number, where the visit has officers enough and the row's own is among them."""
    if row.notice is None or setting.visit is None:
        return None
    visit = await handling.read(VISIT, setting.visit)
    first = next(iter(finders(row, setting.importer)), None)
    own = first is not None and setting.who[first] in {one.person for one in visit.officers}
    enough = is_certified(visit, setting.policy.limits.certified_officers)
    return str(notice_id(setting.importer.division, row.notice)) if own and enough else None
