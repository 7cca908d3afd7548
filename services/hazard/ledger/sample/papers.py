"""示例文书 · Certificates of the town's officers, and the notices under which visits ordered what they found.

Of some visits the office has kept neither, as offices do: what they ordered is known from the ledger alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from contracts.values import VisitKind
from services.hazard.ledger.row import Row

CAN_ORDER = (VisitKind.ADMIN, VisitKind.ENTRUSTED, VisitKind.JOINT, VisitKind.CASE)
CERTIFICATE = "330111001{:02}"
NUMBER = "（杭滨）应急责改〔{}〕{}号"
KEPT_NEITHER = 6  # of so many visits that may order one
Visit = tuple[str | None, date | None, VisitKind | None]


def with_papers(rows: Sequence[Row], town: Sequence[str], today: date) -> tuple[Row, ...]:
    """填上文书 · Numbers are counted by the day of the visit in each year, one to a visit that ordered something."""
    visits: defaultdict[Visit, list[Row]] = defaultdict(list)
    for row in rows:
        visits[row.enterprise, row.inspected_on, row.visit_kind].append(row)
    numbers: Counter[int] = Counter()
    papers: dict[Visit, str] = {}
    kept = [key for place, key in enumerate(of_officers(visits)) if place % KEPT_NEITHER]
    for key in kept:
        if key[1] is not None and any(is_ordered(row) for row in visits[key]):
            numbers[key[1].year] += 1
            papers[key] = NUMBER.format(key[1].year, numbers[key[1].year])
    certificates = {name: CERTIFICATE.format(place) for place, name in enumerate(town, start=1)}
    own = frozenset(kept)
    return tuple(filled(row, own, papers, certificates, today) for row in rows)


def of_officers(visits: Iterable[Visit]) -> list[Visit]:
    """执法检查 · Visits of the kinds that may order."""
    return [key for key in visits if key[2] in CAN_ORDER]


def is_ordered(row: Row) -> bool:
    """限期整改 · A general hazard with a deadline of its own."""
    return row.has_find and not row.is_major and not row.at_once and row.deadline is not None


def filled(
    row: Row, kept: frozenset[Visit], papers: dict[Visit, str], certificates: dict[str, str], today: date
) -> Row:
    """一行 · Its inspectors' certificates and, if it was ordered, its notice with the day of service."""
    key, visited_on = (row.enterprise, row.inspected_on, row.visit_kind), row.inspected_on
    if key not in kept or visited_on is None:
        return row
    row = replace(row, certificates=tuple(certificates[name] for name in row.inspectors))
    if key not in papers or not is_ordered(row):
        return row
    served_on = min(visited_on + timedelta(days=1), today)
    return replace(row, notice=papers[key], served_on=served_on, served_to=row.responsible)
