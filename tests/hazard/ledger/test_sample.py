"""示例台账 · The same bytes for the same arguments, and a street in which everything occurs."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from stdnum.cn import uscc

from contracts.ledger import HEADINGS, PAPER_HEADINGS
from contracts.values import Level, SizeClass, Status
from services.cli.sample import sample
from services.hazard.ledger.identity import duplicates
from services.hazard.ledger.reading import read
from services.hazard.ledger.row import Sheet
from services.hazard.ledger.sample import make_sample
from services.hazard.ledger.sample.papers import CAN_ORDER, is_ordered
from services.hazard.numbering import year_and_n

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Sheet:
    out = tmp_path_factory.mktemp("sample") / "ledger.xlsx"
    make_sample(enterprises=143, seed=1, today=TODAY, out=out)
    return read(out.read_bytes())


def made(folder: Path, seed: int, today: date, enterprises: int = 20) -> bytes:
    out = folder / f"{seed}.xlsx"
    sample(enterprises=enterprises, seed=seed, today=today, out=out)
    return out.read_bytes()


def test_the_same_arguments_write_the_same_bytes(tmp_path: Path) -> None:
    first, again = made(tmp_path, 1, TODAY), made(tmp_path, 1, TODAY)

    assert first == again
    assert first != made(tmp_path, 2, TODAY)
    assert first != made(tmp_path, 1, date(2026, 11, 21))


def test_the_street_has_its_shape(street: Sheet) -> None:
    sizes = {row.enterprise: row.size_class for row in street.rows}
    finds = [row for row in street.rows if row.has_find]

    assert {SizeClass.ABOVE: 40, SizeClass.BELOW: 103} == Counter(sizes.values())
    assert 350 == len(finds)
    assert 0.0125 <= sum(row.is_major for row in finds) / len(finds) <= 0.025
    assert 143 == len({row.enterprise for row in street.rows})
    assert 10 <= len({row.enterprise for row in street.rows} - {row.enterprise for row in finds}) <= 30


def test_every_row_is_read_without_an_error_and_no_hazard_twice(street: Sheet) -> None:
    assert [] == [str(error) for row in street.rows for error in row.errors]
    assert {} == duplicates(street.rows)
    assert all(uscc.is_valid(row.credit_code or "") for row in street.rows)
    assert all(row.inspected_on and (TODAY - row.inspected_on).days < 190 for row in street.rows)


def test_every_row_passes_the_rules_and_every_stage_occurs(street: Sheet, new_life: Callable) -> None:
    stages = Counter()
    overdue = 0
    for row in street.rows:
        if row.has_find:
            life = new_life()
            plan = life.bring(row)
            hazard = life.past.hazard
            stages[hazard.level, hazard.status, hazard.round > 1] += 1
            overdue += hazard.status is Status.RECTIFYING and hazard.deadline < TODAY

            assert ((), hazard.status) == (plan.refusals, plan.reaches)

    assert {
        (Level.GENERAL, Status.RECTIFYING, False),
        (Level.GENERAL, Status.RECTIFYING, True),
        (Level.GENERAL, Status.SUBMITTED, False),
        (Level.GENERAL, Status.VERIFIED, False),
        (Level.GENERAL, Status.CLOSED, False),
        (Level.MAJOR, Status.REGISTERED, False),
        (Level.MAJOR, Status.PLAN_REQUIRED, False),
        (Level.MAJOR, Status.RECTIFYING, False),
        (Level.MAJOR, Status.SUBMITTED, False),
        (Level.MAJOR, Status.CLOSED, False),
    } == set(stages)
    assert overdue > 10


@pytest.mark.parametrize(
    ("enterprises", "seed", "today"),
    [
        (1, 1, TODAY),
        (9, 2, date(2026, 10, 6)),
        (40, 3, date(2027, 2, 21)),
        (40, 4, date(2026, 1, 1)),
        (40, 5, date(2026, 5, 3)),
    ],
)
def test_any_street_on_any_day_passes_the_rules(
    tmp_path: Path, new_life: Callable, enterprises: int, seed: int, today: date
) -> None:
    sheet = read(made(tmp_path, seed, today, enterprises))
    refused = [new_life(today=today).bring(row).refusals for row in sheet.rows if row.has_find]

    assert [()] * len(refused) == refused
    assert enterprises == len({row.enterprise for row in sheet.rows})


def test_the_workbook_looks_as_an_office_keeps_it(tmp_path: Path) -> None:
    out = tmp_path / "ledger.xlsx"
    sample(enterprises=9, seed=1, today=TODAY, out=out)
    workbook = openpyxl.load_workbook(out)
    sheet = workbook["隐患台账"]

    assert ["隐患台账", "填表说明"] == workbook.sheetnames
    assert "台账" in sheet["A1"].value
    assert [heading for _, heading in (*HEADINGS, *PAPER_HEADINGS)] == [cell.value for cell in sheet[3]]
    assert "合计" == sheet.cell(sheet.max_row, 1).value
    assert "B4" == sheet.freeze_panes


def test_officers_have_certificates_and_a_visit_that_ordered_has_one_notice(street: Sheet) -> None:
    visits: dict[str, set[object]] = {}
    for row in street.rows:
        if row.notice:
            visits.setdefault(row.notice, set()).add((row.enterprise, row.inspected_on, row.visit_kind))
            assert len(row.certificates) == len(row.inspectors) >= 2
            assert row.served_on
            assert not row.is_major
            assert not row.at_once
    ordered = [row for row in street.rows if row.visit_kind in CAN_ORDER and is_ordered(row)]

    assert {1} == {len(found) for found in visits.values()}
    assert len(visits) == len({year_and_n(number) for number in visits}) > 30
    assert 0 < sum(row.notice is None for row in ordered) < len(ordered) / 3
