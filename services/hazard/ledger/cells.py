"""单元格 · What people write into the cells of a ledger, turned into dates, names and codes.

A cell that cannot be read raises Unreadable with the rule and a sentence; nothing is guessed.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from contracts.codes import CATEGORIES
from contracts.values import Level, SizeClass, VisitKind

Cell = str | int | float | bool | date | datetime | time | timedelta

EXCEL_EPOCH = date(1899, 12, 30)
FIRST_SERIAL = 32874  # 1990-01-01: smaller numbers in a date column are no dates of a ledger
LAST_SERIAL = 73050  # 2099-12-31
LAST_EXACT = 10**15  # a longer number has lost its last digits in the workbook
LONGEST_DEADLINE = 366  # days
LONGEST_NAME = 30
LONGEST_CODE = 32  # room for foreign registration numbers beside the 18 characters
SHORT = 300  # contracts.values.ShortText
LONG = 2000  # contracts.values.Text
HALF_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}

BLANKS = {"", "/", "\\", "-", "--", "—", "——", "无", "暂无", "N/A", "n/a"}
NO_FIND = re.compile(
    r"(?:本次|此次|经|现场|检查|排查|中|,)*"
    r"(?:(?:未发现|没有)(?:明显|重大|一般|安全|生产|事故|消防|任何|其他|的)*(?:隐患|问题|异常)*"
    r"|无(?:明显|重大|一般|安全|生产|事故|消防)*(?:隐患|问题|异常)+)"
    r"(?P<rest>[。.,;!、].*)?",
    re.DOTALL,
)
DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?")
CLOCK = re.compile(
    r"(?:T|\s)*(?:上午|下午)?\s*(?:\d{1,2}\s*[:时点]\s*\d{0,2}\s*[:分]?\s*\d{0,2}(?:\.\d+)?\s*秒?)?"
)
COMPACT_DAY = re.compile(r"(19|20)(\d{2})(\d{2})(\d{2})")
DAYS = re.compile(
    r"(?:限期?|在)?\s*(\d{1,3})\s*(?:个?(?:自然)?[天日])\s*(?:以?之?内)?(?:整改|完成)*(?:到位)?"
)
AT_ONCE = re.compile(r"(立即|即刻|立行立改|当[场日天]|即查即改|现场)(整改)?(完成|到位)?")
MASKED = re.compile(r"(?:电话|手机|联系方式)?:?\+?\d{0,3}[*][*\d -]*")  # what is left of a masked number
NUMBER = re.compile(r"HZ-[0-9]{6}-[0-9]{4}-[0-9]{6,}")
CODE = re.compile(r"(?<![A-Z0-9])[AB]\d{2}(?!\d)")
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
AND_OTHERS = re.compile(r"\s*等\s*\d*\s*[人名位]*\s*$")
SEPARATORS = re.compile(r"[、,;/\n|]+")

LEVELS = {
    "一般": Level.GENERAL,
    "一般隐患": Level.GENERAL,
    "一般事故隐患": Level.GENERAL,
    "GENERAL": Level.GENERAL,
    "重大": Level.MAJOR,
    "重大隐患": Level.MAJOR,
    "重大事故隐患": Level.MAJOR,
    "MAJOR": Level.MAJOR,
}
VISIT_KINDS = {
    **{kind.zh: kind for kind in VisitKind},
    **{kind.value: kind for kind in VisitKind},
    "执法检查": VisitKind.ADMIN,
    "行政执法检查": VisitKind.ADMIN,
    "委托执法检查": VisitKind.ENTRUSTED,
    "联合执法": VisitKind.JOINT,
    "联合执法检查": VisitKind.JOINT,
    "部门联合检查": VisitKind.JOINT,
    "举报核查": VisitKind.CASE,
    "案件核查": VisitKind.CASE,
    "案件/举报核查": VisitKind.CASE,
    "复查": VisitKind.RECHECK,
    "回头看": VisitKind.RECHECK,
    "领导检查/督导": VisitKind.LEADER,
    "领导督查": VisitKind.LEADER,
    "督导": VisitKind.LEADER,
    "专家检查": VisitKind.EXPERT,
    "专家排查": VisitKind.EXPERT,
    "专家会诊": VisitKind.EXPERT,
    "社会化服务": VisitKind.EXPERT,
    "第三方检查": VisitKind.EXPERT,
    "第三方服务": VisitKind.EXPERT,
    "网格排查": VisitKind.GRID,
    "网格检查": VisitKind.GRID,
    "自查": VisitKind.SELF,
    "企业自查自纠": VisitKind.SELF,
    "线上检查": VisitKind.REMOTE,
    "远程排查": VisitKind.REMOTE,
}
SIZE_CLASSES = {
    **{size.zh: size for size in SizeClass},
    **{size.value: size for size in SizeClass},
    "小微企业": SizeClass.MICRO,
    "规下企业": SizeClass.BELOW,
    "规模以下": SizeClass.BELOW,
    "规上企业": SizeClass.ABOVE,
    "规模以上": SizeClass.ABOVE,
    "亿元以上": SizeClass.LARGE,
}
RESULTS = {
    **dict.fromkeys(
        ("合格", "复查合格", "通过", "已通过", "已整改", "整改到位", "已整改到位", "已完成整改"), True
    ),
    **dict.fromkeys(
        ("不合格", "复查不合格", "不通过", "未通过", "未整改", "整改不到位", "未整改到位"), False
    ),
}


class Unreadable(ValueError):
    """无法识别 · A cell that means nothing the ledger knows: the rule it breaks, and the sentence."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule


