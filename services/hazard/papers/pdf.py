"""PDF · The door to the typesetter: content in, bytes out; the same bytes for the same content.

No font, no time and no file is taken from the machine: the fonts come with a package, the date is the paper's own.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from importlib.metadata import version
from threading import Lock
from typing import Final

import pylopdf_fonts_zh_cn
import typst

from services.hazard.papers import qr
from services.hazard.papers.fields import QR

PACKAGES: Final = ("typst", "pylopdf-fonts-zh-cn")
ALONE: Final = Lock()  # the typesetter keeps its fonts from one paper to the next, and sets one at a time


def made_with() -> str:
    """排版程序 · The packages that the bytes depend on, with their versions."""
    return "，".join(f"{name} {version(name)}" for name in PACKAGES)


@lru_cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(pylopdf_fonts_zh_cn.serif_path().parent)],
    )
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)


def render(template: bytes, context: Mapping[str, object], dated: date) -> bytes:
    """排版 · A paper by its template; `dated` is what the file says of its own making.

    Raises typst.TypstError when the template is wrong.
    """
    picture = qr.svg(str(context["查验网址"]))
    inputs = {"paper": json.dumps({**context, QR: picture}, ensure_ascii=False)}
    when = datetime.combine(dated, time(), UTC)
    with ALONE:
        made = _compiler().compile(template, format="pdf", sys_inputs=inputs, timestamp=when)
    assert isinstance(made, bytes)  # one file, as it was asked for
    return made
