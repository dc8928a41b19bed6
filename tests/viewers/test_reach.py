"""Every tool and action can be reached: by key, in a menu, in both languages, without a mouse, by
a screen reader; and what changes marks can be undone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDoubleSpinBox,
    QLineEdit,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.commands.keys import COMMANDS
from app.commands.wishes import Language
from app.composition.language import Languages
from app.imaging.source import FolderSource
from app.kit.theme import Appearance
from app.viewers.dicom.annotations.entries import MarkAction
from app.viewers.dicom.annotations.word_entry import WordEntry
from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.entry import Entry, Group, Kind, Room
from app.viewers.dicom.key_editor import KeyEditor
from app.viewers.dicom.key_words import viewer_keys
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.tools import PRESETS, TABLE
from app.viewers.dicom.viewer import DicomViewer
from app.viewers.document.viewer import DocumentViewer
from app.viewers.keyed import Keyed
from app.viewers.waveform.viewer import WaveformViewer
from tests.viewers.dicom.objects_room import write_stack

pytestmark = pytest.mark.qt_log_ignore("does not support")
ALL = list(TABLE)
PICTURES = [entry for entry in ALL if entry.room is Room.PICTURES]
OTHERS = [entry for entry in ALL if entry.room is not Room.PICTURES]
CHANGES = [
    entry.id
    for entry in TABLE.of(Group.MEASURE)
    if entry.kind is Kind.TOOL or entry.id in (MarkAction.KEY_IMAGE, MarkAction.REMOVE)
]
ALIKE = {"1:1", "MPR"}
"""The same in every language."""


def name_of(entry: Entry) -> str:
    return entry.id


def typed(widget: QWidget, key: str) -> None:
    """Press a key as it is spelt in the table."""
    pressed = QKeySequence.fromString(key)[0]  # type: ignore[index]  # missing in the stubs
    QTest.keyClick(widget, pressed.key(), pressed.keyboardModifiers())


def heard(widget: QWidget) -> tuple[str, QAccessible.Role]:
    """What a screen reader says a widget is."""
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None
    return found.text(QAccessible.Text.Name), found.role()


def actions_of(menu: QMenu) -> dict[str, QAction]:
    """The actions of a menu and its submenus, filled as when it opens."""
    menu.aboutToShow.emit()
    menus = (menu, *menu.findChildren(QMenu))
    return {action.objectName(): action for one in menus for action in one.actions()}


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    languages = Languages(qapp)
    languages.use(Language.ZH_CN)
    yield
    languages.use(Language.EN)


@pytest.fixture
def pictures(qtbot: QtBot, tmp_path: Path) -> Iterator[DicomViewer]:
    """A viewer with four slices shown."""
    write_stack(tmp_path)
    viewer = DicomViewer(budget=1 << 26)
    qtbot.addWidget(viewer)
    viewer.resize(1200, 700)
    viewer.show()
    viewer.open_source(FolderSource([tmp_path]))
    qtbot.waitUntil(lambda: viewer.active.listed and viewer.pane.picture is not None)
    yield viewer
    viewer.close_source()


@pytest.fixture
def menus(
    qtbot: QtBot, pictures: DicomViewer, appearance: Appearance
) -> dict[Room, dict[str, QAction]]:
    """What the menu of each viewer offers."""
    beside = {
        Room.CURVES: WaveformViewer(appearance, pictures),
        Room.DOCUMENTS: DocumentViewer(appearance, pictures),
    }
    found = {}
    for room, viewer in ((Room.PICTURES, pictures), *beside.items()):
        name = "viewer_menu" if room is Room.PICTURES else f"{room.value}_menu"
        menu = viewer.findChild(QMenu, name)
        assert menu is not None
        found[room] = actions_of(menu)
    return found


@pytest.mark.parametrize("entry", ALL, ids=name_of)
def test_it_has_a_key_that_nothing_else_has_there(entry: Entry) -> None:
    assert entry.keys
    program = {QKeySequence(command.key) for command in COMMANDS.values()}
    for key in entry.keys:
        assert QKeySequence(key) not in program
        owners = [other.id for other in TABLE.in_room(entry.room) if key in other.keys]
        assert owners == [entry.id]


def test_everything_stands_in_the_menu_of_its_viewer(
    pictures: DicomViewer, menus: dict[Room, dict[str, QAction]]
) -> None:
    absent = [e.id for e in ALL if f"menu_{e.id}" not in menus[e.room]]
    offered = {one.action for one in pictures.stage.presets()}
    assert absent == [id_ for id_ in PRESETS if id_ not in offered]


def test_menus_tell_the_key_of_every_line(menus: dict[Room, dict[str, QAction]]) -> None:
    for entry in ALL:
        action = menus[entry.room].get(f"menu_{entry.id}")
        if action is not None:
            native = QKeySequence(entry.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
            assert action.text().endswith(f"\t{native}")
            assert action.isCheckable() == (entry.kind is not Kind.ACTION)


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("entry", ALL, ids=name_of)
def test_it_has_words_in_both_languages(entry: Entry) -> None:
    said = entry.words
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in said)
    assert chinese or said in ALIKE or not any(letter.isalpha() for letter in said)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in entry.group.words)


@pytest.mark.parametrize("entry", PICTURES, ids=name_of)
def test_each_of_its_keys_is_heard_by_a_picture(entry: Entry, qtbot: QtBot) -> None:
    pane = ImagePane(None, Bindings())
    qtbot.addWidget(pane)
    asked: list[str] = []
    pane.acted.connect(asked.append)
    for key in entry.keys:
        typed(pane, key)
    assert asked == [entry.id] * len(entry.keys)


class Bench:
    """A viewer that writes down what its keys ask for."""

    def __init__(self, qtbot: QtBot, room: Room, bindings: Bindings) -> None:
        self.window, self.asked = QWidget(), list[str]()
        qtbot.addWidget(self.window)
        self.field, self.paper = QLineEdit(), QWidget()
        self.paper.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        acts = {entry.id: self._write(entry.id) for entry in TABLE.in_room(room)}
        self.keyed = Keyed(bindings, room, acts, self.window)
        column = QVBoxLayout(self.window)
        column.addWidget(self.field)
        column.addWidget(self.paper)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.paper.setFocus()

    def _write(self, id_: str) -> Callable[[], object]:
        return lambda: self.asked.append(id_)


@pytest.mark.parametrize("entry", OTHERS, ids=name_of)
def test_each_of_its_keys_is_heard_over_curves_or_a_document(entry: Entry, qtbot: QtBot) -> None:
    bench = Bench(qtbot, entry.room, Bindings())
    for key in entry.keys:
        typed(bench.paper, key)
    assert bench.asked == [entry.id] * len(entry.keys)


def test_another_key_is_heard_at_once_and_letters_stay_in_a_line_of_words(qtbot: QtBot) -> None:
    bindings = Bindings()
    bench = Bench(qtbot, Room.CURVES, bindings)
    assert bindings.set_keys("curves_gain", ("J",)) == ""
    typed(bench.paper, "J")
    typed(bench.paper, "G")
    assert bench.asked == ["curves_gain"]
    bench.field.setFocus()
    typed(bench.field, "J")
    assert bench.asked == ["curves_gain"]


def test_one_key_may_mean_something_in_each_viewer_but_only_one_thing(qtbot: QtBot) -> None:
    bindings = Bindings()
    assert bindings.set_keys("curves_gain", ("W",)) == "", "it windows pictures only"
    assert "Next paper speed" in bindings.set_keys("curves_gain", ("S",))
    assert bindings.set_keys("document_print", ("Left",)), "arrows move the page"
    assert bindings.set_keys("document_print", ("Ctrl+K",)), "the program has it"


def test_the_sheet_and_the_editor_of_keys_know_every_entry(qtbot: QtBot) -> None:
    told = {line for _, lines in viewer_keys() for line, _ in lines}
    assert not [e.id for e in ALL if not e.family and e.words not in told]
    editor = KeyEditor(Bindings())
    editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(editor)
    for entry in ALL:
        editor.choose(entry.id)
        assert editor.chosen == entry.id


def test_every_button_and_menu_has_a_name_a_role_and_the_focus_of_tab(
    pictures: DicomViewer, appearance: Appearance
) -> None:
    viewers = (pictures, WaveformViewer(appearance, pictures), DocumentViewer(appearance, pictures))
    buttons = [b for viewer in viewers for b in viewer.findChildren(QToolButton) if b.objectName()]
    named = [b for b in buttons if not b.objectName().startswith(("qt_", "layout_", "ScrollL"))]
    assert {f"tool_{e.id}" for e in PICTURES if e.bar and e.kind is Kind.TOOL} <= {
        button.objectName() for button in named
    }
    roles = {
        QAccessible.Role.Button,
        QAccessible.Role.CheckBox,
        QAccessible.Role.ButtonMenu,
        QAccessible.Role.ButtonDropDown,
    }
    for button in named:
        name, role = heard(button)
        assert name, button.objectName()
        assert role in roles, button.objectName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus, button.objectName()
    assert heard(pictures.pane)[0]


def test_a_menu_s_lines_are_read_out_as_such(pictures: DicomViewer) -> None:
    menu = pictures.stage.open_menu(pictures.pane.mapToGlobal(pictures.pane.rect().center()))
    found = QAccessible.queryAccessibleInterface(menu)
    assert found is not None
    lines = [found.child(n) for n in range(found.childCount())]
    heard_of = [line.text(QAccessible.Text.Name) for line in lines if line is not None]
    words = {text.split("\t")[0] for text in heard_of}
    assert {entry.words for entry in TABLE.of(Group.TOOLS)} <= words
    menu.close()


@pytest.mark.parametrize("id_", CHANGES)
def test_what_changes_marks_is_undone_and_done_again_by_keys(
    id_: str, pictures: DicomViewer
) -> None:
    sheet, pane = pictures.marking.sheet, pictures.pane
    if id_ == MarkAction.REMOVE:
        for key in (*TABLE["length"].keys, "Ins"):
            typed(pane, key)
    before = sheet.sheet
    for key in (TABLE[id_].keys[0], *(("Ins",) if TABLE.is_tool(id_) else ())):
        typed(pane, key)
    entry = pane.findChild(WordEntry)
    if entry is not None and entry.isVisible():
        QTest.keyClicks(entry, "nodule")
        typed(entry, "Return")
    length = pane.findChild(QDoubleSpinBox, "known_length")
    if length is not None and length.isVisible():
        length.selectAll()
        QTest.keyClicks(length, "50")
        typed(length, "Return")
    after = sheet.sheet
    assert after != before
    pane.setFocus()
    typed(pane, TABLE[MarkAction.UNDO].keys[0])
    assert sheet.sheet == before
    typed(pane, TABLE[MarkAction.REDO].keys[0])
    assert sheet.sheet == after
