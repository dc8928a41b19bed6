"""A picture at viewport size: whole-number reduction, then linear interpolation.

What is resampled are the stored integers (or RGB), once per view; window and level then
work on the result only. Padding is never interpolated into its neighbours. Quarter turns and
mirrors move finished pixels and interpolate nothing again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.imaging.colour import Rgb
from app.imaging.geometry import UNTURNED, Turn
from app.imaging.picture import ColourPicture, GreyPicture, Picture, shape_of

if TYPE_CHECKING:
    Affine: TypeAlias = NDArray[np.float64]

BACKGROUND = 0
"""Index that stands for no picture or padding in a `GreyView` with a table."""
ROOM = 8
"""A picture that fills up to so many viewports is enlarged whole, which is 20 times as fast."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """What part of a picture is seen, and how large.

    `width` × `height` screen pixels; `zoom` screen pixels per picture column; `center_x` and
    `center_y` is the picture point, in picture pixels from the upper left corner, that lies in
    the middle; `aspect` is row spacing divided by column spacing; `turn` is applied last, around
    the middle.
    """

    width: int
    height: int
    zoom: float
    center_x: float
    center_y: float
    aspect: float = 1.0
    turn: Turn = UNTURNED

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        """Screen position of a picture point."""
        across, down = self.turn.apply(
            (x - self.center_x) * self.zoom, (y - self.center_y) * self.zoom * self.aspect
        )
        return across + self.width / 2, down + self.height / 2

    def to_picture(self, x: float, y: float) -> tuple[float, float]:
        """Picture point under a screen position."""
        across, down = self.turn.undo(x - self.width / 2, y - self.height / 2)
        return (
            across / self.zoom + self.center_x,
            down / (self.zoom * self.aspect) + self.center_y,
        )

    def unturned(self) -> Viewport:
        """The viewport that sees the same pixels before they are turned."""
        width, height = (self.height, self.width) if self.turn.swaps else (self.width, self.height)
        return replace(self, width=width, height=height, turn=UNTURNED)

    def snapped(self) -> Viewport:
        """Moved by half a screen pixel at most: the picture's corner is the corner of a pixel."""
        flat = self.unturned()
        left, top = flat.to_screen(0, 0)
        return replace(
            self,
            center_x=(flat.width / 2 - round(left)) / self.zoom,
            center_y=(flat.height / 2 - round(top)) / (self.zoom * self.aspect),
        )


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture in picture coordinates, and how it is seen: row by column spacing."""

    left: float
    top: float
    right: float
    bottom: float
    aspect: float


def fit(
    picture: Picture, width: int, height: int, turn: Turn = UNTURNED, region: Region | None = None
) -> Viewport:
    """The viewport that shows the whole picture, or a region of it, centred."""
    if region is None:
        rows, columns = shape_of(picture)
        region = Region(0, 0, columns, rows, picture.spacing.aspect)
    aspect, wide, high = region.aspect, region.right - region.left, region.bottom - region.top
    across, down = (height, width) if turn.swaps else (width, height)
    zoom = min(across / wide, down / (high * aspect)) if width and height else 1.0
    x, y = (region.left + region.right) / 2, (region.top + region.bottom) / 2
    return Viewport(width, height, max(zoom, 1e-3), x, y, aspect, turn).snapped()


@dataclass(frozen=True, slots=True, eq=False)
class Coloured:
    """The pixels of a supplemental palette: `rgb` (height, width, 3) uint8 counts where `mask`."""

    mask: NDArray[np.bool_]
    rgb: Rgb


def _whole_over(picture: GreyPicture) -> Coloured | None:
    if picture.supplement is None or picture.coloured is None:
        return None
    return Coloured(picture.coloured, picture.supplement.apply(picture.samples))


def _over(picture: GreyPicture, viewport: Viewport) -> Coloured | None:
    """The nearest pixel's colour: between two entries of a palette lies nothing."""
    if picture.supplement is None or picture.coloured is None:
        return None
    rows, columns = shape_of(picture)
    flat = viewport.unturned()
    x = np.array([math.floor(flat.to_picture(at + 0.5, 0)[0]) for at in range(flat.width)])
    y = np.array([math.floor(flat.to_picture(0, at + 0.5)[1]) for at in range(flat.height)])
    inside = ((y >= 0) & (y < rows))[:, None] & ((x >= 0) & (x < columns))[None, :]
    nearest = np.ix_(y.clip(0, rows - 1), x.clip(0, columns - 1))
    mask = picture.coloured[nearest] & inside
    rgb = picture.supplement.apply(picture.samples[nearest])
    return Coloured(turned(mask, viewport.turn), turned(rgb, viewport.turn))


@dataclass(frozen=True, slots=True, eq=False)
class GreyView:
    """A grey picture at viewport size.

    With `table`, `values` (height, width) uint16 are 1 + sample - low and 0 is background;
    without, they are float64 samples and NaN is background. `over` are pixels with colours of
    their own, whatever the window.
    """

    values: NDArray[Any]
    table: bool
    picture: GreyPicture
    over: Coloured | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ColourView:
    """A colour picture at viewport size; `rgb` is (height, width, 3) uint8."""

    rgb: Rgb
    picture: ColourPicture


