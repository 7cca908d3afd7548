"""检查一览 · Who visits whom when, and which planned visits are overdue."""

from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts import visit
from contracts.envelope import Event
from contracts.values import Role, VisitKind
from contracts.visit import Function, Participant
from given.street import STREET, Firm, Street, at
from services.postgres import Pool
from services.projections import visits
from services.tokens import Caller

from .conftest import DISTRICT, ELSEWHERE, TOWN, Office, project

PARTY = (
    Participant(person="p-9", function=Function.OFFICER, department="镇应急办", certificate="33011100123"),
    Participant(person="p-50", function=Function.OFFICER, department="区消防", certificate="33011100124"),
)


class Visits:
    """检查 · A street's visits, told step by step."""

    def __init__(self, street: Street, firm: Firm) -> None:
        self.street, self.firm, self.count = street, firm, 0

    def tell(self, key: str, event: type[Event], on: str, **fields: object) -> None:
        said = event.model_validate({"enterprise": self.firm.id, **fields})
        self.street.record(f"visit/{key}", said, "p-9", at(on), organisation="org-town")

    def planned(self, on: str, kind: VisitKind = VisitKind.ADMIN) -> str:
        self.count += 1
        key = str(uuid5(NAMESPACE_URL, f"visit/{self.count}"))
        told = {
            "visit_kind": kind,
            "planned_on": on,
            "purpose": "用电检查",
            "participants": PARTY,
            "lead": "p-9",
        }
        self.tell(key, visit.VisitPlanned, "2026-05-20", **told)
        return key

    def begun(self, on: str) -> str:
        key = self.planned(on)
        told = {"visit_kind": VisitKind.ADMIN, "visited_on": on, "participants": PARTY}
        self.tell(key, visit.VisitStarted, on, **told)
        return key


def a_street() -> tuple[Street, Visits]:
    street = Street()
    return street, Visits(street, street.enterprise("某某五金厂"))


async def keys(office: Office, caller: Caller = TOWN, /, **asked: object) -> list[str]:
    return [one["id"] for one in (await office.json("/visits", caller, **asked))["items"]]


async def test_the_list_says_who_visits_whom_when_and_what_became_overdue(
    tables: Pool, office: Office
) -> None:
    street, told = a_street()
    late, done, ahead, off = (
        told.planned("2026-07-01"), told.begun("2026-07-02"), told.planned("2026-07-05"), told.planned("2026-06-20")
    )  # fmt: skip
    told.tell(late, visit.VisitApproved, "2026-06-30", number="余应急检批〔2026〕31号")
    told.tell(off, visit.VisitCancelled, "2026-06-19", reason="企业停产")
    await project(tables, street, projections=[visits], size=3)
    page = await office.json("/visits")
    lines = {one["id"]: one for one in page["items"]}

    assert [off, late, done, ahead] == [one["id"] for one in page["items"]]
    assert (page["overdue"], lines[late]["overdue"], lines[late]["days_overdue"]) == (1, True, 4)
    assert {off: "已取消", late: "已批准", done: "检查中", ahead: "已计划"} == {
        key: one["state_name"] for key, one in lines.items()
    }
    assert ("某某五金厂", "李四", "余应急检批〔2026〕31号") == (
        lines[late]["enterprise_name"], lines[late]["lead"]["name"], lines[late]["approval"]
    )  # fmt: skip
    assert [("李四", "执法人员", "镇应急办"), ("钱七", "执法人员", "区消防")] == [
        (one["name"], one["function_name"], one["department"]) for one in lines[late]["participants"]
    ]


async def test_the_list_is_asked_by_office_period_state_and_what_is_overdue(
    tables: Pool, office: Office
) -> None:
    street, told = a_street()
    late, done = told.planned("2026-07-01"), told.begun("2026-07-02")
    street.visit(told.firm, "2026-07-03")
    await project(tables, street, projections=[visits])
    (short,) = await keys(office, state="RECORDED")

    assert [late] == await keys(office, overdue=True) == await keys(office, to="2026-07-01")
    assert [done, short] == await keys(office, overdue=False) == await keys(office, **{"from": "2026-07-02"})
    assert [late, done] == await keys(office, office="区消防") == await keys(office, office="org-town")
    assert [late, done, short] == await keys(
        office, division="330111005", enterprise=told.firm.id, kind="ADMIN"
    )
    assert [] == await keys(office, division="330111006") == await keys(office, office="org-other")
    assert (await office.get("/visits", offices="区消防")).status_code == 422


async def test_the_list_goes_on_page_by_page(tables: Pool, office: Office) -> None:
    street, told = a_street()
    planned = [told.planned(date(2026, 7, 1 + n // 2).isoformat()) for n in range(5)]
    await project(tables, street, projections=[visits])
    seen, cursor = [], None
    for _ in range(3):
        page = await office.json("/visits", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]

    assert (sorted(planned), None) == (sorted(seen), cursor)
    assert (await office.get("/visits", cursor="bm9uc2Vuc2U")).status_code == 422


async def test_an_enterprise_is_not_told_which_inspection_is_planned(tables: Pool, office: Office) -> None:
    street, told = a_street()
    planned, begun, own = (
        told.planned("2026-07-01"), told.begun("2026-07-02"), told.planned("2026-07-03", VisitKind.SELF)
    )  # fmt: skip
    await project(tables, street, projections=[visits])
    of_firm = Caller("p-300", Role.ENT_M, STREET, told.firm.id)
    other = Caller("p-302", Role.ENT_M, STREET, str(UUID(int=9)))

    assert [begun, own] == await keys(office, of_firm)
    assert [planned, begun, own] == await keys(office, DISTRICT)
    assert [] == await keys(office, other) == await keys(office, ELSEWHERE)
    assert [] == await keys(office, Caller("p-99", Role.PUB, STREET, None))
    assert (await office.json("/visits", of_firm))["overdue"] == 1  # its own


async def test_each_sees_the_visits_he_takes_part_in_and_that_have_not_begun(
    tables: Pool, office: Office
) -> None:
    street, told = a_street()
    waiting = told.planned("2026-07-08")
    told.begun("2026-07-01")
    await project(tables, street, projections=[visits])
    stranger = Caller("p-11", Role.TWO, STREET, "org-town", None, "p-11")

    assert [waiting] == await keys(office, TOWN, mine=True) == await keys(office, DISTRICT, mine=True)
    assert [] == await keys(office, stranger, mine=True)
