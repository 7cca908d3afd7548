"""责令与要求整改 · Advice, the lawful order, the request without force, and who has to do it."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from pydantic import Field

from contracts.hazard import (
    DecisionProposed,
    RectificationAdvised,
    RectificationAsked,
    RectificationOrdered,
    RectificationUrged,
    ResponsibleAssigned,
)
from contracts.notice import ItemState, NoticeState
from contracts.values import (
    EnterpriseId,
    Entry,
    Evidence,
    Level,
    PersonId,
    ProposedAct,
    Role,
    ShortText,
    Status,
    Text,
    Track,
    UrgeChannel,
    Waiver,
)
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.answering import check_landlord
from services.hazard.lifecycle.proposing import propose
from services.hazard.lifecycle.state import Hazard
from services.hazard.lifecycle.visit_behind import Behind, behind_order
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.policy import DayLimit
from services.hazard.refused import MayNot, Refused

EXAMPLE_VISIT = "e1b5c7d9-2a4f-5e68-8c90-4d7b3f6a1e25"
UNDISPOSED = (Status.REGISTERED, Status.PLAN_REQUIRED, Status.RECTIFYING, Status.SUBMITTED)


class PlanNeeded(Refused):
    """重大隐患须先有治理方案 · A major hazard is rectified by an accepted plan, not by a date alone."""


class NoticeMissing(Refused):
    """责令整改须有文书编号 · An order has a numbered notice."""


class NoticeNotOpen(Refused):
    """指令书不能再列责令 · Orders are given under a notice that has its number and was not served yet."""


class NotInNotice(Refused):
    """该隐患不在指令书中 · An order under a notice is for a hazard that it lists, once."""


class TermOfItsNotice(Refused):
    """文书编号和期限以指令书为准 · What stands in the notice is not said again otherwise."""


class NotSelfFound(MayNot):
    """企业只能对自查隐患自定期限 · An enterprise sets its own deadline only for what it found itself."""


class ReasonMissing(Refused):
    """变更责任人须说明理由 · A change of the responsible person needs a reason."""


class AdviseRectification(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "advice": "配电箱外壳做保护接地，接地电阻不大于4Ω",
                "basis": ["GB 50054-2011 5.2.1"],
                "standard": "接地电阻测试合格",
            }
        ]
    },
):
    """提出整改建议 · What to do, by which rule, to which standard; it orders nothing."""

    advice: Text
    basis: tuple[ShortText, ...] = Field(min_length=1)
    standard: Text | None = Field(None, description="验收标准")


class OrderRectification(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "deadline": "2026-12-10",
                "responsible": "p-301",
                "visit": EXAMPLE_VISIT,
                "notice": "余应急责改〔2026〕12号",
            },
            {
                "from_service": {"amount": 15, "unit": "days"},
                "responsible": "p-301",
                "visit": EXAMPLE_VISIT,
                "notice": "余应急责改〔2026〕13号",
            },
        ]
    },
):
    """责令整改 · From a visit, whose kind, officers and certificates are the order's; under a notice, its term too."""

    deadline: date | None = Field(None, description="整改期限，至当日24时；与自送达之日起的天数二者择一")
    from_service: DayLimit | None = Field(None, description="自送达之日起多少日内整改，送达当日不计")
    responsible: PersonId
    visit: EnterpriseId | None = Field(
        None, description="所依据的检查；检查类型、执法人员和执法证号取自该次检查。只有台账导入可以没有"
    )
    notice: ShortText | None = Field(None, description="责令限期整改指令书编号")
    notice_id: EnterpriseId | None = Field(
        None, description="列有该隐患的指令书；检查、编号和期限取自指令书，不再另填"
    )


class AskRectification(
    Ask, json_schema_extra={"examples": [{"deadline": "2026-12-10", "responsible": "p-301"}]}
):
    """要求整改 · A request, or the enterprise's own deadline for what it found itself."""

    deadline: date | None = Field(None, description="整改期限，至当日24时；不填即政策的默认期限")
    responsible: PersonId


class AssignResponsible(
    Ask, json_schema_extra={"examples": [{"responsible": "p-302", "reason": "原责任人离职"}]}
):
    """指定责任人 · A change needs a reason."""

    responsible: PersonId
    reason: Text | None = None


class UrgeRectification(
    Ask,
    json_schema_extra={"examples": [{"channel": "PHONE", "person": "p-301", "content": "提醒按期完成整改"}]},
):
    """督促整改 · Which way, whom, and what was said."""

    channel: UrgeChannel
    person: PersonId | None = None
    content: Text


