"""Values of Observations: numbers, units and flags."""

import math
from decimal import Decimal

from app.net.emr.clinical import Flag, PersonRead, Result
from app.net.emr.elements import (
    Json,
    coded,
    codes,
    concept,
    number_of,
    number_text,
    quantity,
)
from app.net.emr.ranges import usual_of

NOBODY = PersonRead()
LOINC = "http://loinc.org"
PANELS = {"58410-2", "57021-8", "24323-8", "24331-1", "51990-0", "24320-4", "24362-6"}
"""Laboratory panels: the values stand in components, members or the report's results."""
VITAL_SIGNS = {
    *("85353-1", "85354-9", "55284-4", "8480-6", "8462-4", "8867-4", "9279-1", "8310-5"),
    *("8302-2", "29463-7", "39156-5", "59408-5", "2708-6", "9843-4", "8331-1", "59576-9"),
}
"""R4 profile vital signs, with what older servers used for blood pressure and temperature."""
_FLAGS = {
    **dict.fromkeys(("H", "HU", "HX", ">", "↑"), Flag.HIGH),
    **dict.fromkeys(("L", "LU", "LX", "<", "↓"), Flag.LOW),
    **dict.fromkeys(("HH", "↑↑"), Flag.CRITICAL_HIGH),
    **dict.fromkeys(("LL", "↓↓"), Flag.CRITICAL_LOW),
    **dict.fromkeys(("A", "AA", "POS", "DET"), Flag.ABNORMAL),
}
_NORMAL = {"N", "NEG", "ND"}


def result_of(part: Json, person: PersonRead = NOBODY, at: str = "") -> Result | None:
    """What an Observation of that person and time, or a component of one, measured; None where it
    has no value of its own.

    A value that is absent for a reason (`dataAbsentReason`) is a result in words.
    """
    number, said, unit = _value(part)
    if not said:
        said = concept(part.get("dataAbsentReason"))
        if not said:
            return None
        said = f"({said})"
    usual = usual_of(part, person, at)
    flag, derived = _flag(part), False
    if flag is None and not _said_normal(part) and number is not None:
        flag, derived = _outside(number, said, usual.low, usual.high), True
    title = concept(part.get("code")) or "?"
    loinc = coded(part.get("code"), LOINC) or title
    return Result(
        key=f"{loinc}|{unit}",
        title=title,
        number=number,
        text=said,
        unit=unit,
        low=usual.low,
        high=usual.high,
        usual=usual.text,
        flag=flag,
        derived=derived and flag is not None,
    )


def _value(part: Json) -> tuple[float | None, str, str]:
    if part.get("valueQuantity") is not None:
        return quantity(part["valueQuantity"])
    for element in ("valueInteger", "valueDecimal"):
        told = part.get(element)
        number = number_of(told)
        if number is not None:
            return number, number_text(told if isinstance(told, Decimal) else number), ""
    if isinstance(part.get("valueBoolean"), bool):
        return None, "+" if part["valueBoolean"] else "−", ""
    for element in ("valueCodeableConcept", "valueString", "valueDateTime", "valueTime"):
        if said := concept(part.get(element)):
            return None, said, ""
    return _compound(part)


def _compound(part: Json) -> tuple[float | None, str, str]:
    ratio, span = part.get("valueRatio"), part.get("valueRange")
    if isinstance(ratio, dict):
        above, below = quantity(ratio.get("numerator")), quantity(ratio.get("denominator"))
        if above[1] and below[1]:
            return None, f"{above[1]}:{below[1]}", above[2]
    if isinstance(span, dict):
        low, high = quantity(span.get("low")), quantity(span.get("high"))
        if low[1] or high[1]:
            return None, f"{low[1]}–{high[1]}", low[2] or high[2]
    sampled = part.get("valueSampledData")
    return (None, "∿", "") if isinstance(sampled, dict) else (None, "", "")


def _flag(part: Json) -> Flag | None:
    said = codes(part.get("interpretation"))
    return next((_FLAGS[one.upper()] for one in said if one.upper() in _FLAGS), None)


def _said_normal(part: Json) -> bool:
    return any(one.upper() in _NORMAL for one in codes(part.get("interpretation")))


def _outside(number: float, said: str, low: float | None, high: float | None) -> Flag | None:
    """Ours, where the laboratory gave no flag. `<5` may be anything below: only what is certain."""
    if said.startswith("<"):
        number -= math.ulp(number) if not said.startswith("<=") else 0
        return Flag.LOW if low is not None and number < low else None
    if said.startswith(">"):
        number += math.ulp(number) if not said.startswith(">=") else 0
        return Flag.HIGH if high is not None and number > high else None
    if low is not None and number < low:
        return Flag.LOW
    if high is not None and number > high:
        return Flag.HIGH
    return None
