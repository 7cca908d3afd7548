"""行内检查 · What contradicts itself within a row, whatever has been recorded before.

The order of steps and distinct persons are never waived, so a row that breaks them is refused whole.
"""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from services.hazard.ledger.identity import same
from services.hazard.ledger.row import HEADING_OF, Row
from services.hazard.lifecycle.certifying import APL_42
from services.hazard.lifecycle.serving import AQF_65_2
from services.hazard.numbering import year_and_n

IN_ORDER = (
    "inspected_on",
    "plan_filed_on",
    "plan_accepted_on",
    "completed_on",
    "reinspected_on",
    "closed_on",
)


def contradictions(row: Row, today: date) -> tuple[str, ...]:
    """矛盾 · Every sentence that says why the row cannot be true; a cell's own errors come first."""
    if row.errors:
        return tuple(str(error) for error in row.errors)
    return (*dates(row, today), *deadline(row), *persons(row), *closing(row), *papers(row, today))


def dates(row: Row, today: date) -> Iterable[str]:
    """日期顺序 · No step is in the future or before the one it follows."""
    known = [(name, day) for name in IN_ORDER if isinstance(day := getattr(row, name), date)]
    for name, day in known:
        if day > today:
            yield f"「{HEADING_OF[name]}」{day.isoformat()} 晚于今天"
    for (before, earlier), (after, later) in pairwise(known):
        if later < earlier:
            yield f"「{HEADING_OF[after]}」{later.isoformat()} 早于「{HEADING_OF[before]}」{earlier.isoformat()}"


def deadline(row: Row) -> Iterable[str]:
    """整改期限 · Later than the day it was set, unless all was put right on the spot."""
    set_by = "plan_accepted_on" if row.is_major else "inspected_on"
    set_on = getattr(row, set_by)
    if row.deadline and set_on and row.deadline <= set_on and not row.at_once:
        yield f"「整改期限」{row.deadline.isoformat()} 须晚于「{HEADING_OF[set_by]}」{set_on.isoformat()}"


def persons(row: Row) -> Iterable[str]:
    """人员分离 · Who puts right does not check; of a major hazard nobody does two of the three."""
    put_right = {same(name) for name in row.responsible[:1]}
    checked = {same(name) for name in row.reinspectors}
    closed = {same(name) for name in row.closed_by}
    looked = {same(name) for name in row.inspectors}
    if put_right & checked:
        yield "整改责任人与复查人是同一人，复查须由他人进行"
    if row.is_major and (put_right | checked) & closed:
        yield "重大隐患的提交、复查、销号须为不同的人，销号人与整改责任人或复查人相同"
    if row.at_once and put_right & looked:
        yield "当场整改的整改责任人不能同时是检查人"


def closing(row: Row) -> Iterable[str]:
    """销号 · Only what was re-inspected and passed."""
    if row.closed_on and row.reinspection_result is False:
        yield "复查不合格，不能有销号日期"


def papers(row: Row, today: date) -> Iterable[str]:
    """文书 · One certificate to each inspector; a notice of its visit's time, served before what it orders is over."""
    if row.certificates and len(row.certificates) != len(row.inspectors):
        yield (
            f"「执法证号」须与「检查人」逐一对应：检查人 {len(row.inspectors)} 名，执法证号 {len(row.certificates)} 个"
            f"（{APL_42}）"
        )
    if len(set(row.certificates)) < len(row.certificates):
        yield f"「执法证号」有重复，一证只属于一人（{APL_42}）"
    if row.notice and row.inspected_on:
        year, _ = year_and_n(row.notice)
        if not row.inspected_on.year <= year <= today.year:
            yield f"「指令书文号」的年份 {year} 不在「检查日期」{row.inspected_on.isoformat()} 至今天之间"
    if row.served_to and not row.served_on:
        yield "填写「指令书签收人」的，须填写「指令书送达日期」"
    if row.served_on:
        yield from service(row, row.served_on, today)


def service(row: Row, served_on: date, today: date) -> Iterable[str]:
    """送达 · Of a notice, after its visit, before the deadline."""
    if row.notice is None:
        yield "填写「指令书送达日期」的，须填写「指令书文号」"
    if served_on > today:
        yield f"「指令书送达日期」{served_on.isoformat()} 晚于今天"
    if row.inspected_on and served_on < row.inspected_on:
        yield f"「指令书送达日期」{served_on.isoformat()} 早于「检查日期」{row.inspected_on.isoformat()}"
    if row.deadline and row.deadline <= served_on and not row.at_once:
        yield (
            f"「整改期限」{row.deadline.isoformat()} 不晚于「指令书送达日期」{served_on.isoformat()}（{AQF_65_2}）"
        )
