"""What belongs together, and in which order."""

from itertools import pairwise
from pathlib import Path

import pytest

from app.imaging.dataset import open_object
from app.imaging.geometry import (
    Calibration,
    direction_letters,
    edge_letters,
    pixel_spacing,
)
from app.imaging.series import (
    BadFile,
    Instance,
    ObjectKind,
    describe_bytes,
    describe_file,
    group,
    make_series,
)
from app.imaging.source import FolderSource
from tests.imaging.cases import instance
from tests.imaging.objects import ct_object, ramp

AXIAL = [1, 0, 0, 0, 1, 0]
SAGITTAL = [0, 1, 0, 0, 0, -1]


def at(z: float, number: int, plane: list[int] | None = None) -> Instance:
    return describe_bytes(
        ct_object(
            ramp(4, 4),
            ImagePositionPatient=[0, 0, z],
            ImageOrientationPatient=plane or AXIAL,
            InstanceNumber=number,
        )
    )


def heights(instances: tuple[Instance, ...]) -> list[float]:
    return [i.position[2] for i in instances if i.position is not None]


def test_slices_sort_by_position_and_not_by_instance_number() -> None:
    shuffled = [at(10, 1), at(30, 2), at(20, 3), at(0, 0)]
    assert heights(make_series("s", shuffled).instances) == [0, 10, 20, 30]


def test_the_instance_numbers_say_at_which_end_to_begin() -> None:
    assert heights(make_series("s", [at(0, 9), at(10, 5), at(20, 1)]).instances) == [20, 10, 0]


def test_mixed_orientations_stay_apart() -> None:
    mixed = [at(0, 1), at(5, 2, SAGITTAL), at(10, 3), at(15, 4, SAGITTAL)]
    planes = [i.orientation for i in make_series("s", mixed).instances]
    assert planes[0] == planes[1] != planes[2] == planes[3]


def test_every_frame_of_a_cine_is_a_slice(wheel: Path) -> None:
    cine = describe_file(wheel / "examples_ybr_color.dcm")
    assert isinstance(cine, Instance)
    series = make_series(cine.series_instance_uid, [cine])
    assert [ref.frame for ref in series.slices] == list(range(30))


def test_the_same_instance_twice_counts_once() -> None:
    one = at(0, 1)
    (study,) = group([one, one])
    assert len(study.series[0].slices) == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("waveform_ecg.dcm", ObjectKind.WAVEFORM),
        ("test-SR.dcm", ObjectKind.DOCUMENT),
        ("rtplan.dcm", ObjectKind.OTHER),
        ("CT_small.dcm", ObjectKind.IMAGE),
    ],
)
def test_an_object_is_what_its_class_says(wheel: Path, name: str, kind: ObjectKind) -> None:
    found = describe_file(wheel / name)
    assert isinstance(found, Instance)
    assert found.kind is kind


def test_chinese_names_are_read_in_their_character_set() -> None:
    name = describe_bytes(ct_object(ramp(), SpecificCharacterSet="GB18030")).patient.name
    assert name == "Li^Na=李^娜"


def test_a_real_ct_series_is_one_stack_with_even_steps(shared_data: Path) -> None:
    found = list(FolderSource([shared_data / "ct-head-neck"]).instances())
    assert not [file for file in found if isinstance(file, BadFile)]
    studies = group(file for file in found if isinstance(file, Instance))
    (series,) = studies[0].series
    places = heights(series.instances)
    steps = [round(b - a, 3) for a, b in pairwise(places)]
    assert len(series.slices) == 295
    assert set(steps) in ({1.0}, {-1.0})
    assert series.first.lossy


def test_orientation_letters_name_the_strongest_direction_first() -> None:
    assert direction_letters((1, 0, 0)) == "L"
    assert direction_letters((0, -0.9, 0.43)) == "AH"
    letters = edge_letters((1, 0, 0, 0, 1, 0))
    assert (letters.left, letters.right, letters.top, letters.bottom) == ("R", "L", "A", "P")


@pytest.mark.parametrize(
    ("attributes", "calibration", "row"),
    [
        ({"PixelSpacing": [0.5, 0.5]}, Calibration.PATIENT, 0.5),
        ({"ImagerPixelSpacing": [0.2, 0.2]}, Calibration.DETECTOR, 0.2),
        (
            {"ImagerPixelSpacing": [0.2, 0.2], "EstimatedRadiographicMagnificationFactor": 2},
            Calibration.MAGNIFICATION,
            0.1,
        ),
        ({}, Calibration.NONE, 1.0),
    ],
)
def test_a_length_says_what_it_rests_on(
    attributes: dict[str, object], calibration: Calibration, row: float
) -> None:
    spacing = pixel_spacing(open_object(ct_object(ramp(), **attributes)).dataset)
    assert spacing.calibration is calibration
    assert spacing.row == pytest.approx(row)


def test_an_ultrasound_region_in_centimetres_gives_millimetres(shared_data: Path) -> None:
    data = (shared_data / "us-cine" / "us-65-frames.dcm").read_bytes()
    spacing = pixel_spacing(open_object(data).dataset)
    assert spacing.calibration is Calibration.ULTRASOUND
    assert 0.1 < spacing.row < 2


def test_two_studies_with_one_series_number_are_found_apart() -> None:
    first = [instance(StudyInstanceUID="2.25.8", SeriesInstanceUID="2.25.80")]
    second = [instance(StudyInstanceUID="2.25.9", SeriesInstanceUID="2.25.80")]
    series = [one for study in group([*first, *second]) for one in study.series]
    assert len({one.uid for one in series}) == 2
    assert {one.series_instance_uid for one in series} == {"2.25.80"}
