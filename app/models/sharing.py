"""What there is to share, what one shares oneself, and what others share."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import assert_never
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.media.equipment import DeviceSource, Equipment
from app.media.sharing import (
    GeneratedScreen,
    ScreenSource,
    Shared,
    SurfaceTrouble,
    WindowSource,
)
from app.session.call import Call, CallPhase
from app.session.sharing import SharePhase, Sharing
from app.session.state import State
from protocol.call import Participant
from protocol.sharing import Share, ShareKind

NAMELESS = re.compile(r"^Window 0x[0-9a-f]+$")
"""What Qt 6.9.3 calls an X11 window whose title is not Latin: its preview tells which it is."""


class ShareGroup(Enum):
    SCREENS = auto()
    WINDOWS = auto()
    DEVICES = auto()


@dataclass(frozen=True, slots=True)
class ShareEntry:
    """`usable` is false for the camera that shows one's face."""

    source: Shared
    group: ShareGroup
    text: str
    usable: bool = True


@dataclass(frozen=True, slots=True)
class SharingProps:
    """`problem`: why screens, or what was chosen, cannot be shared. `warning`: what others see.

    `mark`: what is shared now, for the sign that is always to be seen; empty while nothing is.
    `screen`: the name of the screen that is shared, where there are several.
    """

    can_share: bool = False
    on: bool = False
    looking: bool = True
    entries: tuple[ShareEntry, ...] = ()
    chosen: Shared | None = None
    can_start: bool = False
    problem: str = ""
    warning: str = ""
    mark: str = ""
    screen: str = ""


@dataclass(frozen=True, slots=True)
class SharedProps:
    """What somebody else shares."""

    peer_id: UUID
    caption: str
    connected: bool


def derive_sharing(state: State) -> SharingProps:
    sharing, inside = state.sharing, state.call.phase is CallPhase.IN
    on = sharing.phase is not SharePhase.OFF
    chosen = sharing.chosen
    return SharingProps(
        can_share=inside and not state.call.server_away,
        on=on,
        looking=sharing.surfaces is None,
        entries=_entries(state),
        chosen=chosen,
        can_start=inside and chosen is not None and not on and not state.call.server_away,
        problem=_problem(sharing),
        warning=_warning(chosen),
        mark=_mark(chosen) if on else "",
        screen=chosen.name if isinstance(chosen, ScreenSource) else "",
    )


def derive_shared(call: Call) -> tuple[SharedProps, ...]:
    """The shares of others, the newest last."""
    running = call.running
    found = [
        _shared(one, one.share, call)
        for one in (running.participants if running else ())
        if one.share is not None and one.share.owner != call.own_peer
    ]
    return tuple(found)


def _shared(participant: Participant, share: Share, call: Call) -> SharedProps:
    translate, name = QCoreApplication.translate, participant.display_name
    match share.kind:
        case ShareKind.SCREEN:
            text = translate("sharing", "Screen of {name}").format(name=name)
        case ShareKind.WINDOW:
            text = translate("sharing", "Window of {name}").format(name=name)
        case ShareKind.DEVICE if share.title:
            text = translate("sharing", "{device} of {name}").format(device=share.title, name=name)
        case ShareKind.DEVICE:
            text = translate("sharing", "Device of {name}").format(name=name)
        case _:
            assert_never(share.kind)
    picture = call.picture_of(participant.peer_id)
    return SharedProps(participant.peer_id, text, picture is not None and picture.connected)


