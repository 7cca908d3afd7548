"""检查记录 · What the visit found, from its answers and finds; or in short, for what needs no steps before."""

from datetime import date

from pydantic import Field

from contracts.values import EnterpriseId, Entry, PersonId, Text, VisitKind
from contracts.visit import Finds, VisitRecorded, VisitState
from services.hazard.occasion import Ask, DateInvalid, Occasion
from services.hazard.policy.visiting import SC_54, Need
from services.hazard.refused import Refused
from services.hazard.visit.answering import OVER, form_of
from services.hazard.visit.party import check_enough, check_taking_part, check_visitor
from services.hazard.visit.state import Visit


class VisitAlreadyRecorded(Refused):
    """检查已记录 · This visit is on record."""


class FullVisitNeeded(Refused):
    """该类检查须先计划 · A kind that is approved beforehand is planned, approved and scanned in, not told afterwards."""


class ItemsUnanswered(Refused):
    """检查表没有填完 · A record names how every item of its form was found."""


class RecordVisit(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "enterprise": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
                "visit_kind": "GRID",
                "visited_on": "2026-11-20",
                "officers": ["p-9", "p-10"],
                "finds": 0,
            }
        ]
    },
):
    """记录检查 · Where, when, which kind, who, and how many finds: for patrols, own checks, and what a ledger tells."""

    enterprise: EnterpriseId
    visit_kind: VisitKind
    visited_on: date
    officers: tuple[PersonId, ...] = ()
    finds: Finds
    remark: Text | None = None
    campaign: EnterpriseId | None = Field(None, description="专项行动标识")
    plan: EnterpriseId | None = Field(None, description="服务计划标识")


class CompleteVisit(Ask, json_schema_extra={"examples": [{}, {"remark": "会同消防检查压铸车间与仓库"}]}):
    """记录检查结果 · The finds are the hazards that were drafted on the visit; none is a clean enterprise."""

    remark: Text | None = None


def record_visit(visit: Visit, ask: RecordVisit, occasion: Occasion) -> tuple[VisitRecorded, ...]:
    """记录检查 · Not in the future, at an enterprise that is on file, of a kind that needs no approval before."""
    check_visitor(ask.visit_kind, occasion)
    if visit.version:
        raise VisitAlreadyRecorded
    if ask.visited_on > occasion.today:
        raise DateInvalid("检查日期不得晚于今天")
    needs = occasion.policy.visit_kinds[ask.visit_kind].needs
    if Need.APPROVAL in needs and occasion.entry is not Entry.LEDGER:
        raise FullVisitNeeded(
            f"{ask.visit_kind.zh}须先计划、批准、扫码入企，再记录结果（{SC_54}）；以前的检查通过台账导入"
        )
    return (VisitRecorded(**ask.model_dump()),)


def complete_visit(visit: Visit, ask: CompleteVisit, occasion: Occasion) -> tuple[VisitRecorded, ...]:
    """记录检查结果 · By one of the visitors; every item answered, as many officers still there as the kind asks for."""
    visit.must_be(VisitState.STARTED, act="记录结果")
    check_visitor(visit.kind, occasion)
    check_taking_part(visit, occasion, "记录检查结果")
    if visit.needs(Need.CERTIFICATES, occasion.policy):
        check_enough(visit.present, occasion)
    check_answered(visit, occasion)
    hazards = tuple(key for key in visit.found if not is_over(key, occasion))
    return (
        VisitRecorded(
            enterprise=visit.enterprise or "",
            visit_kind=visit.kind,
            visited_on=visit.day,
            officers=tuple(one.person for one in visit.officers),
            finds=len(hazards),
            remark=ask.remark,
            hazards=hazards,
            participants=visit.participants,
            form=visit.form,
            campaign=visit.campaign,
            plan=visit.plan,
        ),
    )


def is_over(key: str, occasion: Occasion) -> bool:
    """不再计入 · A find that was voided or turned out to be none before the visit was recorded."""
    hazard = occasion.hazards.get(key)
    return hazard is not None and hazard.status in OVER


def check_answered(visit: Visit, occasion: Occasion) -> None:
    """填写完整 · Every item of the form has an answer. Raises ItemsUnanswered."""
    if visit.form is None:
        return
    missing = [item.id for item in form_of(visit, occasion).items if visit.answered(item.id) is None]
    if missing:
        raise ItemsUnanswered(f"检查表还有 {len(missing)} 项没有结论：{'、'.join(missing)}")
