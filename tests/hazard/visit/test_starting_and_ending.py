"""入企、计次、签字与归档 · The scan, the yearly number with its exemptions, the signature or its refusal, and the file."""

from dataclasses import replace

import pytest

from contracts.enterprise import EnterpriseRegistered
from contracts.values import SealedText, Standardisation, VisitKind
from contracts.visit import CapExemption, CapGroup, VisitState
from given.sentences import is_for_people
from given.story import DIVISION, ENT_M, ENT_S, ENTERPRISE, EXP, GRID, POLICY, SCO, TWL, TWN, TWO
from given.visits import (
    APPROVE,
    COLLEAGUE,
    OFFICERS,
    SCANNED,
    Paid,
    approved,
    by,
    planned,
    recorded,
    started,
    taking_part,
)
from services.hazard.lifecycle.certifying import TooFewOfficers
from services.hazard.policy import read_policy
from services.hazard.policy.content import Profiled
from services.hazard.visit.counting import (
    ExemptionUnfounded,
    VisitCount,
    YearlyCapReached,
    cap_of,
    count_key,
)
from services.hazard.visit.party import MayNotVisit, NotTakingPart
from services.hazard.visit.planning import EntrustmentEnded, approve_visit
from services.hazard.visit.recording import CompleteVisit, complete_visit
from services.hazard.visit.signing import (
    ApprovalOwing,
    ArchiveVisit,
    MayNotArchive,
    MayNotSign,
    NotYetSigned,
    RefuseVisitSignature,
    SignVisit,
    WitnessesMissing,
    archive_visit,
    refuse_visit_signature,
    sign_visit,
)
from services.hazard.visit.starting import (
    NotApproved,
    NotScannedIn,
    ScannedElsewhere,
    StartVisit,
    start_visit,
)
from services.hazard.visit.state import NotAtThisVisitStage

K = VisitKind
COUNTED = [K.ADMIN, K.ENTRUSTED, K.JOINT]
INSPECTIONS = [*COUNTED, K.CASE]


def starting(**more: object) -> StartVisit:
    return StartVisit(**{"scanned": ENTERPRISE, **more})


def full(group: CapGroup = CapGroup.INSPECTION, number: int = 6) -> VisitCount:
    return VisitCount(version=number, counts={group: number})


@pytest.mark.parametrize("kind", INSPECTIONS)
def test_an_inspection_is_approved_and_scanned_in(kind):
    assert "批准" in planned(kind).refused(NotApproved, start_visit, SCANNED, TWO)
    assert "扫码入企" in approved(kind).refused(NotScannedIn, start_visit, StartVisit(), TWO)
    other = starting(scanned="8c1f2b63-4a65-5c7f-8e67-1a5b4b9f2d22")
    approved(kind).refused(ScannedElsewhere, start_visit, other, TWO)


@pytest.mark.parametrize("kind", sorted(set(K) - set(INSPECTIONS)))
def test_other_kinds_begin_without_approval_and_scan(kind):
    assert planned(kind).when(start_visit, StartVisit(), by(kind)).visit.state is VisitState.STARTED


def test_a_code_may_hold_the_id_in_an_address_or_the_credit_code():
    paid = approved()
    firm = replace(paid.enterprise, credit_code="91330424MA28AQAQXU")

    assert paid.when(start_visit, starting(scanned=f"https://example.org/e/{ENTERPRISE}?v=1"), TWO).events
    assert (
        replace(paid, enterprise=firm).when(start_visit, starting(scanned="91330424ma28aqaqxu"), TWO).events
    )


def test_an_urgent_visit_is_approved_afterwards_and_not_filed_before():
    paid = planned().when(start_visit, starting(urgent="接报燃气泄漏"), TWO)
    done = paid.when(complete_visit, CompleteVisit(), TWO).when(sign_visit_kept, SIGN, ENT_M)

    assert paid.events[0].urgent == "接报燃气泄漏"
    done.refused(ApprovalOwing, archive_visit, ArchiveVisit(), TWO)
    late = done.when(approve_visit, APPROVE, TWL)
    assert (late.events[0].afterwards, late.visit.state) == (True, VisitState.SIGNED)
    assert late.when(archive_visit, ArchiveVisit(), TWO).visit.state is VisitState.ARCHIVED


def test_an_approved_visit_needs_no_urgency():
    assert approved().when(start_visit, starting(urgent="多写了"), TWO).events[0].urgent is None


def test_who_really_came_decides_not_who_was_planned():
    one = starting(participants=OFFICERS[:1])
    other = starting(participants=(OFFICERS[0], taking_part(COLLEAGUE, "COMPANION")))
    without = starting(
        participants=(
            OFFICERS[1],
            taking_part({**TWO, "person": "p-x"}, "OFFICER", certificate="33011100777"),
        )
    )

    for ask in (one, other):
        approved().refused(TooFewOfficers, start_visit, ask, TWO)
    approved().refused(NotTakingPart, start_visit, without, TWO, on_record={})


