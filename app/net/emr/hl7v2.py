"""HL7 v2 messages (ADT, ORU) of a hospital without FHIR, by python-hl7, as the same resources.

Files as interface engines write them: one message or many, with or without MLLP frame or batch
envelope, in UTF-8 or GB 18030, lines ended by CR or LF. HL7 2.3 to 2.6; segments that are not read
(NK1, IN1, Z…) are administrative.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import hl7

from app.net.emr.elements import Json, number_of
from app.net.emr.gathering import FromFiles, Gathered
from protocol.identity_card import SYSTEMS, looks_like_one

MOST_BYTES = 16 << 20
LOINC = "http://loinc.org"
_READ = ("ADT", "ORU")
_START = re.compile(r"(?m)^\ufeff?MSH(?=[^\w\s])")
_SEX = {"M": "male", "F": "female", "O": "other", "A": "other", "U": "unknown"}
_OBX_STATUS = {
    **dict.fromkeys("FU", "final"),
    **dict.fromkeys("PRS", "preliminary"),
    **dict.fromkeys("C", "corrected"),
    **dict.fromkeys("DW", "entered-in-error"),
    **dict.fromkeys("X", "cancelled"),
}
"""Table 0085."""
_BETWEEN = re.compile(r"\s*(-?[\d.]+)\s*(?:-|--|~|–|—)\s*(-?[\d.]+)\s*")
_LIMIT = re.compile(r"\s*(<=|>=|<|>|≤|≥)\s*(-?[\d.]+)\s*")
_TIME = re.compile(r"(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})(\d{2})?(?:\.\d+)?)?([+-]\d{4})?")

Cells = list[list[str]]
"""A field: repetitions of components."""


@dataclass
class _Person:
    patient: Json
    resources: dict[tuple[str, ...], Json] = field(default_factory=dict)
    unread: int = 0


def read_messages(files: Iterable[bytes]) -> FromFiles:
    """Every patient of these files; what a later message says of the same thing stands."""
    found: dict[str, _Person] = {}
    others = 0
    messages: list[tuple[str, hl7.Message]] = []
    for raw in files:
        texts = split(raw)
        others += not texts
        for text in texts:
            try:
                message = hl7.parse(text)
                messages.append((_first(_cells(message, message[0], 7)), message))
            except (hl7.exceptions.HL7Exception, ValueError, IndexError, KeyError):
                others += 1
    messages.sort(key=lambda one: one[0])
    for _, message in messages:
        if not _take(message, found):
            others += 1
    told = [
        Gathered(one.patient, tuple(one.resources.values()), unread=one.unread)
        for one in found.values()
    ]
    return FromFiles(told, others)


def split(raw: bytes) -> list[str]:
    """The messages of a file; lines end with CR as the library wants them."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    text = text.replace("\x0b", "\r").replace("\x1c", "\r").replace("\n", "\r")
    lines = [line for line in text.split("\r") if line.strip() and line[:3] not in _ENVELOPE]
    whole = "\n".join(lines)
    starts = [at.start() for at in _START.finditer(whole)]
    parts = (whole[start:end] for start, end in pairwise((*starts, len(whole))))
    return [part.strip().lstrip("\ufeff").replace("\n", "\r") + "\r" for part in parts]


_ENVELOPE = ("FHS", "BHS", "BTS", "FTS")


def _take(message: hl7.Message, found: dict[str, _Person]) -> bool:
    """False where it is of another kind, or says nobody."""
    if _first(_cells(message, message[0], 9)) not in _READ:
        return False
    segments = [one for one in message if str(one[0])]
    pid = next((one for one in segments if str(one[0]) == "PID"), None)
    if pid is None:
        return False
    patient = _patient(message, pid)
    person = found.setdefault(str(patient["id"]), _Person(patient))
    person.patient = patient | {k: v for k, v in person.patient.items() if k not in patient}
    _Taking(message, person).take(segments)
    return True


