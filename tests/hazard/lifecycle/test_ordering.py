"""责令与要求整改 · Who may order, who may ask, and within which dates."""

from datetime import timedelta

import pytest

from contracts.values import Level, Role, Source, Status, Track, UrgeChannel, VisitKind, Waiver
from contracts.visit import Function, Participant, VisitState
from given.everybody import OTHER
from given.lives import asked, day, major, ordered, ordering, registered, self_found
from given.story import DPL, DPO, ENT_M, ENT_S, EXP, GRID, LEDGER, POLICY, TWL, TWN, TWO, VISIT, visited_by
from services.hazard.lifecycle.classifying import (
    ClassifyHazard,
    ClauseMissing,
    DowngradeInstead,
    UpgradeInstead,
    UpgradeToMajor,
    classify_hazard,
    upgrade_to_major,
)
from services.hazard.lifecycle.ordering import (
    AdviseRectification,
    AskRectification,
    AssignResponsible,
    NoticeMissing,
    NotSelfFound,
    PlanNeeded,
    ReasonMissing,
    UrgeRectification,
    advise_rectification,
    ask_rectification,
    assign_responsible,
    order_rectification,
    urge_rectification,
)
from services.hazard.lifecycle.powers import TooFewOfficers, TownOutsidePowers
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.lifecycle.visit_behind import (
    NotOfTheVisit,
    VisitMayNotOrder,
    VisitMissing,
    VisitNotBegun,
    VisitOfAnother,
    VisitUnknown,
)
from services.hazard.occasion import DateInvalid
from services.hazard.refused import MayNot
from services.hazard.visit.state import BEGUN

ADVICE = AdviseRectification(advice="做保护接地", basis=("GB 50054-2011 5.2.1",))
MAJOR = ClassifyHazard(level=Level.MAJOR, category="B09", clause="工贸10号令-13(1)")


def test_an_order_sets_deadline_responsible_and_the_authority_track():
    life = ordered()

    assert (life.hazard.status, life.hazard.responsible) == (Status.RECTIFYING, "p-boss")
    assert life.hazard.track(POLICY) is Track.AUTHORITY
    assert life.hazard.first_length == 15


@pytest.mark.parametrize(
    "role", [Role.GRID, Role.VIL, Role.EXP, Role.TWN, Role.TWL, Role.SCO, Role.ENT_M, Role.SYS]
)
def test_only_certified_officers_order(role):
    life = registered()

    told = life.refused(MayNot, order_rectification, ordering(life), {**TWO, "role": role})

    assert "安全生产法" in told


@pytest.mark.parametrize("kind", sorted(set(VisitKind) - POLICY.powers.ordering_visit_kinds))
def test_a_visit_without_the_power_orders_nothing(kind):
    life = registered()
    visit = visited_by(TWO, life.at, kind=kind)

    told = life.refused(VisitMayNotOrder, order_rectification, ordering(life), TWO, visit=visit)

    assert kind.zh in told
    assert "国办发〔2024〕54号" in told


@pytest.mark.parametrize("kind", sorted(POLICY.powers.ordering_visit_kinds))
def test_each_competent_member_of_a_visit_that_may_order_orders(kind):
    life = registered()
    fire = Participant(person=DPO["person"], function="OFFICER", certificate=DPO["certificate"])
    visit = visited_by(TWO, life.at, fire, kind=kind)

    for who in (TWO, DPO):
        (event,) = life.when(order_rectification, ordering(life), who, visit=visit).events

        assert (event.visit_kind, event.officers) == (kind, (TWO["person"], DPO["person"]))


@pytest.mark.parametrize("state", [VisitState.PLANNED, VisitState.APPROVED, VisitState.CANCELLED, None])
def test_a_visit_that_has_not_taken_place_orders_nothing(state):
    life = registered()
    visit = visited_by(TWO, life.at, state=state)

    life.refused(VisitNotBegun, order_rectification, ordering(life), TWO, visit=visit)


@pytest.mark.parametrize("state", BEGUN)
def test_an_order_may_follow_at_any_time_after_the_visit_began(state):
    life = registered()

    visit = visited_by(TWO, life.at, state=state)

    assert life.when(order_rectification, ordering(life), TWO, visit=visit).hazard.ordered


def test_an_order_names_a_visit_to_the_same_enterprise_of_which_the_officer_was():
    life = registered()

    told = life.refused(VisitMissing, order_rectification, ordering(life, visit=None), TWO)
    assert "所依据的检查" in told
    elsewhere = visited_by(TWO, life.at, enterprise=OTHER)
    life.refused(VisitOfAnother, order_rectification, ordering(life), TWO, visit=elsewhere)
    life.refused(VisitUnknown, order_rectification, ordering(life), TWO, visit=None)
    others = visited_by({**TWO, "person": "p-third", "certificate": "33011100777"}, life.at)
    life.refused(NotOfTheVisit, order_rectification, ordering(life), TWO, visit=others)


