"""排印 · A paper's content, once as Word and once as PDF, with the digest of each."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

import orjson

from contracts.paper import PaperKind
from services.hazard.papers import docx, making, pdf
from services.hazard.papers.content import Content
from services.hazard.papers.fields import context
from services.hazard.papers.gathering import Gathered
from services.hazard.papers.making import About, Names

PREFIX: Final = "sha256:"


@dataclass(frozen=True, slots=True)
class Pair:
    """一份两式 · The same paper in both forms."""

    docx: bytes
    pdf: bytes


def content(kind: PaperKind, gathered: Gathered, about: About, names: Names) -> Content:
    """内容 · What a paper of this kind says, made from this."""
    if kind is PaperKind.LIST:
        return making.hazard_list(gathered.hazards, about, names)
    make: Callable[[Any, Sequence[Any], About, Names], Content] = making.MAKERS[kind]  # Any: one of four
    return make(gathered.visit, gathered.hazards, about, names)


def digest(body: bytes) -> str:
    """摘要 · sha256:<64 hex digits>."""
    return PREFIX + sha256(body).hexdigest()


def digest_of(said: Content) -> str:
    """内容摘要 · Of what it says; made with ids for names it tells nothing of persons."""
    return digest(orjson.dumps(context(said), option=orjson.OPT_SORT_KEYS))


def made_with() -> str:
    """排版程序 · All packages on which the bytes of a paper depend."""
    return f"{pdf.made_with()}，{docx.made_with()}"


async def set_both(said: Content, word_template: bytes, pdf_template: bytes, dated: date) -> Pair:
    """排印两式 · In threads of their own: each takes some tenths of a second of computing.

    Raises TemplateFieldUnknown, TemplateUnreadable.
    """
    values = context(said)
    word, portable = await asyncio.gather(
        asyncio.to_thread(docx.render, word_template, values, dated),
        asyncio.to_thread(pdf.render, pdf_template, values, dated),
    )
    return Pair(word, portable)