class _Taking:
    """One message after its PID."""

    def __init__(self, message: hl7.Message, person: _Person) -> None:
        self._message = message
        self._person = person
        self._subject = {"reference": f"Patient/{person.patient['id']}"}
        self._report: Json | None = None
        self._last: Json | None = None

    def take(self, segments: list[hl7.Segment]) -> None:
        for segment in segments:
            try:
                match str(segment[0]):
                    case "PV1":
                        self._visit(segment)
                    case "AL1":
                        self._allergy(segment)
                    case "DG1":
                        self._diagnosis(segment)
                    case "OBR":
                        self._panel(segment)
                    case "OBX":
                        self._observation(segment)
                    case "NTE":
                        self._note(segment)
                    case _:
                        pass
            except (IndexError, KeyError, ValueError, TypeError):
                self._person.unread += 1

    def _of(self, segment: hl7.Segment, number: int) -> Cells:
        return _cells(self._message, segment, number)

    def _keep(self, kind: str, key: tuple[str, ...], told: Json, owner: str = "subject") -> Json:
        """Under an id of what it is, so that the same said twice is one."""
        name = hashlib.sha256("\x1f".join((kind, *key)).encode()).hexdigest()[:24]
        resource = {"resourceType": kind, "id": name, owner: self._subject, **told}
        kept = {key: value for key, value in resource.items() if value not in (None, "", [], {})}
        self._person.resources[(kind, name)] = kept
        return kept

    def _visit(self, segment: hl7.Segment) -> None:
        started, ended = (
            time_of(_first(self._of(segment, 44))),
            time_of(_first(self._of(segment, 45))),
        )
        number = _first(self._of(segment, 19))
        if not started and not number:
            return  # a laboratory repeats the patient's place, which is no visit
        place = self._of(segment, 3)
        where = " ".join(one for one in (place[0] if place else []) if one)[:200]
        code = {"I": "IMP", "O": "AMB", "E": "EMER"}.get(_first(self._of(segment, 2)), "")
        period = {key: at for key, at in (("start", started), ("end", ended)) if at}
        told: Json = {
            "status": "finished" if ended else "in-progress",
            "class": {"code": code or "AMB"},
            "type": [{"text": where}] if where else None,
            "period": period,
        }
        self._keep("Encounter", (number or started,), told)

    def _allergy(self, segment: hl7.Segment) -> None:
        code = concept_of(self._of(segment, 3))
        if code is None:
            self._person.unread += 1
            return
        reactions = [
            {"manifestation": [{"text": one[0]}]} for one in self._of(segment, 5) if one[0]
        ]
        severity = _first(self._of(segment, 4))
        told: Json = {
            "code": code,
            "reaction": reactions,
            "criticality": "high" if severity == "SV" else None,
            "onsetDateTime": time_of(_first(self._of(segment, 6))),
        }
        self._keep("AllergyIntolerance", (str(code),), told, "patient")

    def _diagnosis(self, segment: hl7.Segment) -> None:
        code = concept_of(self._of(segment, 3))
        said = _first(self._of(segment, 4))
        if code is None and not said:
            self._person.unread += 1
            return
        told: Json = {
            "code": code or {"text": said},
            "recordedDate": time_of(_first(self._of(segment, 5))),
        }
        self._keep("Condition", (str(told["code"]),), told)

    def _panel(self, segment: hl7.Segment) -> None:
        code = concept_of(self._of(segment, 4)) or {"text": "?"}
        at = time_of(_first(self._of(segment, 7))) or time_of(_first(self._of(segment, 22)))
        number = _first(self._of(segment, 3)) or _first(self._of(segment, 2))
        laboratory = _first(self._of(segment, 24)) not in ("RAD", "CT", "US", "NMR", "RX")
        status = {"P": "preliminary", "C": "corrected", "X": "cancelled"}
        told: Json = {
            "status": status.get(_first(self._of(segment, 25)), "final"),
            "code": code,
            "effectiveDateTime": at,
            "category": [{"coding": [{"code": "LAB"}]}] if laboratory else None,
        }
        self._report = self._last = self._keep("DiagnosticReport", (number, str(code), at), told)

    def _observation(self, segment: hl7.Segment) -> None:
        code, kind = concept_of(self._of(segment, 3)), _first(self._of(segment, 2))
        values = self._of(segment, 5)
        if code is None or kind in ("ED", "RP"):
            self._person.unread += 1  # a document, or nothing that has a name
            return
        report = self._report or {}
        at = time_of(_first(self._of(segment, 14))) or str(report.get("effectiveDateTime") or "")
        told: Json = {
            "status": _OBX_STATUS.get(_first(self._of(segment, 11)), "final"),
            "code": code,
            "effectiveDateTime": at,
            **value_of(kind, values, _first(self._of(segment, 6))),
            **range_of(_first(self._of(segment, 7))),
            "interpretation": [
                {"coding": [{"code": one[0]}]} for one in self._of(segment, 8) if one[0]
            ],
        }
        made = self._keep("Observation", (str(code), at, _first(self._of(segment, 4))), told)
        self._last = made
        if self._report is not None:
            results = self._report.setdefault("result", [])
            named = {"reference": f"Observation/{made['id']}"}
            if named not in results:
                results.append(named)

    def _note(self, segment: hl7.Segment) -> None:
        said = "\n".join(" ".join(one) for one in self._of(segment, 3)).strip()
        if said and self._last is not None:
            notes = self._last.setdefault("note", [])
            if {"text": said} not in notes:
                notes.append({"text": said})


def _patient(message: hl7.Message, pid: hl7.Segment) -> Json:
    def of(number: int) -> Cells:
        return _cells(message, pid, number)

    identifiers = [_identifier(one) for one in of(3) if one[0]]
    card = _first(of(19))
    if looks_like_one(card):
        identifiers.append({"system": SYSTEMS[0], "value": card})
    names = [_name(one) for one in of(5) if any(one[:2])]
    born = time_of(_first(of(7)))[:10]
    who = (identifiers[0]["value"] if identifiers else "", str(names[:1]), born)
    told: Json = {
        "resourceType": "Patient",
        "id": hashlib.sha256("\x1f".join(who).encode()).hexdigest()[:24],
        "identifier": identifiers,
        "name": names,
        "birthDate": born if len(born) == 10 else "",
        "gender": _SEX.get(_first(of(8)).upper(), ""),
        "telecom": [{"system": "phone", "value": one[0]} for one in of(13) if one[0]],
        "deceasedBoolean": True if _first(of(30)) == "Y" else None,
    }
    return {key: value for key, value in told.items() if value not in (None, "", [])}


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
    number = number_of(said) if kind in ("NM", "ST", "") else None
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


def _cells(message: hl7.Message, segment: hl7.Segment, number: int) -> Cells:
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


def _first(cells: Cells) -> str:
    return cells[0][0] if cells and cells[0] else ""
