"""随附政策文件 · The policy data that the package ships: readable files with the source of each number beside it.

On an empty log they are in force without an event: whoever has the package has their content. A version that is
published is an event with its whole content (services.hazard.policy.publishing).
"""

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

HERE = Path(__file__).parent
CURRENT = "2026.1"
LISTS = ("clauses", "categories")
OF_AN_EDITION = (
    "version",
    "effective_from",
)  # what an edition is called and from when on; not part of its content

Content = dict[
    str, Any
]  # Any: tables of JSON values; services.hazard.policy.Policy is what they are validated as


def shipped(version: str = CURRENT) -> Content:
    """随附政策 · All tables of a version: limits and powers, the dated lists, the provinces' profiles."""
    tables = read(HERE / f"{version}.toml")
    lists = {name: read(HERE / f"{name}.toml") for name in LISTS}
    provinces = {file.name[:2]: read(file) for file in sorted((HERE / "provinces").glob("*.toml"))}
    return tables | lists | {"provinces": provinces}


@lru_cache
def shipped_content(version: str = CURRENT) -> Content:
    """随附内容 · The same without name and date, as an edition's content is."""
    return {name: table for name, table in shipped(version).items() if name not in OF_AN_EDITION}


def read(file: Path) -> Content:
    """读取文件 · A TOML file as JSON has it: dates become text."""
    return cast("Content", plain(tomllib.loads(file.read_text(encoding="utf-8"))))


def plain(value: object) -> object:
    """转为 JSON · The same value as JSON has it, in one form: dates as text, sets in order."""
    if isinstance(value, dict):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, frozenset):
        return sorted(str(inner) for inner in value)
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, str):
        return str(value)  # of a code its value
    return value.isoformat() if isinstance(value, date) else value


def sources(version: str = CURRENT) -> dict[str, str]:
    """出处 · What the shipped file says beside each key of a table: what it is, and where its value comes from."""
    beside: dict[str, str] = {}
    table = ""
    for line in (HERE / f"{version}.toml").read_text(encoding="utf-8").splitlines():
        value, _, comment = line.partition("#")
        name = value.partition("=")[0].strip()
        if name.startswith("["):
            table = name.strip("[]")
        elif comment and name:
            beside[f"{table}.{name}" if table else name] = comment.strip()
    return beside
