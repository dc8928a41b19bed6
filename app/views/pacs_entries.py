"""The list of archives in the settings, and the form of the one that is chosen."""

from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QListWidget, QSpinBox, QStackedWidget, QWidget

from app.kit.layouts import column, row
from app.kit.widgets import Field, LineField, button, label, restyle, set_words
from app.models.intake_settings import Charset, Pacs, PacsKind, Retrieve, pacs_of
from protocol.base import new_id

Typed = dict[str, object]
"""Values of the form by the fields of `Pacs`."""
CHOICES = {"kind": PacsKind, "retrieve": Retrieve, "charset": Charset}


class PacsEntries(QWidget):
    """Keeps what is typed of each archive until somebody asks for `entries`."""

    tested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._typed: list[Typed] = []
        self._passwords: dict[UUID, str] = {}
        self._at = -1
        self._list = QListWidget()
        self._list.setObjectName("pacsList")
        self._list.setMaximumHeight(96)
        self._list.currentRowChanged.connect(self._choose)
        self._add = button("pacsAdd", self._begin_entry)
        self._remove = button("pacsRemove", self._drop_entry, "quiet")
        self._name = LineField("pacsEntryName")
        self._kind = _combo("pacsKind")
        self._kind_field = Field(self._kind)
        self._title, self._host = LineField("pacsTitle"), LineField("pacsHost")
        self._title.line.setMaxLength(16)
        self._port = QSpinBox()
        self._port.setObjectName("pacsPort")
        self._port.setRange(1, 65535)
        self._port.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._port_field = Field(self._port)
        self._way, self._charset = _combo("pacsWay"), _combo("pacsCharset")
        self._way_field, self._charset_field = Field(self._way), Field(self._charset)
        self._url, self._user = LineField("pacsUrl"), LineField("pacsUser")
        self._password = LineField("pacsPassword", secret=True)
        self._reports = QCheckBox()
        self._reports.setObjectName("pacsReports")
        self._test = button("pacsTest", self._ask_test)
        self._answer = label("pacsAnswer", "muted", wrap=True)
        self._kinds = QStackedWidget()
        self._form = QWidget()
        self._arrange()
        self._kind.currentIndexChanged.connect(self._kinds.setCurrentIndex)
        self.words()
        self._show(-1)

    def _arrange(self) -> None:
        dimse, web = QWidget(), QWidget()
        dimse.setLayout(
            column(
                row(self._title, self._host, self._port_field),
                row(self._way_field, self._charset_field),
            )
        )
        web.setLayout(column(self._url, row(self._user, self._password)))
        self._kinds.addWidget(dimse)
        self._kinds.addWidget(web)
        self._form.setLayout(
            column(
                row(self._name, self._kind_field),
                self._kinds,
                self._reports,
                row(self._answer, None, self._test),
            )
        )
        self.setLayout(column(self._list, row(None, self._remove, self._add), self._form, gap=2))

    def words(self) -> None:
        self._list.setAccessibleName(self.tr("Archives"))
        set_words(self._add, self.tr("Add an archive"))
        set_words(self._remove, self.tr("Remove"))
        set_words(self._test, self.tr("Test"))
        self._name.set_name(self.tr("Name"))
        self._kind_field.set_name(self.tr("Speaks"))
        self._title.set_name(self.tr("AE title"))
        self._host.set_name(self.tr("Address"))
        self._port_field.set_name(self.tr("Port"))
        self._way_field.set_name(self.tr("Fetch by"))
        self._charset_field.set_name(self.tr("Characters of questions"))
        self._url.set_name(self.tr("DICOMweb address"))
        self._user.set_name(self.tr("User"))
        self._password.set_name(self.tr("Password (empty: as it was)"))
        self._reports.setText(self.tr("Reports go there by themselves once they are received"))
        self._reports.setAccessibleName(self._reports.text())
        _fill(
            self._kind,
            ((self.tr("DICOM (AE title)"), PacsKind.DIMSE), ("DICOMweb", PacsKind.DICOMWEB)),
        )
        _fill(
            self._way,
            (
                (self.tr("C-GET (through the same connection)"), Retrieve.GET),
                (self.tr("C-MOVE (to the receiver)"), Retrieve.MOVE),
            ),
        )
        _fill(self._charset, tuple((one.value, one) for one in Charset))

    # --- in and out ----------------------------------------------------------------------

    def show_entries(self, entries: tuple[Pacs, ...]) -> None:
        self._typed = [{name: getattr(one, name) for name in Pacs.model_fields} for one in entries]
        self._passwords.clear()
        self._at = -1
        self._relist(0 if entries else -1)

    def show_test(self, test: tuple[object, str, bool] | None) -> None:
        """How asking an archive ended, where it is the one on screen."""
        id_ = self._typed[self._at]["id"] if 0 <= self._at < len(self._typed) else None
        mine = test is not None and test[0] == id_
        words, good = (test[1], test[2]) if mine and test is not None else ("", True)
        if (self._answer.text(), self._answer.property("type")) == (words, _look(good=good)):
            return
        self._answer.setText(words)
        self._answer.setProperty("type", _look(good=good))
        restyle(self._answer)

    def entries(self) -> tuple[tuple[Pacs, ...], tuple[tuple[UUID, str], ...], bool]:
        """All archives, the passwords typed now, and whether everything is right."""
        self._take()
        made = []
        for number, typed in enumerate(self._typed):
            entry, wrong = pacs_of(typed)
            if entry is None:
                self._list.setCurrentRow(number)
                self._complain(wrong)
                return (), (), False
            made.append(entry)
        self._complain({})
        return tuple(made), tuple(self._passwords.items()), True

    def current(self) -> tuple[Pacs, str] | None:
        """The archive on screen and its typed password; None where it is not right."""
        self._take()
        if not 0 <= self._at < len(self._typed):
            return None
        typed = self._typed[self._at]
        entry, wrong = pacs_of(typed)
        self._complain(wrong)
        return None if entry is None else (entry, self._passwords.get(entry.id, ""))

    # --- the list ------------------------------------------------------------------------

    def _begin_entry(self) -> None:
        self._take()
        blank = Pacs(id=new_id(), name="PACS")
        self._typed.append({name: getattr(blank, name) for name in Pacs.model_fields})
        self._relist(len(self._typed) - 1)
        self._name.line.setFocus()
        self._name.line.selectAll()

    def _drop_entry(self) -> None:
        if 0 <= self._at < len(self._typed):
            gone, self._at = self._at, -1
            self._typed.pop(gone)
            self._relist(min(gone, len(self._typed) - 1))

    def _relist(self, row_: int) -> None:
        blocked = self._list.blockSignals(True)
        self._list.clear()
        self._list.addItems([str(one["name"]) for one in self._typed])
        self._list.setCurrentRow(row_)
        self._list.blockSignals(blocked)
        self._show(row_)

    def _choose(self, row_: int) -> None:
        self._take()
        self._show(row_)

    def _show(self, row_: int) -> None:
        self._at = row_
        there = 0 <= row_ < len(self._typed)
        self._form.setVisible(there)
        self._list.setVisible(bool(self._typed))
        self._remove.setEnabled(there)
        if not there:
            return
        typed = self._typed[row_]
        for field, name in self._lines():
            field.line.setText(str(typed[name]))
        self._port.setValue(int(str(typed["port"])))
        self._reports.setChecked(bool(typed["reports"]))
        for combo, name in self._combos():
            combo.setCurrentIndex(combo.findData(typed[name]))
        self._password.line.setText(self._passwords.get(_id(typed), ""))
        self._complain({})

    def _take(self) -> None:
        """What is on screen into what is kept."""
        if not 0 <= self._at < len(self._typed):
            return
        typed = self._typed[self._at]
        for field, name in self._lines():
            typed[name] = field.text.strip()
        typed["port"], typed["reports"] = self._port.value(), self._reports.isChecked()
        for combo, name in self._combos():
            # Qt gives a plain text back for an enum that is one.
            typed[name] = CHOICES[name](combo.currentData())
        if self._password.text:
            self._passwords[_id(typed)] = self._password.text
        item = self._list.item(self._at)
        if item is not None:
            item.setText(str(typed["name"]))

    def _lines(self) -> tuple[tuple[LineField, str], ...]:
        return (
            (self._name, "name"),
            (self._title, "ae_title"),
            (self._host, "host"),
            (self._url, "url"),
            (self._user, "username"),
        )

    def _combos(self) -> tuple[tuple[QComboBox, str], ...]:
        return (self._kind, "kind"), (self._way, "retrieve"), (self._charset, "charset")

    def _complain(self, wrong: dict[str, str]) -> None:
        for field, name in self._lines():
            field.set_problem(wrong.get(name, ""))

    def _ask_test(self) -> None:
        self.tested.emit()


def _id(typed: Typed) -> UUID:
    id_ = typed["id"]
    assert isinstance(id_, UUID)
    return id_


def _look(*, good: bool) -> str:
    return "muted" if good else "problem"


def _combo(name: str) -> QComboBox:
    made = QComboBox()
    made.setObjectName(name)
    return made


def _fill(combo: QComboBox, choices: tuple[tuple[str, object], ...]) -> None:
    """Words and values; what was chosen stays."""
    chosen = combo.currentData()
    blocked = combo.blockSignals(True)
    combo.clear()
    for text, value in choices:
        combo.addItem(text, value)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
    combo.blockSignals(blocked)
