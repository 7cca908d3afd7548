"""政策命令 · `hazard policy` against a running web process: shown, drafted, compared, published; divisions loaded."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import uvicorn

from contracts.division_tree import MOST
from services.cli.policy_calling import Refusal
from services.cli.policy_divisions import in_order, read
from services.cli.serve import opened
from services.cli.web import web_app
from services.hazard.settings import WebSettings

Run = Callable[..., Awaitable[tuple[int | None, str]]]
TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()
SOON = str(TODAY + timedelta(days=7))
DRAFT = ("--edition", "2026.2", "--basis", "区安委办〔2026〕8号", "--person", "p-41")


async def told(environment: dict[str, str], *arguments: str) -> tuple[int | None, str]:
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli.main", "policy", *arguments),
        env=os.environ | {"PYTHONUTF8": "1", "NO_PROXY": "*", "COLUMNS": "120"} | environment,
        stdout=PIPE,
        stderr=PIPE,
    )
    out, err = await running.communicate()
    return running.returncode, (out + err).decode()


@pytest.fixture
async def run(database: str, tmp_path: Path) -> AsyncIterator[Run]:
    """The command line of an installation whose web process runs."""
    async with opened(WebSettings(postgres_dsn=database, data_dir=tmp_path)) as doors:
        config = uvicorn.Config(web_app(doors), port=0, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 — the server tells by this flag alone
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        settings = {"HAZARD_WEB_ADDRESS": f"http://127.0.0.1:{port}", "HAZARD_DATA_DIR": str(tmp_path)}
        yield lambda *arguments: told(settings, *arguments)
        server.should_exit = True
        await serving


@pytest.fixture
def changes(tmp_path: Path) -> Path:
    file = tmp_path / "改期限.toml"
    file.write_text("[limits]\ngeneral_default_days = 10\n", encoding="utf-8")
    return file


async def test_an_edition_is_drafted_compared_and_published(run: Run, changes: Path) -> None:
    before = await run("diff", str(changes))
    drafted = await run("draft", str(changes), *DRAFT)
    compared = await run("diff", "2026.2")
    alone = await run("publish", "2026.2", "--effective-from", SOON, "--person", "p-41")
    published = await run("publish", "2026.2", "--effective-from", SOON, "--person", "p-42")
    shown = await run("show", "--on", SOON)

    assert "~ limits.general_default_days：15 → 10" in before[1]
    assert (before[0], drafted[0], compared) == (0, 0, before)
    assert (alone[0], "须由他人公布" in alone[1]) == (1, True)
    assert (published[0], SOON in published[1]) == (0, True)
    assert f"→ 2026.2  已公布  {SOON} 起" in shown[1]
    assert "general_default_days = 10  # 一般隐患默认整改期限" in shown[1]


async def test_the_policy_of_a_day_and_of_a_province_is_shown(run: Run) -> None:
    default = await run("show", "--on", "2026-03-01")
    shandong = await run("show", "2026.1", "--on", "2026-03-01")
    there = await run("show", "--division", "370102001000")

    assert "town_closes_uncertified = true" in default[1]
    assert "town_closes_uncertified = true" in shandong[1]
    assert "town_closes_uncertified = false" in there[1]


async def test_what_is_refused_is_told_in_one_sentence(run: Run, changes: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "错.toml"
    wrong.write_text("[limits]\ngeneral_days = 10\n", encoding="utf-8")
    broken = tmp_path / "坏.toml"
    broken.write_text("[limits\n", encoding="utf-8")

    for file, said in (
        (wrong, "limits.general_days"),
        (broken, "不是有效的 TOML"),
        (tmp_path / "无", "读不到文件"),
    ):
        code, words = await run("draft", str(file), *DRAFT)
        assert (code, said in words) == (1, True), words
    assert (await run("publish", "2026.9", "--effective-from", SOON, "--person", "p-42"))[0] == 1


async def test_a_file_of_codes_is_loaded_once_and_shown_by_day(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "区划.csv"
    file.write_text(
        "code,name,parent,valid_from,valid_until,successor\n"
        "330111005000,旧街道,330111000000,2015-02-01,2026-06-30,330111006000\n"
        "330111006000,新街道,330111000000,2026-07-01,,\n"
        "330111000000,富阳区,,2015-02-01,,\n",
        encoding="utf-8",
    )
    load = ("divisions", "load", str(file), "--source", "国家地名信息库", "--person", "p-41")

    loaded, again = await run(*load), await run(*load)
    before = await run("divisions", "show", "330111000000", "--on", "2026-06-30")
    gone = await run("divisions", "show", "330111005000", "--on", "2026-07-01")

    assert (loaded[0], again[0]) == (0, 0)
    assert "旧街道" in before[1]
    assert "新街道" not in before[1]
    assert "现为 330111006000" in gone[1]


def test_a_line_that_is_no_code_is_named(tmp_path: Path) -> None:
    file = tmp_path / "区划.csv"
    for text, said in (
        ("code,name,parent,valid_from\n33,富阳区,,2015-02-01\n", "第 2 行有误：code"),
        ("code,name\n330111000000,富阳区\n", "表头应为"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(Refusal, match=said):
            read(file)


def test_a_long_file_is_put_in_order_from_the_top_down(tmp_path: Path) -> None:
    file = tmp_path / "区划.csv"
    villages = [f"330111005{number:03},村{number},330111005000,2015-02-01" for number in range(1, 900)]
    towns = [f"330111{number:03}000,镇{number},330111000000,2015-02-01" for number in range(1, 300)]
    head = ["code,name,parent,valid_from"]
    file.write_text(
        "\n".join([*head, *villages, *towns, "330111000000,富阳区,,2015-02-01"]), encoding="utf-8"
    )

    ordered = in_order(read(file))

    assert len(ordered) > MOST
    seen: set[str | None] = {None}
    for entry in ordered:
        assert entry.parent in seen
        seen.add(entry.code)


async def test_the_help_teaches_by_example(tmp_path: Path) -> None:
    code, words = await told({"HAZARD_DATA_DIR": str(tmp_path)}, "--help")

    assert code == 0
    assert "hazard policy show --on 2026-03-01" in words
    assert (await told({"HAZARD_DATA_DIR": str(tmp_path)}, "show"))[0] == 1
