"""The table of tools and actions of the viewer, and the state it publishes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QT_TRANSLATE_NOOP

from app.imaging.planes import Plane
from app.imaging.resample import Viewport
from app.imaging.series import SliceRef
from app.imaging.voi import Voi, Window
from app.viewers.dicom.annotations.entries import ENTRIES as MARK_ENTRIES
from app.viewers.dicom.calibrating.entries import ENTRIES as CALIBRATION_ENTRIES
from app.viewers.dicom.entry import Entry, Group, Kind, Table
from app.viewers.dicom.hanging.entries import ENTRIES as HANGING_ENTRIES
from app.viewers.dicom.mpr.entries import ENTRIES as MPR_ENTRIES
from app.viewers.dicom.objects.entries import ENTRIES as OBJECT_ENTRIES
from app.viewers.dicom.output.entries import ENTRIES as OUTPUT_ENTRIES
from app.viewers.document.entries import ENTRIES as DOCUMENT_ENTRIES
from app.viewers.waveform.entries import ENTRIES as CURVE_ENTRIES


class Tool(StrEnum):
    """What dragging on the picture does; the ids of the viewer's own tools."""

    WINDOW = "window"
    SCROLL = "scroll"
    ZOOM = "zoom"
    PAN = "pan"
    MAGNIFIER = "magnifier"
    PROBE = "probe"
    REGION = "window_region"
    CURSOR = "cursor"


class Action(StrEnum):
    """What is done at once; the ids of the viewer's own actions."""

    PREVIOUS = "previous"
    NEXT = "next"
    PAGE_BACK = "page_back"
    PAGE_ON = "page_on"
    FIRST = "first"
    LAST = "last"
    GO_TO = "go_to_slice"
    PREVIOUS_SERIES = "previous_series"
    NEXT_SERIES = "next_series"
    INVERT = "invert"
    AUTO = "auto_window"
    FILE_WINDOW = "file_window"
    FIT = "fit"
    ONE_TO_ONE = "one_to_one"
    TRUE_SIZE = "true_size"
    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    ROTATE_LEFT = "rotate_left"
    ROTATE_RIGHT = "rotate_right"
    FLIP_HORIZONTAL = "flip_horizontal"
    FLIP_VERTICAL = "flip_vertical"
    RESET = "reset"
    TEXTS = "texts"
    OVERLAYS = "overlays"
    SHUTTER = "shutter"
    LINES = "reference_lines"
    SYNC = "synchronise"
    LINK_WINDOW = "link_window"
    LINK_ZOOM = "link_zoom"
    PLAY = "play"
    FASTER = "faster"
    SLOWER = "slower"
    SWEEP = "sweep"
    MAXIMISE = "maximise"
    CELL_LEFT = "cell_left"
    CELL_RIGHT = "cell_right"
    CELL_UP = "cell_up"
    CELL_DOWN = "cell_down"
    MENU = "menu"
    EDIT_KEYS = "edit_keys"


PAGE = 10
EVERYTHING = 1 << 30
LARGEST_LAYOUT = 4

STEPS: dict[str, int] = {
    Action.PREVIOUS: -1,
    Action.NEXT: 1,
    Action.PAGE_BACK: -PAGE,
    Action.PAGE_ON: PAGE,
    Action.FIRST: -EVERYTHING,
    Action.LAST: EVERYTHING,
}

NEIGHBOURS: dict[str, tuple[int, int]] = {
    Action.CELL_LEFT: (0, -1),
    Action.CELL_RIGHT: (0, 1),
    Action.CELL_UP: (-1, 0),
    Action.CELL_DOWN: (1, 0),
}
"""Rows and columns to the cell that becomes active."""

PRESETS: dict[str, int] = {f"preset_{n}": n - 1 for n in range(1, 10)}
"""Action id → index in `voi.keyed_presets` of what it chooses."""

LAYOUTS: dict[str, tuple[int, int]] = {
    f"layout_{rows}x{columns}": (rows, columns)
    for rows, columns in ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (2, 3), (3, 3), (4, 4))
}
"""Action id → rows and columns; the others are chosen in the picker."""

