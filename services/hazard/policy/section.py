"""政策章节 · The form of every table of policy data: frozen, and strict about what it does not know."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """政策章节 · Frozen, and strict about unknown keys: a typing error in policy must not pass."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Dated(Section):
    """有期限的条目 · In force from a day to a day, both included; without a last day until further notice."""

    begins: date = Field(alias="from")
    ends: date | None = Field(None, alias="until")

    def in_force(self, on: date) -> bool:
        """当日有效 · Whether it is in force on a day."""
        return self.begins <= on and (self.ends is None or on <= self.ends)


class Clause(Dated):
    """判定条款 · One situation that a standard judges to be a major hazard."""

    standard: str
    text: str


class Code(Dated):
    """代码 · One entry of a code list."""

    name: str
