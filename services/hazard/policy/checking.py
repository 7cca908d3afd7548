"""政策自查 · What a policy may not say: contradict itself, go below the law, or take the ground from open hazards."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import assert_never

from contracts.limits import Limit, LimitUnit
from contracts.values import Role, VisitKind
from services.hazard.policy import Dated, Policy, Section, cases
from services.hazard.policy.content import Profiled
from services.hazard.policy.visiting import wrong_caps, wrong_kinds
from services.hazard.refused import Refused

WORKING_WEEK, WEEK, LONGEST_MONTH, DAY = 5, 7, 31, 24  # days, days, days, hours

SC_54 = "国办发〔2024〕54号"
OFFICERS = frozenset({Role.TWO, Role.DPO, Role.DPL, Role.ENF})
# 须由执法人员实施的检查 · Kinds that are administrative inspection, and so nobody else's (SC-54; domain/codes.md c.4).
INSPECTIONS = frozenset({VisitKind.ADMIN, VisitKind.ENTRUSTED, VisitKind.JOINT, VisitKind.CASE})
# 前者不得大于后者 · Pairs of limits of which the first may not exceed the second.
ORDERED = (
    ("limits", "general_default_days", "general_max_days", "默认整改期限不得长于最长期限"),
    ("limits", "general_max_days", "major_max_days", "一般隐患的最长期限不得长于重大隐患"),
    ("limits", "plan_due", "major_max_days", "治理方案的备案期限不得长于重大隐患的整改期限"),
    ("ladder", "major_department_days", "department_days", "重大隐患逾期报部门不得晚于一般隐患"),
)
# 须逐级递增 · Rungs of a table, each later than the one before.
RISING = (("ladder", ("leader_days", "department_days", "committee_days")),)
COUNTED = ("limits", "ladder", "publishing", "retention", "documents", "cases")


class PolicyContradictsItself(Refused):
    """政策自相矛盾 · Two of its rules cannot both hold, or one goes below what the law asks."""


class WouldOrphan(Refused):
    """会使在办隐患失去依据 · A clause or code that hazards may lean on does not vanish, nor does it change backwards."""


def check_coherent(policy: Policy) -> None:
    """自洽 · The default and each province's policy.

    Raises PolicyContradictsItself, with all that is wrong.
    """
    wrong = list(contradictions(policy))
    profiled = Profiled(policy)
    for code, profile in policy.provinces.items():
        here = contradictions(profiled.within(code))
        wrong += [f"{profile.name}：{sentence}" for sentence in here if sentence not in wrong]
    if wrong:
        raise PolicyContradictsItself("政策自相矛盾：" + "；".join(wrong))


def contradictions(policy: Policy) -> Iterator[str]:
    """矛盾 · Each in one sentence."""
    yield from not_positive(policy)
    yield from in_disorder(policy)
    yield from below_the_floors(policy)
    yield from unlawful_powers(policy)
    yield from wrong_kinds(policy, INSPECTIONS)
    yield from wrong_caps(policy.limits.yearly_visit_cap)
    yield from cases.unlawful(policy.cases)
    yield from ended_before_begun("判定条款", policy.clauses)
    yield from ended_before_begun("隐患类别", policy.categories)


def not_positive(policy: Policy) -> Iterator[str]:
    """须为正数 · Every number of days, hours, people and years is at least one, however deep it stands."""
    for table in COUNTED:
        for path, value in numbers(content_of_table(policy, table), table):
            if value <= 0:
                yield f"{path}（{value}）须大于零"


def content_of_table(policy: Policy, table: str) -> object:
    """一表 · A table as JSON has it; none if this policy has no such table."""
    section = getattr(policy, table, None)
    return section.model_dump(mode="json") if isinstance(section, Section) else None


def numbers(value: object, path: str) -> Iterator[tuple[str, int]]:
    """各数 · Every number in a table with its place."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from numbers(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from numbers(inner, f"{path}.{place}")
    elif isinstance(value, int) and not isinstance(value, bool):
        yield path, value