_LAYOUT_KEYS = ("Alt+1", "Alt+2", "Alt+3", "Alt+4", "Alt+5", "Alt+6", "Alt+9", "Alt+0")


def _tool(
    id_: Tool, source: object, key: str, mouse: tuple[str, ...] = (), *, bar: bool = True
) -> Entry:
    return Entry(id_, Group.TOOLS, Kind.TOOL, str(source), (key,) if key else (), mouse, bar)


def _act(id_: Action, group: Group, source: object, *keys: str, bar: bool = False) -> Entry:
    return Entry(id_, group, Kind.ACTION, str(source), keys, bar=bar)


def _switch(id_: Action, group: Group, source: object, *keys: str, bar: bool = False) -> Entry:
    return Entry(id_, group, Kind.SWITCH, str(source), keys, bar=bar)


def _cell(id_: Action, source: object, key: str) -> Entry:
    family = str(QT_TRANSLATE_NOOP("DicomViewer", "Neighbouring picture"))
    return Entry(id_, Group.LAYOUT, Kind.ACTION, str(source), (key,), family=family)


ENTRIES: tuple[Entry, ...] = (
    _tool(Tool.WINDOW, QT_TRANSLATE_NOOP("DicomViewer", "Window/level"), "W", ("Right",)),
    _tool(Tool.SCROLL, QT_TRANSLATE_NOOP("DicomViewer", "Scroll"), "S", ("Wheel",)),
    _tool(Tool.ZOOM, QT_TRANSLATE_NOOP("DicomViewer", "Zoom"), "Z", ("Ctrl+Wheel", "Ctrl+Left")),
    _tool(Tool.PAN, QT_TRANSLATE_NOOP("DicomViewer", "Pan"), "P", ("Middle",)),
    _tool(Tool.MAGNIFIER, QT_TRANSLATE_NOOP("DicomViewer", "Magnifier"), "G", ("Shift+Right",)),
    _tool(Tool.PROBE, QT_TRANSLATE_NOOP("DicomViewer", "Probe"), "Q"),
    _tool(
        Tool.CURSOR, QT_TRANSLATE_NOOP("DicomViewer", "3D cursor"), "C", ("Shift+Move",), bar=False
    ),
    _tool(
        Tool.REGION,
        QT_TRANSLATE_NOOP("DicomViewer", "Window from a rectangle"),
        "Shift+E",
        bar=False,
    ),
    _act(
        Action.AUTO, Group.WINDOW, QT_TRANSLATE_NOOP("DicomViewer", "Automatic window"), "Shift+W"
    ),
    _act(
        Action.FILE_WINDOW,
        Group.WINDOW,
        QT_TRANSLATE_NOOP("DicomViewer", "Next window of the file"),
        "Shift+F",
    ),
    _switch(Action.INVERT, Group.WINDOW, QT_TRANSLATE_NOOP("DicomViewer", "Invert"), "I", bar=True),
    *(
        Entry(
            id_,
            Group.WINDOW,
            Kind.ACTION,
            str(QT_TRANSLATE_NOOP("DicomViewer", "Window preset {n}")),
            (str(index + 1),),
            family=str(QT_TRANSLATE_NOOP("DicomViewer", "Window presets")),
            number=index + 1,
        )
        for id_, index in PRESETS.items()
    ),
    _act(Action.FIT, Group.PLACE, QT_TRANSLATE_NOOP("DicomViewer", "Fit"), "F", bar=True),
    _act(Action.ONE_TO_ONE, Group.PLACE, QT_TRANSLATE_NOOP("DicomViewer", "1:1"), "0", bar=True),
    _act(Action.TRUE_SIZE, Group.PLACE, QT_TRANSLATE_NOOP("DicomViewer", "True size"), "Shift+T"),
    _act(Action.ZOOM_IN, Group.PLACE, QT_TRANSLATE_NOOP("DicomViewer", "Larger"), "+", "="),
    _act(Action.ZOOM_OUT, Group.PLACE, QT_TRANSLATE_NOOP("DicomViewer", "Smaller"), "-"),
    _act(Action.ROTATE_LEFT, Group.PLACE, QT_TRANSLATE_NOOP("DicomViewer", "Rotate left"), ","),
    _act(Action.ROTATE_RIGHT, Group.PLACE, QT_TRANSLATE_NOOP("DicomViewer", "Rotate right"), "."),
    _act(
        Action.FLIP_HORIZONTAL,
        Group.PLACE,
        QT_TRANSLATE_NOOP("DicomViewer", "Mirror left to right"),
        "X",
    ),
    _act(
        Action.FLIP_VERTICAL,
        Group.PLACE,
        QT_TRANSLATE_NOOP("DicomViewer", "Mirror top to bottom"),
        "Y",
    ),
    _act(
        Action.RESET, Group.PLACE, QT_TRANSLATE_NOOP("DicomViewer", "Reset the picture"), "Shift+R"
    ),
    _act(
        Action.PREVIOUS,
        Group.SLICES,
        QT_TRANSLATE_NOOP("DicomViewer", "Previous slice"),
        "Up",
        "Left",
    ),
    _act(
        Action.NEXT, Group.SLICES, QT_TRANSLATE_NOOP("DicomViewer", "Next slice"), "Down", "Right"
    ),
    _act(
        Action.PAGE_BACK, Group.SLICES, QT_TRANSLATE_NOOP("DicomViewer", "Ten slices back"), "PgUp"
    ),
    _act(Action.PAGE_ON, Group.SLICES, QT_TRANSLATE_NOOP("DicomViewer", "Ten slices on"), "PgDown"),
    _act(Action.FIRST, Group.SLICES, QT_TRANSLATE_NOOP("DicomViewer", "First slice"), "Home"),
    _act(Action.LAST, Group.SLICES, QT_TRANSLATE_NOOP("DicomViewer", "Last slice"), "End"),
    _act(
        Action.GO_TO, Group.SLICES, QT_TRANSLATE_NOOP("DicomViewer", "Slice by number…"), "Ctrl+G"
    ),
    _act(
        Action.PREVIOUS_SERIES,
        Group.SLICES,
        QT_TRANSLATE_NOOP("DicomViewer", "Previous series"),
        "Ctrl+PgUp",
    ),
    _act(
        Action.NEXT_SERIES,
        Group.SLICES,
        QT_TRANSLATE_NOOP("DicomViewer", "Next series"),
        "Ctrl+PgDown",
    ),
    _switch(Action.PLAY, Group.CINE, QT_TRANSLATE_NOOP("DicomViewer", "Play"), "Space", bar=True),
    _act(Action.FASTER, Group.CINE, QT_TRANSLATE_NOOP("DicomViewer", "Faster"), "]"),
    _act(Action.SLOWER, Group.CINE, QT_TRANSLATE_NOOP("DicomViewer", "Slower"), "["),
    _switch(
        Action.SWEEP, Group.CINE, QT_TRANSLATE_NOOP("DicomViewer", "To and fro"), "Shift+Space"
    ),
    *(
        Entry(
            id_,
            Group.LAYOUT,
            Kind.ACTION,
            f"{rows} × {columns}",
            (key,),
            family=str(QT_TRANSLATE_NOOP("DicomViewer", "Layouts (rows × columns)")),
        )
        for (id_, (rows, columns)), key in zip(LAYOUTS.items(), _LAYOUT_KEYS, strict=True)
    ),
    _switch(
        Action.MAXIMISE,
        Group.LAYOUT,
        QT_TRANSLATE_NOOP("DicomViewer", "This picture alone"),
        "Return",
    ),
    _cell(Action.CELL_LEFT, QT_TRANSLATE_NOOP("DicomViewer", "To the left"), "Ctrl+Left"),
    _cell(Action.CELL_RIGHT, QT_TRANSLATE_NOOP("DicomViewer", "To the right"), "Ctrl+Right"),
    _cell(Action.CELL_UP, QT_TRANSLATE_NOOP("DicomViewer", "Upwards"), "Ctrl+Up"),
    _cell(Action.CELL_DOWN, QT_TRANSLATE_NOOP("DicomViewer", "Downwards"), "Ctrl+Down"),
    _switch(
        Action.SYNC, Group.TOGETHER, QT_TRANSLATE_NOOP("DicomViewer", "Scroll together"), "Shift+S"
    ),
    _switch(
        Action.LINK_WINDOW,
        Group.TOGETHER,
        QT_TRANSLATE_NOOP("DicomViewer", "Same window for the same modality"),
        "Alt+W",
    ),
    _switch(
        Action.LINK_ZOOM,
        Group.TOGETHER,
        QT_TRANSLATE_NOOP("DicomViewer", "Same zoom for the same modality"),
        "Alt+Z",
    ),
    _switch(
        Action.LINES, Group.TOGETHER, QT_TRANSLATE_NOOP("DicomViewer", "Reference lines"), "Shift+L"
    ),
    _switch(
        Action.TEXTS, Group.SHOW, QT_TRANSLATE_NOOP("DicomViewer", "Patient text"), "T", bar=True
    ),
    _switch(Action.OVERLAYS, Group.SHOW, QT_TRANSLATE_NOOP("DicomViewer", "Overlays"), "V"),
    _switch(
        Action.SHUTTER, Group.SHOW, QT_TRANSLATE_NOOP("DicomViewer", "Display shutter"), "Shift+V"
    ),
    _act(Action.MENU, Group.SHOW, QT_TRANSLATE_NOOP("DicomViewer", "Menu"), "Shift+F10", "Menu"),
    _act(
        Action.EDIT_KEYS,
        Group.SHOW,
        QT_TRANSLATE_NOOP("DicomViewer", "Keys and mouse…"),
        "Shift+F1",
    ),
)

