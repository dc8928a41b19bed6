"""What the document's entries of the table do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.entry import Room
from app.viewers.document.entries import DocumentAction
from app.viewers.keyed import Keyed

if TYPE_CHECKING:
    from app.viewers.document.viewer import DocumentViewer


def document_keys(bindings: Bindings, viewer: DocumentViewer) -> Keyed:
    """Bind the keys of a document viewer; what its bar does not offer now is not done."""
    bar, pages = viewer.bar, viewer.pages
    do: dict[str, Callable[[], object]] = {
        DocumentAction.NEXT_PAGE: lambda: pages.go_to(pages.page + 1),
        DocumentAction.PREVIOUS_PAGE: lambda: pages.go_to(pages.page - 1),
        DocumentAction.FIRST_PAGE: lambda: pages.go_to(0),
        DocumentAction.LAST_PAGE: lambda: pages.go_to(pages.count - 1),
        DocumentAction.SEARCH: bar.focus_search,
        DocumentAction.NEXT_PLACE: lambda: viewer.step_hit(1),
        DocumentAction.EARLIER_PLACE: lambda: viewer.step_hit(-1),
        **{id_: _press(bar.press, id_) for id_ in DocumentAction if bar.has(id_)},
    }
    # A report goes through its text by these keys itself, a line of words through its letters.
    of_pages = (
        DocumentAction.NEXT_PAGE,
        DocumentAction.PREVIOUS_PAGE,
        DocumentAction.FIRST_PAGE,
        DocumentAction.LAST_PAGE,
    )
    bindings.changed.connect(viewer.words)
    return Keyed(bindings, Room.DOCUMENTS, do, viewer, nearer=dict.fromkeys(of_pages, pages))


def _press(press: Callable[[str], None], id_: str) -> Callable[[], object]:
    return lambda: press(id_)
