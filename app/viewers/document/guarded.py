"""PDF and pictures that nobody vouches for: drawn elsewhere, shown here."""

from __future__ import annotations

import threading

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from app.imaging.errors import ImagingError, MalformedError
from app.imaging.guarded_document import PATIENCE_S, PIXEL_BYTES, GuardedDocument, Pixels
from app.viewers.document.pdf import MAX_PAGES, MOST_HITS, Hit, PageSize, sane


class GuardedPdf:
    """As `Pdf`, to be drawn and searched. Every method may block and is safe in any thread.

    Raises:
        ProtectedError, MalformedError, DecodeError, DecodeTimeoutError: it cannot be opened.
    """

    def __init__(
        self, data: bytes, argv: tuple[str, ...] = (), *, patience: float = PATIENCE_S
    ) -> None:
        self._document = GuardedDocument(data, argv, patience=patience)
        self._lock = threading.Lock()
        self._closed = False
        try:
            sizes = self._document.open()[:MAX_PAGES]
        except Exception:
            self._document.close()
            raise
        self.sizes = tuple(PageSize(*sane(one)) for one in sizes)

    def draw(self, page: int, scale: float) -> QImage:
        """A page at `scale` pixels a point, coarser where it would be too large.

        Raises:
            MalformedError, DecodeError, DecodeTimeoutError: the page cannot be drawn.
        """
        with self._lock:
            if self._closed:
                raise MalformedError("The PDF is closed.")
            return _image(self._document.page(page, scale))

    def find(self, page: int, words: str, *, most: int = MOST_HITS) -> list[Hit]:
        """Where a text is on a page, in any case; nowhere on a page that cannot be read."""
        with self._lock:
            if self._closed:
                return []
            try:
                return [Hit(page, boxes) for boxes in self._document.find(page, words, most)]
            except ImagingError:
                return []

    def close(self) -> None:
        """Let go of it, once what is drawn is drawn; it answers nothing afterwards."""
        with self._lock:
            self._closed = True
            self._document.close()

    def __del__(self) -> None:
        if hasattr(self, "_document"):
            self._document.close()


def guarded_picture(data: bytes, within: QSize, argv: tuple[str, ...] = ()) -> QImage:
    """As `still.drawn`, elsewhere. Blocks. Raises PixelSizeError where it is too large, and
    MalformedError, DecodeError or DecodeTimeoutError where it is damaged."""
    document = GuardedDocument(data, argv)
    try:
        return _image(document.picture(within.width(), within.height()))
    finally:
        document.close()


def _image(told: Pixels) -> QImage:
    row = told.width * PIXEL_BYTES
    image = QImage(told.data, told.width, told.height, row, QImage.Format.Format_ARGB32)
    return image.copy()
