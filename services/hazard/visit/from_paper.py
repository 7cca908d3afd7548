"""纸质检查记录 · A visit of before that a ledger tells of: who took part as what, and which hazards it found."""

from pydantic import Field

from contracts.values import EnterpriseId, Entry
from contracts.visit import Function, VisitRecorded
from services.hazard.occasion import Occasion
from services.hazard.refused import MayNot
from services.hazard.visit.party import PlannedParticipant, check_officer
from services.hazard.visit.recording import RecordVisit, record_visit
from services.hazard.visit.state import Visit


class VisitOnlyFromALedger(MayNot):
    """纸质检查记录只能通过台账导入 · Who is there records a visit by its steps."""


class RecordPaperVisit(RecordVisit):
    """登记纸质检查记录 · What a ledger's rows of one visit say together; never planned, scanned in or signed here."""

    participants: tuple[PlannedParticipant, ...] = Field(max_length=50)
    hazards: tuple[EnterpriseId, ...] = Field((), description="发现的隐患")

    @property
    def certified(self) -> tuple[str, ...]:
        """执法人员 · Those whose certificates are looked at."""
        return tuple(one.person for one in self.participants if one.function is Function.OFFICER)


def record_paper_visit(visit: Visit, ask: RecordPaperVisit, occasion: Occasion) -> tuple[VisitRecorded, ...]:
    """登记纸质检查记录 · Whoever counts as an officer had a certificate of his own on that day.

    Raises VisitOnlyFromALedger and what record_visit and check_officer raise.
    """
    if occasion.entry is not Entry.LEDGER:
        raise VisitOnlyFromALedger
    for one in ask.participants:
        if one.function is Function.OFFICER:
            check_officer(one.value, occasion, ask.visited_on)
    return record_visit(visit, ask, occasion)
