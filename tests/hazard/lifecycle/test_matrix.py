"""权限表检验 · Every command by every role at every status, compared with the table written from the domain."""

from functools import cache

import pytest

from contracts.hazard import DecisionProposed
from contracts.values import Role, Status
from given.asks import ASKS, asking, circumstances
from given.everybody import FOUND_BY, LIVES, REGIONS, somebody
from given.sentences import is_for_people
from given.story import POLICY, Life
from hazard.lifecycle.matrix import COLUMNS, KINDS, LINES, MATRIX, REGION_LINES, STATUSES_OF, lines
from services.hazard.gates import GATES, PROPOSABLE, is_proposal
from services.hazard.hazard_commands import COMMANDS, HazardCommand
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.holding import Holding
from services.hazard.lifecycle.state import NotAtThisStage
from services.hazard.refused import MayNot, Refused

BY_PATH = {command.path: command for command in COMMANDS}
EVERY = [pytest.param(command, kind, id=f"{command.path}-{kind}") for command in COMMANDS for kind in KINDS]
ENDS = {Status.NOT_A_HAZARD, Status.DUPLICATE, Status.VOIDED}


@cache
def life_at(kind: str, status: Status) -> Life:
    life = LIVES[kind][status]()
    assert life.hazard.status is status
    return life


def tried(command: HazardCommand, life: Life, who: dict) -> Refused | None:
    """What the rule says to this person, with an ask that fits."""
    try:
        done = life.when(command.rule, asking(command, life, who), who, **circumstances(command))
    except Refused as refusal:
        return refusal
    assert done.events
    proposing = {line.how for line in LINES if line.command == command.path and who["role"] in line.roles}
    first = done.events[0]
    proposal = getattr(first, "proposal", False) or isinstance(first, DecisionProposed)
    assert ("propose" in proposing) is proposal is is_proposal(command.path, life.hazard, life.occasion(who))
    assert not proposal or (done.hazard.status, done.hazard.round) == (life.hazard.status, life.hazard.round)
    return None


def outcome(refusal: Refused | None) -> str:
    """What was met; a refusal is told in words for people."""
    if refusal is None:
        return "allowed"
    assert is_for_people(refusal.detail), refusal.detail
    if isinstance(refusal, MayNot):
        return "role"
    return "stage" if isinstance(refusal, NotAtThisStage) else "guard"


def expected(command: str, kind: str, role: Role, status: Status) -> set[str]:
    """What the table says to somebody who is not the author: exactly one outcome, save where a guard may come first."""
    named = [line for line in lines(command, kind) if role in line.roles and line.how != "author"]
    if not named:
        elsewhere = any(role in line.roles for line in LINES if line.command == command)
        return {"role", "stage", "guard"} if elsewhere else {"role"}
    if any(line.statuses is None for line in named):
        # The region decides; the ends take nothing more.
        return {"stage", "guard"} if status in ENDS else {"allowed", "stage", "guard"}
    at = any(status in (line.statuses or ()) for line in named)
    # A command that has only the contract's example for an ask may meet a guard of its own.
    return {"allowed"} | (set() if command in ASKS else {"guard"}) if at else {"stage"}


def test_the_table_names_every_command_and_every_status_can_be_reached():
    assert set(BY_PATH) <= {line.command for line in LINES}
    assert set(GATES) == set(BY_PATH)
    assert {kind: set(lives) for kind, lives in LIVES.items()} == STATUSES_OF


@pytest.mark.parametrize(("command", "kind"), EVERY)
def test_every_role_at_every_status_meets_what_the_table_says(command, kind):
    wrong = []
    for status in LIVES[kind]:
        for role in Role:
            met = outcome(tried(command, life_at(kind, status), somebody(role)))
            wanted = expected(command.path, kind, role, status)
            if met not in wanted:
                wrong.append(f"{status} {role}: {met}, not {wanted}")

    assert wrong == []


def test_a_proposal_is_heard_where_the_table_has_one_and_nowhere_else():
    assert {line.command for line in LINES if line.how == "propose"} == set(PROPOSABLE) <= set(GATES)


AUTHORS = [
    line for line in LINES if line.how == "author" and line.command in BY_PATH and line.kinds == ("general",)
]


