"""延期 · The enterprise asks before the deadline, an officer agrees, somebody else decides; no answer is no approval."""

from dataclasses import replace
from datetime import date, timedelta
from typing import assert_never

from pydantic import Field

from contracts.envelope import Envelope
from contracts.hazard import (
    ExtensionAgreedBySupervisor,
    ExtensionGranted,
    ExtensionRefused,
    ExtensionRequested,
)
from contracts.limits import Limit
from contracts.terms import ExtensionState
from contracts.values import Level, Role, Status, Text
from services.hazard.calendar import end_of
from services.hazard.calendar.counting import latest_before
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.ordering import check_deadline
from services.hazard.lifecycle.powers import Power
from services.hazard.lifecycle.regions import Supervision
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.terms import Extension, Term, deadline_set
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot, Refused


class DeadlineNotRunning(Refused):
    """整改期限尚未起算 · The order is not served yet, so there is nothing to extend."""


class ExtensionTooLate(Refused):
    """期限届满后不得申请延期 · More time is asked for before the deadline."""


class ExtensionPending(Refused):
    """已有待答复的延期申请 · One application at a time."""


class ExtensionsExhausted(Refused):
    """延期次数已用完 · A hazard is extended so many times at most."""


class DeadlineNotLater(Refused):
    """延期后的期限须晚于现有期限 · An extension ends later than the deadline it replaces."""


class LongerThanRequested(Refused):
    """批准的期限不得超过申请的期限 · Nobody is given more time than was asked for."""


class LongestForMajor(Refused):
    """重大隐患超过最长治理期限 · Beyond the longest term the safety committee decides."""


class NoExtensionRequested(Refused):
    """没有待答复的延期申请 · There is no application to decide on."""


class NotAgreedYet(Refused):
    """延期申请尚未初审 · An officer agrees before anybody grants."""


class RequesterMayNotApprove(MayNot):
    """申请延期的人不得审批 · Who asks does not decide."""


class SupervisorMayNotGrant(MayNot):
    """初审人不得批准同一延期 · The two steps are taken by two persons."""


class RequestExtension(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "deadline": "2026-12-31",
                "reason": "更换的防爆电机须向厂家订制，12月20日到货",
                "protection": "停用该工位，加装临时隔离并悬挂警示标志，每班专人巡查",
            }
        ]
    },
):
    """申请延期 · Until when, why, and what protects people in the meantime."""

    deadline: date = Field(description="申请延至的日期")
    reason: Text
    protection: Text = Field(description="延期期间的防护措施")


class AgreeExtension(Ask, json_schema_extra={"examples": [{"remark": "经现场核实，情况属实"}]}):
    """初审同意延期 · The first of two steps."""

    remark: Text | None = None


class GrantExtension(
    Ask, json_schema_extra={"examples": [{}, {"deadline": "2026-12-25", "remark": "酌情批准"}]}
):
    """批准延期 · As asked for, or for less."""

    deadline: date | None = Field(None, description="批准的期限；不填即申请的期限")
    remark: Text | None = None


class RefuseExtension(Ask, json_schema_extra={"examples": [{"reason": "隐患可以按期消除，不同意延期"}]}):
    """不批准延期 · With the reason; the old deadline stays."""

    reason: Text


def may_request(hazard: Hazard, occasion: Occasion) -> None:
    """可否申请延期 · Before the deadline that runs, one application at a time, so many times."""
    powers.check(powers.EXTEND_REQUEST, occasion)
    hazard.must_be(Status.RECTIFYING, act="申请延期")
    previous = running(hazard)
    if occasion.at >= end_of(previous):
        raise ExtensionTooLate(f"整改期限 {previous.isoformat()} 已届满，不得再申请延期，请立即整改")
    if hazard.extension.open:
        raise ExtensionPending
    check_left(hazard, occasion)


