"""文书编号 · Where the numbers of a case's documents come from: drawn beside the command, or another office's own."""

from collections.abc import Mapping

from contracts.numbering import DocumentKind
from services.hazard.lifecycle.supervising import check_number
from services.hazard.occasion import Occasion

# 须编号的命令 · For which document each of these commands draws a number; the series are those of the case's office.
NUMBERED: Mapping[str, DocumentKind] = {
    "file": DocumentKind.CASE,
    "inform": DocumentKind.PENALTY_NOTICE,
    "decide": DocumentKind.PENALTY_DECISION,
    "stop-daily-fine": DocumentKind.PENALTY_DECISION,
}


def drawn(occasion: Occasion) -> str:
    """取得的文号 · The number that is stored in its series with this very command, or not at all."""
    assert occasion.number is not None  # a command of NUMBERED has drawn one
    return occasion.number


def of_another(given: str, occasion: Occasion) -> str:
    """他机关文号 · Numbered by another office: in the form 字〔年〕号, of this year. Raises ListingNumberInvalid."""
    check_number(given, occasion)
    return given
