"""What documents of a record say: the content that lies in them, or at the hospital's server."""

import base64
import binascii
import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from enum import Enum, auto

from app.net.emr.asking import Searching
from app.net.emr.elements import Json, name_of, number_of, objects, text_of
from app.net.errors import FhirRefused, NotUnderstood

_BINARY = re.compile(r"Binary/[A-Za-z0-9.-]{1,64}")
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class DocumentKind(Enum):
    """What can be shown; told by the bytes, whatever the server calls them."""

    PDF = auto()
    IMAGE = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class DocumentContent:
    kind: DocumentKind
    title: str = field(repr=False)
    data: bytes = field(repr=False)


def contents_of(document: Json) -> tuple[DocumentContent, ...]:
    """Of a DocumentReference: what of it lies in it, and can be shown."""
    found = []
    for one in _attachments(document):
        data = _decoded(text_of(one.get("data")))
        kind = _kind(data, text_of(one.get("contentType")))
        if kind is not None:
            found.append(DocumentContent(kind, text_of(one.get("title")), data))
    return tuple(found)


def stated_bytes(document: Json) -> int:
    """How large its content is, as far as the document says."""
    return sum(
        len(text_of(one.get("data"))) * 3 // 4 or int(number_of(one.get("size")) or 0)
        for one in _attachments(document)
    )


def with_contents(
    server: Searching | None, documents: Iterable[Json], most: int
) -> tuple[dict[str, Json], int]:
    """The documents with their content by relative reference, and of how many attachments it could
    not be had: they lie elsewhere, or are together larger than `most` bytes. `server` None: there
    is none to ask. Raises NetError."""
    filled: dict[str, Json] = {}
    left, room = 0, most
    for document in documents:
        made = deepcopy(document)
        for one in _attachments(made):
            data = text_of(one.get("data")) or _fetched(server, text_of(one.get("url")))
            if not data or len(data) > room:
                one.pop("data", None)
                left += 1
                continue
            room -= len(data)
            one["data"] = data
            one.pop("url", None)
        filled[name_of(document)] = made
    return filled, left


def _fetched(server: Searching | None, url: str) -> str:
    """In base64; empty where it is not a Binary of this server, or the server does not give it."""
    path = url.removeprefix(server.base) if server is not None else ""
    if server is None or not _BINARY.fullmatch(path):
        return ""
    try:
        return text_of(server.read(path).get("data"))
    except (FhirRefused, NotUnderstood):
        return ""


def _attachments(document: Json) -> list[Json]:
    return objects([one.get("attachment") for one in objects(document.get("content"))])


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _kind(data: bytes, content_type: str) -> DocumentKind | None:
    if data.startswith(b"%PDF-"):
        return DocumentKind.PDF
    if data.startswith(_IMAGES):
        return DocumentKind.IMAGE
    if not data or not content_type.startswith("text/plain"):
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    return DocumentKind.TEXT
