"""What lies over a picture, part by part, as masks of pixels: for overlap, cuts and contrast."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.viewers.dicom.captions import Corners, ruler
from app.viewers.dicom.overlay import OverlayPainter
from app.viewers.dicom.pane import ImagePane

Mask = NDArray[np.bool_]
Draw = Callable[[OverlayPainter], None]


def rgb(image: QImage) -> NDArray[np.float64]:
    """(height, width, 3), 0 to 1."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), -1)
    whole = lines[:, : plain.width() * 3].reshape(plain.height(), plain.width(), 3)
    return whole.astype(np.float64) / 255


def luminance(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """WCAG 2 relative luminance of colours (…, 3)."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    found: NDArray[np.float64] = linear @ np.array([0.2126, 0.7152, 0.0722])
    return found


def contrast(a: float, b: float) -> float:
    """WCAG 2 contrast of two luminances."""
    high, low = max(a, b), min(a, b)
    return (high + 0.05) / (low + 0.05)


def drawn(pane: ImagePane, draw: Draw) -> Mask:
    """Which pixels a part touches, in a pane of this size."""
    image = QImage(pane.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    over = OverlayPainter(painter, QRectF(pane.rect()), pane.font())
    draw(over)
    painter.end()
    return _alpha(image)


def _alpha(image: QImage) -> Mask:
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    mask: Mask = lines[:, 3 : image.width() * 4 : 4] > 40
    return mask.copy()


def parts(pane: ImagePane) -> dict[str, Mask]:
    """Every part that says something, by name."""
    corners = pane.corners
    empty = Corners(lean=corners.lean)
    found: dict[str, Mask] = {}
    blocks = {
        "top": replace(empty, top_left=corners.top_left, top_right=corners.top_right),
        "bottom": replace(
            empty, bottom_left=corners.bottom_left, bottom_right=corners.bottom_right
        ),
    }
    if not corners.lean:
        blocks = {
            "who": replace(empty, top_left=corners.top_left),
            "where": replace(empty, top_right=corners.top_right),
            "what": replace(empty, bottom_left=corners.bottom_left),
            "how": replace(empty, bottom_right=corners.bottom_right),
        }
    for name, block in blocks.items():
        found[name] = drawn(pane, lambda over, b=block: over.corners(b))  # type: ignore[misc]
    if corners.badge:
        upper = replace(corners, top_left=(), bottom_left=(), bottom_right=())
        whole = drawn(pane, lambda over: over.corners(upper))
        without = drawn(pane, lambda over: over.corners(replace(upper, badge="")))
        found["warning"] = whole & ~without
    letters, viewport = pane.letters, pane.own_viewport()
    if letters is not None:
        found["letters"] = drawn(pane, lambda over: over.letters(letters))
    if pane.picture is not None and viewport is not None:
        scale = ruler(pane.picture.scales.main, viewport.zoom, pane.height() * 0.22)

        def measure(over: OverlayPainter) -> None:
            if scale is not None and not over.is_small:
                over.ruler(scale, corners)

        found["ruler"] = drawn(pane, measure)
    return found


def overlaps(found: dict[str, Mask]) -> list[str]:
    """Pairs of parts that share pixels."""
    names = list(found)
    return [
        f"{a} and {b}"
        for n, a in enumerate(names)
        for b in names[n + 1 :]
        if (found[a] & found[b]).any()
    ]


def cut(found: dict[str, Mask]) -> list[str]:
    """Parts that touch the edge of the pane."""
    edges = {
        name: mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any()
        for name, mask in found.items()
    }
    return [name for name, touched in edges.items() if touched]
