"""DICOMweb (PS3.18): sending instances (STOW-RS), listing (QIDO-RS) and fetching them (WADO-RS).

Bodies stream both ways: memory does not grow with the size of an instance.
"""

import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from uuid import UUID

import httpx

from app.net.connection import Connection, Content, chunks
from app.net.dicom_json import (
    Attributes,
    array_of,
    items_of,
    number_of,
    object_of,
    text_of,
    uid_of,
)
from app.net.errors import NotUnderstood
from protocol.edge import LENIENT
from protocol.imaging import DIGEST, FailureReason
from protocol.paths import DICOMWEB

DICOM = "application/dicom"
DICOM_JSON = "application/dicom+json"
JPEG = "image/jpeg"
LISTING = {"accept": DICOM_JSON, "prefer": LENIENT}
"""A list that an edge gives without its centre is told as such."""
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
"""Seconds; storing an instance may take the server longer than a REST call."""
FIRST_PAGE, PAGE = 500, 1000
"""Instances listed at once: of a long study those that are looked at first are not waited for until
all are listed."""

_REFERENCED_SOP_INSTANCE = "00081155"
_FAILURE_REASON = "00081197"
_FAILED = "00081198"
_STORED = "00081199"
_OTHER_FAILURES = "0008119A"

_OF_SERIES = ("0020000E", "00280008", "00080060", "0008103E", "00200011", DIGEST)
"""Asked for with the instances: on a slow line a second question costs a connection more."""
PLACE = {
    "00200032": "ImagePositionPatient",
    "00200037": "ImageOrientationPatient",
    "00201041": "SliceLocation",
    "00280030": "PixelSpacing",
    "00200052": "FrameOfReferenceUID",
    "00200100": "TemporalPositionIdentifier",
    "00180086": "EchoNumbers",
    "00180081": "EchoTime",
    "00189087": "DiffusionBValue",
    "00180082": "InversionTime",
    "00181060": "TriggerTime",
    "00200012": "AcquisitionNumber",
    "00080008": "ImageType",
    "00080032": "AcquisitionTime",
}
"""What an image's place among others rests on: where it lies, and what tells it from another at the
same place (`app.imaging.frame_places.marks`). The server reads it from each image."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One instance to send; `content` begins its bytes, exactly `size` of them."""

    sop_instance_uid: str
    size: int
    content: Content


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one instance; `failure` is the FailureReason (0008,1197), None: stored."""

    sop_instance_uid: str
    failure: int | None = None


@dataclass(frozen=True, slots=True)
class Arriving:
    """An instance, or a part of it, that begins at byte `start` of `total`, where that is told."""

    pieces: AsyncIterator[bytes]
    start: int
    total: int | None


@dataclass(frozen=True, slots=True)
class FoundInstance:
    """An instance as QIDO-RS lists it; `frames` is 1 where there is but one."""

    sop_instance_uid: str
    series_instance_uid: str
    number: int | None
    frames: int
    modality: str
    series_description: str
    rows: int = 0
    columns: int = 0
    digest: str = ""
    """The same for the same bytes (`protocol.imaging.DIGEST`), empty where nobody says."""


@dataclass(frozen=True, slots=True)
class WithoutCentre:
    """An edge has listed what it knows: as of then, or where that is None only what waits there."""

    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class FoundStudy:
    """Instances of a study; `without_centre` where there may be others.

    `next` is where the list goes on, None at its end; `total` what all of it has, if that is told.
    """

    instances: tuple[FoundInstance, ...]
    without_centre: WithoutCentre | None = None
    next: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class _Page:
    items: list[Attributes]
    without_centre: WithoutCentre | None
    next: int | None
    total: int | None


class DicomWeb:
    """The DICOMweb service of one server; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def stow(
        self, study_instance_uid: str, instances: Sequence[Outgoing]
    ) -> tuple[Stored, ...]:
        """Sends instances in one request; answers what became of each, in their order.

        Errors that an instance's own `content` raises pass through.
        """
        boundary = secrets.token_hex(16)
        kind = f'multipart/related; type="{DICOM}"; boundary={boundary}'
        headers = {
            "content-type": kind,
            "content-length": str(_length(boundary, instances)),
            "accept": DICOM_JSON,
        }
        async with self._connection.stream(
            "POST",
            f"{DICOMWEB}/studies/{study_instance_uid}",
            content=lambda: _multipart(boundary, instances),
            headers=headers,
            limits=TIMEOUT,
        ) as response:
            body = b"".join([chunk async for chunk in chunks(response)])
        return _outcomes(object_of(body), [one.sop_instance_uid for one in instances])

    async def instances(
        self, study_instance_uid: str, consultation_id: UUID | None = None, start: int = 0
    ) -> FoundStudy:
        """A page of the instances of a study, from the `start`-th on, series by series by number.

        Two institutions may have studies of one UID: the case says whose is meant. A server that
        knows no paging gives all of them on every page.

        Raises:
            Refused: NOT_FOUND where this account sees no such study.
        """
        listed = await self._list(study_instance_uid, consultation_id, start, _OF_SERIES)
        found, rank = {}, {}
        for item in listed.items:
            one = _instance(item)
            found[one.sop_instance_uid] = one
            series_number = _last(number_of(item, "00200011"))
            rank[one.series_instance_uid] = (series_number, one.series_instance_uid)
        ordered = sorted(
            found.values(), key=lambda one: (rank[one.series_instance_uid], _last(one.number))
        )
        return FoundStudy(tuple(ordered), listed.without_centre, listed.next, listed.total)

    async def places(
        self, study_instance_uid: str, consultation_id: UUID | None = None, start: int = 0
    ) -> tuple[list[Attributes], int | None]:
        """The same page with what places rest on (`PLACE`) as far as the server says it, as DICOM
        JSON; and where the list goes on. Errors as `instances`."""
        asked = ("0020000E", "00280008", *PLACE)
        listed = await self._list(study_instance_uid, consultation_id, start, asked)
        return listed.items, listed.next

    async def _list(
        self, study: str, consultation_id: UUID | None, start: int, fields: Sequence[str]
    ) -> _Page:
        path = f"{DICOMWEB}/studies/{study}/instances"
        limit = PAGE if start else FIRST_PAGE
        query: dict[str, str | int] = {"limit": limit, "offset": start}
        query["includefield"] = ",".join(fields)
        async with self._connection.stream(
            "GET", path, query=query | _through(consultation_id), headers=LISTING, limits=TIMEOUT
        ) as response:
            items = array_of(b"".join([chunk async for chunk in chunks(response)]))
        after = start + len(items) if len(items) >= limit else None
        told = response.headers.get("x-total-count", "")
        total = int(told) if told.isdigit() else None
        return _Page(items, _without_centre(response), after, total)

    async def thumbnail(
        self, study_instance_uid: str, found: FoundInstance, side: int, consultation_id: UUID | None
    ) -> bytes:
        """A JPEG of an image that fits into a square of `side` pixels (PS3.18 10.4.1.1.4)."""
        path = _place_of(study_instance_uid, found.series_instance_uid, found.sop_instance_uid)
        query = _through(consultation_id)
        query["viewport"] = f"{side},{side}"
        async with self._connection.stream(
            "GET", f"{path}/thumbnail", query=query, headers={"accept": JPEG}, limits=TIMEOUT
        ) as response:
            if _media_type(response) != JPEG:
                raise NotUnderstood("the server answered something else than a picture")
            return b"".join([chunk async for chunk in chunks(response)])

    @contextlib.asynccontextmanager
    async def retrieve(
        self,
        study_instance_uid: str,
        series_instance_uid: str,
        sop_instance_uid: str,
        consultation_id: UUID | None = None,
        *,
        start: int = 0,
        size: int | None = None,
    ) -> AsyncIterator["Arriving"]:
        """The bytes of one instance as they arrive, in the encoding the server holds; from `start`
        on, and no more than `size` of them where that is given (RFC 9110 14.2)."""
        path = _place_of(study_instance_uid, series_instance_uid, sop_instance_uid)
        headers = {"accept": f"{DICOM}; transfer-syntax=*"}
        if start or size is not None:
            last = "" if size is None else str(start + size - 1)
            headers["range"] = f"bytes={start}-{last}"
        async with self._connection.stream(
            "GET", path, query=_through(consultation_id), headers=headers, limits=TIMEOUT
        ) as response:
            if _media_type(response) != DICOM:
                raise NotUnderstood("the server answered something else than one DICOM object")
            first, total = _part_of(response)
            yield Arriving(chunks(response), first, total)


