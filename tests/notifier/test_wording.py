"""措辞 · Every rule has its sentence, and it says what a person needs."""

from datetime import date, datetime

import pytest

from contracts.values import Level, Track
from services.notifier.calendar import SHANGHAI, end_of
from services.notifier.obligations import Case
from services.notifier.rules import RULES
from services.notifier.wording import SENTENCES, Words, addressed, write

CASE = Case(
    hazard="5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
    number="HZ-330111-2026-000123",
    enterprise="0d5e3c7a-9b1c-5c7e-8f3a-2b6d4e8f9a01",
    enterprise_name="杭州甲机械有限公司",
    division="330111005000",
    place="2号车间配电箱",
    level=Level.GENERAL,
    track=Track.AUTHORITY,
    responsible="p-301",
)
DUE = end_of(date(2026, 6, 18))


def written(rule: str, day: int) -> Words:
    return write(rule, CASE, DUE, datetime(2026, 6, day, 9, tzinfo=SHANGHAI))


def test_every_rule_has_a_sentence_and_every_sentence_a_rule() -> None:
    assert {rule.name for rule in RULES} == set(SENTENCES)


@pytest.mark.parametrize("rule", list(SENTENCES))
def test_a_sentence_names_the_number_the_place_and_the_day(rule: str) -> None:
    words = written(rule, 18)

    assert "HZ-330111-2026-000123" in words.subject
    assert "2号车间配电箱" in words.text
    assert "2026年6月18日" in words.text
    assert "p-301" not in words.text


def test_before_the_deadline_the_days_left_are_told() -> None:
    expected = Words(
        "整改期限临近：HZ-330111-2026-000123，还剩3天",
        "杭州甲机械有限公司“2号车间配电箱”的一般事故隐患（编号HZ-330111-2026-000123），"
        "整改期限为2026年6月18日，还剩3天，请按期完成整改并上报。",
    )

    assert expected == written("deadline-near", 15)


def test_after_the_deadline_the_days_late_are_told() -> None:
    assert "整改逾期4天：HZ-330111-2026-000123" == written("overdue", 22).subject


def test_a_letter_is_addressed_by_name_where_the_name_is_known() -> None:
    words = Words("题", "文")

    assert addressed(words, "王安全") == "王安全，您好：\n\n文\n"
    assert addressed(words, None) == "文\n"
