"""重大隐患的一生 · Over HTTP from the report to the department to closure, and each separation of duties broken on the way."""

from uuid import UUID

import pytest

from contracts.values import Role
from given.answers import problem
from given.cast import Attempt, Cast, Step
from given.days import in_days, today
from services.hazard.store import Log
from services.projections.sentences import told

ITEM = {"in_place": True, "content": "已落实"}
ITEMS = (
    "target",
    "responsibility",
    "measures",
    "funds",
    "time_limit",
    "emergency_plan",
    "in_governance_plan",
)
REPORT = {
    "department": "余杭区应急管理局",
    "situation": "污水池作业未审批、无监护",
    "harm": "可能造成中毒窒息",
    "difficulty": "约一个月",
}


def reported(cast: Cast) -> list[Step]:
    """Told to the department, and made safe at once."""
    desk = cast.desk
    major = {"level": "MAJOR", "category": "B09", "clause": "工贸10号令-13(1)", "report": REPORT}
    town = {"kinds": ["EVACUATE"], "extent": "污水池", "emergency": True, "reported_to": REPORT["department"]}
    town |= {"certificates": ["33011100123", "33011100124"], "others": [cast.ids["colleague"]]}
    stop = {"kinds": ["PARTIAL_STOP"], "extent": "污水处理站", "notice": "余应急现决〔2026〕8号"}
    stop |= {"certificates": ["33011199001", "33011199002"], "others": [cast.ids["companion"]]}
    officer, inspector = cast.of("officer"), cast.of("inspector")
    return [
        Step("submit", officer, {}),
        Step("classify", officer, major, (Attempt(403, "may-not", cast.of("committee"), major),)),
        Step(
            "impose-interim-measure",
            officer,
            town,
            (
                Attempt(403, "town-emergency-only", officer, town | {"emergency": False}),
                Attempt(409, "immediate-report-missing", officer, town | {"reported_to": None}),
                Attempt(403, "town-may-not-impose", officer, town | {"kinds": ["FULL_STOP"]}),
                Attempt(403, "too-few-officers", officer, town | {"certificates": ["33011100123"]}),
            ),
        ),
        Step(
            "impose-interim-measure",
            inspector,
            stop,
            (
                Attempt(403, "may-not", desk.token(Role.GRID), stop),
                Attempt(409, "measure-notice-missing", inspector, stop | {"notice": None}),
            ),
        ),
    ]


def planned(cast: Cast) -> list[Step]:
    """The plan with its five implementations, and the listing."""
    plan = {"plan": dict.fromkeys(ITEMS, ITEM)}
    poor = {"plan": plan["plan"] | {"funds": ITEM | {"in_place": False}}}
    accept = {"deadline": in_days(60), "responsible": cast.ids["boss"], "warning_sign": cast.desk.photo}
    year = today().year
    listing = {"level": "COUNTY", "notice": f"余安委督字〔{year}〕3号", "unit": "余杭区应急管理局"}
    listing |= {"signed_by": "p-leader", "deadline": in_days(90)}
    inspector, boss, committee = cast.of("inspector"), cast.of("boss"), cast.of("committee")
    return [
        Step("require-plan", inspector, {}),
        Step("file-plan", boss, poor, (Attempt(403, "may-not", cast.of("safety"), poor),)),
        Step(
            "return-plan",
            inspector,
            {"reason": "资金未落实"},
            (
                Attempt(409, "not-five-in-place", inspector, accept, "accept-plan"),
                Attempt(403, "may-not", boss, accept, "accept-plan"),
            ),
        ),
        Step("file-plan", boss, plan),
        Step("accept-plan", inspector, accept, (Attempt(403, "may-not", cast.of("officer"), accept),)),
        Step(
            "list-for-supervision",
            committee,
            listing,
            (
                Attempt(403, "may-not", inspector, listing),
                Attempt(403, "leader-signs-listing", committee, listing | {"signed_by": "p-committee"}),
                Attempt(409, "listing-number-invalid", committee, listing | {"notice": "3号"}),
            ),
        ),
        Step("report-progress", cast.of("safety"), {"progress": "已停用，硬隔离到货"}),
    ]


