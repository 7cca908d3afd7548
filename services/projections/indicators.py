"""指标 · Those of domain/tallies.md d.1 that today's events can feed, a pure function each, over sums and distinct counts."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from services.projections.tallying.measures import TO_SUBMISSION, TO_VERIFICATION

VERSION: Final = "2026.1"  # as the policy names it: formulas.tallies
CENTS = Decimal("0.01")
FEN_OF_TEN_THOUSAND_YUAN: Final = 1_000_000

Value = int | float | None
Figures = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Basis:
    """基数 · What an indicator is computed from, for a division and a period.

    `sums` are additive counts, by their names in tallying/measures.py; `overdue` counts only deadlines whose day is
    over by the query time. `objects` are distinct counts; `durations` say how often something took so many days.
    """

    sums: Mapping[str, int]
    overdue: Mapping[str, int] = field(default_factory=dict)
    objects: Mapping[str, int] = field(default_factory=dict)
    durations: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        """取数 · A sum; what was never counted is 0."""
        return self.sums.get(name, 0)


def rounded(value: Decimal) -> float:
    """两位小数 · Halves rounded up."""
    return float(value.quantize(CENTS, ROUND_HALF_UP))


def rate(part: int, whole: int) -> float | None:
    """率 · A percentage with two decimals, halves rounded up; None when there is nothing to divide by."""
    return rounded(Decimal(part) * 100 / Decimal(whole)) if whole else None


def general(basis: Basis) -> int:
    """一般隐患数 · Found as general: all but MAJOR, and those that became MAJOR later, which keep both marks."""
    return basis["found"] - basis["found_major"] + basis["upgraded"]


def n01(basis: Basis) -> Figures:
    """N01 检查单位数、家次 · Distinct objects visited, and number of visits, by the day of the visit."""
    return {"objects": basis.objects.get("objects", 0), "visits": basis["visits"]}


def n02(basis: Basis) -> Figures:
    """N02 检查覆盖率 · Objects in scope with at least one visit in the period ÷ objects in scope.

    In scope is every object on file in the division that had not closed down before the period began.
    """
    visited, scope = basis.objects.get("visited_in_scope", 0), basis.objects.get("in_scope", 0)
    return {"visited": visited, "in_scope": scope, "rate": rate(visited, scope)}


def n03(basis: Basis) -> Figures:
    """N03 检查计划完成率 · Visits planned for a day of the period that were made ÷ planned and not cancelled."""
    done, planned = basis["planned_done"], basis["planned"]
    return {"done": done, "planned": planned, "rate": rate(done, planned)}


def n04(basis: Basis) -> Figures:
    """N04 隐患数 · Found in the period, by level: found = general + major - upgraded.

    Found means: finding date in the period, reached 已登记, and neither 非隐患 nor 重复 nor 作废.
    """
    return {
        "found": basis["found"],
        "general": general(basis),
        "major": basis["found_major"],
        "upgraded": basis["upgraded"],
    }


def n05(basis: Basis) -> Figures:
    """N05 隐患整改率 · Found in the period and 复查合格 or 已销号 by the query time ÷ found."""
    return _share(basis, "rectified", "found_rectified", "found")


def n06(basis: Basis) -> Figures:
    """N06 按期整改率 · Due with a submission on or before the deadline that later passed ÷ due.

    Due means: the current deadline lies in the period; the submission is that of the current round.
    """
    return _share(basis, "in_time", "due_in_time", "due")


def n07(basis: Basis) -> Figures:
    """N07 逾期率 · Due and not 复查合格 at the query time ÷ due; a deadline whose day is not over is not missed."""
    overdue = basis.overdue.get("due", 0) - basis.overdue.get("due_rectified", 0)
    return {"overdue": overdue, "due": basis["due"], "rate": rate(overdue, basis["due"])}


def n08(basis: Basis) -> Figures:
    """N08 当场整改率 · Found in the period and fixed on the spot ÷ found."""
    return _share(basis, "on_spot", "found_on_spot", "found")


def n09(basis: Basis) -> Figures:
    """N09 闭环（销号）率 · Found in the period and 已销号 by the query time ÷ found."""
    return _share(basis, "closed", "found_closed", "found")


def n10(basis: Basis) -> Figures:
    """N10 复查率、到期整改复查率 · Submissions of the period re-inspected ÷ submissions; due and re-inspected ÷ due."""
    return {
        "rechecked": basis["submitted_rechecked"],
        "submitted": basis["submitted"],
        "rate": rate(basis["submitted_rechecked"], basis["submitted"]),
        "due_rechecked": basis["due_rechecked"],
        "due": basis["due"],
        "due_rate": rate(basis["due_rechecked"], basis["due"]),
    }


def n11(basis: Basis) -> Figures:
    """N11 一次复查合格率 · Passed in the first re-inspection of round 1 ÷ re-inspected so, by the day of it."""
    return _share(basis, "passed", "passed_first", "rechecked_first")


def n12(basis: Basis) -> Figures:
    """N12 平均整改时长 · Mean and median days from the order to the submission, and to the verification.

    Of the current round, by the day on which it ended; what was fixed on the spot is left out.
    """
    submitted = lasted(basis.durations, TO_SUBMISSION)
    verified = lasted(basis.durations, TO_VERIFICATION)
    return {
        "submitted": submitted.total(),
        "mean_to_submission": mean(submitted),
        "median_to_submission": median(submitted),
        "verified": verified.total(),
        "mean_to_verification": mean(verified),
        "median_to_verification": median(verified),
    }


def n13(basis: Basis) -> Figures:
    """N13 重复隐患率 · Found where one of the same object and category was found within 12 months before ÷ found.

    As it stood when it was registered: what becomes of the earlier one afterwards changes nothing.
    """
    return _share(basis, "repeated", "found_repeated", "found")


def n14(basis: Basis) -> Figures:
    """N14 重大隐患整改率 · MAJOR found in the period and 已销号 by the query time ÷ MAJOR found."""
    return _share(basis, "closed", "found_major_closed", "found_major")


def n15(basis: Basis) -> Figures:
    """N15 列入治理计划率、五到位率 · MAJOR not yet closed with the flag, with all five in place ÷ MAJOR not yet closed."""
    open_major = basis["found_major"] - basis["found_major_closed"]
    return {
        "planned": basis["open_planned"],
        "five": basis["open_five"],
        "open": open_major,
        "planned_rate": rate(basis["open_planned"], open_major),
        "five_rate": rate(basis["open_five"], open_major),
    }


def n16(basis: Basis) -> Figures:
    """N16 重大隐患挂牌督办率 · MAJOR listed by a government, internal listing not counted ÷ MAJOR found."""
    listed, found = basis["found_listed"], basis["found_major"]
    return {
        "listed": listed,
        "province": basis["found_listed_province"],
        "city": basis["found_listed_city"],
        "found": found,
        "rate": rate(listed, found),
    }


def n17(basis: Basis) -> Figures:
    """N17 累计落实治理资金（万元） · Sum of the costs stated with submissions ÷ 10 000 yuan, by their day."""
    return {"amount": ten_thousand_yuan(basis["cost"])}


def n22(basis: Basis) -> Figures:
    """N22 企业基本信息完整率 · Files with name, credit code, industry, size, address and both posts ÷ files."""
    complete, files = basis.objects.get("complete_files", 0), basis.objects.get("files", 0)
    return {"complete": complete, "files": files, "rate": rate(complete, files)}


def n27(basis: Basis) -> Figures:
    """N27 服务覆盖率 · Enterprises with at least one expert's visit in the period ÷ those with a service plan then."""
    served, scope = basis.objects.get("served_in_scope", 0), basis.objects.get("to_serve", 0)
    return {"served": served, "in_scope": scope, "rate": rate(served, scope)}


