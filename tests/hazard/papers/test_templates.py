"""文书模板 · The shipped ones are as they are written here; one that asks for what nobody knows is refused by name."""

import zipfile
from datetime import date
from io import BytesIO

import pytest

from contracts.paper import PaperKind
from services.hazard.papers import docx
from services.hazard.papers.building import built
from services.hazard.papers.docx import TemplateFieldUnknown, TemplateUnreadable
from services.hazard.papers.fields import QR, example, fields
from services.hazard.papers.templates import Templates, shipped

DAY = date(2026, 6, 3)


def with_words(template: bytes, before: str, after: str) -> bytes:
    """The same document with other words in its text, as somebody with Word would leave it."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(template)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, body.replace(before.encode(), after.encode()))
    return out.getvalue()


def text_of(document: bytes) -> str:
    with zipfile.ZipFile(BytesIO(document)) as archive:
        return archive.read("word/document.xml").decode()


@pytest.mark.parametrize("kind", PaperKind)
def test_a_shipped_template_is_what_the_builder_writes(kind):
    assert shipped(kind).read_bytes() == built(kind)


@pytest.mark.parametrize("kind", PaperKind)
def test_a_shipped_template_asks_for_nothing_that_nobody_knows(kind):
    docx.check(shipped(kind).read_bytes(), kind)


@pytest.mark.parametrize("kind", PaperKind)
def test_every_field_has_a_meaning_of_its_own(kind):
    listed = list(fields(kind))

    assert all(one.meaning for one in listed)
    assert len({one.name for one in listed}) == len(listed)


def test_an_unknown_field_is_refused_by_its_name():
    template = with_words(shipped(PaperKind.LIST).read_bytes(), "{{单位地址}}", "{{单位住址}}")

    with pytest.raises(TemplateFieldUnknown, match="隐患清单的模板中有不认识的字段：「单位住址」"):
        docx.check(template, PaperKind.LIST)


def test_an_unknown_field_of_a_row_is_refused_by_its_name():
    template = with_words(shipped(PaperKind.LIST).read_bytes(), "{{项.部位}}", "{{项.位置}}")

    with pytest.raises(TemplateFieldUnknown, match=r"「项\.位置」"):
        docx.check(template, PaperKind.LIST)


def test_an_unknown_field_behind_a_condition_that_is_seldom_met_is_refused_too():
    before, after = "{% if 人.职务 %}", "{% if 人.职务 == '站长' and 人.民族 %}"
    template = with_words(shipped(PaperKind.RECORD).read_bytes(), before, after)

    with pytest.raises(TemplateFieldUnknown, match=r"「人\.民族」"):
        docx.check(template, PaperKind.RECORD)


def test_an_unknown_field_is_refused_when_the_template_is_used_as_well():
    template = with_words(shipped(PaperKind.LIST).read_bytes(), "{{单位地址}}", "{{单位住址}}")

    with pytest.raises(TemplateFieldUnknown, match="单位住址"):
        docx.render(template, example(PaperKind.LIST), DAY)


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04", b"%PDF-1.7"])
def test_what_is_no_word_document_is_no_template(broken):
    with pytest.raises(TemplateUnreadable, match="不是可以读取的 Word 文件"):
        docx.check(broken, PaperKind.LIST)


def test_braces_that_do_not_close_are_refused():
    template = with_words(shipped(PaperKind.LIST).read_bytes(), "{%tr endfor %}", "")

    with pytest.raises(TemplateUnreadable, match="无法理解"):
        docx.check(template, PaperKind.LIST)


def test_a_template_runs_nothing():
    reaching = "{{单位地址.__class__.__mro__}}"
    template = with_words(shipped(PaperKind.LIST).read_bytes(), "{{单位地址}}", reaching)

    with pytest.raises(TemplateFieldUnknown):
        docx.check(template, PaperKind.LIST)


def test_what_somebody_wrote_is_text_and_no_template_and_no_markup():
    written = "<b>甲&乙</b> {{单位名称}} {% for %} #import \x07 $x$ *粗*"
    said = {**example(PaperKind.LIST), "单位地址": written.replace("\x07", " ")}
    document = text_of(docx.render(shipped(PaperKind.LIST).read_bytes(), said, DAY))

    assert "&lt;b&gt;甲&amp;乙&lt;/b&gt; {{单位名称}} {% for %} #import" in document


def test_an_office_s_own_template_goes_before_the_shipped_one(tmp_path):
    own = with_words(shipped(PaperKind.LIST).read_bytes(), "截至日期", "统计截止")
    (tmp_path / "隐患清单.docx").write_bytes(own)
    templates = Templates(tmp_path)

    assert templates.word(PaperKind.LIST) == own
    assert templates.word(PaperKind.RECORD) == shipped(PaperKind.RECORD).read_bytes()


def test_the_document_says_the_day_of_the_paper_and_nothing_of_the_day_it_was_made():
    made = docx.render(shipped(PaperKind.LIST).read_bytes(), example(PaperKind.LIST), DAY)
    with zipfile.ZipFile(BytesIO(made)) as archive:
        times = {entry.date_time for entry in archive.infolist()}
        core = archive.read("docProps/core.xml").decode()

    assert times == {(1980, 1, 1, 0, 0, 0)}
    assert core.count("2026-06-03T00:00:00Z") == 2
    assert QR not in text_of(made)
