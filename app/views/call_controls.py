"""The buttons of a running call: beside the case, over the images and on a whole screen."""

from collections.abc import Callable
from enum import Enum
from functools import partial

from PySide6.QtCore import Signal

from app.commands.keys import COMMANDS, CommandId
from app.commands.wishes import WishCameraOff, WishLeaveCall, WishMute
from app.kit.icons import set_picture
from app.kit.layouts import Item, column, row
from app.kit.view import View
from app.kit.widgets import ElidedLabel, button, set_words, tool
from app.models.call import CallProps
from app.session.call import CallPhase
from app.viewers.video.level import LevelMeter
from app.views.device_menu import DeviceMenu
from app.views.recording_mark import RecordingMark

LatestLevel = Callable[[str], float]
"""How loud a stream is, in dBFS: `self`, or a peer id as text."""


class CallPlace(Enum):
    """Where the pictures of the call are."""

    BESIDE = "beside"
    FLOATING = "floating"
    FULL = "full"


class CallControls(View):
    """Asks for a place by `moved`, for the chat by `chatted`, for an invitation by `inviting`.

    `sharing` asks what to share, or ends it.

    Args:
        place: where these buttons are; the others are what one can move to.
        level: how loud one's own microphone is.
    """

    moved = Signal(object)
    chatted = Signal()
    inviting = Signal()
    sharing = Signal()
    next_screen = Signal()

    def __init__(self, place: CallPlace, level: Callable[[], float]) -> None:
        super().__init__()
        self._place = place
        self._props: CallProps | None = None
        self._unread = False
        prefix = "" if place is CallPlace.BESIDE else place.value
        self._leave = button(
            f"{prefix}leaveCall", lambda: self.wished.emit(WishLeaveCall()), "danger"
        )
        self._mute = tool(f"{prefix}mute", "microphone", self.toggle_mute)
        self._camera = tool(f"{prefix}camera", "camera", self.toggle_camera)
        self._speaker = tool(f"{prefix}speaker", "speaker", self._open_speakers)
        self._chat = tool(f"{prefix}callChat", "chat", self.chatted.emit)
        self._share = tool(f"{prefix}share", "share", self.sharing.emit)
        self._invite = tool(f"{prefix}invite", "invite", self.inviting.emit)
        self._screen = tool(f"{prefix}nextScreen", "next-screen", self.next_screen.emit)
        self._moves = {
            other: tool(f"{prefix}to_{other.value}", look, partial(self.moved.emit, other))
            for other, look in (
                (CallPlace.BESIDE, "call-beside"),
                (CallPlace.FLOATING, "call-floating"),
                (CallPlace.FULL, "full-screen"),
            )
            if other is not place
        }
        for control in (self._mute, self._camera, self._share):
            control.setCheckable(True)
        self.meter = LevelMeter(level)
        self._spoken = ElidedLabel(f"{place.value}Spoken", "problem")
        self._menus = tuple(
            DeviceMenu(f"{prefix}{name}Menu", control)
            for name, control in (
                ("camera", self._camera),
                ("microphone", self._mute),
                ("speaker", self._speaker),
            )
        )
        for menu in self._menus:
            menu.wished.connect(self.wished)
        self.recording = RecordingMark(prefix)
        self.recording.wished.connect(self.wished)
        spoken = () if place is CallPlace.BESIDE else (self._spoken,)
        above = (self.recording, *spoken)
        self.setLayout(column(*above, *self._rows(), gap=1))
        hideable = (self._speaker, self._share, self._invite, self._screen)
        for part in (self._spoken, self.meter, *hideable):
            if part.parent() is None:  # not shown at this place, and ends with it all the same
                part.setParent(self)
                part.hide()
        self.words()

    def _rows(self) -> tuple[Item, ...]:
        devices = (self._mute, self._camera, self._speaker)
        moves = tuple(self._moves.values())
        match self._place:
            case CallPlace.BESIDE:
                return (
                    row(self._leave, None, *devices, self._share),
                    row(self.meter, None, self._chat, *moves, self._invite, gap=1),
                )
            case CallPlace.FLOATING:
                return (
                    row(self._mute, self._camera, self._chat, *moves, None, self._leave, gap=0),
                )
            case CallPlace.FULL:
                parts = (*devices, self._share, self.meter, None, self._chat, self._invite, *moves)
                return (row(*parts, self._screen, self._leave),)

    def show_props(self, props: CallProps) -> None:
        self._props = props
        self.recording.show_props(props.recording)
        for control, off, looks in (
            (self._mute, props.muted and not props.talking, ("microphone", "microphone-off")),
            (self._camera, props.camera_off, ("camera", "camera-off")),
        ):
            control.setChecked(off)
            set_picture(control, looks[off])
        self._share.setChecked(props.sharing.on)
        set_picture(self._share, "share-stop" if props.sharing.on else "share")
        self._share.setEnabled(props.sharing.can_share or props.sharing.on)
        self._share_words()
        for menu, menu_props in zip(self._menus, props.equipment.menus, strict=True):
            menu.show_props(menu_props)
        self._spoken.setText(props.spoken)
        self._spoken.setVisible(bool(props.spoken) and self._place is not CallPlace.BESIDE)

    def show_unread(self, *, unread: bool) -> None:
        """A dot: somebody wrote."""
        self._unread = unread
        self.words()

    def show_screens(self, *, several: bool) -> None:
        """Whether there is another screen to move to."""
        self._screen.setVisible(several and self._place is CallPlace.FULL)

    def words(self) -> None:
        set_words(self._leave, self.tr("Hang up"), "Ctrl+Shift+C")
        chat = self.tr("Write in the chat")
        unread = self.tr("Write in the chat: new message")
        for control, text, command in (
            (self._mute, self.tr("Microphone off"), CommandId.MUTE),
            (self._camera, self.tr("Camera off"), CommandId.CAMERA),
            (self._chat, unread if self._unread else chat, CommandId.CHAT),
            (self._screen, self.tr("To the next screen"), CommandId.CALL_SCREEN),
        ):
            set_words(control, text, COMMANDS[command].key)
        self._chat.setChecked(self._unread)
        self._share_words()
        set_words(self._speaker, self.tr("Loudspeaker"))
        set_words(self._invite, self.tr("Invite somebody"))
        for place, control in self._moves.items():
            set_words(control, *self._move_words(place))
        self.meter.setAccessibleName(self.tr("How loud your microphone is"))
        self.meter.setToolTip(self.tr("How loud your microphone is"))

    def _share_words(self) -> None:
        on = self._props is not None and self._props.sharing.on
        text = self.tr("Stop sharing") if on else self.tr("Share a screen or a device")
        set_words(self._share, text, COMMANDS[CommandId.SHARE].key)

    def _move_words(self, place: CallPlace) -> tuple[str, str]:
        match place:
            case CallPlace.BESIDE:
                floating = self._place is CallPlace.FLOATING
                leads = CommandId.CALL_FLOATING if floating else CommandId.CALL_FULL
                return self.tr("Call beside the case"), COMMANDS[leads].key
            case CallPlace.FLOATING:
                return self.tr("Call over the images"), COMMANDS[CommandId.CALL_FLOATING].key
            case CallPlace.FULL:
                return self.tr("Call on the whole screen"), COMMANDS[CommandId.CALL_FULL].key

    def _open_speakers(self) -> None:
        self._speaker.showMenu()

    # --- what it wishes ------------------------------------------------------------------

    @property
    def inside(self) -> bool:
        return self._props is not None and self._props.phase is not CallPhase.OUT

    def toggle_mute(self) -> None:
        if self._props is not None and self.inside:
            self.wished.emit(WishMute(not self._props.muted))

    def toggle_camera(self) -> None:
        if self._props is not None and self.inside:
            self.wished.emit(WishCameraOff(not self._props.camera_off))
