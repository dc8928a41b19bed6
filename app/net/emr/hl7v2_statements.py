"""What admissions (ADT) state of a patient: allergies, diagnoses, procedures."""

from collections.abc import Callable
from dataclasses import dataclass

from app.net.emr.elements import Json
from app.net.emr.hl7v2_fields import Cells, concept_of, first_of, time_of, words_of
from app.net.emr.hl7v2_statuses import IN_ERROR

Fields = Callable[[int], Cells]
"""A field of the segment by its number."""
_SEVERE = ("SV", "严重", "重度")
_SURE = {
    **dict.fromkeys("DPSU", "unconfirmed"),
    "C": "confirmed",
    "E": IN_ERROR,
}
"""IAM-17, table 0438; I is confirmed to be inactive."""


@dataclass(frozen=True, slots=True)
class Statement:
    """`told` as FHIR says it. `key`: what says the same; `number`: the sender's own of it (EI), by
    which it is changed (`action` U) or deleted (D) later."""

    kind: str
    told: Json
    key: tuple[str, ...]
    number: str = ""
    action: str = ""


def statement_of(segment: str, of: Fields) -> Statement | None:
    """None where it does not say of what."""
    return _READ[segment](of)


def _allergy(of: Fields) -> Statement | None:
    """AL1."""
    told = _allergic(of)
    if told is None:
        return None
    told["onsetDateTime"] = _when(of, 6)
    return Statement("AllergyIntolerance", told, (str(told["code"]),))


def _adverse_reaction(of: Fields) -> Statement | None:
    """IAM: with an action, a number, and how sure it is."""
    told = _allergic(of)
    if told is None:
        return None
    state = first_of(of(17))
    told |= {
        "onsetDateTime": _when(of, 11),
        "recordedDate": _when(of, 13),
        **_verified(_SURE.get(state, "")),
        "clinicalStatus": {"coding": [{"code": "inactive"}]} if state == "I" else None,
    }
    if not told["onsetDateTime"]:
        told["onsetString"] = first_of(of(12))
    number, action = first_of(of(7)), first_of(of(6))
    return Statement("AllergyIntolerance", told, (str(told["code"]),), number, action)


def _allergic(of: Fields) -> Json | None:
    """What AL1 and IAM have in one place: code, severity, reactions."""
    if (code := concept_of(of(3))) is None:
        return None
    return {
        "code": code,
        "reaction": [{"manifestation": [{"text": one}]} for one in words_of(of(5))],
        "criticality": "high" if first_of(of(4)) in _SEVERE else None,
    }


def _diagnosis(of: Fields) -> Statement | None:
    """DG1: a working diagnosis (DG1-6 W) is none yet."""
    code = _named(of)
    if code is None:
        return None
    working = first_of(of(6)) == "W"
    told: Json = {"code": code, "recordedDate": _when(of, 5)}
    told |= _verified("provisional" if working else "")
    return Statement("Condition", told, (str(code),), first_of(of(20)), first_of(of(21)))


def _procedure(of: Fields) -> Statement | None:
    """PR1."""
    code = _named(of)
    if code is None:
        return None
    at = _when(of, 5)
    told: Json = {"status": "completed", "code": code, "performedDateTime": at}
    return Statement("Procedure", told, (str(code), at), first_of(of(19)), first_of(of(20)))


def _when(of: Fields, number: int) -> str:
    """What is no time stands as it was written."""
    return time_of(first_of(of(number))) or first_of(of(number))


def _named(of: Fields) -> Json | None:
    """By its code, else by its description."""
    said = first_of(of(4))
    return concept_of(of(3)) or ({"text": said} if said else None)


def _verified(code: str) -> Json:
    return {"verificationStatus": {"coding": [{"code": code}]}} if code else {}


def as_error(told: Json) -> Json:
    """The sender took it back. Of these a procedure alone has a status."""
    return {**told, **({"status": IN_ERROR} if "status" in told else _verified(IN_ERROR))}


def is_error(resource: Json) -> bool:
    return as_error(resource) == resource


_READ: dict[str, Callable[[Fields], Statement | None]] = {
    "AL1": _allergy,
    "IAM": _adverse_reaction,
    "DG1": _diagnosis,
    "PR1": _procedure,
}
STATEMENTS = tuple(_READ)
ALLERGIES = ("AL1", "IAM")
