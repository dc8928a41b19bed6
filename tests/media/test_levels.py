"""Who speaks is shown large without jumping, and one who speaks while muted is told."""

from dataclasses import dataclass, field

import av
import numpy as np
import pytest

from app.media.levels import LOOK_EVERY, STAYS, Hearing, level_of
from app.media.loudness import SILENCE_DB, SoundLevels, Speaking

QUIET, ROOM, NOISY, SPEECH, SHOUT = -80.0, -55.0, -44.0, -28.0, -12.0


def sound(level: float) -> av.AudioFrame:
    """20 ms of a tone of this level in dBFS."""
    peak = 32767 * np.sqrt(2) * 10 ** (level / 20)
    wave = peak * np.sin(np.arange(960) * 2 * np.pi * 400 / 48_000)
    frame = av.AudioFrame.from_ndarray(wave.astype(np.int16)[None, :], format="s16", layout="mono")
    frame.sample_rate = 48_000
    return frame


@dataclass
class Room:
    """Everybody's loudness for some seconds; what was told."""

    hearing: Hearing = field(default_factory=lambda: Hearing("self"))
    now: float = 0.0
    told: list[Speaking] = field(default_factory=list)
    levels: dict[str, float] = field(default_factory=dict)

    def goes_on(self, seconds: float, *, muted: bool = False, **loudness: float) -> Speaking | None:
        """Returns what was told last, ever."""
        for _ in range(round(seconds / LOOK_EVERY)):
            for stream, level in loudness.items():
                self.hearing.heard(stream.replace("own", "self"), sound(level))
            self.hearing.look(self.now, muted=muted, tell=self._tell)
            self.now += LOOK_EVERY
        return self.told[-1] if self.told else None

    def _tell(self, event: SoundLevels | Speaking) -> None:
        if isinstance(event, Speaking):
            self.told.append(event)
        else:
            self.levels = event.levels


@pytest.fixture
def room() -> Room:
    made = Room()
    made.goes_on(2, own=ROOM, anna=ROOM, bo=ROOM)
    return made


@pytest.mark.parametrize("level", [-12.0, -28.0, -55.0])
def test_the_level_is_that_of_the_sound(level: float) -> None:
    assert level_of(sound(level)) == pytest.approx(level, abs=0.5)


def test_no_sound_is_silence_and_not_minus_infinity() -> None:
    assert level_of(sound(-200)) == SILENCE_DB


def test_whoever_speaks_is_shown_large(room: Room) -> None:
    assert room.told == []
    room.goes_on(1, own=ROOM, anna=SPEECH, bo=ROOM)
    assert [told.speaker for told in room.told] == ["anna"]


def test_a_cough_and_a_short_word_do_not_make_the_pictures_jump(room: Room) -> None:
    room.goes_on(3, own=ROOM, anna=SPEECH, bo=ROOM)
    room.goes_on(0.3, own=ROOM, anna=ROOM, bo=SHOUT)
    room.goes_on(3, own=ROOM, anna=SPEECH, bo=ROOM)
    assert [told.speaker for told in room.told] == ["anna"]


def test_two_who_speak_at_once_do_not_take_turns(room: Room) -> None:
    room.goes_on(3, own=ROOM, anna=SPEECH, bo=ROOM)
    room.goes_on(8, own=ROOM, anna=SPEECH, bo=SPEECH + 6)
    assert [told.speaker for told in room.told] == ["anna"]


def test_who_is_clearly_louder_takes_over_from_what_only_sounds_like_speech(room: Room) -> None:
    room.goes_on(3, own=ROOM, anna=NOISY, bo=ROOM)
    assert room.told[-1].speaker == "anna"
    room.goes_on(3, own=ROOM, anna=NOISY, bo=SPEECH)
    assert room.told[-1].speaker == "bo"


@pytest.mark.parametrize("muted", [{}, {"anna": SILENCE_DB}], ids=["no sound", "silence"])
def test_one_who_unmutes_in_a_loud_room_does_not_speak(room: Room, muted: dict[str, float]) -> None:
    room.goes_on(20, own=ROOM, anna=NOISY, bo=ROOM)
    room.goes_on(3, muted=False, own=ROOM, bo=SPEECH, **muted)
    room.told.clear()
    room.goes_on(5, own=ROOM, anna=NOISY, bo=ROOM)
    assert room.told == []


def test_the_next_speaker_takes_over_and_stays_for_a_while(room: Room) -> None:
    room.goes_on(3, own=ROOM, anna=SPEECH, bo=ROOM)
    before = room.now
    while not (told := room.goes_on(LOOK_EVERY, own=ROOM, anna=ROOM, bo=SPEECH)) or (
        told.speaker != "bo"
    ):
        assert room.now - before < STAYS
    assert [told.speaker for told in room.told] == ["anna", "bo"]


def test_a_loud_room_is_not_speech(room: Room) -> None:
    room.goes_on(20, own=ROOM, anna=ROOM, bo=-44.0)
    room.told.clear()
    room.goes_on(20, own=ROOM, anna=ROOM, bo=-44.0)
    assert room.told == []


def test_ones_own_voice_is_never_shown_large(room: Room) -> None:
    room.goes_on(5, own=SPEECH, anna=ROOM, bo=ROOM)
    assert room.told == []


def test_one_who_left_is_not_shown_large_any_more(room: Room) -> None:
    room.goes_on(3, own=ROOM, anna=SPEECH, bo=ROOM)
    room.hearing.forget("anna")
    told = room.goes_on(0.2, own=ROOM, bo=ROOM)
    assert told is not None
    assert told.speaker is None


def test_who_speaks_while_muted_is_told_until_silent_or_unmuted(room: Room) -> None:
    told = room.goes_on(1, muted=True, own=SPEECH, anna=ROOM)
    assert told == Speaking(speaker=None, while_muted=True)
    told = room.goes_on(5, muted=True, own=ROOM, anna=ROOM)
    assert told == Speaking(speaker=None, while_muted=False)
    room.goes_on(1, muted=True, own=SPEECH, anna=ROOM)
    told = room.goes_on(0.2, muted=False, own=SPEECH, anna=ROOM)
    assert told == Speaking(speaker=None, while_muted=False)


def test_the_meters_get_everybodys_level(room: Room) -> None:
    room.goes_on(0.3, own=SPEECH, anna=QUIET)
    assert room.levels["self"] == pytest.approx(SPEECH, abs=0.5)
    assert room.levels["bo"] == SILENCE_DB
