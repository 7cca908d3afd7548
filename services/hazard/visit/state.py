"""检查状态 · What the rules need to know of a visit, and nothing more."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.values import PersonId, VisitKind
from contracts.visit import Answer, CapExemption, Entrustment, FormVersion, Function, Participant, VisitState
from services.hazard.policy import Policy
from services.hazard.policy.visiting import Need, VisitKindRules
from services.hazard.refused import Refused

S = VisitState
BEGUN = (S.STARTED, S.RECORDED, S.SIGNED, S.SIGNATURE_REFUSED, S.ARCHIVED)  # the visitors were there


class NotAtThisVisitStage(Refused):
    """检查当前状态不允许此操作 · The visit does not stand where this step starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """已答检查项 · How an item stands, which time it was answered, and the hazard drafted from it."""

    item: str
    answer: Answer
    revision: int
    hazard: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """检查 · The state that rules read; made by evolving events, never written."""

    version: int = 0
    id: str = ""
    state: VisitState | None = None
    last_at: datetime | None = None
    division: str = ""
    enterprise: str | None = None
    kind: VisitKind = VisitKind.ADMIN
    planner: PersonId = ""
    planned_on: date | None = None
    visited_on: date | None = None
    purpose: str | None = None
    participants: tuple[Participant, ...] = ()
    gone: frozenset[PersonId] = frozenset()
    lead: PersonId = ""
    lead_department: str | None = None
    form: FormVersion | None = None
    entrustment: Entrustment | None = None
    case: str | None = None
    report: str | None = None
    hazards: tuple[str, ...] = ()
    campaign: str | None = None
    plan: str | None = None
    approval: str | None = None
    urgent: bool = False
    exemption: CapExemption | None = None
    answers: tuple[Answered, ...] = ()
    found: tuple[str, ...] = ()  # hazards, those of the answers among them
    finds: int = 0
    short: bool = False  # recorded after the fact, without the steps before

    def must_be(self, *states: VisitState, act: str) -> None:
        """所处状态 · Refuse a step that does not start here.

        Raises NotAtThisVisitStage.
        """
        if self.state not in states:
            allowed = "、".join(f"「{state.zh}」" for state in states)
            here = self.state.zh if self.state else "未建立"
            raise NotAtThisVisitStage(f"检查处于「{here}」，不能{act}；该操作只适用于{allowed}")

    def rules(self, policy: Policy) -> VisitKindRules:
        """该类规定 · What the policy lays down for its kind."""
        return policy.visit_kinds[self.kind]

    def needs(self, need: Need, policy: Policy) -> bool:
        """是否须有 · Whether its kind needs this."""
        return need in self.rules(policy).needs

    @property
    def present(self) -> tuple[Participant, ...]:
        """在场人员 · Who takes part and has not left."""
        return tuple(one for one in self.participants if one.person not in self.gone)

    @property
    def officers(self) -> tuple[Participant, ...]:
        """执法人员 · Everybody who took part as a certified officer, left early or not."""
        return tuple(one for one in self.participants if one.function is Function.OFFICER)

    @property
    def day(self) -> date:
        """检查当日 · The local date on which it began; only of a visit that has begun."""
        assert self.visited_on is not None
        return self.visited_on

    def answered(self, item: str) -> Answered | None:
        """该项结论 · How an item stands, None before it is answered."""
        return next((one for one in self.answers if one.item == item), None)

    def takes_part(self, person: PersonId) -> bool:
        """是否在场 · Whether somebody is there now."""
        return any(one.person == person for one in self.present)
