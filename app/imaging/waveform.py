"""Waveforms: multiplex groups, channels in their units (PS3.3 C.10.9).

Samples stay as the file's bytes; what is looked at is converted, and nothing is allocated on
the file's word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.imaging.attributes import integer, items, number, raw, text
from app.imaging.coded import Code, code_of
from app.imaging.companding import A_LAW, MU_LAW
from app.imaging.dataset import EXPLICIT_BIG, DicomObject
from app.imaging.errors import MalformedError, MissingAttributeError
from app.imaging.waveform_notes import Note, notes_of

if TYPE_CHECKING:
    from pydicom import Dataset

MAX_CHANNELS = 1024
MAX_GROUPS = 64
MAX_FREQUENCY = 1e7
"""Hz; beyond the fastest sampling anybody stores, within which times keep their meaning."""


class WaveformKind(StrEnum):
    """What the samples are of, from the SOP class (PS3.3 A.34)."""

    ECG = "ecg"
    HEMODYNAMIC = "hemodynamic"
    ELECTROPHYSIOLOGY = "electrophysiology"
    PULSE = "pulse"
    RESPIRATION = "respiration"
    AUDIO = "audio"
    EEG = "eeg"
    OTHER = "other"


_STORAGE = "1.2.840.10008.5.1.4.1.1.9."
_KINDS = (
    ("1.", WaveformKind.ECG),
    ("2.", WaveformKind.HEMODYNAMIC),
    ("3.", WaveformKind.ELECTROPHYSIOLOGY),
    ("4.", WaveformKind.AUDIO),
    ("5.", WaveformKind.PULSE),
    ("6.", WaveformKind.RESPIRATION),
    ("7.", WaveformKind.EEG),
)
_TYPES = {"SB": "i1", "UB": "u1", "SS": "i2", "US": "u2", "SL": "i4", "UL": "u4"}
_TABLES = {"MB": MU_LAW, "AB": A_LAW}
_MILLIVOLTS = {"V": 1e3, "mV": 1.0, "uV": 1e-3, "nV": 1e-6}


@dataclass(frozen=True, slots=True)
class Channel:
    """One curve. A sample becomes `sample * factor + baseline` in `unit` (C.10.9.1.4).

    `low_hz`, `high_hz` and `notch_hz` are the filters in force, `skew_s` the delay of the channel
    to its group in seconds. `factor` is 1 and `calibrated` false where the file gives none.
    """

    label: str
    source: Code | None
    unit: Code | None
    factor: float
    baseline: float
    calibrated: bool
    low_hz: float | None
    high_hz: float | None
    notch_hz: float | None
    skew_s: float

    @property
    def name(self) -> str:
        """What the curve is called: the source's meaning, then the label, then nothing."""
        return (self.source.words if self.source is not None else "") or self.label

    @property
    def to_millivolts(self) -> float | None:
        """Millivolts of one unit, None where the unit is no voltage."""
        if self.unit is None or not self.calibrated:
            return None
        return _MILLIVOLTS.get(self.unit.value)


@dataclass(frozen=True, slots=True, eq=False)
class WaveformGroup:
    """One multiplex group: `stored` is samples by channels as the file has them.

    `offset_s` is the time of its first sample after the acquisition's start, `cut_off` says that
    the file holds fewer samples than it claims.
    """

    label: str
    derived: bool
    sampling_frequency: float
    channels: tuple[Channel, ...]
    stored: NDArray[np.integer]
    table: NDArray[np.int16] | None
    padding: int | None
    offset_s: float
    cut_off: bool

    @property
    def samples(self) -> int:
        """Samples of each channel."""
        return int(self.stored.shape[0])

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples / self.sampling_frequency

    def values(
        self, channel: int, start: int = 0, stop: int | None = None, step: int = 1
    ) -> NDArray[np.float64]:
        """Samples `start` to `stop` (exclusive) of a channel in its unit; NaN where padded."""
        stored = self.stored[max(0, start) : stop : step, channel]
        numbers = (stored if self.table is None else self.table[stored]).astype(np.float64)
        definition = self.channels[channel]
        found: NDArray[np.float64] = numbers * definition.factor + definition.baseline
        if self.padding is not None:
            found[stored == self.padding] = np.nan
        return found


@dataclass(frozen=True, slots=True)
class Waveform:
    """A whole waveform object; at least one group."""

    kind: WaveformKind
    groups: tuple[WaveformGroup, ...]
    notes: tuple[Note, ...]
    acquired: str


def waveform_kind(sop_class_uid: str) -> WaveformKind:
    """What the samples are of."""
    if sop_class_uid.startswith(_STORAGE):
        tail = sop_class_uid[len(_STORAGE) :]
        return next((kind for start, kind in _KINDS if tail.startswith(start)), WaveformKind.OTHER)
    return WaveformKind.OTHER


