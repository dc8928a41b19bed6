"""The Chinese identity number (GB 11643-1999): 18 signs with a check sign (ISO 7064 MOD 11-2)."""

import re
from datetime import date

from protocol.consultation import Sex

_FORM = re.compile(r"[1-9]\d{5}(\d{8})\d{2}(\d)[\dX]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
SYSTEMS = ("urn:oid:2.16.156.10011.1.3", "urn:oid:2.16.156.112548.1.1.3")
"""What Chinese servers name as `Identifier.system` of it (WS/T 500)."""


def looks_like_one(text: str) -> bool:
    """Whether somebody means an identity number, right or wrong."""
    return re.fullmatch(r"\d{17}[\dXx]", text.strip()) is not None


def is_valid(text: str) -> bool:
    """Whether form, date of birth and check sign are right."""
    number = text.strip().upper()
    return _FORM.fullmatch(number) is not None and birth_of(number) is not None and _checks(number)


def birth_of(text: str) -> date | None:
    """The date of birth it names."""
    digits = text.strip()[6:14]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def sex_of(text: str) -> Sex | None:
    """An odd sequence number is a man's."""
    number = text.strip()
    if not looks_like_one(number):
        return None
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def sex_said(sex: Sex | None, *numbers: str) -> Sex | None:
    """What is said, where it is male or female; where nothing is, what an identity number among
    these says that can be right."""
    if sex is None or sex is Sex.UNKNOWN:
        return next((sex_of(one) for one in numbers if is_valid(one)), None)
    return sex if sex in (Sex.MALE, Sex.FEMALE) else None


def _checks(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECKS[total % 11] == number[17]
