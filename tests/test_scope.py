"""管辖范围 · Who reaches what, and SQL that agrees with it."""

import psycopg
import pytest

from contracts.values import Role
from services.scope import NO_DIVISION, Scope, scope_of
from services.tokens import Caller

TOWN = "330111005000"
NEXT_TOWN = "330111006000"
NEXT_DISTRICT = "330110001000"
OURS = "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10"
THEIRS = "00000000-2f0e-5a51-8f1e-9d6f1f2a7c10"


def caller(role: Role, division: str = TOWN, organisation: str = "org-town") -> Caller:
    return Caller(person="p-9", role=role, division=division, organisation=organisation)


@pytest.mark.parametrize("role", [Role.GRID, Role.VIL, Role.EXP, Role.TWN, Role.TWO, Role.TWL])
def test_a_town_s_people_reach_their_town_only(role: Role) -> None:
    scope = scope_of(caller(role))

    assert scope.covers(TOWN, OURS)
    assert scope.covers("330111005012", None)
    assert not scope.covers(NEXT_TOWN, OURS)
    assert not scope.covers(None, None)


@pytest.mark.parametrize("role", [Role.DPO, Role.DPL, Role.SCO, Role.ENF])
def test_a_district_s_people_reach_its_towns(role: Role) -> None:
    scope = scope_of(caller(role, "330111000000"))

    assert scope.covers(TOWN, OURS)
    assert scope.covers("330111000000", None)
    assert not scope.covers(NEXT_DISTRICT, OURS)


def test_a_village_officer_reaches_the_village() -> None:
    scope = scope_of(caller(Role.VIL, "330111005012"))

    assert scope.covers("330111005012", OURS)
    assert not scope.covers("330111005013", OURS)
    assert not scope.covers(TOWN, OURS)


@pytest.mark.parametrize("role", [Role.ENT_S, Role.ENT_M, Role.WRK, Role.LND])
def test_an_enterprise_s_people_reach_their_enterprise_wherever_it_stands(role: Role) -> None:
    scope = scope_of(caller(role, organisation=OURS))

    assert scope.covers(TOWN, OURS)
    assert scope.covers(NEXT_TOWN, OURS)
    assert not scope.covers(TOWN, THEIRS)
    assert not scope.covers(TOWN, None)
    assert scope.admits(TOWN, OURS)
    assert not scope.admits(TOWN, THEIRS)


def test_the_public_sees_nothing_and_may_report_in_its_district() -> None:
    scope = scope_of(caller(Role.PUB))

    assert not scope.covers(TOWN, OURS)
    assert not scope.covers(None, None)
    assert scope.admits(NEXT_TOWN, None)
    assert not scope.admits(NEXT_DISTRICT, None)
    assert not scope.admits(None, None)


@pytest.mark.parametrize(
    ("division", "prefix"),
    [("330111000000", "330111"), (TOWN, "330111"), ("330100000000", "3301"), ("330000000000", "33")],
)
def test_the_system_reaches_the_whole_root(division: str, prefix: str) -> None:
    scope = scope_of(caller(Role.SYS, division))

    assert Scope(prefix=prefix) == scope


def test_everybody_has_a_scope_and_nobody_reaches_another_province() -> None:
    scopes = {role: scope_of(caller(role)) for role in Role}

    assert not [role for role, scope in scopes.items() if scope.covers("110101001000", OURS)]


def test_those_who_see_may_report_where_they_see() -> None:
    scope = scope_of(caller(Role.TWO))

    assert scope.admits(TOWN, None)
    assert not scope.admits(NEXT_TOWN, None)


def test_no_division_code_begins_with_what_the_public_may_see() -> None:
    assert not NO_DIVISION.isdigit()


QUERY = """
with hazards (division, enterprise) as (select * from unnest(%(divisions)s::text[], %(enterprises)s::text[]))
select division, enterprise from hazards
where division like %(pattern)s and (%(enterprise)s::text is null or enterprise = %(enterprise)s)
"""
PLACES = [
    (TOWN, OURS),
    (TOWN, THEIRS),
    (TOWN, None),
    (NEXT_TOWN, OURS),
    (NEXT_DISTRICT, OURS),
    ("000000000000", None),
]


@pytest.mark.parametrize("role", list(Role))
def test_a_query_finds_exactly_what_the_scope_covers(database: str, role: Role) -> None:
    organisation = OURS if role in (Role.ENT_S, Role.ENT_M, Role.WRK, Role.LND) else "org-town"
    scope = scope_of(caller(role, organisation=organisation))
    divisions, enterprises = (list(column) for column in zip(*PLACES, strict=True))
    parameters = {"divisions": divisions, "enterprises": enterprises, **scope.parameters}
    with psycopg.connect(database) as connection:
        found = connection.execute(QUERY, parameters).fetchall()

    assert [place for place in PLACES if scope.covers(*place)] == found


def test_an_office_reaches_what_was_handed_to_it_wherever_it_is() -> None:
    there = caller(Role.DPO, "330200000000", "org-city-fire")
    handed = ["330111/org-town", "3302/org-city-fire"]

    assert scope_of(there).covers(TOWN, OURS, handed)
    assert not scope_of(there).covers(TOWN, OURS, handed[:1])
    assert not scope_of(caller(Role.DPO, "330300000000", "org-city-fire")).covers(TOWN, OURS, handed)
    assert not scope_of(caller(Role.DPO, "330200000000", "org-other")).covers(TOWN, OURS, handed)


@pytest.mark.parametrize(
    "role", [Role.PUB, Role.WRK, Role.ENT_S, Role.ENT_M, Role.LND, Role.GRID, Role.VIL, Role.EXP, Role.SYS]
)
def test_only_an_office_has_a_seat(role: Role) -> None:
    assert scope_of(caller(role, "330200000000", "org-city-fire")).seat is None
