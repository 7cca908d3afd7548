"""导入台账 · What an office's ledger becomes, row by row, and what is said of a row that cannot be taken."""

import asyncio
import io
from datetime import date
from uuid import UUID

import httpx2
import pytest
import xlsxwriter

from contracts.values import Role
from walk.ledgers import CLOSED, FOUND, MAJOR, NAMES, RECTIFIED, REINSPECTED, VISITED, cells, workbook
from walk.office import Office

MANY = [{**CLOSED, "enterprise": f"杭州第{n}五金厂", "place": f"{n}号车间"} for n in range(20)]


def problem(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


async def test_a_row_goes_as_far_as_it_tells(office: Office) -> None:
    rows = (FOUND, {**FOUND, **RECTIFIED, "place": "3号车间"}, {**CLOSED, "place": "4号车间"})
    done = await office.imported(workbook(*rows))
    last = [(await office.steps_of(row["number"]))[-1] for row in done.rows.values()]

    assert done.about["counts"] == {"added": 3}
    assert last == ["hazard.rectification-ordered", "hazard.rectification-submitted", "hazard.closed"]


async def test_each_step_is_of_the_person_the_row_names_and_entered_by_the_importer(office: Office) -> None:
    done = await office.imported(workbook(CLOSED))
    names = {person: name for person, name, _ in await office.known_people()}
    facts = await office.log.load(await office.log.named(done.rows[2]["number"]))

    assert {(fact.envelope.entry, fact.envelope.enteredby) for fact in facts} == {("ledger", "p-importer")}
    assert [names[fact.envelope.actor] for fact in facts] == ["姜志远"] * 4 + ["陆天明", "龚莉", "龚莉"]


async def test_the_same_ledger_again_adds_nothing(office: Office) -> None:
    content = workbook(FOUND, CLOSED | {"place": "4号车间"}, VISITED, MAJOR)
    first = await office.imported(content)
    before = await office.log.head()
    second = await office.imported(content)

    assert first.verdicts == ["added", "added", "visited", "added"]
    assert second.verdicts == ["unchanged"] * 4
    assert await office.log.head() == before


async def test_a_row_filled_in_later_does_only_its_new_steps(office: Office) -> None:
    first = await office.imported(workbook(FOUND))
    again = await office.imported(workbook({**FOUND, **RECTIFIED, **REINSPECTED}))
    number = first.rows[2]["number"]

    assert (again.verdicts, again.rows[2]["number"], again.rows[2]["steps"]) == (["advanced"], number, 2)
    assert (await office.steps_of(number))[-2:] == [
        "hazard.rectification-submitted",
        "hazard.reinspection-passed",
    ]


async def test_a_changed_past_cell_is_refused_with_its_reason(office: Office) -> None:
    await office.imported(workbook(FOUND))
    before = await office.log.head()
    again = await office.imported(workbook({**FOUND, **RECTIFIED, "deadline": date(2026, 6, 28)}))

    assert again.verdicts == ["refused"]
    assert "「整改期限」已记为2026-06-18，本次为2026-06-28" in again.reasons[0]
    assert await office.log.head() == before


async def test_a_major_row_goes_as_far_as_it_proves_and_names_what_is_missing(office: Office) -> None:
    done = await office.imported(workbook({**MAJOR, "plan_accepted_by": "阎斌"}))

    assert done.verdicts == ["added"]
    assert "止于「待治理方案」，缺：治理方案日期、方案审核日期" in done.reasons[0]
    assert (await office.steps_of(done.rows[2]["number"]))[-1] == "hazard.plan-required"


async def test_a_row_without_a_find_records_just_the_visit(office: Office) -> None:
    rows = (VISITED, {**VISITED, "inspected_on": date(2026, 8, 1), "description": "未发现隐患"})
    done = await office.imported(workbook(*rows))
    types = [kind for kind, _ in await office.events()]

    assert done.verdicts == ["visited", "visited"]
    assert types == ["enterprise.registered", "visit.recorded", "visit.recorded"]


async def test_a_dry_run_stores_nothing_and_says_what_the_import_would(office: Office) -> None:
    content = workbook(
        FOUND, FOUND, CLOSED | {"place": "4号车间"}, VISITED, MAJOR, {**FOUND, "category": "？"}
    )
    before = (await office.log.head(), await office.known_people())
    rehearsed = await office.imported(content, dry_run=True)
    after = (await office.log.head(), await office.known_people())
    done = await office.imported(content)

    assert after == before
    assert rehearsed.verdicts == done.verdicts == ["added", "refused", "added", "visited", "added", "refused"]
    assert rehearsed.reasons == done.reasons
    assert [row["steps"] for row in rehearsed.rows.values()] == [row["steps"] for row in done.rows.values()]


async def test_an_import_that_was_broken_off_goes_on_where_it_was(office: Office) -> None:
    ledger = (await office.hand_in(workbook(*MANY))).json()["id"]
    work = asyncio.create_task(office.importing.work_off(UUID(ledger)))
    while (await office.look(ledger)).about["done"] < 3:  # noqa: ASYNC110  # the work tells nobody
        await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    broken_off = await office.look(ledger)
    await office.importing.work_off(UUID(ledger))
    finished = await office.look(ledger)
    numbers = {row["number"] for row in finished.rows.values()}

    assert broken_off.about["state"] == "running"
    assert broken_off.about["done"] < len(MANY)
    assert finished.about["counts"] == {"added": len(MANY)}
    assert broken_off.rows.items() <= finished.rows.items()
    assert len(numbers) == len(MANY)
    assert len([kind for kind, _ in await office.events() if kind == "hazard.closed"]) == len(MANY)


async def test_a_ledger_in_hand_is_left_to_whoever_has_it(office: Office) -> None:
    ledger = (await office.hand_in(workbook(*MANY))).json()["id"]
    await asyncio.gather(*(office.importing.work_off(UUID(ledger)) for _ in range(3)))
    finished = await office.look(ledger)

    assert finished.about["counts"] == {"added": len(MANY)}


async def test_a_ledger_that_cannot_be_worked_off_says_so_and_holds_up_nobody(office: Office) -> None:
    broken = (await office.hand_in(workbook(FOUND))).json()["id"]
    async with office.people.connection() as connection:
        await connection.execute("update people.imports set sealed_workbook = 'PK' where id = %s", (broken,))
    sound = (await office.hand_in(workbook(CLOSED))).json()["id"]
    work = asyncio.create_task(office.importing.run())
    while (await office.look(sound)).about["state"] != "finished":  # noqa: ASYNC110  # the work tells nobody
        await asyncio.sleep(0.01)
    work.cancel()
    about = await office.get(f"imports/{broken}")

    assert about.json()["state"] == "failed"
    assert "导入未完成" in about.json()["failure"]


async def test_two_ledgers_with_the_same_rows_side_by_side_add_them_once(office: Office) -> None:
    ledgers = [(await office.hand_in(workbook(*MANY))).json()["id"] for _ in range(2)]
    await asyncio.gather(*(office.importing.work_off(UUID(ledger)) for ledger in ledgers))
    verdicts = [(await office.look(ledger)).verdicts for ledger in ledgers]
    types = [kind for kind, _ in await office.events()]

    assert types.count("hazard.captured") == types.count("hazard.closed") == len(MANY)
    assert {frozenset(pair) for pair in zip(*verdicts, strict=True)} <= {
        frozenset({"added", "unchanged"}),
        frozenset({"added", "advanced"}),
        frozenset({"added"}),
    }


async def test_one_enterprise_with_and_without_its_credit_code_is_registered_once(office: Office) -> None:
    code = {"credit_code": "91330111MA7J3W8M1U"}
    rows = ({**FOUND, **code}, {**FOUND, "place": "3号车间"}, {**FOUND, **code, "place": "4号车间"})
    done = await office.imported(workbook(*rows))
    types = [kind for kind, _ in await office.events()]

    assert done.verdicts == ["added"] * 3
    assert types.count("enterprise.registered") == 1


async def test_the_same_key_is_the_same_import(office: Office) -> None:
    content = workbook(FOUND)
    first = await office.hand_in(content, key="k-1")
    again = await office.hand_in(content, key="k-1")
    other = await office.hand_in(workbook(MAJOR), key="k-1")

    assert first.json()["id"] == again.json()["id"]
    assert problem(other) == (422, "key-reused")


async def test_who_may_not_import_is_told_who_may(office: Office) -> None:
    answer = await office.hand_in(workbook(FOUND), role=Role.GRID)

    assert problem(answer) == (403, "may-not-import")
    assert "镇街执法人员" in answer.json()["detail"]


async def test_a_file_of_a_hundred_megabytes_is_too_large(office: Office) -> None:
    answer = await office.hand_in(b"PK" + bytes(100 * 1024 * 1024))

    assert problem(answer) == (413, "too-large")


async def test_a_text_that_calls_itself_a_workbook_is_none(office: Office) -> None:
    answer = await office.hand_in("企业名称,检查日期\n某厂,2026-06-03\n".encode())

    assert problem(answer) == (422, "not-a-workbook")


async def test_a_workbook_without_a_ledger_is_said_to_have_none(office: Office) -> None:
    letter = io.BytesIO()
    with xlsxwriter.Workbook(letter) as book:
        book.add_worksheet().write_column(0, 0, ["各村社区：", "请于月底前报送材料。"])
    answer = await office.hand_in(letter.getvalue())

    assert problem(answer) == (422, "no-ledger-here")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"deadline": "2026-02-30"}, "「整改期限」日期不存在"),
        ({"category": "星球大战"}, "「隐患类别」"),
        ({"enterprise": ""}, "「企业名称」"),
        ({"completed_on": date(2026, 6, 1), "measures": "已整改"}, "「整改完成日期」"),
    ],
)
async def test_a_wrong_cell_refuses_its_row_and_no_other(
    office: Office, wrong: dict[str, object], reason: str
) -> None:
    done = await office.imported(workbook({**FOUND, **wrong}, {**CLOSED, "place": "4号车间"}))

    assert done.verdicts == ["refused", "added"]
    assert reason in done.reasons[0]


