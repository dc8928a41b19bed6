"""Key Object Selection documents (PS3.3 A.35.4, TID 2010): the pictures that matter, and why."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from app.imaging.writing.origin import (
    MANUFACTURER,
    Author,
    NewObject,
    finished,
    need_one_patient,
    observer,
    source_head,
)

if TYPE_CHECKING:
    from pydicom import Dataset


class KeyReason(Enum):
    """Document titles of CID 7010: code value (scheme DCM) and its meaning."""

    OF_INTEREST = ("113000", "Of Interest")
    FOR_REFERRING_PROVIDER = ("113002", "For Referring Provider")
    FOR_TEACHING = ("113004", "For Teaching")
    FOR_CONFERENCE = ("113005", "For Conference")


def write_key_objects(
    pictures: Sequence[Dataset],
    author: Author,
    *,
    reason: KeyReason = KeyReason.FOR_REFERRING_PROVIDER,
    description: str = "",
    new: NewObject | None = None,
) -> Dataset:
    """A document that names pictures of one study as key images.

    Raises:
        MissingAttributeError: a picture has no UID.
        ValueError: there are no pictures, or they are of several studies or patients.
    """
    from highdicom.ko import KeyObjectSelection, KeyObjectSelectionDocument
    from pydicom.sr.coding import Code

    if not pictures:
        raise ValueError("there are no key images")
    need_one_patient(pictures)
    heads = [source_head(picture) for picture in pictures]
    content = KeyObjectSelection(
        document_title=Code(reason.value[0], "DCM", reason.value[1]),
        referenced_objects=heads,
        observer_person_context=observer(author),
        description=description or None,
    )
    arguments = (new or NewObject(series_number=902)).arguments() | {"manufacturer": MANUFACTURER}
    document = KeyObjectSelectionDocument(
        evidence=heads,
        content=content,
        institution_name=author.institution_name,
        **arguments,
    )
    return finished(document, pictures)
