"""QIDO-RS for strangers: every level, names in every script, pages, ranges, fields."""

import hashlib
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from protocol import paths
from protocol.imaging import DIGEST, PRIVATE_CREATOR
from tests.server.images import file_bytes, new_study, stow
from tests.server.people import Valley

pytestmark = pytest.mark.both_databases

NAME, MODALITY, UID = "00100010", "00080060", "0020000D"
QIDO = paths.DICOMWEB


def send(valley: Valley, count: int = 1, **values: Any) -> list[Dataset]:
    slices = new_study(count)
    for one in slices:
        for keyword, value in values.items():
            setattr(one, keyword, value)
    answer = stow(valley.doctor, [file_bytes(one) for one in slices])
    assert answer.status_code == 200, answer.text
    return slices


def ask(valley: Valley, path: str, query: str = "") -> httpx.Response:
    answer = valley.doctor.http.get(f"{QIDO}{path}?{query}")
    assert answer.status_code == 200, answer.text
    return answer


def found(valley: Valley, path: str, query: str = "") -> list[dict[str, Any]]:
    body: list[dict[str, Any]] = ask(valley, path, query).json()
    return body


@pytest.mark.parametrize("charset", ["GB18030", "ISO_IR 192"])
@pytest.mark.parametrize(
    "query",
    [
        "PatientName=%E7%8E%8B%5E%E5%B0%8F%E4%B8%9C",
        "PatientName=%E7%8E%8B*",
        "PatientName=Wang*",
        "PatientName=wang%5Exiaodong",
        "00100010=*%E5%B0%8F%3F",
        "PatientName=%E5%B0%8F%E4%B8%9C&fuzzymatching=true",
        "PatientName=%E7%8E%8B%E5%B0%8F&fuzzymatching=true",
        "PatientName=xiao%20wang&fuzzymatching=true",
    ],
)
def test_chinese_names_are_found_whatever_their_encoding(
    valley: Valley, charset: str, query: str
) -> None:
    (made,) = send(valley, SpecificCharacterSet=charset, PatientName="Wang^XiaoDong=王^小东")
    send(valley, PatientName="Li^Wen=李^文")
    (only,) = found(valley, "/studies", query)
    assert only[UID]["Value"] == [made.StudyInstanceUID]
    assert only[NAME]["Value"] == [{"Alphabetic": "Wang^XiaoDong", "Ideographic": "王^小东"}]


@pytest.mark.parametrize(
    "query",
    [
        "ReferringPhysicianName=%E8%B5%B5%5E%E8%BF%9C%E5%B1%B1",
        "ReferringPhysicianName=zhao*",
        "ReferringPhysicianName=yuan&fuzzymatching=true",
    ],
)
def test_a_referring_physician_is_found_as_a_patient_is(valley: Valley, query: str) -> None:
    (made,) = send(valley, ReferringPhysicianName="Zhao^Yuanshan=赵^远山")
    send(valley, ReferringPhysicianName="Li^Wen=李^文")
    (only,) = found(valley, "/studies", query)
    assert only[UID]["Value"] == [made.StudyInstanceUID]


def test_wild_cards_of_sql_are_only_signs(valley: Valley) -> None:
    send(valley, PatientName="A%b_c^D")
    assert len(found(valley, "/studies", "PatientName=A%25b_c*")) == 1
    assert found(valley, "/studies", "PatientName=A_b*") == []
    assert found(valley, "/studies", "PatientName=%25") == []


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("PatientID", "A,B"),
        ("StudyDescription", "Chest, PA"),
        ("AccessionNumber", "2026,17"),
        ("StudyID", "1, 2"),
    ],
)
def test_a_comma_is_part_of_a_text(valley: Valley, attribute: str, value: str) -> None:
    values: dict[str, Any] = {attribute: value}
    send(valley, **values)
    assert len(found(valley, "/studies", f"{attribute}={quote(value)}")) == 1
    first, _, second = value.partition(",")
    assert found(valley, "/studies", f"{attribute}={quote(first)}") == []
    assert found(valley, "/studies", f"{attribute}={quote(second + ',' + first)}") == []


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("StudyDate=20260105", 1),
        ("StudyDate=20260101-20260105", 1),
        ("StudyDate=20260106-", 0),
        ("StudyDate=-20260105", 1),
        ("StudyTime=0800-0900", 1),
        ("StudyTime=0830", 1),
        ("StudyTime=0900-", 0),
        ("PatientBirthDate=19580402", 1),
        ("PatientSex=M,F", 1),
        ("PatientSex=M", 0),
        ("StudyDescription=Ch*", 1),
        ("StudyID=1", 1),
        ("ModalitiesInStudy=MR%5CCT", 1),
    ],
)
def test_studies_are_matched_by_every_key_of_the_standard(
    valley: Valley, query: str, hits: int
) -> None:
    send(valley)
    assert len(found(valley, "/studies", query)) == hits


