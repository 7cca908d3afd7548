"""指令书的一生 · Drafted, numbered, served, signed for, void: each step from where it starts, by whom it may."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.notice import ItemState, NoticeState
from contracts.terms import ServiceMethod
from contracts.values import Role, SealedText, VisitKind
from given.lives import major, ordered, verified
from given.notice_story import DIRECT, DRAWN, VISITED, Paper, drafting, key, waiting
from given.story import DPL, ENF, ENT_S, OTHER_PHOTO, PHOTO, TWL, TWO
from services.hazard.lifecycle.ordering import PlanNeeded
from services.hazard.lifecycle.rectifying import FixOnSpot, fix_on_spot
from services.hazard.lifecycle.serving import RefusalNotReported
from services.hazard.lifecycle.visit_behind import VisitMayNotOrder
from services.hazard.notice.drafting import (
    NothingToOrder,
    NotOfThisVisit,
    NotToBeOrdered,
    TooManyItems,
    draft_notice,
)
from services.hazard.notice.numbering import NumberNotice, number_notice
from services.hazard.notice.serving import (
    AlreadyServed,
    ConsentMissing,
    NotYetOrdered,
    RecipientMissing,
    RefusalNotRecorded,
    ServeWholeNotice,
    WayNotAllowed,
    WitnessMissing,
    serve_whole_notice,
)
from services.hazard.notice.signing import (
    AcknowledgeNotice,
    AlreadyAcknowledged,
    RefuseToSign,
    SignsForHimself,
    acknowledge_notice,
    refuse_to_sign,
)
from services.hazard.notice.state import NoticeNotAtThisStage, NotTheIssuer
from services.hazard.notice.voiding import NotTheDrafter, VoidNotice, may_void, void_notice
from services.hazard.occasion import DateInvalid
from services.hazard.refused import MayNot

OTHERS = {**TWO, "person": "p-else", "organisation": "org-else"}
SIGNED = SealedText(id=key(9), commitment="sha256:" + "d" * 64)
SIGNING = AcknowledgeNotice(person="p-safety", capacity="安全管理人员", signature="M1 1", place="办公室")
REFUSING = RefuseToSign(
    refused_by="p-boss", reason="有异议", reported_to="区应急管理局", witnesses=("p-vil",)
)
VOIDING = VoidNotice(reason="当事人名称有误")
LEFT = ServeWholeNotice(method="LEFT")


def ready() -> Paper:
    return Paper().drafted().numbered().order(0).order(1)


def given(**hazards) -> dict:
    return {"visited": VISITED, "hazards": {key(n): life.hazard for n, life in enumerate(hazards.values())}}


def test_a_notice_stands_where_its_last_step_left_it():
    draft = Paper().drafted()
    stood = [draft, draft.numbered(), ready(), ready().served(), ready().when(void_notice, VOIDING)]

    assert [paper.notice.state for paper in stood] == [
        NoticeState.DRAFT,
        NoticeState.NUMBERED,
        NoticeState.NUMBERED,
        NoticeState.SERVED,
        NoticeState.VOIDED,
    ]


def test_its_number_comes_back_as_it_was_drawn():
    assert Paper().drafted().notice.drawn is None
    assert Paper().drafted().numbered().notice.drawn == DRAWN


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.TWO, Role.DPO, Role.DPL, Role.ENF}))
def test_who_may_not_order_drafts_and_numbers_nothing(role):
    who = {**TWO, "role": role}
    Paper().refused(MayNot, draft_notice, drafting(1), who, **given(one=waiting()))
    Paper().drafted().refused(MayNot, number_notice, NumberNotice(), who, drawn=DRAWN)


@pytest.mark.parametrize("kind", [VisitKind.RECHECK, VisitKind.EXPERT, VisitKind.GRID, VisitKind.LEADER])
def test_a_visit_that_may_not_order_has_no_notice(kind):
    visited = replace(VISITED, kind=kind)
    hazards = {key(0): waiting().hazard}
    said = Paper().refused(VisitMayNotOrder, draft_notice, drafting(1), visited=visited, hazards=hazards)

    assert "54号" in said


def test_a_notice_lists_registered_general_hazards_of_its_visit():
    stranger = replace(waiting().hazard, enterprise=key(7))
    Paper().refused(NotOfThisVisit, draft_notice, drafting(1), visited=VISITED, hazards={key(0): stranger})
    Paper().refused(PlanNeeded, draft_notice, drafting(1), **given(one=major()))
    Paper().refused(NotToBeOrdered, draft_notice, drafting(1), **given(one=ordered()))


def test_each_item_has_one_term_within_the_longest():
    for term in (
        {"requirement": "接地"},
        {"deadline": waiting().occasion(TWO).today, "from_service": {"amount": 1, "unit": "days"}},
        {"deadline": waiting().occasion(TWO).today},
        {"from_service": {"amount": 91, "unit": "days"}},
    ):
        Paper().refused(DateInvalid, draft_notice, drafting(1, **term), **given(one=waiting()))


def test_what_was_fixed_on_the_spot_is_listed_without_a_term_and_done():
    ask = FixOnSpot(measures="当场清理", before=(PHOTO,), after=(OTHER_PHOTO,), fixed_by="p-boss")
    fixed = waiting().when(fix_on_spot, ask, TWO)
    both = {key(0): fixed.hazard, key(1): waiting(1).hazard}
    items = (*drafting(1, fixed_on_spot=True).items, replace_hazard(drafting(1).items[0]))
    asked = drafting(1).model_copy(update={"items": items})
    paper = Paper().when(draft_notice, asked, visited=VISITED, hazards=both)

    assert [item.state for item in paper.notice.items] == [ItemState.DONE, ItemState.PENDING]
    dated = drafting(1, fixed_on_spot=True, deadline=waiting().occasion(TWO).today)
    dated = dated.model_copy(update={"items": (*dated.items, items[1])})
    Paper().refused(DateInvalid, draft_notice, dated, visited=VISITED, hazards=both)
    Paper().refused(
        NothingToOrder, draft_notice, drafting(1, fixed_on_spot=True), visited=VISITED, hazards=both
    )
    not_fixed = {key(0): replace(verified().hazard), key(1): waiting(1).hazard}
    Paper().refused(NotToBeOrdered, draft_notice, asked, visited=VISITED, hazards=not_fixed)


def replace_hazard(item):
    return item.model_copy(update={"hazard": key(1)})


def test_a_paper_is_no_longer_than_anybody_reads():
    most = Paper().policy.documents.notice_items
    hazards = {key(n): waiting(n).hazard for n in range(most + 1)}

    Paper().when(draft_notice, drafting(most), visited=VISITED, hazards=hazards)
    said = Paper().refused(TooManyItems, draft_notice, drafting(most + 1), visited=VISITED, hazards=hazards)
    assert str(most) in said


def test_one_notice_is_drafted_once_and_numbered_once():
    paper = Paper().drafted()
    paper.refused(NoticeNotAtThisStage, draft_notice, drafting(1), **given(one=waiting()))
    paper.numbered().refused(NoticeNotAtThisStage, number_notice, NumberNotice(), drawn=DRAWN)
    paper.refused(NotTheIssuer, number_notice, NumberNotice(), OTHERS, drawn=DRAWN)


def test_service_waits_for_every_order_and_happens_once():
    part = Paper().drafted().numbered().order(0)
    part.refused(NotYetOrdered, serve_whole_notice, DIRECT, served={})
    Paper().drafted().refused(NoticeNotAtThisStage, serve_whole_notice, DIRECT, served={})
    ready().refused(NotTheIssuer, serve_whole_notice, DIRECT, OTHERS, served={})
    ready().served().refused(AlreadyServed, serve_whole_notice, DIRECT, served={})
    ready().when(void_notice, VOIDING).refused(NoticeNotAtThisStage, serve_whole_notice, DIRECT, served={})


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.TWO, Role.DPO, Role.ENF}))
def test_only_officers_serve_and_record_refusals(role):
    who = {**TWO, "role": role}

    assert "第六十八条" in ready().refused(MayNot, serve_whole_notice, DIRECT, who, served={})
    ready().refused(MayNot, refuse_to_sign, REFUSING, who)


def test_each_way_of_service_needs_its_proof():
    ready().refused(RecipientMissing, serve_whole_notice, ServeWholeNotice(method="DIRECT"), served={})
    ready().refused(ConsentMissing, serve_whole_notice, ServeWholeNotice(method="ELECTRONIC"), served={})
    ready().served(ServeWholeNotice(method="ELECTRONIC", consent=PHOTO))
    ready().served(ServeWholeNotice(method="POST"))


def test_policy_says_which_ways_there_are():
    paper = ready()
    documents = paper.policy.documents.model_copy(
        update={"service_methods": frozenset({ServiceMethod.DIRECT}), "electronic_by_consent": False}
    )
    paper = replace(paper, policy=paper.policy.model_copy(update={"documents": documents}))

    paper.served()
    paper.refused(WayNotAllowed, serve_whole_notice, ServeWholeNotice(method="POST"), served={})


def test_what_is_left_there_was_refused_before_witnesses_or_a_camera():
    ready().refused(RefusalNotRecorded, serve_whole_notice, LEFT, served={})
    for nobody in ((), ("p-boss",), (TWO["person"],)):
        unseen = ready().when(refuse_to_sign, REFUSING.model_copy(update={"witnesses": nobody}))
        assert "第八十九条" in unseen.refused(WitnessMissing, serve_whole_notice, LEFT, served={})
    ready().when(refuse_to_sign, REFUSING).served(LEFT)
    filmed = REFUSING.model_copy(update={"witnesses": (), "photos": (PHOTO,)})

    assert ready().when(refuse_to_sign, filmed).served(LEFT).notice.state is NoticeState.SERVED


def test_a_town_reports_a_refusal_to_the_department():
    unreported = REFUSING.model_copy(update={"reported_to": None})

    assert "第六十八条" in ready().refused(RefusalNotReported, refuse_to_sign, unreported)
    assert ready().when(refuse_to_sign, unreported, ENF).notice.refused


@pytest.mark.parametrize("days", [-1, 1])
def test_the_day_of_service_lies_between_number_and_today(days):
    paper = ready()
    on = paper.occasion().today + timedelta(days=days)
    paper.refused(DateInvalid, serve_whole_notice, DIRECT.model_copy(update={"served_on": on}), served={})


def test_each_signs_once_for_himself_or_before_an_officer():
    paper = ready().served()
    once = paper.when(acknowledge_notice, SIGNING, signature=SIGNED)

    assert once.notice.acknowledged == {"p-safety"}
    paper.when(acknowledge_notice, SIGNING, ENT_S, signature=SIGNED)
    once.refused(AlreadyAcknowledged, acknowledge_notice, SIGNING, signature=SIGNED)
    for_another = SIGNING.model_copy(update={"person": "p-boss"})
    paper.refused(SignsForHimself, acknowledge_notice, for_another, ENT_S, signature=SIGNED)
    paper.refused(MayNot, acknowledge_notice, SIGNING, TWL, signature=SIGNED)
    ready().refused(NoticeNotAtThisStage, acknowledge_notice, SIGNING, signature=SIGNED)


def test_its_drafter_or_the_head_makes_it_void_until_it_is_served():
    head = {**TWL, "organisation": TWO["organisation"]}
    for paper in (Paper().drafted(), ready()):
        assert paper.when(void_notice, VOIDING).notice.voided
        assert paper.when(void_notice, VOIDING, head).notice.voided
        paper.refused(NotTheDrafter, void_notice, VOIDING, {**TWO, "person": "p-colleague"})
        paper.refused(NotTheIssuer, void_notice, VOIDING, DPL)
        paper.refused(MayNot, void_notice, VOIDING, ENT_S)
    ready().served().refused(AlreadyServed, void_notice, VOIDING)
    ready().when(void_notice, VOIDING).refused(NoticeNotAtThisStage, void_notice, VOIDING)


def test_nothing_is_void_that_was_never_drafted():
    with pytest.raises(MayNot):
        may_void(Paper().notice, Paper().occasion())
