"""Waveforms read as the file says, held against pydicom and FFmpeg (PS3.3 C.10.9, C.10.10)."""

import tracemalloc
import warnings
from pathlib import Path
from typing import Any

import av
import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.imaging.dataset import open_file, open_object
from app.imaging.errors import ImagingError, MalformedError, MissingAttributeError
from app.imaging.leads import STANDARD, twelve_leads
from app.imaging.waveform import Waveform, WaveformKind, read_waveform
from tests.imaging.hostile import changed
from tests.imaging.others import (
    GENERAL_ECG,
    HEMODYNAMIC,
    TWELVE_LEAD_ECG,
    channel,
    code,
    group,
    instance,
    item,
)

BIG_ENDIAN = "1.2.840.10008.1.2.2"


def read(data: bytes) -> Waveform:
    return read_waveform(open_object(data))


def ecg(data: bytes, samples: int, channels: int = 1, **attributes: object) -> bytes:
    """A general ECG with one group."""
    made = group(data, [channel() for _ in range(channels)], samples, **attributes)
    return instance(GENERAL_ECG, WaveformSequence=[made])


@pytest.fixture(params=["wheel", "shared"])
def real(request: pytest.FixtureRequest, wheel: Path) -> Path:
    """Two twelve-lead records of different makers."""
    if request.param == "wheel":
        return wheel / "waveform_ecg.dcm"
    folder: Path = request.getfixturevalue("shared_data")
    return next((folder / "conformance" / "ecg").iterdir())


def test_values_are_those_of_pydicom(real: Path) -> None:
    found = read_waveform(open_file(real))
    peer = pydicom.dcmread(real)
    for number, one in enumerate(found.groups):
        expected = peer.waveform_array(number)
        for column in range(len(one.channels)):
            assert np.allclose(one.values(column), expected[:, column], rtol=0, atol=1e-9)


def test_the_twelve_leads_are_recognised_whatever_their_makers_call_them(real: Path) -> None:
    found = read_waveform(open_file(real))
    assert found.kind is WaveformKind.ECG
    leads = twelve_leads(found.groups[0].channels)
    assert list(leads) == list(STANDARD)
    assert sorted(leads.values()) == list(range(12))


def test_leads_by_the_codes_of_the_medical_device_standard() -> None:
    numbers = (1, 2, 61, 62, 63, 64, 3, 4, 5, 6, 7, 8)
    named = [channel(ChannelSourceSequence=[code(f"2:{n}", "MDC", "some words")]) for n in numbers]
    made = group(bytes(24), named, 1)
    found = read(instance(TWELVE_LEAD_ECG, WaveformSequence=[made]))
    assert twelve_leads(found.groups[0].channels) == dict(zip(STANDARD, range(12), strict=True))


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", BIG_ENDIAN])
@pytest.mark.parametrize(
    ("interpretation", "dtype"),
    [("SB", "i1"), ("UB", "u1"), ("SS", "i2"), ("US", "u2"), ("SL", "i4"), ("UL", "u4")],
)
def test_every_kind_of_sample_in_every_byte_order(
    interpretation: str, dtype: str, syntax: str
) -> None:
    limits = np.iinfo(np.dtype(dtype))
    order = ">" if syntax == BIG_ENDIAN else "<"
    numbers = np.array([[limits.min, 1], [limits.max, 2]], order + dtype)
    made = group(
        numbers.tobytes(),
        [channel(), channel()],
        2,
        WaveformBitsAllocated=numbers.itemsize * 8,
        WaveformSampleInterpretation=interpretation,
    )
    found = read(instance(GENERAL_ECG, syntax, WaveformSequence=[made])).groups[0]
    assert found.values(0).tolist() == [limits.min, limits.max]
    assert found.values(1).tolist() == [1, 2]


