"""词元 · A text is found by any part of it, however the part is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.projections.hanzi import folded
from services.projections.words import asked, lexemes

HAN = "配电箱未接地線隱患閉環后後乾干里裏A7０Ｂ號-，"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("隱患全部督促整改完畢實現閉環管理", "隐患全部督促整改完毕实现闭环管理"),
        ("廠中廠、臺賬", "厂中厂、台账"),
        ("ＧＢ５０１４０", "gb50140"),
        ("乾燥機後面", "干燥机后面"),
    ],
)
def test_however_it_is_written_it_is_one_text(written: str, read: str) -> None:
    assert read == folded(written)


def test_a_text_is_kept_as_pairs_and_whole_numerals() -> None:
    assert {"配电", "电箱", "箱", "2", "号", "gb", "50140"} == set(lexemes("配电箱，2号 gb50140").split())


@pytest.mark.parametrize(
    ("question", "wanted", "patterns"),
    [
        ("配電", "'配电'", ["%配电%"]),
        ("配电箱", "'电箱' & '配电'", ["%配电箱%"]),
        ("箱", "'箱':*", ["%箱%"]),
        ("HZ-330111-2026-000123", "'123':*", ["%hz-330111-2026-000123%"]),
        ("宏达 灭火", "'宏达' & '灭火'", ["%宏达%", "%灭火%"]),
        ("%", None, [r"%\%%"]),
        ("000", None, ["%000%"]),
    ],
)
def test_a_question_asks_for_lexemes_and_for_its_words(
    question: str, wanted: str | None, patterns: list[str]
) -> None:
    told = asked(question)

    assert (wanted, patterns) == (told.lexemes, told.patterns)


@given(st.text(HAN, min_size=1, max_size=30), st.data())
def test_no_part_of_a_text_is_missed_by_its_lexemes(text: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(text) - 1))
    while first and folded(text[first - 1 : first + 1]).isascii():
        first -= 1  # letters and numerals are found by how they begin
    part = text[first : data.draw(st.integers(first + 1, len(text)))]
    kept = lexemes(folded(text)).split()
    told = asked(part)

    assert all(pattern.strip("%") in folded(text) for pattern in told.patterns)
    for lexeme in filter(None, (told.lexemes or "").split(" & ")):
        word, exact = lexeme.strip("':*"), not lexeme.endswith("*")
        assert any(each == word if exact else each.startswith(word) for each in kept)
