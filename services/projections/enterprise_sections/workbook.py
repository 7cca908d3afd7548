"""档案工作簿 · The file of an enterprise as an office keeps it: a sheet for each section."""

from datetime import date

from services.projections.enterprise_answers import EnterpriseFile
from services.projections.enterprise_sections.shown import tables_of
from services.projections.sheets import book_of


def workbook(file: EnterpriseFile, today: date) -> bytes:
    """工作簿 · The .xlsx of a file; the same file on the same day gives the same bytes."""
    return book_of(f"一企一档 {file.profile.name}", tables_of(file), today)
