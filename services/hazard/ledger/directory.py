"""通讯录 · The ids of the people an import names: each is looked up once, and added only when its row counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from services import people
from services.hazard.ledger.identity import enterprise_id
from services.postgres import Pool


@dataclass(frozen=True, slots=True)
class Member:
    """成员 · A name within an organisation, which to a ledger is one person."""

    name: str
    organisation: str

    @property
    def placeholder(self) -> str:
        """占位 · What a stranger goes by until the row counts; it never gets into the log."""
        return f"p-{enterprise_id(self.organisation, self.name)}"


class Directory:
    """通讯录 · What one import has learned about people so far; whoever looks is written down once for each."""

    def __init__(self, pool: Pool, *, division: str, reader: str) -> None:
        """装配 · The division new people are added in, and the person id of whoever imports."""
        self._pool, self._division, self._reader = pool, division, reader
        self._ids: dict[Member, str] = {}
        self._names: dict[str, str | None] = {}

    async def known(self, members: Iterable[Member]) -> Mapping[Member, str]:
        """已知人员 · The ids of those who are on file; strangers are left out."""
        wanted = set(members)
        for member in wanted - self._ids.keys():
            found = await people.find(self._pool, name=member.name, organisation=member.organisation)
            if found is not None:
                self._ids[member] = found
        return {member: self._ids[member] for member in wanted & self._ids.keys()}

    async def add(self, strangers: Iterable[Member]) -> None:
        """登记 · Those who are not on file by now."""
        for member in strangers:
            self._ids[member] = await people.find_or_add(
                self._pool,
                name=member.name,
                organisation=member.organisation,
                division=self._division,
                at=datetime.now(UTC),
            )

    async def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """姓名 · Of those who are known, by id."""
        wanted = set(ids)
        if unread := wanted - self._names.keys():
            found = await people.names(self._pool, unread, reader=self._reader, why="ledger.import")
            self._names |= {person: found.get(person) for person in unread}
        return {person: name for person in wanted if (name := self._names[person]) is not None}
