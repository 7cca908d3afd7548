"""执法 · Proposed by who may not refer, referred once, and a case that goes on whatever becomes of the hazard."""

import pytest

from contracts.regions import CaseOutcome, EnforcementState, PenaltyKind, PenaltyReason
from contracts.values import Role
from given.lives import (
    captured,
    day,
    major,
    ordered,
    plan_accepted,
    registered,
    submitted,
    verified,
)
from given.story import DPL, DPO, ENF, PHOTO, POLICY, SCO, SYS, TWL, TWN, TWO, Life
from services.hazard.lifecycle.closing import CloseHazard, ReopenHazard, close_hazard, reopen_hazard
from services.hazard.lifecycle.enforcing import (
    AlreadyProposed,
    AlreadyReferred,
    LinkCase,
    NotAtThisCaseStage,
    NoteCaseClosure,
    NoteCaseDecision,
    NotThisCase,
    ProposePenalty,
    ReasonNotMet,
    ReferToEnforcement,
    TimerOnlyProposesOverdue,
    link_case,
    may_propose,
    note_case_closure,
    note_case_decision,
    propose_penalty,
    refer_to_enforcement,
)
from services.hazard.lifecycle.escalating import NotOverdue
from services.hazard.lifecycle.holding import TownOutsidePowers
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.occasion import DateInvalid
from services.hazard.refused import MayNot

P, S, C = PenaltyReason, EnforcementState, CaseOutcome
PROPOSE = ProposePenalty(reason=P.REFUSED, remark="拒不整改")
REFER = ReferToEnforcement(reason=P.REFUSED, remark="拒不整改，移送立案", file=(PHOTO,))
CASE = "9c1e7a44-52b0-5d7e-8a11-2f6b0c3d9e75"
OTHER = "9c1e7a44-52b0-5d7e-8a11-2f6b0c3d9e76"
PROPOSERS = {Role.TWN, Role.TWO, Role.TWL, Role.SCO, Role.SYS}
REFERRERS = {Role.TWO, Role.DPO, Role.DPL, Role.ENF}


def referred(life: Life | None = None) -> Life:
    return (life or ordered()).when(refer_to_enforcement, REFER, DPO)


def linking(life: Life, **more: object) -> LinkCase:
    return LinkCase(**{"case": CASE, "case_number": "余应急立〔2026〕3号", "filed_on": day(life, 0), **more})


def opened(life: Life | None = None) -> Life:
    life = life or referred()
    return life.when(link_case, linking(life), ENF)


def deciding(life: Life, **more: object) -> NoteCaseDecision:
    fields = {
        "case": CASE,
        "kinds": (PenaltyKind.FINE,),
        "decision_number": "余应急罚〔2026〕3号",
        "decided_on": day(life, 0),
        "fine": 2_000_000,
    }
    return NoteCaseDecision(**{**fields, **more})


def decided(life: Life | None = None) -> Life:
    life = life or opened()
    return life.when(note_case_decision, deciding(life), ENF)


def ending(life: Life, outcome: CaseOutcome = C.EXECUTED, **more: object) -> NoteCaseClosure:
    return NoteCaseClosure(**{"case": CASE, "outcome": outcome, "closed_on": day(life, 0), **more})


def ended(life: Life | None = None) -> Life:
    life = life or decided()
    return life.when(note_case_closure, ending(life), ENF)


def failed_twice() -> Life:
    life = submitted()
    for _ in range(2):
        ask = Reinspect(result="fail", photos=(PHOTO,), remark="仍未接地", deadline=day(life, 9))
        life = life.when(reinspect, ask, TWO)
        life = submitted(life) if life.hazard.failures == 1 else life
    return life


@pytest.mark.parametrize("who", [TWN, TWO, TWL, SCO], ids=lambda who: who["role"].value)
def test_who_may_not_refer_proposes(who: dict) -> None:
    life = ordered().when(propose_penalty, PROPOSE, who)

    assert (life.types, life.hazard.enforcement.state) == (["hazard.penalty-proposed"], S.NONE)


@pytest.mark.parametrize("role", [role for role in Role if role not in PROPOSERS])
def test_nobody_else_proposes(role: Role) -> None:
    told = ordered().refused(MayNot, propose_penalty, PROPOSE, {**TWO, "role": role})

    assert "第二十四条" in told


@pytest.mark.parametrize("who", [DPO, DPL, ENF], ids=lambda who: who["role"].value)
def test_department_and_enforcement_refer(who: dict) -> None:
    life = ordered().when(refer_to_enforcement, REFER, who)

    assert (life.types, life.hazard.enforcement.state) == (["hazard.enforcement-referred"], S.REFERRED)


