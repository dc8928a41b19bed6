"""The strict base of every message, and the small types they share."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import uuid_utils
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


class Message(BaseModel):
    """Frozen and strict: extra fields are refused, nothing is coerced in Python.

    JSON input (`model_validate_json`) converts only what JSON cannot say: dates, UUIDs, enums.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Answer(BaseModel):
    """What a server sends: frozen and typed, but unknown fields of a newer server are ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("no time of the calendar") from error


Moment = Annotated[datetime, AfterValidator(_aware)]
"""An absolute time; always UTC inside the program."""

Uid = Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+)*$", max_length=64)]
"""A DICOM unique identifier, PS3.5 9.1."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
ICD10 = r"[A-Z][0-9]{2}(?:\.[0-9A-Za-z+*]{1,8})?[+*]?(?:[A-Z][0-9]{2}(?:\.[0-9A-Za-z]{1,8})?[+*])?"
"""A code of ICD-10 or a national table, alone or as a pair of dagger (written +) and asterisk."""
Icd10 = Annotated[str, StringConstraints(pattern=rf"^{ICD10}$")]
Fence = Annotated[int, Field(ge=0)]
Seq = Annotated[int, Field(ge=0)]


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): sorts by the time it was made."""
    return UUID(bytes=uuid_utils.uuid7().bytes)
