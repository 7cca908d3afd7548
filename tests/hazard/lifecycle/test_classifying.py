"""定级分类 · What a classification keeps on record: its code, its clause, its report, and what a ledger lacked."""

from contracts.hazard import MajorReport
from contracts.values import Level, Status, Waiver
from given.lives import CLAUSE, major, ordered, registered, verified
from given.story import EXP, LEDGER, POLICY, TWO
from services.hazard.lifecycle.classifying import (
    ClassifyHazard,
    UpgradeToMajor,
    classify_hazard,
    upgrade_to_major,
)
from services.hazard.lifecycle.judging import ClauseUnknown, UnknownCategory
from services.hazard.lifecycle.state import NotAtThisStage

REPORT = MajorReport(
    department="余杭区应急管理局", situation="污水池作业未审批", harm="可能中毒窒息", difficulty="约一个月"
)
MAJOR = ClassifyHazard(level=Level.MAJOR, category="B09", clause=CLAUSE, report=REPORT)
WITHOUT_CLAUSES = POLICY.model_copy(update={"clauses": {}})
GENERAL = ClassifyHazard(level=Level.GENERAL, category="B01")


def test_a_major_hazard_is_registered_with_its_clause_and_the_report():
    classified, told = registered().when(classify_hazard, MAJOR, TWO).events

    assert (classified.clause, classified.category, classified.waived) == (CLAUSE, "B09", ())
    assert (told.clause, told.department_report, told.waived) == (CLAUSE, REPORT, ())
    assert classified.report_due is None


def test_an_upgrade_is_registered_with_its_clause_and_the_report():
    ask = UpgradeToMajor(clause=CLAUSE, reason="未泄爆", report=REPORT)
    upgraded, told, required = ordered().when(upgrade_to_major, ask, TWO).events

    assert (upgraded.clause, upgraded.reason) == (CLAUSE, "未泄爆")
    assert (told.clause, told.department_report, told.waived) == (CLAUSE, REPORT, ())
    assert required.counted is not None


def test_a_ledger_may_lack_the_clause_of_a_major_hazard_and_both_events_say_so():
    bare = MAJOR.model_copy(update={"clause": None})
    events = registered().when(classify_hazard, bare, TWO, **LEDGER).events

    assert [event.waived for event in events] == [(Waiver.CLAUSE,), (Waiver.CLAUSE,)]
    own_words = MAJOR.model_copy(update={"clause": "有限空间未审批"})
    events = registered().when(classify_hazard, own_words, TWO, **LEDGER).events
    assert [(event.clause, event.waived) for event in events] == [
        ("有限空间未审批", (Waiver.CLAUSE,)),
        (None, (Waiver.CLAUSE,)),  # registered as major by no clause that is in force
    ]


def test_a_ledger_that_cites_a_clause_or_a_general_hazard_waives_nothing():
    for ask in (MAJOR, GENERAL):
        assert registered().when(classify_hazard, ask, TWO, **LEDGER).events[0].waived == ()
    unheard_of = GENERAL.model_copy(update={"clause": "丙"})
    registered().refused(ClauseUnknown, classify_hazard, unheard_of, TWO, policy=WITHOUT_CLAUSES, **LEDGER)


def test_an_upgrade_cites_a_clause_on_record():
    ask = UpgradeToMajor(clause="丙", reason="未泄爆")

    ordered().refused(ClauseUnknown, upgrade_to_major, ask, TWO, policy=WITHOUT_CLAUSES)


def test_a_code_is_one_of_the_list():
    registered().refused(
        UnknownCategory, classify_hazard, GENERAL.model_copy(update={"category": "B77"}), TWO
    )


def test_a_classification_changes_the_code_and_a_proposal_nothing():
    life = registered()

    assert life.when(classify_hazard, GENERAL, TWO).hazard.category == "B01"
    proposed = life.when(classify_hazard, GENERAL, EXP)
    assert (proposed.hazard.category, proposed.hazard.level) == ("B04", Level.GENERAL)
    assert proposed.events[0].report_due is None


def test_a_major_hazard_classified_again_is_registered_once():
    assert major().when(classify_hazard, MAJOR, TWO).types == ["hazard.classified"]


def test_what_was_found_removed_is_not_classified():
    told = verified().refused(NotAtThisStage, classify_hazard, GENERAL, TWO)

    assert told.startswith("隐患处于「复查合格」，不能定级分类；")
    assert ordered().when(classify_hazard, GENERAL, TWO).hazard.status is Status.RECTIFYING
