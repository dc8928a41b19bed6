"""A case rings: what it sounds like, how often, where, and when it stops."""

import asyncio

import av
import numpy as np
import pytest

from app.media.equipment import Device, Devices
from app.media.errors import SourceUnavailableError
from app.media.hardware import NoHardware
from app.media.loudspeaker import Loudspeaker
from app.media.playout import Playout, SilentPlayout
from app.media.ringing import Ringing
from app.media.ringing_messages import Ring, Sound, StopRinging
from app.media.sources import AUDIO_RATE
from app.media.tones import TONES, burst
from protocol.consultation import Urgency


class Turns:
    """Time passes when somebody waits for it, and whoever else has something to do has a turn."""

    def __init__(self) -> None:
        self.at = 100.0

    def now(self) -> float:
        return self.at

    async def until(self, moment: float) -> None:
        self.at = max(self.at, moment)
        await asyncio.sleep(0)


class Speaker(SilentPlayout):
    """Remembers when something was to be heard, and for which stream."""

    def __init__(self, clock: Turns) -> None:
        self._clock = clock
        self.loud: list[float] = []
        self.heard = asyncio.Event()
        self.forgotten: list[str] = []
        self.closed = False

    def play(self, peer_id: str, frame: av.AudioFrame) -> None:
        assert (frame.sample_rate, frame.samples) == (AUDIO_RATE, AUDIO_RATE // 50)
        if np.abs(frame.to_ndarray()).max() > 0:
            self.loud.append(self._clock.at)
            self.heard.set()

    def forget(self, peer_id: str) -> None:
        self.forgotten.append(peer_id)

    def close(self) -> None:
        self.closed = True


class Desk(NoHardware):
    """One loudspeaker, or one that cannot be opened."""

    def __init__(self, speaker: Speaker | None) -> None:
        self._speaker = speaker

    async def list_devices(self) -> Devices:
        return Devices(
            cameras=(),
            microphones=(),
            speakers=(Device(device_id="one", name="One", default=True),),
        )

    async def loudspeaker(self, device_id: str | None) -> Playout:
        if self._speaker is None:
            raise SourceUnavailableError("in use")
        return self._speaker


def pulses(sound: Sound) -> int:
    """How often silence turns into sound."""
    steps = np.abs(burst(sound)[: burst(sound).size // 480 * 480]).reshape(-1, 480).max(axis=1)
    loud = steps > 200
    return int(np.count_nonzero(loud[1:] & ~loud[:-1])) + int(loud[0])


def bursts(speaker: Speaker) -> list[float]:
    """When each burst began, in seconds after the first."""
    begins = [
        at
        for before, at in zip([0.0, *speaker.loud], speaker.loud, strict=False)
        if at - before > 1.0
    ]
    return [round(at - begins[0], 1) for at in begins]


async def begun(ringing: Ringing, speaker: Speaker) -> None:
    """Until something is heard, or the ringing has ended without."""
    assert ringing._task is not None
    hearing = asyncio.create_task(speaker.heard.wait())
    await asyncio.wait({hearing, ringing._task}, return_when=asyncio.FIRST_COMPLETED)
    assert hearing.done(), "nothing was heard"


async def settled(ringing: Ringing) -> None:
    """Until it has ended by itself."""
    assert ringing._task is not None
    await ringing._task


@pytest.mark.parametrize(
    ("sound", "count"),
    [
        (Sound.ROUTINE, 2),
        (Sound.URGENT, 3),
        (Sound.EMERGENCY, 3),
        (Sound.CALL, 2),
        (Sound.FINDING, 10),
        (Sound.CRITICAL, 10),
    ],
)
def test_the_more_urgent_it_is_the_more_pulses_a_burst_has(sound: Sound, count: int) -> None:
    assert pulses(sound) == count


def test_no_two_urgencies_sound_alike_and_the_more_urgent_repeat_sooner() -> None:
    sounds = {burst(sound).tobytes() for sound in Sound}
    assert len(sounds) == len(Sound)
    every = [TONES[Sound(urgency.value)].every_s for urgency in Urgency]
    assert every == sorted(every, reverse=True)
    assert all(burst(one).size / AUDIO_RATE < TONES[one].every_s for one in Sound)


def test_a_burst_begins_and_ends_in_silence_and_never_clips() -> None:
    for sound in Sound:
        samples = burst(sound)
        assert abs(int(samples[0])) < 100
        assert not samples[-4800:].any(), "a player that is closed cuts nothing off"
        assert 12_000 < np.abs(samples).max() < 20_000
        assert np.abs(burst(sound, soft=True)).max() < 5_000


async def test_it_rings_again_until_its_time_is_over_and_lets_the_loudspeaker_go() -> None:
    clock = Turns()
    speaker = Speaker(clock)
    ringing = Ringing(Desk(speaker), clock, lambda: None)
    await ringing.handle(Ring(sound=Sound.CRITICAL, for_s=16))
    await settled(ringing)
    assert bursts(speaker) == [0.0, 6.0, 12.0]
    assert clock.at == pytest.approx(116.0)
    assert speaker.closed


async def test_an_answer_silences_it_at_once() -> None:
    clock = Turns()
    speaker = Speaker(clock)
    ringing = Ringing(Desk(speaker), clock, lambda: None)
    await ringing.handle(Ring(sound=Sound.CRITICAL, for_s=60))
    await begun(ringing, speaker)
    await ringing.handle(StopRinging())
    heard = len(speaker.loud)
    for _ in range(50):
        await asyncio.sleep(0)
    assert len(speaker.loud) == heard
    assert speaker.closed


async def test_what_rings_next_takes_the_place_of_what_rang() -> None:
    clock = Turns()
    speaker = Speaker(clock)
    ringing = Ringing(Desk(speaker), clock, lambda: None)
    await ringing.handle(Ring(sound=Sound.ROUTINE, for_s=60))
    await begun(ringing, speaker)
    await ringing.handle(Ring(sound=Sound.CRITICAL, for_s=5))
    await settled(ringing)
    assert clock.at < 110, "the routine one went on for a minute"


async def test_in_a_call_it_sounds_at_the_calls_loudspeaker_and_elsewhere_after_it() -> None:
    clock = Turns()
    of_call, own = Speaker(clock), Speaker(clock)
    call = Loudspeaker(Desk(of_call), lambda _used: None)
    call._playing = of_call
    calls: list[Loudspeaker] = [call]
    ringing = Ringing(Desk(own), clock, lambda: calls[0] if calls else None)
    await ringing.handle(Ring(sound=Sound.CRITICAL, for_s=10, soft=True))
    await begun(ringing, of_call)
    assert not own.loud
    calls.clear()
    heard = len(of_call.loud)
    await settled(ringing)
    assert len(of_call.loud) <= heard + 1, "the rest of the burst is dropped"
    assert bursts(own) == [0.0]
    assert of_call.forgotten == ["ring"]


async def test_without_a_loudspeaker_it_is_silent_and_ends_the_same() -> None:
    clock = Turns()
    ringing = Ringing(Desk(None), clock, lambda: None)
    await ringing.handle(Ring(sound=Sound.URGENT, for_s=30))
    await settled(ringing)
    assert clock.at == pytest.approx(130.0)
