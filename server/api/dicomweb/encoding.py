"""Objects and frames in a lossless transfer syntax they are not stored in, for who asks for it.

Every frame is decoded again before it leaves: what would not come back bit by bit is refused.
"""

import struct
from collections.abc import Callable, Iterator
from typing import Any, cast

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.encaps import encapsulate
from pydicom.uid import UID, RLELossless
from rle.utils import encode_pixel_data

from protocol.content import LOSSLESS
from protocol.errors import ErrorCode
from server.api.dicomweb.colours import uncompressed
from server.api.dicomweb.pixelfile import DEFLATED, RLE, PixelFile, decode
from server.api.dicomweb.samples import Depth, Odd, decoded_words, depth_of, native_words
from server.api.dicomweb.transcoding import Anew
from server.domain.errors import Invalid
from server.domain.ports import ObjectReader

JPEG_LS = "1.2.840.10008.1.2.4.80"
JPEG_2000 = "1.2.840.10008.1.2.4.90"
HTJ2K = "1.2.840.10008.1.2.4.201"
_PIXELS = 0x7FE00010
_ITEM = struct.Struct("<HHI")
Frame = NDArray[Any]


def _jpeg_ls(frame: Frame, depth: Depth) -> bytes:
    """The codec writes the precision of whole words only, and knows no sign (PS3.5 8.2.3)."""
    if depth.spare:
        raise _refused(
            f"its samples have {depth.stored} bits, and JPEG-LS is written here for 8 or 16; ask "
            f"for {HTJ2K} or {JPEG_2000}"
        )
    return bytes(imagecodecs.jpegls_encode(frame))


def _jpeg_2000(frame: Frame, depth: Depth) -> bytes:
    kind = np.dtype(f"<{'i' if depth.signed else 'u'}{depth.allocated // 8}")
    return bytes(
        imagecodecs.jpeg2k_encode(
            frame.view(kind),
            level=0,
            codecformat="j2k",
            reversible=True,
            mct=False,
            bitspersample=depth.stored,
            numthreads=1,
        )
    )


def _htj2k(frame: Frame, depth: Depth) -> bytes:
    """With the precision of BitsStored (PS3.5 8.2.4), though the encoder knows whole words only: a
    decoder moves unsigned samples up by half of what the precision spans (ISO/IEC 15444-1 G.1)."""
    if depth.signed:
        frame = frame.view(f"<i{depth.allocated // 8}")
    elif depth.spare:
        half = 1 << (depth.allocated - 1)
        frame = frame + frame.dtype.type(half - (half >> depth.spare))
    made = bytearray(imagecodecs.htj2k_encode(frame, reversible=True, rgb=False))
    size = made.index(b"\xff\x51")
    for component in range(1 if frame.ndim == 2 else frame.shape[2]):
        made[size + 40 + 3 * component] -= depth.spare
    return bytes(made)


def _rle(frame: Frame, depth: Depth) -> bytes:
    samples = 1 if frame.ndim == 2 else frame.shape[2]
    if samples * depth.allocated // 8 > 15:
        raise _refused("its pixels have more bytes than run lengths can have segments")
    return encode_pixel_data(
        frame.tobytes(),
        byteorder="<",
        rows=frame.shape[0],
        columns=frame.shape[1],
        samples_per_pixel=samples,
        bits_allocated=depth.allocated,
        bits_stored=depth.stored,
        pixel_representation=int(depth.signed),
        number_of_frames=1,
        photometric_interpretation="MONOCHROME2" if samples == 1 else "RGB",
        transfer_syntax_uid=RLELossless,
    )


_ENCODERS: dict[str, Callable[[Frame, Depth], bytes]] = {
    JPEG_LS: _jpeg_ls,
    JPEG_2000: _jpeg_2000,
    HTJ2K: _htj2k,
    RLE: _rle,
}
OFFERED = tuple(_ENCODERS)


def may_be_encoded(stored_syntax: str) -> bool:
    """Whether what is stored has one meaning, whatever decoder is asked: nothing lossy."""
    plain = not UID(stored_syntax).is_encapsulated
    return plain or stored_syntax in LOSSLESS or stored_syntax == RLE


