"""Encapsulated documents: what they are, and their bytes as they are (PS3.3 C.24.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser

from app.imaging.attributes import integer, raw, text
from app.imaging.coded import code_of
from app.imaging.dataset import DicomObject
from app.imaging.errors import MalformedError, MissingAttributeError

MAX_TEXT = 1_000_000
"""Characters of a text document that are shown."""
_PDF_HEAD = 1024
_STORAGE = "1.2.840.10008.5.1.4.1.1.104."


class DocumentKind(StrEnum):
    """What is encapsulated; the value is also the ending of a copy's name."""

    PDF = "pdf"
    CDA = "xml"
    STL = "stl"
    OBJ = "obj"
    MTL = "mtl"
    OTHER = "bin"


_BY_CLASS = {
    "1": DocumentKind.PDF,
    "2": DocumentKind.CDA,
    "3": DocumentKind.STL,
    "4": DocumentKind.OBJ,
    "5": DocumentKind.MTL,
}
_BY_TYPE = {
    "application/pdf": DocumentKind.PDF,
    "text/xml": DocumentKind.CDA,
    "model/stl": DocumentKind.STL,
    "model/obj": DocumentKind.OBJ,
    "model/mtl": DocumentKind.MTL,
}


@dataclass(frozen=True, slots=True)
class EncapsulatedDocument:
    """One document. `title` is the file's own and may name the patient."""

    kind: DocumentKind
    mime_type: str
    title: str
    data: bytes


def document_kind(sop_class_uid: str, mime_type: str) -> DocumentKind:
    """By SOP class, which is what the writer had to choose; else by MIME type."""
    if sop_class_uid.startswith(_STORAGE):
        found = _BY_CLASS.get(sop_class_uid[len(_STORAGE) :])
        if found is not None:
            return found
    return _BY_TYPE.get(mime_type.lower(), DocumentKind.OTHER)


def read_document(obj: DicomObject) -> EncapsulatedDocument:
    """The document, without the byte that pads it to an even length.

    Raises:
        MissingAttributeError: there is none.
        MalformedError: it says PDF and is not.
    """
    dataset = obj.dataset
    data = raw(dataset, "EncapsulatedDocument")
    if not isinstance(data, bytes | bytearray) or not data:
        raise MissingAttributeError("EncapsulatedDocument")
    length = integer(dataset, "EncapsulatedDocumentLength")
    if length is not None and 0 < length < len(data):
        data = data[:length]
    mime_type = text(dataset, "MIMETypeOfEncapsulatedDocument")
    kind = document_kind(text(dataset, "SOPClassUID"), mime_type)
    if kind is DocumentKind.PDF and b"%PDF-" not in data[:_PDF_HEAD]:
        raise MalformedError("The document says it is a PDF and is not.")
    concept = code_of(dataset, "ConceptNameCodeSequence")
    title = text(dataset, "DocumentTitle") or (concept.words if concept is not None else "")
    return EncapsulatedDocument(kind, mime_type, title, bytes(data))


class _Narrative(HTMLParser):
    """Takes the readable part of a CDA: titles and section texts.

    An HTML reader is used on purpose: it resolves no entities of the document's own and loads
    nothing.
    """

    BREAKS = frozenset({"title", "paragraph", "item", "tr", "br", "section", "caption", "text"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.every: list[str] = []
        self._open = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        if name in ("title", "text"):
            self._open += 1
        self._break(name)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag.rpartition(":")[2])

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        self._break(name)
        if name in ("title", "text"):
            self._open = max(0, self._open - 1)

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words:
            self.every.append(words)
            if self._open:
                self.parts.append(words)

    def _break(self, name: str) -> None:
        if not self._open:
            return
        if name in self.BREAKS:
            self.parts.append("\n")
        elif name in ("td", "th"):
            self.parts.append("\t")


def document_text(document: EncapsulatedDocument) -> str:
    """The readable text of a CDA document, at most `MAX_TEXT` characters.

    Raises:
        MalformedError: there is none in it.
    """
    data = document.data[: 8 * MAX_TEXT]
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    narrative = _Narrative()
    try:
        narrative.feed(data.decode(encoding, errors="replace").replace("\0", ""))
    except AssertionError as error:  # how the reader refuses a broken declaration
        raise MalformedError("The text of the document is damaged.") from error
    joined = " ".join(narrative.parts or narrative.every)
    lines = (line.strip(" ") for line in joined.split("\n"))
    found = "\n".join(line for line in lines if line.strip())
    if not found:
        raise MalformedError("The document holds no readable text.")
    return found[:MAX_TEXT]
