"""Tools, mouse buttons and keys of the viewer as data, and the state it publishes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import Qt

from app.imaging.resample import Viewport
from app.imaging.series import SliceRef
from app.imaging.voi import Voi, Window


class Tool(Enum):
    """What dragging on the picture does."""

    WINDOW = auto()
    SCROLL = auto()
    ZOOM = auto()
    PAN = auto()


class Action(Enum):
    """What a key does."""

    PREVIOUS = auto()
    NEXT = auto()
    PAGE_BACK = auto()
    PAGE_ON = auto()
    FIRST = auto()
    LAST = auto()
    INVERT = auto()
    FIT = auto()
    ONE_TO_ONE = auto()
    ZOOM_IN = auto()
    ZOOM_OUT = auto()
    TEXTS = auto()


PAGE = 10

EVERYTHING = 1 << 30

STEPS: dict[Action, int] = {
    Action.PREVIOUS: -1,
    Action.NEXT: 1,
    Action.PAGE_BACK: -PAGE,
    Action.PAGE_ON: PAGE,
    Action.FIRST: -EVERYTHING,
    Action.LAST: EVERYTHING,
}

BUTTONS: dict[Qt.MouseButton, Tool | None] = {
    Qt.MouseButton.LeftButton: None,  # the active tool
    Qt.MouseButton.RightButton: Tool.WINDOW,
    Qt.MouseButton.MiddleButton: Tool.PAN,
}

KEYS: dict[Qt.Key, Action] = {
    Qt.Key.Key_Up: Action.PREVIOUS,
    Qt.Key.Key_Left: Action.PREVIOUS,
    Qt.Key.Key_Down: Action.NEXT,
    Qt.Key.Key_Right: Action.NEXT,
    Qt.Key.Key_PageUp: Action.PAGE_BACK,
    Qt.Key.Key_PageDown: Action.PAGE_ON,
    Qt.Key.Key_Home: Action.FIRST,
    Qt.Key.Key_End: Action.LAST,
    Qt.Key.Key_I: Action.INVERT,
    Qt.Key.Key_F: Action.FIT,
    Qt.Key.Key_0: Action.ONE_TO_ONE,
    Qt.Key.Key_Plus: Action.ZOOM_IN,
    Qt.Key.Key_Equal: Action.ZOOM_IN,
    Qt.Key.Key_Minus: Action.ZOOM_OUT,
    Qt.Key.Key_T: Action.TEXTS,
}

PRESET_KEYS: tuple[Qt.Key, ...] = (
    Qt.Key.Key_1,
    Qt.Key.Key_2,
    Qt.Key.Key_3,
    Qt.Key.Key_4,
    Qt.Key.Key_5,
    Qt.Key.Key_6,
    Qt.Key.Key_7,
    Qt.Key.Key_8,
    Qt.Key.Key_9,
)


@dataclass(frozen=True, slots=True)
class ViewState:
    """What is seen, enough for another screen to show the same.

    `window` is (centre, width) in modality values, None for a VOI LUT or untouched colours;
    `zoom` screen pixels per picture column; `pan` the picture point in the middle of the pane.
    """

    series_instance_uid: str
    sop_instance_uid: str
    frame: int
    window: tuple[float, float] | None
    zoom: float
    pan: tuple[float, float]
    invert: bool


def view_state(
    series_uid: str, ref: SliceRef, viewport: Viewport, voi: Voi | None, *, inverted: bool
) -> ViewState:
    """What a pane shows, as the state it publishes."""
    return ViewState(
        series_instance_uid=series_uid,
        sop_instance_uid=ref.sop_instance_uid,
        frame=ref.frame,
        window=(voi.center, voi.width) if isinstance(voi, Window) else None,
        zoom=viewport.zoom,
        pan=(viewport.center_x, viewport.center_y),
        invert=inverted,
    )
