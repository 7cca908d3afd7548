"""送达指令书 · It comes to whom it binds; each hazard's own rule fixes its deadline, counted from here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from pydantic import Field

from contracts.hazard import NoticeServed as HazardNoticeServed
from contracts.notice import HazardId, ItemState, NoticeServed, NoticeState, ServedItem
from contracts.terms import ServiceMethod
from contracts.values import Digest, PersonId, ShortText
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.state import Hazard
from services.hazard.notice.state import Notice
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.refused import Refused

CPL_89 = "《民事诉讼法》第八十九条：受送达人拒绝接收的，邀请见证人到场或者拍照、录像后留置送达"
APL_61 = "《行政处罚法》第六十一条：当事人同意并签订确认书的，可以采用电子方式送达"


class AlreadyServed(Refused):
    """指令书已经送达 · Service fixes deadlines; it happens once."""


class NotYetOrdered(Refused):
    """尚有隐患未责令整改 · A notice is served when every hazard of it was ordered, or fixed on the spot."""


class WayNotAllowed(Refused):
    """不得以该方式送达 · The policy of the place does not know this way of service."""


class RefusalNotRecorded(Refused):
    """留置送达须先记录拒绝签收 · What nobody refused is handed over."""


class WitnessMissing(Refused):
    """留置送达缺少见证 · Neither a witness nor a picture shows that it was left there."""


class ConsentMissing(Refused):
    """电子送达缺少确认书 · Electronic service binds only who agreed to it in writing."""


class RecipientMissing(Refused):
    """直接送达缺少签收人 · What is handed over is handed to somebody."""


class ServeWholeNotice(
    Ask,
    json_schema_extra={"examples": [{"method": "DIRECT", "recipient": "p-301", "place": "企业办公室"}]},
):
    """送达指令书 · How, to whom, where, and on which day if it was an earlier one."""

    method: ServiceMethod
    recipient: PersonId | None = Field(None, description="签收人；直接送达必填")
    served_on: date | None = Field(None, description="送达日期；不填即当天，邮寄的填签收日")
    place: ShortText | None = Field(None, description="送达地点")
    consent: Digest | None = Field(None, description="当事人同意电子送达的确认书")


def may_serve(notice: Notice, occasion: Occasion) -> None:
    """可否送达 · Numbered, every hazard ordered, by an officer of the office that issues it.

    Raises MayNot, AlreadyServed, NoticeNotAtThisStage, NotYetOrdered.
    """
    powers.check(powers.SERVE, occasion)
    if notice.served_on is not None and not notice.voided:
        raise AlreadyServed(f"指令书 {notice.number} 已于 {notice.served_on.isoformat()} 送达，不得重复送达")
    notice.must_be(NoticeState.NUMBERED, act="送达")
    notice.must_be_ours(occasion, "送达")
    pending = [item.number for item in notice.items if item.state is ItemState.PENDING]
    if pending:
        raise NotYetOrdered(f"隐患「{'、'.join(pending)}」尚未据此责令整改，责令以后才能送达")


def check_way(notice: Notice, ask: ServeWholeNotice, occasion: Occasion) -> None:
    """送达方式 · What each way needs. Raises WayNotAllowed and what is missing."""
    documents = occasion.policy.documents
    if ask.method not in documents.service_methods:
        raise WayNotAllowed(f"现行政策没有规定{ask.method.zh}")
    if ask.method is ServiceMethod.DIRECT and ask.recipient is None:
        raise RecipientMissing
    if ask.method is ServiceMethod.ELECTRONIC and documents.electronic_by_consent and ask.consent is None:
        raise ConsentMissing(f"请上传当事人同意电子送达的确认书（{APL_61}）")
    if ask.method is ServiceMethod.LEFT:
        if not notice.refused:
            raise RefusalNotRecorded(f"请先记录拒绝签收的事由（{CPL_89}）")
        if notice.witnesses < documents.left_witnesses and not notice.filmed:
            raise WitnessMissing(
                f"拒绝签收的记录须有见证人至少 {documents.left_witnesses} 名，或者现场照片（{CPL_89}）"
            )


def serve_whole_notice(
    notice: Notice,
    ask: ServeWholeNotice,
    occasion: Occasion,
    *,
    served: Mapping[HazardId, tuple[Hazard, HazardNoticeServed]],
) -> tuple[NoticeServed, ...]:
    """送达指令书 · `served`: what each hazard's own rule made of the service, with the hazard before it.

    Raises what may_serve and check_way raise, and DateInvalid.
    """
    may_serve(notice, occasion)
    check_way(notice, ask, occasion)
    served_on = day_of_service(notice, ask, occasion)
    after = replace(notice, served_on=served_on)
    return (
        NoticeServed(
            number=notice.number or "",
            enterprise=notice.enterprise,
            hazards=notice.hazards,
            items=tuple(
                ServedItem(
                    hazard=key,
                    number=event.number,
                    deadline=deadline,
                    counted=event.counted,
                )
                for key, (hazard, event) in served.items()
                if (deadline := event.deadline or hazard.deadline) is not None
            ),
            state=after.state,
            **ask.model_dump() | {"served_on": served_on},
        ),
    )


def day_of_service(notice: Notice, ask: ServeWholeNotice, occasion: Occasion) -> date:
    """送达之日 · From the day of the number to today. Raises DateInvalid."""
    served_on, first = ask.served_on or occasion.today, notice.numbered_on or occasion.today
    if not first <= served_on <= occasion.today:
        raise DateInvalid(f"送达日期应在 {first.isoformat()}（指令书编号之日）至今天之间")
    return served_on
