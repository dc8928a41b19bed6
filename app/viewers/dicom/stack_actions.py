"""What the actions of the table do to one cell."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication, QRectF

from app.imaging.picture import GreyPicture, shape_of
from app.imaging.voi import Percentiles, Voi, auto_window
from app.viewers.dicom.presets import Wanted, after, keyed
from app.viewers.dicom.screen import mm_per_pixel, true_zoom
from app.viewers.dicom.tools import PRESETS, STEPS, Action

if TYPE_CHECKING:
    from app.viewers.dicom.pane import ImagePane
    from app.viewers.dicom.slice_bar import SliceBar
    from app.viewers.dicom.stack import StackView

translate = QCoreApplication.translate

_ZOOM_STEP = 1.25
_ENOUGH_SAMPLES = 1 << 18


class PictureCell(Protocol):
    """A cell that shows one picture of several."""

    @property
    def pane(self) -> ImagePane:
        """Where it is shown."""
        ...

    @property
    def slider(self) -> SliceBar:
        """Which of the pictures it is."""
        ...

    @property
    def modality(self) -> str:
        """Whose windows the keys choose."""
        ...

    @property
    def presets(self) -> tuple[Voi, ...]:
        """The windows the picture offers."""
        ...

    def scroll_by(self, steps: int) -> None:
        """Show another picture."""
        ...

    def choose_voi(self, voi: Voi | None) -> None:
        """Choose a window or table; None gives each picture its own."""
        ...

    def report(self) -> None:
        """Captions and news after anything changed."""
        ...


class StackActions:
    """Acts on the stack it is given."""

    def __init__(self, stack: StackView) -> None:
        self._stack = stack
        self._picture = PictureActions(stack)

    def act(self, action: str) -> bool:
        """Answers whether the action was one of a stack."""
        stack = self._stack
        match action:
            case Action.PLAY:
                stack.toggle_cine()
            case Action.FASTER:
                stack.cine.faster(1)
            case Action.SLOWER:
                stack.cine.faster(-1)
            case Action.SWEEP:
                stack.cine.set_sweep(not stack.cine.sweeping)
            case _:
                return self._picture.act(action)
        return True

    def choose(self, wanted: Wanted) -> None:
        """Choose a window that is offered."""
        self._picture.choose(wanted)

    def window_region(self, area: QRectF) -> None:
        """The automatic window of a rectangle in the pane's pixels."""
        self._picture.window_region(area)


class PictureActions:
    """Acts on the cell it is given."""

    def __init__(self, stack: PictureCell) -> None:
        self._stack = stack

    def act(self, action: str) -> bool:
        """Answers whether the action was one of a cell."""
        if action in STEPS:
            self._stack.scroll_by(STEPS[action])
            return True
        if action == Action.GO_TO:
            self._stack.slider.ask(self._stack.pane)
            return True
        if action in PRESETS:
            wanted = keyed(action, self._stack.modality)
            if wanted is not None:
                self.choose(wanted)
            return True
        return self._place(action) or self._turn(action) or self._other(action)

    def choose(self, wanted: Wanted) -> None:
        """Window the picture; colours have no window."""
        if isinstance(wanted, Percentiles):
            self._window_pixels(None, wanted)
        elif isinstance(self._stack.pane.picture, GreyPicture):
            self._stack.choose_voi(wanted)

    def _place(self, action: str) -> bool:
        pane = self._stack.pane
        match action:
            case Action.FIT:
                pane.set_camera(pane.camera.fitted())
            case Action.ONE_TO_ONE:
                pane.zoom_to(1.0)
            case Action.TRUE_SIZE:
                self._true_size()
            case Action.ZOOM_IN:
                pane.zoom_by(_ZOOM_STEP)
            case Action.ZOOM_OUT:
                pane.zoom_by(1 / _ZOOM_STEP)
            case Action.RESET:
                pane.reset()
            case _:
                return False
        self._stack.report()
        return True

    def _turn(self, action: str) -> bool:
        pane = self._stack.pane
        turn = pane.camera.turn
        match action:
            case Action.ROTATE_RIGHT:
                turn = turn.rotated(1)
            case Action.ROTATE_LEFT:
                turn = turn.rotated(-1)
            case Action.FLIP_HORIZONTAL:
                turn = turn.flipped()
            case Action.FLIP_VERTICAL:
                turn = turn.flipped(vertically=True)
            case _:
                return False
        pane.set_turn(turn)
        self._stack.report()
        return True

    def _other(self, action: str) -> bool:
        stack = self._stack
        match action:
            case Action.INVERT:
                stack.pane.set_inverted(not stack.pane.inverted)
                stack.report()
            case Action.AUTO:
                self._window_pixels(None)
            case Action.FILE_WINDOW:
                voi = after(stack.presets, stack.modality, stack.pane.voi)
                if voi is not None:
                    stack.choose_voi(voi)
            case _:
                return False
        return True

    def _true_size(self) -> None:
        pane = self._stack.pane
        picture = pane.picture
        if picture is None:
            return
        pixel = mm_per_pixel(pane.screen())
        zoom = true_zoom(picture.spacing, pixel)
        if zoom is not None:
            pane.zoom_to(zoom)
        elif pixel is None:
            pane.set_note(
                translate("DicomViewer", "True size: the screen does not say how large it is.")
            )
        else:
            pane.set_note(
                translate("DicomViewer", "True size: the picture does not say how large it is.")
            )

    def window_region(self, area: QRectF) -> None:
        """The automatic window of a rectangle in the pane's pixels."""
        pane = self._stack.pane
        first, last = pane.picture_point(area.topLeft()), pane.picture_point(area.bottomRight())
        if first is None or last is None:
            return
        (x0, x1), (y0, y1) = sorted((first[0], last[0])), sorted((first[1], last[1]))
        self._window_pixels((math.floor(x0), math.floor(y0), math.ceil(x1), math.ceil(y1)))

    def _window_pixels(
        self, box: tuple[int, int, int, int] | None, by: Percentiles | None = None
    ) -> None:
        """Window the pixels of (left, top, right, bottom), all of them without a box."""
        picture = self._stack.pane.picture
        if not isinstance(picture, GreyPicture):
            return
        rows, columns = shape_of(picture)
        left, top, right, bottom = box or (0, 0, columns, rows)
        part = slice(max(0, top), max(0, bottom)), slice(max(0, left), max(0, right))
        samples = picture.samples[part]
        if samples.size == 0:
            return
        step = max(1, math.isqrt(samples.size // _ENOUGH_SAMPLES))
        samples = samples[::step, ::step]
        if picture.padding is not None:
            samples = samples[~picture.padding[part][::step, ::step]]
        if samples.size:
            values = picture.modality.apply(samples)
            made = auto_window(values, *((by.low, by.high) if by is not None else ()))
            self._stack.choose_voi(
                made if by is None else replace(made, explanation=by.explanation)
            )
