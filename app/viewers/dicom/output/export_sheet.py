"""Which pictures become which files, and where."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from app.kit.layouts import row
from app.kit.widgets import button, set_words
from app.viewers.dicom.output.scene import Over
from app.viewers.dicom.output.sheet import OutputSheet, chosen, fill
from app.viewers.dicom.output.wish import Form, What, Wish


class ExportSheet(OutputSheet):
    """`wished` carries a `Wish` and the folder."""

    wished = Signal(object, object)

    def __init__(self, folder: Path, parent: QWidget) -> None:
        super().__init__("export_sheet", self.begin, parent)
        self._what = self.choices("export_what")
        self._form = self.choices("export_form")
        self._size = self.choices("export_size")
        self._drawn = self.tick("export_drawn", on=True)
        self._texts = self.tick("export_texts", on=False)
        self._folder = QLineEdit(str(folder))
        self._folder.setObjectName("export_folder")
        self._choose = button("export_choose", self.ask_folder)
        self._choose.setAutoDefault(False)
        self.row(self._folder, row(self._folder, self._choose))
        for box in (self._what, self._form, self._size):
            box.currentIndexChanged.connect(lambda _index: self.say())
        for tick in (self._drawn, self._texts):
            tick.toggled.connect(lambda _on: self.say())
        self.words()

    @property
    def wish(self) -> Wish:
        """What is chosen now."""
        seen = chosen(self._form, Form) is not Form.DICOM
        return Wish(
            chosen(self._what, What),
            chosen(self._form, Form),
            own=self._size.isEnabled() and self._size.currentIndex() == 1,
            over=Over(
                drawn=self._drawn.isChecked(),
                texts=seen and self._drawn.isChecked() and self._texts.isChecked(),
            ),
        )

    def begin(self) -> None:
        """Wish for the files."""
        if self.go.isEnabled():
            self.wished.emit(self.wish, Path(self._folder.text()).expanduser())

    def ask_folder(self) -> None:
        """Choose where the files go."""
        dialog = QFileDialog(self, self.tr("Folder for the files"), self._folder.text())
        dialog.setObjectName("fileDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._folder.setText)
        dialog.open()

    def say(self) -> None:
        """What cannot be chosen is grey; the note says what the files will tell of the patient."""
        super().say()
        form, what = chosen(self._form, Form), chosen(self._what, What)
        self._size.setEnabled(form is not Form.DICOM and what is not What.CELLS)
        self._drawn.setEnabled(form is not Form.DICOM)
        self._texts.setEnabled(form is not Form.DICOM and self._drawn.isChecked())
        if form in (Form.DICOM, Form.CAPTURE):
            note = self.tr("DICOM files carry the patient's name and data in their attributes.")
        elif self._texts.isEnabled() and self._texts.isChecked():
            note = self.tr("The patient's name and data can be read in the pictures.")
        else:
            note = self.tr(
                "Names, data, overlay planes and the texts of presentation states are left out. "
                "Words that are part of the pixels themselves (ultrasound, captures) and what was "
                "typed as a mark stay."
            )
        self.note.setText(note)

    def words(self) -> None:
        """See `OutputSheet.words`."""
        self.setWindowTitle(self.tr("Save pictures as files"))
        self.name(self._what, self.tr("Pictures"))
        fill(
            self._what,
            (self.tr("This picture"), self.tr("All cells as seen"), self.tr("The whole series")),
        )
        self.name(self._form, self.tr("Kind of file"))
        fill(
            self._form,
            (
                self.tr("PNG"),
                self.tr("JPEG"),
                self.tr("DICOM, the original files"),
                self.tr("DICOM, a capture of what is seen"),
            ),
        )
        self.name(self._size, self.tr("Size"))
        fill(self._size, (self.tr("As on the screen"), self.tr("The picture's own size")))
        self.name(self._drawn, self.tr("With everything drawn over the picture"))
        self.name(self._texts, self.tr("With patient text"))
        self.name(self._folder, self.tr("Folder"))
        set_words(self._choose, self.tr("Choose folder…"))
        set_words(self.go, self.tr("Save"), "Enter")
        super().words()
