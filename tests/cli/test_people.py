"""删除命令 · `hazard people erase` asks, refuses and tells like an office."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from services import erasing, people, texts

NOW = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)


@pytest.fixture
async def settings(database: str, tmp_path: Path) -> dict[str, str]:
    """An installation that knows 张三."""
    async with erasing.opened(database, tmp_path) as door:
        await people.add(door, name="张三", organisation="org-town", person="p-1", at=NOW)
    return {"HAZARD_POSTGRES_DSN": database, "HAZARD_DATA_DIR": str(tmp_path)}


async def erase(
    settings: dict[str, str], *arguments: str, typed: str = "", person: str = "p-1", command: str = "erase"
) -> tuple[int | None, str]:
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli.main", "people", command, person, *arguments),
        env=os.environ | {"PYTHONUTF8": "1"} | settings,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    out, err = await running.communicate(typed.encode())
    said = [line for line in (out + err).decode().splitlines() if not line.startswith("{")]
    return running.returncode, "\n".join(said)


async def name_of(settings: dict[str, str]) -> str:
    async with erasing.opened(settings["HAZARD_POSTGRES_DSN"], Path(settings["HAZARD_DATA_DIR"])) as door:
        return (await people.names(door, ["p-1"], reader="p-9", why="test"))["p-1"]


async def test_it_erases_and_the_second_time_says_when_and_by_whom(settings: dict[str, str]) -> None:
    first = await erase(settings, "--reason", "本人申请", "--by", "operator", "--yes")
    again = await erase(settings, "--reason", "再次", "--yes")

    assert first == (0, "已删除 p-1 · erased")
    assert again[0] == 0
    assert "由 operator 删除，理由：本人申请" in again[1]
    assert await name_of(settings) == "已删除"


async def test_it_asks_first_and_takes_only_the_id_for_a_yes(settings: dict[str, str]) -> None:
    unsure = await erase(settings, "--reason", "本人申请", typed="y\n")
    before = await name_of(settings)
    sure = await erase(settings, "--reason", "本人申请", typed="p-1\n")

    assert "张三（org-town）" in unsure[1]
    assert (unsure[0], before, sure[0]) == (2, "张三", 0)
    assert await name_of(settings) == "已删除"


async def test_nobody_is_refused_by_name(settings: dict[str, str]) -> None:
    assert await erase(settings, "--reason", "申请", "--yes", person="p-404") == (
        2,
        "没有编号为 p-404 的人员",
    )


@pytest.mark.parametrize("reason", ["张三申请删除", "请致电13812345678", " "])
async def test_a_reason_that_tells_who_it_is_is_refused(settings: dict[str, str], reason: str) -> None:
    status, said = await erase(settings, "--reason", reason, "--yes")

    assert (status, "理由会长期保存" in said) == (2, True)
    assert await name_of(settings) == "张三"


async def test_foreign_keys_are_refused_with_a_sentence(settings: dict[str, str], tmp_path: Path) -> None:
    elsewhere = settings | {"HAZARD_DATA_DIR": str(tmp_path / "other")}
    status, said = await erase(elsewhere, "--reason", "申请", "--yes")

    assert (status, "另一钥匙库" in said) == (2, True)


async def test_one_report_s_words_are_erased_by_their_id(settings: dict[str, str]) -> None:
    text = UUID(int=7)
    async with erasing.opened(settings["HAZARD_POSTGRES_DSN"], Path(settings["HAZARD_DATA_DIR"])) as door:
        await texts.put(door, text, "原话", author="p-2", at=NOW)
    words = {"command": "erase-text", "person": str(text)}
    done = await erase(settings, "--reason", "本人申请", typed=f"{text}\n", **words)
    again = await erase(settings, "--reason", "本人申请", "--yes", **words)
    unknown = await erase(
        settings, "--reason", "本人申请", "--yes", command="erase-text", person=str(UUID(int=8))
    )

    assert (done[0], again[0], unknown[0]) == (0, 0, 2)
    assert f"已删除 text/{text}" in done[1]
    assert "erased already" in again[1]
    assert "没有编号为" in unknown[1]
