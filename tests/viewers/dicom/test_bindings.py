"""Keys and mouse buttons as data: defaults, a person's choice, refusals in words."""

from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QKeySequenceEdit,
    QLabel,
    QMenu,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.commands.keys import COMMANDS
from app.viewers.dicom.bindings import Bindings, key_text
from app.viewers.dicom.entry import Entry, Group, Kind, Table
from app.viewers.dicom.key_editor import KeyEditor
from app.viewers.dicom.key_words import viewer_keys
from app.viewers.dicom.tools import TABLE, Action, Tool
from app.viewers.dicom.viewer import DicomViewer

pytestmark = [
    pytest.mark.qt_log_ignore("does not support"),
]
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "viewer.ini"), QSettings.Format.IniFormat)


W = TypeVar("W", bound=QWidget)


def child(parent: QWidget, kind: type[W], name: str) -> W:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def pressed(key: Qt.Key, held: Qt.KeyboardModifier = NONE, text: str = "") -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, held, text)


def test_every_action_and_tool_is_in_the_table() -> None:
    assert {entry.id for entry in TABLE} >= {*Tool, *Action}


def test_every_entry_has_words_and_every_default_key_is_one_qt_knows(qtbot: QtBot) -> None:
    for entry in TABLE:
        assert entry.words
        for key in entry.keys:
            assert QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) == key


def test_no_default_key_is_one_of_the_program(qtbot: QtBot) -> None:
    program = {QKeySequence(command.key).toString() for command in COMMANDS.values()}
    assert not program & {key for entry in TABLE for key in entry.keys}


def test_two_entries_with_one_key_are_refused_when_the_table_is_made() -> None:
    one = Entry("one", Group.TOOLS, Kind.ACTION, "One", ("A",))
    other = Entry("other", Group.TOOLS, Kind.ACTION, "Other", ("A",))
    with pytest.raises(ValueError, match="other"):
        Table([one, other])


def test_another_room_s_entries_need_nothing_but_the_table(qtbot: QtBot) -> None:
    stamp = Entry("stamp", Group.MEASURE, Kind.TOOL, "Stamp", ("J",), bar=True)
    bindings = Bindings(table=Table([*TABLE, stamp]))
    assert bindings.of_key(pressed(Qt.Key.Key_J)) == "stamp"
    assert bindings.table.of(Group.MEASURE)[-1] == stamp


@pytest.mark.parametrize(
    ("key", "held", "text"),
    [
        (Qt.Key.Key_Plus, SHIFT, "+"),
        (Qt.Key.Key_Plus, Qt.KeyboardModifier.KeypadModifier, "+"),
        (Qt.Key.Key_Equal, NONE, "="),
    ],
)
def test_signs_work_wherever_a_keyboard_has_them(
    qtbot: QtBot, key: Qt.Key, held: Qt.KeyboardModifier, text: str
) -> None:
    assert Bindings().of_key(pressed(key, held, text)) == Action.ZOOM_IN


def test_shift_and_a_letter_is_another_key(qtbot: QtBot) -> None:
    bindings = Bindings()
    assert bindings.of_key(pressed(Qt.Key.Key_W)) == Tool.WINDOW
    assert bindings.of_key(pressed(Qt.Key.Key_W, SHIFT)) == Action.AUTO
    assert bindings.of_key(pressed(Qt.Key.Key_I, SHIFT)) is None
    assert key_text(pressed(Qt.Key.Key_W, SHIFT)) == "Shift+W"


def test_a_choice_lasts_and_the_default_comes_back(qtbot: QtBot, settings: QSettings) -> None:
    bindings = Bindings(settings)
    assert bindings.set_keys(Action.INVERT, ("Ctrl+I", ",")) != "", "the comma rotates"
    assert bindings.set_keys(Action.INVERT, ("Ctrl+I", ";")) == ""
    assert bindings.set_mouse(Tool.PAN, ("Ctrl+Middle",)) == ""
    again = Bindings(settings)
    assert again.keys(Action.INVERT) == ("Ctrl+I", ";")
    assert again.mouse(Tool.PAN) == ("Ctrl+Middle",)
    assert again.of_key(pressed(Qt.Key.Key_I)) is None
    again.reset()
    assert Bindings(settings).keys(Action.INVERT) == ("I",)


@pytest.mark.parametrize(
    ("id_", "key", "owner"),
    [
        (Action.INVERT, "F", "Fit"),
        (Action.INVERT, "Ctrl+K", "Find anything"),
        (Action.INVERT, "Tab", "move between controls"),
    ],
)
def test_a_key_that_is_taken_is_refused_by_its_owner_s_name(
    qtbot: QtBot, id_: str, key: str, owner: str
) -> None:
    bindings = Bindings()
    assert owner in bindings.set_keys(id_, (key,))
    assert bindings.keys(id_) == ("I",)


