"""转发数字 · How far the stream is behind the log, and whether anybody publishes: measured against the two real ends.

A relay that is dead looks late here, not healthy: its own last word counts only while it is fresh.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString

from psycopg.rows import class_row

from services.postgres import Connection

STATES: Final = {
    "publishing": "正在转发",
    "ahead": "已停止：事件流超前",
    "forked": "已停止：事件流分叉",
    "absent": "没有转发进程",
}
FRESH: Final = 60  # seconds for which what a stopped relay said still holds; it says it again every ten

# One that publishes holds the lock all the time; one that has stopped only while it looks.
_STANDING: LiteralString = """
select head.position, head.appended_at, head.refusing, relaying.reason, relaying.compared_at,
    case
        when relaying.state = 'publishing' and locked.held then 'publishing'
        when relaying.state in ('ahead', 'forked')
            and relaying.compared_at > clock_timestamp() - make_interval(secs => %(fresh)s) then relaying.state
        else 'absent'
    end as state,
    seen.position as stream_end,
    greatest(head.position - seen.position, 0) as behind_events,
    round(coalesce(greatest(extract(epoch from clock_timestamp() - waiting.appended_at), 0), 0), 3)::float
        as behind_seconds
from log.head as head
cross join log.relaying
cross join lateral (
    select exists (
        select from pg_locks
        where locktype = 'advisory' and classid = 7233 and objid = 2 and objsubid = 2 and granted
            and database = (select oid from pg_database where datname = current_database())
    ) as held
) as locked
cross join lateral (select coalesce(%(stream_end)s::bigint, relaying.stream_end) as position) as seen
left join log.events as waiting on waiting.position = seen.position + 1
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """转发现状 · The log's end, the stream's, the distance in events and seconds, and who publishes.

    `state` is one of STATES; `behind_seconds` is how long the oldest unpublished event has been waiting; `refusing`
    is why the log takes nothing in, None when it does.
    """

    position: int
    appended_at: datetime | None
    refusing: str | None
    state: str
    reason: str | None
    compared_at: datetime | None
    stream_end: int
    behind_events: int
    behind_seconds: float


async def standing(connection: Connection, stream_end: int | None) -> Standing:
    """现状 · `stream_end` as the stream itself says it; None when it cannot be asked: what the relay saw last counts."""
    async with connection.cursor(row_factory=class_row(Standing)) as cursor:
        await cursor.execute(_STANDING, {"stream_end": stream_end, "fresh": FRESH})
        found = await cursor.fetchone()
    assert found is not None  # one row each of head and relaying
    return found
