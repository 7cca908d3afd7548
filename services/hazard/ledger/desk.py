"""导入台 · Who imports, whose steps they were, and which rows are refused with which reason."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from contracts.values import Entry, Role
from services import people
from services.hazard.handling import Sender
from services.hazard.ledger.directory import Directory, Member
from services.hazard.ledger.path import instant_of
from services.hazard.ledger.people import Importer, Person
from services.hazard.ledger.row import Row
from services.hazard.refused import Refused
from services.hazard.store import KeyReused
from services.scope import Scope
from services.trouble import Trouble

CLIENT = "ledger"  # every import speaks as one client: the same row has the same keys whoever hands it in
OF_ENTERPRISE = frozenset({Role.ENT_S, Role.ENT_M, Role.LND})


class RowsRefused(Exception):
    """行不能导入 · The lines that cannot be taken, and why; the others of their visit can do without them."""

    def __init__(self, lines: frozenset[int], reason: Exception) -> None:
        super().__init__(str(reason))
        self.lines, self.reason = lines, reason


@contextmanager
def about(*rows: Row) -> Iterator[None]:
    """所涉各行 · A refusal in here is of these rows. Raises RowsRefused."""
    try:
        yield
    except (Refused, Trouble, KeyReused) as reason:
        raise RowsRefused(frozenset(row.line for row in rows), reason) from reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """导入台 · Who imports, under which import, and with which reach.

    `acted` gathers whom a row names and the ids they act under, among them strangers who are on nobody's file yet.
    """

    importer: Importer
    organisation: str
    scope: Scope
    correlation: str
    directory: Directory
    acted: dict[Member, str] = field(default_factory=dict)


async def ids_of(desk: Desk, named: tuple[Person, ...], enterprise: str) -> dict[Person, str]:
    """人员标识 · A name within its organisation is one person."""
    ids: dict[Person, str] = {}
    for person in named:
        organisation = enterprise if person.role in OF_ENTERPRISE else desk.organisation
        member = Member(people.tidy(person.name), organisation)
        ids[person] = desk.acted[member] = await desk.directory.id_of(member)
    return ids


def sender(
    desk: Desk,
    by: tuple[str, Role] | None,
    key: str,
    request: bytes,
    on: date | None,
    enterprise: str | None = None,
) -> Sender:
    """请求人 · By default the importer; `entry` says that it comes from a ledger."""
    person, role = by or (desk.importer.person, desk.importer.role)
    return Sender(
        client=CLIENT,
        key=key,
        request=request,
        person=person,
        role=role,
        organisation=enterprise if enterprise and role in OF_ENTERPRISE else desk.organisation,
        division=desk.importer.division,
        scope=desk.scope,
        at=instant_of(on, None) if on else None,
        entry=Entry.LEDGER,
        enteredby=desk.importer.person,
        correlation=desk.correlation,
    )


def digest(text: str) -> bytes:
    """摘要 · The hash of a request."""
    return hashlib.sha256(text.encode()).digest()
