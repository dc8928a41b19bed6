"""Fields of HL7 v2 messages as elements of FHIR: codes, values, ranges, times."""

import re
from datetime import datetime

import hl7

from app.net.emr.elements import Json, number_of

LOINC = "http://loinc.org"
_BETWEEN = re.compile(r"\s*(-?[\d.]+)\s*(?:-|--|~|–|—)\s*(-?[\d.]+)\s*")
_LIMIT = re.compile(r"\s*(<=|>=|<|>|≤|≥)\s*(-?[\d.]+)\s*")
_TIME = re.compile(r"(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})(\d{2})?(?:\.\d+)?)?([+-]\d{4})?")

Cells = list[list[str]]
"""A field: repetitions of components."""


def concept_of(cells: Cells) -> Json | None:
    """CE and CWE: code, text, system, and the same of another coding."""
    first = cells[0] if cells else []
    codings = []
    texts = []
    for at in (0, 3):
        code, text, system = (first[at + i] if len(first) > at + i else "" for i in range(3))
        if code:
            coding = {"code": code, "system": LOINC if system == "LN" else system}
            codings.append({key: value for key, value in coding.items() if value})
        if text:
            texts.append(text)
    if not codings and not texts:
        return None
    told: Json = {"coding": codings} if codings else {}
    return told | ({"text": texts[0]} if texts else {})


def value_of(kind: str, values: Cells, unit: str) -> Json:
    """OBX-5 by the type of OBX-2."""
    first = values[0] if values else []
    said = first[0] if first else ""
    if kind == "SN" and len(first) > 1:  # comparator, number, separator, number
        number, last = number_of(first[1]), first[3] if len(first) > 3 else ""
        if number is not None and not last:
            quantity = {"value": number, "unit": unit, "comparator": said}
            return {"valueQuantity": {key: one for key, one in quantity.items() if one != ""}}
        return {"valueString": "".join(first) + (f" {unit}" if unit else "")}
    alone = len(values) == 1 and not any(first[1:])
    number = number_of(said) if alone and kind in ("NM", "ST", "") else None
    if number is not None:
        return {"valueQuantity": {"value": number, "unit": unit}}
    if kind in ("CE", "CWE") and (concept := concept_of(values)) is not None:
        return {"valueCodeableConcept": concept}
    text = "\n".join("^".join(one) for one in values).strip("^\n ")
    limit = _LIMIT.fullmatch(text)
    if (
        limit is not None
        and limit[1] in ("<", ">", "<=", ">=")
        and (number := number_of(limit[2])) is not None
    ):
        return {"valueQuantity": {"value": number, "unit": unit, "comparator": limit[1]}}
    return {"valueString": f"{text} {unit}".strip()} if text else {}


def range_of(text: str) -> Json:
    """OBX-7: `115-150`, `<8`, or words."""
    if not text:
        return {}
    if (found := _BETWEEN.fullmatch(text)) is not None:
        low, high = number_of(found[1]), number_of(found[2])
        if low is not None and high is not None:
            return {"referenceRange": [{"low": {"value": low}, "high": {"value": high}}]}
    if (found := _LIMIT.fullmatch(text)) is not None and (limit := number_of(found[2])) is not None:
        side = "high" if found[1] in ("<", "<=", "≤") else "low"
        return {"referenceRange": [{side: {"value": limit}, "text": text}]}
    return {"referenceRange": [{"text": text}]}


def specimen_of(cells: Cells) -> str:
    """OBR-15 (SPS): its code has parts of its own, or stands beside its words."""
    first = cells[0] if cells else []
    parts = first[0].split("&") if first else []
    if len(parts) > 1:
        return parts[1].strip() or parts[0].strip()
    return " ".join(dict.fromkeys(one for one in first[:2] if one))


def time_of(text: str) -> str:
    """TS and DTM as FHIR writes times; one without a zone is of this machine's."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return ""
    year, month, day, hour, minute, second, zone = found.groups()
    if hour is None:
        return "-".join(part for part in (year, month, day) if part)
    plain = f"{year}{month}{day}{hour}{minute}{second or '00'}"
    try:
        if zone:
            return datetime.strptime(plain + zone, "%Y%m%d%H%M%S%z").isoformat()
        return datetime.strptime(plain, "%Y%m%d%H%M%S").astimezone().isoformat()
    except ValueError:
        return ""


def cells_of(message: hl7.Message, segment: hl7.Segment, number: int) -> Cells:
    """A field's repetitions and components, unescaped; none where it is empty or not there."""
    if number >= len(segment):
        return []
    found: Cells = []
    for repetition in segment[number]:
        parts = [repetition] if isinstance(repetition, str) else list(repetition)
        plain = (message.unescape(str(one)) for one in parts)
        told = [str(one).strip() for one in plain]
        found.append(["" if one == '""' else one for one in told])
    return [one for one in found if any(one)]


def first_of(cells: Cells, component: int = 0) -> str:
    """A component of the first repetition."""
    return cells[0][component] if cells and len(cells[0]) > component else ""
