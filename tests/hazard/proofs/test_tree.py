"""默克尔树 · The tree against RFC 6962's own words, its published vectors, and proofs that were tampered with."""

from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.hazard.proofs.tree import (
    EMPTY_ROOT,
    Edge,
    consistency,
    consistency_ranges,
    inclusion,
    inclusion_ranges,
    leaf_hash,
    nodes_of,
    range_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = [
    b"",
    b"\x00",
    b"\x10",
    bytes.fromhex("2021"),
    bytes.fromhex("3031"),
    bytes.fromhex("40414243"),
    bytes.fromhex("5051525354555657"),
    bytes.fromhex("606162636465666768696a6b6c6d6e6f"),
]
ROOTS = [  # of the trees over the first 1 … 8 entries: the vectors of the Certificate Transparency project
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSIONS = [
    (0, 1, []),
    (0, 8, ["96a296d224f285c6", "5f083f0a1a33ca07", "6b47aaf29ee3c2af"]),
    (5, 8, ["bc1a0643b12e4d2d", "ca854ea128ed050b", "d37ee418976dd957"]),
    (2, 3, ["fac54203e7cc696c"]),
    (1, 5, ["6e340b9cffb37a98", "5f083f0a1a33ca07", "bc1a0643b12e4d2d"]),
]
CONSISTENCIES = [
    (1, 1, []),
    (1, 8, ["96a296d224f285c6", "5f083f0a1a33ca07", "6b47aaf29ee3c2af"]),
    (6, 8, ["0ebc5d3437fbe2db", "ca854ea128ed050b", "d37ee418976dd957"]),
    (2, 5, ["5f083f0a1a33ca07", "bc1a0643b12e4d2d"]),
]
SIZES = st.integers(1, 2000)
LEAVES = [leaf_hash(str(n).encode()) for n in range(2000)]


def mth(leaves):
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = largest_power_below(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m, leaves):
    """RFC 6962, section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, whole):
    """RFC 6962, section 2.1.2, word for word."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = largest_power_below(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def largest_power_below(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def short(proof):
    return [part.hex()[:16] for part in proof]


def test_the_published_roots_are_found():
    leaves = [leaf_hash(entry) for entry in ENTRIES]

    assert [root(leaves[:n]).hex() for n in range(1, 9)] == ROOTS
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("index", "size", "expected"), INCLUSIONS)
def test_the_published_inclusion_proofs_are_found(index, size, expected):
    leaves = [leaf_hash(entry) for entry in ENTRIES[:size]]

    assert short(inclusion(leaves, index)) == expected


@pytest.mark.parametrize(("old", "new", "expected"), CONSISTENCIES)
def test_the_published_consistency_proofs_are_found(old, new, expected):
    leaves = [leaf_hash(entry) for entry in ENTRIES[:new]]

    assert short(consistency(leaves, old)) == expected


@pytest.mark.parametrize("size", range(71))
def test_every_small_tree_and_all_its_proofs_are_as_the_standard_defines_them(size):
    leaves = LEAVES[:size]
    expected = mth(leaves)

    assert root(leaves) == expected
    for index in range(size):
        proof = inclusion(leaves, index)
        assert proof == path(index, leaves)
        assert verify_inclusion(leaves[index], index, size, proof, expected)
    for old in range(1, size + 1):
        proof = consistency(leaves, old)
        assert proof == subproof(old, leaves, True)
        assert verify_consistency(old, size, mth(leaves[:old]), expected, proof)


@given(SIZES, st.data())
@settings(max_examples=60, deadline=None)
def test_a_large_tree_and_its_proofs_are_as_the_standard_defines_them(size, data):
    leaves = LEAVES[:size]
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))

    assert root(leaves) == mth(leaves)
    assert inclusion(leaves, index) == path(index, leaves)
    assert consistency(leaves, old) == subproof(old, leaves, True)


@given(SIZES, st.data())
@settings(max_examples=100, deadline=None)
def test_an_inclusion_proof_proves_nothing_else(size, data):
    leaves = LEAVES[:size]
    index = data.draw(st.integers(0, size - 1))
    proof, top = inclusion(leaves, index), root(leaves)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index or size == 1))

    assert not verify_inclusion(leaf_hash(b"another body"), index, size, proof, top)
    assert not verify_inclusion(leaves[index], index, size, [*proof, top], top)
    assert not verify_inclusion(leaves[index], index, size, proof, EMPTY_ROOT)
    assert not verify_inclusion(leaves[index], size, size, proof, top)
    assert not verify_inclusion(leaves[index], -1, size, proof, top)
    if other != index:
        assert not verify_inclusion(leaves[index], other, size, proof, top)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        bent = [*proof[:place], bytes(32), *proof[place + 1 :]]
        assert not verify_inclusion(leaves[index], index, size, bent, top)
        assert not verify_inclusion(leaves[index], index, size, proof[1:], top)


@given(SIZES, st.data())
@settings(max_examples=100, deadline=None)
def test_a_consistency_proof_proves_nothing_else(size, data):
    old = data.draw(st.integers(1, size))
    leaves = LEAVES[:size]
    before, after, proof = root(leaves[:old]), root(leaves), consistency(leaves, old)
    rewritten = root([leaf_hash(b"rewritten"), *leaves[1:old]])

    assert verify_consistency(old, size, before, after, proof)
    assert not verify_consistency(old, size, rewritten, after, proof)
    assert not verify_consistency(old, size, before, rewritten, proof)
    assert not verify_consistency(old, size, before, after, [*proof, before])
    assert not verify_consistency(size + 1, size, before, after, proof)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        bent = [*proof[:place], bytes(32), *proof[place + 1 :]]
        assert not verify_consistency(old, size, before, after, bent)
        assert not verify_consistency(old, size, before, after, proof[1:])


def test_an_empty_tree_begins_every_tree_and_no_other_does():
    top = root(LEAVES[:5])

    assert consistency(LEAVES[:5], 0) == []
    assert verify_consistency(0, 5, EMPTY_ROOT, top, [])
    assert not verify_consistency(0, 5, top, top, [])
    assert verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_a_leaf_that_is_not_there_has_no_proof(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_ranges(index, size)


def test_a_larger_tree_is_not_the_beginning_of_a_smaller():
    with pytest.raises(ValueError, match="beginning"):
        consistency_ranges(6, 5)


@given(SIZES, st.data())
@settings(max_examples=60, deadline=None)
def test_a_proof_is_put_together_from_complete_subtrees(size, data):
    index = data.draw(st.integers(0, size - 1))

    for wanted in (*inclusion_ranges(index, size), (0, size)):
        start, end = wanted
        nodes = {(level, at): mth(LEAVES[at << level : (at + 1) << level]) for level, at in nodes_of(wanted)}
        assert range_hash(wanted, nodes) == mth(LEAVES[start:end])
        assert all(lower < upper for (upper, _), (lower, _) in pairwise(nodes_of(wanted)))


def test_a_growing_tree_has_the_root_of_every_size_on_the_way():
    edge = Edge()

    assert edge.root == EMPTY_ROOT
    for size, leaf in enumerate(LEAVES[:300], start=1):
        edge.add(leaf)
        assert (edge.size, edge.root) == (size, root(LEAVES[:size]))
    edge.extend(LEAVES[300:1000])
    assert edge.root == root(LEAVES[:1000])
