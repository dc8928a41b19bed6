"""Dead cycles with Qt objects in them end in the GUI thread, whoever fills the memory."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.composition.garbage import GuiThreadCollector


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[GuiThreadCollector]:
    made = GuiThreadCollector()
    yield made
    made.stop()
    gc.disable()  # as the suite has it


class Cycle(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.itself = self


def fill_memory() -> None:
    """Enough new containers that an automatic collection would have run many times."""
    for _ in range(50):
        kept = [[number] for number in range(2000)]
        assert kept


def test_a_decoding_thread_never_collects(collector: GuiThreadCollector) -> None:
    dead = weakref.ref(Cycle())
    thread = threading.Thread(target=fill_memory)
    thread.start()
    thread.join()
    assert dead() is not None
    fill_memory()
    collector.collect()
    gc.collect()
    assert dead() is None


def test_what_is_due_is_collected_without_a_full_look_at_everything(
    collector: GuiThreadCollector,
) -> None:
    gc.collect()
    dead = weakref.ref(Cycle())
    kept = [[number] for number in range(2000)]
    assert gc.get_count()[0] > gc.get_threshold()[0]
    collector.collect()
    assert dead() is None
    assert kept


def test_at_the_end_python_collects_by_itself_again(qapp: QApplication) -> None:
    GuiThreadCollector().stop()
    assert gc.isenabled()
    gc.disable()
