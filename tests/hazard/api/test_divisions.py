"""区划接口 · The tree over HTTP, and an enterprise in a division that is no more."""

from contracts.values import Role
from given.answers import problem
from services.hazard.division_tree import AmendDivisions

CITY, DISTRICT, OLD, NEW = "330100000000", "330111000000", "330111007000", "330111008000"
LOADED = {
    "source": "国家地名信息库，2026-06-01",
    "entries": [
        {"code": CITY, "name": "杭州市", "valid_from": "2015-02-01"},
        {"code": DISTRICT, "name": "富阳区", "parent": CITY, "valid_from": "2015-02-01"},
        {
            "code": OLD,
            "name": "旧街道",
            "parent": DISTRICT,
            "valid_from": "2015-02-01",
            "valid_until": "2020-06-30",
            "successor": NEW,
        },
        {"code": NEW, "name": "新街道", "parent": DISTRICT, "valid_from": "2020-07-01"},
    ],
}


async def test_a_tree_is_loaded_and_read_by_day(desk):
    sco = desk.token(Role.SCO)
    answer = await desk.post("divisions", LOADED, sco)
    read = desk.client.get

    assert answer.json()["events"] == ["division-tree.amended"]
    then = (
        await read("/api/v1/divisions", params={"parent": DISTRICT, "on": "2020-06-30"}, headers=sco)
    ).json()
    today = (await read("/api/v1/divisions", params={"parent": DISTRICT}, headers=sco)).json()
    assert ([one["code"] for one in then["divisions"]], [one["code"] for one in today["divisions"]]) == (
        [OLD],
        [NEW],
    )
    one = (await read(f"/api/v1/divisions/{OLD}", params={"on": "2019-01-01"}, headers=sco)).json()
    assert [entry["name"] for entry in one["path"]] == ["旧街道", "富阳区", "杭州市"]
    assert (await read(f"/api/v1/divisions/{OLD}", headers=sco)).json()["now"] == NEW
    problem(await read("/api/v1/divisions/440100000000", headers=sco), 404, "not-found")


async def test_the_tree_s_refusals_have_their_names(desk):
    problem(await desk.post("divisions", LOADED, desk.token(Role.TWO)), 403, "may-not-keep-tree")
    alone = LOADED | {"entries": LOADED["entries"][1:2]}
    problem(await desk.post("divisions", alone, desk.token(Role.SCO)), 409, "tree-contradicts-itself")
    await desk.post("divisions", LOADED, desk.token(Role.SCO))
    problem(await desk.post("divisions", LOADED, desk.token(Role.DPL)), 409, "tree-unchanged")


async def test_an_enterprise_is_filed_where_a_division_is_in_force(desk):
    await desk.post("divisions", LOADED, desk.token(Role.SCO))
    file, dpo = {"name": "乙厂", "division": OLD}, desk.token(Role.DPO, division=DISTRICT)

    told = problem(await desk.post("enterprises", file, dpo), 409, "division-not-in-force")
    filed = await desk.post("enterprises", file | {"division": NEW}, dpo)

    assert NEW in told["detail"]
    assert filed.status_code == 201


def test_the_example_is_an_ask():
    assert AmendDivisions.model_validate(LOADED).entries
