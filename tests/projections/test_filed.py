"""一企一档 · Each section of a file says what the events said, for whoever may read it, at one moment of the log."""

from typing import Any

from contracts.values import Role
from given.filed import CASE, DRAFT, NOTICE, NUMBER, PLANNED, Filed, filed
from given.logged import log_street, own_log
from given.street import STREET, Street
from services import erasing
from services.people import People
from services.postgres import Pool
from services.tokens import Caller

from .conftest import ELSEWHERE, NOW, Office, project
from .test_building import ask, builder
from .test_enterprise_light import READ_FROM

FORMS = ("file", "file.xlsx", "file.html")


async def told(tables: Pool, office: Office) -> tuple[Filed, Any]:
    story = filed()
    await project(tables, story.street, projections=READ_FROM)
    return story, await office.json(f"/enterprises/{story.firm.id}/file")


def of(lines: list[Any], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(line[name] for name in names) for line in lines]


def of_hazard(file: Any, number: str) -> Any:
    return next(line for line in file["hazards"] if line["number"] == number)


async def test_profile_posts_and_colours_are_told_with_what_was_before(tables: Pool, office: Office) -> None:
    _, file = await told(tables, office)
    (main,) = file["persons"]

    assert ("西村", "三级", "红") == tuple(
        file["profile"][name] for name in ("village", "standardisation_name", "colour_name")
    )
    assert ["企业名称：某某五金厂；行政区划：330111005000；村社区：东村；行业：机械；类型：企业；规模：规下",
        "村社区：东村 → 西村；标准化等级：（无） → 三级",
        "主要负责人：赵六",
        "风险颜色：（无） → 黄，事由：有喷涂工艺",
        "主要负责人：王五，原为赵六",
        "风险颜色：黄 → 红，事由：两次复查不合格",
    ] == [change["text"] for change in file["history"]]  # fmt: skip
    assert ("王五", "2026-06-01", [("赵六", "2026-02-02", "2026-06-01")]) == (
        main["person"]["name"],
        main["since"],
        [(one["person"]["name"], one["since"], one["until"]) for one in main["former"]],
    )
    assert [("黄", "2026-02-03", "2026-06-30"), ("红", "2026-06-30", None)] == of(
        file["risk"], "colour_name", "since", "until"
    )


async def test_visits_are_those_planned_and_those_made(tables: Pool, office: Office) -> None:
    story, file = await told(tables, office)
    own = Caller("p-300", Role.ENT_M, STREET, story.firm.id)
    shown = await office.json(f"/enterprises/{story.firm.id}/file", own)

    assert [
        ("2026-07-01", None, "已计划", True, None),
        (None, "2026-06-03", "已记录", False, 3),
        (None, "2026-02-03", "已记录", False, 0),
    ] == of(file["visits"], "planned_on", "visited_on", "state_name", "overdue", "finds")
    assert (2, "2026-06-03") == (file["figures"]["visits"], file["figures"]["last_visit"])
    assert PLANNED in {visit["id"] for visit in file["visits"]}
    assert PLANNED not in {visit["id"] for visit in shown["visits"]}


async def test_a_hazard_has_its_plans_extensions_case_and_cost(tables: Pool, office: Office) -> None:
    story, file = await told(tables, office)
    late, major, long = (of_hazard(file, life.number) for life in (story.late, story.major, story.long))

    assert [("2026-06-20", "已批准", "2026-06-16"), ("2026-06-30", "未批准", "2026-06-16")] == of(
        late["extensions"], "wanted", "state_name", "deadline"
    )
    assert ("王五", "李四", "钱七") == tuple(
        late["extensions"][0][by]["name"] for by in ("requested_by", "agreed_by", "decided_by")
    )
    assert [
        ("已退回", "2026-06-15", "2026-06-16", True, "资金未落实", None),
        ("已通过", None, "2026-06-18", None, None, "2026-07-01"),
    ] == of(major["plans"], "state_name", "due", "filed_on", "five_in_place", "reason", "deadline")
    assert ["目标任务", "责任", "措施", "资金", "时限", "预案", "纳入治理计划"] == [
        item["item_name"] for item in major["plans"][0]["items"]
    ]
    assert ([CASE], 120_000, 3) == (long["cases"], long["cost"], len(long["rounds"]))
    assert {
        "rectification": 240_000,
        "reported": 2,
        "fines": 2_000_000,
        "paid": 1_000_000,
        "outstanding": 1_000_000,
    } == {name: value for name, value in file["cost"].items() if name != "funds"}
    assert {story.long.number, story.major.number} == {one["number"] for one in file["cost"]["funds"]}


async def test_each_delay_is_somebodys(tables: Pool, office: Office) -> None:
    story, file = await told(tables, office)
    delays = {
        line["number"]: of(line["timing"]["delays"], "what", "against", "due", "done_on", "days")
        for line in file["hazards"]
    }

    assert {
        story.late.number: [
            ("CONFIRMATION", "OFFICE", "2026-06-03", "2026-06-04", 1),
            ("EXTENSION_ANSWER", "OFFICE", "2026-06-08", "2026-06-10", 2),
            ("RECTIFICATION", "ENTERPRISE", "2026-06-16", "2026-06-22", 6),
            ("REINSPECTION", "OFFICE", "2026-07-02", "2026-07-04", 2),
        ],
        story.major.number: [
            ("PLAN", "ENTERPRISE", "2026-06-15", "2026-06-16", 1),
            ("RECTIFICATION", "ENTERPRISE", "2026-07-01", None, 4),
        ],
        story.long.number: [],
        story.void.number: [],
    } == delays
    assert {
        "days_to_order": 5.67,
        "days_to_submission": 36.5,
        "days_to_verification": 6.5,
        "days_to_closure": 1.0,
        "enterprise_delays": 3,
        "enterprise_days": 11,
        "office_delays": 3,
        "office_days": 5,
        "running": 1,
    } == file["timing"]


