"""What was counted on all connections to one participant, as one.

Each connection counts the sound it missed by the sequence numbers it saw. What was said while there
was none, or while it was dead, has no number: it is counted by the time it took, if sound came
until then. Who is muted, or sends no sound, misses nothing.
"""

from collections.abc import Callable

from app.media.messages import ConnectionState, PeerStatistics
from app.media.tries import Try

SLOT_S = 0.02
"""A slot of sound."""
NOTICED_S = 0.5
"""Seconds without a packet of any kind that are an outage."""
JUST_NOW_S = 1.0
"""So shortly before the last packet sound was going on; so soon after the first it begins."""
ORDINARY_S = 0.1
"""Sound may be that late by itself."""

_SUMS = (
    "frames_sent",
    "audio_frames_sent",
    "frames_received",
    "frames_decoded",
    "audio_frames_received",
    "packets_lost",
    "freezes",
    "audio_slots",
    "audio_concealed",
    "key_frames_sent",
    "packets_resent",
)


class Accounts:
    """Of one participant.

    Args:
        now: monotonic seconds, those of the connections' own clock.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._before: list[PeerStatistics] = []
        self._missed_s = 0.0
        self._since: float | None = None

    def ended(self, one: Try) -> None:
        """Another connection takes the place of this one."""
        self._settle(one)
        self._before.append(one.peer.counted_so_far())
        if self._since is None and _sounded(one):
            self._since = one.peer.sounds.last

    def total(self, one: Try, counted: PeerStatistics, state: ConnectionState) -> PeerStatistics:
        """All that was counted, with the present connection's own count."""
        self._settle(one)
        sums = {
            name: getattr(counted, name) + sum(getattr(earlier, name) for earlier in self._before)
            for name in _SUMS
        }
        missed = round((self._missed_s + self._missing_s(one)) / SLOT_S)
        sums["audio_slots"] += missed
        sums["audio_concealed"] += missed
        return counted.model_copy(update=sums | {"state": state, "reconnects": len(self._before)})

    def _settle(self, one: Try) -> None:
        """Ends the time without sound where it ended, with sound or with a silent participant."""
        if self._since is None:
            return
        begins = one.peer.sounds.first
        flowed = one.flowed_at
        if begins is None and flowed is not None and self._now() - flowed > JUST_NOW_S:
            begins = flowed
        if begins is not None:
            self._missed_s += _beyond_ordinary(begins - self._since)
            self._since = None

    def _missing_s(self, one: Try) -> float:
        """Seconds of the outage that goes on; a connection that comes back counts them itself."""
        since = self._since
        if since is None and _sounded(one) and self._now() - one.heard > NOTICED_S:
            since = one.peer.sounds.last
        return 0.0 if since is None else _beyond_ordinary(self._now() - since)


def _sounded(one: Try) -> bool:
    """Sound came until nothing came any more."""
    last = one.peer.sounds.last
    return last is not None and one.heard - last <= JUST_NOW_S


def _beyond_ordinary(seconds: float) -> float:
    return max(0.0, seconds - ORDINARY_S)
