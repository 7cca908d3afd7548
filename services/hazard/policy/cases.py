"""办案政策 · Who does what in an enforcement case, its clocks, its sums, and when a closure has to be proposed."""

from collections.abc import Iterator, Mapping

from contracts.case_codes import PauseReason
from contracts.regions import PenaltyKind
from contracts.values import Named, Role
from services.hazard.policy.limit import DayLimit
from services.hazard.policy.section import Section

APL_42 = "《行政处罚法》第十七条、第四十二条：处罚由具有处罚权的机关和具有执法资格的人员实施"
LAWFUL = frozenset({Role.TWO, Role.TWL, Role.DPO, Role.DPL, Role.ENF})


class CaseAct(Named):
    """办案事项 · What somebody does in a case; policy names the roles of each."""

    FILE = "file", "决定是否立案"
    ASSIGN = "assign", "指派办案人员"
    HANDLE = "handle", "办理案件"
    REVIEW = "review", "法制审核"
    DECIDE = "decide", "作出处理决定"
    SPEAK = "speak", "陈述、申辩和要求听证"


class ClosingCount(Section):
    """提请关闭 · So many penalties within such a time (AQF 113)."""

    short: DayLimit
    short_times: int
    long: DayLimit
    long_times: int


class CaseRules(Section):
    """执法案件 · Limits by their units, money in fen, percentages in whole per cent."""

    filing: DayLimit
    decision: DayLimit
    decision_extension: DayLimit
    decision_extensions: int
    decision_excludes: frozenset[PauseReason]
    statement: DayLimit
    hearing_request: DayLimit
    hearing_notice: DayLimit
    hearing_fine: int
    hearing_kinds: frozenset[PenaltyKind]
    review_fine: int
    review_kinds: frozenset[PenaltyKind]
    decision_service: DayLimit
    publication: DayLimit
    payment: DayLimit
    surcharge_percent: int
    surcharge_cap_percent: int
    surcharge_excludes: frozenset[PauseReason]
    court_urging: DayLimit
    court_after: DayLimit
    court_within: DayLimit
    closing: ClosingCount
    roles: Mapping[CaseAct, frozenset[Role]]


def unlawful(rules: CaseRules) -> Iterator[str]:
    """越权 · Acts of a case in the hands of somebody who is no enforcement officer, or in nobody's."""
    for act in CaseAct:
        roles = rules.roles.get(act, frozenset())
        if not roles:
            yield f"cases.roles.{act}：没有人可以{act.zh}"
        party = frozenset({Role.ENT_M}) if act is CaseAct.SPEAK else frozenset()
        for role in sorted(roles - LAWFUL - party):
            yield f"{role.zh}不得{act.zh}（{APL_42}）"
