"""给定 · An enforcement case brought from stage to stage by its own rules, and the people of it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest

from contracts.case import CaseOfficer, Penalty
from contracts.case_codes import CaseStatus, EvidenceKind
from contracts.envelope import Event
from contracts.regions import CaseOutcome, PenaltyKind
from contracts.terms import ServiceMethod
from contracts.values import AppointedCertificate, Role
from given.lives import ordered
from given.sentences import is_for_people
from given.story import DIVISION, DPL, DPO, ENF, FILE, PHOTO, POLICY, START, envelope
from services.hazard.appointment import Appointment
from services.hazard.calendar import Calendar
from services.hazard.calendar.reading import read_calendar
from services.hazard.case.closing import CloseCase, close_case
from services.hazard.case.deciding import DecideCase, ReviewLegally, decide_case, review_legally
from services.hazard.case.evolving import evolve
from services.hazard.case.executing import ExecutePenalty, RecordPayment, execute_penalty, record_payment
from services.hazard.case.filing import FileCase, ReferCase, file_case, refer_case
from services.hazard.case.informing import InformParty, WaiveRights, inform_party, waive_rights
from services.hazard.case.investigating import (
    AssignOfficers,
    RecordEvidence,
    assign_officers,
    record_evidence,
)
from services.hazard.case.publishing import PublishPenalty, ServeDecision, publish_penalty, serve_decision
from services.hazard.case.state import Case
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Occasion
from services.hazard.policy import Policy
from services.hazard.refused import Refused

ENF2 = {**ENF, "person": "p-enf2", "certificate": "33011199101"}
REVIEWER = {**ENF, "person": "p-reviewer", "certificate": "33011199109"}
OFFICERS = tuple(CaseOfficer(person=who["person"], certificate=who["certificate"]) for who in (ENF, ENF2))
HAZARD = "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10"
FINE = Penalty(kinds=(PenaltyKind.FINE,), fine=2_000_000)
HEAVY = Penalty(kinds=(PenaltyKind.FINE, PenaltyKind.SUSPENSION), fine=8_000_000)
NONE = Penalty(kinds=(PenaltyKind.NONE,))
BASIS = ("《安全生产法》第一百零二条",)


@dataclass(frozen=True)
class Trial:
    """一案 · A case so far, the hour it is, and every event until now."""

    case: Case = field(default_factory=Case)
    at: datetime = START
    events: tuple[Event, ...] = ()
    all: tuple[Event, ...] = ()
    policy: Policy = POLICY
    calendar: Calendar = field(default_factory=read_calendar)

    def occasion(self, who: dict, **more: object) -> Occasion:
        circumstances = {
            "division": DIVISION,
            "at": self.at,
            "now": self.at,
            "policy": self.policy,
            "calendar": self.calendar,
            "number": f"（余）应急〔{self.at.year}〕{len(self.all) + 1}号",
        }
        return Occasion(**{**circumstances, **who, **more})

    def when(self, rule, ask, who: dict, *, told: dict | None = None, **more: object) -> "Trial":
        """一步 · The rule decides, its events change the state, an hour passes; `told` is what refer_case is given."""
        occasion = self.occasion(who, **more)
        occasion.check_time(self.case.last_at)
        events = rule(self.case, ask, occasion, **(told or {}))
        case = self.case
        for event in events:
            case = evolve(case, event, envelope(event, occasion, case.version + 1))
        at = self.at + timedelta(hours=1)
        return replace(self, case=case, events=events, all=(*self.all, *events), at=at)

    def later(self, days: int) -> "Trial":
        return replace(self, at=self.at + timedelta(days=days))

    def on(self, day: date) -> "Trial":
        return self.later((day - self.today).days)

    @property
    def today(self) -> date:
        return self.occasion(ENF).today

    def refused(self, refusal: type[Refused], rule, ask, who: dict, **more: object) -> str:
        """拒绝 · The rule says no by this name; gives the sentence."""
        with pytest.raises(refusal) as told:
            self.when(rule, ask, who, **more)
        assert type(told.value) is refusal
        assert is_for_people(told.value.detail), told.value.detail
        return told.value.detail

    @property
    def types(self) -> list[str]:
        return [event.TYPE for event in self.events]

    @property
    def status(self) -> CaseStatus | None:
        return self.case.status


def referring(*hazards: str, **more: object) -> ReferCase:
    fields = {"hazards": hazards or (HAZARD,), "reason": "SECOND_FAIL", "remark": "两次复查均不合格"}
    return ReferCase(**{**fields, "file": (PHOTO,), **more})


def given_hazards(*hazards: Hazard, enterprise=FILE) -> dict:
    keys = (HAZARD, HAZARD.replace("5b", "6b"), HAZARD.replace("5b", "7b"))
    return {"enterprise": enterprise, "hazards": dict(zip(keys, hazards, strict=False))}


def referred(hazard: Hazard | None = None, **more: object) -> Trial:
    given = given_hazards(hazard or ordered().hazard)
    return Trial(**more).when(refer_case, referring(), DPO, told=given)


FILING = FileCase(suspected="未采取措施消除事故隐患", basis=BASIS)


def filed(trial: Trial | None = None, who: dict = DPO) -> Trial:
    return (trial or referred()).when(file_case, FILING, who)


def assigned(trial: Trial | None = None) -> Trial:
    return (trial or filed()).when(assign_officers, AssignOfficers(officers=OFFICERS), DPL)


def collecting(trial: Trial, **more: object) -> RecordEvidence:
    fields = {
        "kind": EvidenceKind.SITE,
        "description": "现场检查笔录：仍未接地",
        "file": (PHOTO,),
        "others": (ENF2["person"],),
        "collected_on": trial.today,
    }
    return RecordEvidence(**{**fields, **more})


def investigated(trial: Trial | None = None) -> Trial:
    trial = trial or assigned()
    return trial.when(record_evidence, collecting(trial), ENF)


def telling(trial: Trial, **more: object) -> InformParty:
    fields = {
        "facts": "配电箱外壳未做保护接地，两次复查均未消除",
        "grounds": "未采取措施消除事故隐患",
        "basis": BASIS,
        "proposed": FINE,
        "others": (ENF2["person"],),
        "informed_on": trial.today,
    }
    return InformParty(**{**fields, **more})


def informed(trial: Trial | None = None, **more: object) -> Trial:
    trial = trial or investigated()
    return trial.when(inform_party, telling(trial, **more), ENF)


def waived(trial: Trial | None = None) -> Trial:
    trial = trial or informed()
    return trial.when(waive_rights, WaiveRights(file=(PHOTO,), waived_on=trial.today), ENF)


PASSED = ReviewLegally(passed=True, opinion="事实清楚，程序合法")


def reviewed(trial: Trial | None = None) -> Trial:
    return (trial or waived(informed(proposed=HEAVY))).when(review_legally, PASSED, REVIEWER)


def deciding(**more: object) -> DecideCase:
    fields = {
        "penalty": FINE,
        "facts": "配电箱外壳未做保护接地，两次复查均未消除",
        "basis": BASIS,
    }
    return DecideCase(**{**fields, **more})


def decided(trial: Trial | None = None, **more: object) -> Trial:
    return (trial or waived()).when(decide_case, deciding(**more), DPL)


def served(trial: Trial | None = None) -> Trial:
    trial = trial or decided()
    ask = ServeDecision(method=ServiceMethod.DIRECT, recipient="p-boss", file=(PHOTO,), served_on=trial.today)
    return trial.when(serve_decision, ask, ENF)


def published(trial: Trial | None = None) -> Trial:
    trial = trial or served()
    ask = PublishPenalty(place="余杭区应急管理局行政处罚公示", published_on=trial.today)
    return trial.when(publish_penalty, ask, ENF)


def paid(trial: Trial | None = None, amount: int = 2_000_000) -> Trial:
    trial = trial or published()
    ask = RecordPayment(amount=amount, paid_on=trial.today, receipt="NO.0012")
    return trial.when(record_payment, ask, ENF)


def executed(trial: Trial | None = None) -> Trial:
    trial = trial or paid()
    ask = ExecutePenalty(executed_on=trial.today, manner="罚款已缴清")
    return trial.when(execute_penalty, ask, ENF)


def closing(trial: Trial, outcome: CaseOutcome = CaseOutcome.EXECUTED, **more: object) -> CloseCase:
    return CloseCase(**{"outcome": outcome, "closed_on": trial.today, **more})


def closed(trial: Trial | None = None) -> Trial:
    trial = trial or executed()
    return trial.when(close_case, closing(trial), DPL)


STAGES = {
    CaseStatus.REFERRED: referred,
    CaseStatus.FILED: filed,
    CaseStatus.INVESTIGATING: investigated,
    CaseStatus.INFORMED: informed,
    CaseStatus.DECIDED: decided,
    CaseStatus.PUBLISHED: published,
    CaseStatus.EXECUTED: executed,
    CaseStatus.CLOSED: closed,
}


def serving(who: dict, trial: Trial, valid_to: date | None = None, role: Role | None = None) -> dict:
    """在任 · Appointments on record for this person, with his certificate until a day."""
    certificate = AppointedCertificate(number=who["certificate"], valid_to=valid_to)
    appointment = Appointment(
        role=role or who["role"],
        organisation=who["organisation"],
        certificate=certificate,
        starts_on=trial.today - timedelta(days=30),
        ends_on=None,
    )
    return {who["person"]: (appointment,)}
