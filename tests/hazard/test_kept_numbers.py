"""纸质文号 · A number that a paper bears from before stays the paper's: drawn for no other, and no gap for it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.numbering import DocumentKind
from contracts.values import Entry
from given.notice_story import DRAWN
from given.story import POLICY, TWL, TWO, Life, envelope
from services.hazard import numbering
from services.hazard.notice.numbering import KeepPaperNumber, OnlyFromALedger, number_notice
from services.hazard.notice.state import Notice
from services.hazard.numbering import (
    NumberSeries,
    NumberTaken,
    NumberUnreadable,
    draw_number,
    keep_number,
    one_spelling,
    year_and_n,
)

OF = {
    "office": TWL["organisation"],
    "kind": DocumentKind.RECTIFICATION_ORDER,
    "document": "notice/00000000-0000-5000-8000-000000000001",
}


def drawn(series):
    return draw_number(series, "杭滨", Life().occasion(TWO), **OF)


def kept(series, number, words=("杭滨",)):
    return keep_number(series, number, words, Life().occasion(TWO), **OF)


def after(series, event):
    return numbering.evolve_series(series, event, envelope(event, Life().occasion(TWO), series.version + 1))


def written(n):
    return POLICY.documents.written("杭滨", OF["kind"], 2026, n)


@given(st.lists(st.one_of(st.none(), st.integers(1, 20)), max_size=40))
def test_papers_and_draws_together_are_one_register_without_gap_or_double(steps):
    """None draws the next one, a number is that of a paper; whoever comes second is refused."""
    series, register = NumberSeries(), {}
    for step in steps:
        if step in register:
            with pytest.raises(NumberTaken, match="第九条"):
                kept(series, written(step))
            continue
        event = drawn(series) if step is None else kept(series, written(step))
        assert event.n not in register
        register[event.n] = event.number
        series = after(series, event)

    assert set(range(1, series.last + 1)) <= set(register)
    assert len(set(register.values())) == len(register)


@pytest.mark.parametrize(
    "number", ["杭滨应急责改[2026]第1号", "（杭滨）应急责改〔2026〕 01号", "(杭滨)应急责改【2026】1号"]
)
def test_a_paper_s_number_is_the_same_however_its_brackets_are_written(number):
    assert year_and_n(number) == (2026, 1)
    with pytest.raises(NumberTaken):
        kept(after(NumberSeries(), drawn(NumberSeries())), number)


def test_another_word_is_another_series():
    series = after(NumberSeries(), kept(NumberSeries(), "余应急责改〔2026〕1号"))

    assert drawn(series).n == 1


@pytest.mark.parametrize(
    "number", ["应急责改12号", "应急责改〔26〕12号", "应急责改〔2026〕号", "应急责改〔2026〕0号", "12"]
)
def test_a_number_without_year_or_place_is_none(number):
    with pytest.raises(NumberUnreadable, match="须写明年份和序号"):
        kept(NumberSeries(), number)


def test_nobody_chooses_a_number_except_a_ledger_s_paper():
    key = OF["document"].partition("/")[2]
    notice = Notice(version=1, id=key, office=TWO["organisation"], enterprise=key, visit=key)
    ask, live = KeepPaperNumber(number=written(2)), Life().occasion(TWO)
    with pytest.raises(OnlyFromALedger):
        number_notice(notice, ask, live, drawn=DRAWN)

    (event,) = number_notice(
        notice, ask, replace(live, entry=Entry.LEDGER), drawn=kept(NumberSeries(), written(2))
    )
    assert (event.number, event.n) == (written(2), 2)


def test_spelling_keeps_numbers_apart():
    assert len({one_spelling(written(n)) for n in range(1, 200)}) == 199