def read_waveform(obj: DicomObject) -> Waveform:
    """Read every multiplex group that can be read.

    Raises:
        MissingAttributeError: there is no waveform, or it does not say how it is sampled.
        MalformedError: what it says contradicts itself.
    """
    sequence = items(obj.dataset, "WaveformSequence")[:MAX_GROUPS]
    if not sequence:
        raise MissingAttributeError("WaveformSequence")
    order = ">" if obj.transfer_syntax_uid == EXPLICIT_BIG else "<"
    groups = tuple(_group(item, order) for item in sequence)
    return Waveform(
        kind=waveform_kind(text(obj.dataset, "SOPClassUID")),
        groups=groups,
        notes=notes_of(obj.dataset, tuple(group.sampling_frequency for group in groups)),
        acquired=text(obj.dataset, "AcquisitionDateTime"),
    )


def _group(item: Dataset, order: str) -> WaveformGroup:
    frequency = number(item, "SamplingFrequency")
    if frequency is None or not 0 < frequency <= MAX_FREQUENCY:
        raise MissingAttributeError("SamplingFrequency")
    definitions = items(item, "ChannelDefinitionSequence")
    count = integer(item, "NumberOfWaveformChannels") or len(definitions)
    if not 1 <= count <= MAX_CHANNELS or count != len(definitions):
        raise MalformedError("The waveform names another number of channels than it describes.")
    interpretation = text(item, "WaveformSampleInterpretation").upper()
    stored, cut_off = _stored(item, order, interpretation, count)
    return WaveformGroup(
        label=text(item, "MultiplexGroupLabel"),
        derived=text(item, "WaveformOriginality").upper() == "DERIVED",
        sampling_frequency=frequency,
        channels=tuple(_channel(definition, frequency) for definition in definitions),
        stored=stored,
        table=_TABLES.get(interpretation),
        padding=_padding(item, stored.dtype),
        offset_s=(number(item, "MultiplexGroupTimeOffset") or 0.0) / 1000,
        cut_off=cut_off,
    )


def _stored(
    item: Dataset, order: str, interpretation: str, channels: int
) -> tuple[NDArray[np.integer], bool]:
    """A view of the bytes as samples by channels, and whether some are missing."""
    kind = "u1" if interpretation in _TABLES else _TYPES.get(interpretation)
    if kind is None:
        raise MalformedError("The samples of the waveform are of an unknown kind.")
    dtype = np.dtype(order + kind)
    allocated = integer(item, "WaveformBitsAllocated")
    if allocated is not None and allocated != dtype.itemsize * 8:
        raise MalformedError("The waveform says two sizes of its samples.")
    data = raw(item, "WaveformData")
    if not isinstance(data, bytes | bytearray):
        raise MissingAttributeError("WaveformData")
    claimed = integer(item, "NumberOfWaveformSamples")
    there = len(data) // (dtype.itemsize * channels)
    if claimed is None or claimed < 1 or there < 1:
        raise MissingAttributeError("NumberOfWaveformSamples")
    samples = min(claimed, there)
    flat = np.frombuffer(data, dtype, samples * channels)
    return flat.reshape(samples, channels), samples < claimed


def _padding(item: Dataset, dtype: np.dtype[np.integer]) -> int | None:
    """The stored value that means "no sample" (C.10.9.1.7), which is written like a sample."""
    value = raw(item, "WaveformPaddingValue")
    if isinstance(value, bytes):
        return int(np.frombuffer(value, dtype, 1)[0]) if len(value) >= dtype.itemsize else None
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = value[0] if value else None
    return value if isinstance(value, int) else None


def _channel(item: Dataset, frequency: float) -> Channel:
    sensitivity = number(item, "ChannelSensitivity")
    correction = number(item, "ChannelSensitivityCorrectionFactor")
    skew = number(item, "ChannelTimeSkew")
    if skew is None:
        skew = (number(item, "ChannelSampleSkew") or 0.0) / frequency
    return Channel(
        label=text(item, "ChannelLabel"),
        source=code_of(item, "ChannelSourceSequence"),
        unit=code_of(item, "ChannelSensitivityUnitsSequence"),
        factor=1.0 if sensitivity is None else sensitivity * (correction or 1.0),
        baseline=number(item, "ChannelBaseline") or 0.0,
        calibrated=sensitivity is not None,
        low_hz=number(item, "FilterLowFrequency"),
        high_hz=number(item, "FilterHighFrequency"),
        notch_hz=number(item, "NotchFilterFrequency"),
        skew_s=skew,
    )
