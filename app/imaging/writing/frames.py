"""The pixels of a file frame by frame, and frames as JPEG-LS inside a file (PS3.5 8.2, A.4)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.imaging.description import PixelDescription


def dtype_of(description: PixelDescription) -> np.dtype[Any]:
    """Of the words in the file: little endian, of `BitsAllocated` bits."""
    return np.dtype(f"<{'i' if description.signed else 'u'}{description.bits_allocated // 8}")


def native_frames(
    data: bytes, begin: int, description: PixelDescription
) -> list[NDArray[Any]] | None:
    """The words of each frame of a file without compression, whose pixels begin at `begin`: shape
    (rows, columns) or (rows, columns, samples). None where unused bits hold something."""
    shape: tuple[int, ...] = (description.rows, description.columns)
    if description.samples > 1:
        shape = (*shape, description.samples)
    count = int(np.prod(shape))
    dtype = dtype_of(description)
    if begin + description.frames * count * dtype.itemsize > len(data):
        return None
    words = np.frombuffer(data, dtype, description.frames * count, begin)
    low = -(1 << (description.bits_stored - 1)) if description.signed else 0
    if words.min() < low or words.max() >= low + (1 << description.bits_stored):
        return None
    return list(words.reshape(description.frames, *shape))


def jpeg_ls(frame: NDArray[Any], description: PixelDescription, *, most_error: int = 0) -> bytes:
    """A frame in which no value differs by more than `most_error`.

    JPEG-LS knows no sign: the bits that are stored are what it is given (PS3.5 8.2.3).
    """
    from jpeg_ls.CharLS import encode_pixel_data

    unsigned = frame.view(f"<u{frame.dtype.itemsize}")
    if description.signed and description.bits_stored < description.bits_allocated:
        unsigned = unsigned & np.array((1 << description.bits_stored) - 1, unsigned.dtype)
    return bytes(
        encode_pixel_data(
            unsigned.tobytes(),
            lossy_error=most_error,
            interleave_mode=2 if description.samples > 1 else 0,
            rows=description.rows,
            columns=description.columns,
            samples_per_pixel=description.samples,
            bits_allocated=description.bits_allocated,
            bits_stored=description.bits_stored,
            planar_configuration=0,
        )
    )


def encapsulated(frames: list[bytes]) -> bytes:
    """The value of PixelData with a Basic Offset Table (PS3.5 A.4), without its delimiter."""
    from pydicom.encaps import encapsulate

    return encapsulate(frames, has_bot=True)
