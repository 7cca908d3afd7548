"""台账测试 · Workbooks made on the spot, and a life folded in memory by the real rules."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import openpyxl
import pytest

from contracts.catalogue import dataschema
from contracts.envelope import Envelope, Event
from contracts.hazard import HazardEvent
from contracts.values import Entry, Role
from services.hazard import hazard_commands
from services.hazard.calendar.reading import read_calendar
from services.hazard.enterprise import Enterprise
from services.hazard.ledger.identity import enterprise_id, hazard_id
from services.hazard.ledger.past import Past, past_of
from services.hazard.ledger.people import Importer, Person, people_of
from services.hazard.ledger.row import Row
from services.hazard.ledger.steps import Plan, Setting, Step, instant_of, steps
from services.hazard.lifecycle.reporting import CaptureHazard, capture_hazard
from services.hazard.occasion import Occasion
from services.hazard.policy import read_policy

TODAY = date(2026, 11, 20)
DIVISION = "330111005000"
Line = Sequence[object]
POLICY, CALENDAR = read_policy(), read_calendar()  # read once: a street takes thousands of steps
COMMANDS = {command.path: command for command in hazard_commands.COMMANDS}


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    """工作簿 · Lines of cells as the bytes of an .xlsx; merged ranges by their address."""

    def make(*lines: Line, merged: Sequence[str] = (), title: str = "台账") -> bytes:
        made = openpyxl.Workbook()
        sheet = made.active
        assert sheet is not None
        sheet.title = title
        for line in lines:
            sheet.append(list(line))
        for address in merged:
            sheet.merge_cells(address)
        packed = io.BytesIO()
        made.save(packed)
        return packed.getvalue()

    return make


@dataclass
class Life:
    """一生 · One hazard's facts, added to by a row's steps through the rules, without a database."""

    importer: Importer = field(default_factory=lambda: Importer("p-importer", Role.TWO, DIVISION))
    facts: list[tuple[Envelope, HazardEvent]] = field(default_factory=list)
    today: date = TODAY
    hazard: UUID | None = None
    names: dict[str, str] = field(default_factory=dict)

    @property
    def past(self) -> Past:
        return past_of(self.facts)

    def plan(self, row: Row) -> Plan:
        """计划 · The steps of a row from here."""
        who: dict[Person, str] = {}
        for person in people_of(row, self.importer):
            of = row.enterprise if person.role in {Role.ENT_S, Role.ENT_M} else "town"
            who[person] = f"p-{enterprise_id(str(of), person.name)}"
            self.names[who[person]] = person.name
        self.hazard = self.hazard or hazard_id(DIVISION, row)
        setting = Setting(
            hazard=self.hazard,
            enterprise=str(enterprise_id(DIVISION, row.enterprise or "")),
            importer=self.importer,
            who=who,
            policy=POLICY,
            today=self.today,
            names=self.names,
        )
        return steps(row, self.past, setting)

    def bring(self, row: Row) -> Plan:
        """导入 · Performs every step of the row by the rules."""
        plan = self.plan(row)
        for step in plan.steps:
            self.perform(step)
        return plan

    def perform(self, step: Step) -> None:
        """执行 · One step."""
        hazard = self.past.hazard
        now = datetime.combine(self.today, datetime.max.time(), UTC)
        enterprise = Enterprise(version=1, id=hazard.enterprise, name="甲公司", division=DIVISION)
        occasion = Occasion(
            person=step.person,
            role=step.role,
            organisation="org",
            division=DIVISION,
            at=instant_of(step.on, hazard.last_at),
            now=now,
            policy=POLICY,
            calendar=CALENDAR,
            entry=Entry.LEDGER,
            enteredby=self.importer.person,
            number="HZ-330111-2026-000001",
            enterprise=enterprise,
        )
        occasion.check_time(hazard.last_at)
        events: tuple[Event, ...]
        if isinstance(step.ask, CaptureHazard):
            events = capture_hazard(hazard, step.ask, occasion)
        else:
            events = COMMANDS[step.command].rule(hazard, step.ask, occasion)
        for event in events:
            self.record(event, occasion)

    def record(self, event: Event, occasion: Occasion) -> None:
        """记录 · The event in an envelope, behind the others."""
        envelope = Envelope(
            id=uuid4(),
            source="safety/330111",
            type=event.TYPE,
            subject=f"hazard/{self.hazard}",
            time=occasion.now,
            dataschema=dataschema(type(event)),
            version=len(self.facts) + 1,
            occurredat=occasion.at,
            actor=occasion.person,
            role=occasion.role,
            division=DIVISION,
            policyversion="2026.1",
            calendarversion="2026.0",
            data={},
        )
        assert isinstance(event, HazardEvent)
        self.facts.append((envelope, event))


NewLife = Callable[..., Life]


@pytest.fixture
def new_life() -> NewLife:
    """一生 · A hazard that nobody has seen yet, with an importer of some role."""

    def make(role: Role = Role.TWO, today: date = TODAY) -> Life:
        return Life(importer=Importer("p-importer", role, DIVISION), today=today)

    return make
