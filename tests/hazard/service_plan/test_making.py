"""制定服务计划 · For whom, by whom, under which contract, how often: what is made and what is refused."""

from dataclasses import replace
from datetime import date

import pytest

from contracts.service_plan import plan_id, quarter_of
from contracts.values import Role, SizeClass
from given.served import CONTRACT, INSTITUTION, expert_of, making, no_plan, of_industry, plan
from given.story import DPL, DPO, ENT_M, ENTERPRISE, EXP, SCO, SYS, TWL, TWN, TWO
from services.hazard.enterprise import AlreadyClosedDown, NotRegistered
from services.hazard.refused import MayNot
from services.hazard.service_plan.duties import DutiesReasonMissing, NothingOwed, QuarterTwice
from services.hazard.service_plan.making import (
    ContractNotInForce,
    NotInServiceScope,
    PlanYearInvalid,
    ServicePlanExists,
    make_service_plan,
)
from services.hazard.service_plan.matching import ExpertNotOfInstitution, SpecialtyMismatch, SpecialtyUnknown

MAY = (TWN, TWO, TWL, DPO, DPL, SCO)


@pytest.mark.parametrize("who", MAY, ids=lambda who: who["role"].value)
def test_a_plan_owes_four_of_each_a_year_one_in_every_quarter(who: dict) -> None:
    made = plan(who).state

    assert [(1, 1, 1, 1), (2, 1, 1, 1), (3, 1, 1, 1), (4, 1, 1, 1)] == [
        (duty.quarter, duty.checks, duty.urges, duty.rechecks) for duty in made.duties
    ]
    assert (ENTERPRISE, 2026, INSTITUTION, "p-71") == (
        made.enterprise,
        made.year,
        made.institution,
        made.expert.person,
    )


def test_a_quarter_ends_on_its_last_day_and_is_remembered_fifteen_days_before() -> None:
    assert [
        (date(2026, 3, 31), date(2026, 3, 16)),
        (date(2026, 6, 30), date(2026, 6, 15)),
        (date(2026, 9, 30), date(2026, 9, 15)),
        (date(2026, 12, 31), date(2026, 12, 16)),
    ] == [(duty.due, duty.remind_on) for duty in plan(TWN).state.duties]


@pytest.mark.parametrize("role", [role for role in Role if role not in {who["role"] for who in MAY}])
def test_nobody_else_makes_a_plan(role: Role) -> None:
    told = no_plan().refused(MayNot, make_service_plan, making(), {**EXP, "role": role})

    assert "第十五条" in told


def test_an_enterprise_that_is_closed_down_or_unknown_gets_no_plan() -> None:
    closed = replace(of_industry("机械"), closed_down=True)

    no_plan().refused(AlreadyClosedDown, make_service_plan, making(), TWN, enterprise=closed)
    no_plan().refused(NotRegistered, make_service_plan, making(), TWN, enterprise=replace(closed, id=None))


def test_there_is_one_plan_a_year() -> None:
    told = plan(TWN).refused(ServicePlanExists, make_service_plan, making(), TWO)

    assert INSTITUTION in told
    assert plan_id(ENTERPRISE, 2026) != plan_id(ENTERPRISE, 2027)


@pytest.mark.parametrize("year", [2025, 2028])
def test_a_plan_is_for_this_year_or_the_next(year: int) -> None:
    contract = CONTRACT | {"starts_on": "2025-01-01", "ends_on": "2028-12-31"}
    ask = making(year=year, contract=contract)

    no_plan().refused(PlanYearInvalid, make_service_plan, ask, TWN)
    assert no_plan().when(make_service_plan, making(year=2027, contract=contract), TWN).state.year == 2027


@pytest.mark.parametrize(
    "term",
    [("2025-01-01", "2025-12-31"), ("2027-01-01", "2027-12-31"), ("2026-01-01", "2026-06-02")],
    ids=["last year", "next year", "run out yesterday"],
)
def test_a_contract_that_does_not_hold_is_refused(term: tuple[str, str]) -> None:
    contract = CONTRACT | {"starts_on": term[0], "ends_on": term[1]}

    no_plan().refused(ContractNotInForce, make_service_plan, making(contract=contract), TWN)


def test_a_contract_that_ends_today_still_holds() -> None:
    assert plan(TWN, contract=CONTRACT | {"ends_on": "2026-06-03"}).events


def test_a_quarter_that_the_contract_does_not_touch_owes_nothing() -> None:
    made = plan(TWN, contract=CONTRACT | {"starts_on": "2026-06-30", "ends_on": "2026-09-30"}).state

    assert [0, 1, 1, 0] == [duty.checks for duty in made.duties]


@pytest.mark.parametrize(
    ("ask", "size", "told"),
    [
        ({"ground": "ABOVE_SIZE"}, SizeClass.BELOW, "规下"),
        ({"ground": "ABOVE_SIZE"}, None, "未填写规模"),
        ({"ground": "REVENUE"}, SizeClass.BELOW, "1,000,000元"),
        ({"ground": "REVENUE", "revenue": 99_999_999}, SizeClass.BELOW, "1,000,000元"),
        ({"ground": "COMMITTEE"}, None, "文号"),
    ],
)
def test_a_ground_that_does_not_hold_is_refused(ask: dict, size: SizeClass | None, told: str) -> None:
    file = of_industry("机械", size_class=size)

    assert told in no_plan().refused(
        NotInServiceScope, make_service_plan, making(**ask), TWN, enterprise=file
    )


