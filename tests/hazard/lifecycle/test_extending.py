"""延期 · Asked before the deadline, agreed by one, granted by another; refused, the old deadline stays."""

from datetime import timedelta

import pytest

from contracts.terms import ExtensionState
from contracts.values import Level, Role, Status
from given.deadlines import (
    AGREED,
    GRANTED,
    agreed,
    asking,
    missed,
    ordered_from_service,
    over,
    requested,
)
from given.lives import day, ordered, plan_accepted, plan_required, registered, submitted
from given.story import DPL, DPO, DPO2, ENT_M, ENT_S, POLICY, TWL, TWO
from given.supervised import SCO, listed
from services.hazard.lifecycle.extending import (
    DeadlineNotLater,
    DeadlineNotRunning,
    ExtensionPending,
    ExtensionsExhausted,
    ExtensionTooLate,
    GrantExtension,
    LongerThanRequested,
    LongestForMajor,
    NoExtensionRequested,
    NotAgreedYet,
    RefuseExtension,
    RequesterMayNotApprove,
    SupervisorMayNotGrant,
    agree_extension,
    grant_extension,
    refuse_extension,
    request_extension,
)
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.occasion import DateInvalid
from services.hazard.refused import MayNot

NO = RefuseExtension(reason="可以按期消除")
STEPS = ((agree_extension, AGREED), (grant_extension, GRANTED), (refuse_extension, NO))


def test_an_extension_granted_moves_the_deadline_and_is_a_version_of_its_own():
    life = ordered()
    before = life.hazard
    life = agreed(life)
    wanted = life.hazard.extension.deadline

    assert before.deadline == life.hazard.deadline

    life = life.when(grant_extension, GRANTED, TWL)

    assert wanted == life.hazard.deadline > before.deadline
    assert before.terms.rectification.version < life.hazard.terms.rectification.version == life.hazard.version
    assert (ExtensionState.GRANTED, 1) == (life.hazard.extension.state, life.hazard.extension.granted)
    assert Status.RECTIFYING is life.hazard.status


def test_a_refused_extension_leaves_the_old_deadline():
    life = ordered()
    for asked, who in ((requested(life), TWL), (agreed(life), DPO2)):
        after = asked.when(refuse_extension, NO, who).hazard

        assert (life.hazard.deadline, life.hazard.terms) == (after.deadline, after.terms)
        assert (ExtensionState.REFUSED, 0) == (after.extension.state, after.extension.granted)
        assert after.extension.open is False


def test_a_refused_extension_may_be_asked_for_again():
    life = requested().when(refuse_extension, NO, TWL)

    assert ExtensionState.REQUESTED is requested(life).hazard.extension.state


def test_an_application_says_by_when_it_is_answered():
    event = requested().events[0]

    assert (5, event.answer_due) == (
        event.counted.limit.amount,
        event.counted.since + timedelta(days=5),
    )


def test_a_major_application_is_answered_in_working_days():
    event = requested(plan_accepted_soon()).events[0]

    assert "10个工作日" == event.counted.limit.zh


@pytest.mark.parametrize(("days", "late"), [(4, False), (5, False), (6, True), (15, True)])
def test_an_application_nearer_than_the_limit_is_taken_and_marked_late(days, late):
    life = ordered()  # with 15 days; ten of them must be left
    life = life.later(days)

    assert late is requested(life).events[0].late


def test_nothing_is_extended_after_the_deadline():
    life = over(ordered())

    told = life.refused(ExtensionTooLate, request_extension, asking(life), ENT_M)
    assert "已届满" in told
    life = missed()
    life.refused(ExtensionTooLate, request_extension, asking(life), ENT_M)


def test_the_last_day_counts_until_midnight():
    life = over(ordered())
    last = life.at - timedelta(seconds=2)

    assert life.when(request_extension, asking(life), ENT_M, at=last).events


