"""Elements of FHIR resources, read with patience: whatever stands there, nothing raises.

A server may send a text where a list belongs, a number as a text, or half a date.
"""

import base64
import binascii
import math
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Any

from protocol.readings import has_characters

Json = dict[str, Any]

MOST_TEXT = 2000
MEASURED_DIGITS = 10


def listed(value: object) -> list[Any]:
    """What is said, as a list: one thing alone is a list of one."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def objects(value: object) -> list[Json]:
    return [one for one in listed(value) if isinstance(one, dict)]


def resources_in(page: Json) -> list[Json]:
    """The resources of a Bundle."""
    return objects([one.get("resource") for one in objects(page.get("entry"))])


def decoded(value: object) -> bytes:
    """Of base64, however long; empty where it is none."""
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        return b""


def text_of(value: object) -> str:
    """A text without control characters, cut where it is too long. Lines end with LF."""
    if isinstance(value, str) and value.isprintable():
        return value.strip()[:MOST_TEXT]
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return ""
    lines = str(value).replace("\r\n", "\n").translate(_LINES)
    plain = "".join(one for one in lines if one in "\n\t" or unicodedata.category(one) not in _NONE)
    return plain.strip()[:MOST_TEXT]


_LINES = dict.fromkeys(map(ord, "\r\v\f\x85\u2028\u2029"), "\n")
_NONE = ("Cc", "Cf", "Cs")
"""Control characters and surrogates; wide spaces, and characters of names that are newer than
Python's tables, are text."""


def number_of(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def number_text(number: float | Decimal) -> str:
    """As people write it, without an exponent; zeros at the end of a Decimal were measured. What
    has more digits than anybody measures was computed: five that count are shown of it, and all
    before the point."""
    if isinstance(number, Decimal):
        few = len(number.as_tuple().digits) <= MEASURED_DIGITS
        if few and (not number or 1e-9 < abs(number) < 1e15):
            return f"{number:f}"
        number = float(number)
    if number and not 1e-9 < abs(number) < 1e15:
        return f"{number:.5g}"  # no measurement is
    told = Decimal(repr(number))
    if len(told.as_tuple().digits) > MEASURED_DIGITS:
        told = Decimal(f"{number:.5g}" if abs(number) < 1e5 else f"{number:.0f}")
    shown = f"{told:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def concept(value: object) -> str:
    """What a CodeableConcept (or Coding, or text) says, Chinese before other words, words before
    the bare code."""
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, list):
        return "、".join(said for one in value if (said := concept(one)))
    if not isinstance(value, dict):
        return ""
    codings = objects(value.get("coding"))
    displays = [text_of(one.get("display")) for one in (*codings, value)]
    words = [one for one in (text_of(value.get("text")), *displays) if one]
    chinese = next((one for one in words if has_characters(one)), "")
    codes = [text_of(one.get("code")) for one in (*codings, value)]
    return chinese or next(iter(words), "") or next((one for one in codes if one), "")


def codes(value: object) -> tuple[str, ...]:
    """The codes of a CodeableConcept, or of a list of them."""
    found: list[str] = []
    for one in listed(value):
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            found += [text_of(c.get("code")) for c in objects(one.get("coding"))]
            found.append(text_of(one.get("code")))
    return tuple(one for one in found if one)


def coded(value: object, system: str) -> str:
    """The code of one system in a CodeableConcept."""
    for one in objects(value.get("coding")) if isinstance(value, dict) else []:
        if text_of(one.get("system")) == system and (code := text_of(one.get("code"))):
            return code
    return ""


def reference(value: object) -> str:
    """Reference.reference."""
    return text_of(value.get("reference")) if isinstance(value, dict) else ""


ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9.-]{1,64}")
"""R4 2.24.0.1: what stands in an address must not lead elsewhere."""


def name_of(resource: Json) -> str:
    """Type and id, as a relative reference names it."""
    return f"{text_of(resource.get('resourceType'))}/{text_of(resource.get('id'))}"


def relative(told: str) -> str:
    """What a reference ends with, without address and version: `Type/id`."""
    return "/".join(told.split("/_history/")[0].rsplit("/", 2)[-2:])


