"""复查 · Somebody other than the submitter looks: it is put right, or a new round begins."""

from dataclasses import replace
from datetime import date
from typing import Literal, assert_never

from pydantic import Field

from contracts.hazard import (
    DecisionProposed,
    HazardClosed,
    ReinspectionFailed,
    ReinspectionPassed,
    RoundStarted,
)
from contracts.values import (
    Certificate,
    Digest,
    EnterpriseId,
    Level,
    PersonId,
    ProposedAct,
    ReinspectionMode,
    Status,
    Text,
    Track,
    Waiver,
)
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.closing import may_close
from services.hazard.lifecycle.holding import Power
from services.hazard.lifecycle.ordering import check_deadline
from services.hazard.lifecycle.proposing import propose
from services.hazard.lifecycle.rectifying import PhotosMissing
from services.hazard.lifecycle.regions import unfinished
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.visit_behind import behind_reinspection
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot, Refused


class SubmitterMayNotReinspect(MayNot):
    """提交整改的人不得复查 · Who says it is put right is not who checks it."""


class EnterpriseMayNotReinspect(MayNot):
    """企业人员不得复查 · Outside the enterprise track no person of the enterprise re-inspects."""


class OnSiteRequired(Refused):
    """重大隐患须现场复查 · A major hazard is re-inspected on site."""


class DeadlineMissing(Refused):
    """复查不合格须给出新的期限 · A failed re-inspection names the new deadline."""


class RemarkMissing(Refused):
    """复查不合格须说明问题 · A failed re-inspection says what is still wrong."""


class Reinspect(
    Ask,
    json_schema_extra={
        "examples": [
            {"result": "pass", "photos": [EXAMPLE_PHOTO], "remark": "接地电阻合格"},
            {
                "result": "fail",
                "photos": [EXAMPLE_PHOTO],
                "remark": "仍有一处未接地",
                "deadline": "2026-12-05",
            },
        ]
    },
):
    """复查 · Passed, or failed with what is wrong and a new deadline."""

    result: Literal["pass", "fail"] = Field(description="pass 合格，fail 不合格")
    mode: ReinspectionMode = ReinspectionMode.ON_SITE
    others: tuple[PersonId, ...] = Field((), description="同行的其他复查人员")
    certificates: tuple[Certificate, ...] = Field((), description="执法证号，重大隐患不少于两人，含本人")
    visit: EnterpriseId | None = Field(
        None, description="在哪次检查中复查；不填同行人员和执法证号时取自该次检查的执法人员"
    )
    photos: tuple[Digest, ...] = ()
    remark: Text | None = None
    deadline: date | None = Field(None, description="不合格时新的整改期限")


def reinspect(
    hazard: Hazard, ask: Reinspect, occasion: Occasion
) -> tuple[ReinspectionPassed | ReinspectionFailed | RoundStarted | HazardClosed | DecisionProposed, ...]:
    """复查 · Who may look depends on level and track; what follows depends on what they saw."""
    may_reinspect(hazard, occasion)
    if powers.proposes(power_over(hazard), occasion):
        return proposed(hazard, ask, occasion)
    ask = on_its_visit(hazard, ask, occasion)
    check_persons(hazard, frozenset(ask.others), occasion)
    waived = check_evidence(hazard, ask, occasion)
    return (
        passed(hazard, ask, occasion, waived)
        if ask.result == "pass"
        else failed(hazard, ask, occasion, waived)
    )


def proposed(hazard: Hazard, ask: Reinspect, occasion: Occasion) -> tuple[DecisionProposed]:
    """建议复查结论 · What a grid member, a village officer or an expert saw; the officers look for themselves."""
    if ask.visit is not None:
        behind_reinspection(hazard, occasion)
    check_persons(hazard, frozenset(ask.others), occasion)
    check_on_site(hazard, ask)
    if not ask.photos:
        raise PhotosMissing("复查须有现场照片")
    if ask.result == "fail":
        check_failed(hazard, ask, occasion)
    return propose(
        hazard,
        ProposedAct.PASS if ask.result == "pass" else ProposedAct.FAIL,
        inspectors=(occasion.person, *ask.others),
        **ask.model_dump(include={"mode", "visit", "photos", "remark", "deadline"}),
    )


def on_its_visit(hazard: Hazard, ask: Reinspect, occasion: Occasion) -> Reinspect:
    """在检查中复查 · Companions and certificates are the visit's officers', where the ask names none."""
    if ask.visit is None:
        return ask
    officers = behind_reinspection(hazard, occasion)
    if ask.others or ask.certificates:
        return ask
    others = tuple(one.person for one in officers if one.person != occasion.person)
    certificates = tuple(one.certificate for one in officers if one.certificate)
    return ask.model_copy(update={"others": others, "certificates": certificates})


def may_reinspect(hazard: Hazard, occasion: Occasion) -> None:
    """可否复查 · The power of the level, or a second person of the enterprise on its own track; others propose."""
    proposal = powers.check_or_propose(power_over(hazard), occasion)
    if occasion.of_enterprise and hazard.track(occasion.policy) is not Track.ENTERPRISE:
        raise EnterpriseMayNotReinspect
    hazard.must_be(Status.SUBMITTED, act="复查")
    check_persons(hazard, frozenset({occasion.person}), occasion)
    if hazard.level is Level.MAJOR and not proposal and occasion.lacks(Waiver.CERTIFICATES):
        powers.check_own_certificate(powers.REINSPECT_MAJOR, occasion)


def power_over(hazard: Hazard) -> Power:
    """复查权 · That of its level."""
    return powers.REINSPECT_MAJOR if hazard.level is Level.MAJOR else powers.REINSPECT_GENERAL


