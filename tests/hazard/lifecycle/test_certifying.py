"""执法资格 · Who counts as a certified officer on that day, by the appointments on record or by word."""

from datetime import date, timedelta

import pytest

from contracts.values import Role, Waiver
from contracts.visit import Participant
from given.lives import MAJOR_PASS, day, major_submitted, ordering, registered
from given.officers import appointed
from given.story import DPO, DPO2, LEDGER, POLICY, TWO, VISIT, Life, visited_by
from services.hazard.lifecycle.certifying import (
    CertificateExpired,
    CertificateNotOwn,
    OfficerNotOnRecord,
    OfficerUncertified,
    TooFewOfficers,
)
from services.hazard.lifecycle.ordering import order_rectification
from services.hazard.lifecycle.rectifying import FixOnSpot, fix_on_spot
from services.hazard.lifecycle.reinspecting import reinspect
from services.hazard.policy import OnRecord

COLLEAGUE = "p-colleague"
REQUIRED = POLICY.model_copy(
    update={"powers": POLICY.powers.model_copy(update={"certificates_on_record": OnRecord.REQUIRED})}
)


WITH = Participant(person=COLLEAGUE, function="OFFICER", certificate="33011100124")
OWN = {TWO["person"]: appointed(TWO["certificate"])}
BOTH = OWN | {COLLEAGUE: appointed("33011100124")}


def order_refused(refusal, on_record, *others: Participant, who=TWO, **more) -> str:
    life = registered()
    visit = visited_by({**TWO, "person": who["person"]}, life.at, *(others or (WITH,)), **more)
    return life.refused(refusal, order_rectification, ordering(life), who, on_record=on_record, visit=visit)


def with_colleague(life: Life, **more: object) -> dict:
    return {"visit": visited_by(TWO, life.at, WITH), "on_record": BOTH, **more}


def test_an_order_takes_kind_officers_and_certificates_from_its_visit():
    life = registered()

    (ordered,) = life.when(order_rectification, ordering(life), TWO, **with_colleague(life)).events

    assert ordered.officers == (TWO["person"], COLLEAGUE)
    assert ordered.certificates == (TWO["certificate"], "33011100124")
    assert (ordered.visit, ordered.visit_kind) == (VISIT, "ADMIN")


def test_a_certificate_is_valid_to_the_end_of_its_last_day_and_not_on_the_next():
    life = registered()
    last = day(life, 0)
    valid = {TWO["person"]: appointed(TWO["certificate"], valid_to=last)}
    expired = {TWO["person"]: appointed(TWO["certificate"], valid_to=last - timedelta(days=1))}

    assert life.when(order_rectification, ordering(life), TWO, on_record=valid).events
    told = life.refused(CertificateExpired, order_rectification, ordering(life), TWO, on_record=expired)
    assert "第四十二条" in told


@pytest.mark.parametrize(
    ("colleague", "refusal"),
    [
        (appointed("33011100124", valid_to=date(2026, 6, 2)), CertificateExpired),
        (appointed(None), OfficerUncertified),
        (appointed("33011100124", role=Role.TWN), OfficerUncertified),
        (appointed("33011100124", ends_on=date(2026, 6, 2)), OfficerUncertified),
        (appointed("33011100124", starts_on=date(2026, 6, 4)), OfficerUncertified),
        (appointed("33011100999"), CertificateNotOwn),
    ],
    ids=["expired", "none", "not of a role that orders", "left", "not begun", "somebody else's number"],
)
def test_an_officer_of_the_visit_is_counted_only_with_a_certificate_for_its_day_on_record(colleague, refusal):
    order_refused(refusal, OWN | {COLLEAGUE: colleague})


def test_the_day_of_the_visit_decides_not_that_of_the_order():
    life = registered().later(3)
    people = OWN | {COLLEAGUE: appointed("33011100124", valid_to=day(life, -1))}
    before, today = (visited_by(TWO, at, WITH) for at in (life.at - timedelta(days=2), life.at))

    assert life.when(order_rectification, ordering(life), TWO, on_record=people, visit=before).events
    life.refused(CertificateExpired, order_rectification, ordering(life), TWO, on_record=people, visit=today)


def test_a_third_officer_without_a_certificate_is_left_out_where_two_remain():
    life = registered()
    third = Participant(person="p-third", function="OFFICER", certificate="33011100777")
    people = BOTH | {"p-third": appointed("33011100777", valid_to=date(2026, 6, 2))}
    visit = visited_by(TWO, life.at, WITH, third)

    (ordered,) = life.when(order_rectification, ordering(life), TWO, on_record=people, visit=visit).events

    assert ordered.officers == (TWO["person"], COLLEAGUE)


