"""Painting ellipses of tissue on one slice, in millimetres and Hounsfield units."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.float32]


def smooth(value: float, start: float, end: float) -> float:
    """0 before `start`, 1 after `end`, smooth between."""
    x = min(1.0, max(0.0, (value - start) / (end - start)))
    return x * x * (3 - 2 * x)


def scatter(k: int) -> float:
    """A fixed number 0…1 for each k, without visible order."""
    return (math.sin(12.9898 * k + 4.1) * 43758.5453) % 1.0


def bump(value: float, center: float, half: float) -> float:
    """The profile of an ellipsoid: 1 at the centre, 0 beyond `half`."""
    d = (value - center) / half
    return math.sqrt(max(0.0, 1 - d * d))


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """How much of each pixel a shape covers, 0…1, inside the box that holds the shape."""

    rows: slice
    columns: slice
    share: Plane

    def of(self, plane: Plane) -> Plane:
        """The part of a whole plane that lies in this box."""
        return plane[self.rows, self.columns]

    def __mul__(self, factor: float | Plane) -> Cover:
        """Weakened by a number or by a whole plane."""
        by = self.of(factor) if isinstance(factor, np.ndarray) else np.float32(factor)
        return Cover(self.rows, self.columns, self.share * by)


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """One slice being painted; `axis` are pixel centres in mm, `down` each pixel's y, `blur` the
    softness of an edge in mm."""

    axis: Plane
    hu: Plane
    down: Plane
    noise: tuple[Plane, ...]
    blur: float

    def _range(self, center: float, half: float) -> slice:
        first, last = np.searchsorted(self.axis, (center - half, center + half))
        return slice(int(first), int(last))

    def ellipse(
        self, cx: float, cy: float, rx: float, ry: float, turn: float = 0.0, box: float = 0.0
    ) -> Cover:
        """An ellipse turned by `turn` radians; `box` 0…0.5 makes it boxier."""
        if rx <= 0.2 or ry <= 0.2:
            return Cover(slice(0, 0), slice(0, 0), np.zeros((0, 0), np.float32))
        c, s = math.cos(turn), math.sin(turn)
        rows = self._range(cy, abs(rx * s) + abs(ry * c) + self.blur)
        columns = self._range(cx, abs(rx * c) + abs(ry * s) + self.blur)
        dx = (self.axis[columns] - np.float32(cx))[None, :]
        dy = (self.axis[rows] - np.float32(cy))[:, None]
        u = (dx * np.float32(c / rx) + dy * np.float32(s / rx)) ** 2
        v = (dy * np.float32(c / ry) - dx * np.float32(s / ry)) ** 2
        radius = u + v if not box else np.maximum(u + v - np.float32(box) * u * v, np.maximum(u, v))
        np.sqrt(radius, out=radius)
        radius *= np.float32(-min(rx, ry) / self.blur)
        radius += np.float32(min(rx, ry) / self.blur + 0.5)
        return Cover(rows, columns, np.clip(radius, 0, 1, out=radius))

    def plane(self, cover: Cover) -> Plane:
        """A cover as a whole plane, 0 outside its box."""
        whole = np.zeros_like(self.hu)
        whole[cover.rows, cover.columns] = cover.share
        return whole

    def outside(self, cover: Cover) -> Plane:
        """What a cover leaves, as a whole plane."""
        whole = np.ones_like(self.hu)
        whole[cover.rows, cover.columns] -= cover.share
        return whole

    def paint(
        self,
        cover: Cover,
        hu: float | Plane,
        *,
        coarse: float = 0,
        middle: float = 0,
        fine: float = 0,
    ) -> None:
        """Blend a tissue in, its texture made of the three noise fields in HU."""
        target = cover.of(self.hu)
        tissue: Plane | np.float32 = cover.of(hu) if isinstance(hu, np.ndarray) else np.float32(hu)
        for amount, field in zip((coarse, middle, fine), self.noise, strict=True):
            if amount:
                tissue = tissue + np.float32(amount) * cover.of(field)
        target += cover.share * (tissue - target)


def make_noise(size: int, seed: int) -> tuple[Plane, ...]:
    """Three fields of unit variance from coarse to fine, (size, size) each."""
    import cv2

    generator = np.random.default_rng(seed)
    fields: list[Plane] = []
    for cells in (7, 24, 90):
        coarse = generator.standard_normal((cells, cells)).astype(np.float32)
        field = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
        fields.append((field / field.std()).astype(np.float32))
    return tuple(fields)
