"""What every suite shares: no screen is needed, nothing is logged unseen, where real data lies."""

import gc
import logging
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
PROJECT = Path(__file__).resolve().parents[1]
PHASES = ("setup", "call", "teardown")


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()
    config.addinivalue_line(
        "markers", "allow_logs(reason): this test makes the program warn; the reason says why"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`./dev test` looks for tests that want the computer for themselves in one folder."""
    live = PROJECT / "tests" / "live"
    stray = [
        item.nodeid
        for item in items
        if item.get_closest_marker("alone") and not item.path.is_relative_to(live)
    ]
    if stray:
        raise pytest.UsageError(f"marked `alone`, but not below tests/live: {stray}")


def pytest_collection_finish() -> None:
    """What has been imported and collected stays: no later collection has to look at it."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Generator[None]:
    """Windows of a test that is over are deleted now, not when some event loop runs again: every
    window alive is restyled and reworded with the later ones."""
    yield
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def garbage_is_collected_in_the_main_thread() -> Iterator[None]:
    """As in the program (`app.composition.garbage`): else a decoding thread of one test destroys
    the dead Qt objects of another."""
    yield
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [n for n in (2, 1, 0) if counts[n] > thresholds[n]]
    if due:
        gc.collect(due[0])


@pytest.fixture(autouse=True)
def nothing_is_logged_unseen(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """A warning nobody expected is a defect that a test just walked past."""
    allowed = request.node.get_closest_marker("allow_logs")
    if allowed is not None and not (allowed.args or allowed.kwargs.get("reason")):
        pytest.fail("allow_logs needs its reason: @pytest.mark.allow_logs('why it warns')")
    yield
    if allowed is not None:
        return
    records = [record for phase in PHASES for record in caplog.get_records(phase)]  # type: ignore[arg-type]  # a Literal
    loud = [record for record in records if record.levelno >= logging.WARNING]
    if loud:
        lines = "\n".join(f"  {r.levelname} {r.name}: {r.getMessage()}" for r in loud)
        pytest.fail(
            f"logged without being expected:\n{lines}\nMend the cause, or mark the test with "
            "@pytest.mark.allow_logs('why it warns')."
        )


@pytest.fixture(autouse=True)
def keys_are_let_go() -> Iterator[None]:
    """Qt takes Ctrl for held as long as its last key event said so, and lists of later tests would
    choose otherwise."""
    yield
    if (
        isinstance(QApplication.instance(), QApplication)
        and QApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier
    ):
        QTest.keyRelease(QWidget(), Qt.Key.Key_Control)


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder with real data beside the project."""
    folder = Path(os.environ.get("HUIZHEN_SHARED", PROJECT.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip("no shared test data beside the project (HUIZHEN_SHARED)")
    return folder


@pytest.fixture(scope="session")
def shared_data(shared_folder: Path) -> Path:
    """Real DICOM objects that nobody in this project wrote."""
    return shared_folder / "dicom"
