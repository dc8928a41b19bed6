"""How loud everybody is, who speaks, and whether one speaks while muted.

Levels are of the decoded sound (dBFS, root mean square of 20 ms), so they need no negotiated RTP
extension and are the same for every program on the other side.
"""

from collections import deque
from collections.abc import Callable

import av
import numpy as np

from app.media.loudness import SILENCE_DB, SoundLevels, Speaking

LOOK_EVERY = 0.1
"""Seconds between two looks at the levels."""
SPEECH_DB, ABOVE_NOISE_DB = -50.0, 9.0
"""Speech is louder than this, and so much louder than the room is when nobody speaks."""
NOISE_RISES_DB = 0.15
"""What the room's own noise may be taken to have grown by between two looks."""
WINDOW, TAKES_OVER = 10, 6
"""Of so many looks somebody must have spoken in this many to be shown large."""
STAYS = 2.0
"""Seconds that whoever is shown large stays so at least."""
LOUDER_DB = 10.0
"""So much louder, over the looks of the window, somebody takes over from one who speaks as well."""
MUTED_TELLS, MUTED_FORGETS = 5, 3.0
"""Looks of the window with speech, and seconds of silence, until it is told and told no longer."""


def level_of(frame: av.AudioFrame) -> float:
    """dBFS of s16 sound, `SILENCE_DB` at least."""
    samples = frame.to_ndarray().astype(np.float32)
    power = float(np.mean(np.square(samples))) / (32768.0 * 32768.0)
    return max(SILENCE_DB, 10 * float(np.log10(power + 1e-12)))


class Voice:
    """One stream: its level, and whether that is speech above the room's noise."""

    def __init__(self) -> None:
        self._loudest = SILENCE_DB
        self._noise: float | None = None
        self._spoke: deque[bool] = deque(maxlen=WINDOW)
        self._levels: deque[float] = deque(maxlen=WINDOW)
        self.level = SILENCE_DB

    def heard(self, level: float) -> None:
        self._loudest = max(self._loudest, level)

    def look(self) -> None:
        """Takes what was heard since the last look; a muted microphone tells nothing of a room."""
        self.level, self._loudest = self._loudest, SILENCE_DB
        self._levels.append(self.level)
        if self.level <= SILENCE_DB:
            self._spoke.append(False)
            return
        risen = self.level if self._noise is None else self._noise + NOISE_RISES_DB
        self._noise = min(self.level, risen)
        self._spoke.append(self.level > max(SPEECH_DB, self._noise + ABOVE_NOISE_DB))

    @property
    def looks_with_speech(self) -> int:
        return sum(self._spoke)

    @property
    def loudness(self) -> float:
        """dBFS on average over the window."""
        return sum(self._levels) / len(self._levels) if self._levels else SILENCE_DB

    @property
    def speaks(self) -> bool:
        return bool(self._spoke) and self._spoke[-1]


class Hearing:
    """Everybody's voice.

    Args:
        own: the stream of one's own microphone, which is never shown large.
    """

    def __init__(self, own: str) -> None:
        self._own = own
        self._voices: dict[str, Voice] = {own: Voice()}
        self._speaker: str | None = None
        self._since = -STAYS
        self._muted_speech: float | None = None
        self._told = Speaking(speaker=None, while_muted=False)

    def heard(self, stream: str, frame: av.AudioFrame) -> None:
        self._voices.setdefault(stream, Voice()).heard(level_of(frame))

    def forget(self, stream: str) -> None:
        """The peer left."""
        self._voices.pop(stream, None)

    def look(
        self, now: float, *, muted: bool, tell: Callable[[SoundLevels | Speaking], None]
    ) -> None:
        """Every `LOOK_EVERY` seconds."""
        for voice in self._voices.values():
            voice.look()
        levels = {stream: round(voice.level, 1) for stream, voice in self._voices.items()}
        tell(SoundLevels(levels=levels))
        told = Speaking(speaker=self._elect(now), while_muted=self._while_muted(now, muted=muted))
        if told != self._told:
            self._told = told
            tell(told)

    def _elect(self, now: float) -> str | None:
        if self._speaker not in self._voices:
            self._speaker, self._since = None, -STAYS
        others = {s: v for s, v in self._voices.items() if s != self._own}
        ready = {s: v for s, v in others.items() if v.looks_with_speech >= TAKES_OVER}
        if not ready or now - self._since < STAYS:
            return self._speaker
        if (present := ready.get(self._speaker or "")) is not None:
            most = present.loudness + LOUDER_DB
            ready = {s: v for s, v in ready.items() if v.loudness > most}
            if not ready:
                return self._speaker
        self._speaker = max(ready, key=lambda s: (ready[s].looks_with_speech, ready[s].level))
        self._since = now
        return self._speaker

    def _while_muted(self, now: float, *, muted: bool) -> bool:
        voice = self._voices[self._own]
        if not muted:
            self._muted_speech = None
        elif voice.looks_with_speech >= MUTED_TELLS:
            self._muted_speech = now
        elif self._muted_speech is not None and now - self._muted_speech > MUTED_FORGETS:
            self._muted_speech = None
        return self._muted_speech is not None