@pytest.mark.parametrize(("interpretation", "codec"), [("MB", "pcm_mulaw"), ("AB", "pcm_alaw")])
def test_companded_samples_are_those_of_ffmpeg(interpretation: str, codec: str) -> None:
    every = bytes(range(256))
    made = group(
        every,
        [channel()],
        256,
        WaveformBitsAllocated=8,
        WaveformSampleInterpretation=interpretation,
    )
    decoder = av.CodecContext.create(codec, "r")
    decoder.sample_rate, decoder.layout = 8000, "mono"  # type: ignore[attr-defined]  # audio
    frames = decoder.decode(av.Packet(every))  # type: ignore[attr-defined]  # audio
    expected = np.concatenate([frame.to_ndarray().ravel() for frame in frames])
    found = read(instance(GENERAL_ECG, WaveformSequence=[made])).groups[0].values(0)
    assert found.tolist() == expected.tolist()


def test_sensitivity_correction_and_baseline_make_the_value() -> None:
    described = channel(
        unit="mmHg",
        ChannelSensitivity=0.5,
        ChannelSensitivityCorrectionFactor=1.1,
        ChannelBaseline=-10,
    )
    made = group(np.array([100], "<i2").tobytes(), [described], 1)
    found = read(instance(HEMODYNAMIC, WaveformSequence=[made]))
    assert found.kind is WaveformKind.HEMODYNAMIC
    assert found.groups[0].values(0)[0] == pytest.approx(100 * 0.5 * 1.1 - 10)
    assert found.groups[0].channels[0].to_millivolts is None, "a pressure is no voltage"


def test_an_uncalibrated_channel_has_no_millivolts() -> None:
    described = channel()
    del described.ChannelSensitivity
    made = group(bytes(2), [described], 1)
    found = read(instance(GENERAL_ECG, WaveformSequence=[made])).groups[0].channels[0]
    assert not found.calibrated
    assert found.to_millivolts is None


def test_padded_samples_are_no_numbers() -> None:
    numbers = np.array([1, -32768, 3], "<i2")
    made = group(numbers.tobytes(), [channel()], 3)
    made.add_new("WaveformPaddingValue", "OW", np.array(-32768, "<i2").tobytes())
    found = read(instance(GENERAL_ECG, WaveformSequence=[made])).groups[0].values(0)
    assert found[[0, 2]].tolist() == [1, 3]
    assert np.isnan(found[1])


def test_a_part_of_a_record_is_that_part() -> None:
    data = np.arange(10, dtype="<i2").tobytes()
    found = read(ecg(data, 10)).groups[0]
    assert found.values(0, 3, 6).tolist() == [3, 4, 5]
    assert found.values(0, step=4).tolist() == [0, 4, 8]


def test_filters_offset_and_skew_are_told() -> None:
    described = channel(
        FilterLowFrequency=0.05, FilterHighFrequency=150, NotchFilterFrequency=50,
        ChannelSampleSkew=5,
    )  # fmt: skip
    made = group(bytes(2), [described], 1, MultiplexGroupTimeOffset=2500)
    found = read(instance(GENERAL_ECG, WaveformSequence=[made])).groups[0]
    one = found.channels[0]
    assert (one.low_hz, one.high_hz, one.notch_hz) == (0.05, 150, 50)
    assert found.offset_s == 2.5
    assert one.skew_s == pytest.approx(0.01)


# --- files that lie ------------------------------------------------------------------------


def test_nothing_is_allocated_on_the_files_word() -> None:
    data = ecg(np.arange(8, dtype="<i2").tobytes(), 2**31 - 1)
    obj = open_object(data)
    tracemalloc.start()
    found = read_waveform(obj).groups[0]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.cut_off
    assert found.values(0).tolist() == list(range(8))
    assert peak < 1 << 20


def test_a_record_that_ends_early_shows_what_it_has() -> None:
    found = read(ecg(np.arange(7, dtype="<i2").tobytes() + b"\0\0", 6, channels=2)).groups[0]
    assert found.cut_off
    assert found.samples == 4


