"""SUV: reckoned by hand for made-up PET pictures, and declined where something is not known."""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.uid import PositronEmissionTomographyImageStorage

from app.cli import measure
from app.imaging.annotation import Annotation, AnnotationKind, measured
from app.imaging.dataset import open_object
from app.imaging.measurement import Patch, statistics
from app.imaging.picture import GreyPicture, make_picture
from app.imaging.planes import Plane
from app.imaging.readings import Reading
from app.imaging.series import SliceRef
from app.imaging.suv import Suv, SuvLack, suv_of
from app.imaging.volume import make_volume
from protocol.base import new_id
from tests.imaging.objects import altered, ct_object, item

HALF_LIFE = 6600.0


def pet(pixels: NDArray[np.int16] | None = None, **attributes: Any) -> bytes:
    """70 kg; 400 MBq at 09:00, the scan began one half-life later: 200 MBq were left. So
    SUV = value × 70 000 g ÷ 200 000 000 Bq = value × 0.00035."""
    tracer = {
        "RadionuclideTotalDose": 4e8,
        "RadionuclideHalfLife": HALF_LIFE,
        "RadiopharmaceuticalStartTime": "090000",
    }
    tracer |= attributes.pop("tracer", {})
    facts: dict[str, Any] = {
        "SOPClassUID": PositronEmissionTomographyImageStorage,
        "Modality": "PT",
        "Units": "BQML",
        "DecayCorrection": "START",
        "CorrectedImage": ["DECY", "ATTN", "SCAT"],
        "PatientWeight": 70,
        "SeriesDate": "20261121",
        "SeriesTime": "105000",
        "AcquisitionDate": "20261121",
        "AcquisitionTime": "105000",
        "RescaleSlope": 2,
        "RadiopharmaceuticalInformationSequence": [
            item(**{k: v for k, v in tracer.items() if v is not None})
        ],
    }
    facts |= attributes
    values = np.full((8, 8), 10_000, np.int16) if pixels is None else pixels
    return ct_object(values, **{k: v for k, v in facts.items() if v is not None})


def found(**attributes: Any) -> Suv | SuvLack | None:
    return suv_of(open_object(pet(**attributes)).dataset)


def test_activity_decays_from_injection_to_the_start_of_the_scan() -> None:
    assert found() == Suv(0.00035)


def test_activity_corrected_to_its_injection_does_not_decay() -> None:
    assert found(DecayCorrection="ADMIN") == Suv(0.000175)


def test_an_injection_before_midnight_is_of_the_day_before() -> None:
    """23:30 to 01:20 is one half-life of 110 minutes."""
    night = {"SeriesTime": "012000", "AcquisitionTime": "012500"}
    assert found(**night, tracer={"RadiopharmaceuticalStartTime": "233000"}) == Suv(0.00035)


def test_a_date_of_injection_is_believed_before_a_time_without_one() -> None:
    tracer = {
        "RadiopharmaceuticalStartDateTime": "20261121070000.0",
        "RadiopharmaceuticalStartTime": "235900",
    }
    two = found(SeriesTime="104000", tracer=tracer)  # 220 minutes are two half-lives
    assert two == Suv(0.0007)


def test_the_zone_of_a_moment_is_heeded() -> None:
    tracer = {"RadiopharmaceuticalStartDateTime": "20261121010000+0000"}
    assert found(TimezoneOffsetFromUTC="+0800", tracer=tracer) == Suv(0.00035)


def test_a_series_made_later_goes_back_by_the_times_of_its_frame() -> None:
    """The frame began at 10:50:00 + 600 s − T, where T is when its count rate was the mean: for a
    short frame nearly its middle. Reference 600 s, frame 20 s: the scan began about 590 s before
    the frame."""
    late = found(
        SeriesTime="180000",
        AcquisitionTime="105950",
        FrameReferenceTime=600_000,
        ActualFrameDuration=20_000,
    )
    assert isinstance(late, Suv)
    assert late.factor == pytest.approx(0.00035, rel=2e-6)


