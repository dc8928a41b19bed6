"""How large an encoded picture is, before anything decodes it.

A decoder takes memory for what a picture's header says: one of 8000 × 8000 takes 900 MB.
"""

from app.media.errors import MalformedPictureError

MOST_WIDTH, MOST_HEIGHT = 4096, 2304

VP8_START = bytes.fromhex("9d012a")
"""Of a key picture, after its three first bytes (RFC 6386 section 9.1)."""
_START_CODE = bytes.fromhex("000001")
_SPS = 7
_CHROMA_PROFILES = frozenset((44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244))
_SIDE = 0x3FFF
"""Bits of a side in VP8's header; those above say how to enlarge it."""


def too_large(data: bytes) -> bool:
    """Whether a picture of VP8 or H.264 (Annex B) is larger than any camera or screen here.

    One that says no size goes with the key picture before it. A broken header counts as too large.
    """
    try:
        size = size_of(data)
    except MalformedPictureError:
        return True
    if size is None:
        return False
    return max(size) > MOST_WIDTH or min(size) > MOST_HEIGHT


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, None where the picture does not say.

    Raises:
        MalformedPictureError: it says so in a way that cannot be read.
    """
    if data[:3] == _START_CODE or data[:4] == b"\0" + _START_CODE:
        sets = [unit for unit in data.split(_START_CODE)[1:] if unit and unit[0] & 0x1F == _SPS]
        sizes = [_size_of_set(unit) for unit in sets]
        return max(sizes, default=None)
    if data and not data[0] & 1 and data[3:6] == VP8_START:
        if len(data) < 10:
            raise MalformedPictureError("a key picture of VP8 ends in its header")
        return vp8_size(data)
    return None


def vp8_size(key_picture: bytes) -> tuple[int, int]:
    """Width and height in pixels, of a key picture of at least 10 bytes (RFC 6386 section 9.1)."""
    width, height = (int.from_bytes(key_picture[at : at + 2], "little") for at in (6, 8))
    return width & _SIDE, height & _SIDE


class _Bits:
    """Bits of a NAL unit, without the bytes that only keep it apart (H.264 section 7.4.1)."""

    def __init__(self, unit: bytes) -> None:
        self._data = unit.replace(b"\0\0\3", b"\0\0")
        self._at = 0

    def take(self, count: int) -> int:
        ends = self._at + count
        if ends > len(self._data) * 8:
            raise MalformedPictureError("a sequence parameter set ends too early")
        behind = len(self._data) * 8 - ends
        value = int.from_bytes(self._data, "big") >> behind & (1 << count) - 1
        self._at = ends
        return value

    def golomb(self) -> int:
        """An unsigned number (section 9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 31:
                raise MalformedPictureError("a number of a sequence parameter set is too long")
        return (1 << zeros) - 1 + self.take(zeros)


def _size_of_set(unit: bytes) -> tuple[int, int]:
    """Of a sequence parameter set (section 7.3.2.1.1), cropping left aside."""
    bits = _Bits(unit[:128])
    bits.take(8)
    profile = bits.take(8)
    bits.take(16)
    bits.golomb()
    if profile in _CHROMA_PROFILES:
        _pass_chroma(bits)
    bits.golomb()
    order = bits.golomb()
    if order == 0:
        bits.golomb()
    elif order == 1:
        bits.take(1)
        for _ in range(2):
            bits.golomb()
        for _ in range(min(255, bits.golomb())):
            bits.golomb()
    bits.golomb()
    bits.take(1)
    width, height = bits.golomb() + 1, bits.golomb() + 1
    return 16 * width, 16 * height * (2 - bits.take(1))


def _pass_chroma(bits: _Bits) -> None:
    if bits.golomb() == 3:
        bits.take(1)
    bits.golomb()
    bits.golomb()
    bits.take(1)
    if bits.take(1):
        raise MalformedPictureError("scaling matrices are used by no program of a call")
