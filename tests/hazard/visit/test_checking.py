"""检查项与记录 · Items answered and corrected, drafts that follow, who joins and leaves, and what a record counts."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.values import Entry, Source, Status, VisitKind
from contracts.visit import Answer, VisitState
from given.story import ENT_M, ENTERPRISE, EXP, GRID, PHOTO, TWL, TWN, TWO
from given.visits import (
    CHECKLIST,
    COLLEAGUE,
    FORMS,
    ITEMS,
    OFFICERS,
    VISIT,
    Paid,
    all_answered,
    answered,
    by,
    checking,
    planned,
    recorded,
    started,
    taking_part,
)
from services.hazard.form import Form, FormUnknown, Published
from services.hazard.lifecycle.certifying import CertificateNotOwn, TooFewOfficers
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import DateInvalid
from services.hazard.refused import MayNot
from services.hazard.visit.answering import (
    AnswerChecklist,
    AnswerStands,
    AnswerUnchanged,
    AnswerUnexplained,
    FoundElsewhere,
    ItemTwice,
    ItemUnknown,
    add_find,
    answer_items,
    draft_id,
    drafted,
    withdrawing,
)
from services.hazard.visit.party import (
    ExpertAlone,
    JoinVisit,
    LeaveVisit,
    MayNotVisit,
    NotTakingPart,
    ParticipantTwice,
    join_visit,
    leave_visit,
)
from services.hazard.visit.recording import (
    CompleteVisit,
    FullVisitNeeded,
    ItemsUnanswered,
    RecordVisit,
    VisitAlreadyRecorded,
    complete_visit,
    record_visit,
)
from services.hazard.visit.state import NotAtThisVisitStage

K = VisitKind
DRAFT = draft_id(VISIT, "1.1", 1)
DEVIATES = answered("1.1", "DEVIATES", place="2号车间", description="箱体未接地", photos=(PHOTO,))
CORRECTED = answered("1.1", "CONFORMS", reason="看错了箱体")
DONE = CompleteVisit()


def deviated(status: Status | None = Status.DRAFT, author: dict = TWO) -> tuple[Paid, dict]:
    """An item found wrong, and what its draft has become since."""
    hazard = Hazard(version=1, status=status, author=author["person"], author_role=author["role"])
    if status not in {None, Status.DRAFT}:
        hazard = replace(hazard, number="HZ-330111-2026-000001")
    return checking().when(answer_items, DEVIATES, TWO), {"hazards": {DRAFT: hazard}}


def test_a_deviation_drafts_a_hazard_with_category_clause_and_advice_from_the_form():
    before = checking()
    after = before.when(answer_items, DEVIATES, TWO)
    (event,) = after.events

    (captured,) = drafted(before.visit, event, DEVIATES, before.occasion(TWO))

    assert (event.hazard, after.visit.found) == (DRAFT, (DRAFT,))
    assert (captured.category, captured.basis, captured.advice) == (
        ITEMS[0].category,
        (ITEMS[0].clause,),
        ITEMS[0].advice,
    )
    assert (captured.place, captured.description, captured.photos) == ("2号车间", "箱体未接地", (PHOTO,))
    assert (captured.object, captured.visit, captured.visit_kind) == (ENTERPRISE, VISIT, K.ADMIN)
    assert (captured.source, captured.officer_present) == (Source.SUPERVISION, True)


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (K.EXPERT, Source.EXPERT),
        (K.GRID, Source.GRID),
        (K.CASE, Source.REPORT),
        (K.LEADER, Source.SUPERVISION),
    ],
)
def test_a_draft_s_source_follows_from_the_kind_of_the_visit(kind, source):
    before = checking(kind)
    (event,) = before.when(answer_items, DEVIATES, by(kind)).events

    assert drafted(before.visit, event, DEVIATES, before.occasion(by(kind)))[0].source is source


def critical() -> Paid:
    """Under way with a form whose first item is critical."""
    item = ITEMS[0].model_copy(update={"critical": True})
    return replace(
        checking(),
        form=Form(version=1, versions=(Published(number=1, name="用电检查表", items=(item, *ITEMS[1:])),)),
    )


def test_what_a_critical_item_finds_is_triaged_within_a_day():
    paid = critical()
    due = paid.at + timedelta(hours=24)
    drafts = {}
    for one in (DEVIATES, answered("1.2", "DEVIATES")):
        (event,) = paid.when(answer_items, one, TWO).events
        (drafts[one.item],) = drafted(paid.visit, event, one, paid.occasion(TWO))

    assert {"1.1": due, "1.2": None} == {item: draft.triage_due for item, draft in drafts.items()}


def test_without_words_of_its_own_a_draft_says_which_item_it_is():
    before, bare = checking(), answered("1.2", "DEVIATES")
    (event,) = before.when(answer_items, bare, TWO).events

    assert ITEMS[1].text in drafted(before.visit, event, bare, before.occasion(TWO))[0].description


def test_what_conforms_or_does_not_apply_drafts_nothing():
    paid = checking()
    paid.refused(AnswerUnexplained, answer_items, answered("1.1", "NOT_APPLICABLE"), TWO)

    for one in (answered("1.1", "CONFORMS"), answered("1.1", "NOT_APPLICABLE", remark="无此设备")):
        (event,) = paid.when(answer_items, one, TWO).events

        assert event.hazard is None
        assert drafted(paid.visit, event, one, paid.occasion(TWO)) == ()


def test_a_checklist_is_answered_as_a_whole_or_not_at_all():
    paid = checking()
    whole = AnswerChecklist(answers=tuple(answered(item.id, "CONFORMS") for item in ITEMS))
    twice = AnswerChecklist(answers=(*whole.answers, whole.answers[0]))
    unknown = AnswerChecklist(answers=(*whole.answers, answered("9.9", "CONFORMS")))

    assert len(paid.when(answer_items, whole, TWO).visit.answers) == len(ITEMS)
    assert "1.1" in paid.refused(ItemTwice, answer_items, twice, TWO)
    assert "9.9" in paid.refused(ItemUnknown, answer_items, unknown, TWO)


def test_items_are_answered_by_the_form_the_visit_began_with_even_if_it_was_withdrawn_since():
    withdrawn = replace(FORMS, versions=(replace(FORMS.versions[0], withdrawn=True),))

    assert replace(checking(), form=withdrawn).when(answer_items, DEVIATES, TWO).visit.found
    started().refused(FormUnknown, answer_items, DEVIATES, TWO)


@pytest.mark.parametrize("who", [TWN, GRID, EXP, TWL, ENT_M], ids=lambda who: who["role"].value)
def test_who_does_not_take_part_answers_records_and_registers_nothing(who):
    paid = all_answered()

    checking().refused(NotTakingPart, answer_items, DEVIATES, who)
    with pytest.raises(MayNot):
        paid.when(complete_visit, DONE, who)
    paid.refused(NotTakingPart, join_visit, JoinVisit(person="p-x", function="COMPANION"), who)
    paid.refused(NotTakingPart, leave_visit, LeaveVisit(person=TWO["person"]), who)


def test_the_enterprise_does_not_fill_in_the_form_of_those_who_inspect_it():
    party = (*OFFICERS, taking_part(ENT_M, "ENTERPRISE"))
    paid = started(participants=party, form=CHECKLIST)

    paid.refused(NotTakingPart, answer_items, DEVIATES, ENT_M)
    assert checking(K.SELF).when(answer_items, DEVIATES, ENT_M).visit.found


def test_a_corrected_answer_ends_its_draft():
    paid, more = deviated()
    after = paid.when(answer_items, CORRECTED, TWO, **more)
    (event,) = after.events

    (voided,) = withdrawing(event, paid.occasion(TWO, **more))

    assert (event.revision, event.withdrawn, event.answer) == (2, DRAFT, Answer.CONFORMS)
    assert "看错了箱体" in voided.reason
    assert after.visit.found == ()


def test_a_correction_has_a_reason_and_changes_something():
    paid, more = deviated()

    paid.refused(AnswerUnexplained, answer_items, answered("1.1", "CONFORMS"), TWO, **more)
    told = paid.refused(AnswerUnchanged, answer_items, DEVIATES, TWO, **more)
    assert "隐患草稿" in told


@pytest.mark.parametrize(
    "status", sorted(set(Status) - {Status.DRAFT, Status.VOIDED, Status.NOT_A_HAZARD, Status.DUPLICATE})
)
def test_an_answer_stands_while_the_hazard_it_led_to_lives_on(status):
    paid, more = deviated(status)

    assert "隐患" in paid.refused(AnswerStands, answer_items, CORRECTED, TWO, **more)


@pytest.mark.parametrize("status", [Status.VOIDED, Status.NOT_A_HAZARD, Status.DUPLICATE])
def test_an_answer_may_be_corrected_when_its_hazard_is_over_already(status):
    paid, more = deviated(status)
    after = paid.when(answer_items, CORRECTED, TWO, **more)

    assert (after.events[0].withdrawn, after.visit.found) == (None, ())


def test_a_draft_is_withdrawn_by_who_wrote_it():
    paid, more = deviated(author=COLLEAGUE)
    (event,) = paid.when(answer_items, CORRECTED, TWO, **more).events

    with pytest.raises(MayNot, match="本人"):
        withdrawing(event, paid.occasion(TWO, **more))


def test_found_wrong_again_it_is_another_draft_and_the_same_answer_the_same():
    paid, more = deviated()
    again = paid.when(answer_items, CORRECTED, TWO, **more).when(
        answer_items, DEVIATES.model_copy(update={"reason": "复核确有问题"}), TWO
    )

    assert again.visit.found == (draft_id(VISIT, "1.1", 3),)
    assert draft_id(VISIT, "1.1", 1) == DRAFT != draft_id(str(UUID(int=8)), "1.1", 1)


def test_a_find_beside_the_form_is_of_the_same_enterprise_and_while_the_visit_goes_on():
    paid, hazard = checking(), str(uuid4())
    occasion = paid.occasion(TWO)

    (event,) = add_find(paid.visit, hazard, ENTERPRISE, occasion)
    assert event.hazard == hazard
    with pytest.raises(FoundElsewhere):
        add_find(paid.visit, hazard, str(uuid4()), occasion)
    with pytest.raises(NotAtThisVisitStage):
        add_find(recorded().visit, hazard, ENTERPRISE, occasion)


def test_a_clean_visit_counts_as_inspected():
    paid = recorded()

    assert paid.visit.state is VisitState.RECORDED
    assert (paid.events[0].finds, paid.events[0].hazards) == (0, ())
    assert paid.events[0].officers == (TWO["person"], COLLEAGUE["person"])


def test_a_record_counts_the_hazards_that_still_stand():
    paid = all_answered("1.1", "1.3")
    gone = {paid.visit.found[0]: Hazard(version=2, status=Status.VOIDED)}

    (whole,) = paid.when(complete_visit, DONE, TWO).events
    (less,) = paid.when(complete_visit, DONE, TWO, hazards=gone).events

    assert (whole.finds, less.finds) == (2, 1)
    assert less.hazards == paid.visit.found[1:]


def test_a_record_names_every_item():
    paid = checking().when(answer_items, DEVIATES, TWO)

    told = paid.refused(ItemsUnanswered, complete_visit, DONE, TWO)
    assert "2 项" in told


def test_after_the_record_nothing_is_answered_and_nobody_joins():
    paid = recorded()

    paid.refused(NotAtThisVisitStage, answer_items, DEVIATES, TWO)
    paid.refused(NotAtThisVisitStage, join_visit, JoinVisit(person="p-x", function="COMPANION"), TWO)
    paid.refused(NotAtThisVisitStage, leave_visit, LeaveVisit(person=TWO["person"]), TWO)
    planned().refused(NotAtThisVisitStage, answer_items, DEVIATES, TWO)


THIRD = JoinVisit(person="p-dpo", function="OFFICER", certificate="33011199001")


def test_who_joins_as_an_officer_is_certified_that_day():
    paid = checking()

    assert paid.when(join_visit, THIRD, TWO).visit.takes_part("p-dpo")
    other = THIRD.model_copy(update={"certificate": "33011100777"})
    paid.refused(CertificateNotOwn, join_visit, other, TWO)
    paid.refused(ParticipantTwice, join_visit, JoinVisit(**OFFICERS[1]), TWO)
    expert = JoinVisit(person=EXP["person"], function="EXPERT")
    assert paid.when(join_visit, expert, TWO).visit.takes_part(EXP["person"])
    checking(K.GRID).refused(ExpertAlone, join_visit, expert, GRID)


def test_who_leaves_leaves_enough_behind():
    paid, leaving = checking(), LeaveVisit(person=COLLEAGUE["person"], reason="另有任务")

    paid.refused(TooFewOfficers, leave_visit, leaving, TWO)
    after = paid.when(join_visit, THIRD, TWO).when(leave_visit, leaving, TWO)
    assert not after.visit.takes_part(COLLEAGUE["person"])
    assert COLLEAGUE["person"] in {one.person for one in after.visit.officers}
    after.refused(NotTakingPart, answer_items, DEVIATES, COLLEAGUE)
    after.refused(NotTakingPart, leave_visit, leaving, TWO)
    back = after.when(join_visit, JoinVisit(**OFFICERS[1]), TWO)
    assert back.visit.takes_part(COLLEAGUE["person"])
    led = checking(K.EXPERT)
    led.refused(ExpertAlone, leave_visit, LeaveVisit(person=TWN["person"]), TWN)


def recording(kind: VisitKind, **more: object) -> RecordVisit:
    fields = {"enterprise": ENTERPRISE, "visit_kind": kind, "visited_on": "2026-06-03", "finds": 0}
    return RecordVisit(**{**fields, **more})


@pytest.mark.parametrize("kind", K)
def test_only_what_needs_no_approval_is_recorded_in_short_and_a_ledger_records_all(kind):
    needed = "approval" in Paid().policy.visit_kinds[kind].needs
    if needed:
        told = Paid().refused(FullVisitNeeded, record_visit, recording(kind), by(kind))
        assert "批准" in told
    else:
        assert Paid().when(record_visit, recording(kind), by(kind)).visit.short
    imported = Paid().when(record_visit, recording(kind), by(kind), entry=Entry.LEDGER)
    assert imported.visit.state is VisitState.RECORDED


def test_a_visit_is_recorded_in_short_once_by_who_may_and_not_ahead():
    once = Paid().when(record_visit, recording(K.GRID), GRID)

    once.refused(VisitAlreadyRecorded, record_visit, recording(K.GRID), GRID)
    Paid().refused(DateInvalid, record_visit, recording(K.GRID, visited_on="2026-06-04"), GRID)
    Paid().refused(MayNotVisit, record_visit, recording(K.GRID), EXP)