TABLE = Table(
    (
        *ENTRIES,
        *HANGING_ENTRIES,
        *MARK_ENTRIES,
        *CALIBRATION_ENTRIES,
        *MPR_ENTRIES,
        *OBJECT_ENTRIES,
        *OUTPUT_ENTRIES,
        *CURVE_ENTRIES,
        *DOCUMENT_ENTRIES,
    )
)
"""Every tool and action; each room brings its own rows."""


@dataclass(frozen=True, slots=True)
class ViewState:
    """What is seen, enough for another screen to show the same.

    `window` is (centre, width) in modality values, None for a VOI LUT or untouched colours;
    `zoom` screen pixels per picture column; `pan` the picture point in the middle of the pane;
    `quarters` clockwise quarter turns after mirroring left to right.

    `presentation_state_uid` is the SOP Instance UID of the presentation state the picture is
    under, empty without one. A resliced picture is no instance: `sop_instance_uid` is empty then,
    and `plane` says where it is cut, `pan` counting its columns and rows; `slab` is what became
    of how many millimetres around it, None for the plane alone.
    """

    series_instance_uid: str
    sop_instance_uid: str
    frame: int
    window: tuple[float, float] | None
    zoom: float
    pan: tuple[float, float]
    invert: bool
    quarters: int = 0
    mirrored: bool = False
    presentation_state_uid: str = ""
    plane: Plane | None = None
    slab: tuple[str, float] | None = None


def view_state(
    series_uid: str, ref: SliceRef | None, viewport: Viewport, voi: Voi | None, *, inverted: bool
) -> ViewState:
    """What a pane shows, as the state it publishes; without `ref` a picture that is no instance."""
    return ViewState(
        series_instance_uid=series_uid,
        sop_instance_uid=ref.sop_instance_uid if ref is not None else "",
        frame=ref.frame if ref is not None else 0,
        window=(voi.center, voi.width) if isinstance(voi, Window) else None,
        zoom=viewport.zoom,
        pan=(viewport.center_x, viewport.center_y),
        invert=inverted,
        quarters=viewport.turn.quarters,
        mirrored=viewport.turn.mirrored,
    )