def test_what_ge_keeps_of_the_scan_is_used_where_the_series_was_made_later() -> None:
    def keep(ds: Any) -> None:
        ds.private_block(0x0009, "GEMS_PETD_01", create=True).add_new(0x0D, "DT", "20261121105000")

    data = altered(pet(SeriesTime="180000"), keep)
    assert suv_of(open_object(data).dataset) == Suv(0.00035)


@pytest.mark.parametrize(
    ("element", "value", "factor"), [(0x00, 0.0123, 0.0123), (0x09, 2.5, 2.5 * 0.00035)]
)
def test_philips_counts_have_a_factor_of_their_own(
    element: int, value: float, factor: float
) -> None:
    def keep(ds: Any) -> None:
        block = ds.private_block(0x7053, "Philips PET Private Group", create=True)
        block.add_new(element, "DS", str(value))

    suv = suv_of(open_object(altered(pet(Units="CNTS"), keep)).dataset)
    assert isinstance(suv, Suv)
    assert suv.factor == pytest.approx(factor, rel=1e-12)


def test_pixels_that_are_suv_already_keep_their_kind() -> None:
    assert found(Units="GML") == Suv(1.0, "SUVbw")
    assert found(Units="GML", SUVType="LBM") == Suv(1.0, "SUVlbm")
    assert found(Units="GML", SUVType="SOMETHING") is SuvLack.UNITS


@pytest.mark.parametrize(
    ("attributes", "lack"),
    [
        ({"PatientWeight": None}, SuvLack.WEIGHT),
        ({"PatientWeight": 0}, SuvLack.WEIGHT),
        ({"Units": "PROPCPS"}, SuvLack.UNITS),
        ({"Units": "CNTS"}, SuvLack.UNITS),
        ({"CorrectedImage": ["DECY"]}, SuvLack.ATTENUATION),
        ({"CorrectedImage": ["ATTN"]}, SuvLack.DECAY),
        ({"DecayCorrection": "NONE"}, SuvLack.DECAY),
        ({"RadiopharmaceuticalInformationSequence": []}, SuvLack.DOSE),
        ({"tracer": {"RadionuclideTotalDose": 400}}, SuvLack.DOSE),
        ({"tracer": {"RadionuclideHalfLife": None}}, SuvLack.HALF_LIFE),
        ({"tracer": {"RadiopharmaceuticalStartTime": None}}, SuvLack.INJECTION_TIME),
        ({"tracer": {"RadionuclideHalfLife": 45_700}}, SuvLack.INJECTION_TIME),
        ({"SeriesTime": "180000"}, SuvLack.SCAN_TIME),
        ({"AcquisitionTime": None}, SuvLack.SCAN_TIME),
        (
            {"tracer": {"RadiopharmaceuticalStartDateTime": "20261121110000"}},
            SuvLack.TIMES,
        ),
        (
            {"tracer": {"RadiopharmaceuticalStartDateTime": "20261111090000"}},
            SuvLack.TIMES,
        ),
    ],
)
def test_what_is_not_known_is_not_guessed(attributes: dict[str, Any], lack: SuvLack) -> None:
    assert found(**attributes) is lack


def test_other_modalities_are_not_asked() -> None:
    assert suv_of(open_object(ct_object(np.zeros((2, 2), np.int16))).dataset) is None


def picture_of(data: bytes) -> GreyPicture:
    picture = make_picture(open_object(data), 0)
    assert isinstance(picture, GreyPicture)
    return picture


def test_a_region_tells_activity_and_suv() -> None:
    """Stored 10 000 and 20 000 at slope 2: 20 000 and 40 000 Bq/ml, SUV 7 and 14."""
    pixels = np.full((4, 4), 10_000, np.int16)
    pixels[:, 2:] = 20_000
    picture = picture_of(pet(pixels))
    corners = ((0.0, 0.0), (4.0, 4.0))
    one = Annotation(new_id(), SliceRef("2.25.9", 0), AnnotationKind.RECTANGLE, corners)
    numbers = measured(one, picture)
    assert numbers.statistics is not None
    assert numbers.statistics.unit == "Bq/ml"
    assert numbers.statistics.mean == 30_000
    ((reading, suv),) = numbers.further
    assert (reading.name, suv.unit, suv.count) == ("SUVbw", "g/ml", 16)
    told = [suv.mean, suv.deviation, suv.minimum, suv.maximum]
    assert told == pytest.approx([10.5, 3.5, 7.0, 14.0])


