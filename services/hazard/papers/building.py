"""随附模板 · `python -m services.hazard.papers.building` writes the shipped Word templates anew.

Offices change the templates in Word; ours are written here, so that a change of them can be read as text.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Final

from docx import Document
from docx.document import Document as Written
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from contracts.paper import PaperKind
from services.hazard.papers.docx import settled
from services.hazard.papers.templates import HERE
from services.hazard.papers.writing import (
    HEADING,
    INDENT,
    TITLE,
    control,
    fill,
    indented,
    line,
    ruled,
    styled,
)

FACTS: Final = (32, 126)  # mm: the names and the values
BUILT_ON: Final = date(2026, 1, 1)
# What the library's own blank document brings along and no paper needs.
UNUSED: Final = ("stylesWithEffects", "customXml", "thumbnail", "numbering", "webSettings")
STYLES: Final = frozenset(
    {"Normal", "Table Grid", "Normal Table", "No List", "Default Paragraph Font", "footer"}
)


def masthead(paper: Written) -> None:
    """版头 · Office, title, number."""
    line(paper, "{{机关}}", font=HEADING, size=15, align=ALIGN.CENTER)
    line(paper, "{{标题}}", font=TITLE, size=22, bold=True, align=ALIGN.CENTER)
    ruled(line(paper, "{{文号}}", size=13, align=ALIGN.CENTER), "bottom")
    line(paper, "", size=6)


def facts(paper: Written, rows: Iterable[tuple[str, str]]) -> None:
    """基本情况 · Names and values, without a frame."""
    table = paper.add_table(rows=0, cols=2)
    table.autofit = False
    for column, width in zip(table.columns, FACTS, strict=True):
        column.width = Mm(width)
    for name, value in rows:
        cells = table.add_row().cells
        fill(cells[0], name, font=HEADING, size=12, width=Mm(FACTS[0]))
        fill(cells[1], value, size=14, width=Mm(FACTS[1]))
    line(paper, "", size=6)


def listing(paper: Written, columns: Sequence[tuple[str, str, float]]) -> None:
    """逐条表 · A framed table with a row for each hazard; the heading is repeated on every page."""
    table = paper.add_table(rows=4, cols=len(columns))
    table.style = "Table Grid"
    table.autofit = False
    heading, begin, row, end = table.rows
    for place, (name, value, width) in enumerate(columns):
        table.columns[place].width = Mm(width)
        fill(heading.cells[place], name, font=HEADING, width=Mm(width), middle=True)
        fill(row.cells[place], value, width=Mm(width), middle=len(name) <= INDENT)
    fill(begin.cells[0], "{%tr for 项 in 隐患 %}")
    fill(end.cells[0], "{%tr endfor %}")
    for one, mark in ((heading, "w:tblHeader"), (row, "w:cantSplit")):
        said = OxmlElement(mark)
        said.set(qn("w:val"), "true")
        one._tr.get_or_add_trPr().append(said)  # noqa: SLF001 — the library repeats no headings, holds no rows together


def each_item(paper: Written, *more: str) -> None:
    """逐条段 · A paragraph for each hazard, its basis and its demand below it."""
    control(paper, "for 项 in 隐患")
    major = "{% if 项.等级 == '重大' %}（重大事故隐患）{% endif %}"
    indented(paper, "{{项.序号}}．{% if 项.部位 %}【{{项.部位}}】{% endif %}{{项.问题}}" + major + "。")
    for name, label in (("依据", "依据"), ("整改要求", "要求")):
        control(paper, f"if 项.{name}")
        indented(paper, label + "：{{项." + name + "}}。", size=12)
        control(paper, "endif")
    indented(paper, *more, size=12)
    control(paper, "endfor")


def officers_sign(paper: Written) -> None:
    """检查人员签名 · A line for each of them."""
    control(paper, "for 人 in 检查人员")
    told = "{{人.姓名}}{% if 人.职务 %}，{{人.职务}}{% endif %}{% if 人.证号 %}　证号：{{人.证号}}{% endif %}"
    line(paper, "检查人员（签名）：＿＿＿＿＿＿＿＿＿＿　" + told, size=12, kept=True)
    control(paper, "endfor")


def enterprise_signs(paper: Written) -> None:
    """被检查单位签名 · A line to sign on, or the refusal as it was recorded."""
    control(paper, "if 签字.情况 == '拒绝签字'")
    who = "被检查单位{% if 签字.签字人 %}（{{签字.签字人}}）{% endif %}拒绝签字。理由：{{签字.理由}}"
    reported = "{% if 签字.报告部门 %}；已向{{签字.报告部门}}报告{% endif %}。"
    witnessed = "{% if 签字.见证人 %}见证人：{{签字.见证人}}。{% endif %}"
    recorded = "检查人员已将情况记录在案（《中华人民共和国安全生产法》第六十八条）。"
    line(paper, who + reported + witnessed + recorded, size=12, kept=True)
    control(paper, "elif 签字.情况 == '已签字'")
    line(paper, "被检查单位签字：{{签字.签字人}}（已电子签名）", size=12, kept=True)
    control(paper, "else")
    line(paper, "被检查单位负责人（签名）：＿＿＿＿＿＿＿＿＿＿　日期：＿＿＿＿＿＿", size=12, kept=True)
    control(paper, "endif")


def seal(paper: Written, copies: str = "") -> None:
    """落款 · The office, its seal, the date; how many copies there are."""
    line(paper, "", size=10, kept=True)
    for words, size in (("{{机关}}", 14), ("（印章）", 11), ("{{成文日期}}", 14)):
        line(paper, words, size=size, align=ALIGN.RIGHT, kept=True)
    if copies:
        ruled(line(paper, copies, size=10.5), "top")


def footer(paper: Written) -> None:
    """页脚 · The QR code with its words, and the page number."""
    part = paper.sections[0].footer
    paragraph = part.paragraphs[0]
    styled(paragraph.add_run("{{二维码}}"), size=9)
    styled(paragraph.add_run("  扫码查验本文书的真伪及是否仍然有效　{{查验网址}}"), font=HEADING, size=7.5)
    page = part.add_paragraph()
    page.alignment = ALIGN.CENTER
    styled(page.add_run("— "), size=9)
    for kind, words in (("begin", None), (None, "PAGE"), ("end", None)):
        run = styled(page.add_run(), size=9)
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        mark.text = words
        run._element.append(mark)  # noqa: SLF001 — the library writes no fields
    styled(page.add_run(" —"), size=9)


def blank(*, across: bool = False) -> Written:
    """空白页 · A4 with the margins of an official paper, upright or across."""
    paper = Document()
    section = paper.sections[0]
    width, height = (Mm(297), Mm(210)) if across else (Mm(210), Mm(297))
    section.page_width, section.page_height = width, height
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = (Mm(20), Mm(34)) if across else (Mm(28), Mm(38))
    section.left_margin = section.right_margin = Mm(18) if across else Mm(26)
    section.footer_distance = Mm(8)
    cleared(paper)
    masthead(paper)
    footer(paper)
    return paper


def cleared(paper: Written) -> None:
    """清理 · Without the styles and parts that nothing here uses."""
    for style in list(paper.styles):
        if style.name not in STYLES and style.name.lower() not in STYLES:
            style.delete()
    for language in paper.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-US")
        language.set(qn("w:eastAsia"), "zh-CN")  # without it punctuation stands in the middle, as in Taiwan
    for relations in (paper.part.rels, paper.part.package.rels):
        for key in [key for key, one in relations.items() if any(word in one.reltype for word in UNUSED)]:
            del relations[key]


def record() -> Written:
    """现场检查记录 · Both sides sign it."""
    paper = blank()
    phone = "{% if 负责人.电话 %}　　联系电话：{{负责人.电话}}{% endif %}"
    facts(
        paper,
        (
            ("被检查单位", "{{单位名称}}"),
            ("信用代码", "{{信用代码}}"),
            ("地　　址", "{{单位地址}}"),
            ("负 责 人", "{{负责人.姓名}}" + phone),
            ("检查类型", "{{检查类型}}"),
            ("检查时间", "{{检查时间}}"),
            ("检查场所", "{{检查场所}}"),
        ),
    )
    control(paper, "if 执法检查")
    shown = "我们是{{机关}}的执法人员{{检查人员名单}}，已向你单位出示执法证件。"
    indented(paper, shown + "现依法对你单位进行检查，请予配合。")
    control(paper, "else")
    advice = "本次检查提供意见和建议，不作为责令整改的依据。"
    indented(paper, "{{检查人员名单}}对你单位进行{{检查类型}}。" + advice)
    control(paper, "endif")
    control(paper, "if 检查依据")
    indented(paper, "检查依据：{{检查依据}}。")
    control(paper, "endif")
    line(paper, "检查情况", font=HEADING, kept=True)
    summary(paper)
    each_item(
        paper,
        "{% if 项.处理 %}处理：{{项.处理}}{% if 项.整改期限 %}，{{项.整改期限}}{% endif %}。{% endif %}",
    )
    indented(paper, "（以上记录经核对无误后签名。）")
    enterprise_signs(paper)
    officers_sign(paper)
    seal(paper, "本记录一式两份，一份交被检查单位，一份由出具机关存档。")
    return paper


def summary(paper: Written) -> None:
    """概况 · What was seen, and how many finds."""
    control(paper, "if 检查情况")
    indented(paper, "{{检查情况}}")
    control(paper, "endif")
    counted = "共发现事故隐患 {{隐患总数}} 条，其中重大事故隐患 {{重大隐患数}} 条。"
    none = "{% else %}本次检查未发现事故隐患。{% endif %}"
    indented(paper, "{% if 隐患 %}" + counted + none)


def order() -> Written:
    """责令限期整改指令书 · Each hazard with its own deadline, and the way against the order."""
    paper = blank()
    line(paper, "{{单位名称}}：")
    indented(paper, "{{检查日期}}，{{机关}}依法对你单位进行{{检查类型}}。经查，你单位存在下列事故隐患：")
    each_item(paper, "期限：{{项.整改期限}}{% if 项.责任人 %}　整改责任人：{{项.责任人}}{% endif %}")
    indented(
        paper,
        "现责令你单位对上述 {{隐患总数}} 条隐患按各条所列期限整改完毕，达到有关法律、法规、规章和标准的要求；"
        "逾期不整改或者整改不合格的，依法处理。由此造成事故的，依法追究有关人员的责任。",
        "整改期间，你单位应当采取防范措施，确保安全生产；不能保证安全的，应当停止作业、撤出人员。",
        "如果不服本指令，可以自收到本指令书之日起{{救济.复议期限}}内向{{救济.复议机关}}申请行政复议，或者在"
        "{{救济.诉讼期限}}内依法向{{救济.法院}}提起行政诉讼；复议、诉讼期间本指令不停止执行，法律另有规定的除外。",
    )
    officers_sign(paper)
    enterprise_signs(paper)
    seal(paper, "本指令书一式两份，一份交被检查单位，一份由出具机关存档。")
    return paper


def reinspection() -> Written:
    """整改复查意见书 · What became of each hazard."""
    paper = blank()
    line(paper, "{{单位名称}}：")
    ordered = (
        "{{机关}}于{{原责令日期}}对你单位作出限期整改的要求{% if 原文书编号 %}（{{原文书编号}}）{% endif %}。"
    )
    indented(paper, ordered + "{{复查日期}}，经对整改情况进行复查，提出意见如下：")
    seen = "{{项.整改情况}}{% if 项.复查说明 %}；复查所见：{{项.复查说明}}{% endif %}"
    again = "{{项.复查结果}}{% if 项.重新整改期限 %}（重新整改期限：{{项.重新整改期限}}）{% endif %}"
    listing(
        paper,
        (
            ("序号", "{{项.序号}}", 12),
            ("原事故隐患", "{% if 项.部位 %}【{{项.部位}}】{% endif %}{{项.问题}}", 56),
            ("整改情况及复查所见", seen, 56),
            ("复查结果", again, 34),
        ),
    )
    line(paper, "", size=6)
    indented(paper, "{{结论}}")
    officers_sign(paper)
    enterprise_signs(paper)
    seal(paper, "本意见书一式两份，一份交被复查单位，一份由出具机关存档。")
    return paper


def report() -> Written:
    """安全检查报告 · Findings, their basis, advice."""
    paper = blank()
    line(paper, "一、检查概况", font=HEADING)
    names = ("单位名称", "信用代码", "单位地址", "行业", "检查类型", "检查时间")
    facts(paper, (*((name, "{{" + name + "}}") for name in names), ("检查人员", "{{检查人员名单}}")))
    line(paper, "二、发现的事故隐患", font=HEADING, kept=True)
    summary(paper)
    listing(
        paper,
        (
            ("序号", "{{项.序号}}", 12),
            ("部位", "{{项.部位}}", 28),
            ("事故隐患", "{{项.问题}}", 56),
            ("等级", "{{项.等级}}", 14),
            ("依据", "{{项.依据}}", 48),
        ),
    )
    line(paper, "三、整改建议", font=HEADING, kept=True)
    control(paper, "for 项 in 隐患")
    indented(paper, "{{项.序号}}．{{项.整改要求}}{% if 项.整改期限 %}（{{项.整改期限}}）{% endif %}")
    control(paper, "endfor")
    line(paper, "四、意见", font=HEADING, kept=True)
    indented(paper, "{{结论}}")
    officers_sign(paper)
    seal(paper, "本报告一式两份，一份交被检查单位，一份由出具机关存档。")
    return paper


def hazard_list() -> Written:
    """隐患清单 · One row for each hazard, across the page."""
    paper = blank(across=True)
    counted = "{{成文日期}}　共 {{隐患总数}} 条，其中重大 {{重大隐患数}} 条，尚未销号 {{未销号数}} 条"
    facts(
        paper,
        (("单位名称", "{{单位名称}}　{{信用代码}}"), ("地　　址", "{{单位地址}}"), ("截至日期", counted)),
    )
    listing(
        paper,
        (
            ("序号", "{{项.序号}}", 12),
            ("发现日期", "{{项.发现日期}}", 26),
            ("部位", "{{项.部位}}", 26),
            ("事故隐患", "{{项.问题}}（{{项.隐患编号}}）", 60),
            ("等级", "{{项.等级}}", 14),
            ("依据", "{{项.依据}}", 36),
            ("整改措施", "{{项.整改要求}}", 42),
            ("整改期限", "{{项.整改期限}}", 25),
            ("状态", "{{项.状态}}", 20),
        ),
    )
    seal(paper)
    return paper


BUILDERS: Final[dict[PaperKind, Callable[[], Written]]] = {
    PaperKind.RECORD: record,
    PaperKind.ORDER: order,
    PaperKind.REINSPECTION: reinspection,
    PaperKind.REPORT: report,
    PaperKind.LIST: hazard_list,
}


def built(kind: PaperKind) -> bytes:
    """模板文件 · The bytes of a shipped template."""
    out = BytesIO()
    BUILDERS[kind]().save(out)
    return settled(out.getvalue(), BUILT_ON)


def build() -> None:
    """写出 · All templates into the package."""
    for kind in PaperKind:
        (HERE / f"{kind.value}.docx").write_bytes(built(kind))


if __name__ == "__main__":
    build()