async def test_a_row_without_a_deadline_is_registered_and_names_it(office: Office) -> None:
    done = await office.imported(workbook({**FOUND, "deadline": ""}))

    assert done.verdicts == ["added"]
    assert done.reasons == ["止于「已登记」，缺：整改期限"]


async def test_a_duplicate_row_is_refused_and_names_the_first(office: Office) -> None:
    done = await office.imported(workbook(FOUND, VISITED, FOUND))

    assert done.verdicts == ["added", "visited", "refused"]
    assert done.reasons[2] == "与第 2 行重复"


async def test_an_unknown_number_is_refused(office: Office) -> None:
    done = await office.imported(workbook({**FOUND, "number": "HZ-330111-2026-999999"}))

    assert done.verdicts == ["refused"]
    assert "没有编号为 HZ-330111-2026-999999 的隐患" in done.reasons[0]


async def test_a_refused_row_leaves_no_enterprise_and_nobody_behind(office: Office) -> None:
    same_person = {**CLOSED, "reinspectors": "陆天明", "visit_kind": "企业自查", "inspectors": "陆天明"}
    done = await office.imported(workbook(same_person))

    assert done.verdicts == ["refused"], done.reasons
    assert (await office.log.head()).position == 0
    assert await office.known_people() == []


async def test_a_phone_number_is_masked_and_that_is_said(office: Office) -> None:
    done = await office.imported(workbook({**FOUND, "description": "安全通道堵塞，联系人电话13812345678"}))
    bodies = "".join(body for _, body in await office.events())

    assert done.verdicts == ["added"]
    assert "「隐患描述」含手机号" in done.reasons[0]
    assert "138********" in bodies
    assert "13812345678" not in bodies


async def test_names_stand_with_the_people_and_never_in_the_log(office: Office) -> None:
    await office.imported(workbook(CLOSED, VISITED, {**MAJOR, "plan_accepted_by": "阎斌"}))
    bodies = "".join(body for _, body in await office.events())
    known = {name for _, name, _ in await office.known_people()}

    assert known == {*NAMES, "阎斌"}
    assert [name for name in known if name in bodies] == []


async def test_the_workbook_comes_back_with_number_result_and_reason(office: Office) -> None:
    done = await office.imported(workbook(FOUND, {**FOUND, "category": "星球大战"}))
    answer = await office.get(f"imports/{done.about['id']}/workbook")
    added, refused = cells(answer.content)

    assert (added["隐患编号"], added["导入结果"], added["原因"]) == (done.rows[2]["number"], "新增", "")
    assert (refused["导入结果"], refused["原因"]) == ("未导入", done.reasons[1])


async def test_the_workbook_that_came_back_may_be_handed_in_again(office: Office) -> None:
    done = await office.imported(workbook(FOUND))
    answer = await office.get(f"imports/{done.about['id']}/workbook")
    again = await office.imported(answer.content)

    assert again.verdicts == ["unchanged"]
