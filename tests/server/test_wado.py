"""WADO-RS for strangers: conditions, ranges, transfer syntaxes, bulk data, pictures."""

import io
import subprocess
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import imagecodecs
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
)

from protocol import paths
from tests.server.images import file_bytes, new_study, stow
from tests.server.people import Someone, Valley
from tests.server.process import ServerProcess
from tests.server.test_dicomweb_client import replace_pixels, uids

DICOM = "application/dicom"


def path_of(one: Dataset) -> str:
    return "{}/studies/{}/series/{}/instances/{}".format(paths.DICOMWEB, *uids(one))


def sent(valley: Valley, count: int = 1, size: int = 32) -> list[Dataset]:
    slices = new_study(count, size)
    assert stow(valley.doctor, [file_bytes(one) for one in slices]).status_code == 200
    return slices


def get(someone: Someone, path: str, accept: str, **headers: str) -> httpx.Response:
    sent_headers = {"accept": accept} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return someone.http.get(path, headers=sent_headers)


def parts(answer: httpx.Response) -> list[tuple[str, bytes]]:
    """Media type and bytes of each part, as Python's own mail parser reads them."""
    head = f"content-type: {answer.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + answer.content)
    assert message.is_multipart()
    found: list[tuple[str, bytes]] = []
    for part in message.get_payload():
        assert not isinstance(part, str)
        payload: Any = part.get_payload(decode=True)
        found.append((part["content-type"], payload))
    return found


@pytest.mark.parametrize(
    ("asked", "slice_", "said"),
    [
        ("bytes=0-99", slice(0, 100), "bytes 0-99/{size}"),
        ("bytes=100-", slice(100, None), "bytes 100-{last}/{size}"),
        ("bytes=-50", slice(-50, None), "bytes {tail}-{last}/{size}"),
        ("bytes=500-99999999", slice(500, None), "bytes 500-{last}/{size}"),
    ],
)
def test_a_range_of_an_instance_comes_alone(
    valley: Valley, asked: str, slice_: slice, said: str
) -> None:
    made = sent(valley, size=512)[0]
    data = file_bytes(made)
    answer = get(valley.doctor, path_of(made), DICOM, range=asked)
    assert answer.status_code == 206
    assert answer.content == data[slice_]
    size = len(data)
    expected = said.format(size=size, last=size - 1, tail=size - 50)
    assert answer.headers["content-range"] == expected


def test_a_range_outside_is_told_and_one_nobody_understands_is_ignored(valley: Valley) -> None:
    made = sent(valley)[0]
    size = len(file_bytes(made))
    outside = get(valley.doctor, path_of(made), DICOM, range=f"bytes={size}-")
    assert outside.status_code == 416
    assert outside.headers["content-range"] == f"bytes */{size}"
    for odd in ("bytes=9-3", "lines=1-2", "bytes=0-1,4-5"):
        assert get(valley.doctor, path_of(made), DICOM, range=odd).status_code == 200


def test_an_interrupted_download_goes_on_only_with_the_same_bytes(valley: Valley) -> None:
    made = sent(valley)[0]
    tag = get(valley.doctor, path_of(made), DICOM).headers["etag"]
    same = get(valley.doctor, path_of(made), DICOM, range="bytes=10-", if_range=tag)
    other = get(valley.doctor, path_of(made), DICOM, range="bytes=10-", if_range='"other"')
    assert (same.status_code, other.status_code) == (206, 200)


@pytest.mark.parametrize(
    ("below", "accept", "fixed"),
    [
        ("", DICOM, True),
        ("", 'multipart/related; type="application/dicom"', True),
        ("/frames/1", 'multipart/related; type="application/octet-stream"', True),
        ("/metadata", "application/dicom+json", True),
        ("/rendered", "image/png", True),
        ("/thumbnail", "image/jpeg", True),
        ("/bulkdata/7FE00010", "application/octet-stream", True),
    ],
)
def test_what_is_held_already_is_not_sent_again(
    valley: Valley, below: str, accept: str, fixed: bool
) -> None:
    made = sent(valley)[0]
    first = get(valley.doctor, path_of(made) + below, accept)
    assert first.status_code == 200, first.text
    assert "immutable" in first.headers["cache-control"]
    assert "private" in first.headers["cache-control"]
    again = get(valley.doctor, path_of(made) + below, accept, if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ('multipart/related; type="application/dicom+xml"', 406),
        ("application/dicom+xml", 406),
        ("application/dicom+xml, application/dicom+json; q=0.1", 200),
        ("application/json", 200),
        ("*/*", 200),
    ],
)
def test_metadata_in_a_form_that_is_not_offered_are_refused_in_words(
    valley: Valley, accept: str, status: int
) -> None:
    answer = get(valley.doctor, path_of(sent(valley)[0]) + "/metadata", accept)
    assert answer.status_code == status
    assert status == 200 or "application/dicom+json" in answer.text


