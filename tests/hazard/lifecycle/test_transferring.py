"""移送 · To another office with a record; one holder at every time; twice returned, the committee decides."""

from itertools import product

import pytest

from contracts.regions import Holder, TransferState
from contracts.values import Role
from given.lives import (
    DISTRICT,
    FIRE,
    WATER,
    assigned,
    at_committee,
    captured,
    given_back,
    handed_over,
    major,
    offered,
    ordered,
    plan_required,
    registered,
    submitted,
    transferring,
    verified,
)
from given.story import DIVISION, DPL, DPO, ENF, POLICY, SCO, TWL, TWN, TWO, Life
from services.hazard.lifecycle.closing import CloseHazard, close_hazard
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.reporting import VoidHazard, void_hazard
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.lifecycle.transferring import (
    AcceptTransfer,
    AlreadyTheHolder,
    AssignedByCommittee,
    CommitteeDecides,
    NoTransferOffered,
    NotTheHolder,
    NotTheReceiver,
    ReturnTransfer,
    TransferFileMissing,
    TransferPending,
    accept_transfer,
    return_transfer,
    transfer_hazard,
)
from services.hazard.refused import MayNot

PLACE = Holder(division=DIVISION)
FIRES = Holder(organisation="org-fire", division=DISTRICT)
TAKE, BACK = AcceptTransfer(remark="予以接收"), ReturnTransfer(reason="不属本部门职责")
SENDERS = {Role.TWO, Role.TWL, Role.DPO, Role.DPL, Role.SCO, Role.ENF}


@pytest.mark.parametrize("who", [TWO, TWL, DPO, DPL, SCO, ENF], ids=lambda who: who["role"].value)
def test_the_sender_stays_responsible_until_the_receiver_accepts(who: dict) -> None:
    life = offered(who=who)

    assert (life.hazard.holder, life.hazard.transfer.state) == (PLACE, TransferState.OFFERED)
    assert (life.events[0].to, life.events[0].holder) == (FIRES, PLACE)
    taken = life.when(accept_transfer, TAKE, FIRE)
    assert (taken.hazard.holder, taken.hazard.transfer.state) == (FIRES, TransferState.ACCEPTED)


def test_a_transfer_changes_no_deadline_and_no_place() -> None:
    before, after = ordered().hazard, handed_over().hazard

    kept = ("status", "deadline", "responsible", "division", "enterprise", "round", "level")
    assert [getattr(before, name) for name in kept] == [getattr(after, name) for name in kept]


@pytest.mark.parametrize("life", [registered, major, plan_required, ordered, submitted, verified])
def test_whatever_lives_may_be_handed_on(life) -> None:
    assert offered(life()).hazard.transfer.offered


@pytest.mark.parametrize("life", [captured, lambda: verified().when(close_hazard, CloseHazard(), TWO)])
def test_what_is_not_registered_or_has_ended_is_not_handed_on(life) -> None:
    life().refused(NotAtThisStage, transfer_hazard, transferring(), TWO)


@pytest.mark.parametrize("role", [role for role in Role if role not in SENDERS | {Role.TWN}])
def test_nobody_else_hands_on(role: Role) -> None:
    told = ordered().refused(MayNot, transfer_hazard, transferring(), {**TWO, "role": role})

    assert "第六十九条" in told


def test_an_uncertified_town_officer_only_proposes_a_transfer() -> None:
    life = ordered().when(transfer_hazard, transferring(), TWN)

    assert life.events[0].proposal
    assert life.hazard.transfer.state is TransferState.NONE
    life.refused(NoTransferOffered, accept_transfer, TAKE, FIRE)


def test_a_transfer_leaves_a_record_that_can_be_looked_up() -> None:
    ordered().refused(TransferFileMissing, transfer_hazard, transferring(file=()), TWO)


def test_one_office_is_asked_at_a_time() -> None:
    offered().refused(TransferPending, transfer_hazard, transferring(WATER), TWO)


def test_nothing_is_handed_to_its_holder_or_to_the_own_office() -> None:
    handed_over().refused(AlreadyTheHolder, transfer_hazard, transferring(FIRE), SCO)
    ordered().refused(AlreadyTheHolder, transfer_hazard, transferring(FIRE), FIRE)


def test_only_the_holder_or_the_committee_hands_on_what_was_taken_over() -> None:
    life = handed_over()
    for who in (TWO, DPO, ENF):
        life.refused(NotTheHolder, transfer_hazard, transferring(WATER), who)

    assert offered(life, FIRE, WATER).hazard.holder == FIRES
    assert offered(life, SCO, WATER).hazard.holder == FIRES


