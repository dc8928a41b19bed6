"""Views and windows to display levels; the one place that makes grey levels.

`huizhen render`, thumbnails and the viewer all come through here, so they agree by
construction. Levels are the standard's formula in double precision, rounded once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.imaging.lut import LookupTable
from app.imaging.picture import ColourPicture, GreyPicture, Picture
from app.imaging.resample import Coloured, ColourView, GreyView, View, Viewport, resample, whole
from app.imaging.voi import TOP, Voi, Window

Display = NDArray[np.uint8]


def default_voi(picture: Picture) -> Voi | None:
    """What a picture is first shown with; None leaves colours as they are."""
    return picture.presets[0] if isinstance(picture, GreyPicture) else None


def _rounded(levels: NDArray[np.float64], *, invert: bool) -> Display:
    return np.floor((TOP - levels if invert else levels) + 0.5).astype(np.uint8)


def _presented(levels: NDArray[np.float64], lut: LookupTable | None) -> NDArray[np.float64]:
    """Levels after a Presentation LUT, whose entries span the whole range of the VOI (C.11.6)."""
    if lut is None:
        return levels
    entries = np.floor(levels * ((lut.data.size - 1) / TOP) + 0.5).astype(np.intp)
    return lut.data[entries].astype(np.float64) * (TOP / lut.top)


def _shades(levels: NDArray[np.float64], picture: GreyPicture, *, invert: bool) -> Display:
    """Rounded levels of any shape; with a palette its colours, one more axis of 3.

    The entries of a palette span the whole range of levels, like those of a Presentation LUT.
    """
    levels = _presented(levels, picture.presentation)
    invert = invert != picture.inverse
    if picture.palette is None:
        return _rounded(levels, invert=invert)
    turned = TOP - levels if invert else levels
    colours = picture.palette.colours
    index = np.floor(turned * ((len(colours) - 1) / TOP) + 0.5).astype(np.intp)
    return np.take(colours, index, axis=0)


def grey_table(picture: GreyPicture, voi: Voi, *, invert: bool) -> Display:
    """What each index of a `GreyView` is shown as: entry 0 is background, entry 1 is `low`.

    (entries,) levels, or (entries, 3) RGB for a picture with a palette.
    """
    stored = np.arange(int(picture.low), int(picture.high) + 1, dtype=np.float64)
    shades = _shades(voi.levels(picture.modality.apply(stored)), picture, invert=invert)
    table = np.zeros((stored.size + 1, *shades.shape[1:]), np.uint8)
    table[1:] = shades
    return table


def colour_table(voi: Voi, *, invert: bool) -> Display:
    """The display level of each 8-bit colour sample."""
    return _rounded(voi.levels(np.arange(256, dtype=np.float64)), invert=invert)


def display(
    view: View, voi: Voi | None, *, invert: bool = False, out: Display | None = None
) -> Display:
    """Display levels of a view.

    Returns (height, width) uint8 for grey, (height, width, 3) uint8 RGB for colour and for grey
    with a palette or coloured pixels; written into `out` where it fits. This is all that a
    window/level drag costs.
    """
    if isinstance(view, ColourView):
        if voi is None and not invert:
            return view.rgb
        table = colour_table(voi or Window(128.0, 256.0), invert=invert)
        return np.take(table, view.rgb, out=out, mode="clip")
    picture = view.picture
    voi = voi or picture.presets[0]
    if view.table:
        shown = _look_up(grey_table(picture, voi, invert=invert), view.values, out)
    else:
        shown = _direct(view, voi, invert=invert)
    return shown if view.over is None else _with_colours(shown, view.over)


def _with_colours(shown: Display, over: Coloured) -> Display:
    """Colours of a supplemental palette, which no window changes, over the grey levels."""
    made = np.repeat(shown[..., None], 3, axis=-1) if shown.ndim == 2 else shown.copy()
    made[over.mask] = over.rgb[over.mask]
    return made


def _look_up(table: Display, index: NDArray[np.uint16], out: Display | None) -> Display:
    if table.ndim == 2:
        return np.take(table, index, axis=0, mode="clip")
    import cv2

    # numpy would first make 64-bit indices of all pixels; OpenCV wants all 65536 entries.
    entries = np.zeros(1 << 16, np.uint8)
    entries[: table.size] = table[: entries.size]
    return np.asarray(cv2.LUT(index, entries, dst=out), np.uint8)


def _direct(view: GreyView, voi: Voi, *, invert: bool) -> Display:
    """Levels of 32-bit and floating samples, whose range no table can cover."""
    background = np.isnan(view.values)
    values = np.where(background, view.picture.low, view.values)
    levels = voi.levels(view.picture.modality.apply(values))
    shown = _shades(levels, view.picture, invert=invert)
    shown[background] = 0
    return shown


def render(
    picture: Picture,
    voi: Voi | None = None,
    *,
    viewport: Viewport | None = None,
    invert: bool = False,
) -> Display:
    """A picture to display levels, pixel by pixel or through a viewport.

    `voi` None takes what the file proposes. Shapes as `display`.
    """
    view = whole(picture) if viewport is None else resample(picture, viewport)
    return display(view, default_voi(picture) if voi is None else voi, invert=invert)


def is_colour(picture: Picture) -> bool:
    """Whether the picture has no grey window of its own."""
    return isinstance(picture, ColourPicture)
