"""读取状态 · Memory and snapshots make it faster and never different."""

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from given import lives
from given.officers import appointed
from given.papers import Paper
from given.story import FILE
from services.hazard.appointment import Appointments
from services.hazard.enterprise import CreditCode
from services.hazard.enterprises import CREDIT_CODE
from services.hazard.hazards import ENTERPRISE, HAZARD, PERSON
from services.hazard.noticing import NOTICE
from services.hazard.numbering import NumberSeries, OfficeWords
from services.hazard.numbers import SERIES, WORDS
from services.hazard.on_visit import VISIT
from services.hazard.recalling import SNAPSHOT_EVERY, Kind, NotFound, Recalling
from services.hazard.store import Command, Log, Snapshot, StreamMoved, writer_pool
from services.hazard.visit.state import Visit

Filed = Callable[..., Command]
FOLDS = Path(__file__).parent / "folds.json"
LIVES = {
    life.__name__: life
    for life in (
        lives.captured,
        lives.registered,
        lives.self_found,
        lives.ordered,
        lives.submitted,
        lives.verified,
        lives.plan_filed,
        lives.major_submitted,
        lives.major_verified,
    )
}


@pytest.fixture
async def log(database: str) -> AsyncIterator[Log]:
    async with writer_pool(database) as pool:
        yield Log(pool)


@pytest.fixture
async def long(log: Log, filed: Filed) -> UUID:
    """A hazard with more events than a snapshot waits for."""
    hazard = uuid4()
    await log.append(filed(hazard, events=SNAPSHOT_EVERY + 50))
    return hazard


def kept(database: str) -> list[tuple[str, int]]:
    with psycopg.connect(database) as connection:
        return connection.execute("select form, version from log.snapshots").fetchall()


async def test_a_long_life_is_kept_once_it_was_read(log: Log, database: str, long: UUID) -> None:
    recalling = Recalling(log)
    await recalling.state(HAZARD, str(long))
    await recalling.settled()

    assert [(HAZARD.form, SNAPSHOT_EVERY + 50)] == kept(database)


async def test_a_kept_life_is_read_from_its_last_pages(log: Log, filed: Filed, long: UUID) -> None:
    first = Recalling(log)
    await first.state(HAZARD, str(long))
    await first.settled()
    await log.append(filed(long, after=SNAPSHOT_EVERY + 50, events=3, place="4号仓库"))
    life = await log.recall(long, form=HAZARD.form)

    assert life.snapshot is not None
    assert [SNAPSHOT_EVERY + n for n in (51, 52, 53)] == [fact.envelope.version for fact in life.facts]
    assert HAZARD.fold(await log.load(long)) == await Recalling(log).state(HAZARD, str(long))


async def test_a_snapshot_of_another_shape_is_left_alone(log: Log, database: str, long: UUID) -> None:
    recalling = Recalling(log)
    await recalling.state(HAZARD, str(long))
    await recalling.settled()
    changed = Kind(HAZARD.name, HAZARD.empty, HAZARD.evolve, folds=HAZARD.folds + 1)
    again = Recalling(log)
    state = await again.state(changed, str(long))
    await again.settled()

    assert HAZARD.fold(await log.load(long)) == state
    assert {HAZARD.form, changed.form} == {form for form, _ in kept(database)}


async def test_an_older_snapshot_never_takes_the_place_of_a_newer(
    log: Log, database: str, filed: Filed, long: UUID
) -> None:
    slow, quick = Recalling(log), Recalling(log)
    old = await slow.state(HAZARD, str(long), afresh=True)
    await slow.settled()
    await log.append(filed(long, after=old.version, events=SNAPSHOT_EVERY))
    await quick.state(HAZARD, str(long))
    await quick.settled()
    slow.stored(HAZARD, long, old)
    await slow.settled()

    assert [(HAZARD.form, 2 * SNAPSHOT_EVERY + 50)] == kept(database)


