"""并发写入的测量 · What the measure of many writers says agrees with what stands in the log."""

import psycopg

from services.cli.bench.writers import writers


async def test_the_writers_count_what_they_stored_and_the_reader_what_it_saw(database: str) -> None:
    alone = await writers(database, processes=2, writers=2, streams=6, seconds=0.5)
    read_beside = await writers(database, processes=2, writers=2, streams=6, seconds=0.5, long_read=True)
    async with await psycopg.AsyncConnection.connect(database) as connection:
        found = await connection.execute(
            "select position, (select count(*) from log.outcomes), (select count(*) from log.streams) from log.head"
        )
        position, outcomes, streams = await found.fetchone() or (0, 0, 0)

    assert position == outcomes == alone.commands + read_beside.commands
    assert 0 < alone.commands
    assert streams <= 12
    assert (0, True) == (alone.read, read_beside.read > 0)
