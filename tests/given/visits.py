"""检查故事 · given / when / then over the pure rules of a visit, with what it writes beside; no server."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.catalogue import dataschema
from contracts.envelope import Envelope, Event
from contracts.form import FormItem
from contracts.values import Role, VisitKind
from contracts.visit import FormVersion, VisitStarted
from given.officers import appointed
from given.sentences import is_for_people
from given.story import DIVISION, DPO, ENT_M, ENTERPRISE, EXP, FILE, GRID, POLICY, START, TWL, TWN, TWO
from services.hazard.appointment import Appointment
from services.hazard.calendar.reading import read_calendar
from services.hazard.enterprise import Enterprise
from services.hazard.form import Form, Published
from services.hazard.occasion import SHANGHAI, Occasion
from services.hazard.policy import Policy
from services.hazard.refused import Refused
from services.hazard.visit import counting, evolving
from services.hazard.visit.answering import AnswerItem, answer_items
from services.hazard.visit.counting import VisitCount
from services.hazard.visit.planning import ApproveVisit, PlanVisit, approve_visit, plan_visit
from services.hazard.visit.recording import CompleteVisit, complete_visit
from services.hazard.visit.starting import StartVisit, start_visit
from services.hazard.visit.state import Visit

VISIT = str(UUID(int=7))
FORM = "a3c1d9e0-7b42-5f10-9c6d-2e8f4b5a7c31"
CHECKLIST = FormVersion(form=FORM, version=1)
ITEMS = tuple(
    FormItem(
        id=f"1.{number}",
        text=f"第{number}项符合要求",
        category="B04",
        clause=f"GB 50054-2011 第5.{number}条",
        advice=f"按第{number}项整改",
    )
    for number in range(1, 4)
)
FORMS = Form(version=1, versions=(Published(number=1, name="用电检查表", items=ITEMS),))
COLLEAGUE = {
    "person": "p-colleague",
    "role": Role.TWO,
    "organisation": "org-town",
    "certificate": "33011100124",
}
ON_RECORD: Mapping[str, tuple[Appointment, ...]] = {
    TWO["person"]: appointed(TWO["certificate"]),
    COLLEAGUE["person"]: appointed(COLLEAGUE["certificate"]),
    DPO["person"]: appointed(DPO["certificate"], role=Role.DPO),
    TWN["person"]: appointed(None, role=Role.TWN),
    EXP["person"]: appointed(None, role=Role.EXP),
    GRID["person"]: appointed(None, role=Role.GRID),
    TWL["person"]: appointed(None, role=Role.TWL),
}


def taking_part(who: dict, function: str, **more: object) -> dict[str, object]:
    certificate = who.get("certificate") if function == "OFFICER" else None
    return {
        "person": who["person"],
        "function": function,
        "certificate": certificate,
        "department": who["organisation"],
        **more,
    }


OFFICERS = (taking_part(TWO, "OFFICER"), taking_part(COLLEAGUE, "OFFICER"))
JOINED = (taking_part(TWO, "OFFICER"), taking_part(DPO, "OFFICER"))
LED = (taking_part(TWN, "COMPANION"), taking_part(EXP, "EXPERT"))
K = VisitKind
GROUNDS: dict[VisitKind, dict[str, object]] = {
    K.ADMIN: {"participants": OFFICERS},
    K.ENTRUSTED: {
        "participants": OFFICERS,
        "entrustment": {"principal": "区应急管理局", "document": "余应急委〔2026〕2号"},
    },
    K.JOINT: {"participants": JOINED, "lead_department": "org-town"},
    K.CASE: {"participants": OFFICERS, "report": "举报件18号"},
    K.RECHECK: {"participants": OFFICERS, "hazards": (str(UUID(int=1)),)},
    K.LEADER: {"participants": (taking_part(TWL, "LEADER"),), "lead": TWL["person"]},
    K.EXPERT: {"participants": LED, "lead": TWN["person"]},
    K.GRID: {"participants": (taking_part(GRID, "GRID"),), "lead": GRID["person"]},
    K.SELF: {"participants": (taking_part(ENT_M, "ENTERPRISE"),), "lead": ENT_M["person"]},
    K.LANDLORD: {
        "participants": (
            {"person": "p-landlord", "function": "LANDLORD"},
            taking_part(TWN, "COMPANION"),
        ),
        "lead": TWN["person"],
    },
    K.REMOTE: {"participants": (taking_part(TWN, "COMPANION"),), "lead": TWN["person"]},
}
BY: dict[VisitKind, dict] = {
    K.LEADER: TWL,
    K.EXPERT: TWN,
    K.GRID: GRID,
    K.SELF: ENT_M,
    K.LANDLORD: TWN,
    K.REMOTE: TWN,
}
"""Who plans, begins and records a visit of a kind; an officer of the town unless named here."""


def by(kind: VisitKind) -> dict:
    return BY.get(kind, TWO)


def planning(kind: VisitKind = K.ADMIN, on: date = date(2026, 6, 3), **more: object) -> PlanVisit:
    fields = {
        "enterprise": ENTERPRISE,
        "visit_kind": kind,
        "planned_on": on,
        "purpose": "用电安全检查",
        "lead": TWO["person"],
    }
    return PlanVisit(**{**fields, **GROUNDS[kind], **more})


APPROVE = ApproveVisit(number="余应急检批〔2026〕31号")
SCANNED = StartVisit(scanned=ENTERPRISE)


@dataclass(frozen=True)
class Paid:
    """一次检查 · A visit so far, what stands in the year's count, and the hour it is."""

    visit: Visit = field(default_factory=Visit)
    count: VisitCount = field(default_factory=VisitCount)
    at: datetime = START
    events: tuple[Event, ...] = ()
    history: tuple[Event, ...] = ()
    policy: Policy = POLICY
    enterprise: Enterprise = FILE
    form: Form = FORMS
    on_record: Mapping[str, tuple[Appointment, ...]] = field(default_factory=lambda: ON_RECORD)
    key: str = VISIT

    def occasion(self, who: dict, **more: object) -> Occasion:
        circumstances = {
            "division": DIVISION,
            "at": self.at,
            "now": self.at,
            "policy": self.policy,
            "calendar": read_calendar(),
            "enterprise": self.enterprise,
            "on_record": self.on_record,
            "visit_count": self.count,
            "form": self.form,
        }
        return Occasion(**{**circumstances, **who, **more})

    def when(self, rule, ask, who: dict, **more: object) -> "Paid":
        """一步 · The rule decides, its events change the visit and the year's count, an hour passes."""
        occasion = self.occasion(who, **more)
        occasion.check_time(self.visit.last_at)
        events = rule(self.visit, ask, occasion)
        visit, count = self.visit, self.count
        for event in events:
            visit = evolving.evolve(visit, event, envelope(event, occasion, self.key, visit.version + 1))
            for counted in counting.counted(self.key, event) if isinstance(event, VisitStarted) else ():
                year = envelope(counted, occasion, self.key, count.version + 1)
                count = counting.evolve(count, counted, year)
        return replace(
            self,
            visit=visit,
            count=count,
            events=events,
            history=(*self.history, *events),
            at=self.at + timedelta(hours=1),
        )

    def refused(self, refusal: type[Refused], rule, ask, who: dict, **more: object) -> str:
        """拒绝 · The rule says no by this name; gives the sentence."""
        with pytest.raises(refusal) as told:
            self.when(rule, ask, who, **more)
        assert type(told.value) is refusal
        assert is_for_people(told.value.detail), told.value.detail
        return told.value.detail

    def later(self, days: int) -> "Paid":
        return replace(self, at=self.at + timedelta(days=days))

    def another(self, key: str) -> "Paid":
        """另一次 · Another visit to the same enterprise, in the same year."""
        return replace(self, visit=Visit(), key=key, events=(), history=())

    @property
    def today(self) -> date:
        return self.at.astimezone(SHANGHAI).date()

    @property
    def types(self) -> list[str]:
        return [event.TYPE for event in self.events]


