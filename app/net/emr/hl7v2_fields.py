"""Fields of HL7 v2 messages as elements of FHIR: codes, values, ranges, times."""

import re
from datetime import datetime

import hl7

from app.net.emr.elements import Json, concept
from app.net.emr.hl7v2_files import decoded_as
from app.net.emr.times import date_time_of
from app.net.emr.written import LIMIT, limits_of, plain_signs, quantity_of

LOINC = "http://loinc.org"
_COMPARATORS = ("<", ">", "<=", ">=")
_TIME = re.compile(r"(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})(\d{2})?(?:\.\d+)?)?([+-]\d{4})?")

_TO_A_POWER = re.compile(r"(?:.*[\WxX])?10"), re.compile(r"[+-]?\d")
"""How components 1 and 2 of a unit look that is a power of ten, cut at its own sign."""

Cells = list[list[str]]
"""A field: repetitions of components."""


def concept_of(cells: Cells) -> Json | None:
    """CE and CWE: code, text, system, and the same of another coding; the original text last."""
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
    texts += [said for said in first[8:9] if said]
    if not codings and not texts:
        return None
    told: Json = {"coding": codings} if codings else {}
    return told | ({"text": texts[0]} if texts else {})


def words_of(cells: Cells) -> list[str]:
    """Of each repetition of a CE, CWE or ST its words, else its code."""
    return [said for one in cells if (said := concept(concept_of([one])))]


def value_of(kind: str, values: Cells, unit: str) -> Json:
    """OBX-5 by the type of OBX-2."""
    first = values[0] if values else []
    if kind == "SN" and len(first) > 1:
        return _structured(first, unit)
    alone = len(values) == 1 and not any(first[1:])
    number = quantity_of(first[0]) if alone and kind in ("NM", "ST", "") else None
    if number is not None:
        return {"valueQuantity": {"value": number, "unit": unit}}
    if kind in ("CE", "CWE") and (words := words_of(values)):
        if len(values) == 1:
            return {"valueCodeableConcept": concept_of(values)}
        return {"valueString": "、".join(words)}  # several things are no one concept
    text = "\n".join("^".join(one) for one in values).strip("^\n ")
    limit = LIMIT.fullmatch(plain_signs(text))
    if limit is not None and (number := quantity_of(limit[2])) is not None:
        return {"valueQuantity": {"value": number, "unit": unit, "comparator": limit[1]}}
    return {"valueString": f"{text} {unit}".strip()} if text else {}


def _structured(cells: list[str], unit: str) -> Json:
    """SN: comparator, number, separator, number; `1:128` and `2+` are no quantity."""
    comparator, number = cells[0].removeprefix("="), quantity_of(cells[1])
    if number is None or any(cells[2:]) or comparator not in ("", *_COMPARATORS):
        return {"valueString": "".join(cells) + (f" {unit}" if unit else "")}
    quantity = {"value": number, "unit": unit, "comparator": comparator}
    return {"valueQuantity": {key: one for key, one in quantity.items() if one != ""}}


def unit_of(cells: Cells) -> str:
    """OBX-6: its code, else its words. `10^9/L` is one, which few engines escape."""
    code, words = first_of(cells), first_of(cells, 1)
    ten, power = _TO_A_POWER
    if ten.fullmatch(code) and power.match(words):
        return f"{code}^{words}"
    return code or words


def whole_of(cells: Cells) -> str:
    """A field that is one text (OBX-7 is ST) as it was written: `3.5~9.5`, `<1.0×10^3`; few engines
    escape what parts others."""
    return "~".join("^".join(one).rstrip("^") for one in cells)


def range_of(text: str) -> Json:
    """OBX-7: `115-150`, `<8`, or words."""
    if not text:
        return {}
    limits = limits_of(text)
    return {"referenceRange": [limits if len(limits) > 1 else limits | {"text": text}]}


