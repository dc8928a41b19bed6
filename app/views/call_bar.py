"""The call beside the case: its pictures or where they are, and the buttons that make sense."""

from PySide6.QtWidgets import QWidget

from app.commands.wishes import WishJoinCall, WishLeaveCall
from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import ElidedLabel, button, label, set_words
from app.models.call import CallProps, PeerProps
from app.models.sharing import SharedProps
from app.session.call import CallPhase
from app.viewers.video.picture import PictureState
from app.viewers.video.pictures import CallPictures, Shown
from app.views.call_controls import CallControls

PICTURES_HEIGHT, LEAST_HEIGHT, SHARE_HEIGHT = 150, 90, 264
SHARE_LEAST_HEIGHT = 170
"""Small where sentences must be read too: never may they lie over the pictures."""


class CallBar(View):
    """Takes the pictures while they are beside the case.

    Args:
        controls: the buttons of the running call.
    """

    def __init__(self, controls: CallControls) -> None:
        super().__init__()
        self.setObjectName("callBar")
        self._props: CallProps | None = None
        self._folded = False
        self._controls = controls
        self._title, self._quality = ElidedLabel("callTitle", "lead"), label("callQuality", "small")
        self._elsewhere = label("callElsewhere", "muted", wrap=True)
        self._host = QWidget()
        self._host.setLayout(column(gap=0))
        self._host.setMinimumHeight(LEAST_HEIGHT)
        self._host.setMaximumHeight(PICTURES_HEIGHT)
        self._note = label("callNote", "small", wrap=True)
        self._line = label("callLine", "small", wrap=True)
        self._spoken = ElidedLabel("spoken", "problem")
        self._join = button("joinCall", lambda: self.wished.emit(WishJoinCall()), "primary")
        self.setLayout(
            column(
                row(self._title, self._quality),
                self._host,
                self._elsewhere,
                self._line,
                self._spoken,
                row(self._join, None),
                controls,
                self._note,
                margin=2,
            )
        )
        self.words()

    def take(self, pictures: CallPictures | None) -> None:
        """The pictures are here from now on; None: they are elsewhere."""
        layout = self._host.layout()
        if pictures is not None and layout is not None:
            layout.addWidget(pictures)
        self._host.setProperty("here", pictures is not None)
        self._show_host()

    def fold(self, *, folded: bool) -> None:
        """The pictures make room for what is signed; the buttons stay."""
        self._folded = folded
        self._show_host()

    def show_props(self, props: CallProps) -> None:
        self._props = props
        self._host.setMinimumHeight(SHARE_LEAST_HEIGHT if props.shares else LEAST_HEIGHT)
        self._host.setMaximumHeight(SHARE_HEIGHT if props.shares else PICTURES_HEIGHT)
        self._title.setText(props.title)
        self._quality.setText(props.quality)
        self._quality.setVisible(bool(props.quality))
        self._line.setText(props.line)
        self._line.setVisible(bool(props.line))
        self._spoken.setText(props.spoken)
        self._spoken.setVisible(bool(props.spoken))
        self._join.setVisible(not self.inside)
        self._join.setEnabled(props.can_call)
        self._controls.setVisible(self.inside)
        self._note.setText("\n".join(props.notes))
        self._note.setVisible(bool(props.notes))
        self._show_host()
        self._call_words()

    def _show_host(self) -> None:
        here = bool(self._host.property("here"))
        self._host.setVisible(self.inside and here and not self._folded)
        self._elsewhere.setVisible(self.inside and not here)

    @property
    def inside(self) -> bool:
        return self._props is not None and self._props.phase is not CallPhase.OUT

    def words(self) -> None:
        self._elsewhere.setText(self.tr("The pictures are over the images or on a whole screen."))
        self._call_words()

    def _call_words(self) -> None:
        rings = self._props is not None and self._props.rings_here
        text = self.tr("Join the call") if rings else self.tr("Call")
        set_words(self._join, text, "Ctrl+Shift+C")

    # --- what it wishes ------------------------------------------------------------------

    def toggle_call(self) -> None:
        if self._props is not None and (self.inside or self._props.can_call):
            self.wished.emit(WishLeaveCall() if self.inside else WishJoinCall())


def shown_peer(peer: PeerProps) -> Shown:
    """A peer's picture, with the word for what its line does."""
    state = PictureState.LIVE if peer.connected else PictureState.CONNECTING
    if peer.no_picture:
        state = PictureState.NO_PICTURE
    if peer.camera_off:
        state = PictureState.CAMERA_OFF
    return Shown(peer.peer_id, peer.name, state, peer.speaks, peer.word)


def shown_share(share: SharedProps) -> Shown:
    """What somebody shares; a lost connection leaves the last picture, and says so."""
    state = PictureState.LIVE if share.connected else PictureState.CONNECTING
    return Shown(share.peer_id, share.caption, state, speaks=False)