def _without_centre(response: httpx.Response) -> WithoutCentre | None:
    """What the warning of an edge says (RFC 9111 5.5), and Age since when (5.1)."""
    warnings = response.headers.get_list("warning")
    if not any(one.strip().startswith("111 huizhen") for one in warnings):
        return None
    age = response.headers.get("age", "")
    if not age.isdigit():
        return WithoutCentre(None)
    try:
        answered = parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        answered = datetime.now(UTC)
    return WithoutCentre(answered - timedelta(seconds=int(age)))


def _place_of(study_instance_uid: str, series_instance_uid: str, sop_instance_uid: str) -> str:
    series = f"{DICOMWEB}/studies/{study_instance_uid}/series/{series_instance_uid}"
    return f"{series}/instances/{sop_instance_uid}"


def _instance(item: Attributes) -> FoundInstance:
    return FoundInstance(
        sop_instance_uid=uid_of(item, "00080018"),
        series_instance_uid=uid_of(item, "0020000E"),
        number=number_of(item, "00200013"),
        frames=max(1, number_of(item, "00280008") or 1),
        modality=text_of(item, "00080060"),
        series_description=text_of(item, "0008103E"),
        rows=number_of(item, "00280010") or 0,
        columns=number_of(item, "00280011") or 0,
        digest=text_of(item, DIGEST),
    )


