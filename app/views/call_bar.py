"""The call: both pictures, and the buttons that make sense now."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.commands.wishes import (
    WishCameraOff,
    WishJoinCall,
    WishLeaveCall,
    WishMute,
)
from app.kit.icons import icon
from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import ElidedLabel, button, label, set_words, tool
from app.models.call import CallProps
from app.session.call import CallPhase
from app.viewers.video.frame import VideoFrame
from app.viewers.video.picture import PictureState, VideoPicture

LatestFrame = Callable[[str], VideoFrame | None]
"""The newest picture of a stream: `self`, or a peer id as text."""

PICTURES_HEIGHT = 150


class CallBar(View):
    """Two or three pictures side by side; one's own is mirrored."""

    inviting = Signal()

    def __init__(self, latest: LatestFrame) -> None:
        super().__init__()
        self.setObjectName("callBar")
        self._latest = latest
        self._props: CallProps | None = None
        self._own = VideoPicture(lambda: latest("self"))
        self._own.setObjectName("ownPicture")
        self._own.set_mirrored(True)
        self._peers: dict[UUID, VideoPicture] = {}
        self._pictures = QHBoxLayout()
        self._pictures.setSpacing(4)
        self._pictures.addWidget(self._own)
        self._frame = QWidget()
        self._frame.setLayout(self._pictures)
        self._pictures.setContentsMargins(0, 0, 0, 0)
        self._frame.setFixedHeight(PICTURES_HEIGHT)
        self._title, self._quality = ElidedLabel("callTitle", "lead"), label("callQuality", "small")
        self._note = label("callNote", "small", wrap=True)
        self._line = label("callLine", "small", wrap=True)
        self._join = button("joinCall", lambda: self.wished.emit(WishJoinCall()), "primary")
        self._leave = button("leaveCall", lambda: self.wished.emit(WishLeaveCall()), "danger")
        self._mute = tool("mute", "microphone", self.toggle_mute)
        self._camera = tool("camera", "camera", self.toggle_camera)
        self._invite = tool("invite", "invite", self.inviting.emit)
        self._mute.setCheckable(True)
        self._camera.setCheckable(True)
        self.setLayout(
            column(
                row(self._title, self._quality),
                self._frame,
                self._line,
                row(self._join, self._leave, None, self._mute, self._camera, self._invite),
                self._note,
                margin=2,
            )
        )
        self.words()

    def show_props(self, props: CallProps) -> None:
        self._props = props
        inside = props.phase is not CallPhase.OUT
        self._title.setText(props.title)
        self._quality.setText(props.quality)
        self._quality.setVisible(bool(props.quality))
        self._frame.setVisible(inside)
        self._line.setText(props.line)
        self._line.setVisible(bool(props.line))
        self._join.setVisible(not inside)
        self._join.setEnabled(props.can_call)
        self._leave.setVisible(inside)
        for control, off, pictures in (
            (self._mute, props.muted, ("microphone", "microphone-off")),
            (self._camera, props.camera_off, ("camera", "camera-off")),
        ):
            control.setVisible(inside)
            control.setChecked(off)
            control.setIcon(icon(pictures[off]))
        self._invite.setVisible(inside)
        self._own.set_caption(props.own_name)
        self._own.set_state(PictureState.CAMERA_OFF if props.camera_off else PictureState.LIVE)
        self._show_peers(props)
        self._call_words()

    def _show_peers(self, props: CallProps) -> None:
        shown = {peer.peer_id: peer for peer in props.peers} if self._inside() else {}
        for gone in set(self._peers) - set(shown):
            picture = self._peers.pop(gone)
            self._pictures.removeWidget(picture)
            picture.deleteLater()
        for peer_id, peer in shown.items():
            if peer_id not in self._peers:
                made = VideoPicture(partial(self._latest, str(peer_id)))
                made.setObjectName("peerPicture")
                self._peers[peer_id] = made
                self._pictures.insertWidget(0, made)
            picture = self._peers[peer_id]
            picture.set_caption(f"{peer.name} · {peer.word}" if peer.word else peer.name)
            if peer.no_picture:
                picture.set_state(PictureState.NO_PICTURE)
            elif peer.connected:
                picture.set_state(PictureState.LIVE)
            elif picture.state is PictureState.LIVE:
                picture.set_state(PictureState.RECONNECTING)

    def _inside(self) -> bool:
        return self._props is not None and self._props.phase is not CallPhase.OUT

    def words(self) -> None:
        set_words(self._leave, self.tr("Hang up"), "Ctrl+Shift+C")
        for control, text, key in (
            (self._mute, self.tr("Microphone off"), "Ctrl+D"),
            (self._camera, self.tr("Camera off"), "Ctrl+E"),
            (self._invite, self.tr("Invite somebody"), ""),
        ):
            set_words(control, text, key)
        self._call_words()

    def _call_words(self) -> None:
        rings = self._props is not None and self._props.rings_here
        text = self.tr("Join the call") if rings else self.tr("Call")
        set_words(self._join, text, "Ctrl+Shift+C")
        generated = self._props is not None and self._props.generated_picture and self._inside()
        self._note.setText(self.tr("No camera here: a generated picture is sent."))
        self._note.setVisible(generated)

    # --- what it wishes ------------------------------------------------------------------

    def toggle_call(self) -> None:
        if self._props is not None and (self._inside() or self._props.can_call):
            self.wished.emit(WishLeaveCall() if self._inside() else WishJoinCall())

    def toggle_mute(self) -> None:
        if self._props is not None and self._inside():
            self.wished.emit(WishMute(not self._props.muted))

    def toggle_camera(self) -> None:
        if self._props is not None and self._inside():
            self.wished.emit(WishCameraOff(not self._props.camera_off))
