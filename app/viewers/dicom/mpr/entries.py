"""The rows that planes and slabs add to the table of tools."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QT_TRANSLATE_NOOP

from app.viewers.dicom.entry import Entry, Group, Kind


class MprAction(StrEnum):
    """The ids of these rows."""

    MPR = "mpr"
    STRAIGHTEN = "mpr_straighten"
    TURN_LEFT = "mpr_turn_left"
    TURN_RIGHT = "mpr_turn_right"
    TILT_UP = "mpr_tilt_up"
    TILT_DOWN = "mpr_tilt_down"
    THICKER = "slab_thicker"
    THINNER = "slab_thinner"
    NEXT_KIND = "slab_next_kind"
    MIP = "slab_mip"
    MINIP = "slab_minip"
    MEAN = "slab_mean"


SLABS: dict[str, float] = {f"slab_{n}mm": float(n) for n in (0, 5, 10, 20, 50)}
"""Action id → thickness in millimetres."""

TURNS: dict[str, tuple[int, int]] = {
    MprAction.TURN_LEFT: (0, -1),
    MprAction.TURN_RIGHT: (0, 1),
    MprAction.TILT_UP: (1, 0),
    MprAction.TILT_DOWN: (-1, 0),
}
"""Action id → steps about the picture's horizontal and vertical axis."""


def _act(id_: str, source: object, *keys: str, family: object = "") -> Entry:
    return Entry(id_, Group.PLANES, Kind.ACTION, str(source), keys, family=str(family))


def _switch(id_: str, source: object, *keys: str, bar: bool = False, number: int = 0) -> Entry:
    return Entry(id_, Group.PLANES, Kind.SWITCH, str(source), keys, bar=bar, number=number)


# F10 opens the menus of some systems.
_SLAB_KEYS = ("F7", "F8", "F9", "F11")
_TURN = QT_TRANSLATE_NOOP("DicomViewer", "Turn the plane")
_TILT = QT_TRANSLATE_NOOP("DicomViewer", "Tilt the plane")
_THICKNESS = QT_TRANSLATE_NOOP("DicomViewer", "Slab thickness")

ENTRIES: tuple[Entry, ...] = (
    _switch(MprAction.MPR, QT_TRANSLATE_NOOP("DicomViewer", "MPR"), "Shift+M", bar=True),
    _act(
        MprAction.TURN_LEFT,
        QT_TRANSLATE_NOOP("DicomViewer", "Turn the plane to the left"),
        "Shift+Left",
        family=_TURN,
    ),
    _act(
        MprAction.TURN_RIGHT,
        QT_TRANSLATE_NOOP("DicomViewer", "Turn the plane to the right"),
        "Shift+Right",
        family=_TURN,
    ),
    _act(
        MprAction.TILT_UP,
        QT_TRANSLATE_NOOP("DicomViewer", "Tilt the plane upwards"),
        "Shift+Up",
        family=_TILT,
    ),
    _act(
        MprAction.TILT_DOWN,
        QT_TRANSLATE_NOOP("DicomViewer", "Tilt the plane downwards"),
        "Shift+Down",
        family=_TILT,
    ),
    _act(
        MprAction.STRAIGHTEN,
        QT_TRANSLATE_NOOP("DicomViewer", "Straighten the planes"),
        "Shift+Home",
    ),
    _act(
        MprAction.THICKER,
        QT_TRANSLATE_NOOP("DicomViewer", "Thicker slab"),
        "Alt+Up",
        family=_THICKNESS,
    ),
    _act(
        MprAction.THINNER,
        QT_TRANSLATE_NOOP("DicomViewer", "Thinner slab"),
        "Alt+Down",
        family=_THICKNESS,
    ),
    _switch("slab_0mm", QT_TRANSLATE_NOOP("DicomViewer", "No slab"), "F6"),
    *(
        _switch(
            id_, QT_TRANSLATE_NOOP("DicomViewer", "Slab of {n} mm"), key, number=round(thickness)
        )
        for (id_, thickness), key in zip(list(SLABS.items())[1:], _SLAB_KEYS, strict=True)
    ),
    _act(
        MprAction.NEXT_KIND,
        QT_TRANSLATE_NOOP("DicomViewer", "Next kind of slab"),
        "Shift+K",
    ),
    _switch(MprAction.MIP, QT_TRANSLATE_NOOP("DicomViewer", "Slab: highest values (MIP)"), "Alt+M"),
    _switch(
        MprAction.MINIP, QT_TRANSLATE_NOOP("DicomViewer", "Slab: lowest values (MinIP)"), "Alt+N"
    ),
    _switch(MprAction.MEAN, QT_TRANSLATE_NOOP("DicomViewer", "Slab: mean"), "Alt+A"),
)
