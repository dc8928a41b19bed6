"""How a picture lies in the pane: fitted or at a chosen zoom and place. No widget."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.imaging.geometry import UNTURNED, Turn
from app.imaging.picture import Picture, shape_of
from app.imaging.resample import Region, Viewport, fit

MIN_ZOOM, MAX_ZOOM = 0.02, 64.0


@dataclass(frozen=True, slots=True)
class Camera:
    """`zoom` None means fitted; `center_x`, `center_y` are fractions of the picture, so that a
    stack of unequal pictures keeps its place; `turn` is how it is rotated and mirrored; `region`
    is what is fitted instead of the whole picture, and whose aspect holds at any zoom.

    While the whole picture is fitted, `fill` leaves no room beside it, and `side`, a step to the
    right and down in the picture, is the side that lies at the edge of the pane.
    """

    zoom: float | None = None
    center_x: float = 0.5
    center_y: float = 0.5
    turn: Turn = UNTURNED
    region: Region | None = None
    fill: bool = False
    side: tuple[int, int] = (0, 0)

    def fitted(self) -> Camera:
        """The whole picture or the region, turned as it is."""
        return Camera(turn=self.turn, region=self.region, side=self.side)

    @property
    def edge(self) -> int:
        """The edge of the pane at which `side` lies: -1 left, 1 right, 0 neither."""
        return round(self.turn.apply(*self.side)[0])

    def turned(self, turn: Turn) -> Camera:
        """The same place, turned otherwise."""
        return replace(self, turn=turn)

    def viewport(self, picture: Picture, width: int, height: int) -> Viewport:
        """The viewport of a pane of `width` × `height` device pixels."""
        fitted = fit(picture, width, height, self.turn, self.region)
        if self.zoom is None:
            return fitted if not self._is_hung else self._hung(picture, fitted).snapped()
        return self._exact(picture, replace(fitted, zoom=self.zoom)).snapped()

    @property
    def _is_hung(self) -> bool:
        return self.region is None and (self.fill or self.side != (0, 0))

    def _exact(self, picture: Picture, viewport: Viewport) -> Viewport:
        """Not snapped to the screen's pixels, so that many small steps add up to nothing."""
        if self.zoom is None and self._is_hung:
            return self._hung(picture, viewport)
        rows, columns = shape_of(picture)
        x, y = self.center_x * columns, self.center_y * rows
        if self.zoom is None and self.region is not None:
            x = (self.region.left + self.region.right) / 2
            y = (self.region.top + self.region.bottom) / 2
        return replace(viewport, center_x=x, center_y=y)

    def _hung(self, picture: Picture, fitted: Viewport) -> Viewport:
        """Filled, and with `side` at the edge of the pane."""
        rows, columns = shape_of(picture)
        if self.turn.swaps:
            across, down = fitted.height, fitted.width
        else:
            across, down = fitted.width, fitted.height
        zoom = fitted.zoom
        if self.fill:
            zoom = max(zoom, across / columns, down / (rows * fitted.aspect))
        return replace(
            fitted,
            zoom=zoom,
            center_x=_at_edge(self.side[0], columns, across / zoom),
            center_y=_at_edge(self.side[1], rows, down / (zoom * fitted.aspect)),
        )

    def zoomed(
        self, picture: Picture, viewport: Viewport, factor: float, at: tuple[float, float]
    ) -> Camera:
        """Zoomed by `factor`, the picture point under screen position `at` staying there."""
        viewport = self._exact(picture, viewport)
        zoom = min(MAX_ZOOM, max(MIN_ZOOM, viewport.zoom * factor))
        x, y = viewport.to_picture(*at)
        ratio = viewport.zoom / zoom
        rows, columns = shape_of(picture)
        return replace(
            self,
            zoom=zoom,
            center_x=(x + (viewport.center_x - x) * ratio) / columns,
            center_y=(y + (viewport.center_y - y) * ratio) / rows,
        )

    def moved(self, picture: Picture, viewport: Viewport, dx: float, dy: float) -> Camera:
        """Dragged by screen pixels; the picture never leaves the pane altogether."""
        viewport = self._exact(picture, viewport)
        rows, columns = shape_of(picture)
        dx, dy = self.turn.undo(dx, dy)
        x = (viewport.center_x - dx / viewport.zoom) / columns
        y = (viewport.center_y - dy / (viewport.zoom * viewport.aspect)) / rows
        x, y = min(1.0, max(0.0, x)), min(1.0, max(0.0, y))
        return replace(self, zoom=viewport.zoom, center_x=x, center_y=y)


def _at_edge(side: int, length: float, seen: float) -> float:
    """The middle of what is seen of a length, so that one end lies at the edge of the pane."""
    if side == 0:
        return length / 2
    return length - seen / 2 if side > 0 else seen / 2
