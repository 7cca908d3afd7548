"""审计命令 · `hazard audit export` and `hazard audit verify` as an operator runs them: processes of their own."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from given.proved import ANOTHER_KEY, KEY, PINNED, SIGNED_AT, a_signed_log, append_many, unpacked
from given.street import NAMES, Life
from given.tampering import retell
from services import erasing, people
from services.hazard.proofs.signing import LogKey
from services.hazard.proofs.verify import verify


@dataclass(frozen=True)
class Desk:
    """An operator's desk: a signed log with names, its key and witness, a folder to work in."""

    database: str
    folder: Path
    life: Life

    async def run(self, *arguments: str, key: LogKey = KEY, **more: str) -> tuple[int | None, str, str]:
        pem = key._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / "log.pem").write_bytes(pem)
        environment = {
            "HAZARD_POSTGRES_DSN": self.database,
            "HAZARD_DATA_DIR": str(self.folder / "data"),
            "HAZARD_LOG_KEY": str(self.folder / "log.pem"),
            "HAZARD_WITNESS_DIR": str(self.folder / "witness"),
            "PYTHONUTF8": "1",
        }
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.cli.main", "audit", *arguments),
            env=os.environ | environment | more,
            stdout=PIPE,
            stderr=PIPE,
        )
        out, err = await running.communicate()
        return running.returncode, out.decode(), err.decode()


@pytest.fixture
async def desk(database: str, tmp_path: Path) -> AsyncIterator[Desk]:
    life = await a_signed_log(database, tmp_path / "witness")
    async with erasing.opened(database, tmp_path / "data", size=1) as opened:
        for person, name in NAMES.items():
            await people.add(opened, name=name, person=person, at=SIGNED_AT)
    return Desk(database, tmp_path, life)


def readings(database: str) -> set[tuple[str, str]]:
    with psycopg.connect(database) as connection:
        return set(connection.execute("select reader, why from people.readings").fetchall())


async def test_a_trail_is_exported_by_its_number_with_names_and_the_reading_is_written_down(
    desk: Desk,
) -> None:
    file = desk.folder / "trail.zip"
    status, said, _ = await desk.run("export", desk.life.number, "-o", str(file), "--reader", "p-50")

    assert (0, True) == (status, "30 条事件" in said and PINNED in said and str(file) in said)
    assert (0, []) == (verify(file, PINNED, desk.folder / "witness")[0], verify(file, PINNED)[1].findings)
    assert "李四" in unpacked(file.read_bytes())["trail.html"].decode()
    assert {("p-50", "hazard.audit-export")} == readings(desk.database)
    assert [file.name] == [path.name for path in desk.folder.iterdir() if "trail" in path.name]


async def test_a_trail_without_names_reads_none(desk: Desk) -> None:
    file = desk.folder / "trail.zip"
    status, _, _ = await desk.run("export", str(desk.life.id), "-o", str(file), "--no-names")
    shown = unpacked(file.read_bytes())["trail.html"].decode()

    assert (0, set()) == (status, readings(desk.database))
    assert not [name for name in NAMES.values() if name in shown]


async def test_a_file_that_is_there_is_overwritten_only_by_force(desk: Desk) -> None:
    file = desk.folder / "trail.zip"
    file.write_text("precious")
    refused = await desk.run("export", desk.life.number, "-o", str(file))
    kept = file.read_text()
    forced = await desk.run("export", desk.life.number, "-o", str(file), "--force")

    assert (1, "precious", 0) == (refused[0], kept, forced[0])
    assert "--force" in refused[2]
    assert 0 == verify(file, PINNED)[0]


@pytest.mark.parametrize("wanted", ["HZ-330111-2026-999999", "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10", "什么"])
async def test_an_unknown_hazard_is_refused_in_chinese_and_leaves_no_file(desk: Desk, wanted: str) -> None:
    status, _, said = await desk.run("export", wanted, "-o", str(desk.folder / "trail.zip"))

    assert (1, f"没有这条隐患：{wanted}。请给出隐患编号（HZ-…）或系统标识\n") == (status, said)
    assert not (desk.folder / "trail.zip").exists()


async def test_another_key_than_the_checkpoints_signs_no_manifest(desk: Desk) -> None:
    status, _, said = await desk.run(
        "export", desk.life.number, "-o", str(desk.folder / "t.zip"), key=ANOTHER_KEY
    )

    assert (1, True) == (status, "检查点由另一把密钥签发" in said)


async def test_photographs_come_along_when_asked_for(desk: Desk) -> None:
    """The story's digests are of no picture: those are told, and the archive is whole without them."""
    status, said, _ = await desk.run(
        "export", desk.life.number, "-o", str(desk.folder / "trail.zip"), "--photos"
    )

    assert (0, True) == (status, "有 2 张照片在附件库中找不到" in said)
    assert 0 == verify(desk.folder / "trail.zip", PINNED)[0]


async def test_an_intact_log_is_told_with_what_was_not_looked_at(desk: Desk) -> None:
    status, said, _ = await desk.run("verify", "--no-stream")

    assert 0 == status, said
    for words in ("2 个检查点、2 个见证", "STREAM_SKIPPED", "结论：未发现不符"):
        assert words in said


async def test_tampering_is_told_with_the_first_position(desk: Desk) -> None:
    await append_many(desk.database, 1)
    with psycopg.connect(desk.database, autocommit=True) as superuser:
        [position] = superuser.execute("select max(position) from log.events").fetchone() or [0]
        retell(superuser, position)
    status, said, _ = await desk.run("verify", "--no-stream", "--json")
    told = json.loads(said)

    assert (1, position, {"LEAF_OTHER": 1}) == (status, told["first"], told["counts"])
    assert "AFTER_WITNESS" in [limit["code"] for limit in told["limits"]]


async def test_servers_that_are_away_are_told(desk: Desk) -> None:
    away = {"HAZARD_POSTGRES_DSN": "postgresql://hazard@127.0.0.1:1/hazard"}
    told = [await desk.run(*words, **away) for words in (("export", "x"), ("verify", "--no-stream"))]

    assert [1, 2] == [status for status, _, _ in told]
    assert all("数据库没有应答" in said and "Traceback" not in said for _, _, said in told)
