"""The window in which a recording is played: all pictures side by side, and a place to seek."""

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QSizePolicy, QSlider, QWidget

from app.commands.recording_wishes import WishPlayOn, WishSeekRecording, WishStopPlaying
from app.kit.layouts import column, row
from app.kit.widgets import button, label, set_words
from app.models.recordings import PlayedPicture, PlayerProps
from app.viewers.video.picture import PictureState, VideoPicture
from app.viewers.video.pictures import LatestFrame
from app.viewers.video.tiles import tiles

SIZE = QSize(860, 560)
STEP_MS, PAGE_MS = 5_000, 30_000


class _Pictures(QWidget):
    """Everybody's picture, as large as all can be."""

    def __init__(self, latest: LatestFrame) -> None:
        super().__init__()
        self._latest = latest
        self._shown: tuple[PlayedPicture, ...] = ()
        self._pictures: list[VideoPicture] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_pictures(self, wanted: tuple[PlayedPicture, ...]) -> None:
        if wanted == self._shown:
            return
        self._shown = wanted
        for gone in self._pictures:
            gone.hide()
            gone.deleteLater()
        self._pictures = [self._made(one) for one in wanted]
        self._arrange()

    def _made(self, one: PlayedPicture) -> VideoPicture:
        made = VideoPicture(partial(self._latest, one.stream), self)
        made.setObjectName("playedPicture")
        made.set_caption(one.caption)
        made.set_state(PictureState.LIVE)
        made.show()
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        places = tiles(len(self._pictures), self.rect())
        for picture, place in zip(self._pictures, places, strict=True):
            picture.setMinimumSize(QSize(1, 1))
            picture.setGeometry(place)


class RecordingPlayerWindow(QDialog):
    """Open while there is something to play; closing it stops."""

    wished = Signal(object)

    def __init__(self, parent: QWidget, latest: LatestFrame) -> None:
        super().__init__(parent)
        self.setObjectName("recordingPlayer")
        self._props: PlayerProps | None = None
        self._pictures = _Pictures(latest)
        self._note = label("playerNote", "muted", wrap=True)
        self._play = button("playOn", self._toggle, "primary")
        self._place = QSlider(Qt.Orientation.Horizontal)
        self._place.setObjectName("playerPlace")
        self._place.setSingleStep(STEP_MS)
        self._place.setPageStep(PAGE_MS)
        self._place.sliderReleased.connect(self._seek)
        self._place.actionTriggered.connect(self._stepped)
        self._time = label("playerTime", "mono")
        self._close = button("closePlayer", self.reject)
        for control in (self._play, self._close):
            control.setAutoDefault(False)
        line = row(self._play, self._place, self._time, self._close)
        line.setStretch(1, 1)
        whole = column(self._pictures, self._note, line, margin=3)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.resize(SIZE)
        self._words()

    def show_props(self, props: PlayerProps | None) -> None:
        before, self._props = self._props, props
        if props is None:
            self.hide()
            return
        self.setWindowTitle(props.title)
        self._pictures.show_pictures(props.pictures)
        self._note.setText(props.note)
        self._time.setText(props.time)
        if not self._place.isSliderDown():
            self._place.setRange(0, props.length_ms)
            self._place.setValue(props.position_ms)
        self._words()
        if before is None:
            self.show()
            self.activateWindow()
            self._play.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._stop()

    def reject(self) -> None:
        """Escape."""
        super().reject()
        self._stop()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._words()
        super().changeEvent(event)

    def _words(self) -> None:
        playing = self._props is not None and self._props.playing
        set_words(self._play, self.tr("Pause") if playing else self.tr("Play"))
        set_words(self._close, self.tr("Close"))
        self._place.setAccessibleName(self.tr("Place in the recording"))

    def _stop(self) -> None:
        if self._props is not None:
            self.wished.emit(WishStopPlaying())

    def _toggle(self) -> None:
        if self._props is not None:
            self.wished.emit(WishPlayOn(not self._props.playing))

    def _seek(self) -> None:
        self.wished.emit(WishSeekRecording(self._place.value()))

    def _stepped(self, action: int) -> None:
        """A key or a click beside the handle; while it is dragged, letting go decides."""
        if action != QSlider.SliderAction.SliderMove.value and not self._place.isSliderDown():
            self.wished.emit(WishSeekRecording(self._place.sliderPosition()))
