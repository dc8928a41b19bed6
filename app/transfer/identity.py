"""Which image a damaged object was, as far as it or a table of contents still says."""

from pathlib import Path
from typing import NamedTuple

from app.imaging.attributes import text
from app.imaging.dataset import HEAD_BYTES, open_object
from app.imaging.errors import ImagingError
from app.net.studies import is_uid


class Identity(NamedTuple):
    """Study Instance UID and SOP Instance UID; empty where nobody says."""

    study_instance_uid: str = ""
    sop_instance_uid: str = ""

    @classmethod
    def said(cls, study_instance_uid: object, sop_instance_uid: object) -> "Identity":
        """Of values as they are read, which may be anything."""
        found = (str(one or "") for one in (study_instance_uid, sop_instance_uid))
        return cls(*(one if is_uid(one) else "" for one in found))

    def or_(self, other: "Identity") -> "Identity":
        """This one, or the other where it says nothing."""
        return self if all(self) else other


NOBODY = Identity()


def identity_of(start: bytes) -> Identity:
    """Of an object that begins so, though it is damaged further on."""
    try:
        opened = open_object(start)
    except ImagingError:
        return NOBODY
    return Identity.said(
        text(opened.dataset, "StudyInstanceUID"), text(opened.dataset, "SOPInstanceUID")
    )


def identity_at(path: Path) -> Identity:
    """Of a file on the disk."""
    try:
        with path.open("rb") as stream:
            return identity_of(stream.read(HEAD_BYTES))
    except OSError:
        return NOBODY
