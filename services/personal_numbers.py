"""个人号码 · Mobile and identity-card numbers in free text: official descriptions stand in events for ever, so none may get in."""

import re
from datetime import datetime
from typing import Final

DIGIT: Final = re.compile(r"[0-9０-９]")
FEWEST: Final = 11  # digits, of a mobile number
PHONE: Final = "手机号码"
IDENTITY_CARD: Final = "身份证号码"
# One character for one, so that a place in the plain text is the place in the original.
PLAIN: Final = str.maketrans(
    dict.fromkeys("－‐‑‒–—―−", "-")
    | dict.fromkeys("．·・", ".")
    | dict.fromkeys("\u00a0\u2002\u2003\u2009\u3000\t\n", " ")
    | dict(zip("０１２３４５６７８９Ｘｘ＋（）", "0123456789Xx+()", strict=True))
)
# How people write the eleven digits of a mobile number. Other groupings are left alone: a standard's number, a
# clause and a date beside one another (GB 15577-2018 10) add up to eleven digits, too.
MOBILES: Final = (
    r"1[3-9]\d{9}",
    r"1[3-9]\d(?P<gap> ?[-. ] ?)\d{4}(?P=gap)\d{4}",
    r"1[3-9]\d[- ]\d{8}",
    r"1[3-9]\d{5}[- ]\d{4}",
    r"1[3-9]\d{2} \d{4} \d{3}",
    r"1[3-9]\d{2} \d{3} \d{4}",
    r"1[3-9]\d[- ]\d{3}[- ]\d{5}",
    r"1 [3-9](?: \d){9}",
)
# Two digits and a point before it: the decimals of a coordinate, not a number behind 1.
MOBILE: Final = re.compile(
    rf"(?<!\d)(?<!\d\d\.)(?:\(?(?:\+|00)?86\)?[- ]?)?(?P<number>{'|'.join(MOBILES)})(?!\d)"
)
# Tried at every place: a stray digit before a number must not hide it.
CARD_18: Final = re.compile(r"(?<!\d)(?=(?P<number>[1-9](?:[- ]?\d){16}[- ]?[\dXx])(?!\d))")
CARD_15: Final = re.compile(r"(?<![0-9A-Za-z])(?P<number>[1-9]\d{14})(?![0-9A-Za-z])")
PROVINCES: Final = frozenset(
    str(code)
    for first, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
        (91, 91),
    )
    for code in range(first, last + 1)
)
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
CHECKS: Final = "10X98765432"


def personal_data_in(text: str) -> str | None:
    """个人信息 · What kind of personal number stands in a text, or None: a mobile or an identity-card number.

    Full-width digits, spaces and dashes within do not hide one. An identity-card number is known by its province,
    its date of birth and, of 18 digits, its check digit (GB 11643), so credit codes and document numbers pass.
    """
    kinds = (kind for kind, _start, _end in _found(text))
    return next(kinds, None)


def mask(text: str) -> tuple[str, bool]:
    """遮盖 · The text with every such number's digits after the third as *, and whether there were any."""
    masked = list(text)
    for _kind, start, end in _found(text):
        digits = [at for at in range(start, end) if masked[at] == "*" or masked[at].isalnum()]
        for at in digits[3:]:
            masked[at] = "*"
    hidden = "".join(masked)
    return hidden, hidden != text


def _found(text: str) -> list[tuple[str, int, int]]:
    if len(DIGIT.findall(text)) < FEWEST:  # nearly every text; the patterns take their time
        return []
    plain = text.translate(PLAIN)
    cards = [found.span("number") for found in CARD_18.finditer(plain) if _is_card(found["number"])]
    cards += [found.span("number") for found in CARD_15.finditer(plain) if _is_old_card(found["number"])]
    mobiles = [found.span("number") for found in MOBILE.finditer(plain)]
    return [(IDENTITY_CARD, *span) for span in cards] + [(PHONE, *span) for span in mobiles]


def _is_card(written: str) -> bool:
    number = written.replace("-", "").replace(" ", "").upper()
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=False))
    return number[:2] in PROVINCES and _is_birthday(number[6:14]) and CHECKS[total % 11] == number[17]


def _is_old_card(number: str) -> bool:
    return number[:2] in PROVINCES and _is_birthday("19" + number[6:12])


def _is_birthday(digits: str) -> bool:
    if digits[:2] not in ("18", "19", "20"):
        return False
    try:
        datetime.strptime(digits, "%Y%m%d")  # noqa: DTZ007  # a birthday has no time zone
    except ValueError:
        return False
    return True
