"""区划 · `hazard policy divisions`: loads a file of division codes and shows the tree of a day."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import httpx2
from cyclopts import App, Parameter
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from contracts.division_tree import MOST, DivisionEntry
from services.cli.policy_calling import Refusal, calling, get, post

COLUMNS = ("code", "name", "parent", "valid_from", "valid_until", "successor")
UNCHANGED = "tree-unchanged"

app = App(name="divisions", help="区划 · Load and show the dated tree of divisions")


@app.command
def load(
    file: Path,
    *,
    source: Annotated[str, Parameter(help="来源：发布机关和日期 · who published it, and when")],
    person: Annotated[str, Parameter(help="经办人标识 · who does it")],
) -> int:
    """导入区划代码 · Load a CSV file of division codes; loading it again changes nothing.

    列：code（12 位）、name、parent（上级代码，可空）、valid_from、valid_until（可空）、successor（撤并后的代码，可空）。
    代码不删除：撤并、划转时写明最后有效日 valid_until，新代码从次日起。顺序不限。多于 1000 条的分批导入，
    撤并须与其下级写在同一批。

    hazard policy divisions load 区划.csv --source "国家地名信息库，2026-06-01" --person p-41
    """

    def loaded(web: httpx2.Client) -> None:
        entries = in_order(read(file))
        for done, batch in batches(entries):
            body = {"source": source, "entries": batch}
            try:
                post(web, "divisions", body)
            except Refusal as refused:
                if refused.code != UNCHANGED:
                    raise Refusal(f"已导入前 {done} 条，其余未导入：{refused}") from None
        print(f"已导入 {len(entries)} 条区划 · loaded")

    return calling(loaded, person=person)


@app.command
def show(
    code: str | None = None,
    *,
    on: Annotated[date | None, Parameter(help="哪一天，默认今天 · the day")] = None,
) -> int:
    """查看区划 · What stands directly under a code on a day, with what the code itself stands for."""

    def shown(web: httpx2.Client) -> None:
        if code is not None:
            about = get(web, f"divisions/{code}", on=on)
            print(" < ".join(f"{one['code']} {one['name']}" for one in about["path"]) or f"{code} 当日无效")
            if about["now"] != code:
                print(f"现为 {about['now']}")
        for one in get(web, "divisions", on=on, parent=code)["divisions"]:
            until = f"，至 {one['valid_until']}" if "valid_until" in one else ""
            print(f"  {one['code']}  {one['name']}（{one['valid_from']} 起{until}）")

    return calling(shown)


def read(file: Path) -> list[DivisionEntry]:
    """读取文件 · Every line an entry. Raises Refusal with the line and the column."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"读不到文件 {file}：{error} · cannot read the file") from None
    rows = csv.DictReader(text.splitlines())
    unknown = set(rows.fieldnames or ()) ^ set(COLUMNS)
    if unknown - {"valid_until", "successor"}:
        raise Refusal(f"表头应为 {'、'.join(COLUMNS)}；多出或缺少：{'、'.join(sorted(unknown))}")
    return [entry(row, line) for line, row in enumerate(rows, start=2)]


def entry(row: dict[str, str | None], line: int) -> DivisionEntry:
    """一行 · Empty cells left out. Raises Refusal."""
    try:
        return DivisionEntry.model_validate({name: value.strip() for name, value in row.items() if value})
    except ValidationError as error:
        wrong = "、".join(str(each["loc"][0]) for each in error.errors())
        raise Refusal(f"第 {line} 行有误：{wrong}") from None


def in_order(entries: list[DivisionEntry]) -> list[DivisionEntry]:
    """排序 · From the top down, so that a parent is there before what stands under it."""
    parents = {one.code: one.parent for one in entries}

    def depth(one: DivisionEntry) -> int:
        above, seen = one.parent, {one.code}
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        return len(seen)

    return sorted(entries, key=lambda one: (depth(one), one.code, one.valid_from))


def batches(entries: list[DivisionEntry]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """分批 · With how many went before; a bar where there is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("导入区划"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("导入区划", total=len(entries))
        for first in range(0, len(entries), MOST):
            batch = entries[first : first + MOST]
            yield first, [one.model_dump(mode="json", exclude_none=True) for one in batch]
            bar.advance(task, len(batch))
