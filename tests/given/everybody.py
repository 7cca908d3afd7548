"""各色人等 · One person of each role, and hazards of each kind brought to each status by the rules."""

from collections.abc import Callable
from dataclasses import replace

from contracts.values import Level, Role, Source, Status, VisitKind
from given import deadlines
from given.lives import (
    CLAUSE,
    asked,
    capturing,
    day,
    major_submitted,
    major_verified,
    offered,
    ordering,
    plan_accepted,
    plan_filed,
    submitting,
)
from given.story import DIVISION, DPL, DPO, ENF, ENT_M, ENT_S, ENT_S2, ENTERPRISE, GRID, PHOTO, TWL, TWO, Life
from given.supervised import acceptance_requested, accepted, imposed, lift_requested, listed
from services.hazard.lifecycle.classifying import ClassifyHazard, classify_hazard
from services.hazard.lifecycle.closing import CloseHazard, close_hazard
from services.hazard.lifecycle.enforcing import (
    LinkCase,
    ReferToEnforcement,
    link_case,
    refer_to_enforcement,
)
from services.hazard.lifecycle.extending import agree_extension, request_extension
from services.hazard.lifecycle.ordering import order_rectification
from services.hazard.lifecycle.rectifying import submit_rectification
from services.hazard.lifecycle.reinspecting import Reinspect, reinspect
from services.hazard.lifecycle.reporting import (
    ConfirmHazard,
    MarkDuplicate,
    RejectAsNotHazard,
    SubmitHazard,
    VoidHazard,
    capture_hazard,
    confirm_hazard,
    mark_duplicate,
    reject_as_not_hazard,
    submit_hazard,
    void_hazard,
)

OF_ENTERPRISE = {Role.ENT_S, Role.ENT_M, Role.WRK, Role.LND}
CERTIFIED = {
    Role.TWO: "33011100900",
    Role.DPO: "33011199900",
    Role.DPL: "33011199901",
    Role.ENF: "33011199902",
}
PASS = Reinspect(result="pass", photos=(PHOTO,))
OTHER = "00000000-0000-5000-8000-000000000002"


def somebody(role: Role) -> dict[str, object]:
    """某人 · A person of this role who has had no part in any hazard yet."""
    return {
        "person": f"p-some-{role.value.lower().replace('_', '-')}",
        "role": role,
        "organisation": ENTERPRISE if role in OF_ENTERPRISE else f"org-{role.value.lower()}",
        "certificate": CERTIFIED.get(role),
    }


def another(life: Life) -> Life:
    """另一条 · A registered hazard of the same enterprise."""
    return replace(
        life, hazard=replace(life.hazard, version=life.hazard.version + 100, number="HZ-330111-2026-000002")
    )


def draft(who: dict, **more: object) -> Life:
    return Life().when(capture_hazard, capturing(**more), who)


def pending(who: dict | None = None) -> Life:
    who = who or GRID
    return draft(who).when(submit_hazard, SubmitHazard(), who)


def found(who: dict = TWO, **more: object) -> Life:
    """登记 · Found by this person; confirmed by an officer where that is needed."""
    life = draft(who, **more).when(submit_hazard, SubmitHazard(), who)
    if life.hazard.status is Status.PENDING_CONFIRMATION:
        life = life.when(confirm_hazard, ConfirmHazard(), TWO)
    return life


def self_found() -> Life:
    return found(ENT_S, source=Source.SELF_ENTERPRISE, visit_kind=VisitKind.SELF)


def made_major(life: Life) -> Life:
    return life.when(classify_hazard, ClassifyHazard(level=Level.MAJOR, category="B09", clause=CLAUSE), TWO)


def duplicate(life: Life) -> Life:
    return life.when(mark_duplicate, MarkDuplicate(other=OTHER), TWO, other=another(found()).hazard)


def voided(life: Life) -> Life:
    return life.when(void_hazard, VoidHazard(reason="误录"), TWL)


def rectifying() -> Life:
    life = found()
    return life.when(order_rectification, ordering(life), TWO)


def submitted(life: Life) -> Life:
    life = life.later(3)
    return life.when(submit_rectification, submitting(life), ENT_S)


