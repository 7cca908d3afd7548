"""活着 · What happens next in a random life: mostly what can happen, now and then anything by anybody."""

from datetime import UTC, datetime, timedelta
from random import Random

from contracts.values import Entry
from given.story import POLICY
from lives.asks import WAYS
from lives.choosing import LEDGER_SLIPS, SLIPS, Choose
from lives.life import BY_PATH, START, Life
from lives.people import EVERYBODY, HERE, Person
from services.hazard.policy import Policy

PATHS = tuple(path for path in BY_PATH if path != "capture" and BY_PATH[path].ask in WAYS)
WAITS = (1, 20, 90, 600, 1440, 1440, 4320, 14400)  # minutes
BEGINNINGS = (START, START, datetime(2023, 5, 9, 1, 30, tzinfo=UTC))  # days before a standard was replaced
CLERK = "p-twn-here-0"


def with_powers(**powers: bool) -> Policy:
    return POLICY.model_copy(update={"powers": POLICY.powers.model_copy(update=powers)})


POLICIES = (
    POLICY,
    POLICY,
    POLICY,
    with_powers(general_auto_close=True),
    with_powers(town_orders=False),
    with_powers(town_closes_uncertified=False),
    with_powers(town_penalties=not POLICY.powers.town_penalties),
)


class Living:
    """活着 · Drives one life by hypothesis' random numbers."""

    def __init__(self, random: Random) -> None:
        choose = Choose(random)
        self.life = Life(policy=choose.one(POLICIES), now=choose.one(BEGINNINGS))
        if choose.chance(90):
            self.life.announced = self.life.now + timedelta(days=random.randrange(8, 40))
        self.from_ledger = random.randrange(4, 20) if choose.chance(15) else 0

    def step(self, random: Random) -> None:
        """一步 · Time passes and somebody acts."""
        life = self.life
        ledger = len(life.steps) < self.from_ledger
        choose = Choose(random, LEDGER_SLIPS if ledger else SLIPS)
        life.later(timedelta(minutes=choose.one(WAITS)))
        if life.hazard.status is None:
            path, who = "capture", choose.one(HERE)
        elif choose.chance(12):
            path, who = choose.one(PATHS), choose.one(EVERYBODY)
        else:
            path, who = self.likely(choose)
        ask = WAYS[BY_PATH[path].ask].ask(choose, who, life)
        more = {"entry": Entry.LEDGER, "enteredby": CLERK} if ledger else self.timing(choose)
        life.attempt(path, who, ask, **more)

    def timing(self, choose: Choose) -> dict[str, object]:
        """发生时间 · Mostly now; sometimes sent later from a cellar, or by a wrong clock."""
        if not choose.chance(8):
            return {}
        hours = choose.one((1, 20, 80, -1, 24 * 30))
        return {"at": self.life.now - timedelta(hours=hours), "entry": Entry.OFFLINE}

    def likely(self, choose: Choose) -> tuple[str, Person]:
        """可能的一步 · A command worth a try now, by somebody who usually asks it; what was done seldom comes first."""
        hazard, done, tried = self.life.hazard, self.life.done, self.life.tried
        open_ways = [path for path in PATHS if WAYS[BY_PATH[path].ask].leads(self.life)]
        if not open_ways:
            return choose.one(PATHS), choose.one(EVERYBODY)
        weights = [
            WAYS[BY_PATH[path].ask].often * 100 // (1 + done[path] + tried[path] // 3) ** 2 + 1
            for path in open_ways
        ]
        path = choose.weighed(open_ways, weights)
        return path, WAYS[BY_PATH[path].ask].somebody(choose, hazard)
