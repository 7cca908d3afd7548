"""专项行动命令 · Commands on campaigns, and what their rules lean on."""

from dataclasses import replace
from functools import partial

from services.hazard import campaign
from services.hazard.campaign import Campaign, PlanCampaign
from services.hazard.command_row import CommandRow
from services.hazard.division_tree import check_in_force
from services.hazard.handling import Decision, Done, Handling, Sender
from services.hazard.hazards import ENTERPRISE, Leaning, OutOfScope
from services.hazard.occasion import Ask, Occasion
from services.hazard.on_purpose import CAMPAIGN
from services.hazard.policies import DIVISIONS, TREE
from services.hazard.recalling import NotFound
from services.hazard.store import stream_of
from services.hazard.visits import on_form

COMMANDS: tuple[CommandRow, ...] = (
    CommandRow("revise", campaign.ReviseCampaign, campaign.revise_campaign, "修改行动方案"),
    CommandRow(
        "change-targets", campaign.ChangeCampaignTargets, campaign.change_campaign_targets, "调整行动目标"
    ),
    CommandRow("start", campaign.StartCampaign, campaign.start_campaign, "启动专项行动"),
    CommandRow(
        "begin-closing", campaign.BeginClosingCampaign, campaign.begin_closing_campaign, "专项行动收尾"
    ),
    CommandRow("evaluate", campaign.EvaluateCampaign, campaign.evaluate_campaign, "总结专项行动"),
)
AIMING = (campaign.PlanCampaign, campaign.ReviseCampaign, campaign.ChangeCampaignTargets)


async def plan(handling: Handling, sender: Sender, key: str, ask: PlanCampaign) -> Done:
    """部署专项行动 · In a division in reach that is in force."""

    async def decide(state: Campaign, occasion: Occasion) -> Decision:
        if not sender.scope.covers(ask.division, None):
            raise OutOfScope
        occasion.check_time(None)
        tree = await handling.lean_on(DIVISIONS, TREE)
        check_in_force(tree, ask.division, occasion.today)
        occasion, leans = await aimed(handling, ask, occasion)
        events = campaign.plan_campaign(state, ask, occasion)
        leans[stream_of(DIVISIONS.subject(TREE))] = tree.version
        return Decision(events=events, division=ask.division, leans=leans)

    return await handling.handle(sender, CAMPAIGN, key, decide, told)


async def change(handling: Handling, sender: Sender, key: str, command: CommandRow, ask: Ask) -> Done:
    """办理专项行动命令 · Any row of COMMANDS."""

    async def decide(state: Campaign, occasion: Occasion) -> Decision:
        occasion.check_time(state.last_at)
        occasion, leans = await aimed(handling, ask, occasion)
        return Decision(events=command.rule(state, ask, occasion), division=state.place, leans=leans)

    return await handling.handle(sender, CAMPAIGN, key, decide, told, partial(check_reach, sender=sender))


async def aimed(handling: Handling, ask: Ask, occasion: Occasion) -> Leaning:
    """目标和检查表 · The files of the enterprises that are named, and the form; what becomes of a file takes no target away."""
    if not isinstance(ask, AIMING):
        return occasion, {}
    files = {key: await handling.lean_on(ENTERPRISE, key) for key in ask.targets.enterprises}
    named = ask.form if isinstance(ask, campaign.CampaignPlan) else None
    return await on_form(handling, named, replace(occasion, files=files))


def check_reach(state: Campaign, sender: Sender) -> None:
    """管辖检查 · A campaign of a division outside the caller's does not exist for changing."""
    if state.stage is None or not sender.scope.covers(state.place, None):
        raise NotFound("专项行动")


def told(state: Campaign) -> dict[str, str]:
    """回执 · The stage."""
    return {"status": state.stage.value} if state.stage else {}
