"""Values of Observations: numbers, units, reference ranges and flags."""

from app.net.emr.clinical import Flag, Result
from app.net.emr.elements import (
    Json,
    coded,
    codes,
    concept,
    number_of,
    number_text,
    objects,
    quantity,
    text_of,
)

LOINC = "http://loinc.org"
PANELS = {"58410-2", "57021-8", "24323-8", "24331-1", "51990-0", "24320-4", "24362-6"}
"""Laboratory panels: the values stand in components, members or the report's results."""
VITAL_SIGNS = {
    *("85353-1", "85354-9", "55284-4", "8480-6", "8462-4", "8867-4", "9279-1", "8310-5"),
    *("8302-2", "29463-7", "39156-5", "59408-5", "2708-6", "9843-4", "8331-1", "59576-9"),
}
"""R4 profile vital signs, with what older servers used for blood pressure and temperature."""
SHORT = 20
"""So long may the laboratory's own words of a range be to stand instead of its limits."""
_FLAGS = {
    **dict.fromkeys(("H", "HU", "HX", ">", "↑"), Flag.HIGH),
    **dict.fromkeys(("L", "LU", "LX", "<", "↓"), Flag.LOW),
    **dict.fromkeys(("HH", "↑↑"), Flag.CRITICAL_HIGH),
    **dict.fromkeys(("LL", "↓↓"), Flag.CRITICAL_LOW),
    **dict.fromkeys(("A", "AA", "POS", "DET"), Flag.ABNORMAL),
}
_NORMAL = {"N", "NEG", "ND"}


def result_of(part: Json) -> Result | None:
    """What an Observation, or a component of one, measured; None where it has no value of its own.

    A value that is absent for a reason (`dataAbsentReason`) is a result in words.
    """
    number, said, unit = _value(part)
    if not said:
        said = concept(part.get("dataAbsentReason"))
        if not said:
            return None
        said = f"({said})"
    low, high, usual = _range(part)
    flag, derived = _flag(part), False
    if flag is None and not _said_normal(part) and number is not None and unit_fits(part, unit):
        flag, derived = _outside(number, said, low, high), True
    title = concept(part.get("code")) or "?"
    loinc = coded(part.get("code"), LOINC) or title
    return Result(
        key=f"{loinc}|{unit}",
        title=title,
        number=number,
        text=said,
        unit=unit,
        low=low,
        high=high,
        usual=usual,
        flag=flag,
        derived=derived and flag is not None,
    )


def _value(part: Json) -> tuple[float | None, str, str]:
    if "valueQuantity" in part:
        return quantity(part["valueQuantity"])
    for element in ("valueInteger", "valueDecimal"):
        number = number_of(part.get(element))
        if number is not None:
            return number, number_text(number), ""
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


def _range(part: Json) -> tuple[float | None, float | None, str]:
    """The reference range for the normal case; its text where it has no limits."""
    ranges = objects(part.get("referenceRange"))
    normal = [one for one in ranges if "normal" in codes(one.get("type"))]
    one = next(iter(normal or [r for r in ranges if "type" not in r] or ranges), None)
    if one is None:
        return None, None, ""
    low, high = quantity(one.get("low"))[0], quantity(one.get("high"))[0]
    said = text_of(one.get("text"))
    if 0 < len(said) <= SHORT:
        return low, high, said
    if low is not None and high is not None:
        return low, high, f"{number_text(low)}–{number_text(high)}"
    if low is not None:
        return low, None, f"≥ {number_text(low)}"
    if high is not None:
        return None, high, f"≤ {number_text(high)}"
    return None, None, said


def unit_fits(part: Json, unit: str) -> bool:
    """Whether value and reference range are said in one unit, as far as the range says one."""
    for one in objects(part.get("referenceRange")):
        for limit in ("low", "high"):
            theirs = quantity(one.get(limit))[2]
            if theirs and unit and theirs.casefold() != unit.casefold():
                return False
    return True


def _flag(part: Json) -> Flag | None:
    said = codes(part.get("interpretation"))
    return next((_FLAGS[one.upper()] for one in said if one.upper() in _FLAGS), None)


def _said_normal(part: Json) -> bool:
    return any(one.upper() in _NORMAL for one in codes(part.get("interpretation")))


def _outside(number: float, said: str, low: float | None, high: float | None) -> Flag | None:
    """Ours, where the laboratory gave no flag. `<5` may be anything below: only what is certain."""
    if said.startswith("<"):
        return Flag.LOW if low is not None and number <= low else None
    if said.startswith(">"):
        return Flag.HIGH if high is not None and number >= high else None
    if low is not None and number < low:
        return Flag.LOW
    if high is not None and number > high:
        return Flag.HIGH
    return None
