"""文号 · A series counts without a gap, a void number stays its own, an office writes with its own word."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.numbering import DocumentKind, NumberDrawn
from contracts.values import Role
from given.story import DPL, DPO, POLICY, SCO, TWL, TWO, Life, envelope
from services.hazard import numbering
from services.hazard.numbering import (
    NoOfficeWord,
    NumberNotDrawn,
    NumberSeries,
    OfficeWords,
    SetOfficeWord,
    WordTaken,
    WordUnchanged,
    draw_number,
    series_key,
    set_office_word,
    void_number,
)
from services.hazard.policy.documents import Documents
from services.hazard.refused import MayNot

ORDER = DocumentKind.RECTIFICATION_ORDER
DOCUMENT = "notice/00000000-0000-5000-8000-000000000001"
TOWN = TWL["organisation"]
NONE_YET, NO_WORDS = NumberSeries(), OfficeWords()


def drawn(series: NumberSeries = NONE_YET, word: str = "杭滨", **more: object) -> NumberDrawn:
    occasion = Life().occasion(TWO)
    asked = {"office": TOWN, "kind": ORDER, "document": DOCUMENT, **more}
    return draw_number(series, word, occasion, **asked)


def after(series: NumberSeries, event) -> NumberSeries:
    return numbering.evolve_series(series, event, envelope(event, Life().occasion(TWO), series.version + 1))


def set_by(who: dict, word: str, words: OfficeWords = NO_WORDS, policy=POLICY) -> OfficeWords:
    occasion = replace(Life().occasion(who), policy=policy)
    (event,) = set_office_word(words, SetOfficeWord(word=word), occasion)
    return numbering.evolve_words(words, event, envelope(event, occasion, words.version + 1))


def test_a_number_is_written_as_the_office_writes_it():
    assert drawn().number == "（杭滨）应急责改〔2026〕1号"
    assert drawn(NumberSeries(last=11), kind=DocumentKind.CASE).number == "（杭滨）应急立〔2026〕12号"


def test_offices_kinds_and_years_are_counted_by_themselves():
    keys = {
        series_key(office, kind, year)
        for office in ("org-a", "org-b")
        for kind in DocumentKind
        for year in (2026, 2027)
    }

    assert len(keys) == 2 * len(DocumentKind) * 2
    assert series_key("org-a", ORDER, 2026) == series_key("org-a", ORDER, 2026)


@given(st.lists(st.one_of(st.none(), st.integers(1, 30)), max_size=60))
def test_draws_and_voids_go_as_somebody_with_a_paper_register_would_count(steps):
    """None draws the next one, a number voids that one; the register is a list of lines, crossed out or not."""
    series, register, papers = NumberSeries(), [], {}
    for step in steps:
        if step is None:
            event = drawn(series)
            register.append(True)
            papers[len(register)] = event
            assert event.n == len(register)
        else:
            is_there = step <= len(register) and register[step - 1]
            event = papers.get(step) or drawn(NumberSeries(last=step - 1))
            if not is_there:
                with pytest.raises(NumberNotDrawn):
                    void_number(series, event, "写错")
                continue
            event = void_number(series, event, "写错")
            register[step - 1] = False
        series = after(series, event)

    assert series.last == len(register)
    assert series.voided == {n for n, valid in enumerate(register, start=1) if not valid}
    assert [paper.n for paper in papers.values()] == list(range(1, len(register) + 1))


def test_a_void_number_keeps_what_it_was_given_to():
    series = after(NumberSeries(), drawn())
    voided = void_number(series, drawn(), "当事人名称有误")

    assert (voided.n, voided.number, voided.document, voided.reason) == (
        1,
        drawn().number,
        DOCUMENT,
        "当事人名称有误",
    )
    assert drawn(after(series, voided)).n == 2


@pytest.mark.parametrize("who", [TWL, DPL, SCO], ids=lambda who: who["role"])
def test_the_head_of_an_office_sets_its_word(who):
    assert {who["organisation"]: "杭滨"} == set_by(who, "杭滨").words


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.TWL, Role.DPL, Role.SCO}))
def test_nobody_else_sets_it(role):
    with pytest.raises(MayNot, match="第九条"):
        set_by({**TWO, "role": role}, "杭滨")


def test_no_office_takes_a_word_that_is_or_was_another_s():
    words = set_by(TWL, "余杭", set_by(TWL, "杭滨"))
    for word in ("杭滨", "余杭"):
        with pytest.raises(WordTaken, match=word):
            set_by(DPL, word, words)

    assert set_by(TWL, "杭滨", words).words == {TOWN: "杭滨"}


def test_no_office_takes_a_word_that_policy_gives_to_another():
    documents = POLICY.documents.model_copy(update={"offices": {TOWN: "杭滨"}})
    policy = POLICY.model_copy(update={"documents": documents})

    with pytest.raises(WordTaken):
        set_by(DPL, "杭滨", policy=policy)
    assert set_by(TWL, "杭滨", policy=policy).of(TOWN, policy) == "杭滨"


def test_a_word_that_is_set_already_is_no_change():
    with pytest.raises(WordUnchanged):
        set_by(TWL, "杭滨", set_by(TWL, "杭滨"))


def test_policy_may_give_the_word_and_what_the_office_set_goes_before_it():
    documents = POLICY.documents.model_copy(update={"offices": {TOWN: "杭滨"}})
    policy = POLICY.model_copy(update={"documents": documents})

    assert OfficeWords().of(TOWN, policy) == "杭滨"
    assert set_by(TWL, "余杭").of(TOWN, policy) == "余杭"


def test_without_a_word_no_number_is_written():
    with pytest.raises(NoOfficeWord, match="单位负责人"):
        OfficeWords().of(DPO["organisation"], POLICY)


@pytest.mark.parametrize("word", ["", "12", "杭（滨）", "杭 滨", "杭" * 13])
def test_a_word_is_of_letters_and_characters(word):
    with pytest.raises(ValueError, match="word"):
        SetOfficeWord(word=word)


@pytest.mark.parametrize(
    "pattern",
    [
        "{office}{word}{n}号",
        "{office}{word}〔{year}〕{n}{n}号",
        "{office}{word}〔{year}〕{n:03}号",
        "{office!r}{word}〔{year}〕{n}号",
        "{office.__class__}{word}〔{year}〕{n}号",
        "{office}{word}〔{year}〕{n号",
    ],
)
def test_a_pattern_that_could_write_two_numbers_alike_is_no_policy(pattern):
    fields = POLICY.documents.model_dump() | {"number_pattern": pattern}
    with pytest.raises(ValueError, match="各一次"):
        Documents(**fields)


def test_one_word_for_two_kinds_or_two_offices_is_no_policy():
    same = dict.fromkeys(DocumentKind, "应急责改")
    for fields in ({"words": same}, {"offices": {"org-a": "杭滨", "org-b": "杭滨"}}):
        with pytest.raises(ValueError, match="不得重复"):
            Documents(**POLICY.documents.model_dump() | fields)


def test_every_kind_of_document_has_its_word_in_the_shipped_policy():
    assert set(DocumentKind) == set(POLICY.documents.words)
