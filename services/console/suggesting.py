"""建议 · Whom and what a form may name: the people and visits that the hazard's own trail and its enterprise's file speak of. PURE."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.console.fields import Kind

Json = Mapping[str, Any]  # an answer of the API


def suggestions(trail: Json | None, file: Json | None, own: str) -> dict[str, dict[str, str]]:
    """建议 · Values with their words, by kind of field and by name."""
    steps = trail["steps"] if trail else []
    people = {own: "本人"}
    for person, post in (*_of_file(file or {}), *_of_trail(steps)):
        people.setdefault(person["id"], " ".join(filter(None, (person.get("name"), post))) or person["id"])
    return {Kind.PERSON.value: people, "visit": dict(_visits(steps, file or {}))}


def _of_file(file: Json) -> Iterator[tuple[Json, str]]:
    for one in file.get("persons", ()):
        yield one["person"], str(one["post_name"])


def _of_trail(steps: Iterable[Json]) -> Iterator[tuple[Json, str]]:
    for step in steps:
        if step["actor"]:
            yield step["actor"], str(step["role_name"])


def _visits(steps: Iterable[Json], file: Json) -> Iterator[tuple[str, str]]:
    """The visit on which it was found first."""
    found = [step["data"]["visit"] for step in steps if step["data"].get("visit")]
    yield from ((visit, "发现该隐患的检查") for visit in dict.fromkeys(found[:1]))
    for visit in file.get("visits", ()):
        if visit["id"] not in found[:1] and visit["visited_on"]:  # what is only planned shows nothing yet
            yield visit["id"], f"{visit['visited_on']} {visit['visit_kind_name']}"
