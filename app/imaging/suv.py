"""Standardised uptake values of PET pictures: the factor that turns activity into SUV.

The way to the factor is the vendor-neutral pseudo-code for SUV of the Quantitative Imaging
Biomarkers Alliance (RSNA QIBA, FDG-PET/CT profile), on the attributes of PS3.3 C.8.9.1 (PET
Series), C.8.9.2 (PET Isotope) and C.8.9.4 (PET Image). What it leaves to a guess is declined here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from app.imaging.attributes import items, number, text, texts

if TYPE_CHECKING:
    from pydicom import Dataset

LEAST_DOSE_BQ = 1e4
"""Below it the dose was written in another unit: nothing is imaged with ten kilobecquerel."""
LONG_HALF_LIFE_S = 36_000.0
"""A tracer that lives this long is also imaged days later: a time needs its date."""
MOST_HALF_LIVES = 12.0
"""After this many, nothing would be left to image: the times are wrong."""
_TYPES = {"": "SUVbw", "BW": "SUVbw", "LBM": "SUVlbm", "LBMJAMES128": "SUVlbm", "IBW": "SUVibw"}
_GE, _PHILIPS = "GEMS_PETD_01", "Philips PET Private Group"


class SuvLack(StrEnum):
    """Why there is no SUV."""

    UNITS = "units"
    """The pixels are neither activity concentrations nor SUV."""
    WEIGHT = "weight"
    DOSE = "dose"
    HALF_LIFE = "half-life"
    DECAY = "decay"
    """Decay was not corrected, or not to a moment that is known."""
    ATTENUATION = "attenuation"
    INJECTION_TIME = "injection-time"
    SCAN_TIME = "scan-time"
    TIMES = "times"
    """Injection and scan do not fit together."""


@dataclass(frozen=True, slots=True)
class Suv:
    """SUV = factor × modality value; `name` is SUVbw, or what the file's own SUV is called."""

    factor: float
    name: str = "SUVbw"


def suv_of(dataset: Dataset) -> Suv | SuvLack | None:
    """How the modality values of a PET picture become SUV; None where that is no question.

    A picture stands for its series: whether the series' time is the scan's is judged by the
    acquisition time of this picture alone.
    """
    if text(dataset, "Modality") != "PT":
        return None
    match text(dataset, "Units").upper():
        case "GML":
            kind = text(dataset, "SUVType").upper()
            return Suv(1.0, _TYPES[kind]) if kind in _TYPES else SuvLack.UNITS
        case "BQML":
            return _of_activity(dataset, 1.0)
        case "CNTS":
            factor = _private(dataset, 0x7053, _PHILIPS, 0x00)
            if factor:
                return Suv(factor)
            activity = _private(dataset, 0x7053, _PHILIPS, 0x09)
            return _of_activity(dataset, activity) if activity else SuvLack.UNITS
    return SuvLack.UNITS


def _private(dataset: Dataset, group: int, creator: str, element: int) -> float | None:
    try:
        value = float(dataset.private_block(group, creator)[element].value)
    except (KeyError, TypeError, ValueError):
        return None
    return value if math.isfinite(value) and value > 0 else None


def _of_activity(dataset: Dataset, to_activity: float) -> Suv | SuvLack:
    """SUVbw of modality values that `to_activity` turns into Bq/ml."""
    corrected = texts(dataset, "CorrectedImage")
    if "ATTN" not in corrected:
        return SuvLack.ATTENUATION
    if "DECY" not in corrected:
        return SuvLack.DECAY
    weight = number(dataset, "PatientWeight")
    if weight is None or weight <= 0:
        return SuvLack.WEIGHT
    tracers = items(dataset, "RadiopharmaceuticalInformationSequence")
    dose = number(tracers[0], "RadionuclideTotalDose") if len(tracers) == 1 else None
    if dose is None or dose < LEAST_DOSE_BQ:
        return SuvLack.DOSE
    match text(dataset, "DecayCorrection").upper():
        case "ADMIN":
            left: float | SuvLack = 1.0
        case "START":
            left = _left_at_scan(dataset, tracers[0])
        case _:
            left = SuvLack.DECAY
    if isinstance(left, SuvLack):
        return left
    return Suv(to_activity * weight * 1000 / (dose * left))


