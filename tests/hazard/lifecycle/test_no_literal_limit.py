"""没有写死的时限 · Every limit is policy data: a walk through the rules finds no number that could be one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import services.hazard.case
import services.hazard.lifecycle
import services.hazard.notice
import services.hazard.service_plan
import services.hazard.visit

FOLDERS = [
    Path(package.__file__).parent
    for package in (
        services.hazard.lifecycle,
        services.hazard.notice,
        services.hazard.service_plan,
        services.hazard.case,
        services.hazard.visit,
    )
]
COUNTERS = {0, 1}
"""Nothing yet, and the next one."""
SIZES = {"max_length", "min_length", "max_digits", "decimal_places"}
"""Keywords of pydantic: the size of what is sent, no limit of the law."""
SHOWN = {"json_schema_extra", "examples"}
"""Keywords whose values are examples for readers of the interface."""
ALLOWED: dict[str, dict[float, str]] = {
    "quarters": {12: "months of a year", 5: "Saturday, as the standard library counts weekdays"},
    "making": {100: "fen of a yuan"},
    "owing": {100: "per cent"},
}
"""By module, the numbers that are none of the law's, each with its reason."""
STEPS: dict[str, str] = {"quarters": "from one day of the calendar to the next, looking for a working day"}
"""Modules that go through the calendar day by day, each with its reason: timedelta(days=1) and no other."""
MODULES = sorted(module for folder in FOLDERS for module in folder.rglob("*.py"))
MODULES.append(Path(services.hazard.__path__[0]) / "campaign.py")


def left_aside(tree: ast.AST) -> set[int]:
    """The nodes that only show or size something: values of such keywords, and constants named as examples."""
    shown = [
        node.value
        for node in ast.walk(tree)
        if (isinstance(node, ast.keyword) and node.arg in SIZES | SHOWN)
        or (isinstance(node, ast.Assign) and all(is_example(target) for target in node.targets))
    ]
    return {id(inner) for value in shown for inner in ast.walk(value)}


def is_example(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id.startswith("EXAMPLE_")


def numbers(source: str) -> Iterator[tuple[int, float]]:
    """Every number of a module with its line, besides counters, sizes and examples."""
    tree = ast.parse(source)
    aside = left_aside(tree)
    for node in ast.walk(tree):
        is_number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
        if is_number and id(node) not in aside and node.value not in COUNTERS:
            yield node.lineno, node.value


def durations(source: str) -> Iterator[str]:
    """Every timedelta with a number in it: one day is as much of the law as seven."""
    for node in ast.walk(ast.parse(source)):
        is_call = isinstance(node, ast.Call)
        if is_call and getattr(node.func, "id", getattr(node.func, "attr", "")) == "timedelta":
            values = (*node.args, *(keyword.value for keyword in node.keywords))
            if any(isinstance(inner, ast.Constant) for value in values for inner in ast.walk(value)):
                yield ast.unparse(node)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_no_rule_holds_a_number_of_its_own(module):
    allowed = ALLOWED.get(module.stem, {})

    assert [] == [found for found in numbers(module.read_text(encoding="utf-8")) if found[1] not in allowed]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_no_rule_holds_a_length_of_time(module):
    found = set(durations(module.read_text(encoding="utf-8")))

    assert found <= ({"timedelta(days=1)"} if module.stem in STEPS else set())


LIMITS = (
    "due = today + timedelta(days=15)",
    "if days > 90: pass",
    "RUNGS = (1, 7)",
    "officers < 2",
    "x * 1.5",
)
OTHERS = ("round + 1", "version = 0", "Field(min_length=3)", "x: bool = True", "EXAMPLE_PHOTO = '0' * 64")


@pytest.mark.parametrize("source", LIMITS)
def test_the_walk_finds_what_it_looks_for(source):
    assert list(numbers(source))


@pytest.mark.parametrize("source", ["timedelta(days=1)", "datetime.timedelta(1)", "timedelta(hours=n * 24)"])
def test_the_walk_finds_a_length_of_one(source):
    assert list(durations(source))


@pytest.mark.parametrize("source", OTHERS)
def test_the_walk_leaves_counters_sizes_and_examples_alone(source):
    assert not list(numbers(source))
