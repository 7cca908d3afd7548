"""移送 · Handed to another office with a record; whoever holds it answers for it until somebody takes it over."""

from dataclasses import replace
from typing import assert_never

from pydantic import Field

from contracts.hazard import HazardTransferOffered, TransferAccepted, TransferReturned
from contracts.regions import Holder, TransferState, seat_of
from contracts.values import Digest, DivisionCode, Role, ShortText, Status, Text
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.regions import Transfer
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot, Refused

ALIVE = (
    Status.REGISTERED,
    Status.PLAN_REQUIRED,
    Status.RECTIFYING,
    Status.SUBMITTED,
    Status.VERIFIED,
)


class TransferFileMissing(Refused):
    """缺少移送材料 · A transfer leaves a record that can be looked up (AQF 69)."""


class TransferPending(Refused):
    """移送尚未答复 · An office has been asked and has not answered yet."""


class NoTransferOffered(Refused):
    """没有待答复的移送 · Nothing is on the table that could be taken or given back."""


class AlreadyTheHolder(Refused):
    """该单位已是责任单位 · It is not handed to who holds it, or to one's own office."""


class NotTheHolder(MayNot):
    """只有现责任单位或安委办可以移送 · Who does not hold it cannot hand it on."""


class NotTheReceiver(MayNot):
    """只有被移送的单位可以答复 · Who takes it or gives it back is who was asked."""


class CommitteeDecides(MayNot):
    """已两次退回，由安委办决定 · After the second return the committee's office says who takes it."""


class AssignedByCommittee(Refused):
    """安委办指定的移送不得退回 · What the committee's office decided is taken."""


class TransferHazard(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "department": "org-xfjy-330111",
                "division": "330111000000",
                "reason": "消防设施隐患，应由消防救援机构处理",
                "file": [EXAMPLE_PHOTO],
            }
        ]
    },
):
    """移送隐患 · To which office, why, and with which file; an uncertified town officer's is a proposal."""

    department: ShortText = Field(description="接收单位标识")
    division: DivisionCode = Field(description="接收单位所在区划")
    reason: Text
    file: tuple[Digest, ...] = Field((), description="移送材料，先上传取得 sha256")

    @property
    def receiver(self) -> Holder:
        """接收单位 · The office that is asked."""
        return Holder(organisation=self.department, division=self.division)


class AcceptTransfer(Ask, json_schema_extra={"examples": [{"remark": "属本部门职责，予以接收"}]}):
    """接收移送 · From here on the receiver is the responsible holder."""

    remark: Text | None = None


class ReturnTransfer(Ask, json_schema_extra={"examples": [{"reason": "不属于本部门职责"}]}):
    """退回移送 · With the reason; the sender holds it as before."""

    reason: Text


def may_transfer(hazard: Hazard, occasion: Occasion) -> None:
    """可否移送 · The holder or the committee's office, one offer at a time; an uncertified town officer proposes.

    Raises MayNot, NotAtThisStage, TransferPending, CommitteeDecides, NotTheHolder.
    """
    powers.check_or_propose(powers.TRANSFER, occasion)
    hazard.must_be(*ALIVE, act="移送")
    check_none_offered(hazard, "再次移送")
    if occasion.role is Role.SCO:
        return
    if at_committee(hazard, occasion):
        returns = hazard.transfer.returns
        raise CommitteeDecides(f"移送已被退回 {returns} 次，由安委办决定责任单位（{powers.AQF_69}）")
    if hazard.holder.organisation not in {None, occasion.organisation}:
        raise NotTheHolder(f"隐患由其他单位负责，只有现责任单位或安委办可以移送（{powers.AQF_69}）")


def transfer_hazard(
    hazard: Hazard, ask: TransferHazard, occasion: Occasion
) -> tuple[HazardTransferOffered, ...]:
    """移送隐患 · Deadlines keep running and the holder stays who it is until it is accepted."""
    may_transfer(hazard, occasion)
    if ask.receiver.seat in {hazard.holder.seat, own_seat(occasion)}:
        raise AlreadyTheHolder("不能移送给现责任单位或本单位")
    if not ask.file:
        raise TransferFileMissing(f"移送须附移送材料（{powers.AQF_69}）")
    number, enterprise = hazard.registered
    return (
        HazardTransferOffered(
            number=number,
            enterprise=enterprise,
            to=ask.receiver,
            holder=hazard.holder,
            reason=ask.reason,
            file=ask.file,
            answer_due=occasion.count(occasion.policy.limits.transfer_answer)[0],
            assigned=occasion.role is Role.SCO and at_committee(hazard, occasion),
            proposal=powers.proposes(powers.TRANSFER, occasion),
        ),
    )