def test_the_first_who_is_not_counted_says_why():
    third = Participant(person="p-third", function="OFFICER", certificate="33011100777")
    wrong, expired = appointed("33011100555"), appointed("33011100124", valid_to=date(2026, 6, 2))
    people = OWN | {COLLEAGUE: expired, "p-third": wrong}

    assert COLLEAGUE in order_refused(CertificateExpired, people, WITH, third)
    assert "p-third" in order_refused(CertificateNotOwn, people, third, WITH)


def test_companions_experts_and_one_number_twice_make_no_second_officer():
    companion = Participant(person=COLLEAGUE, function="COMPANION")
    expert = Participant(person="p-exp", function="EXPERT")
    same = WITH.model_copy(update={"certificate": TWO["certificate"]})

    assert "不足 2 人" in order_refused(TooFewOfficers, OWN, companion, expert)
    order_refused(CertificateNotOwn, BOTH, same)


def test_the_token_and_the_record_of_the_actor_agree():
    order_refused(CertificateNotOwn, BOTH | {TWO["person"]: appointed("33011100555")})
    order_refused(OfficerUncertified, BOTH | {TWO["person"]: appointed(TWO["certificate"], role=Role.DPO)})
    order_refused(OfficerUncertified, BOTH, who={**TWO, "certificate": None})


def test_naming_oneself_as_companion_counts_once():
    life = major_submitted()
    alone = MAJOR_PASS.model_copy(update={"others": (DPO["person"],)})

    life.refused(TooFewOfficers, reinspect, alone, DPO)


def test_without_appointments_token_and_numbers_are_taken_at_their_word_where_policy_says_so():
    life = registered()

    assert life.when(order_rectification, ordering(life), TWO).events
    life.refused(OfficerNotOnRecord, order_rectification, ordering(life), TWO, policy=REQUIRED)
    nobody = {"policy": REQUIRED, "on_record": OWN}
    told = life.refused(OfficerNotOnRecord, order_rectification, ordering(life), TWO, **nobody)
    assert "没有任职记录" in told
    named = with_colleague(life, policy=REQUIRED)
    assert life.when(order_rectification, ordering(life), TWO, **named).events


def major_record(**more: object) -> dict:
    own = appointed(DPO["certificate"], role=Role.DPO)
    return {DPO["person"]: own, DPO2["person"]: appointed(DPO2["certificate"], **{"role": Role.DPO, **more})}


def passing(life: Life) -> Life:
    return life.when(reinspect, MAJOR_PASS, DPO, on_record=major_record())


def test_a_major_hazard_is_re_inspected_by_two_officers_of_the_department_on_record():
    life = major_submitted()

    assert passing(life).types == ["hazard.reinspection-passed"]
    for refusal, more in (
        (CertificateExpired, {"valid_to": date(2026, 6, 1)}),
        (OfficerUncertified, {"role": Role.TWO}),
    ):
        life.refused(refusal, reinspect, MAJOR_PASS, DPO, on_record=major_record(**more))


def test_a_witness_whose_certificate_has_expired_witnesses_nothing():
    life = registered()
    photo = ("sha256:" + "a" * 64,)
    fixed = FixOnSpot(measures="当场清理", before=photo, after=photo, fixed_by="p-boss")
    expired = {TWO["person"]: appointed(TWO["certificate"], valid_to=date(2026, 6, 2))}

    life.refused(CertificateExpired, fix_on_spot, fixed, TWO, on_record=expired)


def test_several_numbers_that_are_nobodys_are_named_one_by_one():
    several = ("33011199001", "33011199002", "33011100777", "33011100666")
    claimed = MAJOR_PASS.model_copy(update={"certificates": several})
    told = major_submitted().refused(CertificateNotOwn, reinspect, claimed, DPO, on_record=major_record())

    assert "33011100666、33011100777" in told


def test_a_major_hazard_from_a_ledger_is_re_inspected_without_certificates_and_says_so():
    life = major_submitted()
    bare = MAJOR_PASS.model_copy(update={"certificates": ()})
    uncertified = {**DPO, "certificate": None}

    (event,) = life.when(reinspect, bare, uncertified, **LEDGER).events
    assert event.waived == (Waiver.CERTIFICATES,)
    told = life.refused(OfficerUncertified, reinspect, MAJOR_PASS, uncertified)
    assert "不得复查重大隐患" in told
