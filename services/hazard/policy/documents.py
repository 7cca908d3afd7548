"""文书政策 · How numbers are written, which words stand in them, and how a document may come to whom it binds."""

from collections.abc import Mapping
from string import Formatter

from pydantic import field_validator

from contracts.numbering import DocumentKind, Word
from contracts.terms import ServiceMethod
from services.hazard.policy.section import Section

PARTS = frozenset({"office", "word", "year", "n"})


class Documents(Section):
    """文书 · The pattern of a number, the word of each kind, the words of offices, and the ways of service."""

    number_pattern: str
    words: Mapping[DocumentKind, Word]
    offices: Mapping[str, Word] = {}
    service_methods: frozenset[ServiceMethod]
    left_witnesses: int
    electronic_by_consent: bool
    notice_items: int

    @field_validator("number_pattern")
    @classmethod
    def names_each_part_once(cls, pattern: str) -> str:
        """文号写法 · 代字、文种、年份、序号 each once and as they are: else two documents could bear one number."""
        try:
            parts = [
                (name, form, how) for _, name, form, how in Formatter().parse(pattern) if name is not None
            ]
        except ValueError:
            parts = []
        if sorted(parts) != [(name, "", None) for name in sorted(PARTS)]:
            raise ValueError("文号写法须恰好包含 {office}、{word}、{year}、{n} 各一次")
        return pattern

    @field_validator("words", "offices")
    @classmethod
    def each_another(cls, words: Mapping[str, str]) -> Mapping[str, str]:
        """各不相同 · One word for two kinds, or two offices, would give one number twice."""
        if len(set(words.values())) < len(words):
            raise ValueError("文种、单位的代字不得重复")
        return words

    def written(self, office_word: str, kind: DocumentKind, year: int, n: int) -> str:
        """文号 · （杭滨）应急责改〔2026〕12号."""
        return self.number_pattern.format(office=office_word, word=self.words[kind], year=year, n=n)
