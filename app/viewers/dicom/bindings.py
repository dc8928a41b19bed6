"""Which key and which mouse chord does what now: the table's defaults, and what a person chose.

A chord is spelt as modifiers and what the hand does: "Right", "Ctrl+Left", "Wheel",
"Shift+Move". The left button alone always does what the active tool says.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QKeyCombination, QObject, QSettings, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.commands.keys import COMMANDS
from app.viewers.dicom.entry import Entry, Room, Table
from app.viewers.dicom.tools import TABLE, Tool

translate = QCoreApplication.translate

WHEEL, MOVE, LEFT = "Wheel", "Move", "Left"
BUTTONS: dict[Qt.MouseButton, str] = {
    Qt.MouseButton.LeftButton: LEFT,
    Qt.MouseButton.RightButton: "Right",
    Qt.MouseButton.MiddleButton: "Middle",
    Qt.MouseButton.BackButton: "Back",
    Qt.MouseButton.ForwardButton: "Forward",
}
WHEEL_TOOLS = (Tool.SCROLL, Tool.ZOOM)
MOVE_TOOLS = (Tool.CURSOR, Tool.PROBE)
_RESERVED = ("Tab", "Shift+Tab", "Shift+Backtab", "Esc")
_ARROWS = tuple(
    f"{held}{way}" for held in ("", "Shift+") for way in ("Left", "Right", "Up", "Down")
)
_MODIFIERS = (
    (Qt.KeyboardModifier.ControlModifier, "Ctrl"),
    (Qt.KeyboardModifier.AltModifier, "Alt"),
    (Qt.KeyboardModifier.ShiftModifier, "Shift"),
)


def chord(what: str, modifiers: Qt.KeyboardModifier) -> str:
    """How a chord is spelt."""
    return "+".join([name for flag, name in _MODIFIERS if modifiers & flag] + [what])


def key_text(event: QKeyEvent) -> str:
    """The key that was pressed, as QKeySequence spells it, keypad or not."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    if key is Qt.Key.Key_Enter:
        key = Qt.Key.Key_Return
    return QKeySequence(QKeyCombination(held, key)).toString(
        QKeySequence.SequenceFormat.PortableText
    )


def mouse_words(text: str) -> str:
    """A chord in the language that is on."""
    words = {
        LEFT: translate("DicomViewer", "left button"),
        "Right": translate("DicomViewer", "right button"),
        "Middle": translate("DicomViewer", "middle button"),
        "Back": translate("DicomViewer", "back button"),
        "Forward": translate("DicomViewer", "forward button"),
        WHEEL: translate("DicomViewer", "wheel"),
        MOVE: translate("DicomViewer", "moving the mouse"),
    }
    *held, what = text.split("+")
    return "+".join([*held, words.get(what, what)])