def encoded_frame(file: PixelFile, index: int, syntax: str) -> bytes:
    """One frame; raises `Invalid` (not_acceptable) where its pixels do not allow it."""
    file.check(index)
    depth = depth_of(file)
    if file.encapsulated:
        samples, _ = file.decoded(index)
        return _encoded(samples, depth, syntax)
    return _encoded(_native(file, index), depth, syntax)


def encoded(source: ObjectReader, syntax: str) -> tuple[None, Iterator[bytes]]:
    """A whole object, one frame in memory; how long it will be nobody knows before.

    Raises `Invalid` (not_acceptable) when it or its first frame does not allow it; later ones end
    the pieces with `EOFError`.
    """
    anew = Anew(source)
    file, found, tail = anew.file, anew.data_set, anew.tail
    if file.layout.pixels_at is None or file.syntax == DEFLATED:
        raise _refused("it has no pixels that could be compressed here")
    depth = depth_of(file)
    if file.layout.samples > 1:
        found.PlanarConfiguration = 0
        if file.encapsulated:
            found.PhotometricInterpretation = uncompressed(file.layout.photometric)
    head = anew.head(UID(syntax)) + struct.pack(
        "<HH2sHI", _PIXELS >> 16, _PIXELS & 0xFFFF, b"OB", 0, 0xFFFFFFFF
    )
    frames = _frames(file)
    first = _encoded(next(frames), depth, syntax)

    def pieces() -> Iterator[bytes]:
        yield head + _ITEM.pack(0xFFFE, 0xE000, 0) + _item(first)
        try:
            for frame in frames:
                yield _item(_encoded(frame, depth, syntax))
        except Invalid as error:
            raise EOFError("a frame in the middle of an object cannot be encoded") from error
        yield _ITEM.pack(0xFFFE, 0xE0DD, 0) + tail

    return None, pieces()


def _frames(file: PixelFile) -> Iterator[Frame]:
    if file.encapsulated:
        yield from decoded_words(file)
        return
    for index in range(file.frames):
        yield _native(file, index)


def _native(file: PixelFile, index: int) -> Frame:
    try:
        return native_words(file, index)
    except Odd as error:
        raise _refused("its samples are no whole bytes of each pixel") from error


def _item(frame: bytes) -> bytes:
    """The frame as the only fragment of itself (PS3.5 A.4)."""
    whole: bytes = encapsulate([frame], has_bot=False)
    return whole[8:]  # without the empty Basic Offset Table


def _encoded(samples: Frame, depth: Depth, syntax: str) -> bytes:
    if depth.allocated not in (8, 16) or samples.dtype.itemsize * 8 > depth.allocated:
        raise _refused("its samples have neither 8 nor 16 bits")
    words = np.ascontiguousarray(samples).astype(f"<u{depth.allocated // 8}")
    if syntax != RLE and _beyond(words, depth):
        raise _refused("its unused bits hold something that a codec would lose")
    try:
        made = _ENCODERS[syntax](words, depth)
        back = None if syntax == RLE else decode(made, syntax, "")[0]
    except (ValueError, RuntimeError, TypeError) as error:
        raise _refused("the codec does not take its pixels") from error
    if back is not None and not _equal(back, words, depth):
        raise _refused("it would not come back bit by bit")
    return made


def _beyond(words: Frame, depth: Depth) -> bool:
    """Whether bits are used beyond those that are stored, apart from the sign in them."""
    if depth.high != depth.stored - 1:
        return True
    return not np.array_equal(_in_depth(words, depth), words)


def _in_depth(words: Frame, depth: Depth) -> Frame:
    """The stored bits of each, the sign extended."""
    shift = words.dtype.type(depth.spare)
    if not depth.signed:
        return cast(Frame, (words << shift) >> shift)
    signed = np.dtype(f"<i{depth.allocated // 8}")
    return cast(
        Frame, ((words << shift).view(signed) >> signed.type(depth.spare)).view(words.dtype)
    )


def _equal(back: Frame, words: Frame, depth: Depth) -> bool:
    if back.dtype.itemsize > words.dtype.itemsize:
        return False
    return np.array_equal(_in_depth(back.astype(words.dtype), depth), words)


def _refused(why: str) -> Invalid:
    return Invalid(
        ErrorCode.NOT_ACCEPTABLE,
        f"this cannot be given in that transfer syntax: {why}; or ask for it as it is stored "
        "(transfer-syntax=*)",
    )