def check_persons(hazard: Hazard, looking: frozenset[PersonId], occasion: Occasion) -> None:
    """回避 · None of them submitted it; outside the enterprise track none is of the enterprise."""
    if hazard.submitter in looking:
        raise SubmitterMayNotReinspect
    on_own_track = hazard.track(occasion.policy) is Track.ENTERPRISE
    if not on_own_track and looking & (occasion.enterprise_people | {hazard.responsible}):
        raise EnterpriseMayNotReinspect("复查人员不得是该企业的人员")


def check_evidence(hazard: Hazard, ask: Reinspect, occasion: Occasion) -> tuple[Waiver, ...]:
    """复查证据 · A photograph; for a major hazard on site, two certified officers."""
    is_major = hazard.level is Level.MAJOR
    check_on_site(hazard, ask)
    no_certificates = is_major and not ask.certificates
    waived = occasion.waived({Waiver.PHOTOS: not ask.photos, Waiver.CERTIFICATES: no_certificates})
    if not ask.photos and Waiver.PHOTOS not in waived:
        raise PhotosMissing("复查须有现场照片")
    if is_major and Waiver.CERTIFICATES not in waived:
        powers.check_certified(powers.REINSPECT_MAJOR, occasion, ask.certificates, ask.others)
    needed = occasion.policy.limits.certified_officers
    if is_major and len({occasion.person, *ask.others}) < needed:
        raise powers.TooFewOfficers(
            f"重大隐患由 {needed} 名以上执法人员现场复查，请填写同行人员（{powers.APL_42}）"
        )
    return waived


def check_on_site(hazard: Hazard, ask: Reinspect) -> None:
    """现场 · A major hazard is looked at where it is. Raises OnSiteRequired."""
    if hazard.level is Level.MAJOR and ask.mode is not ReinspectionMode.ON_SITE:
        raise OnSiteRequired


def passed(
    hazard: Hazard, ask: Reinspect, occasion: Occasion, waived: tuple[Waiver, ...]
) -> tuple[ReinspectionPassed | HazardClosed, ...]:
    """复查合格 · A policy may let the passed re-inspection of a general hazard close it at once, by who may close it."""
    number, enterprise = hazard.registered
    event = ReinspectionPassed(
        number=number,
        enterprise=enterprise,
        round=hazard.round,
        mode=ask.mode,
        inspectors=(occasion.person, *ask.others),
        certificates=ask.certificates,
        visit=ask.visit,
        photos=ask.photos,
        remark=ask.remark,
        waived=waived,
    )
    if not closes_with_it(hazard, event, occasion):
        return (event,)
    track = hazard.track(occasion.policy)
    return event, HazardClosed(number=number, enterprise=enterprise, round=hazard.round, track=track)


def closes_with_it(hazard: Hazard, event: ReinspectionPassed, occasion: Occasion) -> bool:
    """即时销号 · Where policy has it so for general hazards, and who re-inspected might close it as it then stands."""
    if hazard.level is Level.MAJOR or not occasion.policy.powers.general_auto_close:
        return False
    try:
        may_close(evolve(hazard, event, occasion.today), occasion)
    except Refused:
        return False
    return True


def failed(
    hazard: Hazard, ask: Reinspect, occasion: Occasion, waived: tuple[Waiver, ...]
) -> tuple[ReinspectionFailed | RoundStarted, ...]:
    """复查不合格 · A new round, no longer than the first; the second failure calls for enforcement."""
    remark, deadline = check_failed(hazard, ask, occasion)
    number, enterprise = hazard.registered
    event = ReinspectionFailed(
        number=number,
        enterprise=enterprise,
        round=hazard.round,
        mode=ask.mode,
        inspectors=(occasion.person, *ask.others),
        visit=ask.visit,
        photos=ask.photos,
        remark=remark,
        referral_required=hazard.failures + 1 >= occasion.policy.limits.failures_to_referral,
        waived=waived,
    )
    responsible = hazard.responsible or hazard.submitter or occasion.person
    started = RoundStarted(
        number=number,
        enterprise=enterprise,
        round=hazard.round + 1,
        deadline=deadline,
        responsible=responsible,
    )
    return event, started


def check_failed(hazard: Hazard, ask: Reinspect, occasion: Occasion) -> tuple[Text, date]:
    """不合格须写明 · What is wrong, and a new deadline no longer than the first.

    Raises RemarkMissing, DeadlineMissing, DateInvalid.
    """
    if ask.remark is None:
        raise RemarkMissing
    if ask.deadline is None:
        raise DeadlineMissing
    longest = hazard.first_length or occasion.policy.limits.general_default_days
    check_deadline(ask.deadline, longest, occasion)
    return ask.remark, ask.deadline


Reinspecting = ReinspectionPassed | ReinspectionFailed | RoundStarted


def evolve(hazard: Hazard, event: Reinspecting, on: date) -> Hazard:
    """演变 · What a re-inspection changes; the first deadline of a life, or since it was reopened, measures later ones."""
    match event:
        case ReinspectionPassed():
            return replace(
                hazard,
                status=Status.VERIFIED,
                inspectors=event.inspectors,
                inspected_with_photo=bool(event.photos) or Waiver.PHOTOS in event.waived,
            )
        case ReinspectionFailed():
            return replace(hazard, failures=hazard.failures + 1)
        case RoundStarted():
            supervision, interim = unfinished(hazard.supervision, hazard.interim)
            return replace(
                hazard,
                supervision=supervision,
                interim=interim,
                status=Status.RECTIFYING,
                round=event.round,
                deadline=event.deadline,
                first_length=hazard.first_length or (event.deadline - on).days,
                responsible=event.responsible,
                submitter=None,
                inspectors=(),
            )
        case _:
            assert_never(event)
