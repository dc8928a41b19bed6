"""What the line does to pictures is said to both sides."""

import pytest

from app.media.ladder import Limit, Motion
from app.models.call import derive_call
from app.session.call import CallEntered, CallJoining, MediaTold, PeerPicture, SourcesChanged
from app.session.state import AnyFact
from tests.fakes.examples import call, named
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


def test_a_picture_that_stands_still_is_never_without_a_word() -> None:
    picture = PeerPicture(named("peer 林医生"), True, 250, 500, frames_per_second=0.0)
    props = derive_call(after(*_called(), MediaTold((picture,), 250)))
    assert props.line == "No new picture comes from 林医生."
    assert [peer.word for peer in props.peers] == ["no new picture"]


def test_with_the_camera_off_nothing_is_said_of_our_pictures() -> None:
    sending = (Motion.PAUSED, Limit.LINE)
    picture = PeerPicture(named("peer 林医生"), True, 250, 500, 15.0, 400, 0, *sending)
    told = (MediaTold((picture,), 250), SourcesChanged(False, True, False))
    assert derive_call(after(*_called(), *told)).line == ""


def _called() -> tuple[AnyFact, ...]:
    entered = CallEntered(named("peer 陈专家"), call("陈专家", "林医生"))
    return (*reading(), CallJoining(named("case a")), entered)
