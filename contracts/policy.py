"""政策事件 · Limits, powers, code lists and judgement clauses: drafted, published, superseded, each with its whole content."""

from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from contracts.envelope import Event
from contracts.values import Text

Edition = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}\.[0-9]{1,4}$")]
# Any: tables of JSON values, readable with the tables of any other edition; the write side validates them.
Tables = Annotated[dict[str, Any], Field(description="政策全文 · All tables, as JSON")]


class PolicyDrafted(Event):
    """拟定政策 · An edition is proposed; it decides nothing."""

    TYPE: ClassVar[str] = "policy.drafted"
    edition: Edition
    based_on: Edition = Field(description="修改自 · The edition that it changes")
    basis: Text = Field(description="依据 · By which rule or decision it is changed")
    tables: Tables


class PolicyPublished(Event):
    """公布政策 · From a day on, decisions are taken by this edition."""

    TYPE: ClassVar[str] = "policy.published"
    edition: Edition
    effective_from: date
    basis: Text
    tables: Tables


class PolicySuperseded(Event):
    """政策被取代 · From a day on, another edition decides; what was decided by this one stands."""

    TYPE: ClassVar[str] = "policy.superseded"
    edition: Edition
    superseded_by: Edition
    from_day: date = Field(description="自该日起 · The first day on which it decides no more")


PolicyEvent = PolicyDrafted | PolicyPublished | PolicySuperseded
