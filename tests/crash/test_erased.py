"""删除之后 · Whoever was erased stays erased, whatever backup is restored, and whatever comes back with the events."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Event
from uuid import uuid4

import httpx2
import pytest

from contracts.values import Role
from crash import reconciling, restoring
from crash.system import TOWN, officer, published
from walk.installation import AWAY, Installation, started
from walk.test_kill import meanwhile

NAME, PHONE, ERASED = "赵淑芬芳", "057100000042", "已删除"


@pytest.fixture
def alone() -> Iterator[Installation]:
    """单独一套 · An installation nobody else leans on."""
    with started() as installation:
        yield installation


async def test_whoever_was_erased_stays_erased_when_an_older_backup_is_restored_and_its_loss_adopted(
    alone: Installation,
) -> None:
    person = register(alone)
    first = capture(alone, person)
    before = await asyncio.to_thread(shown, alone, person, first)
    backup, keys = await asyncio.to_thread(restoring.backed_up, alone), keys_backed_up(alone)
    erased = await asyncio.to_thread(erase, alone, person)
    second = capture(alone, person)
    await published(alone)
    names = await asyncio.to_thread(restored, alone, person, backup, keys)
    adopted = await asyncio.to_thread(alone.hazard, "log", "adopt", "--yes")

    assert [NAME in page for page in before] == [True, True]
    assert erased.returncode == 0, erased.stderr
    assert adopted.returncode == 0, adopted.stdout + adopted.stderr
    assert names <= {ERASED}
    for hazard in (first, second):
        pages = await asyncio.to_thread(shown, alone, person, hazard)
        assert [(NAME in page, ERASED in page) for page in pages] == [(False, True)] * 2
    assert await reconciling.check_same(alone) == 3
    assert alone.query("select sealed_name, sealed_phone from people.people where id = %s", person) == [
        (None, None)
    ]
    assert alone.stop() == 0
    assert holding(alone.places.root, NAME.encode()) == holding(alone.places.root, PHONE.encode()) == []


def register(installation: Installation) -> str:
    appointment = {"role": "TWO", "division": TOWN, "organisation": "org-town", "starts_on": "2026-01-01"}
    appointment |= {"certificate": {"number": "33011100123"}}
    body = {"name": NAME, "phone": PHONE, "appointment": appointment}
    headers = {"Idempotency-Key": str(uuid4()), **installation.token(Role.DPL, "p-head")}
    answer = httpx2.post(f"{installation.known.web}/api/v1/people", json=body, headers=headers, timeout=30)
    return answer.raise_for_status().json()["id"]


def capture(installation: Installation, person: str) -> str:
    """记录 · By that person, whose id stands in the event."""
    body = {
        "object_text": "路口",
        "coordinates": {"longitude": 120.1, "latitude": 30.2, "datum": "WGS84"},
        "source": "SUPERVISION",
    }
    headers = {"Idempotency-Key": str(uuid4()), **officer(installation.places, person, "walk")}
    answer = httpx2.post(f"{installation.known.web}/api/v1/hazards", json=body, headers=headers, timeout=30)
    return answer.raise_for_status().json()["id"]


def shown(installation: Installation, person: str, hazard: str) -> list[str]:
    """所见 · The person, and the trail of a hazard, once the read models have it."""
    installation.caught_up()
    return [
        installation.get(path).raise_for_status().text
        for path in (f"people/{person}", f"hazards/{hazard}/trail")
    ]


def erase(installation: Installation, person: str) -> object:
    return installation.hazard("people", "erase", person, "--reason", "本人申请删除", "--yes")


def keys_backed_up(installation: Installation) -> Path:
    """钥匙备份 · Of the time before the erasure: the person's key is in it."""
    copy = installation.places.root / "backup-keys.sqlite"
    source = installation.places.root / "people" / "keys.sqlite"
    with closing(sqlite3.connect(source)) as keys, closing(sqlite3.connect(copy)) as kept:
        keys.backup(kept)
    return copy


def restored(installation: Installation, person: str, backup: Path, keys: Path) -> set[str]:
    """恢复 · Database and keys are both old; gives every name somebody got to see from the first moment on."""
    restoring.put_back(installation, backup)
    for left in (installation.places.root / "people").glob("keys.sqlite*"):
        left.unlink()
    shutil.copy(keys, installation.places.root / "people" / "keys.sqlite")
    with meanwhile(look_at_once, installation, person) as looking:
        installation.start()
    return looking.result()


def look_at_once(installation: Installation, person: str, enough: Event) -> set[str]:
    names = set()
    while not enough.wait(0.02):
        with suppress(*AWAY, ValueError, AssertionError, KeyError):
            names.add(installation.get(f"people/{person}").json()["name"])
    return names


def holding(folder: Path, words: bytes) -> list[str]:
    """搜查 · Every file of the installation with these bytes in it, its backups too."""
    return [str(file) for file in folder.rglob("*") if file.is_file() and words in file.read_bytes()]