async def test_nothing_is_kept_or_believed_of_events_that_are_not_there(
    log: Log, database: str, filed: Filed
) -> None:
    hazard = uuid4()
    await log.append(filed(hazard, place="3号车间"))
    outlived = HAZARD.pack(type(HAZARD.empty)(version=7, place="4号仓库"))
    await log.keep_snapshot(hazard, HAZARD.form, Snapshot(7, outlived))
    assert [] == kept(database)

    with psycopg.connect(database) as connection:
        connection.execute(
            "insert into log.snapshots values (%s, %s, 7, now(), %s)", (hazard, HAZARD.form, outlived)
        )
    state = await Recalling(log).state(HAZARD, str(hazard))

    assert (1, "3号车间") == (state.version, state.place)


async def test_memory_sees_what_another_process_appended(log: Log, filed: Filed) -> None:
    hazard = uuid4()
    recalling = Recalling(log, remembered=10)
    await log.append(filed(hazard, place="3号车间"))
    before = await recalling.state(HAZARD, str(hazard))
    await log.append(filed(hazard, after=1, place="4号仓库"))
    after = await recalling.state(HAZARD, str(hazard))

    assert [(1, "3号车间"), (2, "4号仓库")] == [(s.version, s.place) for s in (before, after)]


async def test_memory_that_is_ahead_of_a_restored_log_is_found_out_by_the_append(
    log: Log, filed: Filed
) -> None:
    hazard = uuid4()
    await log.append(filed(hazard))
    recalling = Recalling(log, remembered=10)
    recalling.stored(HAZARD, hazard, HAZARD.fold([*await log.load(hazard)]))
    ahead = HAZARD.fold(await log.load(hazard))
    recalling.stored(HAZARD, hazard, type(ahead)(version=7))
    lost = await recalling.state(HAZARD, str(hazard))
    with pytest.raises(StreamMoved) as moved:
        await log.append(filed(hazard, after=lost.version))
    recalling.forget(moved.value.stream)

    assert (7, 1) == (lost.version, (await recalling.state(HAZARD, str(hazard))).version)


async def test_memory_holds_no_more_than_it_is_told(log: Log, filed: Filed) -> None:
    recalling = Recalling(log, remembered=2)
    hazards = [uuid4() for _ in range(3)]
    for hazard in hazards:
        await log.append(filed(hazard))
        await recalling.state(HAZARD, str(hazard))

    assert set(hazards[1:]) == set(recalling._known)


async def test_the_id_of_a_thing_of_another_kind_is_nobodys(log: Log, filed: Filed) -> None:
    hazard = uuid4()
    await log.append(filed(hazard))
    recalling = Recalling(log, remembered=10)
    for _ in range(2):  # from the log, then beside what is remembered
        with pytest.raises(NotFound):
            await recalling.state(ENTERPRISE, str(hazard))
        await recalling.state(HAZARD, str(hazard))


@pytest.mark.parametrize("life", LIVES)
def test_a_state_comes_out_of_its_snapshot_as_it_went_in(life: str) -> None:
    hazard = LIVES[life]().hazard

    assert hazard == HAZARD.unpack(HAZARD.pack(hazard))


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ENTERPRISE, FILE),
        (CREDIT_CODE, CreditCode(version=3, enterprise="e-1")),
        (VISIT, Visit(version=1)),
        (PERSON, PERSON.empty),
        (NOTICE, Paper().in_force().notice),
        (SERIES, NumberSeries(version=3, last=2, voided=frozenset({1}))),
        (WORDS, OfficeWords(version=1, words={"org-town": "杭滨"}, owners={"杭滨": "org-town"})),
        (PERSON, Appointments(version=2, ever=appointed("33011100123", valid_to=date(2026, 6, 30)))),
    ],
    ids=lambda given: given.name if isinstance(given, Kind) else "",
)
def test_every_kind_of_state_can_be_kept(kind: Kind, state: object) -> None:
    assert state == kind.unpack(kind.pack(state))


def test_a_fold_that_changed_its_meaning_has_raised_its_number() -> None:
    """Snapshots of before would be believed otherwise: raise `folds` of HAZARD, then write the file anew."""
    folded = {
        name: hashlib.sha256(HAZARD.pack(life().hazard)).hexdigest()[:16] for name, life in LIVES.items()
    }
    known = json.loads(FOLDS.read_text("utf-8"))

    assert {"form": HAZARD.form, "states": folded} == known
