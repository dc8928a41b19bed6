"""What the line does to pictures is said to both sides."""

import pytest

from app.media.messages import RelayState
from app.models.call import derive_call
from app.session.call import (
    CallEntered,
    CallJoining,
    CallServerAway,
    MediaTold,
    PeerPicture,
    RelaySeen,
    SourcesChanged,
)
from app.session.state import AnyFact
from protocol.call import Limit, Motion, SeatState
from protocol.socket import CallChanged
from tests.fakes.examples import NOW, call, named
from tests.models.test_derived import after
from tests.views.facts import reading


@pytest.mark.parametrize(
    ("ours", "theirs", "line", "word"),
    [
        ((Motion.FLUENT, Limit.NONE), (Motion.FLUENT, Limit.NONE), "", ""),
        (
            (Motion.FLUENT, Limit.LINE),
            (None, None),
            "Your upload is slow: your picture is sent smaller.",
            "",
        ),
        (
            (Motion.FLUENT, Limit.PROCESSOR),
            (None, None),
            "This computer is busy: your picture is sent smaller.",
            "",
        ),
        (
            (Motion.PAUSED, Limit.LINE),
            (None, None),
            "Your upload is slow: your picture is paused, speech goes on.",
            "",
        ),
        (
            (Motion.FLUENT, Limit.NONE),
            (Motion.PAUSED, Limit.LINE),
            "The line of 林医生 is slow: pictures are paused, speech goes on.",
            "pictures paused, speech goes on",
        ),
        (
            (Motion.FLUENT, Limit.NONE),
            (Motion.FLUENT, Limit.LINE),
            "The line of 林医生 is slow: the picture is smaller.",
            "",
        ),
    ],
)
def test_what_the_line_does_to_pictures_is_said(
    ours: tuple[Motion, Limit], theirs: tuple[Motion | None, Limit | None], line: str, word: str
) -> None:
    picture = PeerPicture(named("peer 林医生"), True, 250, 500, 15.0, 400, 0, *ours, *theirs)
    props = derive_call(after(*_called(), MediaTold((picture,), 250)))
    assert props.line == line
    assert [peer.word for peer in props.peers] == [word]


def test_with_three_the_worst_of_what_we_send_is_said() -> None:
    entered = CallEntered(named("peer 陈专家"), call("陈专家", "林医生", "周女士"))
    sent = (
        PeerPicture(named("peer 林医生"), True, 250, 500, 15.0),
        PeerPicture(named("peer 周女士"), True, 250, 500, 15.0, limit=Limit.LINE),
    )
    props = derive_call(
        after(*reading(), CallJoining(named("case a")), entered, MediaTold(sent, 250))
    )
    assert props.line == "Your upload is slow: your picture is sent smaller."


def test_a_picture_that_stands_still_is_never_without_a_word() -> None:
    picture = PeerPicture(named("peer 林医生"), True, 250, 500, frames_per_second=0.0)
    props = derive_call(after(*_called(), MediaTold((picture,), 250)))
    assert props.line == "No new picture comes from 林医生."
    assert [peer.word for peer in props.peers] == ["no new picture"]


def test_of_a_browser_that_does_not_say_so_few_pictures_are_a_sign() -> None:
    for rate, line in (
        (5.0, "Few pictures come from 林医生: the line there may be slow."),
        (12.0, ""),
    ):
        picture = PeerPicture(named("peer 林医生"), True, 250, 500, frames_per_second=rate)
        assert derive_call(after(*_called(), MediaTold((picture,), 250))).line == line


@pytest.mark.parametrize(
    ("guest", "motion", "stays"),
    [
        (True, None, False),
        (True, Motion.FLUENT, False),
        (True, Motion.SINGLE, True),
        (False, Motion.FLUENT, True),
    ],
)
def test_the_last_picture_of_a_guest_does_not_stay_as_if_it_were_the_present(
    guest: bool, motion: Motion | None, stays: bool
) -> None:
    there = call("陈专家", "林医生")
    mine, other = there.participants
    other = other.model_copy(update={"account_id": None if guest else other.account_id})
    roster = CallChanged(
        seq=0,
        at=NOW,
        consultation_id=there.consultation_id,
        call=there.model_copy(update={"participants": (mine, other)}),
    )
    still = PeerPicture(named("peer 林医生"), True, 250, 500, 0.0, their_motion=motion)
    props = derive_call(after(*_called(), roster, MediaTold((still,), 250)))
    assert [peer.no_picture for peer in props.peers] == [not stays]


