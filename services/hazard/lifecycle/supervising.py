"""挂牌督办 · A major hazard on a government's list: listed, reported on each quarter, accepted, taken off."""

import re
from dataclasses import replace
from datetime import date
from typing import Literal, assert_never

from pydantic import Field

from contracts.envelope import Envelope
from contracts.hazard import AcceptanceRequested, HazardDelisted, HazardListed, ListedAccepted
from contracts.regions import SupervisionLevel, SupervisionState
from contracts.values import Digest, Level, PersonId, Role, ShortText, Status, Text
from services.hazard.lifecycle import powers, quarters
from services.hazard.lifecycle.ordering import check_deadline
from services.hazard.lifecycle.regions import Supervision
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot, Refused

LISTABLE = (Status.REGISTERED, Status.PLAN_REQUIRED, Status.RECTIFYING, Status.SUBMITTED)
REMOVED = (Status.SUBMITTED, Status.VERIFIED)
NUMBERED = re.compile(r"^\S+〔(?P<year>\d{4})〕第?\d+号$")


class OnlyMajorListed(Refused):
    """只有重大事故隐患可以挂牌督办 · Supervision by listing is for major hazards (AQF 41)."""


class AlreadyListed(Refused):
    """已在挂牌督办 · It stands on a list already."""


class NotListed(Refused):
    """未在挂牌督办 · It stands on no list."""


class ListingNumberInvalid(Refused):
    """文号须为「字〔年〕号」 · A listing and its end are numbered documents of this year."""


class LeaderSignsListing(MayNot):
    """挂牌督办须由本级政府领导签发 · Who lists is not who signs."""


class ProgressOverdue(Refused):
    """季度进展报告逾期 · A listed hazard is reported on each quarter before anybody accepts it."""


class AlreadyRequested(Refused):
    """已申请验收 · The application waits for its answer, or has it."""


class AcceptanceNotRequested(Refused):
    """企业尚未申请验收 · Acceptance follows the enterprise's application."""


class AcceptanceNotPassed(Refused):
    """验收不合格不得通过 · Only what was found removed is accepted."""


class NotAccepted(Refused):
    """尚未验收合格 · It leaves the list after its acceptance."""


class AccepterNotIndependent(MayNot):
    """验收人须独立于企业 · Neither the submitter nor a person of the enterprise accepts."""


class ListForSupervision(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "level": "COUNTY",
                "notice": "余安委督字〔2026〕3号",
                "unit": "余杭区应急管理局",
                "signed_by": "p-800",
                "deadline": "2027-02-26",
            }
        ]
    },
):
    """挂牌督办 · Number, level, unit, deadline, and who signed it."""

    level: SupervisionLevel
    notice: ShortText = Field(description="督办文号，如 余安委督字〔2026〕3号")
    unit: ShortText = Field(description="督办单位")
    signed_by: PersonId = Field(description="签发的本级领导")
    deadline: date = Field(description="督办期限，至当日24时")


class RequestAcceptance(
    Ask,
    json_schema_extra={"examples": [{"statement": "隐患已消除，申请验收", "application": EXAMPLE_PHOTO}]},
):
    """申请验收 · What was done, with the application."""

    statement: Text
    application: Digest = Field(description="验收申请书")


class AcceptListed(
    Ask,
    json_schema_extra={
        "examples": [{"result": "pass", "opinion": "隐患已消除，验收合格", "photos": [EXAMPLE_PHOTO]}]
    },
):
    """验收 · Passed, with the opinion and what shows it."""

    result: Literal["pass", "fail"] = Field(description="pass 合格；不合格的，在复查中判定")
    opinion: Text
    others: tuple[PersonId, ...] = Field((), description="同行的其他验收人员")
    photos: tuple[Digest, ...] = Field(min_length=1)


class Delist(Ask, json_schema_extra={"examples": [{"notice": "余安委督字〔2026〕9号"}]}):
    """摘牌 · With the number of the notice."""

    notice: ShortText = Field(description="摘牌文号")


def may_list(hazard: Hazard, occasion: Occasion) -> None:
    """可否挂牌 · A major hazard that nobody saw removed yet."""
    powers.check(powers.LIST, occasion)
    hazard.must_be(*LISTABLE, act="挂牌督办")
    if hazard.level is not Level.MAJOR:
        raise OnlyMajorListed(f"只有重大事故隐患可以挂牌督办（{powers.AQF_41_SUPERVISE}）")
    if hazard.supervision.listed:
        raise AlreadyListed


def list_for_supervision(
    hazard: Hazard, ask: ListForSupervision, occasion: Occasion
) -> tuple[HazardListed, ...]:
    """挂牌督办 · Numbered and signed, with a deadline; a township's list stays internal."""
    may_list(hazard, occasion)
    if ask.signed_by == occasion.person:
        raise LeaderSignsListing(
            f"挂牌督办须由本级政府领导签发，经办人不得自行签发（{powers.AQF_41_SUPERVISE}）"
        )
    check_number(ask.notice, occasion)
    limits = occasion.policy.limits
    check_deadline(ask.deadline, limits.major_max_days, occasion)
    internal = ask.level in occasion.policy.powers.internal_listing_levels
    number, enterprise = hazard.registered
    return (
        HazardListed(
            number=number,
            enterprise=enterprise,
            internal=internal,
            progress_due=quarters.first_due(occasion),
            filing_due=None if internal else occasion.count(limits.listing_filing)[0],
            publication_due=occasion.count(limits.listing_publication)[0],
            supervision_level=ask.level,
            **ask.model_dump(exclude={"level"}),
        ),
    )


