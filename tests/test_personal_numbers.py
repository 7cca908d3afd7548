"""个人号码 · The guard that keeps mobile and identity-card numbers out of free text."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.personal_numbers import CHECKS, WEIGHTS, mask, personal_data_in


def card(area: str = "330111", birthday: str = "19900307", serial: str = "001") -> str:
    body = area + birthday + serial
    return body + CHECKS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11]


WIDE = str.maketrans("0123456789X- +", "０１２３４５６７８９Ｘ－\u3000＋")
PHONES = [
    "13812345678",
    "138 1234 5678",
    "138-1234-5678",
    "138 - 1234 - 5678",
    "138.1234.5678",
    "138–1234–5678",
    "138 12345678",
    "1381234 5678",
    "1381 2345 678",
    "138-123-45678",
    "1 3 8 1 2 3 4 5 6 7 8",
    "+8613812345678",
    "+86 138 1234 5678",
    "(+86)138-1234-5678",
    "008613812345678",
    "86-13812345678",
    "1.13812345678",
]


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize("wide", [False, True], ids=["narrow", "wide"])
def test_a_mobile_number_is_noticed(phone: str, wide: bool) -> None:
    written = phone.translate(WIDE) if wide else phone

    assert personal_data_in(f"请联系张师傅{written}，尽快整改") == "手机号码"
    assert personal_data_in(written) == "手机号码"
    assert personal_data_in(f"tel{written}x") == "手机号码"


@pytest.mark.parametrize(
    "number",
    [
        card(),
        card(serial="004"),
        card(area="110105", birthday="19491231", serial="002"),
        card(birthday="20120229"),
        "330111 19900307 " + card()[14:],
        "330111-19900307-" + card()[14:],
        "3 " + card(),
        card().translate(WIDE),
        "330111900307001",
        "身份证" + card() + "号",
        "ID" + card(),
    ],
)
def test_an_identity_card_number_is_noticed(number: str) -> None:
    assert personal_data_in(f"当事人 {number} 现场") == "身份证号码"
    assert personal_data_in(number) == "身份证号码"


def test_an_identity_card_number_ending_in_x_is_noticed_in_either_case() -> None:
    number = next(number for serial in range(100, 200) if (number := card(serial=str(serial))).endswith("X"))

    assert personal_data_in(number) == "身份证号码"
    assert personal_data_in(number.lower()) == "身份证号码"
    assert personal_data_in(number[:-1] + "Ｘ") == "身份证号码"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "配电箱外壳未做保护接地，违反 GB 50054-2011 第 5.2.1 条",
        "GB 15577-2018 10 粉尘防爆",
        "GB/T 13861-2022、GB 18218-2018、AQ 3013-2008、GB 16297-1996",
        "GB 15603-2022 4.1、GB 17914-2013 5.2",
        "统一社会信用代码 91330111MA2H1XYZ1X",
        "统一社会信用代码 913301107384659271",
        "统一社会信用代码 91330110MA13812345",
        "隐患编号 HZ-330111-2026-000123",
        "2026-06-03 至 2026-06-18，2026年6月3日 13:00",
        "2026.06.03-2026.06.18",
        "20260603-20260618",
        "区划 330111005000、330111005012",
        "执法证号 33011100123",
        "责令限期整改指令书（余）应急责改〔2026〕381号",
        "坐标 120.13812345678, 30.15912345678",
        "固定电话 0571-63312345",
        "整改资金 150000 元，1500000000 分",
        "营业执照注册号 330111000012345",
        "条形码 6901234567892",
        "设备编号 13812345678901234567",
        "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "第12381234号",
        "330111199013070010",
        "330111199003070019",
    ],
)
def test_other_numbers_pass(text: str) -> None:
    assert personal_data_in(text) is None
    assert mask(text) == (text, False)


def test_masking_hides_the_digits_and_keeps_the_rest() -> None:
    masked = mask(f"张三 138-1234-5678，{card()}；１３８１２３４５６７８")

    assert masked == ("张三 138-****-****，330***************；１３８********", True)


digits = st.text(alphabet="0123456789", min_size=9, max_size=9)
mobiles = st.builds(lambda second, rest: f"1{second}{rest}", st.sampled_from("3456789"), digits)
grouped = st.builds(
    lambda number, gap: f"{number[:3]}{gap}{number[3:7]}{gap}{number[7:]}",
    mobiles,
    st.sampled_from(["", " ", "-", "\u3000", "—", "."]),
)
cards = st.builds(
    lambda day, serial: card(birthday=day.strftime("%Y%m%d"), serial=f"{serial:03}"),
    st.dates(min_value=datetime(1900, 1, 1).date(), max_value=datetime(2026, 6, 3).date()),  # noqa: DTZ001  # a birthday
    st.integers(0, 999),
)
prose = st.text(
    alphabet=st.characters(exclude_categories=("N", "Cs"), exclude_characters="-–—+.()*"), max_size=30
)
anything = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=80)
numeric = st.text(alphabet="0123456789１３８Ｘx-– .年月·", max_size=60)


@given(prose, grouped | cards, prose, st.booleans())
def test_no_number_gets_through_whatever_stands_around_it(
    before: str, number: str, after: str, wide: bool
) -> None:
    written = number.translate(WIDE) if wide else number
    text = f"{before}{written}，{after}"
    masked, hidden = mask(text)

    assert personal_data_in(text) is not None
    assert hidden
    assert personal_data_in(masked) is None
    assert written not in masked


@given(anything | numeric)
def test_a_masked_text_is_clean_as_long_and_stays_as_it_is(text: str) -> None:
    masked, hidden = mask(text)

    assert len(text) == len(masked)
    assert personal_data_in(masked) is None
    assert hidden == (personal_data_in(text) is not None)
    assert mask(masked) == (masked, False)
    assert all(new in (old, "*") for old, new in zip(text, masked, strict=True))


standards = st.builds(
    lambda family, number, year, clause: f"{family} {number}-{year} {clause[0]}.{clause[1]}.{clause[2]}",
    st.sampled_from(["GB", "GB/T", "AQ", "XF", "DB33/T"]),
    st.integers(1, 60000),
    st.integers(1980, 2026),
    st.tuples(st.integers(1, 30), st.integers(1, 30), st.integers(1, 30)),
)
times = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2030, 1, 1))  # noqa: DTZ001  # as written
dates = st.builds(
    lambda at, form: at.strftime(form), times, st.sampled_from(["%Y-%m-%d %H:%M", "%Y%m%d", "%Y.%m.%d"])
)
numbers = st.builds(
    lambda district, year, count: f"HZ-{district}-{year}-{count:06}",
    st.integers(110000, 659999),
    st.integers(2020, 2035),
    st.integers(1, 9_999_999),
)
credit_codes = st.builds(
    lambda kind, district, rest: f"{kind}{district}{rest}",
    st.sampled_from(["91", "92", "93", "12", "52"]),
    st.integers(110000, 659999),
    st.from_regex(r"\A(MA[0-9A-HJ-NP-RTUW-Y]{7}|[0-9]{3}A[0-9]{5})[0-9A-HJ-NP-RTUW-Y]\Z"),
)


@given(st.lists(standards | dates | numbers | credit_codes, min_size=1, max_size=4))
def test_standards_dates_hazard_numbers_and_credit_codes_pass(parts: list[str]) -> None:
    assert personal_data_in("，".join(parts)) is None
