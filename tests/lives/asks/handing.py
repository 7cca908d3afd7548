"""移送、升级、执法、更正与房东 · What people ask beside the status, whoever holds it."""

from contracts.regions import (
    CaseOutcome,
    EnforcementState,
    EscalationLevel,
    EscalationReason,
    LandlordAnswer,
    PenaltyKind,
    PenaltyReason,
)
from lives.asks.reporting import category
from lives.choosing import PHOTOS, Choose
from lives.life import Life
from lives.people import DISTRICT, EVERYBODY, FIRE, OTHER_DISTRICT, Person, of
from lives.way import ALIVE, OFFICE, OPEN, UNDONE, R, S, Way
from services.hazard.lifecycle.answering import LandlordRespond
from services.hazard.lifecycle.correcting import CorrectRecord
from services.hazard.lifecycle.enforcing import (
    LinkCase,
    NoteCaseClosure,
    NoteCaseDecision,
    ProposePenalty,
    ReferToEnforcement,
)
from services.hazard.lifecycle.escalating import EscalateToDepartment
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.transferring import AcceptTransfer, ReturnTransfer, TransferHazard

CASE, OTHER_CASE = (f"9d2f3c74-5b76-5d8a-9f78-2b6c5c0a3e3{number}" for number in (1, 2))
OFFICES = ((FIRE, DISTRICT), ("org-dept", DISTRICT), ("org-dept-2", OTHER_DISTRICT))
RECORDED = tuple(status for status in S if status is not S.DRAFT)


def transfer_hazard(choose: Choose, who: Person, life: Life) -> TransferHazard:
    offices = [office for office in OFFICES if office[0] != who.organisation]
    department, division = choose.one(OFFICES if choose.slip() else offices)
    file = choose.photos()
    return TransferHazard(department=department, division=division, reason=choose.text(), file=file)


def accept_transfer(choose: Choose, who: Person, life: Life) -> AcceptTransfer:
    return AcceptTransfer(remark=choose.maybe(choose.text()))


def return_transfer(choose: Choose, who: Person, life: Life) -> ReturnTransfer:
    return ReturnTransfer(reason=choose.text())


def escalate_to_department(choose: Choose, who: Person, life: Life) -> EscalateToDepartment:
    reasons = (EscalationReason.OVERDUE,) if who.role is R.SYS else tuple(EscalationReason)
    return EscalateToDepartment(
        level=choose.one(tuple(EscalationLevel)[1:]),
        reason=choose.one(tuple(EscalationReason) if choose.slip() else reasons),
        remark=choose.maybe(choose.text()),
    )


def penalty_reason(choose: Choose, life: Life) -> PenaltyReason:
    return choose.one(tuple(PenaltyReason))


def propose_penalty(choose: Choose, who: Person, life: Life) -> ProposePenalty:
    reason = penalty_reason(choose, life)
    return ProposePenalty(reason=reason, remark=choose.maybe(choose.text()), file=choose.photos())


def refer_to_enforcement(choose: Choose, who: Person, life: Life) -> ReferToEnforcement:
    return ReferToEnforcement(reason=penalty_reason(choose, life), remark=choose.text(), file=choose.photos())


def case(choose: Choose, life: Life) -> str:
    return OTHER_CASE if choose.slip() else life.hazard.enforcement.case or CASE


def link_case(choose: Choose, who: Person, life: Life) -> LinkCase:
    filed_on = choose.day(life.today, 0, 0)
    return LinkCase(case=case(choose, life), case_number="余应急立〔2026〕3号", filed_on=filed_on)


def note_case_decision(choose: Choose, who: Person, life: Life) -> NoteCaseDecision:
    return NoteCaseDecision(
        case=case(choose, life),
        kinds=(choose.one(tuple(PenaltyKind)),),
        decision_number="余应急罚〔2026〕3号",
        decided_on=choose.day(life.today, 0, 0),
        fine=choose.maybe(2_000_000),
    )


