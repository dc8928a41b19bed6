"""Key Object Selection documents read: which pictures matter, and why (PS3.3 A.35.4, TID 2010)."""

from __future__ import annotations

from dataclasses import dataclass

from app.imaging.attributes import text
from app.imaging.coded import Code
from app.imaging.dataset import DicomObject
from app.imaging.errors import MalformedError
from app.imaging.references import Reference
from app.imaging.structured_report import (
    Relationship,
    StructuredReport,
    ValueType,
    read_report,
)

KEY_OBJECT_SELECTION = "1.2.840.10008.5.1.4.1.1.88.59"
_DESCRIPTION = ("113012", "DCM")
_MODIFIER = ("113011", "DCM")
_OBSERVERS = (("121008", "DCM"), ("121013", "DCM"))
"""Person Observer Name, Device Observer Name (TID 1002)."""


@dataclass(frozen=True, slots=True)
class KeyObjects:
    """What a selection says.

    Args:
        reason: the document title (CID 7010): for teaching, for the referring provider, rejected …
        modifiers: why, closer (Document Title Modifier).
        description: free text of who chose.
        observer: who chose, as people write names; empty where it is not said.
        references: the chosen instances in the document's order.
        listed_only: the document chooses nothing and only lists evidence, which is then given.
    """

    reason: Code | None
    modifiers: tuple[str, ...]
    description: str
    observer: str
    moment: str
    references: tuple[Reference, ...]
    listed_only: bool

    @property
    def rejects(self) -> bool:
        """Whether the pictures were chosen because they must not be used (CID 7011)."""
        rejections = ("113001", "113037", "113038", "113039")
        return self.reason is not None and self.reason.value in rejections


def is_key_objects(sop_class_uid: str) -> bool:
    """Whether an object is a key object selection."""
    return sop_class_uid == KEY_OBJECT_SELECTION


def read_key_objects(obj: DicomObject) -> KeyObjects:
    """Read a selection.

    Raises:
        MalformedError: it is another kind of object.
        MissingAttributeError: it has no content tree.
    """
    if not is_key_objects(text(obj.dataset, "SOPClassUID")):
        raise MalformedError("This is no selection of key images.")
    return key_objects_of(read_report(obj))


def key_objects_of(report: StructuredReport) -> KeyObjects:
    """The selection that a report read from a key object document is."""
    modifiers: list[str] = []
    description = observer = ""
    chosen: dict[tuple[str, tuple[int, ...]], Reference] = {}
    for item in report.root.walk():
        code = (item.name.value, item.name.scheme) if item.name is not None else ("", "")
        if code == _DESCRIPTION:
            description = description or item.value
        elif code == _MODIFIER and item.relationship is Relationship.MODIFIER:
            modifiers.append(item.value)
        elif code in _OBSERVERS:
            observer = observer or item.value
        if item.kind in (ValueType.IMAGE, ValueType.COMPOSITE, ValueType.WAVEFORM):
            for one in item.references:
                chosen.setdefault((one.sop_instance_uid, one.frames), one)
    return KeyObjects(
        reason=report.root.name,
        modifiers=tuple(modifiers),
        description=description,
        observer=observer,
        moment=report.moment,
        references=tuple(chosen.values()) or report.evidence,
        listed_only=not chosen,
    )
