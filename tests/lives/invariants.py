"""不变式 · The sixteen of domain/lifecycle.md b.6, read off the events of a life alone, never off the state.

Each gives the sentences that say where a life breaks it. 13 and 15 concern the log and the erasable store beside it:
test_delivered_twice.py and test_erased_counts.py.
"""

from collections.abc import Callable, Iterator, Mapping

from contracts.regions import Holder
from contracts.terms import Owing
from contracts.values import Entry, Evidence, ProposedAct, Role, Source, Track, Waiver
from lives.counting import the_tallies_agree_with_the_log
from lives.life import Life, Step

ENDS = {"closed", "rejected", "marked-duplicate", "voided"}
CASE = {
    "case-linked",
    "case-decided",
    "case-closed",
}  # told by the enforcement case, which goes on without it
AFTER_AN_END = {"reopened", "corrected", *CASE}
SETS_A_DEADLINE = {"rectification-ordered", "rectification-asked", "plan-accepted", "round-started"}
CLEARS_THE_DEADLINE = {"upgraded", "downgraded", "fixed-on-spot"}
ENDS_AN_APPLICATION = {"rectification-submitted", "upgraded", "downgraded", "round-started"}
SUBMITS = {"rectification-submitted", "fixed-on-spot"}
SELF_FOUND = {
    Source.SELF_TEAM,
    Source.SELF_SHOP,
    Source.SELF_ENTERPRISE,
    Source.SELF_GROUP,
    Source.WORKER,
}
BY_THE_ENTERPRISE = {Role.ENT_S, Role.ENT_M, Role.WRK}
NEVER_ORDER = {Role.GRID, Role.VIL, Role.EXP, Role.SCO, Role.SYS}


def of_type(steps: list[Step], *types: str) -> list[Step]:
    return [step for step in steps if step.type in types]


def last(steps: list[Step], *types: str) -> Step | None:
    found = of_type(steps, *types)
    return found[-1] if found else None


def is_major(steps: list[Step]) -> bool:
    """重大 · By what was told of it last."""
    told = last(steps, "major-registered", "downgraded")
    return told is not None and told.type == "major-registered"


def closings(life: Life) -> Iterator[tuple[Step, list[Step]]]:
    """Each closure with everything that happened before it."""
    for number, step in enumerate(life.steps):
        if step.type == "closed":
            yield step, life.steps[:number]


def this_round(past: list[Step]) -> list[Step]:
    """What happened since the round began."""
    starts = [number for number, step in enumerate(past) if step.type == "round-started"]
    return past[starts[-1] :] if starts else past


def proposes_to_reopen(step: Step, end: str) -> bool:
    """b.5 lets some only propose to reopen what is closed, which is no event of its life: it says nothing new of it."""
    return end == "closed" and step.type == "decision-proposed" and step.event.act is ProposedAct.REOPEN


def nothing_follows_an_end(life: Life) -> Iterator[str]:
    """No event after a terminal status except `HazardReopened`, `HazardCorrected`, sync events."""
    end = None
    for step in life.steps:
        if end is not None and step.type not in AFTER_AN_END and not proposes_to_reopen(step, end):
            yield f"{step.type} after {end}"
        if step.type == "reopened" and end not in {None, "closed"}:
            yield f"reopened after {end}"
        end = step.type if step.type in ENDS else None if step.type == "reopened" else end


def an_order_is_complete(life: Life) -> Iterator[str]:
    """`RectificationOrdered` ⇒ deadline, responsible person, notice number, ≥2 certificates on the visit

    (an imported ledger row says `evidence: ledger` instead of the certificates).
    """
    for step in of_type(life.steps, "rectification-ordered"):
        order = step.event
        from_ledger = step.envelope.entry is Entry.LEDGER
        if (order.evidence is Evidence.LEDGER) is not from_ledger:
            yield f"evidence {order.evidence} in an entry {step.envelope.entry}"
        if (order.deadline is None) is (order.from_service is None) or not order.responsible:
            yield f"due {order.deadline}, {order.from_service} from service, by {order.responsible}"
        if order.notice is None and not (from_ledger and Waiver.NOTICE in order.waived):
            yield "no notice number"
        enough = len(set(order.certificates)) >= 2
        if not enough and not (from_ledger and Waiver.CERTIFICATES in order.waived):
            yield f"certificates {order.certificates}"


def nobody_without_the_power_orders(life: Life) -> Iterator[str]:
    """No `RectificationOrdered` ever has an actor with role GRID, VIL, EXP, SCO, SYS."""
    for step in of_type(life.steps, "rectification-ordered"):
        if step.envelope.role in NEVER_ORDER:
            yield f"ordered by {step.envelope.role}"


