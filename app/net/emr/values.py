"""What an Observation says in `value[x]`, whatever stands there."""

from collections.abc import Callable

from app.net.emr.elements import (
    Json,
    between,
    concept,
    listed,
    number_of,
    number_words,
    quantity,
    text_of,
)
from protocol import decimals

Value = tuple[float | None, str, str]
"""Number where it is one, text, unit."""
NOTHING: Value = (None, "", "")
_MOST_RAW = 200
_SAYS_NOTHING = {"unit", "code", "system", "extension", "id"}
"""Of a Quantity without a value."""


def value_of(part: Json) -> tuple[Value, tuple[str, ...]]:
    """The value, and what stands beside it in another element or in a shape that is none of R4's:
    as it was written."""
    found, rest = NOTHING, []
    elements = [name for name in part if name.startswith("value")]
    elements.sort(key=lambda name: _ORDER.get(name, len(_ORDER)))
    for element in elements:
        told = _read(_READ.get(element), part[element])
        if told[1] and not found[1]:
            found = told
        elif told[1]:
            rest.append(" ".join(one for one in told[1:] if one))
        else:
            rest.append(_raw(part[element]))
    return found, tuple(one for one in rest if one)


def _read(read: Callable[[object], Value] | None, told: object) -> Value:
    """Where a list stands instead of one, all of it."""
    values = [] if read is None else [read(one) for one in listed(told)]
    if len(values) == 1:
        return values[0]
    words = [" ".join(one for one in value[1:] if one) for value in values]
    return (None, "、".join(words), "") if words and all(words) else NOTHING


def _raw(told: object) -> str:
    if told is None or told in ("", [], {}):
        return ""
    if isinstance(told, dict) and told.keys() <= _SAYS_NOTHING:
        return ""
    try:
        raw = text_of(told) or text_of(decimals.dumps(told))
    except ValueError:  # NaN
        raw = text_of(str(told))
    return raw if len(raw) <= _MOST_RAW else f"{raw[:_MOST_RAW]}…"


def _number(told: object) -> Value:
    number = number_of(told)
    return NOTHING if number is None else (number, number_words(told), "")


def _truth(told: object) -> Value:
    return (None, "+" if told else "−", "") if isinstance(told, bool) else NOTHING


def _words(told: object) -> Value:
    return None, concept(told), ""


def _ratio(told: object) -> Value:
    if not isinstance(told, dict):
        return NOTHING
    above, below = quantity(told.get("numerator")), quantity(told.get("denominator"))
    return (None, f"{above[1]}:{below[1]}", above[2]) if above[1] and below[1] else NOTHING


def _range(told: object) -> Value:
    if not isinstance(told, dict):
        return NOTHING
    unit = quantity(told.get("low"))[2] or quantity(told.get("high"))[2]
    return (None, words, unit) if (words := between(told)) else NOTHING


def _period(told: object) -> Value:
    ends = [text_of(told.get(end)) for end in ("start", "end")] if isinstance(told, dict) else []
    return (None, "–".join(ends), "") if any(ends) else NOTHING


def _sampled(told: object) -> Value:
    return (None, "∿", "") if isinstance(told, dict) else NOTHING


_READ: dict[str, Callable[[object], Value]] = {
    "valueQuantity": quantity,
    "valueInteger": _number,
    "valueDecimal": _number,
    "valueBoolean": _truth,
    **dict.fromkeys(("valueCodeableConcept", "valueString", "valueDateTime", "valueTime"), _words),
    "valueRatio": _ratio,
    "valueRange": _range,
    "valuePeriod": _period,
    "valueSampledData": _sampled,
}
_ORDER = {name: at for at, name in enumerate(_READ)}
"""Of several that are there the first is the value."""
