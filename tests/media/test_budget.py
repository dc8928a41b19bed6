"""One line for a share and the face beside it: speech, then the share, then the face."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.media.bitrate import Controller, Decision
from app.media.budget import (
    FACE_FROM_KBPS,
    FACE_LEAST_KBPS,
    FACE_UNTIL_KBPS,
    FRESH_S,
    LOOKS,
    SHARE_MOST_KBPS,
    Division,
    Line,
)
from app.media.ladder import LADDER, MOST_KBPS
from app.media.line_quality import Work
from app.media.share_ladder import SCREEN_LADDER, UP_AFTER_S, Content, ShareRungs
from protocol.call import Motion

BASE = Controller(0.0).decide(0.0, Work())
RATES = st.integers(min_value=0, max_value=MOST_KBPS)


def decided(pictures_kbps: int) -> Decision:
    """The controller has so much for all pictures, and would send the best."""
    return replace(BASE, pictures_kbps=pictures_kbps, rung=LADDER[0])


def busy(content: Content = Content.SCREEN) -> Division:
    """A share that uses whatever it gets."""
    division = Division(content)
    for _ in range(LOOKS):
        division.used(float(MOST_KBPS))
    return division


@given(RATES, st.sampled_from(Content), st.lists(RATES, max_size=6))
def test_both_together_never_get_more_than_there_is(
    kbps: int, content: Content, used: list[int]
) -> None:
    division = Division(content)
    for one in used:
        division.used(float(one))
    parts = division.divide(kbps)
    assert parts.share + parts.face <= kbps
    assert 0 <= parts.share <= parts.could <= SHARE_MOST_KBPS[content]
    assert parts.face == 0 or parts.face >= FACE_LEAST_KBPS


@given(RATES)
def test_a_busy_share_comes_before_the_face(kbps: int) -> None:
    parts = busy().divide(kbps)
    assert parts.share >= min(kbps * 0.7, SHARE_MOST_KBPS[Content.SCREEN])


@pytest.mark.parametrize(
    ("kbps", "share", "face"),
    [
        (100, 100, 0),
        (FACE_FROM_KBPS - 1, FACE_FROM_KBPS - 1, 0),
        (FACE_FROM_KBPS, FACE_FROM_KBPS - FACE_LEAST_KBPS, FACE_LEAST_KBPS),
        (1930, 1640, 290),
        (3900, 2000, 1900),
    ],
)
def test_how_a_busy_screen_and_a_face_divide(kbps: int, share: int, face: int) -> None:
    parts = busy().divide(kbps)
    assert (parts.share, parts.face) == (share, face)


def test_the_face_stays_until_clearly_less_is_there() -> None:
    division = busy()
    assert division.divide(FACE_FROM_KBPS).face
    assert division.divide(FACE_UNTIL_KBPS).face
    assert not division.divide(FACE_UNTIL_KBPS - 1).face
    assert not division.divide(FACE_UNTIL_KBPS).face, "and comes back where there is clearly enough"


def test_what_a_still_screen_leaves_is_lent_to_the_face_and_given_back() -> None:
    division = Division(Content.SCREEN)
    for _ in range(LOOKS):
        division.used(20.0)
    lent = division.divide(2000)
    assert lent.face > 1400
    assert lent.could > 1500, "it keeps its frame rate for when it moves"
    division.used(float(lent.share))
    assert division.divide(2000).share > 2 * lent.share


def test_a_screen_keeps_its_size_and_gives_frames_up() -> None:
    rungs = [ShareRungs(Content.SCREEN).rung(0.0, kbps) for kbps in (2000, 700, 300, 120, 30)]
    assert [rung.fps for rung in rungs] == [15, 10, 5, 2, 1]
    assert {rung.height for rung in rungs} == {1080}
    assert all(rung.sharp for rung in SCREEN_LADDER)
    assert ShareRungs(Content.SCREEN).rung(0.0, 0).motion is Motion.PAUSED


def test_an_ultrasound_moves_and_gives_size_up() -> None:
    rungs = [ShareRungs(Content.MOVING).rung(0.0, kbps) for kbps in (2500, 1600, 700, 300)]
    assert [rung.name for rung in rungs] == ["720p25", "720p25", "480p15", "360p15"]
    assert not any(rung.sharp for rung in rungs)


def test_a_better_rung_is_taken_only_after_there_was_room_for_a_while() -> None:
    rungs = ShareRungs(Content.SCREEN)
    assert rungs.rung(0.0, 300).fps == 5
    assert rungs.rung(1.0, 2000).fps == 5
    assert rungs.rung(1.0 + UP_AFTER_S, 2000).fps == 15
    assert rungs.rung(5.0, 300).fps == 5, "worse at once"


def test_the_face_s_controller_decides_for_both() -> None:
    line = Line()
    line.shares(Content.SCREEN)
    face = line.face.allot(10.0, decided(1930))
    share = line.share.allot(10.2, decided(4000))
    assert face.pictures_kbps + share.pictures_kbps == 1930
    assert share.pictures_kbps > face.pictures_kbps
    assert LADDER.index(face.rung) > LADDER.index(decided(1930).rung)
    assert share.rung.height == 1080


def test_without_the_face_s_connection_the_share_goes_on_by_itself() -> None:
    line = Line()
    line.shares(Content.SCREEN)
    line.face.allot(10.0, decided(600))
    share = line.share.allot(10.1 + FRESH_S, decided(1200))
    assert share.pictures_kbps == 1200


def test_the_controller_hears_of_both_connections() -> None:
    line = Line()
    line.shares(Content.SCREEN)
    line.share.told(5.0, 90.0, 700.0)
    line.share.work(5.0, Work(arrived_kbps=650, sent_kbps=720, encode_share=0.5))
    assert line.face.told(5.2, 20.0, 300.0) == (90.0, 1000.0)
    both = line.face.work(5.2, Work(arrived_kbps=280, sent_kbps=310, encode_share=0.2))
    assert (both.arrived_kbps, both.sent_kbps, both.encode_share) == (930, 1030, 0.5)
    assert line.face.told(9.0, 20.0, 300.0) == (20.0, 300.0), "what is old says nothing"


def test_without_a_share_nothing_is_changed() -> None:
    line = Line()
    assert line.face.allot(1.0, decided(1930)) == decided(1930)
    line.shares(Content.SCREEN)
    assert line.face.allot(2.0, decided(1930)).pictures_kbps < 1930
    line.shares(None)
    assert line.face.allot(3.0, decided(1930)) == decided(1930)
