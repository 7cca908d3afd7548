"""文号 · One series for each office, kind of document and year, counted without a gap; pure rules.

A number is drawn in the transaction that numbers its document, so there is a number if and only if there is its
document. A void document keeps its number: the series says so, and gives it to nobody else.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import assert_never
from uuid import UUID, uuid5

from contracts.envelope import Envelope
from contracts.numbering import (
    DocumentKind,
    NumberDrawn,
    NumberKept,
    NumberSeriesEvent,
    NumberVoided,
    OfficeWordSet,
    OfficeWordsEvent,
    Word,
)
from contracts.values import Role, Text
from services.hazard.lifecycle.holding import check, power
from services.hazard.occasion import Ask, Occasion
from services.hazard.policy import Policy
from services.hazard.refused import Refused

SERIES = UUID("5e0d6d2c-3a57-5f7e-9c38-0a5b0c1d7e42")  # of ids that an office, a kind and a year make
SET_WORD = power(
    "设定单位的文书代字",
    "《党政机关公文处理工作条例》第九条：发文字号由发文机关代字、年份、发文顺序号组成，代字由单位负责人确定",
    Role.TWL,
    Role.DPL,
    Role.SCO,
)
ARTICLE_9 = "《党政机关公文处理工作条例》第九条"
YEAR_AND_N = re.compile(r".*[〔\[(【](20[0-9]{2})[〕\])】]第?0*([1-9][0-9]{0,5})号")


class NoOfficeWord(Refused):
    """单位尚未设定文书代字 · A number names its office; without the office's word none is written."""


class WordTaken(Refused):
    """代字已为其他单位使用 · Two offices with one word would give one number twice."""


class WordUnchanged(Refused):
    """代字没有变化 · It is the office's word already."""


class NumberNotDrawn(Refused):
    """没有发出该文号 · Only a number that was drawn is voided, and once."""


class NumberTaken(Refused):
    """文号已为另一份文书使用 · One number is on one document, whether it was drawn here or written on paper before."""


class NumberUnreadable(Refused):
    """文号看不出年份和序号 · A document's number is its office's word, a year and a place in that year's series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSeries:
    """文号序列 · How far it was counted, which numbers are void, and which papers of before bear, in one spelling."""

    version: int = 0
    last: int = 0
    voided: frozenset[int] = frozenset()
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeWords:
    """单位代字 · Each office's word, and whose every word ever was: numbers of the past keep theirs."""

    version: int = 0
    words: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)

    def of(self, office: str, policy: Policy) -> str:
        """单位代字 · What the office set, else what policy gives it. Raises NoOfficeWord."""
        word = self.words.get(office) or policy.documents.offices.get(office)
        if word is None:
            raise NoOfficeWord(
                f"单位「{office}」尚未设定文书代字，不能编号；请由单位负责人设定，如「杭滨」（{ARTICLE_9}）"
            )
        return word

    def ever(self, office: str, policy: Policy) -> frozenset[str]:
        """历来代字 · All words that numbers of this office may hold."""
        own = {word for word, owner in self.owners.items() if owner == office}
        given = policy.documents.offices.get(office)
        return frozenset(own | ({given} if given else set()))


class SetOfficeWord(Ask, json_schema_extra={"examples": [{"word": "杭滨"}]}):
    """设定代字 · The word in the numbers of one's own office."""

    word: Word


class VoidingReason(Ask, json_schema_extra={"examples": [{"reason": "当事人名称有误，另行制作"}]}):
    """作废理由 · Why a document is void."""

    reason: Text


def series_key(office: str, kind: DocumentKind, year: int) -> str:
    """序列标识 · The id of a series: the same for the same office, kind and year, in every process."""
    return str(uuid5(SERIES, f"{office}/{kind.value}/{year}"))


