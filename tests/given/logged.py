"""给定 · A story in the log itself, as its writer would have left it: what a reader of history finds there."""

from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg

from contracts.envelope import encode
from given.street import Street

INSERT = """
insert into log.events (position, appended_at, event_id, stream, version, type, subject, body, leaf, chain)
values (%s, %s, %s, %s, %s, %s, %s, %s, '', '') on conflict do nothing
"""


def own_log(database: str) -> str:
    """The identity of a database's log, for a street that is to stand in it."""
    with psycopg.connect(database) as connection:
        (log_id,) = connection.execute("select log_id from log.identity").fetchone()
        return str(log_id)


def log_street(database: str, street: Street) -> None:
    """Whatever of a street the log does not hold yet."""
    with psycopg.connect(database) as connection, connection.cursor() as cursor:
        cursor.executemany(
            INSERT,
            [
                (
                    each.position,
                    each.appended_at,
                    each.envelope.id,
                    _stream(each.key),
                    each.envelope.version,
                    each.envelope.type,
                    each.envelope.subject,
                    encode(each.envelope),
                )
                for each in street.recorded
            ],
        )


def _stream(key: str) -> UUID:
    """The id of an aggregate is that of its stream; some stories name theirs without one."""
    try:
        return UUID(key)
    except ValueError:
        return uuid5(NAMESPACE_URL, key)
