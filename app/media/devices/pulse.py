"""What PulseAudio (or PipeWire in its place) says was unplugged: Qt does not always hear of it.

Qt 6.9 follows devices that come and the default that changes, but not the going of a device that is
not the default: it keeps it in its list. So the sound server is asked beside it.
"""

import logging
import threading
from collections.abc import Callable, Sequence

from pulsectl.pulsectl import Pulse, PulseError, PulseLoopStop

from app.media.equipment import Device

log = logging.getLogger(__name__)


class PulseWatch:
    """Listens to the sound server in a thread of its own.

    Args:
        changed: called in that thread when a source or sink came or went.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._removed: frozenset[str] = frozenset()
        self._pulse: Pulse | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._listen, name="plugs", daemon=True)
        self._thread.start()

    def present(self, devices: Sequence[Device]) -> tuple[Device, ...]:
        """Those that were not removed; all, where there is no sound server to ask."""
        return tuple(device for device in devices if device.device_id not in self._removed)

    def close(self) -> None:
        """Ends the thread; from any thread."""
        self._closing = True
        if (pulse := self._pulse) is not None:
            pulse.event_listen_stop()  # type: ignore[no-untyped-call]  # it ships no types

    def _listen(self) -> None:
        try:
            with Pulse("huizhen-devices", connect=True) as pulse:  # type: ignore[no-untyped-call]  # it ships no types
                self._pulse = pulse
                pulse.event_mask_set("sink", "source")
                pulse.event_callback_set(lambda _event: _stop())
                present = _names(pulse)
                while not self._closing:
                    pulse.event_listen()
                    before, present = present, _names(pulse)
                    self._removed = (self._removed | (before - present)) - present
                    if before != present:
                        self._changed()
        except PulseError as error:
            log.info("the sound server does not say what is unplugged: %s", type(error).__name__)
            self._removed = frozenset()


def watch_pulse(changed: Callable[[], None]) -> PulseWatch:
    """Begins to listen."""
    return PulseWatch(changed)


def _names(pulse: Pulse) -> frozenset[str]:
    return frozenset(one.name for one in (*pulse.sink_list(), *pulse.source_list()))


def _stop() -> None:
    """Listening ends, so that the lists can be asked for: not allowed inside a callback."""
    raise PulseLoopStop