View: TypeAlias = GreyView | ColourView


def indexed(picture: GreyPicture) -> NDArray[np.uint16]:
    """(rows, columns) 1 + sample - low, padding 0, for a picture that uses a table."""
    index = _above(picture.samples, int(picture.low) - 1)
    background = picture.background
    if background is not None:
        index[background] = BACKGROUND
    return index


def _above(values: NDArray[Any], base: int) -> NDArray[np.uint16]:
    """values - base where that is within 16 bits; padding beyond wraps around."""
    if values.dtype.kind == "f":
        return np.asarray(np.rint(values - base), np.uint16)
    shifted: NDArray[np.uint16] = values.astype(np.uint16)
    shifted -= np.uint16(base & 0xFFFF)
    return shifted


def whole(picture: Picture) -> View:
    """The picture pixel by pixel, without any interpolation."""
    if isinstance(picture, ColourPicture):
        return ColourView(picture.rgb, picture)
    over = _whole_over(picture)
    if picture.uses_table:
        return GreyView(indexed(picture), True, picture, over)
    values = picture.samples.astype(np.float64)
    background = picture.background
    if background is not None:
        values[background] = np.nan
    return GreyView(values, False, picture, over)


def _visible(viewport: Viewport, rows: int, columns: int) -> tuple[int, int, int, int] | None:
    """First and last+1 row and column that the viewport touches, with a margin; where the picture
    is not much larger than the viewport, all of it."""
    x0, y0 = viewport.to_picture(0, 0)
    x1, y1 = viewport.to_picture(viewport.width, viewport.height)
    margin = 2 + math.ceil(1 / viewport.zoom)
    top, bottom = max(0, math.floor(y0) - margin), min(rows, math.ceil(y1) + margin)
    left, right = max(0, math.floor(x0) - margin), min(columns, math.ceil(x1) + margin)
    if top >= bottom or left >= right:
        return None
    if _is_snapped(viewport) and _enlarged(viewport, rows, columns) <= ROOM * (
        viewport.width * viewport.height
    ):
        return 0, rows, 0, columns
    return top, bottom, left, right


def _is_snapped(viewport: Viewport) -> bool:
    return all(abs(at - round(at)) < 1e-6 for at in viewport.to_screen(0, 0))


def _enlarged(viewport: Viewport, rows: int, columns: int) -> float:
    """Screen pixels that the whole picture has."""
    return rows * columns * viewport.zoom**2 * viewport.aspect


def _reduction(viewport: Viewport) -> tuple[int, int]:
    """Whole-number reduction of rows and columns that leaves linear interpolation enough."""
    across = max(1, math.floor(1 / viewport.zoom + 1e-6))
    down = max(1, math.floor(1 / (viewport.zoom * viewport.aspect) + 1e-6))
    return down, across


