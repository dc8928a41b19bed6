"""Who is told that something was unplugged, by a real sound server."""

import contextlib
import queue
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pulse = pytest.importorskip("app.media.devices.pulse", reason="pulsectl needs libpulse0")

from app.media.equipment import Device  # noqa: E402 after the check that libpulse can be loaded
from tests.media.sound_server import sound_server  # noqa: E402 the same

HEADSET = Device(device_id="headset", name="headset", default=False)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the sound server's socket lies, for a program that asks for the usual one."""
    with tempfile.TemporaryDirectory(prefix="hz") as made:
        monkeypatch.setenv("PULSE_SERVER", f"unix:{made}/pulse")
        yield Path(made)


class Watched:
    """A watch, and whether the headset has been told to be gone."""

    def __init__(self) -> None:
        self.gone = threading.Event()
        self.watch = pulse.PulseWatch(self._changed, again_s=0.05)

    def _changed(self) -> None:
        if HEADSET not in self.watch.present([HEADSET]):
            self.gone.set()


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> "queue.Queue[Callable[[], None]]":
    """What is done, one after the other, when loudspeakers are listed and microphones not yet."""
    meanwhile: queue.Queue[Callable[[], None]] = queue.Queue()
    sources = pulse.Pulse.source_list

    def source_list(link: Any) -> Any:
        with contextlib.suppress(queue.Empty):
            meanwhile.get_nowait()()
        return sources(link)

    monkeypatch.setattr(pulse.Pulse, "source_list", source_list)
    return meanwhile


def test_what_goes_while_the_lists_are_asked_for_is_noticed_too(
    folder: Path, listed: "queue.Queue[Callable[[], None]]"
) -> None:
    begun = threading.Event()
    listed.put(begun.set)
    with sound_server(folder) as server:
        server.plug("headset")
        listed.put(lambda: server.unplug("headset"))
        watched = Watched()
        assert begun.wait(30)
        server.plug("desk")
        assert watched.gone.wait(30)
        watched.watch.close()


def test_what_goes_after_the_sound_server_was_started_again_is_noticed(
    folder: Path, listed: "queue.Queue[Callable[[], None]]", monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, seen = threading.Event(), threading.Event()
    loudspeakers = pulse.Pulse.sink_list

    def sink_list(link: Any) -> Any:
        found = loudspeakers(link)
        if "headset" in [one.name for one in found]:
            seen.set()
        return found

    monkeypatch.setattr(pulse.Pulse, "sink_list", sink_list)
    listed.put(begun.set)
    with sound_server(folder):
        watched = Watched()
        assert begun.wait(30)
    with sound_server(folder) as server:
        server.plug("headset")
        assert seen.wait(30)
        server.unplug("headset")
        assert watched.gone.wait(30)
        watched.watch.close()


def test_closing_says_nothing_to_a_sound_server_that_has_ended(
    folder: Path, listed: "queue.Queue[Callable[[], None]]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """libpulse ends the whole program where it is asked for what it has freed."""
    begun, freed = threading.Event(), threading.Event()
    free = pulse.Pulse.close

    def close(link: Any) -> None:
        free(link)
        freed.set()

    told: list[Any] = []
    monkeypatch.setattr(pulse.Pulse, "close", close)
    monkeypatch.setattr(pulse.Pulse, "event_listen_stop", lambda link: told.append(link))
    listed.put(begun.set)
    with sound_server(folder):
        watch = pulse.PulseWatch(lambda: None, again_s=30)
        assert begun.wait(30)
    assert freed.wait(30)
    watch.close()
    assert told == []
