"""给定 · One hazard with thirty events, of nearly every kind, as the log would keep them; photographs, and a description to beware of."""

from datetime import date, timedelta

from contracts import hazard as life
from contracts.values import (
    CauseClass,
    Coordinates,
    Entry,
    Evidence,
    Level,
    PlanItem,
    RectificationPlan,
    ReinspectionMode,
    UrgeChannel,
)
from given.street import Life, Street, at

PHOTO = "sha256:" + "a" * 64
OTHER_PHOTO = "sha256:" + "b" * 64
DANGEROUS = "配电箱外壳未做保护接地<script>alert('x')</script> & <b>箱内接线裸露</b>"
PLAN = RectificationPlan(
    **dict.fromkeys(
        (
            *("target", "responsibility", "measures", "funds", "time_limit"),
            "emergency_plan",
            "in_governance_plan",
        ),
        PlanItem(in_place=True, content="按方案落实，专人负责"),
    )
)


def long_life(street: Street) -> Life:
    """Thirty events: found, made major, planned, put right three times, struck off."""
    lived = street.enterprise("某某五金厂").hazard(DANGEROUS)
    _found(lived)
    _planned(lived)
    _put_right(lived)
    return lived


def _found(lived: Life) -> None:
    where = Coordinates(longitude=120.301, latitude=30.421, datum="CGCS2000")
    lived.captured("2026-06-03", "p-71", photos=(PHOTO, OTHER_PHOTO), coordinates=where, officer_present=True)
    submitted = life.HazardSubmitted(
        place="2号车间",
        category="B04",
        description=DANGEROUS,
        photos=(PHOTO, OTHER_PHOTO),
        evidence=Evidence.PHOTOS,
    )
    lived.tell(submitted, "2026-06-03", "p-71").waiting("2026-06-03", "p-71").registered("2026-06-03")
    known = lived.known
    lived.tell(life.HazardConfirmed(**known, note="现场核实属实"), "2026-06-03")
    lived.tell(
        life.HazardClassified(
            **known, level=Level.GENERAL, category="B04", cause=CauseClass.CONDITION, clause="GB 50054 5.2.1"
        ),
        "2026-06-03",
    )
    advice = "加装保护接地，更换箱内裸露导线，定期检查。"
    lived.tell(
        life.RectificationAdvised(**known, revision=1, advice=advice, basis=("GB 50054-2011 5.2.1",)),
        "2026-06-03",
        "p-71",
    )
    lived.ordered("2026-06-03", "2026-06-18")
    lived.tell(
        life.ResponsibleAssigned(**known, responsible="p-301", previous="p-300"), "2026-06-04", "p-300"
    )
    lived.tell(life.ProgressReported(**known, progress="已购买材料", photos=(PHOTO,)), "2026-06-08", "p-301")
    lived.tell(
        life.RectificationUrged(**known, channel=UrgeChannel.PHONE, person="p-301", content="请按期完成"),
        "2026-06-12",
    )


def _planned(lived: Life) -> None:
    lived.upgraded("2026-06-13")
    known = lived.known
    lived.tell(life.PlanFiled(**known, plan=PLAN), "2026-06-16", "p-300")
    lived.tell(life.PlanReturned(**known, reason="资金未落实"), "2026-06-17", "p-50")
    lived.tell(life.PlanFiled(**known, plan=PLAN), "2026-06-18", "p-300")
    accepted = life.PlanAccepted(**known, deadline=date(2026, 7, 30), responsible="p-300", warning_sign=PHOTO)
    lived.tell(accepted, "2026-06-19", "p-50")


def _put_right(lived: Life) -> None:
    lived.submitted("2026-06-25").failed("2026-06-27", "2026-07-05")
    lived.submitted("2026-07-04")
    known = lived.known
    remote = life.ReinspectionPassed(
        **known,
        round=2,
        mode=ReinspectionMode.ON_SITE,
        inspectors=("p-50", "p-9"),
        photos=(OTHER_PHOTO,),
        remark="已整改",
    )
    lived.tell(remote, "2026-07-06", "p-50").closed("2026-07-07", "p-50").reopened("2026-07-20", "2026-08-01")
    late = at("2026-07-28") + timedelta(hours=5)
    lived.marks = {"entry": Entry.OFFLINE, "time": late}
    lived.tell(life.ProgressReported(**known, progress="重新拧紧并加防松垫片"), "2026-07-27", "p-301")
    lived.marks = {}
    lived.submitted("2026-07-28").passed("2026-07-29").closed("2026-07-30", "p-50")
