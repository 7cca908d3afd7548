"""文书 · A paper is issued once, may be superseded by a later one, or withdrawn; pure rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from pydantic import Field

from contracts.envelope import Envelope
from contracts.numbering import DocumentKind
from contracts.paper import (
    PaperEvent,
    PaperIssued,
    PaperKind,
    PaperPlaceEvent,
    PaperSubject,
    PaperSuperseded,
    PaperWithdrawn,
)
from contracts.values import EnterpriseId, Level, ShortText, Status, Text
from services.hazard.occasion import Ask, Occasion
from services.hazard.papers.told import HazardTold
from services.hazard.refused import MayNot, Refused

SC_54 = "国办发〔2024〕54号：执法文书由执法人员出具"
ABOUT: dict[PaperKind, tuple[str, ...]] = {
    PaperKind.RECORD: ("visit",),
    PaperKind.REPORT: ("visit",),
    PaperKind.ORDER: ("visit", "notice"),
    PaperKind.REINSPECTION: ("visit", "notice"),
    PaperKind.LIST: ("enterprise",),
}


NONE_ANY_MORE = frozenset({Status.VOIDED, Status.NOT_A_HAZARD, Status.DUPLICATE})


class MayNotIssue(MayNot):
    """无权出具文书 · The role does not carry this paper."""


class MayNotWithdraw(MayNot):
    """无权撤销文书 · A paper is taken back by the head of the office that issued it."""


class PaperAlreadyThere(Refused):
    """文书已出具 · There is a current paper of this kind; a new one needs its reason."""


class PaperNotStanding(Refused):
    """文书已失效 · It was superseded or withdrawn before."""


class PaperOfAnotherKind(Refused):
    """所属记录与文书种类不符 · A record is of a visit, an order of a visit or notice, a list of an enterprise."""


class NothingToPrint(Refused):
    """没有可列入文书的隐患 · An order without hazards orders nothing."""


class HazardOfAnother(Refused):
    """隐患不属于该单位 · A paper is about one enterprise."""


class HazardNotOrdered(Refused):
    """隐患没有责令整改 · An order lists what was ordered, by one notice."""


class HazardNotLookedAt(Refused):
    """隐患尚未复查 · An opinion on a re-inspection follows it."""


class NameNotOnFile(Refused):
    """人员姓名没有登记 · An official paper names people, not ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """文书 · As it was issued, and whether it still stands."""

    version: int = 0
    division: str = ""
    organisation: str = ""
    issued: PaperIssued | None = None
    superseded: PaperSuperseded | None = None
    withdrawn: PaperWithdrawn | None = None

    @property
    def current(self) -> bool:
        """现行有效 · Neither superseded nor withdrawn."""
        return self.issued is not None and self.superseded is None and self.withdrawn is None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPlace:
    """现行文书 · Which paper of a kind is the current one of a record."""

    version: int = 0
    paper: str | None = None
    number: str = ""


class IssuePaper(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "kind": "RECORD",
                "of": "visit/e1b5c7d9-2a4f-5e68-8c90-4d7b3f6a1e25",
                "hazards": ["5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10"],
                "office": "富阳区滨湖街道办事处",
            }
        ]
    },
):
    """出具文书 · Which paper, of which record, with which hazards; the office as it is to stand on it."""

    kind: PaperKind
    of: PaperSubject
    hazards: tuple[EnterpriseId, ...] = Field(
        (), max_length=300, description="列入的隐患，按此顺序；检查、指令书已列明的可以不填"
    )
    office: ShortText = Field(description="出具机关全称，印在版头和落款")
    reason: Text | None = Field(None, description="重新出具的理由；已有现行文书的必填")


class WithdrawPaper(Ask, json_schema_extra={"examples": [{"reason": "被检查单位名称有误，另行出具"}]}):
    """撤销文书 · Why it is taken back."""

    reason: Text


def may_issue(paper: Paper, ask: IssuePaper, occasion: Occasion) -> None:
    """可否出具 · By role, once, and of a record of the right kind.

    Raises MayNotIssue, PaperNotStanding, PaperOfAnotherKind.
    """
    if occasion.role not in occasion.policy.papers.issuers.get(ask.kind, ()):
        raise MayNotIssue(f"{occasion.role.zh}不能出具{ask.kind.zh}（{SC_54}）")
    if paper.version:
        raise PaperNotStanding(f"文书 {paper.issued.number if paper.issued else ''} 已出具，不能再次出具")
    if ask.of.partition("/")[0] not in ABOUT[ask.kind]:
        raise PaperOfAnotherKind


