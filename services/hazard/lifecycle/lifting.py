"""解除措施 · What was stopped starts again after the enterprise asked and a review on site agreed (AQF 65)."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from pydantic import Field

from contracts.envelope import Envelope
from contracts.hazard import InterimMeasureLifted, LiftRefused, LiftRequested
from contracts.regions import InterimState
from contracts.values import Certificate, Digest, Level, PersonId, Role, Status, Text
from services.hazard.lifecycle import certifying, powers
from services.hazard.lifecycle.measuring import UNREMOVED
from services.hazard.lifecycle.regions import Interim
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot, Refused

REMOVED = (Status.SUBMITTED, Status.VERIFIED)


class NoMeasure(Refused):
    """没有执行中的临时措施 · There is nothing to lift."""


class LiftNotRequested(Refused):
    """企业尚未申请解除措施 · A review follows the enterprise's application."""


class LiftAlreadyRequested(Refused):
    """已申请解除措施 · The application waits for its answer."""


class ReviewerNotIndependent(MayNot):
    """审查人须独立于企业 · Neither who asked nor who submitted nor a person of the enterprise reviews."""


class RequestLift(Ask, json_schema_extra={"examples": [{"statement": "隐患已消除，申请恢复生产"}]}):
    """申请解除措施 · Why production or use may be resumed."""

    statement: Text
    acceptance_report: Digest | None = Field(None, description="企业验收报告")


class LiftInterimMeasure(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "opinion": "经现场审查，同意恢复生产",
                "others": ["p-51"],
                "certificates": ["33011199001", "33011199002"],
                "photos": [EXAMPLE_PHOTO],
            }
        ]
    },
):
    """解除临时措施 · After a review on site, by certified officers, with photographs."""

    opinion: Text
    others: tuple[PersonId, ...] = Field((), description="同行的其他审查人员")
    certificates: tuple[Certificate, ...] = Field((), description="执法证号，不少于两人，含本人")
    photos: tuple[Digest, ...] = Field(min_length=1)


class RefuseLift(Ask, json_schema_extra={"examples": [{"reason": "通风系统尚未恢复"}]}):
    """不同意解除措施 · With the reason."""

    reason: Text


def may_request_lift(hazard: Hazard, occasion: Occasion) -> None:
    """可否申请解除 · While a measure stands; of a major hazard after it was removed."""
    powers.check(powers.REQUEST_LIFT, occasion)
    check_standing(hazard, "申请解除措施")
    if hazard.interim.state is InterimState.LIFT_REQUESTED:
        raise LiftAlreadyRequested


def request_lift(hazard: Hazard, ask: RequestLift, occasion: Occasion) -> tuple[LiftRequested, ...]:
    """申请解除措施 · The review is due within the policy's days."""
    may_request_lift(hazard, occasion)
    number, enterprise = hazard.registered
    due = review_due(occasion)
    return (LiftRequested(number=number, enterprise=enterprise, review_due=due, **ask.model_dump()),)


def review_due(occasion: Occasion) -> date:
    """审查期限 · Longer for industries that the policy names, such as coal."""
    limits = occasion.policy.limits
    profile = occasion.enterprise.profile if occasion.enterprise else None
    industry = profile.industry if profile else None
    limit = limits.resumption_review_of.get(industry or "", limits.resumption_review)
    return occasion.count(limit)[0]


def check_standing(hazard: Hazard, act: str) -> None:
    """措施在执行 · A measure stands; a major hazard was removed before anything is resumed (AQF 65).

    Raises NoMeasure, NotAtThisStage.
    """
    if not hazard.interim.standing:
        raise NoMeasure
    stages = REMOVED if hazard.level is Level.MAJOR else (*UNREMOVED, Status.VERIFIED)
    hazard.must_be(*stages, act=act)


def may_lift(hazard: Hazard, occasion: Occasion) -> None:
    """可否解除 · What was applied for and removed, by the department or the lister, independent of the enterprise."""
    powers.check(powers.LIFT, occasion)
    check_standing(hazard, "解除临时措施")
    powers.check(powers.LIFT, occasion, hazard)
    check_requested(hazard)
    check_independent(hazard, {occasion.person}, occasion)


