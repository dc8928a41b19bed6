"""Names, dates, rulers: the small print over a picture."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QListWidget, QToolButton

from app.imaging.calibration import Region, Scale, Scales
from app.imaging.corner_text import read_corner_text, shipped_corner_text
from app.imaging.dataset import open_file, open_object
from app.imaging.geometry import Calibration
from app.imaging.picture import make_picture
from app.viewers.dicom.captions import Shown, corners, dicom_date, person_name, ruler
from app.viewers.dicom.picture_painter import has_ruler
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.cases import instance
from tests.imaging.objects import ct_object, ramp
from tests.viewers.dicom.fields import write_series
from tests.viewers.dicom.hanging_room import ini


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("Zhang^Wei=张^伟", "张伟  Zhang Wei"),
        ("Doe^Jane^^Dr", "Doe Jane Dr"),
        ("=王^芳", "王芳"),
        ("", ""),
    ],
)
def test_a_person_name_reads_ideographs_first(stored: str, read: str) -> None:
    assert person_name(stored) == read


def test_dates_read_iso_and_anything_else_stays() -> None:
    assert dicom_date("20261121") == "2026-11-21"
    assert dicom_date("2026") == "2026"


def test_the_ruler_takes_the_longest_round_length_that_fits() -> None:
    scale = ruler(Scale(0.5, 0.5, "mm", "mm", Calibration.PATIENT), zoom=1.0, room=150)
    assert scale is not None
    assert (scale.pixels, scale.text) == (100.0, "50 mm (patient)")


def test_without_calibration_the_ruler_counts_pixels() -> None:
    scale = ruler(Scale(), zoom=2.0, room=250)
    assert scale is not None
    assert (scale.pixels, scale.text) == (200.0, "100 px")


@pytest.mark.parametrize(("trace_from", "expected"), [(30, True), (10, False)])
def test_a_ruler_stands_where_most_of_an_ultrasound_has_millimetres(
    trace_from: int, expected: bool
) -> None:
    tissue = Region(0, 0, 47, trace_from - 1, Scale(0.5, 0.5, "mm", "mm", Calibration.ULTRASOUND))
    trace = Region(0, trace_from, 47, 31, Scale(0.1, 2.0, "s", "cm/s", Calibration.ULTRASOUND))
    picture = make_picture(open_object(ct_object(ramp())), 0)
    assert has_ruler(picture)
    assert has_ruler(replace(picture, scales=Scales(regions=(tissue, trace)))) is expected


def test_the_ruler_says_when_it_measures_at_the_detector() -> None:
    scale = ruler(Scale(0.1, 0.1, "mm", "mm", Calibration.DETECTOR), zoom=1.0, room=150)
    assert scale is not None
    assert scale.text.startswith("10 mm (")


def test_every_calibration_has_its_words_at_the_ruler() -> None:
    told = set()
    for calibration in Calibration:
        if calibration is not Calibration.NONE:
            scale = ruler(Scale(0.1, 0.1, "mm", "mm", calibration), zoom=1.0, room=150)
            assert scale is not None
            assert scale.text.startswith("10 mm (")
            told.add(scale.text)
    assert len(told) == len(Calibration) - 1


def test_a_real_ultrasound_has_a_ruler_of_its_region(shared_data: Path) -> None:
    (file,) = (shared_data / "us-cine").rglob("*.dcm")
    picture = make_picture(open_file(file), 0)
    assert has_ruler(picture)
    scale = ruler(picture.scales.main, zoom=1.0, room=150)
    assert scale is not None
    assert scale.text.endswith(" mm (ultrasound region)")


def said(*, patient_texts: bool = True, resliced: bool = False, own: str = "", **facts: Any) -> str:
    """Every corner of a slice, a line each."""
    text = read_corner_text(own) if own else shipped_corner_text()
    shown = Shown(
        instance(**facts), 0, 1, None, 1.0, False, False, False, resliced=resliced, corner_text=text
    )
    made = corners(shown, patient_texts=patient_texts)
    lines = (*made.top_left, *made.top_right, *made.bottom_left, *made.bottom_right)
    return "\n".join(lines)


CT: dict[str, Any] = {"KVP": "120", "XRayTubeCurrent": "210", "SliceThickness": "5"}


def test_each_modality_says_what_its_readers_ask_for() -> None:
    assert "120 kV  210 mA" in said(**CT).splitlines()
    assert "ST 5 mm" in said(**CT).splitlines()
    mr = said(Modality="MR", RepetitionTime="4500", EchoTime="90", SequenceName="*tse2d1_9")
    assert "TR 4500 ms  TE 90 ms" in mr.splitlines()
    assert "*tse2d1_9" in mr
    mg = said(Modality="MG", ViewPosition="MLO", CompressionForce="98.5", BodyPartThickness="52")
    assert "98.5 N  52 mm" in mg.splitlines()
    assert "MLO" in mg
    assert "EI 320" in said(Modality="DX", ExposureIndex="320").splitlines()
    assert "kV" not in said(Modality="US", KVP="120")


def test_a_plane_cut_out_of_slices_does_not_say_how_they_were_made() -> None:
    assert "kV" not in said(resliced=True, **CT)


def test_hidden_patient_text_hides_all_that_was_typed_wherever_it_stands() -> None:
    own = """
    [default]
    bottom-right = ["{PatientName}", "{StudyDescription} | {StudyDate}", "{ProtocolName}"]
    """
    facts: dict[str, Any] = {
        "StudyDescription": "Follow-up",
        "ProtocolName": "Li Na, bed 3",
        "StudyTime": "0930",
    }
    assert "bed 3" in said(own=own, **facts)
    hidden = said(own=own, patient_texts=False, **facts)
    assert [word for word in ("Li Na", "李", "Follow-up", "2026", "bed") if word in hidden] == []
    assert "Follow-up" in said(patient_texts=False, **facts)


def test_no_file_takes_slice_and_zoom_away() -> None:
    empty = "[default]\ntop-left=[]\ntop-right=[]\nbottom-left=[]\nbottom-right=[]"
    assert said(own=empty, Modality="OT").splitlines()[-2:] == ["1 / 1", "100 %"]


def test_ones_own_corners_are_shown(show: Callable[..., DicomViewer], tmp_path: Path) -> None:
    write_series(tmp_path, KVP="120")
    settings = ini(tmp_path)
    own = Path(settings.fileName()).parent / "corners.toml"
    own.write_text('[default]\ntop-right = ["at {KVP} kV"]', encoding="utf-8")
    assert show(settings).pane.corners.top_right == ("at 120 kV",)


def test_a_broken_file_is_told_and_the_shipped_corners_hold(
    show: Callable[..., DicomViewer], tmp_path: Path
) -> None:
    write_series(tmp_path, KVP="120", XRayTubeCurrent="210")
    settings = ini(tmp_path)
    own = Path(settings.fileName()).parent / "corners.toml"
    own.write_text('[default]\ntop-right = ["{Kilovolts}"]', encoding="utf-8")
    viewer = show(settings)
    problems = viewer.findChild(QListWidget, "viewer_problem_list")
    button = viewer.findChild(QToolButton, "viewer_problems_button")
    assert isinstance(problems, QListWidget)
    assert isinstance(button, QToolButton)
    assert button.isVisible()
    assert "Kilovolts" in problems.item(0).text()
    assert "120 kV  210 mA" in viewer.pane.corners.bottom_right