def note_case_closure(choose: Choose, who: Person, life: Life) -> NoteCaseClosure:
    return NoteCaseClosure(
        case=case(choose, life),
        outcome=choose.one(tuple(CaseOutcome)),
        closed_on=choose.day(life.today, 0, 0),
    )


def correct_record(choose: Choose, who: Person, life: Life) -> CorrectRecord:
    return CorrectRecord(
        place=choose.maybe("4号车间"),
        category=choose.maybe(category(choose)),
        description=choose.maybe("配电箱外壳未接地，已拍照") if not choose.chance(50) else None,
        object_text=choose.maybe("河边的五金作坊"),
        photos=choose.maybe((choose.one(PHOTOS),)) or (),
        reason=choose.text(),
    )


def landlord_respond(choose: Choose, who: Person, life: Life) -> LandlordRespond:
    answer = choose.one(tuple(LandlordAnswer))
    return LandlordRespond(answer=answer, remark=choose.text(), photos=choose.photos())


def offered(hazard: Hazard) -> bool:
    return hazard.transfer.offered


def asked(hazard: Hazard) -> tuple[Person, ...]:
    """被移送单位 · Those of the office that was asked to take it."""
    to = hazard.transfer.to
    return tuple(
        person
        for person in EVERYBODY
        if to is not None
        and (person.organisation, person.division) == (to.organisation, to.division)
        and person.role in {R.DPO, R.DPL}
    )


def of_the_holder(hazard: Hazard) -> tuple[Person, ...]:
    """责任单位 · Those who may hand it on: of the holding office, or of the place, or of the committee."""
    held_by = hazard.holder.organisation
    office = [person for person in EVERYBODY if person.organisation == held_by]
    return tuple(office or of(R.TWN, R.TWO, R.TWL, R.DPO, R.ENF)) + of(R.SCO)


def correctors(hazard: Hazard) -> tuple[Person, ...]:
    """更正人 · The author and the leaders."""
    author = tuple(person for person in EVERYBODY if person.id == hazard.author)
    return (*author * 4, *of(R.TWL, R.DPL))


def enforcement(*states: EnforcementState) -> object:
    return lambda hazard: hazard.enforcement.state in states


E = EnforcementState
WAYS = {
    TransferHazard: Way(
        transfer_hazard, (), ALIVE, lambda hazard: not offered(hazard), often=2, who=of_the_holder
    ),
    AcceptTransfer: Way(accept_transfer, (), ALIVE, offered, often=20, who=asked),
    ReturnTransfer: Way(return_transfer, (), ALIVE, offered, often=20, who=asked),
    EscalateToDepartment: Way(
        escalate_to_department, (R.TWN, R.TWO, R.TWL, R.SCO, R.SYS, R.GRID, R.VIL, R.EXP), UNDONE, often=1
    ),
    ProposePenalty: Way(
        propose_penalty,
        (R.TWN, R.TWO, R.TWL, R.SCO, R.SYS),
        OPEN,
        enforcement(E.NONE, E.CASE_CLOSED),
        often=2,
    ),
    ReferToEnforcement: Way(
        refer_to_enforcement,
        (R.TWO, R.DPO, R.DPL, R.ENF),
        OPEN,
        enforcement(E.NONE, E.CASE_CLOSED),
        often=2,
    ),
    LinkCase: Way(link_case, (R.ENF,), (*OPEN, S.CLOSED), enforcement(E.REFERRED)),
    NoteCaseDecision: Way(note_case_decision, (R.ENF,), (*OPEN, S.CLOSED), enforcement(E.CASE_OPEN)),
    NoteCaseClosure: Way(
        note_case_closure,
        (R.ENF,),
        (*OPEN, S.CLOSED),
        enforcement(E.REFERRED, E.CASE_OPEN, E.DECIDED),
        often=3,
    ),
    CorrectRecord: Way(correct_record, OFFICE, RECORDED, often=1, who=correctors),
    LandlordRespond: Way(landlord_respond, (R.LND,), (*UNDONE, S.SUBMITTED), often=2),
}
