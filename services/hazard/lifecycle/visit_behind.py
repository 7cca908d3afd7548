"""所依据的检查 · The visit behind an order or a re-inspection: where, of which kind, with which officers certified on its day."""

from dataclasses import dataclass

from contracts.values import PersonId, VisitKind, Waiver
from contracts.visit import Participant
from services.hazard.lifecycle.certifying import APL_42, TooFewOfficers
from services.hazard.lifecycle.powers import SC_54
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Occasion
from services.hazard.policy.visiting import Need
from services.hazard.refused import MayNot, Refused
from services.hazard.visit.party import check_officer
from services.hazard.visit.state import BEGUN, Visit


class VisitMissing(Refused):
    """没有写明所依据的检查 · An order names the visit it comes from."""


class VisitUnknown(Refused):
    """没有该检查 · There is no such visit, or not in reach."""


class VisitOfAnother(Refused):
    """检查与隐患不在同一企业 · The visit was paid to another enterprise."""


class VisitNotBegun(Refused):
    """检查尚未开始或者已取消 · Nothing is ordered on a visit that did not take place."""


class VisitMayNotOrder(MayNot):
    """该类检查不得责令整改 · Only an administrative, entrusted, joint or case visit may order."""


class NotOnTheRecheck(Refused):
    """该隐患不在复查范围 · A re-check looks at the hazards it names, and at no others."""


class NotOfTheVisit(MayNot):
    """不是该次检查的执法人员 · Who orders was there as a certified officer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """检查情况 · What an order takes from its visit."""

    visit: str | None
    kind: VisitKind
    officers: tuple[PersonId, ...]
    certificates: tuple[str, ...] = ()


def behind_order(hazard: Hazard, named: str | None, occasion: Occasion) -> Behind:
    """责令的依据 · Two officers of the visit, certified on its day, the acting one among them.

    A ledger row's visit may be missing: then the kind is that of the find. Where its visit names too few certified
    officers, or others than who ordered, the certificates are waived.
    Raises VisitMissing, VisitUnknown, VisitOfAnother, VisitNotBegun, VisitMayNotOrder, NotOfTheVisit, TooFewOfficers and what
    check_officer raises.
    """
    waived = not occasion.lacks(Waiver.CERTIFICATES)
    if named is None:
        if not waived or hazard.visit_kind is None:
            raise VisitMissing(f"责令整改须写明所依据的检查（{SC_54}；{APL_42}）")
        check_kind(hazard.visit_kind, occasion)
        return Behind(visit=None, kind=hazard.visit_kind, officers=(occasion.person,))
    visit = taken_place(hazard, occasion)
    check_kind(visit.kind, occasion)
    if waived and not names_enough(visit, occasion):
        return Behind(visit=named, kind=visit.kind, officers=(occasion.person,))
    officers = certified(visit, occasion)
    if occasion.person not in {one.person for one in officers}:
        raise NotOfTheVisit(f"只有参加该次检查的持证执法人员可以据以责令整改（{APL_42}）")
    return Behind(
        visit=named,
        kind=visit.kind,
        officers=tuple(one.person for one in officers),
        certificates=tuple(one.certificate for one in officers if one.certificate),
    )


def names_enough(visit: Visit, occasion: Occasion) -> bool:
    """台账记有足够的执法人员 · As many certificates as the law asks for, one of them of who orders."""
    own = {one.person for one in visit.officers}
    numbers = {one.certificate for one in visit.officers if one.certificate}
    return occasion.person in own and len(numbers) >= occasion.policy.limits.certified_officers


def taken_place(hazard: Hazard, occasion: Occasion) -> Visit:
    """已实施的检查 · In reach, at the same enterprise, begun, not cancelled. Raises VisitUnknown, VisitOfAnother, VisitNotBegun."""
    visit = occasion.visit
    if visit is None or visit.enterprise is None:
        raise VisitUnknown("没有该检查，或者该检查不在您的管辖范围内")
    if visit.enterprise != hazard.enterprise:
        raise VisitOfAnother
    if visit.state not in BEGUN:
        here = visit.state.zh if visit.state else "未建立"
        raise VisitNotBegun(f"所依据的检查处于「{here}」，须在扫码入企以后办理")
    return visit


def check_kind(kind: VisitKind, occasion: Occasion) -> None:
    """检查类型 · One of those that may order. Raises VisitMayNotOrder."""
    if kind not in occasion.policy.powers.ordering_visit_kinds:
        raise VisitMayNotOrder(f"{kind.zh}不得责令整改（{SC_54}）")


def certified(visit: Visit, occasion: Occasion) -> tuple[Participant, ...]:
    """持证执法人员 · Those of the visit who were certified on its day, by what is on record now.

    Raises the reason of the first who was not where too few are left, else TooFewOfficers.
    """
    valid: list[Participant] = []
    refused: MayNot | None = None
    for one in visit.officers:
        try:
            check_officer(one, occasion, visit.day)
        except MayNot as refusal:
            refused = refused or refusal
        else:
            valid.append(one)
    needed = occasion.policy.limits.certified_officers
    if len({one.certificate for one in valid}) >= needed:
        return tuple(valid)
    raise refused or TooFewOfficers(f"该次检查的持证执法人员不足 {needed} 人（{APL_42}）")


def behind_reinspection(hazard: Hazard, occasion: Occasion) -> tuple[Participant, ...]:
    """复查的依据 · Whoever re-inspects took part; a re-check names the hazard. Gives the visit's officers.

    Raises VisitUnknown, VisitOfAnother, VisitNotBegun, NotOfTheVisit, NotOnTheRecheck.
    """
    visit = taken_place(hazard, occasion)
    if occasion.person not in {one.person for one in visit.participants}:
        raise NotOfTheVisit("只有参加该次检查的人员可以据以记录复查结果")
    if visit.needs(Need.HAZARDS, occasion.policy) and hazard.id not in visit.hazards:
        raise NotOnTheRecheck(f"{visit.kind.zh}只复查计划中列明的隐患，该隐患不在其中")
    return visit.officers
