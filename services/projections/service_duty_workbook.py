"""服务矩阵工作簿 · The matrix and what is missing, as an office keeps them: a line for each enterprise, quarters side by side."""

from collections.abc import Sequence
from datetime import date

from contracts.service_plan import QUARTERS, ServiceDuty
from services.projections.service_duty_answers import Cell, Gap, PlanItem, Quarter, State
from services.projections.sheets import Column, Sheet, book_of

SHORT, DATE, MIDDLE, WIDE = 9, 12, 16, 26  # widths in characters
STYLES: dict[State, str] = {
    "DONE": "done",
    "OPEN": "centre",
    "DUE_SOON": "soon",
    "OVERDUE": "missed",
    "NOT_OWED": "centre",
}
NOT_OWED = "—"


def matrix_book(plans: Sequence[PlanItem], gaps: Sequence[Gap], today: date) -> bytes:
    """矩阵工作簿 · The matrix of these plans, and on a second sheet what is missing."""
    sheets = (Sheet("服务矩阵", _matrix_columns(), plans), Sheet("服务缺口", GAPS, gaps))
    return book_of("社会化服务矩阵", sheets, today)


def gaps_book(gaps: Sequence[Gap], today: date) -> bytes:
    """缺口工作簿 · What is missing, alone."""
    return book_of("社会化服务缺口", (Sheet("服务缺口", GAPS, gaps),), today)


def _expert(item: PlanItem | Gap) -> str | None:
    return (item.expert.name or item.expert.id) if item.expert else None


def _matrix_columns() -> list[Column[PlanItem]]:
    about: list[Column[PlanItem]] = [
        Column("企业名称", WIDE, lambda item: item.enterprise_name),
        Column("村社区", MIDDLE, lambda item: item.village),
        Column("纳入依据", MIDDLE, lambda item: item.ground_name),
        Column("服务机构", MIDDLE, lambda item: item.institution),
        Column("合同编号", MIDDLE, lambda item: item.contract),
        Column("包干专家", SHORT, _expert),
    ]
    cells = [_cell_column(quarter, duty) for quarter in QUARTERS for duty in ServiceDuty]
    after: list[Column[PlanItem]] = [
        Column("更换专家次数", SHORT, lambda item: item.expert_changes, lambda _: "centre"),
        Column("次数调整理由", WIDE, lambda item: item.duties_reason),
        Column("终止日期", DATE, lambda item: item.ended_on, lambda _: "date"),
    ]
    return [*about, *cells, *after]


def _cell_column(quarter: int, duty: ServiceDuty) -> Column[PlanItem]:
    def style(item: PlanItem) -> str:
        found, cell = _found(item, quarter, duty)
        return STYLES["DONE" if cell.owed and not cell.missing else found.state]

    def told(item: PlanItem) -> str:
        _, cell = _found(item, quarter, duty)
        return f"{cell.done}/{cell.owed}" if cell.owed else NOT_OWED

    return Column(f"{quarter}季度{duty.zh}（已办/应办）", SHORT, told, style)


def _found(item: PlanItem, quarter: int, duty: ServiceDuty) -> tuple[Quarter, Cell]:
    of_quarter = next(each for each in item.quarters if each.quarter == quarter)
    return of_quarter, next(cell for cell in of_quarter.cells if cell.duty is duty)


def _missing(duty: ServiceDuty) -> Column[Gap]:
    def missing(item: Gap) -> int | None:
        return next(cell.missing for cell in item.cells if cell.duty is duty) or None

    return Column(f"缺{duty.zh}（次）", SHORT, missing, lambda _: "centre")


GAPS: tuple[Column[Gap], ...] = (
    Column("企业名称", WIDE, lambda item: item.enterprise_name),
    Column("季度", SHORT, lambda item: f"{item.year}年{item.quarter}季度"),
    Column("村社区", MIDDLE, lambda item: item.village),
    Column("服务机构", MIDDLE, lambda item: item.institution),
    Column("包干专家", SHORT, _expert),
    *(_missing(duty) for duty in ServiceDuty),
    Column("完成期限", DATE, lambda item: item.due, lambda _: "date"),
    Column(
        "剩余天数",
        SHORT,
        lambda item: item.days_left,
        lambda item: "late" if item.state == "OVERDUE" else "centre",
    ),
    Column("状态", SHORT, lambda item: item.state_name, lambda item: STYLES[item.state]),
)
