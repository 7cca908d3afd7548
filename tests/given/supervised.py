"""挂牌与措施 · Major lives on a list and under interim measures, to begin stories from."""

from contracts.regions import MeasureKind, SupervisionLevel
from contracts.values import Role
from given.lives import day, major_submitted, plan_accepted
from given.story import DPL, DPO, DPO2, ENT_M, PHOTO, TWO, Life
from services.hazard.lifecycle.lifting import (
    LiftInterimMeasure,
    RequestLift,
    lift_interim_measure,
    request_lift,
)
from services.hazard.lifecycle.measuring import (
    ImposeInterimMeasure,
    impose_interim_measure,
)
from services.hazard.lifecycle.supervising import (
    AcceptListed,
    Delist,
    ListForSupervision,
    RequestAcceptance,
    accept_listed,
    delist,
    list_for_supervision,
    request_acceptance,
)

SCO = {"person": "p-sco", "role": Role.SCO, "organisation": "org-committee"}
OTHER_DPL = {**DPL, "person": "p-far", "organisation": "org-other"}
OTHER_DPO = {**DPO, "person": "p-fardpo", "organisation": "org-other"}
CERTIFICATES = (DPO["certificate"], DPO2["certificate"])
TOWN_CERTIFICATES = (TWO["certificate"], "33011100124")


def listing(life: Life, **more: object) -> ListForSupervision:
    fields = {
        "level": SupervisionLevel.COUNTY,
        "notice": "余安委督字〔2026〕3号",
        "unit": "余杭区应急管理局",
        "signed_by": "p-leader",
        "deadline": day(life, 180),
    }
    return ListForSupervision(**{**fields, **more})


def listed(life: Life | None = None, who: dict = SCO, **more: object) -> Life:
    life = life or plan_accepted()
    return life.when(list_for_supervision, listing(life, **more), who)


ASK_ACCEPTANCE = RequestAcceptance(statement="隐患已消除", application=PHOTO)
ACCEPT = AcceptListed(result="pass", opinion="验收合格", others=("p-dpo2",), photos=(PHOTO,))
DELIST = Delist(notice="余安委督字〔2026〕9号")


def acceptance_requested(who: dict = SCO) -> Life:
    return listed(major_submitted(), who).when(request_acceptance, ASK_ACCEPTANCE, ENT_M)


def accepted(who: dict = SCO) -> Life:
    return acceptance_requested(who).when(accept_listed, ACCEPT, DPO)


def delisted(who: dict = SCO) -> Life:
    return accepted(who).when(delist, DELIST, who)


def imposing(**more: object) -> ImposeInterimMeasure:
    fields = {
        "kinds": (MeasureKind.PARTIAL_STOP,),
        "extent": "3号车间有限空间",
        "notice": "余应急现决〔2026〕8号",
        "certificates": CERTIFICATES,
    }
    return ImposeInterimMeasure(**{**fields, **more})


def own_measure(**more: object) -> ImposeInterimMeasure:
    return ImposeInterimMeasure(kinds=(MeasureKind.STOP_EQUIPMENT,), extent="2号配电箱", **more)


def emergency(**more: object) -> ImposeInterimMeasure:
    fields = {
        "kinds": (MeasureKind.EVACUATE,),
        "emergency": True,
        "notice": None,
        "certificates": TOWN_CERTIFICATES,
        "reported_to": "余杭区应急管理局",
    }
    return imposing(**{**fields, **more})


def imposed(life: Life | None = None, **more: object) -> Life:
    return (life or plan_accepted()).when(impose_interim_measure, imposing(**more), DPO)


ASK_LIFT = RequestLift(statement="隐患已消除，申请恢复生产")
LIFT = LiftInterimMeasure(
    opinion="同意恢复生产", others=("p-dpo2",), certificates=CERTIFICATES, photos=(PHOTO,)
)


def lift_requested() -> Life:
    return imposed(major_submitted()).when(request_lift, ASK_LIFT, ENT_M)


def lifted() -> Life:
    return lift_requested().when(lift_interim_measure, LIFT, DPO)
