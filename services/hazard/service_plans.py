"""服务计划命令 · Commands on the plan of an enterprise's year, and what its rules lean on."""

from dataclasses import replace
from functools import partial
from uuid import UUID

from contracts.service_plan import plan_id
from services.hazard.command_row import CommandRow
from services.hazard.enterprises import check_reach as check_enterprise
from services.hazard.handling import Decision, Done, Handling, Sender
from services.hazard.hazards import PERSON, known_enterprise
from services.hazard.occasion import Ask, Occasion
from services.hazard.on_purpose import SERVICE_PLAN
from services.hazard.recalling import NotFound
from services.hazard.service_plan import changing
from services.hazard.service_plan.making import MakeServicePlan, make_service_plan
from services.hazard.service_plan.matching import Assigning
from services.hazard.service_plan.state import ServicePlan
from services.hazard.store import stream_of

COMMANDS: tuple[CommandRow, ...] = (
    CommandRow(
        "propose-expert-change", changing.ProposeExpertChange, changing.propose_expert_change, "提议更换专家"
    ),
    CommandRow(
        "approve-expert-change", changing.ApproveExpertChange, changing.approve_expert_change, "批准更换专家"
    ),
    CommandRow(
        "refuse-expert-change", changing.RefuseExpertChange, changing.refuse_expert_change, "不同意更换专家"
    ),
    CommandRow("change-institution", changing.ChangeInstitution, changing.change_institution, "更换服务机构"),
    CommandRow("change-duties", changing.ChangeDuties, changing.change_duties, "调整服务次数"),
    CommandRow("end", changing.EndServicePlan, changing.end_service_plan, "终止服务计划"),
)


async def make(handling: Handling, sender: Sender, ask: MakeServicePlan) -> Done:
    """制定服务计划 · For an enterprise in reach; its id follows from enterprise and year, so there is one."""

    async def decide(state: ServicePlan, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        enterprise = await known_enterprise(handling, ask.enterprise)
        check_enterprise(enterprise, sender)
        occasion, leans = await lean_on_expert(handling, occasion, ask.expert)
        leans[stream_of(f"enterprise/{ask.enterprise}")] = enterprise.version
        events = make_service_plan(state, ask, replace(occasion, enterprise=enterprise))
        return Decision(events=events, division=enterprise.division, leans=leans)

    return await handling.handle(sender, SERVICE_PLAN, plan_id(ask.enterprise, ask.year), decide, warned)


async def change(handling: Handling, sender: Sender, key: str, command: CommandRow, ask: Ask) -> Done:
    """办理服务计划命令 · Any row of COMMANDS."""

    async def decide(state: ServicePlan, occasion: Occasion) -> Decision:
        occasion.check_time(state.last_at)
        occasion, leans = await lean(handling, state, ask, occasion)
        return Decision(events=command.rule(state, ask, occasion), division=state.division, leans=leans)

    assigns = isinstance(ask, Assigning | changing.ApproveExpertChange)
    tell, reach = warned if assigns else silent, partial(check_reach, sender=sender)
    return await handling.handle(sender, SERVICE_PLAN, key, decide, tell, reach)


def silent(_: ServicePlan) -> dict[str, str]:
    """无提示 · For commands that assign nobody."""
    return {}


def check_reach(state: ServicePlan, sender: Sender) -> None:
    """管辖检查 · Somebody else's plan does not exist for the caller."""
    if state.enterprise is None or not sender.scope.covers(state.division, state.enterprise):
        raise NotFound("服务计划")


Leaning = tuple[Occasion, dict[UUID, int]]


async def lean(handling: Handling, state: ServicePlan, ask: Ask, occasion: Occasion) -> Leaning:
    """依据 · The file of who is served and the appointments of who is to serve, where the rule looks at them."""
    if isinstance(ask, Assigning) and state.enterprise is not None:
        enterprise = await known_enterprise(handling, state.enterprise)
        occasion, leans = await lean_on_expert(handling, occasion, ask.expert)
        leans[stream_of(f"enterprise/{state.enterprise}")] = enterprise.version
        return replace(occasion, enterprise=enterprise), leans
    if isinstance(ask, changing.ApproveExpertChange) and state.proposal is not None:
        return await lean_on_expert(handling, occasion, state.proposal.expert.person)
    return occasion, {}


async def lean_on_expert(handling: Handling, occasion: Occasion, expert: str) -> Leaning:
    """专家任职 · What appointments there ever were of who is to serve."""
    appointments = await handling.lean_on(PERSON, expert)
    on_record = {expert: appointments.ever} if appointments.ever else {}
    leans = {stream_of(PERSON.subject(expert)): appointments.version}
    return replace(occasion, on_record=on_record), leans


def warned(state: ServicePlan) -> dict[str, str]:
    """提示 · That the expert's specialties do not fit, or the one's who is proposed."""
    expert = state.proposal.expert if state.proposal else state.expert
    if expert is None or expert.mismatch_reason is None:
        return {}
    return {
        "warning": f"专家 {expert.person} 的专业与企业的行业、风险标签不符，已按所填理由保存：{expert.mismatch_reason}"
    }
