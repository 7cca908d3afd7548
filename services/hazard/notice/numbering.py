"""指令书编号 · From here on hazards may be ordered under it."""

from contracts.notice import NoticeNumbered, NoticeState
from contracts.numbering import NumberDrawn, NumberKept
from contracts.values import Entry, ShortText
from services.hazard.lifecycle import powers
from services.hazard.notice.state import Notice
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot


class OnlyFromALedger(MayNot):
    """纸质文号只能通过台账导入 · Whoever writes a notice here draws its number from the series."""


class KeepPaperNumber(Ask, json_schema_extra={"examples": [{"number": "（杭滨）应急责改〔2026〕12号"}]}):
    """登记纸质文号 · The number that the paper of a ledger's row bears already."""

    number: ShortText


class NumberNotice(Ask, json_schema_extra={"examples": [{}]}):
    """编号 · The number is drawn from the office's series; nobody chooses it."""


def may_number(notice: Notice, occasion: Occasion) -> None:
    """可否编号 · A draft, by an officer of the office that issues it. Raises MayNot, NoticeNotAtThisStage."""
    powers.check(powers.ORDER, occasion)
    notice.must_be(NoticeState.DRAFT, act="编号")
    notice.must_be_ours(occasion, "为其编号")


def number_notice(
    notice: Notice,
    ask: NumberNotice | KeepPaperNumber,
    occasion: Occasion,
    *,
    drawn: NumberDrawn | NumberKept,
) -> tuple[NoticeNumbered, ...]:
    """编号 · With the number that is written to the series in the same transaction, drawn or a paper's own."""
    may_number(notice, occasion)
    if isinstance(ask, KeepPaperNumber) and occasion.entry is not Entry.LEDGER:
        raise OnlyFromALedger
    return (
        NoticeNumbered(
            number=drawn.number,
            enterprise=notice.enterprise,
            office=drawn.office,
            kind=drawn.kind,
            year=drawn.year,
            n=drawn.n,
            visit=notice.visit,
            hazards=notice.hazards,
        ),
    )
