"""Compressed frames to sample arrays, by the fastest codec that opens them.

imagecodecs releases the GIL and alone opens 12-bit JPEG Extended; where it refuses a
frame, pydicom's pylibjpeg plug-in is asked before giving up.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.imaging.description import Photometric, PixelDescription
from app.imaging.errors import DecodeError, UnsupportedPixelsError
from protocol.codestream import run_lengths_fit, shape_of

if TYPE_CHECKING:
    Samples = NDArray[Any]

JPEG_LOSSY = frozenset({"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"})
JPEG_LOSSLESS = frozenset({"1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"})
JPEG_LS = frozenset({"1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"})
HTJ2K = frozenset(f"1.2.840.10008.1.2.4.{last}" for last in ("201", "202", "203"))
JPEG_2000 = HTJ2K | {f"1.2.840.10008.1.2.4.{last}" for last in ("90", "91", "92", "93")}
RLE = "1.2.840.10008.1.2.5"
_CAPABILITIES = b"\xff\x50"  # the CAP marker, which HTJ2K must have (ISO/IEC 15444-15 A.3)
LOSSY = frozenset(f"1.2.840.10008.1.2.4.{last}" for last in ("50", "51", "81", "91", "93", "203"))


def _jpeg_lossy(data: bytes, description: PixelDescription) -> tuple[Samples, Photometric]:
    import imagecodecs

    if description.samples == 1:
        return imagecodecs.jpeg8_decode(data), description.photometric
    # Equal colour spaces on both sides keep libjpeg from transforming: the conversion to
    # RGB is ours, so that it is the standard's.
    samples = imagecodecs.jpeg8_decode(data, colorspace="YCBCR", outcolorspace="YCBCR")
    return samples, _jpeg_colour(data, description.photometric)


def _jpeg_colour(data: bytes, said: Photometric) -> Photometric:
    """The colour space of a JPEG stream: its markers where they say, else what the file says.

    An Adobe marker's transform decides; a JFIF marker means YCbCr (ITU-T T.871).
    """
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker, length = (
            data[position + 1],
            int.from_bytes(data[position + 2 : position + 4], "big"),
        )
        if marker == 0xEE and data[position + 4 : position + 9] == b"Adobe" and length >= 14:
            transform = data[position + 15]
            if transform == 0:
                return Photometric.RGB
            if transform == 1:
                return Photometric.YBR_FULL
        if marker == 0xE0 and data[position + 4 : position + 8] == b"JFIF":
            return Photometric.YBR_FULL
        if marker == 0xDA:
            break
        position += 2 + length
    return said


def _jpeg_lossless(data: bytes, description: PixelDescription) -> tuple[Samples, Photometric]:
    import imagecodecs

    if description.samples == 1:
        try:  # more than twice as fast, but it does not read every precision
            return imagecodecs.jpeg8_decode(data), description.photometric
        except imagecodecs.Jpeg8Error:
            pass
    return np.ascontiguousarray(imagecodecs.jpegsof3_decode(data)), description.photometric


def _jpeg_ls(data: bytes, description: PixelDescription) -> tuple[Samples, Photometric]:
    import imagecodecs

    return imagecodecs.jpegls_decode(data), description.photometric


def _jpeg_2000(data: bytes, description: PixelDescription) -> tuple[Samples, Photometric]:
    import imagecodecs

    if description.cut and _CAPABILITIES in data[:4096]:
        samples = imagecodecs.htj2k_decode(data, planar=False, resilient=True)
    else:
        samples = imagecodecs.jpeg2k_decode(data, planar=False, numthreads=1)
    # The codestream's own component transform (RCT, ICT) is undone by the codec.
    transformed = description.photometric in (Photometric.YBR_RCT, Photometric.YBR_ICT)
    return samples, Photometric.RGB if transformed else description.photometric


def _rle(data: bytes, description: PixelDescription) -> tuple[Samples, Photometric]:
    import imagecodecs

    dtype = np.dtype(f"<u{max(1, description.bits_allocated // 8)}")
    _check_run_lengths(data)
    decoded = imagecodecs.dicomrle_decode(data, dtype)
    planes = np.frombuffer(decoded, dtype)
    shape = (description.samples, description.rows, description.columns)
    wanted = description.samples * description.rows * description.columns
    if planes.size < wanted:
        raise DecodeError("The run-length data end before the picture does.")
    planes = planes[:wanted].reshape(shape)
    samples = planes[0] if description.samples == 1 else np.moveaxis(planes, 0, -1)
    return np.ascontiguousarray(samples), description.photometric


def _check_run_lengths(data: bytes) -> None:
    """imagecodecs goes wherever the header points, out of its memory too (PS3.5 G.5).

    Raises:
        ValueError: a slower decoder is to be asked.
    """
    header = [int.from_bytes(data[at : at + 4], "little") for at in range(0, 64, 4)]
    count, starts = header[0], header[1 : 1 + header[0]]
    rising = all(here < after for here, after in pairwise((*starts, len(data))))
    if len(data) < 64 or not 1 <= count <= 15 or starts[0] < 64 or not rising:
        raise ValueError("the header of the run lengths points nowhere")


def _codec(syntax: str) -> Callable[[bytes, PixelDescription], tuple[Samples, Photometric]]:
    if syntax in JPEG_LOSSY:
        return _jpeg_lossy
    if syntax in JPEG_LOSSLESS:
        return _jpeg_lossless
    if syntax in JPEG_LS:
        return _jpeg_ls
    if syntax in JPEG_2000:
        return _jpeg_2000
    if syntax == RLE:
        return _rle
    raise UnsupportedPixelsError("Pictures in this transfer syntax cannot be shown.")


def is_encapsulated(syntax: str) -> bool:
    """Whether frames of this transfer syntax are compressed fragments (PS3.5 A.4)."""
    return syntax in JPEG_LOSSY | JPEG_LOSSLESS | JPEG_LS | JPEG_2000 or syntax == RLE


def _fallback(data: bytes, syntax: str, description: PixelDescription) -> Samples:
    """Ask pydicom's pylibjpeg plug-in; raises whatever it raises.

    Not for run lengths: that plug-in panics on broken ones with what is no `Exception`, and
    takes the decoding thread with it. pydicom's own decoder reads those.
    """
    from pydicom import Dataset
    from pydicom.dataset import FileMetaDataset
    from pydicom.encaps import encapsulate
    from pydicom.pixels.utils import pixel_array
    from pydicom.uid import UID

    holder = Dataset()
    holder.file_meta = FileMetaDataset()
    holder.file_meta.TransferSyntaxUID = UID(syntax)
    holder.Rows, holder.Columns = description.rows, description.columns
    holder.SamplesPerPixel = description.samples
    holder.BitsAllocated = description.bits_allocated
    holder.BitsStored = description.bits_stored
    holder.HighBit = description.bits_stored - 1
    holder.PixelRepresentation = int(description.signed)
    holder.PhotometricInterpretation = str(description.photometric)
    if description.samples == 3:
        holder.PlanarConfiguration = int(description.planar)
    holder.PixelData = encapsulate([data])
    plugin = "pydicom" if syntax == RLE else "pylibjpeg"
    return pixel_array(holder, raw=True, decoding_plugin=plugin)


def decode_compressed(
    data: bytes, syntax: str, description: PixelDescription
) -> tuple[Samples, Photometric]:
    """One frame's samples, (rows, columns) or (rows, columns, 3), and their colour space.

    Raises:
        UnsupportedPixelsError: no codec here knows the transfer syntax.
        DecodeError: the codec refused the frame, or its size is not the file's.
    """
    codec = _codec(syntax)
    _check_codestream(data, syntax, description)
    try:
        samples, photometric = codec(data, description)
    except DecodeError:
        raise
    except Exception as error:
        try:
            samples, photometric = _fallback(data, syntax, description), description.photometric
        except Exception as second:
            raise DecodeError("The compressed picture is damaged.") from (second or error)
    if samples.shape[:2] != (description.rows, description.columns):
        raise DecodeError("The compressed picture has another size than the file says.")
    if (samples.ndim == 3) != (description.samples == 3):
        raise DecodeError("The compressed picture has other colours than the file says.")
    return samples, photometric


def _check_codestream(data: bytes, syntax: str, description: PixelDescription) -> None:
    """Refuse a codestream that announces another picture, before a codec allocates for it."""
    if syntax == RLE:
        if not description.cut and not run_lengths_fit(len(data), description.decoded_bytes):
            raise DecodeError("The compressed picture has another size than the file says.")
        return
    found = shape_of(data)
    if found is None:
        return
    if (found.rows, found.columns) != (description.rows, description.columns):
        raise DecodeError("The compressed picture has another size than the file says.")
    if found.samples != description.samples:
        raise DecodeError("The compressed picture has other colours than the file says.")
