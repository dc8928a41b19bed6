"""Objects and frames in a lossless transfer syntax they are not stored in: bit by bit, or 406."""

import io
import subprocess

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels.utils import pixel_array
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from protocol.errors import ErrorCode
from server.api.dicomweb.content import content_of
from server.api.dicomweb.encoding import HTJ2K, JPEG_2000, JPEG_LS, OFFERED, encoded
from server.api.dicomweb.pixelfile import RLE, decode
from server.domain.errors import Invalid
from tests.imaging.objects import altered, ct_object
from tests.imaging.test_content import in_syntax, real
from tests.imaging.test_recompress import smooth, unsigned_12_bit
from tests.server.images import stow
from tests.server.people import Valley
from tests.server.process import ServerProcess
from tests.server.test_dicomweb_client import Client, client, uids
from tests.server.test_wado import DICOM, get, parts, path_of

TYPES = {JPEG_LS: "image/jls", JPEG_2000: "image/jp2", HTJ2K: "image/jphc", RLE: "image/dicom-rle"}

__all__ = ["client"]


def anew(data: bytes, syntax: str) -> bytes:
    size, pieces = encoded(io.BytesIO(data), syntax)
    assert size is None
    return b"".join(pieces)


def signed() -> bytes:
    return ct_object(smooth())


@pytest.mark.parametrize("syntax", OFFERED)
@pytest.mark.parametrize(
    "data",
    [
        signed(),
        real("CT_small.dcm"),
        real("SC_rgb_small_odd.dcm"),
        real("examples_palette.dcm"),
        real("SC_rgb_rle_2frame.dcm"),
        in_syntax(real("MR_small.dcm"), ImplicitVRLittleEndian),
        in_syntax(real("MR_small.dcm"), ExplicitVRBigEndian),
        real("MR_small_jp2klossless.dcm"),
    ],
    ids=["signed", "ct", "rgb", "palette", "frames", "implicit", "big endian", "of jpeg 2000"],
)
def test_an_object_says_the_same_in_every_syntax_that_is_offered(data: bytes, syntax: str) -> None:
    made = anew(data, syntax)
    found = pydicom.dcmread(io.BytesIO(made))
    assert found.file_meta.TransferSyntaxUID == syntax
    assert content_of(io.BytesIO(made)) == content_of(io.BytesIO(data))
    assert np.array_equal(pixel_array(io.BytesIO(made)), pixel_array(io.BytesIO(data)))


@pytest.mark.parametrize("syntax", [JPEG_2000, HTJ2K])
def test_a_codestream_has_the_precision_that_is_stored(syntax: str) -> None:
    made = pydicom.dcmread(io.BytesIO(anew(unsigned_12_bit(), syntax)))
    siz = made.PixelData.index(b"\xff\x51")
    assert made.PixelData[siz + 40] + 1 == made.BitsStored == 12


def bits_in_use(ds: Dataset) -> None:
    ds.PixelData = b"\xff\xff" + ds.PixelData[2:]


def floats(ds: Dataset) -> None:
    ds.FloatPixelData = np.zeros((ds.Rows, ds.Columns), np.float32).tobytes()
    ds.BitsAllocated = 32
    del ds.PixelData, ds.BitsStored, ds.HighBit


@pytest.mark.parametrize(
    ("data", "syntax"),
    [
        (unsigned_12_bit(), JPEG_LS),
        (altered(unsigned_12_bit(), bits_in_use), HTJ2K),
        (altered(signed(), floats), RLE),
        (real("liver_1frame.dcm"), JPEG_2000),
        (real("rtplan.dcm"), JPEG_2000),
    ],
    ids=["precision", "bits in use", "floats", "single bits", "no pixels"],
)
def test_what_would_not_come_back_is_refused_in_words(data: bytes, syntax: str) -> None:
    with pytest.raises(Invalid, match="as it is stored") as refused:
        anew(data, syntax)
    assert refused.value.code is ErrorCode.NOT_ACCEPTABLE


# --- over the wire ---------------------------------------------------------------------------