def _through(consultation_id: UUID | None) -> dict[str, str | int]:
    return {} if consultation_id is None else {"consultation": str(consultation_id)}


# --- multipart/related (RFC 2387) --------------------------------------------------------


def _head(boundary: str) -> bytes:
    return f"--{boundary}\r\nContent-Type: {DICOM}\r\n\r\n".encode()


def _tail(boundary: str) -> bytes:
    return f"--{boundary}--\r\n".encode()


def _length(boundary: str, instances: Sequence[Outgoing]) -> int:
    each = len(_head(boundary)) + len(b"\r\n")
    return sum(each + one.size for one in instances) + len(_tail(boundary))


async def _multipart(boundary: str, instances: Sequence[Outgoing]) -> AsyncIterator[bytes]:
    for one in instances:
        yield _head(boundary)
        async for chunk in one.content():
            yield chunk
        yield b"\r\n"
    yield _tail(boundary)


def _last(number: int | None) -> int:
    return number if number is not None else 1 << 30


def _media_type(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).split(";")[0].strip().lower()


def outcome_of(body: bytes, sop_instance_uid: str) -> Stored:
    """What became of one instance that was sent alone."""
    (outcome,) = _outcomes(object_of(body), [sop_instance_uid])
    return outcome


def _outcomes(answer: Attributes, sent: Sequence[str]) -> tuple[Stored, ...]:
    """The Store Instances Response (PS3.18 table 10.5.3-1).

    A part that could not be read at all is told without its UID: it is one of those sent of which
    nothing else is said.
    """
    told: dict[str, int | None] = {}
    for item in items_of(answer, _STORED):
        told[text_of(item, _REFERENCED_SOP_INSTANCE)] = None
    for item in items_of(answer, _FAILED):
        uid = text_of(item, _REFERENCED_SOP_INSTANCE)
        told[uid] = number_of(item, _FAILURE_REASON) or FailureReason.PROCESSING_FAILURE
    nameless = [number_of(item, _FAILURE_REASON) for item in items_of(answer, _OTHER_FAILURES)]
    outcomes = []
    for uid in sent:
        if uid in told:
            failure = told[uid]
        else:
            failure = (nameless.pop(0) if nameless else None) or FailureReason.PROCESSING_FAILURE
        outcomes.append(Stored(uid, failure))
    return tuple(outcomes)


def _part_of(response: httpx.Response) -> tuple[int, int | None]:
    """Where the body begins, and how long the whole is."""
    try:
        if response.status_code != httpx.codes.PARTIAL_CONTENT:
            length = response.headers.get("content-length")
            return 0, None if length is None else int(length)
        part, total = response.headers["content-range"].removeprefix("bytes ").split("/")
        return int(part.split("-")[0]), int(total)
    except (KeyError, ValueError) as error:
        raise NotUnderstood("the server does not say how long the object is") from error
