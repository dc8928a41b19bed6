"""A picture that is shown before all of it has come.

HTJ2K can order its packets by resolution (ISO/IEC 15444-1 B.12, 15444-15): a beginning of the
codestream is the whole picture, coarsely.
"""

from __future__ import annotations

from app.imaging.codecs import HTJ2K
from app.imaging.dataset import open_object
from app.imaging.description import describe
from app.imaging.errors import ImagingError

LEAST_PIXELS = 1 << 20
"""A smaller picture is there at once."""
FIRST_BYTES = 64 << 10
GROWTH = 3
"""Each look takes so many times the bytes of the one before."""
_META_BYTES = 4096
"""The file's meta elements say the transfer syntax within so many (PS3.10 7.1)."""
_COD = b"\xff\x52"
_BY_LAYER, _BY_RESOLUTION = 0, (1, 2)  # LRCP; RLCP and RPCL (table A.16)


class Growth:
    """Says of the bytes of one object, while they come, when they are worth a look."""

    def __init__(self) -> None:
        self._next = FIRST_BYTES
        self._fits: bool | None = None

    @property
    def hopeless(self) -> bool:
        """Whether this object shows nothing before it is whole."""
        return self._fits is False

    def reached(self, nbytes: int) -> bool:
        """Whether so many bytes are worth asking about; costs nothing."""
        return not self.hopeless and nbytes >= self._next

    def due(self, begun: bytes | bytearray) -> bool:
        """Whether the picture can be shown from what has come, sharper than when it last could."""
        if not self.reached(len(begun)):
            return False
        self._next = len(begun) * GROWTH
        if self._fits is None:
            self._fits = _fits(bytes(begun))
        return bool(self._fits)


def _fits(begun: bytes) -> bool | None:
    """None where the pixels have not begun yet."""
    if not any(uid.encode() in begun[:_META_BYTES] for uid in HTJ2K):
        return False  # without a parser, whose first use takes as long as a picture on a good line
    try:
        obj = open_object(begun)
        if obj.transfer_syntax_uid not in HTJ2K:
            return False
        if obj.pixels is None:
            return None
        found = describe(obj)
    except ImagingError:
        return False
    if found.frames != 1 or found.rows * found.columns < LEAST_PIXELS:
        return False
    start = begun.find(_COD, obj.pixels.offset, obj.pixels.offset + 4096)
    style = begun[start + 4 : start + 8]  # Scod, progression order, number of layers
    if start < 0 or len(style) < 4:
        return False
    layers = int.from_bytes(style[2:4], "big")
    return style[1] in _BY_RESOLUTION or (style[1] == _BY_LAYER and layers == 1)