def extended(cast: Cast) -> list[Step]:
    """A longer term, asked for in time, looked at by one and granted by another: by the body that listed it."""
    boss, inspector, committee = cast.of("boss"), cast.of("inspector"), cast.of("committee")
    wanted = {"deadline": in_days(95), "reason": "硬隔离须订制", "protection": "停用污水池，专人看守"}
    asked, looking = cast.posing("boss", "inspector"), cast.of("committee", person=cast.ids["inspector"])
    return [
        Step(
            "request-extension",
            boss,
            wanted,
            (
                Attempt(403, "may-not", inspector, wanted),
                Attempt(409, "deadline-not-later", boss, wanted | {"deadline": in_days(30)}),
            ),
        ),
        Step(
            "agree-extension",
            inspector,
            {"remark": "经现场核实，情况属实"},
            (
                Attempt(403, "requester-may-not-approve", asked, {}),
                Attempt(409, "not-agreed-yet", committee, {}, "grant-extension"),
            ),
        ),
        Step(
            "grant-extension",
            committee,
            {},
            (
                Attempt(403, "not-the-lister", cast.of("head"), {}),
                Attempt(403, "supervisor-may-not-grant", looking, {}),
                Attempt(409, "longer-than-requested", committee, {"deadline": in_days(99)}),
            ),
        ),
    ]


def accepted(cast: Cast) -> list[Step]:
    """Put right and accepted."""
    photo, boss, inspector = cast.desk.photo, cast.of("boss"), cast.of("inspector")
    done = {
        "measures": "加装硬隔离和检测仪",
        "completed_on": in_days(0),
        "photos": [photo],
        "cost": 8_000_000,
    }
    done |= {"acceptance_report": photo}
    accept = {"result": "pass", "opinion": "验收合格", "others": [cast.ids["companion"]], "photos": [photo]}
    elsewhere = cast.of("committee", person="p-other", organisation="org-other-committee")
    as_officer = cast.posing("boss", "inspector")
    with_boss = {"others": [cast.ids["boss"]]}
    return [
        Step("submit-rectification", boss, done, (Attempt(403, "may-not", cast.of("safety"), done),)),
        Step("request-acceptance", boss, {"statement": "隐患已消除", "application": photo}),
        Step(
            "accept-listed",
            inspector,
            accept,
            (
                Attempt(403, "may-not", boss, accept),
                Attempt(403, "accepter-not-independent", as_officer, accept),
                Attempt(403, "accepter-not-independent", inspector, accept | with_boss),
                Attempt(403, "not-the-lister", elsewhere, accept),
            ),
        ),
    ]


def resumed(cast: Cast) -> list[Step]:
    """Allowed to resume, and taken off the list."""
    boss, inspector, head = cast.of("boss"), cast.of("inspector"), cast.of("head")
    lift = {"opinion": "同意恢复", "others": [cast.ids["companion"]], "photos": [cast.desk.photo]}
    lift |= {"certificates": ["33011199001", "33011199002"]}
    year = today().year
    notice = {"notice": f"余安委督字〔{year}〕9号"}
    of_head = Attempt(403, "not-the-lister", head, notice)
    return [
        Step("request-lift", boss, {"statement": "申请恢复生产"}),
        Step(
            "lift-interim-measure",
            inspector,
            lift,
            (
                Attempt(403, "may-not", boss, lift),
                Attempt(403, "reviewer-not-independent", cast.posing("boss", "inspector"), lift),
                Attempt(403, "reviewer-not-independent", inspector, lift | {"others": [cast.ids["boss"]]}),
                Attempt(403, "too-few-officers", inspector, lift | {"others": []}),
            ),
        ),
        Step("delist", cast.of("committee"), notice, (of_head, Attempt(403, "may-not", boss, notice))),
    ]


def ended(cast: Cast) -> list[Step]:
    """Re-inspected by two, closed by a third."""
    inspector, head = cast.of("inspector"), cast.of("head")
    looked = {"result": "pass", "photos": [cast.desk.photo], "others": [cast.ids["companion"]]}
    looked |= {"certificates": ["33011199001", "33011199002"]}
    safety = {"others": [cast.ids["safety"], cast.ids["companion"]]}
    return [
        Step(
            "reinspect",
            inspector,
            looked,
            (
                Attempt(403, "may-not", cast.of("officer"), looked),
                Attempt(403, "submitter-may-not-reinspect", cast.posing("boss", "inspector"), looked),
                Attempt(
                    403, "submitter-may-not-reinspect", inspector, looked | {"others": [cast.ids["boss"]]}
                ),
                Attempt(403, "enterprise-may-not-reinspect", inspector, looked | safety),
                Attempt(
                    403,
                    "too-few-officers",
                    inspector,
                    looked | {"others": [], "certificates": ["33011199001"]},
                ),
                Attempt(409, "on-site-required", inspector, looked | {"mode": "REMOTE"}),
            ),
        ),
        Step(
            "close",
            head,
            {},
            (
                Attempt(403, "persons-not-distinct", inspector, {}),
                Attempt(403, "persons-not-distinct", cast.of("companion"), {}),
                Attempt(403, "persons-not-distinct", cast.posing("boss", "head"), {}),
                Attempt(403, "may-not", cast.of("officer"), {}),
                Attempt(403, "may-not", cast.of("boss"), {}),
            ),
        ),
    ]


