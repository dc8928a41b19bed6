"""Values of a picture's file as an object of ours may say them (PS3.5 6.2).

Files in the field break the rules of nearly every attribute. Where the meaning is certain the value
is put as the standard wants it, else it is left out: a mark must never be lost to a birth date.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

if TYPE_CHECKING:
    from pydicom import DataElement, Dataset

_LONGEST = {"SH": 16, "LO": 64, "ST": 1024, "LT": 10240, "AE": 16, "CS": 16}
"""Characters of a value (PS3.5 Table 6.2-1)."""
_SEXES = {
    "M": ("m", "male", "man", "男", "男性"),
    "F": ("f", "female", "woman", "女", "女性"),
    "O": ("o", "other", "其他"),
}
"""Enumerated values of PatientSex (PS3.3 C.7.1.1), and other ways to say them."""
_DATE = re.compile(r"(\d{4})([-./]?)(\d{2})\2(\d{2})")
_TIME = re.compile(r"(\d{2}):?(\d{2})(?::?(\d{2})(\.\d{1,6})?)?")
_UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))*")
_WORDS = ("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UT")
_REFUSED = ("SQ", "UN", "OB", "OW", "OD", "OF", "OL", "OV", "AT")
"""What no written object takes from a picture: bulk, and items with values of their own."""


def sex(said: str) -> str:
    """M, F or O, empty where it says something else."""
    plain = said.strip().casefold()
    return next((code for code, words in _SEXES.items() if plain in words), "")


def day(said: str) -> str:
    """A DA, also of one with separators; empty where it is no day of the calendar."""
    found = _DATE.fullmatch(said.strip())
    if found is None:
        return ""
    try:
        return date(int(found[1]), int(found[3]), int(found[4])).strftime("%Y%m%d").zfill(8)
    except ValueError:
        return ""


def time_of_day(said: str) -> str:
    """A TM, also of one with colons; empty where it is no time of a day."""
    found = _TIME.fullmatch(said.strip())
    if found is None:
        return ""
    hours, minutes, seconds, part = found.groups()
    if int(hours) > 23 or int(minutes) > 59 or int(seconds or 0) > 60:
        return ""
    return hours + minutes + (seconds or "") + (part or "")


def shortened(vr: str, said: str) -> str:
    """Not longer than the representation allows."""
    plain = re.sub(r"[\x00-\x08\x0b\x0e-\x1f]", "", said)
    if vr != "PN":
        return plain[: _LONGEST.get(vr, len(plain))]
    groups = plain.split("=")[:3]
    name = "=".join("^".join(group.split("^")[:5])[:63] for group in groups).rstrip("=")
    # highdicom prints names without a caret, which would bring them into logs; at the end it means
    # nothing (6.2.1.1).
    return name if "^" in name or not name else f"{name}^"


def valid_element(element: DataElement, said: str) -> DataElement | None:
    """An element that keeps the rules of its representation, None where there is no such. `said` is
    its text, decoded."""
    from pydicom import DataElement as New

    vr = str(element.VR)
    if vr in _REFUSED or " or " in vr:
        return element if " or " in vr else None
    value: Any = element.value
    match vr:
        case "CS" if element.keyword == "PatientSex":
            value = sex(said)
        case "DA":
            value = day(said)
        case "TM":
            value = time_of_day(said)
        case _ if vr in _WORDS:
            value = shortened(vr, said) if "\\" not in said else said.split("\\")
    return New(element.tag, vr, value) if value in ("", None) or _holds(vr, value) else None


def _holds(vr: str, value: Any) -> bool:
    from pydicom.config import RAISE
    from pydicom.valuerep import validate_value

    parts = value if isinstance(value, list | tuple) or hasattr(value, "append") else [value]
    try:
        for part in parts:
            validate_value(vr, part if vr not in ("IS", "DS") else str(part), RAISE)
    except ValueError:
        return False
    return True


def valid_uid(said: str) -> str:
    """The UID itself, or one below 2.25 that always stands in for it where it breaks the rules
    (PS3.5 9.1): a component with leading zeros, more than 64 characters."""
    if _UID.fullmatch(said) and len(said) <= 64:
        return said
    return f"2.25.{uuid5(NAMESPACE_OID, said).int}"


def put(dataset: Dataset, keyword: str, value: Any) -> None:
    """Set a value that may break the rules of its representation, as a reference to a file must
    where the file itself does."""
    from pydicom import DataElement as New
    from pydicom.config import IGNORE
    from pydicom.datadict import dictionary_VR, tag_for_keyword

    tag = tag_for_keyword(keyword)
    assert tag is not None
    dataset[tag] = New(tag, dictionary_VR(tag), value, validation_mode=IGNORE)
