"""通讯录 · The ids of the people an import names: each is looked up once, and added only when its row counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from services import people
from services.people import ERASED, People


@dataclass(frozen=True, slots=True)
class Member:
    """成员 · A name within an organisation, which to a ledger is one person."""

    name: str
    organisation: str


class Directory:
    """通讯录 · What one import has learned about people so far; whoever looks is written down once for each."""

    def __init__(self, door: People, *, division: str, reader: str) -> None:
        """装配 · The division new people are added in, and the person id of whoever imports."""
        self._people, self._division, self._reader = door, division, reader
        self._ids: dict[Member, str] = {}
        self._strangers: dict[Member, str] = {}
        self._names: dict[str, str | None] = {}

    async def id_of(self, member: Member) -> str:
        """标识 · Of a stranger it is the one to be given, which nobody can tell from others until then."""
        if member not in self._ids:
            found = await people.find(self._people, name=member.name, organisation=member.organisation)
            if found is None:
                return self._strangers.setdefault(member, people.new_id())
            self._ids[member] = found
        return self._ids[member]

    async def add(self, acted: Mapping[Member, str]) -> bool:
        """登记 · Puts the strangers among them on file; False when one turns out to have another id than acted under."""
        for member in acted.keys() - self._ids.keys():
            self._ids[member] = await people.find_or_add(
                self._people,
                name=member.name,
                organisation=member.organisation,
                division=self._division,
                person=self._strangers[member],
                at=datetime.now(UTC),
            )
        return all(self._ids[member] == person for member, person in acted.items())

    async def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """姓名 · Of those who are known, by id; who was erased is not compared with anybody."""
        wanted = set(ids)
        if unread := wanted - self._names.keys():
            found = await people.names(self._people, unread, reader=self._reader, why="ledger.import")
            self._names |= {person: name for person in unread if (name := found.get(person)) != ERASED}
            self._names |= dict.fromkeys(unread - self._names.keys())
        return {person: name for person in wanted if (name := self._names[person]) is not None}
