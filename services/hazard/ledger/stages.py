"""分阶段步骤 · One function for each stage of a row: it adds the steps that the cells prove.

Each says whether the row may go on. A step that the log has already is passed over by the status.
"""

from datetime import date, timedelta

from contracts.values import Level, Role, Source, Status, VisitKind
from services.hazard.ledger.past import begins_new_round
from services.hazard.ledger.path import Path
from services.hazard.ledger.people import closer, plan_accepter, reinspectors
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.certifying import APL_42
from services.hazard.lifecycle.classifying import ClassifyHazard
from services.hazard.lifecycle.closing import CloseHazard
from services.hazard.lifecycle.ordering import AdviseRectification, AskRectification, OrderRectification
from services.hazard.lifecycle.planning import AcceptPlan, FilePlan, RequirePlan
from services.hazard.lifecycle.rectifying import WITNESSES, FixOnSpot, SubmitRectification
from services.hazard.lifecycle.reinspecting import Reinspect
from services.hazard.lifecycle.reporting import CaptureHazard, SubmitHazard

SOURCES = {
    VisitKind.EXPERT: Source.EXPERT,
    VisitKind.GRID: Source.GRID,
    VisitKind.SELF: Source.SELF_ENTERPRISE,
    VisitKind.LANDLORD: Source.LANDLORD,
}
PLANNING = ("plan_accepted_by", "plan_filed_on", "plan_accepted_on", "deadline", "responsible")
REINSPECTION = ("reinspected_on", "reinspectors", "reinspection_result")
FAILED_REMARK = "台账记录：复查不合格"


def capture(path: Path) -> bool:
    """记录隐患 · What was seen; advice stands in it only where nobody advises by a step of its own."""
    row = path.row
    if path.status is not None:
        return True
    ask = CaptureHazard(
        object=path.setting.enterprise,
        source=SOURCES.get(row.visit_kind, Source.SUPERVISION) if row.visit_kind else Source.SUPERVISION,
        visit_kind=row.visit_kind,
        visit=path.setting.visit,
        officer_present=row.visit_kind is VisitKind.EXPERT,  # the office whose ledger it is led the visit
        place=row.place,
        category=row.category,
        description=row.description,
        advice=None if can_advise(path) else row.advice,
        basis=() if can_advise(path) else row.basis,
    )
    return path.add("capture", ask, path.finder, row.inspected_on, Status.DRAFT)


def submit(path: Path) -> bool:
    """上报隐患 · By the same person; importing an office's ledger is the confirmation."""
    if path.status is Status.PENDING_CONFIRMATION:
        path.lacks.append("核实")
        return False
    if path.status is not Status.DRAFT:
        return True
    return path.add("submit", SubmitHazard(), path.finder, path.row.inspected_on, Status.REGISTERED)


def classify(path: Path) -> bool:
    """定级 · By the officer who found it; an expert's or a grid member's find by the importing officer."""
    row = path.row
    if path.past.hazard.level is Level.MAJOR or row.category is None:
        return True
    by = next((by for by in (path.finder, path.by(None)) if by[1] in powers.CLASSIFY.roles), None)
    if by is None:
        path.lacks.append("执法人员定级")
        return False
    ask = ClassifyHazard(level=Level.MAJOR, category=row.category, clause=row.clause)
    return path.add("classify", ask, by, path.found_on, None)


def can_advise(path: Path) -> bool:
    """可提建议 · Advice with a basis, from somebody who may advise."""
    return bool(path.row.advice and path.row.basis) and path.finder[1] in powers.ADVISE.roles


def advise(path: Path) -> bool:
    """整改建议 · While nothing has been disposed."""
    row = path.row
    new = path.status is Status.REGISTERED and not path.past.hazard.advice_revision
    if new and row.advice and can_advise(path):
        ask = AdviseRectification(advice=row.advice, basis=row.basis)
        path.add("advise-rectification", ask, path.finder, path.found_on, None)
    return True


