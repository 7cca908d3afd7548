"""建议 · Who may propose and not decide is heard: it stands on record, and the hazard stays as it was."""

from dataclasses import replace

import pytest

from contracts.values import ProposedAct, ReinspectionMode, ReopenReason, Role, Status
from given.everybody import OTHER, another, found, pending, somebody
from given.lives import day, major_submitted, registered, submitted, verified
from given.story import ENT_M, ENT_S, EXP, GRID, OTHER_PHOTO, PHOTO, TWN, TWO, Life, visited_by
from services.hazard.lifecycle.closing import ReopenHazard, reopen_hazard
from services.hazard.lifecycle.ordering import AskRectification, ask_rectification
from services.hazard.lifecycle.rectifying import PhotosMissing
from services.hazard.lifecycle.reinspecting import (
    DeadlineMissing,
    EnterpriseMayNotReinspect,
    OnSiteRequired,
    Reinspect,
    RemarkMissing,
    SubmitterMayNotReinspect,
    reinspect,
)
from services.hazard.lifecycle.reporting import (
    ConfirmHazard,
    MarkDuplicate,
    NotADuplicate,
    ObjectUnknown,
    RejectAsNotHazard,
    ReporterMayNotConfirm,
    confirm_hazard,
    mark_duplicate,
    reject_as_not_hazard,
)
from services.hazard.lifecycle.visit_behind import NotOfTheVisit
from services.hazard.occasion import DateInvalid
from services.hazard.refused import MayNot

A = ProposedAct
VIL = somebody(Role.VIL)
PASS = Reinspect(result="pass", photos=(PHOTO,))
REJECT = RejectAsNotHazard(reason="所拍为停用设备")
DUPLICATE = MarkDuplicate(other=OTHER)


def failing(life: Life, **more: object) -> Reinspect:
    fields = {"result": "fail", "photos": (PHOTO,), "remark": "仍未接地", "deadline": day(life, 5)}
    return Reinspect.model_validate(fields | more)


def reopening(life: Life, **more: object) -> ReopenHazard:
    fields = {"reason": "RELAPSE", "remark": "再次脱落", "deadline": day(life, 10), "responsible": "p-301"}
    return ReopenHazard.model_validate(fields | more)


def said(before: Life, after: Life) -> dict[str, object]:
    """What the one event says; the hazard is as it was but for its version and hour."""
    assert after.types == ["hazard.decision-proposed"]
    same = replace(before.hazard, version=after.hazard.version, last_at=after.hazard.last_at)
    assert after.hazard == same
    return after.events[0].model_dump(exclude_none=True, exclude_defaults=True)


def test_an_expert_proposes_what_becomes_of_a_find_that_waits():
    life = pending()
    known = {"enterprise": life.hazard.enterprise}

    confirmed = life.when(confirm_hazard, ConfirmHazard(note="接地线确已脱落"), EXP, number=None)
    rejected = life.when(reject_as_not_hazard, REJECT, EXP)
    same = life.when(mark_duplicate, DUPLICATE, EXP, other=another(found()).hazard)

    assert said(life, confirmed) == {"act": A.CONFIRM, **known, "remark": "接地线确已脱落"}
    assert said(life, rejected) == {"act": A.REJECT, **known, "remark": "所拍为停用设备"}
    assert said(life, same) == {"act": A.MARK_DUPLICATE, **known, "other": OTHER}
    assert confirmed.when(confirm_hazard, ConfirmHazard(), TWO).hazard.status is Status.REGISTERED


def test_an_expert_names_the_enterprise_that_a_find_lacks_and_replaces_none():
    nameless = replace(pending(), hazard=replace(pending().hazard, enterprise=None, object_text="路边摊"))
    proposed = nameless.when(confirm_hazard, ConfirmHazard(enterprise=OTHER), EXP)

    assert said(nameless, proposed) == {"act": A.CONFIRM, "enterprise": OTHER}
    pending().refused(ObjectUnknown, confirm_hazard, ConfirmHazard(enterprise=OTHER), EXP)


def test_a_proposal_meets_the_guards_of_the_decision():
    own = pending(EXP)
    own.refused(ReporterMayNotConfirm, confirm_hazard, ConfirmHazard(), EXP)
    own.refused(ReporterMayNotConfirm, reject_as_not_hazard, REJECT, EXP)
    found().refused(NotADuplicate, mark_duplicate, DUPLICATE, EXP)


