"""写 Word · How a line, a rule and a cell of a shipped template are written: faces, sizes, indents."""

from typing import Final

from docx.document import Document as Written
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

TEXT: Final = "仿宋"
HEADING: Final = "黑体"
TITLE: Final = "宋体"
NUMERALS: Final = "Times New Roman"
INDENT: Final = 2  # characters of a paragraph's first line


def styled(run: Run, *, font: str = TEXT, size: float = 14, bold: bool = False) -> Run:
    """字体 · Western letters in Times, Chinese in the given face."""
    run.font.name, run.font.size, run.font.bold = NUMERALS, Pt(size), bold
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 — the library names no East Asian face
    fonts.set(qn("w:eastAsia"), font)
    return run


def line(
    place: Written | _Cell,
    words: str,
    *,
    font: str = TEXT,
    size: float = 14,
    bold: bool = False,
    align: ALIGN | None = None,
    indented: bool = False,
    kept: bool = False,
) -> Paragraph:
    """一段 · A paragraph of one face and size; `kept` stays on one page with the next."""
    paragraph = place.add_paragraph()
    styled(paragraph.add_run(words), font=font, size=size, bold=bold)
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing = 1.2
    form.keep_with_next = kept
    if indented:
        form.first_line_indent = Pt(size * INDENT)
    if align is not None:
        paragraph.alignment = align
    return paragraph


def indented(place: Written, *paragraphs: str, size: float = 14) -> None:
    """正文 · Paragraphs with the first line indented."""
    for words in paragraphs:
        line(place, words, indented=True, size=size)


def control(place: Written, words: str) -> None:
    """控制行 · A line of the template language that leaves no paragraph behind."""
    line(place, "{%p " + words + " %}", size=9)


def ruled(paragraph: Paragraph, side: str) -> None:
    """横线 · A rule over or under a paragraph."""
    borders, rule = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "8"), ("space", "4"), ("color", "000000")):
        rule.set(qn(f"w:{name}"), value)
    borders.append(rule)
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001 — the library draws no paragraph borders


def fill(
    cell: _Cell,
    words: str,
    *,
    font: str = TEXT,
    size: float = 10.5,
    width: Mm | None = None,
    middle: bool = False,
) -> None:
    """单元格 · Its one paragraph."""
    if width is not None:
        cell.width = width
    paragraph = cell.paragraphs[0]
    styled(paragraph.add_run(words), font=font, size=size)
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.alignment = ALIGN.CENTER if middle else ALIGN.LEFT