def may_advise(hazard: Hazard, occasion: Occasion) -> None:
    """可否建议 · Until it is verified."""
    powers.check(powers.ADVISE, occasion)
    hazard.must_be(*UNDISPOSED, act="提出整改建议")


def advise_rectification(
    hazard: Hazard, ask: AdviseRectification, occasion: Occasion
) -> tuple[RectificationAdvised, ...]:
    """提出整改建议 · Each advice is a new revision."""
    may_advise(hazard, occasion)
    number, enterprise = hazard.registered
    revision = hazard.advice_revision + 1
    return (
        RectificationAdvised(number=number, enterprise=enterprise, revision=revision, **ask.model_dump()),
    )


def check_deadline(deadline: date, longest: int, occasion: Occasion) -> None:
    """期限检查 · After the day of the step, and no later than policy allows.

    Raises DateInvalid.
    """
    if deadline <= occasion.today:
        raise DateInvalid(f"整改期限须晚于 {occasion.today.isoformat()}")
    if deadline > occasion.days_on(longest):
        raise DateInvalid(f"整改期限最长 {longest} 天，不得晚于 {occasion.days_on(longest).isoformat()}")


def check_term(ask: OrderRectification, occasion: Occasion) -> None:
    """责令的期限 · A date, or days counted from service; either within the policy's longest. Raises DateInvalid."""
    if (ask.deadline is None) == (ask.from_service is None):
        raise DateInvalid("整改期限填写日期，或者填写自送达之日起的天数，二者择一")
    deadline = ask.deadline
    if ask.from_service is not None:
        deadline, _ = occasion.count(ask.from_service)
    if deadline is not None:
        check_deadline(deadline, occasion.policy.limits.general_max_days, occasion)


def check_orderable(hazard: Hazard, act: str) -> None:
    """处置前提 · A registered general hazard."""
    hazard.must_be(Status.REGISTERED, act=act)
    if hazard.level is Level.MAJOR:
        raise PlanNeeded


def may_order(hazard: Hazard, occasion: Occasion) -> None:
    """可否责令 · A registered general hazard, by an officer certified on that day."""
    powers.check(powers.ORDER, occasion)
    check_orderable(hazard, "责令整改")
    if occasion.lacks(Waiver.CERTIFICATES):
        powers.check_own_certificate(powers.ORDER, occasion)


def order_rectification(
    hazard: Hazard, ask: OrderRectification, occasion: Occasion
) -> tuple[RectificationOrdered, ...]:
    """责令整改 · A visit that may order with its two certified officers, a numbered notice, a deadline."""
    may_order(hazard, occasion)
    ask = by_notice(hazard, ask, occasion)
    behind = behind_order(hazard, ask.visit, occasion)
    check_term(ask, occasion)
    waived = check_papers(ask, behind, occasion)
    number, enterprise = hazard.registered
    evidence = Evidence.LEDGER if occasion.entry is Entry.LEDGER else Evidence.DOCUMENTS
    serving = occasion.policy.limits.notice_service if ask.from_service else None
    return (
        RectificationOrdered(
            number=number,
            enterprise=enterprise,
            service_due=occasion.count(serving)[0] if serving else None,
            visit_kind=behind.kind,
            officers=behind.officers,
            certificates=behind.certificates,
            evidence=evidence,
            waived=waived,
            **ask.model_dump(),
        ),
    )


def by_notice(hazard: Hazard, ask: OrderRectification, occasion: Occasion) -> OrderRectification:
    """据指令书 · Visit, number and term of an order under a grouped notice are the notice's; others stay as they are asked.

    Raises TermOfItsNotice, NoticeNotOpen, NotInNotice.
    """
    if ask.notice_id is None:
        return ask
    notice, (number, _) = occasion.notice, hazard.registered
    if notice is None:
        raise NotInNotice(f"没有找到该指令书，隐患「{number}」无从据以责令整改")
    if ask.notice is not None or ask.deadline is not None or ask.from_service is not None:
        raise TermOfItsNotice
    if ask.visit not in {None, notice.visit}:
        raise TermOfItsNotice(f"指令书 {notice.number} 依据的是另一次检查，检查以指令书为准")
    if notice.state is not NoticeState.NUMBERED:
        raise NoticeNotOpen(f"指令书处于「{notice.state.zh}」，编号以后、送达以前才能据以责令整改")
    item = notice.item(number)
    if item is None or item.state is not ItemState.PENDING:
        raise NotInNotice(f"隐患「{number}」不在指令书 {notice.number} 待责令的隐患之中")
    return ask.model_copy(
        update={
            "visit": notice.visit,
            "notice": notice.number,
            "deadline": item.deadline,
            "from_service": item.limit,
        }
    )


