"""分工 · Which process builds which read models."""

from services.projections.apart import shared_out
from services.projections.catalogue import PROJECTIONS


def test_every_read_model_is_built_by_one_process_and_the_costliest_by_another_than_the_next():
    names = [projection.NAME for projection in PROJECTIONS]
    one, other = shared_out(names, 2)

    assert sorted(names) == sorted(one + other)
    assert ("tallies" in one) != ("ledger" in one)


def test_more_processes_than_read_models_leave_some_without_any():
    assert shared_out(["ledger"], 2) == [["ledger"], []]