@lru_cache(maxsize=1 << 16, typed=True)  # a ledger says the same things over and over
def plain(cell: Cell) -> str:
    """文字 · The cell as text: half-width, without needless spaces; whole numbers without a point."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    text = unicodedata.normalize("NFKC", str(cell)).replace("\u200b", "").replace("\ufeff", "")
    return re.sub(r"[ \t\r\f\v]*\n\s*", "\n", re.sub(r"[ \t]+", " ", text.replace("\r", "\n"))).strip()


def is_blank(cell: Cell | None) -> bool:
    """空白 · Nothing written, or one of the marks offices put for nothing."""
    return cell is None or cell == "" or plain(cell) in BLANKS


def description_of(cell: Cell) -> str | None:
    """隐患描述 · What was found, or None when the cell says that nothing was.

    Raises Unreadable when it says both.
    """
    found = NO_FIND.fullmatch(plain(cell).replace(" ", ""))
    if found is None:
        return text_of(cell, LONG)
    if (found["rest"] or "").strip("。.,;!、"):
        raise Unreadable("unclear-find", "既写未发现隐患又有其他内容，请改为其中之一")
    return None


def name_of(cell: Cell) -> str:
    """名称 · A short text on one line; a line break inside it was only for the column's width."""
    return text_of(plain_lines(cell), SHORT)


def plain_lines(cell: Cell) -> Cell:
    """合并折行 · The same text without line breaks."""
    return re.sub(r"\s*[\r\n]+\s*", "", cell) if isinstance(cell, str) else cell


def remark_of(cell: Cell) -> str:
    """长文本 · A text of up to 2,000 characters, line breaks kept."""
    return text_of(cell, LONG)


def text_of(cell: Cell, limit: int) -> str:
    """文本 · The text with half-width letters and digits; punctuation stays as written.

    Raises Unreadable when it is too long.
    """
    written = cell if isinstance(cell, str) else plain(cell)
    text = re.sub(r"[ \t\u3000]+", " ", written.replace("\r\n", "\n").translate(HALF_WIDTH)).strip()
    if len(text) > limit:
        raise Unreadable("too-long", f"超过 {limit} 字（现有 {len(text)} 字）")
    return text


def lines_of(cell: Cell) -> tuple[str, ...]:
    """分条 · Several entries in one cell, split at line breaks and semicolons."""
    parts = re.split(r"[\n;；]+", text_of(cell, LONG))
    return tuple(text_of(part, SHORT) for part in parts if part.strip())


def date_of(cell: Cell) -> date:
    """日期 · A calendar day from an Excel date, a serial number or text; a time of day is left out.

    Raises Unreadable for a day that does not exist or a form that is none of these.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = plain(cell)
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return serial_day(float(text))
    if compact := COMPACT_DAY.fullmatch(text):
        century, year, month, day = compact.groups()
        return calendar_day(text, int(century + year), int(month), int(day))
    found = DAY.match(text)
    if found is None or CLOCK.fullmatch(text[found.end() :]) is None:
        raise Unreadable("unreadable-date", f"日期无法识别：{text}（请写成 2026-06-03）")
    return calendar_day(text, *(int(part) for part in found.groups()))


def serial_day(serial: float) -> date:
    """序号日期 · The day an Excel serial number of the 1900 system stands for."""
    if not FIRST_SERIAL <= serial < LAST_SERIAL + 1:
        raise Unreadable("unreadable-date", f"数字 {serial:g} 不是日期")
    return EXCEL_EPOCH + timedelta(days=int(serial))


def calendar_day(text: str, year: int, month: int, day: int) -> date:
    """历日 · Raises Unreadable when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable("impossible-date", f"日期不存在：{text}") from None


def deadline_of(cell: Cell, found_on: date | None) -> date:
    """整改期限 · A date, or a number of calendar days from the day of the visit.

    Raises Unreadable for working days, whose calendar the reader of a ledger does not have.
    """
    if isinstance(cell, date):
        return date_of(cell)
    text = plain(cell)
    days = days_of(text)
    if days is None:
        if "工作日" in text:
            raise Unreadable("unreadable-date", f"按工作日计的期限请直接填写日期：{text}")
        return date_of(cell)
    if found_on is None:
        raise Unreadable("deadline-needs-visit-date", "按天数计的期限需要有效的检查日期")
    return found_on + timedelta(days=days)