def check_place(place: PaperPlace, standing: Paper, ask: IssuePaper) -> None:
    """现行文书 · A record whose paper still stands is not printed anew without a reason. Raises PaperAlreadyThere."""
    if place.paper is not None and standing.current and ask.reason is None:
        raise PaperAlreadyThere(f"已出具{ask.kind.zh} {place.number}，重新出具的须说明理由，原文书随即失效")


def check_hazards(ask: IssuePaper, hazards: Sequence[HazardTold], enterprise: str) -> None:
    """所列隐患 · Of this enterprise; ordered, for an order, by one notice; looked at, for an opinion.

    Raises HazardOfAnother, NothingToPrint, HazardNotOrdered, HazardNotLookedAt.
    """
    others = [told for told in hazards if told.state.enterprise != enterprise]
    if others:
        raise HazardOfAnother(f"有 {len(others)} 条隐患不属于该单位，不能列入同一文书")
    if any(told.state.status in NONE_ANY_MORE for told in hazards):
        raise NothingToPrint("所列隐患中有作废、重复或者核实为非隐患的，不能列入文书")
    if ask.kind in (PaperKind.ORDER, PaperKind.REINSPECTION) and not hazards:
        raise NothingToPrint
    if ask.kind is PaperKind.ORDER:
        check_ordered(hazards)
    if ask.kind is PaperKind.REINSPECTION and not all(told.looks for told in hazards):
        raise HazardNotLookedAt("所列隐患中有尚未复查的，不能出具复查意见书")


def check_notice(ask: IssuePaper, document: DocumentKind | None, *, voided: bool) -> None:
    """指令书 · One that binds, and that orders: a void one is printed no more. Raises NothingToPrint, PaperOfAnotherKind."""
    if voided:
        raise NothingToPrint("指令书已作废，不能出具文书")
    if ask.kind is PaperKind.ORDER and document not in (None, DocumentKind.RECTIFICATION_ORDER):
        raise PaperOfAnotherKind


def check_ordered(hazards: Sequence[HazardTold]) -> None:
    """责令 · Each by the same numbered notice. Raises HazardNotOrdered."""
    loose = [told for told in hazards if not told.binding and told.state.level is not Level.MAJOR]
    if loose:
        numbers = "、".join(told.state.number or "" for told in loose)
        raise HazardNotOrdered(f"隐患 {numbers} 没有责令整改，不能列入指令书")
    if len({told.state.notice.number for told in hazards if told.binding}) > 1:
        raise HazardNotOrdered("所列隐患不是由同一份指令书责令整改的")


def withdraw_paper(paper: Paper, ask: WithdrawPaper, occasion: Occasion) -> tuple[PaperWithdrawn, ...]:
    """撤销文书 · By the head of the office that issued it, while it stands."""
    if occasion.role not in occasion.policy.papers.withdrawers:
        raise MayNotWithdraw(f"{occasion.role.zh}不能撤销文书，由出具机关的负责人撤销")
    if occasion.organisation != paper.organisation:
        raise MayNotWithdraw("只能撤销本单位出具的文书")
    issued = standing(paper)
    return (PaperWithdrawn(number=issued.number, enterprise=issued.enterprise, reason=ask.reason),)


def supersede(paper: Paper, by: str, number: str) -> tuple[PaperSuperseded, ...]:
    """取代 · The paper that stood until now gives way."""
    issued = standing(paper)
    return (PaperSuperseded(number=issued.number, enterprise=issued.enterprise, by=by, by_number=number),)


def standing(paper: Paper) -> PaperIssued:
    """现行文书 · As it was issued. Raises PaperNotStanding."""
    if paper.issued is None or not paper.current:
        why = "已被撤销" if paper.withdrawn else "已被新文书取代"
        raise PaperNotStanding(f"文书{why}")
    return paper.issued


def evolve(paper: Paper, event: PaperEvent, envelope: Envelope) -> Paper:
    """演变 · What became of it."""
    match event:
        case PaperIssued():
            return Paper(
                version=envelope.version,
                division=envelope.division or "",
                organisation=envelope.organisation or "",
                issued=event,
            )
        case PaperSuperseded():
            return replace(paper, version=envelope.version, superseded=event)
        case PaperWithdrawn():
            return replace(paper, version=envelope.version, withdrawn=event)
        case _:
            assert_never(event)


def evolve_place(place: PaperPlace, event: PaperPlaceEvent, envelope: Envelope) -> PaperPlace:
    """演变 · The paper that is current from here on."""
    return PaperPlace(version=envelope.version, paper=event.paper, number=event.number)
