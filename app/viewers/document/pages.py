"""A PDF as pages one below the other: zoom, fit, page number, found texts."""

from __future__ import annotations

import itertools
from bisect import bisect_right

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.kit.theme import Appearance
from app.viewers.document.pdf import Drawn, Hit, PageDrawer

GAP = 12
ZOOM_STEP = 1.25
_LEAST, _MOST = 0.1, 8.0
_KEPT_BYTES = 192 << 20
_DIM = 56
"""Of 255, over white paper in the reading room."""
FIT_WIDTH, FIT_PAGE = "width", "page"


class PdfPages(QAbstractScrollArea):
    """Scrolls through the pages; a page that is not drawn yet is white paper."""

    moved = Signal(int)
    """The page that is looked at, from 0."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pdf_pages")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # A bar that comes and goes would change the width that the page is fitted to.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._appearance = appearance
        self._pdf: Drawn | None = None
        self._drawer: PageDrawer | None = None
        self._images: dict[int, tuple[float, QImage]] = {}
        self._broken: set[int] = set()
        self._zoom, self._fit = 1.0, FIT_WIDTH
        self._tops: list[float] = []
        self._hits: tuple[Hit, ...] = ()
        self._hit = -1
        self._page = 0
        self._held: tuple[QPointF, int, int] | None = None
        appearance.changed.connect(self.viewport().update)
        self.verticalScrollBar().valueChanged.connect(self._on_moved)

    # --- what others call ----------------------------------------------------------------

    def show_pdf(self, pdf: Drawn | None) -> None:
        """Show another document from its first page; None shows nothing."""
        self._images.clear()
        self._hits, self._hit, self._page = (), -1, 0
        self._open(pdf)
        self.verticalScrollBar().setValue(0)
        self._ask()

    def renew(self, pdf: Drawn) -> None:
        """Another state of the same document: place and zoom stay, and a page is shown as it was
        until it is drawn anew."""
        bars = self.horizontalScrollBar(), self.verticalScrollBar()
        places = [bar.value() for bar in bars]
        kept = {page: (0.0, image) for page, (_, image) in self._images.items()}
        self._images = {page: image for page, image in kept.items() if page < len(pdf.sizes)}
        self._open(pdf)
        for bar, place in zip(bars, places, strict=True):
            bar.setValue(place)
        self._ask()

    def _open(self, pdf: Drawn | None) -> None:
        if self._drawer is not None:
            self._drawer.blockSignals(True)
            self._drawer.close()
            self._drawer.deleteLater()
        self._pdf, self._drawer = pdf, None
        self._broken.clear()
        if pdf is not None:
            self._drawer = PageDrawer(pdf, self)
            self._drawer.drawn.connect(self._on_drawn)
        self._arrange()

    @property
    def page(self) -> int:
        """The page that is looked at, from 0."""
        return self._page

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._pdf.sizes) if self._pdf is not None else 0

    @property
    def zoom(self) -> float:
        """1 is as large as the paper, where the screen says its resolution."""
        return self._zoom

    @property
    def fit(self) -> str:
        """`FIT_WIDTH`, `FIT_PAGE` or ""."""
        return self._fit

    def has_drawn(self, page: int) -> bool:
        """Whether a page is on the screen as sharp as it should be."""
        return page in self._images and self._images[page][0] == self._pixels()

    def set_fit(self, fit: str) -> None:
        """Keep the width or the page fitted from now on."""
        self._fit = fit
        self._arrange()

    def zoom_by(self, factor: float) -> None:
        """Larger or smaller; the middle of the window stays."""
        self._fit = ""
        self._set_zoom(self._zoom * factor)

    def go_to(self, page: int) -> None:
        """Show a page from its top, from 0; beyond the ends the first or last."""
        if self._tops:
            page = min(max(page, 0), len(self._tops) - 1)
            self.verticalScrollBar().setValue(int(self._tops[page]) - GAP)

    def show_hits(self, hits: tuple[Hit, ...], current: int) -> None:
        """Mark found places and bring the current one (-1: none) into sight."""
        self._hits, self._hit = hits, current
        if 0 <= current < len(hits) and hits[current].boxes:
            hit = hits[current]
            top = self._tops[hit.page] + hit.boxes[0][1] * self._per_point()
            self.verticalScrollBar().setValue(int(top - self.viewport().height() / 3))
        self.viewport().update()

    # --- layout --------------------------------------------------------------------------

    def _per_point(self) -> float:
        """Logical pixels of a point."""
        return self._zoom * self.logicalDpiX() / 72.0

    def _pixels(self) -> float:
        """Device pixels of a point."""
        return self._per_point() * self.devicePixelRatioF()

    def _set_zoom(self, zoom: float) -> None:
        bar = self.verticalScrollBar()
        middle = self.viewport().height() / 2
        share = (bar.value() + middle) / max(1.0, self._height())
        self._zoom = min(max(zoom, _LEAST), _MOST)
        self._arrange()
        bar.setValue(int(share * self._height() - middle))
        self._ask()

    def _fitted(self) -> float:
        sizes = self._pdf.sizes if self._pdf is not None else ()
        room = self.viewport().size()
        base = self.logicalDpiX() / 72.0
        widest = max((size.width for size in sizes), default=1.0) * base
        zoom = (room.width() - 2 * GAP) / widest
        if self._fit == FIT_PAGE:
            tallest = max((size.height for size in sizes), default=1.0) * base
            zoom = min(zoom, (room.height() - 2 * GAP) / tallest)
        return min(max(zoom, _LEAST), _MOST)

    def _arrange(self) -> None:
        if self._fit:
            self._zoom = self._fitted()
        sizes = self._pdf.sizes if self._pdf is not None else ()
        scale = self._per_point()
        heights = (size.height * scale + GAP for size in sizes)
        self._tops = list(itertools.accumulate(heights, initial=float(GAP)))[:-1] if sizes else []
        widest = max((size.width * scale for size in sizes), default=0.0) + 2 * GAP
        view = self.viewport().size()
        for bar, whole, seen in (
            (self.horizontalScrollBar(), widest, view.width()),
            (self.verticalScrollBar(), self._height(), view.height()),
        ):
            bar.setRange(0, max(0, int(whole) - seen))
            bar.setPageStep(seen)
            bar.setSingleStep(48)
        self._ask()
        self.viewport().update()

    def _height(self) -> float:
        if self._pdf is None or not self._tops:
            return 0.0
        return self._tops[-1] + self._pdf.sizes[-1].height * self._per_point() + GAP

    def _rect(self, page: int) -> QRectF:
        """Where a page is in the window."""
        if self._pdf is None:
            return QRectF()
        size = self._pdf.sizes[page]
        scale = self._per_point()
        width, height = size.width * scale, size.height * scale
        view = self.viewport().width()
        left = max((view - width) / 2, GAP) - self.horizontalScrollBar().value()
        return QRectF(
            QPointF(left, self._tops[page] - self.verticalScrollBar().value()),
            QSizeF(width, height),
        )

    def _visible(self) -> range:
        if not self._tops:
            return range(0)
        top = self.verticalScrollBar().value()
        first = max(0, bisect_right(self._tops, top) - 1)
        last = bisect_right(self._tops, top + self.viewport().height())
        return range(first, max(first + 1, last))

    # --- drawing -------------------------------------------------------------------------

    def _ask(self) -> None:
        """Have what is seen drawn, then its neighbours."""
        if self._drawer is None:
            return
        seen = self._visible()
        near = [*seen, seen.stop, seen.start - 1]
        pixels = self._pixels()
        self._drawer.want(
            [
                (page, pixels)
                for page in near
                if 0 <= page < self.count
                and page not in self._broken
                and self._images.get(page, (0.0,))[0] != pixels
            ]
        )

    def _on_drawn(self, page: int, scale: float, image: object) -> None:
        if isinstance(image, QImage):
            self._images[page] = (scale, image)
            self._forget_far()
        else:
            self._broken.add(page)
        self.viewport().update()

    def _forget_far(self) -> None:
        kept = sum(image.sizeInBytes() for _, image in self._images.values())
        here = self._page
        for page in sorted(self._images, key=lambda number: -abs(number - here)):
            if kept <= _KEPT_BYTES or len(self._images) <= 1:
                return
            kept -= self._images.pop(page)[1].sizeInBytes()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), self._appearance.colour("background"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for page in self._visible():
            rect = self._rect(page)
            painter.fillRect(rect, QColor(255, 255, 255))
            if page in self._images:
                painter.drawImage(rect, self._images[page][1])
            elif page in self._broken:
                painter.setPen(QColor(120, 30, 20))
                flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(rect, flags, self.tr("This page cannot be drawn."))
            if self._appearance.name == "dark":
                painter.fillRect(rect, QColor(0, 0, 0, _DIM))
            self._draw_hits(painter, page, rect)
        painter.end()

    def _draw_hits(self, painter: QPainter, page: int, rect: QRectF) -> None:
        scale = self._per_point()
        for number, hit in enumerate(self._hits):
            if hit.page != page:
                continue
            current = number == self._hit
            shade = QColor(255, 150, 0, 150) if current else QColor(255, 220, 0, 90)
            for left, top, right, bottom in hit.boxes:
                box = QRectF(left, top, right - left, bottom - top)
                painter.fillRect(
                    QRectF(box.topLeft() * scale + rect.topLeft(), box.size() * scale), shade
                )

    # --- hands ---------------------------------------------------------------------------

    def _on_moved(self) -> None:
        middle = self.verticalScrollBar().value() + self.viewport().height() / 3
        page = max(0, bisect_right(self._tops, middle) - 1)
        if page != self._page:
            self._page = page
            self.moved.emit(page)
        self._ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(ZOOM_STEP if event.angleDelta().y() > 0 else 1 / ZOOM_STEP)
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        bars = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        self._held = (event.position(), *bars)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            at, x, y = self._held
            gone = event.position() - at
            self.horizontalScrollBar().setValue(int(x - gone.x()))
            self.verticalScrollBar().setValue(int(y - gone.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