@pytest.mark.parametrize("who", [GRID, VIL, EXP], ids=["GRID", "VIL", "EXP"])
def test_who_may_not_re_inspect_says_what_he_saw_and_the_officer_looks_himself(who):
    life = submitted()
    known = dict(zip(("number", "enterprise"), life.hazard.registered, strict=True))
    looked = {"mode": ReinspectionMode.ON_SITE, "inspectors": (who["person"],), "photos": (PHOTO,)}
    passed = life.when(reinspect, PASS, who)
    failed = life.when(reinspect, failing(life), who)

    assert said(life, passed) == {"act": A.PASS, **known, **looked}
    assert said(life, failed) == {
        "act": A.FAIL, **known, **looked, "remark": "仍未接地", "deadline": day(life, 5)
    }  # fmt: skip
    assert passed.when(reinspect, PASS, TWO).hazard.inspectors == (TWO["person"],)


def test_companions_and_the_visit_are_told_and_no_officer_of_the_visit_is_counted():
    life = submitted()
    visit = visited_by(EXP, life.at)
    ask = PASS.model_copy(update={"others": ("p-exp2",), "visit": visit.id})
    event = life.when(reinspect, ask, EXP, visit=visit).events[0]

    assert (event.inspectors, event.visit) == (("p-exp", "p-exp2"), visit.id)
    life.refused(NotOfTheVisit, reinspect, ask, EXP, visit=visited_by(TWO, life.at))


def test_what_is_seen_of_a_re_inspection_is_seen_as_the_law_has_it():
    life = submitted()
    longest = life.hazard.first_length

    life.refused(PhotosMissing, reinspect, Reinspect(result="pass"), GRID)
    life.refused(RemarkMissing, reinspect, failing(life, remark=None), GRID)
    life.refused(DeadlineMissing, reinspect, failing(life, deadline=None), GRID)
    life.refused(DateInvalid, reinspect, failing(life, deadline=day(life, longest + 1)), GRID)
    life.refused(SubmitterMayNotReinspect, reinspect, PASS, {**EXP, "person": life.hazard.submitter})
    of_firm = PASS.model_copy(update={"others": (life.hazard.responsible,)})
    life.refused(EnterpriseMayNotReinspect, reinspect, of_firm, EXP)


def test_of_a_major_hazard_an_expert_proposes_on_site_and_without_a_certificate():
    life = major_submitted()
    remote = PASS.model_copy(update={"mode": ReinspectionMode.REMOTE})

    assert said(life, life.when(reinspect, PASS, EXP))["act"] is A.PASS
    life.refused(OnSiteRequired, reinspect, remote, EXP)
    assert "可以" not in life.refused(MayNot, reinspect, PASS, GRID)
    assert "可以协助" in life.refused(MayNot, reinspect, PASS, TWO)


def test_an_expert_proposes_by_when_and_the_town_asks():
    life = registered()
    known = dict(zip(("number", "enterprise"), life.hazard.registered, strict=True))
    ask = AskRectification(deadline=day(life, 5), responsible="p-301")
    proposed = life.when(ask_rectification, ask, EXP)

    assert said(life, proposed) == {
        "act": A.ASK, **known, "deadline": ask.deadline, "responsible": "p-301"
    }  # fmt: skip
    by_default = life.when(ask_rectification, AskRectification(responsible="p-301"), EXP)
    assert by_default.events[0].deadline == day(life, 15)
    assert proposed.when(ask_rectification, ask, TWN).types == ["hazard.rectification-asked"]


@pytest.mark.parametrize("who", [EXP, ENT_M, ENT_S, TWN], ids=["EXP", "ENT_M", "ENT_S", "TWN"])
def test_an_expert_the_enterprise_and_an_uncertified_officer_propose_to_reopen(who):
    life = verified()
    known = dict(zip(("number", "enterprise"), life.hazard.registered, strict=True))
    ask = reopening(life)

    assert said(life, life.when(reopen_hazard, ask, who)) == {
        "act": A.REOPEN,
        **known,
        "remark": ask.remark,
        "reopen_reason": ReopenReason.RELAPSE,
        "deadline": ask.deadline,
        "responsible": "p-301",
    }
    life.refused(DateInvalid, reopen_hazard, reopening(life, deadline=day(life, 91)), who)


def test_any_number_of_proposals_leaves_every_decision_open():
    life = submitted()
    for who in (GRID, VIL, EXP):
        life = life.when(reinspect, failing(life), who)
    passed = life.when(reinspect, PASS.model_copy(update={"photos": (OTHER_PHOTO,)}), TWO)

    assert (passed.hazard.status, passed.hazard.failures) == (Status.VERIFIED, 0)
