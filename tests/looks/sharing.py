"""A call with something shared, as it is looked at: faces, a page as a screen, and the dialog."""

from dataclasses import dataclass
from uuid import UUID

import cv2
import numpy as np
from numpy.typing import NDArray

from app.media.equipment import Device, Devices
from app.media.generated import GeneratedVideo
from app.media.generated_screen import GeneratedPage
from app.media.sharing import SHARE_VIEW, ScreenSource, Surface, Surfaces
from app.media.sources import MonotonicClock
from app.session.call import CallEntered, CallJoining, MediaTold, PeerPicture
from app.session.equipment import DevicesSeen
from app.session.sharing import ShareBegan, ShareChosen, SurfacesSeen
from app.session.state import AnyFact
from app.viewers.video.frame import VideoFrame
from protocol.call import CallState, Participant
from protocol.sharing import Share, ShareKind
from tests.fakes.examples import call, named
from tests.views import facts

SCREEN = Surface(surface_id="s0", name="", width=1920, height=1080)
SURFACES = Surfaces(
    screens=(SCREEN,),
    windows=(
        Surface(surface_id="w0", name="放射科 PACS 工作站 — 阅片"),
        Surface(surface_id="w1", name="Laboratory results of today, ward 4, beds 12 to 36"),
    ),
)
DEVICES = Devices(
    cameras=(
        Device(device_id="c", name="Integrated Camera"),
        Device(device_id="u", name="超声 HDMI"),
    ),
    microphones=(),
    speakers=(),
)


@dataclass(frozen=True)
class Still:
    """A picture that does not move."""

    sequence: int
    width: int
    height: int
    pixels: bytes


def _still(bgr: NDArray[np.uint8]) -> Still:
    made = cv2.cvtColor(bgr, cv2.COLOR_BGR2BGRA)
    return Still(1, made.shape[1], made.shape[0], made.tobytes())


class Pictures:
    """The latest picture of each stream: faces, and a page for what is shared."""

    def __init__(self, *shared: UUID) -> None:
        clock = MonotonicClock()
        self._face = _still(GeneratedVideo(640, 480, 15, clock).draw(7, 12.0))
        self._page = _still(GeneratedPage(1920, 1080, clock).draw(5.0))
        self._shared = {SHARE_VIEW, *map(str, shared)}

    def __call__(self, stream: str) -> VideoFrame:
        return self._page if stream in self._shared else self._face


def with_share(of: str, kind: ShareKind, title: str = "") -> CallState:
    """The expert, the doctor and the patient; `of` shares."""
    running = call("陈专家", "林医生", "周女士")
    owner = next(one for one in running.participants if one.display_name == of)
    share = owner.model_copy(
        update={
            "peer_id": named(f"share {of}"),
            "share": Share(owner=owner.peer_id, kind=kind, title=title),
        }
    )
    people: tuple[Participant, ...] = (*running.participants, share)
    return running.model_copy(update={"participants": people})


def in_call(running: CallState) -> tuple[AnyFact, ...]:
    """The expert sits in it, and everything comes."""
    own = named("peer 陈专家")
    pictures = tuple(
        PeerPicture(one.peer_id, True, 9, 9, 24.0)
        for one in running.participants
        if one.peer_id != own
    )
    return (
        *facts.online(),
        *facts.lists(),
        *facts.reading(),
        CallJoining(running.consultation_id),
        CallEntered(own, running),
        MediaTold(pictures, 9),
    )


def receiving() -> tuple[AnyFact, ...]:
    return in_call(with_share("林医生", ShareKind.DEVICE, "超声 HDMI"))


def choosing() -> tuple[AnyFact, ...]:
    """The dialog with the screen chosen."""
    screen = ScreenSource(surface_id=SCREEN.surface_id, name=SCREEN.name)
    seen = (SurfacesSeen(SURFACES), DevicesSeen(DEVICES), ShareChosen(screen))
    return (*in_call(call("陈专家", "林医生")), *seen)


def sharing() -> tuple[AnyFact, ...]:
    running = with_share("陈专家", ShareKind.SCREEN)
    screen = ScreenSource(surface_id=SCREEN.surface_id, name=SCREEN.name)
    return (*in_call(running), ShareChosen(screen), ShareBegan(named("share 陈专家")))
