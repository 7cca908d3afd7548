"""步骤路径 · What a row's steps are made of: a step, the plan they make, and how far a row has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from contracts.values import Role, Status
from services.hazard.ledger.identity import step_key
from services.hazard.ledger.past import Past
from services.hazard.ledger.people import Importer, Person, finders, submitter
from services.hazard.ledger.row import HEADING_OF, Row
from services.hazard.occasion import SHANGHAI, Ask
from services.hazard.policy import Policy

Actor = tuple[str, Role]  # a person's id and the role in which that person acted


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """步骤 · One command of a row: which, with what, by whom, on which day, under which key.

    Command is the path of services.hazard.hazard_commands.COMMANDS, or "capture".
    """

    command: str
    ask: Ask
    person: str
    role: Role
    on: date
    key: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """计划 · The steps still to do and where they lead; what is missing after them; what else its office should know; why it is refused."""

    steps: tuple[Step, ...] = ()
    reaches: Status | None = None
    lacks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """情境 · What a row's steps need besides the row: ids, names, the importer, the policy, the day.

    `visit` is the record of the visit the row tells of; a row of a hazard that has its number already has none.
    `notice` is the notice that the row's order stands under; none where the visit has too few certified officers.

    `who` holds the ids of people_of(row, importer); `names` the names of past.people.
    """

    hazard: UUID
    enterprise: str
    importer: Importer
    who: Mapping[Person, str]
    policy: Policy
    today: date
    names: Mapping[str, str] = field(default_factory=dict)
    visit: str | None = None
    notice: str | None = None


def instant_of(on: date, last: datetime | None) -> datetime:
    """时刻 · The start of the day in Shanghai, or the last step's instant when that was the same day."""
    start = datetime.combine(on, time(), SHANGHAI)
    return last if last and last > start and last.astimezone(SHANGHAI).date() == on else start


@dataclass(slots=True, kw_only=True)
class Path:
    """路径 · How far the row has come while its steps are put together."""

    row: Row
    past: Past
    setting: Setting
    status: Status | None
    steps: list[Step] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, command: str, ask: Ask, by: Actor, on: date | None, to: Status | None) -> bool:
        """添加 · One more step; always true, as the row may go on."""
        assert on is not None  # the stage has looked
        key = step_key(self.setting.hazard, command, self.past.hazard.round)
        self.steps.append(Step(command=command, ask=ask, person=by[0], role=by[1], on=on, key=key))
        self.status = to or self.status
        return True

    def by(self, person: Person | None) -> Actor:
        """经办人 · The person of the row or, where it names none, the importer."""
        importer = self.setting.importer
        return (self.setting.who[person], person.role) if person else (importer.person, importer.role)

    @property
    def finder(self) -> Actor:
        """检查人 · The first one named."""
        return self.by(next(iter(finders(self.row, self.setting.importer)), None))

    @property
    def responsible(self) -> Actor | None:
        """整改责任人 · As the row names, else as recorded; a ledger may come back without names."""
        named = submitter(self.row)
        if named:
            return self.by(named)
        known = self.past.hazard.responsible
        return (known, Role.ENT_M if self.row.is_major else Role.ENT_S) if known else None

    @property
    def found_on(self) -> date | None:
        """处置日期 · Of a step without a date of its own: the visit's day, or the last step's if later."""
        last = self.past.hazard.last_at
        days = (self.row.inspected_on, last.astimezone(SHANGHAI).date() if last else None)
        return max((day for day in days if day), default=None)

    def lack(self, *names: str) -> bool:
        """缺少 · Names each of these columns that is empty; false when one is."""
        missing = [name for name in names if self.is_empty(name)]
        self.lacks.extend(HEADING_OF[name] for name in missing if HEADING_OF[name] not in self.lacks)
        return not missing

    def is_empty(self, name: str) -> bool:
        """空 · Nothing stands in the cell."""
        return getattr(self.row, name) in (None, ())

    def has(self, *names: str, later: tuple[str, ...] = ()) -> bool:
        """所需列 · Whether these cells are all there; the missing ones are named once the row has gone on."""
        if all(self.is_empty(name) for name in (*names, *later)) and not self.row.is_major:
            return False  # not there yet, and nothing says it should be
        return self.lack(*names)

    def ids(self, *people: Person | None) -> tuple[str, ...]:
        """标识 · The ids of people the row names."""
        return tuple(dict.fromkeys(self.setting.who[person] for person in people if person))