def _warp(
    crop: NDArray[Any],
    origin: tuple[int, int],
    steps: tuple[int, int],
    viewport: Viewport,
    fill: float,
) -> NDArray[Any]:
    """Interpolate an already cropped and reduced picture into the viewport.

    `origin` is the picture row and column of the crop's corner, `steps` its reduction.
    """
    import cv2

    down, across = steps
    scale_x, scale_y = viewport.zoom * across, viewport.zoom * viewport.aspect * down
    extent = crop.shape[0] * down, crop.shape[1] * across
    if origin == (0, 0) and _is_snapped(viewport):
        enlarged = cv2.resize(crop, None, fx=scale_x, fy=scale_y, interpolation=cv2.INTER_LINEAR)
        return _pasted(enlarged, viewport, fill)
    corner_x, corner_y = viewport.to_screen(origin[1], origin[0])
    # cv2 counts from pixel centres, viewports from pixel corners.
    matrix = np.array(
        [
            [scale_x, 0.0, corner_x + scale_x / 2 - 0.5],
            [0.0, scale_y, corner_y + scale_y / 2 - 0.5],
        ]
    )
    size = (viewport.width, viewport.height)
    warped: NDArray[Any] = cv2.warpAffine(
        crop, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    _blank_outside(warped, viewport, origin, extent, fill)
    return warped


def _pasted(enlarged: NDArray[Any], viewport: Viewport, fill: float) -> NDArray[Any]:
    """The part of a whole enlarged picture that the viewport sees, `fill` around it."""
    left, top = (round(at) for at in viewport.to_screen(0, 0))
    rows, columns = enlarged.shape[:2]
    shape = (viewport.height, viewport.width, *enlarged.shape[2:])
    seen = np.zeros(shape, enlarged.dtype) if fill == 0 else np.full(shape, fill, enlarged.dtype)
    y0, y1 = max(0, top), min(viewport.height, top + rows)
    x0, x1 = max(0, left), min(viewport.width, left + columns)
    seen[y0:y1, x0:x1] = enlarged[y0 - top : y1 - top, x0 - left : x1 - left]
    return seen


def _blank_outside(
    warped: NDArray[Any],
    viewport: Viewport,
    origin: tuple[int, int],
    extent: tuple[int, int],
    fill: float,
) -> None:
    left, top = viewport.to_screen(origin[1], origin[0])
    right, bottom = viewport.to_screen(origin[1] + extent[1], origin[0] + extent[0])
    warped[: max(0, round(top))] = fill
    warped[max(0, round(bottom)) :] = fill
    warped[:, : max(0, round(left))] = fill
    warped[:, max(0, round(right)) :] = fill


def _reduced(crop: NDArray[Any], steps: tuple[int, int]) -> NDArray[Any]:
    import cv2

    down, across = steps
    if down == 1 and across == 1:
        return crop
    size = (max(1, crop.shape[1] // across), max(1, crop.shape[0] // down))
    # Cut to a multiple, so that every output is the mean of a whole block.
    block = np.ascontiguousarray(crop[: size[1] * down, : size[0] * across])
    reduced: NDArray[Any] = cv2.resize(block, size, interpolation=cv2.INTER_AREA)
    return reduced


def _aligned(box: tuple[int, int, int, int], steps: tuple[int, int]) -> tuple[int, int, int, int]:
    top, bottom, left, right = box
    return top - top % steps[0], bottom, left - left % steps[1], right


def turned(pixels: NDArray[Any], turn: Turn) -> NDArray[Any]:
    """Pixels (height, width, …) mirrored and turned clockwise; whole pixels move."""
    moved = np.fliplr(pixels) if turn.mirrored else pixels
    return np.ascontiguousarray(np.rot90(moved, -turn.quarters))


def resample(picture: Picture, viewport: Viewport) -> View:
    """The picture as the viewport sees it; background outside of it."""
    view = _straight(picture, viewport.unturned())
    if isinstance(view, ColourView):
        if viewport.turn == UNTURNED:
            return view
        return ColourView(turned(view.rgb, viewport.turn), view.picture)
    over = _over(view.picture, viewport)
    if viewport.turn == UNTURNED:
        return view if over is None else replace(view, over=over)
    return GreyView(turned(view.values, viewport.turn), view.table, view.picture, over)


def _straight(picture: Picture, viewport: Viewport) -> View:
    rows, columns = shape_of(picture)
    box = _visible(viewport, rows, columns)
    shape = (viewport.height, viewport.width)
    if isinstance(picture, ColourPicture):
        if box is None:
            return ColourView(np.zeros((*shape, 3), np.uint8), picture)
        return ColourView(_placed(picture.rgb, box, viewport, 0), picture)
    if picture.uses_table:
        if box is None:
            return GreyView(np.zeros(shape, np.uint16), True, picture)
        return GreyView(_table_view(picture, box, viewport), True, picture)
    if box is None:
        return GreyView(np.full(shape, np.nan), False, picture)
    values = whole(picture)
    assert isinstance(values, GreyView)
    return GreyView(_placed(values.values, box, viewport, np.nan), False, picture)


def _placed(
    pixels: NDArray[Any], box: tuple[int, int, int, int], viewport: Viewport, fill: float
) -> NDArray[Any]:
    steps = _reduction(viewport)
    top, bottom, left, right = _aligned(box, steps)
    crop = np.ascontiguousarray(pixels[top:bottom, left:right])
    return _warp(_reduced(crop, steps), (top, left), steps, viewport, fill)


def _table_view(
    picture: GreyPicture, box: tuple[int, int, int, int], viewport: Viewport
) -> NDArray[np.uint16]:
    steps = _reduction(viewport)
    top, bottom, left, right = _aligned(box, steps)
    crop = picture.samples[top:bottom, left:right]
    base = int(picture.low) - 1
    background = picture.background
    if background is not None:
        index = _above(crop, base)
        padding = background[top:bottom, left:right]
        return _padded_view(index, padding, (top, left), steps, viewport)
    if steps == (1, 1) and crop.dtype.itemsize <= 2:
        # Few pixels become many: what can be done to the few is done to them.
        view: NDArray[np.uint16] = _warp(
            _above(crop, base), (top, left), steps, viewport, BACKGROUND
        )
        return view
    if crop.dtype.itemsize > 2 or crop.dtype == np.int8:
        crop = crop.astype(np.float32 if picture.high < 1 << 24 else np.float64)
    # Interpolate what is stored and shift the small result: the large picture is read once.
    warped = _warp(_reduced(crop, steps), (top, left), steps, viewport, float(picture.low))
    view = _above(warped, base)
    _blank_outside(view, viewport, (0, 0), shape_of(picture), BACKGROUND)
    return view


def _padded_view(
    index: NDArray[np.uint16],
    padding: NDArray[np.bool_],
    origin: tuple[int, int],
    steps: tuple[int, int],
    viewport: Viewport,
) -> NDArray[np.uint16]:
    """Interpolate over the true pixels only: weights that meet padding count nothing."""
    weight = (~padding).astype(np.float32)
    masked = index.astype(np.float32) * weight
    total = _warp(_reduced(masked, steps), origin, steps, viewport, 0)
    share = _warp(_reduced(weight, steps), origin, steps, viewport, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.rint(total / share)
    return np.where(share >= 0.5, mean, BACKGROUND).astype(np.uint16)