def envelope(event: Event, occasion: Occasion, key: str, version: int) -> Envelope:
    return Envelope(
        id=uuid4(),
        source="safety/330111",
        type=event.TYPE,
        subject=f"{event.TYPE.partition('.')[0]}/{key}",
        time=occasion.now,
        dataschema=dataschema(type(event)),
        version=version,
        occurredat=occasion.at,
        actor=occasion.person,
        role=occasion.role,
        division=occasion.division,
        policyversion=occasion.policy.version,
        calendarversion=occasion.calendar.version,
        data=event.model_dump(mode="json", exclude_none=True),
    )


def planned(kind: VisitKind = K.ADMIN, paid: Paid | None = None, **more: object) -> Paid:
    paid = paid or Paid()
    return paid.when(plan_visit, planning(kind, paid.today, **more), by(kind))


def approved(kind: VisitKind = K.ADMIN, paid: Paid | None = None, **more: object) -> Paid:
    """批准 · Planned, and approved where its kind asks for it."""
    paid = planned(kind, paid, **more)
    needed = "approval" in POLICY.visit_kinds[kind].needs
    return paid.when(approve_visit, APPROVE, TWL) if needed else paid


def started(kind: VisitKind = K.ADMIN, paid: Paid | None = None, **more: object) -> Paid:
    return approved(kind, paid, **more).when(start_visit, SCANNED, by(kind))


def checking(kind: VisitKind = K.ADMIN) -> Paid:
    """检查中 · Under way with the form."""
    return started(kind, form=CHECKLIST)


def answered(item: str, answer: str, **more: object) -> AnswerItem:
    return AnswerItem(item=item, answer=answer, **more)


def all_answered(*deviating: str) -> Paid:
    """答完 · Every item answered, these as deviations."""
    paid = checking()
    for item in ITEMS:
        answer = "DEVIATES" if item.id in deviating else "CONFORMS"
        paid = paid.when(answer_items, answered(item.id, answer), TWO)
    return paid


def recorded(*deviating: str) -> Paid:
    return all_answered(*deviating).when(complete_visit, CompleteVisit(), TWO)
