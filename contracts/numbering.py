"""文号事件 · Document numbers without gaps: who was given which, which was voided, and each office's own word in them."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts.envelope import Event
from contracts.values import Named, ShortText, Text

Year = Annotated[int, Field(ge=2000, le=9999, description="年份 · The local year of the number")]
Word = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z\u4e00-\u9fff]{1,12}$"),
    Field(
        description="单位代字 · The office's word in its numbers, letters or characters", examples=["杭滨"]
    ),
]
Subject = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z-]+/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
    Field(description="文书 · The subject of the document that bears the number"),
]


class DocumentKind(Named):
    """文书种类 · What a number is drawn for; each kind is counted by itself."""

    RECTIFICATION_ORDER = "RECTIFICATION_ORDER", "责令限期整改指令书"
    INSPECTION_RECORD = "INSPECTION_RECORD", "现场检查记录"
    ON_SITE_DECISION = "ON_SITE_DECISION", "现场处理措施决定书"
    REINSPECTION_OPINION = "REINSPECTION_OPINION", "整改复查意见书"
    INSPECTION_REPORT = "INSPECTION_REPORT", "检查报告"
    HAZARD_LIST = "HAZARD_LIST", "隐患清单"
    TRANSFER = "TRANSFER", "案件移送书"
    CASE = "CASE", "立案审批表"
    PENALTY_NOTICE = "PENALTY_NOTICE", "行政处罚告知书"
    HEARING_NOTICE = "HEARING_NOTICE", "行政处罚听证告知书"
    PENALTY_DECISION = "PENALTY_DECISION", "行政处罚决定书"


class OfSeries(Event):
    """文号 · What every event of a series names: whose it is, of which kind and year, and the number itself."""

    office: ShortText = Field(description="单位 · The organisation whose series it is")
    kind: DocumentKind
    year: Year
    n: int = Field(ge=1, description="序号 · Its place in the series: 1, 2, 3 … without a gap")
    number: ShortText = Field(description="文号 · As the office writes it")
    document: Subject


class NumberDrawn(OfSeries):
    """取号 · The next number of an office's series is given to one document, in the same instant as that is numbered."""

    TYPE: ClassVar[str] = "number-series.drawn"


class NumberVoided(OfSeries):
    """文号作废 · The document is void; the number stays its own and is given to no other."""

    TYPE: ClassVar[str] = "number-series.voided"
    reason: Text


class NumberKept(OfSeries):
    """纸质文号登记 · A paper from before bears this number already: it stays the paper's, and is drawn for no other."""

    TYPE: ClassVar[str] = "number-series.kept"


NumberSeriesEvent = NumberDrawn | NumberVoided | NumberKept


class OfficeWordSet(Event):
    """设定代字 · From here on an office writes its numbers with this word, which is nobody else's."""

    TYPE: ClassVar[str] = "office-words.set"
    office: ShortText
    word: Word
    former: Word | None = None


OfficeWordsEvent = OfficeWordSet