def test_nothing_is_extended_before_it_runs():
    life = ordered_from_service()

    life.refused(DeadlineNotRunning, request_extension, asking(life), ENT_M)


def test_one_application_at_a_time():
    for life in (requested(), agreed()):
        life.refused(ExtensionPending, request_extension, asking(life), ENT_M)


@pytest.mark.parametrize("days", [15, 10])
def test_an_extension_ends_later_than_the_deadline_it_replaces(days):
    life = ordered()

    life.refused(DeadlineNotLater, request_extension, asking(life, days), ENT_M)
    agreed(life).refused(DeadlineNotLater, grant_extension, GrantExtension(deadline=day(life, days)), TWL)


def test_no_extension_reaches_further_than_a_deadline_may():
    life = ordered()

    life.refused(DateInvalid, request_extension, asking(life, 91), ENT_M)


def test_less_may_be_granted_but_not_more():
    life = agreed()
    less = GrantExtension(deadline=day(life, 30))
    more = GrantExtension(deadline=day(life, 60))

    assert less.deadline == life.when(grant_extension, less, TWL).hazard.deadline
    life.refused(LongerThanRequested, grant_extension, more, TWL)


def test_an_answer_after_the_wanted_day_grants_nothing():
    life = agreed().later(60)

    life.refused(DateInvalid, grant_extension, GRANTED, TWL)


def test_a_hazard_is_extended_twice_at_most():
    life = ordered()
    for days in (30, 45):
        life = life.when(request_extension, asking(life, days), ENT_M).when(agree_extension, AGREED, TWO)
        life = life.when(grant_extension, GRANTED, TWL)

    told = life.refused(ExtensionsExhausted, request_extension, asking(life, 60), ENT_M)

    assert "最多延期 2 次" in told


def test_how_often_is_policy():
    policy = POLICY.model_copy(update={"limits": POLICY.limits.model_copy(update={"extensions": 0})})

    life = ordered()
    life.refused(ExtensionsExhausted, request_extension, asking(life), ENT_M, policy=policy)
    agreed().refused(ExtensionsExhausted, grant_extension, GRANTED, TWL, policy=policy)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ENT_M}))
def test_only_the_main_person_asks(role):
    life = ordered()

    life.refused(MayNot, request_extension, asking(life), {**ENT_S, "role": role})


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.TWO, Role.DPO}))
def test_only_officers_agree(role):
    requested().refused(MayNot, agree_extension, AGREED, {**TWO, "role": role})


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.TWL, Role.DPO}))
@pytest.mark.parametrize("step", STEPS[1:])
def test_a_general_extension_is_the_leaders_or_the_departments(role, step):
    agreed().refused(MayNot, *step, {**TWL, "role": role})


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DPL}))
@pytest.mark.parametrize("step", STEPS[1:])
def test_a_major_extension_is_the_heads_of_the_department(role, step):
    agreed(plan_accepted_soon()).refused(MayNot, *step, {**DPO2, "role": role})


def plan_accepted_soon():
    """A major hazard whose deadline comes before what `asking` asks for."""
    life = plan_accepted()
    return life.later(30)


def test_the_head_of_the_department_grants_a_major_one():
    life = agreed(plan_accepted_soon()).when(grant_extension, GRANTED, DPL)

    assert Level.MAJOR is life.hazard.level
    assert 1 == life.hazard.extension.granted


def test_a_major_term_with_its_extensions_is_one_year_at_most():
    life = plan_accepted()
    began = day(life, 0)
    for days in (55, 350):
        life = life.later(days - (day(life, 0) - began).days)
        life = life.when(request_extension, asking(life, 300), ENT_M).when(agree_extension, AGREED, TWO)
        if days == 55:
            life = life.when(grant_extension, GRANTED, DPL)

    told = life.refused(LongestForMajor, grant_extension, GRANTED, DPL)

    assert "安委办" in told


