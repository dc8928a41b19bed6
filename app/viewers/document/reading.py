"""What a process that reads one document answers (`app.imaging.guarded_document`)."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from app.imaging.errors import MalformedError
from app.viewers.document.pdf import Pdf
from app.viewers.document.still import drawn


class DocumentReader:
    """The one document of this process."""

    def __init__(self) -> None:
        self._pdf: Pdf | None = None

    def answer(self, header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        """Raises ImagingError, or anything of a senseless request."""
        match header["ask"]:
            case "open":
                self._pdf = Pdf(body)
                sizes = [[one.width, one.height] for one in self._pdf.sizes]
                return {"ok": True}, json.dumps(sizes).encode()
            case "page" if self._pdf is not None:
                return _pixels(self._pdf.draw(header["page"], header["scale"]))
            case "find" if self._pdf is not None:
                hits = self._pdf.find(header["page"], header["words"], most=header["most"])
                return {"ok": True}, json.dumps([hit.boxes for hit in hits]).encode()
            case "picture":
                return _pixels(drawn(body, QSize(header["width"], header["height"])))
            case _:
                raise MalformedError("Nothing is opened.")


def _pixels(image: QImage) -> tuple[dict[str, Any], bytes]:
    plain = image.convertToFormat(QImage.Format.Format_ARGB32)
    return {"ok": True, "width": plain.width(), "height": plain.height()}, bytes(plain.constBits())
