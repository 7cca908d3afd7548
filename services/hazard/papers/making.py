"""制作内容 · From what the streams tell to what a paper says: one function for each paper; pure.

Persons come in by id. `Names` turns an id into what is printed of that person, so that the same function makes the
content with names for the document, and with ids for the digest that an event may hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from contracts.limits import Limit
from contracts.paper import PaperKind
from contracts.values import Level, PersonId, Status, VisitKind
from services.hazard.calendar import ZONE
from services.hazard.enterprise import Enterprise
from services.hazard.papers.content import (
    HazardList,
    ItemPart,
    Order,
    PersonPart,
    Record,
    Reinspection,
    Remedies,
    Report,
    SignaturePart,
)
from services.hazard.papers.told import HazardTold, Look, Officer, Signature, VisitTold, main_person
from services.hazard.policy import Policy

ENDED = frozenset({Status.CLOSED, Status.NOT_A_HAZARD, Status.DUPLICATE, Status.VOIDED})


@dataclass(frozen=True, slots=True)
class Printed:
    """印出的人员 · What a paper prints of a person."""

    name: str
    phone: str = ""


@dataclass(slots=True)
class Names:
    """称谓 · What is printed of each person by id; whoever was asked for is remembered.

    Without a name on record a person is printed by id.
    """

    printed: Mapping[PersonId, Printed] = field(default_factory=dict)
    asked: dict[PersonId, None] = field(default_factory=dict)

    def of(self, person: PersonId | None) -> Printed:
        """某人 · Nobody is an empty name."""
        if person is None:
            return Printed("")
        self.asked[person] = None
        return self.printed.get(person) or Printed(person)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """出具情况 · Number, office, day and address of the paper, the enterprise, and the policy of the day."""

    number: str
    office: str
    dated: date
    address: str
    code: str
    enterprise: Enterprise
    policy: Policy
    district: str = ""


def chinese_day(day: date | None) -> str:
    """中文日期 · 2026年6月3日."""
    return "" if day is None else f"{day.year}年{day.month}月{day.day}日"


def chinese_span(told: VisitTold) -> str:
    """检查时间 · From when to when, as far as it is known."""
    if told.began is None:
        return chinese_day(told.on)
    began = told.began.astimezone(ZONE)
    words = f"{chinese_day(began.date())}{_clock(began)}"
    return words if told.ended is None else f"{words}至{_until(began, told.ended.astimezone(ZONE))}"


def _clock(at: datetime) -> str:
    return f"{at.hour}时{at.minute:02d}分"


def _until(began: datetime, ended: datetime) -> str:
    same_day = began.date() == ended.date()
    return ("" if same_day else chinese_day(ended.date())) + _clock(ended)


def person(officer: Officer, names: Names) -> PersonPart:
    """检查人员 · Name, certificate, function."""
    return PersonPart(
        name=names.of(officer.person).name,
        certificate=officer.certificate or "",
        function=officer.function,
        phone="",
    )


def people_line(people: Sequence[PersonPart]) -> str:
    """连写 · 张三（证号33011100123）、李四."""
    return "、".join(one.name + (f"（证号{one.certificate}）" if one.certificate else "") for one in people)


def head(
    about: About, kind: PaperKind, names: Names
) -> dict[str, Any]:  # fields of Content, of several types
    """共同字段 · What every paper says."""
    profile = about.enterprise.profile
    main = names.of(main_person(about.enterprise))
    return {
        "title": kind.zh,
        "number": about.number,
        "office": about.office,
        "dated": chinese_day(about.dated),
        "enterprise": about.enterprise.name,
        "credit_code": about.enterprise.credit_code or "",
        "place": (profile.address if profile else None) or (profile.village if profile else None) or "",
        "industry": (profile.industry if profile else None) or "",
        "head": PersonPart(name=main.name, phone=main.phone),
        "address": about.address,
        "code": about.code,
    }


def signature(signed: Signature | None, names: Names) -> SignaturePart:
    """签字 · Not yet, signed, or refused with its reason."""
    if signed is None:
        return SignaturePart(state="待签字")
    return SignaturePart(
        state="拒绝签字" if signed.refused else "已签字",
        name=names.of(signed.person).name,
        reason=signed.reason,
        reported_to=signed.reported_to,
        witnesses="、".join(names.of(one).name for one in signed.witnesses),
    )


def counted(hazards: Sequence[HazardTold]) -> dict[str, str]:
    """条数 · Of all, and of the major ones."""
    majors = sum(one.state.level is Level.MAJOR for one in hazards)
    return {"total": str(len(hazards)), "majors": str(majors)}


def deadline_words(told: HazardTold) -> str:
    """整改期限 · The date, or the days from service that will make it one; on a notice, as the notice has it."""
    first = told.first_deadline if told.limit is None else None
    day = told.noticed or told.state.deadline or first
    if day is not None:
        return f"{chinese_day(day)}前"
    limit: Limit | None = told.limit
    return "" if limit is None else f"自送达之日起{limit.zh}内"


def disposition(told: HazardTold) -> str:
    """处理 · What was done about it."""
    if told.binding:
        return "责令限期整改"
    if told.ordered_on is not None:
        return "要求限期整改"
    return "当场整改" if told.measures else ""


def item(order: int, told: HazardTold, about: About, names: Names) -> ItemPart:
    """一条隐患 · Every field of it; a paper takes those it prints."""
    state, last = told.state, told.looks[-1] if told.looks else None
    code = state.category or ""
    category = about.policy.categories.get(code)
    basis = "；".join(dict.fromkeys((*told.basis, *filter(None, [told.clause]))))
    advice = "；".join(filter(None, (told.advice, told.standard)))
    return ItemPart(
        order=str(order),
        number=state.number or "",
        place=state.place or "",
        category=f"{category.name}（{code}）" if category else code,
        level=state.level.zh,
        found_on=chinese_day(state.found_on),
        source=state.source.zh,
        problem=_unended(state.description or ""),
        basis=_unended(basis),
        advice=_unended(advice),
        deadline=deadline_words(told),
        responsible=names.of(state.responsible).name,
        disposition=disposition(told),
        status=state.status.zh if state.status else "",
        measures=told.measures,
        result=result(last),
        remark=last.remark if last else "",
        next_deadline=chinese_day(last.deadline) if last else "",
    )


def _unended(words: str) -> str:
    """Without the full stop that the paper sets itself."""
    return words.rstrip("。；; ")


def result(look: Look | None) -> str:
    """复查结果 · Of the last re-inspection."""
    if look is None:
        return "尚未复查"
    return "复查合格" if look.passed else "复查不合格"


def items(hazards: Sequence[HazardTold], about: About, names: Names) -> tuple[ItemPart, ...]:
    """逐条 · Numbered from one, in the order in which they are given."""
    return tuple(item(order, told, about, names) for order, told in enumerate(hazards, start=1))


def of_visit(
    kind: PaperKind, visit: VisitTold, hazards: Sequence[HazardTold], about: About, names: Names
) -> dict[str, Any]:  # fields of OfVisit, of several types
    """检查文书的共同字段 · The visit, who looked, what was found, who signed."""
    officers = tuple(person(one, names) for one in visit.officers)
    return {
        **head(about, kind, names),
        "visit_kind": visit.kind.zh,
        "visited_on": chinese_day(visit.on),
        "visited_at": chinese_span(visit),
        "visited_place": visit.place,
        "officers": officers,
        "officers_line": people_line(officers),
        "may_order": visit.kind in about.policy.powers.ordering_visit_kinds,
        "basis": _unended(visit.basis),
        "summary": visit.summary,
        "items": items(hazards, about, names),
        "signature": signature(visit.signature, names),
        **counted(hazards),
    }


def record(visit: VisitTold, hazards: Sequence[HazardTold], about: About, names: Names) -> Record:
    """现场检查记录 · As the visit was recorded."""
    return Record(**of_visit(PaperKind.RECORD, visit, hazards, about, names))


def report(visit: VisitTold, hazards: Sequence[HazardTold], about: About, names: Names) -> Report:
    """安全检查报告 · With what the enterprise is to do with it."""
    return Report(
        **of_visit(PaperKind.REPORT, visit, hazards, about, names),
        conclusion=report_conclusion(visit, hazards),
    )


def report_conclusion(visit: VisitTold, hazards: Sequence[HazardTold]) -> str:
    """检查意见 · The enterprise's own duty, and, of advice, that it orders nothing."""
    if not hazards:
        return "本次检查未发现事故隐患，请继续落实安全生产主体责任，做好日常排查。"
    major = any(told.state.level is Level.MAJOR for told in hazards)
    first = (
        "重大事故隐患应当立即采取措施，排除前或者排除过程中无法保证安全的，应当撤出人员、停产停业；"
        if major
        else ""
    )
    advisory = visit.kind in (VisitKind.EXPERT, VisitKind.GRID, VisitKind.REMOTE, VisitKind.LEADER)
    last = "本报告为服务意见，保证安全生产的责任仍由本单位负责。" if advisory else ""
    return f"{first}请对照整改建议逐条落实责任、措施、资金、时限和预案，按期完成整改并报告整改情况。{last}"


