"""Whoever speaks does not hear themselves from our loudspeaker; our own speech stays."""

import asyncio
import subprocess
import sys

import av
import numpy as np
import pytest

from app.media.echo import Played, Treatment, Untreated, echo_cancelling
from app.media.levels import Hearing
from app.media.loudness import SoundTreatment
from app.media.messages import SELF_VIEW
from app.media.own_sound import OwnSound
from app.media.sources import AUDIO_SAMPLES
from tests.bench.echo import EchoPath, decibels, frame_of, speech_like


@pytest.fixture(scope="module")
def cancelling() -> Treatment:
    pytest.importorskip("livekit", reason="there is no livekit wheel for this computer")
    found = echo_cancelling()
    assert found is not None
    return found


def test_the_loudspeakers_sound_is_taken_out_and_our_own_stays(cancelling: Treatment) -> None:
    far, near = speech_like(12, seed=1), speech_like(12, seed=2)
    near[: len(near) // 2] = 0  # the far side speaks alone, then both
    path = EchoPath(far)
    left = path.through(cancelling, near)
    alone = slice(len(far) // 4, len(far) // 2)
    assert decibels(path.echo[alone]) - decibels(left[alone]) > 25
    both = slice(len(far) * 3 // 4, len(far))
    assert decibels(left[both]) > decibels(near[both]) - 12


def test_untreated_sound_is_as_it_was() -> None:
    frame = frame_of(speech_like(0.02, seed=3))
    assert Untreated().cleaned(frame) is frame


def test_what_several_peers_say_is_mixed_as_it_is_played() -> None:
    played = Played()
    for peer, level in (("anna", 100), ("bo", 20)):
        played.add(peer, frame_of(np.full(2 * AUDIO_SAMPLES, level, np.float64)))
    played.forget("bo")
    played.add("bo", frame_of(np.full(AUDIO_SAMPLES, 20, np.float64)))
    assert set(played.take()) == {120}
    assert set(played.take()) == {100}
    assert set(played.take()) == {0}, "nobody speaks: silence, and no waiting"


def test_a_peer_whose_clock_is_faster_does_not_pile_up() -> None:
    played = Played()
    for number in range(100):
        played.add("anna", frame_of(np.full(AUDIO_SAMPLES, number, np.float64)))
    assert played.take()[0] >= 90


async def test_where_there_is_no_wheel_sound_goes_out_as_it_is_and_it_is_told() -> None:
    told: list[SoundTreatment] = []
    heard = asyncio.Event()

    def tell(event: SoundTreatment) -> None:
        told.append(event)
        heard.set()

    sound = OwnSound(Hearing(SELF_VIEW), tell, lambda: None)
    sound.begin()
    sound.begin()
    await heard.wait()
    assert told == [SoundTreatment(echo_cancelled=False)]
    frame = frame_of(speech_like(0.02, seed=4))
    assert sound.treat(frame) is frame
    await sound.close()


def test_the_library_is_loaded_with_the_first_real_microphone_only() -> None:
    check = "import sys, app.media.process; assert 'livekit' not in sys.modules"
    subprocess.run([sys.executable, "-c", check], check=True)


def test_loading_it_connects_to_nothing(cancelling: Treatment) -> None:
    check = (
        "import psutil; from app.media.echo import echo_cancelling; echo_cancelling();"
        "assert not [c for c in psutil.Process().net_connections() if c.raddr]"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


def test_a_frame_keeps_its_shape(cancelling: Treatment) -> None:
    made = cancelling.cleaned(frame_of(speech_like(0.02, seed=5)))
    assert isinstance(made, av.AudioFrame)
    assert (made.samples, made.sample_rate, made.layout.name) == (AUDIO_SAMPLES, 48_000, "mono")