def test_who_asks_decides_nothing():
    for rule, ask in STEPS:
        role = {agree_extension: TWO, grant_extension: TWL, refuse_extension: TWL}[rule]
        life = requested() if rule is agree_extension else agreed()

        life.refused(RequesterMayNotApprove, rule, ask, {**role, "person": ENT_M["person"]})


def test_two_steps_are_taken_by_two_persons():
    life = requested().when(agree_extension, AGREED, DPO)

    life.refused(SupervisorMayNotGrant, grant_extension, GRANTED, DPO)
    assert life.when(grant_extension, GRANTED, DPO2).hazard.extension.granted == 1


def test_nothing_is_granted_before_an_officer_agreed():
    requested().refused(NotAgreedYet, grant_extension, GRANTED, TWL)
    agreed().refused(NoExtensionRequested, agree_extension, AGREED, DPO)


@pytest.mark.parametrize("step", STEPS)
def test_there_is_nothing_to_decide_without_an_application(step):
    decided = agreed().when(grant_extension, GRANTED, TWL)
    for life in (ordered(), decided):
        life.refused(NoExtensionRequested, *step, DPO2)


@pytest.mark.parametrize("step", [(request_extension, None), *STEPS])
def test_nothing_is_extended_that_is_not_being_rectified(step):
    rule, ask = step
    who = {request_extension: ENT_M}.get(rule, DPO)
    for life in (registered(), submitted()):
        life.refused(NotAtThisStage, rule, ask or asking(life), who)
    if rule in {request_extension, agree_extension}:
        life = plan_required()
        life.refused(NotAtThisStage, rule, ask or asking(life), who)


def test_a_submission_ends_an_open_application():
    life = submitted(agreed())

    assert ExtensionState.NONE is life.hazard.extension.state


@pytest.mark.parametrize(("listed_for", "moved"), [(60, True), (180, False)])
def test_no_listing_ends_before_the_rectification_that_its_lister_extended(listed_for, moved):
    life = listed(plan_accepted(), deadline=day(plan_accepted(), listed_for)).later(30)
    before = life.hazard.supervision.deadline
    granted = agreed(life).when(grant_extension, GRANTED, SCO).hazard

    assert moved is (granted.supervision.deadline != before)
    assert granted.supervision.deadline == max(before, granted.deadline)


def test_midnight_is_after_the_last_day():
    life = over(ordered())
    midnight = life.at - timedelta(seconds=1)

    life.refused(ExtensionTooLate, request_extension, asking(life), ENT_M, at=midnight, now=midnight)


def test_a_general_hazard_is_not_bound_by_the_longest_term_of_a_major_one():
    limits = POLICY.limits.model_copy(update={"major_max_days": 20})
    policy = POLICY.model_copy(update={"limits": limits})

    assert agreed().when(grant_extension, GRANTED, TWL, policy=policy).hazard.extension.granted == 1


def test_the_longest_term_may_be_used_to_its_last_day():
    life = plan_accepted()
    asked_for = life.when(request_extension, asking(life, 365), ENT_M).when(agree_extension, AGREED, DPO)
    last = life.hazard.terms.begun_on + timedelta(days=365)

    assert asked_for.when(grant_extension, GrantExtension(deadline=last), DPL).hazard.deadline == last


def test_an_office_that_decides_by_its_own_list_may_go_beyond_the_longest_term():
    life = listed(deadline=day(plan_accepted(), 200))
    life = life.later(30)
    beyond = life.hazard.terms.begun_on + timedelta(days=366)
    assert beyond <= day(life, 365)
    ask = asking(life).model_copy(update={"deadline": beyond})
    life = life.when(request_extension, ask, ENT_M).when(agree_extension, AGREED, DPO)

    assert life.when(grant_extension, GRANTED, SCO).hazard.deadline == beyond


def test_an_application_that_an_officer_agreed_to_waits_for_its_grant():
    told = agreed().refused(NoExtensionRequested, agree_extension, AGREED, DPO2)

    assert told == "该延期申请已初审同意，请等待批准"
