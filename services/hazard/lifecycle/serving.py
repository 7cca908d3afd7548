"""送达与拒签 · The order comes to whom it binds, which fixes a deadline given in days; or somebody will not sign."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from pydantic import Field

from contracts.envelope import Envelope
from contracts.hazard import NoticeServed, SignatureRefused
from contracts.terms import ServiceMethod
from contracts.values import PersonId, Role, ShortText, Status, Text
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.terms import deadline_set
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.refused import Refused

AQF_65_2 = "《安全生产法》第六十五条：要求限期改正，当事人收到时期限已过的无从改正"
SIGNING = (
    Status.REGISTERED,
    Status.PLAN_REQUIRED,
    Status.RECTIFYING,
    Status.SUBMITTED,
    Status.VERIFIED,
)


SERVABLE = (Status.RECTIFYING, Status.SUBMITTED)


class NothingToServe(Refused):
    """没有尚待送达的责令整改文书 · There is no order that has not been served yet."""


class ServedWithItsNotice(Refused):
    """应随指令书一并送达 · A hazard of a grouped notice is served when the notice is."""


class DeadlineBeforeService(Refused):
    """整改期限早于送达 · Nobody is bound by a day that was over when the order came."""


class RefusalNotReported(Refused):
    """拒绝签字须报告主管部门 · A town reports a refused signature to the department (AQF 68)."""


class ServeNotice(
    Ask,
    json_schema_extra={"examples": [{"method": "DIRECT", "recipient": "p-301"}]},
):
    """送达文书 · How, to whom, and on which day if it was an earlier one."""

    method: ServiceMethod
    recipient: PersonId | None = Field(None, description="签收人")
    served_on: date | None = Field(None, description="送达日期；不填即当天，邮寄的填签收日")


class RecordSignatureRefusal(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "document": "责令限期整改指令书",
                "refused_by": "p-301",
                "reason": "称对检查结论有异议",
                "reported_to": "区应急管理局",
            }
        ]
    },
):
    """记录拒绝签字 · Which document, who, why, and the department it was reported to."""

    document: ShortText
    refused_by: PersonId | None = None
    reason: Text
    reported_to: ShortText | None = Field(None, description="报告的部门；镇街执法人员必填")


def may_serve(hazard: Hazard, occasion: Occasion) -> None:
    """可否送达 · An order that has not been served."""
    powers.check(powers.SERVE, occasion)
    hazard.must_be(*SERVABLE, act="送达文书")
    if not hazard.notice.unserved:
        raise NothingToServe
    if hazard.noticed is not None and occasion.notice is None:
        raise ServedWithItsNotice(f"该隐患已列入指令书 {hazard.notice.number}，请送达该指令书，不单独送达")


def serve_notice(hazard: Hazard, ask: ServeNotice, occasion: Occasion) -> tuple[NoticeServed, ...]:
    """送达文书 · Once for each order; the day of service is not counted."""
    may_serve(hazard, occasion)
    notice = hazard.notice
    served_on = ask.served_on or occasion.today
    if notice.ordered_on is None:
        raise NothingToServe
    if not notice.ordered_on <= served_on <= occasion.today:
        raise DateInvalid(f"送达日期应在 {notice.ordered_on.isoformat()}（责令整改）至今天之间")
    deadline, counted = occasion.count(notice.limit, served_on) if notice.limit else (None, None)
    number, enterprise = hazard.registered
    check_not_over(hazard, served_on)
    return (
        NoticeServed(
            number=number,
            enterprise=enterprise,
            notice=notice.number,
            method=ask.method,
            recipient=ask.recipient,
            served_on=served_on,
            deadline=deadline,
            counted=counted,
        ),
    )


def check_not_over(hazard: Hazard, served_on: date) -> None:
    """期限未过 · A deadline by date lies behind the service; what was submitted by then is served for the record.

    Raises DeadlineBeforeService.
    """
    deadline = hazard.deadline if hazard.status is Status.RECTIFYING else None
    if deadline is not None and deadline <= served_on:
        raise DeadlineBeforeService(
            f"隐患「{hazard.number}」的整改期限 {deadline.isoformat()} 不晚于送达日期 {served_on.isoformat()}"
            f"（{AQF_65_2}）"
        )


def may_record_refusal(hazard: Hazard, occasion: Occasion) -> None:
    """可否记录拒签 · While it is open."""
    powers.check(powers.SERVE, occasion)
    hazard.must_be(*SIGNING, act="记录拒绝签字")


def record_signature_refusal(
    hazard: Hazard, ask: RecordSignatureRefusal, occasion: Occasion
) -> tuple[SignatureRefused, ...]:
    """记录拒绝签字 · With the reason; a town officer also says to which department it was reported."""
    may_record_refusal(hazard, occasion)
    if occasion.role is Role.TWO and ask.reported_to is None:
        raise RefusalNotReported(
            "拒绝签字的，须记录在案并向负有安全生产监督管理职责的部门报告，请填写报告的部门（《安全生产法》第六十八条）"
        )
    number, enterprise = hazard.registered
    return (SignatureRefused(number=number, enterprise=enterprise, **ask.model_dump()),)


Serving = NoticeServed | SignatureRefused


def evolve(hazard: Hazard, event: Serving, envelope: Envelope) -> Hazard:
    """演变 · Service may fix the deadline; a refused signature changes nothing."""
    match event:
        case NoticeServed():
            served = replace(hazard, notice=replace(hazard.notice, served_on=event.served_on))
            if event.deadline is None:
                return served
            length = (event.deadline - event.served_on).days
            fixed = replace(served, deadline=event.deadline, first_length=length)
            return deadline_set(fixed, envelope.version, event.counted)
        case SignatureRefused():
            return hazard
        case _:
            assert_never(event)
