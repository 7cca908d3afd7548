"""时限与延误 · Whose delay it was: counted from the day after what was due, to when it was done or to today."""

from datetime import date
from uuid import UUID

import pytest

from contracts.terms import Owing, Side
from contracts.values import Status, Track
from services.projections.enterprise_hazards import Hazard
from services.projections.enterprise_sections.timing import late_of, pace_of, timing_of
from services.projections.extensions import Extension
from services.projections.rectification_plans import Draft
from services.projections.rounds import Round

TODAY = date(2026, 7, 5)


def june(day: int) -> date:
    return date(2026, 6, day)


def hazard(status: Status, *rounds: Round, **more: object) -> Hazard:
    made = Hazard(UUID(int=1), status=status, found_on=june(1), rounds=list(rounds))
    for name, value in more.items():
        setattr(made, name, value)
    return made


def a_round(number: int = 1, **days: object) -> Round:
    return Round(number, "hazard.rectification-ordered", june(1), **days)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (hazard(Status.RECTIFYING, a_round(deadline=TODAY)), []),
        (hazard(Status.RECTIFYING, a_round(deadline=june(30))), [(Owing.RECTIFICATION, Side.ENTERPRISE, 5)]),
        (hazard(Status.CLOSED, a_round(deadline=june(3), submitted_on=june(3))), []),
        (
            hazard(Status.CLOSED, a_round(deadline=june(3), submitted_on=june(4))),
            [(Owing.RECTIFICATION, Side.ENTERPRISE, 1)],
        ),
        (hazard(Status.VOIDED, a_round(deadline=june(3))), []),
        (
            hazard(Status.SUBMITTED, a_round(submitted_on=june(3), reinspection_due=june(13))),
            [(Owing.REINSPECTION, Side.OFFICE, 22)],
        ),
        (
            hazard(Status.SUBMITTED, a_round(reinspection_due=june(13)), track=Track.ENTERPRISE),
            [(Owing.REINSPECTION, Side.ENTERPRISE, 22)],
        ),
        (
            hazard(
                Status.SUBMITTED,
                a_round(reinspection_due=june(13), against=Side.OFFICE),
                track=Track.ENTERPRISE,
            ),
            [(Owing.REINSPECTION, Side.OFFICE, 22)],
        ),
        (
            hazard(Status.PLAN_REQUIRED, plans=[Draft(due=june(15))]),
            [(Owing.PLAN, Side.ENTERPRISE, 20)],
        ),
        (
            hazard(Status.PLAN_REQUIRED, plans=[Draft(due=june(15), filed_on=june(10))]),
            [],
        ),
        (
            hazard(Status.RECTIFYING, extensions=[Extension(1, june(9), answer_due=june(8))]),
            [(Owing.EXTENSION_ANSWER, Side.OFFICE, 27)],
        ),
        (
            hazard(Status.REGISTERED, confirm_by=june(3), registered_on=june(5)),
            [(Owing.CONFIRMATION, Side.OFFICE, 2)],
        ),
    ],
)
def test_a_delay_is_held_against_whoever_owed_it(
    found: Hazard, expected: list[tuple[Owing, Side, int]]
) -> None:
    assert expected == [(each.owed.what, each.owed.against, each.days) for each in late_of(found, TODAY)]


def test_the_second_round_is_late_by_its_own_deadline() -> None:
    first = a_round(deadline=june(5), submitted_on=june(5), reinspected_on=june(6), passed=False)
    second = a_round(2, deadline=june(10))

    assert [(2, june(10))] == [
        (each.owed.round, each.due) for each in late_of(hazard(Status.RECTIFYING, first, second), TODAY)
    ]


def test_steps_take_their_days_and_nothing_is_made_up_for_what_was_not_done() -> None:
    done = a_round(ordered_on=june(2), submitted_on=june(8), reinspected_on=june(10), passed=True)
    over = hazard(Status.CLOSED, done, closed_on=june(11))
    closed = timing_of(over, TODAY)
    pace = pace_of([over, hazard(Status.RECTIFYING, a_round(ordered_on=june(5)))], TODAY)

    assert (1, 6, 2, 1) == (
        closed.days_to_order,
        closed.days_to_submission,
        closed.days_to_verification,
        closed.days_to_closure,
    )
    assert (2.5, 6.0, 2.0, 1.0) == (
        pace.days_to_order,
        pace.days_to_submission,
        pace.days_to_verification,
        pace.days_to_closure,
    )
    assert None is pace_of([], TODAY).days_to_order
