"""What a client accepts (RFC 9110 12.5.1 with the DICOM parameters of PS3.18 8.7.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from starlette.requests import Request

from protocol.errors import ErrorCode
from protocol.paths import DICOMWEB
from server.domain.errors import Invalid, invalid_field
from server.store.multipart import content_type_of

MULTIPART = "multipart/related"
OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One entry: for multipart, `media_type` is that of the parts."""

    media_type: str
    multipart: bool = False
    transfer_syntax: str = ""
    quality: float = 1.0

    def takes(self, media_type: str) -> bool:
        kind, _, name = self.media_type.partition("/")
        wanted_kind, _, wanted_name = media_type.partition("/")
        return kind in ("*", wanted_kind) and name in ("*", wanted_name)


def accepted(header: str | None) -> list[Accepted]:
    """The entries of an Accept header in the order of preference."""
    return [*_entries(header or "*/*")]


@lru_cache(maxsize=64)
def _entries(header: str) -> tuple[Accepted, ...]:
    """Kept, since a viewer asks for a thousand frames with the same words."""
    entries: list[tuple[float, Accepted]] = []
    for text in _split(header):
        media_type, parameters = content_type_of(text)
        if "/" not in text:
            continue
        if text.strip().startswith("*/*"):
            media_type = "*/*"
        try:
            weight = float(parameters.get("q", "1"))
        except ValueError:
            weight = 1.0
        multipart = media_type == MULTIPART
        kind = parameters.get("type", "*/*") if multipart else media_type
        entry = Accepted(kind.lower(), multipart, parameters.get("transfer-syntax", ""), weight)
        entries.append((-weight, entry))
    entries.sort(key=lambda pair: pair[0])
    return tuple(entry for weight, entry in entries if weight)


def _split(header: str) -> Iterable[str]:
    """At commas outside quotes."""
    quoted, start = False, 0
    for index, sign in enumerate(header):
        if sign == '"':
            quoted = not quoted
        elif sign == "," and not quoted:
            yield header[start:index]
            start = index + 1
    yield header[start:]


def accepted_by(request: Request) -> list[Accepted]:
    """What the question says it accepts, by its query or its header (PS3.18 8.3.3)."""
    return accepted(request.query_params.get("accept") or request.headers.get("accept"))


def base_of(request: Request) -> str:
    """The address of DICOMweb as this client has called it."""
    return str(request.base_url).rstrip("/") + DICOMWEB


def case_of(request: Request) -> UUID | None:
    """The case through which images are looked at, where the question names one."""
    text = request.query_params.get("consultation")
    try:
        return None if text is None else UUID(text)
    except ValueError as error:
        raise invalid_field("give the id of a case", "consultation") from error


def not_acceptable(offers: str) -> Invalid:
    return Invalid(ErrorCode.NOT_ACCEPTABLE, f"this can be answered as {offers}")