def days_of(text: str) -> int | None:
    """天数 · 15天, 限期15日内, 15, 半个月, 立即整改 as calendar days; None when it is no such thing."""
    text = text.replace(" ", "")
    if AT_ONCE.fullmatch(text):
        return 0
    if re.fullmatch(r"限?期?半个?月(以?之?内)?(整改)?", text):
        return 15
    found = DAYS.fullmatch(text) or re.fullmatch(r"(\d{1,3})", text)
    return int(found[1]) if found and 1 <= int(found[1]) <= LONGEST_DEADLINE else None


def names_of(cell: Cell) -> tuple[str, ...]:
    """姓名 · The persons in a cell, each once, in the order written.

    张　三 padded to three characters is one name. Raises Unreadable when a part is no name.
    """
    text = MASKED.sub(" ", BRACKETS.sub("", plain(cell)))
    names: list[str] = []
    for part in SEPARATORS.split(text):
        names.extend(join_padded(AND_OTHERS.sub("", part).split()))
    for name in names:
        if not re.fullmatch(r"[^\W\d_]+([·.\- ][^\W\d_]+)*", name) or len(name) > LONGEST_NAME:
            raise Unreadable("no-name", f"不是姓名：{name}")
    return tuple(dict.fromkeys(names))


def join_padded(words: list[str]) -> list[str]:
    """合并空格 · Two single characters after one another are one padded name."""
    names: list[str] = []
    for word in words:
        if len(word) == 1 and names and len(names[-1]) == 1:
            names[-1] += word
        else:
            names.append(word)
    return names


def category_of(cell: Cell) -> str:
    """隐患类别 · B04, 用电安全, B04 用电安全 or 现场管理类-用电安全 as its code.

    Raises Unreadable when it is unknown or code and name contradict each other.
    """
    text = plain(cell).upper()
    bare = BRACKETS.sub("", text).replace(" ", "")
    codes = set(CODE.findall(text))
    named = {code for code, name in CATEGORIES.items() if name in bare}
    if codes and named and codes != named:
        raise Unreadable("unknown-category", f"代码与名称不一致：{text}")
    found = codes or named
    if bare == "其他":
        raise Unreadable("unknown-category", "「其他」请写明 A99（基础管理）或 B99（现场管理）")
    if len(found) != 1 or not found <= CATEGORIES.keys():
        raise Unreadable("unknown-category", f"未知的隐患类别：{text}")
    return found.pop()


def level_of(cell: Cell) -> Level:
    """隐患等级 · 一般 or 重大; raises Unreadable otherwise."""
    text = plain(cell).upper().replace(" ", "")
    if text not in LEVELS:
        raise Unreadable("unknown-level", f"未知的隐患等级：{text}（只有一般、重大）")
    return LEVELS[text]


def visit_kind_of(cell: Cell) -> VisitKind:
    """检查类型 · Which kind of visit, since it decides what may follow; raises Unreadable otherwise."""
    text = plain(cell).upper().replace(" ", "")
    kind = VISIT_KINDS.get(text) or VISIT_KINDS.get(BRACKETS.sub("", text))
    if kind is None:
        known = "、".join(known.zh for known in VisitKind)
        raise Unreadable("unknown-visit-kind", f"未知的检查类型：{text}（可填：{known}）")
    return kind


def size_class_of(cell: Cell) -> SizeClass:
    """规模 · Size class of the enterprise; raises Unreadable otherwise."""
    text = plain(cell).upper().replace(" ", "")
    if text not in SIZE_CLASSES:
        raise Unreadable("unknown-size", f"未知的规模：{text}（可填：小微、规下、规上、规上亿元）")
    return SIZE_CLASSES[text]


def result_of(cell: Cell) -> bool:
    """复查结果 · True for passed; raises Unreadable for anything that is neither."""
    text = plain(cell).replace(" ", "")
    if text not in RESULTS:
        raise Unreadable("unknown-result", f"未知的复查结果：{text}（可填：合格、不合格）")
    return RESULTS[text]


def credit_code_of(cell: Cell) -> str:
    """信用代码 · The code in capitals; a wrong check digit is the enterprise's to warn of, not ours to block.

    Raises Unreadable for a code kept as a number, whose last digits the workbook has lost.
    """
    if isinstance(cell, int | float) and cell >= LAST_EXACT:
        raise Unreadable("number-lost-digits", "被存成数字，末几位已丢失，请改为文本格式重填")
    code = plain(cell).upper().replace(" ", "")
    if len(code) > LONGEST_CODE:
        raise Unreadable("too-long", f"超过 {LONGEST_CODE} 位")
    return code


def number_of(cell: Cell) -> str | None:
    """隐患编号 · The number this system gave it; an office's own numbering is left alone.

    Raises Unreadable for one that begins like ours and is none.
    """
    text = plain(cell).upper().replace(" ", "")
    if not text.startswith("HZ-"):
        return None
    if not NUMBER.fullmatch(text):
        raise Unreadable("unknown-number", f"不是本系统的隐患编号：{text}")
    return text
