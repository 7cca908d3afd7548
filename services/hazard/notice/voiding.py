"""作废指令书 · Before it was served; its number stays its own, and the orders given under it are withdrawn."""

from contracts.notice import NoticeState, NoticeVoided
from contracts.values import Role, Text
from services.hazard.lifecycle import powers
from services.hazard.notice.serving import AlreadyServed
from services.hazard.notice.state import Notice
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot

VOID = powers.power(
    "作废指令书",
    "由制作人，或者镇街分管领导、部门负责人作废",
    Role.TWL,
    Role.DPL,
    author=(Role.TWO, Role.DPO, Role.ENF),
)
HEADS = frozenset({Role.TWL, Role.DPL})


class NotTheDrafter(MayNot):
    """只有制作人或者单位负责人可以作废 · Not every officer voids another's paper."""


class VoidNotice(Ask, json_schema_extra={"examples": [{"reason": "当事人名称有误，另行制作"}]}):
    """作废 · Why."""

    reason: Text


def may_void(notice: Notice, occasion: Occasion) -> None:
    """可否作废 · Its drafter or the head of the office, until it is served.

    Raises MayNot, NotTheDrafter, AlreadyServed, NoticeNotAtThisStage.
    """
    powers.check(VOID, occasion)
    if occasion.role not in HEADS and occasion.person != notice.author:
        raise NotTheDrafter
    notice.must_be_ours(occasion, "作废")
    if notice.served_on is not None and not notice.voided:
        raise AlreadyServed(f"指令书 {notice.number} 已经送达，不得作废；错误之处须另行更正并送达")
    notice.must_be(NoticeState.DRAFT, NoticeState.NUMBERED, act="作废")


def void_notice(notice: Notice, ask: VoidNotice, occasion: Occasion) -> tuple[NoticeVoided, ...]:
    """作废 · With its reason."""
    may_void(notice, occasion)
    return (
        NoticeVoided(
            number=notice.number,
            enterprise=notice.enterprise,
            reason=ask.reason,
            hazards=notice.hazards,
        ),
    )
