"""What documents of a record say: the content that lies in them, or at the hospital's server."""

import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from app.net.emr.asking import Searching
from app.net.emr.document_text import (
    text_of_clinical_document,
    text_of_page,
    text_of_plain,
)
from app.net.emr.elements import Json, attachments, decoded, name_of, number_of, text_of
from app.net.emr.photographs import SIGNATURES
from app.net.errors import FhirRefused, NotUnderstood

WITH_CONTENTS = ("DocumentReference", "DiagnosticReport")
"""What of a record has attachments that can be opened."""
_BINARY = re.compile(r"Binary/[A-Za-z0-9.-]{1,64}")


class DocumentKind(Enum):
    """What it is; told by the bytes where they say it, whatever the server calls them."""

    PDF = auto()
    IMAGE = auto()
    TEXT = auto()
    PAGE = auto()
    """HTML."""
    CLINICAL = auto()
    """HL7 CDA, or other XML."""
    OTHER = auto()
    """Nothing that is shown here."""
    ELSEWHERE = auto()
    """Its content does not lie in the document."""


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """`data` is empty of `OTHER` and `ELSEWHERE`; `content_type` is what the server calls it, `url`
    where its content lies, as told."""

    kind: DocumentKind
    title: str = field(repr=False)
    data: bytes = field(repr=False)
    content_type: str = ""
    url: str = field(default="", repr=False)


def contents_of(document: Json) -> tuple[DocumentContent, ...]:
    """Of a DocumentReference or DiagnosticReport: each content, whether it can be shown or not."""
    return tuple(_content(one, _data(one)) for one in attachments(document))


def fetched(server: Searching, content: DocumentContent) -> DocumentContent:
    """What lies at the server, which is a Binary of it; `ELSEWHERE` still where it is none. Raises
    NetError."""
    path = _path(server, content.url)
    if not path:
        return content
    told = server.read(path)
    named = {"title": content.title, "contentType": told.get("contentType") or content.content_type}
    return replace(_content(named, _data(told)), url=content.url)


def words_of(content: DocumentContent) -> str:
    """Of a text, a page or a clinical document; raises ValueError where it is damaged."""
    match content.kind:
        case DocumentKind.PAGE:
            return text_of_page(content.data, content.content_type)
        case DocumentKind.CLINICAL:
            return text_of_clinical_document(content.data)
        case _:
            return text_of_plain(content.data)


def has_contents(resource: Json) -> bool:
    """Whether it is a document that has something to open."""
    return resource.get("resourceType") in WITH_CONTENTS and bool(attachments(resource))


def stated_bytes(document: Json) -> int:
    """How large its content is, as far as the document says; nothing is unpacked for it."""
    return sum(_stated(one) for one in attachments(document))


def with_contents(
    server: Searching | None,
    documents: Iterable[Json],
    most: int,
    came: Callable[[int], object] = lambda _done: None,
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[dict[str, Json], int]:
    """The documents with their content by relative reference, and of how many attachments it could
    not be had: they lie elsewhere, are together larger than `most` bytes, or are of a document
    without an id, which could be taken for another. `server` None: there is none to ask. `came` is
    told how many documents have been seen to; nothing more is asked once it is `stopped`. Raises
    NetError."""
    filled: dict[str, Json] = {}
    left, room = 0, most
    for done, document in enumerate(documents):
        if stopped():
            break
        came(done)
        made = deepcopy(document)
        attached = attachments(made)
        if not text_of(document.get("id")):
            left += len(attached)
            continue
        for one in attached:
            fits = _stated(one) <= room
            data = _data(one) or (_fetched(server, text_of(one.get("url"))) if fits else "")
            if not data or len(data) > room:
                one.pop("data", None)
                left += 1
                continue
            room -= len(data)
            one["data"] = data
            one.pop("url", None)
        if attached:
            filled[name_of(document)] = made
    return filled, left


def _path(server: Searching, url: str) -> str:
    """Below the server's base address; empty of what is no Binary of it."""
    path = url.removeprefix(server.base)
    return path if _BINARY.fullmatch(path) else ""


def _fetched(server: Searching | None, url: str) -> str:
    """In base64; empty where it is not a Binary of this server, or the server does not give it."""
    path = _path(server, url) if server is not None else ""
    if server is None or not path:
        return ""
    try:
        return _data(server.read(path))
    except (FhirRefused, NotUnderstood):
        return ""


def _data(told: Json) -> str:
    """Base64 of an Attachment or a Binary, whole; R4 lets it have white space in it."""
    return "".join(_packed(told).split())


def _stated(attachment: Json) -> int:
    return len(_packed(attachment)) * 3 // 4 or int(number_of(attachment.get("size")) or 0)


def _packed(told: Json) -> str:
    data = told.get("data")
    return data if isinstance(data, str) else ""


def _content(attachment: Json, packed: str) -> DocumentContent:
    title, told = text_of(attachment.get("title")), text_of(attachment.get("contentType"))
    if not packed:
        url = text_of(attachment.get("url"))
        return DocumentContent(DocumentKind.ELSEWHERE, title, b"", told, url)
    data = decoded(packed)
    kind = _kind(data, told.lower())
    return DocumentContent(kind, title, b"" if kind is DocumentKind.OTHER else data, told)


def _kind(data: bytes, content_type: str) -> DocumentKind:
    begins = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if data.startswith(b"%PDF-"):
        return DocumentKind.PDF
    if data.startswith(tuple(SIGNATURES.values())):
        return DocumentKind.IMAGE
    if begins.startswith((b"<!doctype html", b"<html")):
        return DocumentKind.PAGE
    if begins.startswith((b"<?xml", b"<clinicaldocument")):
        return DocumentKind.PAGE if b"<html" in begins else DocumentKind.CLINICAL
    called = content_type.partition(";")[0].strip().rpartition("+")[2]
    return _CALLED.get(called, DocumentKind.OTHER)


_CALLED = {
    "text/html": DocumentKind.PAGE,
    "xml": DocumentKind.CLINICAL,
    "text/xml": DocumentKind.CLINICAL,
    "application/xml": DocumentKind.CLINICAL,
    "text/plain": DocumentKind.TEXT,
}
"""By the content type, or what follows its plus sign (RFC 6839), where the bytes do not say it. A
text in another clothing than these is no text: a program may begin with any letter."""
