"""Trees and proofs are those of RFC 9162 section 2.1, whatever their size."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.merkle import (
    Tree,
    consistency_proof,
    consistent,
    includes,
    inclusion_proof,
    leaf_hash,
    root_of,
)

MOST = 70
LEAVES = [leaf_hash(bytes([n])) for n in range(MOST)]


def defined(leaves: list[bytes]) -> bytes:
    """The definition of 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = max(2**n for n in range(8) if 2**n < len(leaves))
    left, right = defined(leaves[:split]), defined(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def subtree(low: int, high: int) -> bytes:
    return root_of(LEAVES[low:high])


def test_the_known_roots_of_certificate_transparency() -> None:
    """The vectors that implementations of RFC 6962 and 9162 share."""
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    leaves = [leaf_hash(bytes.fromhex(one)) for one in data]
    assert root_of([]).hex().startswith("e3b0c44298fc1c149afb")
    assert root_of(leaves[:1]).hex().startswith("6e340b9cffb37a989ca5")
    assert root_of(leaves[:2]).hex().startswith("fac54203e7cc696cf0df")
    assert root_of(leaves[:7]).hex().startswith("ddb89be403809e325750")


@given(st.integers(0, MOST))
def test_a_grown_tree_has_the_root_of_the_definition(size: int) -> None:
    assert root_of(LEAVES[:size]) == defined(LEAVES[:size])


@given(st.integers(0, MOST), st.integers(0, MOST))
def test_a_tree_goes_on_from_its_peaks(first: int, more: int) -> None:
    grown = Tree()
    for leaf in LEAVES[:first]:
        grown.append(leaf)
    again = Tree(grown.size, grown.peaks)
    for leaf in LEAVES[first : first + more]:
        again.append(leaf)
    assert again.root == defined(LEAVES[: first + more])


def test_other_peaks_are_refused() -> None:
    with pytest.raises(ValueError, match="peaks"):
        Tree(3, [LEAVES[0]])


SIZES = st.integers(1, MOST)


@given(SIZES, st.data())
def test_a_leaf_is_proven_and_no_other_in_its_place(size: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, size - 1))
    path, root = inclusion_proof(number, size, subtree), subtree(0, size)
    assert includes(LEAVES[number], number, size, path, root)
    assert not includes(leaf_hash(b"another"), number, size, path, root)
    if size > 1:
        assert not includes(LEAVES[number], (number + 1) % size, size, path, root)
    assert not includes(LEAVES[number], number, size, [*path, root], root)


@given(SIZES, st.data())
def test_a_tree_is_proven_to_be_the_beginning_of_another(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size))
    path = consistency_proof(first, size, subtree)
    old, new = subtree(0, first), subtree(0, size)
    assert consistent(first, size, old, new, path)
    assert not consistent(first, size, leaf_hash(b"another"), new, path)
    assert not consistent(first, size, old, leaf_hash(b"another"), path)
