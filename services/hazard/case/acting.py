"""谁来办案 · Which roles may do what in a case, by policy; who counts as a certified officer of it; who is independent."""

from contracts.case import CaseOfficer
from contracts.values import PersonId, Role
from services.hazard.case.state import Case
from services.hazard.lifecycle import certifying
from services.hazard.lifecycle.holding import Power, TownOutsidePowers, power
from services.hazard.lifecycle.powers import APL_24
from services.hazard.occasion import Occasion
from services.hazard.policy.cases import APL_42, CaseAct
from services.hazard.refused import MayNot

TOWN = frozenset({Role.TWO, Role.TWL})
APL_43 = "《行政处罚法》第四十三条：执法人员与案件有直接利害关系的，应当回避"


class NotOnThisCase(MayNot):
    """不是本案办案人员 · Only the officers assigned to a case investigate it."""


class OfficerHasInterest(MayNot):
    """办案人员应当回避 · An officer holds a post at the enterprise the case is about."""


class NotTheParty(MayNot):
    """不是本案当事人 · An enterprise speaks in its own case only."""


def power_of(act: CaseAct, occasion: Occasion) -> Power:
    """持权 · Who may, by the policy of the day, as a power whose certificates can be checked."""
    return power(act.zh, APL_42, *occasion.policy.cases.roles[act])


def check(act: CaseAct, case: Case, occasion: Occasion) -> None:
    """核对 · The role has the act by policy, a town by its province's grant, the party in its own case.

    Raises MayNot, TownOutsidePowers, NotTheParty.
    """
    if occasion.role not in occasion.policy.cases.roles[act]:
        raise MayNot(f"{occasion.role.zh}无权{act.zh}（{APL_42}）")
    if occasion.role in TOWN and not occasion.policy.powers.town_penalties:
        raise TownOutsidePowers(f"本省未授权{occasion.role.zh}{act.zh}（{APL_24}）")
    if occasion.of_enterprise and occasion.organisation != case.enterprise:
        raise NotTheParty("企业只能在本企业的案件中陈述、申辩和要求听证（《行政处罚法》第四十四条）")


def check_handler(case: Case, occasion: Occasion) -> None:
    """办理 · Who handles a case does it with a certificate of his own, valid on that day."""
    check(CaseAct.HANDLE, case, occasion)
    certifying.check_own_certificate(power_of(CaseAct.HANDLE, occasion), occasion)


def check_investigator(case: Case, occasion: Occasion) -> None:
    """本案办理 · One of the officers that the case was assigned to. Raises NotOnThisCase."""
    check_handler(case, occasion)
    if occasion.person not in {officer.person for officer in case.officers}:
        raise NotOnThisCase(
            "只有指派的办案人员可以调查取证（《行政处罚法》第四十二条、第五十五条）；请先指派"
        )


def check_officers(officers: tuple[CaseOfficer, ...], occasion: Occasion) -> None:
    """执法人员 · At least so many persons, each with a certificate of his own that is valid on that day.

    Raises TooFewOfficers, OfficerHasInterest and what certifying raises.
    """
    needed = occasion.policy.limits.certified_officers
    people = {officer.person for officer in officers}
    if len(people) < needed or len({officer.certificate for officer in officers}) < needed:
        raise certifying.TooFewOfficers(f"办案人员不得少于 {needed} 人（{certifying.APL_42}）")
    if people & occasion.enterprise_people:
        raise OfficerHasInterest(APL_43)
    held = power_of(CaseAct.HANDLE, occasion)
    for officer in officers:
        check_officer(officer, held, occasion)


def check_officer(officer: CaseOfficer, held: Power, occasion: Occasion) -> None:
    """一名执法人员 · By the appointments on record; without any, as policy says.

    Raises CertificateNotOwn and what certifying raises.
    """
    known = occasion.on_record.get(officer.person)
    if known is None:
        certifying.check_may_be_unknown(occasion, officer.person)
    elif officer.certificate not in certifying.certificates_on(known, occasion, held, officer.person):
        raise certifying.CertificateNotOwn(
            f"执法证号 {officer.certificate} 不是 {officer.person} 的（{certifying.APL_42}）"
        )


def officers_of(case: Case, people: tuple[PersonId, ...], occasion: Occasion) -> tuple[CaseOfficer, ...]:
    """到场的办案人员 · Those of the case's officers who took part, checked anew on the day of the step.

    Raises NotOnThisCase and what check_officers raises.
    """
    known = {officer.person: officer for officer in case.officers}
    strangers = sorted({*people} - known.keys())
    if strangers:
        raise NotOnThisCase(f"{'、'.join(strangers)}不是本案办案人员（《行政处罚法》第四十二条）")
    taking_part = tuple(known[person] for person in sorted({*people}))
    check_officers(taking_part, occasion)
    return taking_part
