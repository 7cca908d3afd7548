"""往事 · The year that the read side is measured with is one that could have been."""

from collections import Counter
from datetime import UTC, datetime

from contracts.catalogue import open_event
from contracts.envelope import decode, encode
from services.cli.bench.past import EVENTS_A_HAZARD, Past
from services.cli.bench.steps import LIVES, NOTICE, VISIT

UNTIL = datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_every_event_of_the_year_is_one_that_the_contract_takes():
    versions: Counter[str] = Counter()

    for envelope in Past(120, UNTIL).events():
        stored = encode(envelope)
        again = decode(stored)
        open_event(again)
        versions[envelope.subject] += 1
        assert encode(again) == stored
        assert envelope.version == versions[envelope.subject]


def test_the_year_is_told_in_the_order_in_which_it_happened():
    at = [envelope.occurredat for envelope in Past(120, UNTIL).events()]

    assert at == sorted(at)
    assert at[-1] < UNTIL


def test_a_hazard_has_some_twelve_events_with_its_visit_and_its_notice():
    past = Past(3000, UNTIL)
    at_work = [one for one in past.events() if not one.subject.startswith("enterprise/")]

    assert abs(len(at_work) / past.hazards - EVENTS_A_HAZARD) < 1


def test_the_same_seed_gives_the_same_year_and_another_one_another():
    first, second, other = (list(Past(30, UNTIL, seed).events()) for seed in (1, 1, 2))

    assert first == second
    assert first != other


def test_the_largest_enterprise_has_the_hazards_of_the_largest_file():
    past = Past(9000, UNTIL)
    found = Counter(one.data["object"] for one in past.events() if one.type == "hazard.captured")

    assert found.most_common(1)[0][0] == past.largest.id
    assert 1300 < found[past.largest.id] < 1700


def test_no_step_of_a_life_comes_before_the_one_before_it():
    for steps in (VISIT, NOTICE, *(steps for _, steps in LIVES)):
        after = [step.after for step in steps]
        assert after == sorted(after)
