"""Where curves lie, how they are thinned, what calipers read: no screen."""

import numpy as np
import pytest

from app.imaging.dataset import open_object
from app.imaging.leads import STANDARD
from app.imaging.waveform import WaveformGroup, read_waveform
from app.imaging.waveform_notes import Note
from app.viewers.waveform.calipers import Calipers
from app.viewers.waveform.curves import curve, envelope, nice, polygon
from app.viewers.waveform.marks import Marks
from app.viewers.waveform.sheet import MARGIN_MM, Layout, make_sheet
from tests.imaging.others import GENERAL_ECG, channel, group, instance

LEADS = {name: number for number, name in enumerate(STANDARD)}


def one_channel(numbers: np.ndarray, **attributes: object) -> WaveformGroup:
    """A group of one channel at 500 Hz."""
    data = numbers.astype("<i2").tobytes()
    made = group(data, [channel(**attributes)], len(numbers))  # type: ignore[arg-type]  # keywords
    return read_waveform(open_object(instance(GENERAL_ECG, WaveformSequence=[made]))).groups[0]


def test_three_by_four_shows_consecutive_quarters_and_a_rhythm_strip() -> None:
    sheet = make_sheet(Layout.COLUMNS_4, 12, LEADS, 10.0, speed=25, gain=10)
    by_lead = {STANDARD[trace.channel]: trace for trace in sheet.traces[:12]}
    assert sheet.rows == 4
    assert [by_lead[name].row for name in ("I", "II", "III", "aVR", "V3")] == [0, 1, 2, 0, 2]
    assert (by_lead["aVR"].start_s, by_lead["aVR"].stop_s) == (2.5, 5.0)
    assert by_lead["V4"].left_mm == MARGIN_MM + 7.5 * 25
    strip = sheet.traces[12]
    assert (STANDARD[strip.channel], strip.start_s, strip.stop_s) == ("II", 0, 10)


def test_six_by_two() -> None:
    sheet = make_sheet(Layout.COLUMNS_2, 12, LEADS, 10.0, speed=25, gain=10)
    assert sheet.rows == 6
    assert {(trace.start_s, trace.stop_s) for trace in sheet.traces} == {(0, 5), (5, 10)}


def test_rows_show_every_channel_over_the_whole_record_the_leads_first() -> None:
    leads = {name: 11 - number for number, name in enumerate(STANDARD)}
    sheet = make_sheet(Layout.ROWS, 14, leads, 60.0, speed=25, gain=10)
    assert [trace.channel for trace in sheet.traces] == [*range(11, -1, -1), 12, 13]
    assert {(trace.start_s, trace.stop_s) for trace in sheet.traces} == {(0, 60)}
    assert sheet.width_mm > 60 * 25


def test_a_page_never_begins_beyond_the_record() -> None:
    sheet = make_sheet(Layout.COLUMNS_4, 12, LEADS, 25.0, speed=25, gain=10, start_s=24)
    assert sheet.traces[12].start_s == 15
    assert sheet.traces[12].stop_s == 25


@pytest.mark.parametrize(("speed", "milliseconds"), [(25, 800), (50, 400), (12.5, 1600)])
def test_twenty_millimetres_are_a_time_by_speed(speed: float, milliseconds: float) -> None:
    read = Calipers(((10, 50), (30, 45))).read(speed=speed, gain=10)
    assert read.seconds * 1000 == pytest.approx(milliseconds)
    assert read.per_minute == pytest.approx(60_000 / milliseconds)
    assert read.amplitude == pytest.approx(0.5), "upwards is positive"


def test_calipers_of_one_place_have_no_rate_and_without_gain_no_amplitude() -> None:
    read = Calipers(((10, 50), (10, 40))).read(speed=25, gain=None)
    assert read.per_minute is None
    assert read.amplitude is None


def test_keys_move_the_active_end_only() -> None:
    laid = Calipers(((10, 10), (20, 20)))
    assert laid.nudged(1, 0).ends == ((10, 10), (21, 20))
    assert laid.swapped().nudged(0, 2).ends == ((10, 12), (20, 20))
    assert laid.nearest((11, 90), within_mm=2) == 0
    assert laid.nearest((15, 15), within_mm=2) is None


def test_thinning_keeps_every_peak() -> None:
    values = np.zeros(10_000)
    values[[17, 4321, 9999]] = (5, -7, 3)
    times, thin = envelope(np.arange(10_000.0), values, 50)
    assert len(thin) == 400
    assert (thin.max(), thin.min()) == (5, -7)
    assert times[thin == 5].tolist() == [17]
    assert times[thin == -7].tolist() == [4321]
    assert np.all(np.diff(times) >= 0)


def test_a_curve_breaks_where_samples_are_missing() -> None:
    numbers = np.arange(100)
    numbers[40:60] = -32768
    made = group(numbers.astype("<i2").tobytes(), [channel()], 100)
    made.add_new("WaveformPaddingValue", "OW", np.array(-32768, "<i2").tobytes())
    read = read_waveform(open_object(instance(GENERAL_ECG, WaveformSequence=[made]))).groups[0]
    pieces = curve(read, 0, 0, 1, 1000)
    assert [len(piece) for piece in pieces] == [40, 40]
    assert pieces[1][0].tolist() == [60 / 500, 60]


def test_a_late_channel_is_drawn_late() -> None:
    read = one_channel(np.arange(10), ChannelTimeSkew=0.5)
    (piece,) = curve(read, 0, 0, 5, 1000)
    assert piece[0, 0] == pytest.approx(0.5)


def test_outside_the_record_there_is_nothing() -> None:
    assert curve(one_channel(np.arange(10)), 0, 5, 6, 1000) == []


def test_qt_gets_the_points_as_they_are() -> None:
    made = polygon(np.array([[1.5, 2.5], [3.0, -4.0]]))
    assert [(p.x(), p.y()) for p in made.toList()] == [(1.5, 2.5), (3.0, -4.0)]
    assert polygon(np.empty((0, 2))).isEmpty()


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.7, 1), (1, 1), (1.2, 2), (3, 5), (51, 100), (0, 1), (np.inf, 1)]
)
def test_nice_numbers(value: float, rounded: float) -> None:
    assert nice(value) == pytest.approx(rounded)


def note(*spans: tuple[float | None, float | None], channel_: int | None = None) -> Note:
    return Note(None, "x", None, ((0, channel_),), spans)


def test_marks_are_found_by_channel_and_time() -> None:
    long, late, other = note((0, 90)), note((50, 50)), note((50, 50), channel_=1)
    marks = Marks((late, long, other), 0, 2)
    assert [span[2] for span in marks.between(0, 40, 60)] == [long, late]
    assert [span[2] for span in marks.between(1, 40, 60)] == [long, late, other]
    assert [span[2] for span in marks.between(0, 91, 99)] == []


def test_a_mark_without_end_reaches_to_the_end() -> None:
    marks = Marks((note((None, 5)), note((80, None))), 0, 1)
    assert len(marks.between(0, 0, 1)) == 1
    assert len(marks.between(0, 1000, 1001)) == 1
    assert len(marks.between(0, 6, 70)) == 0
