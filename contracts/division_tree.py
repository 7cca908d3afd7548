"""区划事件 · The dated tree of divisions: which code stood for which place under which other, from when to when."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.envelope import Event
from contracts.values import DivisionCode, ShortText, Text, Value

MOST = 1000  # entries of one event, well within its 256 KB


class DivisionEntry(Value):
    """区划条目 · A code with its name and parent over a time, both days included; a top has no parent."""

    code: DivisionCode
    name: ShortText
    parent: DivisionCode | None = Field(None, description="上级代码；不限于前缀，如开发区")
    valid_from: date
    valid_until: date | None = Field(None, description="最后有效日；撤并、更名、划转时填写")
    successor: DivisionCode | None = Field(None, description="撤并后的代码")


class DivisionsAmended(Event):
    """区划变更 · Entries that are new, or that say more of a code and first day already there."""

    TYPE: ClassVar[str] = "division-tree.amended"
    source: Text = Field(description="来源：发布机关和日期")
    entries: Annotated[tuple[DivisionEntry, ...], Field(min_length=1, max_length=MOST)]


DivisionTreeEvent = DivisionsAmended
