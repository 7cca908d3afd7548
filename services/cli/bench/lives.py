"""备料 · Enterprises and hazards written straight into the log: what a measured command finds there.

Each life is a real one, event by event as the rules would leave it; only ids and numbers differ from one to the next.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count, cycle, islice
from typing import TypedDict
from uuid import UUID, uuid4, uuid5

from contracts.catalogue import dataschema
from contracts.enterprise import EnterpriseRegistered
from contracts.envelope import Envelope, Event
from contracts.hazard import (
    HazardCaptured,
    HazardClassified,
    HazardClosed,
    HazardRegistered,
    HazardSubmitted,
    ProgressReported,
    RectificationOrdered,
    RectificationSubmitted,
    RectificationUrged,
    ReinspectionPassed,
    ResponsibleAssigned,
)
from contracts.values import Evidence, Level, ReinspectionMode, Role, Source, Track, UrgeChannel, VisitKind
from contracts.visit import Function, Participant, VisitApproved, VisitPlanned, VisitStarted
from services.hazard.store import Command, Log, stream_of

TOWN = "330111005000"
OFFICER = "p-two"
CLIENT = "bench"
REGISTERED = 3
"""The events of a life up to its registration."""
WHOLE = 12
"""The events of a whole life, up to its closure."""
PER_APPEND = 64
WRITERS = 2
NUMBER = "HZ-330111-2026-{:06d}"
PHOTO = "sha256:" + "5f" * 32
CERTIFICATES = ("33011100123", "33011100124")
OFFICERS = (OFFICER, "p-two-2")
PARTY = tuple(
    Participant(person=person, function=Function.OFFICER, department="镇应急办", certificate=certificate)
    for person, certificate in zip(OFFICERS, CERTIFICATES, strict=True)
)
SOURCE = Source.SUPERVISION
PLACE = "2号车间东侧配电间北墙第三组配电箱及相邻操作通道"
DESCRIPTION = (
    "配电箱外壳未做保护接地，箱门缺失且未张贴当心触电标志，箱前堆放纸箱等可燃物，操作距离不足，"
    "临时用电线路拖地敷设，未穿管保护"
)
ADVICE = "配电箱外壳与保护导体可靠连接，补装箱门，清除箱前可燃物，线路架空或穿管敷设后方可使用"
BASIS = ("《低压配电设计规范》GB 50054-2011", "《用电安全导则》GB/T 13869-2017")


def bodies(enterprises: list[str]) -> list[dict[str, object]]:
    """请求正文 · A creation's body for each enterprise; some 60 characters of description, as people write them."""
    return [
        {
            "object": enterprise,
            "source": "SUPERVISION",
            "visit_kind": "ADMIN",
            "place": PLACE,
            "category": "B04",
            "description": DESCRIPTION,
            "advice": ADVICE,
            "basis": BASIS,
        }
        for enterprise in enterprises
    ]


def happened(enterprise: str, number: str, day: date) -> tuple[Event, ...]:
    """一生 · What happens to a hazard from capture to closure, in order."""
    of = Registered(number=number, enterprise=enterprise)
    return (*reported(enterprise, of, day), *ordered(of, day), *put_right(of, day))


class Registered(TypedDict):
    """登记信息 · What every event from registration on carries."""

    number: str
    enterprise: str


def reported(enterprise: str, of: Registered, day: date) -> tuple[Event, ...]:
    """上报登记 · From the first look to a registered hazard."""
    kind = VisitKind.ADMIN
    find = Find(place=PLACE, category="B04", description=DESCRIPTION)
    return (
        HazardCaptured(
            object=enterprise,
            source=SOURCE,
            visit_kind=kind,
            visit=visit_of(enterprise),
            **find,
            advice=ADVICE,
            basis=BASIS,
            photos=(PHOTO,),
        ),
        HazardSubmitted(**find, photos=(PHOTO,), evidence=Evidence.PHOTOS),
        HazardRegistered(
            **of,
            **find,
            enterprise_name="蜀山精密机械有限公司",
            level=Level.GENERAL,
            source=SOURCE,
            visit_kind=kind,
            track=Track.AUTHORITY,
            found_on=day,
        ),
    )


