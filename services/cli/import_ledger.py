"""导入台账 · `hazard import`: hands a workbook to the running system and shows its progress."""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import httpx2
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from contracts.values import Role
from services.cli.calling import CallingSettings, NotRunning, client, token_of

POLL = 0.3
PATIENCE = 300.0  # seconds without any answer until we stop asking
AWAY = frozenset({502, 503, 504})  # of the web process, or of whatever stands before it
NAMES = {
    "added": "新增",
    "advanced": "推进",
    "unchanged": "无变化",
    "visited": "仅记录检查",
    "refused": "未导入",
}


def import_ledger(
    ledger: Path,
    *,
    dry_run: bool = False,
    role: Literal["TWN", "TWO", "DPO"] = "TWO",
    person: str = "p-importer",
    division: str | None = None,
    organisation: str = "org-town",
    out: Path | None = None,
) -> int:
    """导入台账（xlsx）· Import an Excel ledger: one row a hazard, Chinese headings in any order.

    重复导入不会重复登记；补填的列只办理新的步骤。系统须已启动。例：hazard import 台账.xlsx --dry-run --out 结论.xlsx

    Parameters
    ----------
    ledger
        台账文件 · The workbook.
    dry_run
        只预演，不写入 · Try every row and store nothing.
    role
        导入人身份（TWN、TWO、DPO）· In which role it is entered.
    person
        导入人标识 · Who enters it.
    division
        所属镇街（12 位）· The town the ledger is filed under; HAZARD_TOWN, else 330111005000.
    organisation
        所属机构 · The importer's organisation.
    out
        结论另存为 · Where to write the workbook with a verdict for each row.
    """
    if not ledger.is_file():
        print(f"找不到台账文件：{ledger} · there is no such file", file=sys.stderr)
        return 2
    importer = partial(token_of, person=person, role=Role(role), division=division, organisation=organisation)
    return hand_in(ledger, importer, dry_run=dry_run, out=out)


def hand_in(ledger: Path, importer: Callable[..., dict[str, str]], *, dry_run: bool, out: Path | None) -> int:
    """交入 · To the running system; says so when there is none."""
    settings = CallingSettings()
    try:
        with client(settings) as web:
            web.headers.update(importer(settings))
            return follow(web, ledger, dry_run=dry_run, out=out)
    except (NotRunning, StillAway, Refused) as error:
        print(error, file=sys.stderr)
        return 1
    except httpx2.TransportError as error:
        print(f"系统没有答复：{error} · the system does not answer", file=sys.stderr)
        return 1


def follow(web: httpx2.Client, ledger: Path, *, dry_run: bool, out: Path | None) -> int:
    """跟进 · Hands in, shows the bar until all rows have a verdict, sums up."""
    console = Console(stderr=False)
    content = ledger.read_bytes()
    answer = web.post(
        "/api/v1/imports",
        params={"dry_run": dry_run},
        files={"file": (ledger.name, content)},
        headers={"Idempotency-Key": str(uuid4())},
    )
    if answer.status_code != httpx2.codes.ACCEPTED:
        raise Refused(answer)
    about = watch(web, answer.json(), console)
    summary(about, console)
    if about["state"] == "failed":
        return 1
    if out is not None:
        out.write_bytes(patiently(web, f"/api/v1/imports/{about['id']}/workbook", console).content)
        console.print(f"结论已写入 {out}")
    return 0


class Refused(Exception):
    """被拒绝 · An answer that is no success; its words are the problem's."""

    def __init__(self, answer: httpx2.Response) -> None:
        super().__init__(refusal(answer))


class StillAway(Exception):
    """久无答复 · The system has not answered for a long while; what it was handed it goes on with by itself."""

    def __init__(self) -> None:
        super().__init__(
            f"系统已超过 {PATIENCE / 60:.0f} 分钟没有答复。已交入的台账在系统恢复后继续办理；"
            "届时可再次导入同一份台账查看结果，不会重复登记 · the system does not answer; the import goes on when it is back"
        )


def patiently(web: httpx2.Client, path: str, console: Console) -> httpx2.Response:
    """耐心读取 · Asks again while the system is away, which is told once.

    Raises StillAway after PATIENCE seconds without an answer, Refused for one that is no success.
    """
    deadline = time.monotonic() + PATIENCE
    told = False
    while (answer := answered(web, path)) is None:
        if time.monotonic() > deadline:
            raise StillAway
        if not told:
            console.print("系统暂时没有答复，继续等待 · the system does not answer for now, waiting")
            told = True
        time.sleep(POLL)
    if not answer.is_success:
        raise Refused(answer)
    return answer


def answered(web: httpx2.Client, path: str) -> httpx2.Response | None:
    """答复 · None while web or its database is away."""
    try:
        answer = web.get(path)
    except httpx2.TransportError:
        return None
    return None if answer.status_code in AWAY else answer


def refusal(answer: httpx2.Response) -> str:
    """拒绝 · The sentence of a problem, or the plain status."""
    try:
        body = answer.json()
    except ValueError:
        return f"导入失败：HTTP {answer.status_code}"
    return f"导入失败：{body.get('title')}。{body.get('detail')}"


# Any: members of a JSON answer.
def watch(web: httpx2.Client, about: dict[str, Any], console: Console) -> dict[str, Any]:
    """进度条 · Until the import has ended."""
    columns = (TextColumn("导入"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("导入", total=about["total"])
        while about["state"] not in {"finished", "failed"}:
            bar.update(task, completed=about["done"])
            time.sleep(POLL)
            about = patiently(web, f"/api/v1/imports/{about['id']}", console).json()
        bar.update(task, completed=about["done"])
    return about


def summary(about: dict[str, Any], console: Console) -> None:
    """小结 · How many rows came to what, why it failed if it did, and the rows that were refused."""
    counts = "，".join(
        f"{name} {about['counts'][code]}" for code, name in NAMES.items() if code in about["counts"]
    )
    rows = f"共 {about['total']} 行" + (f"，{counts}" if counts else "")
    if about["state"] == "failed":
        print(f"导入失败：{about['failure']}（{rows}）", file=sys.stderr)
    else:
        console.print(f"{'预演' if about['dry_run'] else '导入'}完成：{rows}")
    for note in about.get("notes", []):
        console.print(f"提示：{note}")
    if not about.get("refused"):
        return
    table = Table("行号", "原因", title="未导入的行")
    for row in about["refused"][:20]:
        table.add_row(str(row["line"]), row["reason"])
    console.print(table)