def specimen_of(cells: Cells) -> str:
    """OBR-15 (SPS): its code has parts of its own, or stands beside its words."""
    first = cells[0] if cells else []
    parts = first[0].split("&") if first else []
    if len(parts) > 1:
        return parts[1].strip() or parts[0].strip()
    return " ".join(dict.fromkeys(one for one in first[:2] if one))


def specimens_of(message: hl7.Message, order: list[hl7.Segment]) -> str:
    """SPM-4 of the order that begins here: it stands behind the values (ORU_R01 from 2.5 on)."""
    found: list[str] = []
    for segment in order[1:]:
        if str(segment[0]) == "OBR":
            break
        if str(segment[0]) == "SPM":
            found.append(concept(concept_of(cells_of(message, segment, 4))))
    return "、".join(dict.fromkeys(one for one in found if one))


def time_of(text: str) -> str:
    """TS and DTM as FHIR writes times; one without a zone is of this machine's. Written otherwise
    (2026-01-04 09:00) it is one too."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return date_time_of(text)
    year, month, day, hour, minute, second, zone = found.groups()
    if hour is None:
        return "-".join(part for part in (year, month, day) if part)
    plain = f"{year}{month}{day}{hour}{minute}{second or '00'}"
    try:
        if zone:
            return datetime.strptime(plain + zone, "%Y%m%d%H%M%S%z").isoformat()
        return datetime.strptime(plain, "%Y%m%d%H%M%S").astimezone().isoformat()
    except (ValueError, OverflowError):  # no such time, or none that a zone can be put to
        return ""


def instant_of(text: str) -> datetime | None:
    """The moment of a TS or DTM; None where it says none."""
    told = time_of(text)
    try:
        found = datetime.fromisoformat(told)
        return found if found.tzinfo is not None else found.astimezone()
    except (ValueError, OverflowError):
        return None


def cells_of(message: hl7.Message, segment: hl7.Segment, number: int) -> Cells:
    """A field's repetitions and components, unescaped; none where it is empty or not there."""
    if number >= len(segment):
        return []
    found: Cells = []
    for repetition in segment[number]:
        parts = [repetition] if isinstance(repetition, str) else list(repetition)
        told = [_unescaped(message, str(one)).strip() for one in parts]
        found.append(["" if one == '""' else one for one in told])
    return [one for one in found if any(one)]


_ESCAPED = r"(?:([HNFRSTE])|X((?:[0-9A-Fa-f]{2})+)|(\.(?:br|sp|fi|nf|in|ti|sk|ce))([+-]?\d*))"
_LAID_OUT = {".br": "\n", ".sp": "\n", ".ce": "\n", ".in": " ", ".ti": " ", ".sk": " "}


def _unescaped(message: hl7.Message, text: str) -> str:
    """Chapter 2.7. What is no escape sequence stays as it was written: not every engine escapes the
    escape character itself, and python-hl7 drops all that follows it."""
    sign = str(message.esc)
    if not sign or sign not in text:
        return text
    separators = dict(zip("FRST", message.separators[1:5], strict=False))
    plain: dict[str, str] = {**separators, "E": sign, "H": "", "N": ""}

    def replaced(found: re.Match[str]) -> str:
        letter, coded, layout, times = found.groups()
        if letter:
            return plain.get(letter, found[0])
        if coded:
            return _characters(bytes.fromhex(coded))
        return _LAID_OUT.get(layout, "") * min(abs(int(times or 1)), 80)

    quoted = re.escape(sign)
    return re.sub(f"{quoted}{_ESCAPED}{quoted}", replaced, text)


def _characters(raw: bytes) -> str:
    return decoded_as(raw, ("utf-8", "gb18030", "latin-1"))


def first_of(cells: Cells, component: int = 0) -> str:
    """A component of the first repetition."""
    return cells[0][component] if cells and len(cells[0]) > component else ""


def entity_of(cells: Cells) -> str:
    """EI: a number with who gave it."""
    return "^".join(cells[0]) if cells else ""
