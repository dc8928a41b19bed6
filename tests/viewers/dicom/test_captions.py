"""Names, dates, rulers: the small print over a picture."""

import pytest

from app.imaging.geometry import Calibration, Spacing
from app.viewers.dicom.captions import dicom_date, person_name, ruler


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


def test_the_ruler_says_when_it_measures_at_the_detector() -> None:
    scale = ruler(Spacing(0.1, 0.1, Calibration.DETECTOR), zoom=1.0, room=150)
    assert scale is not None
    assert scale.text.startswith("10 mm (")
