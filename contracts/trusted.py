"""可信解码 · Opens the bytes of a log of our own: of the envelope what readers ask for, and the event when they ask for it.

What was proved when it was stored is not proved again; who asks for more of the envelope is given it all.
"""

from datetime import datetime
from typing import Any, Final, cast

from pydantic import BaseModel, ConfigDict

from contracts.catalogue import BY_TYPE, dataschema, open_event
from contracts.envelope import Envelope, Event, decode
from contracts.values import Entry, Role

OF_TODAY: Final = {dataschema(event): event for event in BY_TYPE.values()}


class Heading(BaseModel):
    """信头 · The part of an envelope that readers of history ask for; the rest is read when somebody does."""

    model_config = ConfigDict(extra="ignore")

    type: str
    subject: str
    dataschema: str
    version: int
    occurredat: datetime
    actor: str
    role: Role
    organisation: str | None = None
    division: str | None = None
    entry: Entry = Entry.LIVE
    enteredby: str | None = None
    data: dict[str, Any]  # the event's own fields
    stored: bytes = b""

    @property
    def aggregate(self) -> str:
        """聚合 · As an envelope has it."""
        return self.subject.partition("/")[0]

    @property
    def key(self) -> str:
        """标识 · As an envelope has it."""
        return self.subject.partition("/")[2]

    def __getattr__(self, name: str) -> Any:  # whatever an envelope has
        if name in Envelope.model_fields:
            return getattr(decode(self.stored), name)
        raise AttributeError(name)


def heading(stored: bytes) -> Envelope:
    """信头 · The envelope in stored bytes. Raises as `decode` does."""
    made = Heading.__pydantic_validator__.validate_json(stored)
    made.__dict__["stored"] = stored
    return cast("Envelope", made)  # it has all that an envelope has


def opened(envelope: Envelope) -> Event:
    """打开 · The typed event in an envelope. Raises as `open_event` does."""
    event = OF_TODAY.get(envelope.dataschema)
    if event is None or envelope.type != event.TYPE:
        return open_event(envelope)
    made: Event = event.__pydantic_validator__.validate_python(envelope.data)
    return made
