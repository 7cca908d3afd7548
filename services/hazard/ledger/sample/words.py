"""示例用词 · The word lists of the sample street, read from words.toml."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from contracts.values import VisitKind

HERE = Path(__file__).parent


class Strict(BaseModel):
    """严格 · Frozen, and a misspelt key in the word lists does not pass."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Find(Strict):
    """隐患用词 · One kind of find: what is wrong, where, what to do, by which rule, what was done."""

    category: str
    text: str
    places: tuple[str, ...]
    advice: str
    basis: str
    measures: str
    clause: str | None = None
    industries: tuple[str, ...] = ()

    def fits(self, industry: str) -> bool:
        """适用 · It may be found in this industry."""
        return not self.industries or industry in self.industries


class Words(Strict):
    """用词 · Everything the sample is put together from."""

    town: str
    district_code: str
    villages: tuple[str, ...]
    surnames: str
    given: tuple[str, ...]
    brand_first: str
    brand_second: str
    industries: dict[str, tuple[str, ...]]
    visit_kinds: dict[VisitKind, int]
    finds: tuple[Find, ...]
    majors: tuple[Find, ...]


def read_words() -> Words:
    """读取用词 · The shipped lists."""
    return Words.model_validate(tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8")))