def request_extension(
    hazard: Hazard, ask: RequestExtension, occasion: Occasion
) -> tuple[ExtensionRequested, ...]:
    """申请延期 · Before the deadline; one that comes later than the limit for applications is taken and marked late."""
    may_request(hazard, occasion)
    previous = running(hazard)
    check_later(hazard, ask.deadline, occasion)
    request, answer = limits_of(hazard, occasion)
    answer_due, counted = occasion.count(answer)
    number, enterprise = hazard.registered
    return (
        ExtensionRequested(
            number=number,
            enterprise=enterprise,
            former=previous,
            wanted=ask.deadline,
            reason=ask.reason,
            protection=ask.protection,
            late=occasion.today > latest_before(request, previous, occasion.calendar),
            answer_due=answer_due,
            counted=counted,
        ),
    )


def may_agree(hazard: Hazard, occasion: Occasion) -> None:
    """可否初审 · What was applied for and nobody has agreed to, by somebody else."""
    powers.check(powers.EXTEND_AGREE, occasion)
    check_open(hazard, occasion, "初审延期申请")
    if hazard.extension.state is not ExtensionState.REQUESTED:
        raise NoExtensionRequested("该延期申请已初审同意，请等待批准")


def agree_extension(
    hazard: Hazard, ask: AgreeExtension, occasion: Occasion
) -> tuple[ExtensionAgreedBySupervisor, ...]:
    """初审同意 · By an officer who did not ask for it."""
    may_agree(hazard, occasion)
    number, enterprise = hazard.registered
    return (ExtensionAgreedBySupervisor(number=number, enterprise=enterprise, remark=ask.remark),)


def may_grant(hazard: Hazard, occasion: Occasion) -> None:
    """可否批准 · What an officer agreed to, by somebody else than the officer and the applicant."""
    may_refuse(hazard, occasion)
    if hazard.extension.state is not ExtensionState.SUPERVISOR_AGREED:
        raise NotAgreedYet
    if occasion.person == hazard.extension.supervisor:
        raise SupervisorMayNotGrant
    check_left(hazard, occasion)


def may_refuse(hazard: Hazard, occasion: Occasion) -> None:
    """可否不批准 · An application that waits, by who may grant it."""
    powers.check(granting(hazard), occasion, hazard)
    check_open(hazard, occasion, "答复延期申请")


def grant_extension(hazard: Hazard, ask: GrantExtension, occasion: Occasion) -> tuple[ExtensionGranted, ...]:
    """批准延期 · After an officer agreed, by somebody else, for no longer than asked."""
    may_grant(hazard, occasion)
    extension, previous = hazard.extension, running(hazard)
    deadline = ask.deadline or extension.deadline or previous
    check_later(hazard, deadline, occasion)
    check_longest(hazard, deadline, occasion)
    if extension.deadline and deadline > extension.deadline:
        raise LongerThanRequested(f"申请延至 {extension.deadline.isoformat()}，批准的期限不得晚于该日")
    number, enterprise = hazard.registered
    return (
        ExtensionGranted(
            number=number, enterprise=enterprise, deadline=deadline, former=previous, remark=ask.remark
        ),
    )


def refuse_extension(
    hazard: Hazard, ask: RefuseExtension, occasion: Occasion
) -> tuple[ExtensionRefused, ...]:
    """不批准延期 · At either step; the old deadline stays."""
    may_refuse(hazard, occasion)
    number, enterprise = hazard.registered
    return (
        ExtensionRefused(number=number, enterprise=enterprise, deadline=running(hazard), reason=ask.reason),
    )


def granting(hazard: Hazard) -> Power:
    """批准权 · Listed: the body that listed it; else general: town leader or officer, major: the department's head."""
    if hazard.supervision.listed:
        return powers.EXTEND_GRANT_LISTED
    return powers.EXTEND_GRANT_MAJOR if hazard.level is Level.MAJOR else powers.EXTEND_GRANT


