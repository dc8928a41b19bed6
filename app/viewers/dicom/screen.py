"""How large a picture is on this screen, in millimetres of glass."""

from __future__ import annotations

from PySide6.QtGui import QScreen

from app.imaging.geometry import Calibration, Spacing

_PLAUSIBLE_MM = (0.05, 1.0)


def mm_per_pixel(screen: QScreen | None) -> float | None:
    """Millimetres from one device pixel to the next, None where the screen does not tell."""
    if screen is None:
        return None
    size, pixels = screen.physicalSize(), screen.geometry().width() * screen.devicePixelRatio()
    if size.width() <= 0 or pixels <= 0:
        return None
    found = size.width() / pixels
    return found if _PLAUSIBLE_MM[0] < found < _PLAUSIBLE_MM[1] else None


def true_zoom(spacing: Spacing, pixel_mm: float | None) -> float | None:
    """The zoom at which a millimetre of the picture is one on the glass; None where unknown."""
    if pixel_mm is None or spacing.calibration is Calibration.NONE:
        return None
    return spacing.column / pixel_mm
