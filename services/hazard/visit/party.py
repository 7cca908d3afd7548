"""参加人员 · Who may take part as what: certified officers, whoever leads an expert, who came later and who left."""

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from contracts.values import Certificate, PersonId, ShortText, Text, VisitKind
from contracts.visit import Function, Participant, ParticipantJoined, ParticipantLeft, VisitState
from services.hazard.lifecycle.certifying import (
    APL_42,
    CertificateNotOwn,
    OfficerUncertified,
    TooFewOfficers,
    certificates_of,
    check_may_be_unknown,
)
from services.hazard.lifecycle.holding import power
from services.hazard.lifecycle.powers import SC_54
from services.hazard.occasion import OFFICE_ROLES, Ask, Occasion
from services.hazard.policy.checking import OFFICERS
from services.hazard.policy.visiting import Need
from services.hazard.refused import MayNot, Refused
from services.hazard.visit.state import Visit

F = Function
INSPECT = power("实施检查", SC_54, *sorted(OFFICERS), certified=True)
# 由谁充任 · What a need of a kind asks of who takes part; certificates are looked at one by one.
IN_PERSON: dict[Need, tuple[frozenset[Function], str]] = {
    Need.LEADER: (frozenset({F.LEADER}), "领导检查须写明带队领导（党政同责规定）"),
    Need.EXPERT: (frozenset({F.EXPERT}), "专家服务须写明专家"),
    Need.GRID: (frozenset({F.GRID}), f"网格巡查须写明网格员或者村社区安全员（{SC_54}）"),
    Need.LANDLORD: (frozenset({F.LANDLORD}), "房东检查须写明房东（《安全生产法》第四十九条）"),
}
LEADING = frozenset({F.OFFICER, F.COMPANION})  # who may lead an expert


class ParticipantMissing(Refused):
    """缺少应参加的人员 · A kind of visit without whom it is not of that kind."""


class ParticipantTwice(Refused):
    """参加人员重复 · Somebody stands twice on the list, or is there already."""


class ExpertAlone(MayNot):
    """专家不得单独检查 · Experts are led by an officer of the town or the department."""


class NotTakingPart(MayNot):
    """不是在场的检查人员 · A step of the visit is done by somebody who takes part in it."""


class MayNotVisit(MayNot):
    """无权实施该类检查 · The role does not carry out visits of this kind."""


class PlannedParticipant(Ask):
    """参加人员 · Who, as what, from where, with which certificate."""

    person: PersonId
    function: Function
    department: ShortText | None = Field(None, description="所在部门或者单位")
    certificate: Certificate | None = Field(None, description="执法证号，执法人员必填")

    @property
    def value(self) -> Participant:
        """参加人员 · As the event has it."""
        return Participant(**self.model_dump())


class JoinVisit(
    PlannedParticipant,
    json_schema_extra={
        "examples": [
            {"person": "p-71", "function": "EXPERT", "department": "某安全技术服务有限公司"},
            {"person": "p-10", "function": "OFFICER", "department": "区消防", "certificate": "33011100124"},
        ]
    },
):
    """加入检查 · Somebody comes while the visit is under way."""


class LeaveVisit(Ask, json_schema_extra={"examples": [{"person": "p-71", "reason": "另有任务"}]}):
    """中途离开 · Somebody leaves before the end."""

    person: PersonId
    reason: Text | None = None


def check_visitor(kind: VisitKind, occasion: Occasion) -> None:
    """实施人 · Only roles that the policy lets carry out this kind. Raises MayNotVisit."""
    if occasion.role not in occasion.policy.powers.visitors.get(kind, ()):
        raise MayNotVisit(f"{occasion.role.zh}不能实施{kind.zh}（国办发〔2024〕54号：检查须由有权人员实施）")


def check_party(kind: VisitKind, party: Sequence[Participant], occasion: Occasion, day: date) -> None:
    """参加人员检查 · Everybody once, each officer certified on that day and as many as the kind asks for, experts led.

    Raises ParticipantTwice, ParticipantMissing, ExpertAlone, and what certifying raises.
    """
    if len({one.person for one in party}) < len(party):
        raise ParticipantTwice("参加人员中有人重复填写")
    for one in party:
        if one.function is F.OFFICER:
            check_officer(one, occasion, day)
    needs = occasion.policy.visit_kinds[kind].needs
    if Need.CERTIFICATES in needs:
        check_enough(party, occasion)
    for need, (functions, sentence) in IN_PERSON.items():
        if need in needs and not any(one.function in functions for one in party):
            raise ParticipantMissing(sentence)
    check_led(party, occasion, day)


