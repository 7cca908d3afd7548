"""备料的一生 · What the bench writes into a log stands on a visit, as what officers order does."""

from datetime import date, datetime
from uuid import uuid4

from contracts.hazard import HazardCaptured, RectificationOrdered
from contracts.values import Role
from services.cli.bench import lives
from services.hazard.calendar.reading import read_calendar
from services.hazard.hazards import HAZARD
from services.hazard.lifecycle.ordering import OrderRectification, order_rectification
from services.hazard.occasion import SHANGHAI, Occasion
from services.hazard.on_visit import VISIT
from services.hazard.policy import read_policy

DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)
ENTERPRISE = str(uuid4())


def folded(kind, key, events):
    state = kind.empty
    for version, event in enumerate(events, start=1):
        state = kind.evolve(state, event, lives.envelop(kind.subject(key), version, event, AT))
    return state


def test_a_ready_made_order_is_the_one_that_the_rules_would_give():
    events = lives.happened(ENTERPRISE, lives.NUMBER.format(1), DAY)
    place, made = next((n, one) for n, one in enumerate(events) if isinstance(one, RectificationOrdered))
    hazard = folded(HAZARD, str(uuid4()), events[:place])
    visit = folded(VISIT, lives.visit_of(ENTERPRISE), lives.visited(ENTERPRISE, DAY))
    occasion = Occasion(
        person=lives.OFFICER,
        role=Role.TWO,
        organisation="org-town",
        division=lives.TOWN,
        certificate=lives.CERTIFICATES[0],
        at=AT,
        now=AT,
        policy=read_policy(),
        calendar=read_calendar(),
        visit=visit,
    )
    ask = OrderRectification(**made.model_dump(include={"deadline", "responsible", "visit", "notice"}))

    assert order_rectification(hazard, ask, occasion) == (made,)


def test_a_ready_made_life_says_in_the_course_of_which_visit_it_was_lived():
    life = lives.Life.of(ENTERPRISE)
    captured = HazardCaptured.model_validate(life.envelopes[0].data)

    assert captured.visit == lives.visit_of(ENTERPRISE)
    assert {envelope.visit for envelope in life.envelopes} == {f"visit/{captured.visit}"}