@pytest.mark.parametrize("line", AUTHORS, ids=lambda line: line.command)
def test_authors_may_what_the_table_says_of_their_own_record_alone(line):
    command = BY_PATH[line.command]
    for status, found_by in FOUND_BY.items():
        for role in set(Role) - {Role.SYS}:
            life, simply = found_by(somebody(role)), expected(line.command, "general", role, status)
            own = tried(command, life, somebody(role))
            allowed = "allowed" in simply or (role in line.roles and status in line.statuses)

            assert (own is None) is allowed, (status, role, own)


@pytest.mark.parametrize(("region", "command", "roles"), REGION_LINES)
def test_each_region_is_open_to_whom_the_domain_names(region, command, roles):
    if command not in BY_PATH:
        return
    life = REGIONS[region]()
    may = {role.value for role in Role if tried(BY_PATH[command], life, somebody(role)) is None}

    assert may == set(roles.split())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.path)
def test_the_ends_take_nothing_more(command):
    if command.path == "correct-record":
        return
    for status in ENDS:
        for role in Role:
            assert tried(command, life_at("general", status), somebody(role)) is not None, (status, role)


def test_every_refusal_of_a_role_cites_its_rule_in_chinese():
    for command in COMMANDS:
        for kind in KINDS:
            refusal = tried(command, life_at(kind, Status.REGISTERED), somebody(Role.SYS))
            if isinstance(refusal, MayNot):
                assert "系统" in refusal.detail or "由" in refusal.detail, (command.path, refusal.detail)
                assert "（" in refusal.detail, (command.path, refusal.detail)


MARKS = {
    "Y": Holding.DECIDE,
    "Y*": Holding.TOWN,
    "own": Holding.OWN,
    "main": Holding.OWN,
    "author": Holding.AUTHOR,
    "lister": Holding.LISTER,
    "P": Holding.PROPOSE,
    "A": Holding.ASSIST,
    "R": Holding.REPORT,
}
MEMBERS = {
    "PUB/WRK": (Role.PUB, Role.WRK),
    "GRID/VIL": (Role.GRID, Role.VIL),
    "ENT": (Role.ENT_S, Role.ENT_M),
}
ROWS = [tuple(cell.strip() for cell in row.split("|")) for row in MATRIX.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_cell_of_the_matrix_is_held_as_the_domain_has_it(row):
    held = getattr(powers, row[0])
    for column, cell in zip(COLUMNS, row[1:], strict=True):
        marks = frozenset(MARKS[mark] for mark in cell.split("+") if mark != "-")
        for role in MEMBERS.get(column, (Role(column),) if column in Role.__members__ else ()):
            # b.3 tells the main person from the safety officer where the column does not.
            wanted = frozenset() if cell == "main" and role is Role.ENT_S else marks

            assert held.cells.get(role, frozenset()) == wanted, (column, role)


def test_the_system_orders_lists_and_closes_nothing():
    of_system = {
        name
        for name in dir(powers)
        if isinstance(held := getattr(powers, name), powers.Power) and Role.SYS in held.roles
    }

    assert of_system == {"ESCALATE", "PENALTY", "MISS_DEADLINE", "RECOMPUTE"}


def test_every_town_power_is_a_key_of_the_policy():
    for name in dir(powers):
        held = getattr(powers, name)
        if isinstance(held, powers.Power):
            within = held.holding(Holding.TOWN)
            assert bool(within) is bool(held.key), name
            assert not held.key or hasattr(POLICY.powers, held.key), name


def test_a_refusal_says_what_the_role_may_do_instead():
    life = life_at("general", Status.REGISTERED)
    told = {
        (path, role): tried(BY_PATH[path], life, somebody(role)).detail
        for path, role in (
            ("list-for-supervision", Role.DPO),
            ("refer-to-enforcement", Role.TWN),
            ("order-rectification", Role.EXP),
            ("upgrade-to-major", Role.ENT_M),
        )
    }

    assert "可以提出建议，由" in told["list-for-supervision", Role.DPO]
    assert "可以提出建议，由" in told["refer-to-enforcement", Role.TWN]
    assert "应当立即报告" in told["upgrade-to-major", Role.ENT_M]
    assert "建议" not in told["order-rectification", Role.EXP]
