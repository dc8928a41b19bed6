"""Identifiers of C-FIND (PS3.4 C.4.1): asked with Chinese names, and read in any character set."""

import contextlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pydicom import Dataset
from pydicom.charset import convert_encodings, custom_encoders, python_encoding

from app.net.studies import FoundStudy, StudyQuery, count_of, is_uid

UTF_8 = "ISO_IR 192"
_TO_G1 = b"\x1b$)A"
_WIDE = re.compile(r"([\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")


def name_pattern(typed: str) -> str:
    """A name as people type it, as key of wild card matching (PS3.4 C.2.2.2.4).

    Between Chinese signs and between words there may be `^` in the archive, and the name may
    stand in any of the three groups of a PN; who types `*` or `^` knows what he asks for.
    """
    typed = unicodedata.normalize("NFC", typed.strip())
    if not typed or any(sign in typed for sign in "*?^="):
        return typed
    parts = [part for part in re.split(r"[\s,]+", _WIDE.sub(r" \1 ", typed)) if part]
    return f"*{'*'.join(parts)}*"


def usable_charset(wanted: Any, texts: Iterable[str]) -> str | list[str]:
    """The character set that was asked for where it can say all of this, else UTF-8."""
    named = list(wanted) if isinstance(wanted, Sequence) and not isinstance(wanted, str) else wanted
    sets = [named] if isinstance(named, str) else list(named or [])
    if any(one and one not in python_encoding for one in sets):
        return UTF_8  # a device may ask in anything
    words = set("".join(texts))
    if all(sign.isascii() for sign in words):
        return named or UTF_8
    # One that is said for a name begins in ASCII and switches by escape sequences (PS3.5 J).
    said: str | list[str] = ["", *sets] if sets == ["ISO 2022 IR 58"] else named or UTF_8
    with contextlib.suppress(LookupError, ValueError):
        codecs = [codec for codec in convert_encodings(said) if codec]
        if all(any(_says(codec, sign) for codec in codecs) for sign in words):
            return said
    return UTF_8


def _says(codec: str, sign: str) -> bool:
    """Whether a character set has a sign."""
    try:
        return bool(sign.encode("gb2312" if codec == "iso_ir_58" else codec))
    except (UnicodeError, LookupError):
        return False


def teach_escapes() -> None:
    """pydicom writes ISO 2022 IR 58 without the sequence that switches to it (PS3.5 K.2): a device
    would read the bytes as Latin letters."""
    custom_encoders["iso_ir_58"] = _gb2312  # type: ignore[assignment]  # as the others are called


def _gb2312(text: str, errors: str = "strict") -> bytes:
    data = text.encode("gb2312", errors)
    return data if data.isascii() else _TO_G1 + data


def identifier(query: StudyQuery, charset: str) -> Dataset:
    """A query at study level, in the character set of the archive's settings."""
    asked = Dataset()
    pattern, patient_id = key(name_pattern(query.name)), key(query.patient_id)
    asked.SpecificCharacterSet = usable_charset(charset, (pattern, patient_id))
    asked.QueryRetrieveLevel = "STUDY"
    asked.PatientName = pattern
    asked.PatientID = patient_id
    asked.PatientBirthDate = ""
    asked.PatientSex = ""
    asked.StudyDate = date_range(query.date_from, query.date_to)
    asked.StudyTime = ""
    asked.AccessionNumber = key(query.accession_number, 16)
    asked.ModalitiesInStudy = re.sub(r"[^A-Z0-9 _]", "", query.modality.upper())[:16]
    asked.StudyDescription = ""
    asked.StudyInstanceUID = key(query.study_instance_uid)
    asked.NumberOfStudyRelatedInstances = ""
    return asked


def key(text: str, length: int = 64) -> str:
    """What was typed as one value of a key: a backslash would make several of it (PS3.5 6.4)."""
    return "".join(sign for sign in text if sign.isprintable() and sign != "\\")[:length]


def date_range(first: str, last: str) -> str:
    """DA range matching (PS3.4 C.2.2.2.5)."""
    if first and first == last:
        return first
    return f"{first}-{last}" if first or last else ""


TextOf = Callable[[Dataset, str], str]
"""Reads one attribute as text, empty where there is none."""


def found_study(answer: Dataset, charset: str, text: TextOf) -> FoundStudy | None:
    """An answer read; None where it does not say which study it is."""
    if "SpecificCharacterSet" not in answer:
        # Archives that leave it out answer in the character set they were asked in.
        with contextlib.suppress(Exception):
            answer.SpecificCharacterSet = charset
            answer.decode()
    uid = text(answer, "StudyInstanceUID")
    if not is_uid(uid):
        return None
    return FoundStudy(
        study_instance_uid=uid,
        patient_name=text(answer, "PatientName"),
        patient_id=text(answer, "PatientID"),
        birth_date=text(answer, "PatientBirthDate"),
        sex=text(answer, "PatientSex"),
        study_date=text(answer, "StudyDate"),
        accession_number=text(answer, "AccessionNumber"),
        description=text(answer, "StudyDescription"),
        modalities=_modalities(answer),
        images=count_of(text(answer, "NumberOfStudyRelatedInstances")),
    )


def _modalities(answer: Dataset) -> str:
    """ModalitiesInStudy (0008,0061) has several values."""
    with contextlib.suppress(Exception):
        value = answer.get("ModalitiesInStudy")
        if value is not None and not isinstance(value, str):
            return "/".join(str(one) for one in value)[:64]
        return str(value or "").strip()[:64]
    return ""
