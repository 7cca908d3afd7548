"""选取 · What a strategy draws from: right most of the time, wrong now and then, by hypothesis' own randomness."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from contracts.values import Role
from lives.people import EVERYBODY, OF_FIRM, Person, of

T = TypeVar("T")

PHOTOS = tuple(f"sha256:{letter * 64}" for letter in "abc")
SENTENCES = ("现场核实属实", "已按要求整改", "接地电阻 2.1Ω", "资金未落实", "Earth wire loose again", "复核")
SLIPS = 6  # of a hundred choices, so many are wrong on purpose
LEDGER_SLIPS = 30  # a ledger's rows lack more, and may


class Choose:
    """选取 · One step's choices; hypothesis gives the random numbers."""

    def __init__(self, random: Random, slips: int = SLIPS) -> None:
        self.random = random
        self.slips = slips

    def one(self, options: Sequence[T]) -> T:
        return options[self.random.randrange(len(options))]

    def weighed(self, options: Sequence[T], weights: Sequence[int]) -> T:
        """One of them, the heavier the likelier."""
        left = self.random.randrange(sum(weights))
        for option, weight in zip(options, weights, strict=True):
            left -= weight
            if left < 0:
                return option
        raise AssertionError

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred."""
        return self.random.randrange(100) >= 100 - percent

    def slip(self) -> bool:
        """True when this choice shall be wrong."""
        return self.chance(self.slips)

    def maybe(self, value: T) -> T | None:
        """There or not, both are right."""
        return value if self.chance(50) else None

    def needed(self, value: T) -> T | None:
        """There, unless it slips."""
        return None if self.slip() else value

    def text(self) -> str:
        return self.one(SENTENCES)

    def photos(self) -> tuple[str, ...]:
        """At least one, unless it slips."""
        return () if self.slip() else (self.one(PHOTOS),)

    def day(self, today: date, first: int, last: int) -> date:
        """A day so many days on, within the bounds; a slip leaves them on either side."""
        days = self.one((first - 1, last + 1, -30)) if self.slip() else self.random.randrange(first, last + 1)
        return today + timedelta(days=days)

    def person(self, *roles: Role) -> str:
        """Somebody of these roles, or anybody by a slip."""
        return self.one(EVERYBODY if self.slip() else of(*roles)).id

    def of_firm(self) -> str:
        """Somebody of the enterprise; now and then an outsider."""
        return self.person(Role.ENT_M, Role.ENT_S, Role.LND)

    def companions(self, who: Person) -> tuple[str, ...]:
        """A colleague who comes along, or by a slip nobody, oneself, or somebody of the enterprise."""
        return self.team(who)[0]

    def team(self, who: Person) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """同行 · Who comes along, and the certificates of all; by a slip somebody else, or other certificates."""
        colleague = self.one([each for each in of(who.role) if each.id != who.id] or EVERYBODY)
        others, numbers = (
            (colleague.id,),
            tuple(each for each in (who.certificate, colleague.certificate) if each),
        )
        if self.slip():
            others = self.one(((), (who.id,), (self.one(of(*OF_FIRM)).id,), (self.one(EVERYBODY).id,)))
        if self.slip():
            numbers = self.one(((), numbers[:1], numbers[:1] * 2, ("33019900001", "33019900002")))
        return others, numbers
