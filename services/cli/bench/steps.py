"""各种一生 · What happens to hazards, visits and notices, step by step, and how often each kind of life is lived.

Each step is proved against the contract when this module is imported; what is written from it differs only in ids,
numbers, dates and in what was found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from contracts import enterprise as firm
from contracts import hazard as life
from contracts import notice as order
from contracts import visit
from contracts.envelope import Event
from contracts.numbering import DocumentKind
from contracts.regions import EscalationLevel, EscalationReason
from contracts.terms import ServiceMethod
from contracts.values import (
    Evidence,
    Level,
    ReinspectionMode,
    ReopenReason,
    RiskColour,
    Role,
    SizeClass,
    Source,
    Track,
    UrgeChannel,
    VisitKind,
)
from services.cli.bench.lives import ADVICE, BASIS, CERTIFICATES, OFFICERS, PARTY, PHOTO

SOME_ID: Final = "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10"
SOME_DAY: Final = date(2026, 6, 3)
OFFICER, LEADER, OWNER, SYSTEM = (
    (OFFICERS[0], Role.TWO),
    ("p-lead", Role.TWL),
    ("p-301", Role.ENT_S),
    ("p-sys", Role.SYS),
)

# 所见 · What differs from one find to the next: category, place, description.
FINDS: Final = (
    (
        "B04",
        "2号车间东侧配电间",
        "配电箱外壳未做保护接地，箱门缺失且未张贴当心触电标志，箱前堆放纸箱等可燃物",
    ),
    ("B03", "一层成品仓库西门", "安全出口被货架占用，疏散指示标志损坏，应急照明灯断电后不亮"),
    ("B01", "冲压车间3号机台", "冲床光电保护装置失效，双手启动按钮被短接，操作人员可单手启动"),
    ("B06", "喷漆房外侧化学品暂存间", "油漆、稀释剂超量存放，未设防爆照明，通风装置未运行，未见泄漏应急物资"),
    ("B09", "厂区北侧污水处理站", "有限空间未设警示标志，未进行通风检测即安排人员清淤，现场无监护人员"),
    ("B02", "装卸区", "叉车未年检，驾驶员未系安全带，倒车警报器损坏，行驶路线与人行通道未分隔"),
    ("A05", "安全管理办公室", "新入职员工三级安全教育记录不全，缺少车间级培训及考核记录"),
    ("A07", "门卫室", "应急预案三年未修订，未按计划组织演练，应急物资台账与实物不符"),
    ("B05", "打磨车间", "除尘器未接地，积尘未及时清理，作业人员未佩戴防尘口罩"),
    ("B07", "厂房二楼平台", "平台临边防护栏杆缺失，孔洞未加盖板，楼梯踏步松动"),
    ("A03", "综合管理部", "主要负责人安全生产责任制未签订，岗位责任清单未公示"),
    ("B08", "屋面光伏检修区域", "登高作业未系安全带，未办理高处作业审批，现场未拉警戒线"),
)
SOURCES: Final = (
    (6, Source.SUPERVISION, VisitKind.ADMIN),
    (2, Source.EXPERT, VisitKind.EXPERT),
    (1, Source.GRID, VisitKind.GRID),
)
INDUSTRIES: Final = ("机械制造", "轻工", "建材", "纺织", "有色", "商贸", "仓储物流")
SIZES: Final = (SizeClass.MICRO, SizeClass.BELOW, SizeClass.BELOW, SizeClass.ABOVE)
COLOURS: Final = (RiskColour.BLUE, RiskColour.BLUE, RiskColour.YELLOW, RiskColour.ORANGE, RiskColour.RED)

# 样值 · A value for everything that is told of one and not of another, so that a step can be proved.
SAMPLE: Final[Mapping[str, Any]] = {  # as JSON has it
    "number": "HZ-330111-2026-000001",
    "enterprise": SOME_ID,
    "object": SOME_ID,
    "enterprise_name": "蜀山精密机械有限公司",
    "visit": SOME_ID,
    "visit_kind": VisitKind.ADMIN,
    "source": Source.SUPERVISION,
    "category": "B04",
    "place": "2号车间",
    "description": "配电箱外壳未做保护接地",
    "notice": "（杭滨）应急责改〔2026〕1号",
    "notice_id": SOME_ID,
    "hazards": (SOME_ID,),
    "items": ({"hazard": SOME_ID, "number": "HZ-330111-2026-000001", "deadline": SOME_DAY.isoformat()},),
    "n": 1,
    "finds": 3,
    "name": "蜀山精密机械有限公司",
    "division": "330111005000",
    "industry": "机械制造",
    "size_class": SizeClass.BELOW,
    "colour": RiskColour.BLUE,
    "cost": 120_000,
}


@dataclass(frozen=True, slots=True)
class Step:
    """一步 · An event, so many days after the life began, by somebody in a role.

    `takes` are the fields that are told of the one it happens to, `dates` those that are so many days after the step.
    """

    after: float
    event: type[Event]
    by: tuple[str, Role]
    data: Mapping[str, Any]  # the others, as JSON
    takes: tuple[str, ...]
    dates: Mapping[str, int] = field(default_factory=dict)


def step(
    after: float,
    event: type[Event],
    by: tuple[str, Role] = OFFICER,
    dates: Mapping[str, int] | None = None,
    **said: object,
) -> Step:
    """一步 · Proved against the contract. Raises ValidationError."""
    dates = dates or {}
    given = {name for name in event.model_fields if name not in said and name not in dates}
    takes = tuple(name for name in SAMPLE if name in given)
    whole = {name: SAMPLE[name] for name in takes} | dict.fromkeys(dates, SOME_DAY) | said
    data = event.model_validate(whole).model_dump(mode="json", exclude_none=True)
    return Step(after, event, by, {name: data[name] for name in data if name in said}, takes, dates)


ON_SITE: Final[Mapping[str, Any]] = {
    "mode": ReinspectionMode.ON_SITE,
    "inspectors": OFFICERS,
    "photos": (PHOTO,),
}
FOUND = (
    step(0, life.HazardCaptured, advice=ADVICE, basis=BASIS, photos=(PHOTO,)),
    step(0.01, life.HazardSubmitted, photos=(PHOTO,), evidence=Evidence.PHOTOS),
)
REGISTERED = (
    *FOUND,
    step(0.02, life.HazardRegistered, dates={"found_on": 0}, level=Level.GENERAL, track=Track.AUTHORITY),
)
CONFIRMED = (*REGISTERED, step(0.03, life.HazardConfirmed, note="现场核实属实"))
ORDERED = (
    step(0.1, life.HazardClassified, level=Level.GENERAL),
    step(
        1,
        life.RectificationOrdered,
        dates={"deadline": 30},
        responsible="p-301",
        certificates=CERTIFICATES,
        officers=OFFICERS,
    ),
)
EXTENDED = (
    step(
        18,
        life.ExtensionRequested,
        OWNER,
        {"wanted": 30, "former": 13, "answer_due": 5},
        reason="配件采购周期较长",
        protection="设置警戒区并派专人看守",
        counted={"since": "2026-06-03", "limit": {"amount": 5, "unit": "days"}},
    ),
    step(20, life.ExtensionGranted, LEADER, {"deadline": 28, "former": 11}, remark="同意延期"),
)
URGED = (
    step(5, life.ResponsibleAssigned, OWNER, responsible="p-302", reason="由新任车间主任负责整改"),
    step(8, life.RectificationUrged, channel=UrgeChannel.PHONE, person="p-302", content="提醒按期完成整改"),
)
MISSED = (
    step(32, life.DeadlineMissed, SYSTEM, {"deadline": -1}, round=1, deadline_version=5),
    step(
        33,
        life.HazardEscalated,
        SYSTEM,
        {"deadline": -2},
        level=EscalationLevel.LEADER,
        reason=EscalationReason.OVERDUE,
    ),
)


def progress(after: float) -> Step:
    """进展 · The enterprise says how far it is."""
    return step(after, life.ProgressReported, OWNER, progress=ADVICE, photos=(PHOTO,))


def submitted(after: float, number: int = 1) -> Step:
    """整改完成 · In a round."""
    dates = {"completed_on": 0, "reinspection_due": 10}
    return step(
        after,
        life.RectificationSubmitted,
        OWNER,
        dates,
        round=number,
        measures=ADVICE,
        photos=(PHOTO,),
    )


def passed(after: float, number: int = 1) -> tuple[Step, ...]:
    """合格销号 · In a round."""
    return (
        step(after, life.ReinspectionPassed, round=number, certificates=CERTIFICATES, **ON_SITE),
        step(
            after + 1, life.HazardClosed, round=number, track=Track.AUTHORITY, remark="现场复查合格，予以销号"
        ),
    )


def again(after: float, number: int) -> tuple[Step, ...]:
    """又一轮 · Begun, put right, passed, struck off."""
    started = step(after, life.RoundStarted, dates={"deadline": 15}, round=number, responsible="p-301")
    return (started, progress(after + 5), submitted(after + 10, number), *passed(after + 13, number))


DONE = (progress(10), submitted(22), *passed(26))
FAILED = step(26, life.ReinspectionFailed, round=1, remark="接地线松动，警示标志仍缺", **ON_SITE)
REOPENED = step(60, life.HazardReopened, reason=ReopenReason.RELAPSE, remark="回头看发现隐患复发")
MAJOR = (
    step(0.1, life.HazardClassified, level=Level.MAJOR, clause="工贸重大判定标准第3条"),
    step(0.2, life.MajorHazardRegistered, report_due="2026-06-04T09:30:00+08:00", clause="第3条"),
    step(1, life.PlanRequired, dates={"plan_due": 14}),
    step(10, life.PlanFiled, ("p-300", Role.ENT_M)),
    step(14, life.PlanAccepted, ("p-50", Role.DPO), {"deadline": 45}, responsible="p-301"),
    progress(30),
    submitted(50),
    *passed(56),
)
LIVES: Final[tuple[tuple[int, tuple[Step, ...]], ...]] = (
    (44, (*REGISTERED, *ORDERED, *DONE)),
    (10, (*CONFIRMED, *ORDERED, *DONE)),
    (10, (*REGISTERED, *ORDERED, *URGED, *DONE)),
    (10, (*REGISTERED, *ORDERED, progress(10), *EXTENDED, submitted(40), *passed(44))),
    (8, (*REGISTERED, *ORDERED, progress(10), submitted(22), FAILED, *again(26.5, 2))),
    (3, (*REGISTERED, *ORDERED, *DONE, REOPENED, *again(60.5, 2))),
    (4, (*REGISTERED, *ORDERED, *MISSED, submitted(38), *passed(40))),
    (
        8,
        (
            *REGISTERED,
            step(0.05, life.FixedOnSpot, measures=ADVICE, fixed_by="p-301", witness="p-two", verified=True),
            step(1, life.HazardClosed, round=1, track=Track.AUTHORITY),
        ),
    ),
    (2, (*REGISTERED, *MAJOR)),
    (1, (*FOUND, step(1, life.HazardRejected, reason="现场核实，不构成隐患"))),
)
"""Lives with how often they are lived, in a hundred."""

VISIT = (
    step(-3, visit.VisitPlanned, dates={"planned_on": 3}, hazards=(), purpose="安全生产专项检查", participants=PARTY, lead=OFFICERS[0]),
    step(-2, visit.VisitApproved, LEADER, number="余应急检批〔2026〕31号"),
    step(-0.01, visit.VisitStarted, dates={"visited_on": 0}, participants=PARTY),
    step(0.05, visit.VisitRecorded, dates={"visited_on": 0}, officers=OFFICERS, participants=PARTY),
)  # fmt: skip
NOTICE = (
    step(0.2, order.NoticeDrafted, office="org-town", kind=DocumentKind.RECTIFICATION_ORDER),
    step(0.9, order.NoticeNumbered, office="org-town", kind=DocumentKind.RECTIFICATION_ORDER, year=2026),
    step(
        1.5,
        order.NoticeServed,
        dates={"served_on": 0},
        method=ServiceMethod.DIRECT,
        recipient="p-301",
        place="门卫室",
        state=order.NoticeState.SERVED,
    ),
)
ENTERPRISE = (
    step(0, firm.EnterpriseRegistered, village="东村", address="滨安路688号"),
    step(1, firm.EnterpriseGraded, reason="年度风险评估"),
    step(2, firm.ResponsiblePersonNamed, post="MAIN", person="p-300"),
)
