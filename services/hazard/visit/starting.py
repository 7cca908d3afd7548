"""入企 · The visit begins: approved, scanned in, with enough officers, within the year's number."""

from pydantic import Field

from contracts.values import Coordinates, ShortText, Text
from contracts.visit import CapExemption, FormVersion, VisitStarted, VisitState
from services.hazard.enterprise import Enterprise
from services.hazard.form import check_in_use
from services.hazard.occasion import Ask, Occasion
from services.hazard.policy.visiting import SC_54, Need
from services.hazard.refused import Refused
from services.hazard.visit.counting import VisitCount, check_exemption, standing
from services.hazard.visit.party import PlannedParticipant, check_party, check_taking_part, check_visitor
from services.hazard.visit.planning import EXAMPLE_PARTY, check_entrusted
from services.hazard.visit.state import Visit

S = VisitState


class NotApproved(Refused):
    """检查尚未批准 · Inspections are approved before they begin; an urgent one says why."""


class NotScannedIn(Refused):
    """没有扫码入企 · Who inspects scans the enterprise's code."""


class ScannedElsewhere(Refused):
    """扫码与被检查企业不符 · The code belongs to another enterprise."""


class StartVisit(
    Ask,
    json_schema_extra={
        "examples": [
            {"scanned": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11"},
            {
                "scanned": "https://example.org/e/7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
                "participants": EXAMPLE_PARTY,
                "exemption": "SUPERIOR_ORDER",
                "exemption_reason": "省安委会统一部署的粉尘涉爆专项检查",
                "exemption_document": "浙安委〔2026〕7号",
            },
        ]
    },
):
    """扫码入企 · What was scanned, who really came, and why it does not count, if it does not."""

    scanned: ShortText | None = Field(None, description="扫到的企业码，含企业标识或统一社会信用代码")
    coordinates: Coordinates | None = Field(None, description="扫码地点")
    participants: tuple[PlannedParticipant, ...] = Field((), description="实到人员；不填即与计划相同")
    form: FormVersion | None = Field(None, description="检查表及其版次；不填即与计划相同")
    urgent: Text | None = Field(None, description="情况紧急、来不及事先批准的理由，事后须补批")
    exemption: CapExemption | None = Field(None, description="不计入年度次数的事由")
    exemption_reason: Text | None = None
    exemption_document: ShortText | None = Field(None, description="上级部署的文号")


def start_visit(visit: Visit, ask: StartVisit, occasion: Occasion) -> tuple[VisitStarted, ...]:
    """扫码入企 · By one of those who came; the number of the year is counted here."""
    check_visitor(visit.kind, occasion)
    visit.must_be(S.PLANNED, S.APPROVED, act="开始")
    assert occasion.enterprise is not None  # it was leaned on
    occasion.enterprise.must_operate()
    urgent = check_approved(visit, ask.urgent, occasion)
    check_scan(visit, ask.scanned, occasion)
    party = tuple(one.value for one in ask.participants) or visit.participants
    check_party(visit.kind, party, occasion, occasion.today)
    check_taking_part(Visit(participants=party), occasion, "开始检查")
    if visit.needs(Need.ENTRUSTMENT, occasion.policy):
        check_entrusted(visit.entrustment, occasion.today)
    form = ask.form or visit.form
    check_in_use(form, occasion)
    exemption = check_exemption(visit, ask.exemption, ask.exemption_reason, ask.exemption_document, occasion)
    cap = standing(visit, exemption, occasion.visit_count or VisitCount(), occasion)
    told = {"scanned", "coordinates", "exemption_reason", "exemption_document"}
    return (
        VisitStarted(
            enterprise=visit.enterprise or "",
            visit_kind=visit.kind,
            visited_on=occasion.today,
            participants=party,
            form=form,
            urgent=urgent,
            cap=cap,
            exemption=exemption,
            **ask.model_dump(include=told),
        ),
    )


def check_approved(visit: Visit, urgent: str | None, occasion: Occasion) -> str | None:
    """事先批准 · Approved, or urgent for a reason; gives the reason where it counts. Raises NotApproved."""
    if not visit.needs(Need.APPROVAL, occasion.policy) or visit.approval is not None:
        return None
    if urgent is None:
        raise NotApproved(f"{visit.kind.zh}须先经批准（{SC_54}）；情况紧急的请写明理由，事后补批")
    return urgent


def check_scan(visit: Visit, scanned: str | None, occasion: Occasion) -> None:
    """扫码 · The code names this enterprise. Raises NotScannedIn, ScannedElsewhere."""
    if scanned is None:
        if visit.needs(Need.SCAN_IN, occasion.policy):
            raise NotScannedIn(f"{visit.kind.zh}须扫码入企（{SC_54}）")
        return
    assert occasion.enterprise is not None  # it was leaned on
    if not names(scanned, occasion.enterprise):
        raise ScannedElsewhere(f"扫到的不是{occasion.enterprise.name}的企业码（{SC_54}：扫码入企）")


def names(scanned: str, enterprise: Enterprise) -> bool:
    """企业码 · Whether what was scanned holds the enterprise's id or credit code."""
    known = (enterprise.id, enterprise.credit_code)
    return any(one is not None and one.lower() in scanned.lower() for one in known)
