"""检查表 · A checklist in versions: published whole, never changed, withdrawn for good; pure rules."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import assert_never

from pydantic import Field

from contracts.envelope import Envelope
from contracts.form import FormEvent, FormItem, FormPublished, FormWithdrawn
from contracts.values import CategoryCode, ShortText, Text
from contracts.visit import FormVersion
from services.hazard.lifecycle.judging import check_category
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot, Refused

NO_HAZARD = Hazard()


class MayNotKeepForms(MayNot):
    """无权发布检查表 · Forms are kept by whom the policy names."""


class FormUnknown(Refused):
    """没有该检查表 · There is no such form, or not in this version."""


class FormVersionWithdrawn(Refused):
    """该版检查表已停用 · No visit begins with a version that was withdrawn."""


class ItemsRepeated(Refused):
    """检查项编号重复 · An item's id stands once in a form."""


class FormUnchanged(Refused):
    """检查表没有变化 · A new version says something else than the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """一版 · Its number, its items, and whether it was withdrawn."""

    number: int
    name: str
    items: tuple[FormItem, ...]
    withdrawn: bool = False

    def item(self, key: str) -> FormItem | None:
        """检查项 · By its id."""
        return next((one for one in self.items if one.id == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """检查表 · Its versions, oldest first, and where it is kept."""

    version: int = 0
    division: str = ""
    versions: tuple[Published, ...] = ()

    def find(self, number: int) -> Published | None:
        """某版 · None if there is none of this number."""
        return next((one for one in self.versions if one.number == number), None)


class ItemOfForm(Ask):
    """检查项 · What is looked at, and with what a hazard is drafted."""

    id: ShortText = Field(description="编号，在本表内唯一")
    text: Text = Field(description="检查内容")
    category: CategoryCode = Field(description="隐患类别代码")
    clause: ShortText = Field(description="依据条款")
    advice: Text = Field(description="整改建议")
    weight: int = Field(1, ge=1, le=100, description="权重")
    critical: bool = Field(False, description="关键项")


class PublishForm(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "name": "工贸企业用电和消防检查表",
                "items": [
                    {
                        "id": "1.1",
                        "text": "配电箱外壳可靠接地",
                        "category": "B04",
                        "clause": "GB 50054-2011 第5.2.1条",
                        "advice": "补做保护接地，接地电阻不大于4Ω",
                        "weight": 3,
                    }
                ],
            }
        ]
    },
):
    """发布检查表 · The whole form; a form that is there gets its next version."""

    name: ShortText
    items: tuple[ItemOfForm, ...] = Field(min_length=1, max_length=300)
    basis: Text | None = Field(None, description="编制依据")


class WithdrawForm(
    Ask, json_schema_extra={"examples": [{"form_version": 1, "reason": "所依据的标准已修订"}]}
):
    """停用检查表 · One version, for good; visits under way go on with it."""

    form_version: int = Field(ge=1)
    reason: Text


def check_form_keeper(occasion: Occasion) -> None:
    """检查表权限 · Raises MayNotKeepForms."""
    if occasion.role not in occasion.policy.visiting.form_keepers:
        keepers = "、".join(role.zh for role in sorted(occasion.policy.visiting.form_keepers))
        raise MayNotKeepForms(f"{occasion.role.zh}无权发布、停用检查表，由{keepers}办理")


def publish_form(form: Form, ask: PublishForm, occasion: Occasion) -> tuple[FormPublished, ...]:
    """发布检查表 · Items with ids of their own and categories in force; another text than the version before."""
    check_form_keeper(occasion)
    twice = [key for key, times in Counter(item.id for item in ask.items).items() if times > 1]
    if twice:
        raise ItemsRepeated(f"检查项编号重复：{'、'.join(twice)}")
    for item in ask.items:
        check_category(item.category, NO_HAZARD, occasion)
    items = tuple(FormItem(**item.model_dump()) for item in ask.items)
    last = form.versions[-1] if form.versions else None
    if last is not None and (last.name, last.items, last.withdrawn) == (ask.name, items, False):
        raise FormUnchanged
    number = len(form.versions) + 1
    return (FormPublished(name=ask.name, form_version=number, items=items, basis=ask.basis),)


def withdraw_form(form: Form, ask: WithdrawForm, occasion: Occasion) -> tuple[FormWithdrawn, ...]:
    """停用检查表 · A version that is in use."""
    check_form_keeper(occasion)
    known = form.find(ask.form_version)
    if known is None:
        raise FormUnknown(f"该检查表没有第 {ask.form_version} 版")
    if known.withdrawn:
        raise FormVersionWithdrawn(f"第 {ask.form_version} 版已经停用")
    return (FormWithdrawn(**ask.model_dump()),)


def check_in_use(named: FormVersion | None, occasion: Occasion) -> None:
    """可用检查表 · A visit names a version that is there and was not withdrawn.

    Raises FormUnknown, FormVersionWithdrawn.
    """
    if named is None:
        return
    published = occasion.form.find(named.version) if occasion.form else None
    if published is None:
        raise FormUnknown(f"没有该检查表的第 {named.version} 版")
    if published.withdrawn:
        raise FormVersionWithdrawn(f"「{published.name}」第 {named.version} 版已停用，请改用现行版次")


def evolve(form: Form, event: FormEvent, envelope: Envelope) -> Form:
    """演变 · The versions after one event."""
    match event:
        case FormPublished():
            published = Published(number=event.form_version, name=event.name, items=event.items)
            versions = (*form.versions, published)
        case FormWithdrawn():
            versions = tuple(
                replace(one, withdrawn=True) if one.number == event.form_version else one
                for one in form.versions
            )
        case _:
            assert_never(event)
    division = form.division or envelope.division or ""
    return replace(form, version=envelope.version, division=division, versions=versions)
