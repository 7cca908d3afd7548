"""签字与归档 · The enterprise signs the record, or refuses and officers witness it; then the papers are filed."""

from pydantic import Field

from contracts.values import PersonId, SealedText, ShortText, Signature, Text
from contracts.visit import (
    Function,
    VisitArchived,
    VisitSignatureRefused,
    VisitSigned,
    VisitState,
)
from services.hazard.lifecycle.powers import AQF_68
from services.hazard.occasion import Ask, Occasion
from services.hazard.policy.visiting import SC_54, Need
from services.hazard.refused import MayNot, Refused
from services.hazard.visit.party import NotTakingPart
from services.hazard.visit.state import Visit

S = VisitState


class MayNotSign(MayNot):
    """无权签字 · The record is signed by the enterprise, itself or on a visitor's device."""


class WitnessesMissing(Refused):
    """见证人不足 · A refused signature is witnessed by officers who were there."""


class NotYetSigned(Refused):
    """尚未签字 · A record is filed after it was signed, or the refusal was put on record."""


class ApprovalOwing(Refused):
    """尚未补批 · An urgent visit is filed after it was approved."""


class MayNotArchive(MayNot):
    """无权归档 · Filed by who took part, planned or approves."""


class SignVisit(
    Ask,
    json_schema_extra={"examples": [{"signature": "M10 20 L30 40", "signed_by": "p-301"}]},
):
    """企业签字 · The drawn signature, kept where it can be erased, and whose it is."""

    signature: Signature = Field(description="签名图形（SVG 路径或 base64）；另存，可依法删除")
    signed_by: PersonId = Field(description="签字人")
    opinion: Text | None = Field(None, description="企业意见")


class RefuseVisitSignature(
    Ask,
    json_schema_extra={"examples": [{"reason": "企业负责人对第1项结论有异议", "witnesses": ["p-9", "p-10"]}]},
):
    """拒绝签字 · Why, and which officers were there."""

    reason: Text
    witnesses: tuple[PersonId, ...] = Field(max_length=50)
    refused_by: PersonId | None = None


class ArchiveVisit(Ask, json_schema_extra={"examples": [{"file_number": "余应急检〔2026〕31号"}, {}]}):
    """检查归档 · Under a file number, if there is one."""

    file_number: ShortText | None = None


def sign_visit(
    visit: Visit, ask: SignVisit, occasion: Occasion, *, signature: SealedText
) -> tuple[VisitSigned, ...]:
    """企业签字 · After the record; by the enterprise, or by a visitor on whose device it signed."""
    may_sign(visit, ask, occasion)
    return (
        VisitSigned(
            enterprise=visit.enterprise or "",
            signed_by=ask.signed_by,
            signature=signature,
            opinion=ask.opinion,
        ),
    )


def may_sign(visit: Visit, ask: SignVisit, occasion: Occasion) -> None:
    """可否签字 · Before anything of the signature is kept. Raises MayNotSign."""
    visit.must_be(S.RECORDED, S.SIGNATURE_REFUSED, act="签字")
    own = occasion.of_enterprise and occasion.organisation == visit.enterprise
    if own and ask.signed_by != occasion.person:
        raise MayNotSign("企业人员只能本人签字")
    if not own and occasion.person not in {one.person for one in visit.participants}:
        raise MayNotSign(f"检查记录由被检查企业签字，或者由检查人员当场收取签字（{AQF_68}）")
    visitors = {one.person for one in visit.participants if one.function is not Function.ENTERPRISE}
    if ask.signed_by in visitors:
        raise MayNotSign("检查人员不能代企业签字")


def refuse_visit_signature(
    visit: Visit, ask: RefuseVisitSignature, occasion: Occasion
) -> tuple[VisitSignatureRefused, ...]:
    """拒绝签字 · By an officer of the visit, with as many officers as witnesses as the law asks for."""
    visit.must_be(S.RECORDED, act="记录拒绝签字")
    there = {one.person for one in visit.participants if one.function is not Function.ENTERPRISE}
    if occasion.person not in there:
        raise NotTakingPart(f"由检查人员将拒绝签字的情况记录在案（{AQF_68}）")
    witnesses = set(ask.witnesses)
    if witnesses - there:
        raise WitnessesMissing(f"见证人须为在场的检查人员：{'、'.join(sorted(witnesses - there))} 不在其中")
    needed = occasion.policy.limits.certified_officers
    officers = witnesses & {one.person for one in visit.officers}
    counted = officers if visit.needs(Need.CERTIFICATES, occasion.policy) else witnesses
    if len(counted) < needed:
        raise WitnessesMissing(f"拒绝签字须由 {needed} 名以上在场的检查人员见证（{AQF_68}）")
    return (VisitSignatureRefused(enterprise=visit.enterprise or "", **ask.model_dump()),)


def archive_visit(visit: Visit, ask: ArchiveVisit, occasion: Occasion) -> tuple[VisitArchived, ...]:
    """检查归档 · Signed where its kind asks for it, approved where it was urgent."""
    visit.must_be(S.RECORDED, S.SIGNED, S.SIGNATURE_REFUSED, act="归档")
    own = {one.person for one in visit.participants} | {visit.planner}
    if occasion.person not in own and occasion.role not in occasion.policy.visiting.approvers:
        raise MayNotArchive("由参加检查的人员或者批准人归档")
    if visit.state is S.RECORDED and visit.needs(Need.SIGNATURE, occasion.policy) and not visit.short:
        raise NotYetSigned(f"检查记录须经企业签字，或者记录拒绝签字后归档（{AQF_68}）")
    if visit.urgent and visit.approval is None:
        raise ApprovalOwing(f"紧急检查须先补批再归档（{SC_54}）")
    return (VisitArchived(enterprise=visit.enterprise or "", file_number=ask.file_number),)