def test_who_has_turned_camera_and_microphone_off_is_no_fault_of_the_line() -> None:
    off = PeerPicture(
        named("peer 林医生"), True, 250, 500, their_camera_off=True, their_microphone_off=True
    )
    props = derive_call(after(*_called(), MediaTold((off,), 250)))
    assert props.line == ""
    assert [(peer.word, peer.camera_off) for peer in props.peers] == [("microphone off", True)]


def test_with_the_camera_off_nothing_is_said_of_our_pictures() -> None:
    sending = (Motion.PAUSED, Limit.LINE)
    picture = PeerPicture(named("peer 林医生"), True, 250, 500, 15.0, 400, 0, *sending)
    told = (MediaTold((picture,), 250), SourcesChanged(False, True, False))
    assert derive_call(after(*_called(), *told)).line == ""


MOVING = PeerPicture(named("peer 林医生"), True, 250, 500, frames_per_second=15.0)


@pytest.mark.parametrize(
    ("state", "begins"),
    [
        (RelayState.REFUSED, "The relay refused our credentials: hospital IT must compare"),
        (RelayState.UNREACHABLE, "The relay cannot be reached: hospital IT must check"),
    ],
)
def test_what_is_wrong_with_the_relay_is_said_with_the_mend(state: RelayState, begins: str) -> None:
    props = derive_call(after(*_called(), MediaTold((MOVING,), 250), RelaySeen(state)))
    assert props.line.startswith(begins)
    assert derive_call(after(*_called(), RelaySeen(RelayState.READY))).line == ""


def test_a_call_without_its_server_says_that_it_goes_on() -> None:
    props = derive_call(after(*_called(), MediaTold((MOVING,), 250), CallServerAway(True)))
    assert "comes back by itself; the call goes on" in props.line
    assert [peer.connected for peer in props.peers] == [True]


def test_a_lost_participant_is_named_and_the_picture_says_reconnecting() -> None:
    lost = PeerPicture(named("peer 林医生"), False, 250, 500)
    props = derive_call(after(*_called(), MediaTold((lost,), 250)))
    assert props.line == "The connection to 林医生 is lost and is being made anew."
    assert [(peer.state, peer.connected) for peer in props.peers] == [("Reconnecting…", False)]


def test_who_has_lost_the_server_is_told_beside_the_moving_picture() -> None:
    there = call("陈专家", "林医生")
    mine, theirs = there.participants
    away = theirs.model_copy(update={"state": SeatState.RECONNECTING})
    roster = CallChanged(
        seq=0,
        at=NOW,
        consultation_id=there.consultation_id,
        call=there.model_copy(update={"participants": (mine, away)}),
    )
    props = derive_call(after(*_called(), MediaTold((MOVING,), 250), roster))
    assert [peer.word for peer in props.peers] == ["reconnecting to the server"]


def _large(*, sfu: bool, away: bool = False) -> CallChanged:
    there = call("陈专家", "林医生")
    told = {"sfu": named("the SFU") if sfu else None, "sfu_away": away}
    large = there.model_copy(update=told)
    return CallChanged(seq=0, at=NOW, consultation_id=there.consultation_id, call=large)


def test_a_call_that_moves_to_the_sfu_says_so_until_it_has_arrived() -> None:
    moving = derive_call(after(*_called(), MediaTold((MOVING,), 250), _large(sfu=True)))
    assert "connecting to the media server of the hospital" in moving.line
    sent = PeerPicture(named("the SFU"), True, frames_per_second=0.0)
    there = derive_call(after(*_called(), _large(sfu=True), MediaTold((MOVING, sent), 250)))
    assert there.line == ""
    assert [peer.name for peer in there.peers] == ["林医生"], "it is nobody"


def test_a_call_whose_sfu_does_not_answer_says_how_it_goes_on() -> None:
    props = derive_call(after(*_called(), MediaTold((MOVING,), 250), _large(sfu=False, away=True)))
    assert props.line.startswith("The media server of the hospital does not answer")
    assert props.line.endswith("The call goes on.")


def test_on_the_sfu_what_is_sent_to_it_tells_of_our_upload() -> None:
    sent = PeerPicture(named("the SFU"), True, motion=Motion.FLUENT, limit=Limit.LINE)
    props = derive_call(after(*_called(), _large(sfu=True), MediaTold((MOVING, sent), 250)))
    assert props.line == "Your upload is slow: your picture is sent smaller."


def _called() -> tuple[AnyFact, ...]:
    entered = CallEntered(named("peer 陈专家"), call("陈专家", "林医生"))
    return (*reading(), CallJoining(named("case a")), entered)