def own_seat(occasion: Occasion) -> str:
    """本单位 · The seat of the actor's own office."""
    return seat_of(occasion.division, occasion.organisation)


def check_none_offered(hazard: Hazard, act: str) -> None:
    """没有待答复的移送 · While an office is being asked, nothing is decided over its head.

    Raises TransferPending.
    """
    if hazard.transfer.offered:
        raise TransferPending(f"移送正在等待接收单位答复，不能{act}（{powers.AQF_69}）")


def at_committee(hazard: Hazard, occasion: Occasion) -> bool:
    """由安委办决定 · Returned as often as policy bears."""
    return hazard.transfer.returns >= occasion.policy.limits.transfer_returns_to_committee


def may_accept(hazard: Hazard, occasion: Occasion) -> None:
    """可否接收 · An officer of the office that was asked, while it is being asked.

    Raises MayNot, NotAtThisStage, NoTransferOffered, NotTheReceiver.
    """
    powers.check(powers.ANSWER_TRANSFER, occasion)
    hazard.must_be(*ALIVE, act="答复移送")
    asked = hazard.transfer.to
    if not hazard.transfer.offered or asked is None:
        raise NoTransferOffered
    if asked.seat != own_seat(occasion):
        raise NotTheReceiver(f"只有被移送的单位可以接收或退回（{powers.AQF_69}）")


def may_return(hazard: Hazard, occasion: Occasion) -> None:
    """可否退回 · As accepting, and not what the committee's office has assigned."""
    may_accept(hazard, occasion)
    if hazard.transfer.assigned:
        raise AssignedByCommittee(f"安委办指定由本单位负责，不得退回（{powers.AQF_69}）")


def answering(hazard: Hazard, occasion: Occasion) -> tuple[Holder, bool]:
    """答复人 · The office that answers, and whether it does so after its last day."""
    due = hazard.transfer.answer_due
    receiver = Holder(organisation=occasion.organisation, division=occasion.division)
    return receiver, due is not None and occasion.today > due


def accept_transfer(hazard: Hazard, ask: AcceptTransfer, occasion: Occasion) -> tuple[TransferAccepted, ...]:
    """接收移送 · The receiver answers for it from here on."""
    may_accept(hazard, occasion)
    receiver, late = answering(hazard, occasion)
    number, enterprise = hazard.registered
    return (
        TransferAccepted(
            number=number,
            enterprise=enterprise,
            holder=receiver,
            former=hazard.holder,
            remark=ask.remark,
            late=late,
        ),
    )


def return_transfer(hazard: Hazard, ask: ReturnTransfer, occasion: Occasion) -> tuple[TransferReturned, ...]:
    """退回移送 · The second return goes to the committee's office, whose own decision is not returned."""
    may_return(hazard, occasion)
    receiver, late = answering(hazard, occasion)
    returns = hazard.transfer.returns + 1
    number, enterprise = hazard.registered
    return (
        TransferReturned(
            number=number,
            enterprise=enterprise,
            holder=hazard.holder,
            by=receiver,
            reason=ask.reason,
            returns=returns,
            to_committee=returns >= occasion.policy.limits.transfer_returns_to_committee,
            late=late,
        ),
    )


def placed(hazard: Hazard, division: str) -> Hazard:
    """属地 · Until an office has taken it over, whoever is in charge of its place holds it."""
    if hazard.holder.organisation is not None or not division:
        return hazard
    return replace(hazard, holder=Holder(division=division))


Transferring = HazardTransferOffered | TransferAccepted | TransferReturned


def evolve(hazard: Hazard, event: Transferring) -> Hazard:
    """演变 · What a transfer changes; a proposal changes nothing, and only an acceptance changes the holder."""
    match event:
        case HazardTransferOffered(proposal=True):
            return hazard
        case HazardTransferOffered():
            offered = Transfer(
                state=TransferState.OFFERED,
                to=event.to,
                answer_due=event.answer_due,
                assigned=event.assigned,
                returns=hazard.transfer.returns,
            )
            return replace(hazard, transfer=offered)
        case TransferAccepted():
            return replace(hazard, holder=event.holder, transfer=Transfer(state=TransferState.ACCEPTED))
        case TransferReturned():
            returned = Transfer(state=TransferState.RETURNED, returns=event.returns)
            return replace(hazard, transfer=returned)
        case _:
            assert_never(event)
