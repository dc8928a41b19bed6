"""Whose pictures these are: asked before anything is taken, with another patient's left out."""

from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.commands.intake_wishes import WishDropFound, WishTakeFound
from app.kit.layouts import column, row
from app.kit.widgets import button, label, set_words
from app.models.preview import Chosen, FoundPatientProps, PreviewProps
from app.models.tips import plain_tip
from app.views.several_patients import ask_if_several

LEAST_LIST = 200
"""So much of what is chosen is always seen, in pixels; what was left out scrolls below it."""
MOST_LEFT_OUT = 120


class PreviewDialog(QDialog):
    """Not modal to the program: nothing waits for it but the files."""

    wished = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        self.setModal(True)
        self.resize(660, 560)
        self._props: PreviewProps | None = None
        self._boxes: list[tuple[Chosen, QCheckBox]] = []
        self._head = label("previewHead", "lead")
        self._warning = label("previewWarning", "problem", wrap=True)
        self._reading = label("previewReading", "muted")
        self._bar = QProgressBar()
        self._bar.setObjectName("previewBar")
        self._bar.setTextVisible(False)
        self._list = QVBoxLayout()
        self._list.setAlignment(Qt.AlignmentFlag.AlignTop)
        inner = QWidget()
        inner.setLayout(self._list)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("previewFound")
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._foreign = label("previewForeign", "text", wrap=True)
        self._scroll.setMinimumHeight(LEAST_LIST)
        self._left_out = label("previewLeftOut", "muted", wrap=True)
        self._left_out.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._left_out.setContentsMargins(0, 0, 8, 0)
        self._left_out_part = QScrollArea()
        self._left_out_part.setObjectName("previewLeftOutPart")
        self._left_out_part.setWidget(self._left_out)
        self._left_out_part.setWidgetResizable(True)
        self._left_out_part.setMaximumHeight(MOST_LEFT_OUT)
        self._loss = QCheckBox()
        self._loss.setObjectName("previewLoss")
        self._take = button("previewTake", self._accept, "primary")
        self._drop = button("previewDrop", self.reject)
        layout = column(
            self._head,
            self._warning,
            self._reading,
            self._bar,
            self._scroll,
            self._foreign,
            self._left_out_part,
            self._loss,
            row(None, self._drop, self._take),
            margin=5,
            gap=3,
        )
        layout.setStretch(4, 1)
        self.setLayout(layout)
        self.words()

    def show_props(self, props: PreviewProps | None) -> None:
        """None: there is nothing to show any more."""
        if props is None:
            self._props = None
            self.hide()
            return
        if props == self._props:
            return
        before, self._props = self._props, props
        if before is None or (before.job, before.patients) != (props.job, props.patients):
            self._fill(props.patients)
        if before is None or before.job != props.job:
            self._loss.setChecked(False)  # chosen each time anew
        self._loss.setVisible(props.into_case and bool(props.patients))
        self._show_progress(props.progress)
        for part, said in (
            (self._warning, props.warning),
            (self._foreign, props.foreign),
        ):
            part.setText(said)
            part.setVisible(bool(said))
        self._left_out.setText(props.left_out)
        self._left_out_part.setVisible(bool(props.left_out))
        self._left_out_part.setAccessibleName(props.left_out.partition("\n")[0])
        self.words()
        self._follow()
        if not self.isVisible():
            self.open()
        if props.progress is None and (before is None or before.progress is not None):
            self._focus_first()

    def _show_progress(self, progress: tuple[int, int] | None) -> None:
        for part in (self._reading, self._bar):
            part.setVisible(progress is not None)
        if progress is None:
            return
        done, total = progress
        text = self.tr("Looking for files…")
        if total:
            text = self.tr("Reading files: {done} of {total}").format(done=done, total=total)
        self._reading.setText(text)
        self._bar.setMaximum(total)
        self._bar.setValue(done)
        self._bar.setAccessibleName(text)

    def _focus_first(self) -> None:
        """Where the answer is: the button that takes them, or what must be chosen before."""
        if self._take.isEnabled():
            self._take.setFocus()
        elif self._boxes:
            first = self._boxes[0][1]
            first.show()  # the layout would do so later; what is hidden takes no focus
            first.setFocus()
        else:
            self._drop.setFocus()

    def words(self) -> None:
        props = self._props
        self.setWindowTitle(self.tr("What was found"))
        empty = props is not None and props.progress is None and not props.can_take
        reading = props is not None and props.progress is not None
        self._head.setText(
            self.tr("Looking into the files…")
            if reading
            else self.tr("No images were found there.")
            if empty
            else self.tr("Whose images these are")
        )
        into_case = props is None or props.into_case
        take = self.tr("Add to the case") if into_case else self.tr("Take into the inbox")
        set_words(self._take, take, "Return")
        set_words(self._drop, self.tr("Take nothing"), "Esc")
        self._take.setDefault(True)
        self._loss.setText(self.tr("Send smaller, with a small loss (the expert sees “Lossy”)"))
        told = self.tr(
            "For lines that are too slow otherwise. No grey level changes by more than a "
            "thousandth of the range. Mammograms, PET and compressed pictures stay as they are."
        )
        self._loss.setAccessibleName(self._loss.text())
        self._loss.setToolTip(plain_tip(told))
        self._loss.setAccessibleDescription(told)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def reject(self) -> None:
        self.wished.emit(WishDropFound())
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._props is not None:
            self.wished.emit(WishDropFound())
        super().closeEvent(event)

    def _accept(self) -> None:
        chosen = tuple(one for one, box in self._boxes if box.isChecked())
        loss = self._loss.isVisible() and self._loss.isChecked()
        wish = WishTakeFound(chosen, with_loss=loss)
        people = [who for study in chosen for who in study.patients]
        into_case = self._props is not None and self._props.into_case
        ask_if_several(self, people if into_case else (), lambda: self.wished.emit(wish))

    def _fill(self, patients: tuple[FoundPatientProps, ...]) -> None:
        self._boxes.clear()
        while self._list.count():
            old = self._list.takeAt(0).widget()
            old.hide()
            old.deleteLater()
        for number, patient in enumerate(patients):
            mark = self.tr("⚠ another patient: {name}") if patient.other else "{name}"
            if patient.nobody:
                mark = "⚠ {name}"  # the title says that nobody is named
            asked = patient.other or patient.nobody
            head = label("foundPatient", "problem" if asked else "lead", wrap=True)
            head.setText(mark.format(name=patient.title))
            self._list.addWidget(head)
            for study in patient.studies:
                box = QCheckBox(study.title.replace("&", "&&"))  # else a mnemonic
                uid = study.chosen.study_instance_uid
                twice = any(other.study_instance_uid == uid for other, _ in self._boxes)
                several = study.mixed or twice
                box.setObjectName(f"found_{uid}_{number}" if several else f"found_{uid}")
                box.setAccessibleName(f"{patient.title}: {study.title}")
                box.setChecked(study.proposed)
                box.toggled.connect(lambda _on: self._follow())
                self._boxes.append((study.chosen, box))
                self._list.addWidget(box)
        boxes = [box for _, box in self._boxes]
        for one, following in pairwise((self._scroll, *boxes, self._left_out_part, self._loss)):
            QWidget.setTabOrder(one, following)

    def _follow(self) -> None:
        props = self._props
        any_study = any(box.isChecked() for _, box in self._boxes)
        only_foreign = props is not None and bool(props.foreign) and not self._boxes
        can = props is not None and props.can_take and (any_study or only_foreign)
        self._take.setEnabled(can)