async def test_notices_service_plans_and_cases_stand_as_their_events_left_them(
    tables: Pool, office: Office
) -> None:
    story, file = await told(tables, office)
    notice = next(line for line in file["notices"] if line["id"] == NOTICE)
    (plan,), (case,) = file["service_plans"], file["cases"]
    checks = [cell["done"] for quarter in plan["quarters"] for cell in quarter["cells"][:1]]

    assert {NOTICE, DRAFT} == {line["id"] for line in file["notices"]}
    assert (NUMBER, "部分完成", 1, "2026-06-05", "直接送达", "王五") == (
        *(notice[name] for name in ("number", "state_name", "done", "served_on", "method_name")),
        notice["acknowledged_by"]["name"],
    )
    assert [story.late.number, story.long.number] == [one["number"] for one in notice["hazards"]]
    assert (2026, "张三", [1, 0, 0, 0]) == (plan["year"], plan["expert"]["name"], checks)
    assert ("2026-06-29", "余应急罚〔2026〕3号", "已决定", 2_000_000, 1_000_000) == tuple(
        case[name] for name in ("filed_on", "decision_number", "status_name", "fine", "outstanding")
    )


async def test_a_draft_is_not_the_enterprises_to_know_nor_a_case_an_experts(
    tables: Pool, office: Office
) -> None:
    story, _ = await told(tables, office)
    path = f"/enterprises/{story.firm.id}/file"
    own = await office.json(path, Caller("p-300", Role.ENT_M, STREET, story.firm.id))
    expert = await office.json(path, Caller("p-71", Role.EXP, STREET, "org-service"))

    assert ([NOTICE], 1) == ([line["id"] for line in own["notices"]], len(own["cases"]))
    assert (None, None, None) == (expert["cases"], expert["cost"]["fines"], expert["cost"]["outstanding"])


async def test_every_section_says_up_to_where_it_stands(database: str, tables: Pool, office: Office) -> None:
    story = filed(Street(log=own_log(database)))
    log_street(database, story.street)
    await project(tables, story.street, projections=READ_FROM)
    file = await office.json(f"/enterprises/{story.firm.id}/file")
    last = story.street.recorded[-1]

    assert {(last.position, last.appended_at.isoformat())} == {
        (each["position"], each["up_to"]) for each in file["freshness"]
    }
    assert [
        ("profile", "2026-06-30", False),
        ("persons", "2026-06-01", False),
        ("risk", "2026-06-30", False),
        ("visits", "2026-06-03", False),
        ("hazards", "2026-07-30", None),
        ("notices", "2026-07-04", None),
        ("service_plans", None, None),
        ("cases", "2026-07-01", None),
    ] == of(file["freshness"], "section", "last", "stale")


async def test_a_file_built_from_the_log_equals_the_one_that_followed_the_stream(
    database: str, tables: Pool, office: Office
) -> None:
    story = filed(Street(log=own_log(database)))
    log_street(database, story.street)
    await project(tables, story.street, size=3, projections=READ_FROM)
    followed = await office.json(f"/enterprises/{story.firm.id}/file")
    await ask(tables, story.street, *READ_FROM, at_once=True)
    await builder(tables, story.street, commit_every=20).look(READ_FROM)

    assert followed == await office.json(f"/enterprises/{story.firm.id}/file")


async def test_who_was_erased_is_named_nowhere(tables: Pool, office: Office, people: People) -> None:
    story, _ = await told(tables, office)
    await erasing.erase(people, "p-300", by="p-1", reason="本人申请", at=NOW)
    path = f"/enterprises/{story.firm.id}/file"
    file = await office.json(path)
    page = (await office.get(f"{path}.html")).text

    assert ["已删除"] == [one["person"]["name"] for one in file["persons"][0]["former"]]
    assert "原为已删除" in file["history"][4]["text"]
    assert "赵六" not in str(file)
    assert "赵六" not in page
    assert "已删除" in page


async def test_another_division_gets_none_of_its_forms(tables: Pool, office: Office) -> None:
    story, _ = await told(tables, office)
    path = f"/enterprises/{story.firm.id}"
    other = Caller("p-302", Role.ENT_M, STREET, "0f8b7c1e-4a77-5d31-9c1c-2f2f6a1f0b55")

    assert [404] * 6 == [
        (await office.get(f"{path}/{form}", caller)).status_code
        for form in FORMS
        for caller in (ELSEWHERE, other)
    ]
    assert [200] * 3 == [(await office.get(f"{path}/{form}")).status_code for form in FORMS]


async def test_hazards_go_on_page_by_page_and_figures_are_those_of_all(tables: Pool, office: Office) -> None:
    story, whole = await told(tables, office)
    path, asked, seen = f"/enterprises/{story.firm.id}/file", {"limit": 3}, []
    for _ in range(2):
        answer = await office.get(path, **asked)
        page = answer.json()
        seen += of(page["hazards"], "number")
        asked = {"limit": 3, "cursor": page["next"]}
        assert ("next" in answer.links) == (page["next"] is not None)
        for name in ("figures", "timing", "cost", "light"):
            assert whole[name] == page[name]

    assert of(whole["hazards"], "number") == seen
    assert page["next"] is None
    assert (await office.get(path, cursor="bm9uc2Vuc2U")).status_code == 422
