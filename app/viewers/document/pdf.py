"""Pages of a PDF, drawn and searched in a thread of their own (pypdfium2).

PDFium is not thread-safe: every call of the process goes through one lock. Scripts and forms of
the document are never run, because no form environment is made.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from app.imaging.errors import ImagingError, MalformedError
from app.viewers.gate import Gate

MAX_PIXELS = 24_000_000
"""Of one drawn page; a page that would be larger is drawn coarser."""
MAX_PAGES = 5000
MOST_HITS = 200
"""Of a search, on one page."""
_PASSWORD = 4
"""PDFium's FPDF_ERR_PASSWORD."""
_POINT = 72.0
_PDFIUM = threading.RLock()


class ProtectedError(MalformedError):
    """The PDF opens only with a password."""


@dataclass(frozen=True, slots=True)
class PageSize:
    """Of one page, in points (1/72 inch)."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a text was found: the page from 0, and boxes in points from its upper
    left corner (left, top, right, bottom)."""

    page: int
    boxes: tuple[tuple[float, float, float, float], ...]


class Drawn(Protocol):
    """A document whose pages can be drawn; every method may block."""

    sizes: tuple[PageSize, ...]

    def draw(self, page: int, scale: float) -> QImage:
        """At `scale` pixels a point. Raises ImagingError."""
        ...

    def close(self) -> None:
        """Let go of it; it answers nothing afterwards."""
        ...


class Pdf:
    """An opened document. Every method may block and is safe in any thread.

    Raises:
        ProtectedError, MalformedError: it cannot be opened.
    """

    def __init__(self, data: bytes) -> None:
        import pypdfium2 as pdfium

        with _PDFIUM:
            try:
                opened: Any = pdfium.PdfDocument(data)
                self._document = opened
                count = min(len(opened), MAX_PAGES)
                self.sizes = tuple(PageSize(*sane(opened.get_page_size(n))) for n in range(count))
            except pdfium.PdfiumError as error:
                if getattr(error, "err_code", None) == _PASSWORD:
                    raise ProtectedError("The PDF is protected by a password.") from error
                raise MalformedError("The PDF is damaged.") from error
        self._closed = False
        if not self.sizes:
            raise MalformedError("The PDF has no pages.")

    def close(self) -> None:
        """Let go of it; it answers nothing afterwards."""
        with _PDFIUM:
            if not self._closed:
                self._closed = True
                self._document.close()

    def __del__(self) -> None:
        # The library would close it wherever the collector runs, beside somebody's drawing.
        if hasattr(self, "_closed"):
            self.close()

    def _page(self, number: int) -> Any:
        if self._closed:
            raise MalformedError("The PDF is closed.")
        return self._document[number]

    def draw(self, page: int, scale: float) -> QImage:
        """A page at `scale` pixels a point, coarser where it would be too large.

        Raises:
            MalformedError: the page cannot be drawn.
        """
        import pypdfium2 as pdfium

        size = self.sizes[page]
        scale = min(scale, math.sqrt(MAX_PIXELS / max(1.0, size.width * size.height)))
        with _PDFIUM:
            try:
                loaded = self._page(page)
                bitmap: Any = loaded.render(scale=max(scale, 0.02), rev_byteorder=False)
                width, height, stride = bitmap.width, bitmap.height, bitmap.stride
                form = {
                    1: QImage.Format.Format_Grayscale8,
                    3: QImage.Format.Format_BGR888,
                    4: QImage.Format.Format_RGB32,
                }[bitmap.n_channels]
                image = QImage(bytes(bitmap.buffer), width, height, stride, form).copy()
                bitmap.close()
                loaded.close()
            except (pdfium.PdfiumError, KeyError) as error:
                raise MalformedError("This page of the PDF cannot be drawn.") from error
        return image

    def text(self, page: int) -> str:
        """The text of a page, "" where it has none (a scanned one)."""
        import pypdfium2 as pdfium

        with _PDFIUM:
            try:
                loaded = self._page(page)
                found = str(loaded.get_textpage().get_text_range())
                loaded.close()
            except (pdfium.PdfiumError, MalformedError):
                return ""
        return found

    def find(self, page: int, words: str, *, most: int = MOST_HITS) -> list[Hit]:
        """Where a text is on a page, in any case."""
        import pypdfium2 as pdfium

        hits: list[Hit] = []
        with _PDFIUM:
            try:
                loaded = self._page(page)
                text = loaded.get_textpage()
                searcher = text.search(words, match_case=False)
                height = self.sizes[page].height
                while len(hits) < most and (found := searcher.get_next()) is not None:
                    rects = range(text.count_rects(*found))
                    boxes = tuple(
                        (left, height - top, right, height - bottom)
                        for left, bottom, right, top in (text.get_rect(n) for n in rects)
                    )
                    hits.append(Hit(page, boxes))
                loaded.close()
            except (pdfium.PdfiumError, MalformedError):
                return hits
        return hits


def sane(size: tuple[float, float]) -> tuple[float, float]:
    """A page as large as it says, within what paper can be (PDF allows 14,400 points)."""
    width, height = (v if math.isfinite(v) and v > 0 else 595.0 for v in size)
    return min(max(width, 1.0), 14_400.0), min(max(height, 1.0), 14_400.0)


class PageDrawer(QObject):
    """Draws the pages somebody looks at, the wanted ones first; answers by a queued signal."""

    drawn = Signal(int, float, object)
    """Page, scale in pixels a point, and a `QImage` or None where it cannot be drawn."""

    _came = Signal(int, float, object)

    def __init__(self, pdf: Drawn, parent: QObject) -> None:
        super().__init__(parent)
        self._pdf = pdf
        self._wake = threading.Condition()
        self._wanted: list[tuple[int, float]] = []
        self._closed = False
        self._gate = Gate()
        self._came.connect(self.drawn, Qt.ConnectionType.QueuedConnection)
        parent.destroyed.connect(self._end)
        emit: Callable[[int, float, object], object] = self._came.emit
        threading.Thread(target=self._run, args=(emit,), name="pdf-pages", daemon=True).start()

    def want(self, pages: list[tuple[int, float]]) -> None:
        """Say which pages at which scale are wanted now, most wanted first; all else is dropped."""
        with self._wake:
            self._wanted = list(pages)
            self._wake.notify()

    def close(self) -> None:
        """Stop after the page being drawn."""
        self._end()

    def _end(self) -> None:
        self._gate.close()
        with self._wake:
            self._closed = True
            self._wake.notify()

    def _run(self, emit: Callable[[int, float, object], object]) -> None:
        while True:
            with self._wake:
                while not self._wanted and not self._closed:
                    self._wake.wait()
                if self._closed:
                    break
                page, scale = self._wanted.pop(0)
            image: QImage | None
            try:
                image = self._pdf.draw(page, scale)
            except ImagingError:
                image = None
            self._gate.say(emit, page, scale, image)
        self._pdf.close()