@pytest.mark.parametrize(
    ("id_", "chord"),
    [
        (Tool.PAN, "Left"),
        (Tool.PAN, "Right"),
        (Tool.PAN, "Wheel"),
        (Tool.PAN, "Ctrl+Move"),
        (Tool.CURSOR, "Move"),
        (Action.INVERT, "Ctrl+Right"),
    ],
)
def test_a_chord_that_is_taken_or_cannot_be_is_refused(qtbot: QtBot, id_: str, chord: str) -> None:
    bindings = Bindings()
    before = bindings.mouse(id_)
    assert bindings.set_mouse(id_, (chord,))
    assert bindings.mouse(id_) == before


def told(settings: QSettings | None = None) -> dict[str, str]:
    """What the sheet of keys says, whatever the group."""
    return {name: keys for _, lines in viewer_keys(settings) for name, keys in lines}


def test_the_key_sheet_tells_what_is_in_force(qtbot: QtBot, settings: QSettings) -> None:
    assert told(settings)["Invert"] == "I"
    assert told()["Window presets"] == "1 … 9"
    Bindings(settings).set_keys(Action.INVERT, ("J",))
    assert told(settings)["Invert"] == "J"
    Bindings(settings).set_keys(Action.INVERT, ())
    assert "Invert" not in told(settings)


def test_the_editor_gives_a_key_and_refuses_a_taken_one(qtbot: QtBot, settings: QSettings) -> None:
    bindings = Bindings(settings)
    editor = KeyEditor(bindings)
    editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(editor)
    editor.choose(Action.FIT)
    field = child(editor, QKeySequenceEdit, "new_key")
    told = child(editor, QLabel, "key_refusal")
    add = child(editor, QPushButton, "add_key")
    field.setKeySequence(QKeySequence("I"))
    add.click()
    assert "Invert" in told.text()
    field.setKeySequence(QKeySequence("J"))
    add.click()
    assert told.text() == ""
    assert bindings.keys(Action.FIT) == ("F", "J")
    child(editor, QPushButton, "default_keys").click()
    assert bindings.keys(Action.FIT) == ("F",)


def test_the_editor_gives_a_mouse_button_to_tools_only(qtbot: QtBot) -> None:
    bindings = Bindings()
    editor = KeyEditor(bindings)
    editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(editor)
    box = child(editor, QComboBox, "new_chord")
    editor.choose(Action.FIT)
    assert not box.isEnabled()
    editor.choose(Tool.PAN)
    box.setCurrentIndex(box.findData("Back"))
    child(editor, QPushButton, "add_chord").click()
    assert bindings.mouse(Tool.PAN) == ("Middle", "Back")


def right_click(viewer: DicomViewer, by: QPoint) -> None:
    pane, at = viewer.pane, QPointF(200, 200)
    right, none = Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
    for kind, where, button, held in (
        (QEvent.Type.MouseButtonPress, at, right, right),
        (QEvent.Type.MouseMove, at + by, none, right),
        (QEvent.Type.MouseButtonRelease, at + by, right, none),
    ):
        QApplication.sendEvent(pane, QMouseEvent(kind, where, where, button, held, NONE))


def menu_of(viewer: DicomViewer) -> QMenu | None:
    found: QMenu | None = viewer.findChild(QMenu, "pane_menu")
    return found


def test_a_right_click_opens_the_menu_and_a_right_drag_does_not(opened: DicomViewer) -> None:
    right_click(opened, QPoint(60, 0))
    assert menu_of(opened) is None
    voi = opened.pane.voi
    right_click(opened, QPoint(1, 1))
    menu = menu_of(opened)
    assert menu is not None
    assert opened.pane.voi == voi
    menu.close()


def test_shift_f10_opens_the_menu_whose_entries_do_what_they_say(opened: DicomViewer) -> None:
    QTest.keyClick(opened.pane, Qt.Key.Key_F10, SHIFT)
    menu = menu_of(opened)
    assert menu is not None
    actions = {a.objectName(): a for m in (menu, *menu.findChildren(QMenu)) for a in m.actions()}
    actions["menu_invert"].trigger()
    assert opened.pane.inverted
    actions["menu_pan"].trigger()
    assert opened.pane.tool == Tool.PAN
    menu.close()


def test_a_chosen_key_works_at_once(opened: DicomViewer) -> None:
    opened.stage.bindings.set_keys(Action.INVERT, ("J",))
    QTest.keyClick(opened.pane, Qt.Key.Key_I)
    assert not opened.pane.inverted
    QTest.keyClick(opened.pane, Qt.Key.Key_J)
    assert opened.pane.inverted


def test_a_switch_held_down_turns_once(opened: DicomViewer) -> None:
    for repeated in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_I, NONE, "i", repeated)
        QApplication.sendEvent(opened.pane, event)
    assert opened.pane.inverted
