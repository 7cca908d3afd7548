"""示例单元格 · The cells of one row: what a hazard at its stage has had written into the ledger."""

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from contracts.values import Level, VisitKind
from services.hazard.ledger.row import Row
from services.hazard.ledger.sample.stages import MajorStage, Stage
from services.hazard.ledger.sample.street import Firm, Street
from services.hazard.ledger.sample.words import Find

SATURDAY = 5
DAYS_TO_RECTIFY = (7, 10, 15, 15, 15, 20)  # 半个月 is the rule, domain/lifecycle.md b.4
DAYS_FOR_A_PLAN = 60
LATE = 0.1  # of the closed ones


@dataclass(frozen=True, slots=True)
class Calendar:
    """日历 · The day the ledger ends; people visit and check on working days."""

    today: date
    days_off: Container[date]

    def ago(self, newest: int, oldest: int, chance: Random) -> date:
        """若干天前 · A working day about so many days ago."""
        day = self.today - timedelta(days=chance.randint(newest, oldest))
        while self.is_off(day):
            day -= timedelta(days=1)
        return day

    def after(self, day: date, days: int) -> date:
        """若干天后 · A working day so many days later, but never past today."""
        later = day + timedelta(days=days)
        while self.is_off(later):
            later += timedelta(days=1)
        return min(later, self.today)

    def is_off(self, day: date) -> bool:
        """休息日 · A weekend or a public holiday."""
        return day.weekday() >= SATURDAY or day in self.days_off


def visit_row(firm: Firm, on: date, kind: VisitKind, finders: tuple[str, ...]) -> Row:
    """检查行 · Who was visited, when, how and by whom."""
    return Row(
        line=0,
        enterprise=firm.name,
        credit_code=firm.credit_code,
        village=firm.village,
        industry=firm.industry,
        size_class=firm.size_class,
        inspected_on=on,
        visit_kind=kind,
        inspectors=finders,
    )


def found_row(row: Row, find: Find, level: Level, chance: Random) -> Row:
    """隐患行 · What the visit found, and what it advised."""
    return replace(
        row,
        description=find.text,
        place=chance.choice(find.places),
        category=find.category,
        level=level,
        advice=find.advice,
        basis=(find.basis,),
        clause=find.clause,
    )


def general_row(
    row: Row, stage: Stage, find: Find, firm: Firm, street: Street, calendar: Calendar, chance: Random
) -> Row:
    """一般隐患 · The cells from the deadline on, as far as the stage has come."""
    found_on = row.inspected_on or calendar.today
    self_found = row.visit_kind is VisitKind.SELF
    who = firm.safety[1] if self_found else chance.choice((firm.main, *firm.safety))
    row = replace(row, responsible=(who,))
    if stage is Stage.SPOT:
        done = "当场整改：" + find.measures
        return replace(row, deadline=found_on, measures=done, completed_on=found_on, closed_on=found_on)
    since = (calendar.today - found_on).days
    fitting = [days for days in DAYS_TO_RECTIFY if (days > since) is (stage is Stage.ORDERED)]
    days = chance.choice(fitting or [since + 5])
    row = replace(row, deadline=found_on + timedelta(days=days))
    if stage in {Stage.ORDERED, Stage.OVERDUE}:
        return row
    late = stage is Stage.CLOSED and chance.random() < LATE
    taken = days + chance.randint(1, 4) if late else chance.randint(2, days)
    row = replace(row, measures=find.measures, completed_on=calendar.after(found_on, taken))
    if stage is Stage.SUBMITTED:
        return row
    checkers = (firm.main,) if self_found else tuple(chance.sample(street.town, chance.choice((1, 2))))
    return checked(row, stage, checkers, calendar, chance)


def checked(row: Row, stage: Stage, checkers: tuple[str, ...], calendar: Calendar, chance: Random) -> Row:
    """复查 · By others than who put it right; passed hazards are struck off some days later."""
    completed = row.completed_on or calendar.today
    row = replace(
        row,
        reinspected_on=calendar.after(completed, chance.randint(1, 5)),
        reinspectors=checkers,
        reinspection_result=stage is not Stage.FAILED,
    )
    if stage is not Stage.CLOSED:
        return row
    closed = calendar.after(row.reinspected_on or completed, chance.randint(0, 2))
    return replace(row, closed_on=closed)


def major_row(
    row: Row, stage: MajorStage, find: Find, firm: Firm, street: Street, calendar: Calendar, chance: Random
) -> Row:
    """重大隐患 · By plan: required, filed, accepted, put right, checked by two, struck off by a third."""
    accepter, first, second, closer = chance.sample(street.department, 4)
    if stage is MajorStage.REGISTERED:
        return row
    row = replace(row, responsible=(firm.main,), plan_accepted_by=(accepter,))
    if stage is MajorStage.PLAN_REQUIRED:
        return row
    filed = calendar.after(row.inspected_on or calendar.today, chance.randint(5, 9))
    row = replace(row, plan_filed_on=filed)
    if stage is MajorStage.PLAN_FILED:
        return row
    accepted = calendar.after(filed, chance.randint(2, 5))
    deadline = accepted + timedelta(days=DAYS_FOR_A_PLAN)
    row = replace(row, plan_accepted_on=accepted, deadline=deadline)
    if stage is MajorStage.RECTIFYING:
        return row
    completed = calendar.after(accepted, chance.randint(20, 28))
    row = replace(row, measures=find.measures, completed_on=completed)
    if stage is MajorStage.SUBMITTED:
        return row
    again = calendar.after(completed, chance.randint(2, 6))
    row = replace(row, reinspected_on=again, reinspectors=(first, second), reinspection_result=True)
    return replace(row, closed_on=calendar.after(again, chance.randint(1, 4)), closed_by=(closer,))
