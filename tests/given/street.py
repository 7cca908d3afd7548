"""给定 · The story of a street, told in events: what happened, one after the other, each recorded in the log."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from contracts import enterprise as firm
from contracts import hazard as life
from contracts.catalogue import dataschema
from contracts.envelope import Envelope, Event, encode
from contracts.limits import Limit, LimitUnit
from contracts.regions import CorrectedField, Correction, Holder
from contracts.subjects import subject_of
from contracts.terms import ServiceMethod
from contracts.values import (
    Entry,
    Level,
    ReinspectionMode,
    ReopenReason,
    Role,
    SizeClass,
    Source,
    Track,
    VisitKind,
)
from contracts.visit import VisitRecorded
from services.jetstream import Message, Recorded

LOG = "5f2cbe52-3a49-4c8f-8a7e-0d1c9f8b6a11"
STREET = "330111005000"
SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 6, 3, 9, 30, tzinfo=SHANGHAI)
ROLES = {"p-9": Role.TWO, "p-71": Role.EXP, "p-301": Role.ENT_S, "p-300": Role.ENT_M, "p-50": Role.DPO}
NAMES = {"p-9": "李四", "p-71": "张三", "p-301": "王五", "p-300": "赵六", "p-50": "钱七"}


def at(on: str) -> datetime:
    """09:30 on a day."""
    return datetime.combine(date.fromisoformat(on), MORNING.timetz())


@dataclass(slots=True)
class Street:
    """一条街 · The log of a street: enterprises, hazards and visits write into it."""

    log: str = LOG
    division: str = STREET
    recorded: list[Recorded] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    def record(self, subject: str, event: Event, by: str, when: datetime, **more: object) -> None:
        """One more event at the end of the log."""
        position = len(self.recorded) + 1
        self.versions[subject] = version = self.versions.get(subject, 0) + 1
        envelope = Envelope.model_validate(
            {
                "id": uuid5(NAMESPACE_URL, f"{self.log}/{position}"),
                "source": "safety/330111",
                "type": event.TYPE,
                "subject": subject,
                "time": when + timedelta(seconds=1),
                "dataschema": dataschema(type(event)),
                "version": version,
                "occurredat": when,
                "actor": by,
                "role": ROLES.get(by, Role.PUB),
                "division": self.division,
                "policyversion": "2026.1",
                "calendarversion": "2026.0",
                "data": event.model_dump(mode="json"),
            }
            | more
        )
        self.recorded.append(Recorded(self.log, position, envelope.time, envelope, event))

    def enterprise(self, name: str = "某某五金厂", on: str = "2026-01-08", **more: object) -> "Firm":
        """An enterprise whose file is opened."""
        made = Firm(self, name)
        fields = {"name": name, "division": self.division, "village": "东村", "industry": "机械"}
        fields |= {"size_class": SizeClass.BELOW} | more
        return made.tell(firm.EnterpriseRegistered.model_validate(fields), on)

    def visit(self, where: "Firm", on: str, finds: int = 0, by: tuple[str, ...] = ("p-9",)) -> None:
        """A visit to an enterprise."""
        event = VisitRecorded(
            enterprise=where.id,
            visit_kind=VisitKind.ADMIN,
            visited_on=date.fromisoformat(on),
            officers=by,
            finds=finds,
        )
        self.record(f"visit/{uuid5(NAMESPACE_URL, f'visit/{len(self.recorded)}')}", event, by[0], at(on))

    def messages(self) -> list[Message]:
        """The log as the relay publishes it."""
        return [message_of(each) for each in self.recorded]


@dataclass(slots=True)
class Firm:
    """企业 · An enterprise of the street."""

    street: Street
    name: str

    @property
    def id(self) -> str:
        return str(uuid5(NAMESPACE_URL, f"{self.street.division}/{self.name}"))

    def tell(self, event: Event, on: str, by: str = "p-9") -> Self:
        """Something happens to it."""
        self.street.record(f"enterprise/{self.id}", event, by, at(on))
        return self

    def hazard(self, description: str = "配电箱外壳未做保护接地") -> "Life":
        """A hazard that is going to be found there."""
        return Life(self, description)


@dataclass(slots=True)
class Life:
    """一条隐患的一生 · Each step is one sentence; the day is the first word of most."""

    firm: Firm
    description: str
    number: str = ""
    round: int = 1
    marks: dict[str, object] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return uuid5(NAMESPACE_URL, f"{self.firm.id}/{self.description}")

    @property
    def known(self) -> dict[str, str]:
        return {"number": self.number, "enterprise": self.firm.id}

    def tell(self, event: Event, on: str, by: str = "p-9", **more: object) -> Self:
        """Any event."""
        self.firm.street.record(f"hazard/{self.id}", event, by, at(on), **self.marks, **more)
        return self

    def imported(self, by: str = "p-9") -> Self:
        """From here on its steps come from a ledger."""
        self.marks = {"entry": Entry.LEDGER, "enteredby": by}
        return self

    def captured(self, on: str, by: str = "p-9", **more: object) -> Self:
        fields = {
            "object": self.firm.id,
            "source": Source.SUPERVISION,
            "visit_kind": VisitKind.ADMIN,
            "place": "2号车间",
            "category": "B04",
            "description": self.description,
            "advice": "加装保护接地",
            "basis": ("GB 50054-2011 5.2.1",),
        }
        return self.tell(life.HazardCaptured.model_validate(fields | more), on, by)

    def waiting(self, on: str, by: str = "p-9") -> Self:
        return self.tell(life.ConfirmationRequested(due=at(on) + timedelta(hours=48)), on, by)

    def registered(self, on: str, by: str = "p-9", level: Level = Level.GENERAL) -> Self:
        self.number = f"HZ-330111-2026-{len(self.firm.street.recorded):06}"
        return self.tell(
            life.HazardRegistered(
                **self.known,
                enterprise_name=self.firm.name,
                level=level,
                category="B04",
                place="2号车间",
                description=self.description,
                source=Source.SUPERVISION,
                visit_kind=VisitKind.ADMIN,
                track=Track.AUTHORITY,
                found_on=date.fromisoformat(on),
            ),
            on,
            by,
        )

    def found(self, on: str, by: str = "p-9", **more: object) -> Self:
        """Captured and registered on the same day."""
        return self.captured(on, by, **more).registered(on, by)

    def ordered(self, on: str, deadline: str, responsible: str = "p-301") -> Self:
        return self.tell(
            life.RectificationOrdered(
                **self.known,
                deadline=date.fromisoformat(deadline),
                responsible=responsible,
                visit_kind=VisitKind.ADMIN,
                notice="余应急责改〔2026〕12号",
                certificates=("33011100123", "33011100124"),
            ),
            on,
        )

    def ordered_from_service(self, on: str, days: int = 15) -> Self:
        """An order whose days run from its service."""
        return self.tell(
            life.RectificationOrdered(
                **self.known,
                from_service=Limit(amount=days, unit=LimitUnit.DAYS),
                responsible="p-301",
                visit_kind=VisitKind.ADMIN,
                notice="余应急责改〔2026〕13号",
                certificates=("33011100123", "33011100124"),
            ),
            on,
        )

    def served(self, on: str, deadline: str | None = None) -> Self:
        fixed = date.fromisoformat(deadline) if deadline else None
        how = {"method": ServiceMethod.DIRECT, "recipient": "p-301", "served_on": on, "deadline": fixed}
        return self.tell(life.NoticeServed.model_validate(self.known | how), on)

    def extended(self, on: str, former: str, deadline: str) -> Self:
        days = {"former": former, "deadline": deadline}
        return self.tell(life.ExtensionGranted.model_validate(self.known | days), on, "p-50")

    def submitted(self, on: str, by: str = "p-301") -> Self:
        return self.tell(
            life.RectificationSubmitted(
                **self.known,
                round=self.round,
                measures="已加装保护接地",
                completed_on=date.fromisoformat(on),
                cost=120_000,
                reinspection_due=date.fromisoformat(on) + timedelta(days=10),
            ),
            on,
            by,
        )

    def passed(self, on: str, by: tuple[str, ...] = ("p-9",)) -> Self:
        looked = {"round": self.round, "mode": ReinspectionMode.ON_SITE, "inspectors": by}
        return self.tell(life.ReinspectionPassed.model_validate(self.known | looked), on, by[0])

    def failed(self, on: str, deadline: str) -> Self:
        looked = {"round": self.round, "mode": ReinspectionMode.ON_SITE, "inspectors": ("p-9",)}
        failed = life.ReinspectionFailed.model_validate(self.known | looked | {"remark": "接地线松动"})
        return self.tell(failed, on).again(on, deadline)

    def again(self, on: str, deadline: str) -> Self:
        self.round += 1
        return self.tell(
            life.RoundStarted(
                **self.known,
                round=self.round,
                deadline=date.fromisoformat(deadline),
                responsible="p-301",
            ),
            on,
        )

    def closed(self, on: str, by: str = "p-9") -> Self:
        return self.tell(life.HazardClosed(**self.known, round=self.round, track=Track.AUTHORITY), on, by)

    def reopened(self, on: str, deadline: str) -> Self:
        came_back = life.HazardReopened(**self.known, reason=ReopenReason.RELAPSE, remark="又松了")
        return self.tell(came_back, on).again(on, deadline)

    def fixed_on_spot(self, on: str, *, verified: bool = True) -> Self:
        return self.tell(
            life.FixedOnSpot(
                **self.known, measures="当场接好", fixed_by="p-301", witness="p-9", verified=verified
            ),
            on,
        )

    def major(self, on: str) -> Self:
        """Classified as major on the day it was registered."""
        clause = "工贸重大判定标准第3条"
        classified = life.HazardClassified(**self.known, level=Level.MAJOR, category="B09", clause=clause)
        registered = life.MajorHazardRegistered(
            **self.known, clause=clause, report_due=at(on) + timedelta(hours=24)
        )
        return self.tell(classified, on).tell(registered, on)

    def upgraded(self, on: str) -> Self:
        upgraded = life.HazardUpgraded(**self.known, clause="第3条", reason="现场复核")
        registered = life.MajorHazardRegistered(**self.known, report_due=at(on))
        return self.tell(upgraded, on).tell(registered, on).plan_required(on)

    def downgraded(self, on: str) -> Self:
        shown = ("sha256:" + "d" * 64,)
        said = life.HazardDowngraded(
            **self.known, proposed_by="p-50", reason="复核不符合条款", evidence=shown
        )
        return self.tell(said, on, "p-300")

    def plan_required(self, on: str) -> Self:
        due = date.fromisoformat(on) + timedelta(days=14)
        return self.tell(life.PlanRequired(**self.known, plan_due=due), on, "p-50")

    def planned(self, on: str, deadline: str) -> Self:
        """The plan is filed and accepted on the same day."""
        accepted = life.PlanAccepted(**self.known, deadline=date.fromisoformat(deadline), responsible="p-301")
        return self.tell(life.PlanFiled(**self.known), on, "p-300").tell(accepted, on, "p-50")

    def offered(self, on: str, to: Holder, by: str = "p-9") -> Self:
        return self.tell(
            life.HazardTransferOffered(
                **self.known,
                to=to,
                holder=Holder(division=self.firm.street.division),
                reason="应由其他部门处理",
                file=("sha256:" + "7d" * 32,),
                answer_due=date.fromisoformat(on) + timedelta(days=7),
            ),
            on,
            by,
        )

    def taken_over(self, on: str, holder: Holder, by: str = "p-50") -> Self:
        place = Holder(division=self.firm.street.division)
        return self.tell(life.TransferAccepted(**self.known, holder=holder, former=place), on, by)

    def given_back(self, on: str, by_office: Holder, by: str = "p-50") -> Self:
        place = Holder(division=self.firm.street.division)
        event = life.TransferReturned(
            **self.known, holder=place, by=by_office, reason="不属本部门职责", returns=1
        )
        return self.tell(event, on, by)

    def corrected(self, on: str, field: CorrectedField, before: str, after: str, by: str = "p-9") -> Self:
        change = Correction(field=field, before=before, after=after)
        return self.tell(life.HazardCorrected(**self.known, reason="录入有误", changes=(change,)), on, by)

    def voided(self, on: str) -> Self:
        return self.tell(life.HazardVoided(reason="录错企业", **self.known), on)

    def rejected(self, on: str) -> Self:
        return self.tell(life.HazardRejected(reason="不属于安全隐患"), on)

    def duplicate_of(self, other: "Life", on: str) -> Self:
        return self.tell(life.HazardMarkedDuplicate(other=str(other.id), **self.known), on)


def message_of(recorded: Recorded) -> Message:
    """An event as the relay publishes it."""
    envelope = recorded.envelope
    return Message(
        subject_of(envelope.division, envelope.type),
        encode(envelope),
        {
            "Nats-Msg-Id": str(envelope.id),
            "Hazard-Log": recorded.log,
            "Hazard-Position": str(recorded.position),
            "Hazard-Appended": recorded.appended_at.isoformat(),
        },
    )


def a_street_with_every_kind_of_life(street: Street | None = None) -> Street:
    """Hazards in every stage, one of each kind of way there."""
    street = street or Street()
    one, two = street.enterprise("某某五金厂"), street.enterprise("甲乙纺织厂")
    one.tell(firm.EnterpriseProfileChanged(village="西村", industry="五金"), "2026-02-01")
    one.tell(firm.ResponsiblePersonNamed(post=firm.Post.MAIN, person="p-300"), "2026-02-02")
    one.tell(firm.EnterpriseGraded(colour=firm.RiskColour.YELLOW, reason="有喷涂工艺"), "2026-02-03")
    street.visit(one, "2026-06-03", finds=3, by=("p-9", "p-50"))
    street.visit(two, "2026-06-04")
    closed = one.hazard("箱体未接地").found("2026-06-03").ordered("2026-06-03", "2026-06-18")
    closed.submitted("2026-06-10").passed("2026-06-12").closed("2026-06-13")
    late = one.hazard("通道堵塞").found("2026-06-03").ordered("2026-06-03", "2026-06-08")
    twice = one.hazard("灭火器过期").found("2026-06-04").ordered("2026-06-04", "2026-06-11")
    twice.submitted("2026-06-10").failed("2026-06-11", "2026-06-20").submitted("2026-06-19")
    spot = two.hazard("插座破损").found("2026-06-04").fixed_on_spot("2026-06-04").closed("2026-06-04")
    major = two.hazard("有限空间未审批").found("2026-06-05").major("2026-06-05").plan_required("2026-06-05")
    major.planned("2026-06-10", "2026-08-10").submitted("2026-07-01", "p-300")
    raised = two.hazard("粉尘未清").found("2026-06-05").ordered("2026-06-05", "2026-06-20")
    raised.upgraded("2026-06-15")
    two.hazard("重复的").found("2026-06-06").duplicate_of(late, "2026-06-07")
    two.hazard("录错的").found("2026-06-06").voided("2026-06-06")
    two.hazard("不算的").captured("2026-06-06", "p-99").waiting("2026-06-06", "p-99").rejected("2026-06-07")
    two.hazard("草稿").captured("2026-06-07", "p-71")
    spot.reopened("2026-06-20", "2026-06-30")
    two.hazard("导入的").imported().found("2026-06-08").ordered("2026-06-08", "2026-06-23")
    return street


def in_lists_of(size: int, recorded: Iterable[Recorded]) -> list[list[Recorded]]:
    """The same events, cut into batches."""
    everything = list(recorded)
    return [everything[start : start + size] for start in range(0, len(everything), size)]
