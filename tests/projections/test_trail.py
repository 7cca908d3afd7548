"""隐患履历 · Who did what, when and in which role."""

from datetime import datetime, timedelta
from uuid import uuid4

from contracts.hazard import ProgressReported
from contracts.values import Entry, Role
from given.street import STREET, Street, at
from services.postgres import Pool
from services.tokens import Caller

from .conftest import DISTRICT, ELSEWHERE, Office, project


async def test_a_trail_names_every_step_person_and_instant(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-18")
    hazard.submitted("2026-06-10").passed("2026-06-12").closed("2026-06-13")
    await project(tables, street)
    trail = await office.json(f"/hazards/{hazard.id}/trail")

    assert hazard.number == trail["number"]
    assert [
        (2, "hazard.captured", "李四"),
        (3, "hazard.registered", "李四"),
        (4, "hazard.rectification-ordered", "李四"),
        (5, "hazard.rectification-submitted", "王五"),
        (6, "hazard.reinspection-passed", "李四"),
        (7, "hazard.closed", "李四"),
    ] == [(step["position"], step["type"], step["actor"]["name"]) for step in trail["steps"]]
    assert [1, 2, 3, 4, 5, 6] == [step["version"] for step in trail["steps"]]
    assert at("2026-06-10") == datetime.fromisoformat(trail["steps"][3]["occurred_at"])
    assert "2026-06-10T09:30:01+08:00" == trail["steps"][3]["recorded_at"]
    assert "已加装保护接地" == trail["steps"][3]["data"]["measures"]
    assert "2026年6月10日 09:30，企业安全员王五提交第1轮整改：已加装保护接地" in trail["steps"][3]["text"]


async def test_what_was_recorded_offline_says_when_it_arrived(tables: Pool, office: Office) -> None:
    street = Street()
    hazard = street.enterprise().hazard().found("2026-06-03")
    late = at("2026-06-05") + timedelta(hours=3)
    hazard.tell(
        ProgressReported(**hazard.known, progress="已采购"),
        "2026-06-04",
        "p-301",
        time=late,
        entry=Entry.OFFLINE,
    )
    await project(tables, street)
    step = (await office.json(f"/hazards/{hazard.id}/trail"))["steps"][-1]

    assert ("offline", "离线补传") == (step["entry"], step["entry_name"])
    assert "（补录，2026年6月5日 12:30到达）" in step["text"]


async def test_a_duplicate_names_the_other_by_its_number(tables: Pool, office: Office) -> None:
    street = Street()
    firm = street.enterprise()
    kept = firm.hazard("先报的").found("2026-06-03")
    double = firm.hazard("后报的").found("2026-06-04").duplicate_of(kept, "2026-06-05")
    await project(tables, street)
    step = (await office.json(f"/hazards/{double.id}/trail"))["steps"][-1]

    assert f"与隐患{kept.number}相同" in step["text"]


async def test_a_foreign_trail_is_not_found(tables: Pool, office: Office) -> None:
    street = Street()
    firm = street.enterprise()
    hazard = firm.hazard().found("2026-06-03")
    await project(tables, street)
    own = Caller("p-301", Role.ENT_S, STREET, firm.id)
    other = Caller("p-302", Role.ENT_S, STREET, str(uuid4()))
    path = f"/hazards/{hazard.id}/trail"

    assert [200, 200, 404, 404] == [
        (await office.get(path, caller)).status_code for caller in (DISTRICT, own, ELSEWHERE, other)
    ]
    assert 404 == (await office.get(f"/hazards/{uuid4()}/trail")).status_code
