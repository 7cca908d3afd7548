"""示例隐患 · How far each hazard of the street has come by the day the ledger ends.

A stage says how long ago the visit was; filling.py writes the cells that follow from it.
"""

from collections import defaultdict, deque
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from contracts.values import Level, VisitKind
from services.hazard.calendar.reading import read_calendar
from services.hazard.ledger.row import Row
from services.hazard.ledger.sample.filling import Calendar, found_row, general_row, major_row, visit_row
from services.hazard.ledger.sample.papers import CAN_ORDER, with_papers
from services.hazard.ledger.sample.stages import MajorStage, Stage, quota
from services.hazard.ledger.sample.street import Firm, Street
from services.hazard.ledger.sample.words import Find, Words

FINDS_PER_FIRM = 350 / 143  # 2.4 finds to an inspected unit · domain/scale.md e.1
MAJOR_SHARE = 0.02  # between 1.25 % and 2.3 % · domain/scale.md e.1
CLEAN_SHARE = 0.13  # enterprises where nothing was found
REUSED = 0.6  # how often a find belongs to a visit that found something already
MOST_FINDS = 6  # of one visit
TRIED = 30  # visits looked at for one that fits


@dataclass(slots=True)
class Visit:
    """检查 · One visit and what it has found so far."""

    firm: Firm
    on: date
    kind: VisitKind
    finders: tuple[str, ...]
    found: list[str] = field(default_factory=list)


@dataclass(slots=True)
class HalfYear:
    """半年检查 · The visits of the half year, made as the finds need them."""

    street: Street
    words: Words
    calendar: Calendar
    chance: Random
    turns: deque[Firm]
    visits: defaultdict[str, list[Visit]] = field(default_factory=lambda: defaultdict(list))
    in_order: list[Visit] = field(default_factory=list)

    def visit_of(self, stage: Stage | MajorStage) -> Visit:
        """检查 · One that was as long ago as the stage wants, and of a kind that may order what it needs."""
        tried = self.chance.choices(self.in_order, k=TRIED) if self.in_order else ()
        fitting = next((visit for visit in tried if self.fits(visit, stage)), None)
        if fitting and self.chance.random() < REUSED:
            return fitting
        return self.new_visit(self.calendar.ago(stage.newest, stage.oldest, self.chance), stage)

    def fits(self, visit: Visit, stage: Stage | MajorStage) -> bool:
        """适合 · The visit may have found a hazard of this stage as well."""
        since = (self.calendar.today - visit.on).days
        kinds = CAN_ORDER if stage.needs_officers else tuple(VisitKind)
        return (
            stage.newest <= since <= stage.oldest
            and visit.kind in kinds
            and len(visit.found) < MOST_FINDS
            and isinstance(stage, Stage)  # a major hazard has a visit, and an enterprise, of its own
        )

    def new_visit(self, on: date, stage: Stage | MajorStage | None, firm: Firm | None = None) -> Visit:
        """新检查 · Of a kind that the stage needs."""
        kinds = {
            kind: weight
            for kind, weight in self.words.visit_kinds.items()
            if kind in CAN_ORDER or stage is None or not stage.needs_officers
        }
        kind = self.chance.choices(tuple(kinds), tuple(kinds.values()))[0]
        firm = firm or self.next_firm(on)
        visit = Visit(firm, on, kind, self.street.finders(kind, firm, self.chance))
        self.visits[firm.name].append(visit)
        self.in_order.append(visit)
        return visit

    def next_firm(self, on: date) -> Firm:
        """下一家 · Turn by turn, so that none is left out; not twice on one day."""
        for _ in range(len(self.turns)):
            firm = self.turns.popleft()
            self.turns.append(firm)
            if all(visit.on != on for visit in self.visits[firm.name]):
                break
        return firm

    def find_of(self, visit: Visit, kinds: Sequence[Find]) -> Find:
        """隐患 · One that fits the industry and that this enterprise has not had."""
        had = {text for other in self.visits[visit.firm.name] for text in other.found}
        fitting = [kind for kind in kinds if kind.fits(visit.firm.industry)]
        new = [kind for kind in fitting if kind.text not in had]
        find = self.chance.choice(new or fitting or list(kinds))
        visit.found.append(find.text)
        return find


def rows_of(street: Street, words: Words, today: date, chance: Random) -> tuple[Row, ...]:
    """台账行 · Every find of the half year and every clean visit, in the order of the visits."""
    finds = round(len(street.firms) * FINDS_PER_FIRM)
    majors = max(1, round(finds * MAJOR_SHARE))
    troubled = chance.sample(street.firms, max(1, round(len(street.firms) * (1 - CLEAN_SHARE))))
    half_year = HalfYear(street, words, Calendar(today, days_off()), chance, deque(troubled))
    rows = [major(half_year, stage) for stage in quota(tuple(MajorStage), majors, chance)]
    rows += [general(half_year, stage) for stage in quota(tuple(Stage), finds - majors, chance)]
    seen = {row.enterprise for row in rows}
    rows += [clean(half_year, firm) for firm in street.firms if firm.name not in seen]
    in_order = sorted(rows, key=lambda row: (row.inspected_on or today, row.enterprise or ""))
    return with_papers(in_order, street.town, today)


def days_off() -> Container[date]:
    """节假日 · The weekdays on which offices are closed."""
    return read_calendar().off


def general(half_year: HalfYear, stage: Stage) -> Row:
    """一般隐患 · One find of one visit."""
    visit = half_year.visit_of(stage)
    find = half_year.find_of(visit, half_year.words.finds)
    chance = half_year.chance
    found = found_row(row_of(visit), find, Level.GENERAL, chance)
    return general_row(found, stage, find, visit.firm, half_year.street, half_year.calendar, chance)


def major(half_year: HalfYear, stage: MajorStage) -> Row:
    """重大隐患 · One find of one visit, with the clause that makes it major."""
    visit = half_year.visit_of(stage)
    find = half_year.find_of(visit, half_year.words.majors)
    chance = half_year.chance
    found = found_row(row_of(visit), find, Level.MAJOR, chance)
    return major_row(found, stage, find, visit.firm, half_year.street, half_year.calendar, chance)


def clean(half_year: HalfYear, firm: Firm) -> Row:
    """未发现隐患 · A visit that found nothing still counts as one."""
    on = half_year.calendar.ago(1, 175, half_year.chance)
    return row_of(half_year.new_visit(on, None, firm))


def row_of(visit: Visit) -> Row:
    """检查行 · The cells of the visit."""
    return visit_row(visit.firm, visit.on, visit.kind, visit.finders)
