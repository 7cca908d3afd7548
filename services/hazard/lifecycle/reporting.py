"""上报核实 · From the first look to a registered hazard, or to the end of a find that is none."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from pydantic import Field

from contracts.division import NOWHERE
from contracts.envelope import Envelope
from contracts.hazard import (
    ConfirmationRequested,
    DecisionProposed,
    HazardCaptured,
    HazardConfirmed,
    HazardMarkedDuplicate,
    HazardRegistered,
    HazardRejected,
    HazardSubmitted,
    HazardVoided,
)
from contracts.regions import Holder
from contracts.values import (
    CategoryCode,
    Coordinates,
    Digest,
    EnterpriseId,
    Entry,
    Evidence,
    Level,
    ProposedAct,
    Role,
    ShortText,
    Source,
    Status,
    Text,
    VisitKind,
    Waiver,
)
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.judging import check_category
from services.hazard.lifecycle.proposing import propose
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.terms import triaged_by
from services.hazard.occasion import SHANGHAI, Ask, Occasion
from services.hazard.refused import MayNot, Refused

EXAMPLE_ENTERPRISE = "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11"
EXAMPLE_PHOTO = "sha256:" + "0" * 64


class ObjectUnknown(Refused):
    """对象不明 · A find names an enterprise, or describes the object and its coordinates."""


class EnterpriseNotOperating(Refused):
    """企业已关闭 · No new hazard is registered at an enterprise that has ceased to exist."""


class RecordIncomplete(Refused):
    """记录不完整 · Description, category, place and a photograph belong to every report."""


class ReporterMayNotConfirm(MayNot):
    """上报人不得核实自己的上报 · Who confirms is not who reported."""


class NotTheAuthor(MayNot):
    """只有记录人本人可以办理 · A draft belongs to its author."""


class NotADuplicate(Refused):
    """不能标记为重复 · The other hazard must be a living one of the same object."""


class CaptureHazard(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "object": EXAMPLE_ENTERPRISE,
                "source": "SUPERVISION",
                "visit_kind": "ADMIN",
                "place": "2号车间配电间",
                "category": "B04",
                "description": "配电箱外壳未做保护接地",
                "photos": [EXAMPLE_PHOTO],
            }
        ]
    },
):
    """记录隐患 · What somebody saw; an enterprise, or an object in words with coordinates."""

    object: EnterpriseId | None = Field(None, description="企业标识")
    object_text: ShortText | None = Field(None, description="企业未建档时，用文字描述对象")
    coordinates: Coordinates | None = Field(None, description="未建档对象的坐标")
    source: Source = Field(description="隐患来源")
    visit_kind: VisitKind | None = Field(None, description="检查类型")
    officer_present: bool = Field(False, description="专家检查时有执法人员在场")
    place: ShortText | None = Field(None, description="隐患部位")
    category: CategoryCode | None = Field(None, description="隐患类别代码")
    description: Text | None = Field(None, description="隐患描述，不得含手机号、身份证号")
    photos: tuple[Digest, ...] = Field((), description="照片，先上传取得 sha256")
    advice: Text | None = Field(None, description="初步整改建议")
    basis: tuple[ShortText, ...] = Field((), description="法律法规依据")
    visit: EnterpriseId | None = Field(None, description="检查标识：在哪次检查中发现")
    campaign: EnterpriseId | None = Field(None, description="专项行动标识；检查所属的专项行动不必重填")


class SubmitHazard(
    Ask, json_schema_extra={"examples": [{}, {"evidence_reason": "线上资料核查，无现场照片"}]}
):
    """上报隐患 · The record is complete; what the draft lacks may be filled in here."""

    object: EnterpriseId | None = Field(None, description="企业标识；草稿只有文字描述时，建档后在此填写")
    place: ShortText | None = None
    category: CategoryCode | None = None
    description: Text | None = None
    photos: tuple[Digest, ...] = ()
    evidence_reason: Text | None = Field(None, description="线上排查没有照片时的理由")


class ConfirmHazard(Ask, json_schema_extra={"examples": [{"note": "现场核实属实"}]}):
    """核实隐患 · It is a hazard; names the enterprise if the find did not."""

    enterprise: EnterpriseId | None = None
    note: Text | None = None


class RejectAsNotHazard(Ask, json_schema_extra={"examples": [{"reason": "现场核实，接地完好，不构成隐患"}]}):
    """认定非隐患 · With the reason that the reporter will read."""

    reason: Text


class MarkDuplicate(Ask, json_schema_extra={"examples": [{"other": EXAMPLE_ENTERPRISE}]}):
    """标记重复 · The other hazard stays."""

    other: EnterpriseId = Field(description="保留的隐患标识")


class VoidHazard(Ask, json_schema_extra={"examples": [{"reason": "误录"}]}):
    """作废 · Recorded by mistake; before any order."""

    reason: Text


def capture_hazard(hazard: Hazard, ask: CaptureHazard, occasion: Occasion) -> tuple[HazardCaptured, ...]:
    """记录隐患 · Anybody but the system may capture."""
    powers.check(powers.CAPTURE, occasion)
    check_category(ask.category, hazard, occasion)
    if ask.object is None and not (ask.object_text and ask.coordinates):
        raise ObjectUnknown("请填写企业标识，或者用文字描述对象并附坐标")
    return (HazardCaptured(**ask.model_dump()),)


def submit_hazard(
    hazard: Hazard, ask: SubmitHazard, occasion: Occasion
) -> tuple[HazardSubmitted | ConfirmationRequested | HazardRegistered, ...]:
    """上报隐患 · By whom it was found decides whether it waits for confirmation."""
    may_submit(hazard, occasion)
    check_object(hazard, ask.object)
    submitted = complete(hazard, ask, occasion)
    if needs_confirmation(hazard, occasion):
        return submitted, ConfirmationRequested(due=confirmed_by(hazard, occasion))
    return submitted, register(evolve(hazard, submitted), occasion)


def may_submit(hazard: Hazard, occasion: Occasion) -> None:
    """可否上报 · A draft, by its author."""
    powers.check(powers.CAPTURE, occasion)
    hazard.must_be(Status.DRAFT, act="上报")
    if occasion.person != hazard.author:
        raise NotTheAuthor("草稿只能由记录人本人上报")


def confirmed_by(hazard: Hazard, occasion: Occasion) -> datetime:
    """核实时限 · From the report on; what a critical item found keeps the earlier instant of its draft."""
    due = occasion.hours_on(occasion.policy.limits.triage_hours)
    return min(due, hazard.terms.confirmation or due)


def check_object(hazard: Hazard, named: str | None) -> None:
    """对象一致 · Who confirms or submits may name the enterprise where it is missing, never replace it."""
    if hazard.enterprise is not None and named not in {None, hazard.enterprise}:
        raise ObjectUnknown("上报时已写明企业，不能改为另一家；确属有误请作废或认定后重新上报")


def complete(hazard: Hazard, ask: SubmitHazard, occasion: Occasion) -> HazardSubmitted:
    """完整性 · The record with what the ask adds, or a refusal that names what is missing."""
    check_category(ask.category, hazard, occasion)
    place, category = ask.place or hazard.place, ask.category or hazard.category
    description, photos = ask.description or hazard.description, hazard.photos + ask.photos
    by_documents = hazard.visit_kind is VisitKind.REMOTE and ask.evidence_reason is not None
    waived = () if photos or by_documents else occasion.waived({Waiver.PHOTOS: True})
    names = (("隐患部位", place), ("隐患类别", category), ("隐患描述", description))
    missing = [name for name, value in names if value is None]
    missing += [] if photos or by_documents or waived else ["照片"]
    if missing or place is None or category is None or description is None:
        raise RecordIncomplete(f"上报缺少：{'、'.join(missing)}")
    evidence = (
        Evidence.LEDGER
        if occasion.entry is Entry.LEDGER
        else Evidence.PHOTOS
        if photos
        else Evidence.DOCUMENTS
    )
    return HazardSubmitted(
        place=place,
        category=category,
        description=description,
        photos=photos,
        evidence=evidence,
        evidence_reason=ask.evidence_reason,
        waived=waived,
        report=None if ask.description else hazard.report,
    )


def needs_confirmation(hazard: Hazard, occasion: Occasion) -> bool:
    """待核实 · Finds of the public, grid, village, or an expert alone; an imported ledger is confirmed."""
    if occasion.entry is Entry.LEDGER:
        return False
    if occasion.role is Role.EXP:
        return not hazard.officer_present
    return occasion.role in occasion.policy.finding.roles_to_confirm


def register(hazard: Hazard, occasion: Occasion) -> HazardRegistered:
    """登记 · The number, the enterprise and the track; complete for a subscriber who sees only this."""
    enterprise = occasion.enterprise
    if enterprise is None or enterprise.id is None or occasion.number is None:
        raise ObjectUnknown("登记前须明确企业：请先建档，再填写企业标识")
    if enterprise.closed_down:
        raise EnterpriseNotOperating(f"{enterprise.name}已关闭注销，不能登记新的隐患")
    return HazardRegistered(
        number=occasion.number,
        enterprise=enterprise.id,
        enterprise_name=enterprise.name,
        credit_code=enterprise.credit_code,
        level=Level.GENERAL,
        category=hazard.category or "",
        place=hazard.place or "",
        description=hazard.description or "",
        source=hazard.source,
        visit_kind=hazard.visit_kind,
        track=hazard.track(occasion.policy),
        found_on=hazard.found_on or occasion.today,
        report=hazard.report,
    )


def may_confirm(hazard: Hazard, occasion: Occasion) -> None:
    """可否核实 · What waits for confirmation, by somebody other than its reporter; an expert proposes."""
    powers.check_or_propose(powers.CONFIRM, occasion)
    hazard.must_be(Status.PENDING_CONFIRMATION, act="核实")
    if occasion.person == hazard.author:
        raise ReporterMayNotConfirm


def confirm_hazard(
    hazard: Hazard, ask: ConfirmHazard, occasion: Occasion
) -> tuple[HazardConfirmed | HazardRegistered | DecisionProposed, ...]:
    """核实隐患 · The confirmer is not the reporter."""
    may_confirm(hazard, occasion)
    check_object(hazard, ask.enterprise)
    if powers.proposes(powers.CONFIRM, occasion):
        enterprise = ask.enterprise or hazard.enterprise
        return propose(hazard, ProposedAct.CONFIRM, enterprise=enterprise, remark=ask.note)
    registered = register(hazard, occasion)
    confirmed = HazardConfirmed(number=registered.number, enterprise=registered.enterprise, note=ask.note)
    return confirmed, registered


def reject_as_not_hazard(
    hazard: Hazard, ask: RejectAsNotHazard, occasion: Occasion
) -> tuple[HazardRejected | DecisionProposed, ...]:
    """认定非隐患 · Only a find that waits for confirmation can be rejected."""
    may_confirm(hazard, occasion)
    if powers.proposes(powers.CONFIRM, occasion):
        return propose(hazard, ProposedAct.REJECT, remark=ask.reason)
    return (HazardRejected(reason=ask.reason),)


def may_mark_duplicate(hazard: Hazard, occasion: Occasion) -> None:
    """可否标记重复 · Before anything was disposed; an expert proposes."""
    powers.check_or_propose(powers.CONFIRM, occasion)
    hazard.must_be(Status.PENDING_CONFIRMATION, Status.REGISTERED, act="标记重复")
    hazard.must_be_unserved("标记重复")


def mark_duplicate(
    hazard: Hazard, ask: MarkDuplicate, occasion: Occasion
) -> tuple[HazardMarkedDuplicate | DecisionProposed, ...]:
    """标记重复 · Same object; the other one lives; a closed one is reopened instead."""
    may_mark_duplicate(hazard, occasion)
    other = occasion.other
    if other is None or other.number is None:
        raise NotADuplicate("找不到要保留的隐患，或该隐患尚未登记")
    if other.status is Status.CLOSED:
        raise NotADuplicate("另一隐患已销号，请重新打开该隐患")
    if other.status in {Status.NOT_A_HAZARD, Status.DUPLICATE, Status.VOIDED}:
        raise NotADuplicate(f"另一隐患处于「{other.status.zh}」，不能作为保留的隐患")
    if other == hazard or (hazard.enterprise and other.enterprise != hazard.enterprise):
        raise NotADuplicate("只有同一对象的两条不同隐患才能标记重复")
    if powers.proposes(powers.CONFIRM, occasion):
        return propose(hazard, ProposedAct.MARK_DUPLICATE, other=ask.other)
    return (HazardMarkedDuplicate(other=ask.other, number=hazard.number, enterprise=hazard.enterprise),)


def may_void(hazard: Hazard, occasion: Occasion) -> None:
    """可否作废 · The author's own draft; or by a leader, before anything was disposed."""
    powers.check(powers.VOID, occasion, hazard)
    hazard.must_be(Status.DRAFT, Status.REGISTERED, act="作废")
    if hazard.status is not Status.DRAFT and powers.Holding.DECIDE not in powers.VOID.cells[occasion.role]:
        raise MayNot(f"{occasion.role.zh}只能作废本人的草稿（{powers.VOID.basis}）")
    hazard.must_be_unserved("作废")