def n30(basis: Basis) -> Figures:
    """N30 专家连续率 · Enterprises whose every expert's visit was by the assigned expert ÷ enterprises so visited."""
    same, served = basis.objects.get("served_by_assigned", 0), basis.objects.get("served", 0)
    return {"by_assigned": same, "served": served, "rate": rate(same, served)}


def n33(basis: Basis) -> Figures:
    """N33 立案数、处罚额（万元）、停产、关闭 · By the days of filing, of decision, and of closing down."""
    return {
        "cases": basis["cases"],
        "fines": ten_thousand_yuan(basis["fines"]),
        "suspensions": basis["suspensions"],
        "closures": basis["closures"],
    }


def n34(basis: Basis) -> Figures:
    """N34 举报核实率 · Reports received in the period that were registered ÷ received; no event holds a reward."""
    return _share(basis, "verified", "reports_verified", "reports")


def n36(basis: Basis) -> Figures:
    """N36 移送接收率 · Transfers offered in the period and accepted in time ÷ transfers offered; proposals not counted."""
    return _share(basis, "in_time", "transfers_in_time", "transfers")


def n37(basis: Basis) -> Figures:
    """N37 反馈率 · Notices served in the period of which the enterprise reported an item put right ÷ notices served."""
    return _share(basis, "answered", "notices_answered", "notices")