def whole_life(cast: Cast) -> list[Step]:
    return [
        *reported(cast),
        *planned(cast),
        *extended(cast),
        *accepted(cast),
        *resumed(cast),
        *ended(cast),
    ]


@pytest.fixture
async def cast(desk) -> Cast:
    cast = Cast(desk)
    await cast.appoint()
    return cast


async def begun(cast: Cast) -> str:
    return await cast.desk.capture(
        cast.of("officer"), category="B09", description="有限空间作业未审批，无监护人"
    )


async def go(cast: Cast, hazard: str, steps: list[Step]) -> None:
    for step in steps:
        answer = await cast.desk.send(hazard, step.command, step.body, step.who)
        assert answer.status_code == 200, (step.command, answer.text)


async def test_a_major_hazard_goes_from_its_report_to_its_closure_and_its_trail_is_readable(cast, log: Log):
    hazard = await begun(cast)

    await go(cast, hazard, whole_life(cast))

    facts = await log.load(UUID(hazard))
    said = [told(fact.envelope, fact.event, {}, sealed=False) for fact in facts]
    assert len(said) == len(facts)
    for words in (
        "同时报告余杭区应急管理局：污水池作业未审批、无监护",
        "紧急采取临时措施（撤出作业人员）",
        "挂牌督办（县级）",
        "下次应于",
        "申请将整改期限",
        "初审同意延期",
        "批准延期",
        "验收合格",
        "同意解除临时措施",
        "摘牌",
        "现场复查第1轮整改合格",
        "予以销号（监管闭环，第1轮）",
    ):
        assert [sentence for sentence in said if words in sentence], words


async def test_each_separation_of_duties_broken_on_the_way_is_refused_and_leaves_no_trace(cast, log: Log):
    hazard = await begun(cast)

    for step in whole_life(cast):
        version = await cast.desk.version(hazard, cast.of("head"))
        for attempt in step.refused:
            command = attempt.command or step.command
            answer = await cast.desk.send(hazard, command, attempt.body, attempt.who)
            assert problem(answer, attempt.status, attempt.code)["detail"]
        assert version == await cast.desk.version(hazard, cast.of("head"))
        await go(cast, hazard, [step])


async def test_what_is_listed_or_stopped_is_not_closed_downgraded_or_voided(cast):
    hazard = await begun(cast)
    await go(cast, hazard, [*reported(cast), *planned(cast)])
    down = {"proposed_by": cast.ids["inspector"], "reason": "复核", "evidence": [cast.desk.photo]}
    head = cast.of("head")
    problem(await cast.desk.send(hazard, "downgrade-to-general", down, head), 409, "still-listed")
    submitted, *acceptance = accepted(cast)
    *lifting, delisted = resumed(cast)
    looked, closed = ended(cast)

    await go(cast, hazard, [submitted, looked])

    problem(await cast.desk.send(hazard, "close", {}, head), 409, "still-listed")
    await go(cast, hazard, [*acceptance, delisted])
    problem(await cast.desk.send(hazard, "close", {}, head), 409, "measure-standing")
    await go(cast, hazard, [*lifting, closed])


async def test_a_downgrade_is_proposed_by_one_and_decided_by_another(cast):
    hazard = await begun(cast)
    await go(cast, hazard, [*reported(cast), *planned(cast)[:1]])
    head, down = cast.of("head"), {"reason": "复核不符合条款", "evidence": [cast.desk.photo]}

    for proposer in ("head", "officer", "boss"):
        body = down | {"proposed_by": cast.ids[proposer]}
        problem(await cast.desk.send(hazard, "downgrade-to-general", body, head), 403, "proposer-missing")
    body = down | {"proposed_by": cast.ids["inspector"]}
    problem(await cast.desk.send(hazard, "downgrade-to-general", body, cast.of("inspector")), 403, "may-not")
    answer = await cast.desk.send(hazard, "downgrade-to-general", body, head)

    assert (answer.status_code, answer.json()["status"]) == (200, "REGISTERED"), answer.text
