"""A 12-lead ECG: beats as sums of bells, scaled for each lead."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import TwelveLeadECGWaveformStorage, generate_uid

from tests.imaging.others import code, item
from tests.looks.material.objects import generated, write

RATE, SECONDS = 500, 10
BEATS_A_MINUTE = 72
_WAVES = (("P", -0.20, 0.025), ("Q", -0.035, 0.010), ("R", 0.0, 0.012), ("S", 0.032, 0.012))
_LEADS: dict[str, tuple[float, float, float, float, float]] = {
    "I": (0.10, -0.06, 0.70, -0.10, 0.18),
    "II": (0.15, -0.08, 1.10, -0.15, 0.28),
    "III": (0.06, -0.04, 0.45, -0.10, 0.12),
    "aVR": (-0.12, 0.05, -0.90, 0.10, -0.22),
    "aVL": (0.04, -0.04, 0.30, -0.08, 0.06),
    "aVF": (0.10, -0.06, 0.80, -0.12, 0.20),
    "V1": (0.06, 0.0, 0.25, -1.00, -0.10),
    "V2": (0.08, 0.0, 0.50, -1.40, 0.35),
    "V3": (0.09, -0.03, 0.95, -0.90, 0.45),
    "V4": (0.10, -0.07, 1.50, -0.45, 0.42),
    "V5": (0.10, -0.09, 1.35, -0.20, 0.34),
    "V6": (0.10, -0.08, 1.00, -0.10, 0.26),
}
"""Millivolts of P, Q, R, S and T."""


def lead(name: str) -> NDArray[np.int16]:
    """Microvolts at RATE for SECONDS."""
    t = np.arange(RATE * SECONDS) / RATE
    signal = np.zeros_like(t)
    sizes = _LEADS[name]
    for beat in np.arange(0.4, SECONDS + 1, 60 / BEATS_A_MINUTE):
        for (_wave, at, width), size in zip(_WAVES, sizes[:4], strict=True):
            signal += size * np.exp(-(((t - beat - at) / width) ** 2) / 2)
        signal += sizes[4] * np.exp(-(((t - beat - 0.26) / 0.055) ** 2) / 2)
    noise = np.random.default_rng(len(name) + ord(name[-1])).standard_normal(t.size) * 0.006
    return np.rint((signal + noise) * 1000).astype(np.int16)


def _channel(name: str) -> Dataset:
    return item(
        ChannelSourceSequence=[code(f"lead-{name}", "99DEMO", f"Lead {name}")],
        ChannelSensitivity=1,
        ChannelSensitivityUnitsSequence=[code("uV", "UCUM", "microvolt")],
        ChannelSensitivityCorrectionFactor=1,
        ChannelBaseline=0,
        WaveformBitsStored=16,
    )


def write_ecg(folder: Path, *, date: str = "20261121") -> Path:
    """One 12-lead object of ten seconds (PS3.3 C.10.9)."""
    samples = np.stack([lead(name) for name in _LEADS], axis=1)
    group = item(
        WaveformOriginality="ORIGINAL",
        NumberOfWaveformChannels=len(_LEADS),
        NumberOfWaveformSamples=RATE * SECONDS,
        SamplingFrequency=RATE,
        ChannelDefinitionSequence=[_channel(name) for name in _LEADS],
        WaveformBitsAllocated=16,
        WaveformSampleInterpretation="SS",
        WaveformData=samples.astype("<i2").tobytes(),
    )
    ds = generated(
        TwelveLeadECGWaveformStorage,
        Modality="ECG",
        StudyInstanceUID=generate_uid(None),
        SeriesInstanceUID=generate_uid(None),
        SeriesNumber=1,
        StudyDate=date,
        StudyDescription="常规心电图",
        SeriesDescription="十二导联",
        AcquisitionDateTime=f"{date}101500",
        WaveformSequence=[group],
    )
    return write(folder, "ECG.dcm", ds)
