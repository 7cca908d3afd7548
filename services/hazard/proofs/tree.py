"""默克尔树 · The Merkle tree of RFC 6962 (RFC 9162, section 2.1) over the log's leaves: roots, proofs and their verification.

Pure, SHA-256. A leaf is known by its index, counted from 0: the event at position p is leaf p - 1. A range (start, end)
means the leaves start … end - 1; a proof is a sequence of hashes, each that of a range, from the leaf upwards.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from hashlib import sha256

__all__ = [
    "EMPTY_ROOT",
    "Edge",
    "Node",
    "Range",
    "consistency",
    "consistency_ranges",
    "inclusion",
    "inclusion_ranges",
    "leaf_hash",
    "node_hash",
    "nodes_of",
    "parents",
    "range_hash",
    "root",
    "verify_consistency",
    "verify_inclusion",
]

Range = tuple[int, int]
Node = tuple[int, int]  # level and index of a complete subtree: 2^level leaves from index * 2^level

EMPTY_ROOT = sha256().digest()


def leaf_hash(body: bytes) -> bytes:
    """叶哈希 · The hash of an entry: sha256(0x00 ‖ bytes)."""
    return sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """节点哈希 · The hash of two subtrees side by side: sha256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def parents(hashes: Sequence[bytes]) -> list[bytes]:
    """上一层 · The level above: each two become one, a last one without a neighbour moves up as it is."""
    above = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=False)]
    return [*above, hashes[-1]] if len(hashes) % 2 else above


def root(leaves: Sequence[bytes]) -> bytes:
    """根哈希 · The root over leaf hashes; the hash of nothing when there are none."""
    level = leaves
    while len(level) > 1:
        level = parents(level)
    return level[0] if level else EMPTY_ROOT


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """包含证明的区间 · The ranges whose hashes prove that a leaf stands in the tree of that size.

    Raises ValueError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    start, end = 0, size
    path = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """一致性证明的区间 · The ranges whose hashes prove that the tree of size `old` is the beginning of that of size `new`.

    None for an empty tree, which begins every other, and for equal sizes. Raises ValueError when `old` is larger.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves is not the beginning of one of {new}")
    if old in {0, new}:
        return []
    start, end = 0, new
    path = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    if start > 0:  # else this subtree is the whole old tree, whose root the verifier holds
        path.append((start, end))
    return path[::-1]


def nodes_of(wanted: Range) -> list[Node]:
    """区间的节点 · The complete subtrees, left to right, that make up a range of a proof; at most one of each level."""
    start, end = wanted
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def range_hash(wanted: Range, nodes: Mapping[Node, bytes]) -> bytes:
    """区间哈希 · The hash of a range out of those of its nodes; KeyError when one of them is not given."""
    return _joined([nodes[node] for node in nodes_of(wanted)])


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """包含证明 · Proves one of these leaf hashes against their root; ValueError when there is no such leaf."""
    return [root(leaves[start:end]) for start, end in inclusion_ranges(index, len(leaves))]


def consistency(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """一致性证明 · Proves that these leaf hashes begin with the first `old`; ValueError when there are fewer."""
    return [root(leaves[start:end]) for start, end in consistency_ranges(old, len(leaves))]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """验证包含 · Whether the proof leads from the leaf hash at the index to the expected root of that size."""
    if not 0 <= index < size:
        return False
    ranges = inclusion_ranges(index, size)
    if len(proof) != len(ranges):
        return False
    found = leaf
    for (start, _), sibling in zip(ranges, proof, strict=True):
        found = node_hash(found, sibling) if start > index else node_hash(sibling, found)
    return found == expected


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """验证一致 · Whether the proof shows that the tree of size `old` is the beginning of the tree of size `new`."""
    if not 0 <= old <= new:
        return False
    ranges = consistency_ranges(old, new)
    if len(proof) != len(ranges):
        return False
    if old == 0:
        return old_root == EMPTY_ROOT
    given = list(zip(ranges, proof, strict=True))
    if given and given[0][0][1] == old:  # the proof begins with a part of the old tree
        (_, first), *given = given
    else:
        first = old_root
    in_old = in_new = first
    for (start, _), sibling in given:
        if start >= old:
            in_new = node_hash(in_new, sibling)
        else:
            in_old, in_new = node_hash(sibling, in_old), node_hash(sibling, in_new)
    return in_old == old_root and in_new == new_root


class Edge:
    """右缘 · A tree that grows leaf by leaf and remembers no more than its right edge: one hash for each level."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []  # complete, left to right, each smaller than the one before

    def add(self, leaf: bytes) -> None:
        """加叶 · Add the next leaf hash."""
        self.size += 1
        found = leaf
        for _ in range(_trailing_zeros(self.size)):
            found = node_hash(self._subtrees.pop(), found)
        self._subtrees.append(found)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """加多叶 · Add leaf hashes in their order."""
        for leaf in leaves:
            self.add(leaf)

    @property
    def root(self) -> bytes:
        """根哈希 · The root over all leaves so far."""
        return _joined(self._subtrees)


def _joined(subtrees: Sequence[bytes]) -> bytes:
    if not subtrees:
        return EMPTY_ROOT
    *rest, last = subtrees
    return reduce(lambda right, left: node_hash(left, right), reversed(rest), last)


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1
