"""记录器 · The event store library's recorders over our log: the same log.append and the same table, no other.

A stock application of the library writes into the log when its environment says

    PERSISTENCE_MODULE=eventsourcing.postgres
    APPLICATION_RECORDER_TOPIC=services.hazard.recorder:LogRecorder

beside the library's POSTGRES_* variables; their user is one who may act as hazard_writer. A database is one log:
applications that must not read one another's events need a database each.

What the library serialised is stored, chained and published as it is, under safety.00.00.00.000.library.<topic>. It is
no CloudEvent, and our readers stop at what they cannot open: such an application keeps away from this system's own
database. With ContractMapper it may share it, for then it writes what this system writes, column for column.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    InterfaceError,
    ListenNotifySubscription,
    Notification,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    StoredEvent,
    Subscription,
)
from eventsourcing.postgres import (
    PostgresAggregateRecorder,
    PostgresApplicationRecorder,
    PostgresDatastore,
    PostgresRecorder,
)
from eventsourcing.utils import retry
from psycopg.abc import Params, QueryNoTemplate

from services.hazard.appending import APPEND
from services.hazard.inserting import Insertion, insertion
from services.hazard.room import EVENTS_AHEAD, MAKE_ROOM, is_full

POLL = 0.1  # seconds between two looks of a subscription at the log's end
LAST = 2**63 - 1
LAST_VERSION = 2**31 - 1

_EVENTS = """
select stream, version, type, body from log.events
where stream = %s and version > %s and version <= %s
order by version limit %s
"""
_EVENTS_BACKWARDS = _EVENTS.replace("order by version", "order by version desc")
_NOTIFICATIONS = """
select position, stream, version, type, body from log.events
where position >= %s and position <= %s
order by position limit %s
"""
_NOTIFICATIONS_OF_TOPICS = _NOTIFICATIONS.replace("order by", "and type = any(%s) order by")
_END = "select position from log.head"
_STANDING = "select position from log.events where stream = %s and version = %s and event_id = %s"

Row = dict[str, Any]  # a row by column name, as its table types it
again = retry(
    (InterfaceError, OperationalError), max_attempts=10, wait=0.2
)  # as the library's own recorders do


class StreamRecorder(PostgresAggregateRecorder):
    """流记录器 · Streams without their place in the log: what the library calls an aggregate recorder.

    Raises the library's errors: IntegrityError when a stream is not where the events expect it, DataError for events
    the log cannot hold, OperationalError when PostgreSQL stays away, ProgrammingError without a log.
    """

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = "") -> None:  # noqa: ARG002  the factory names a table
        """装配 · By the library's factory, which also names a table; there is only one."""
        # Past the library's next class: it prepares a table and a type of its own.
        PostgresRecorder.__init__(self, datastore)
        self.events_table_name = "log.events"
        if datastore.originator_id_type != "uuid":
            raise NotSupportedError("the streams of the log are named by UUID: ORIGINATOR_ID_TYPE=uuid")

    def create_table(self) -> None:
        """检查 · Makes nothing, for the log is made by `hazard log prepare`; raises ProgrammingError without it."""
        try:
            self._end()
        except ProgrammingError as error:
            raise ProgrammingError(f"no log in this database, see `hazard log prepare`: {error}") from error

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """追加 · Store events, of one stream or several, all or none."""
        self._store(stored_events, **kwargs)
        return None

    @again
    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """读取 · The events of a stream in the order of their versions, or against it."""
        after = -1 if gt is None else gt
        until = LAST_VERSION if lte is None else lte
        query = _EVENTS_BACKWARDS if desc else _EVENTS
        return [
            StoredEvent(row["stream"], row["version"], row["type"], row["body"])
            for row in self._rows(query, (originator_id, after, until, limit))
        ]

    # Any: the library hands a recorder whatever an application's save() was given.
    def _store(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        if kwargs.get("tracking") is not None:
            raise NotSupportedError("the log keeps no tracking records: a reader keeps its own checkpoint")
        if not stored_events:
            return None
        wanted = insertion(stored_events)
        last = self._insert(wanted)
        return list(range(last - len(stored_events) + 1, last + 1))

    @again
    def _insert(self, wanted: Insertion) -> int:
        """The position of the last event.

        A connection that is lost may be lost after the commit: the next attempt then meets its own events and knows
        them by their ids, where the library's recorder reports a conflict to a command that has succeeded.
        """
        sent, wanted.sent = wanted.sent, True
        row = self._append(wanted)
        if row["verdict"] == "stored":
            return int(row["position"])
        standing = self._rows(_STANDING, wanted.last) if sent else []
        if standing:
            return int(standing[0]["position"])
        raise IntegrityError(f"stream {row['moved']} is at version {row['actual']}")

    def _append(self, wanted: Insertion) -> Row:
        wait = self.datastore.lock_timeout
        try:
            return self._rows(APPEND, wanted.columns, wait=wait)[0]
        except IntegrityError as error:
            if not is_full(error.__cause__):
                raise
        self._rows(MAKE_ROOM, (EVENTS_AHEAD,))
        return self._rows(APPEND, wanted.columns, wait=wait)[0]

    def _end(self) -> int:
        (row,) = self._rows(_END, ())
        return int(row["position"])

    def _rows(self, query: QueryNoTemplate, values: Params, *, wait: int = 0) -> list[Row]:
        """All rows of one statement, which is its own transaction; `wait` limits in seconds how long it waits for locks."""
        with self.datastore.get_connection() as connection, connection.cursor(binary=True) as cursor:
            if not wait:
                return cursor.execute(query, values, prepare=True).fetchall()
            with connection.transaction():
                cursor.execute("select set_config('lock_timeout', %s, true)", (f"{wait}s",))
                return cursor.execute(query, values, prepare=True).fetchall()


class LogRecorder(StreamRecorder, PostgresApplicationRecorder):
    """日志记录器 · The whole log as the library's application sequence: a notification's id is the event's position."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """追加 · Store events and give their positions; None for none."""
        return self._store(stored_events, **kwargs)

    @again
    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """读取日志 · Events in the order of their positions, from one and up to another, of some topics or of all."""
        first = 0 if start is None else start + (not inclusive_of_start)
        last = LAST if stop is None else stop
        if topics:
            rows = self._rows(_NOTIFICATIONS_OF_TOPICS, (first, last, list(topics), limit))
        else:
            rows = self._rows(_NOTIFICATIONS, (first, last, limit))
        return [
            Notification(row["stream"], row["version"], row["type"], row["body"], row["position"])
            for row in rows
        ]

    @again
    def max_notification_id(self) -> int | None:
        """日志末端 · The last position, None while the log is empty."""
        return self._end() or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """订阅 · The events after a position and, without end, those to come."""
        return LogSubscription(recorder=self, gt=gt, topics=topics)


class LogSubscription(ListenNotifySubscription[LogRecorder]):
    """日志订阅 · Looks at the log's end ten times a second.

    The library waits for a NOTIFY, which would put one commit lock on the whole server, and would wait for ever on a
    connection that has died in silence.
    """

    def _loop_on_pull(self) -> None:
        try:
            while not self._has_been_stopped:
                self._look()
                self._has_been_notified.wait(POLL)  # set by stop(), too
        except BaseException as error:  # noqa: BLE001  a thread has nobody to raise to: the reader is told
            self._thread_error = error
            self.stop()

    def _look(self) -> None:
        try:
            self._pull()
        except (InterfaceError, OperationalError):
            if self._recorder.datastore.pool.closed:
                raise  # by its owner; a server that is away is waited for instead
