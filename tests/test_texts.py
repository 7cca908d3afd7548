"""可删除文字 · Kept beside the log, sealed, erasable, and still proved by the commitment in the event."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from services import erasing, texts
from services.people import ERASED, People, PersonErased, PersonUnknown
from services.texts import TextErased, verify
from services.trouble import Trouble

NOW = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
WORDS = "车间主任不让关机检修，我是夜班的老王"


@pytest.fixture
async def door(database: str, tmp_path: Path) -> AsyncIterator[People]:
    async with erasing.opened(database, tmp_path) as opened:
        yield opened


async def kept(door: People, words: str = WORDS, text: UUID | None = None) -> tuple[UUID, bytes]:
    text = text or uuid4()
    return text, await texts.put(door, text, words, author="p-whistle", at=NOW)


async def said(door: People, *ids: UUID) -> dict[UUID, str]:
    return await texts.read(door, ids, reader="p-9", why="test")


async def test_a_text_is_read_as_it_was_put_and_the_reading_written_down(door: People, database: str) -> None:
    text, _ = await kept(door)
    read = await said(door, text, uuid4())
    with psycopg.connect(database) as connection:
        readings = connection.execute("select reader, person, what, why from people.readings").fetchall()

    assert read == {text: WORDS}
    assert readings == [("p-9", f"text/{text}", "text", "test")]


async def test_the_commitment_proves_the_text_to_whoever_is_given_its_salt(door: People) -> None:
    text, commitment = await kept(door)
    (opened,) = (await texts.opened(door, [text], reader="p-9", why="test")).values()

    assert opened is not None
    assert verify(opened.text, opened.salt, commitment)
    assert not verify(opened.text + "。", opened.salt, commitment)
    assert not verify(opened.text, bytes(32), commitment)


async def test_the_same_words_twice_commit_differently(door: People) -> None:
    assert (await kept(door))[1] != (await kept(door))[1]


async def test_a_repeat_is_the_same_text_and_another_one_is_refused(door: People) -> None:
    text, commitment = await kept(door)
    again = await asyncio.gather(*(kept(door, WORDS, text) for _ in range(4)))

    assert {one for _, one in again} == {commitment}
    with pytest.raises(Trouble, match="另一段文字"):
        await kept(door, "另一段", text)


async def test_an_erased_text_is_gone_with_its_salt(door: People, database: str) -> None:
    text, _ = await kept(door)
    await texts.erase(door, text, reason="本人申请", by="operator", at=NOW)
    with psycopg.connect(database) as connection:
        row = connection.execute("select sealed, erased_at from people.texts").fetchone()

    assert await said(door, text) == {text: ERASED}
    assert row == (None, NOW)
    with pytest.raises(TextErased):
        await kept(door, WORDS, text)


async def test_who_is_erased_takes_their_own_words_along(door: People) -> None:
    text, _ = await kept(door)
    await erasing.erase(door, "p-whistle", reason="本人申请", by="operator", at=NOW)

    assert await said(door, text) == {text: ERASED}
    with pytest.raises(PersonUnknown):
        await erasing.erase(door, "p-stranger", reason="本人申请", by="operator", at=NOW)


async def test_who_was_erased_leaves_no_words_afterwards(door: People) -> None:
    await kept(door)
    await erasing.erase(door, "p-whistle", reason="本人申请", by="operator", at=NOW)

    with pytest.raises(PersonErased):
        await kept(door, "令牌还没有过期")


async def test_words_that_came_during_the_erasing_go_when_it_is_asked_for_again(
    door: People, database: str
) -> None:
    await kept(door)
    late = uuid4()
    await texts.put(door, late, WORDS, author="p-nobody-yet", at=NOW)
    await erasing.erase(door, "p-whistle", reason="本人申请", by="operator", at=NOW)
    with psycopg.connect(database) as connection:
        connection.execute("update people.texts set author = 'p-whistle' where author = 'p-nobody-yet'")
    again = await erasing.erase(door, "p-whistle", reason="本人申请", by="operator", at=NOW)

    assert (True, {late: ERASED}) == (again.before, await said(door, late))


async def test_a_text_restored_from_an_older_database_stays_erased(door: People, database: str) -> None:
    text, _ = await kept(door)
    with psycopg.connect(database) as connection:
        (sealed,) = connection.execute("select sealed from people.texts").fetchone() or (None,)
        await texts.erase(door, text, reason="本人申请", by="operator", at=NOW)
        connection.execute("update people.texts set sealed = %s, erased_at = null", (sealed,))
        connection.commit()
        assert await said(door, text) == {text: ERASED}
        await erasing.repeat(door)

        assert connection.execute("select sealed from people.texts").fetchone() == (None,)


async def test_a_text_nobody_kept_is_not_erased_and_one_erased_twice_says_so(door: People) -> None:
    text, _ = await kept(door)
    first = await texts.erase(door, text, reason="申请", by="operator", at=NOW)
    again = await texts.erase(door, text, reason="再次", by="another", at=NOW)

    assert (first.before, again.before, again.erasure.by) == (False, True, "operator")
    with pytest.raises(texts.TextUnknown):
        await texts.erase(door, uuid4(), reason="申请", by="operator", at=NOW)
