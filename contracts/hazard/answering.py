"""房东答复 · What the landlord of a let building answers."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.regions import LandlordAnswer
from contracts.values import Digest, Text


class LandlordResponded(OfRegistered):
    """房东答复 · The landlord says what becomes of it; late, the landlord has a hazard of his own."""

    TYPE: ClassVar[str] = "hazard.landlord-responded"
    answer: LandlordAnswer
    remark: Text
    photos: tuple[Digest, ...] = ()
    answer_due: date
    late: bool = Field(
        False,
        description="超过答复期限 · After the last day: a hazard of kind A12 against the landlord may follow",
    )
