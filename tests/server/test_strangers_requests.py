"""Requests as other programs make them, and objects as others write them (PS3.18, PS3.3)."""

import io

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from app.imaging.writing.recompress import Form, recompressed
from protocol import paths
from tests.server.images import ct_slice, file_bytes, new_study, stow
from tests.server.people import Valley

WEB = paths.DICOMWEB
EXPLICIT = "1.2.840.10008.1.2.1"
JPEG_LS = "1.2.840.10008.1.2.4.80"
DEFLATED = "1.2.840.10008.1.2.1.99"


def place_of(one: Dataset) -> str:
    study, series = one.StudyInstanceUID, one.SeriesInstanceUID
    return f"{WEB}/studies/{study}/series/{series}/instances/{one.SOPInstanceUID}"


def stored(valley: Valley, one: Dataset, data: bytes | None = None) -> str:
    assert stow(valley.doctor, [data or file_bytes(one)]).status_code == 200
    return place_of(one)


def compressed(one: Dataset) -> bytes:
    one.PixelData = (np.arange(128 * 128) % 4000).astype("<u2").tobytes()
    one.Rows = one.Columns = 128
    made = recompressed(file_bytes(one), Form.JPEG_LS)
    assert made is not None
    return made.data


@pytest.mark.parametrize(
    "accept", ["", "application/dicom", "multipart/related; type=application/dicom"]
)
def test_who_names_no_transfer_syntax_gets_explicit_little_endian(
    valley: Valley, accept: str
) -> None:
    one = new_study(1)[0]
    where = stored(valley, one, compressed(one))
    answer = valley.doctor.http.get(where, headers={"accept": accept} if accept else {})
    assert answer.status_code == 200
    assert JPEG_LS.encode() not in answer.content[:1500]
    start = answer.content.index(b"DICM") - 128
    assert (
        pydicom.dcmread(io.BytesIO(answer.content[start:])).file_meta.TransferSyntaxUID == EXPLICIT
    )


def test_what_is_sent_as_it_is_stored_says_in_which_syntax(valley: Valley) -> None:
    one = new_study(1)[0]
    where = stored(valley, one, compressed(one))
    answer = valley.doctor.http.get(
        where, headers={"accept": "application/dicom; transfer-syntax=*"}
    )
    assert answer.headers["content-type"] == f"application/dicom; transfer-syntax={JPEG_LS}"


def test_a_signed_modality_table_is_rendered(valley: Valley) -> None:
    """Its first mapped value is negative: no unsigned arithmetic may be left in the way."""
    one = ct_slice("2.25.811", "2.25.812")
    del one.RescaleSlope, one.RescaleIntercept
    one.PixelRepresentation, one.BitsStored, one.HighBit = 1, 16, 15
    one.PixelData = (np.arange(32 * 32) - 512).astype("<i2").tobytes()
    table = Dataset()
    table.add_new(0x00283002, "SS", [1024, -512, 16])
    table.ModalityLUTType = "US"
    table.LUTData = np.arange(1024, dtype="<u2").tobytes()
    table["LUTData"].VR = "OW"
    one.ModalityLUTSequence = Sequence([table])
    where = stored(valley, one)
    for kind in ("rendered", "thumbnail"):
        assert valley.doctor.http.get(f"{where}/{kind}").status_code == 200
        told = valley.doctor.http.get(f"{where}/{kind}?annotation=patient&quality=80&size=3")
        assert "not supported: annotation, size" in told.headers["warning"]


def test_a_delimiter_left_behind_the_pixels_is_no_hindrance(valley: Valley) -> None:
    one = new_study(1)[0]
    where = stored(valley, one, compressed(one) + b"\xfe\xff\xdd\xe0\x00\x00\x00\x00")
    answer = valley.doctor.http.get(
        where, headers={"accept": f"application/dicom; transfer-syntax={EXPLICIT}"}
    )
    assert answer.status_code == 200


def test_frames_of_a_deflated_object_are_shown(valley: Valley) -> None:
    one = new_study(1)[0]
    one.file_meta.TransferSyntaxUID = pydicom.uid.UID(DEFLATED)
    where = stored(valley, one)
    assert valley.doctor.http.get(f"{where}/rendered").status_code == 200
    octets = {"accept": "application/octet-stream"}
    frame = valley.doctor.http.get(f"{where}/frames/1", headers=octets)
    assert frame.content == one.PixelData


def test_head_is_answered_as_get_without_the_body(valley: Valley) -> None:
    where = stored(valley, new_study(1)[0])
    head, get = valley.doctor.http.head(where), valley.doctor.http.get(where)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == get.headers["etag"]


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/studies?limit=x", "application/dicom+json", 400),
        ("/studies/not-a-uid/series", "application/dicom+json", 400),
        ("/studies?limit=1", "image/png", 406),
        ("/studies?limit=1", 'multipart/related; type="application/dicom+xml"', 406),
        ("/studies?limit=1", "application/json", 200),
        ("/studies?limit=1", "*/*", 200),
    ],
)
def test_searches_are_refused_with_the_status_of_the_standard(
    valley: Valley, path: str, accept: str, status: int
) -> None:
    answer = valley.doctor.http.get(f"{WEB}{path}", headers={"accept": accept})
    assert answer.status_code == status


def test_identifiers_match_by_case_and_names_do_not(valley: Valley) -> None:
    one = new_study(1)[0]
    one.PatientID, one.PatientName = "Ab-77", "Zhou^Wen"
    stored(valley, one)

    def found(query: str) -> int:
        return len(valley.doctor.http.get(f"{WEB}/studies?{query}").json())

    assert (found("PatientID=Ab-77"), found("PatientID=ab-77")) == (1, 0)
    assert found("PatientName=zhou*") == 1
