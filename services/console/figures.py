"""统计数字 · What the overview shows, asked of the API: the period, its months, towns and categories, and the lights."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.console.calling import Api, Json

MONTHS = 12
TOWNS = 12  # bars that can still be read
PAGE, PAGES = 200, 10  # of the list of enterprises: as many as are looked at for the lights
LATE, OPEN, CLEAR = "有逾期", "有未整改", "无未整改"
LIGHTS = {LATE: "bad", OPEN: "warn", CLEAR: "good"}


@dataclass(frozen=True, slots=True)
class Apart:
    """分组 · Names and, for each, how many were found, put right and closed."""

    names: tuple[str, ...]
    found: tuple[int, ...]
    overdue: tuple[int, ...]
    rectified: tuple[int, ...]
    closed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """总览 · One tally and what it is told apart by; None where the API cannot tell it apart."""

    tally: Json
    months: Apart
    towns: Apart | None
    categories: Apart | None
    lights: Mapping[str, int] = field(default_factory=dict)
    looked_at: int = 0
    more: bool = False


async def overview(api: Api, document: Json, asked: Mapping[str, str]) -> Overview:
    """总览 · Of a division and a period. Raises Problem, SignedOut."""
    tally = await api.get("/tallies", asked)
    place = {"division": tally["division"]}
    period = {**place, "from": tally["from"], "to": tally["to"]}
    tells_apart = _tells_apart(document)
    months, towns, (lights, looked_at, more) = await asyncio.gather(
        _months(api, place, date.fromisoformat(tally["to"])),
        _by(api, period, "division", await _names(api, tally["division"]))
        if tells_apart
        else _towns(api, period),
        _lights(api, place),
    )
    categories = await _by(api, period, "category", {}) if tells_apart else None
    return Overview(tally, months, towns, categories, lights, looked_at, more)


def _tells_apart(document: Json) -> bool:
    """Whether this API groups a tally by its dimensions."""
    asked = document["paths"]["/api/v1/tallies"]["get"].get("parameters", ())
    return any(each["name"] == "by" for each in asked)


async def _by(api: Api, period: Mapping[str, str], dimension: str, names: Mapping[str, str]) -> Apart | None:
    groups = (await api.get("/tallies", {**period, "by": dimension}))["groups"] or []
    groups = sorted(groups, key=lambda group: -group["figures"]["N04"]["found"])[:TOWNS]
    named = [names.get(group["value"].ljust(12, "0"), group["name"]) for group in groups]
    return _apart(named, [group["figures"] for group in groups]) if groups else None


async def _months(api: Api, place: Mapping[str, str], last: date) -> Apart:
    """The twelve months to the one of a day, each as the API answers it for its days."""
    firsts = [last.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    firsts.reverse()
    ends = [following - timedelta(days=1) for following in firsts[1:]] + [last]
    told = await asyncio.gather(
        *(
            api.get("/tallies", {**place, "from": first.isoformat(), "to": end.isoformat()})
            for first, end in zip(firsts, ends, strict=True)
        )
    )
    return _apart([f"{first:%Y-%m}" for first in firsts], [each["period"] for each in told])


async def _names(api: Api, division: str) -> dict[str, str]:
    """The names of the divisions right below one, by their codes."""
    listed = await api.get("/divisions", {"parent": division.ljust(12, "0")})
    return {each["code"]: each["name"] for each in listed["divisions"]}


async def _towns(api: Api, period: Mapping[str, str]) -> Apart | None:
    """The divisions right below, one question each; None where the codes have not been taken in."""
    names = await _names(api, period["division"])
    codes = list(names)[:TOWNS]
    told = await asyncio.gather(*(api.get("/tallies", {**period, "division": code}) for code in codes))
    return _apart([names[code] for code in codes], [each["period"] for each in told]) if codes else None


def _apart(names: Sequence[str], figures: Sequence[Json]) -> Apart:
    return Apart(
        names=tuple(names),
        found=tuple(each["N04"]["found"] for each in figures),
        overdue=tuple(each["N07"]["overdue"] for each in figures),
        rectified=tuple(each["rectified"] for each in figures),
        closed=tuple(each["closed"] for each in figures),
    )


async def _lights(api: Api, place: Mapping[str, str]) -> tuple[dict[str, int], int, bool]:
    """How the enterprises of a division stand, by what the list says is open; how many, and whether there are more."""
    counts = dict.fromkeys(LIGHTS, 0)
    cursor: str | None = None
    for _ in range(PAGES):
        listed = await api.get("/enterprises", {**place, "limit": PAGE, "cursor": cursor})
        for item in listed["items"]:
            counts[light(item)] += 1
        cursor = listed["next"]
        if cursor is None:
            break
    return counts, sum(counts.values()), cursor is not None


def light(item: Mapping[str, int]) -> str:
    """亮灯 · How an enterprise stands by the counts that the API gives of it; the one place where that is decided here."""
    if item["overdue"]:
        return LATE
    return OPEN if item["open"] else CLEAR