class Find(TypedDict):
    """所见 · What was seen, and where."""

    place: str
    category: str
    description: str


def ordered(of: Registered, day: date) -> tuple[Event, ...]:
    """责令 · Classified, ordered, assigned."""
    return (
        HazardClassified(**of, level=Level.GENERAL, category="B04"),
        RectificationOrdered(
            **of,
            deadline=day + timedelta(days=30),
            responsible="p-301",
            visit_kind=VisitKind.ADMIN,
            visit=visit_of(of["enterprise"]),
            notice="（杭滨）应急责改〔2026〕381号",
            certificates=CERTIFICATES,
            officers=OFFICERS,
        ),
        ResponsibleAssigned(**of, responsible="p-301", reason="车间主任变更，由新任车间主任负责整改"),
    )


def put_right(of: Registered, day: date) -> tuple[Event, ...]:
    """整改销号 · Reported, urged, submitted, re-inspected, struck off."""
    return (
        ProgressReported(**of, progress=ADVICE, photos=(PHOTO,)),
        RectificationUrged(**of, channel=UrgeChannel.PHONE, person="p-301", content="提醒按期完成整改"),
        ProgressReported(**of, progress="箱门已到货，接地线已敷设，待测试", photos=(PHOTO,)),
        RectificationSubmitted(
            **of,
            round=1,
            measures=ADVICE,
            completed_on=day,
            photos=(PHOTO,),
            cost=120000,
            reinspection_due=day + timedelta(days=10),
        ),
        ReinspectionPassed(
            **of,
            round=1,
            mode=ReinspectionMode.ON_SITE,
            inspectors=OFFICERS,
            certificates=CERTIFICATES,
            photos=(PHOTO,),
        ),
        HazardClosed(**of, round=1, track=Track.AUTHORITY, remark="现场复查合格，予以销号"),
    )


def visit_of(enterprise: str) -> str:
    """检查标识 · The visit on which all hazards of an enterprise were found, a UUIDv5 of the enterprise."""
    return str(uuid5(UUID(enterprise), "visit"))


def visited(enterprise: str, day: date) -> tuple[Event, ...]:
    """检查 · Planned, approved and begun by two certified officers: what an order stands on."""
    of = {"enterprise": enterprise, "visit_kind": VisitKind.ADMIN, "participants": PARTY}
    return (
        VisitPlanned(**of, planned_on=day, purpose="用电安全专项检查", lead=OFFICER),
        VisitApproved(enterprise=enterprise, number="余应急检批〔2026〕31号"),
        VisitStarted(**of, visited_on=day, scanned=enterprise),
    )


def envelop(subject: str, version: int, event: Event, at: datetime, visit: str | None = None) -> Envelope:
    """装信封 · As an officer of the town would have caused it, in the course of a visit if there was one."""
    return Envelope(
        id=uuid4(),
        source="safety/330111",
        type=event.TYPE,
        subject=subject,
        time=at,
        dataschema=dataschema(type(event)),
        version=version,
        occurredat=at,
        actor=OFFICER,
        role=Role.TWO,
        organisation="org-town",
        certificate="33011100123",
        visit=visit,
        division=TOWN,
        policyversion="2026.1",
        calendarversion="2026.1",
        correlationid=str(uuid4()),
        data=event.model_dump(mode="json", exclude_none=True),
    )