@pytest.mark.parametrize("role", [role for role in Role if role not in REFERRERS])
def test_nobody_else_refers(role: Role) -> None:
    told = ordered().refused(MayNot, refer_to_enforcement, REFER, {**TWO, "role": role})

    assert "第五十四条" in told


def test_a_town_refers_only_where_the_province_gave_it_the_power() -> None:
    powers = POLICY.powers.model_copy(update={"town_penalties": True})

    assert "第二十四条" in ordered().refused(TownOutsidePowers, refer_to_enforcement, REFER, TWO)
    granted = POLICY.model_copy(update={"powers": powers})
    assert ordered().when(refer_to_enforcement, REFER, TWO, policy=granted)


@pytest.mark.parametrize(
    "step", [(propose_penalty, PROPOSE, TWO), (refer_to_enforcement, REFER, DPO)], ids=["propose", "refer"]
)
def test_what_is_not_registered_or_has_ended_is_not_punished_anew(step) -> None:
    captured().refused(NotAtThisStage, *step)
    verified().when(close_hazard, CloseHazard(), TWO).refused(NotAtThisStage, *step)


@pytest.mark.parametrize(
    ("reason", "refusal", "life"),
    [
        (P.OVERDUE, NotOverdue, ordered),
        (P.OVERDUE, NotOverdue, registered),
        (P.OVERDUE, NotOverdue, submitted),
        (P.SECOND_FAIL, ReasonNotMet, ordered),
        (P.MAJOR_NOT_REPORTED, ReasonNotMet, ordered),
    ],
)
def test_a_reason_that_the_record_can_show_must_be_so(reason, refusal, life) -> None:
    ask = {"reason": reason, "remark": "说明"}
    proposed = life().refused(refusal, propose_penalty, ProposePenalty(**ask), TWO)
    told = life().refused(refusal, refer_to_enforcement, ReferToEnforcement(**ask), DPO)

    assert "安全生产法" in proposed
    assert "安全生产法" in told


@pytest.mark.parametrize(
    ("reason", "life"),
    [
        (P.OVERDUE, lambda: ordered().later(16)),
        (P.SECOND_FAIL, failed_twice),
        (P.MAJOR_NOT_REPORTED, major),
        (P.REFUSED, plan_accepted),
    ],
)
def test_a_reason_that_is_so_is_taken(reason, life) -> None:
    ask = {"reason": reason, "remark": "说明"}

    assert life().when(propose_penalty, ProposePenalty(**ask), TWO)
    assert life().when(refer_to_enforcement, ReferToEnforcement(**ask), DPO)


def test_the_timer_proposes_what_the_record_shows_and_nothing_else() -> None:
    late = ordered().later(16)

    assert late.when(propose_penalty, ProposePenalty(reason=P.OVERDUE), SYS)
    assert failed_twice().when(propose_penalty, ProposePenalty(reason=P.SECOND_FAIL), SYS)
    ordered().refused(NotOverdue, propose_penalty, ProposePenalty(reason=P.OVERDUE), SYS)
    for reason in (P.REFUSED, P.MAJOR_NOT_REPORTED):
        late.refused(TimerOnlyProposesOverdue, propose_penalty, ProposePenalty(reason=reason), SYS)
    late.refused(MayNot, refer_to_enforcement, REFER, SYS)


def test_one_reason_is_proposed_once_until_it_is_referred_or_a_new_deadline_is_set() -> None:
    life = ordered().when(propose_penalty, PROPOSE, TWO)

    life.refused(AlreadyProposed, propose_penalty, PROPOSE, TWN)
    late = life.later(16).when(propose_penalty, ProposePenalty(reason=P.OVERDUE), SYS)
    assert late.hazard.enforcement.proposed == (P.REFUSED, P.OVERDUE)
    assert referred(late).hazard.enforcement.proposed == ()
    ask = Reinspect(result="fail", photos=(PHOTO,), remark="仍未接地", deadline=day(life, 9))
    again = submitted(life).when(reinspect, ask, TWO)
    assert again.hazard.enforcement.proposed == ()


@pytest.mark.parametrize("life", [referred, opened, decided])
def test_one_case_at_a_time(life) -> None:
    assert "第二十九条" in life().refused(AlreadyReferred, refer_to_enforcement, REFER, DPO)
    life().refused(AlreadyReferred, propose_penalty, PROPOSE, TWO)


