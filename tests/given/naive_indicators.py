"""朴素指标 · Each indicator of domain/tallies.md d.1 as one sentence over the events, for given/naive.py."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean, median
from typing import Any

from contracts import case, enterprise, hazard, notice, service_plan, visit
from contracts.service_plan import plan_id
from given.naive import LOOKED, H, Naive, Told, on, pct
from services.jetstream import Recorded


def share(named: str, part: int, of: str, whole: int) -> dict[str, Any]:
    return {named: part, of: whole, "rate": pct(part, whole)}


def two(value: float | Decimal | None) -> float | None:
    return None if value is None else float(Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP))


def of_hazards(naive: Naive) -> dict[str, Any]:
    found, due = naive.found(), naive.due()
    major = naive.found(lambda t: t.major)
    upgraded = naive.found(lambda t: t.upgraded)
    rectified = naive.found(lambda t: t.rectified)
    late = [
        t
        for t in naive.told
        if naive.within(t.deadline, t.division) and t.deadline < naive.today and not t.rectified
    ]
    return {
        "N04": {"found": found, "general": found - major + upgraded, "major": major, "upgraded": upgraded},
        "N05": share("rectified", rectified, "found", found),
        "N06": share("in_time", naive.due(in_time), "due", due),
        "N07": share("overdue", len(late), "due", due),
        "N08": share("on_spot", naive.found(lambda t: t.all(H.FixedOnSpot)), "found", found),
        "N09": share("closed", naive.found(lambda t: t.status == "closed"), "found", found),
        "N13": share("repeated", naive.found(lambda t: t.repeated), "found", found),
        "N39": share(
            "government",
            naive.found(lambda t: t.group == "GOVERNMENT"),
            "self",
            naive.found(lambda t: t.group == "SELF"),
        ),
        "rectified": naive.many(lambda t: t.verified_on),
        "closed": naive.many(
            lambda t: on(t.last(H.HazardClosed)) if t.status == "closed" else None,
        ),
        "relapsed": naive.each_day(lambda t: [on(each) for each in t.all(H.HazardReopened)]),
        "open": sum(naive.within(t.found_on, t.holder) and t.status != "closed" for t in naive.told),
    }


def in_time(told: Told) -> bool:
    said = told.submission
    return told.rectified and said is not None and said <= told.deadline


def of_rounds(naive: Naive) -> dict[str, Any]:
    said = naive.each_day(lambda t: [day for day, _ in t.submissions])
    looked = naive.each_day(lambda t: [day for day, seen in t.submissions if seen])
    due, due_looked = naive.due(), naive.due(rechecked)
    firsts = [
        (t, first)
        for t in naive.told
        if (first := next((e for e in t.all(*LOOKED) if e.event.round == 1), None))
        and naive.within(on(first), t.division)
    ]
    passed = sum(isinstance(first.event, H.ReinspectionPassed) for _, first in firsts)
    to_submission = [
        t.days_taken[0]
        for t in naive.told
        if t.days_taken[0] is not None and naive.within(t.submission, t.division)
    ]
    to_verification = [
        t.days_taken[1]
        for t in naive.told
        if t.days_taken[1] is not None and naive.within(t.verified_on, t.division)
    ]
    return {
        "N10": {
            "rechecked": looked,
            "submitted": said,
            "rate": pct(looked, said),
            "due_rechecked": due_looked,
            "due": due,
            "due_rate": pct(due_looked, due),
        },
        "N11": share("passed", passed, "rechecked", len(firsts)),
        "N12": {
            "submitted": len(to_submission),
            "mean_to_submission": two(mean(map(Decimal, to_submission)) if to_submission else None),
            "median_to_submission": two(median(to_submission) if to_submission else None),
            "verified": len(to_verification),
            "mean_to_verification": two(mean(map(Decimal, to_verification)) if to_verification else None),
            "median_to_verification": two(median(to_verification) if to_verification else None),
        },
    }


def rechecked(told: Told) -> bool:
    """Looked at in the current round."""
    this_round = told.since(H.RoundStarted, H.HazardUpgraded, H.RectificationSubmitted)
    return bool(this_round.all(*LOOKED))


def of_major(naive: Naive) -> dict[str, Any]:
    def found(if_: Callable[[Told], Any] = lambda _: True) -> int:
        return naive.found(lambda t: t.major and if_(t))

    def plan(told: Told) -> Any:
        filed = [each.event.plan for each in told.all(H.PlanFiled) if each.event.plan]
        return filed[-1] if filed else None

    def listed(told: Told) -> Any:
        boards = [each.event for each in told.all(H.HazardListed) if not each.event.internal]
        return boards[-1].supervision_level if boards else None

    major, closed = found(), found(lambda t: t.status == "closed")
    undone = found(lambda t: t.status != "closed")
    planned = found(
        lambda t: t.status != "closed" and plan(t) is not None and plan(t).in_governance_plan.in_place
    )
    five = found(lambda t: t.status != "closed" and plan(t) is not None and plan(t).five_in_place)
    boards = found(listed)
    return {
        "N14": share("closed", closed, "found", major),
        "N15": {
            "planned": planned,
            "five": five,
            "open": undone,
            "planned_rate": pct(planned, undone),
            "five_rate": pct(five, undone),
        },
        "N16": {
            "listed": boards,
            "province": found(lambda t: listed(t) == "PROVINCE"),
            "city": found(lambda t: listed(t) == "CITY"),
            "found": major,
            "rate": pct(boards, major),
        },
    }


def of_money_and_offices(naive: Naive) -> dict[str, Any]:
    cost = 0
    for told in naive.told:
        stated = [e.event.cost for e in told.all(hazard.RectificationSubmitted) if e.event.cost is not None]
        if stated and naive.within(told.submissions[-1][0], told.division):
            cost += stated[-1]
    offers = [
        (told, each)
        for told in naive.told
        for each in told.all(H.HazardTransferOffered)
        if not each.event.proposal and naive.within(on(each), told.division)
    ]
    taken = [pair for pair in offers if accepted_in_time(*pair)]
    reported = [
        t
        for t in naive.hazards
        if t.group == "PUBLIC" and t.all(H.HazardSubmitted) and naive.within(t.found_on, t.division)
    ]
    verified = [t for t in reported if registered_for_good(t)]
    return {
        "N17": {"amount": two(Decimal(cost) / 1_000_000)},
        "N34": share("verified", len(verified), "reports", len(reported)),
        "N36": share("in_time", len(taken), "transfers", len(offers)),
    }


def registered_for_good(told: Told) -> bool:
    """It was registered, or ended otherwise than as no hazard."""
    if told.all(H.HazardRejected):
        return False
    return bool(told.registered or told.all(H.HazardMarkedDuplicate, H.HazardVoided))


def accepted_in_time(told: Told, offer: Recorded) -> bool:
    later = [
        e
        for e in told.all(H.HazardTransferOffered, H.TransferAccepted)
        if e.position > offer.position and not getattr(e.event, "proposal", False)
    ]
    return bool(later) and isinstance(later[0].event, H.TransferAccepted) and not later[0].event.late


def of_objects(naive: Naive) -> dict[str, Any]:
    made = [
        each
        for each in naive.of_kind(visit.VisitRecorded)
        if naive.within(each.event.visited_on, naive.place_of(each))
    ]
    plans = [
        each
        for each in naive.of_kind(visit.VisitPlanned)
        if naive.within(each.event.planned_on, naive.place_of(each))
        and not any(isinstance(e.event, visit.VisitCancelled) for e in stream(naive, each))
    ]
    done = [e for e in plans if any(isinstance(x.event, visit.VisitRecorded) for x in stream(naive, e))]
    firms = [
        events
        for subject, events in naive.streams.items()
        if subject.startswith("enterprise/") and naive.stands(events[0].event.division, naive.last)
    ]
    scope = [events for events in firms if still_there(naive, events)]
    visited = {each.event.enterprise for each in made}
    there = [events for events in scope if events[0].envelope.key in visited]
    major = naive.found(lambda t: t.major)
    return {
        "N01": {"objects": len(visited), "visits": len(made)},
        "N02": {"visited": len(there), "in_scope": len(scope), "rate": pct(len(there), len(scope))},
        "N03": {"done": len(done), "planned": len(plans), "rate": pct(len(done), len(plans))},
        "N22": share("complete", sum(map(complete, firms)), "files", len(firms)),
        "N38": {
            "major": major,
            "visits": len(made),
            "per_thousand": two(Decimal(major) * 1000 / len(made) if made else None),
        },
        **of_service(naive, made),
    }


def stream(naive: Naive, each: Recorded) -> list[Recorded]:
    return naive.streams[each.envelope.subject]


def still_there(naive: Naive, events: list[Recorded]) -> bool:
    ends = [on(e) for e in events if isinstance(e.event, enterprise.EnterpriseClosedDown)]
    return not ends or ends[-1] >= naive.first


def complete(events: list[Recorded]) -> bool:
    said: dict[str, Any] = {}
    posts = set()
    for each in events:
        match each.event:
            case enterprise.EnterpriseRegistered() | enterprise.EnterpriseProfileChanged() as event:
                said |= {name: value for name, value in event if value is not None}
            case enterprise.ResponsiblePersonNamed() as event:
                posts.add(event.post)
    wanted = ("name", "credit_code", "industry", "size_class", "address")
    return all(said.get(name) for name in wanted) and posts == {"MAIN", "SAFETY"}


def of_service(naive: Naive, made: list[Recorded]) -> dict[str, Any]:
    plans = [
        each
        for each in naive.of_kind(service_plan.ServicePlanMade)
        if naive.first.year <= each.event.year <= naive.last.year
        and naive.stands(naive.place_of(each), naive.last)
        and not any(
            isinstance(e.event, service_plan.ServicePlanEnded) and e.event.ends_on < naive.first
            for e in stream(naive, each)
        )
    ]
    expert = [each for each in made if each.event.visit_kind == "EXPERT"]
    served = {each.event.enterprise for each in expert}
    others = {each.event.enterprise for each in expert if not by_assigned(naive, each)}
    planned = {each.event.enterprise for each in plans}
    return {
        "N27": {
            "served": len(planned & served),
            "in_scope": len(planned),
            "rate": pct(len(planned & served), len(planned)),
        },
        "N30": {
            "by_assigned": len(served - others),
            "served": len(served),
            "rate": pct(len(served - others), len(served)),
        },
    }


def by_assigned(naive: Naive, each: Recorded) -> bool:
    event = each.event
    plan = event.plan or plan_id(event.enterprise, event.visited_on.year)
    said = [
        e.event.expert.person
        for e in naive.streams.get(f"service-plan/{plan}", [])
        if e.position < each.position
        and isinstance(
            e.event,
            service_plan.ServicePlanMade | service_plan.ExpertChanged | service_plan.InstitutionChanged,
        )
    ]
    return bool(said) and said[-1] in {*event.officers, *(p.person for p in event.participants)}


def of_cases_and_notices(naive: Naive) -> dict[str, Any]:
    def at(kind: Any, day: str) -> list[Recorded]:
        return [
            each
            for each in naive.of_kind(kind)
            if naive.within(getattr(each.event, day), naive.place_of(each))
        ]

    decided = at(case.PenaltyDecided, "decided_on")
    served = at(notice.NoticeServed, "served_on")
    answered = [each for each in served if each.envelope.key in naive.answered]
    ended = [
        each
        for subject, events in naive.streams.items()
        if subject.startswith("enterprise/")
        for each in events
        if isinstance(each.event, enterprise.EnterpriseClosedDown)
        and naive.within(on(each), events[0].event.division)
    ]
    return {
        "N33": {
            "cases": len(at(case.CaseFiled, "filed_on")),
            "fines": two(Decimal(sum(e.event.penalty.fine or 0 for e in decided)) / 1_000_000),
            "suspensions": sum("SUSPENSION" in e.event.penalty.kinds for e in decided),
            "closures": len(ended),
        },
        "N37": share("answered", len(answered), "notices", len(served)),
    }


def indicators(naive: Naive) -> dict[str, Any]:
    """Every indicator, as GET /tallies shows a period."""
    return {
        **of_hazards(naive),
        **of_rounds(naive),
        **of_major(naive),
        **of_money_and_offices(naive),
        **of_objects(naive),
        **of_cases_and_notices(naive),
    }
