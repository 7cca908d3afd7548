"""讲述 · Every event that a trail tells has its sentence, whole and without a code, and its persons."""

import re
from pathlib import Path

import pytest

from contracts import values
from contracts.catalogue import EVENTS, open_event
from contracts.envelope import Envelope, decode
from services.projections.sentences import told
from services.projections.telling import EVERY_SENTENCE, people_in
from services.projections.trail import KINDS

GOLDEN = Path(values.__file__).parents[1] / "tests" / "contracts" / "golden"
FILES = sorted(
    file
    for file in GOLDEN.glob("*.json")
    if file.stem.split(".")[0] in {"case", "visit", "notice", "service-plan", "paper"}
)


def said(envelope: Envelope, **names: str) -> str:
    names = {name.replace("_", "-"): shown for name, shown in names.items()}
    return told(envelope, open_event(envelope), names, sealed=False, sentences=EVERY_SENTENCE)


def golden(name: str) -> Envelope:
    return decode((GOLDEN / f"{name}.json").read_bytes())


def test_every_event_of_what_has_a_trail_has_a_sentence() -> None:
    assert {event for event in EVENTS if event.TYPE.partition(".")[0] in KINDS} == set(EVERY_SENTENCE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_sentence_is_whole_names_no_code_and_only_people_that_were_looked_up(file: Path) -> None:
    envelope = decode(file.read_bytes())
    people = people_in(envelope, open_event(envelope))
    sentence = told(
        envelope,
        open_event(envelope),
        dict.fromkeys(people, "某某"),
        sealed=False,
        sentences=EVERY_SENTENCE,
    )

    assert sentence.endswith("。")
    assert not re.search(r"None|True|False|[A-Z]{4,}|，，", sentence), sentence
    assert set(re.findall(r"p-\d+", sentence)) <= people  # a reason may name somebody in its own words
    assert all(person.startswith("p-") for person in people)


def test_a_started_visit_tells_who_came_and_as_which_of_the_years_visits() -> None:
    sentence = said(golden("visit.started.1"), p_9="李四")

    assert "李四（执法人员，镇应急办，执法证号33011100123）" in sentence
    assert re.search(r"为2026年第\d次行政检查（上限\d+次）", sentence), sentence
    assert "不计入年度次数（上级部署）：" in said(golden("visit.started.1.exempt"))


def test_a_served_notice_tells_each_hazard_its_deadline() -> None:
    assert "HZ-330111-2026-000126至2026年6月19日、HZ-330111-2026-000127至2026年6月30日" in said(
        golden("notice.served.1")
    )


def test_a_plan_tells_institution_expert_and_what_is_owed_in_each_quarter() -> None:
    sentence = said(golden("service-plan.made.1.committee"), p_73="张三")

    assert "由org-service-3服务，专家张三（专业与企业不符，指派理由：本年度重点检查消防）" in sentence
    assert "全年检查、督促、复查各6次（第1季度各1次，第2季度各1次，第3季度各2次" in sentence