def draw_number(
    series: NumberSeries, word: str, occasion: Occasion, *, office: str, kind: DocumentKind, document: str
) -> NumberDrawn:
    """取号 · The next one of this office, kind and year that no paper of before bears."""
    year, n = occasion.today.year, series.last + 1
    written = partial(occasion.policy.documents.written, word, kind, year)
    while one_spelling(written(n)) in series.kept:
        n += 1
    number = written(n)
    return NumberDrawn(office=office, kind=kind, year=year, n=n, number=number, document=document)


def void_number(series: NumberSeries, drawn: NumberDrawn, reason: str) -> NumberVoided:
    """文号作废 · Stays in the series with its reason. Raises NumberNotDrawn."""
    if not 0 < drawn.n <= series.last or drawn.n in series.voided:
        raise NumberNotDrawn(f"文号 {drawn.number} 没有发出，或者已经作废")
    return NumberVoided(**drawn.model_dump(), reason=reason)


def one_spelling(number: str) -> str:
    """归一 · A number however its brackets, spaces and leading noughts are written."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", number))
    plain = re.sub(r"(?<=[〕\])】])第?0*(?=[1-9][0-9]*号)", "", plain)
    return re.sub(r"[()\[\]〔〕【】]", "", plain)


def year_and_n(number: str) -> tuple[int, int]:
    """年份和序号 · As a paper's number names them. Raises NumberUnreadable."""
    found = YEAR_AND_N.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", number)))
    if found is None:
        raise NumberUnreadable(
            f"文号「{number}」须写明年份和序号，如（杭滨）应急责改〔2026〕12号（{ARTICLE_9}）"
        )
    return int(found[1]), int(found[2])


def keep_number(
    series: NumberSeries,
    number: str,
    words: Iterable[str],
    occasion: Occasion,
    *,
    office: str,
    kind: DocumentKind,
    document: str,
) -> NumberKept:
    """纸质文号登记 · What a paper bears stays its own; `words` are all that the office ever wrote its numbers with.

    Raises NumberUnreadable, NumberTaken.
    """
    year, n = year_and_n(number)
    spelling, written = one_spelling(number), occasion.policy.documents.written
    drawn = n <= series.last and spelling in {one_spelling(written(word, kind, year, n)) for word in words}
    if drawn or spelling in series.kept:
        raise NumberTaken(f"文号「{number}」已为另一份文书使用，一个文号只用于一份文书（{ARTICLE_9}）")
    return NumberKept(office=office, kind=kind, year=year, n=n, number=number, document=document)


def set_office_word(words: OfficeWords, ask: SetOfficeWord, occasion: Occasion) -> tuple[OfficeWordSet, ...]:
    """设定代字 · By the head of the office; never a word that is, or was, somebody else's.

    Raises MayNot, WordTaken, WordUnchanged.
    """
    check(SET_WORD, occasion)
    office, former = occasion.organisation, words.words.get(occasion.organisation)
    given = {word: whose for whose, word in occasion.policy.documents.offices.items()}
    if ask.word == former:
        raise WordUnchanged
    if {words.owners.get(ask.word, office), given.get(ask.word, office)} != {office}:
        raise WordTaken(f"代字「{ask.word}」已为其他单位使用，两个单位不得使用同一代字（{ARTICLE_9}）")
    return (OfficeWordSet(office=office, word=ask.word, former=former),)


def evolve_series(series: NumberSeries, event: NumberSeriesEvent, envelope: Envelope) -> NumberSeries:
    """演变 · The series after one event."""
    match event:
        case NumberDrawn():
            return replace(series, version=envelope.version, last=event.n)
        case NumberVoided():
            return replace(series, version=envelope.version, voided=series.voided | {event.n})
        case NumberKept():
            kept = series.kept | {one_spelling(event.number)}
            return replace(series, version=envelope.version, kept=kept)
        case _:
            assert_never(event)


def evolve_words(words: OfficeWords, event: OfficeWordsEvent, envelope: Envelope) -> OfficeWords:
    """演变 · Whose word it is from here on."""
    return OfficeWords(
        version=envelope.version,
        words={**words.words, event.office: event.word},
        owners={**words.owners, event.word: event.office},
    )
