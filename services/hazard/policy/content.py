"""政策内容 · An edition's content: changed table by table, read as a policy, within a province, compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import orjson
from pydantic import ValidationError

from services.hazard.policy import Policy
from services.hazard.policy.files import OF_AN_EDITION, Content, plain, shipped_content
from services.hazard.refused import Refused
from services.wrong_fields import sentence

PROVINCE = slice(0, 2)  # of a division code
LISTED = frozenset({"clauses", "categories", "floors", "provinces"})


class NotAPolicy(Refused):
    """政策内容有误 · A key nobody knows, a key that is missing, or a value of another kind."""


def packed(content: Content) -> str:
    """规范文本 · One text for one content."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()


def unpacked(text: str) -> Content:
    """内容 · The tables of a packed content."""
    content: Content = orjson.loads(text)
    return content


def merged(base: Mapping[str, object], changes: Mapping[str, object]) -> Content:
    """修改 · The base with what the changes name; null takes a key away (RFC 7396)."""
    after = dict(base)
    for name, value in changes.items():
        if value is None:
            after.pop(name, None)
            continue
        before = after.get(name)
        inner = before if isinstance(before, dict) else {}
        after[name] = merged(inner, value) if isinstance(value, dict) else value
    return after


def read_content(content: Content, edition: str, effective_from: date) -> Policy:
    """读作政策 · Strictly. Raises NotAPolicy with every key that is wrong."""
    named = [name for name in OF_AN_EDITION if name in content]
    if named:
        raise NotAPolicy(f"版次和施行日期不写在内容里：{'、'.join(named)}")
    try:
        return Policy.model_validate({**content, "version": edition, "effective_from": effective_from})
    except ValidationError as error:
        wrong = (
            f"{'.'.join(str(part) for part in each['loc'])}：{sentence(each)}" for each in error.errors()
        )
        raise NotAPolicy("；".join(wrong)) from None


def completed(content: Content) -> Content:
    """补全 · A stored content as today's software reads it: what came later is as shipped, what is gone is left out.

    What an edition lists itself (clauses, codes, floors) stays as it was published.
    """
    today = shipped_content()
    tables: Content = {
        name: content.get(name, table) if name in LISTED else _known(table, content.get(name))
        for name, table in today.items()
    }
    provinces = {code: _profile(profile, today) for code, profile in tables["provinces"].items()}
    return tables | {"provinces": provinces}


def _known(shipped: object, stored: object) -> object:
    """A table with the keys of today: the stored values of those that it has."""
    if isinstance(shipped, dict) and isinstance(stored, dict):
        return shipped | {name: value for name, value in stored.items() if name in shipped}
    return shipped if stored is None else stored


def _profile(profile: Content, today: Content) -> Content:
    return {
        name: {key: value for key, value in table.items() if key in today[name]} if name in today else table
        for name, table in profile.items()
    }


class Profiled:
    """各省政策 · One policy as it stands in each province: the default, with the province's profile over it."""

    def __init__(self, policy: Policy) -> None:
        """装配 · Each province is worked out when it is first asked for."""
        self.policy = policy
        self._of: dict[str, Policy] = {}

    def within(self, division: str) -> Policy:
        """当地政策 · The policy of a division."""
        province = division[PROVINCE]
        profile = self.policy.provinces.get(province)
        if profile is None:
            return self.policy
        known = self._of.get(province)
        if known is None:
            over = profile.model_dump(exclude={"name"})
            base = self.policy.model_dump(by_alias=True)
            known = self._of[province] = Policy.model_validate(merged(base, over))
        return known


@lru_cache(maxsize=64)  # editions in force; a packed content's hash is computed once
def profiled(content: str, edition: str, effective_from: date) -> Profiled:
    """已公布政策 · The policy of a stored edition, in each province."""
    return Profiled(read_content(completed(unpacked(content)), edition, effective_from))


@dataclass(frozen=True, slots=True)
class Difference:
    """差异 · One key that two contents do not have alike; None where it is not there."""

    path: str
    before: object
    after: object


def differences(before: object, after: object, path: str = "") -> Iterator[Difference]:
    """比较 · Key by key, in the order of the names."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            inner = f"{path}.{name}" if path else name
            yield from differences(before.get(name), after.get(name), inner)
    elif plain(before) != plain(after):
        yield Difference(path, before, after)
