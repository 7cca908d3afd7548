"""政策的公布 · Drafted by one, published by another, in force from a later day on; never backwards."""

import pytest

from contracts.values import Role
from given.policies import DRAFTER, PUBLISHER, SHIPPED, TEN_DAYS, Book, refused
from services.hazard.policy.checking import PolicyContradictsItself, WouldOrphan
from services.hazard.policy.content import NotAPolicy
from services.hazard.policy.publishing import (
    BeyondCalendar,
    DrafterMayNotPublish,
    DraftOutdated,
    EditionTaken,
    EffectiveBeforePrevious,
    EffectiveTooEarly,
    MayNotSetPolicy,
    NoSuchDraft,
    PolicyUnchanged,
    content_of,
)

BOOK = Book()
DRAFTED = BOOK.drafted("2026.2", TEN_DAYS)
PUBLISHED = DRAFTED.published("2026.2", "2026-07-01")


def test_the_shipped_policy_decides_until_an_edition_takes_effect():
    assert BOOK.limits_on("2026-06-03").general_default_days == 15
    assert PUBLISHED.limits_on("2026-06-30").general_default_days == 15
    assert PUBLISHED.limits_on("2026-07-01").general_default_days == 10


def test_a_draft_decides_nothing():
    assert DRAFTED.limits_on("2099-01-01").general_default_days == 15
    assert DRAFTED.policies.find("2026.2").state == "DRAFT"


def test_publishing_supersedes_the_edition_before():
    after = PUBLISHED.drafted("2026.3", {"limits": {"plan_due": {"amount": 20, "unit": "days"}}}).published(
        "2026.3", "2026-08-01"
    )

    assert [event.TYPE for event in after.events] == ["policy.published", "policy.superseded"]
    assert [one.state for one in after.policies.published] == ["SUPERSEDED", "PUBLISHED"]
    assert after.limits_on("2026-07-31").plan_due.amount == 10
    assert after.limits_on("2026-08-01").plan_due.amount == 20
    assert after.limits_on("2026-08-01").general_default_days == 10  # a change builds on the edition before


def test_the_events_hold_the_whole_content():
    (published, superseded) = PUBLISHED.events

    assert published.tables == content_of(SHIPPED.policy) | {
        "limits": content_of(SHIPPED.policy)["limits"] | TEN_DAYS["limits"]
    }
    assert (superseded.edition, superseded.superseded_by) == ("2026.1", "2026.2")


def test_a_draft_may_be_drafted_again():
    again = DRAFTED.drafted("2026.2", {"limits": {"general_default_days": 12}})

    assert len(again.policies.drafts) == 1
    assert again.published("2026.2", "2026-07-01").limits_on("2026-07-01").general_default_days == 12


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DPO, Role.DPL, Role.SCO}))
def test_only_departments_and_the_safety_committee_office_draft(role):
    told = refused(MayNotSetPolicy, BOOK.drafted, "2026.2", TEN_DAYS, {**DRAFTER, "role": role})

    assert "第十条" in told


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DPL, Role.SCO}))
def test_only_heads_and_the_safety_committee_office_publish(role):
    refused(MayNotSetPolicy, DRAFTED.published, "2026.2", "2026-07-01", {**PUBLISHER, "role": role})


def test_who_drafted_does_not_publish():
    told = refused(DrafterMayNotPublish, DRAFTED.published, "2026.2", "2026-07-01", DRAFTER)

    assert "须由他人公布" in told


@pytest.mark.parametrize("day", ["2026-01-01", "2026-06-02", "2026-06-03"])
def test_a_day_that_has_begun_keeps_its_policy(day):
    told = refused(EffectiveTooEarly, DRAFTED.published, "2026.2", day)

    assert "2026-06-04" in told


def test_the_server_s_clock_decides_which_day_has_begun():
    earlier = BOOK.later(-3).now

    refused(EffectiveTooEarly, DRAFTED.published, "2026.2", "2026-06-03", at=earlier)


def test_editions_take_effect_in_their_order():
    third = PUBLISHED.drafted("2026.3", {"limits": {"plan_due": {"amount": 20, "unit": "days"}}})

    refused(EffectiveBeforePrevious, third.published, "2026.3", "2026-06-30")


def test_an_edition_that_has_not_begun_may_be_replaced_on_its_own_day():
    third = PUBLISHED.drafted("2026.3", {"limits": {"general_default_days": 12}})

    assert third.published("2026.3", "2026-07-01").limits_on("2026-07-01").general_default_days == 12


def test_a_date_beyond_the_calendar_is_refused():
    refused(BeyondCalendar, DRAFTED.published, "2026.2", "2029-01-01")


