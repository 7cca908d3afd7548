"""读取日历 · The one door to the `holidays` library: its days of China, corrected by an override file."""

import hashlib
import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.hazard.calendar import Calendar

SHIPPED = Path(__file__).parent / "override.toml"
FIRST, LAST = 2015, 2060
"""Years whose days off are looked up; outside them only weekends are off."""


class CalendarInvalid(ValueError):
    """工作日历文件有误 · The override file cannot be used as it is."""


class Override(BaseModel):
    """本地更正 · What an office knows better than the library, or earlier."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    revision: int = Field(ge=0)
    published: int | None = Field(None, ge=FIRST, le=LAST)
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    @model_validator(mode="after")
    def says_one_thing(self) -> Self:
        """不得矛盾 · No day is both off and worked."""
        if both := self.off & self.worked:
            raise ValueError(f"{min(both)} 不能既放假又上班")
        return self


@lru_cache
def read_calendar(override: Path | None = None) -> Calendar:
    """读取日历 · The library's days with the corrections of a file; its version names both.

    Raises CalendarInvalid.
    """
    path = override or SHIPPED
    try:
        text = path.read_bytes()
        return corrected(published_days(), Override.model_validate(tomllib.loads(text.decode())), text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise CalendarInvalid(f"工作日历文件 {path} 有误：{error}") from error


@lru_cache
def published_days() -> Calendar:
    """已公布的日历 · As the library has it; it publishes a year by naming its 调休."""
    from holidays.countries.china import China  # noqa: PLC0415 — takes a second to import, for who needs it

    china = China(years=range(FIRST, LAST + 1))  # type: ignore[no-untyped-call] # the library ships no types
    worked: set[date] = china.weekend_workdays
    published = max(day.year for day in worked)
    return Calendar(
        version=f"{published}.0", published=published, off=frozenset(china), worked=frozenset(worked)
    )


def _known_to(days: frozenset[date], known: Calendar, published: int) -> frozenset[date]:
    """Without the estimates for years that the file says are published: it names all their days off itself."""
    return frozenset(day for day in days if not known.published < day.year <= published)


def corrected(known: Calendar, override: Override, text: bytes) -> Calendar:
    """更正 · The override's days take precedence; the digest of its text tells two of one number apart."""
    published = max(known.published, override.published or 0)
    if not override.off and not override.worked and published == known.published:
        return known
    return Calendar(
        version=f"{published}.{override.revision}-{hashlib.sha256(text).hexdigest()[:8]}",
        published=published,
        off=_known_to(known.off, known, published) - override.worked | override.off,
        worked=known.worked - override.off | override.worked,
    )