def test_a_study_may_grow_and_is_asked_for_again(valley: Valley) -> None:
    slices = new_study(2)
    stow(valley.doctor, [file_bytes(slices[0])])
    study = f"{paths.DICOMWEB}/studies/{slices[0].StudyInstanceUID}"
    first = get(valley.doctor, study + "/metadata", "application/dicom+json")
    assert first.headers["cache-control"] == "private, no-cache"
    stow(valley.doctor, [file_bytes(slices[1])])
    tag = first.headers["etag"]
    again = get(valley.doctor, study + "/metadata", "application/dicom+json", if_none_match=tag)
    assert again.status_code == 200
    assert len(again.json()) == 2


@pytest.mark.parametrize(
    "syntax",
    [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian, JPEGLSLossless],
)
def test_explicit_little_endian_is_made_for_who_asks_for_it(valley: Valley, syntax: Any) -> None:
    made = new_study(1)[0]
    plain = made.pixel_array
    if syntax == JPEGLSLossless:
        replace_pixels(made, syntax, imagecodecs.jpegls_encode(plain))
    else:
        made.file_meta.TransferSyntaxUID = syntax
        if syntax == ExplicitVRBigEndian:
            made.PixelData = plain.astype(">u2").tobytes()
    out = io.BytesIO()
    made.save_as(
        out,
        enforce_file_format=True,
        implicit_vr=syntax == ImplicitVRLittleEndian,
        little_endian=syntax != ExplicitVRBigEndian,
    )
    assert stow(valley.doctor, [out.getvalue()]).status_code == 200
    stored = get(valley.doctor, path_of(made), f"{DICOM}; transfer-syntax=*")
    assert stored.content == out.getvalue()
    answer = get(valley.doctor, path_of(made), f"{DICOM}; transfer-syntax=1.2.840.10008.1.2.1")
    assert answer.status_code == 200, answer.text
    found = dcmread(io.BytesIO(answer.content))
    assert found.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert np.array_equal(found.pixel_array, plain)
    assert found.PatientName == "何^小溪"
    wanted = 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1'
    ((kind, data),) = parts(get(valley.doctor, path_of(made), wanted))
    assert kind == f"{DICOM}; transfer-syntax=1.2.840.10008.1.2.1"
    assert data == answer.content


def test_metadata_describe_plain_frames_for_who_asks_for_those(valley: Valley) -> None:
    made = new_study(1)[0]
    picture = np.arange(32 * 32 * 3, dtype=np.uint8).reshape(32, 32, 3)
    made.SamplesPerPixel, made.PhotometricInterpretation = 3, "YBR_RCT"
    made.PlanarConfiguration, made.BitsAllocated, made.BitsStored, made.HighBit = 0, 8, 8, 7
    frame = imagecodecs.jpeg2k_encode(picture, reversible=True, level=0, codecformat="J2K")
    replace_pixels(made, JPEG2000Lossless, frame)
    assert stow(valley.doctor, [file_bytes(made)]).status_code == 200
    json = "application/dicom+json"
    tags: set[str] = set()
    for accept, photometric in (
        (json, "YBR_RCT"),
        (f"{json}; transfer-syntax={ExplicitVRLittleEndian}", "RGB"),
    ):
        answer = get(valley.doctor, path_of(made) + "/metadata", accept)
        assert answer.json()[0]["00280004"]["Value"] == [photometric]
        tags.add(answer.headers["etag"])
    assert len(tags) == 2
    plain = get(valley.doctor, path_of(made) + "/frames/1", "application/octet-stream")
    assert plain.content == picture.tobytes()


def test_another_syntax_is_refused_in_words(valley: Valley) -> None:
    made = sent(valley)[0]
    answer = get(valley.doctor, path_of(made), f"{DICOM}; transfer-syntax=1.2.840.10008.1.2.4.80")
    assert answer.status_code == 406
    assert "transfer-syntax=*" in answer.json()["title"]


def multi_frame(count: int) -> Dataset:
    made = new_study(1)[0]
    made.NumberOfFrames = count
    frames = np.arange(count * 32 * 32, dtype="<u2").reshape(count, 32, 32) % 4096
    made.PixelData = frames.tobytes()
    return made


def test_a_list_of_frames_comes_in_its_order(valley: Valley) -> None:
    made = multi_frame(5)
    stow(valley.doctor, [file_bytes(made)])
    octets = 'multipart/related; type="application/octet-stream"'
    answer = get(valley.doctor, path_of(made) + "/frames/4,1,4", octets)
    length = 32 * 32 * 2
    wanted = [made.PixelData[n * length : (n + 1) * length] for n in (3, 0, 3)]
    assert [data for _, data in parts(answer)] == wanted
    assert get(valley.doctor, path_of(made) + "/frames/1,6", octets).status_code == 404
    many = ",".join(["1"] * 10_001)
    assert get(valley.doctor, path_of(made) + f"/frames/{many}", octets).status_code == 400


