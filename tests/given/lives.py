"""人生各阶段 · Lives brought to each stage, to begin stories from."""

from datetime import date, timedelta

from contracts.values import Level, PlanItem, RectificationPlan, Role, Source, VisitKind
from given.story import DPO, DPO2, ENT_M, ENT_S, ENTERPRISE, OTHER_PHOTO, PHOTO, SCO, TWO, VISIT, Life
from services.hazard.lifecycle.classifying import ClassifyHazard, classify_hazard
from services.hazard.lifecycle.ordering import (
    AskRectification,
    OrderRectification,
    ask_rectification,
    order_rectification,
)
from services.hazard.lifecycle.planning import (
    AcceptPlan,
    FilePlan,
    RequirePlan,
    accept_plan,
    file_plan,
    require_plan,
)
from services.hazard.lifecycle.rectifying import SubmitRectification, submit_rectification
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.reporting import CaptureHazard, SubmitHazard, capture_hazard, submit_hazard
from services.hazard.lifecycle.transferring import (
    AcceptTransfer,
    ReturnTransfer,
    TransferHazard,
    accept_transfer,
    return_transfer,
    transfer_hazard,
)

CLAUSE = "工贸10号令-13(1)"
ITEM = PlanItem(in_place=True, content="已落实")
PLAN = RectificationPlan(
    target=ITEM,
    responsibility=ITEM,
    measures=ITEM,
    funds=ITEM,
    time_limit=ITEM,
    emergency_plan=ITEM,
    in_governance_plan=ITEM,
)


def capturing(**more: object) -> CaptureHazard:
    fields = {
        "object": ENTERPRISE,
        "source": Source.SUPERVISION,
        "visit_kind": VisitKind.ADMIN,
        "place": "2号车间配电间",
        "category": "B04",
        "description": "配电箱外壳未做保护接地",
        "photos": (PHOTO,),
    }
    return CaptureHazard(**{**fields, **more})


def day(life: Life, days: int) -> date:
    return life.occasion(TWO).today + timedelta(days=days)


def captured(who: dict = TWO, **more: object) -> Life:
    return Life().when(capture_hazard, capturing(**more), who)


def registered(who: dict = TWO, **more: object) -> Life:
    return captured(who, **more).when(submit_hazard, SubmitHazard(), who)


def self_found() -> Life:
    return registered(ENT_S, source=Source.SELF_ENTERPRISE, visit_kind=VisitKind.SELF)


def ordering(life: Life, **more: object) -> OrderRectification:
    fields = {
        "deadline": day(life, 15),
        "responsible": "p-boss",
        "visit": VISIT,
        "notice": "余应急责改〔2026〕12号",
    }
    return OrderRectification(**{**fields, **more})


def ordered() -> Life:
    life = registered()
    return life.when(order_rectification, ordering(life), TWO)


def asked(life: Life | None = None, who: dict = TWO) -> Life:
    life = life or registered()
    return life.when(ask_rectification, AskRectification(deadline=day(life, 15), responsible="p-boss"), who)


def submitting(life: Life, **more: object) -> SubmitRectification:
    fields = {
        "measures": "已做保护接地",
        "completed_on": day(life, 0),
        "photos": (OTHER_PHOTO,),
        "cost": 120_000,
    }
    return SubmitRectification(**{**fields, **more})


def submitted(life: Life | None = None, who: dict = ENT_S, **more: object) -> Life:
    life = (life or ordered()).later(3)
    return life.when(submit_rectification, submitting(life, **more), who)


def verified(life: Life | None = None, who: dict = TWO) -> Life:
    return (life or submitted()).later(2).when(reinspect, Reinspect(result="pass", photos=(PHOTO,)), who)


def major() -> Life:
    ask = ClassifyHazard(level=Level.MAJOR, category="B09", clause=CLAUSE)
    return registered().when(classify_hazard, ask, TWO)


def plan_required() -> Life:
    return major().when(require_plan, RequirePlan(), DPO)


def plan_filed() -> Life:
    return plan_required().when(file_plan, FilePlan(plan=PLAN), ENT_M)


def plan_accepted() -> Life:
    life = plan_filed()
    ask = AcceptPlan(deadline=day(life, 60), responsible="p-boss", warning_sign=PHOTO)
    return life.when(accept_plan, ask, DPO)


def major_submitted() -> Life:
    return submitted(plan_accepted(), ENT_M, acceptance_report=PHOTO)


MAJOR_CERTIFICATES = (DPO["certificate"], DPO2["certificate"])
MAJOR_PASS = Reinspect(result="pass", photos=(PHOTO,), others=("p-dpo2",), certificates=MAJOR_CERTIFICATES)


def major_verified() -> Life:
    return major_submitted().later(2).when(reinspect, MAJOR_PASS, DPO)


DISTRICT = "330111000000"
FIRE = {
    "person": "p-fire",
    "role": Role.DPO,
    "organisation": "org-fire",
    "division": DISTRICT,
    "certificate": "33011199077",
}
WATER = {**FIRE, "person": "p-water", "organisation": "org-water"}


def transferring(to: dict = FIRE, **more: object) -> TransferHazard:
    fields = {
        "department": to["organisation"],
        "division": to["division"],
        "reason": "消防设施隐患，应由消防救援机构处理",
        "file": (PHOTO,),
    }
    return TransferHazard(**{**fields, **more})


def offered(life: Life | None = None, who: dict = TWO, to: dict = FIRE) -> Life:
    return (life or ordered()).when(transfer_hazard, transferring(to), who)


def handed_over(life: Life | None = None, to: dict = FIRE) -> Life:
    return offered(life, to=to).when(accept_transfer, AcceptTransfer(), to)


def given_back(life: Life | None = None, to: dict = FIRE) -> Life:
    return offered(life, to=to).when(return_transfer, ReturnTransfer(reason="不属本部门职责"), to)


def at_committee() -> Life:
    return given_back(given_back(), to=WATER)


def assigned() -> Life:
    return offered(at_committee(), SCO)
