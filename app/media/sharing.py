"""What is shared in a call beside the faces: its sources, and what the window says of it.

A share has connections of its own: from its owner's process to each other participant, on which
only pictures of the share go, and only one way (`Flow`).
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from app.media.equipment import DeviceSource
from protocol.base import Message

SHARE_VIEW = "share"
"""The stream name of one's own share, as it is chosen and while it is shared."""
_LINE = ":share"


class Flow(StrEnum):
    """TALK: faces and sound both ways. SHOW: our share to a peer. WATCH: a peer is a share."""

    TALK = "talk"
    SHOW = "show"
    WATCH = "watch"


def share_line(peer_id: str) -> str:
    """The name of the connection on which our share goes to a peer."""
    return peer_id + _LINE


def viewer_of(name: str) -> str | None:
    """To whom our share goes on this connection; None for any other connection."""
    return name.removesuffix(_LINE) if name.endswith(_LINE) else None


class ScreenSource(Message):
    """A whole screen; `name` finds it again when its id means another one."""

    kind: Literal["screen"] = "screen"
    surface_id: str
    name: str = ""


class WindowSource(Message):
    """One window, also when others lie over it."""

    kind: Literal["window"] = "window"
    surface_id: str
    name: str = ""


class GeneratedScreen(Message):
    """A page of fine lines and text that scrolls at times, for tests and the demo."""

    kind: Literal["generated-screen"] = "generated-screen"
    width: int = Field(default=1280, ge=64, le=1920, multiple_of=2)
    height: int = Field(default=720, ge=64, le=1080, multiple_of=2)


class NoShare(Message):
    """Nothing is shared (any more)."""

    kind: Literal["no-share"] = "no-share"


Shared = ScreenSource | WindowSource | DeviceSource | GeneratedScreen
ShareSource = Annotated[Shared | NoShare, Field(discriminator="kind")]


class ListSurfaces(Message):
    """Which screens and windows are there? Costs a process of its own until the share ends."""

    kind: Literal["list-surfaces"] = "list-surfaces"


class ChooseShare(Message):
    """Opens what is to be shared and shows it as `SHARE_VIEW`; who gets it is told by AddPeer."""

    kind: Literal["choose-share"] = "choose-share"
    source: ShareSource


class Surface(Message):
    """A screen or window; `name` is for the person at this computer only."""

    surface_id: str
    name: str
    width: int = 0
    height: int = 0


class SurfaceTrouble(StrEnum):
    """Why screens cannot be taken. NO_DISPLAY: there is none. REFUSED: the system forbids it."""

    WAYLAND = "wayland"
    NO_DISPLAY = "no-display"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"


class Surfaces(Message):
    """The answer to ListSurfaces."""

    kind: Literal["surfaces"] = "surfaces"
    screens: tuple[Surface, ...] = ()
    windows: tuple[Surface, ...] = ()
    trouble: SurfaceTrouble | None = None


class ShareLost(Message):
    """What was chosen gives no pictures (any more): unplugged, closed, or never to be opened."""

    kind: Literal["share-lost"] = "share-lost"
    source: ShareSource
    trouble: SurfaceTrouble | None = None
