"""One row of the table of tools: what it is called, and how hands reach it.

A room that brings tools of its own writes its rows with `Entry` and adds them to
`tools.TABLE`; tool bar, menus, key sheet and key editor need nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication


class Kind(Enum):
    """TOOL: what dragging does; ACTION: done at once; SWITCH: on or off."""

    TOOL = "tool"
    ACTION = "action"
    SWITCH = "switch"


class Room(Enum):
    """The viewer in which an entry's keys are heard; one key may mean something in each."""

    PICTURES = "pictures"
    CURVES = "curves"
    DOCUMENTS = "documents"


class Group(Enum):
    """Where entries stand together in menus and lists; the value is the English title."""

    TOOLS = str(QT_TRANSLATE_NOOP("DicomViewer", "Tools"))
    MEASURE = str(QT_TRANSLATE_NOOP("DicomViewer", "Measure"))
    WINDOW = str(QT_TRANSLATE_NOOP("DicomViewer", "Grey levels"))
    PLACE = str(QT_TRANSLATE_NOOP("DicomViewer", "Size and direction"))
    SLICES = str(QT_TRANSLATE_NOOP("DicomViewer", "Slices and series"))
    CINE = str(QT_TRANSLATE_NOOP("DicomViewer", "Cine"))
    LAYOUT = str(QT_TRANSLATE_NOOP("DicomViewer", "Layout"))
    HANGING = str(QT_TRANSLATE_NOOP("DicomViewer", "Hanging"))
    PLANES = str(QT_TRANSLATE_NOOP("DicomViewer", "Planes and slabs"))
    TOGETHER = str(QT_TRANSLATE_NOOP("DicomViewer", "Together"))
    SHOW = str(QT_TRANSLATE_NOOP("DicomViewer", "Over the picture"))
    OUTPUT = str(QT_TRANSLATE_NOOP("DicomViewer", "Files and paper"))
    CURVES = str(QT_TRANSLATE_NOOP("DicomViewer", "Curves"))
    DOCUMENTS = str(QT_TRANSLATE_NOOP("DicomViewer", "Documents"))

    @property
    def words(self) -> str:
        """The title in the language that is on."""
        return QCoreApplication.translate("DicomViewer", str(self.value))


@dataclass(frozen=True, slots=True)
class Entry:
    """One tool or action.

    `source` is its English name, marked with QT_TRANSLATE_NOOP in the context "DicomViewer";
    `keys` are QKeySequence texts in portable form; `mouse` are chords as `bindings` spells
    them ("Right", "Ctrl+Wheel", "Shift+Move"); `bar` puts it on the tool bar; entries with the
    same `family` share one line of the key sheet, under the family's name.
    """

    id: str
    group: Group
    kind: Kind
    source: str
    keys: tuple[str, ...] = ()
    mouse: tuple[str, ...] = ()
    bar: bool = False
    family: str = ""
    number: int = 0
    room: Room = Room.PICTURES

    @property
    def words(self) -> str:
        """What it is called in the language that is on; {n} is the entry's `number`."""
        text = QCoreApplication.translate("DicomViewer", self.source)
        return text.replace("{n}", str(self.number))


class Table:
    """Entries by id, in the order in which they are shown.

    Raises:
        ValueError: two entries have one id, one key in the same room, or one chord.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, Entry] = {}
        seen: set[str] = set()
        for entry in entries:
            keys = (f"key {k} in {entry.room.value}" for k in entry.keys)
            for name in (entry.id, *keys, *entry.mouse):
                if name in seen:
                    raise ValueError(f"{entry.id}: {name} is taken already")
                seen.add(name)
            self._entries[entry.id] = entry

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __getitem__(self, id_: str) -> Entry:
        return self._entries[id_]

    def __contains__(self, id_: object) -> bool:
        return id_ in self._entries

    def of(self, group: Group) -> tuple[Entry, ...]:
        """The entries of a group."""
        return tuple(entry for entry in self if entry.group is group)

    def in_room(self, room: Room) -> tuple[Entry, ...]:
        """The entries whose keys are heard in one viewer."""
        return tuple(entry for entry in self if entry.room is room)

    def is_tool(self, id_: str) -> bool:
        """Whether the id names something that dragging does."""
        return id_ in self._entries and self._entries[id_].kind is Kind.TOOL