@pytest.mark.parametrize("who", [TWN, GRID, EXP, SCO, ENT_M, TWL], ids=lambda who: who["role"].value)
def test_only_who_may_inspect_begins_an_inspection(who):
    approved().refused(MayNotVisit, start_visit, SCANNED, who)


def test_an_entrustment_that_has_ended_since_begins_nothing():
    paper = {"principal": "区局", "document": "委托书2号", "valid_to": "2026-06-03"}
    paid = approved(K.ENTRUSTED, entrustment=paper)

    assert paid.when(start_visit, SCANNED, TWO).events
    told = paid.later(1).refused(EntrustmentEnded, start_visit, SCANNED, TWO)
    assert "到期" in told


def test_a_visit_begins_once():
    started().refused(NotAtThisVisitStage, start_visit, SCANNED, TWO)


@pytest.mark.parametrize("kind", COUNTED)
def test_an_inspection_over_the_yearly_number_is_refused_with_the_count_and_the_rule(kind):
    told = replace(approved(kind), count=full()).refused(YearlyCapReached, start_visit, SCANNED, TWO)

    assert "2026年" in told
    assert "行政检查 6 次" in told
    assert "上限 6 次" in told
    assert "国办发〔2024〕54号" in told


def test_the_last_place_of_the_year_is_taken_and_told():
    paid = replace(approved(), count=full(number=5)).when(start_visit, SCANNED, TWO)

    assert paid.events[0].cap.model_dump() == {"group": "INSPECTION", "year": 2026, "count": 6, "cap": 6}
    assert paid.count.of(CapGroup.INSPECTION) == 6


def test_leaders_visits_have_a_number_of_their_own():
    busy = replace(approved(K.LEADER), count=full())

    assert busy.when(start_visit, SCANNED, TWL).events[0].cap.group is CapGroup.SUPERVISION
    fourth = replace(approved(K.LEADER), count=full(CapGroup.SUPERVISION, 3))
    assert "督导检查 3 次" in fourth.refused(YearlyCapReached, start_visit, SCANNED, TWL)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (K.CASE, "CASE"),
        (K.RECHECK, "RECHECK"),
        (K.EXPERT, None),
        (K.GRID, None),
        (K.SELF, None),
        (K.REMOTE, None),
    ],
)
def test_what_does_not_count_begins_in_a_full_year_too(kind, why):
    paid = replace(approved(kind), count=full()).when(start_visit, SCANNED, by(kind))

    assert (paid.events[0].cap, paid.events[0].exemption) == (None, why)
    assert paid.count == full()


SUPERIOR = {
    "exemption": "SUPERIOR_ORDER",
    "exemption_reason": "省里统一部署",
    "exemption_document": "安委〔2026〕7号",
}


@pytest.mark.parametrize(
    "ground",
    [
        SUPERIOR,
        {"exemption": "ACCIDENT", "exemption_reason": "昨日发生机械伤害"},
    ],
    ids=["superior", "accident"],
)
def test_an_exemption_is_recorded_with_its_ground(ground):
    paid = replace(approved(), count=full()).when(start_visit, starting(**ground), TWO)

    assert paid.events[0].cap is None
    assert paid.events[0].exemption == ground["exemption"]
    assert paid.events[0].exemption_reason == ground["exemption_reason"]
    assert paid.count == full()


@pytest.mark.parametrize(
    "ground",
    [
        {**SUPERIOR, "exemption_document": None},
        {**SUPERIOR, "exemption_reason": None},
        {"exemption": "ACCIDENT"},
        {"exemption": "CASE", "exemption_reason": "有人举报"},
        {"exemption": "RECHECK", "exemption_reason": "复查"},
    ],
    ids=["no document", "no reason", "accident without words", "no case", "no hazards"],
)
def test_an_exemption_without_its_ground_is_refused(ground):
    assert "不计次" in approved().refused(ExemptionUnfounded, start_visit, starting(**ground), TWO)


def test_policy_decides_which_exemptions_hold():
    visiting = POLICY.visiting.model_copy(update={"exemptions": frozenset({CapExemption.ACCIDENT})})
    strict = POLICY.model_copy(update={"visiting": visiting})

    replace(approved(), policy=strict).refused(ExemptionUnfounded, start_visit, starting(**SUPERIOR), TWO)


def test_a_province_may_count_what_others_do_not():
    rules = POLICY.visit_kinds[K.CASE].model_copy(update={"exempt": None, "cap": CapGroup.INSPECTION})
    strict = POLICY.model_copy(update={"visit_kinds": {**POLICY.visit_kinds, K.CASE: rules}})

    replace(approved(K.CASE), policy=strict, count=full()).refused(
        YearlyCapReached, start_visit, SCANNED, TWO
    )