def direct(path: Path) -> bool:
    """责令或要求整改 · An order where the visit and the officer may order, otherwise a request."""
    row, responsible = path.row, path.responsible
    if path.status is not Status.REGISTERED:
        return tell_of_late_papers(path)
    if row.at_once:
        return fix_on_spot(path)
    if not path.lack("deadline") or responsible is None or row.deadline is None:
        return path.lack("responsible") and False
    by = path.finder
    if row.visit_kind is not None and may_order(path, by[1]):
        order = order_of(path, row.deadline, responsible[0])
        return path.add("order-rectification", order, by, path.found_on, Status.RECTIFYING)
    if row.notice:
        path.notes.append(
            f"只按要求整改登记，不采用指令书文号 {row.notice}：该行不得责令整改（{powers.SC_54}）"
        )
    asking = by if by[1] in powers.ASK.roles else path.by(None)
    ask = AskRectification(deadline=row.deadline, responsible=responsible[0])
    return path.add("ask-rectification", ask, asking, path.found_on, Status.RECTIFYING)


def order_of(path: Path, deadline: date, responsible: str) -> OrderRectification:
    """责令的依据 · Under its notice; or as it stands in the ledger, with the number if there is one."""
    row, setting = path.row, path.setting
    if setting.notice:
        if row.served_on and not row.served_to:
            path.notes.append("指令书未登记送达，缺：指令书签收人（直接送达须有签收人）")
        return OrderRectification(responsible=responsible, notice_id=setting.notice)
    if row.notice:
        needed = setting.policy.limits.certified_officers
        path.notes.append(
            f"未立指令书，文号 {row.notice} 照录"
            + ("，送达日期未采用" if row.served_on else "")
            + f"：检查人中记有有效执法证的不足 {needed} 名（{APL_42}）"
        )
    return OrderRectification(
        deadline=deadline, responsible=responsible, visit=setting.visit, notice=row.notice
    )


def tell_of_late_papers(path: Path) -> bool:
    """后补的文书 · A notice is part of its order: what is filled in later stays with the office."""
    row, past = path.row, path.past
    if past.hazard.ordered and row.notice and not past.told.get("notice"):
        path.notes.append(f"责令整改时未填指令书文号，后补的 {row.notice} 未采用")
    if past.hazard.ordered and row.served_on and not past.told.get("served_on"):
        path.notes.append("后补的指令书送达日期未采用，请在系统中办理送达")
    return True


def may_order(path: Path, role: Role) -> bool:
    """可责令 · By the kind of the visit, the role, and what the province lets a town do."""
    held = path.setting.policy.powers
    town = role is not Role.TWO or held.town_orders
    return path.row.visit_kind in held.ordering_visit_kinds and role in powers.ORDER.roles and town


def fix_on_spot(path: Path) -> bool:
    """当场整改 · Seen put right by the officer who found it, or re-inspected later as the row tells."""
    row, responsible = path.row, path.responsible
    if row.notice:
        path.notes.append(f"已当场整改，不列入指令书 {row.notice}")
    if not path.lack("measures") or row.measures is None or responsible is None:
        return path.lack("responsible") and False
    ask = FixOnSpot(measures=row.measures, fixed_by=responsible[0])
    unseen = path.is_empty("reinspected_on") and path.is_empty("reinspection_result")
    if path.finder[1] in WITNESSES and unseen:
        return path.add("fix-on-spot", ask, path.finder, row.completed_on, Status.VERIFIED)
    return path.add("fix-on-spot", ask, responsible, row.completed_on, Status.SUBMITTED)


def require_plan(path: Path) -> bool:
    """要求治理方案 · By the department's officer who later decides on the plan."""
    if path.status is not Status.REGISTERED:
        return True
    by = path.by(plan_accepter(path.row))
    if path.row.notice:
        path.notes.append(f"重大隐患按治理方案办理，不列入指令书 {path.row.notice}")
    if by[1] not in powers.REQUIRE_PLAN.roles:
        return path.lack(*PLANNING)
    return path.add("require-plan", RequirePlan(), by, path.found_on, Status.PLAN_REQUIRED)


