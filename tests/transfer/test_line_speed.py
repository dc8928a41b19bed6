"""The speed of the line is measured, and known to the next run."""

from pathlib import Path

import pytest

from app.store.profile import SealedStore
from app.store.sealed import Sealer, new_key
from app.transfer.line import FIRST_GUESS, Line


@pytest.fixture
def store(tmp_path: Path) -> SealedStore:
    return SealedStore(tmp_path, Sealer(new_key()))


def known(store: SealedStore) -> float:
    """What the next run begins with."""
    line = Line(store)
    line.load()
    return line.bytes_per_second


def test_before_anything_went_a_township_is_assumed(store: SealedStore) -> None:
    assert known(store) == FIRST_GUESS


async def test_what_was_measured_is_known_to_the_next_run(store: SealedStore) -> None:
    await Line(store).measured(12_000_000.0)
    assert known(store) == 12_000_000.0


async def test_little_changes_count_at_once_and_are_not_written(store: SealedStore) -> None:
    line = Line(store)
    await line.measured(1000.0)
    await line.measured(1100.0)
    assert (line.bytes_per_second, known(store)) == (1100.0, 1000.0)


async def test_a_line_on_which_nothing_moved_says_nothing(store: SealedStore) -> None:
    line = Line(store)
    await line.measured(0.0)
    assert line.bytes_per_second == FIRST_GUESS


def test_what_another_key_sealed_is_measured_anew(store: SealedStore, tmp_path: Path) -> None:
    SealedStore(tmp_path, Sealer(new_key())).write("line", b'{"bytes_per_second":1.0}')
    assert known(store) == FIRST_GUESS
