"""专项行动 · Planned, running, closing, evaluated; what may belong to it, and what is refused."""

from dataclasses import replace
from datetime import date

import pytest
from pydantic import ValidationError

from contracts.campaign import CampaignStage
from contracts.values import Role
from given.served import PLANNING, no_campaign
from given.story import DIVISION, DPO, ENTERPRISE, EXP, FILE, SCO, TWL, TWN, TWO
from given.visits import CHECKLIST, FORMS
from services.hazard.campaign import (
    BeginClosingCampaign,
    Campaign,
    CampaignExists,
    CampaignNotRunning,
    CampaignScopeOutside,
    CampaignTargetInvalid,
    ChangeCampaignTargets,
    EvaluateCampaign,
    NotAtThisCampaignStage,
    OutsideCampaign,
    PlanCampaign,
    ReviseCampaign,
    StartCampaign,
    begin_closing_campaign,
    change_campaign_targets,
    check_belongs,
    evaluate_campaign,
    plan_campaign,
    revise_campaign,
    start_campaign,
)
from services.hazard.enterprise import NothingChanged
from services.hazard.form import FormUnknown, FormVersionWithdrawn
from services.hazard.occasion import DateInvalid
from services.hazard.refused import MayNot, Refused

START, CLOSE = StartCampaign(), BeginClosingCampaign(summary="应查120家，已查118家")
EVALUATE = EvaluateCampaign(conclusion="已整改319条")
NAMED = {"targets": {"enterprises": [ENTERPRISE]}}
COUNTED = {"targets": {"count": 120}}
RETARGET = ChangeCampaignTargets.model_validate(COUNTED | {"reason": "排摸新增"})
THERE = {"files": {ENTERPRISE: FILE}, "form": FORMS}
S = CampaignStage


def asking(**more: object) -> PlanCampaign:
    return PlanCampaign.model_validate(PLANNING | {"division": DIVISION} | more)


def planned(who: dict = TWL, **more: object):
    return no_campaign().when(plan_campaign, asking(**more), who, **THERE)


def running():
    return planned().when(start_campaign, START, TWO)


def closing():
    return running().later(10).when(begin_closing_campaign, CLOSE, TWO)


def test_a_campaign_goes_from_planned_to_evaluated() -> None:
    evaluated = closing().when(evaluate_campaign, EVALUATE, TWL)

    assert [S.PLANNED, S.RUNNING, S.CLOSING, S.EVALUATED] == [
        told.state.stage for told in (planned(), running(), closing(), evaluated)
    ]


def test_a_plan_says_who_ordered_it_and_whom_it_is_about() -> None:
    scope = {"divisions": ["330111005", "330111005001"], "industries": ["机械"], "colours": ["RED"]}
    (event,) = planned(scope=scope, form=CHECKLIST, **NAMED).events

    assert (event.ordered_by.level.zh, event.ordered_by.document) == ("市级", "市安委〔2026〕5号")
    assert (event.scope.industries, event.form.version, event.targets.enterprises) == (
        ("机械",),
        1,
        (ENTERPRISE,),
    )
    assert event.place == DIVISION


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in {Role.TWO, Role.TWL, Role.DPO, Role.DPL, Role.SCO}]
)
def test_nobody_else_plans_or_runs_one(role: Role) -> None:
    who = {**TWN, "role": role}

    no_campaign().refused(MayNot, plan_campaign, asking(), who)
    planned().refused(MayNot, revise_campaign, ReviseCampaign.model_validate(PLANNING), who)
    planned().refused(MayNot, change_campaign_targets, RETARGET, who)
    planned().refused(MayNot, start_campaign, START, who)
    running().refused(MayNot, begin_closing_campaign, CLOSE, who)


@pytest.mark.parametrize("who", [TWO, DPO, EXP], ids=lambda who: who["role"].value)
def test_those_who_lead_evaluate_it(who: dict) -> None:
    closing().refused(MayNot, evaluate_campaign, EVALUATE, who)
    assert closing().when(evaluate_campaign, EVALUATE, SCO).events


STEPS = (
    (revise_campaign, ReviseCampaign.model_validate(PLANNING | {"name": "另一个"}), TWO, {S.PLANNED}),
    (change_campaign_targets, RETARGET, TWO, {S.PLANNED, S.RUNNING}),
    (start_campaign, START, TWO, {S.PLANNED}),
    (begin_closing_campaign, CLOSE, TWO, {S.RUNNING}),
    (evaluate_campaign, EVALUATE, TWL, {S.CLOSING}),
)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[0].__name__)
@pytest.mark.parametrize("stage", S)
def test_each_step_belongs_to_its_stages(step, stage: CampaignStage) -> None:
    rule, ask, who, stages = step
    told = {
        S.PLANNED: planned,
        S.RUNNING: running,
        S.CLOSING: closing,
        S.EVALUATED: lambda: closing().when(evaluate_campaign, EVALUATE, TWL),
    }[stage]()

    if stage in stages:
        assert told.when(rule, ask, who).events
    else:
        assert stage.zh in told.refused(NotAtThisCampaignStage, rule, ask, who)


