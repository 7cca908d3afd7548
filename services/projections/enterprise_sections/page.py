"""档案打印页 · The file of an enterprise as one page that needs nothing from anywhere: for print, for a folder, for an archive."""

from datetime import date, datetime
from decimal import Decimal
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from services.projections.enterprise_answers import EnterpriseFile
from services.projections.enterprise_sections.shown import facts_of, tables_of
from services.projections.shanghai import instant_words
from services.projections.sheets import Cell, Sheet

NUMERALS = "一二三四五六七八九十"
TEN = len(NUMERALS)


def page(file: EnterpriseFile, at: datetime) -> str:
    """成页 · The whole page; the same file at the same instant gives the same text."""
    _, *tables = tables_of(file)  # the first one is the head of the page
    template = Template((files("services.projections.enterprise_sections") / "page.html").read_text("utf-8"))
    profile = file.profile
    return template.substitute(
        name=escape(profile.name),
        about=escape("　".join(part for part in (profile.credit_code, profile.village) if part)),
        at=instant_words(at),
        facts=_facts(file),
        sections="\n".join(_section(nth, each) for nth, each in enumerate(tables, start=2)),
    )


def _facts(file: EnterpriseFile) -> str:
    pairs = (f"<dt>{escape(name)}</dt><dd>{escape(value or '—')}</dd>" for name, value in facts_of(file))
    return f"<dl>{''.join(f'<div>{pair}</div>' for pair in pairs)}</dl>"


def _section(nth: int, sheet: Sheet[Any]) -> str:  # each sheet has items of its own
    title = f"<h2>{_numeral(nth)}、{escape(sheet.name)}（{len(sheet.items)}）</h2>"
    if not sheet.items:
        return f'<section>{title}<p class="none">没有记录。</p></section>'
    widths = [column.width for column in sheet.columns]
    columns = "".join(f'<col style="width:{width / sum(widths):.2%}">' for width in widths)
    head = "".join(f"<th>{escape(column.heading)}</th>" for column in sheet.columns)
    body = "".join(f"<tr>{_line(sheet, item)}</tr>" for item in sheet.items)
    table = (
        f"<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
    return f"<section>{title}{table}</section>"


def _line(sheet: Sheet[Any], item: Any) -> str:  # as above
    return "".join(
        f'<td class="{column.style(item)}">{_words(column.cell(item))}</td>' for column in sheet.columns
    )


def _words(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case date():
            return f"<i>{cell:%Y-}</i><i>{cell:%m-%d}</i>"  # in a narrow column broken behind its year, nowhere else
        case Decimal():
            return f"{cell:,.2f}"
        case _:
            return escape(str(cell))


def _numeral(number: int) -> str:
    """As headings are numbered, from one to nineteen."""
    return NUMERALS[number - 1] if number <= TEN else f"十{NUMERALS[number - TEN - 1]}"
