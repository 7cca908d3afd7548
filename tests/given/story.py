"""故事 · given / when / then over the pure rules: thousands of lives a second, no server."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.catalogue import dataschema
from contracts.enterprise import EnterpriseRegistered
from contracts.envelope import Envelope, Event
from contracts.values import Entry, Role, VisitKind
from contracts.visit import Function, Participant, VisitState
from given.sentences import is_for_people
from services.hazard.calendar import Calendar
from services.hazard.calendar.reading import read_calendar
from services.hazard.enterprise import Enterprise
from services.hazard.lifecycle.evolving import evolve
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import SHANGHAI, Occasion
from services.hazard.policy import Policy, read_policy
from services.hazard.policy.content import Profiled
from services.hazard.refused import Refused
from services.hazard.visit.state import Visit

START = datetime(2026, 6, 3, 1, 30, tzinfo=UTC)  # 9:30 in Shanghai
DIVISION = "330111005000"
POLICY = Profiled(read_policy()).within(DIVISION)
ENTERPRISE = "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11"
FILE = Enterprise(
    version=1,
    id=ENTERPRISE,
    name="蜀山精密机械有限公司",
    division=DIVISION,
    profile=EnterpriseRegistered(name="蜀山精密机械有限公司", division=DIVISION),
)
NUMBER = "HZ-330111-2026-000001"
PHOTO = "sha256:" + "a" * 64
OTHER_PHOTO = "sha256:" + "b" * 64

# 人物 · The people of the stories, by what they are.
TWO = {"person": "p-two", "role": Role.TWO, "organisation": "org-town", "certificate": "33011100123"}
TWN = {"person": "p-twn", "role": Role.TWN, "organisation": "org-town"}
TWL = {"person": "p-twl", "role": Role.TWL, "organisation": "org-town"}
DPO = {"person": "p-dpo", "role": Role.DPO, "organisation": "org-dept", "certificate": "33011199001"}
DPO2 = {"person": "p-dpo2", "role": Role.DPO, "organisation": "org-dept", "certificate": "33011199002"}
DPL = {"person": "p-dpl", "role": Role.DPL, "organisation": "org-dept", "certificate": "33011199009"}
SCO = {"person": "p-sco", "role": Role.SCO, "organisation": "org-committee"}
ENF = {"person": "p-enf", "role": Role.ENF, "organisation": "org-brigade", "certificate": "33011199100"}
SYS = {"person": "p-timer", "role": Role.SYS, "organisation": "org-system"}
LND = {"person": "p-landlord", "role": Role.LND, "organisation": ENTERPRISE}
EXP = {"person": "p-exp", "role": Role.EXP, "organisation": "org-service"}
GRID = {"person": "p-grid", "role": Role.GRID, "organisation": "org-grid"}
ENT_M = {"person": "p-boss", "role": Role.ENT_M, "organisation": ENTERPRISE}
ENT_S = {"person": "p-safety", "role": Role.ENT_S, "organisation": ENTERPRISE}
ENT_S2 = {"person": "p-safety2", "role": Role.ENT_S, "organisation": ENTERPRISE}


@dataclass(frozen=True)
class Life:
    """一生 · A hazard so far, and the hour it is."""

    hazard: Hazard = field(default_factory=Hazard)
    at: datetime = START
    events: tuple[Event, ...] = ()
    policy: Policy = POLICY
    calendar: Calendar = field(default_factory=read_calendar)

    def occasion(self, who: dict, **more: object) -> Occasion:
        circumstances = {
            "division": DIVISION,
            "at": self.at,
            "now": self.at,
            "policy": self.policy,
            "calendar": self.calendar,
            "number": NUMBER,
            "enterprise": FILE,
            "visit": visited_by(who, self.at),
        }
        return Occasion(**{**circumstances, **who, **more})

    def when(self, rule, ask, who: dict, **more: object) -> "Life":
        """一步 · The rule decides, its events change the state, an hour passes."""
        occasion = self.occasion(who, **more)
        occasion.check_time(self.hazard.last_at)
        events = rule(self.hazard, ask, occasion)
        hazard = self.hazard
        for event in events:
            hazard = evolve(hazard, event, envelope(event, occasion, hazard.version + 1))
        return replace(self, hazard=hazard, events=events, at=self.at + timedelta(hours=1))

    def later(self, days: int) -> "Life":
        return replace(self, at=self.at + timedelta(days=days))

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


def envelope(event: Event, occasion: Occasion, version: int) -> Envelope:
    return Envelope(
        id=uuid4(),
        source="safety/330111",
        type=event.TYPE,
        subject=f"hazard/{UUID(int=1)}",
        time=occasion.now,
        dataschema=dataschema(type(event)),
        version=version,
        occurredat=occasion.at,
        actor=occasion.person,
        role=occasion.role,
        organisation=occasion.organisation,
        division=occasion.division,
        entry=occasion.entry,
        policyversion=occasion.policy.version,
        calendarversion=occasion.calendar.version,
        data=event.model_dump(mode="json", exclude_none=True),
    )


VISIT = "e1b5c7d9-2a4f-5e68-8c90-4d7b3f6a1e25"
SECOND = Participant(person="p-second", function=Function.OFFICER, certificate="33011100124")


def visited_by(who: dict, at: datetime = START, *others: Participant, **more: object) -> Visit:
    """到访 · A visit of that day under way at the enterprise, by this person and another officer unless told otherwise."""
    certificate = who.get("certificate")
    function = Function.OFFICER if certificate else Function.COMPANION
    own = Participant(person=who["person"], function=function, certificate=certificate)
    fields = {
        "version": 3,
        "id": VISIT,
        "state": VisitState.STARTED,
        "division": DIVISION,
        "enterprise": ENTERPRISE,
        "kind": VisitKind.ADMIN,
        "visited_on": at.astimezone(SHANGHAI).date(),
        "participants": (own, *(others or (SECOND,))),
    }
    return Visit(**{**fields, **more})


LEDGER = {"entry": Entry.LEDGER, "enteredby": "p-twn"}
