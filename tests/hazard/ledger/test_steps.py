"""台账步骤 · What a row proves, from where its hazard stands, by the real rules folded in memory."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from contracts.hazard import (
    HazardCaptured,
    HazardClosed,
    HazardRegistered,
    MajorHazardRegistered,
    PlanFiled,
    RectificationAsked,
    RectificationOrdered,
)
from contracts.values import Evidence, Level, Role, Source, Status, VisitKind, Waiver
from services.hazard.ledger.identity import duplicates, hazard_id
from services.hazard.ledger.row import Row
from services.hazard.occasion import SHANGHAI

NewLife = Callable
FOUND = Row(
    line=4,
    enterprise="甲公司",
    inspected_on=date(2026, 6, 3),
    visit_kind=VisitKind.ADMIN,
    inspectors=("张三", "李四"),
    description="配电箱外壳未接地",
    place="1号车间",
    category="B04",
    level=Level.GENERAL,
)
ORDERED = replace(FOUND, deadline=date(2026, 6, 18), responsible=("王五",))
SUBMITTED = replace(ORDERED, measures="已接地", completed_on=date(2026, 6, 10))
VERIFIED = replace(
    SUBMITTED, reinspected_on=date(2026, 6, 12), reinspectors=("李四",), reinspection_result=True
)
CLOSED = replace(VERIFIED, closed_on=date(2026, 6, 13))
FAILED = replace(VERIFIED, reinspection_result=False)
MAJOR = replace(FOUND, level=Level.MAJOR, category="B09", clause="工贸10号令-13(1)", responsible=("王总",))
PLAN_REQUIRED = replace(MAJOR, plan_accepted_by=("陈处",))
PLAN_FILED = replace(PLAN_REQUIRED, plan_filed_on=date(2026, 6, 10))
PLAN_ACCEPTED = replace(PLAN_FILED, plan_accepted_on=date(2026, 6, 12), deadline=date(2026, 8, 12))
MAJOR_SUBMITTED = replace(PLAN_ACCEPTED, measures="已治理", completed_on=date(2026, 7, 20))
MAJOR_VERIFIED = replace(
    MAJOR_SUBMITTED,
    reinspected_on=date(2026, 7, 25),
    reinspectors=("陈处", "周科"),
    reinspection_result=True,
)
MAJOR_CLOSED = replace(MAJOR_VERIFIED, closed_on=date(2026, 7, 26), closed_by=("吴局",))


@pytest.mark.parametrize(
    ("row", "status", "steps"),
    [
        (ORDERED, Status.RECTIFYING, 3),
        (SUBMITTED, Status.SUBMITTED, 4),
        (VERIFIED, Status.VERIFIED, 5),
        (CLOSED, Status.CLOSED, 6),
        (FAILED, Status.RECTIFYING, 5),
        (PLAN_ACCEPTED, Status.RECTIFYING, 6),
        (MAJOR_CLOSED, Status.CLOSED, 9),
    ],
)
def test_a_row_goes_as_far_as_it_proves(new_life: NewLife, row: Row, status: Status, steps: int) -> None:
    life = new_life()
    plan = life.bring(row)

    assert ((), status, steps) == (plan.refusals, plan.reaches, len(plan.steps))
    assert status is life.past.hazard.status


@pytest.mark.parametrize("row", [FOUND, ORDERED, CLOSED, FAILED, MAJOR, PLAN_FILED, MAJOR_CLOSED])
def test_the_same_row_again_adds_nothing(new_life: NewLife, row: Row) -> None:
    life = new_life()
    life.bring(row)
    again = life.plan(row)

    assert ((), ()) == (again.steps, again.refusals)


def test_a_row_filled_in_later_performs_only_its_new_steps(new_life: NewLife) -> None:
    life = new_life()
    commands = [
        [step.command for step in life.bring(row).steps]
        for row in (FOUND, ORDERED, SUBMITTED, VERIFIED, CLOSED)
    ]

    assert [
        ["capture", "submit"],
        ["order-rectification"],
        ["submit-rectification"],
        ["reinspect"],
        ["close"],
    ] == commands


def test_a_major_row_filled_in_later_performs_only_its_new_steps(new_life: NewLife) -> None:
    life = new_life()
    rows = (MAJOR, PLAN_REQUIRED, PLAN_FILED, PLAN_ACCEPTED, MAJOR_SUBMITTED, MAJOR_VERIFIED, MAJOR_CLOSED)

    assert [3, 1, 1, 1, 1, 1, 1] == [len(life.bring(row).steps) for row in rows]


def test_an_emptied_cell_changes_nothing(new_life: NewLife) -> None:
    life = new_life()
    life.bring(CLOSED)
    plan = life.plan(replace(FOUND, level=None))

    assert ((), ()) == (plan.steps, plan.refusals)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"description": "配电箱门缺失"}, "隐患描述"),
        ({"place": "2号车间"}, "隐患部位"),
        ({"category": "B03"}, "隐患类别"),
        ({"inspected_on": date(2026, 6, 2)}, "检查日期"),
        ({"visit_kind": VisitKind.JOINT}, "检查类型"),
        ({"level": Level.MAJOR}, "隐患等级"),
        ({"deadline": date(2026, 6, 19)}, "整改期限"),
        ({"responsible": ("赵六",)}, "整改责任人"),
        ({"measures": "已更换"}, "整改措施"),
        ({"completed_on": date(2026, 6, 11)}, "整改完成日期"),
        ({"reinspectors": ("张三",)}, "复查人"),
        ({"closed_on": date(2026, 6, 14)}, "销号日期"),
    ],
)
def test_a_changed_past_cell_is_refused_by_its_column(
    new_life: NewLife, change: dict[str, object], column: str
) -> None:
    life = new_life()
    life.bring(CLOSED)
    plan = life.plan(replace(CLOSED, **change))

    assert () == plan.steps
    assert [column] == [refusal[1 : refusal.index("」")] for refusal in plan.refusals]
    assert all("不能改动" in refusal for refusal in plan.refusals)


def test_spaces_and_width_of_characters_are_no_change(new_life: NewLife) -> None:
    life = new_life()
    life.bring(CLOSED)
    plan = life.plan(replace(CLOSED, description="配电箱外壳 未接地", place="１号车间"))

    assert () == plan.refusals


@pytest.mark.parametrize(
    ("row", "lacks"),
    [
        (FOUND, ("整改期限", "整改责任人")),
        (replace(ORDERED, responsible=()), ("整改责任人",)),
        (replace(ORDERED, deadline=None), ("整改期限",)),
        (replace(CLOSED, deadline=None), ("整改期限",)),
        (replace(SUBMITTED, measures=None), ("整改措施",)),
        (replace(VERIFIED, reinspectors=()), ("复查人",)),
        (replace(CLOSED, reinspection_result=None), ("复查结果",)),
        (ORDERED, ()),
        (SUBMITTED, ()),
        (MAJOR, ("方案审核人", "治理方案日期", "方案审核日期", "整改期限")),
        (PLAN_REQUIRED, ("治理方案日期", "方案审核日期", "整改期限")),
        (PLAN_FILED, ("方案审核日期", "整改期限")),
        (PLAN_ACCEPTED, ("整改措施", "整改完成日期")),
        (replace(MAJOR_CLOSED, reinspectors=("陈处",)), ("复查人（重大隐患须 2 人以上）",)),
        (replace(MAJOR_CLOSED, closed_by=()), ("销号人",)),
    ],
)
def test_what_is_missing_stops_the_row_and_is_named(
    new_life: NewLife, row: Row, lacks: tuple[str, ...]
) -> None:
    plan = new_life().bring(row)

    assert lacks == plan.lacks


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (replace(SUBMITTED, completed_on=date(2026, 6, 2)), "「整改完成日期」2026-06-02 早于「检查日期」"),
        (replace(VERIFIED, reinspected_on=date(2026, 6, 9)), "「复查日期」2026-06-09 早于「整改完成日期」"),
        (replace(CLOSED, closed_on=date(2026, 6, 11)), "「销号日期」2026-06-11 早于「复查日期」"),
        (replace(FOUND, inspected_on=date(2026, 12, 1)), "「检查日期」2026-12-01 晚于今天"),
        (replace(ORDERED, deadline=date(2026, 6, 3)), "须晚于「检查日期」"),
        (replace(VERIFIED, reinspectors=("王五",)), "同一人"),
        (replace(MAJOR_CLOSED, closed_by=("陈处",)), "须为不同的人"),
        (replace(MAJOR_CLOSED, closed_by=("王总",)), "须为不同的人"),
        (replace(FAILED, closed_on=date(2026, 6, 13)), "不能有销号日期"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused_whole(new_life: NewLife, row: Row, reason: str) -> None:
    plan = new_life().plan(row)

    assert () == plan.steps
    assert reason in "；".join(plan.refusals)


def test_who_looked_decides_between_an_order_and_a_request(new_life: NewLife) -> None:
    kinds: dict[VisitKind, tuple[type, Role, Source]] = {}
    for kind in VisitKind:
        life = new_life()
        life.bring(replace(ORDERED, visit_kind=kind, inspectors=("钱七",)))
        envelope, event = life.facts[-1]
        captured = life.facts[0][1]
        assert isinstance(captured, HazardCaptured)
        kinds[kind] = type(event), envelope.role, captured.source

    ordered = (RectificationOrdered, Role.TWO, Source.SUPERVISION)
    asked = (RectificationAsked, Role.TWN, Source.SUPERVISION)
    assert {
        VisitKind.ADMIN: ordered,
        VisitKind.ENTRUSTED: ordered,
        VisitKind.JOINT: ordered,
        VisitKind.CASE: ordered,
        VisitKind.RECHECK: asked,
        VisitKind.LEADER: asked,
        VisitKind.REMOTE: asked,
        VisitKind.EXPERT: (RectificationAsked, Role.TWO, Source.EXPERT),
        VisitKind.GRID: (RectificationAsked, Role.GRID, Source.GRID),
        VisitKind.SELF: (RectificationAsked, Role.ENT_S, Source.SELF_ENTERPRISE),
        VisitKind.LANDLORD: (RectificationAsked, Role.LND, Source.LANDLORD),
    } == kinds


def test_a_self_found_hazard_is_closed_by_a_second_person_of_the_enterprise(new_life: NewLife) -> None:
    life = new_life()
    row = replace(CLOSED, visit_kind=VisitKind.SELF, inspectors=("王五",), reinspectors=("王总",))
    life.bring(row)

    assert (Status.CLOSED, Role.ENT_S) == (life.past.hazard.status, life.facts[-1][0].role)


@pytest.mark.parametrize("kind", [VisitKind.EXPERT, VisitKind.GRID, VisitKind.REMOTE])
def test_a_major_find_of_somebody_without_the_power_is_classified_by_the_importer(
    new_life: NewLife, kind: VisitKind
) -> None:
    life = new_life()
    life.bring(replace(MAJOR_CLOSED, visit_kind=kind))

    assert Status.CLOSED is life.past.hazard.status
    assert "p-importer" in {
        envelope.actor for envelope, event in life.facts if isinstance(event, MajorHazardRegistered)
    }


def test_without_an_officer_a_major_find_stays_registered_and_says_so(new_life: NewLife) -> None:
    plan = new_life(role=Role.TWN).bring(replace(MAJOR_CLOSED, visit_kind=VisitKind.EXPERT))

    assert (Status.REGISTERED, ("执法人员定级",)) == (plan.reaches, plan.lacks)


def test_what_was_put_right_on_the_spot_needs_no_deadline_later_than_the_day(new_life: NewLife) -> None:
    day = date(2026, 6, 3)
    row = replace(ORDERED, deadline=day, completed_on=day, measures="当场清理", closed_on=day)
    seen, checked = new_life(), new_life()
    seen.bring(row)
    checked.bring(replace(VERIFIED, deadline=day, completed_on=day))

    assert Status.CLOSED is seen.past.hazard.status
    assert Status.VERIFIED is checked.past.hazard.status
    assert ((), ()) == (seen.plan(row).steps, seen.plan(row).refusals)


def test_a_failed_check_begins_a_round_as_long_as_the_first(new_life: NewLife) -> None:
    life = new_life()
    life.bring(replace(FAILED, reinspected_on=date(2026, 6, 19)))

    assert (2, date(2026, 7, 4)) == (life.past.hazard.round, life.past.hazard.deadline)


def test_a_deadline_that_is_still_ahead_stands_after_a_failed_check(new_life: NewLife) -> None:
    life = new_life()
    life.bring(FAILED)

    assert (2, ORDERED.deadline) == (life.past.hazard.round, life.past.hazard.deadline)


def test_a_second_round_is_told_by_a_new_completion(new_life: NewLife) -> None:
    life = new_life()
    life.bring(FAILED)
    later = replace(
        FAILED,
        measures="重新接地",
        completed_on=date(2026, 6, 20),
        reinspected_on=date(2026, 6, 22),
        reinspection_result=True,
        closed_on=date(2026, 6, 23),
    )
    plan = life.bring(later)

    assert ["submit-rectification", "reinspect", "close"] == [step.command for step in plan.steps]
    assert Status.CLOSED is life.past.hazard.status
    assert ((), ()) == (life.plan(later).steps, life.plan(later).refusals)


def test_a_second_check_without_a_new_completion_asks_for_it(new_life: NewLife) -> None:
    life = new_life()
    life.bring(FAILED)
    plan = life.plan(replace(FAILED, reinspected_on=date(2026, 6, 22), reinspection_result=True))

    assert () == plan.steps
    assert "请同时填写新的整改完成日期" in plan.refusals[0]


def test_events_of_a_ledger_say_what_was_waived(new_life: NewLife) -> None:
    life = new_life()
    life.bring(ORDERED)
    major = new_life()
    major.bring(PLAN_FILED)
    ordered, filed = life.facts[-1][1], major.facts[-1][1]

    assert isinstance(ordered, RectificationOrdered)
    assert (Evidence.LEDGER, {Waiver.CERTIFICATES, Waiver.NOTICE}) == (ordered.evidence, set(ordered.waived))
    assert isinstance(filed, PlanFiled)
    assert (Waiver.PLAN_CONTENT,) == filed.waived


def test_the_days_of_the_row_are_the_days_of_its_events(new_life: NewLife) -> None:
    life = new_life()
    life.bring(CLOSED)
    last = life.facts[-1]
    registered = next(event for _, event in life.facts if isinstance(event, HazardRegistered))

    assert FOUND.inspected_on == registered.found_on
    assert isinstance(last[1], HazardClosed)
    assert "2026-06-13T00:00:00+08:00" == last[0].occurredat.isoformat()


def test_each_step_of_a_hazard_has_a_key_of_its_own_and_always_the_same(new_life: NewLife) -> None:
    keys = [step.key for step in new_life().plan(MAJOR_CLOSED).steps]
    again = [step.key for step in new_life().plan(MAJOR_CLOSED).steps]
    other = [step.key for step in new_life().plan(replace(MAJOR_CLOSED, place="2号车间")).steps]

    assert keys == again
    assert len(keys) == len(set(keys) - set(other))


def test_a_row_is_known_by_enterprise_date_description_and_place_and_by_its_number() -> None:
    rows = [
        FOUND,
        replace(ORDERED, line=5, description=" 配电箱外壳未接地 "),
        replace(FOUND, line=6, place="2号车间"),
    ]
    numbered = [replace(FOUND, line=7, number="HZ-330111-2026-000001"), replace(MAJOR, line=8)]

    assert {5: 4} == duplicates([*rows, *numbered[:1]])
    assert hazard_id("330111005000", FOUND) != hazard_id("330111006000", FOUND)
    assert {} == duplicates([replace(FOUND, line=n, description=None) for n in (1, 2)])


def test_an_exported_row_without_names_goes_on_with_the_people_on_record(new_life: NewLife) -> None:
    life = new_life()
    life.bring(ORDERED)
    nameless = replace(
        VERIFIED,
        number="HZ-330111-2026-000001",
        inspectors=(),
        responsible=(),
        description=None,
        visit_kind=None,
    )
    plan = life.bring(nameless)
    submitted = life.facts[-2][0]

    assert ["submit-rectification", "reinspect"] == [step.command for step in plan.steps]
    assert (life.past.hazard.responsible, Role.ENT_S) == (submitted.actor, submitted.role)


def test_a_step_without_a_date_of_its_own_follows_the_last_one(new_life: NewLife) -> None:
    life = new_life()
    life.bring(FOUND)
    envelope, event = life.facts[-1]
    life.facts[-1] = (
        envelope.model_copy(update={"occurredat": envelope.occurredat + timedelta(days=2)}),
        event,
    )
    life.bring(ORDERED)

    assert date(2026, 6, 5) == life.facts[-1][0].occurredat.astimezone(SHANGHAI).date()
