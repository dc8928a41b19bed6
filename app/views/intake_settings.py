"""Settings of intake: the receiver and its devices, archives, and the watched folder."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLayout, QSpinBox, QWidget

from app.commands.intake_wishes import WishSaveIntake, WishTestPacs
from app.kit.layouts import Item, column, row, surface
from app.kit.view import View
from app.kit.widgets import Field, LineField, button, label, set_words
from app.models.intake_settings import (
    AfterTaking,
    Charset,
    IntakeFormProps,
    IntakeSettings,
    Watched,
    callers_of,
    callers_text,
    receiver_of,
)
from app.views.hl7_settings import Hl7SettingsPart
from app.views.pacs_entries import PacsEntries


class IntakeSettingsForm(View):
    """Nothing holds before “Save” is pressed; what is wrong stands below its field."""

    folder_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: IntakeSettings | None = None
        self._heads = [label(kind="lead") for _ in range(4)]
        self._on = _check("receiverOn")
        self._title = LineField("receiverTitle")
        self._title.line.setMaxLength(16)
        self._port = QSpinBox()
        self._port.setObjectName("receiverPort")
        self._port.setRange(1, 65535)
        self._port.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._port_field = Field(self._port)
        self._address = LineField("receiverAddress")
        self._callers = LineField("receiverCallers")
        self._unknown = _check("receiverUnknown")
        self._worklist = _check("receiverWorklist")
        self._charset = QComboBox()
        self._charset.setObjectName("worklistCharset")
        for charset in Charset:
            self._charset.addItem(charset.value, charset)
        self._charset_field = Field(self._charset)
        self._state = label("receiverState", "muted", wrap=True)
        self._waiting = label("archiveWaiting", "problem", wrap=True)
        self._entries = PacsEntries()
        self._entries.tested.connect(self._test)
        self._watch = _check("watchOn")
        self._folder = LineField("watchFolder")
        self._browse = button("watchBrowse", self.folder_wanted.emit)
        self._browse_field = Field(self._browse)
        self._browse_field.name.setText(" ")
        self._after = QComboBox()
        self._after.setObjectName("watchAfter")
        self._after_field = Field(self._after)
        self._hl7 = Hl7SettingsPart()
        self._saved = label("intakeSaved", "good")
        self._save = button("intakeSave", self._wish, "primary")
        self.setLayout(self._arranged())
        self.words()

    def _arranged(self) -> QLayout:
        receiver = _group(
            self._heads[0],
            self._on,
            row(self._title, self._port_field, self._address),
            self._callers,
            self._unknown,
            row(self._worklist, None, self._charset_field),
            self._state,
        )
        archives = _group(self._heads[1], self._waiting, self._entries)
        folder = _group(
            self._heads[2],
            self._watch,
            row(self._folder, self._browse_field),
            self._after_field,
        )
        messages = _group(self._heads[3], self._hl7)
        save = row(self._saved, None, self._save)
        return column(receiver, archives, folder, messages, save, None, gap=3)

    # --- what it shows -------------------------------------------------------------------

    def show_props(self, props: IntakeFormProps) -> None:
        """Settings are filled in when they are others than before, not while somebody types."""
        self._state.setText(props.state)
        self._waiting.setText(props.waiting)
        self._waiting.setVisible(bool(props.waiting))
        self._entries.show_test(props.test)
        self._hl7.show_state(props.hl7)
        if props.settings == self._shown:
            return
        saved = self._shown is not None
        self._shown = props.settings
        receiver, watched = props.settings.receiver, props.settings.watched
        self._on.setChecked(receiver.on)
        self._title.line.setText(receiver.ae_title)
        self._port.setValue(receiver.port)
        self._address.line.setText(receiver.address)
        self._callers.line.setText(callers_text(receiver.callers))
        self._unknown.setChecked(receiver.admit_unknown)
        self._worklist.setChecked(receiver.worklist)
        self._charset.setCurrentIndex(self._charset.findData(receiver.worklist_charset))
        self._entries.show_entries(props.settings.pacs)
        self._hl7.show_settings(props.settings.hl7)
        self._watch.setChecked(watched.on)
        self._folder.line.setText(watched.folder)
        self._after.setCurrentIndex(list(AfterTaking).index(watched.after))
        self._saved.setText(self.tr("Saved") if saved else "")

    def set_folder(self, path: str) -> None:
        self._folder.line.setText(path)

    def words(self) -> None:
        heads = (
            self.tr("Receiver for CT, ultrasound and other devices"),
            self.tr("Archives of the hospital (PACS)"),
            self.tr("Watched folder"),
            self.tr("Messages of the hospital (HL7 v2)"),
        )
        for head, text in zip(self._heads, heads, strict=True):
            head.setText(text)
        for box, text in (
            (self._on, self.tr("Receive images (DICOM storage)")),
            (self._unknown, self.tr("Also take images of devices that are not in the list")),
            (self._worklist, self.tr("Offer patients of draft cases to devices (worklist)")),
            (self._watch, self.tr("Take images from a folder by itself")),
        ):
            box.setText(text)
            box.setAccessibleName(text)
        self._title.set_name(self.tr("AE title of this computer"))
        self._port_field.set_name(self.tr("Port"))
        self._address.set_name(self.tr("Network address (empty: all)"))
        self._callers.set_name(self.tr("Devices: AE title@address:port; …"))
        self._callers.line.setPlaceholderText("CT01@10.1.2.3:104; US02; @10.1.2.9")
        self._charset_field.set_name(self.tr("Worklist characters"))
        self._folder.set_name(self.tr("Folder"))
        set_words(self._browse, self.tr("Choose…"))
        chosen = max(0, self._after.currentIndex())
        self._after.clear()
        self._after.addItem(self.tr("leave the file where it is"), AfterTaking.KEEP)
        self._after.addItem(self.tr("move it to the subfolder “taken”"), AfterTaking.MOVE)
        self._after.setCurrentIndex(chosen)
        self._after_field.set_name(self.tr("After an image was taken"))
        set_words(self._save, self.tr("Save"))
        self._entries.words()
        self._hl7.words()

    # --- what it wishes ------------------------------------------------------------------

    def _wish(self) -> None:
        callers, problem = callers_of(self._callers.text)
        self._callers.set_problem(problem)
        receiver, wrong = receiver_of(
            on=self._on.isChecked(),
            ae_title=self._title.text,
            port=self._port.value(),
            address=self._address.text.strip(),
            callers=callers,
            admit_unknown=self._unknown.isChecked(),
            worklist=self._worklist.isChecked(),
            charset=Charset(self._charset.currentData()),
        )
        self._title.set_problem(wrong.get("ae_title", ""))
        self._address.set_problem(wrong.get("address", ""))
        folder = self._folder.text.strip()
        no_folder = self._watch.isChecked() and not folder
        self._folder.set_problem(self.tr("Choose a folder.") if no_folder else "")
        pacs, passwords, entries_right = self._entries.entries()
        hl7 = self._hl7.made()
        if problem or receiver is None or hl7 is None or no_folder or not entries_right:
            self._saved.setText("")
            return
        watched = Watched(
            on=self._watch.isChecked(), folder=folder, after=AfterTaking(self._after.currentData())
        )
        settings = IntakeSettings(receiver=receiver, pacs=pacs, watched=watched, hl7=hl7)
        self.wished.emit(WishSaveIntake(settings, passwords))
        if settings == self._shown:
            self._saved.setText(self.tr("Saved"))

    def _test(self) -> None:
        made = self._entries.current()
        if made is not None:
            entry, password = made
            self.wished.emit(WishTestPacs(entry, password, self._title.text.strip()))


def _check(name: str) -> QCheckBox:
    made = QCheckBox()
    made.setObjectName(name)
    return made


def _group(*parts: Item) -> QWidget:
    return surface("card", column(*parts, margin=4, gap=2))