def order(visit: VisitTold, hazards: Sequence[HazardTold], about: About, names: Names) -> Order:
    """责令限期整改指令书 · With the way against it."""
    words = about.policy.papers
    remedies = Remedies(
        authority=words.reconsideration_authority.replace("{district}", about.district or "本级"),
        reconsideration=words.reconsideration.zh,
        court=words.court,
        litigation=words.litigation.zh,
    )
    return Order(**of_visit(PaperKind.ORDER, visit, hazards, about, names), remedies=remedies)


def reinspection(visit: VisitTold, hazards: Sequence[HazardTold], about: About, names: Names) -> Reinspection:
    """整改复查意见书 · The last re-inspection of each hazard."""
    looks = [told.looks[-1] for told in hazards if told.looks]
    passed = sum(look.passed for look in looks)
    failed = len(looks) - passed
    ordered = [told.ordered_on for told in hazards if told.ordered_on is not None]
    return Reinspection(
        **of_visit(PaperKind.REINSPECTION, visit, hazards, about, names),
        order_number=next((told.state.notice.number for told in hazards if told.state.notice.number), ""),
        ordered_on=chinese_day(min(ordered, default=None)),
        inspected_on=chinese_day(max((look.on for look in looks), default=visit.on)),
        passed=str(passed),
        failed=str(failed),
        conclusion=reinspection_conclusion(len(hazards), passed, failed),
    )


