"""Colours and grey levels as presentation states write them (PS3.3 C.10.7.1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]
"""Red, green, blue, each 0…255 (sRGB)."""


def level_of(p_value: int) -> int:
    """A 16-bit P-value as a display level 0…255."""
    return int(min(max(p_value, 0), 0xFFFF) / 0xFFFF * 255 + 0.5)


def lab_colour(encoded: Sequence[float]) -> Colour | None:
    """Three 16-bit CIELab numbers as sRGB; None where there are not three."""
    if len(encoded) != 3 or not all(0 <= part <= 0xFFFF for part in encoded):
        return None
    # Under the same white as the objects we write, so that a colour comes back as it went.
    from highdicom.color import CIELabColor

    red, green, blue = CIELabColor.from_dicom_value([int(part) for part in encoded]).to_rgb()
    return int(red), int(green), int(blue)
