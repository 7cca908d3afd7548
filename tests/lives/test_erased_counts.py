"""删除个人信息 · b.6 15. Erasing a person's key leaves all tallies unchanged."""

from pathlib import Path
from random import Random
from uuid import UUID

import orjson
from psycopg import sql

from lives.counting import recorded
from lives.life import START
from lives.living import Living
from lives.machine import STEPS, which_seed
from lives.people import EVERYBODY
from services import erasing, people
from services.jetstream import Recorded
from services.postgres import Pool, pool
from services.projections import checkpoints, tallies

LIVES = 20


def a_log(random: Random) -> list[Recorded]:
    """Several random lives, one after the other."""
    log: list[Recorded] = []
    for number in range(LIVES):
        living = Living(random)
        for _ in range(STEPS):
            living.step(Random(random.randrange(2**64)))
        log += recorded(living.life.steps, len(log) + 1, str(UUID(int=number + 1)))
    return log


async def tallied(tables: Pool, log: list[Recorded]) -> list[bytes]:
    """What the tallies say, counted anew from the log."""
    async with tables.connection() as connection, connection.transaction(force_rollback=True):
        await checkpoints.prepare(connection, tallies, UUID(log[0].log))
        await tallies.project(connection, log)
        table = sql.Identifier("projections", f"{tallies.NAME}_v{tallies.VERSION}")
        counted = await connection.execute(sql.SQL("select to_jsonb(t) from {} t").format(table))
        rows = await counted.fetchall()
        return sorted(orjson.dumps(row[0], option=orjson.OPT_SORT_KEYS) for row in rows)


async def test_erasing_everybody_leaves_every_tally_unchanged(database: str, tmp_path: Path):
    seed = which_seed()
    log = a_log(Random(seed))
    async with (
        pool(database, role="hazard_projections", size=2) as tables,
        erasing.opened(database, tmp_path, size=2) as door,
    ):
        for person in EVERYBODY:
            await people.add(door, name="张三", phone="0571-1", person=person.id, at=START)
        before = await tallied(tables, log)
        for person in EVERYBODY:
            await erasing.erase(door, person.id, at=START, reason="本人申请删除", by="operator")
        shown = await people.names(door, [EVERYBODY[0].id], reader="p-9", why="test")

        assert shown == {EVERYBODY[0].id: people.ERASED}
        assert before != []
        assert before == await tallied(tables, log), f"SEED={seed}"