def shown_reference(value: object) -> str:
    return text_of(value.get("display")) if isinstance(value, dict) else ""


def quantity(value: object) -> tuple[float | None, str, str]:
    """Number, text with its comparator, unit."""
    if not isinstance(value, dict):
        return None, "", ""
    number = number_of(value.get("value"))
    unit = text_of(value.get("unit")) or text_of(value.get("code"))
    if number is None:
        return None, text_of(value.get("value")), unit
    comparator = text_of(value.get("comparator"))
    return number, f"{comparator}{number_words(value['value'])}", unit


def number_words(told: object) -> str:
    """Of what `number_of` reads: a text as it was written."""
    if isinstance(told, str):
        return text_of(told)
    number = told if isinstance(told, Decimal) else number_of(told)
    return "" if number is None else number_text(number)


def amount_words(value: object) -> str:
    """A Quantity, Range or Ratio with its unit; empty where it is none."""
    if not isinstance(value, dict):
        return ""
    if "numerator" in value:
        above, below = (amount_words(value.get(name)) for name in ("numerator", "denominator"))
        return f"{above}/{below}" if above and below else above
    if "low" in value or "high" in value:
        unit = quantity(value.get("high"))[2] or quantity(value.get("low"))[2]
        return f"{between(value)} {unit}".strip()
    _, amount, unit = quantity(value)
    return f"{amount} {unit}".strip()


def between(told: Json) -> str:
    """The numbers of a Range, which may be open at one end; empty where it has none."""
    low, high = (quantity(told.get(end))[1] for end in ("low", "high"))
    if low and high:
        return f"{low}–{high}"
    return f"≥ {low}" if low else f"≤ {high}" if high else ""


_MICRO = re.compile("[µμ](?=[A-Za-z])")
_LITRE = re.compile(r"(?<![A-Za-z])([munpfcd]?)l(?![A-Za-z])")


@lru_cache(1024)
def unit_key(unit: str) -> str:
    """The same for the same unit: litre is l and L, micro µ and u, a power ^ and *."""
    return _LITRE.sub(r"\1L", _MICRO.sub("u", unit.replace("^", "*").replace(" ", "")))


def narrative(resource: Json) -> str:
    """The words of Resource.text, without their marks."""
    told = resource.get("text")
    div = text_of(told.get("div")) if isinstance(told, dict) else text_of(told)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", div)).strip()[:300]


def note_texts(resource: Json) -> list[str]:
    """Annotation.text of each note."""
    return [said for one in listed(resource.get("note")) if (said := _annotation(one))]


def _annotation(value: object) -> str:
    return text_of(value.get("text")) if isinstance(value, dict) else text_of(value)


def is_severe(resource: Json) -> bool:
    """Of an AllergyIntolerance."""
    return any(one.get("severity") == "severe" for one in objects(resource.get("reaction")))


def attachments(resource: Json) -> list[Json]:
    """Of a DocumentReference or DiagnosticReport: each Attachment, to be read or filled."""
    within = [one.get("attachment") for one in objects(resource.get("content"))]
    return objects([*within, *listed(resource.get("presentedForm"))])


def attachment_title(resource: Json) -> str:
    """Of a DocumentReference or DiagnosticReport."""
    titles = (text_of(one.get("title")) for one in attachments(resource))
    return next((one for one in titles if one), "")


def series_words(resource: Json) -> str:
    """What the series of a study are called, or show."""
    series = objects(resource.get("series"))
    told = (text_of(o.get("description")) or concept(o.get("bodySite")) for o in series)
    return "、".join(dict.fromkeys(one for one in told if one))


def study_uid(resource: Json) -> str:
    """From the identifier `urn:dicom:uid` (R4 ImagingStudy.identifier)."""
    for one in objects(resource.get("identifier")):
        value = text_of(one.get("value"))
        if text_of(one.get("system")) == "urn:dicom:uid" or value.startswith("urn:oid:"):
            return value.removeprefix("urn:oid:")
    return ""
