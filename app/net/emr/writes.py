"""What is to be written of a case at the hospital, and how far that is: kept sealed in the outbox.

The outbox is the profile's (`app.store.outbox`); these are the words in it.
"""

import json
from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from pydantic import Field

from protocol import decimals
from protocol.base import Message, Moment
from protocol.consultation import Patient
from protocol.fhir_case import CaseResource

PATIENT = "urn:huizhen:patient"
"""Stands for the Patient until it is known who that is at the hospital."""


class WriteFault(StrEnum):
    """Why somebody has to do something before it goes on."""

    NO_PATIENT = "no_patient"
    SEVERAL_PATIENTS = "several_patients"
    ANOTHER_PATIENT = "another_patient"
    REFUSED = "refused"
    CHANGED_THERE = "changed_there"  # since we wrote it: 412 or 409
    SEVERAL_THERE = "several_there"  # our identifier is on more than one
    UNSEARCHABLE = "unsearchable"  # whether it is there already cannot be seen
    OTHER_SERVER = "other_server"  # the settings name another one by now
    REPORT_DOUBTFUL = "report_doubtful"  # its signature does not fit: it is not handed on


class WritePart(Message):
    """One resource. `resource` is its JSON until it has been written, then empty; `digest` that of
    what was asked for last, so that the same is not written twice."""

    key: str
    kind: str
    criteria: str
    resource: str = Field("", repr=False)
    digest: str = ""
    at: str = ""
    version: str = ""
    asked: bool = False
    """It was sent to be created, and whether that got through is not known."""
    over: bool = False
    """What the hospital changed meanwhile is written over."""
    withdrawn: bool = False
    """The signed report does not say it any more: there it is marked as entered in error."""
    strays_seen: bool = False
    """Of a report as it is now: findings of earlier versions were looked for."""
    fault: WriteFault | None = None
    status: int = 0
    said: str = Field("", repr=False)

    @property
    def waits(self) -> bool:
        """Whether it is to be written, and nobody has to do anything before."""
        return bool(self.resource) and self.fault is None

    def as_withdrawn(self) -> "WritePart":
        told = json.dumps({"resourceType": self.kind})
        fresh: dict[str, object] = {"fault": None, "status": 0, "said": "", "over": False}
        changed = {"resource": told, "digest": "", "withdrawn": True}
        return self.model_copy(update={**fresh, **changed})


class HospitalWrite(Message):
    """Everything of one case. `stage` says what of the case is in it; `whose` is the number that
    the patient is looked for by, `patient_id` who it is on that server."""

    consultation_id: UUID
    account_id: UUID
    url: str
    number: str = ""
    stage: str = ""
    patient: Patient | None = Field(None, repr=False)
    whose: str = Field("", repr=False)
    patient_id: str = ""
    parts: tuple[WritePart, ...] = ()
    fault: WriteFault | None = None
    said: str = Field("", repr=False)
    tries: int = 0
    next_at: Moment | None = None

    @property
    def done(self) -> bool:
        return self.fault is None and not any(one.resource for one in self.parts)

    @property
    def waits(self) -> bool:
        """Whether asking the server makes sense: there is something to be written that nobody has
        to mend before."""
        return self.fault is None and any(one.waits for one in self.parts)

    @property
    def faults(self) -> tuple[WriteFault | None, ...]:
        return (self.fault, *(one.fault for one in self.parts))

    def asking(self, resources: Iterable[CaseResource], stage: str) -> "HospitalWrite":
        """With what is to be written now: newer words take the place of those that wait, and a
        finding that the report does not have any more is withdrawn."""
        known = {one.key: one for one in self.parts}
        new = [_asked(known.pop(one.key, None), one) for one in resources]
        reported = any(one.kind == "DiagnosticReport" for one in new)
        old = [
            _withdrawn(one) if reported and one.kind == "Observation" else one
            for one in known.values()
        ]
        return self.model_copy(
            update={
                "parts": (*new, *(one for one in old if one is not None)),
                "stage": stage,
                "tries": 0,
                "next_at": None,
            }
        )

    def with_part(self, part: WritePart) -> "HospitalWrite":
        parts = tuple(part if one.key == part.key else one for one in self.parts)
        return self.model_copy(update={"parts": parts})

    def again(self, whose: str = "") -> "HospitalWrite":
        """Somebody wants another try, perhaps with another number of the patient."""
        fresh: dict[str, object] = {"fault": None, "status": 0, "said": ""}
        parts = tuple(
            one if one.fault is WriteFault.CHANGED_THERE else one.model_copy(update=fresh)
            for one in self.parts
        )
        told: dict[str, object] = {"parts": parts, "fault": None, "said": "", "tries": 0}
        told["next_at"] = None
        if self.fault is WriteFault.REPORT_DOUBTFUL:
            told["stage"] = ""  # it is read anew
        if whose:
            told |= {"whose": whose, "patient_id": ""}
        return self.model_copy(update=told)

    def over(self) -> "HospitalWrite":
        """What the hospital changed is written over, and what it removed is made anew."""
        parts = tuple(
            one.model_copy(update={"fault": None, "over": True, "said": "", "status": 0})
            if one.fault is not None
            else one
            for one in self.parts
        )
        return self.model_copy(update={"parts": parts, "tries": 0, "next_at": None})

    def left(self) -> "HospitalWrite":
        """What has not been written is given up; the hospital keeps what it has."""
        gone: dict[str, object] = {"resource": "", "fault": None, "said": "", "status": 0}
        parts = tuple(one.model_copy(update=gone) for one in self.parts)
        return self.model_copy(update={"parts": parts, "fault": None, "said": ""})


def _withdrawn(part: WritePart) -> WritePart | None:
    """None where it never got there."""
    if part.withdrawn:
        return part
    if not part.at and not part.asked:
        return None
    return part.as_withdrawn()


def _asked(known: WritePart | None, wanted: CaseResource) -> WritePart:
    raw = decimals.dumps(wanted.resource, ordered=True)
    digest = sha256(raw.encode()).hexdigest()
    part = known or WritePart(key=wanted.key, kind=wanted.kind, criteria=wanted.criteria)
    if part.digest == digest:
        return part
    return part.model_copy(
        update={
            "resource": raw,
            "digest": digest,
            "withdrawn": False,
            "strays_seen": False,
            "fault": None,
            "status": 0,
            "said": "",
            "over": False,
        }
    )