def verified(life: Life, who: dict = TWO) -> Life:
    return life.later(2).when(reinspect, PASS, who)


def closed(life: Life, who: dict = DPL) -> Life:
    return life.when(close_hazard, CloseHazard(), who)


def own_submitted() -> Life:
    return submitted(asked(self_found(), ENT_S))


def rejected() -> Life:
    return pending().when(reject_as_not_hazard, RejectAsNotHazard(reason="接地完好"), TWO)


S = Status
LIVES: dict[str, dict[Status, Callable[[], Life]]] = {
    "general": {
        S.DRAFT: lambda: draft(TWO),
        S.PENDING_CONFIRMATION: pending,
        S.REGISTERED: found,
        S.RECTIFYING: rectifying,
        S.SUBMITTED: lambda: submitted(rectifying()),
        S.VERIFIED: lambda: verified(submitted(rectifying())),
        S.CLOSED: lambda: closed(verified(submitted(rectifying()))),
        S.NOT_A_HAZARD: rejected,
        S.DUPLICATE: lambda: duplicate(found()),
        S.VOIDED: lambda: voided(found()),
    },
    "own": {
        S.DRAFT: lambda: draft(ENT_S, source=Source.SELF_ENTERPRISE, visit_kind=VisitKind.SELF),
        S.REGISTERED: self_found,
        S.RECTIFYING: lambda: asked(self_found(), ENT_S),
        S.SUBMITTED: own_submitted,
        S.VERIFIED: lambda: verified(own_submitted(), ENT_S2),
        S.CLOSED: lambda: closed(verified(own_submitted(), ENT_S2), ENT_S2),
        S.DUPLICATE: lambda: duplicate(self_found()),
        S.VOIDED: lambda: voided(self_found()),
    },
    "major": {
        S.REGISTERED: lambda: made_major(found()),
        S.PLAN_REQUIRED: plan_filed,
        S.RECTIFYING: plan_accepted,
        S.SUBMITTED: major_submitted,
        S.VERIFIED: major_verified,
        S.CLOSED: lambda: closed(major_verified()),
        S.DUPLICATE: lambda: duplicate(made_major(found())),
        S.VOIDED: lambda: voided(made_major(found())),
    },
}
FOUND_BY: dict[Status, Callable[[dict], Life]] = {S.DRAFT: draft, S.REGISTERED: found}


LISTER = {**somebody(Role.SCO), "person": "p-lister"}
RECEIVER = {"organisation": somebody(Role.DPO)["organisation"], "division": DIVISION}


def case_open() -> Life:
    life = referred()
    ask = LinkCase(case=OTHER, case_number="余应急立〔2026〕3号", filed_on=day(life, 0))
    return life.when(link_case, ask, ENF)


def referred() -> Life:
    ask = ReferToEnforcement(reason="REFUSED", remark="拒不整改")
    return rectifying().when(refer_to_enforcement, ask, DPO)


REGIONS: dict[str, Callable[[], Life]] = {
    "unserved": deadlines.ordered_from_service,
    "deadline over": lambda: deadlines.over(rectifying()),
    "extension requested": deadlines.requested,
    "extension agreed": deadlines.agreed,
    "major extension agreed": lambda: major_extension(plan_accepted()),
    "listed extension agreed": lambda: major_extension(listed(plan_accepted(), LISTER)),
    "listed": lambda: listed(plan_accepted(), LISTER),
    "listed and submitted": lambda: listed(major_submitted(), LISTER),
    "acceptance requested": lambda: acceptance_requested(LISTER),
    "accepted": lambda: accepted(LISTER),
    "plan of a listed one": lambda: listed(plan_filed(), LISTER),
    "measured": imposed,
    "measured and submitted": lambda: imposed(major_submitted()),
    "lift requested": lift_requested,
    "transfer offered": lambda: offered(rectifying(), to=RECEIVER),
    "referred": referred,
    "case open": case_open,
}


def major_extension(life: Life) -> Life:
    ask = deadlines.asking(life, 90)
    return life.when(request_extension, ask, ENT_M).when(agree_extension, deadlines.AGREED, DPO)
