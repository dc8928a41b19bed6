"""Structured reports: the content tree with its values ready to be read (PS3.3 C.17.3).

Deep and large trees are cut at a bound and say so; by-reference items name their target.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.imaging.attributes import items, numbers, raw, text
from app.imaging.coded import (
    Code,
    code_of,
    date_words,
    datetime_words,
    person_words,
    time_words,
    unit_words,
)
from app.imaging.dataset import DicomObject
from app.imaging.errors import MissingAttributeError
from app.imaging.references import Reference, evidence_of, references_of

if TYPE_CHECKING:
    from pydicom import Dataset

MAX_DEPTH = 48
MAX_ITEMS = 20_000
MAX_VALUE = 100_000
"""Characters of one text that are kept."""

Position = tuple[int, ...]
"""Where an item is in the tree: (1,) is the root, (1, 3) its third child (C.18.9)."""


class ValueType(StrEnum):
    """Kinds of content items (PS3.3 C.17.3.2.1)."""

    TEXT = "TEXT"
    NUM = "NUM"
    CODE = "CODE"
    DATETIME = "DATETIME"
    DATE = "DATE"
    TIME = "TIME"
    UIDREF = "UIDREF"
    PNAME = "PNAME"
    COMPOSITE = "COMPOSITE"
    IMAGE = "IMAGE"
    WAVEFORM = "WAVEFORM"
    SCOORD = "SCOORD"
    SCOORD3D = "SCOORD3D"
    TCOORD = "TCOORD"
    CONTAINER = "CONTAINER"
    TABLE = "TABLE"
    REFERENCE = ""
    """Another item of the same tree, by its position."""


class Relationship(StrEnum):
    """How an item belongs to the one above it (C.17.3.2.4)."""

    CONTAINS = "CONTAINS"
    OBSERVATION_CONTEXT = "HAS OBS CONTEXT"
    ACQUISITION_CONTEXT = "HAS ACQ CONTEXT"
    MODIFIER = "HAS CONCEPT MOD"
    PROPERTIES = "HAS PROPERTIES"
    INFERRED_FROM = "INFERRED FROM"
    SELECTED_FROM = "SELECTED FROM"
    ROOT = ""


@dataclass(frozen=True, slots=True)
class ContentItem:
    """One item and what lies below it.

    Args:
        value: the value as it is read; of coordinates in a picture the graphic type, in time the
            times; of containers empty.
        unit: beside a number, as UCUM writes it.
        qualifier: why a number is missing or special (NumericValueQualifierCodeSequence).
        points: how many points coordinates have.
        target: of a by-reference item the position it stands for.
        code: of a coded value the code itself, of a number its qualifier.
    """

    position: Position
    relationship: Relationship
    kind: ValueType
    name: Code | None
    value: str = ""
    unit: str = ""
    qualifier: str = ""
    points: int = 0
    references: tuple[Reference, ...] = ()
    target: Position = ()
    children: tuple[ContentItem, ...] = ()
    code: Code | None = None

    def walk(self) -> Iterator[ContentItem]:
        """This item and everything below it, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Verifier:
    """Who vouched for the document (C.17.2, Verifying Observer Sequence)."""

    name: str
    organisation: str
    moment: str


@dataclass(frozen=True, slots=True)
class StructuredReport:
    """A whole document. `complete` and `verified` are None where the object does not say it, as
    key object selections do not; `cut_short` says that the tree went beyond the bounds."""

    sop_class_uid: str
    root: ContentItem
    complete: bool | None
    completion_description: str
    verified: bool | None
    verifiers: tuple[Verifier, ...]
    authors: tuple[str, ...]
    moment: str
    predecessors: int
    evidence: tuple[Reference, ...]
    cut_short: bool

    @property
    def title(self) -> str:
        """The concept name of the root."""
        return self.root.name.words if self.root.name is not None else ""


def read_report(obj: DicomObject) -> StructuredReport:
    """Read the document and its content tree.

    Raises:
        MissingAttributeError: there is no content tree.
    """
    ds = obj.dataset
    if not text(ds, "ValueType") and not items(ds, "ContentSequence"):
        raise MissingAttributeError("ContentSequence")
    evidence = evidence_of(ds)
    reader = _Reader(evidence)
    root = reader.read(ds, (1,))
    return StructuredReport(
        sop_class_uid=text(ds, "SOPClassUID"),
        root=root,
        complete=_flag(ds, "CompletionFlag", "COMPLETE", "PARTIAL"),
        completion_description=text(ds, "CompletionFlagDescription"),
        verified=_flag(ds, "VerificationFlag", "VERIFIED", "UNVERIFIED"),
        verifiers=tuple(
            Verifier(
                person_words(text(one, "VerifyingObserverName")),
                text(one, "VerifyingOrganization"),
                datetime_words(text(one, "VerificationDateTime")),
            )
            for one in items(ds, "VerifyingObserverSequence")
        ),
        authors=tuple(_author(one) for one in items(ds, "AuthorObserverSequence")),
        moment=" ".join(
            part
            for part in (date_words(text(ds, "ContentDate")), time_words(text(ds, "ContentTime")))
            if part
        ),
        predecessors=sum(
            len(items(series, "ReferencedSOPSequence"))
            for study in items(ds, "PredecessorDocumentsSequence")
            for series in items(study, "ReferencedSeriesSequence")
        ),
        evidence=tuple(evidence.values()),
        cut_short=reader.cut_short,
    )


