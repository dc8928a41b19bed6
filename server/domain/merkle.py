"""Merkle trees as certificate transparency has them (RFC 9162 section 2.1): SHA-256, append only.

A root says what every leaf is and where it stands; whoever has kept one knows later whether
anything was changed, removed, inserted or put in another place.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()
Subtree = Callable[[int, int], bytes]
"""The root over the leaves from one number up to, and without, another."""


def leaf_hash(data: bytes) -> bytes:
    """Of one entry (2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Of two subtrees (2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows: it keeps the roots of its full subtrees, the largest first.

    Args:
        size: how many leaves it has.
        peaks: one root of 32 bytes for each bit that is set in `size`.
    """

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size, self.peaks = size, list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError("these are not the peaks of a tree of this size")

    def append(self, leaf: bytes) -> None:
        """`leaf` is a hash of `leaf_hash`."""
        size = self.size
        while size & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            size >>= 1
        self.peaks.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Over these leaf hashes."""
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root


def largest_full(count: int) -> int:
    """How many of `count` leaves are its left subtree: the largest power of two below (2.1.1)."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_proof(number: int, size: int, subtree: Subtree) -> list[bytes]:
    """What shows that leaf `number` is in the tree of `size` (2.1.3.1)."""
    if not 0 <= number < size:
        raise ValueError("there is no such leaf")
    low, high = 0, size
    path: list[bytes] = []
    while high - low > 1:
        middle = low + largest_full(high - low)
        if number < middle:
            path.append(subtree(middle, high))
            high = middle
        else:
            path.append(subtree(low, middle))
            low = middle
    return path[::-1]


def includes(leaf: bytes, number: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether an inclusion proof holds (2.1.3.2)."""
    if not 0 <= number < size:
        return False
    at, last, found = number, size - 1, leaf
    for one in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(one, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, one)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(first: int, second: int, subtree: Subtree) -> list[bytes]:
    """What shows that the tree of `first` leaves is the beginning of that of `second` (2.1.4.1)."""
    if not 0 < first <= second:
        raise ValueError("the first tree is not smaller than the second")
    path: list[bytes] = []
    low, high, whole = 0, second, True
    while first != high:
        middle = low + largest_full(high - low)
        if first <= middle:
            path.append(subtree(middle, high))
            high = middle
        else:
            path.append(subtree(low, middle))
            low, whole = middle, False
    if not whole:
        path.append(subtree(low, high))
    return path[::-1]


def consistent(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether a consistency proof holds (2.1.4.2)."""
    if first == second:
        return not path and first_root == second_root
    if not 0 < first < second:
        return False
    rest = list(path) if first & (first - 1) else [first_root, *path]
    if not rest:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    one = two = rest[0]
    for node in rest[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            one, two = node_hash(node, one), node_hash(node, two)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            two = node_hash(two, node)
        at, last = at >> 1, last >> 1
    return last == 0 and one == first_root and two == second_root