def limits_of(hazard: Hazard, occasion: Occasion) -> tuple[Limit, Limit]:
    """延期时限 · How long before the deadline to ask, and how long the answer may take."""
    limits = occasion.policy.limits
    if hazard.level is Level.MAJOR:
        return limits.extension_request_major, limits.extension_answer_major
    return limits.extension_request_general, limits.extension_answer_general


def running(hazard: Hazard) -> date:
    """现有期限 · The deadline in force. Raises DeadlineNotRunning."""
    if hazard.deadline is None:
        raise DeadlineNotRunning("责令整改文书尚未送达，整改期限自送达之日起算，现在无须延期")
    return hazard.deadline


def check_open(hazard: Hazard, occasion: Occasion, act: str) -> None:
    """待答复 · There is an application, and the actor did not make it."""
    hazard.must_be(Status.RECTIFYING, act=act)
    if not hazard.extension.open:
        raise NoExtensionRequested
    if occasion.person == hazard.extension.requester:
        raise RequesterMayNotApprove


def check_left(hazard: Hazard, occasion: Occasion) -> None:
    """延期次数 · So many for a hazard's whole life. Raises ExtensionsExhausted."""
    most = occasion.policy.limits.extensions
    if hazard.extension.granted >= most:
        raise ExtensionsExhausted(f"该隐患已延期 {hazard.extension.granted} 次，最多延期 {most} 次")


def check_later(hazard: Hazard, deadline: date, occasion: Occasion) -> None:
    """更晚 · Later than the deadline in force, and within the longest that a deadline may be set for."""
    previous = running(hazard)
    if deadline <= previous:
        raise DeadlineNotLater(f"延期后的期限须晚于现有期限 {previous.isoformat()}")
    limits = occasion.policy.limits
    longest = limits.major_max_days if hazard.level is Level.MAJOR else limits.general_max_days
    check_deadline(deadline, longest, occasion)


def check_longest(hazard: Hazard, deadline: date, occasion: Occasion) -> None:
    """最长治理期限 · A major hazard's term, extensions and all; beyond it the safety committee decides."""
    if hazard.level is not Level.MAJOR or hazard.terms.begun_on is None or occasion.role is Role.SCO:
        return
    longest = occasion.policy.limits.major_max_days
    if deadline > hazard.terms.begun_on + timedelta(days=longest):
        raise LongestForMajor(
            f"重大隐患自 {hazard.terms.begun_on.isoformat()} 起治理期限不得超过 {longest} 天，确需延长的由安委办决定"
        )


Extending = ExtensionRequested | ExtensionAgreedBySupervisor | ExtensionGranted | ExtensionRefused


def evolve(hazard: Hazard, event: Extending, envelope: Envelope) -> Hazard:
    """演变 · Only a granted extension moves the deadline."""
    extension = hazard.extension
    match event:
        case ExtensionRequested():
            asked = Extension(
                state=ExtensionState.REQUESTED,
                deadline=event.wanted,
                requester=envelope.actor,
                answer=Term(on=event.answer_due, version=envelope.version, counted=event.counted),
                granted=extension.granted,
            )
            return replace(hazard, extension=asked)
        case ExtensionAgreedBySupervisor():
            agreed = replace(extension, state=ExtensionState.SUPERVISOR_AGREED, supervisor=envelope.actor)
            return replace(hazard, extension=agreed)
        case ExtensionGranted():
            granted = replace(extension, state=ExtensionState.GRANTED, granted=extension.granted + 1)
            moved = replace(hazard, supervision=listed_until(hazard.supervision, event.deadline))
            return deadline_set(replace(moved, deadline=event.deadline, extension=granted), envelope.version)
        case ExtensionRefused():
            return replace(hazard, extension=replace(extension, state=ExtensionState.REFUSED))
        case _:
            assert_never(event)


def listed_until(supervision: Supervision, deadline: date) -> Supervision:
    """督办期限 · Who listed it gives the longer term: no listing ends before the rectification it supervises."""
    if not supervision.listed or supervision.deadline is None or supervision.deadline >= deadline:
        return supervision
    return replace(supervision, deadline=deadline)
