"""导出履历 · What the archive holds, that it verifies with nothing but Python, and that it is the same each time."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from uuid import uuid4

import pytest

from given.proved import KEY, PINNED, a_signed_log, append, export, unpacked, writing
from given.street import Street
from services.hazard.proofs.exporting import NotCovered, find, trail_of
from services.hazard.proofs.verify import verify

PICTURE = b"\x89PNG a picture"


async def told(*arguments: str, at: Path) -> tuple[int | None, str]:
    """verify.py as somebody runs it who has nothing of ours: isolated, in another folder."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", *arguments), cwd=at, stdout=PIPE, env={"PYTHONUTF8": "1"}
    )
    out, _ = await running.communicate()
    return running.returncode, out.decode()


async def test_a_life_of_thirty_events_verifies_from_the_archive_and_from_its_folder(
    database: str, tmp_path: Path
) -> None:
    life = await a_signed_log(database, tmp_path / "witness")
    whole = await export(database, life.id)
    (tmp_path / "trail.zip").write_bytes(whole)
    for name, body in unpacked(whole).items():
        file = tmp_path / "unpacked" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    given = ("--key", PINNED, "--witness", str(tmp_path / "witness"), "--json")
    packed = await told("unpacked/verify.py", "trail.zip", *given, at=tmp_path)
    folder = await told("verify.py", *given, at=tmp_path / "unpacked")

    assert packed == folder
    assert 0 == packed[0], packed[1]
    said = json.loads(packed[1])
    assert (30, life.number, 2) == (said["count"], said["number"], said["heads_compared"])
    assert ([], ["PHOTOS_NOT_INCLUDED", "COMPLETE_AS_STATED", "LATER_EVENTS", "NOT_THE_TRUTH"]) == (
        said["findings"],
        [code for code, _ in said["limits"]],
    )


async def test_the_same_events_checkpoint_and_names_give_the_same_bytes(database: str) -> None:
    life = await a_signed_log(database)

    assert await export(database, life.id) == await export(database, life.id)


async def test_the_events_are_the_stored_bytes(database: str) -> None:
    life = await a_signed_log(database)
    files = unpacked(await export(database, life.id))
    async with writing(database) as connection:
        rows = await (
            await connection.execute(
                "select body from log.events where stream = %s order by version", (life.id,)
            )
        ).fetchall()

    assert [bytes(body) for (body,) in rows] == [files[f"events/{n:06}.json"] for n in range(1, 31)]


async def test_a_hazard_is_found_by_its_number_and_by_its_id(database: str) -> None:
    life = await a_signed_log(database)
    async with writing(database) as connection:
        found = [
            await find(connection, wanted)
            for wanted in (life.number, str(life.id), "HZ-330111-2026-999999", "x")
        ]

    assert [life.id, life.id, None, None] == found


async def test_an_unknown_hazard_has_no_trail_and_neither_has_an_enterprise(database: str) -> None:
    life = await a_signed_log(database)
    async with writing(database) as connection:
        trails = [
            await trail_of(connection, uuid4()),
            await trail_of(connection, type(uuid4())(life.firm.id)),
        ]

    assert [None, None] == trails


async def test_a_hazard_waits_for_a_checkpoint_that_covers_its_last_event(database: str) -> None:
    street = Street()
    life = street.enterprise().hazard().found("2026-06-03")
    await append(database, street)
    async with writing(database) as connection:
        with pytest.raises(NotCovered):
            await trail_of(connection, life.id)


async def test_a_photograph_in_the_archive_is_held_against_its_digest(database: str, tmp_path: Path) -> None:
    life = await a_signed_log(database)
    async with writing(database) as connection:
        trail = await trail_of(connection, life.id)
    assert trail is not None
    (tmp_path / "trail.zip").write_bytes(
        await export(database, life.id, KEY, {"sha256:" + "a" * 64: (".png", PICTURE)})
    )
    status, report = verify(tmp_path / "trail.zip", PINNED)

    # The story's digests are of no picture at all.
    assert (1, [("PHOTO_CHANGED", f"photos/{'a' * 64}.png")]) == (status, report.findings)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_of_ours_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "trail.zip").write_bytes(content)

    assert 2 == verify(tmp_path / "trail.zip")[0]


def test_what_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    assert [2, 2] == [verify(tmp_path / "nothing.zip")[0], verify(tmp_path)[0]]