@pytest.mark.parametrize(
    ("level", "industry", "tags", "cap"),
    [
        ("LEVEL_1", "机械", (), 1),
        ("LEVEL_2", None, ("喷涂",), 2),
        ("LEVEL_3", "机械", (), 4),
        ("MICRO", "机械", (), 6),
        (None, "机械", (), 6),
        ("LEVEL_1", "金属冶炼", (), 2),
        (None, "化工", ("危险化学品使用",), 12),
    ],
)
def test_shanxi_s_number_follows_from_standardisation_and_risk(level, industry, tags, cap):
    shanxi = Profiled(read_policy()).within("140100000000")
    standard = Standardisation(level) if level else None
    profile = EnterpriseRegistered(
        name="某厂", division=DIVISION, industry=industry, tags=tags, standardisation=standard
    )
    firm = replace(Paid().enterprise, profile=profile)

    assert cap_of(firm, CapGroup.INSPECTION, shanxi) == cap
    assert cap_of(firm, CapGroup.SUPERVISION, shanxi) == 3


def test_a_year_and_an_enterprise_have_one_stream():
    assert count_key(ENTERPRISE, 2026) == count_key(ENTERPRISE, 2026)
    assert len({count_key(ENTERPRISE, 2026), count_key(ENTERPRISE, 2027), count_key("other", 2026)}) == 3


SIGN = SignVisit(signature="M8 24 L20 8", signed_by=ENT_M["person"])
KEPT = SealedText(id="0f3e5d7c-1b2a-5948-8736-251403f2e1d0", commitment="sha256:" + "f" * 64)


def sign_visit_kept(visit, ask, occasion):
    return sign_visit(visit, ask, occasion, signature=KEPT)


def signed(paid: Paid | None = None, who: dict = ENT_M, **more: object) -> Paid:
    return (paid or recorded()).when(sign_visit_kept, SIGN.model_copy(update=more), who)


def test_the_enterprise_signs_itself_or_on_a_visitor_s_device():
    for who in (ENT_M, TWO, COLLEAGUE):
        paid = signed(who=who)

        assert (paid.visit.state, paid.events[0].signature) == (VisitState.SIGNED, KEPT)
        assert "M8" not in paid.events[0].model_dump_json()


@pytest.mark.parametrize(
    ("who", "more"),
    [
        (ENT_S, {}),
        ({**ENT_M, "organisation": "8c1f2b63-4a65-5c7f-8e67-1a5b4b9f2d22"}, {}),
        (TWN, {}),
        (TWO, {"signed_by": TWO["person"]}),
        (TWO, {"signed_by": COLLEAGUE["person"]}),
    ],
    ids=["for another", "of another enterprise", "was not there", "the officer himself", "his colleague"],
)
def test_nobody_signs_for_the_enterprise(who, more):
    recorded().refused(MayNotSign, sign_visit_kept, SIGN.model_copy(update=more), who)


def test_only_a_record_is_signed():
    started().refused(NotAtThisVisitStage, sign_visit_kept, SIGN, ENT_M)
    signed().refused(NotAtThisVisitStage, sign_visit_kept, SIGN, ENT_M)


REFUSE = RefuseVisitSignature(reason="对结论有异议", witnesses=(TWO["person"], COLLEAGUE["person"]))


def test_a_refusal_is_witnessed_by_two_officers_and_may_turn_into_a_signature():
    paid = recorded().when(refuse_visit_signature, REFUSE, TWO)

    assert paid.visit.state is VisitState.SIGNATURE_REFUSED
    assert signed(paid).visit.state is VisitState.SIGNED
    assert paid.when(archive_visit, ArchiveVisit(), TWO).visit.state is VisitState.ARCHIVED


@pytest.mark.parametrize("witnesses", [(), ("p-two",), ("p-two", "p-two"), ("p-two", "p-stranger")])
def test_too_few_witnesses_put_no_refusal_on_record(witnesses):
    ask = REFUSE.model_copy(update={"witnesses": witnesses})

    assert is_for_people(recorded().refused(WitnessesMissing, refuse_visit_signature, ask, TWO))


def test_who_was_not_there_records_no_refusal():
    assert "第六十八条" in recorded().refused(NotTakingPart, refuse_visit_signature, REFUSE, TWN)
    started().refused(NotAtThisVisitStage, refuse_visit_signature, REFUSE, TWO)


def test_a_record_is_filed_after_it_was_signed_by_who_had_to_do_with_it():
    recorded().refused(NotYetSigned, archive_visit, ArchiveVisit(), TWO)
    paid = signed()

    paid.refused(MayNotArchive, archive_visit, ArchiveVisit(), SCO)
    for who in (TWO, COLLEAGUE, TWL):
        filed = paid.when(archive_visit, ArchiveVisit(file_number="余应急检〔2026〕31号"), who)
        assert filed.visit.state is VisitState.ARCHIVED
    filed.refused(NotAtThisVisitStage, archive_visit, ArchiveVisit(), TWO)


@pytest.mark.parametrize("kind", [K.EXPERT, K.GRID, K.REMOTE, K.LEADER])
def test_kinds_that_nobody_signs_are_filed_from_their_record(kind):
    paid = started(kind).when(complete_visit, CompleteVisit(), by(kind))

    assert paid.when(archive_visit, ArchiveVisit(), by(kind)).visit.state is VisitState.ARCHIVED
