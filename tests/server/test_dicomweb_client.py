"""DICOMweb as a stranger's client speaks it: dicomweb-client stores, searches and retrieves."""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import imagecodecs
import numpy as np
import pytest
import requests
from dicomweb_client.api import DICOMwebClient
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, JPEG2000Lossless, JPEGLSLossless, RLELossless

from protocol import paths
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import Someone, Town, Valley, open_case
from tests.server.process import ServerProcess

Client = Callable[[Someone], DICOMwebClient]


@pytest.fixture
def client(server: ServerProcess) -> Iterator[Client]:
    sessions: list[requests.Session] = []

    def make(someone: Someone) -> DICOMwebClient:
        session = requests.Session()
        session.verify = str(server.ca)
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {someone.tokens.access_token}"
        sessions.append(session)
        return DICOMwebClient(url=server.url + paths.DICOMWEB, session=session)

    yield make
    for session in sessions:
        session.close()


def uids(one: Dataset) -> tuple[str, str, str]:
    return one.StudyInstanceUID, one.SeriesInstanceUID, one.SOPInstanceUID


def test_what_is_stored_comes_back_byte_for_byte(valley: Valley, client: Client) -> None:
    slices = new_study(3)
    web = client(valley.doctor)
    web.store_instances([dcmread(io.BytesIO(file_bytes(one))) for one in slices])
    found = web.search_for_studies(search_filters={"PatientName": "何*"})
    assert [one["0020000D"]["Value"] for one in found] == [[slices[0].StudyInstanceUID]]
    study, series, instance = uids(slices[1])
    back = web.retrieve_instance(study, series, instance)
    assert back == slices[1]
    assert len(web.retrieve_study(study)) == 3
    assert [one.InstanceNumber for one in web.retrieve_series(study, series)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("filters", "hits"),
    [
        ({"PatientID": "QS-2026-0042"}, 1),
        ({"PatientID": "QS-*"}, 1),
        ({"PatientID": "QS_2026_0042"}, 0),
        ({"PatientName": "何?小溪"}, 1),
        ({"StudyDate": "20260101-20260131"}, 1),
        ({"StudyDate": "-20251231"}, 0),
        ({"StudyDate": "20260105"}, 1),
        ({"ModalitiesInStudy": "CT"}, 1),
        ({"ModalitiesInStudy": "MR"}, 0),
        ({"AccessionNumber": "A1"}, 1),
        ({"00080050": "A2"}, 0),
    ],
)
def test_studies_are_found_by_their_keys(
    valley: Valley, client: Client, filters: dict[str, str], hits: int
) -> None:
    stow(valley.doctor, [file_bytes(new_study(1)[0])])
    assert len(client(valley.doctor).search_for_studies(search_filters=filters)) == hits


def test_series_and_instances_are_searched_below_their_study(
    valley: Valley, client: Client
) -> None:
    slices = new_study(3)
    stow(valley.doctor, [file_bytes(one) for one in slices])
    web = client(valley.doctor)
    study, series, instance = uids(slices[2])
    found = web.search_for_series(study)
    assert found[0]["00201209"]["Value"] == [3]
    assert web.search_for_series(study, search_filters={"Modality": "MR"}) == []
    rows = web.search_for_instances(study, series, limit=2, offset=1)
    assert [row["00200013"]["Value"][0] for row in rows] == [2, 3]
    one = web.search_for_instances(study, search_filters={"SOPInstanceUID": instance})
    assert one[0]["00280010"]["Value"] == [32]


def test_frames_are_plain_little_endian_samples(valley: Valley, client: Client) -> None:
    slices = new_study(1)
    stow(valley.doctor, [file_bytes(slices[0])])
    frames = client(valley.doctor).retrieve_instance_frames(
        *uids(slices[0]), frame_numbers=[1], media_types=("application/octet-stream",)
    )
    assert frames == [slices[0].PixelData]


