"""Where the frames of encapsulated pixel data are (PS3.5 A.4).

Walks the items without trusting their lengths: a fragment that runs past the end of the
bytes is cut there and the frame is called partial, instead of failing the object.
"""

from __future__ import annotations

from dataclasses import dataclass

_ITEM = b"\xfe\xff\x00\xe0"
_DELIMITER = b"\xfe\xff\xdd\xe0"
_CODESTREAM_STARTS = (b"\xff\xd8", b"\xff\x4f")


@dataclass(frozen=True, slots=True)
class Fragment:
    """`offset` and `length` in the object's bytes; `item_offset` counts from the first
    byte after the Basic Offset Table; `cut` when the bytes end inside it."""

    item_offset: int
    offset: int
    length: int
    cut: bool


@dataclass(frozen=True, slots=True)
class FrameTable:
    """The fragments of each frame, in order; `complete` when the sequence was delimited."""

    frames: tuple[tuple[Fragment, ...], ...]
    complete: bool

    def frame(self, data: bytes, index: int) -> bytes:
        """The joined encoded bytes of one frame; empty when the frame is missing."""
        if index >= len(self.frames):
            return b""
        return b"".join(
            data[part.offset : part.offset + part.length] for part in self.frames[index]
        )

    def is_cut(self, index: int) -> bool:
        """Whether the frame ends before its bytes say it should."""
        return index >= len(self.frames) or any(part.cut for part in self.frames[index])


def _walk(data: bytes, start: int, end: int) -> tuple[bytes, list[Fragment], bool]:
    """The Basic Offset Table's value, the fragments, and whether the delimiter was found."""
    fragments: list[Fragment] = []
    offset_table, position, origin = b"", start, -1
    while position + 8 <= end:
        tag = data[position : position + 4]
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        if tag == _DELIMITER:
            return offset_table, fragments, True
        if tag != _ITEM:
            return offset_table, fragments, False
        value = position + 8
        held = min(length, end - value)
        if origin < 0:
            offset_table, origin = data[value : value + held], value + held
        else:
            fragments.append(Fragment(position - origin, value, held, held < length))
        position = value + length
    return offset_table, fragments, False


def _by_offsets(fragments: list[Fragment], offsets: list[int]) -> list[list[Fragment]] | None:
    positions = {fragment.item_offset: index for index, fragment in enumerate(fragments)}
    starts = [positions.get(offset) for offset in offsets]
    known = [start for start in starts if start is not None]
    if len(known) != len(starts) or known != sorted(set(known)):
        return None
    ends = [*known[1:], len(fragments)]
    return [fragments[first:last] for first, last in zip(known, ends, strict=True)]


def _by_codestream(data: bytes, fragments: list[Fragment]) -> list[list[Fragment]]:
    frames: list[list[Fragment]] = []
    for fragment in fragments:
        starts = data[fragment.offset : fragment.offset + 2] in _CODESTREAM_STARTS
        if starts or not frames:
            frames.append([fragment])
        else:
            frames[-1].append(fragment)
    return frames


def frame_table(
    data: bytes, start: int, end: int, *, number_of_frames: int, extended: bytes = b""
) -> FrameTable:
    """Assign the fragments in `data[start:end]` to frames.

    `extended` is the value of the Extended Offset Table (7FE0,0001). Offset tables are
    believed only when every offset meets a fragment.
    """
    table, fragments, complete = _walk(data, start, end)
    frames: list[list[Fragment]] | None = None
    for value, width in ((extended, 8), (table, 4)):
        if frames is None and value:
            steps = range(0, len(value) - width + 1, width)
            offsets = [int.from_bytes(value[i : i + width], "little") for i in steps]
            frames = _by_offsets(fragments, offsets)
    if frames is None and number_of_frames == 1:
        frames = [fragments] if fragments else []
    if frames is None and len(fragments) == number_of_frames:
        frames = [[fragment] for fragment in fragments]
    if frames is None:
        frames = _by_codestream(data, fragments)
    return FrameTable(tuple(tuple(frame) for frame in frames), complete)
