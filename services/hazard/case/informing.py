"""告知与听取意见 · The proposed penalty is told; the party speaks, asks for a hearing, or asks for neither."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from pydantic import Field

from contracts.case import (
    HearingHeld,
    HearingRequested,
    PartyRightsWaived,
    PartyStatementRecorded,
    PartyStatementReviewed,
    Penalty,
    PenaltyInformed,
)
from contracts.case_codes import CaseStatus
from contracts.regions import PenaltyKind
from contracts.values import Digest, PersonId, ShortText, Text
from services.hazard.calendar.counting import ends_on
from services.hazard.case.acting import check, check_handler, check_investigator, officers_of
from services.hazard.case.investigating import check_since_filing
from services.hazard.case.numbering import drawn
from services.hazard.case.state import NOT_HEARD, Case, Heard, Told
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.policy.cases import CaseAct
from services.hazard.refused import MayNot, Refused

S = CaseStatus
K = PenaltyKind
EXAMPLE_PENALTY = {"kinds": ["FINE"], "fine": 2000000}
EXAMPLE_CITED = ["《安全生产法》第一百零二条"]


class EvidenceMissing(Refused):
    """没有证据 · Nobody is told of a penalty before there is evidence."""


class PenaltyContradictsItself(Refused):
    """处罚内容自相矛盾 · A fine has an amount, an amount is a fine, and no penalty is no other."""


class DetentionByPolice(Refused):
    """行政拘留由公安机关决定 · Only the police take a person's freedom (APL 18)."""


class NoPenaltyToInform(Refused):
    """不予处罚的不必告知 · What is told beforehand is a penalty."""


class NothingToAnswer(Refused):
    """没有待复核的陈述申辩 · The party said nothing that waits for an answer."""


class RightsWaived(Refused):
    """当事人已书面放弃 · The party said in writing that it asks for nothing more."""


class NoHearingRight(Refused):
    """不属于应当听证的处罚 · The law gives a hearing for the heavier penalties only (APL 63)."""


class HearingRequestTooLate(Refused):
    """要求听证已过期限 · A hearing is asked for within so many days of being told (APL 64)."""


class HearingAlreadyRequested(Refused):
    """已要求听证 · A hearing is asked for once."""


class HearingNotRequested(Refused):
    """当事人没有要求听证 · A hearing is held where the party asks for it."""


class HearingAlreadyHeld(Refused):
    """听证已举行 · There is one hearing for what the party was told."""


class HearingNoticeTooShort(Refused):
    """听证通知过迟 · The party hears of it so many days before (APL 64)."""


class PresiderInvestigated(MayNot):
    """听证主持人须为非本案调查人员 · Who investigated does not preside (APL 64)."""


class InformParty(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "facts": "配电箱外壳未做保护接地，两次复查均未消除",
                "grounds": "未采取措施消除事故隐患",
                "basis": EXAMPLE_CITED,
                "proposed": EXAMPLE_PENALTY,
                "others": ["p-81"],
                "informed_on": "2026-06-08",
            }
        ]
    },
):
    """处罚告知 · Facts, grounds, provisions and the proposed penalty; served on the party on that day."""

    facts: Text
    grounds: Text
    basis: tuple[ShortText, ...] = Field(min_length=1, description="处罚依据")
    proposed: Penalty
    others: tuple[PersonId, ...] = Field((), description="共同办理的其他办案人员")
    informed_on: date = Field(description="告知书送达日期")
    complicated: bool = Field(False, description="案情疑难复杂或涉及重大公共利益，须经法制审核")


class RecordStatement(
    Ask, json_schema_extra={"examples": [{"file": [EXAMPLE_PHOTO], "stated_on": "2026-06-09"}]}
):
    """陈述申辩 · The record of what the party says, or its letter."""

    file: tuple[Digest, ...] = Field(min_length=1, description="陈述申辩笔录或书面意见")
    stated_on: date


class ReviewStatement(
    Ask, json_schema_extra={"examples": [{"accepted": False, "opinion": "事实清楚，申辩理由不成立"}]}
):
    """复核陈述申辩 · Whether it is accepted, and why."""

    accepted: bool
    opinion: Text


class WaiveRights(
    Ask, json_schema_extra={"examples": [{"file": [EXAMPLE_PHOTO], "waived_on": "2026-06-09"}]}
):
    """放弃陈述申辩和听证 · In writing."""

    file: tuple[Digest, ...] = Field(min_length=1, description="当事人的书面声明")
    waived_on: date


class RequestHearing(
    Ask, json_schema_extra={"examples": [{"file": [EXAMPLE_PHOTO], "requested_on": "2026-06-09"}]}
):
    """要求听证 · On a day within the time."""

    file: tuple[Digest, ...] = ()
    requested_on: date


