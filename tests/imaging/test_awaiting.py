"""Places of pictures that are on their way: where they will lie, none where that is not sure."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from app.imaging.awaiting import Awaiting
from app.imaging.listed import ListedImage
from app.imaging.series import Instance, Series, describe_bytes, group
from tests.imaging.objects import ct_object, ramp

COUNT = 12


def described(number: int, **attributes: object) -> Instance:
    """Slice `number`, from 1 at the feet."""
    return describe_bytes(
        ct_object(
            ramp(4, 4),
            **{
                "SOPInstanceUID": f"2.25.100.{number}",
                "InstanceNumber": number,
                "ImagePositionPatient": [0, 0, 1.5 * number],
                "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
                "PixelSpacing": [0.5, 0.5],
                **attributes,
            },
        )
    )


def listed(one: Instance) -> ListedImage:
    """As a server lists it."""
    return ListedImage(
        sop_instance_uid=one.sop_instance_uid,
        sop_class_uid=one.sop_class_uid,
        series_instance_uid=one.series_instance_uid,
        study_instance_uid=one.study_instance_uid,
        instance_number=one.instance_number,
        rows=one.rows,
        columns=one.columns,
        orientation=one.orientation,
        position=one.position,
        slice_location=one.slice_location,
        pixel_spacing=one.pixel_spacing,
        frame_of_reference_uid=one.frame_of_reference_uid,
        marks=one.marks,
    )


@pytest.fixture(scope="module")
def every() -> list[Instance]:
    return [described(number) for number in range(1, COUNT + 1)]


def waiting(here: Iterable[Instance], told: Iterable[ListedImage]) -> Awaiting:
    """What is known when these are here and those were listed."""
    awaiting, come = Awaiting(), {one.sop_instance_uid: one for one in here}
    for one in come.values():
        awaiting.came(one)
    for image in told:
        awaiting.expect(image, come.get(image.sop_instance_uid))
    return awaiting


def series_of(here: Iterable[Instance], awaiting: Awaiting) -> Series:
    ((series,),) = (study.series for study in group([*here, *awaiting.places().values()]))
    return series


def test_each_place_is_where_the_picture_will_lie(every: list[Instance]) -> None:
    here = every[3:5]
    awaiting = waiting(here, map(listed, every))
    series = series_of(here, awaiting)
    whole = series_of(every, Awaiting())
    assert series.slices == whole.slices
    assert series.planes() == whole.planes()
    assert series.here == 2
    assert series.come() == whole.slices[3:5]
    for one in every:
        awaiting.came(one)
    assert awaiting.places() == {}


def test_a_place_says_whose_it_is_and_nothing_else_of_a_picture_that_nobody_has_seen(
    every: list[Instance],
) -> None:
    head = described(1, LossyImageCompression="01", KVP="120")
    place = waiting([head], map(listed, every)).places()["2.25.100.9"]
    assert place.awaited
    assert (place.patient, place.series_description) == (head.patient, head.series_description)
    assert (place.instance_number, place.position) == (9, (0, 0, 13.5))
    assert not place.lossy
    assert place.corner_values == ()


@pytest.mark.parametrize(
    "otherwise",
    [
        lambda one: replace(one, position=None),
        lambda one: replace(one, position=(0.0, 0.0, 1.0)),
        lambda one: replace(one, instance_number=5),
        lambda one: replace(one, marks=()),
    ],
)
def test_where_a_list_says_otherwise_than_a_picture_there_are_no_places(
    every: list[Instance], otherwise: Callable[[ListedImage], ListedImage]
) -> None:
    told = [listed(every[0]), otherwise(listed(every[1])), *map(listed, every[2:])]
    awaiting = waiting(every[:1], told)
    assert len(awaiting.places()) == COUNT - 1, "nothing speaks against it yet"
    awaiting.came(every[1])
    assert awaiting.places() == {}


def test_a_list_without_positions_makes_no_places(every: list[Instance]) -> None:
    told = [replace(listed(one), position=None, orientation=None) for one in every]
    assert waiting(every[:1], told).places() == {}


def test_a_picture_of_somebody_else_does_not_stand_in_its_place(every: list[Instance]) -> None:
    awaiting = waiting(every[:1], map(listed, every))
    awaiting.places()
    assert awaiting.came(every[1])
    assert not awaiting.came(described(3, PatientName="Wang^Er", PatientID="T-2"))


def test_what_is_no_picture_like_those_here_has_no_place(every: list[Instance]) -> None:
    report = replace(listed(every[1]), sop_class_uid="1.2.840.10008.5.1.4.1.1.88.11")
    other = replace(listed(every[2]), series_instance_uid="2.25.9")
    found = waiting(every[:1], [listed(every[0]), report, other, listed(every[3])]).places()
    assert list(found) == ["2.25.100.4"]


def test_a_picture_that_cannot_be_had_keeps_its_place_and_says_why(every: list[Instance]) -> None:
    awaiting = waiting(every[:1], map(listed, every))
    awaiting.lose("2.25.100.7", "The server refused it.")
    error = awaiting.error("2.25.100.7")
    assert error is not None
    assert error.reason == "The server refused it."
    assert "2.25.100.7" in awaiting.places()
    awaiting.hope()
    assert awaiting.error("2.25.100.7") is None