class Bindings(QObject):
    """The keys and chords in force.

    Args:
        settings: where choices are kept; without it they last as long as this object.
    """

    changed = Signal()

    def __init__(
        self,
        settings: QSettings | None = None,
        table: Table = TABLE,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.table = table
        self._settings = settings
        self._keys: dict[str, tuple[str, ...]] = {}
        self._mouse: dict[str, tuple[str, ...]] = {}
        self._by_key: dict[tuple[Room, str], str] = {}
        self._by_chord: dict[str, str] = {}
        self._read()

    def _read(self) -> None:
        for entry in self.table:
            self._keys[entry.id] = self._stored("keys", entry.id, entry.keys)
            self._mouse[entry.id] = self._stored("mouse", entry.id, entry.mouse)
        self._index()

    def _stored(self, kind: str, id_: str, default: tuple[str, ...]) -> tuple[str, ...]:
        if self._settings is None or not self._settings.contains(f"viewer/{kind}/{id_}"):
            return default
        text = str(self._settings.value(f"viewer/{kind}/{id_}"))
        return tuple(part for part in text.split(" ") if part)

    def _index(self) -> None:
        # Where a kept choice and a new default collide, the choice made first in the table wins.
        self._by_key, self._by_chord = {}, {}
        for entry in self.table:
            for key in self._keys[entry.id]:
                self._by_key.setdefault((entry.room, key), entry.id)
            for text in self._mouse[entry.id]:
                self._by_chord.setdefault(text, entry.id)

    def keys(self, id_: str) -> tuple[str, ...]:
        """The keys of an entry, portable."""
        return self._keys.get(id_, ())

    def mouse(self, id_: str) -> tuple[str, ...]:
        """The chords of an entry."""
        return self._mouse.get(id_, ())

    def hint(self, id_: str) -> str:
        """Keys and chords for reading, empty where there are none."""
        return "  ".join(self._words(id_))

    def _words(self, id_: str) -> Iterator[str]:
        for key in self.keys(id_):
            yield QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        for text in self.mouse(id_):
            yield mouse_words(text)

    def of_key(self, event: QKeyEvent) -> str | None:
        """What a key pressed over a picture does.

        A sign that needs Shift on some keyboards counts without.
        """
        text = key_text(event)
        found = self._by_key.get((Room.PICTURES, text))
        bare = text.removeprefix("Shift+")
        if found is None and bare != text and len(bare) == 1 and not bare.isalpha():
            found = self._by_key.get((Room.PICTURES, bare))
        return found

    def of_chord(self, what: str, modifiers: Qt.KeyboardModifier) -> str | None:
        """The tool of a chord; None for the left button alone and for chords without one."""
        return self._by_chord.get(chord(what, modifiers))

    def refuse_key(self, id_: str, key: str) -> str:
        """Why an entry may not have a key, in words; empty if it may."""
        room = self.table[id_].room
        # Paper and pages move by arrows, which only the panes of pictures hear through the table.
        if not key or key in _RESERVED or (room is not Room.PICTURES and key in _ARROWS):
            return translate("DicomViewer", "This key is needed to move between controls.")
        for command in COMMANDS.values():
            if QKeySequence(command.key) == QKeySequence(key):
                return self._taken(key, command.title)
        owner = self._by_key.get((room, key))
        if owner is not None and owner != id_:
            return self._taken(key, self.table[owner].words)
        return ""

    def refuse_mouse(self, id_: str, text: str) -> str:
        """Why an entry may not have a chord, in words; empty if it may."""
        if text == LEFT:
            return translate("DicomViewer", "The left button alone does what the tool says.")
        what = text.split("+")[-1]
        allowed = {WHEEL: WHEEL_TOOLS, MOVE: MOVE_TOOLS}.get(what)
        if not self.table.is_tool(id_) or (allowed is not None and id_ not in allowed):
            return translate("DicomViewer", "The mouse cannot do that this way.")
        if text == MOVE:
            return translate("DicomViewer", "Moving the mouse alone needs a key held down.")
        owner = self._by_chord.get(text)
        if owner is not None and owner != id_:
            return self._taken(mouse_words(text), self.table[owner].words)
        return ""

    @staticmethod
    def _taken(what: str, owner: str) -> str:
        text = translate("DicomViewer", "{key} is taken: {owner}")
        return text.replace("{key}", what).replace("{owner}", owner)

    def set_keys(self, id_: str, keys: tuple[str, ...]) -> str:
        """Give an entry these keys and no others; answers why not, empty when done."""
        for key in keys:
            refused = self.refuse_key(id_, key)
            if refused:
                return refused
        self._keys[id_] = keys
        self._keep("keys", self.table[id_], keys, self.table[id_].keys)
        return ""

    def set_mouse(self, id_: str, chords: tuple[str, ...]) -> str:
        """Give a tool these chords and no others; answers why not, empty when done."""
        for text in chords:
            refused = self.refuse_mouse(id_, text)
            if refused:
                return refused
        self._mouse[id_] = chords
        self._keep("mouse", self.table[id_], chords, self.table[id_].mouse)
        return ""

    def reset(self) -> None:
        """Every entry as the table has it."""
        if self._settings is not None:
            self._settings.remove("viewer/keys")
            self._settings.remove("viewer/mouse")
        self._keys = {entry.id: entry.keys for entry in self.table}
        self._mouse = {entry.id: entry.mouse for entry in self.table}
        self._index()
        self.changed.emit()

    def _keep(
        self, kind: str, entry: Entry, chosen: tuple[str, ...], default: tuple[str, ...]
    ) -> None:
        if self._settings is not None:
            if chosen == default:
                self._settings.remove(f"viewer/{kind}/{entry.id}")
            else:
                self._settings.setValue(f"viewer/{kind}/{entry.id}", " ".join(chosen))
        self._index()
        self.changed.emit()
