"""政策 · `hazard policy`: what decides on a day, what changes between two editions, drafting and publishing the next."""

import json as jsons
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Any, Literal

import httpx2
from cyclopts import App, Parameter

from services.cli import policy_divisions
from services.cli.policy_calling import Refusal, answered, calling, get, post
from services.hazard.policy.content import Difference, differences, merged
from services.hazard.policy.files import Content, read, sources

app = App(
    name="policy",
    help="""政策 · Read, compare, draft and publish the policy.

时限、授权、豁免、代码表、判定条款都是政策数据，一版一版公布，自某日起施行；决定按作出当日施行的一版，判定条款按隐患发现之日。
Limits, powers, waivers, code lists and judgement clauses are data, published edition by edition. A decision is taken by
the edition in force on its day, a major hazard is judged by the clause in force on the day it was found.

hazard policy show --on 2026-03-01

hazard policy draft 改期限.toml --edition 2026.2 --basis "区安委办〔2026〕8号" --person p-41

hazard policy diff 2026.2

hazard policy publish 2026.2 --effective-from 2026-12-31 --person p-42 --role DPL
""",
)
app.command(policy_divisions.app)

OnOption = Annotated[date | None, Parameter(name="--on", help="哪一天，默认今天 · the day")]
DivisionOption = Annotated[
    str | None, Parameter(name="--division", help="12 位区划代码，加上本省授权 · with its province's profile")
]
PersonOption = Annotated[str, Parameter(name="--person", help="经办人标识 · who does it")]
BasisOption = Annotated[str, Parameter(name="--basis", help="依据：文件、文号、条款 · by which document")]
EditionOption = Annotated[str, Parameter(name="--edition", help="版次，如 2026.2 · its name")]
WholeOption = Annotated[
    bool, Parameter(name="--whole", help="文件是全文，其中没有的即删去 · the file is the whole policy")
]


@app.command
def show(
    edition: str | None = None,
    *,
    on: OnOption = None,
    division: DivisionOption = None,
    json: Annotated[bool, Parameter(help="原样输出 JSON · as it is stored")] = False,
) -> int:
    """查看政策 · Show an edition, or the one in force on a day, each number with its source beside it.

    不写版次则显示当日施行的一版；加 --division 显示该地所在省的授权。
    """

    def shown(web: httpx2.Client) -> None:
        if edition is not None:
            about = get(web, f"policies/{edition}")
        else:
            about = get(web, "policies/in-force", on=on, division=division)
        if json:
            print(jsons.dumps(about, ensure_ascii=False, indent=2))
            return
        for one in get(web, "policies", on=on)["editions"]:
            print(line_of(one, in_force=one["edition"] == about["edition"]))
        for text in lines(about["tables"]):
            print(text)

    return calling(shown)


@app.command
def diff(after: str, *, against: str | None = None, on: OnOption = None) -> int:
    """比较政策 · What an edition or a file of changes alters, key by key.

    AFTER 和 --against 可以是版次（2026.2）、日期（当日施行的一版）或 TOML 文件（在 --against 上的修改）；
    --against 默认为当日施行的一版。没有差异时返回 0，有差异也返回 0。
    """

    def compared(web: httpx2.Client) -> None:
        before = tables_of(web, against, on, {})
        found = list(differences(before, tables_of(web, after, on, before)))
        for each in found:
            print(told(each))
        print(f"共 {len(found)} 处差异 · differences" if found else "没有差异 · no difference")

    return calling(compared)


@app.command
def draft(
    file: Path,
    *,
    edition: EditionOption,
    basis: BasisOption,
    person: PersonOption,
    role: Literal["SCO", "DPL", "DPO"] = "SCO",
    whole: WholeOption = False,
) -> int:
    """拟定新版 · Draft an edition from a TOML file of what changes; it decides nothing until it is published.

    文件只写改动的项，如：[limits] 一行，general_default_days = 10 一行。拟定后可重拟；自相矛盾、写错的项、
    会使在办隐患失去依据的改动都会被拒绝。
    """

    def drafted(web: httpx2.Client) -> None:
        body = {"edition": edition, "changes": read_file(file), "whole": whole, "basis": basis}
        post(web, "policies", body)
        print(f"已拟定第 {edition} 版，请由他人公布：hazard policy publish {edition} · drafted")

    return calling(drafted, person=person, role=role)


@app.command
def publish(
    edition: str,
    *,
    effective_from: Annotated[date, Parameter(help="施行日期，晚于今天 · first day, later than today")],
    person: PersonOption,
    role: Literal["SCO", "DPL"] = "DPL",
) -> int:
    """公布 · Publish a draft that somebody else made; from a later day on decisions are taken by it.

    拟定人不得公布；施行日期须在今天以后、不早于上一版。已作的决定不受影响。
    """

    def published(web: httpx2.Client) -> None:
        read = answered(web.get(f"/api/v1/policies/{edition}"))
        body = {"effective_from": effective_from.isoformat()}
        post(web, f"policies/{edition}/publish", body, {"If-Match": read.headers["ETag"]})
        print(f"已公布第 {edition} 版，自 {effective_from.isoformat()} 起施行 · published")

    return calling(published, person=person, role=role)


def tables_of(web: httpx2.Client, named: str | None, on: date | None, base: Content) -> Content:
    """内容 · Of an edition, of the edition of a day, or of a file over a base. Raises Refusal."""
    if named is not None and named.endswith(".toml"):
        return merged(base, read_file(Path(named)))
    by_day = named is None or "-" in named
    path, day = ("policies/in-force", named or on) if by_day else (f"policies/{named}", None)
    tables: Content = get(web, path, on=day)["tables"]
    return tables


def read_file(file: Path) -> Content:
    """读取文件 · A TOML file of tables. Raises Refusal."""
    try:
        return read(file)
    except OSError as error:
        raise Refusal(f"读不到文件 {file}：{error.strerror} · cannot read the file") from None
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal(f"{file} 不是有效的 TOML：{error} · not valid TOML") from None


def line_of(edition: dict[str, Any], *, in_force: bool) -> str:
    """版次一行 · Its name, its days, its basis; the shown one with an arrow."""
    states = {"DRAFT": "草案", "PUBLISHED": "已公布", "SUPERSEDED": "已被取代"}
    days = f"{edition['effective_from']} 起" if "effective_from" in edition else ""
    days += f"，至 {edition['superseded_from']} 前" if "superseded_from" in edition else ""
    mark = "→" if in_force else " "
    return f"{mark} {edition['edition']}  {states[edition['state']]}  {days}  {edition.get('basis', '')}".rstrip()


def lines(tables: Content) -> Iterator[str]:
    """全文 · As TOML would have it, with what the shipped file says beside a key."""
    beside = sources()
    for name, table in sorted(tables.items()):
        if not isinstance(table, dict):
            yield f"{name} = {shown_value(table)}"
            continue
        yield f"\n[{name}]"
        for key, value in table.items():
            said = beside.get(f"{name}.{key}", "")
            yield f"{key} = {shown_value(value)}" + (f"  # {said}" if said else "")


def shown_value(value: object) -> str:
    """一个值 · As TOML has it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {shown_value(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(shown_value(inner) for inner in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def told(each: Difference) -> str:
    """一处差异 · What stood there and what will."""
    if each.before is None:
        return f"+ {each.path} = {shown_value(each.after)}"
    if each.after is None:
        return f"- {each.path} = {shown_value(each.before)}"
    return f"~ {each.path}：{shown_value(each.before)} → {shown_value(each.after)}"
