"""演示的服务年 · A form that visits use, a service plan with its twelve cells, a campaign, and an expert's visit for both."""

from datetime import date
from typing import Any

from services.cli.demo_story import OF_SERVICE, Body, Story

ITEMS: tuple[dict[str, Any], ...] = (
    {
        "id": "1.1",
        "text": "配电箱外壳可靠接地",
        "category": "B04",
        "clause": "GB 50054-2011 第5.2.1条",
        "advice": "补做保护接地，接地电阻不大于4Ω",
        "weight": 3,
    },
    {
        "id": "1.2",
        "text": "疏散通道、安全出口畅通",
        "category": "B03",
        "clause": "《中华人民共和国消防法》第二十八条",
        "advice": "立即清理占用、堵塞疏散通道的物品",
    },
)


def publish_form(story: Story) -> Body:
    """检查表 · Published by the head; what a visit names of it."""
    body = {"name": "工贸企业用电和消防检查表", "items": list(ITEMS)}
    form = story.post("forms", body, story.of("head"))
    return {"form": form["id"], "version": 1}


def serve(story: Story, form: Body) -> str:
    """社会化服务 · A plan for the enterprise's year, a campaign that runs, a visit of its expert; gives the plan's id."""
    year = story.today.year
    plan = {
        "enterprise": story.enterprise,
        "year": year,
        "ground": "ABOVE_SIZE",
        "institution": OF_SERVICE,
        "contract": {
            "number": f"余应急服〔{year}〕3号",
            "buyer": "蜀山街道办事处",
            "scope": "隐患排查、督促整改、回头复查",
            "starts_on": date(year, 1, 1).isoformat(),
            "ends_on": date(year, 12, 31).isoformat(),
            "price_per_visit": 80_000,
        },
        "expert": story.ids["expert"],
        "specialties": ["MACHINERY"],
    }
    made = str(story.post("service-plans", plan, story.of("clerk"))["id"])
    story.tell(f"  {'service-plans':<22}已制定   {year}年服务计划")
    campaign = run_campaign(story, form)
    visit(story, made, campaign, form)
    return made


def run_campaign(story: Story, form: Body) -> str:
    """专项行动 · Of the town's mechanical enterprises, begun today."""
    body = {
        "division": story.town,
        "name": "用电安全专项整治",
        "kind": "SWEEP",
        "starts_on": story.day(0),
        "ends_on": story.day(60),
        "ordered_by": {
            "level": "TOWNSHIP",
            "body": "蜀山街道安委会",
            "document": f"蜀安委〔{story.today.year}〕5号",
        },
        "scope": {"divisions": [story.town], "industries": ["机械", "机械制造", "五金制品"]},
        "form": form,
    }
    campaign = str(story.post("campaigns", body, story.of("head"))["id"])
    who = story.of("head")
    version = story.web.get(f"/api/v1/campaigns/{campaign}", headers=who).headers["ETag"]
    story.post(f"campaigns/{campaign}/start", {}, who, version)
    story.tell(f"  {'campaigns/start':<22}进行中   {body['name']}")
    return campaign


def visit(story: Story, plan: str, campaign: str, form: Body) -> None:
    """专家检查 · Led by the town's clerk, by the form, nothing found: a clean visit fills its cell as well."""
    party = [
        {"person": story.ids["clerk"], "function": "COMPANION", "department": "镇应急办"},
        {"person": story.ids["expert"], "function": "EXPERT", "department": OF_SERVICE},
    ]
    body: Body = {"enterprise": story.enterprise, "visit_kind": "EXPERT", "planned_on": story.day(0)}
    body |= {"purpose": "本季度安全服务检查", "participants": party, "lead": story.ids["clerk"]}
    key = str(
        story.post(
            "visits/plan", body | {"plan": plan, "campaign": campaign, "form": form}, story.of("clerk")
        )["id"]
    )
    story.visit_step(key, "start", {}, "clerk")
    answers = [{"item": item["id"], "answer": "CONFORMS"} for item in ITEMS]
    story.visit_step(key, "answer-checklist", {"answers": answers}, "expert")
    story.visit_step(key, "record", {"remark": "检查表各项符合"}, "clerk")
    story.visit_step(key, "archive", {}, "clerk")
