"""Where received sound goes: to a loudspeaker, or nowhere when there is none."""

from typing import Protocol

import av


class Playout(Protocol):
    """Plays what every peer says."""

    def play(self, peer_id: str, frame: av.AudioFrame) -> None:
        """Plays 20 ms of a peer; never blocks, drops sound that comes faster than it is played."""
        ...

    def forget(self, peer_id: str) -> None:
        """The peer left."""
        ...

    def close(self) -> None: ...


class SilentPlayout:
    """There is no loudspeaker: sound is counted by the peer and discarded here."""

    def play(self, peer_id: str, frame: av.AudioFrame) -> None:
        """Discards it."""

    def forget(self, peer_id: str) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Nothing is held."""
