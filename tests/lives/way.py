"""走法 · How a command is usually asked: with what, by whom, and when. It steers random lives; it decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from contracts.values import Role, Status
from lives.choosing import Choose
from lives.life import Life
from lives.people import Person
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask

R, S = Role, Status
Strategy = Callable[[Choose, Person, Life], Ask]

TOWN = (R.TWN, R.TWO, R.TWL)
DEPARTMENT = (R.DPO, R.DPL)
OFFICE = (*TOWN, *DEPARTMENT)
FIRM = (R.ENT_S, R.ENT_M)
UNDONE = (S.REGISTERED, S.PLAN_REQUIRED, S.RECTIFYING)
OPEN = (*UNDONE, S.SUBMITTED, S.VERIFIED)


@dataclass(frozen=True, slots=True)
class Way:
    """走法 · `by` and `at` are b.3's columns; `if_` says more of the state; `often` against the others."""

    ask: Strategy
    by: tuple[Role, ...] | Callable[[Hazard], tuple[Role, ...]]
    at: tuple[Status, ...] = OPEN
    if_: Callable[[Hazard], bool] = lambda _: True
    often: int = 8

    def leads(self, hazard: Hazard) -> bool:
        """Whether it is worth a try now."""
        return hazard.status in self.at and self.if_(hazard)

    def roles(self, hazard: Hazard) -> tuple[Role, ...]:
        """Who usually asks it now; nobody in particular means the author."""
        return self.by(hazard) if callable(self.by) else self.by
