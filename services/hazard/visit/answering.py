"""检查项 · A visit looks at its form item by item; what is not as it should be becomes a hazard's draft at once."""

from collections import Counter
from uuid import UUID, uuid5

from pydantic import Field

from contracts.form import FormItem
from contracts.hazard import HazardCaptured, HazardVoided
from contracts.values import Digest, ShortText, Source, Status, Text, VisitKind
from contracts.visit import Answer, FindAdded, Function, ItemAnswered, VisitState
from services.hazard.form import FormUnknown, Published
from services.hazard.lifecycle import reporting
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import Refused
from services.hazard.visit.party import LEADING, NotTakingPart, check_taking_part
from services.hazard.visit.state import Answered, Visit

SOURCES = {
    VisitKind.EXPERT: Source.EXPERT,
    VisitKind.GRID: Source.GRID,
    VisitKind.SELF: Source.SELF_ENTERPRISE,
    VisitKind.LANDLORD: Source.LANDLORD,
}
OWN_CHECKS = frozenset({VisitKind.SELF, VisitKind.LANDLORD})  # where the enterprise itself looks
OVER = frozenset({Status.VOIDED, Status.NOT_A_HAZARD, Status.DUPLICATE})  # a find that counts no more


class ItemUnknown(Refused):
    """检查表中没有该项 · An answer is to an item of the form that the visit names."""


class ItemTwice(Refused):
    """同一检查项填写了两次 · One answer to an item at a time."""


class AnswerUnexplained(Refused):
    """须说明理由 · Why an item does not apply, or why an answer is corrected."""


class AnswerUnchanged(Refused):
    """结论没有变化 · The same answer again; what is said of the hazard is mended in the hazard."""


class AnswerStands(Refused):
    """由该项登记的隐患仍在办理 · An answer is not withdrawn while the hazard it led to lives on."""


class AnswerItem(
    Ask,
    json_schema_extra={
        "examples": [
            {"item": "1.2", "answer": "CONFORMS"},
            {
                "item": "1.1",
                "answer": "DEVIATES",
                "place": "2号车间配电间",
                "description": "配电箱外壳未做保护接地",
                "photos": ["sha256:" + "0" * 64],
            },
            {"item": "1.3", "answer": "NOT_APPLICABLE", "remark": "无喷涂作业"},
        ]
    },
):
    """检查项结论 · How an item was found; of a deviation where, what and how it looks."""

    item: ShortText = Field(description="检查项编号")
    answer: Answer
    place: ShortText | None = Field(None, description="隐患部位")
    description: Text | None = Field(None, description="隐患描述；不填即为检查内容")
    photos: tuple[Digest, ...] = Field((), max_length=50)
    remark: Text | None = Field(None, description="不适用的理由，或者说明")
    reason: Text | None = Field(None, description="更正理由；改动已有结论时必填")


class AnswerChecklist(
    Ask,
    json_schema_extra={
        "examples": [
            {"answers": [{"item": "1.1", "answer": "CONFORMS"}, {"item": "1.2", "answer": "CONFORMS"}]}
        ]
    },
):
    """填写检查表 · Many items at once: all of them, or none."""

    answers: tuple[AnswerItem, ...] = Field(min_length=1, max_length=300)


def asked_items(ask: AnswerItem | AnswerChecklist) -> tuple[AnswerItem, ...]:
    """各项结论 · One, or many."""
    return ask.answers if isinstance(ask, AnswerChecklist) else (ask,)


def draft_id(visit: str, item: str, revision: int) -> str:
    """草稿标识 · The id of the hazard that an item leads to, a UUIDv5 of the visit and the item: a repeat makes the same."""
    return str(uuid5(UUID(visit), f"item/{item}/{revision}" if revision > 1 else f"item/{item}"))


def answer_items(
    visit: Visit, ask: AnswerItem | AnswerChecklist, occasion: Occasion
) -> tuple[ItemAnswered, ...]:
    """检查项结论 · While the visit is under way, by one of the visitors."""
    visit.must_be(VisitState.STARTED, act="填写检查表")
    check_looking(visit, occasion)
    answers = asked_items(ask)
    twice = [item for item, times in Counter(one.item for one in answers).items() if times > 1]
    if twice:
        raise ItemTwice(f"同一检查项填写了两次：{'、'.join(twice)}")
    return tuple(answer_item(visit, one, occasion) for one in answers)


def check_looking(visit: Visit, occasion: Occasion) -> None:
    """检查人 · Who takes part and is not the one who is inspected. Raises NotTakingPart."""
    check_taking_part(visit, occasion, "填写检查表、记录发现的隐患")
    there = next(one for one in visit.present if one.person == occasion.person)
    if there.function is Function.ENTERPRISE and visit.kind not in OWN_CHECKS:
        raise NotTakingPart("检查表由检查人员填写，不由被检查企业填写")


def form_of(visit: Visit, occasion: Occasion) -> Published:
    """所用检查表 · The version the visit began with, withdrawn since or not. Raises FormUnknown."""
    named = visit.form
    published = occasion.form.find(named.version) if named and occasion.form else None
    if published is None:
        raise FormUnknown("本次检查没有指定检查表")
    return published