def replace_pixels(made: Dataset, syntax: UID, frame: bytes | bytearray) -> None:
    made.PixelData = encapsulate([bytes(frame)])
    made["PixelData"].VR = "OB"
    made.file_meta.TransferSyntaxUID = syntax


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless, JPEGLSLossless])
def test_compressed_frames_come_plain_or_as_stored(
    valley: Valley, client: Client, syntax: UID
) -> None:
    made = new_study(1)[0]
    plain = made.pixel_array
    if syntax == RLELossless:
        made.compress(RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
    elif syntax == JPEG2000Lossless:
        replace_pixels(made, syntax, imagecodecs.jpeg2k_encode(plain, codecformat="j2k", level=0))
    else:
        replace_pixels(made, syntax, imagecodecs.jpegls_encode(plain))
    assert stow(valley.doctor, [file_bytes(made)]).status_code == 200
    web = client(valley.doctor)
    octets = web.retrieve_instance_frames(
        *uids(made), frame_numbers=[1], media_types=("application/octet-stream",)
    )
    assert np.array_equal(np.frombuffer(octets[0], "<u2").reshape(plain.shape), plain)
    path = "{}/studies/{}/series/{}/instances/{}/frames/1".format(paths.DICOMWEB, *uids(made))
    stored = valley.doctor.http.get(
        path, headers={"accept": "application/octet-stream; transfer-syntax=*"}
    )
    assert len(stored.content) != len(octets[0])
    assert stored.status_code == 200


def test_metadata_name_the_pixels_and_carry_no_bulk(valley: Valley, client: Client) -> None:
    slices = new_study(2)
    stow(valley.doctor, [file_bytes(one) for one in slices])
    web = client(valley.doctor)
    study, series, instance = uids(slices[0])
    for rows in (web.retrieve_study_metadata(study), web.retrieve_series_metadata(study, series)):
        assert len(rows) == 2
    row = web.retrieve_instance_metadata(study, series, instance)
    assert row["00100010"]["Value"] == [{"Alphabetic": "何^小溪"}]
    uri = row["7FE00010"]["BulkDataURI"]
    # This client sends a Host without the port, and the address is made of what it sent.
    assert valley.doctor.http.get(urlsplit(uri).path).content == slices[0].PixelData
    dataset = Dataset.from_json(row, lambda *_: b"")
    assert dataset.WindowWidth == 400


def test_a_rendered_picture_shows_the_window_that_was_asked_for(
    valley: Valley, client: Client
) -> None:
    made = new_study(1)[0]
    stow(valley.doctor, [file_bytes(made)])
    web = client(valley.doctor)
    png = web.retrieve_instance_rendered(
        *uids(made), media_types=("image/png",), params={"window": "-512,1024,linear"}
    )
    shown = imagecodecs.png_decode(png)
    hounsfield = made.pixel_array.astype(float) - 1024
    expected = ((hounsfield - (-512 - 0.5)) / (1024 - 1) + 0.5) * 255
    assert np.abs(shown - np.clip(expected, 0, 255)).max() <= 1
    jpeg = web.retrieve_instance_frames_rendered(
        *uids(made), frame_numbers=[1], media_types=("image/jpeg",)
    )
    assert imagecodecs.jpeg8_decode(jpeg).shape == (32, 32)


def test_the_stored_window_is_used_when_none_is_asked_for(valley: Valley, client: Client) -> None:
    made = new_study(1)[0]
    made.WindowCenter, made.WindowWidth = -824, 400
    stow(valley.doctor, [file_bytes(made)])
    png = client(valley.doctor).retrieve_instance_rendered(*uids(made), media_types=("image/png",))
    shown = imagecodecs.png_decode(png)
    hounsfield = made.pixel_array.astype(float) - 1024
    expected = ((hounsfield - (-824 - 0.5)) / (400 - 1) + 0.5) * 255
    assert np.abs(shown - np.clip(expected, 0, 255)).max() <= 1


def test_only_who_has_a_part_sees_the_images(valley: Valley, town: Town, client: Client) -> None:
    """Who stored a study of no case, then who asked for or holds its case; no colleague ever."""
    slices = new_study(1)
    files = [file_bytes(one) for one in slices]
    colleague = town.person("requester", institution=valley.clinic)
    stranger = town.person("requester", institution=town.institution())
    study, series, instance = uids(slices[0])

    def sees(someone: Someone) -> bool:
        path = f"{paths.DICOMWEB}/studies/{study}/series/{series}/instances/{instance}"
        status = someone.http.get(path).status_code
        searched = client(someone).search_for_studies(search_filters={"StudyInstanceUID": study})
        assert bool(searched) is (status == 200)
        return status == 200

    stow(valley.doctor, files)
    assert [sees(one) for one in (valley.doctor, colleague)] == [True, False]
    case_id = open_case(valley)
    declare(valley.doctor, case_id, slices, files)
    assert valley.doctor.act(case_id, "submit").status_code == 200
    assert sees(valley.doctor)
    others = (colleague, stranger, valley.expert, town.admin)
    assert [sees(one) for one in others] == [False] * 4
    valley.expert.take(case_id)
    assert sees(valley.expert)
    released = valley.expert.act(case_id, "release", reason="not mine")
    assert released.status_code == 200
    assert not sees(valley.expert)


def test_what_cannot_be_answered_is_said(valley: Valley) -> None:
    made = new_study(1)[0]
    stow(valley.doctor, [file_bytes(made)])
    base = "{}/studies/{}/series/{}/instances/{}".format(paths.DICOMWEB, *uids(made))
    http = valley.doctor.http
    assert http.get(f"{base}/frames/2").status_code == 404
    assert http.get(f"{base}/frames/x").status_code == 400
    assert http.get(base, headers={"accept": "video/mp4"}).status_code == 406
    assert http.get(f"{base}/rendered", params={"window": "a,b"}).status_code == 400
    assert http.get(f"{paths.DICOMWEB}/studies/not-a-uid").status_code == 400
    assert http.get(f"{paths.DICOMWEB}/studies", params={"limit": "x"}).status_code == 400


SHARED = Path(os.environ.get("HUIZHEN_SHARED", Path(__file__).resolve().parents[3] / "shared"))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared sample data are not on this machine")
def test_foreign_files_are_stored_and_every_picture_is_rendered(
    valley: Valley, client: Client
) -> None:
    folder = SHARED / "data" / "dicom" / "conformance" / "compression1"
    files = sorted(folder.glob("*.dcm"))
    answer = stow(valley.doctor, [file.read_bytes() for file in files])
    assert answer.status_code == 200, answer.text
    web = client(valley.doctor)
    for file in files:
        found = dcmread(file, stop_before_pixels=True)
        picture = web.retrieve_instance_rendered(*uids(found), media_types=("image/png",))
        assert imagecodecs.png_decode(picture).shape[:2] == (found.Rows, found.Columns)
