"""瓦片 · What is computed from tiles equals the tree by definition, at every edge, whoever built them and when."""

import asyncio
import random

import psycopg
import pytest

from given.logs import forget, grow, leaves_to
from services.hazard.proofs import tiles, tree
from services.hazard.proofs.tiles import NotInTheTree
from services.postgres import Connection, conninfo

EDGES = (1, 2, 255, 256, 257, 511, 512, 513, 1000)
UPPER_EDGES = (65535, 65536, 65537, 65792, 66000)


async def built(writer: Connection) -> dict[tuple[int, int], bytes]:
    rows = await (await writer.execute("select level, index, hashes from log.tiles")).fetchall()
    return {(level, index): hashes for level, index, hashes in rows}


def by_definition(leaves: list[bytes]) -> dict[tuple[int, int], bytes]:
    """Every full tile over the leaves."""
    found, level, hashes = {}, 0, leaves
    while len(hashes) >= 256:
        full = [hashes[at : at + 256] for at in range(0, len(hashes) - 255, 256)]
        found |= {(level, index): b"".join(tile) for index, tile in enumerate(full)}
        level, hashes = level + 1, [tree.root(tile) for tile in full]
    return found


async def prove_all(writer: Connection, leaves: list[bytes], positions: list[int], size: int) -> None:
    top = await tiles.root_at(writer, size)
    assert top == tree.root(leaves[:size])
    for found in await tiles.inclusions(writer, positions, size):
        index = found.position - 1
        assert found.leaf == leaves[index]
        assert list(found.proof) == tree.inclusion(leaves[:size], index)
        assert tree.verify_inclusion(found.leaf, index, size, found.proof, top)


@pytest.mark.parametrize("size", EDGES)
async def test_a_small_log_is_proved_as_the_standard_defines_it(
    database: str, writer: Connection, size: int
) -> None:
    await grow(database, size)
    await tiles.build(writer)
    leaves = leaves_to(size)

    assert await built(writer) == by_definition(leaves)
    await prove_all(writer, leaves, list(range(1, size + 1)), size)
    for old in {0, 1, size // 2, size - 1, size}:
        assert list(await tiles.consistency(writer, old, size)) == tree.consistency(leaves, old)


async def test_a_log_that_fills_a_tile_of_tiles_is_proved_at_every_edge(
    database: str, writer: Connection
) -> None:
    leaves = leaves_to(UPPER_EDGES[-1])
    chosen = random.Random(6962)
    for size in UPPER_EDGES:  # built on, each time, from where it was
        await grow(database, size)
        await tiles.build(writer)
        positions = [1, size, chosen.randint(1, size), chosen.randint(1, size)]

        assert await built(writer) == by_definition(leaves[:size])
        await prove_all(writer, leaves, positions, size)
    for old, new in ((255, 65537), (65535, 65536), (65536, 66000), (256, 65792), (40000, 65999)):
        proof = await tiles.consistency(writer, old, new)
        assert list(proof) == tree.consistency(leaves[:new], old)
    for size in (1, 300, 65535, 65536):  # an earlier tree, while the tiles have moved on
        await prove_all(writer, leaves, [1, size], size)


async def test_nothing_is_proved_before_its_tiles_are_built(database: str, writer: Connection) -> None:
    await grow(database, 700)

    with pytest.raises(NotInTheTree):
        await tiles.root_at(writer, 700)


async def test_building_goes_on_after_it_was_broken_off(database: str, writer: Connection) -> None:
    await grow(database, 70_000)
    await writer.execute("select log.build_tiles(100)")
    async with writer.transaction() as broken:
        await writer.execute("select log.build_tiles(100)")
        raise psycopg.Rollback(broken)

    assert len(await built(writer)) == 100
    await tiles.build(writer)
    assert await built(writer) == by_definition(leaves_to(70_000))


async def test_builders_side_by_side_build_each_tile_once(database: str) -> None:
    await grow(database, 40_000)

    async def builder() -> int:
        wanted = conninfo(database, role="hazard_writer")
        async with await psycopg.AsyncConnection.connect(wanted, autocommit=True) as connection:
            return await tiles.build(connection)

    made = await asyncio.gather(*(builder() for _ in range(3)))

    assert sum(made) == 40_000 // 256
    async with await psycopg.AsyncConnection.connect(database) as connection:
        assert await built(connection) == by_definition(leaves_to(40_000))


async def test_nothing_is_proved_that_is_not_in_the_log(database: str, writer: Connection) -> None:
    await grow(database, 600)
    await tiles.build(writer)

    with pytest.raises(NotInTheTree):
        await tiles.root_at(writer, 601)
    with pytest.raises(NotInTheTree):
        await tiles.root_at(writer, 100_000)
    with pytest.raises(NotInTheTree):
        await tiles.inclusions(writer, [601], 700)
    with pytest.raises(NotInTheTree):
        await tiles.consistency(writer, 600, 700)
    with pytest.raises(ValueError, match="no leaf"):
        await tiles.inclusions(writer, [0], 600)
    with pytest.raises(ValueError, match="no leaf"):
        await tiles.inclusions(writer, [500], 499)
    with pytest.raises(ValueError, match="beginning"):
        await tiles.consistency(writer, 600, 500)


async def test_the_roots_are_found_again_from_the_leaves_alone(database: str, writer: Connection) -> None:
    await grow(database, 30_000)
    leaves = leaves_to(30_000)

    roots = await tiles.roots_from_leaves(writer, [30_000, 0, 1, 256, 20_001])

    assert roots == {size: tree.root(leaves[:size]) for size in (0, 1, 256, 20_001, 30_000)}
    with pytest.raises(NotInTheTree):
        await tiles.roots_from_leaves(writer, [30_001])


async def test_a_log_with_a_hole_has_neither_tiles_nor_a_root(database: str, writer: Connection) -> None:
    await grow(database, 600)
    async with await psycopg.AsyncConnection.connect(database) as owner:
        await owner.execute("delete from log.events where position = 100")

    with pytest.raises(psycopg.errors.CheckViolation):
        await tiles.build(writer)
    with pytest.raises(NotInTheTree):
        await tiles.root_at(writer, 600)
    with pytest.raises(NotInTheTree):
        await tiles.roots_from_leaves(writer, [600])


@pytest.mark.parametrize(
    "attack",
    [
        "insert into log.tiles select 1, 0, root, hashes from log.tiles where level = 0",
        "update log.tiles set root = sha256('')",
        "delete from log.tiles",
        "truncate log.tiles",
        "update log.checkpoints set root = sha256('')",
        "delete from log.checkpoints",
        "truncate log.checkpoints",
    ],
)
async def test_who_writes_the_log_can_put_nothing_of_its_own_into_the_tree(
    database: str, writer: Connection, attack: str
) -> None:
    await grow(database, 256)
    await tiles.build(writer)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await writer.execute(attack)


@pytest.mark.parametrize("role", ["hazard_people", "hazard_projections", "hazard_notifier"])
async def test_nobody_else_builds(database: str, role: str) -> None:
    async with await psycopg.AsyncConnection.connect(conninfo(database, role=role)) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute("select log.build_tiles(1)")


async def test_a_restored_log_grows_on_from_its_own_tiles(database: str, writer: Connection) -> None:
    await grow(database, 66_000)
    await tiles.build(writer)
    await forget(database, after=65_000)
    await grow(database, 66_000)
    await tiles.build(writer)

    assert await built(writer) == by_definition(leaves_to(66_000))
