"""档案变更、定级、责任人 · What the events of an enterprise say of it: each change told, its colours, who held its posts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import zip_longest
from typing import Any, Final

from pydantic import BaseModel, Field

from contracts import enterprise as firm
from contracts.catalogue import BY_TYPE
from contracts.values import Named, ObjectKind, Post, RiskColour, Role, SizeClass, Standardisation
from services.projections.persons import Person, person
from services.projections.phrases import name
from services.projections.reading import Names, Row
from services.projections.shanghai import day, local

QUERY: Final = (
    "select * from projections.enterprise_file_v4_change where enterprise = %(enterprise)s order by position"
)
TITLES: Final = {
    "name": "企业名称",
    "division": "行政区划",
    "village": "村社区",
    "credit_code": "信用代码",
    "industry": "行业",
    "object_kind": "类型",
    "size_class": "规模",
    "standardisation": "标准化等级",
    "address": "地址",
    "tags": "风险标签",
}
CODES: Final[Mapping[str, type[Named]]] = {
    "object_kind": ObjectKind,
    "size_class": SizeClass,
    "standardisation": Standardisation,
}
NOTHING: Final = "（无）"
Known = dict[str, Any]  # the profile's fields as events have them


class Change(BaseModel):
    """档案变更 · One entry of the profile's history."""

    position: int
    occurred_at: datetime
    type: str
    name: str = Field(description="变更事项", examples=["风险定级"])
    actor: Person | None
    role: str
    role_name: str
    text: str = Field(description="变更内容，含变更前后", examples=["村社区：东村 → 西村"])
    data: Known


class Colour(BaseModel):
    """风险定级 · A risk colour with its reason, and the days on which it held."""

    colour: RiskColour
    colour_name: str
    since: date
    until: date | None = Field(description="改定为其他颜色之日；现行的为 null")
    reason: str
    by: Person | None


class Holding(BaseModel):
    """任职 · Who held a post, from which day, until which."""

    person: Person
    since: date
    until: date | None


class Responsible(BaseModel):
    """责任岗位 · Who holds a responsible post now, and who held it before."""

    post: Post
    post_name: str
    person: Person
    since: date
    former: list[Holding]


def people(changes: Sequence[Row]) -> Iterator[str | None]:
    """所涉人员 · Whose names are shown."""
    for row in changes:
        yield row["actor"]
        yield row["data"].get("person")
        yield row["data"].get("previous") if row["type"] == firm.ResponsiblePersonNamed.TYPE else None


def history_of(changes: Sequence[Row], names: Names) -> list[Change]:
    """变更 · Each with what was before and what is now."""
    known: Known = {}
    told = []
    for row in changes:
        told.append(_change(row, _told(row, known, names), names))
        known |= {field: value for field, value in row["data"].items() if value is not None}
    return told


def _change(row: Row, said: str, names: Names) -> Change:
    return Change(
        position=row["position"],
        occurred_at=local(row["occurred_at"]),
        type=row["type"],
        # The Chinese half of the event's own docstring is its name everywhere.
        name=(BY_TYPE[row["type"]].__doc__ or "").partition(" · ")[0],
        actor=person(row["actor"], names),
        role=row["role"],
        role_name=Role(row["role"]).zh,
        text=said,
        data=row["data"],
    )


def _told(row: Row, known: Known, names: Names) -> str:
    data = row["data"]
    match row["type"]:
        case firm.EnterpriseRegistered.TYPE:
            given = ((field, title) for field, title in TITLES.items() if data.get(field))
            return "；".join(f"{title}：{_shown(field, data[field])}" for field, title in given)
        case firm.EnterpriseProfileChanged.TYPE:
            fields = (field for field in TITLES if data.get(field) is not None)
            return "；".join(_changed(field, known.get(field), data[field]) for field in fields)
        case firm.EnterpriseGraded.TYPE:
            return f"{_changed('colour', known.get('colour'), data['colour'])}，事由：{data['reason']}"
        case firm.ResponsiblePersonNamed.TYPE:
            before = data.get("previous")
            former = f"，原为{name(before, names)}" if before else ""
            return f"{Post(data['post']).zh}：{name(data['person'], names)}{former}"
        case _:
            return str(data.get("reason") or "")


def _changed(field: str, before: Any, after: Any) -> str:  # values of a field
    title = TITLES.get(field, "风险颜色")
    return f"{title}：{_shown(field, before)} → {_shown(field, after)}"


def _shown(field: str, value: Any) -> str:  # as above
    if value in (None, "", []):
        return NOTHING
    if field == "colour":
        return RiskColour(value).zh
    if field in CODES:
        return CODES[field](value).zh
    return "、".join(value) if isinstance(value, list) else str(value)


def colours_of(changes: Sequence[Row], names: Names) -> list[Colour]:
    """定级经过 · The first one first; each holds until the next."""
    graded = [row for row in changes if row["type"] == firm.EnterpriseGraded.TYPE]
    days = [day(row["occurred_at"]) for row in graded]
    return [
        Colour(
            colour=RiskColour(row["data"]["colour"]),
            colour_name=RiskColour(row["data"]["colour"]).zh,
            since=since,
            until=until,
            reason=row["data"]["reason"],
            by=person(row["actor"], names),
        )
        for row, since, until in zip_longest(graded, days, days[1:])
    ]


def responsible_of(changes: Sequence[Row], names: Names) -> list[Responsible]:
    """责任岗位 · In the order of the posts; those that nobody was named to are left out."""
    named = [row for row in changes if row["type"] == firm.ResponsiblePersonNamed.TYPE]
    posts = ((post, [row for row in named if row["data"]["post"] == post]) for post in Post)
    return [_responsible(post, rows, names) for post, rows in posts if rows]


def _responsible(post: Post, rows: Sequence[Row], names: Names) -> Responsible:
    days = [day(row["occurred_at"]) for row in rows]
    held = [
        Holding(person=shown, since=since, until=until)
        for row, since, until in zip_longest(rows, days, days[1:])
        if (shown := person(row["data"]["person"], names))
    ]
    return Responsible(
        post=post, post_name=post.zh, person=held[-1].person, since=held[-1].since, former=held[:-1]
    )