@pytest.mark.parametrize(
    ("numbers", "refusal"),
    [
        ((None, None), TooFewOfficers),
        ((None, "33011100124"), TooFewOfficers),
        (("1111", "1111"), TooFewOfficers),
    ],
)
def test_an_order_needs_two_certificates(numbers, refusal):
    life = registered()
    party = tuple(
        Participant(person=person, function="OFFICER" if number else "COMPANION", certificate=number)
        for person, number in zip((TWO["person"], "p-second"), numbers, strict=True)
    )

    life.refused(
        refusal,
        order_rectification,
        ordering(life),
        TWO,
        visit=visited_by(TWO, life.at, participants=party),
    )


def test_an_order_needs_a_numbered_notice():
    life = registered()

    life.refused(NoticeMissing, order_rectification, ordering(life, notice=None), TWO)


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_a_deadline_lies_after_today_and_within_the_policy(days):
    life = registered()

    life.refused(DateInvalid, order_rectification, ordering(life, deadline=day(life, days)), TWO)


def test_a_town_outside_its_powers_orders_nothing():
    life = registered()
    powers = POLICY.powers.model_copy(update={"town_orders": False})
    policy = POLICY.model_copy(update={"powers": powers})

    life.refused(TownOutsidePowers, order_rectification, ordering(life), TWO, policy=policy)
    assert life.when(order_rectification, ordering(life), DPO)


def test_a_ledger_order_may_lack_certificates_and_notice_and_says_so():
    life = registered()

    recorded = visited_by(TWO, life.at, state=VisitState.RECORDED, participants=(), short=True)
    for visit in (VISIT, None):
        asked = ordering(life, notice=None, visit=visit)
        (event,) = life.when(order_rectification, asked, TWO, **LEDGER, visit=recorded).events

        assert (event.waived, event.visit) == ((Waiver.CERTIFICATES, Waiver.NOTICE), visit)
        assert (event.evidence, event.officers) == ("ledger", (TWO["person"],))
    told = visited_by(TWO, life.at, state=VisitState.RECORDED, kind=VisitKind.GRID, short=True)
    life.refused(VisitMayNotOrder, order_rectification, ordering(life), TWO, **LEDGER, visit=told)
    expert = registered(visit_kind=VisitKind.EXPERT)
    life.refused(VisitMissing, order_rectification, ordering(life, visit=None), TWO)
    expert.refused(VisitMayNotOrder, order_rectification, ordering(life, visit=None), TWO, **LEDGER)
    bare = registered(visit_kind=None)
    bare.refused(VisitMissing, order_rectification, ordering(life, visit=None), TWO, **LEDGER)


def test_a_major_hazard_is_not_ordered_but_planned():
    life = major()

    life.refused(PlanNeeded, order_rectification, ordering(life), TWO)
    life.refused(
        PlanNeeded, ask_rectification, AskRectification(deadline=day(life, 5), responsible="p-boss"), TWO
    )


@pytest.mark.parametrize("who", [GRID, TWN, TWL, DPO])
def test_a_request_has_the_same_deadline_but_is_no_order(who):
    life = asked(who=who)

    assert (life.hazard.status, life.hazard.ordered) == (Status.RECTIFYING, False)


def test_a_request_without_a_day_has_the_days_that_policy_gives():
    life, ask = registered(), AskRectification(responsible="p-boss")
    ten = POLICY.model_copy(update={"limits": POLICY.limits.model_copy(update={"general_default_days": 10})})

    assert life.when(ask_rectification, ask, TWN).hazard.deadline == day(life, 15)
    assert life.when(ask_rectification, ask, TWN, policy=ten).hazard.deadline == day(life, 10)


def test_an_enterprise_sets_its_own_deadline_only_for_what_it_found():
    assert asked(self_found(), ENT_S).events[0].self_set

    life = registered()
    life.refused(
        NotSelfFound, ask_rectification, AskRectification(deadline=day(life, 5), responsible="p-boss"), ENT_M
    )


def test_only_those_the_matrix_names_ask():
    life, ask = registered(), AskRectification(responsible="p-boss")
    for role in (Role.PUB, Role.WRK, Role.DPL, Role.ENF, Role.SYS):
        life.refused(MayNot, ask_rectification, ask, {**TWO, "role": role})


def test_advice_is_revised_and_orders_nothing():
    life = registered().when(advise_rectification, ADVICE, EXP).when(advise_rectification, ADVICE, TWN)

    assert (life.events[0].revision, life.hazard.status) == (2, Status.REGISTERED)


def test_the_first_naming_of_the_responsible_person_needs_no_reason():
    life = registered().when(assign_responsible, AssignResponsible(responsible="p-2"), ENT_M)

    assert (life.hazard.responsible, life.events[0].previous) == ("p-2", None)


def test_a_change_of_the_responsible_person_needs_a_reason():
    life = ordered()
    life.refused(ReasonMissing, assign_responsible, AssignResponsible(responsible="p-2"), ENT_M)

    life = life.when(assign_responsible, AssignResponsible(responsible="p-2", reason="原责任人离职"), ENT_M)

    assert (life.hazard.responsible, life.events[0].previous) == ("p-2", "p-boss")