@pytest.mark.parametrize("ask", [(accept_transfer, TAKE), (return_transfer, BACK)], ids=["accept", "return"])
def test_only_the_office_that_was_asked_answers(ask) -> None:
    life = offered()
    for who in (DPO, WATER, {**FIRE, "division": DIVISION}):
        life.refused(NotTheReceiver, *ask, who)
    for role in Role:
        if role is not Role.DPO:
            life.refused(MayNot, *ask, {**FIRE, "role": role})
    ordered().refused(NoTransferOffered, *ask, FIRE)
    given_back().refused(NoTransferOffered, *ask, FIRE)


def test_what_ended_while_an_office_was_asked_is_not_taken_over() -> None:
    ended = offered(registered()).when(void_hazard, VoidHazard(reason="误录"), TWL)

    ended.refused(NotAtThisStage, accept_transfer, TAKE, FIRE)


@pytest.mark.parametrize(("days", "late"), [(7, False), (8, True)])
def test_an_answer_after_the_last_day_is_taken_and_told(days: int, late: bool) -> None:
    life = offered().later(days)

    assert life.when(accept_transfer, TAKE, FIRE).events[0].late is late
    assert life.when(return_transfer, BACK, FIRE).events[0].late is late


def test_a_return_leaves_the_holder_and_the_second_goes_to_the_committee() -> None:
    once, twice = given_back(), at_committee()

    assert once.hazard.transfer.state is TransferState.RETURNED
    assert (once.hazard.holder, once.events[0].to_committee, once.events[0].returns) == (PLACE, False, 1)
    assert (twice.hazard.holder, twice.events[0].to_committee, twice.events[0].returns) == (PLACE, True, 2)
    twice.refused(CommitteeDecides, transfer_hazard, transferring(), TWO)


def test_what_the_committee_assigns_is_not_returned() -> None:
    life = assigned()

    assert life.events[0].assigned
    life.refused(AssignedByCommittee, return_transfer, BACK, FIRE)
    assert life.when(accept_transfer, TAKE, FIRE).hazard.transfer.returns == 0


def test_the_committee_assigns_nothing_that_was_not_returned_twice() -> None:
    life = offered(given_back(), SCO)

    assert not life.events[0].assigned
    assert life.when(return_transfer, BACK, FIRE).events[0].to_committee


def test_nothing_is_closed_while_an_office_is_asked() -> None:
    life = offered(verified())

    life.refused(TransferPending, close_hazard, CloseHazard(), TWO)
    assert life.when(return_transfer, BACK, FIRE).when(close_hazard, CloseHazard(), TWO)


def test_a_passed_reinspection_does_not_close_by_itself_while_an_office_is_asked() -> None:
    powers = POLICY.powers.model_copy(update={"general_auto_close": True})
    policy = POLICY.model_copy(update={"powers": powers})
    looked = Reinspect(result="pass", photos=submitted().hazard.photos)

    awaited = offered(submitted()).when(reinspect, looked, TWO, policy=policy)
    at_once = submitted().when(reinspect, looked, TWO, policy=policy)

    assert awaited.types == ["hazard.reinspection-passed"]
    assert at_once.types == ["hazard.reinspection-passed", "hazard.closed"]


def test_whatever_is_offered_taken_and_returned_there_is_one_holder() -> None:
    for turns in product([handed_over, given_back], repeat=3):
        life: Life = ordered()
        holders = [life.hazard.holder]
        for turn, to in zip(turns, (FIRE, WATER, FIRE), strict=True):
            before = life.hazard
            if to["organisation"] == before.holder.organisation or before.transfer.returns > 1:
                continue
            sender = {FIRE["organisation"]: FIRE, WATER["organisation"]: WATER}.get(
                before.holder.organisation, TWO
            )
            asked = offered(life, sender, to)
            assert asked.hazard.holder == before.holder
            answer = (accept_transfer, TAKE) if turn is handed_over else (return_transfer, BACK)
            life = asked.when(*answer, to)
            holders.append(life.hazard.holder)
        assert all(isinstance(holder, Holder) for holder in holders)


def test_the_seats_that_see_it_are_its_holder_and_who_is_asked() -> None:
    seen = [life().hazard.offices for life in (ordered, offered, handed_over, given_back)]

    assert seen == [(), ("330111/org-fire",), ("330111/org-fire",), ()]
    both = offered(handed_over(), FIRE, WATER).hazard.offices
    assert both == ("330111/org-fire", "330111/org-water")