def void_hazard(hazard: Hazard, ask: VoidHazard, occasion: Occasion) -> tuple[HazardVoided, ...]:
    """作废 · The author voids a draft; after registration a leader does, before any order."""
    may_void(hazard, occasion)
    return (HazardVoided(reason=ask.reason, number=hazard.number, enterprise=hazard.enterprise),)


Reporting = (
    HazardCaptured
    | HazardSubmitted
    | ConfirmationRequested
    | HazardRegistered
    | HazardConfirmed
    | HazardRejected
    | HazardMarkedDuplicate
    | HazardVoided
)


def captured(event: HazardCaptured, envelope: Envelope) -> Hazard:
    """草稿 · The state that a capture begins."""
    return Hazard(
        version=envelope.version,
        id=envelope.key,
        last_at=envelope.occurredat,
        status=Status.DRAFT,
        division=envelope.division or "",
        author=envelope.actor,
        author_role=envelope.role,
        enterprise=event.object,
        object_text=event.object_text,
        source=event.source,
        visit_kind=event.visit_kind,
        officer_present=event.officer_present,
        place=event.place,
        category=event.category,
        description=event.description,
        report=event.report,
        photos=event.photos,
        visit=event.visit,
        found_on=envelope.occurredat.astimezone(SHANGHAI).date(),
        recorded_at=envelope.time,
        holder=Holder(division=envelope.division or NOWHERE),
        terms=triaged_by(event.triage_due, envelope.version),
    )


def evolve(hazard: Hazard, event: Reporting) -> Hazard:
    """演变 · What a reporting event changes."""
    match event:
        case HazardCaptured() | HazardConfirmed():
            return hazard
        case HazardSubmitted():
            return replace(
                hazard,
                place=event.place,
                category=event.category,
                description=event.description,
                report=event.report,
                photos=event.photos,
            )
        case ConfirmationRequested():
            return replace(hazard, status=Status.PENDING_CONFIRMATION)
        case HazardRegistered():
            return replace(
                hazard,
                status=Status.REGISTERED,
                number=event.number,
                enterprise=event.enterprise,
                level=event.level,
                found_on=event.found_on,
            )
        case HazardRejected():
            return replace(hazard, status=Status.NOT_A_HAZARD)
        case HazardMarkedDuplicate():
            return replace(hazard, status=Status.DUPLICATE)
        case HazardVoided():
            return replace(hazard, status=Status.VOIDED)
        case _:
            assert_never(event)