def test_what_is_published_is_not_drafted_or_published_again():
    refused(
        EditionTaken, PUBLISHED.drafted, "2026.2", {"limits": {"plan_due": {"amount": 20, "unit": "days"}}}
    )
    refused(EditionTaken, PUBLISHED.published, "2026.2", "2026-07-01")
    refused(EditionTaken, BOOK.drafted, "2026.1", TEN_DAYS)


def test_only_what_was_drafted_is_published():
    refused(NoSuchDraft, BOOK.published, "2026.9", "2026-07-01")


def test_a_draft_that_another_publication_has_overtaken_is_drafted_again():
    both = DRAFTED.drafted("2026.3", {"limits": {"plan_due": {"amount": 20, "unit": "days"}}}).published(
        "2026.2", "2026-07-01"
    )

    told = refused(DraftOutdated, both.published, "2026.3", "2026-08-01")

    assert "2026.1" in told
    assert "2026.2" in told


def test_an_edition_changes_something():
    refused(PolicyUnchanged, BOOK.drafted, "2026.2", {"limits": {"general_default_days": 15}})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"limits": {"general_defualt_days": 10}}, "limits.general_defualt_days"),
        ({"limmits": {}}, "limmits"),
        ({"limits": {"general_default_days": None}}, "limits.general_default_days"),
        ({"limits": {"general_default_days": "soon"}}, "limits.general_default_days"),
        ({"powers": {"visitors": {"ADMIN": ["NOBODY"]}}}, "powers.visitors.ADMIN"),
        ({"version": "2026.9"}, "version"),
    ],
)
def test_a_key_nobody_knows_is_named(changes, named):
    assert named in refused(NotAPolicy, BOOK.drafted, "2026.2", changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"limits": {"general_default_days": 91}}, "默认整改期限不得长于最长期限"),
        ({"limits": {"general_max_days": 400}}, "一般隐患的最长期限不得长于重大隐患"),
        ({"limits": {"triage_hours": 0}}, "须大于零"),
        ({"ladder": {"department_days": 1}}, "ladder.department_days（1）须晚于 ladder.leader_days（1）"),
        ({"ladder": {"major_department_days": 8}}, "重大隐患逾期报部门不得晚于一般隐患"),
        ({"limits": {"certified_officers": 1}}, "低于法律底线"),
        ({"retention": {"general_years": 1}}, "低于法律底线"),
        ({"powers": {"ordering_visit_kinds": ["ADMIN", "EXPERT"]}}, "专家服务不是行政检查"),
        ({"powers": {"visitors": {"ADMIN": ["TWO", "GRID"]}}}, "不得由网格员实施"),
        ({"powers": {"visitors": {"GRID": []}}}, "没有人可以记录"),
        (
            {
                "clauses": {
                    "新1": {"standard": "甲", "text": "乙", "from": "2026-08-01", "until": "2026-07-01"}
                }
            },
            "早于启用",
        ),
        ({"provinces": {"33": {"limits": {"general_max_days": 9}}}}, "浙江省：默认整改期限"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(changes, said):
    assert said in refused(PolicyContradictsItself, BOOK.drafted, "2026.2", changes)


CLAUSE = "工贸10号令-13(1)"


@pytest.mark.parametrize(
    "changes",
    [
        {"clauses": {CLAUSE: None}},
        {"clauses": {CLAUSE: {"until": "2026-05-31"}}},
        {"clauses": {CLAUSE: {"from": "2026-07-01"}}},
        {"clauses": {CLAUSE: {"text": "另一段文字"}}},
        {"clauses": {"工贸2017版-有限空间1": {"until": None}}},
        {"categories": {"B04": None}},
    ],
)
def test_what_open_hazards_lean_on_does_not_vanish(changes):
    assert (
        "已公布" in refused(WouldOrphan, BOOK.drafted, "2026.2", changes)
        or "until" in changes["clauses"].popitem()[1]
    )


def test_a_clause_ends_when_the_edition_takes_effect_and_not_before():
    ending = BOOK.drafted("2026.2", {"clauses": {CLAUSE: {"until": "2026-06-30"}}})

    assert ending.published("2026.2", "2026-07-01").policies.published
    told = refused(WouldOrphan, ending.published, "2026.2", "2026-08-01")
    assert "2026-07-31" in told


def test_a_whole_content_may_replace_the_edition_before():
    whole = content_of(SHIPPED.policy) | {"provinces": {}}
    book = BOOK.drafted("2026.2", whole, whole=True).published("2026.2", "2026-07-01")

    assert book.policies.published[-1].tables["provinces"] == {}
