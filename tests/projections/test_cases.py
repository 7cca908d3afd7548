"""案件履历 · A case told step by step to who may read it, and the cases of an area."""

from uuid import uuid4

from contracts.values import Role
from given.cases import Trial, closed, filed, referred
from given.street import STREET, Street, at
from services.postgres import Pool
from services.tokens import Caller

from .conftest import DISTRICT, ELSEWHERE, Office, project

CASE = "9c1e7a44-52b0-5d7e-8a11-2f6b0c3d9e75"
OTHER = "9c1e7a44-52b0-5d7e-8a11-2f6b0c3d9e76"


def recorded(street: Street, trial: Trial, key: str = CASE) -> Street:
    for event in trial.all:
        street.record(f"case/{key}", event, "p-50", at("2026-06-03"))
    return street


async def test_a_case_reads_as_one_story(tables: Pool, office: Office) -> None:
    await project(tables, recorded(Street(), closed()))
    trail = await office.json(f"/cases/{CASE}/trail", DISTRICT)
    said = [step["text"] for step in trail["steps"]]

    for sentence, words in zip(
        said,
        (
            "移送",
            "立案",
            "指派",
            "现场笔录",
            "告知",
            "放弃",
            "作出决定",
            "直接送达",
            "公示",
            "已缴清",
            "执行完毕",
            "结案",
        ),
        strict=True,
    ):
        assert words in sentence
    assert said[0].startswith("2026年6月3日 09:30，区县部门执法人员钱七移送蜀山精密机械有限公司的隐患")
    assert trail["number"] in said[1]


async def test_cases_of_an_area_are_listed_by_what_is_due_first_and_where_they_stand(
    tables: Pool, office: Office
) -> None:
    street = recorded(recorded(Street(), closed()), filed(), OTHER)
    await project(tables, street, size=3)
    lines = (await office.json("/cases", DISTRICT))["items"]

    assert {(line["id"], line["status"]) for line in lines} == {(CASE, "CLOSED"), (OTHER, "FILED")}
    assert [one["id"] for one in (await office.json("/cases", DISTRICT, status="FILED"))["items"]] == [OTHER]
    assert lines[0]["decision_due"] == "2026-09-01"


async def test_a_list_of_cases_goes_on_page_by_page(tables: Pool, office: Office) -> None:
    street = Street()
    for number, trial in enumerate((filed(), referred(), closed(), referred())):
        recorded(street, trial, CASE[:-1] + str(number))
    await project(tables, street)
    seen, cursor = [], None
    for _ in range(4):
        page = await office.json("/cases", DISTRICT, limit=1, **({"cursor": cursor} if cursor else {}))
        seen += [line["id"][-1] for line in page["items"]]
        cursor = page["next"]

    assert (seen, cursor) == (["1", "3", "0", "2"], None)
    assert (await office.get("/cases", DISTRICT, cursor="bm9uc2Vuc2U")).status_code == 422


async def test_who_may_not_read_a_case_finds_none(tables: Pool, office: Office) -> None:
    trial = filed()
    await project(tables, recorded(Street(), trial))
    path = f"/cases/{CASE}/trail"
    party = Caller("p-300", Role.ENT_M, STREET, trial.case.enterprise)
    others = [
        ELSEWHERE,
        Caller("p-302", Role.ENT_M, STREET, str(uuid4())),
        Caller("p-71", Role.EXP, STREET, "org-service"),
        Caller("p-72", Role.GRID, STREET, "org-grid"),
    ]

    assert (await office.get(path, party)).status_code == 200
    assert len((await office.json("/cases", party))["items"]) == 1
    for caller in others:
        assert (await office.get(path, caller)).status_code == 404
        assert (await office.json("/cases", caller))["items"] == []
