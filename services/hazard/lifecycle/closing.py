"""销号与重开 · Struck off by somebody who may, and opened again when it was not true."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from contracts.hazard import DecisionProposed, HazardClosed, HazardReopened, RoundStarted
from contracts.values import Level, PersonId, ProposedAct, ReopenReason, Role, Status, Text, Track
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.ordering import check_deadline
from services.hazard.lifecycle.planning import NotFiveInPlace
from services.hazard.lifecycle.proposing import propose
from services.hazard.lifecycle.regions import check_delisted, check_lifted
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.transferring import check_none_offered
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot, Refused


class PersonsNotDistinct(MayNot):
    """提交、复查、销号须为不同的人 · For a major hazard submitter, re-inspectors and closer are disjoint."""


class UncertifiedMayNotClose(MayNot):
    """镇街无证人员销号须有复查照片 · An uncertified town officer closes only what was re-inspected with a photograph."""


class NotOwnTrack(MayNot):
    """企业只能销号自查的一般隐患 · An enterprise closes only on its own track."""


class SubmitterMayNotClose(MayNot):
    """自查隐患的提交人不得销号 · On the enterprise track a second person closes."""


class NotReinspected(Refused):
    """本轮没有复查合格记录 · Nothing is struck off without a passed re-inspection of the same round."""


class CloseHazard(Ask, json_schema_extra={"examples": [{"remark": "复查合格，予以销号"}]}):
    """销号 · After a passed re-inspection."""

    remark: Text | None = None


class ReopenHazard(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "reason": "RELAPSE",
                "remark": "回头看发现接地线再次脱落",
                "deadline": "2026-12-05",
                "responsible": "p-301",
            }
        ]
    },
):
    """重新打开 · Why, by when, and who has to put it right."""

    reason: ReopenReason
    remark: Text
    deadline: date
    responsible: PersonId


def may_close(hazard: Hazard, occasion: Occasion) -> None:
    """可否销号 · Who may depends on level and track; only what passed its re-inspection."""
    is_major = hazard.level is Level.MAJOR
    powers.check(powers.CLOSE_MAJOR if is_major else powers.CLOSE_GENERAL, occasion)
    if occasion.of_enterprise and hazard.track(occasion.policy) is not Track.ENTERPRISE:
        raise NotOwnTrack
    hazard.must_be(Status.VERIFIED, act="销号")
    if not hazard.inspectors:
        raise NotReinspected
    check_none_offered(hazard, "销号")
    if is_major:
        check_major(hazard, occasion)
    elif occasion.of_enterprise and occasion.person == hazard.submitter:
        raise SubmitterMayNotClose
    elif occasion.role is Role.TWN and not hazard.inspected_with_photo:
        raise UncertifiedMayNotClose
    check_delisted(hazard.supervision, "销号")
    check_lifted(hazard.interim, "销号", own=is_major)


def close_hazard(hazard: Hazard, ask: CloseHazard, occasion: Occasion) -> tuple[HazardClosed, ...]:
    """销号 · Who may depends on level and track; a major hazard needs three distinct persons."""
    may_close(hazard, occasion)
    number, enterprise = hazard.registered
    track = hazard.track(occasion.policy)
    return (
        HazardClosed(
            number=number, enterprise=enterprise, round=hazard.round, track=track, remark=ask.remark
        ),
    )


def check_major(hazard: Hazard, occasion: Occasion) -> None:
    """重大隐患销号 · By a third person, with the five implementations complete."""
    if occasion.person in {hazard.submitter, *hazard.inspectors} or hazard.submitter in hazard.inspectors:
        raise PersonsNotDistinct
    complete = hazard.plan_waived or hazard.plan_content_waived
    if not complete and not (hazard.plan and hazard.plan.five_in_place):
        raise NotFiveInPlace


def may_reopen(hazard: Hazard, occasion: Occasion) -> None:
    """可否重开 · What was verified or closed; an expert, the enterprise and an uncertified officer propose."""
    powers.check_or_propose(powers.REOPEN, occasion)
    hazard.must_be(Status.VERIFIED, Status.CLOSED, act="重新打开")


def reopen_hazard(
    hazard: Hazard, ask: ReopenHazard, occasion: Occasion
) -> tuple[HazardReopened | RoundStarted | DecisionProposed, ...]:
    """重新打开 · A new round with its own deadline and responsible person."""
    may_reopen(hazard, occasion)
    limits = occasion.policy.limits
    longest = limits.major_max_days if hazard.level is Level.MAJOR else limits.general_max_days
    check_deadline(ask.deadline, longest, occasion)
    if powers.proposes(powers.REOPEN, occasion):
        said = ask.model_dump(exclude={"reason"})
        return propose(hazard, ProposedAct.REOPEN, reopen_reason=ask.reason, **said)
    number, enterprise = hazard.registered
    reopened = HazardReopened(number=number, enterprise=enterprise, reason=ask.reason, remark=ask.remark)
    started = RoundStarted(
        number=number,
        enterprise=enterprise,
        round=hazard.round + 1,
        deadline=ask.deadline,
        responsible=ask.responsible,
    )
    return reopened, started


Closing = HazardClosed | HazardReopened


def evolve(hazard: Hazard, event: Closing) -> Hazard:
    """演变 · What closing and reopening change; a new round of its own event follows a reopening."""
    match event:
        case HazardClosed():
            return replace(hazard, status=Status.CLOSED)
        case HazardReopened():
            return replace(hazard, failures=0, first_length=None)
        case _:
            assert_never(event)
