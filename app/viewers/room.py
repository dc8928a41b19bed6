"""The pictures of a case, and over them the viewer of a series that is no picture.

Choosing such a series in the strip opens its viewer in place of the pictures; Esc, a button or
choosing pictures in the strip leads back. Only public signals of `DicomViewer` are used.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QComboBox, QFrame, QStackedWidget, QVBoxLayout, QWidget

from app.imaging.errors import ImagingError
from app.imaging.references import Reference
from app.imaging.series import Instance, ObjectKind, Series, SliceRef
from app.imaging.source import StudySource
from app.kit.layouts import column, row
from app.kit.theme import Appearance
from app.kit.widgets import ElidedLabel, button, label, set_words
from app.viewers.background import Background
from app.viewers.dicom.reasons import kind_words, reason_words
from app.viewers.dicom.thumbnails import ThumbnailStrip
from app.viewers.dicom.viewer import DicomViewer
from app.viewers.document.unshown import class_words
from app.viewers.document.viewer import DocumentViewer
from app.viewers.kind import ViewerKind, viewer_for
from app.viewers.waveform.viewer import WaveformViewer


class _Beside(Protocol):
    """A viewer of one instance."""

    @staticmethod
    def parse(data: bytes) -> object: ...

    def show_content(self, content: object, instance: Instance) -> None: ...

    def close_content(self) -> None: ...


class ViewerRoom(QWidget):
    """What the workspace takes as its viewer."""

    exported = Signal(object)
    """`Exported`, as something begins to be saved or printed."""

    def __init__(
        self, pictures: DicomViewer, appearance: Appearance, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("viewer_room")
        self.pictures = pictures
        self._source: StudySource | None = None
        self._series: Series | None = None
        self._reading = Background(self)
        bindings = pictures.stage.bindings
        self.waveform = WaveformViewer(appearance, bindings=bindings)
        self.document = DocumentViewer(appearance, bindings=bindings)
        self.document.place = self.place_of
        self.waveform.printing.by = lambda: pictures.marking.author().name
        self._title = ElidedLabel("room_title", "lead")
        self._back = button("room_back", self.back)
        self._choice = QComboBox()
        self._choice.setObjectName("room_instance")
        self._choice.currentIndexChanged.connect(self._show_instance)
        self._message = label("room_message", "text", wrap=True)
        self._retry = button("room_retry", lambda: self._show_instance(self._choice.currentIndex()))
        self._said = QWidget()
        self._said.setLayout(column(None, self._message, row(self._retry, None), None, margin=8))
        self._stack = QStackedWidget()
        for part in (self._said, self.waveform, self.document):
            self._stack.addWidget(part)
        self._notice = label("room_notice", "problem", wrap=True)
        self._notice.setContentsMargins(12, 4, 12, 4)
        self._over = QFrame(self)
        self._over.setObjectName("room_other")
        self._over.setAutoFillBackground(True)
        head = row(self._back, self._title, self._choice, margin=2)
        head.setStretch(1, 1)
        whole = column(head, self._notice, self._stack, gap=0)
        whole.setStretch(2, 1)
        self._over.setLayout(whole)
        self._over.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(pictures)
        self.setFocusProxy(pictures)
        self._strip = pictures.findChild(ThumbnailStrip)
        self._connect()
        self.words()

    def _connect(self) -> None:
        self.pictures.other_series_chosen.connect(self.show_other)
        self.document.reference_chosen.connect(self.go_to)
        self.document.key_objects_chosen.connect(self._on_key_objects)
        for part in (self.document, self.waveform.printing, self.pictures.stage.output):
            part.exported.connect(self.exported)
        self.pictures.marking.exported.connect(self.exported)
        # Enabled only while something is over the pictures: they have an Esc of their own.
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._escape.setEnabled(False)
        self._escape.activated.connect(self.back)
        if self._strip is not None:
            self._strip.chosen.connect(self._on_strip)
            self._strip.chosen_for_next.connect(self._on_strip)
            self._strip.installEventFilter(self)

    # --- what others call ----------------------------------------------------------------

    def open_source(self, source: StudySource) -> None:
        """Show what a source holds, pictures first."""
        self._forget()
        self._source = source
        self.pictures.open_source(source)

    def close_source(self, *, wait: bool = True) -> None:
        """Let go of the source; nothing of its patient stays."""
        self._forget()
        self._source = None
        self.pictures.close_source(wait=wait)

    def add_instance(self, instance: Instance) -> None:
        """Take in an instance of the source that came to exist later."""
        self.pictures.add_instance(instance)

    @property
    def shows_other(self) -> bool:
        """Whether something else than pictures is shown."""
        return not self._over.isHidden()

    @property
    def other(self) -> QWidget:
        """What is shown over the pictures: a viewer, or words."""
        return self._stack.currentWidget()

    def show_other(self, series: Series) -> None:
        """Show a series that is no picture."""
        if self.shows_other and self._series is not None and series == self._series:
            return
        self._series = series
        self._notice.hide()
        self._title.setText(self._title_of(series))
        blocked = self._choice.blockSignals(True)
        self._choice.clear()
        for number, instance in enumerate(series.instances, start=1):
            self._choice.addItem(self._instance_words(instance, number, len(series.instances)))
        self._choice.blockSignals(blocked)
        self._choice.setVisible(len(series.instances) > 1)
        if self._strip is not None:
            self._strip.select(series.uid)
        self._place()
        self._over.show()
        self._over.raise_()
        self._escape.setEnabled(True)
        self._show_instance(0)
        self._back.setFocus()

    def back(self) -> None:
        """To the pictures."""
        if not self.shows_other:
            return
        self._forget()
        self._mark_shown()
        self.pictures.setFocus()

    def go_to(self, reference: Reference) -> None:
        """Show a referenced object, or say that it is not here."""
        for series in self.pictures.series:
            instance = series.instance(reference.sop_instance_uid)
            if instance is None:
                continue
            if series.kind is ObjectKind.APPLIED:
                self.back()
                self.pictures.objects.reveal(reference.sop_instance_uid)
                return
            if series.kind is not ObjectKind.IMAGE:
                self.show_other(series)
                self._choice.setCurrentIndex(series.instances.index(instance))
                return
            self.back()
            self.pictures.show_series(series.uid)
            index = _slice_of(series, reference)
            if index is not None:
                self.pictures.go_to(series.slices[index])
            if reference.state_uid:
                self.pictures.objects.choose_state(reference.state_uid)
            return
        self._notice.setText(self.tr("What is referred to is not among the pictures of this case."))
        self._notice.show()

    def place_of(self, reference: Reference) -> str:
        """Where a referenced object is, in words."""
        for series in self.pictures.series:
            if series.instance(reference.sop_instance_uid) is None:
                continue
            first = series.first
            parts = [first.modality, first.series_description]
            index = _slice_of(series, reference)
            if index is not None and series.kind is ObjectKind.IMAGE:
                parts.append(f"{index + 1} / {len(series.slices)}")
            return " · ".join(part for part in parts if part)
        return self.tr("not here")

    # --- one instance --------------------------------------------------------------------

    def _show_instance(self, number: int) -> None:
        """Fetch and read an instance away from the screen, then show it."""
        source, series = self._source, self._series
        if series is None or source is None or not 0 <= number < len(series.instances):
            return
        self._notice.hide()
        instance = series.instances[number]
        if instance.kind is ObjectKind.VIDEO:
            self._reading.drop()
            self.document.show_video(instance)
            self._stack.setCurrentWidget(self.document)
            return
        viewer = self._viewer(instance)
        self._say(self.tr("Loading…"), failed=False)
        read = partial(_read, source, instance.sop_instance_uid, viewer)
        self._reading.start(read, partial(self._came, viewer, instance))

    def _viewer(self, instance: Instance) -> WaveformViewer | DocumentViewer:
        kind = viewer_for(instance.kind)
        return self.waveform if kind is ViewerKind.WAVEFORM else self.document

    def _came(
        self, viewer: WaveformViewer | DocumentViewer, instance: Instance, result: object
    ) -> None:
        if isinstance(result, ImagingError):
            self._say(reason_words(result.code), failed=True)
            return
        viewer.show_content(result, instance)
        self._stack.setCurrentWidget(viewer)
        if self._back.hasFocus():
            viewer.setFocus()

    def _say(self, words: str, *, failed: bool) -> None:
        self._message.setText(words)
        self._retry.setVisible(failed)
        self._stack.setCurrentWidget(self._said)

    def _forget(self) -> None:
        self._reading.drop()
        self._series = None
        self._over.hide()
        self._escape.setEnabled(False)
        self.waveform.close_content()
        self.document.close_content()

    # --- the strip -----------------------------------------------------------------------

    def _on_strip(self, uid: str) -> None:
        """Pictures were chosen while something else is over them."""
        chosen = next((s for s in self.pictures.series if s.uid == uid), None)
        if chosen is not None and chosen.kind is ObjectKind.IMAGE and self.shows_other:
            self._forget()

    def _mark_shown(self) -> None:
        """The strip marks again what the pictures show, so that the series can be chosen again."""
        state = self.pictures.state
        if self._strip is not None:
            blocked = self._strip.blockSignals(True)
            self._strip.setCurrentRow(-1)
            self._strip.blockSignals(blocked)
            if state is not None:
                self._strip.select(state.series_instance_uid)

    def _on_key_objects(self, references: tuple[Reference, ...]) -> None:
        named = {
            SliceRef(one.sop_instance_uid, frame)
            for one in references
            for frame in (one.frames or (0,))
        }
        self.pictures.marking.sheet.mark_key_images(named)
        if references:
            self.go_to(references[0])

    # --- layout and words ----------------------------------------------------------------

    def _place(self) -> None:
        """Over the pictures and their tools, beside the strip."""
        strip = self._strip
        left = strip.geometry().right() + 1 if strip is not None and strip.isVisible() else 0
        self._over.setGeometry(QRect(left, 0, self.width() - left, self.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._place()
        return super().eventFilter(watched, event)

    @staticmethod
    def _title_of(series: Series) -> str:
        first, kind = series.first, series.kind
        what = class_words(first.sop_class_uid) if kind is ObjectKind.OTHER else kind_words(kind)
        parts = (first.modality, what, first.series_description)
        return " · ".join(part for part in parts if part)

    def _instance_words(self, instance: Instance, number: int, count: int) -> str:
        shown = instance.instance_number if instance.instance_number is not None else number
        return self.tr("No. {n} ({i} of {count})").format(n=shown, i=number, count=count)

    def words(self) -> None:
        """Every text, again after the language changed."""
        set_words(self._back, self.tr("← Back to the pictures"), "Esc")
        set_words(self._retry, self.tr("Try again"))
        self._choice.setAccessibleName(self.tr("Document of the series"))
        self._over.setAccessibleName(self.tr("Series without pictures"))
        if self._series is not None:
            self._title.setText(self._title_of(self._series))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)


def _read(source: StudySource, uid: str, viewer: _Beside) -> object:
    """In a thread."""
    return viewer.parse(source.fetch(uid))


def _slice_of(series: Series, reference: Reference) -> int | None:
    """The slice that shows a referenced frame, the first of its instance where there is none."""
    of_instance = [
        index
        for index, ref in enumerate(series.slices)
        if ref.sop_instance_uid == reference.sop_instance_uid
    ]
    exact = [i for i in of_instance if series.slices[i].frame == reference.frame]
    return next(iter(exact or of_instance), None)
