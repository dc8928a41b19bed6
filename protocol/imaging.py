"""Which images belong to a case, and whether they have all arrived."""

from enum import IntEnum
from uuid import UUID

from pydantic import Field

from protocol.base import Answer, Message, Sha256, ShortText, Uid
from protocol.shortfall import Shortfall


class FailureReason(IntEnum):
    """Why one instance was not stored: FailureReason (0008,1197) of the answer to STOW-RS.

    PS3.18 10.5.3 refers to PS3.4 table B.2-1; 0xA7xx is "out of resources", 0xCxxx "cannot
    understand". `PROCESSING_FAILURE` stands where no reason is given. `NOT_AUTHORIZED` (PS3.7 annex
    C.5.17): the study is somebody else's, or the instance was taken back while it was on the way.
    """

    PROCESSING_FAILURE = 0x0110
    CONFLICT = 0x0111
    SOP_CLASS_NOT_SUPPORTED = 0x0122
    NOT_AUTHORIZED = 0x0124
    NO_ROOM = 0xA700
    OTHER_STUDY = 0xA900
    OTHER_PATIENT = 0xA901
    NOT_DICOM = 0xC000
    TRUNCATED = 0xC001
    HASH_MISMATCH = 0xC002
    PIXELS_TOO_SHORT = 0xC003


PRIVATE_CREATOR, DIGEST = "00090010", "00091010"
"""Tags of a private attribute (PS3.5 7.8.1) that a listing has for who asks with `includefield`: a
digest of the bytes of an instance as they are held, so that they need not be fetched twice."""


def digest_of(sha256: str) -> str:
    """Value of `DIGEST` of an object: half of its SHA-256, since a long study is listed on slow
    lines too."""
    return sha256[:32]


class DeclaredInstance(Message):
    """One instance as the clinic holds it: SHA-256 over the file's bytes as they are sent.

    `original_sha256` is that of the file it was recompressed from without loss. A server that holds
    the same original in another form keeps that one and asks for nothing.
    """

    sop_instance_uid: Uid
    series_instance_uid: Uid
    sha256: Sha256
    size: int = Field(ge=1, description="bytes")
    original_sha256: Sha256 | None = None


PIECES = "application/offset+octet-stream"
"""What a request that adds bytes to an image carries."""


class UploadOffset(Answer):
    """How many bytes of an image that is sent in pieces the server has."""

    offset: int = Field(ge=0)


class StudyManifest(Message):
    """What the clinic will send for one study; declared before the first byte."""

    study_instance_uid: Uid
    modalities: tuple[ShortText, ...] = ()
    description: ShortText = ""
    instances: tuple[DeclaredInstance, ...] = Field(min_length=1, max_length=20_000)
    shortfall: Shortfall = Shortfall()


class StudyProgress(Answer):
    """What the server holds of a declared study.

    `missing` names the instances not yet received with the declared hash; `verified` is true only
    when none is missing and, while the case is open to its clinic, nothing was received that no
    case declares.
    """

    consultation_id: UUID
    study_instance_uid: Uid
    declared: int
    received: int
    verified: bool
    missing: tuple[Uid, ...] = ()
    undeclared: tuple[Uid, ...] = ()
    late_declared: int = Field(default=0, description="added after the case was submitted")
    late_received: int = 0
    nameless: int = Field(default=0, description="of those received, how many name no patient")
    late_nameless: int = Field(default=0, description="of those, how many are late images")
    shortfall: Shortfall = Shortfall()
