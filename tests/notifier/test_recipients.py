"""收件人 · Who stands behind a slot."""

from dataclasses import replace
from datetime import date

import pytest

from contracts.values import Level, Post, Role, Track
from services.notifier.obligations import Case
from services.notifier.recipients import Appointment, Directory, Slot, nobody

TODAY = date(2026, 6, 18)
LONG_AGO = date(2020, 1, 1)
CASE = Case(
    hazard="5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
    number="HZ-330111-2026-000123",
    enterprise="ent-1",
    enterprise_name="杭州甲机械有限公司",
    division="330111005012",
    place="2号车间配电箱",
    level=Level.GENERAL,
    track=Track.AUTHORITY,
    responsible="p-301",
)
POSTS = {"ent-1": {Post.MAIN: "p-300", Post.SAFETY: "p-302"}, "ent-2": {Post.MAIN: "p-400"}}
MAJOR = replace(CASE, level=Level.MAJOR)
SELF_CHECKED = replace(CASE, track=Track.ENTERPRISE)


def officer(person: str, role: Role, division: str) -> Appointment:
    return Appointment(person, role, division, LONG_AGO)


TOWN = officer("p-town", Role.TWO, "330111005000")
TOWN_TOO = officer("p-town-2", Role.TWN, "330111005000")
DISTRICT = officer("p-district", Role.DPO, "330111000000")
OTHER_TOWN = officer("p-other", Role.TWO, "330111006000")
LEADER = officer("p-leader", Role.TWL, "330111005000")
GONE = replace(TOWN, person="p-gone", ends_on=date(2026, 6, 17))
NOT_YET = replace(TOWN, person="p-next", starts_on=date(2026, 6, 19))


def told(slot: Slot, case: Case, *appointments: Appointment) -> tuple[str, ...]:
    return Directory(appointments, POSTS).people(slot, case, TODAY)


def test_a_deadline_is_told_to_the_responsible_and_the_main_person() -> None:
    assert told(Slot.RESPONSIBLE, CASE) == ("p-301",)
    assert told(Slot.MAIN_PERSON, CASE) == ("p-300",)


@pytest.mark.parametrize(
    ("case", "appointments", "expected"),
    [
        (CASE, (TOWN, TOWN_TOO, OTHER_TOWN, LEADER), ("p-town", "p-town-2")),
        (CASE, (TOWN, GONE, NOT_YET), ("p-town",)),
        # the district is told where the town has nobody, and of every major hazard
        (CASE, (TOWN, DISTRICT), ("p-town",)),
        (CASE, (OTHER_TOWN, DISTRICT), ("p-district",)),
        (MAJOR, (TOWN, DISTRICT), ("p-district",)),
        (CASE, (OTHER_TOWN,), ()),
        # one person in two roles of one office
        (CASE, (TOWN, replace(TOWN, role=Role.TWN)), ("p-town",)),
        # what an enterprise found itself, a second person of it re-inspects
        (SELF_CHECKED, (TOWN,), ("p-300", "p-302")),
    ],
)
def test_a_reinspection_is_told_to_whoever_owes_it(
    case: Case, appointments: tuple[Appointment, ...], expected: tuple[str, ...]
) -> None:
    assert expected == told(Slot.REINSPECTOR, case, *appointments)


def test_nobody_is_told_where_nobody_is_named() -> None:
    strange = replace(CASE, enterprise="ent-3", responsible=None)

    assert told(Slot.RESPONSIBLE, strange) == ()
    assert told(Slot.MAIN_PERSON, strange) == ()
    assert nobody(Slot.MAIN_PERSON, strange) == "enterprise/ent-3"
    assert nobody(Slot.REINSPECTOR, CASE) == "office/330111005012"
    assert nobody(Slot.REINSPECTOR, SELF_CHECKED) == "enterprise/ent-1"