def _entries(state: State) -> tuple[ShareEntry, ...]:
    translate, sharing = QCoreApplication.translate, state.sharing
    surfaces = sharing.surfaces
    found: list[ShareEntry] = []
    if surfaces is not None and sharing.allowed:
        for number, screen in enumerate(surfaces.screens, 1):
            text = translate("sharing", "Whole screen")
            if len(surfaces.screens) > 1:
                text = translate("sharing", "Screen {n}").format(n=number)
            if screen.width:
                text = f"{text} · {screen.width} × {screen.height}"
            source = ScreenSource(surface_id=screen.surface_id, name=screen.name)
            found.append(ShareEntry(source, ShareGroup.SCREENS, text))
        for number, window in enumerate(surfaces.windows, 1):
            text = window.name
            if NAMELESS.match(text):
                text = translate("sharing", "Window {n}").format(n=number)
            taken = WindowSource(surface_id=window.surface_id, name=window.name)
            found.append(ShareEntry(taken, ShareGroup.WINDOWS, text))
    if sharing.generated:
        page = translate("sharing", "Generated page")
        found.append(ShareEntry(GeneratedScreen(), ShareGroup.SCREENS, page))
    return (*found, *_devices(state))


def _devices(state: State) -> tuple[ShareEntry, ...]:
    devices, serves = state.equipment.devices, state.equipment.serves.get(Equipment.CAMERA)
    used = serves.device.device_id if serves is not None and serves.device is not None else None
    found = []
    for camera in devices.cameras if devices is not None else ():
        usable = camera.device_id != used or state.call.camera_off
        text = camera.name
        if not usable:
            text = QCoreApplication.translate("sharing", "{name} (shows your face)").format(
                name=camera.name
            )
        source = DeviceSource(device_id=camera.device_id, name=camera.name)
        found.append(ShareEntry(source, ShareGroup.DEVICES, text, usable))
    return tuple(found)


def _problem(sharing: Sharing) -> str:
    translate = QCoreApplication.translate
    if sharing.lost and sharing.trouble is None:
        return translate(
            "sharing",
            "No picture comes from it: it was closed or unplugged, or another program uses it. "
            "Choose it again, or another.",
        )
    if not sharing.allowed:
        return translate(
            "sharing", "Your organisation does not allow screens to be shared; a device can be."
        )
    trouble = sharing.trouble if sharing.lost else None
    if trouble is None and sharing.surfaces is not None:
        trouble = sharing.surfaces.trouble
    return "" if trouble is None else _trouble(trouble)


def _trouble(trouble: SurfaceTrouble) -> str:
    translate = QCoreApplication.translate
    match trouble:
        case SurfaceTrouble.WAYLAND:
            return translate(
                "sharing",
                "This desktop session (Wayland) does not let programs see the screen. Sign in "
                "with an X11 session to share screens; a capture device can be shared now.",
            )
        case SurfaceTrouble.NO_DISPLAY:
            return translate("sharing", "This computer has no screen that could be shared.")
        case SurfaceTrouble.REFUSED:
            return translate(
                "sharing",
                "The system does not let this program see the screen: allow screen recording in "
                "the system's privacy settings, then try again.",
            )
        case SurfaceTrouble.UNAVAILABLE:
            return translate(
                "sharing",
                "The screen gives no picture. Choose it again; if that does not help, share "
                "another screen or window, or tell hospital IT.",
            )
        case _:
            assert_never(trouble)


def _warning(chosen: Shared | None) -> str:
    translate = QCoreApplication.translate
    match chosen:
        case None:
            return translate(
                "sharing", "Choose what the others in the call are to see, and look at it first."
            )
        case ScreenSource() | GeneratedScreen():
            return translate(
                "sharing",
                "The others see everything on this screen, other patients and messages too, until "
                "you stop. Close what does not belong to this consultation.",
            )
        case WindowSource():
            return translate(
                "sharing",
                "The others see everything in this window, other patients too, until you stop.",
            )
        case DeviceSource():
            return translate(
                "sharing",
                "The others see the device's picture as it is, with names that stand in it.",
            )
        case _:
            assert_never(chosen)


def _mark(chosen: Shared | None) -> str:
    translate = QCoreApplication.translate
    match chosen:
        case ScreenSource() | GeneratedScreen() | None:
            return translate("sharing", "You are sharing your screen")
        case WindowSource():
            return translate("sharing", "You are sharing a window")
        case DeviceSource():
            return translate("sharing", "You are sharing {device}").format(device=chosen.name)
        case _:
            assert_never(chosen)
