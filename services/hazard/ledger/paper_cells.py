"""文书单元格 · What stands on the papers of an inspection: certificates of officers, and the number of a notice."""

import re

from services.hazard.ledger.cells import Cell, Unreadable, name_of, plain, plain_lines
from services.hazard.numbering import NumberUnreadable, year_and_n

CERTIFICATE = re.compile(r"[0-9A-Za-z-]{4,32}")
BETWEEN = re.compile(r"[、,;/\s]+")


def certificates_of(cell: Cell) -> tuple[str, ...]:
    """执法证号 · In the order of the inspectors. Raises Unreadable for what is no number of a certificate."""
    numbers = tuple(part for part in BETWEEN.split(plain(cell)) if part)
    for number in numbers:
        if not CERTIFICATE.fullmatch(number):
            raise Unreadable("no-certificate", f"不是执法证号：{number}")
    return numbers


def notice_of(cell: Cell) -> str:
    """指令书文号 · As the paper bears it. Raises Unreadable where it names no year and no place in its series."""
    number = name_of(plain_lines(cell))
    try:
        year_and_n(number)
    except NumberUnreadable as error:
        raise Unreadable("unreadable-document-number", str(error)) from None
    return number