def test_bulk_data_in_a_sequence_have_an_address_of_their_own(valley: Valley) -> None:
    made = new_study(1)[0]
    items = []
    for number in range(2):
        item = Dataset()
        item.add_new(0x00420011, "OB", bytes([number]) * 2000)
        items.append(item)
    made.add_new(0x00080096, "SQ", Sequence(items))
    assert stow(valley.doctor, [file_bytes(made)]).status_code == 200
    (body,) = get(valley.doctor, path_of(made) + "/metadata", "application/dicom+json").json()
    for number, item in enumerate(body["00080096"]["Value"]):
        where = urlsplit(item["00420011"]["BulkDataURI"]).path
        assert (
            get(valley.doctor, where, "application/octet-stream").content == bytes([number]) * 2000
        )
    for wrong in ("00080096/3/00420011", "00080096/1", "xyz", "00080018"):
        answer = get(valley.doctor, path_of(made) + f"/bulkdata/{wrong}", "*/*")
        assert answer.status_code in (400, 404)


def test_pictures_are_drawn_at_every_level(valley: Valley) -> None:
    slices = sent(valley, 3, 64)
    study = f"{paths.DICOMWEB}/studies/{slices[0].StudyInstanceUID}"
    series = f"{study}/series/{slices[0].SeriesInstanceUID}"
    for place in (study, series):
        several = get(valley.doctor, place + "/rendered", 'multipart/related; type="image/png"')
        assert [kind for kind, _ in parts(several)] == ["image/png"] * 3
        one = get(valley.doctor, place + "/rendered", "image/png")
        assert imagecodecs.png_decode(one.content).shape == (64, 64)
    for place in (study, series, path_of(slices[0]), path_of(slices[0]) + "/frames/1"):
        small = get(valley.doctor, place + "/thumbnail", "image/png")
        assert imagecodecs.png_decode(small.content).shape == (128, 128)
        sized = get(valley.doctor, place + "/thumbnail?viewport=16,40", "image/png")
        assert imagecodecs.png_decode(sized.content).shape == (16, 16)


def test_a_viewport_shows_a_part_and_keeps_proportions(valley: Valley) -> None:
    made = sent(valley, 1, 64)[0]

    def drawn(query: str) -> Any:
        answer = get(
            valley.doctor, path_of(made) + f"/rendered?window=-1000,200&{query}", "image/png"
        )
        assert answer.status_code == 200, answer.text
        return imagecodecs.png_decode(answer.content)

    whole = drawn("")
    assert np.array_equal(drawn("viewport=64,64"), whole)
    assert np.array_equal(drawn("viewport=16,8,10,20,16,8"), whole[20:28, 10:26])
    assert np.array_equal(drawn("viewport=16,8,10,20,-16,8"), whole[20:28, 10:26][:, ::-1])
    half = whole.astype(float).reshape(32, 2, 32, 2).mean(axis=(1, 3))
    assert np.abs(drawn("viewport=32,100") - half).max() <= 1
    for wrong in ("0,5", "9", "a,b", "10,10,900,900,5,5", "9999999,1"):
        answer = get(valley.doctor, path_of(made) + f"/rendered?viewport={wrong}", "image/png")
        assert answer.status_code == 400


def test_quality_is_a_choice_of_size(valley: Valley) -> None:
    made = sent(valley, 1, 256)[0]
    sizes = [
        len(get(valley.doctor, path_of(made) + f"/rendered?quality={q}", "image/jpeg").content)
        for q in (10, 95)
    ]
    assert sizes[0] < sizes[1]
    assert get(valley.doctor, path_of(made) + "/rendered?quality=0", "*/*").status_code == 400


@pytest.mark.parametrize("whole_study", [False, True], ids=["instance", "study in parts"])
def test_curl_goes_on_where_a_download_stopped(
    valley: Valley, server: ServerProcess, tmp_path: Path, whole_study: bool
) -> None:
    slices = sent(valley, 2, 512)
    path, accept = path_of(slices[0]), DICOM
    if whole_study:
        path = f"{paths.DICOMWEB}/studies/{slices[0].StudyInstanceUID}"
        accept = f'multipart/related; type="{DICOM}"; transfer-syntax=*'
    data = get(valley.doctor, path, accept).content
    file = tmp_path / "images"
    file.write_bytes(data[:600_000] if whole_study else data[:100_000])
    token = valley.doctor.tokens.access_token
    subprocess.run(
        [
            *("/usr/bin/curl", "-sSf", "--cacert", server.ca, "-C", "-", "-o", file),
            *("-H", f"Authorization: Bearer {token}", "-H", f"Accept: {accept}"),
            server.url + path,
        ],
        check=True,
        timeout=60,
    )
    assert file.read_bytes() == data
    for one in slices if whole_study else slices[:1]:
        assert file_bytes(one) in data
