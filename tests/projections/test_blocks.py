"""整块求和 · What a block of the log adds up to: all together, by day, and by each dimension."""

from services.projections.tallying.blocks import summed
from services.projections.tallying.measures import MEASURES

TOWN = "330111005000"


def line(on: str, category: str = "B04", industry: str = "机械", **amounts: int) -> str:
    place = (TOWN, "GENERAL", "GOVERNMENT", category, "ADMIN", "BELOW", industry, "ENTERPRISE")
    return "\t".join((*place, on, *(str(amounts.get(name, "\\N")) for name in MEASURES)))


def told(sums: dict[str, list[int]], *head: str) -> dict[str, int]:
    amounts = sums["\t".join(head)]
    return {name: amount for name, amount in zip(MEASURES, amounts, strict=True) if amount}


def test_what_happened_counts_once_for_each_of_its_dimensions():
    sums = summed(
        [line("2026-06-03", found=1, open=1), line("2026-06-09", "B09", found=1), line("2026-06-03", open=-1)]
    )

    assert told(sums, "all", "", TOWN, "2026-06-01") == {"found": 2}
    assert told(sums, "on_day", "2026-06-03", TOWN, "2026-06-01") == {"found": 1}
    assert told(sums, "category", "B04", TOWN, "2026-06-01") == {"found": 1}
    assert told(sums, "category", "B09", TOWN, "2026-06-01") == {"found": 1}
    assert told(sums, "trade", "机械\x1fENTERPRISE", TOWN, "2026-06-01") == {"found": 2}


def test_the_same_said_twice_counts_twice():
    sums = summed([line("2026-06-03", cost=120_000)] * 2)

    assert told(sums, "level", "GENERAL", TOWN, "2026-06-01") == {"cost": 240_000}


def test_months_are_apart():
    sums = summed([line("2026-06-30", closed=1), line("2026-07-01", closed=1)])

    assert told(sums, "size_class", "BELOW", TOWN, "2026-06-01") == {"closed": 1}
    assert told(sums, "visit_kind", "ADMIN", TOWN, "2026-07-01") == {"closed": 1}