def check_papers(ask: OrderRectification, behind: Behind, occasion: Occasion) -> tuple[Waiver, ...]:
    """文书与证件 · The notice and the visit's certificates, or the waivers of a ledger row."""
    waived = occasion.waived(
        {Waiver.CERTIFICATES: not behind.certificates, Waiver.NOTICE: ask.notice is None}
    )
    if ask.notice is None and Waiver.NOTICE not in waived:
        raise NoticeMissing
    return waived


def may_ask(hazard: Hazard, occasion: Occasion) -> None:
    """可否要求 · A registered general hazard; an enterprise only what it found itself, a landlord what he found; an expert proposes."""
    powers.check_or_propose(powers.ASK, occasion)
    check_orderable(hazard, "要求整改")
    if occasion.of_enterprise and hazard.track(occasion.policy) is not Track.ENTERPRISE:
        raise NotSelfFound
    if occasion.role is Role.LND:
        check_landlord(hazard, occasion)
        if hazard.author != occasion.person:
            raise NotSelfFound("房东只能对自己检查发现的隐患要求承租方整改")


def ask_rectification(
    hazard: Hazard, ask: AskRectification, occasion: Occasion
) -> tuple[RectificationAsked | DecisionProposed, ...]:
    """要求整改 · The same deadline logic without the force of an order; policy's own days where none is named."""
    may_ask(hazard, occasion)
    limits = occasion.policy.limits
    deadline = ask.deadline or occasion.days_on(limits.general_default_days)
    check_deadline(deadline, limits.general_max_days, occasion)
    if powers.proposes(powers.ASK, occasion):
        return propose(hazard, ProposedAct.ASK, deadline=deadline, responsible=ask.responsible)
    number, enterprise = hazard.registered
    return (
        RectificationAsked(
            number=number,
            enterprise=enterprise,
            self_set=occasion.of_enterprise,
            deadline=deadline,
            responsible=ask.responsible,
        ),
    )


def may_assign(hazard: Hazard, occasion: Occasion) -> None:
    """可否指定 · Until the rectification is submitted."""
    powers.check(powers.ASSIGN, occasion)
    hazard.must_be(Status.REGISTERED, Status.PLAN_REQUIRED, Status.RECTIFYING, act="指定责任人")


def assign_responsible(
    hazard: Hazard, ask: AssignResponsible, occasion: Occasion
) -> tuple[ResponsibleAssigned, ...]:
    """指定责任人 · The first naming is free, a change has a reason."""
    may_assign(hazard, occasion)
    if hazard.responsible is not None and ask.reason is None:
        raise ReasonMissing
    number, enterprise = hazard.registered
    return (
        ResponsibleAssigned(
            number=number, enterprise=enterprise, previous=hazard.responsible, **ask.model_dump()
        ),
    )


def may_urge(hazard: Hazard, occasion: Occasion) -> None:
    """可否督促 · While something is still owed by the enterprise."""
    powers.check(powers.URGE, occasion)
    hazard.must_be(Status.REGISTERED, Status.PLAN_REQUIRED, Status.RECTIFYING, act="督促")


def urge_rectification(
    hazard: Hazard, ask: UrgeRectification, occasion: Occasion
) -> tuple[RectificationUrged, ...]:
    """督促整改 · While something is still owed by the enterprise."""
    may_urge(hazard, occasion)
    number, enterprise = hazard.registered
    return (RectificationUrged(number=number, enterprise=enterprise, **ask.model_dump()),)


Ordering = (
    RectificationAdvised
    | RectificationOrdered
    | RectificationAsked
    | ResponsibleAssigned
    | RectificationUrged
)


def evolve(hazard: Hazard, event: Ordering, on: date) -> Hazard:
    """演变 · What an ordering event changes; `on` is the local date of the step."""
    match event:
        case RectificationAdvised():
            return replace(hazard, advice_revision=event.revision)
        case RectificationOrdered() | RectificationAsked():
            return replace(
                hazard,
                status=Status.RECTIFYING,
                ordered=hazard.ordered or isinstance(event, RectificationOrdered),
                deadline=event.deadline,
                first_length=(event.deadline - on).days if event.deadline else None,
                responsible=event.responsible,
                noticed=event.notice_id if isinstance(event, RectificationOrdered) else hazard.noticed,
            )
        case ResponsibleAssigned():
            return replace(hazard, responsible=event.responsible)
        case RectificationUrged():
            return hazard
        case _:
            assert_never(event)
