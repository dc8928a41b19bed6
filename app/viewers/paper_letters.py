"""What is written on a page can be searched and copied: the letters that were written."""

import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PySide6.QtGui import QFont, QFontDatabase, QRawFont

RADICALS = range(0x2E80, 0x2FE0)
"""CJK Radicals Supplement and Kangxi Radicals."""
_CODE = re.compile(rb"<([0-9A-Fa-f]{4})>")


def with_written_letters(pdf: bytes, text: str, font: QFont) -> bytes:
    """A PDF of Qt's in which the signs of `text` stand as they were written.

    A font draws a sign and the radical that looks like it with one glyph, and Qt names the radical
    when it says what a glyph means (ISO 32000-1, 9.10.3): 气管 would not be found. What was
    written of the two is known from the text.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    meant = _signs(text, font)

    def letter(found: re.Match[bytes]) -> bytes:
        code = int(found[1], 16)
        return f"<{meant.get(code, code):04X}>".encode()

    class Appending(IncrementalPdfFileWriter):
        """Leaves what the file says of itself."""

        def _update_meta(self) -> None:
            pass

    writer = Appending(BytesIO(pdf))
    seen: set[int] = set()
    touched = False
    for told in _meanings(writer):
        if told.idnum not in seen:
            seen.add(told.idnum)
            stream = told.get_object()
            before, _, ranges = stream.data.partition(b"beginbfrange")
            after = before + b"beginbfrange" + _CODE.sub(letter, ranges)
            if after != stream.data:
                stream._data = after
                stream._encoded_data = None
                writer.mark_update(told)
                touched = True
    if not touched:
        return pdf
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # the library has no types
    return out.getvalue()


def _meanings(writer: Any) -> Iterator[Any]:
    """Where each font of a page says what its glyphs mean."""
    for page in writer.root["/Pages"]["/Kids"]:
        resources = page.get_object()["/Resources"]
        if "/Font" in resources:
            for one in resources["/Font"].values():
                yield one.get_object().raw_get("/ToUnicode")


def _signs(text: str, font: QFont) -> dict[int, int]:
    """Radical to the sign of the text that has its glyph."""
    raw = QRawFont.fromFont(font, QFontDatabase.WritingSystem.SimplifiedChinese)
    written = sorted(set(text) - {chr(code) for code in RADICALS})
    glyphs = {raw.glyphIndexesForString(one)[0]: one for one in written if ord(one) <= 0xFFFF}
    found = {}
    for code in RADICALS:
        plain = unicodedata.normalize("NFKC", chr(code))
        glyph = raw.glyphIndexesForString(chr(code))
        sign = glyphs.get(glyph[0], plain) if glyph and glyph[0] else plain
        if len(sign) == 1:
            found[code] = ord(sign)
    return found