@pytest.mark.parametrize(
    ("ask", "size"),
    [
        ({"ground": "ABOVE_SIZE"}, SizeClass.LARGE),
        ({"ground": "REVENUE", "revenue": 100_000_000}, SizeClass.BELOW),
        ({"ground": "COMMITTEE", "document": "安委会纪要〔2026〕2号"}, None),
    ],
)
def test_a_ground_that_holds_is_kept(ask: dict, size: SizeClass | None) -> None:
    file = of_industry("机械", size_class=size)
    (made,) = no_plan().when(make_service_plan, making(**ask), TWN, enterprise=file).events

    assert made.ground.value == ask["ground"]


def times(quarter: int, many: int) -> dict[str, int]:
    return {"quarter": quarter, "checks": many, "urges": many, "rechecks": many}


def test_numbers_of_its_own_need_a_reason() -> None:
    ask = {"duties": [times(3, 2)]}
    told = no_plan().refused(DutiesReasonMissing, make_service_plan, making(**ask), TWN)
    (made,) = plan(TWN, **ask, duties_reason="红色风险").events

    assert "覆盖每个季度" in told
    assert [1, 1, 2, 1] == [duty.checks for duty in made.duties]
    assert made.duties_reason == "红色风险"


def test_the_policy_s_own_numbers_need_none_and_keep_none() -> None:
    (made,) = plan(TWN, duties=[times(3, 1)], duties_reason="多余").events

    assert made.duties_reason is None


def test_a_plan_that_owes_nothing_and_a_quarter_named_twice_are_refused() -> None:
    nothing = making(duties=[times(quarter, 0) for quarter in (1, 2, 3, 4)], duties_reason="停产")
    twice = making(duties=[times(1, 2), times(1, 3)], duties_reason="红色风险")

    no_plan().refused(NothingOwed, make_service_plan, nothing, TWN)
    no_plan().refused(QuarterTwice, make_service_plan, twice, TWN)


def test_an_expert_whose_specialties_do_not_fit_needs_a_reason() -> None:
    ask, file = {"specialties": ["FIRE", "COAL"]}, of_industry("机械", "喷涂")
    told = no_plan().refused(SpecialtyMismatch, make_service_plan, making(**ask), TWN, enterprise=file)
    kept = no_plan().when(
        make_service_plan, making(**ask, mismatch_reason="重点检查消防"), TWN, enterprise=file
    )

    assert "消防、煤矿安全" in told
    assert "机械、喷涂" in told
    assert kept.state.expert.mismatch_reason == "重点检查消防"


@pytest.mark.parametrize(
    ("specialties", "file"),
    [
        (["FIRE", "MACHINERY"], of_industry("机械")),
        (["COATING"], of_industry("家具", "喷涂")),
        (["MACHINERY"], of_industry("通用机械制造业")),
        (["COAL"], of_industry(None)),
    ],
    ids=["one of two", "by a risk tag", "within a longer name", "the file says nothing"],
)
def test_an_expert_who_fits_needs_none(specialties: list[str], file) -> None:
    ask = making(specialties=specialties, mismatch_reason="多余")
    made = no_plan().when(make_service_plan, ask, TWN, enterprise=file)

    assert made.state.expert.mismatch_reason is None


def test_a_specialty_nobody_knows_is_refused_and_the_known_are_named() -> None:
    told = no_plan().refused(SpecialtyUnknown, make_service_plan, making(specialties=["MAGIC"]), TWN)

    assert "MACHINERY 机械安全" in told


@pytest.mark.parametrize(
    "appointments",
    [
        expert_of("org-elsewhere"),
        expert_of(INSTITUTION, role=Role.TWN),
        expert_of(INSTITUTION, ends_on=date(2026, 6, 2)),
        expert_of(INSTITUTION, starts_on=date(2026, 6, 4)),
    ],
    ids=["of another institution", "not as an expert", "until yesterday", "from tomorrow"],
)
def test_an_expert_on_record_elsewhere_is_not_this_institution_s(appointments) -> None:
    no_plan().refused(
        ExpertNotOfInstitution, make_service_plan, making(), TWN, on_record={"p-71": appointments}
    )


def test_an_expert_on_record_here_serves_and_one_without_record_is_taken_at_the_institution_s_word() -> None:
    known = {"p-71": expert_of(INSTITUTION)}

    assert no_plan().when(make_service_plan, making(), TWN, on_record=known).events
    assert plan(TWN).events


def test_policy_may_ask_for_the_record() -> None:
    told = no_plan()
    service = told.policy.service.model_copy(update={"experts_on_record_required": True})
    strict = replace(told, policy=told.policy.model_copy(update={"service": service}))

    strict.refused(ExpertNotOfInstitution, make_service_plan, making(), TWN)


@pytest.mark.parametrize(
    ("day", "quarter"), [("2026-01-01", 1), ("2026-03-31", 1), ("2026-04-01", 2), ("2026-12-31", 4)]
)
def test_a_day_stands_in_its_quarter(day: str, quarter: int) -> None:
    assert quarter == quarter_of(date.fromisoformat(day))


def test_an_enterprise_and_the_system_make_no_plan_even_for_themselves() -> None:
    for who in (ENT_M, SYS):
        no_plan().refused(MayNot, make_service_plan, making(), who)
