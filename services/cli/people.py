"""人员 · `hazard people erase`: what the law lets a person ask for, done for good."""

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from cyclopts import App, Parameter

from services import logs, people, texts
from services.cli import state
from services.erasing import Erased, erase, opened
from services.keys import PeopleSettings, UnfitKeys
from services.people import People
from services.personal_numbers import personal_data_in
from services.servers.places import Places

PLACE = ZoneInfo("Asia/Shanghai")
REFUSED, AWAY = 2, 1
NOTHING = "未删除 · nothing was erased"

app = App(name="people", help="人员 · Look after the people on file")

PersonArgument = Annotated[str, Parameter(help="人员标识 · the person's id, e.g. p-0192…")]
TextArgument = Annotated[
    UUID, Parameter(help="文字标识 · the id of the words, as report.id of the event says")
]
ReasonOption = Annotated[str, Parameter(help="理由，不写姓名、号码 · why; no name and no number in it")]
YesOption = Annotated[bool, Parameter(help="不再询问 · do not ask again", negative="")]
ByOption = Annotated[str | None, Parameter(help="办理人，默认为当前系统用户 · who erases")]


class EraseSettings(PeopleSettings):
    """删除设置 · The people's keys, and the database unless `hazard up` has written down its own."""

    postgres_dsn: str | None = None


class Unwilling(Exception):
    """不予办理 · Why nothing was done, in a sentence."""


@app.command(name="erase")
def erase_person(
    person: PersonArgument, *, reason: ReasonOption, yes: YesOption = False, by: ByOption = None
) -> int:
    """删除人员信息，不可恢复 · Erase a person's name, phone and address for good.

    销毁该人的密钥，连同载有其姓名的导入台账原件；此后各处显示「已删除」，事件与统计不变。恢复任何备份后，启动时会再次删除。
    Destroys the person's key and the imported workbooks that name the person; 已删除 stands wherever the person was
    named, events and tallies stay. Whatever backup is restored, the next start erases again.

    hazard people erase p-0192… --reason "本人申请删除"
    """
    by = by or getpass.getuser()

    async def erased(door: People, at: datetime) -> Erased:
        known = await people.names(door, [person], reader=f"operator/{by}", why="people.erase")
        name = known.get(person, "（姓名无法读取）")
        _check_reason(reason, name)
        if not yes and name != people.ERASED:
            _, organisation = await people.place_of(door, person)
            if not await _agreed(person, f"{name}（{organisation or '未记单位'}）"):
                raise Unwilling(NOTHING)
        return await erase(door, person, reason=reason, by=by, at=at)

    return _run(erased)


@app.command
def erase_text(
    text: TextArgument, *, reason: ReasonOption, yes: YesOption = False, by: ByOption = None
) -> int:
    """删除一段举报原文，不可恢复 · Erase one report's own words for good.

    标识见事件的 report.id；此后各处显示「已删除」，事件中的加盐承诺不变。
    The id stands in the event as report.id; 已删除 stands wherever the words were shown, the event keeps its commitment.
    """

    async def erased(door: People, at: datetime) -> Erased:
        _check_reason(reason)
        if not yes and not await _agreed(str(text), "举报原文一段"):
            raise Unwilling(NOTHING)
        return await texts.erase(door, text, reason=reason, by=by or getpass.getuser(), at=at)

    return _run(erased)


def _run(erased: Callable[[People, datetime], Awaitable[Erased]]) -> int:
    logs.configure()
    try:
        asyncio.run(_with_door(EraseSettings(), erased))
    except (UnfitKeys, Unwilling, people.PersonUnknown, texts.TextUnknown) as refused:
        print(str(refused), file=sys.stderr)
        return REFUSED
    except psycopg.OperationalError as error:
        print(f"数据库没有应答：{error}", file=sys.stderr)
        return AWAY
    return 0


async def _with_door(
    settings: EraseSettings, erased: Callable[[People, datetime], Awaitable[Erased]]
) -> None:
    async with opened(_dsn(settings), settings.data_dir, settings.master, size=1) as door:
        _tell(await erased(door, datetime.now(UTC)))


async def _agreed(of: str, what: str) -> bool:
    print(f"将删除 {of}：{what}。删除后任何备份都不能恢复。")
    answer = await asyncio.to_thread(input, f"请输入该标识以确认 · type {of} to go on: ")
    return answer.strip() == of


def _check_reason(reason: str, name: str | None = None) -> None:
    kind = personal_data_in(reason)
    if kind or (name and name in reason) or not reason.strip():
        raise Unwilling(
            f"理由会长期保存，须填写，且不得写{kind or '姓名'} · the reason must not tell who it is"
        )


def _tell(done: Erased) -> None:
    erasure = done.erasure
    at = erasure.at.astimezone(PLACE).strftime("%Y年%-m月%-d日 %H:%M")
    if done.before:
        print(f"{erasure.id} 已于 {at} 由 {erasure.by} 删除，理由：{erasure.reason} · erased already")
        return
    print(f"已删除 {erasure.id} · erased")
    if done.ledgers:
        print(
            f"一并销毁载有其姓名的导入台账原件 {done.ledgers} 份 · with the imported workbooks that named the person"
        )


def _dsn(settings: EraseSettings) -> str:
    if settings.postgres_dsn:
        return settings.postgres_dsn
    known = state.read(Places(settings.data_dir.resolve()))
    if known is None or not known.dsn:
        raise Unwilling(
            f"系统未启动，请先运行 hazard up，或设 HAZARD_POSTGRES_DSN（数据目录 {settings.data_dir}）"
        )
    return known.dsn