def test_series_and_instances_are_found_across_studies(valley: Valley) -> None:
    first, second = send(valley, 2), send(valley, 3, Modality="MR", SeriesDescription="T2")
    assert len(found(valley, "/series")) == 2
    (series,) = found(valley, "/series", "Modality=MR&PatientID=QS-2026-0042")
    assert series["00201209"]["Value"] == [3]
    assert series[NAME]["Value"] == [{"Alphabetic": "何^小溪"}]
    assert len(found(valley, "/instances")) == 5
    (instance,) = found(valley, "/instances", f"SOPInstanceUID={second[1].SOPInstanceUID}")
    assert instance[MODALITY]["Value"] == ["MR"]
    uids = f"{first[0].SOPInstanceUID},{second[0].SOPInstanceUID}"
    assert len(found(valley, "/instances", f"SOPInstanceUID={uids}")) == 2
    assert len(found(valley, "/instances", "StudyDate=20260105&InstanceNumber=2")) == 2
    study = second[0].StudyInstanceUID
    (only,) = found(valley, f"/studies/{study}/instances", "InstanceNumber=3")
    assert only["00080018"]["Value"] == [second[2].SOPInstanceUID]
    assert found(valley, f"/studies/{study}/series", "SeriesDescription=T1*") == []


def test_below_a_study_an_instance_says_of_its_series_and_study_what_is_asked(
    valley: Valley,
) -> None:
    made = send(valley, SeriesDescription="T2", SeriesNumber="4")
    path = f"/studies/{made[0].StudyInstanceUID}/instances"
    series = {MODALITY: ["CT"], "0008103E": ["T2"], "00200011": [4]}
    (plain,) = found(valley, path)
    assert not {NAME, *series} & plain.keys()
    fields = "includefield=Modality,SeriesDescription,SeriesNumber,PatientName"
    (full,) = found(valley, path, fields)
    assert {tag: full[tag]["Value"] for tag in series} == series
    assert full[NAME]["Value"] == [{"Alphabetic": "何^小溪"}]
    assert full.keys() - {NAME, *series} == plain.keys()


def test_who_asks_is_told_which_bytes_an_instance_has(valley: Valley) -> None:
    (one,) = send(valley)
    path = f"/studies/{one.StudyInstanceUID}/instances"
    (plain,) = found(valley, path)
    assert not {DIGEST, PRIVATE_CREATOR} & plain.keys()
    (told,) = found(valley, path, f"includefield={DIGEST}")
    assert told[DIGEST]["Value"] == [hashlib.sha256(file_bytes(one)).hexdigest()[:32]]
    assert told[PRIVATE_CREATOR] == {"vr": "LO", "Value": ["HUIZHEN"]}
    assert told.keys() - {DIGEST, PRIVATE_CREATOR} == plain.keys()


def test_pages_say_how_much_is_left(valley: Valley) -> None:
    for _ in range(5):
        send(valley)
    first = ask(valley, "/studies", "limit=2")
    assert first.headers["x-total-count"] == "5"
    assert "3 additional results" in first.headers["warning"]
    last = ask(valley, "/studies", "limit=2&offset=4")
    assert "warning" not in last.headers
    seen = {
        one[UID]["Value"][0]
        for offset in (0, 2, 4)
        for one in found(valley, "/studies", f"limit=2&offset={offset}")
    }
    assert len(seen) == 5


def test_keys_that_are_not_supported_are_told_and_not_taken_for_matching(valley: Valley) -> None:
    send(valley)
    answer = ask(valley, "/studies", "OtherPatientIDs=7&Modality=MR")
    assert len(answer.json()) == 1
    assert "OtherPatientIDs, Modality" in answer.headers["warning"]
    answer = ask(valley, "/studies", "00091001=7&wrong=8&%22%0d%0ax=9")
    assert answer.headers["warning"].endswith('not supported: 00091001, wrong, ?"')


def test_fields_that_no_table_has_come_from_the_object(valley: Valley) -> None:
    request = Dataset()
    request.ScheduledProcedureStepID = "S1"
    request.RequestedProcedureID = "R1"
    send(
        valley,
        ProtocolName="Thorax",
        SliceThickness="2.5",
        RequestAttributesSequence=Sequence([request]),
    )
    thickness, protocol, sequence = "00180050", "00181030", "00400275"
    (plain,) = found(valley, "/instances")
    assert thickness not in plain
    (named,) = found(valley, "/instances", "includefield=SliceThickness,00181030")
    assert named[thickness]["Value"] == [2.5]
    assert named[protocol]["Value"] == ["Thorax"]
    assert "00281052" not in named
    (part,) = found(
        valley, "/series", "includefield=RequestAttributesSequence.ScheduledProcedureStepID"
    )
    assert part[sequence]["Value"] == [{"00400009": {"vr": "SH", "Value": ["S1"]}}]
    (all_,) = found(valley, "/studies", "includefield=all")
    assert all_[sequence]["Value"][0]["00401001"]["Value"] == ["R1"]
    assert "7FE00010" not in all_
    assert all_["00201208"]["Value"] == [1]


@pytest.mark.parametrize(
    "query",
    [
        "limit=-1",
        "offset=x",
        "offset=99999999999999",
        "StudyDate=2026-01-05",
        "fuzzymatching=maybe",
        "includefield=NoSuchThing",
        "StudyInstanceUID=" + ",".join(["1"] * 1001),
    ],
)
def test_what_cannot_be_understood_is_said(valley: Valley, query: str) -> None:
    answer = valley.doctor.http.get(f"{QIDO}/studies?{query}")
    assert answer.status_code == 400
    assert answer.json()["fields"]


def test_a_search_shows_nobody_elses_images(valley: Valley) -> None:
    send(valley)
    for path in ("/studies", "/series", "/instances"):
        assert valley.expert.http.get(QIDO + path).json() == []
