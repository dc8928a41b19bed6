"""Segmentations as values, and which of their frames lie on a picture (PS3.3 A.51, C.8.20).

`segmentation_reader` reads them from an object. Frames are decoded when they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.imaging.coded import Code
from app.imaging.dataset import DicomObject
from app.imaging.decode import decode_frame
from app.imaging.lab import Colour
from app.imaging.planes import Plane, angle
from app.imaging.series import SliceRef

PARALLEL_DEGREES = 0.5
"""A frame that is turned more than that against a picture is not drawn on it."""
UNKNOWN_GAP_MM = 0.1
HALF = 128

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f of x' = a·x + c·y + e and y' = b·x + d·y + f."""


class SegmentationType(StrEnum):
    """SegmentationType (0062,0001)."""

    BINARY = "BINARY"
    FRACTIONAL = "FRACTIONAL"
    LABELMAP = "LABELMAP"


@dataclass(frozen=True, slots=True)
class Segment:
    """One thing that is marked; `colour` None where the object recommends none."""

    number: int
    label: str
    category: Code | None = None
    kind: Code | None = None
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class SegmentFrame:
    """One frame, counted from 0; `segment` is None where its pixels name segments (LABELMAP).

    `sources` are the pictures it was derived from, with frame -1 for all frames of one.
    """

    frame: int
    segment: int | None
    plane: Plane | None
    sources: frozenset[SliceRef] = frozenset()

    def names(self, ref: SliceRef) -> bool:
        """Whether the frame was derived from a picture."""
        return ref in self.sources or SliceRef(ref.sop_instance_uid, -1) in self.sources


@dataclass(frozen=True, slots=True, eq=False)
class SegmentShape:
    """A segment on one frame, cut to where it is.

    `levels` (rows, columns) uint8 says how much of a pixel belongs to it, 255 for all; its upper
    left corner is at column `left` and row `top` of the frame. `edges` (lines, 4) are x, y, x, y
    of the lines around the pixels that belong to it at least by half, in coordinates of the frame
    counted like picture coordinates.
    """

    number: int
    frame: SegmentFrame
    left: int
    top: int
    levels: NDArray[np.uint8]
    edges: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return int(self.levels.nbytes + self.edges.nbytes)


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """One object; `top` is the value of a pixel that belongs wholly to a fractional segment, `gap`
    the millimetres between its frames, None where that is unknown."""

    obj: DicomObject
    kind: SegmentationType
    sop_instance_uid: str
    label: str
    description: str
    creator: str
    created: str
    segments: tuple[Segment, ...]
    frames: tuple[SegmentFrame, ...]
    rows: int
    columns: int
    top: int
    gap: float | None
    frame_of_reference_uid: str
    named: frozenset[str]
    """SOP Instance UIDs of all pictures that frames were derived from."""
    _finder: _FrameFinder = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_finder", _FrameFinder(self.frames))

    def frames_on(
        self, ref: SliceRef, plane: Plane | None, gap: float | None = None
    ) -> tuple[SegmentFrame, ...]:
        """The frames that lie on a picture; `gap` is millimetres between the series' pictures.

        A picture that frames name as their source gets only those that name it, others the frames
        in their Frame of Reference. In both cases a frame with a place must lie on the picture:
        parallel, and no further away than half the distance between frames. Of several frames of
        a segment only the nearest is meant.
        """
        if self.names(ref):
            found = [frame for frame in self.frames if frame.names(ref)]
            if plane is None or any(frame.plane is None for frame in found):
                same = plane is None or (plane.rows, plane.columns) == (self.rows, self.columns)
                return tuple(found) if same else ()
        elif plane is None or plane.frame_of_reference_uid != self.frame_of_reference_uid:
            return ()
        else:
            found = self._finder.near(plane, self._reach(gap))
        if not plane.frame_of_reference_uid:
            return ()
        return _nearest(found, plane, self._reach(gap))

    def names(self, ref: SliceRef) -> bool:
        """Whether frames were derived from the picture; it gets what names it and nothing else."""
        return ref.sop_instance_uid in self.named

    def _reach(self, gap: float | None) -> float:
        return (self.gap or gap or UNKNOWN_GAP_MM) / 2

    def shapes(self, frame: SegmentFrame) -> tuple[SegmentShape, ...]:
        """What a frame shows, decoded now; empty segments are left out.

        Raises:
            PixelError: the frame cannot be decoded.
        """
        samples = decode_frame(self.obj, frame.frame).samples
        if frame.segment is not None:
            levels = _levels(samples, self.kind, self.top)
            shape = shape_of_segment(frame.segment, frame, levels)
            return () if shape is None else (shape,)
        present = np.unique(samples)
        found = (
            shape_of_segment(
                one.number, frame, np.where(samples == one.number, 255, 0).astype(np.uint8)
            )
            for one in self.segments
            if one.number in present
        )
        return tuple(shape for shape in found if shape is not None)


