"""归入规则 · The attribution rules of domain/tallies.md d.3, one after the other, over the fold alone: no server."""

from collections import Counter
from datetime import date

from contracts.enterprise import EnterpriseProfileChanged
from contracts.regions import Holder
from contracts.values import Level, ObjectKind, VisitKind
from contracts.visit import VisitRecorded
from given.street import STREET, Street, at
from services.projections.indicators import Basis, Figures, indicators
from services.projections.statutory.columns import general_hazards
from services.projections.tallying.folding import Fold

DISTRICT_OFFICE = Holder(organisation="org-yjj", division="330111000000")


def folded(street: Street) -> Fold:
    fold = Fold({}, {}, {}, {}, {}, {})
    for recorded in street.recorded:
        fold.take(recorded)
    return fold


def basis(
    street: Street, month: int, *, division: str = STREET, until: int | None = None, **where: str
) -> Basis:
    """What a month of 2026 counts in a division; until an event of the log."""
    fold = folded(street)
    sums: Counter[str] = Counter()
    for delta in fold.deltas:
        there = delta.place.division == division
        there = there and all(getattr(delta.place, name) == value for name, value in where.items())
        if there and (delta.on.year, delta.on.month) == (2026, month) and delta.position <= (until or 10**9):
            sums.update(delta.amounts)
    took = Counter(
        {
            (each.kind, each.days): sum(
                n for _, other, n in fold.durations if (other.kind, other.days) == (each.kind, each.days)
            )
            for _, each, _ in fold.durations
        }
    )
    return Basis(sums, durations=took)


def figures(street: Street, month: int, **where: str) -> dict[str, Figures]:
    return indicators(basis(street, month, **where))


def test_found_by_finding_date_rectified_by_verification_and_closed_by_closing_date() -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-05-30").ordered("2026-05-30", "2026-07-10")
    hazard.submitted("2026-06-29").passed("2026-07-01").closed("2026-08-02")

    assert [
        {month: basis(street, month)[name] for month in (5, 6, 7, 8)}
        for name in ("found", "rectified", "closed")
    ] == [{5: 1, 6: 0, 7: 0, 8: 0}, {5: 0, 6: 0, 7: 1, 8: 0}, {5: 0, 6: 0, 7: 0, 8: 1}]


def test_a_correction_moves_the_count_and_leaves_what_was_counted_at_the_position_before() -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03")
    before = len(street.recorded)
    hazard.voided("2026-07-01")

    assert (1, 0) == (basis(street, 6, until=before)["found"], basis(street, 6)["found"])


def test_a_transferred_hazard_is_found_at_its_place_and_open_with_its_holder() -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03").offered("2026-06-04", DISTRICT_OFFICE)
    hazard.taken_over("2026-06-05", DISTRICT_OFFICE)
    place, holder = basis(street, 6), basis(street, 6, division=DISTRICT_OFFICE.division)

    assert [(1, 0), (0, 1)] == [(each["found"], each["open"]) for each in (place, holder)]
    assert {"in_time": 1, "transfers": 1, "rate": 100.0} == figures(street, 6)["N36"]


def test_reopened_in_the_same_period_is_a_relapse_and_not_found_twice() -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-10")
    hazard.submitted("2026-06-05").passed("2026-06-06").closed("2026-06-07")
    hazard.reopened("2026-06-20", "2026-06-30")
    june = basis(street, 6)

    assert (1, 1, 0, 0) == (june["found"], june["relapsed"], june["rectified"], june["closed"])


def test_upgraded_counts_as_major_from_then_on_and_keeps_both_marks_in_the_period_of_finding() -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-20")
    before = len(street.recorded)
    hazard.upgraded("2026-07-02")
    june = basis(street, 6)

    assert 0 == basis(street, 6, until=before)["found_major"]
    assert {"found": 1, "general": 1, "major": 1, "upgraded": 1} == indicators(june)["N04"]
    assert 1 == general_hazards(june)["found"]
    assert 1 == basis(street, 6, level=Level.MAJOR)["found"]


def test_several_finds_in_one_place_are_several_and_one_found_twice_is_one() -> None:
    street = Street()
    firm = street.enterprise()
    one = firm.hazard("插座").found("2026-06-03")
    firm.hazard("灭火器").found("2026-06-03")
    firm.hazard("同一插座").found("2026-06-04").duplicate_of(one, "2026-06-05")

    assert 2 == basis(street, 6)["found"]


def test_a_figure_belongs_to_the_place_of_the_object_and_not_of_who_looked() -> None:
    street = Street()
    firm = street.enterprise()
    visit = VisitRecorded(
        enterprise=firm.id, visit_kind=VisitKind.ADMIN, visited_on=date(2026, 6, 3), finds=0
    )
    street.record("visit/of-another-office", visit, "p-9", at("2026-06-03"), division="330111006000")

    assert (1, 0) == (basis(street, 6)["visits"], basis(street, 6, division="330111006000")["visits"])


def test_what_the_object_becomes_later_moves_no_history() -> None:
    street = Street()
    firm = street.enterprise(industry="机械", object_kind=ObjectKind.ENTERPRISE)
    firm.hazard("之前").found("2026-06-03")
    firm.tell(EnterpriseProfileChanged(industry="家具"), "2026-06-10")
    firm.hazard("之后").found("2026-06-11")

    assert [1, 1] == [basis(street, 6, industry=industry)["found"] for industry in ("机械", "家具")]


def test_fixed_on_the_spot_is_found_and_rectified_that_day_and_takes_no_time() -> None:
    street = Street()
    street.enterprise().hazard().found("2026-06-03").fixed_on_spot("2026-06-03").closed("2026-06-05")
    june = figures(street, 6)

    assert (1, 1) == (basis(street, 6)["found"], basis(street, 6)["rectified"])
    assert (1, 100.0) == (june["N08"]["on_spot"], june["N08"]["rate"])
    assert (0, None) == (june["N12"]["verified"], june["N12"]["mean_to_verification"])


def test_how_long_it_took_is_counted_from_the_order() -> None:
    street = Street()
    firm = street.enterprise()
    for name, submitted, passed in (("甲", "2026-06-05", "2026-06-06"), ("乙", "2026-06-12", "2026-06-13")):
        hazard = firm.hazard(name).found("2026-06-01").ordered("2026-06-02", "2026-06-20")
        hazard.submitted(submitted).passed(passed)

    assert {
        "submitted": 2,
        "mean_to_submission": 6.5,
        "median_to_submission": 6.5,
        "verified": 2,
        "mean_to_verification": 7.5,
        "median_to_verification": 7.5,
    } == figures(street, 6)["N12"]


def test_an_event_that_changes_no_count_leaves_no_difference() -> None:
    street = Street()
    firm = street.enterprise()
    hazard = firm.hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-20")
    before = len(folded(street).deltas)
    hazard.given_back("2026-06-04", DISTRICT_OFFICE)

    assert before == len(folded(street).deltas)


def test_every_difference_bears_the_position_of_its_event_and_the_finding_date_of_the_capture() -> None:
    street = Street()
    street.enterprise().hazard().captured("2026-06-03").registered("2026-06-09")
    (delta,) = folded(street).deltas

    assert (3, date(2026, 6, 3)) == (delta.position, delta.on)