def _left_at_scan(dataset: Dataset, tracer: Dataset) -> float | SuvLack:
    """What share of the injected activity was left when the scan began."""
    half_life = number(tracer, "RadionuclideHalfLife")
    if half_life is None or half_life <= 0:
        return SuvLack.HALF_LIFE
    scan = _scan_start(dataset, half_life)
    if scan is None:
        return SuvLack.SCAN_TIME
    injected = _injection(dataset, tracer, scan, half_life)
    if injected is None:
        return SuvLack.INJECTION_TIME
    gone = (scan - injected).total_seconds()
    if not 0 <= gone <= MOST_HALF_LIVES * half_life:
        return SuvLack.TIMES
    return math.exp2(-gone / half_life)


def _injection(
    dataset: Dataset, tracer: Dataset, scan: datetime, half_life: float
) -> datetime | None:
    full = _moment(text(tracer, "RadiopharmaceuticalStartDateTime"), dataset)
    if full is not None:
        return full
    if half_life > LONG_HALF_LIFE_S:
        return None
    at = _joined(f"{scan:%Y%m%d}", text(tracer, "RadiopharmaceuticalStartTime"))
    if at is None:
        return None
    # A time of day alone: of two sides of midnight the one before the scan.
    return at - timedelta(days=1) if at > scan else at


def _scan_start(dataset: Dataset, half_life: float) -> datetime | None:
    """The moment to which decay was corrected. Series Time is it, unless the series was made later
    than its pictures: then what GE keeps of it, or what the frame's own times lead back to."""
    series = _joined(text(dataset, "SeriesDate"), text(dataset, "SeriesTime"))
    acquired = _joined(text(dataset, "AcquisitionDate"), text(dataset, "AcquisitionTime"))
    if series is not None and acquired is not None and series <= acquired:
        return series
    try:
        kept = str(dataset.private_block(0x0009, _GE)[0x0D].value)
    except KeyError:
        kept = ""
    if kept:
        return _moment(kept, dataset)
    reference = number(dataset, "FrameReferenceTime")
    lasted = number(dataset, "ActualFrameDuration")
    if acquired is None or not reference or not lasted or reference < 0 or lasted < 0:
        return None
    decay = math.log(2) / half_life
    within = lasted / 1000 * decay
    # When, within the frame, the count rate was its mean (Frame Reference Time, C.8.9.4).
    mean = math.log(within / -math.expm1(-within)) / decay
    return acquired + timedelta(seconds=mean - reference / 1000)


def _joined(date: str, time: str) -> datetime | None:
    """A DA and a TM as one moment."""
    return _read(date + time) if len(date) == 8 and len(time) >= 4 else None


def _moment(value: str, dataset: Dataset) -> datetime | None:
    """A DT in the time of the data set (PS3.5 6.2), None unless it tells the minute."""
    zone = ""
    if len(value) > 5 and value[-5] in "+-":
        value, zone = value[:-5], value[-5:]
    read = _read(value) if len(value) >= 12 else None
    own = text(dataset, "TimezoneOffsetFromUTC")
    if read is None or not zone or not own:
        return read
    apart = _minutes(own), _minutes(zone)
    if apart[0] is None or apart[1] is None:
        return None
    return read + timedelta(minutes=apart[0] - apart[1])


def _minutes(zone: str) -> int | None:
    if len(zone) != 5 or not zone[1:].isdigit():
        return None
    found = int(zone[1:3]) * 60 + int(zone[3:])
    return -found if zone[0] == "-" else found


def _read(value: str) -> datetime | None:
    """YYYYMMDDhhmm[ss[.ffffff]]."""
    whole, _, part = value.partition(".")
    form = {12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}.get(len(whole))
    if form is None or (part and not part.isdigit()):
        return None
    try:
        found = datetime.strptime(whole, form).replace(tzinfo=UTC)  # whichever zone it is
    except ValueError:
        return None
    return found + timedelta(seconds=float(f"0.{part}")) if part else found
