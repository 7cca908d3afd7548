"""文书编号 · Where a case takes the numbers of its documents from: one seam for all of them."""

from services.hazard.lifecycle.supervising import check_number
from services.hazard.occasion import Occasion


def numbered(given: str, occasion: Occasion) -> str:
    """编号 · The number that the ask names, in the form 字〔年〕号 and of this year. Raises ListingNumberInvalid."""
    check_number(given, occasion)
    return given
