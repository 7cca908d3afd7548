"""草拟指令书 · Which hazards of one visit will be ordered, each within its own term."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from contracts.notice import HazardId, NoticeDrafted, NoticeItem, VisitId
from contracts.values import Level, Status, Text, VisitKind
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.ordering import PlanNeeded, check_deadline
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.visit_behind import VisitMayNotOrder
from services.hazard.notice.state import Notice, NoticeNotAtThisStage
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.policy import DayLimit
from services.hazard.refused import Refused

FIXED = (Status.SUBMITTED, Status.VERIFIED, Status.CLOSED)
AQF_65 = "《安全生产法》第六十五条：对检查中发现的事故隐患，应当责令排除"


class NotOfThisVisit(Refused):
    """不是该次检查发现的隐患 · A notice groups hazards of one visit to one enterprise."""


class NotToBeOrdered(Refused):
    """该隐患不能列入指令书 · Neither waiting to be ordered nor fixed on the spot."""


class NothingToOrder(Refused):
    """没有需要限期整改的隐患 · What was all fixed on the spot needs no notice."""


class TooManyItems(Refused):
    """隐患项数超过上限 · A paper that nobody reads orders nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """该次检查 · What a notice must know of its visit."""

    key: str
    version: int
    enterprise: str
    division: str
    kind: VisitKind


class DraftItem(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "hazard": "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
                "from_service": {"amount": 15, "unit": "days"},
                "requirement": "配电箱外壳做保护接地",
            }
        ]
    },
):
    """列入一项 · A hazard with a date, or days from service; or fixed on the spot, and without a term."""

    hazard: HazardId
    deadline: date | None = Field(None, description="整改期限，至当日24时；与自送达之日起的天数二者择一")
    from_service: DayLimit | None = Field(None, description="自送达之日起多少日内整改，送达当日不计")
    fixed_on_spot: bool = Field(False, description="已当场整改，列入备查，不另定期限")
    requirement: Text | None = Field(None, description="整改要求")


class DraftNotice(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "visit": "e1b5c7d9-2a4f-5e68-8c90-4d7b3f6a1e25",
                "items": [
                    {
                        "hazard": "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
                        "from_service": {"amount": 15, "unit": "days"},
                    },
                    {"hazard": "152fcf24-3629-5ac3-80f4-b88c7dbd8110", "fixed_on_spot": True},
                ],
            }
        ]
    },
):
    """草拟指令书 · The visit, and its hazards in the order of the paper."""

    visit: VisitId
    items: tuple[DraftItem, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def names_each_hazard_once(self) -> Self:
        """不重复 · One hazard is one item."""
        twice = [hazard for hazard, times in Counter(item.hazard for item in self.items).items() if times > 1]
        if twice:
            raise ValueError(f"隐患「{'、'.join(twice)}」重复列入")
        return self


def may_draft(visited: Visited, occasion: Occasion) -> None:
    """可否草拟 · By somebody who may order, of a visit that may. Raises MayNot, VisitMayNotOrder."""
    powers.check(powers.ORDER, occasion)
    if visited.kind not in occasion.policy.powers.ordering_visit_kinds:
        raise VisitMayNotOrder(f"{visited.kind.zh}不得责令整改（{powers.SC_54}）")


def draft_notice(
    notice: Notice, ask: DraftNotice, occasion: Occasion, *, visited: Visited, hazards: Mapping[str, Hazard]
) -> tuple[NoticeDrafted, ...]:
    """草拟指令书 · Hazards of this visit to this enterprise, each within a term or fixed on the spot.

    Raises MayNot, VisitMayNotOrder, NotOfThisVisit, NotToBeOrdered, NothingToOrder, TooManyItems, DateInvalid.
    """
    may_draft(visited, occasion)
    if notice.version:
        raise NoticeNotAtThisStage("该指令书已经草拟")
    most = occasion.policy.documents.notice_items
    if len(ask.items) > most:
        raise TooManyItems(f"一份指令书最多列 {most} 项隐患，现有 {len(ask.items)} 项，请分开制作")
    if all(item.fixed_on_spot for item in ask.items):
        raise NothingToOrder(f"所列隐患均已当场整改，无须责令限期整改（{AQF_65}）")
    return (
        NoticeDrafted(
            enterprise=visited.enterprise,
            visit=visited.key,
            visit_kind=visited.kind,
            office=occasion.organisation,
            items=tuple(listed(ask, occasion, visited, hazards)),
        ),
    )


def listed(
    ask: DraftNotice, occasion: Occasion, visited: Visited, hazards: Mapping[str, Hazard]
) -> Iterator[NoticeItem]:
    """逐项 · Each as it may stand in the notice."""
    for item in ask.items:
        hazard = hazards[item.hazard]
        check_hazard(item, hazard, visited)
        check_term(item, hazard, occasion)
        number, _ = hazard.registered
        yield NoticeItem(number=number, **item.model_dump())


def check_hazard(item: DraftItem, hazard: Hazard, visited: Visited) -> None:
    """所列隐患 · Found on this visit, and waiting to be ordered or fixed on the spot already."""
    number, enterprise = hazard.registered
    if enterprise != visited.enterprise:
        raise NotOfThisVisit(f"隐患「{number}」不是该次检查的企业的隐患，一份指令书只列一次检查发现的隐患")
    if item.fixed_on_spot:
        if not fixed_on_spot(hazard):
            raise NotToBeOrdered(f"隐患「{number}」没有当场整改的记录，须填写整改期限")
        return
    if hazard.level is Level.MAJOR:
        raise PlanNeeded(f"隐患「{number}」为重大隐患，须先有治理方案，不能只定期限")
    if hazard.status is not Status.REGISTERED:
        here = hazard.status.zh if hazard.status else "未建立"
        raise NotToBeOrdered(
            f"隐患「{number}」处于「{here}」，只有「{Status.REGISTERED.zh}」的隐患可以责令整改"
        )


def fixed_on_spot(hazard: Hazard) -> bool:
    """已当场整改 · Reported as put right without ever having had a deadline."""
    return hazard.status in FIXED and hazard.terms.begun_on is None


def check_term(item: DraftItem, hazard: Hazard, occasion: Occasion) -> None:
    """逐项期限 · A date or days, within the longest; none for what was fixed on the spot. Raises DateInvalid."""
    number, _ = hazard.registered
    terms = (item.deadline is not None) + (item.from_service is not None)
    if item.fixed_on_spot:
        if terms:
            raise DateInvalid(f"隐患「{number}」已当场整改，不另定整改期限")
        return
    if terms != 1:
        raise DateInvalid(
            f"隐患「{number}」须填写整改期限的日期，或者自送达之日起的天数，二者择一（{AQF_65}）"
        )
    deadline = item.deadline
    if item.from_service is not None:
        deadline, _ = occasion.count(item.from_service)
    if deadline is not None:
        check_deadline(deadline, occasion.policy.limits.general_max_days, occasion)