def a_closure_stands_on_a_passed_re_inspection(life: Life) -> Iterator[str]:
    """`HazardClosed` ⇒ a `ReinspectionPassed` (or witnessed `FixedOnSpot`) of the same round exists before it."""
    for step, past in closings(life):
        here = this_round(past)
        passed = any(each.event.round == step.event.round for each in of_type(here, "reinspection-passed"))
        seen = any(each.event.verified and each.event.witness for each in of_type(here, "fixed-on-spot"))
        if not passed and not seen:
            yield f"round {step.event.round} closed unseen"


def persons_of(past: list[Step]) -> tuple[str | None, set[str]]:
    """提交人与复查人 · Who submitted last, and who looked last."""
    submitted, passed = last(past, *SUBMITS), last(past, "reinspection-passed")
    by = (getattr(submitted.event, "fixed_by", None) or submitted.envelope.actor) if submitted else None
    return by, set(passed.event.inspectors) if passed else set()


def three_parties_close_a_major_hazard(life: Life) -> Iterator[str]:
    """MAJOR closed ⇒ {submitter, re-inspectors, closer} pairwise disjoint."""
    for step, past in closings(life):
        if not is_major(past):
            continue
        submitter, inspectors = persons_of(past)
        closer = step.envelope.actor
        if submitter is None or not inspectors:
            yield "nobody submitted or nobody looked"
        if submitter in inspectors or closer in {submitter, *inspectors}:
            yield f"submitted by {submitter}, seen by {inspectors}, closed by {closer}"


def a_closed_major_hazard_is_in_order(life: Life) -> Iterator[str]:
    """MAJOR closed ⇒ no active interim measure, not LISTED, all five implementation flags true

    (or `PlanWaived` by DPO).
    """
    for _, past in closings(life):
        if not is_major(past):
            continue
        imposed = last(past, "interim-measure-imposed", "interim-measure-lifted")
        if imposed is not None and imposed.type == "interim-measure-imposed":
            yield "an interim measure is in force"
        listed = last(past, "listed", "delisted")
        if listed is not None and listed.type == "listed":
            yield "still listed"
        if not five_in_place(past):
            yield "the five implementations are not in place"


def five_in_place(past: list[Step]) -> bool:
    """五到位 · By the accepted plan, or waived by the department; a ledger row may lack the plan's words."""
    if any(step.envelope.role is Role.DPO for step in of_type(past, "plan-waived")):
        return True
    planned = of_type(past, "plan-filed", "plan-accepted")
    accepted = [number for number, step in enumerate(planned) if step.type == "plan-accepted"]
    filed = last(planned[: accepted[-1]], "plan-filed") if accepted else None
    if filed is None:
        return False
    if filed.event.plan is None:
        return filed.envelope.entry is Entry.LEDGER and Waiver.PLAN_CONTENT in filed.event.waived
    return filed.event.plan.five_in_place


def deadline_after(now: object, step: Step) -> object:
    """期限 · The deadline in force after a step, by what the events say."""
    if step.type in SETS_A_DEADLINE or step.type == "extension-granted":
        return step.event.deadline
    if step.type == "notice-served":
        return step.event.deadline or now
    if step.type == "deadline-recomputed" and step.event.what is Owing.RECTIFICATION:
        return step.event.recomputed
    return None if step.type in CLEARS_THE_DEADLINE else now


def an_extension_only_lengthens(life: Life) -> Iterator[str]:
    """Granted deadline > old deadline; never changed by refusal; requester ≠ any approver."""
    deadline: object = None
    requester, approvers = None, set()
    for step in life.steps:
        if step.type == "extension-requested":
            requester, approvers = step.envelope.actor, set()
        if step.type in {"extension-agreed-by-supervisor", "extension-granted", "extension-refused"}:
            approvers |= {step.envelope.actor}
            if requester in approvers:
                yield f"{requester} approves what they requested"
        if step.type == "extension-granted" and (deadline is None or step.event.deadline <= deadline):
            yield f"granted {step.event.deadline} after {deadline}"
        if step.type == "extension-refused" and not step.event.deadline == deadline == step.after.deadline:
            yield f"a refusal moved the deadline {deadline}"
        deadline = deadline_after(deadline, step)


def one_open_extension(life: Life) -> Iterator[str]:
    """Exactly one open extension; at most N granted."""
    is_open, granted = False, 0
    for step in life.steps:
        if step.type == "extension-requested":
            if is_open:
                yield "a second request while one is open"
            is_open = True
        if step.type in {"extension-granted", "extension-refused"}:
            if not is_open:
                yield f"{step.type} without a request"
            is_open = False
        is_open = is_open and step.type not in ENDS_AN_APPLICATION
        granted += step.type == "extension-granted"
    if granted > life.policy.limits.extensions:
        yield f"{granted} extensions granted"


