"""What a value means besides, and why it has no SUV, in the reader's words."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QCoreApplication

from app.imaging.measurement import RoiStatistics
from app.imaging.readings import Reading
from app.imaging.suv import SuvLack

translate = QCoreApplication.translate


def lack_words(lack: SuvLack) -> str:
    """Why a PET picture has no SUV, on one short line."""
    return translate("DicomViewer", "No SUV: {reason}").replace("{reason}", _reason(lack))


def _reason(lack: SuvLack) -> str:
    match lack:
        case SuvLack.UNITS:
            return translate("DicomViewer", "the pixels are no activity")
        case SuvLack.WEIGHT:
            return translate("DicomViewer", "weight missing")
        case SuvLack.DOSE:
            return translate("DicomViewer", "injected dose missing or not in Bq")
        case SuvLack.HALF_LIFE:
            return translate("DicomViewer", "half-life missing")
        case SuvLack.DECAY:
            return translate("DicomViewer", "decay not corrected")
        case SuvLack.ATTENUATION:
            return translate("DicomViewer", "attenuation not corrected")
        case SuvLack.INJECTION_TIME:
            return translate("DicomViewer", "time of injection missing")
        case SuvLack.SCAN_TIME:
            return translate("DicomViewer", "start of the scan unknown")
        case SuvLack.TIMES:
            return translate("DicomViewer", "injection and scan do not fit together")
        case _:
            assert_never(lack)


def reading_words(found: Reading | SuvLack, value: float) -> str:
    """A modality value in another reading, empty where that does not reach it."""
    if isinstance(found, SuvLack):
        return lack_words(found)
    read = found.of(value)
    return "" if read is None else f"{found.name} {read:.3g} {found.unit}".strip()


def statistics_words(reading: Reading, values: RoiStatistics) -> str:
    """The statistics of a region in another reading, on one line."""
    mean = f"{values.mean:.2f} ± {values.deviation:.2f}"
    ends = f"{values.minimum:.2f} … {values.maximum:.2f}"
    unit = f" {values.unit}" if values.unit else ""
    return f"{reading.name} {mean}{unit} ({ends})".strip()