class HoldHearing(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "presided_by": "p-95",
                "notified_on": "2026-06-10",
                "held_on": "2026-06-24",
                "file": [EXAMPLE_PHOTO],
                "opinion": "违法事实清楚，建议维持拟处罚意见",
            }
        ]
    },
):
    """举行听证 · Who presided, when the party was notified, the record and the presider's opinion."""

    presided_by: PersonId
    notified_on: date
    held_on: date
    file: tuple[Digest, ...] = Field(min_length=1, description="听证笔录")
    opinion: Text


def check_penalty(penalty: Penalty) -> None:
    """处罚内容 · Raises DetentionByPolice, PenaltyContradictsItself."""
    kinds = set(penalty.kinds)
    if K.DETENTION in kinds:
        raise DetentionByPolice("行政拘留由公安机关决定（《行政处罚法》第十八条），应当移送公安机关")
    if len(kinds) < len(penalty.kinds) or (K.NONE in kinds and len(kinds) > 1):
        raise PenaltyContradictsItself("处罚种类重复，或不予处罚与处罚并列")
    if (K.FINE in kinds) != bool(penalty.fine):
        raise PenaltyContradictsItself("罚款须填写金额（分），没有罚款的不填")


def heavy(penalty: Penalty, kinds: frozenset[PenaltyKind], fine: int) -> bool:
    """较重的处罚 · Of one of these kinds, or a fine from so much on."""
    return bool(kinds & {*penalty.kinds}) or (penalty.fine or 0) >= fine


def may_inform(case: Case, occasion: Occasion) -> None:
    """可否告知 · By the officers of the case, with evidence."""
    check_investigator(case, occasion)
    case.must_be(S.INVESTIGATING, S.INFORMED, act="告知拟作出的处罚")
    if not case.evidence:
        raise EvidenceMissing(
            "没有证据，不得告知处罚（《行政处罚法》第四十条：违法事实不清、证据不足的，不得处罚）"
        )


def inform_party(case: Case, ask: InformParty, occasion: Occasion) -> tuple[PenaltyInformed, ...]:
    """处罚告知 · Told again, the former is replaced: what the party may say begins anew."""
    may_inform(case, occasion)
    check_since_filing(case, ask.informed_on, "告知日期", occasion)
    check_penalty(ask.proposed)
    if K.NONE in ask.proposed.kinds:
        raise NoPenaltyToInform("不予处罚的，直接作出决定，不必告知（《行政处罚法》第五十七条）")
    rules = occasion.policy.cases
    hearing = heavy(ask.proposed, rules.hearing_kinds, rules.hearing_fine)
    review = ask.complicated or heavy(ask.proposed, rules.review_kinds, rules.review_fine)
    hearing_due, counted = occasion.count(rules.hearing_request, ask.informed_on)
    return (
        PenaltyInformed(
            **case.filed,
            **ask.model_dump(exclude={"others", "complicated", "proposed"}),
            notice=drawn(occasion),
            proposed=ask.proposed,
            officers=officers_of(case, (occasion.person, *ask.others), occasion),
            statement_due=occasion.count(rules.statement, ask.informed_on)[0],
            hearing=hearing,
            hearing_due=hearing_due if hearing else None,
            review=review,
            counted=counted if hearing else None,
        ),
    )


def told(case: Case) -> Told:
    """已告知 · What the party was told; whoever is INFORMED was."""
    assert case.told is not None  # the stage INFORMED begins with it
    return case.told


def check_since_told(case: Case, on: date, what: str, occasion: Occasion) -> None:
    """日期检查 · Not before the party was told, not after today. Raises DateInvalid."""
    check_since_filing(case, on, what, occasion)
    if on < told(case).on:
        raise DateInvalid(f"{what}不得早于告知日期（{told(case).on.isoformat()}）")


def may_speak(case: Case, occasion: Occasion) -> None:
    """可否陈述申辩 · By the party or by the officer who takes it down."""
    check(CaseAct.SPEAK, case, occasion)
    case.must_be(S.INFORMED, act="陈述、申辩或要求听证")


def record_statement(
    case: Case, ask: RecordStatement, occasion: Occasion
) -> tuple[PartyStatementRecorded, ...]:
    """陈述申辩 · Heard even when late: it must be examined (APL 45)."""
    may_speak(case, occasion)
    check_since_told(case, ask.stated_on, "陈述申辩日期", occasion)
    late = ask.stated_on > told(case).statement_due
    return (PartyStatementRecorded(**case.filed, late=late, **ask.model_dump()),)


def may_answer(case: Case, occasion: Occasion) -> None:
    """可否复核 · What was said and not answered."""
    check_handler(case, occasion)
    case.must_be(S.INFORMED, act="复核陈述申辩")
    if not case.heard.unanswered:
        raise NothingToAnswer


