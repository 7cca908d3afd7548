"""政策的公布 · An edition of the policy: drafted by one person, published by another, superseded by the next; pure rules.

All editions are one stream. Which of them decides on a day is told from the stream alone: the last one published whose
day has come, and the shipped policy before any. An edition takes effect on a later day than it is published on, so
the policy of a day that has begun never changes.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal, assert_never

from pydantic import Field

from contracts.envelope import Envelope
from contracts.policy import Edition, PolicyDrafted, PolicyEvent, PolicyPublished, PolicySuperseded
from contracts.values import PersonId, Role, Text
from services.hazard.occasion import SHANGHAI, Ask, Occasion
from services.hazard.policy import Policy
from services.hazard.policy.checking import check_coherent, check_nothing_orphaned, day_before
from services.hazard.policy.content import (
    Profiled,
    completed,
    merged,
    packed,
    profiled,
    read_content,
    unpacked,
)
from services.hazard.policy.files import OF_AN_EDITION, Content, plain
from services.hazard.refused import MayNot, Refused

DRAFTERS = frozenset({Role.DPO, Role.DPL, Role.SCO})
PUBLISHERS = frozenset({Role.DPL, Role.SCO})
AQF_10 = "《安全生产法》第十条：由负有监管职责的部门和安委办制定"
State = Literal["DRAFT", "PUBLISHED", "SUPERSEDED"]


class MayNotSetPolicy(MayNot):
    """无权制定政策 · Departments and the safety-committee office draft; their heads publish."""


class DrafterMayNotPublish(MayNot):
    """拟定人不得公布 · Who drafted an edition is not who publishes it."""


class EditionTaken(Refused):
    """版次已公布 · What is published is not changed; the next change is the next edition."""


class NoSuchDraft(Refused):
    """没有该版草案 · Only what was drafted is published."""


class DraftOutdated(Refused):
    """草案已过时 · Another edition was published since it was drafted: what that one changed would be lost."""


class PolicyUnchanged(Refused):
    """与现行政策相同 · An edition changes something."""


class EffectiveTooEarly(Refused):
    """施行日期过早 · A day that has begun keeps its policy; a decision taken on it stands."""


class EffectiveBeforePrevious(Refused):
    """施行日期早于上一版 · Editions take effect in the order in which they are published."""


class BeyondCalendar(Refused):
    """超出日历 · No calendar reaches so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """版次 · One edition as it was drafted and, perhaps, published; `content` is packed."""

    edition: str
    content: str
    based_on: str
    basis: str
    drafted_by: PersonId
    effective_from: date | None = None
    published_by: PersonId | None = None
    superseded_by: str | None = None
    superseded_from: date | None = None

    @property
    def tables(self) -> Content:
        """全文 · Its content as it was stored."""
        return unpacked(self.content)

    @property
    def state(self) -> State:
        """状态 · Where it stands in its life (domain/lifecycle.md b.7)."""
        if self.superseded_by is not None:
            return "SUPERSEDED"
        return "DRAFT" if self.effective_from is None else "PUBLISHED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """各版政策 · Every edition there is, the published ones in the order in which they were published."""

    version: int = 0
    drafts: tuple[Published, ...] = ()
    published: tuple[Published, ...] = ()

    def on(self, day: date) -> Published | None:
        """当日施行 · The edition that decides on a day; None: the shipped policy does."""
        begun = (one for one in reversed(self.published) if one.effective_from and one.effective_from <= day)
        return next(begun, None)

    def find(self, edition: str) -> Published | None:
        """按版次查找 · A published edition, else a draft."""
        return next((one for one in (*self.published, *self.drafts) if one.edition == edition), None)

    def in_force(self, day: date, shipped: Profiled) -> Profiled:
        """当日政策 · The policy that decides on a day, in every province."""
        edition = self.on(day)
        if edition is None or edition.effective_from is None:
            return shipped
        return profiled(edition.content, edition.edition, edition.effective_from)

    def latest(self, shipped: Profiled) -> tuple[str, Content]:
        """最新公布 · Name and content of the edition that a change builds on."""
        if self.published:
            return self.published[-1].edition, completed(unpacked(self.published[-1].content))
        return shipped.policy.version, content_of(shipped.policy)


def content_of(policy: Policy) -> Content:
    """政策内容 · A policy as the content of an edition: lists in one order, names and dates as text."""
    tables = policy.model_dump(by_alias=True, exclude_none=True, exclude=set(OF_AN_EDITION))
    return {name: plain(table) for name, table in tables.items()}


class DraftPolicy(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "edition": "2026.2",
                "basis": "区安委办〔2026〕8号：一般隐患整改期限缩短为十日",
                "changes": {"limits": {"general_default_days": 10}},
            }
        ]
    },
):
    """拟定政策 · What changes against the edition published last; or, as a whole, all tables."""

    edition: Edition = Field(description="版次")
    # Any: tables of JSON values; read strictly as a policy by the rule.
    changes: dict[str, Any] = Field(
        min_length=1, description="修改的内容，逐表逐项；null 删去一项（RFC 7396）。whole 为真时是全文"
    )
    whole: bool = Field(False, description="changes 是全文，其中没有的即删去")
    basis: Text = Field(description="依据：文件名称、文号、条款")


class PublishPolicy(Ask, json_schema_extra={"examples": [{"effective_from": "2026-12-31"}]}):
    """公布政策 · The first day on which it decides; later than today."""

    effective_from: date


def draft_policy(
    policies: Policies, ask: DraftPolicy, occasion: Occasion, *, shipped: Profiled
) -> tuple[PolicyDrafted, ...]:
    """拟定政策 · Drafting an edition again replaces its draft; what is published stays."""
    if occasion.role not in DRAFTERS:
        raise MayNotSetPolicy(f"{occasion.role.zh}无权拟定政策（{AQF_10}）")
    edition, known = ask.edition, policies.find(ask.edition)
    if edition == shipped.policy.version or (known and known.effective_from):
        raise EditionTaken(f"第 {edition} 版已经公布，修改请另立新版")
    based_on, base = policies.latest(shipped)
    changes: Content = ask.model_dump(mode="json")["changes"]
    content = changes if ask.whole else merged(base, changes)
    today = local_day(occasion)
    policy = read_content(content, edition, today)
    if content_of(policy) == content_of(read_content(base, based_on, today)):
        raise PolicyUnchanged
    check_coherent(policy)
    check_nothing_orphaned(read_content(base, based_on, today), policy, last_day=today)
    return (PolicyDrafted(edition=edition, based_on=based_on, basis=ask.basis, tables=content_of(policy)),)


def publish_policy(
    policies: Policies, ask: PublishPolicy, occasion: Occasion, *, edition: str, shipped: Profiled
) -> tuple[PolicyPublished | PolicySuperseded, ...]:
    """公布政策 · By another person than drafted it; the edition before is superseded from that day."""
    if occasion.role not in PUBLISHERS:
        raise MayNotSetPolicy(f"{occasion.role.zh}无权公布政策（{AQF_10}）")
    draft = drafted(policies, edition)
    if draft.drafted_by == occasion.person:
        raise DrafterMayNotPublish(f"第 {edition} 版由您拟定，须由他人公布")
    previous, base = policies.latest(shipped)
    if draft.based_on != previous:
        raise DraftOutdated(
            f"第 {edition} 版修改自第 {draft.based_on} 版，其后已公布第 {previous} 版，请重新拟定"
        )
    check_day(ask.effective_from, policies, occasion)
    content = completed(unpacked(draft.content))
    policy = read_content(content, edition, ask.effective_from)
    check_coherent(policy)
    before = read_content(base, previous, ask.effective_from)
    check_nothing_orphaned(before, policy, last_day=day_before(ask.effective_from))
    published = PolicyPublished(
        edition=edition,
        effective_from=ask.effective_from,
        basis=draft.basis,
        tables=content,
    )
    superseded = PolicySuperseded(edition=previous, superseded_by=edition, from_day=ask.effective_from)
    return published, superseded


def drafted(policies: Policies, edition: str) -> Published:
    """草案 · The draft of an edition. Raises EditionTaken, NoSuchDraft."""
    known = policies.find(edition)
    if known is None:
        raise NoSuchDraft(f"没有第 {edition} 版草案，请先拟定")
    if known.effective_from is not None:
        raise EditionTaken(f"第 {edition} 版已于 {known.effective_from.isoformat()} 起施行或将要施行")
    return known


def check_day(effective_from: date, policies: Policies, occasion: Occasion) -> None:
    """施行日期 · Later than today by the server's clock, whatever instant the client names; not before the last edition's.

    Raises EffectiveTooEarly, EffectiveBeforePrevious, BeyondCalendar.
    """
    limits, today = occasion.policy.publishing, local_day(occasion)
    earliest = today + timedelta(days=limits.lead_days)
    if effective_from < earliest:
        raise EffectiveTooEarly(
            f"施行日期最早为 {earliest.isoformat()}：公布须提前 {limits.lead_days} 天，已作的决定不受影响"
        )
    last = policies.published[-1].effective_from if policies.published else None
    if last is not None and effective_from < last:
        raise EffectiveBeforePrevious(f"上一版自 {last.isoformat()} 起施行，新版不得早于该日")
    latest = today + timedelta(days=limits.latest_days)
    if effective_from > latest:
        raise BeyondCalendar(f"施行日期不得晚于 {latest.isoformat()}：日历只编到 {limits.latest_days} 天之后")


def local_day(occasion: Occasion) -> date:
    """服务器当日 · The local date by the server's clock."""
    return occasion.now.astimezone(SHANGHAI).date()


def evolve(policies: Policies, event: PolicyEvent, envelope: Envelope) -> Policies:
    """演变 · The editions after one event."""
    return replace(_changed(policies, event, envelope), version=envelope.version)


def _changed(policies: Policies, event: PolicyEvent, envelope: Envelope) -> Policies:
    match event:
        case PolicyDrafted():
            draft = Published(
                edition=event.edition,
                content=packed(event.tables),
                based_on=event.based_on,
                basis=event.basis,
                drafted_by=envelope.actor,
            )
            others = tuple(one for one in policies.drafts if one.edition != event.edition)
            return replace(policies, drafts=(*others, draft))
        case PolicyPublished():
            draft = next(one for one in policies.drafts if one.edition == event.edition)
            published = replace(
                draft,
                content=packed(event.tables),
                effective_from=event.effective_from,
                published_by=envelope.actor,
            )
            others = tuple(one for one in policies.drafts if one is not draft)
            return replace(policies, drafts=others, published=(*policies.published, published))
        case PolicySuperseded():
            after = tuple(
                replace(one, superseded_by=event.superseded_by, superseded_from=event.from_day)
                if one.edition == event.edition
                else one
                for one in policies.published
            )
            return replace(policies, published=after)
        case _:
            assert_never(event)
