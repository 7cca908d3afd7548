"""场合 · Who acts, when, and under which policy: all that a rule may know besides its state and its ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from contracts.limits import Counted, Limit
from contracts.values import Entry, Role, Waiver
from services.hazard.calendar import ZONE, Calendar
from services.hazard.calendar.counting import count
from services.hazard.field_titles import title_of
from services.hazard.policy import Policy
from services.hazard.refused import Refused

if TYPE_CHECKING:
    from services.hazard.appointment import Appointment
    from services.hazard.enterprise import Enterprise
    from services.hazard.form import Form
    from services.hazard.lifecycle.state import Hazard
    from services.hazard.notice.state import Notice
    from services.hazard.visit.counting import VisitCount
    from services.hazard.visit.state import Visit

SHANGHAI = ZONE
OFFICE_ROLES = frozenset({Role.TWN, Role.TWO, Role.TWL, Role.DPO, Role.DPL, Role.SCO, Role.ENF})
ENTERPRISE_ROLES = frozenset({Role.ENT_S, Role.ENT_M})


class Ask(BaseModel):
    """请求 · The body of a command; unknown fields are refused. Its fields have Chinese names, for forms."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, field_title_generator=title_of
    )


class TooLate(Refused):
    """发生时间过早 · What happened longer ago than the policy allows is entered by import only."""


class InTheFuture(Refused):
    """发生时间在未来 · The client's clock is ahead."""


class BeforeLastStep(Refused):
    """早于上一步 · A step cannot have happened before the one it follows."""


class DateInvalid(Refused):
    """日期不合规 · A date of the body contradicts the calendar of the hazard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """场合 · The circumstances of one command; the clock is a value here."""

    person: str
    role: Role
    organisation: str
    division: str
    at: datetime
    now: datetime
    policy: Policy
    calendar: Calendar
    certificate: str | None = None
    entry: Entry = Entry.LIVE
    enteredby: str | None = None
    number: str | None = None
    enterprise: "Enterprise | None" = None
    other: "Hazard | None" = None
    notice: "Notice | None" = None
    enterprise_people: frozenset[str] = frozenset()
    # The officers who act, by person; somebody without any appointment on record is left out.
    on_record: Mapping[str, "tuple[Appointment, ...]"] = field(default_factory=dict)
    visit: "Visit | None" = None
    visit_count: "VisitCount | None" = None
    form: "Form | None" = None
    hazards: Mapping[str, "Hazard"] = field(default_factory=dict)
    # The files of enterprises that an ask names, by id; of one that is not there an empty file.
    files: Mapping[str, "Enterprise"] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """当天 · The local date of the step."""
        return self.at.astimezone(SHANGHAI).date()

    @property
    def of_enterprise(self) -> bool:
        """企业人员 · The actor belongs to an enterprise."""
        return self.role in ENTERPRISE_ROLES

    def days_on(self, days: int) -> date:
        """顺延 · The local date so many calendar days after the step."""
        return self.today + timedelta(days=days)

    def count(self, limit: Limit, since: date | None = None) -> tuple[date, Counted]:
        """计算期限 · The last day of a limit that begins with the day after the step, or after another day."""
        return count(limit, since or self.today, self.calendar)

    def hours_on(self, hours: int) -> datetime:
        """顺延 · The instant so many hours after the step."""
        return self.at + timedelta(hours=hours)

    def waived(self, missing: dict[Waiver, bool]) -> tuple[Waiver, ...]:
        """豁免 · Which missing pieces a ledger row may lack, for the event to record."""
        allowed = self.policy.ledger.waived if self.entry is Entry.LEDGER else frozenset()
        return tuple(
            sorted(waiver for waiver, is_missing in missing.items() if is_missing and waiver in allowed)
        )

    def lacks(self, waiver: Waiver) -> bool:
        """不得缺少 · True when this piece must be there: nothing but a ledger row may lack it."""
        return not self.waived({waiver: True})

    def check_time(self, last: datetime | None) -> None:
        """时间检查 · The step's instant against the server's clock and the step before it.

        Raises InTheFuture, TooLate, BeforeLastStep (domain/README.md decision 9).
        """
        limits = self.policy.limits
        if self.at > self.now + timedelta(minutes=limits.future_minutes):
            raise InTheFuture(f"发生时间不得晚于当前时间 {limits.future_minutes} 分钟以上")
        if self.entry is not Entry.LEDGER and self.at < self.now - timedelta(hours=limits.offline_hours):
            raise TooLate(f"发生时间早于 {limits.offline_hours} 小时以前的，只能通过台账导入补录")
        if last is not None and self.at < last:
            when = last.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
            raise BeforeLastStep(f"发生时间不得早于上一步（{when}）")