def n38(basis: Basis) -> Figures:
    """N38 每千家次重大隐患数 · MAJOR found ÷ visits × 1000."""
    visits = basis["visits"]
    per_thousand = rounded(Decimal(basis["found_major"]) * 1000 / visits) if visits else None
    return {"major": basis["found_major"], "visits": visits, "per_thousand": per_thousand}


def n39(basis: Basis) -> Figures:
    """N39 政府发现与企业自查之比 · Found by government ÷ found by enterprises themselves, in per cent."""
    return _share(basis, "government", "found_government", "found_self", whole_named="self")


INDICATORS: Final[Mapping[str, Callable[[Basis], Figures]]] = {
    each.__name__.upper(): each
    for each in (
        *(n01, n02, n03, n04, n05, n06, n07, n08, n09, n10, n11, n12, n13, n14, n15, n16, n17),
        *(n22, n27, n30, n33, n34, n36, n37, n38, n39),
    )
}
# 尚无数据来源 · What no event says yet, and so nobody can count.
WITHOUT_EVENTS: Final[Mapping[str, str]] = {
    "N18": "没有企业定期报告的事件",
    "N19": "没有企业定期报告的事件",
    "N20": "没有企业定期报告的事件",
    "N21": "没有已知企业总数的事件",
    "N23": "没有企业排查清单审定的事件",
    "N24": "重大隐患登记之后没有报告到达的事件",
    "N25": "亮灯由读模型推算，没有亮灯和查处的事件",
    "N26": "亮灯由读模型推算，没有抽查的事件",
    "N28": "逐季应办次数见服务矩阵（/service-plans），不随日志位置回溯",
    "N29": "企业档案没有年主营收入",
    "N31": "没有培训考核的事件",
    "N32": "没有观影的事件",
    "N35": "没有通知房东的事件，只有房东的答复",
    "N40": "没有危险作业备案的事件",
}


def indicators(basis: Basis) -> dict[str, Figures]:
    """全部指标 · Every indicator by its code, and what the period itself saw."""
    return {code: each(basis) for code, each in INDICATORS.items()}


def flows(basis: Basis) -> dict[str, int]:
    """当期发生 · Put right, closed and come back in the period, found when they may; and open with its holder."""
    return {name: basis[name] for name in ("rectified", "closed", "relapsed", "open")}


def ten_thousand_yuan(fen: int) -> float:
    """万元 · Fen as ten thousands of yuan, two decimals."""
    return rounded(Decimal(fen) / FEN_OF_TEN_THOUSAND_YUAN)


def lasted(durations: Mapping[tuple[int, int], int], kind: int) -> Counter[int]:
    """历时 · How often it took so many days."""
    return Counter({days: times for (of, days), times in durations.items() if of == kind})


def mean(took: Counter[int]) -> float | None:
    """均值 · In days, two decimals."""
    times = took.total()
    return rounded(Decimal(sum(days * n for days, n in took.items())) / times) if times else None


def median(took: Counter[int]) -> float | None:
    """中位数 · In days: the middle one, or half way between the two in the middle."""
    times = took.total()
    if not times:
        return None
    middle = ((times - 1) // 2, times // 2)
    below, found = 0, []
    for days in sorted(took):
        found += [days for nth in middle if below <= nth < below + took[days]]
        below += took[days]
    return rounded(Decimal(sum(found)) / 2)


def _share(basis: Basis, named: str, part: str, whole: str, *, whole_named: str | None = None) -> Figures:
    below = whole_named or {"found_major": "found", "rechecked_first": "rechecked"}.get(whole, whole)
    return {named: basis[part], below: basis[whole], "rate": rate(basis[part], basis[whole])}
