"""The objects for one series as rows of words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from app.imaging.coded import datetime_words, person_words
from app.imaging.contours import StructureSet
from app.imaging.errors import ImagingError, Reason
from app.imaging.presentation import PresentationState
from app.imaging.segmentation import Segmentation
from app.imaging.series import Series
from app.viewers.dicom.objects.collection import Collection, Held, Key
from app.viewers.dicom.objects.painter import colour_of
from app.viewers.dicom.reasons import reason_words

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Row:
    """One line; `checked` None where there is nothing to choose."""

    key: Key | None
    text: str
    checked: bool | None = None
    colour: QColor | None = None
    rows: tuple[Row, ...] = ()


def state_words(state: PresentationState) -> str:
    """What a state is called."""
    return " · ".join(dict.fromkeys(part for part in (state.label, state.description) if part))


def state_words_on(state: PresentationState, *, covered: bool, named: bool = True) -> str:
    """What a picture says of the state its series is under, which may not be for this one; not
    `named`, nothing that somebody typed."""
    if not covered:
        # The list says that a state is on: a picture it does not reach must say so as well.
        return translate("DicomViewer", "Presentation state: not for this picture")
    if not named:
        return translate("DicomViewer", "Presentation state")
    text = translate("DicomViewer", "Presentation state: {name}")
    return text.replace("{name}", state_words(state) or state.kind)


def rows_for(
    collection: Collection, series: Series | None, chosen: PresentationState | None
) -> tuple[Row, ...]:
    """Every object that concerns a series, states first; `chosen` is the state it is under."""
    held = collection.concerning(series) if series is not None else ()
    states = [one for one in held if one.is_state]
    groups = []
    if states:
        rows = tuple(_state_row(one, chosen) for one in states)
        if any(isinstance(one.value, PresentationState) for one in states):
            original = Row(Key(""), translate("DicomViewer", "Original"), chosen is None)
            rows = (original, *rows)
        groups.append(Row(None, translate("DicomViewer", "Presentation states"), rows=rows))
    segmented = tuple(_object_row(collection, one) for one in held if one.is_segmentation)
    if segmented:
        groups.append(Row(None, translate("DicomViewer", "Segmentations"), rows=segmented))
    structures = [one for one in held if not (one.is_state or one.is_segmentation)]
    if structures:
        rows = tuple(_object_row(collection, one) for one in structures)
        groups.append(Row(None, translate("DicomViewer", "Structures (contours)"), rows=rows))
    return tuple(groups)


def _state_row(held: Held, chosen: PresentationState | None) -> Row:
    value, key = held.value, Key(held.instance.sop_instance_uid)
    if not isinstance(value, PresentationState):
        return Row(key, _unread(held), None if isinstance(value, ImagingError) else False)
    name = value.label or translate("DicomViewer", "Presentation state")
    text = _lines(name, value.description, _origin(value.creator, value.created))
    return Row(key, text, value is chosen)


def _object_row(collection: Collection, held: Held) -> Row:
    value, key = held.value, Key(held.instance.sop_instance_uid)
    if isinstance(value, ImagingError):
        return Row(key, _unread(held))
    checked = collection.is_shown(key)
    if not isinstance(value, Segmentation | StructureSet):
        return Row(key, _unread(held), checked)
    name = value.label or held.instance.series_description or held.instance.modality
    text = _lines(name, value.description, _origin(value.creator, value.created))
    if isinstance(value, Segmentation):
        return Row(key, text, checked, rows=_segments(collection, value))
    return Row(key, text, checked, rows=_rois(collection, value))


def _segments(collection: Collection, value: Segmentation) -> tuple[Row, ...]:
    found = []
    for one in value.segments:
        coded = [code.words for code in (one.kind, one.category) if code is not None]
        name = one.label or (coded[0] if coded else str(one.number))
        told = ", ".join(word for word in dict.fromkeys(coded) if word != name)
        key = Key(value.sop_instance_uid, one.number)
        colour = colour_of(one.colour, one.number - 1)
        found.append(Row(key, _lines(name, told), not collection.is_hidden(key), colour))
    return tuple(found)


def _rois(collection: Collection, value: StructureSet) -> tuple[Row, ...]:
    found = []
    for n, roi in enumerate(value.rois):
        notes = [roi.meaning]
        if not roi.contours:
            notes.append(translate("DicomViewer", "no contours"))
        if roi.unread:
            left = translate("DicomViewer", "contours left out: {count}")
            notes.append(left.replace("{count}", str(roi.unread)))
        key = Key(value.sop_instance_uid, roi.number)
        told = ", ".join(note for note in notes if note)
        text = _lines(roi.name or str(roi.number), told)
        found.append(Row(key, text, not collection.is_hidden(key), colour_of(roi.colour, n)))
    return tuple(found)


def _unread(held: Held) -> str:
    """A row of an object that is not read, or cannot be."""
    name = held.instance.series_description or held.instance.modality
    if not isinstance(held.value, ImagingError):
        return name
    if held.value.code is Reason.UNSUPPORTED:
        return _lines(name, translate("DicomViewer", "Objects of this kind cannot be shown yet."))
    return _lines(name, reason_words(held.value.code))


def _origin(creator: str, created: str) -> str:
    parts = (person_words(creator), datetime_words(created) if created else "")
    return "  ".join(part for part in parts if part)


def _lines(*parts: str) -> str:
    return "\n".join(dict.fromkeys(part for part in parts if part))