def check_independent(hazard: Hazard, looking: set[PersonId], occasion: Occasion) -> None:
    """独立审查 · Raises ReviewerNotIndependent."""
    concerned = {hazard.submitter, hazard.responsible, hazard.interim.requested_by}
    if looking & (occasion.enterprise_people | concerned):
        raise ReviewerNotIndependent


def lift_interim_measure(
    hazard: Hazard, ask: LiftInterimMeasure, occasion: Occasion
) -> tuple[InterimMeasureLifted, ...]:
    """解除临时措施 · A review on site agrees; by two certified officers where an authority stopped it or it is major."""
    may_lift(hazard, occasion)
    check_independent(hazard, {*ask.others}, occasion)
    if hazard.level is Level.MAJOR or hazard.interim.ordered:
        check_review(ask, occasion)
    number, enterprise = hazard.registered
    return (
        InterimMeasureLifted(
            number=number,
            enterprise=enterprise,
            opinion=ask.opinion,
            inspectors=inspectors(ask, occasion),
            certificates=ask.certificates,
            photos=ask.photos,
        ),
    )


def check_requested(hazard: Hazard) -> None:
    """已申请 · A review answers an application (AQF 65: 经审查同意，方可恢复)."""
    if hazard.interim.state is not InterimState.LIFT_REQUESTED:
        raise LiftNotRequested(f"企业尚未申请解除措施（{powers.AQF_65_LIFT}）")


def inspectors(ask: LiftInterimMeasure, occasion: Occasion) -> tuple[PersonId, ...]:
    """现场审查人 · The committee's office may not inspect (国办发〔2024〕54号): it decides on others' review."""
    return ask.others if occasion.role is Role.SCO else (occasion.person, *ask.others)


def check_review(ask: LiftInterimMeasure, occasion: Occasion) -> None:
    """现场审查 · Two certified officers, both named.

    Raises MayNot of certifying.
    """
    needed = occasion.policy.limits.certified_officers
    if len(set(inspectors(ask, occasion))) < needed or len(set(ask.certificates)) < needed:
        raise powers.TooFewOfficers(
            f"恢复生产前由 {needed} 名以上执法人员现场审查，请填写审查人员及其执法证号（{powers.APL_42}）"
        )
    if occasion.role is Role.SCO:
        certifying.check_companions(powers.LIFT, occasion, set(ask.certificates), set(ask.others))
    else:
        powers.check_certified(powers.LIFT, occasion, ask.certificates, ask.others)


def may_refuse_lift(hazard: Hazard, occasion: Occasion) -> None:
    """可否不同意 · What was applied for, wherever the hazard stands."""
    powers.check(powers.LIFT, occasion)
    hazard.must_be(*UNREMOVED, Status.VERIFIED, act="答复解除申请")
    if not hazard.interim.standing:
        raise NoMeasure
    powers.check(powers.LIFT, occasion, hazard)
    check_requested(hazard)


def refuse_lift(hazard: Hazard, ask: RefuseLift, occasion: Occasion) -> tuple[LiftRefused, ...]:
    """不同意解除措施 · The measures stay; the enterprise may ask again."""
    may_refuse_lift(hazard, occasion)
    number, enterprise = hazard.registered
    return (LiftRefused(number=number, enterprise=enterprise, reason=ask.reason),)


Lifting = LiftRequested | InterimMeasureLifted | LiftRefused


def evolve(hazard: Hazard, event: Lifting, envelope: Envelope) -> Hazard:
    """演变 · What asking and answering change; the envelope says who asked."""
    match event:
        case LiftRequested():
            asked = replace(hazard.interim, state=InterimState.LIFT_REQUESTED, requested_by=envelope.actor)
            return replace(hazard, interim=asked)
        case InterimMeasureLifted():
            return replace(hazard, interim=Interim(state=InterimState.LIFTED))
        case LiftRefused():
            stays = replace(hazard.interim, state=InterimState.ACTIVE, requested_by=None)
            return replace(hazard, interim=stays)
        case _:
            assert_never(event)
