"""The rows that documents add to the table of tools."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QT_TRANSLATE_NOOP

from app.viewers.dicom.entry import Entry, Group, Kind, Room


class DocumentAction(StrEnum):
    """The ids of these rows."""

    NEXT_PAGE = "document_next_page"
    PREVIOUS_PAGE = "document_previous_page"
    FIRST_PAGE = "document_first_page"
    LAST_PAGE = "document_last_page"
    WIDTH = "document_width"
    WHOLE = "document_whole_page"
    LARGER = "document_larger"
    SMALLER = "document_smaller"
    SEARCH = "document_search"
    NEXT_PLACE = "document_next_place"
    EARLIER_PLACE = "document_earlier_place"
    KEY_IMAGES = "document_key_images"
    COPY = "document_copy"
    PRINT = "document_print"
    STOP = "document_stop_printing"


def _row(id_: DocumentAction, source: object, *keys: str) -> Entry:
    return Entry(id_, Group.DOCUMENTS, Kind.ACTION, str(source), keys, room=Room.DOCUMENTS)


ENTRIES: tuple[Entry, ...] = (
    _row(
        DocumentAction.NEXT_PAGE, QT_TRANSLATE_NOOP("DicomViewer", "Next page"), "PgDown", "Space"
    ),
    _row(DocumentAction.PREVIOUS_PAGE, QT_TRANSLATE_NOOP("DicomViewer", "Previous page"), "PgUp"),
    _row(DocumentAction.FIRST_PAGE, QT_TRANSLATE_NOOP("DicomViewer", "First page"), "Home"),
    _row(DocumentAction.LAST_PAGE, QT_TRANSLATE_NOOP("DicomViewer", "Last page"), "End"),
    _row(DocumentAction.WIDTH, QT_TRANSLATE_NOOP("DicomViewer", "Width of the page"), "W"),
    _row(DocumentAction.WHOLE, QT_TRANSLATE_NOOP("DicomViewer", "Whole page"), "F"),
    _row(DocumentAction.LARGER, QT_TRANSLATE_NOOP("DicomViewer", "Larger"), "+", "="),
    _row(DocumentAction.SMALLER, QT_TRANSLATE_NOOP("DicomViewer", "Smaller"), "-"),
    _row(DocumentAction.SEARCH, QT_TRANSLATE_NOOP("DicomViewer", "Search the text"), "Ctrl+F"),
    _row(DocumentAction.NEXT_PLACE, QT_TRANSLATE_NOOP("DicomViewer", "Next place"), "Ctrl+G"),
    _row(
        DocumentAction.EARLIER_PLACE,
        QT_TRANSLATE_NOOP("DicomViewer", "Earlier place"),
        "Ctrl+Shift+G",
    ),
    _row(DocumentAction.KEY_IMAGES, QT_TRANSLATE_NOOP("DicomViewer", "Show key images"), "K"),
    _row(DocumentAction.COPY, QT_TRANSLATE_NOOP("DicomViewer", "Save a copy"), "S"),
    _row(DocumentAction.PRINT, QT_TRANSLATE_NOOP("DicomViewer", "Print"), "P"),
    _row(DocumentAction.STOP, QT_TRANSLATE_NOOP("DicomViewer", "Stop printing"), "Shift+P"),
)
