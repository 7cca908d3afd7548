"""检查表事件 · A checklist in versions: what is published does not change, what is withdrawn is used no more."""

from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event
from contracts.values import CategoryCode, ShortText, Text, Value


class FormItem(Value):
    """检查项 · What is looked at; with what a hazard is drafted when it is not as it should be."""

    id: ShortText = Field(description="编号，在本表内唯一 · Unique within the form")
    text: Text = Field(description="检查内容 · What is looked at")
    category: CategoryCode = Field(description="隐患类别 · Of the hazard drafted from it")
    clause: ShortText = Field(description="依据条款 · By which rule")
    advice: Text = Field(description="整改建议")
    weight: int = Field(1, ge=1, le=100, description="权重")
    critical: bool = Field(False, description="关键项 · Its hazard is triaged within a day")


class FormPublished(Event):
    """发布检查表 · A version of a form, whole; visits name it from here on."""

    TYPE: ClassVar[str] = "form.published"
    name: ShortText
    form_version: int = Field(ge=1, description="版次 · 1, 2, 3 …")
    items: tuple[FormItem, ...] = Field(min_length=1, max_length=300)
    basis: Text | None = Field(None, description="编制依据 · On what the form stands")


class FormWithdrawn(Event):
    """停用检查表 · A version that no visit begins with any more."""

    TYPE: ClassVar[str] = "form.withdrawn"
    form_version: int = Field(ge=1)
    reason: Text


FormEvent = FormPublished | FormWithdrawn