def _flag(dataset: Dataset, keyword: str, yes: str, no: str) -> bool | None:
    return {yes: True, no: False}.get(text(dataset, keyword).upper())


def _author(item: Dataset) -> str:
    name = person_words(text(item, "PersonName")) or text(item, "ManufacturerModelName")
    return " · ".join(part for part in (name, text(item, "InstitutionName")) if part)


_CODES = {
    ValueType.CODE: "ConceptCodeSequence",
    ValueType.NUM: "NumericValueQualifierCodeSequence",
}


class _Reader:
    """Reads a tree within the bounds."""

    def __init__(self, evidence: dict[str, Reference]) -> None:
        self._evidence = evidence
        self._left = MAX_ITEMS
        self.cut_short = False

    def read(self, item: Dataset, position: Position) -> ContentItem:
        """An item with its children; depth is bounded by `MAX_DEPTH`."""
        self._left -= 1
        target = tuple(int(n) for n in numbers(item, "ReferencedContentItemIdentifier"))
        kind = _kind(item)
        value, unit, qualifier, points = _value(item, kind)
        return ContentItem(
            position=position,
            relationship=_relationship(item),
            kind=kind,
            name=code_of(item, "ConceptNameCodeSequence"),
            value=value[:MAX_VALUE],
            unit=unit,
            qualifier=qualifier,
            points=points,
            references=references_of(item, self._evidence),
            target=target[:MAX_DEPTH],
            children=self._children(item, position),
            code=code_of(item, _CODES[kind]) if kind in _CODES else None,
        )

    def _children(self, item: Dataset, position: Position) -> tuple[ContentItem, ...]:
        below = items(item, "ContentSequence")
        if not below:
            return ()
        if len(position) >= MAX_DEPTH:
            self.cut_short = True
            return ()
        found = []
        for number, child in enumerate(below, start=1):
            if self._left <= 0:
                self.cut_short = True
                break
            found.append(self.read(child, (*position, number)))
        return tuple(found)


def _kind(item: Dataset) -> ValueType:
    name = text(item, "ValueType").upper()
    if name:
        try:
            return ValueType(name)
        except ValueError:
            return ValueType.TEXT
    by_reference = raw(item, "ReferencedContentItemIdentifier") is not None
    return ValueType.REFERENCE if by_reference else ValueType.CONTAINER


def _relationship(item: Dataset) -> Relationship:
    try:
        return Relationship(text(item, "RelationshipType").upper())
    except ValueError:
        return Relationship.CONTAINS


def _value(item: Dataset, kind: ValueType) -> tuple[str, str, str, int]:
    """Value, unit, qualifier and points of an item."""
    match kind:
        case ValueType.NUM:
            return _number(item)
        case ValueType.CODE:
            code = code_of(item, "ConceptCodeSequence")
            return (code.words if code is not None else "", "", "", 0)
        case ValueType.DATETIME:
            return (datetime_words(text(item, "DateTime")), "", "", 0)
        case ValueType.DATE:
            return (date_words(text(item, "Date")), "", "", 0)
        case ValueType.TIME:
            return (time_words(text(item, "Time")), "", "", 0)
        case ValueType.UIDREF:
            return (text(item, "UID"), "", "", 0)
        case ValueType.PNAME:
            return (person_words(text(item, "PersonName")), "", "", 0)
        case ValueType.SCOORD | ValueType.SCOORD3D:
            flat = len(numbers(item, "GraphicData"))
            size = 3 if kind is ValueType.SCOORD3D else 2
            return (text(item, "GraphicType"), "", "", flat // size)
        case ValueType.TCOORD:
            return _times(item)
        case _:
            return (text(item, "TextValue"), "", "", 0)


def _number(item: Dataset) -> tuple[str, str, str, int]:
    qualifier = code_of(item, "NumericValueQualifierCodeSequence")
    why = qualifier.words if qualifier is not None else ""
    for measured in items(item, "MeasuredValueSequence")[:1]:
        unit = unit_words(code_of(measured, "MeasurementUnitsCodeSequence"))
        return (text(measured, "NumericValue"), unit, why, 0)
    return ("", "", why, 0)


def _times(item: Dataset) -> tuple[str, str, str, int]:
    offsets = numbers(item, "ReferencedTimeOffsets")
    moments = text(item, "ReferencedDateTime")
    samples = numbers(item, "ReferencedSamplePositions")
    if offsets:
        return (" – ".join(f"{value:g} s" for value in offsets[:8]), "", "", len(offsets))
    if moments:
        parts = moments.split("\\")
        return (" – ".join(datetime_words(part) for part in parts[:8]), "", "", len(parts))
    return (" – ".join(f"#{value:g}" for value in samples[:8]), "", "", len(samples))