def test_it_is_planned_once_and_revised_only_with_a_difference() -> None:
    planned().refused(CampaignExists, plan_campaign, asking(), TWO)
    planned().refused(NothingChanged, revise_campaign, ReviseCampaign.model_validate(PLANNING), TWO)
    planned(**COUNTED).refused(NothingChanged, change_campaign_targets, RETARGET, TWO)


def test_a_revision_takes_targets_back_to_what_it_says() -> None:
    aimed = planned().when(change_campaign_targets, RETARGET, TWO)
    revised = aimed.when(revise_campaign, ReviseCampaign.model_validate(PLANNING), TWO)

    assert (aimed.state.targets.count, revised.state.targets.count) == (120, None)


@pytest.mark.parametrize(
    "period",
    [{"starts_on": "2026-09-01"}, {"starts_on": "2026-05-01", "ends_on": "2026-06-02"}],
    ids=["ends before it begins", "over already"],
)
def test_a_period_that_cannot_be_is_refused(period: dict) -> None:
    no_campaign().refused(DateInvalid, plan_campaign, asking(**period), TWL)


def test_it_starts_within_its_period() -> None:
    planned(starts_on="2026-06-04").refused(DateInvalid, start_campaign, START, TWO)
    planned().later(100).refused(DateInvalid, start_campaign, START, TWO)


@pytest.mark.parametrize("division", ["330111006", "330111", "33", "330111006000"])
def test_a_scope_does_not_reach_beyond_the_division_that_organises_it(division: str) -> None:
    told = no_campaign().refused(
        CampaignScopeOutside, plan_campaign, asking(scope={"divisions": [division]}), TWL
    )

    assert division in told


def test_a_target_is_on_file_operates_and_stands_there() -> None:
    for file in (
        replace(FILE, closed_down=True),
        replace(FILE, division="330111006000"),
        replace(FILE, id=None),
    ):
        no_campaign().refused(
            CampaignTargetInvalid, plan_campaign, asking(**NAMED), TWL, files={ENTERPRISE: file}
        )
    no_campaign().refused(CampaignTargetInvalid, plan_campaign, asking(**NAMED), TWL)


def test_its_checklist_is_a_version_in_use() -> None:
    unknown = CHECKLIST.model_copy(update={"version": 9})
    withdrawn = replace(FORMS, versions=(replace(FORMS.versions[0], withdrawn=True),))

    no_campaign().refused(FormUnknown, plan_campaign, asking(form=unknown), TWL, **THERE)
    no_campaign().refused(FormVersionWithdrawn, plan_campaign, asking(form=CHECKLIST), TWL, form=withdrawn)


def test_targets_are_named_or_counted_not_both() -> None:
    with pytest.raises(ValidationError, match="只填写一项"):
        asking(targets={"enterprises": [ENTERPRISE], "count": 3})


def belongs(campaign: Campaign, day: str, division: str = DIVISION) -> str:
    """Nothing, or by which name it is refused."""
    try:
        check_belongs(campaign, division, date.fromisoformat(day))
    except Refused as refusal:
        return refusal.code()
    return ""


def test_what_happens_while_it_runs_may_belong_to_it() -> None:
    state = running().state

    assert ["campaign-not-running", "", "", "campaign-not-running", "outside-campaign"] == [
        belongs(state, "2026-05-31"),
        belongs(state, "2026-06-01"),
        belongs(state, "2026-08-31"),
        belongs(state, "2026-09-01"),
        belongs(state, "2026-06-01", "330111006000"),
    ]


def test_after_the_closing_only_what_happened_before_may_still_be_entered() -> None:
    state = closing().state  # on 13 June

    assert ["", "campaign-not-running"] == [belongs(state, "2026-06-13"), belongs(state, "2026-06-14")]


def test_nothing_belongs_to_one_that_has_not_started() -> None:
    assert {"campaign-not-running"} == {
        belongs(told.state, "2026-06-03") for told in (planned(), no_campaign())
    }
    assert {CampaignNotRunning.code(), OutsideCampaign.code()} == {
        "campaign-not-running",
        "outside-campaign",
    }


def test_a_visit_may_be_planned_for_one_that_will_run_on_its_day() -> None:
    check_belongs(planned().state, DIVISION, date(2026, 6, 10), ahead=True)

    for day, state in ((date(2026, 9, 1), planned().state), (date(2026, 6, 20), closing().state)):
        with pytest.raises(CampaignNotRunning):
            check_belongs(state, DIVISION, day, ahead=True)