def rounds_rise_by_one(life: Life) -> Iterator[str]:
    """Round numbers rise by 1; each round has ≤1 open deadline."""
    number, deadline = 1, None
    for step in life.steps:
        if step.type == "round-started":
            if step.event.round != number + 1:
                yield f"round {step.event.round} after {number}"
            number, deadline = step.event.round, None
        if step.type in SETS_A_DEADLINE and deadline is not None:
            yield f"{step.type} while {deadline} is open in round {number}"
        deadline = deadline_after(deadline, step)
        if getattr(step.event, "round", number) != number:
            yield f"{step.type} of round {step.event.round} in round {number}"


def a_major_hazard_cites_a_clause_in_force(life: Life) -> Iterator[str]:
    """MAJOR clause was in force on the finding date."""
    for step in of_type(life.steps, "major-registered"):
        waived = step.envelope.entry is Entry.LEDGER and Waiver.CLAUSE in step.event.waived
        if step.event.clause is None and not waived:
            yield "no clause"
        if step.event.clause is not None:
            found_on = last(life.steps, "registered").event.found_on
            entry = life.policy.clauses.get(step.event.clause)
            if entry is None or not entry.begins <= found_on <= (entry.ends or found_on):
                yield f"{step.event.clause} was not in force on {found_on}"


def a_deadline_is_missed_once(life: Life) -> Iterator[str]:
    """`DeadlineMissed` at most once per deadline version."""
    for missing in ("deadline-missed", "reinspection-overdue"):
        missed = [step.event.deadline_version for step in of_type(life.steps, missing)]
        if len(set(missed)) < len(missed):
            yield f"missed twice: {missed}"


def office(holder: Holder) -> tuple[str | None, str]:
    return holder.organisation, holder.division


def there_is_one_holder_at_every_time(life: Life) -> Iterator[str]:
    """Every hazard has exactly one holder at every time, also while a transfer is offered; sum over holders = total."""
    holder: tuple[str | None, str] | None = None
    asked: tuple[str | None, str] | None = None
    for step in life.steps:
        if step.type in {"captured", "registered"} and (holder is None or holder[0] is None):
            holder = None, step.after.division
        if step.type == "transfer-offered" and not step.event.proposal:
            if office(step.event.holder) != holder:
                yield f"{holder} holds it, the offer says {step.event.holder}"
            asked = office(step.event.to)
        if step.type == "transfer-accepted":
            if asked is None or office(step.event.holder) != asked or office(step.event.former) != holder:
                yield f"{step.event.holder} took what {holder} offered to {asked}"
            holder, asked = asked, None
        if step.type == "transfer-returned":
            asked = None
            if office(step.event.holder) != holder:
                yield f"{holder} holds it, the return says {step.event.holder}"
        if office(step.after.holder) != holder:
            yield f"{step.after.holder} instead of {holder} after {step.type}"


def the_enterprise_closes_only_its_own_finds(life: Life) -> Iterator[str]:
    """ENTERPRISE-track closure only for self-found GENERAL hazards without an order."""
    for step, past in closings(life):
        own = step.event.track is Track.ENTERPRISE
        if not own and step.envelope.role in {Role.ENT_S, Role.ENT_M}:
            yield f"an enterprise closed on track {step.event.track}"
        if not own:
            continue
        captured = past[0]
        if captured.event.source not in SELF_FOUND or captured.envelope.role not in BY_THE_ENTERPRISE:
            yield f"found by {captured.envelope.role} as {captured.event.source}"
        if is_major(past) or of_type(past, "rectification-ordered"):
            yield "major or ordered"


Invariant = Callable[[Life], Iterator[str]]

INVARIANTS: Mapping[int, Invariant] = {
    1: nothing_follows_an_end,
    2: an_order_is_complete,
    3: nobody_without_the_power_orders,
    4: a_closure_stands_on_a_passed_re_inspection,
    5: three_parties_close_a_major_hazard,
    6: a_closed_major_hazard_is_in_order,
    7: an_extension_only_lengthens,
    8: one_open_extension,
    9: rounds_rise_by_one,
    10: a_major_hazard_cites_a_clause_in_force,
    11: a_deadline_is_missed_once,
    12: the_tallies_agree_with_the_log,
    14: there_is_one_holder_at_every_time,
    16: the_enterprise_closes_only_its_own_finds,
}
