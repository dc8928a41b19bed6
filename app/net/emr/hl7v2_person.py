"""Whom an HL7 v2 message is of: PID as a Patient of FHIR."""

import hashlib

import hl7

from app.net.emr.elements import Json
from app.net.emr.hl7v2_fields import Cells, cells_of, first_of, time_of
from protocol.identity_card import SYSTEMS, looks_like_one

_SEX = {"M": "male", "F": "female", "O": "other", "A": "other", "U": "unknown"}


def digest(*parts: str) -> str:
    """An id of what something is."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]


def patient_of(message: hl7.Message, pid: hl7.Segment) -> Json:
    """Of a PID; under an id of who it is: house and number, name, date of birth."""

    def of(number: int) -> Cells:
        return cells_of(message, pid, number)

    identifiers = [_identifier(one) for one in of(3) if one[0]]
    card = first_of(of(19))
    if looks_like_one(card):
        identifiers.append({"system": SYSTEMS[0], "value": card})
    names = [_name(one) for one in of(5) if any(one[:2])]
    born = time_of(first_of(of(7)))[:10]
    who = [identifiers[0]["value"] if identifiers else "", str(names[:1]), born]
    if identifiers and (house := _authority(of(3), message)):
        who.append(house)  # another house gives the same number to somebody else
        identifiers[0] |= {"assigner": {"display": house}}
    if not who[0] and not born:  # a name alone is many people's
        who.append(str(message))
    told: Json = {
        "resourceType": "Patient",
        "id": digest(*who),
        "identifier": identifiers,
        "name": names,
        "birthDate": born,
        "gender": _SEX.get(first_of(of(8)).upper(), ""),
        "telecom": [{"system": "phone", "value": one[0]} for one in of(13) if one[0]],
        "deceasedBoolean": {"Y": True, "N": False}.get(first_of(of(30))),
    }
    return {key: value for key, value in told.items() if value not in (None, "", [])}


def _authority(numbers: Cells, message: hl7.Message) -> str:
    """Who gave the first number (CX.4), else the place that sends (MSH-4)."""
    first = next((one for one in numbers if one[0]), [])
    told = first[3].split("&")[0].strip() if len(first) > 3 else ""
    return told or first_of(cells_of(message, message[0], 4)).split("&")[0].strip()


def _identifier(cells: list[str]) -> Json:
    """CX: id, check digit, scheme, authority, type (table 0203)."""
    told: Json = {"value": cells[0]}
    kind = cells[4] if len(cells) > 4 else ""
    if looks_like_one(cells[0]):
        told["system"] = SYSTEMS[0]
    elif kind:
        told["type"] = {"coding": [{"code": kind}]}
    return told


def _name(cells: list[str]) -> Json:
    """XPN: family, given, further."""
    family = cells[0].split("&")[0]
    given = [one for one in cells[1:3] if one]
    return {"family": family, "given": given} if given else {"text": family}