def check_number(notice: str, occasion: Occasion) -> None:
    """文号检查 · 字〔年〕号, numbered in the year of the step.

    Raises ListingNumberInvalid.
    """
    found = NUMBERED.match(notice)
    if found is None or int(found["year"]) != occasion.today.year:
        raise ListingNumberInvalid(f"文号须为「机关代字〔{occasion.today.year}〕序号号」，而不是「{notice}」")


def may_request_acceptance(hazard: Hazard, occasion: Occasion) -> None:
    """可否申请验收 · After the rectification was submitted, and with no quarter left unreported."""
    powers.check(powers.REQUEST_ACCEPTANCE, occasion)
    must_be_listed(hazard)
    hazard.must_be(*REMOVED, act="申请验收")
    if hazard.supervision.state is not SupervisionState.LISTED:
        raise AlreadyRequested
    due = hazard.supervision.progress_due
    if due is not None and due < occasion.today:
        raise ProgressOverdue(
            f"挂牌督办期间每季度至少报告一次整改进展，{due.isoformat()}到期的报告尚未报送，请先报告进展"
        )


def request_acceptance(
    hazard: Hazard, ask: RequestAcceptance, occasion: Occasion
) -> tuple[AcceptanceRequested, ...]:
    """申请验收 · With the application."""
    may_request_acceptance(hazard, occasion)
    number, enterprise = hazard.registered
    return (AcceptanceRequested(number=number, enterprise=enterprise, **ask.model_dump()),)


def must_be_listed(hazard: Hazard) -> None:
    """在牌 · Refuse a step that belongs to listed hazards only."""
    if not hazard.supervision.listed:
        raise NotListed


def may_accept_listed(hazard: Hazard, occasion: Occasion) -> None:
    """可否验收 · What was applied for, by who listed it or by the department, independent of the enterprise."""
    powers.check(powers.ACCEPT_LISTED, occasion)
    must_be_listed(hazard)
    check_accepter(hazard, occasion)
    hazard.must_be(*REMOVED, act="验收")
    if hazard.supervision.state is not SupervisionState.ACCEPTANCE_REQUESTED:
        raise AcceptanceNotRequested
    check_independent(hazard, {occasion.person}, occasion)


def check_independent(hazard: Hazard, looking: set[PersonId], occasion: Occasion) -> None:
    """独立验收 · Raises AccepterNotIndependent."""
    if looking & (occasion.enterprise_people | {hazard.submitter, hazard.responsible}):
        raise AccepterNotIndependent


def accept_listed(hazard: Hazard, ask: AcceptListed, occasion: Occasion) -> tuple[ListedAccepted, ...]:
    """验收 · With all who looked independent of the enterprise, and only when it passed."""
    may_accept_listed(hazard, occasion)
    check_independent(hazard, {*ask.others}, occasion)
    if ask.result != "pass":
        raise AcceptanceNotPassed("验收不合格的不得通过验收；请在复查中判定不合格，退回整改")
    number, enterprise = hazard.registered
    return (
        ListedAccepted(
            number=number,
            enterprise=enterprise,
            opinion=ask.opinion,
            inspectors=(occasion.person, *ask.others),
            photos=ask.photos,
        ),
    )


def check_accepter(hazard: Hazard, occasion: Occasion) -> None:
    """验收机关 · A department where the committee's office listed it; else the body that listed it.

    Raises NotTheLister.
    """
    powers.check(powers.ACCEPT_LISTED, occasion, hazard)
    listing = hazard.supervision
    if listing.lister_role is not Role.SCO and occasion.organisation != listing.lister_organisation:
        raise powers.NotTheLister(f"由挂牌的部门验收（{powers.AQF_41_SUPERVISE}）")


def may_delist(hazard: Hazard, occasion: Occasion) -> None:
    """可否摘牌 · What was accepted, by the body that listed it."""
    powers.check(powers.DELIST, occasion)
    must_be_listed(hazard)
    powers.check(powers.DELIST, occasion, hazard)
    hazard.must_be(*REMOVED, act="摘牌")
    if hazard.supervision.state is not SupervisionState.ACCEPTED:
        raise NotAccepted


def delist(hazard: Hazard, ask: Delist, occasion: Occasion) -> tuple[HazardDelisted, ...]:
    """摘牌 · With a numbered notice, to be published."""
    may_delist(hazard, occasion)
    check_number(ask.notice, occasion)
    published = occasion.count(occasion.policy.limits.listing_publication)[0]
    number, enterprise = hazard.registered
    return (
        HazardDelisted(number=number, enterprise=enterprise, notice=ask.notice, publication_due=published),
    )


Supervising = HazardListed | AcceptanceRequested | ListedAccepted | HazardDelisted


def evolve(hazard: Hazard, event: Supervising, envelope: Envelope) -> Hazard:
    """演变 · What a supervising event changes; the envelope says who listed."""
    match event:
        case HazardListed():
            listing = Supervision(
                state=SupervisionState.LISTED,
                level=event.supervision_level,
                lister_role=envelope.role,
                lister_organisation=envelope.organisation,
                deadline=event.deadline,
                progress_due=event.progress_due,
            )
        case AcceptanceRequested():
            listing = replace(hazard.supervision, state=SupervisionState.ACCEPTANCE_REQUESTED)
        case ListedAccepted():
            listing = replace(hazard.supervision, state=SupervisionState.ACCEPTED)
        case HazardDelisted():
            listing = replace(hazard.supervision, state=SupervisionState.DELISTED, progress_due=None)
        case _:
            assert_never(event)
    return replace(hazard, supervision=listing)
