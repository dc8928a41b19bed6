"""Names, dates, rulers: the small print over a picture."""

from dataclasses import replace

import pytest

from app.imaging.calibration import Region, Scale, Scales
from app.imaging.dataset import open_object
from app.imaging.geometry import Calibration, Spacing
from app.imaging.picture import make_picture
from app.viewers.dicom.captions import dicom_date, person_name, ruler
from app.viewers.dicom.picture_painter import has_ruler
from tests.imaging.objects import ct_object, ramp


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
    scale = ruler(Spacing(0.5, 0.5, Calibration.PATIENT), zoom=1.0, room=150)
    assert scale is not None
    assert (scale.pixels, scale.text) == (100.0, "50 mm")


def test_without_calibration_the_ruler_counts_pixels() -> None:
    scale = ruler(Spacing(), zoom=2.0, room=250)
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
    scale = ruler(Spacing(0.1, 0.1, Calibration.DETECTOR), zoom=1.0, room=150)
    assert scale is not None
    assert scale.text.startswith("10 mm (")
