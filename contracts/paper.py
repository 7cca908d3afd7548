"""文书事件 · A paper is issued with the digests of its bytes; later it is superseded or withdrawn.

No event holds what a paper says of persons: their names as printed are erasable texts beside the log.
"""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts.envelope import Event
from contracts.values import Digest, EnterpriseId, Named, PersonId, SealedText, ShortText, Text, Value

PaperId = EnterpriseId  # a UUID as well
PaperSubject = Annotated[
    str,
    StringConstraints(pattern=r"^(visit|notice|enterprise)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
]
PaperCode = Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{26}$")]


class PaperKind(Named):
    """文书种类 · Which paper it is (domain/codes.md c.13)."""

    RECORD = "RECORD", "现场检查记录"
    ORDER = "ORDER", "责令限期整改指令书"
    REINSPECTION = "REINSPECTION", "整改复查意见书"
    REPORT = "REPORT", "安全检查报告"
    LIST = "LIST", "隐患清单"


class MadeFrom(Value):
    """依据记录 · A thing and the version of it that a paper was made from."""

    subject: str = Field(examples=["hazard/5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10"])
    version: int = Field(ge=1)


class PrintedPerson(Value):
    """所载人员 · Somebody whom a paper names: what it prints of them stands beside the log and may be erased."""

    person: PersonId
    text: SealedText


class PaperIssued(Event):
    """出具文书 · A numbered paper, as Word and as PDF; the same bytes can be made again from what it was made from."""

    TYPE: ClassVar[str] = "paper.issued"
    kind: PaperKind
    number: ShortText = Field(description="文号", examples=["蜀应急检记〔2026〕12号"])
    n: int | None = Field(
        None, ge=1, description="序号 · Its place in the office's series; an order bears its notice's number"
    )
    enterprise: EnterpriseId
    of: PaperSubject = Field(description="所属记录 · The visit, notice or enterprise it is about")
    made_from: tuple[MadeFrom, ...] = Field(description="依据记录及其版本")
    office: ShortText = Field(description="出具机关")
    dated: date = Field(description="成文日期")
    code: PaperCode = Field(
        description="查验码 · In the QR code; opens the page that says whether it is genuine"
    )
    address: ShortText = Field(description="查验网址 · As it is printed")
    word_template: Digest
    pdf_template: Digest
    content: Digest = Field(description="内容摘要 · Of what it says, persons by their ids")
    docx: Digest = Field(description="Word 文件的 SHA-256")
    pdf: Digest = Field(description="PDF 文件的 SHA-256")
    made_with: ShortText = Field(description="排版程序及其版本 · With others the bytes may differ")
    persons: tuple[PrintedPerson, ...] = ()
    replaces: PaperId | None = Field(None, description="取代的文书 · The paper that it takes the place of")
    reason: Text | None = Field(None, description="重新出具的理由")


class PaperSuperseded(Event):
    """被取代 · A later paper says the same thing anew; this one is no longer current."""

    TYPE: ClassVar[str] = "paper.superseded"
    number: ShortText
    enterprise: EnterpriseId
    by: PaperId
    by_number: ShortText


class PaperWithdrawn(Event):
    """撤销文书 · The office takes it back; its number is not used again."""

    TYPE: ClassVar[str] = "paper.withdrawn"
    number: ShortText
    enterprise: EnterpriseId
    reason: Text


PaperEvent = PaperIssued | PaperSuperseded | PaperWithdrawn


class PaperPlaced(Event):
    """现行文书 · Of each record there is one current paper of a kind: from here on it is this one."""

    TYPE: ClassVar[str] = "paper-place.placed"
    kind: PaperKind
    of: PaperSubject
    paper: PaperId
    number: ShortText


PaperPlaceEvent = PaperPlaced
