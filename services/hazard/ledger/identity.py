"""行的标识 · By what a row, its enterprise and its visit are known again when the ledger comes back.

The same words make the same id for ever, so importing again adds nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from uuid import UUID, uuid5

from services.hazard.ledger.row import Row
from services.hazard.numbering import one_spelling

NAMESPACE = UUID("6f1d6c52-0c0e-5f0a-9c55-0a4f5f3f7d21")  # of ids that a ledger's words make


def same(text: str | None) -> str:
    """归一 · Text without spaces, case and width, so that a tidied cell stays the same cell."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or "")).casefold()


def enterprise_id(division: str, name: str) -> UUID:
    """企业标识 · By name within the division, as the ledger of an office tells its enterprises apart."""
    return uuid5(NAMESPACE, f"enterprise/{division}/{same(name)}")


def visit_id(division: str, row: Row) -> UUID:
    """检查标识 · By enterprise, date and kind."""
    return uuid5(NAMESPACE, f"visit/{division}/{same(row.enterprise)}/{row.inspected_on}/{row.visit_kind}")


def notice_id(division: str, number: str) -> UUID:
    """指令书标识 · By the number on its paper, however that is written."""
    return uuid5(NAMESPACE, f"notice/{division}/{one_spelling(number)}")


def hazard_id(division: str, row: Row) -> UUID:
    """隐患标识 · By enterprise, date, description and place; a row with 隐患编号 is known by that instead."""
    words = (same(row.enterprise), str(row.inspected_on), same(row.description), same(row.place))
    return uuid5(NAMESPACE, f"hazard/{division}/{'/'.join(words)}")


def step_key(of: UUID, command: str, attempt: int = 1) -> UUID:
    """步骤的键 · Each step of a hazard has its own; a later round has its own steps."""
    return uuid5(of, f"{command}/{attempt}")


def duplicates(rows: Iterable[Row]) -> dict[int, int]:
    """重复行 · Each later line that names the same hazard as an earlier one, with that one's line."""
    first: dict[object, int] = {}
    repeated: dict[int, int] = {}
    for row in rows:
        if not row.has_find:
            continue
        key = row.number or hazard_id("", row)
        if key in first:
            repeated[row.line] = first[key]
        else:
            first[key] = row.line
    return repeated
