"""管辖范围 · What a caller may see and touch: one decision, for reads and writes alike."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from contracts import division as divisions
from contracts.regions import seat_of
from contracts.values import Role
from services.tokens import Caller

ENTERPRISE_ROLES: Final = frozenset({Role.ENT_S, Role.ENT_M, Role.WRK, Role.LND})
OFFICE_ROLES: Final = frozenset({Role.TWN, Role.TWO, Role.TWL, Role.DPO, Role.DPL, Role.SCO, Role.ENF})
OPERATORS: Final = frozenset({Role.SCO, Role.SYS})
NO_DIVISION: Final = "-"  # begins no division code, so it covers nothing


@dataclass(frozen=True, slots=True)
class Scope:
    """范围 · A part of the division tree, narrowed to one enterprise where there is one.

    `reports` is where its holder may report a hazard without seeing what others reported; `seat` is the caller's
    office, which reaches what was handed to it wherever that is.
    """

    prefix: str
    enterprise: str | None = None
    reports: str | None = None
    seat: str | None = None

    def covers(self, division: str | None, enterprise: str | None, offices: Collection[str] = ()) -> bool:
        """在范围内 · Whether something in a division, of an enterprise, may be seen and touched.

        `offices` are the seats of those who hold it or are asked to take it over, wherever they are.
        """
        here = (division or divisions.NOWHERE).startswith(self.prefix)
        return (here and self.enterprise in (None, enterprise)) or self.seat in offices

    def admits(self, division: str | None, enterprise: str | None) -> bool:
        """可上报 · Whether a hazard may be reported there, seen afterwards or not."""
        if self.reports is None:
            return self.covers(division, enterprise)
        return (division or divisions.NOWHERE).startswith(self.reports)

    @property
    def pattern(self) -> str:
        """匹配式 · The prefix for SQL: `division like %(pattern)s`."""
        return f"{self.prefix}%"

    @property
    def parameters(self) -> dict[str, str | None]:
        """查询参数 · For `division like %(pattern)s and coalesce(%(enterprise)s, enterprise) = enterprise`."""
        return {"pattern": self.pattern, "enterprise": self.enterprise}


def may_operate(caller: Caller, command: str) -> bool:
    """可办理运维 · Whether a caller may steer what serves the whole district: the only place that decides it.

    People do it from the safety committee's office of the district itself; a service when the command is on its list.
    """
    whole = divisions.prefix(caller.division) == divisions.prefix(divisions.root(caller.division) + "000000")
    listed = caller.commands is not None or caller.role is not Role.SYS
    return caller.role in OPERATORS and whole and listed and caller.may_send(command)


@lru_cache(maxsize=4096)  # whoever sends one command sends more
def scope_of(caller: Caller) -> Scope:
    """管辖范围 · The reach of a caller: the only place that decides it.

    Enterprise roles reach their own enterprise wherever it stands, the public nothing (it may report in its
    district), the system the whole root, everybody else the division of the appointment. An office's people reach what
    was handed to their office, too. Grid members,
    village officers and experts have the whole division too: assignments to grids and enterprises, and the
    industry lines of departments, are not yet told apart.
    """
    if caller.role in ENTERPRISE_ROLES:
        return Scope(prefix="", enterprise=caller.organisation)
    root = divisions.prefix(divisions.root(caller.division) + "000000")
    if caller.role is Role.PUB:
        return Scope(prefix=NO_DIVISION, reports=root)
    if caller.role is Role.SYS:
        return Scope(prefix=root)
    seat = seat_of(caller.division, caller.organisation) if caller.role in OFFICE_ROLES else None
    return Scope(prefix=divisions.prefix(caller.division), seat=seat)
