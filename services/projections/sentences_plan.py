"""服务计划履历用语 · What a service plan says and how it changed, as an official would write it: one function for each event."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts import service_plan as plan
from contracts.envelope import Event
from contracts.service_plan import AssignedExpert, QuarterDuty, ServiceContract, ServiceDuty
from services.projections.phrases import add, name
from services.projections.reading import Names
from services.projections.shanghai import date_words


def _contract(contract: ServiceContract) -> str:
    return f"合同{contract.number}（{date_words(contract.starts_on)}至{date_words(contract.ends_on)}）"


def _expert(expert: AssignedExpert, names: Names) -> str:
    reason = expert.mismatch_reason and f"（专业与企业不符，指派理由：{expert.mismatch_reason}）"
    return f"{name(expert.person, names)}{reason or ''}"


def _times(owed: Mapping[ServiceDuty, int]) -> str:
    """各1次 where all three are owed as often, else each by itself."""
    if len(set(owed.values())) == 1:
        return f"各{next(iter(owed.values()))}次"
    return "、".join(f"{duty.zh}{times}次" for duty, times in owed.items())


def _duties(duties: tuple[QuarterDuty, ...]) -> str:
    year = {duty: sum(one.owed(duty) for one in duties) for duty in ServiceDuty}
    quarters = "，".join(
        f"第{one.quarter}季度{_times({duty: one.owed(duty) for duty in ServiceDuty})}" for one in duties
    )
    three = "、".join(duty.zh for duty in ServiceDuty)
    return f"全年{three}{_times(year)}（{quarters}）"


def _made(event: plan.ServicePlanMade, names: Names) -> str:
    return add(
        f"制定{event.year}年服务计划：由{event.institution}服务，专家{_expert(event.expert, names)}",
        f"纳入依据：{event.ground.zh}",
        event.document,
        _contract(event.contract),
        _duties(event.duties),
        event.duties_reason and f"次数与政策不同的理由：{event.duties_reason}",
    )


def _proposed(event: plan.ExpertChangeProposed, names: Names) -> str:
    former = name(event.former, names)
    return f"提议将服务专家由{former}更换为{_expert(event.expert, names)}：{event.reason}"


def _changed(event: plan.ExpertChanged, names: Names) -> str:
    former, asked = name(event.former, names), name(event.proposed_by, names)
    changed = f"批准将服务专家由{former}更换为{_expert(event.expert, names)}"
    return f"{changed}，由{asked}提议：{event.reason}"


def _refused(event: plan.ExpertChangeRefused, names: Names) -> str:
    asked = name(event.proposed_by, names)
    return f"不同意{asked}关于更换为{name(event.expert, names)}的提议：{event.reason}"


def _institution(event: plan.InstitutionChanged, names: Names) -> str:
    return add(
        f"将服务机构由{event.former}更换为{event.institution}：{event.reason}",
        f"专家{_expert(event.expert, names)}",
        _contract(event.contract),
    )


def _owed(event: plan.DutiesChanged, names: Names) -> str:
    return f"调整服务次数为{_duties(event.duties)}：{event.reason}"


def _ended(event: plan.ServicePlanEnded, names: Names) -> str:
    return f"终止{event.year}年服务计划，服务至{date_words(event.ends_on)}：{event.reason}"


# 用语表 · Each function takes the event it stands beside, hence Any.
PLAN_SENTENCES: Mapping[type[Event], Callable[[Any, Names], str]] = {
    plan.ServicePlanMade: _made,
    plan.ExpertChangeProposed: _proposed,
    plan.ExpertChanged: _changed,
    plan.ExpertChangeRefused: _refused,
    plan.InstitutionChanged: _institution,
    plan.DutiesChanged: _owed,
    plan.ServicePlanEnded: _ended,
}
