"""What stands around the curves."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QCoreApplication

from app.imaging.coded import date_words, datetime_words
from app.imaging.leads import lead_of
from app.imaging.series import Instance
from app.imaging.waveform import Channel, WaveformGroup, WaveformKind
from app.viewers.patient_words import patient_words
from app.viewers.waveform.calipers import Reading
from app.viewers.waveform.drawing import Drawing
from app.viewers.waveform.screen import Ruler
from app.viewers.waveform.sheet import Layout

translate = QCoreApplication.translate


def kind_words(kind: WaveformKind) -> str:
    """What the curves are of."""
    match kind:
        case WaveformKind.ECG:
            return translate("WaveformViewer", "Electrocardiogram")
        case WaveformKind.HEMODYNAMIC:
            return translate("WaveformViewer", "Hemodynamic curves")
        case WaveformKind.ELECTROPHYSIOLOGY:
            return translate("WaveformViewer", "Cardiac electrophysiology")
        case WaveformKind.PULSE:
            return translate("WaveformViewer", "Pulse wave")
        case WaveformKind.RESPIRATION:
            return translate("WaveformViewer", "Respiration")
        case WaveformKind.AUDIO:
            return translate("WaveformViewer", "Sound, as a curve")
        case WaveformKind.EEG:
            return translate("WaveformViewer", "Electroencephalogram and relatives")
        case WaveformKind.OTHER:
            return translate("WaveformViewer", "Curves")
        case _:
            assert_never(kind)


def layout_words(layout: Layout) -> str:
    """The name of a layout."""
    match layout:
        case Layout.COLUMNS_4:
            return translate("WaveformViewer", "3 × 4 + rhythm")
        case Layout.COLUMNS_2:
            return translate("WaveformViewer", "6 × 2")
        case Layout.ROWS:
            return translate("WaveformViewer", "One a row")
        case _:
            assert_never(layout)


def channel_words(channel: Channel, number: int) -> str:
    """The name beside a curve; `number` counts from 0."""
    name = lead_of(channel) or channel.name
    return name or translate("WaveformViewer", "Channel {n}").format(n=number + 1)


def group_words(group: WaveformGroup, number: int) -> str:
    """The name of a multiplex group; `number` counts from 0."""
    name = group.label or translate("WaveformViewer", "Group {n}").format(n=number + 1)
    parts = [name, seconds_words(group.duration_s)]
    if group.offset_s:
        parts.append(translate("WaveformViewer", "from {t}").format(t=f"{group.offset_s:+g} s"))
    return " · ".join(parts)


def seconds_words(seconds: float) -> str:
    """A length of time: 10 s, 24:00:00."""
    if seconds < 120:
        return f"{seconds:.3g} s"
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def record_words(instance: Instance, acquired: str) -> str:
    """Whose curves these are, and when they were taken."""
    when = datetime_words(acquired) or date_words(instance.study_date)
    parts = (*patient_words(instance.patient), when, instance.institution)
    return "   ".join(part for part in parts if part)


def scale_words(drawing: Drawing, ruler: Ruler, per_mm: float) -> str:
    """Speed, gain, filters, sampling, and how true the millimetres are."""
    group = drawing.group
    parts = [f"{drawing.speed:g} mm/s"]
    if any(scale.millivolts is not None for scale in drawing.scales):
        parts.append(f"{drawing.gain:g} mm/mV")
    parts += [filter_words(group), f"{group.sampling_frequency:g} Hz"]
    percent = round(100 * per_mm / ruler.per_mm)
    if percent != 100:
        parts.append(translate("WaveformViewer", "shown at {n} %").format(n=percent))
    elif ruler.known:
        parts.append(translate("WaveformViewer", "true size"))
    else:
        parts.append(
            translate("WaveformViewer", "size approximate: the screen does not say its own")
        )
    if group.cut_off:
        parts.append(translate("WaveformViewer", "the file ends before the record does"))
    return " · ".join(part for part in parts if part)


def filter_words(group: WaveformGroup) -> str:
    """The filters, where all channels have the same; else that they differ."""
    found = {(c.low_hz, c.high_hz, c.notch_hz) for c in group.channels}
    if len(found) > 1:
        return translate("WaveformViewer", "filters differ by channel")
    low, high, notch = found.pop()
    parts = []
    if low or high:
        parts.append(f"{low or 0:g}–{high:g} Hz" if high else f"> {low:g} Hz")
    if notch:
        parts.append(translate("WaveformViewer", "notch {n} Hz").format(n=f"{notch:g}"))
    return ", ".join(parts)


def reading_words(reading: Reading | None) -> str:
    """What the calipers say: 812 ms · 74 /min · +0.42 mV."""
    if reading is None:
        return ""
    parts = [f"{reading.seconds * 1000:.0f} ms"]
    if reading.per_minute is not None and reading.per_minute < 1000:
        parts.append(f"{reading.per_minute:.0f} /min")
    if reading.amplitude is not None:
        parts.append(f"{reading.amplitude:+.2f} mV")
    return " · ".join(parts)