class _FrameFinder:
    """Frames by place, for many pictures."""

    def __init__(self, frames: tuple[SegmentFrame, ...]) -> None:
        self._frames = [frame for frame in frames if frame.plane is not None]
        planes = [frame.plane for frame in self._frames if frame.plane is not None]
        self._middles = np.array([plane.middle for plane in planes]).reshape(-1, 3)

    def near(self, plane: Plane, reach: float) -> list[SegmentFrame]:
        """Frames whose middle is no further than `reach` from a plane, in millimetres."""
        away = (self._middles - np.array(plane.position)) @ np.array(plane.normal)
        return [self._frames[n] for n in np.flatnonzero(np.abs(away) <= reach + 1e-3)]


def _nearest(frames: list[SegmentFrame], plane: Plane, reach: float) -> tuple[SegmentFrame, ...]:
    best: dict[int | None, tuple[float, list[SegmentFrame]]] = {}
    for frame in frames:
        own = frame.plane
        if own is None or angle(own.normal, plane.normal) > PARALLEL_DEGREES:
            continue
        corners = ((0, 0), (own.columns, 0), (0, own.rows), (own.columns, own.rows))
        away = round(max(abs(plane.distance(own.point(x, y))) for x, y in corners), 3)
        if away > reach + 1e-3:
            continue
        known = best.get(frame.segment)
        if known is None or away < known[0]:
            best[frame.segment] = (away, [frame])
        elif away == known[0]:
            known[1].append(frame)
    return tuple(frame for _, found in best.values() for frame in found)


def onto(own: Plane | None, picture: Plane | None) -> Matrix:
    """From pixels of a parallel plane to those of a picture; the same pixels without planes."""
    if own is None or picture is None:
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    zero, right, down = (picture.picture(own.point(x, y)) for x, y in ((0, 0), (1, 0), (0, 1)))
    return (
        right[0] - zero[0],
        right[1] - zero[1],
        down[0] - zero[0],
        down[1] - zero[1],
        zero[0],
        zero[1],
    )


def _levels(samples: NDArray[Any], kind: SegmentationType, top: int) -> NDArray[np.uint8]:
    if kind is SegmentationType.FRACTIONAL:
        share = np.clip(samples.astype(np.float64) / top, 0.0, 1.0)
        return np.floor(share * 255 + 0.5).astype(np.uint8)
    return np.where(samples != 0, 255, 0).astype(np.uint8)


def shape_of_segment(
    number: int, frame: SegmentFrame, levels: NDArray[np.uint8]
) -> SegmentShape | None:
    """The shape of a segment whose levels fill a whole frame; None where there is nothing."""
    rows, columns = np.flatnonzero(levels.any(axis=1)), np.flatnonzero(levels.any(axis=0))
    if not rows.size:
        return None
    top, left = int(rows[0]), int(columns[0])
    part = np.ascontiguousarray(levels[top : rows[-1] + 1, left : columns[-1] + 1])
    edges = outline(part >= HALF) + np.array([left, top, left, top], np.float32)
    return SegmentShape(number, frame, left, top, part, edges)


def outline(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(lines, 4) x, y, x, y along the edges of the pixels of a (rows, columns) mask."""
    padded = np.pad(mask, 1)
    across = _runs(padded[1:, 1:-1] != padded[:-1, 1:-1])
    down = _runs((padded[1:-1, 1:] != padded[1:-1, :-1]).T)
    return np.concatenate([across[:, [1, 0, 2, 0]], down[:, [0, 1, 0, 2]]]).astype(np.float32)


def _runs(marked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(runs, 3) row, first and one after the last of what is marked side by side."""
    steps = np.diff(np.pad(marked, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    begins, ends = np.argwhere(steps == 1), np.argwhere(steps == -1)
    return np.column_stack([begins, ends[:, 1]])
