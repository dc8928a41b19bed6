"""How a presentation state lays a picture on a screen (PS3.3 C.10.4, C.10.6).

Pixels, overlays and graphics go through the one `Placement`, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.imaging.picture import Picture, shape_of
from app.imaging.pipeline import Display, default_voi, render
from app.imaging.presentation import DisplayedArea, PresentationState, SizeMode
from app.imaging.resample import Viewport, turned
from app.imaging.shutter import Shutter

if TYPE_CHECKING:
    from app.imaging.voi import Voi

LARGEST_SIDE = 4096
"""What a magnification may lead to, unless the area itself is larger."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The part of a picture that is seen, `viewport`, then turned clockwise and mirrored."""

    viewport: Viewport
    quarter_turns: int = 0
    flip: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height on the screen."""
        width, height = self.viewport.width, self.viewport.height
        return (height, width) if self.quarter_turns % 2 else (width, height)

    def oriented(self, levels: NDArray[Any]) -> NDArray[Any]:
        """(height, width, …) of the viewport as it is seen, turned and mirrored."""
        turned = np.rot90(levels, -self.quarter_turns)
        return np.ascontiguousarray(turned[:, ::-1] if self.flip else turned)

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        """Screen position of a picture point."""
        x, y = self.viewport.to_screen(x, y)
        width, height = float(self.viewport.width), float(self.viewport.height)
        for _ in range(self.quarter_turns % 4):
            x, y, width, height = height - y, x, height, width
        return (width - x if self.flip else x), y


def plain(picture: Picture) -> Placement:
    """A picture pixel by pixel."""
    rows, columns = shape_of(picture)
    return Placement(Viewport(columns, rows, 1.0, columns / 2, rows / 2))


def placement(
    picture: Picture, state: PresentationState, sop_instance_uid: str, frame: int
) -> Placement:
    """A picture as a state shows it, one screen pixel for a column unless it magnifies.

    TRUE SIZE needs a screen of known size; here it is shown as SCALE TO FIT. An area
    beyond reason is taken for the whole picture.
    """
    area, aspect = area_of(picture, state, sop_instance_uid, frame)
    zoom = area.magnification if area.mode is SizeMode.MAGNIFY else 1.0
    across, down = area.right - area.left, area.bottom - area.top
    largest = max(across, down * aspect)
    zoom = min(zoom, max(1.0, LARGEST_SIDE / largest))
    viewport = Viewport(
        width=max(1, round(across * zoom)),
        height=max(1, round(down * zoom * aspect)),
        zoom=zoom,
        center_x=(area.left + area.right) / 2,
        center_y=(area.top + area.bottom) / 2,
        aspect=aspect,
    )
    return Placement(viewport, state.quarter_turns, state.flip)


def area_of(
    picture: Picture, state: PresentationState, sop_instance_uid: str, frame: int
) -> tuple[DisplayedArea, float]:
    """The area a state wants seen and the aspect it wants it seen in, row by column spacing.

    An area or aspect beyond reason is taken for the whole picture and for square pixels.
    """
    rows, columns = shape_of(picture)
    area = state.area(sop_instance_uid, frame)
    whole = DisplayedArea(state.scope, 0, 0, columns, rows)
    area = whole if area is None or not _is_sound(area, rows, columns) else area
    aspect = picture.spacing.aspect if area.aspect is None else area.aspect
    return area, aspect if 1 / 16 <= aspect <= 16 else 1.0


def _is_sound(area: DisplayedArea, rows: int, columns: int) -> bool:
    across, down = area.right - area.left, area.bottom - area.top
    meets = area.left < columns and area.right > 0 and area.top < rows and area.bottom > 0
    return meets and 1 <= across <= 8 * columns + 64 and 1 <= down <= 8 * rows + 64


def shown(
    picture: Picture,
    place: Placement,
    voi: Voi | None = None,
    *,
    invert: bool = False,
    shutter: bool = True,
) -> Display:
    """Display levels of a picture as it is placed, its shutter closed over it.

    (height, width) uint8, or (height, width, 3) for colours; a coloured shutter covers a grey
    picture with colour.
    """
    view = place.viewport
    rows, columns = shape_of(picture)
    unchanged = view == plain(picture).viewport
    levels = render(
        picture,
        default_voi(picture) if voi is None else voi,
        viewport=None if unchanged else view,
        invert=invert,
    )
    if shutter and picture.shutter is not None:
        mask = picture.shutter.covered(rows, columns, picture.spacing.aspect)
        levels = closed(levels, picture.shutter, seen_through(mask, view))
    return place.oriented(levels)


def seen_through(mask: NDArray[np.bool_], view: Viewport) -> NDArray[np.bool_]:
    """A mask of the picture as the viewport sees it, nearest pixel; outside False."""
    across = np.floor((np.arange(view.width) + 0.5 - view.width / 2) / view.zoom + view.center_x)
    scale = view.zoom * view.aspect
    down = np.floor((np.arange(view.height) + 0.5 - view.height / 2) / scale + view.center_y)
    rows, columns = mask.shape
    found = mask[
        np.clip(down, 0, rows - 1).astype(np.intp)[:, None],
        np.clip(across, 0, columns - 1).astype(np.intp)[None, :],
    ]
    inside_y, inside_x = (down >= 0) & (down < rows), (across >= 0) & (across < columns)
    seen: NDArray[np.bool_] = found & inside_y[:, None] & inside_x[None, :]
    return seen


def shutter_mask(picture: Picture, viewport: Viewport) -> NDArray[np.bool_] | None:
    """(height, width) what the picture's shutter covers on the screen, None without one."""
    if picture.shutter is None:
        return None
    rows, columns = shape_of(picture)
    mask = picture.shutter.covered(rows, columns, picture.spacing.aspect)
    return turned(seen_through(mask, viewport.unturned()), viewport.turn)


def seen(
    picture: Picture,
    viewport: Viewport,
    voi: Voi | None = None,
    *,
    invert: bool = False,
    shuttered: bool = True,
) -> Display:
    """Display levels of a picture through any viewport, its shutter closed over it.

    (height, width) uint8, or (height, width, 3); `voi` None takes what the file proposes.
    """
    levels = render(picture, voi, viewport=viewport, invert=invert)
    covered = shutter_mask(picture, viewport) if shuttered else None
    if covered is None or picture.shutter is None:
        return levels
    return closed(levels, picture.shutter, covered)


def closed(levels: Display, shutter: Shutter, covered: NDArray[np.bool_]) -> Display:
    """Display levels with a shutter over them; a coloured one makes a grey picture RGB."""
    made = levels.copy()
    if shutter.colour is not None and made.ndim == 2:
        made = np.repeat(made[..., None], 3, axis=-1)
    if made.ndim == 3:
        made[covered] = shutter.colour or (shutter.level,) * 3
    else:
        made[covered] = shutter.level
    return made
