"""How large a millimetre is on the screen."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

_PLAUSIBLE = (2.0, 16.0)
_INCH_MM = 25.4


@dataclass(frozen=True, slots=True)
class Ruler:
    """Device-independent pixels of a millimetre; `known` false means that the screen does not
    say its size, or says nonsense, and the system's nominal resolution is taken."""

    per_mm: float
    known: bool


def ruler_of(widget: QWidget) -> Ruler:
    """The screen a widget is on."""
    screen = widget.screen()
    width_mm = screen.physicalSize().width()
    if width_mm > 0:
        per_mm = screen.geometry().width() / width_mm
        if _PLAUSIBLE[0] <= per_mm <= _PLAUSIBLE[1]:
            return Ruler(per_mm, True)
    return Ruler(screen.logicalDotsPerInch() / _INCH_MM, False)
