"""签收与拒签 · Somebody of the enterprise signs for the notice, or will not; then witnesses or pictures show it."""

from pydantic import Field

from contracts.notice import NoticeAcknowledged, NoticeSignatureRefused, NoticeState
from contracts.values import Digest, PersonId, Role, SealedText, ShortText, Signature, Text
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.serving import RefusalNotReported
from services.hazard.notice.state import Notice
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot, Refused

S = NoticeState
IN_FORCE = (S.SERVED, S.PARTLY_DONE, S.OVERDUE, S.DONE)
ACKNOWLEDGE = powers.power(
    "签收指令书",
    powers.AQF_68,
    Role.TWO,
    Role.DPO,
    Role.ENF,
    own=(Role.ENT_M, Role.ENT_S),
)


class AlreadyAcknowledged(Refused):
    """该人员已经签收 · One signature of each."""


class SignsForHimself(MayNot):
    """企业人员只能本人签收 · Nobody of the enterprise signs for somebody else."""


class AcknowledgeNotice(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "person": "p-301",
                "capacity": "安全管理人员",
                "signature": "M12 40c3-8 9-14 15-15",
                "place": "企业办公室",
            }
        ]
    },
):
    """签收 · Who, in which capacity, with which signature, where; when is when it happened."""

    person: PersonId = Field(description="签收人")
    capacity: ShortText = Field(description="身份、职务")
    signature: Signature = Field(description="签名图形（SVG 路径或 base64）；另存，可依法删除")
    place: ShortText


class RefuseToSign(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "refused_by": "p-301",
                "reason": "称对检查结论有异议",
                "witnesses": ["p-501"],
                "reported_to": "区应急管理局",
            }
        ]
    },
):
    """拒绝签收 · Who, why, before which witnesses, and the department it was reported to."""

    refused_by: PersonId | None = None
    reason: Text
    witnesses: tuple[PersonId, ...] = Field((), description="见证人，如村、社区工作人员")
    photos: tuple[Digest, ...] = Field((), description="拍照、录像")
    reported_to: ShortText | None = Field(None, description="报告的部门；镇街执法人员必填")


def may_acknowledge(notice: Notice, occasion: Occasion) -> None:
    """可否签收 · A notice that was served. Raises MayNot, NoticeNotAtThisStage."""
    powers.check(ACKNOWLEDGE, occasion)
    notice.must_be(*IN_FORCE, act="签收")


def acknowledge_notice(
    notice: Notice, ask: AcknowledgeNotice, occasion: Occasion, *, signature: SealedText
) -> tuple[NoticeAcknowledged, ...]:
    """签收 · Before an officer, or by somebody of the enterprise for himself."""
    check_signer(notice, ask, occasion)
    return (
        NoticeAcknowledged(
            number=notice.number or "",
            enterprise=notice.enterprise,
            hazards=notice.hazards,
            signature=signature,
            **ask.model_dump(exclude={"signature"}),
        ),
    )


def check_signer(notice: Notice, ask: AcknowledgeNotice, occasion: Occasion) -> None:
    """签收人 · Asked before the signature is kept. Raises SignsForHimself, AlreadyAcknowledged."""
    may_acknowledge(notice, occasion)
    if occasion.of_enterprise and ask.person != occasion.person:
        raise SignsForHimself
    if ask.person in notice.acknowledged:
        raise AlreadyAcknowledged(f"{ask.person} 已经签收指令书 {notice.number}")


def may_refuse(notice: Notice, occasion: Occasion) -> None:
    """可否记录拒签 · From the number on: what is refused is then left there. Raises MayNot, NoticeNotAtThisStage."""
    powers.check(powers.SERVE, occasion)
    notice.must_be(S.NUMBERED, *IN_FORCE, act="记录拒绝签收")


def refuse_to_sign(
    notice: Notice, ask: RefuseToSign, occasion: Occasion
) -> tuple[NoticeSignatureRefused, ...]:
    """记录拒绝签收 · With its reason; a town also says to which department it was reported."""
    may_refuse(notice, occasion)
    if occasion.role is Role.TWO and ask.reported_to is None:
        raise RefusalNotReported(f"拒绝签字的，须记录在案并报告主管部门，请填写报告的部门（{powers.AQF_68}）")
    return (
        NoticeSignatureRefused(
            number=notice.number or "",
            enterprise=notice.enterprise,
            hazards=notice.hazards,
            **ask.model_dump(),
        ),
    )
