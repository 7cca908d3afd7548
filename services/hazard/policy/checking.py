"""政策自查 · What a policy may not say: contradict itself, go below the law, or take the ground from open hazards."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from contracts.values import Role, VisitKind
from services.hazard.policy import Dated, Policy
from services.hazard.policy.content import Profiled
from services.hazard.refused import Refused

SC_54 = "国办发〔2024〕54号"
OFFICERS = frozenset({Role.TWO, Role.DPO, Role.DPL, Role.ENF})
# 须由执法人员实施的检查 · Kinds that are administrative inspection, and so nobody else's (SC-54; domain/codes.md c.4).
INSPECTIONS = frozenset({VisitKind.ADMIN, VisitKind.ENTRUSTED, VisitKind.JOINT, VisitKind.CASE})
# 前者不得大于后者 · Pairs of limits of which the first may not exceed the second.
ORDERED = (
    ("general_default_days", "general_max_days", "默认整改期限不得长于最长期限"),
    ("general_max_days", "major_max_days", "一般隐患的最长期限不得长于重大隐患"),
    ("plan_due_days", "major_max_days", "治理方案的备案期限不得长于重大隐患的整改期限"),
)
# 须逐级递增 · Limits that are rungs: each later than the one before.
RISING: tuple[str, ...] = ()


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
    limits: dict[str, object] = policy.limits.model_dump()
    yield from not_positive(policy)
    for lower, upper, words in ORDERED:
        yield from _exceeds(limits, lower, upper, words)
    for name in RISING:
        yield from _not_rising(name, limits.get(name))
    yield from below_the_floors(policy)
    yield from unlawful_powers(policy)
    yield from ended_before_begun("判定条款", policy.clauses)
    yield from ended_before_begun("隐患类别", policy.categories)


def not_positive(policy: Policy) -> Iterator[str]:
    """须为正数 · Every number of days, hours, people and years is at least one."""
    for table in ("limits", "publishing", "retention"):
        for name, value in getattr(policy, table).model_dump().items():
            if isinstance(value, int) and not isinstance(value, bool) and value <= 0:
                yield f"{table}.{name}（{value}）须大于零"


def _exceeds(limits: Mapping[str, object], lower: str, upper: str, words: str) -> Iterator[str]:
    one, other = limits[lower], limits[upper]
    if isinstance(one, int) and isinstance(other, int) and one > other:
        yield f"{words}（{lower} {one}，{upper} {other}）"


def _not_rising(name: str, rungs: object) -> Iterator[str]:
    if not isinstance(rungs, (list, tuple)):
        return
    if any(later <= earlier for earlier, later in pairwise(rungs)):
        yield f"{name} 须逐级递增（{'、'.join(str(rung) for rung in rungs)}）"


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