def file_plan(path: Path) -> bool:
    """备案治理方案 · By the main person; its content is not in a ledger."""
    row, responsible = path.row, path.responsible
    if path.status is not Status.PLAN_REQUIRED or path.past.hazard.plan_filed:
        return True
    returned = path.past.has("plan_filed_on", row.plan_filed_on)
    if returned or row.plan_filed_on is None or responsible is None:
        path.lack(*PLANNING)
        return False
    return path.add("file-plan", FilePlan(), responsible, row.plan_filed_on, None)


def accept_plan(path: Path) -> bool:
    """通过治理方案 · Its deadline is in force from then on."""
    row, responsible = path.row, path.responsible
    if path.status is not Status.PLAN_REQUIRED:
        return True
    if not path.lack(*PLANNING) or row.deadline is None or responsible is None:
        return False
    ask = AcceptPlan(deadline=row.deadline, responsible=responsible[0])
    by = path.by(plan_accepter(row))
    return path.add("accept-plan", ask, by, row.plan_accepted_on, Status.RECTIFYING)


def rectify(path: Path) -> bool:
    """提交整改 · By the responsible person, on the day it was completed."""
    row, responsible = path.row, path.responsible
    if path.status is not Status.RECTIFYING:
        return True
    if row.completed_on and path.past.has("completed_on", row.completed_on):
        return False  # the row still tells of a round that ended otherwise
    if not path.has("measures", "completed_on", later=(*REINSPECTION, "closed_on")):
        return False
    if responsible is None or row.measures is None or row.completed_on is None:
        return path.lack("responsible") and False
    ask = SubmitRectification(measures=row.measures, completed_on=row.completed_on)
    return path.add("submit-rectification", ask, responsible, row.completed_on, Status.SUBMITTED)


def reinspect(path: Path) -> bool:
    """复查 · Passed, or failed with a new deadline no longer than the first."""
    row = path.row
    if path.status is not Status.SUBMITTED:
        return True
    again = begins_new_round(row, path.past)
    if row.reinspected_on and path.past.has("reinspected_on", row.reinspected_on) and not again:
        return False  # the row still tells of a check in an earlier round
    if not path.has(*REINSPECTION, later=("closed_on",)):
        return False
    people = reinspectors(row, path.setting.importer)
    needed = path.setting.policy.limits.certified_officers
    if row.is_major and len(people) < needed:
        path.lacks.append(f"复查人（重大隐患须 {needed} 人以上）")
        return False
    others = path.ids(*people[1:])
    if row.reinspection_result:
        passed = Reinspect(result="pass", others=others)
        return path.add("reinspect", passed, path.by(people[0]), row.reinspected_on, Status.VERIFIED)
    failed = Reinspect(result="fail", others=others, remark=FAILED_REMARK, deadline=next_deadline(path))
    path.add("reinspect", failed, path.by(people[0]), row.reinspected_on, Status.RECTIFYING)
    return False


def next_deadline(path: Path) -> date:
    """新的期限 · The row's own while it is ahead, otherwise as many days again as the first one had."""
    row = path.row
    checked_on = row.reinspected_on or path.setting.today
    began = row.plan_accepted_on if row.is_major else row.inspected_on
    length = path.past.hazard.first_length or path.setting.policy.limits.general_default_days
    if row.deadline and began and not path.past.hazard.first_length and row.deadline > began:
        length = (row.deadline - began).days
    longest = checked_on + timedelta(days=length)
    return row.deadline if row.deadline and checked_on < row.deadline <= longest else longest


def close(path: Path) -> bool:
    """销号 · By whom the row names, or for a general hazard by whoever re-inspected it."""
    row = path.row
    if path.status is not Status.VERIFIED:
        return True
    wanted = ("closed_on", "closed_by") if row.is_major else ("closed_on",)
    who = closer(row, path.setting.importer)
    if not path.has(*wanted):
        return False
    if who is None:
        return path.lack("closed_by")
    return path.add("close", CloseHazard(), path.by(who), row.closed_on, Status.CLOSED)
