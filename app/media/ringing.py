"""Ringing: bursts at the loudspeaker, one after the other, until somebody answers."""

import asyncio
from collections.abc import Callable
from typing import assert_never

import av
import numpy as np
from numpy.typing import NDArray

from app.media.hardware import Hardware
from app.media.loudspeaker import Loudspeaker
from app.media.ringing_messages import Ring, RingCommand, StopRinging
from app.media.sources import AUDIO_RATE, AUDIO_SAMPLES, Clock
from app.media.tones import TONES, burst

RINGS = "ring"
"""The stream in which it is played."""


class Ringing:
    """What rings, if anything does.

    Args:
        in_call: the loudspeaker of the call, while there is one: its sound is taken out of the
            microphone's.
    """

    def __init__(
        self, hardware: Hardware, clock: Clock, in_call: Callable[[], Loudspeaker | None]
    ) -> None:
        self._hardware = hardware
        self._clock = clock
        self._in_call = in_call
        self._task: asyncio.Task[None] | None = None

    async def handle(self, command: RingCommand) -> None:
        """Returns at once; a loudspeaker that is slow to open holds up nothing else."""
        await self.close()
        match command:
            case Ring():
                self._task = asyncio.create_task(self._ring(command), name="ringing")
            case StopRinging():
                pass
            case _:
                assert_never(command)

    async def close(self) -> None:
        """Silence."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _ring(self, command: Ring) -> None:
        own: Loudspeaker | None = None
        sound = burst(command.sound, soft=command.soft)
        begin = self._clock.now()
        ends = begin + command.for_s
        try:
            while begin < ends:
                call = self._in_call()
                if call is None and own is None:
                    own = Loudspeaker(self._hardware, lambda _in_use: None)
                    await own.choose(command.speaker)
                place = own if call is None else call
                if place is not None:
                    await self._play(sound, begin, place)
                begin += TONES[command.sound].every_s
                await self._clock.until(min(begin, ends))
        finally:
            if own is not None:
                own.close()

    async def _play(self, sound: NDArray[np.int16], begin: float, place: Loudspeaker) -> None:
        """One burst; what is left of it is dropped when a call begins or ends meanwhile."""
        call = self._in_call()
        try:
            for number, at in enumerate(range(0, sound.size - AUDIO_SAMPLES + 1, AUDIO_SAMPLES)):
                if self._in_call() is not call:
                    return
                place.play(RINGS, _frame(sound[at : at + AUDIO_SAMPLES]))
                await self._clock.until(begin + (number + 1) * AUDIO_SAMPLES / AUDIO_RATE)
        finally:
            place.forget(RINGS)


def _frame(samples: NDArray[np.int16]) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = AUDIO_RATE
    return frame
