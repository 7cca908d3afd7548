"""信封 · CloudEvents 1.0: who, when, where and under which policy, once for every event.

The bytes made here are the contract: stored, hashed, published, projected and verified as they are.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from contracts.values import DivisionCode, Entry, PersonId, Role

MAX_BYTES = 256 * 1024

Data = dict[str, Any]  # the JSON of an event's own fields, before it is validated
# 升级步骤 · Lifts data of one version to the next. It answers with data of its own and leaves what it was given alone.
Step = Callable[[Mapping[str, Any]], Data]


class Event(BaseModel):
    """事件 · A fact in the business's words; frozen, and open to fields it does not know.

    STEPS lead from the first version to VERSION: STEPS[0] lifts version 1 to version 2, and so on. One that is missing
    is refused when the class is defined, by a TypeError, and not when the first old event is read.

    The event store library has for each step a method `upcast_v1_v2` that it looks up by its name, that changes the
    state in place, and whose absence shows only at reading. Ours stand in a row one can count, and read in that order.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    STEPS: ClassVar[tuple[Step, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        """核对步骤 · As many steps as there are older versions."""
        if len(cls.STEPS) != cls.VERSION - 1:
            raise TypeError(
                f"{cls.__name__} is at version {cls.VERSION}: STEPS must hold {cls.VERSION - 1} steps, "
                f"not {len(cls.STEPS)}; the first lifts version 1 to version 2"
            )


class Envelope(BaseModel):
    """信封 · The CloudEvents attributes around the data of one event. Absent ones are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str = Field(description="safety/<区县代码>", examples=["safety/330111"])
    type: str = Field(examples=["hazard.rectification-ordered"])
    subject: str = Field(description="聚合/标识", examples=["hazard/5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10"])
    time: datetime = Field(description="服务器时间 · When the server accepted it")
    dataschema: str = Field(examples=["contracts/hazard.captured/1"])
    version: int = Field(ge=1, description="聚合版本 · Version of the aggregate after this event")
    occurredat: datetime = Field(description="业务时间 · When it happened, by the client's clock")
    actor: PersonId
    role: Role
    organisation: str | None = None
    certificate: str | None = None
    visit: str | None = None
    division: DivisionCode | None = None
    entry: Entry = Entry.LIVE
    enteredby: PersonId | None = None
    policyversion: str
    calendarversion: str
    correlationid: str | None = None
    causationid: str | None = None
    traceparent: str | None = None
    data: dict[str, Any]  # the event's own fields; typed by contracts.catalogue.open_event

    @property
    def aggregate(self) -> str:
        """聚合 · The kind of thing it happened to, e.g. hazard."""
        return self.subject.partition("/")[0]

    @property
    def key(self) -> str:
        """标识 · The id of the thing it happened to."""
        return self.subject.partition("/")[2]


ENVELOPE = TypeAdapter(Envelope)
"""The same model; it writes bytes at once, in half the time."""


def encode(envelope: Envelope) -> bytes:
    """编码 · The bytes of an event, made once.

    Raises ValueError above 256 KB.
    """
    body = ENVELOPE.dump_json(envelope, exclude_none=True)
    if len(body) > MAX_BYTES:
        msg = f"事件超过 256 KB（{len(body)} 字节），请把附件另行上传"
        raise ValueError(msg)
    return body


def decode(body: bytes) -> Envelope:
    """解码 · The envelope in stored or published bytes."""
    return Envelope.model_validate_json(body)