def check_officer(one: Participant, occasion: Occasion, day: date) -> None:
    """执法人员 · With a certificate of one's own, by the appointments on record valid on that day.

    Raises OfficerUncertified, CertificateExpired, CertificateNotOwn, OfficerNotOnRecord.
    """
    if one.certificate is None:
        raise OfficerUncertified(
            f"参加人员 {one.person} 没有执法证，不能计为执法人员（{APL_42}），可以作为陪同人员参加"
        )
    known = occasion.on_record.get(one.person)
    if known is None:
        check_may_be_unknown(occasion, one.person)
        return
    words = (f"参加人员 {one.person} ", f"在检查当日（{day.isoformat()}）")
    if one.certificate not in certificates_of(known, INSPECT.roles, day, words, INSPECT.act):
        raise CertificateNotOwn(f"执法证号 {one.certificate} 不是参加人员 {one.person} 的（{APL_42}）")


def check_enough(party: Sequence[Participant], occasion: Occasion) -> None:
    """人数 · As many officers with certificates of their own as the law asks for. Raises TooFewOfficers."""
    needed = occasion.policy.limits.certified_officers
    numbers = {one.certificate for one in party if one.function is F.OFFICER}
    if len(numbers) < needed:
        raise TooFewOfficers(f"须有 {needed} 名以上持证执法人员，现有 {len(numbers)} 名（{APL_42}）")


def check_led(party: Sequence[Participant], occasion: Occasion, day: date) -> None:
    """带队 · Where an expert is, somebody of the office is. Raises ExpertAlone."""
    if not any(one.function is F.EXPERT for one in party):
        return
    if not any(one.function in LEADING and of_office(one, occasion, day) for one in party):
        raise ExpertAlone(f"专家须由镇街或者部门工作人员带领，不得单独检查（{SC_54}）")


def of_office(one: Participant, occasion: Occasion, day: date) -> bool:
    """机关人员 · Serving in an office on that day by the appointments on record, or without any by the list's word."""
    known = occasion.on_record.get(one.person)
    if known is None:
        return True
    return any(held.role in OFFICE_ROLES and held.serves(day) for held in known)


def check_taking_part(visit: Visit, occasion: Occasion, act: str) -> None:
    """在场 · Whoever takes part and has not left. Raises NotTakingPart."""
    if not visit.takes_part(occasion.person):
        raise NotTakingPart(f"只有在场的检查人员可以{act}")


def join_visit(visit: Visit, ask: JoinVisit, occasion: Occasion) -> tuple[ParticipantJoined, ...]:
    """加入检查 · Told by somebody who is there; an officer is certified on the day of the visit."""
    visit.must_be(VisitState.STARTED, act="加入检查")
    check_taking_part(visit, occasion, "登记加入检查的人员")
    joining = ask.value
    if visit.takes_part(ask.person):
        raise ParticipantTwice(f"{ask.person} 已在参加人员中")
    if joining.function is F.OFFICER:
        check_officer(joining, occasion, visit.day)
    check_led((*visit.present, joining), occasion, visit.day)
    return (ParticipantJoined(enterprise=visit.enterprise or "", participant=joining),)


def leave_visit(visit: Visit, ask: LeaveVisit, occasion: Occasion) -> tuple[ParticipantLeft, ...]:
    """中途离开 · Who stays must still be enough: officers in number, an officer beside an expert."""
    visit.must_be(VisitState.STARTED, act="离开检查")
    check_taking_part(visit, occasion, "登记离开检查的人员")
    leaving = next((one for one in visit.present if one.person == ask.person), None)
    if leaving is None:
        raise NotTakingPart(f"{ask.person} 不在参加人员中")
    staying = tuple(one for one in visit.present if one is not leaving)
    if not staying:
        raise ParticipantMissing("最后一名检查人员不能离开，请先记录检查")
    check_party(visit.kind, staying, occasion, visit.day)
    return (ParticipantLeft(enterprise=visit.enterprise or "", participant=leaving, reason=ask.reason),)