def item_of(visit: Visit, key: str, occasion: Occasion) -> FormItem:
    """检查项 · Of the visit's form. Raises FormUnknown, ItemUnknown."""
    form = form_of(visit, occasion)
    item = form.item(key)
    if item is None:
        raise ItemUnknown(f"「{form.name}」第 {form.number} 版没有检查项「{key}」")
    return item


def answer_item(visit: Visit, one: AnswerItem, occasion: Occasion) -> ItemAnswered:
    """一项结论 · First, or corrected with a reason; the draft it had led to ends with it."""
    item_of(visit, one.item, occasion)
    if one.answer is Answer.NOT_APPLICABLE and one.remark is None:
        raise AnswerUnexplained(f"检查项「{one.item}」不适用的，须说明理由")
    before = visit.answered(one.item)
    revision = before.revision + 1 if before else 1
    withdrawn = corrected(before, one, occasion) if before else None
    assert visit.form is not None  # form_of has looked
    return ItemAnswered(
        enterprise=visit.enterprise or "",
        form=visit.form,
        item=one.item,
        revision=revision,
        answer=one.answer,
        remark=one.remark,
        photos=one.photos,
        hazard=draft_id(visit.id, one.item, revision) if one.answer is Answer.DEVIATES else None,
        withdrawn=withdrawn,
        reason=one.reason,
    )


def corrected(before: Answered, one: AnswerItem, occasion: Occasion) -> str | None:
    """更正 · Another answer, with a reason; gives the draft that ends with the old one, if there is one.

    Raises AnswerUnchanged, AnswerUnexplained, AnswerStands.
    """
    if one.answer is before.answer:
        raise AnswerUnchanged(
            f"检查项「{one.item}」已是「{one.answer.zh}」；隐患的内容请在隐患草稿中补充或者更正"
        )
    if one.reason is None:
        raise AnswerUnexplained(f"更正检查项「{one.item}」的结论须说明理由")
    hazard = occasion.hazards.get(before.hazard or "")
    if hazard is None or hazard.status in OVER:
        return None
    if hazard.status is not Status.DRAFT:
        where = hazard.number or "草稿已上报"
        raise AnswerStands(
            f"由检查项「{one.item}」记录的隐患「{where}」已在办理，请先作废或者认定该隐患，再更正结论"
        )
    return before.hazard


def drafted(
    visit: Visit, answered: ItemAnswered, one: AnswerItem, occasion: Occasion
) -> tuple[HazardCaptured, ...]:
    """隐患草稿 · What a deviation writes to its hazard: category, clause and advice from the form, the rest from the answer.

    What a critical item finds is to be submitted and confirmed within a day (domain/features.md F021).
    """
    if answered.hazard is None:
        return ()
    item = item_of(visit, one.item, occasion)
    ask = reporting.CaptureHazard(
        object=visit.enterprise,
        source=source_of(visit),
        visit_kind=visit.kind,
        officer_present=officer_present(visit),
        place=one.place,
        category=item.category,
        description=one.description or f"不符合检查项：{item.text}",
        photos=one.photos,
        advice=item.advice,
        basis=(item.clause,),
        visit=visit.id,
    )
    captured = reporting.capture_hazard(Hazard(), ask, occasion)
    if not item.critical:
        return captured
    due = occasion.hours_on(occasion.policy.limits.critical_triage_hours)
    return tuple(event.model_copy(update={"triage_due": due}) for event in captured)


def withdrawing(answered: ItemAnswered, occasion: Occasion) -> tuple[HazardVoided, ...]:
    """作废草稿 · What a corrected answer writes to the draft it had led to, by the hazard's own rule."""
    if answered.withdrawn is None:
        return ()
    hazard = occasion.hazards[answered.withdrawn]
    return reporting.void_hazard(
        hazard, reporting.VoidHazard(reason=f"检查项「{answered.item}」更正：{answered.reason}"), occasion
    )


def source_of(visit: Visit) -> Source:
    """来源 · By the kind of the visit; a report that is looked into is its source."""
    if visit.kind is VisitKind.CASE and visit.report is not None:
        return Source.REPORT
    return SOURCES.get(visit.kind, Source.SUPERVISION)


def officer_present(visit: Visit) -> bool:
    """执法人员在场 · Whether somebody of the office takes part beside the experts."""
    return any(one.function in LEADING for one in visit.present)


def add_find(visit: Visit, hazard: str, enterprise: str | None, occasion: Occasion) -> tuple[FindAdded, ...]:
    """检查中发现 · A hazard captured on a visit outside its form: at the same enterprise, by one of the visitors."""
    visit.must_be(VisitState.STARTED, act="记录发现的隐患")
    check_looking(visit, occasion)
    if enterprise != visit.enterprise:
        raise FoundElsewhere
    return (FindAdded(enterprise=visit.enterprise or "", hazard=hazard),)


class FoundElsewhere(Refused):
    """隐患与检查不在同一企业 · A visit finds hazards at the enterprise it is paid to."""
