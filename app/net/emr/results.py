"""Results of Observations: values with their flags and ranges."""

import math

from app.net.emr.clinical import Flag, PersonRead, Result
from app.net.emr.elements import Json, coded, concept, unit_key
from app.net.emr.interpretation import read_interpretation
from app.net.emr.ranges import usual_of
from app.net.emr.values import value_of

_PARTS = ("component", "hasMember")
NOBODY = PersonRead()
LOINC = "http://loinc.org"
PANELS = {"58410-2", "57021-8", "24323-8", "24331-1", "51990-0", "24320-4", "24362-6"}
"""Laboratory panels: the values stand in components, members or the report's results."""
VITAL_SIGNS = {
    *("85353-1", "85354-9", "55284-4", "8480-6", "8462-4", "8867-4", "9279-1", "8310-5"),
    *("8302-2", "29463-7", "39156-5", "59408-5", "2708-6", "9843-4", "8331-1", "59576-9"),
}
"""R4 profile vital signs, with what older servers used for blood pressure and temperature."""


def result_of(part: Json, person: PersonRead = NOBODY, at: str = "") -> Result | None:
    """What an Observation of that person and time, or a component of one, measured; None where it
    has no value of its own.

    A value that is absent for a reason (`dataAbsentReason`) is a result in words, and so is one
    that says only how it is to be read (`interpretation`).
    """
    (number, said, unit), rest = value_of(part)
    told = read_interpretation(part.get("interpretation"))
    remarks = (*told.words, *rest)
    if not said and (absent := concept(part.get("dataAbsentReason"))):
        said = f"({absent})"
    elif not said and rest:
        said, remarks = "; ".join(rest), told.words
    elif not said and not (told.normal and any(part.get(one) for one in _PARTS)):
        said, remarks = concept(part.get("interpretation")), ()
    if not said:
        return None
    usual = usual_of(part, person, at)
    flag, derived = told.flag, False
    if flag is None and not told.normal and number is not None:
        flag, derived = _outside(number, said, usual.low, usual.high), True
    title = concept(part.get("code")) or "?"
    loinc = coded(part.get("code"), LOINC) or title
    return Result(
        key=f"{loinc}|{unit_key(unit)}",
        title=title,
        number=number,
        text=said,
        unit=unit,
        low=usual.low,
        high=usual.high,
        usual=usual.text,
        flag=flag,
        derived=derived and flag is not None,
        remarks=tuple(dict.fromkeys(one for one in remarks if one != said)),
    )


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
