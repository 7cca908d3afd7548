"""走法 · How a command is usually asked: with what, by whom, and when. It steers random lives; it decides nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contracts.values import Role, Status
from lives.choosing import Choose
from lives.life import Life
from lives.people import BY_ID, EVERYBODY, Person, of
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
ALIVE = (S.PENDING_CONFIRMATION, *OPEN)


@dataclass(frozen=True, slots=True)
class Way:
    """走法 · `by` and `at` are b.3's columns; `if_` says more of the state; `often` against the others.

    `who` names the persons where their role does not; `when` asks the life itself, such as its clock."""

    ask: Strategy
    by: tuple[Role, ...] | Callable[[Hazard], tuple[Role, ...]]
    at: tuple[Status, ...] = OPEN
    if_: Callable[[Hazard], bool] = lambda _: True
    often: int = 8
    who: Callable[[Hazard], Sequence[Person]] | None = None
    when: Callable[[Life], bool] = lambda _: True

    def leads(self, life: Life) -> bool:
        """Whether it is worth a try now."""
        hazard = life.hazard
        return hazard.status in self.at and self.if_(hazard) and self.when(life)

    def somebody(self, choose: Choose, hazard: Hazard) -> Person:
        """Who usually asks it now; nobody in particular means the author."""
        if self.who is not None:
            return choose.one(self.who(hazard) or EVERYBODY)
        roles = self.by(hazard) if callable(self.by) else self.by
        return choose.one(of(choose.one(roles))) if roles else BY_ID.get(hazard.author, EVERYBODY[0])
