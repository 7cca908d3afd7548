"""毒事件 · One event that a read model cannot take in, named so that a person can look it up."""

import psycopg

from services.jetstream import Recorded


class Poison(Exception):
    """无法投影的事件 · One event that a read model cannot take in; everything before it is in."""

    def __init__(self, recorded: Recorded, error: Exception) -> None:
        """造 · With the event's place and type, and the error's own words without any row's content."""
        self.recorded = recorded
        self.words = words_of(error)
        super().__init__(
            f"第 {recorded.position} 号事件 {recorded.envelope.type}（{recorded.envelope.subject}）：{self.words}"
        )


def words_of(error: Exception) -> str:
    """错误说明 · The kind of an error and its own words; of PostgreSQL's without the row."""
    words = error.diag.message_primary if isinstance(error, psycopg.Error) else str(error)
    return f"{type(error).__name__}: {words}"