def review_statement(
    case: Case, ask: ReviewStatement, occasion: Occasion
) -> tuple[PartyStatementReviewed, ...]:
    """复核陈述申辩 · Accepted or not, with the reason."""
    may_answer(case, occasion)
    return (PartyStatementReviewed(**case.filed, **ask.model_dump()),)


def may_waive(case: Case, occasion: Occasion) -> None:
    """可否放弃 · Once."""
    may_speak(case, occasion)
    if case.heard.waived:
        raise RightsWaived


def waive_rights(case: Case, ask: WaiveRights, occasion: Occasion) -> tuple[PartyRightsWaived, ...]:
    """放弃陈述申辩和听证 · In writing, so that the decision need not wait."""
    may_waive(case, occasion)
    check_since_told(case, ask.waived_on, "声明日期", occasion)
    return (PartyRightsWaived(**case.filed, **ask.model_dump()),)


def may_request_hearing(case: Case, occasion: Occasion) -> None:
    """可否要求听证 · Where the law gives one, once, and not after it was waived."""
    may_speak(case, occasion)
    if told(case).hearing_due is None:
        raise NoHearingRight("拟作出的处罚不属于应当告知听证权利的处罚（《行政处罚法》第六十三条）")
    if case.heard.waived:
        raise RightsWaived
    if case.heard.requested_on is not None:
        raise HearingAlreadyRequested


def request_hearing(case: Case, ask: RequestHearing, occasion: Occasion) -> tuple[HearingRequested, ...]:
    """要求听证 · Within so many days of being told."""
    may_request_hearing(case, occasion)
    check_since_told(case, ask.requested_on, "要求听证日期", occasion)
    due = told(case).hearing_due
    if due is not None and ask.requested_on > due:
        limit = occasion.policy.cases.hearing_request.zh
        raise HearingRequestTooLate(
            f"要求听证应当在告知后{limit}内提出，期限为{due.isoformat()}（《行政处罚法》第六十四条第一项）"
        )
    return (HearingRequested(**case.filed, **ask.model_dump()),)


def may_hold_hearing(case: Case, occasion: Occasion) -> None:
    """可否举行听证 · What the party asked for, once."""
    check_handler(case, occasion)
    case.must_be(S.INFORMED, act="举行听证")
    if case.heard.requested_on is None:
        raise HearingNotRequested
    if case.heard.held:
        raise HearingAlreadyHeld


def hold_hearing(case: Case, ask: HoldHearing, occasion: Occasion) -> tuple[HearingHeld, ...]:
    """举行听证 · Announced so many days before, presided over by somebody who did not investigate."""
    may_hold_hearing(case, occasion)
    check_since_told(case, ask.held_on, "听证日期", occasion)
    requested = case.heard.requested_on
    if requested is not None and ask.notified_on < requested:
        raise DateInvalid("听证通知日期不得早于当事人要求听证的日期")
    notice = occasion.policy.cases.hearing_notice
    if ends_on(notice, ask.notified_on, occasion.calendar) > ask.held_on:
        raise HearingNoticeTooShort(
            f"应当在举行听证的{notice.zh}前通知当事人（《行政处罚法》第六十四条第二项）"
        )
    if ask.presided_by in case.investigators:
        raise PresiderInvestigated("听证由非本案调查人员主持（《行政处罚法》第六十四条第四项）")
    return (HearingHeld(**case.filed, **ask.model_dump()),)


Hearing = PartyStatementRecorded | PartyStatementReviewed | PartyRightsWaived | HearingRequested | HearingHeld
Informing = PenaltyInformed | Hearing


def evolve(case: Case, event: Informing) -> Case:
    """演变 · What the party was told and what it made of it; told anew, everything begins anew."""
    if isinstance(event, PenaltyInformed):
        informed = Told(
            proposed=event.proposed,
            on=event.informed_on,
            statement_due=event.statement_due,
            hearing_due=event.hearing_due,
            review=event.review,
        )
        return replace(case, status=S.INFORMED, told=informed, heard=NOT_HEARD)
    return replace(case, heard=after(case.heard, event))


def after(heard: Heard, event: Hearing) -> Heard:
    """听取之后 · What was legally reviewed before the party spoke has to be reviewed again."""
    match event:
        case PartyStatementRecorded():
            return replace(heard, unanswered=True, reviewed=False)
        case PartyStatementReviewed():
            return replace(heard, unanswered=False)
        case PartyRightsWaived():
            return replace(heard, waived=True)
        case HearingRequested():
            return replace(heard, requested_on=event.requested_on)
        case HearingHeld():
            return replace(heard, held=True, reviewed=False)
        case _:
            assert_never(event)
