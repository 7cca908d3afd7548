"""待办工作簿 · The lists of what is to be done and of what is overdue, as an office takes them to its weekly meeting."""

from collections.abc import Sequence
from datetime import date

from contracts.values import Level
from services.projections.duties.answers import DutyItem
from services.projections.sheets import Column, Sheet, book_of

SHORT, DATE, MIDDLE, WIDE = 9, 12, 16, 30  # widths in characters


def _late(item: DutyItem) -> str:
    return "late" if item.overdue else "centre"


ABOUT: tuple[Column[DutyItem], ...] = (
    Column("隐患编号", 24, lambda item: item.number),
    Column("企业名称", 26, lambda item: item.enterprise_name),
    Column("村社区", MIDDLE, lambda item: item.village),
    Column("隐患部位", MIDDLE, lambda item: item.place),
    Column("隐患描述", WIDE, lambda item: item.description),
    Column(
        "等级",
        SHORT,
        lambda item: item.level_name,
        lambda item: "late" if item.level is Level.MAJOR else "text",
    ),
    Column("状态", SHORT, lambda item: item.status_name),
    Column("应办事项", MIDDLE, lambda item: item.duty_name),
    Column("办理期限", DATE, lambda item: item.last_day, lambda _: "date"),
    Column("剩余天数", SHORT, lambda item: item.days_left, _late),
)
WHOSE: tuple[Column[DutyItem], ...] = (
    Column("责任方", MIDDLE, lambda item: item.side_name),
    Column("应当办理的人员", WIDE, lambda item: "、".join(item.role_names)),
    Column("经办单位", MIDDLE, lambda item: item.office or item.holder),
    Column("整改责任人", MIDDLE, lambda item: item.responsible.name if item.responsible else None),
    Column("依据", WIDE, lambda item: item.basis),
)
FAULT: Column[DutyItem] = Column("逾期责任", WIDE, lambda item: item.fault, _late)


def work_book(items: Sequence[DutyItem], today: date) -> bytes:
    """待办工作簿 · What is to be done, in the order given."""
    return book_of("待办事项", (Sheet("待办事项", (*ABOUT, *WHOSE), items),), today)


def overdue_book(items: Sequence[DutyItem], today: date) -> bytes:
    """逾期工作簿 · What is overdue, one sheet for each side."""
    columns = (*ABOUT, FAULT, *WHOSE)
    sheets = [
        Sheet(f"{name}逾期", columns, [item for item in items if item.side_name == name])
        for name in dict.fromkeys(item.side_name for item in items)
    ]
    return book_of("逾期清单", sheets or (Sheet("逾期清单", columns, ()),), today)
