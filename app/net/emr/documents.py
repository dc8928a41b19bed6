"""What documents of a record say: the content that lies in them, or at the hospital's server."""

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from enum import Enum, auto

from app.net.emr.asking import Searching
from app.net.emr.elements import Json, attachments, decoded, name_of, number_of, text_of
from app.net.emr.photographs import SIGNATURES
from app.net.errors import FhirRefused, NotUnderstood

_BINARY = re.compile(r"Binary/[A-Za-z0-9.-]{1,64}")


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
    for one in attachments(document):
        data = decoded(_data(one))
        kind = _kind(data, text_of(one.get("contentType")))
        if kind is not None:
            found.append(DocumentContent(kind, text_of(one.get("title")), data))
    return tuple(found)


def stated_bytes(document: Json) -> int:
    """How large its content is, as far as the document says; nothing is unpacked for it."""
    return sum(_stated(one) for one in attachments(document))


def with_contents(
    server: Searching | None, documents: Iterable[Json], most: int
) -> tuple[dict[str, Json], int]:
    """The documents with their content by relative reference, and of how many attachments it could
    not be had: they lie elsewhere, are together larger than `most` bytes, or are of a document
    without an id, which could be taken for another. `server` None: there is none to ask. Raises
    NetError."""
    filled: dict[str, Json] = {}
    left, room = 0, most
    for document in documents:
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


def _fetched(server: Searching | None, url: str) -> str:
    """In base64; empty where it is not a Binary of this server, or the server does not give it."""
    path = url.removeprefix(server.base) if server is not None else ""
    if server is None or not _BINARY.fullmatch(path):
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


def _kind(data: bytes, content_type: str) -> DocumentKind | None:
    if data.startswith(b"%PDF-"):
        return DocumentKind.PDF
    if data.startswith(tuple(SIGNATURES.values())):
        return DocumentKind.IMAGE
    if not data or not content_type.startswith("text/plain"):
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    return DocumentKind.TEXT