@pytest.fixture
def held(valley: Valley) -> Dataset:
    data = signed()
    data = altered(data, lambda one: setattr(one, "StudyInstanceUID", pydicom.uid.generate_uid()))
    assert stow(valley.doctor, [data]).status_code == 200
    return pydicom.dcmread(io.BytesIO(data))


@pytest.mark.parametrize("syntax", [JPEG_LS, JPEG_2000, RLE])
def test_a_stranger_gets_an_instance_and_its_frame_in_the_syntax_it_asks_for(
    valley: Valley, client: Client, held: Dataset, syntax: str
) -> None:
    web = client(valley.doctor)
    whole = web.retrieve_instance(*uids(held), media_types=((DICOM, syntax),))
    assert whole.file_meta.TransferSyntaxUID == syntax
    assert np.array_equal(whole.pixel_array, held.pixel_array)
    (frame,) = web.retrieve_instance_frames(
        *uids(held), frame_numbers=[1], media_types=((TYPES[syntax], syntax),)
    )
    assert frame in whole.PixelData


def test_what_that_stranger_does_not_know_comes_too(valley: Valley, held: Dataset) -> None:
    whole = get(valley.doctor, path_of(held), f"{DICOM}; transfer-syntax={HTJ2K}")
    assert np.array_equal(pixel_array(io.BytesIO(whole.content)), held.pixel_array)
    kind = f"multipart/related; type=application/octet-stream; transfer-syntax={HTJ2K}"
    ((told, frame),) = parts(get(valley.doctor, path_of(held) + "/frames/1", kind))
    assert told.startswith("application/octet-stream")
    assert frame in whole.content


def test_who_also_takes_what_is_stored_costs_nothing(valley: Valley, held: Dataset) -> None:
    either = f"{DICOM}; transfer-syntax={HTJ2K}, {DICOM}; transfer-syntax=*"
    answer = get(valley.doctor, path_of(held), either)
    assert answer.headers["content-type"].endswith("1.2.840.10008.1.2.1")
    preferred = f"{DICOM}; transfer-syntax={HTJ2K}, {DICOM}; transfer-syntax=*; q=0.5"
    answer = get(valley.doctor, path_of(held), preferred)
    assert answer.headers["content-type"].endswith(HTJ2K)
    assert "content-length" not in answer.headers


def test_a_whole_study_comes_in_the_syntax_that_is_asked_for(valley: Valley, held: Dataset) -> None:
    study = path_of(held).split("/series/")[0]
    kind = f'multipart/related; type="{DICOM}"; transfer-syntax={JPEG_2000}'
    answer = get(valley.doctor, study, kind)
    ((told, data),) = parts(answer)
    assert told.startswith(DICOM)
    assert np.array_equal(pixel_array(io.BytesIO(data)), held.pixel_array)
    again = valley.doctor.http.get(
        study, headers={"accept": kind, "if-none-match": answer.headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("below", "accept"),
    [
        ("", f"{DICOM}; transfer-syntax=1.2.840.10008.1.2.4.50"),
        ("/frames/1", "image/jpeg"),
        ("/frames/1", "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.91"),
    ],
)
def test_what_is_not_offered_is_406_and_says_what_is(
    valley: Valley, held: Dataset, below: str, accept: str
) -> None:
    answer = get(valley.doctor, path_of(held) + below, accept)
    assert answer.status_code == 406
    assert HTJ2K in answer.text


def test_curl_saves_a_frame(valley: Valley, server: ServerProcess, held: Dataset) -> None:
    token = valley.doctor.tokens.access_token
    done = subprocess.run(
        [
            *("/usr/bin/curl", "-sSf", "--cacert", server.ca),
            *("-H", f"authorization: Bearer {token}", "-H", "accept: image/jphc"),
            f"{server.url}{path_of(held)}/frames/1",
        ],
        capture_output=True,
        check=True,
    )
    back = decode(done.stdout, HTJ2K, "")[0].astype(np.int16)
    assert np.array_equal(back, held.pixel_array)