def test_after_the_case_another_may_follow() -> None:
    assert referred(ended()).hazard.enforcement.state is S.REFERRED
    assert referred(ended()).hazard.enforcement.case is None


def test_a_case_is_opened_decided_and_closed() -> None:
    states = [life().hazard.enforcement.state for life in (referred, opened, decided, ended)]

    assert states == [S.REFERRED, S.CASE_OPEN, S.DECIDED, S.CASE_CLOSED]
    assert ended().hazard.status is ordered().hazard.status


CASE_STEPS = [
    (link_case, linking, referred),
    (note_case_decision, deciding, opened),
    (note_case_closure, ending, decided),
]


@pytest.mark.parametrize(("rule", "asking", "before"), CASE_STEPS)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ENF])
def test_only_enforcement_notes_its_case(rule, asking, before, role: Role) -> None:
    life = before()

    life.refused(MayNot, rule, asking(life), {**ENF, "role": role})


@pytest.mark.parametrize(("rule", "asking", "before"), CASE_STEPS)
def test_a_case_takes_its_steps_in_order(rule, asking, before) -> None:
    for life in (ordered(), referred(), opened(), decided(), ended()):
        if life.hazard.enforcement.state is not before().hazard.enforcement.state:
            life.refused(NotAtThisCaseStage, rule, asking(life), ENF)


@pytest.mark.parametrize(
    ("life", "outcomes"),
    [
        (referred, {C.NOT_FILED}),
        (opened, {C.WITHDRAWN}),
        (decided, {C.EXECUTED, C.NOT_PUNISHED, C.WITHDRAWN}),
    ],
)
def test_a_case_ends_in_a_way_that_fits_how_far_it_came(life, outcomes) -> None:
    for outcome in C:
        step = (note_case_closure, ending(life(), outcome), ENF)
        if outcome in outcomes:
            assert life().when(*step).hazard.enforcement.state is S.CASE_CLOSED
        else:
            life().refused(NotAtThisCaseStage, *step)


def test_another_case_is_not_this_one() -> None:
    opened().refused(NotThisCase, note_case_decision, deciding(opened(), case=OTHER), ENF)
    decided().refused(NotThisCase, note_case_closure, ending(decided(), case=OTHER), ENF)


@pytest.mark.parametrize(
    ("rule", "asking", "before", "dated"),
    [
        (link_case, linking, referred, "filed_on"),
        (note_case_decision, deciding, opened, "decided_on"),
        (note_case_closure, ending, decided, "closed_on"),
    ],
)
def test_nothing_is_noted_before_it_happened(rule, asking, before, dated: str) -> None:
    life = before()

    life.refused(DateInvalid, rule, asking(life, **{dated: day(life, 1)}), ENF)


def test_enforcement_does_not_block_the_closure_and_its_case_goes_on_after_it() -> None:
    life = referred(verified()).when(close_hazard, CloseHazard(), TWO)
    closed = life.hazard.status

    life = ended(decided(opened(life)))

    assert (life.hazard.status, life.hazard.enforcement.state) == (closed, S.CASE_CLOSED)
    again = ReopenHazard(reason="RELAPSE", remark="复发", deadline=day(life, 5), responsible="p-boss")
    assert referred(life.when(reopen_hazard, again, TWO)).hazard.enforcement.state is S.REFERRED


def may(life: Life, who: dict) -> None:
    may_propose(life.hazard, life.occasion(who))


def test_the_timer_is_told_when_the_record_itself_shows_a_reason() -> None:
    with pytest.raises(NotOverdue):
        may(ordered(), SYS)
    may(ordered(), TWO)
    over = ordered().later(16)
    may(over, SYS)
    proposed = over.when(propose_penalty, ProposePenalty(reason=P.OVERDUE), SYS)
    with pytest.raises(AlreadyProposed) as told:
        may(proposed, SYS)
    assert told.value.detail == "已因逾期提出处罚建议，尚待部门办理"
    may(proposed, TWO)


def test_the_timer_is_told_of_a_second_failure_that_is_not_overdue() -> None:
    twice = failed_twice()
    may(twice, SYS)

    proposed = twice.when(propose_penalty, ProposePenalty(reason=P.SECOND_FAIL), SYS)
    with pytest.raises(NotOverdue):
        may(proposed, SYS)


def test_what_waits_for_its_re_inspection_is_not_overdue() -> None:
    life = submitted().later(60)

    life.refused(NotOverdue, propose_penalty, ProposePenalty(reason=P.OVERDUE), TWO)