def reinspection_conclusion(total: int, passed: int, failed: int) -> str:
    """复查意见 · How many are put right, and what follows for the others."""
    if failed == 0 and passed == total:
        return f"上述 {total} 条隐患均已整改到位，复查合格。"
    parts = [f"上述 {total} 条隐患中，{passed} 条复查合格"]
    if failed:
        parts.append(
            f"{failed} 条复查不合格，应当按重新确定的期限整改到位，逾期不整改或者仍不合格的，依法处理"
        )
    if total > passed + failed:
        parts.append(f"{total - passed - failed} 条尚未复查")
    return "；".join(parts) + "。"


def hazard_list(hazards: Sequence[HazardTold], about: About, names: Names) -> HazardList:
    """隐患清单 · In the order in which they were found."""
    ordered = sorted(hazards, key=lambda told: (told.state.found_on or about.dated, told.state.number or ""))
    still_open = sum(told.state.status not in ENDED for told in hazards)
    return HazardList(
        **head(about, PaperKind.LIST, names),
        items=items(ordered, about, names),
        open=str(still_open),
        **counted(hazards),
    )


MAKERS = {
    PaperKind.RECORD: record,
    PaperKind.REPORT: report,
    PaperKind.ORDER: order,
    PaperKind.REINSPECTION: reinspection,
}
