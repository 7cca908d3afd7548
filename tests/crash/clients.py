"""客户端 · Officers at work: each command has a key, and is sent with it until it is answered."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from typing import Any
from uuid import UUID

import httpx2
from PIL import Image

from crash.asking import AWAY, Answer, Line
from crash.system import officer
from services.servers.places import Places

TOWN = "330111005000"
CATEGORIES = ("B01", "B02", "B03", "B04")
CLIENTS = 12
HOT = 4
"""So many hazards, and so many enterprises, are what everybody works on at the same time."""
IMPATIENT = 0.05
"""How often a command is sent to two processes at the same instant."""
REFUSALS = {(409, "credit-code-taken"), (412, "stale-version")}
"""What may be refused for good here: who came second."""


@dataclass(frozen=True)
class Command:
    """命令 · One key, one body; everything that makes up the request."""

    key: str
    path: str
    body: Mapping[str, Any]
    version: int | None = None


@dataclass(frozen=True)
class Told:
    """回执 · What a client was told of a command that was accepted."""

    client: str
    command: Command
    status: int
    body: Mapping[str, Any]
    replayed: bool

    @property
    def who(self) -> tuple[str, str]:
        return self.client, self.command.key

    @property
    def position(self) -> int:
        return int(self.body["position"].rpartition(":")[2])


@dataclass
class Book:
    """账本 · Everything clients were told, and how it went."""

    told: dict[tuple[str, str], Told] = field(default_factory=dict)
    refused: dict[tuple[str, str], str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    went: Counter[str] = field(default_factory=Counter)
    longest_outage: float = 0.0
    _last: float = field(default_factory=time.monotonic)

    def accept(self, told: Told) -> None:
        now = time.monotonic()
        self.longest_outage = max(self.longest_outage, now - self._last)
        self._last = now
        self.went["replayed"] += told.replayed
        self.told[told.who] = told


@dataclass
class Town:
    """辖区 · What clients know of the same things, late and at times wrongly: so they come second."""

    chance: Random
    photo: str
    enterprises: dict[str, int] = field(default_factory=dict)
    hazards: dict[str, int] = field(default_factory=dict)

    def hot(self, things: Mapping[str, int]) -> str:
        """热点 · One of the latest."""
        return self.chance.choice(list(things)[-HOT:])


@dataclass
class Client:
    """客户端 · One officer, with a line to each web process."""

    name: str
    headers: Mapping[str, str]
    lines: Sequence[Line]
    town: Town
    book: Book
    drafts: list[str] = field(default_factory=list)

    @property
    def chance(self) -> Random:
        return self.town.chance

    async def work(self, enough: asyncio.Event) -> None:
        """干活 · One command after another; the last one, too, is sent until it is answered."""
        while not enough.is_set():
            await self.step()
            await asyncio.sleep(self.chance.uniform(0, 0.02))
        self.close()

    def close(self) -> None:
        for line in self.lines:
            line.close()

    async def step(self) -> None:
        """一步 · Something to do: new things, and the same things that others work on."""
        town, draw = self.town, self.chance.random()
        if draw < 0.1 or not town.enterprises:
            await self.register()
        elif draw < 0.35:
            await self.capture()
        elif draw < 0.6 and self.drafts:
            await self.submit(self.drafts.pop())
        elif draw < 0.7:
            await self.rename(town.hot(town.enterprises))
        elif town.hazards:
            await self.classify(town.hot(town.hazards))

    async def register(self) -> None:
        body = {"name": f"杭州{self.new_key()[:6]}五金厂", "division": TOWN}
        if self.chance.random() < 0.3:
            # Drawn from few, so that two claim the same one.
            body["credit_code"] = f"9133011{self.chance.randrange(50):011d}"
        if told := await self.send("enterprises", body):
            self.town.enterprises[told.body["id"]] = told.body["version"]

    async def capture(self) -> None:
        body = {
            "object": self.town.hot(self.town.enterprises),
            "source": "SUPERVISION",
            "visit_kind": "ADMIN",
        }
        body |= {"place": "2号车间", "category": "B04", "description": "配电箱外壳未做保护接地"}
        if told := await self.send("hazards", body | {"photos": [self.town.photo]}):
            self.drafts.append(told.body["id"])

    async def submit(self, hazard: str) -> None:
        """Leans on the enterprise, which others rename meanwhile."""
        if told := await self.send(f"hazards/{hazard}/submit", {}, 1):
            self.town.hazards[hazard] = told.body["version"]

    async def rename(self, enterprise: str) -> None:
        known = self.town.enterprises
        path, body = f"enterprises/{enterprise}/change-profile", {"address": f"第{self.new_key()[:6]}号"}
        if told := await self.send(path, body, known[enterprise]):
            known[enterprise] = max(known[enterprise], told.body["version"])

    async def classify(self, hazard: str) -> None:
        known = self.town.hazards
        body = {"level": "GENERAL", "category": self.chance.choice(CATEGORIES)}
        if told := await self.send(f"hazards/{hazard}/classify", body, known[hazard]):
            known[hazard] = max(known[hazard], told.body["version"])

    # ---- sending

    def new_key(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    async def send(self, path: str, body: Mapping[str, Any], version: int | None = None) -> Told | None:
        """发送 · With one key until it is answered; None when it was refused."""
        command = Command(self.new_key(), path, body, version)
        while True:
            both = self.chance.random() < IMPATIENT
            lines = self.lines if both else [self.chance.choice(self.lines)]
            answers = await asyncio.gather(*(self.ask(line, command) for line in lines))
            heard = [answer for answer in answers if answer is not None]
            if heard:
                return self.note(command, heard)
            self.book.went["retried"] += 1
            await asyncio.sleep(self.chance.uniform(0.02, 0.3))

    async def ask(self, line: Line, command: Command) -> Answer | None:
        """问一次 · None when it has to be asked again."""
        headers = {**self.headers, "Idempotency-Key": command.key}
        if command.version is not None:
            headers["If-Match"] = f'"{command.version}"'
        try:
            answer = await line.post(command.path, command.body, headers)
        except AWAY:
            self.book.went["unanswered"] += 1
            return None
        if answer.status == 503:
            self.book.went["busy"] += 1
            return None
        return answer

    def note(self, command: Command, heard: Sequence[Answer]) -> Told | None:
        """记账 · Two answers to one command must say the same."""
        first = heard[0]
        if len({said(one) for one in heard}) > 1:
            self.book.wrong.append(f"{command} was told {[(one.status, one.body) for one in heard]}")
        if first.status in (200, 201):
            told = Told(self.name, command, first.status, first.body, any(one.replayed for one in heard))
            self.book.accept(told)
            return told
        reason = (first.status, first.body.get("code"))
        if reason not in REFUSALS:
            self.book.wrong.append(f"{command} was told {first.status} {first.body}")
        self.book.refused[self.name, command.key] = str(reason)
        self.learn(command, first)
        return None

    def learn(self, command: Command, refusal: Answer) -> None:
        """得知 · Who came second is told the version that is there."""
        _, _, thing = command.path.partition("/")
        for known in (self.town.enterprises, self.town.hazards):
            if (key := thing.partition("/")[0]) in known:
                known[key] = max(known[key], refusal.body.get("version", 0))


def said(answer: Answer) -> tuple[int, str]:
    """说了什么 · Of an acceptance everything, of a refusal its name: by the second one more may have changed."""
    accepted = answer.status in (200, 201)
    return answer.status, json.dumps(answer.body) if accepted else answer.body["code"]


def office(
    places: Places, ports: Iterable[int], town: Town, book: Book, count: int = CLIENTS
) -> list[Client]:
    """一间办公室 · Clients with a token each."""
    names = [f"crash-{number}" for number in range(count)]
    ports = list(ports)
    return [
        Client(name, officer(places, f"p-{name}", name), [Line(port) for port in ports], town, book)
        for name in names
    ]


async def photograph(places: Places, port: int) -> str:
    """照片 · Sent before anybody is hurt; gives its digest."""
    picture = BytesIO()
    Image.new("RGB", (64, 48), "orange").save(picture, "JPEG")
    headers = officer(places, "p-photographer", "photographer")
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as web:
        answer = await web.post("/api/v1/attachments", files={"file": ("现场.jpg", picture.getvalue())})
    return answer.raise_for_status().json()["digest"]


@asynccontextmanager
async def working(clients: Sequence[Client]) -> AsyncIterator[None]:
    """干活中 · Load while inside; when it ends, everything that was sent has been answered."""
    enough = asyncio.Event()
    async with asyncio.TaskGroup() as work:
        for client in clients:
            work.create_task(client.work(enough))
        try:
            yield
        finally:
            enough.set()
