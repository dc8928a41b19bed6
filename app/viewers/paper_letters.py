"""What is written on a page can be searched and copied: the letters that were written."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PySide6.QtGui import QFont, QFontDatabase, QRawFont, QTextDocument

RADICALS = range(0x2E80, 0x2FE0)
"""CJK Radicals Supplement and Kangxi Radicals."""
_RANGE = re.compile(rb"^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})> [\[<]", re.MULTILINE)
_CODE = re.compile(rb"<([0-9A-Fa-f]{4})>")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A run of text in the order in which it is drawn."""

    text: str
    bold: bool = False


def runs_of(document: QTextDocument) -> Iterator[Drawn]:
    block = document.begin()
    while block.isValid():
        place = block.begin()
        while not place.atEnd():
            fragment = place.fragment()
            yield Drawn(fragment.text(), fragment.charFormat().font().bold())
            place += 1
        block = block.next()


def with_written_letters(pdf: bytes, drawn: Sequence[Drawn], font: QFont) -> bytes:
    """A PDF of Qt's in which the signs that were drawn stand as they were written.

    A font draws a sign and the radical that looks like it with one glyph, and Qt names the radical
    when it says what a glyph means (ISO 32000-1, 9.10.3): 气管 would not be found. What was
    written of the two is known from the text. Of signs beyond U+FFFF, as rare names have them, Qt
    says nothing: the glyphs of a font are numbered as they are first drawn, and so those it leaves
    out are these signs in their order, where there are as many of both.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    meant = _signs("".join(one.text for one in drawn), font)
    rare = {bold: _rare(drawn, bold=bold) for bold in (False, True)}

    class Appending(IncrementalPdfFileWriter):
        """Leaves what the file says of itself."""

        def _update_meta(self) -> None:
            pass

    writer = Appending(BytesIO(pdf))
    seen: set[int] = set()
    touched = False
    for face in _faces(writer):
        told = face.raw_get("/ToUnicode")
        if told.idnum not in seen:
            seen.add(told.idnum)
            stream = told.get_object()
            after = _with_meant(stream.data, meant)
            after = _with_rare(after, face, rare[str(face["/BaseFont"]).endswith("Bold")])
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


def _with_meant(meanings: bytes, meant: dict[int, int]) -> bytes:
    """A CMap in which each radical is the sign that was meant."""

    def letter(found: re.Match[bytes]) -> bytes:
        code = int(found[1], 16)
        return f"<{meant.get(code, code):04X}>".encode()

    before, _, ranges = meanings.partition(b"beginbfrange")
    return before + b"beginbfrange" + _CODE.sub(letter, ranges)


def _faces(writer: Any) -> Iterator[Any]:
    """The fonts of each page."""
    for page in writer.root["/Pages"]["/Kids"]:
        resources = page.get_object()["/Resources"]
        if "/Font" in resources:
            for one in resources["/Font"].values():
                yield one.get_object()


def _rare(drawn: Iterable[Drawn], *, bold: bool) -> list[str]:
    """Signs beyond U+FFFF, each once, as they are first drawn."""
    text = "".join(one.text for one in drawn if one.bold is bold)
    return [one for one in dict.fromkeys(text) if ord(one) > 0xFFFF]


def _with_rare(meanings: bytes, face: Any, rare: list[str]) -> bytes:
    """A CMap that says what the glyphs mean of which it said nothing (ISO 32000-1, 9.10.3)."""
    known: set[int] = set()
    for found in _RANGE.finditer(meanings):
        first, last = (int(one, 16) for one in found.groups())
        known.update(range(first, last + 1))
    unnamed = [one for one in range(_glyphs(face)) if one not in known]
    if not rare or len(unnamed) != len(rare):
        return meanings
    lines = (
        f"<{glyph:04X}> <{sign.encode('utf-16-be').hex().upper()}>\n"
        for glyph, sign in zip(unnamed, rare, strict=True)
    )
    more = f"{len(rare)} beginbfchar\n{''.join(lines)}endbfchar\n".encode()
    return meanings.replace(b"endcmap", more + b"endcmap", 1)


def _glyphs(face: Any) -> int:
    """How many a font has, by the set of them that an archive file holds (ISO 19005-1, 6.3.5): a
    file that gives all of them one width says nothing of each."""
    descriptor = face["/DescendantFonts"][0]["/FontDescriptor"]
    return sum(byte.bit_count() for byte in descriptor["/CIDSet"].data)


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
