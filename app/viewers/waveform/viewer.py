"""`WaveformViewer`: curves on paper, what the file says about them, calipers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QHBoxLayout,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.imaging.dataset import open_object
from app.imaging.leads import twelve_leads
from app.imaging.series import Instance
from app.imaging.waveform import WaveformKind, read_waveform
from app.imaging.waveform_notes import Note
from app.kit.layouts import arrange
from app.kit.theme import Appearance
from app.kit.widgets import ElidedLabel, label, set_words
from app.models.tips import plain_tip
from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.entry import Room
from app.viewers.keyed import Keyed
from app.viewers.waveform.chart import Chart
from app.viewers.waveform.drawing import Drawing
from app.viewers.waveform.entries import CurveAction
from app.viewers.waveform.notes_panel import NotesPanel
from app.viewers.waveform.printing import CurvePrinting
from app.viewers.waveform.scales import Record, prepare
from app.viewers.waveform.screen import ruler_of
from app.viewers.waveform.sheet import PAGE_S, Layout, make_sheet
from app.viewers.waveform.words import (
    channel_words,
    group_words,
    kind_words,
    layout_words,
    reading_words,
    record_words,
    scale_words,
)

SPEEDS = (12.5, 25.0, 50.0)
GAINS = (5.0, 10.0, 20.0)
_NOTES_WIDTH, _NOTES_HEIGHT = 264, 190
_WIDE = 1000
"""Pixels from which the notes stand beside the paper; below, they lie under it."""
_LEAST_SCALE = 0.35


class WaveformViewer(QWidget):
    """Shows one waveform instance. `parse` runs in a thread, `show_content` in the GUI's."""

    def __init__(
        self,
        appearance: Appearance,
        parent: QWidget | None = None,
        bindings: Bindings | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("waveform_viewer")
        self._record: Record | None = None
        self._instance: Instance | None = None
        self._layout, self._fit = Layout.COLUMNS_4, True
        self._leads: dict[str, int] = {}
        self._start_s = 0.0
        self._chosen: Note | None = None
        self._patient = ElidedLabel("waveform_patient", "lead")
        self._scale = ElidedLabel("waveform_scale", "muted")
        self._reading = label("waveform_reading", "lead")
        self.chart = Chart(appearance)
        self.chart.measured.connect(self._on_measured)
        self.chart.resized.connect(self._redraw)
        self.notes = NotesPanel()
        self.notes.chosen.connect(self._go_to)
        self._bar = QToolBar()
        self._bar.setObjectName("waveform_toolbar")
        self._bar.setMovable(False)
        self._groups = self._combo("waveform_group", self._on_group)
        self._layouts = self._combo("waveform_layout", self._on_layout)
        self._speeds = self._combo("waveform_speed", self._redraw)
        self._gains = self._combo("waveform_gain", self._redraw)
        for speed in SPEEDS:
            self._speeds.addItem(f"{speed:g} mm/s", speed)
        for gain in GAINS:
            self._gains.addItem(f"{gain:g} mm/mV", gain)
        self._speeds.setCurrentIndex(1)
        self._gains.setCurrentIndex(1)
        self._fitted = self._button("waveform_fit", self._toggle_fit)
        self._calipers = self._button("waveform_calipers", self.chart.toggle_calipers)
        self._marks = self._button("waveform_marks", self._redraw)
        self._marks.setChecked(True)
        self.printing = CurvePrinting(self)
        self._print = self._button("waveform_print", self.printing.ask_printer)
        self._print.setCheckable(False)
        self._told = label("waveform_told", "muted")
        self.printing.said.connect(self._told.setText)
        top = QHBoxLayout()
        top.setContentsMargins(12, 6, 12, 2)
        top.addWidget(self._patient, 1)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(12, 4, 12, 6)
        bottom.addWidget(self._scale, 1)
        bottom.addWidget(self._told)
        bottom.addWidget(self._reading)
        self._stage = stage = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        stage.setSpacing(0)
        stage.addWidget(self.chart, 1)
        stage.addWidget(self.notes)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._bar)
        whole.addLayout(top)
        whole.addLayout(stage, 1)
        whole.addLayout(bottom)
        self.setFocusProxy(self.chart)
        self._keyed = self._bind_keys(bindings or Bindings(parent=self))
        self._bar.addWidget(self._keyed.more)
        self.words()

    def _combo(self, name: str, changed: object) -> QComboBox:
        made = QComboBox()
        made.setObjectName(name)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        made.currentIndexChanged.connect(changed)
        self._bar.addWidget(made)
        return made

    def _button(self, name: str, act: object) -> QToolButton:
        made = QToolButton()
        made.setObjectName(name)
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.clicked.connect(act)
        self._bar.addWidget(made)
        return made

    def _bind_keys(self, bindings: Bindings) -> Keyed:
        do: dict[str, Callable[[], object]] = {
            CurveAction.GAIN: lambda: _next(self._gains),
            CurveAction.SPEED: lambda: _next(self._speeds),
            CurveAction.LAYOUT: lambda: _next(self._layouts),
            CurveAction.CHANNELS: lambda: _next(self._groups),
            CurveAction.FIT: self._fitted.click,
            CurveAction.CALIPERS: self._calipers.click,
            CurveAction.OTHER_END: self.chart.swap_ends,
            CurveAction.MARKS: self._marks.click,
            CurveAction.PRINT: self._print.click,
            CurveAction.PDF: self.printing.ask_file,
            CurveAction.BACK: lambda: self._turn(-1),
            CurveAction.ON: lambda: self._turn(1),
            CurveAction.BEGIN: lambda: self.chart.go_to_end(last=False),
            CurveAction.END: lambda: self.chart.go_to_end(last=True),
        }
        switches: dict[str, QToolButton] = {
            CurveAction.FIT: self._fitted,
            CurveAction.CALIPERS: self._calipers,
            CurveAction.MARKS: self._marks,
        }
        # The list of marks and the choices go to their own begin and end.
        of_chart = (CurveAction.BEGIN, CurveAction.END, CurveAction.OTHER_END)
        bindings.changed.connect(self.words)
        return Keyed(
            bindings,
            Room.CURVES,
            do,
            self,
            lambda id_: switches[id_].isChecked(),
            dict.fromkeys(of_chart, self.chart),
        )

    # --- what others call ----------------------------------------------------------------

    @staticmethod
    def parse(data: bytes) -> Record:
        """Read an object; errors as `read_waveform` and `open_object`."""
        return prepare(read_waveform(open_object(data)))

    def show_content(self, content: object, instance: Instance) -> None:
        """Show what `parse` made."""
        if not isinstance(content, Record):
            return
        self._record, self._instance = content, instance
        self._start_s, self._chosen = 0.0, None
        self.chart.set_calipers(None)
        self._calipers.setChecked(False)
        self._groups.blockSignals(True)
        self._groups.clear()
        self._groups.addItems(
            [group_words(group, n) for n, group in enumerate(content.waveform.groups)]
        )
        self._groups.blockSignals(False)
        self._on_group()
        self.notes.show_notes(content.waveform.notes)
        self.notes.setVisible(bool(content.waveform.notes))
        self._say()

    def close_content(self) -> None:
        """Let go of it: nothing of the patient stays."""
        self._record = self._instance = None
        self.chart.show_drawing(None, 1.0)
        self.notes.show_notes(())
        self._groups.clear()
        self.printing.show(None, None)
        self._told.setText("")
        self._say()

    # --- drawing -------------------------------------------------------------------------

    def _on_group(self) -> None:
        """Another multiplex group: it may know other layouts."""
        record = self._record
        if record is None or self._groups.currentIndex() < 0:
            return
        group = record.waveform.groups[self._groups.currentIndex()]
        is_ecg = record.waveform.kind is WaveformKind.ECG
        self._leads = twelve_leads(group.channels) if is_ecg else {}
        by_lead = bool(self._leads)
        choices = list(Layout) if by_lead else [Layout.ROWS]
        self._layouts.blockSignals(True)
        self._layouts.clear()
        for layout in choices:
            self._layouts.addItem(layout_words(layout), layout.value)
        self._layouts.setCurrentIndex(choices.index(self._layout) if by_lead else 0)
        self._layouts.blockSignals(False)
        self._layouts.setEnabled(by_lead)
        self._start_s = 0.0
        self._redraw()

    def _on_layout(self) -> None:
        if self._layouts.currentData() is not None:
            self._layout = Layout(self._layouts.currentData())
        self._redraw()

    def _redraw(self) -> None:
        record, number = self._record, self._groups.currentIndex()
        if record is None or number < 0:
            return
        group, scales = record.waveform.groups[number], record.scales[number]
        speed, gain = self._speeds.currentData(), self._gains.currentData()
        layout = Layout(self._layouts.currentData())
        sheet = make_sheet(
            layout,
            len(group.channels),
            self._leads,
            group.duration_s,
            speed=speed,
            gain=gain,
            start_s=self._start_s,
        )
        marks = self._marks.isChecked()
        volts = any(scale.millivolts is not None for scale in scales)
        self._gains.setEnabled(volts)
        drawing = Drawing(
            group,
            number,
            scales,
            tuple(channel_words(channel, n) for n, channel in enumerate(group.channels)),
            sheet,
            speed,
            gain,
            record.marks if marks else (),
            self._chosen if marks else None,
        )
        ruler = ruler_of(self)
        per_mm = ruler.per_mm
        if self._fit and layout is not Layout.ROWS:
            room = self.chart.viewport().size()
            fits = min(room.width() / sheet.width_mm, room.height() / sheet.height_mm)
            per_mm = max(_LEAST_SCALE * per_mm, min(per_mm, fits))
        self.chart.show_drawing(drawing, per_mm)
        self._scale.setText(scale_words(drawing, ruler, per_mm))
        self.printing.show(drawing, self._instance)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.width() >= _WIDE
        arrange(self._stage, across=wide)
        most = 16_777_215
        self.notes.setMaximumSize(_NOTES_WIDTH if wide else most, most if wide else _NOTES_HEIGHT)

    def _toggle_fit(self) -> None:
        self._fit = self._fitted.isChecked()
        self._redraw()

    def _turn(self, pages: int) -> None:
        """The next ten seconds of a layout in columns; the next window of rows."""
        record, drawing = self._record, self.chart.drawing
        if record is None or drawing is None:
            return
        if Layout(self._layouts.currentData()) is Layout.ROWS:
            bar = self.chart.horizontalScrollBar()
            bar.setValue(bar.value() + pages * bar.pageStep())
            return
        last = max(0.0, drawing.group.duration_s - PAGE_S)
        self._start_s = min(last, max(0.0, self._start_s + pages * PAGE_S))
        self._redraw()

    def _go_to(self, note: Note) -> None:
        """A chosen mark is shown strongly, and its time comes into sight."""
        self._chosen = note
        begin, drawing = note.begin_s, self.chart.drawing
        if begin is None or drawing is None:
            return
        group = note.channels[0][0] if note.channels else self._groups.currentIndex()
        if group != self._groups.currentIndex() and 0 <= group < self._groups.count():
            self._groups.setCurrentIndex(group)
        self._start_s = begin // PAGE_S * PAGE_S
        self._redraw()
        self.chart.look_at(begin)

    # --- words ---------------------------------------------------------------------------

    def _on_measured(self, reading: object) -> None:
        shown = self.chart.reading()
        self._calipers.setChecked(reading is not None)
        self._reading.setText(reading_words(shown))
        self.chart.setAccessibleDescription(reading_words(shown))

    def _say(self) -> None:
        record, instance = self._record, self._instance
        if record is None or instance is None:
            for part in (self._patient, self._scale, self._reading):
                part.setText("")
            return
        self._patient.setText(record_words(instance, record.waveform.acquired))
        self.setAccessibleName(kind_words(record.waveform.kind))

    def words(self) -> None:
        """Every text, again after the language changed."""
        self.setAccessibleName(self.tr("Curves"))
        self.chart.setAccessibleName(self.tr("Paper with the curves"))
        hint = self._keyed.hint
        for combo, text, key in (
            (self._groups, self.tr("Group of channels"), hint(CurveAction.CHANNELS)),
            (self._layouts, self.tr("Layout"), hint(CurveAction.LAYOUT)),
            (self._speeds, self.tr("Speed"), hint(CurveAction.SPEED)),
            (self._gains, self.tr("Gain"), hint(CurveAction.GAIN)),
        ):
            combo.setAccessibleName(text)
            combo.setToolTip(plain_tip(f"{text}  ({key})" if key else text))
        set_words(self._fitted, self.tr("Fit"), hint(CurveAction.FIT))
        self._fitted.setChecked(self._fit)
        set_words(self._calipers, self.tr("Calipers"), hint(CurveAction.CALIPERS))
        told = self.tr(
            "Calipers ({key}): drag, or arrow keys; {other} takes the other end, Esc puts them away"
        ).format(key=hint(CurveAction.CALIPERS), other=hint(CurveAction.OTHER_END))
        self._calipers.setToolTip(plain_tip(told))
        set_words(self._marks, self.tr("Marks"), hint(CurveAction.MARKS))
        set_words(self._print, self.tr("Print…"), hint(CurveAction.PRINT))
        self._keyed.words()
        for row in range(self._layouts.count()):
            self._layouts.setItemText(row, layout_words(Layout(self._layouts.itemData(row))))
        self.notes.words()
        self._redraw()
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)


def _next(combo: QComboBox) -> None:
    """The next choice, after the last the first."""
    if combo.isEnabled() and combo.count() > 1:
        combo.setCurrentIndex((combo.currentIndex() + 1) % combo.count())
