"""判定依据 · The code lists and clauses a hazard is judged by: those in force on the day it was found."""

from collections.abc import Mapping
from datetime import date

from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Occasion
from services.hazard.policy import Dated
from services.hazard.refused import Refused


class UnknownCategory(Refused):
    """隐患类别不存在 · The category is not in the code list."""


class CategoryNotInForce(Refused):
    """隐患类别在发现之日无效 · The code was not in use on the day the hazard was found."""


class ClauseUnknown(Refused):
    """没有该判定条款 · No standard on record has this clause."""


class ClauseNotInForce(Refused):
    """判定条款在发现之日无效 · A hazard is judged by the clause in force on the day it was found."""


def check_category(category: str | None, hazard: Hazard, occasion: Occasion) -> None:
    """类别检查 · A code of the list, in use when the hazard was found; before it is recorded, today."""
    if category is None:
        return
    found_on, entry = hazard.found_on or occasion.today, occasion.policy.categories.get(category)
    if entry is None:
        raise UnknownCategory(f"隐患类别 {category} 不在代码表中")
    if not entry.in_force(found_on):
        raise CategoryNotInForce(
            f"隐患类别 {category} {entry.name}{used(entry)}，隐患于 {found_on.isoformat()} 发现"
        )


def check_clause(clause: str | None, hazard: Hazard, occasion: Occasion) -> None:
    """条款检查 · A clause on record, in force when the hazard was found (AQF 118; domain/law.md 1.5).

    Raises ClauseUnknown, ClauseNotInForce.
    """
    if clause is None:
        return
    clauses, found_on = occasion.policy.clauses, hazard.found_on or occasion.today
    entry = clauses.get(clause)
    if entry is None:
        raise ClauseUnknown(f"没有判定条款「{clause}」；发现之日有效的条款：{listed(clauses, found_on)}")
    if not entry.in_force(found_on):
        raise ClauseNotInForce(
            f"判定条款「{clause}」{used(entry)}，隐患于 {found_on.isoformat()} 发现，须引用发现之日有效的条款"
        )


def used(entry: Dated) -> str:
    """有效期 · From when to when, in words."""
    until = f"至 {entry.ends.isoformat()} " if entry.ends else ""
    return f"自 {entry.begins.isoformat()} 起{until}有效"


def listed(entries: Mapping[str, Dated], on: date) -> str:
    """当日有效的编号 · In the order of the list."""
    return "、".join(code for code, entry in entries.items() if entry.in_force(on)) or "无"
