"""What a file of corner texts says, and what an object says of the attributes in it."""

import io
from pathlib import Path

import pydicom
import pytest

from app.imaging.corner_text import (
    KNOWN,
    READ,
    CornerFileError,
    corner_values,
    filled,
    is_free,
    read_corner_text,
    shipped_corner_text,
    with_own_corner_text,
)
from tests.imaging.objects import ct_object, item, ramp

OWN = """
[default]
top-left = ["{PatientID}"]

[[modality]]
names = ["CT"]
bottom-right = ["{ConvolutionKernel}"]
"""


def values(**attributes: object) -> dict[str, str]:
    data = ct_object(ramp(4, 4), **attributes)
    return dict(corner_values(pydicom.dcmread(io.BytesIO(data))))


def test_every_modality_has_the_patient_above_and_only_some_have_lines_below() -> None:
    shipped = shipped_corner_text()
    for modality in ("CT", "MR", "MG", "DX", "CR", "US", "XA", ""):
        assert "{PatientName}" in shipped.lines(modality).top_left
    assert shipped.lines("US").bottom_right == ()
    assert any("{KVP}" in line for line in shipped.lines("CT").bottom_right)
    assert any("{CompressionForce}" in line for line in shipped.lines("MG").bottom_right)
    assert shipped.lines("DX") == shipped.lines("CR")


def test_a_line_leaves_out_the_part_whose_attribute_is_missing() -> None:
    line = "TR {RepetitionTime} ms | TE {EchoTime} ms"
    assert filled(line, {"RepetitionTime": "4500", "EchoTime": "90"}) == "TR 4500 ms  TE 90 ms"
    assert filled(line, {"EchoTime": "90"}) == "TE 90 ms"
    assert filled(line, {}) == ""


def test_values_that_look_like_a_line_are_not_filled_again() -> None:
    assert filled("{SequenceName}", {"SequenceName": "{KVP}|", "KVP": "120"}) == "{KVP}|"


def test_numbers_come_without_needless_decimals_and_absent_ones_do_not_come() -> None:
    found = values(KVP="120.0", SliceThickness="0.625", XRayTubeCurrent="210")
    assert (found["KVP"], found["SliceThickness"], found["XRayTubeCurrent"]) == (
        "120",
        "0.625",
        "210",
    )
    assert "EchoTime" not in found


def test_of_an_enhanced_object_counts_what_holds_for_all_frames() -> None:
    timing = item(RepetitionTime=4500.0)
    shared = item(MRTimingAndRelatedParametersSequence=[timing])
    frame = item(MREchoSequence=[item(EffectiveEchoTime=20.0)])
    found = values(
        Modality="MR",
        SharedFunctionalGroupsSequence=[shared],
        PerFrameFunctionalGroupsSequence=[frame],
    )
    assert found["RepetitionTime"] == "4500"
    assert "EchoTime" not in found


def test_ones_own_lines_come_before_the_shipped_corner_by_corner(tmp_path: Path) -> None:
    file = tmp_path / "corners.toml"
    file.write_text(OWN, encoding="utf-8")
    text, shipped = with_own_corner_text(file), shipped_corner_text()
    assert text.lines("CT").bottom_right == ("{ConvolutionKernel}",)
    assert text.lines("MR").top_left == ("{PatientID}",)
    assert text.lines("MR").bottom_right == shipped.lines("MR").bottom_right
    assert text.lines("CT").top_right == shipped.lines("CT").top_right
    assert with_own_corner_text(tmp_path / "none.toml") == shipped


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[default]\ny y", "line 2"),
        ('[default]\ntop-left = ["{KVPP} kV"]', "KVPP"),
        ('[default]\ntop-left = ["kV"]', "braces"),
        ('[default]\ntop-left = ["{KVP} {"]', "braces"),
        ('[default]\nmiddle = ["{KVP}"]', "middle"),
        ('[[modality]]\nnames = ["CT", "CT"]', "twice"),
        ("[[modality]]\nnames = []", "names"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(text: str, told: str) -> None:
    with pytest.raises(CornerFileError) as raised:
        read_corner_text(text)
    assert told in str(raised.value)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "corners.toml"
    file.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(CornerFileError):
        with_own_corner_text(file)


@pytest.mark.parametrize("keyword", ["PatientName", "PatientSex", "InstitutionName", "StudyDate"])
def test_who_where_and_when_count_as_free(keyword: str) -> None:
    assert is_free(keyword)


def test_what_a_machine_measures_does_not_count_as_free() -> None:
    assert not any(is_free(keyword) for keyword in ("KVP", "EchoTime", "PatientPosition"))
    assert is_free("SequenceName")


def test_each_attribute_is_named_once() -> None:
    assert len({*READ, *KNOWN}) == len(READ) + len(KNOWN)
