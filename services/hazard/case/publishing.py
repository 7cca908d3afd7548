"""送达与公示 · The decision comes to the party, and can be read by everybody."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from pydantic import Field

from contracts.case import DecisionServed, PenaltyPublished
from contracts.case_codes import CaseClock, CaseStatus
from contracts.terms import ServiceMethod
from contracts.values import Digest, PersonId, ShortText
from services.hazard.case.acting import check_handler
from services.hazard.case.state import Case
from services.hazard.lifecycle.enforcing import check_past
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.refused import Refused

S = CaseStatus


class DecisionAlreadyServed(Refused):
    """决定书已送达 · A decision is served once."""


class NothingToPublish(Refused):
    """没有需要公示的处罚 · Only a penalty is published."""


class ServeDecision(
    Ask,
    json_schema_extra={
        "examples": [
            {"method": "DIRECT", "recipient": "p-301", "file": [EXAMPLE_PHOTO], "served_on": "2026-06-18"}
        ]
    },
):
    """送达决定书 · How, to whom, on which day, with the receipt."""

    method: ServiceMethod
    recipient: PersonId | None = None
    file: tuple[Digest, ...] = Field((), description="送达回证")
    served_on: date


class PublishPenalty(
    Ask,
    json_schema_extra={"examples": [{"place": "余杭区应急管理局行政处罚公示", "published_on": "2026-06-18"}]},
):
    """公示处罚决定 · Where and on which day."""

    place: ShortText = Field(description="公示平台")
    published_on: date


def may_serve(case: Case, occasion: Occasion) -> None:
    """可否送达 · What was decided, once."""
    check_handler(case, occasion)
    case.must_be(S.DECIDED, S.PUBLISHED, act="送达决定书")
    if case.served_on is not None:
        raise DecisionAlreadyServed


def serve_decision(case: Case, ask: ServeDecision, occasion: Occasion) -> tuple[DecisionServed, ...]:
    """送达决定书 · From that day the time for payment runs (APL 67)."""
    may_serve(case, occasion)
    check_since_decision(case, ask.served_on, "送达日期", occasion)
    due, counted = occasion.count(occasion.policy.cases.payment, ask.served_on)
    return (
        DecisionServed(
            **case.filed,
            decision_number=decided_as(case),
            late=case.service_due is not None and ask.served_on > case.service_due,
            payment_due=due if case.fine else None,
            counted=counted if case.fine else None,
            **ask.model_dump(),
        ),
    )


def decided_as(case: Case) -> str:
    """决定书文号 · Of a case that was decided."""
    assert case.decision_number is not None  # the stages after the decision begin with it
    return case.decision_number


def check_since_decision(case: Case, on: date, what: str, occasion: Occasion) -> None:
    """日期检查 · Not before the decision, not after today. Raises DateInvalid."""
    check_past(on, what, occasion)
    if case.decided_on is not None and on < case.decided_on:
        raise DateInvalid(f"{what}不得早于决定日期（{case.decided_on.isoformat()}）")


def may_publish(case: Case, occasion: Occasion) -> None:
    """可否公示 · A penalty that was decided."""
    check_handler(case, occasion)
    case.must_be(S.DECIDED, act="公示处罚决定")
    if not case.punished:
        raise NothingToPublish("不予处罚的决定不公示（《安全生产法》第七十八条公开的是行政处罚信息）")


def publish_penalty(case: Case, ask: PublishPenalty, occasion: Occasion) -> tuple[PenaltyPublished, ...]:
    """公示处罚决定 · Late ones are recorded as late."""
    may_publish(case, occasion)
    check_since_decision(case, ask.published_on, "公示日期", occasion)
    late = case.publication_due is not None and ask.published_on > case.publication_due
    return (PenaltyPublished(**case.filed, decision_number=decided_as(case), late=late, **ask.model_dump()),)


Publishing = DecisionServed | PenaltyPublished


def evolve(case: Case, event: Publishing) -> Case:
    """演变 · Served, or published."""
    match event:
        case DecisionServed():
            late = (CaseClock.SERVICE,) if event.late else ()
            return replace(
                case,
                served_on=event.served_on,
                payment_due=event.payment_due,
                late=(*case.late, *late),
            )
        case PenaltyPublished():
            late = (CaseClock.PUBLICATION,) if event.late else ()
            return replace(
                case, status=S.PUBLISHED, published_on=event.published_on, late=(*case.late, *late)
            )
        case _:
            assert_never(event)
