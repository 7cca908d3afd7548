"""台账人员 · Whom a row names for each step, and in which role that person acted.

A ledger holds names only. The role follows from the column and the kind of visit.
"""

from dataclasses import dataclass

from contracts.values import Role, VisitKind
from services.hazard.ledger.row import Row

FINDER_ROLES = {
    VisitKind.EXPERT: Role.EXP,
    VisitKind.GRID: Role.GRID,
    VisitKind.SELF: Role.ENT_S,
    VisitKind.LANDLORD: Role.LND,
    VisitKind.RECHECK: Role.TWN,
    VisitKind.LEADER: Role.TWN,
    VisitKind.REMOTE: Role.TWN,
}  # the other kinds are inspections, made by officers


@dataclass(frozen=True, slots=True)
class Person:
    """人 · A name in a role; the id is found by whoever runs the steps."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Importer:
    """导入人 · Who enters the ledger, for which division."""

    person: str
    role: Role
    division: str

    @property
    def officer(self) -> Role:
        """执法人员 · The role of the officers in this office's ledger."""
        return Role.DPO if self.role is Role.DPO else Role.TWO


def finders(row: Row, importer: Importer) -> tuple[Person, ...]:
    """检查人 · Officers, experts, grid members or the enterprise's own, by the kind of visit."""
    role = FINDER_ROLES.get(row.visit_kind, importer.officer) if row.visit_kind else importer.officer
    return tuple(Person(name, role) for name in row.inspectors)


def submitter(row: Row) -> Person | None:
    """整改责任人 · The first one named; for a major hazard it is the main person who signs."""
    role = Role.ENT_M if row.is_major else Role.ENT_S
    return Person(row.responsible[0], role) if row.responsible else None


def reinspectors(row: Row, importer: Importer) -> tuple[Person, ...]:
    """复查人 · The department for a major hazard, the enterprise for what it found itself, else the office."""
    return tuple(Person(name, checking_role(row, importer)) for name in row.reinspectors)


def closer(row: Row, importer: Importer) -> Person | None:
    """销号人 · As named; for a general hazard otherwise who re-inspected, or who saw it put right at once."""
    named = row.closed_by
    if not named and not row.is_major:
        named = row.reinspectors or row.inspectors
    return Person(named[0], checking_role(row, importer)) if named else None


def checking_role(row: Row, importer: Importer) -> Role:
    """复查销号身份 · In which role somebody re-inspects and strikes off this hazard."""
    if row.is_major:
        return Role.DPO
    return Role.ENT_S if row.visit_kind is VisitKind.SELF else importer.officer


def recipient(row: Row) -> Person | None:
    """签收人 · Of the enterprise."""
    return Person(row.served_to[0], Role.ENT_S) if row.served_to else None


def plan_accepter(row: Row) -> Person | None:
    """方案审核人 · Of the department."""
    return Person(row.plan_accepted_by[0], Role.DPO) if row.plan_accepted_by else None


def people_of(row: Row, importer: Importer) -> tuple[Person, ...]:
    """全部人员 · Everybody a row names, each once."""
    single = (submitter(row), plan_accepter(row), closer(row, importer), recipient(row))
    named = (*finders(row, importer), *reinspectors(row, importer), *(who for who in single if who))
    return tuple(dict.fromkeys(named))
