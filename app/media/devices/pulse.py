"""What PulseAudio (or PipeWire in its place) says was unplugged: Qt does not always hear of it.

Qt 6.9 follows devices that come and the default that changes, but not the going of a device that is
not the default: it keeps it in its list. So the sound server is asked beside it.
"""

import logging
import threading
from collections.abc import Callable, Sequence

from pulsectl.pulsectl import Pulse, PulseDisconnected, PulseError, PulseLoopStop

from app.media.equipment import Device

log = logging.getLogger(__name__)


class PulseWatch:
    """Listens to the sound server in a thread of its own.

    Args:
        changed: called in that thread when a source or sink came or went.
        again_s: how long after a sound server has ended it is asked for again, in seconds.
    """

    def __init__(self, changed: Callable[[], None], again_s: float = 1.0) -> None:
        self._changed = changed
        self._again_s = again_s
        self._removed: frozenset[str] = frozenset()
        self._pulse: Pulse | None = None
        self._asking = threading.Lock()
        """Held where `_pulse` is told something or let go."""
        self._closing = threading.Event()
        self._heard = False
        self._thread = threading.Thread(target=self._listen, name="plugs", daemon=True)
        self._thread.start()

    def present(self, devices: Sequence[Device]) -> tuple[Device, ...]:
        """Those that were not removed; all, where there is no sound server to ask."""
        return tuple(device for device in devices if device.device_id not in self._removed)

    def close(self) -> None:
        """Ends the thread; from any thread."""
        self._closing.set()
        with self._asking:
            if self._pulse is not None:
                self._pulse.event_listen_stop()

    def _listen(self) -> None:
        """A sound server that ends may be started again, as by an update: then it is asked anew."""
        found = False
        while not self._closing.is_set():
            try:
                with Pulse("huizhen-devices", connect=True) as pulse:
                    self._pulse, found = pulse, True
                    try:
                        self._follow(pulse)
                    finally:
                        self._let_go()
            except (PulseError, PulseDisconnected) as error:
                log.info(
                    "the sound server does not say what is unplugged: %s", type(error).__name__
                )
                self._removed = frozenset()
                if not found:
                    return
                self._closing.wait(self._again_s)

    def _let_go(self) -> None:
        """Before it is freed: libpulse ends the whole program where a freed one is told to stop."""
        with self._asking:
            self._pulse = None

    def _follow(self, pulse: Pulse) -> None:
        pulse.event_mask_set("sink", "source")
        pulse.event_callback_set(lambda _event: self._hear())
        present = _names(pulse)
        while not self._closing.is_set():
            if not self._heard:
                pulse.event_listen()
            self._heard = False
            before, present = present, _names(pulse)
            self._removed = (self._removed | (before - present)) - present
            if before != present:
                self._changed()

    def _hear(self) -> None:
        """Listening ends, so that the lists can be asked for: not allowed inside a callback.

        What comes while they are asked for stops no listening, so it is kept in mind.
        """
        self._heard = True
        raise PulseLoopStop


def watch_pulse(changed: Callable[[], None]) -> PulseWatch:
    """Begins to listen."""
    return PulseWatch(changed)


def _names(pulse: Pulse) -> frozenset[str]:
    return frozenset(one.name for one in (*pulse.sink_list(), *pulse.source_list()))
