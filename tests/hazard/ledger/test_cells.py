from datetime import date, datetime

import pytest

from contracts.values import Level, SizeClass, VisitKind
from services.hazard.ledger import cells
from services.hazard.ledger.cells import Unreadable

JUNE_3 = date(2026, 6, 3)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-06-03", "2026-6-3", "2026.6.3", "2026.06.03", "2026/6/3", "2026年6月3日", "2026年06月03号",
        "２０２６年６月３日", "２０２６－０６－０３", " 2026 年 6 月 3 日 ", "20260603", "46176", 46176, 46176.0, 46176.4,
        "2026-06-03 09:30", "2026-06-03T09:30:15", "2026/6/3 9:30:00", "2026年6月3日 9时30分", "2026年6月3日上午9时",
        date(2026, 6, 3), datetime.fromisoformat("2026-06-03 09:30"),
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_form_an_office_writes(cell: cells.Cell) -> None:
    assert JUNE_3 == cells.date_of(cell)


@pytest.mark.parametrize("cell", ["2026-02-30", "2026年13月1日", "20260230", "2026.0.3"])
def test_a_day_that_no_calendar_has_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable) as refused:
        cells.date_of(cell)

    assert "impossible-date" == refused.value.rule
    assert cell in str(refused.value)


@pytest.mark.parametrize("cell", ["6月3日", "26.6.3", "上周", "2026-06", 3, 0.5, 99999, "2026-06-03 张三"])
def test_what_is_no_whole_date_is_refused_and_not_guessed(cell: cells.Cell) -> None:
    with pytest.raises(Unreadable) as refused:
        cells.date_of(cell)

    assert "unreadable-date" == refused.value.rule


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("15日内", 15), ("限15天", 15), ("限期15日内整改", 15), ("15天", 15), ("15", 15), (15, 15), (15.0, 15), ("３０日内", 30),
        ("30个自然日", 30), ("半个月", 15), ("立即整改", 0), ("当场整改", 0),
    ],
)  # fmt: skip
def test_a_deadline_in_days_counts_from_the_visit(cell: cells.Cell, days: int) -> None:
    assert days == (cells.deadline_of(cell, JUNE_3) - JUNE_3).days


def test_a_deadline_in_working_days_asks_for_the_date() -> None:
    with pytest.raises(Unreadable, match="工作日"):
        cells.deadline_of("7个工作日内", JUNE_3)


def test_a_deadline_in_days_needs_the_day_of_the_visit() -> None:
    with pytest.raises(Unreadable, match="检查日期"):
        cells.deadline_of("15日内", None)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("张三、李四", ("张三", "李四")), ("张三，李四", ("张三", "李四")), ("张三,李四;王五", ("张三", "李四", "王五")),
        ("张三/李四", ("张三", "李四")), ("张三 李四", ("张三", "李四")), ("张三\n李四", ("张三", "李四")),
        ("张　三、李小四", ("张三", "李小四")), ("张 三 李 四", ("张三", "李四")), ("张三（组长）、李四", ("张三", "李四")),
        ("张三、张三", ("张三",)), ("阿依古丽·买买提", ("阿依古丽·买买提",)), ("张三、李四等3人", ("张三", "李四")),
        ("张三138********", ("张三",)),
    ],
)  # fmt: skip
def test_several_names_in_one_cell_are_told_apart(cell: str, names: tuple[str, ...]) -> None:
    assert names == cells.names_of(cell)


@pytest.mark.parametrize("cell", ["张三1", "12345", "张三:组长"])
def test_what_is_no_name_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable, match="不是姓名"):
        cells.names_of(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "B04",
        "b04",
        "Ｂ０４",
        "用电安全",
        "B04 用电安全",
        "B04用电安全",
        "用电安全（B04）",
        "现场管理类-用电安全",
    ],
)
def test_a_category_is_known_by_code_or_by_name(cell: str) -> None:
    assert "B04" == cells.category_of(cell)


def test_a_category_is_known_by_its_name_with_a_bracket() -> None:
    assert "A06" == cells.category_of("安全生产管理档案(基础档案)")


@pytest.mark.parametrize("cell", ["B12", "电", "其他", "B04 消防与应急", "B04、B03"])
def test_an_unknown_or_contradictory_category_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable) as refused:
        cells.category_of(cell)

    assert "unknown-category" == refused.value.rule


@pytest.mark.parametrize(
    "cell", ["未发现隐患", "未发现安全隐患。", "本次检查未发现明显问题", "无隐患", "未发现"]
)
def test_a_cell_may_say_that_nothing_was_found(cell: str) -> None:
    assert cells.description_of(cell) is None


@pytest.mark.parametrize("cell", ["无隐患排查台账", "未发现灭火器", "未设置警示标志", "无安全警示标志"])
def test_a_find_that_begins_like_nothing_found_stays_a_find(cell: str) -> None:
    assert cell == cells.description_of(cell)


def test_a_cell_that_says_both_is_refused() -> None:
    with pytest.raises(Unreadable, match="既写未发现隐患"):
        cells.description_of("未发现隐患，但配电箱未接地")


def test_a_text_over_its_limit_is_refused_with_both_numbers() -> None:
    with pytest.raises(Unreadable, match="超过 300 字（现有 301 字）"):
        cells.name_of("长" * 301)


def test_a_name_broken_over_two_lines_is_one_name_with_half_width_digits() -> None:
    assert "杭州第2（中国）机械有限公司" == cells.name_of("杭州第２（中国）\n机械有限公司")


def test_a_credit_code_kept_as_a_number_has_lost_digits() -> None:
    with pytest.raises(Unreadable, match="文本格式"):
        cells.credit_code_of(913301110000000000.0)


def test_a_credit_code_with_a_wrong_check_digit_is_read_all_the_same() -> None:
    assert "91330111MA2AAAAA00" == cells.credit_code_of(" 91330111ma2aaaaa00 ")


def test_an_offices_own_number_is_left_alone_and_a_broken_one_of_ours_is_refused() -> None:
    assert cells.number_of("蜀安〔2026〕3号") is None
    assert "HZ-330111-2026-000123" == cells.number_of("hz-330111-2026-000123")
    with pytest.raises(Unreadable, match="隐患编号"):
        cells.number_of("HZ-330111-26-1")


@pytest.mark.parametrize(("cell", "level"), [("一般隐患", Level.GENERAL), ("重大事故隐患", Level.MAJOR)])
def test_a_level_is_read_with_or_without_its_noun(cell: str, level: Level) -> None:
    assert level is cells.level_of(cell)


def test_closed_lists_name_what_may_be_written() -> None:
    assert VisitKind.EXPERT is cells.visit_kind_of("专家服务（社会化服务）")
    assert SizeClass.ABOVE is cells.size_class_of("规模以上")
    with pytest.raises(Unreadable, match="行政检查、委托执法"):
        cells.visit_kind_of("随便看看")
    with pytest.raises(Unreadable, match="只有一般、重大"):
        cells.level_of("较大")
    with pytest.raises(Unreadable, match="可填：合格、不合格"):
        cells.result_of("部分整改")