@dataclass(frozen=True, slots=True)
class Life:
    """一生的模板 · The envelopes of a life, to be written again under other ids."""

    envelopes: tuple[Envelope, ...]

    @classmethod
    def of(cls, enterprise: str) -> "Life":
        """造模板 · At an enterprise, a day ago."""
        began = datetime.now(UTC) - timedelta(days=1)
        events = happened(enterprise, NUMBER.format(0), began.date())
        visit = f"visit/{visit_of(enterprise)}"
        return cls(
            tuple(
                envelop("hazard/", version, event, began + timedelta(hours=version), visit)
                for version, event in enumerate(events, start=1)
            )
        )

    def command(self, number: int, length: int) -> Command:
        """一条指令 · The first events of a new hazard's life, in one command."""
        hazard, name = uuid4(), NUMBER.format(number)
        events = tuple(
            envelope.model_copy(
                update={
                    "id": uuid4(),
                    "subject": f"hazard/{hazard}",
                    "data": {**envelope.data, "number": name} if "number" in envelope.data else envelope.data,
                }
            )
            for envelope in self.envelopes[:length]
        )
        return Command(
            client=CLIENT,
            key=str(hazard),
            request=hazard.bytes * 2,
            answer=b'{"id": "%s", "version": %d}' % (str(hazard).encode(), length),
            events=events,
            names={name: hazard} if length >= REGISTERED else {},
        )


class Lives:
    """生生不息 · Commands without end that write hazards at these enterprises, each of a length that is asked for."""

    def __init__(self, enterprises: list[str]) -> None:
        """备料 · Numbers begin above those a measured process hands out."""
        self._templates = cycle([Life.of(enterprise) for enterprise in enterprises[:20]])
        self._numbers = count(1_000_000)

    def commands(self, lengths: Iterable[int]) -> Iterator[Command]:
        """指令 · One new hazard for each length."""
        for length in lengths:
            yield next(self._templates).command(next(self._numbers), length)


async def make_enterprises(log: Log, how_many: int) -> list[str]:
    """建档 · Enterprises of the town in the log, each with the visit its orders stand on; gives their ids."""
    at = datetime.now(UTC) - timedelta(days=30)
    keys = [str(uuid4()) for _ in range(how_many)]
    await write(log, (command for n, key in enumerate(keys) for command in on_file(key, n, at)))
    return keys


def on_file(key: str, n: int, at: datetime) -> Iterator[Command]:
    """企业与检查 · One enterprise, and the visit that began there."""
    firm = EnterpriseRegistered(name=f"蜀山精密机械第{n}有限公司", division=TOWN, industry="机械制造")
    visit = f"visit/{visit_of(key)}"
    steps = enumerate(visited(key, at.date()), start=1)
    for subject, events in (
        (f"enterprise/{key}", (envelop(f"enterprise/{key}", 1, firm, at),)),
        (visit, tuple(envelop(visit, version, event, at, visit) for version, event in steps)),
    ):
        yield Command(client=CLIENT, key=subject, request=b"", answer=b"{}", events=events)


async def make_hazards(log: Log, lives: Lives, how_many: int) -> list[UUID]:
    """备隐患 · Registered hazards, each three events old; gives their ids."""
    hazards: list[UUID] = []

    def noted() -> Iterator[Command]:
        for command in lives.commands([REGISTERED] * how_many):
            hazards.append(stream_of(command.events[0].subject))
            yield command

    await write(log, noted())
    return hazards


async def write(
    log: Log,
    commands: Iterable[Command],
    told: Callable[[int], None] = lambda _: None,
    *,
    writers: int = WRITERS,
) -> None:
    """写入 · Full batches, from two writers: one encodes while the other waits. `told` hears of events stored.

    Raises what the log raised: nothing written here can rightly be refused.
    """
    waiting = iter(commands)

    async def writer() -> None:
        while batch := list(islice(waiting, PER_APPEND)):
            for verdict in await log.append_all(batch):
                if isinstance(verdict, Exception):
                    raise verdict
            told(sum(len(command.events) for command in batch))

    async with asyncio.TaskGroup() as group:
        for _ in range(writers):
            group.create_task(writer())