def test_the_command_line_tells_it_or_why_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def asked(data: bytes, *words: str) -> dict[str, Any]:
        file = tmp_path / "one.dcm"
        file.write_bytes(data)
        parser = argparse.ArgumentParser()
        measure.add_arguments(parser)
        assert measure.run(parser.parse_args([str(file), "--json", *words])) == 0
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    told = asked(pet(), "--probe", "2", "2")
    assert told["SUVbw"] == {"value": pytest.approx(7.0), "unit": "g/ml"}
    told = asked(pet(), "--roi", "ellipse", "1", "1", "6", "6")
    assert told["SUVbw maximum"] == {"value": pytest.approx(7.0), "unit": "g/ml"}
    told = asked(pet(PatientWeight=None), "--probe", "2", "2")
    assert told["no SUV"] == "weight"


def mapping(code: str, **more: Any) -> Any:
    unit = item(CodeValue=code, CodingSchemeDesignator="UCUM", CodeMeaning="a unit")
    facts: dict[str, Any] = {
        "RealWorldValueFirstValueMapped": 0,
        "RealWorldValueLastValueMapped": 12_000,
        "RealWorldValueSlope": 0.001,
        "RealWorldValueIntercept": 1.0,
        "LUTLabel": "K",
        "MeasurementUnitsCodeSequence": [unit],
    }
    return item(**(facts | more))


def test_real_world_values_are_of_stored_values_and_end_where_the_file_says() -> None:
    """Stored 10 000 → 11; its modality value is 20 000. 12 001 is not mapped."""
    pixels = np.full((4, 4), 10_000, np.int16)
    pixels[0, 0] = 12_001
    picture = picture_of(ct_object(pixels, RescaleSlope=2, Modality="MR", **_sequence("mm2/s")))
    (reading,) = picture.readings.known
    assert (reading.name, reading.unit) == ("K", "mm2/s")
    assert reading.of(20_000.0) == pytest.approx(11.0)
    assert reading.of(24_002.0) is None
    whole = statistics(picture, Patch(0, 0, np.ones((4, 4), np.bool_)))
    rest = statistics(picture, Patch(1, 0, np.ones((3, 4), np.bool_)))
    assert whole is not None
    assert rest is not None
    assert whole.read_as(reading) is None
    told = rest.read_as(reading)
    assert told is not None
    assert told.mean == pytest.approx(11.0)


def _sequence(code: str, **more: Any) -> dict[str, Any]:
    return {"RealWorldValueMappingSequence": [mapping(code, **more)]}


def test_suv_that_the_file_maps_itself_comes_before_our_own() -> None:
    picture = picture_of(pet(**_sequence("g/ml{SUVbw}", RealWorldValueIntercept=0.0)))
    (reading,) = picture.readings.known
    assert (reading.name, reading.unit) == ("SUVbw", "g/ml")
    assert reading.of(20_000.0) == pytest.approx(10.0)


def test_a_mapping_that_repeats_the_modality_value_is_not_told_twice() -> None:
    same = _sequence("HU", RealWorldValueSlope=2.0, RealWorldValueIntercept=0.0)
    assert (
        picture_of(ct_object(np.ones((4, 4), np.int16), RescaleSlope=2, **same)).readings.known
        == ()
    )


def test_a_volume_keeps_a_reading_that_all_its_slices_share() -> None:
    def slices(*factors: float) -> tuple[Reading, ...]:
        made = [
            picture_of(pet(PatientWeight=70 * f, RescaleSlope=1 + n)) for n, f in enumerate(factors)
        ]
        places = [
            Plane((0.0, 0.0, float(n)), (1, 0, 0, 0, 1, 0), 1.0, 1.0, 8, 8)
            for n in range(len(made))
        ]
        return make_volume(made, places).first.readings.known

    (reading,) = slices(1.0, 1.0, 1.0)
    assert reading.of(20_000.0) == pytest.approx(7.0)
    assert slices(1.0, 1.0, 1.2) == ()
