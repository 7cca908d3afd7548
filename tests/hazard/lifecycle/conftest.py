"""拒绝的话 · Every sentence by which a story here is refused stands in refusals.txt, where an official has read it."""

from pathlib import Path

import pytest

from given.story import Life
from services.hazard.refused import MayNot

READ = frozenset((Path(__file__).parent / "refusals.txt").read_text(encoding="utf-8").splitlines())


@pytest.fixture(autouse=True)
def refused_in_words_that_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new sentence is read and added to the list; those of the powers are read in test_matrix.py."""
    refused = Life.refused

    def in_words(life: Life, refusal, rule, ask, who, **more):
        told = refused(life, refusal, rule, ask, who, **more)
        line = f"{refusal.code()}: {told}"
        assert refusal is MayNot or line in READ, f"refusals.txt lacks 「{line}」"
        return told

    monkeypatch.setattr(Life, "refused", in_words)