def in_disorder(policy: Policy) -> Iterator[str]:
    """次序颠倒 · A default above its maximum, a rung of the ladder before the one below it."""
    for table, lower, upper, words in ORDERED:
        one, other = _number(policy, table, lower), _number(policy, table, upper)
        if one > other:
            yield f"{words}（{table}.{lower} {one}，{table}.{upper} {other}）"
    for table, rungs in RISING:
        for lower, upper in pairwise(rungs):
            one, other = _number(policy, table, lower), _number(policy, table, upper)
            if other <= one:
                yield f"升级阶梯须逐级推后：{table}.{upper}（{other}）须晚于 {table}.{lower}（{one}）"


def _number(policy: Policy, table: str, name: str) -> int:
    found = getattr(getattr(policy, table), name)
    return at_most_days(found) if isinstance(found, Limit) else int(found)


def at_most_days(limit: Limit) -> int:
    """折合日数 · How many calendar days a limit may take where no holidays come in between; to compare limits by."""
    match limit.unit:
        case LimitUnit.WORKING_DAYS:
            weeks, rest = divmod(limit.amount, WORKING_WEEK)
            return weeks * WEEK + rest
        case LimitUnit.MONTHS:
            return limit.amount * LONGEST_MONTH
        case LimitUnit.HOURS:
            return -(-limit.amount // DAY)
        case LimitUnit.DAYS:
            return limit.amount
        case _:
            assert_never(limit.unit)


def below_the_floors(policy: Policy) -> Iterator[str]:
    """低于底线 · A limit below what the law asks."""
    for table, floors in policy.floors.items():
        values = getattr(policy, table, None)
        for name, floor in floors.items():
            value = getattr(values, name, None)
            if not isinstance(value, int):
                yield f"底线 {table}.{name} 没有对应的项"
            elif value < floor:
                yield f"{table}.{name}（{value}）低于法律底线 {floor}"


def unlawful_powers(policy: Policy) -> Iterator[str]:
    """越权 · Inspections by whoever holds no certificate, orders from visits that are no inspection (SC-54)."""
    powers = policy.powers
    for kind in sorted(powers.ordering_visit_kinds - INSPECTIONS):
        yield f"{kind.zh}不是行政检查，不得据以责令整改（{SC_54}）"
    for kind in sorted(INSPECTIONS):
        for role in sorted(powers.visitors.get(kind, frozenset()) - OFFICERS):
            yield f"{kind.zh}不得由{role.zh}实施（{SC_54}）"
    for kind in VisitKind:
        if not powers.visitors.get(kind):
            yield f"{kind.zh}没有人可以记录"


def ended_before_begun(what: str, entries: Mapping[str, Dated]) -> Iterator[str]:
    """先止后起 · An entry that ends before it begins."""
    for code, entry in entries.items():
        if entry.ends is not None and entry.ends < entry.begins:
            yield f"{what} {code} 的停用日期早于启用日期"


def check_nothing_orphaned(before: Policy, after: Policy, *, last_day: date) -> None:
    """不使隐患失去依据 · What hazards found until `last_day` lean on stays as it was.

    Whatever an open hazard cites was in force on its finding date, so entries that cannot vanish or change backwards
    leave no hazard without its ground; which hazards are open need not be looked up. Raises WouldOrphan.
    """
    pairs = (("判定条款", before.clauses, after.clauses), ("隐患类别", before.categories, after.categories))
    wrong = [
        sentence for what, old, new in pairs for sentence in _orphaned(what, old, new, last_day=last_day)
    ]
    if wrong:
        raise WouldOrphan("；".join(wrong))


def _orphaned(
    what: str, before: Mapping[str, Dated], after: Mapping[str, Dated], *, last_day: date
) -> Iterator[str]:
    for code, old in before.items():
        new = after.get(code)
        if new is None:
            yield f"{what} {code} 已公布，在办隐患可能据以判定，不得删除；停用请填写 until"
            continue
        if new.model_dump(exclude={"ends"}) != old.model_dump(exclude={"ends"}):
            yield f"{what} {code} 已公布，内容和启用日期不得更改；新的文字请用新的编号"
        if new.ends != old.ends and any(
            ends is not None and ends < last_day for ends in (old.ends, new.ends)
        ):
            yield f"{what} {code} 的停用日期只能改动施行以后的部分，不得早于 {last_day.isoformat()}"


def day_before(effective_from: date) -> date:
    """前一日 · The last day on which the edition before is in force."""
    return effective_from - timedelta(days=1)
