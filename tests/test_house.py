"""房屋规矩 · What the house asks of every file: short functions, short modules, docstrings in two languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
CODE = sorted([*(ROOT / "contracts").rglob("*.py"), *(ROOT / "services").rglob("*.py")])
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FUNCTION = 40
LONGEST_MODULE = 400
IGNORE = re.compile(r"# (noqa|type: ignore)")
REASON = re.compile(r"# (noqa: [A-Z0-9, ]+|type: ignore\[[a-z, -]+\]) +\S+")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_function_is_longer_than_forty_lines():
    long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in (*CODE, *TESTS)
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    }

    assert set() == long


def test_no_module_is_longer_than_four_hundred_lines():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (*CODE, *TESTS)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }

    assert {} == long


def test_every_module_says_what_it_is_in_both_languages():
    silent = {
        str(path.relative_to(ROOT))
        for path in CODE
        if path.read_text(encoding="utf-8").strip()
        and " · " not in (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    }

    assert set() == silent


def test_every_ignore_has_its_reason_beside_it():
    bare = {
        f"{path.relative_to(ROOT)}:{number}"
        for path in CODE
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if IGNORE.search(line) and not REASON.search(line)
    }

    assert set() == bare
