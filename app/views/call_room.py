"""The call in the workspace: one set of pictures that moves between three places.

Beside the case, over the images, or on a whole screen; each place has its own buttons. A place over
the images is taken again at the next call, a whole screen only when asked for.
"""

from collections.abc import Callable

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.commands.call_wishes import WishStopShare, WishTalk
from app.commands.keys import CommandId
from app.kit.view import View
from app.models.call import CallProps
from app.models.chat import ChatProps
from app.session.call import CallPhase
from app.viewers.video.picture import PictureState
from app.viewers.video.pictures import CallPictures, LatestFrame
from app.views.call_bar import CallBar, shown_peer, shown_share
from app.views.call_controls import CallControls, CallPlace, LatestLevel
from app.views.call_floating import FloatingCall
from app.views.call_screen import CallScreen
from app.views.chat import ChatPane
from app.views.push_to_talk import PushToTalk
from app.views.recording_question import RecordingQuestion
from app.views.share_mark import ShareMark
from app.views.share_window import ShareWindow

SETTING = "call/place"
SILENT_DB = -90.0


class CallRoom(View):
    """Owns the pictures, the bar (to be put beside the case) and the other two places.

    Args:
        ground: what the pictures may lie over.
    """

    chatted = Signal()
    inviting = Signal()

    def __init__(self, ground: QWidget, latest: LatestFrame, settings: QSettings) -> None:
        super().__init__()
        self.hide()
        self._settings = settings
        self._inside = False
        self._place = CallPlace.BESIDE
        self._level: LatestLevel = lambda _stream: SILENT_DB
        self.talk = PushToTalk(self, settings)
        self.talk.held.connect(lambda held: self.wished.emit(WishTalk(held)))
        self.pictures = CallPictures(latest)
        self._controls = {
            place: CallControls(place, lambda: self._level("self")) for place in CallPlace
        }
        self.bar = CallBar(self._controls[CallPlace.BESIDE])
        self.floating = FloatingCall(ground, self._controls[CallPlace.FLOATING], settings)
        self._chat = ChatPane("full")
        self.screen_window = CallScreen(
            ground, self._controls[CallPlace.FULL], self._chat, settings
        )
        self.screen_window.left.connect(self._screen_left)
        self.screen_window.pressed.connect(self._pressed)
        self.question = RecordingQuestion(ground)
        self.question.wished.connect(self.wished)
        self.share_window, self.share_mark = ShareWindow(ground, latest), ShareMark(ground)
        self._sharing = self._can_share = False
        for controls in self._controls.values():
            controls.recording.asked.connect(self.question.open_it)
            controls.sharing.connect(self.share)
            controls.wished.connect(self.wished)
            controls.moved.connect(self.move_to)
            controls.chatted.connect(self.open_chat)
            controls.inviting.connect(self._invite)
            controls.next_screen.connect(self.screen_window.next_screen)
        for view in (self.bar, self._chat, self.share_window, self.share_mark):
            view.wished.connect(self.wished)
        self._take()

    def use_levels(self, level: LatestLevel) -> None:
        """Where the meters look."""
        self._level = level

    @property
    def place(self) -> CallPlace:
        return self._place

    # --- what it shows -------------------------------------------------------------------

    def show_props(self, props: CallProps) -> None:
        inside = props.phase is not CallPhase.OUT
        if inside is not self._inside:
            self._inside = inside
            kept = str(self._settings.value(SETTING, CallPlace.BESIDE.value))
            floats = inside and kept == CallPlace.FLOATING.value
            self._place = CallPlace.FLOATING if floats else CallPlace.BESIDE
            self._take()
        silent = props.muted and not props.talking
        self.pictures.own.set_caption(props.own_name, self.tr("microphone off") if silent else "")
        off = props.camera_off
        self.pictures.own.set_state(PictureState.CAMERA_OFF if off else PictureState.LIVE)
        self.pictures.show_peers(tuple(map(shown_peer, props.peers)) if inside else ())
        self.pictures.show_shares(tuple(map(shown_share, props.shares)))
        self.floating.make_room(shared=bool(props.shares))
        self._sharing, self._can_share = props.sharing.on, props.sharing.can_share
        self.share_window.show_props(props.sharing)
        self.share_mark.show_props(props.sharing)
        self.bar.show_props(props)
        self.question.show_props(props.recording.question)
        for controls in self._controls.values():
            controls.show_props(props)
        self.screen_window.show_line(props.line)
        self.talk.watch(on=props.phase is CallPhase.IN and props.muted)

    def show_chat(self, chat: ChatProps, *, unread: bool) -> None:
        self._chat.show_props(chat)
        for controls in self._controls.values():
            controls.show_unread(unread=unread)

    # --- places --------------------------------------------------------------------------

    def move_to(self, place: CallPlace) -> None:
        """The pictures go there; remembered, except for a whole screen."""
        if not self._inside or place is self._place:
            return
        self._place = place
        if place is not CallPlace.FULL:
            self._settings.setValue(SETTING, place.value)
        self._take()

    def _take(self) -> None:
        place = self._place
        self.bar.take(self.pictures if place is CallPlace.BESIDE else None)
        if place is CallPlace.FLOATING:
            self.floating.take(self.pictures)
        else:
            self.floating.hide()
        if place is CallPlace.FULL:
            several = len(QGuiApplication.screens()) > 1
            self._controls[CallPlace.FULL].show_screens(several=several)
            self.screen_window.take(self.pictures)
        else:
            self.screen_window.hide()
        self.pictures.show()

    def _screen_left(self) -> None:
        if self._place is CallPlace.FULL:
            self.move_to(CallPlace.BESIDE)

    # --- keys ----------------------------------------------------------------------------

    def key_actions(self) -> dict[CommandId, Callable[[], None]]:
        """What the keys of a call do."""
        beside = self._controls[CallPlace.BESIDE]
        return {
            CommandId.CALL: self.bar.toggle_call,
            CommandId.MUTE: beside.toggle_mute,
            CommandId.CAMERA: beside.toggle_camera,
            CommandId.TALK: lambda: None,  # lasts as long as it is held: see PushToTalk
            CommandId.CALL_FLOATING: lambda: self._toggle(CallPlace.FLOATING),
            CommandId.CALL_CORNER: self.floating.next_corner,
            CommandId.CALL_FULL: lambda: self._toggle(CallPlace.FULL),
            CommandId.CALL_SCREEN: self._next_screen,
            CommandId.SHARE: self.share,
            CommandId.CHAT: self.open_chat,
        }

    def share(self) -> None:
        """Asks what to share, or ends what is shared."""
        if self._sharing:
            self.wished.emit(WishStopShare())
        elif self._can_share:
            self.share_window.begin()

    def open_chat(self) -> None:
        """On a whole screen beside the pictures, otherwise beside the case."""
        if self._place is CallPlace.FULL:
            self.screen_window.toggle_chat()
        else:
            self.chatted.emit()

    def _pressed(self, id_: CommandId) -> None:
        self.key_actions()[id_]()

    def _toggle(self, place: CallPlace) -> None:
        self.move_to(CallPlace.BESIDE if self._place is place else place)

    def _next_screen(self) -> None:
        if self._place is CallPlace.FULL:
            self.screen_window.next_screen()

    def _invite(self) -> None:
        if self._place is CallPlace.FULL:
            self.move_to(CallPlace.BESIDE)
        self.inviting.emit()
