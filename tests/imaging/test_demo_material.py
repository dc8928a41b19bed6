"""The generated CT and the wheel's pictures are valid objects of an invented patient."""

from pathlib import Path

import numpy as np
import pydicom
import pytest

from app.cli.demo.identity import PatientIdentity
from app.cli.demo.phantom import phantom_slices, write_ct_phantom
from app.cli.demo.samples import copy_pydicom_samples
from app.imaging.dataset import open_file
from app.imaging.picture import GreyPicture, make_picture
from app.imaging.series import Instance, group
from app.imaging.source import FolderSource

PATIENT = PatientIdentity("Wang^Fang=王^芳", "DEMO-0001", "F", "19750403")


@pytest.fixture(scope="module")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_ct_phantom(tmp_path_factory.mktemp("ct"), patient=PATIENT, slices=12, size=256)


def test_the_phantom_is_one_series_in_order_with_the_patient_s_chinese_name(
    phantom: list[Path],
) -> None:
    found = [f for f in FolderSource(phantom).instances() if isinstance(f, Instance)]
    (study,) = group(found)
    (series,) = study.series
    assert [i.instance_number for i in series.instances] == list(range(1, 13))
    assert series.first.patient.name == PATIENT.name


def test_the_phantom_carries_every_attribute_its_modules_require(phantom: list[Path]) -> None:
    ds = pydicom.dcmread(phantom[0])
    required = (
        "PatientName PatientID PatientBirthDate PatientSex StudyInstanceUID StudyDate StudyTime "
        "ReferringPhysicianName StudyID AccessionNumber Modality SeriesInstanceUID SeriesNumber "
        "FrameOfReferenceUID PositionReferenceIndicator Manufacturer InstanceNumber PixelSpacing "
        "ImageOrientationPatient ImagePositionPatient SliceThickness ImageType SamplesPerPixel "
        "PhotometricInterpretation Rows Columns BitsAllocated BitsStored HighBit "
        "PixelRepresentation RescaleIntercept RescaleSlope RescaleType KVP AcquisitionNumber"
    )
    assert [keyword for keyword in required.split() if keyword not in ds] == []
    assert ds.SpecificCharacterSet == "ISO_IR 192"
    assert ds.RescaleIntercept == -1024


def test_the_phantom_has_the_densities_of_a_body() -> None:
    volume = phantom_slices(12, 128)
    chest, belly = volume[4], volume[9]
    assert np.percentile(chest, 2) < -950
    assert (np.abs(chest.astype(int) + 840) < 60).mean() > 0.08  # lung
    assert ((belly > 80) & (belly < 180)).mean() > 0.08  # liver, kidneys, vessels
    assert (volume > 300).mean() > 0.002  # bone


def test_the_phantom_is_the_same_every_time() -> None:
    assert np.array_equal(phantom_slices(3, 64), phantom_slices(3, 64))


def test_the_phantom_opens_with_its_named_windows(phantom: list[Path]) -> None:
    picture = make_picture(open_file(phantom[5]), 0)
    assert isinstance(picture, GreyPicture)
    assert [p.explanation for p in picture.presets[:2]] == ["纵隔窗", "肺窗"]


def test_the_wheel_s_pictures_keep_their_pixels_and_lose_their_people(
    wheel: Path, tmp_path: Path
) -> None:
    us, mr = copy_pydicom_samples(tmp_path, PATIENT)
    for copy, name in ((us, "examples_ybr_color.dcm"), (mr, "examples_overlay.dcm")):
        ours, original = pydicom.dcmread(copy), pydicom.dcmread(wheel / name)
        assert ours.PixelData == original.PixelData
        assert str(ours.PatientName) == PATIENT.name
        for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"):
            assert ours[keyword].value != original[keyword].value
        text = str(ours)
        assert "AKH" not in text
        assert "Sssssss" not in text
    assert len(make_picture(open_file(us), 29).spacing.calibration) > 0