@pytest.mark.parametrize(
    "attributes",
    [
        {"SamplingFrequency": 0},
        {"SamplingFrequency": -500},
        {"NumberOfWaveformSamples": 0},
        {"NumberOfWaveformChannels": 3},
        {"NumberOfWaveformChannels": 60_000},
        {"WaveformSampleInterpretation": "XX"},
        {"WaveformBitsAllocated": 32},
        {"ChannelDefinitionSequence": []},
    ],
)
def test_a_contradiction_is_refused_with_a_reason(attributes: dict[str, Any]) -> None:
    with pytest.raises((MalformedError, MissingAttributeError)) as told:
        read(ecg(bytes(8), 4, **attributes))
    assert told.value.reason


def test_an_object_without_waveform_is_refused() -> None:
    with pytest.raises(MissingAttributeError):
        read(instance(GENERAL_ECG))


SMALL = ecg(np.arange(40, dtype="<i2").tobytes(), 20, channels=2)


@settings(max_examples=150, deadline=None)
@given(changed(SMALL))
def test_damaged_files_end_in_a_reason_or_a_record(data: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = read(data)
        except ImagingError:
            return
    assert all(one.stored.nbytes <= len(data) for one in found.groups)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(SMALL)))
def test_cut_files_end_in_a_reason_or_a_record(length: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = read(SMALL[:length])
        except ImagingError:
            return
    assert found.groups[0].samples <= 20


# --- what the file says about its curves ---------------------------------------------------


def annotated(**attributes: object) -> Waveform:
    """Two groups, at 500 and 100 Hz, and one annotation."""
    groups = [
        group(bytes(2000), [channel()], 1000),
        group(bytes(400), [channel(), channel()], 100, SamplingFrequency=100),
    ]
    note = item(**{"ReferencedWaveformChannels": [1, 0], **attributes})
    made = instance(GENERAL_ECG, WaveformSequence=groups, WaveformAnnotationSequence=[note])
    return read(made)


def test_a_measurement_has_its_unit() -> None:
    found = annotated(
        ConceptNameCodeSequence=[code("QRS Duration")],
        NumericValue="75",
        MeasurementUnitsCodeSequence=[code("ms", "UCUM")],
    ).notes[0]
    assert (found.title, found.words, found.spans) == ("QRS Duration", "75 ms", ())


def test_sample_positions_count_from_one_in_their_groups_own_time() -> None:
    found = annotated(
        UnformattedTextValue="here",
        ReferencedWaveformChannels=[2, 2],
        TemporalRangeType="POINT",
        ReferencedSamplePositions=[51],
    ).notes[0]
    assert found.begin_s == pytest.approx(0.5)
    assert found.applies(1, 1)
    assert not found.applies(1, 0)
    assert not found.applies(0, 0)


def test_channel_zero_means_all_of_the_group() -> None:
    found = annotated(UnformattedTextValue="all", ReferencedWaveformChannels=[2, 0]).notes[0]
    assert found.applies(1, 0)
    assert found.applies(1, 1)


@pytest.mark.parametrize(
    ("kind", "offsets", "spans"),
    [
        ("SEGMENT", [1, 2], ((1, 2),)),
        ("MULTISEGMENT", [1, 2, 5, 6], ((1, 2), (5, 6))),
        ("MULTIPOINT", [1, 4], ((1, 1), (4, 4))),
        ("BEGIN", [3], ((3, None),)),
        ("END", [3], ((None, 3),)),
    ],
)
def test_ranges_of_time(kind: str, offsets: list[int], spans: tuple[object, ...]) -> None:
    found = annotated(
        UnformattedTextValue="x", TemporalRangeType=kind, ReferencedTimeOffsets=offsets
    ).notes[0]
    assert found.spans == spans


def test_an_annotation_that_says_nothing_is_left_out() -> None:
    assert annotated().notes == ()


def test_the_measurements_of_a_real_record(wheel: Path) -> None:
    found = read_waveform(open_file(wheel / "waveform_ecg.dcm")).notes
    said = {note.title: note.words for note in found}
    assert said["QT Interval"] == "368 ms"
    assert said["QRS Axis"] == "52 °"
    assert "RITMO SINUSALE" in said
    assert sum(bool(note.spans) for note in found) == 66