def test_urging_changes_nothing_but_the_record():
    life = ordered()

    urged = life.when(urge_rectification, UrgeRectification(channel=UrgeChannel.PHONE, content="提醒"), GRID)

    assert urged.hazard.status is Status.RECTIFYING
    life.refused(
        MayNot, urge_rectification, UrgeRectification(channel=UrgeChannel.PHONE, content="提醒"), ENT_M
    )


def test_major_needs_a_clause_and_is_told_within_a_day():
    life = registered()
    told = life.when(classify_hazard, MAJOR, TWO)

    assert told.types == ["hazard.classified", "hazard.major-registered"]
    assert told.events[1].report_due == life.at + timedelta(hours=24)
    life.refused(ClauseMissing, classify_hazard, MAJOR.model_copy(update={"clause": None}), TWO)


@pytest.mark.parametrize("who", [EXP, TWN])
def test_an_expert_or_an_uncertified_officer_only_proposes_a_level(who):
    life = registered().when(classify_hazard, MAJOR, who)

    assert (life.types, life.events[0].proposal) == (["hazard.classified"], True)
    assert life.hazard.level is Level.GENERAL


def test_level_moves_by_upgrade_after_the_order_and_never_down_by_classifying():
    ordered().refused(UpgradeInstead, classify_hazard, MAJOR, TWO)
    down = ClassifyHazard(level=Level.GENERAL, category="B09")
    major().refused(DowngradeInstead, classify_hazard, down, DPO)


def test_an_upgrade_goes_back_to_the_plan_and_drops_the_deadline():
    life = ordered().when(upgrade_to_major, UpgradeToMajor(clause="工贸10号令-11(3)", reason="未泄爆"), TWO)

    assert life.types == ["hazard.upgraded", "hazard.major-registered", "hazard.plan-required"]
    assert (life.hazard.status, life.hazard.level, life.hazard.deadline) == (
        Status.PLAN_REQUIRED,
        Level.MAJOR,
        None,
    )


def test_grid_and_enterprise_do_not_classify():
    for who in (GRID, ENT_S, TWL):
        registered().refused(MayNot, classify_hazard, MAJOR, who)
    assert registered(source=Source.SUPERVISION).when(classify_hazard, MAJOR, DPL).hazard.level is Level.MAJOR


def test_days_from_service_are_given_instead_of_a_date_and_within_the_policy():
    life = registered()
    both = ordering(life, from_service={"amount": 15, "unit": "days"})
    neither = ordering(life, deadline=None)
    too_long = ordering(life, deadline=None, from_service={"amount": 91, "unit": "days"})
    longest = ordering(life, deadline=None, from_service={"amount": 90, "unit": "days"})

    for ask in (both, neither, too_long):
        life.refused(DateInvalid, order_rectification, ask, TWO)
    assert life.when(order_rectification, longest, TWO).hazard.deadline is None


def test_a_deadline_may_lie_on_the_last_day_of_the_policy():
    life = registered()
    last = ordering(life, deadline=day(life, POLICY.limits.general_max_days))

    assert life.when(order_rectification, last, TWO).hazard.deadline == last.deadline


def test_what_is_ordered_is_not_ordered_again():
    life = ordered()

    told = life.refused(NotAtThisStage, order_rectification, ordering(life), TWO)
    assert told == "隐患处于「整改中」，不能责令整改；该操作只适用于「已登记」"


def test_a_ledgers_order_of_an_officer_without_a_certificate_says_what_it_lacks():
    life, uncertified = registered(), {**TWO, "certificate": None}
    bare = ordering(life, visit=None)

    (event,) = life.when(order_rectification, bare, uncertified, **LEDGER).events
    assert (event.waived, event.evidence) == ((Waiver.CERTIFICATES,), "ledger")
    assert ordered().events[0].evidence == "documents"


SECOND_OF_ALL = Participant(person="p-second", function=Function.OFFICER, certificate="33011100124")
THIRD = Participant(person="p-third", function=Function.OFFICER, certificate="33011100125")
SAME_NUMBER = Participant(person="p-second", function=Function.OFFICER, certificate="33011100123")


@pytest.mark.parametrize(
    ("others", "waived"),
    [
        ((SECOND_OF_ALL,), False),
        ((SECOND_OF_ALL, THIRD), False),
        ((SAME_NUMBER,), True),  # one certificate twice is one officer
    ],
)
def test_a_ledgers_visit_that_names_enough_certificates_has_its_order_stand_on_them(others, waived):
    life = registered()
    recorded = visited_by(TWO, life.at, *others, state=VisitState.RECORDED)

    (event,) = life.when(order_rectification, ordering(life), TWO, **LEDGER, visit=recorded).events

    assert (Waiver.CERTIFICATES in event.waived) is waived
    assert event.officers == (TWO["person"], *(() if waived else (one.person for one in others)))


def test_a_ledgers_visit_of_two_others_waives_the_certificates_of_who_ordered():
    life = registered()
    elsewhere = visited_by({**TWO, "person": "p-somebody"}, life.at, THIRD, state=VisitState.RECORDED)

    (event,) = life.when(order_rectification, ordering(life), TWO, **LEDGER, visit=elsewhere).events

    assert (Waiver.CERTIFICATES in event.waived, event.officers) == (True, (TWO["person"],))
