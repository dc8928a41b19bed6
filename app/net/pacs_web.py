"""An archive of the hospital that speaks DICOMweb (PS3.18): search, retrieve, store, for a thread.

It is not this product's server: it has its own accounts, its certificate is judged by what the
operating system trusts, and its answers are read with more patience.
"""

import contextlib
import json
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import httpx

from app.net.dicom_json import Attributes, items_of, values_of
from app.net.dimse.query import date_range, name_pattern
from app.net.dimse.receiving import Sink
from app.net.dimse.status import Status
from app.net.errors import (
    NetError,
    NotSignedIn,
    NotUnderstood,
    ServiceFailed,
    TimedOut,
    Unreachable,
    Untrusted,
)
from app.net.studies import (
    MOST_FOUND,
    Counts,
    Found,
    FoundStudy,
    StudyQuery,
    count_of,
    distinct,
    is_uid,
)

PAGE = 1000
CONNECTIONS = 3
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_JSON = "application/dicom+json"
_OBJECT = 'multipart/related; type="application/dicom"; transfer-syntax=*'
MOST_LISTED = 64 << 20
"""Bytes of one answer that is a list; an archive that sends more sends nonsense."""


@dataclass(frozen=True, slots=True)
class WebNode:
    """The address up to and without `/studies`; user and password where it asks for them."""

    url: str
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return "WebNode(…)"


@contextlib.contextmanager
def _client(node: WebNode) -> Iterator[httpx.Client]:
    auth = httpx.BasicAuth(node.username, node.password) if node.username else None
    try:
        with httpx.Client(
            auth=auth, timeout=TIMEOUT, verify=ssl.create_default_context(), follow_redirects=True
        ) as client:
            yield client
    except httpx.TimeoutException as error:
        raise TimedOut("no answer in time") from error
    except httpx.ConnectError as error:
        if "CERTIFICATE" in str(error).upper():
            raise Untrusted("the archive's certificate is not trusted by this computer") from error
        raise Unreachable("no connection") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Unreachable(type(error).__name__) from error


def test(node: WebNode) -> None:
    """Whether it answers a search; raises NetError."""
    with _client(node) as client:
        _listed(client, f"{node.url.rstrip('/')}/studies?limit=1")


test.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's


def search(node: WebNode, query: StudyQuery) -> Found:
    """QIDO-RS for studies (PS3.18 10.6); raises NetError."""
    wanted = {
        "PatientName": name_pattern(query.name),
        "PatientID": query.patient_id,
        "AccessionNumber": query.accession_number,
        "StudyDate": date_range(query.date_from, query.date_to),
        "ModalitiesInStudy": query.modality,
        "StudyInstanceUID": query.study_instance_uid,
    }
    # Wild cards go as they are: there are archives that do not decode them (PS3.18 8.3.4.1).
    pairs = [f"{key}={quote(value, safe='*^-')}" for key, value in wanted.items() if value]
    pairs += ["includefield=StudyDescription", "includefield=00201208", f"limit={MOST_FOUND + 1}"]
    with _client(node) as client:
        answers = _listed(client, f"{node.url.rstrip('/')}/studies?{'&'.join(pairs)}")
    read = [_study(one) for one in answers]
    found = distinct(one for one in read if one is not None)
    unread = sum(one is None for one in read)
    if unread and not found:
        raise NotUnderstood("none of the answers names a study")
    return Found(found[:MOST_FOUND], len(found) > MOST_FOUND, unread)


def retrieve(
    node: WebNode,
    study_instance_uid: str,
    source: str,
    sink: Sink,
    stop: threading.Event,
    on_counts: Callable[[Counts], None],
) -> Counts:
    """WADO-RS, instance by instance over a few connections (PS3.18 10.4).

    One that cannot be had is counted and the others still come; raises NetError where none is.
    """
    base = f"{node.url.rstrip('/')}/studies/{study_instance_uid}"
    with _client(node) as client:
        listed = list(_instances(client, base))
        # What the archive says it has but does not list stays among the remaining.
        said = _said(client, node, study_instance_uid)
        counts = Counts(remaining=max(len(listed), said))
        on_counts(counts)
        errors: list[NetError] = []

        def fetch(place: tuple[str, str]) -> bool:
            if stop.is_set():
                return False
            series, uid = place
            try:
                return _fetch(client, f"{base}/series/{series}/instances/{uid}", uid, source, sink)
            except (NetError, httpx.HTTPError) as error:
                errors.append(_one_failed(error))
            return False

        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for got in pool.map(fetch, listed):
                counts = _counted(counts, got=got, failed=not got and not stop.is_set())
                on_counts(counts)
    if errors and not counts.completed:
        raise errors[0]
    return counts


def store(node: WebNode, data: bytes) -> None:
    """STOW-RS of one Part 10 file (PS3.18 10.5); raises NetError."""
    boundary = secrets.token_hex(16)
    body = b"".join(
        (
            f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode(),
            data,
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
    kind = f'multipart/related; type="application/dicom"; boundary={boundary}'
    with _client(node) as client:
        response = client.post(
            f"{node.url.rstrip('/')}/studies",
            content=body,
            headers={"content-type": kind, "accept": _JSON},
        )
    if response.status_code != 409:
        _require(response)
    reason = _failure(response)
    if reason is not None and reason != Status.DUPLICATE:  # which it has already
        raise ServiceFailed(reason)


def _failure(response: httpx.Response) -> int | None:
    """FailureReason of the object (PS3.18 I.2.2); None where it was stored."""
    refused = response.status_code if response.status_code == 409 else None
    try:
        answer = response.json()
    except ValueError:
        return refused
    item = answer[0] if isinstance(answer, list) and answer else answer
    failed = items_of(item, "00081198") if isinstance(item, dict) else []
    if failed:
        return count_of(_value(failed[0], "00081197")) or response.status_code
    return refused


def _counted(counts: Counts, *, got: bool, failed: bool) -> Counts:
    """With one more of the listed; one that was stopped stays among the remaining."""
    return replace(
        counts,
        remaining=counts.remaining - (got or failed),
        completed=counts.completed + got,
        failed=counts.failed + failed,
    )


def _one_failed(error: NetError | httpx.HTTPError) -> NetError:
    if isinstance(error, NetError):
        return error
    late = isinstance(error, httpx.TimeoutException)
    return (TimedOut if late else Unreachable)(type(error).__name__)


def _instances(client: httpx.Client, base: str) -> Iterator[tuple[str, str]]:
    """Series and SOP Instance UID of each, every one once."""
    seen: set[str] = set()
    offset = 0
    while True:
        page = _listed(client, f"{base}/instances?limit={PAGE}&offset={offset}")
        fresh = 0
        for item in page:
            series, uid = _value(item, "0020000E"), _value(item, "00080018")
            if series and uid and uid not in seen:
                seen.add(uid)
                fresh += 1
                yield series, uid
        offset += len(page)
        # An archive may list fewer at once than it is asked for: it ends where nothing new comes.
        if not fresh:
            return


def _said(client: httpx.Client, node: WebNode, study_instance_uid: str) -> int:
    """NumberOfStudyRelatedInstances, 0 where the archive does not say it."""
    query = f"StudyInstanceUID={study_instance_uid}&includefield=00201208"
    with contextlib.suppress(NetError, httpx.HTTPError):
        for item in _listed(client, f"{node.url.rstrip('/')}/studies?{query}"):
            return count_of(_value(item, "00201208")) or 0
    return 0


def _fetch(client: httpx.Client, url: str, uid: str, source: str, sink: Sink) -> bool:
    writer = sink.begin(uid)
    try:
        with client.stream("GET", url, headers={"accept": _OBJECT}) as response:
            _require(response)
            kind = response.headers.get("content-type", "")
            chunks = response.iter_bytes(1 << 18)
            for data in _only_part(chunks, kind) if "multipart" in kind else chunks:
                writer.write(data)
        return sink.take(writer, source, "") == 0
    finally:
        writer.discard()


def _only_part(chunks: Iterator[bytes], content_type: str) -> Iterator[bytes]:
    """The body of the first part of multipart/related (RFC 2387), as it arrives."""
    boundary = next(
        (p.strip()[9:].strip('"') for p in content_type.split(";") if "boundary=" in p), ""
    )
    if not boundary:
        raise NotUnderstood("a multipart answer without boundary")
    end = f"\r\n--{boundary}".encode()
    held = bytearray()
    inside = False
    for chunk in chunks:
        held += chunk
        if not inside:
            begins = held.find(b"\r\n\r\n")
            if begins < 0:
                if len(held) > 1 << 16:
                    raise NotUnderstood("a part without end of its head")
                continue
            del held[: begins + 4]
            inside = True
        if (ends := held.find(end)) >= 0:
            yield bytes(held[:ends])
            return
        if len(held) > len(end):
            yield bytes(held[: -len(end)])
            del held[: -len(end)]
    raise NotUnderstood("a multipart answer that ends in the middle")


def _listed(client: httpx.Client, url: str) -> list[dict[str, Any]]:
    body = bytearray()
    with client.stream("GET", url, headers={"accept": _JSON}) as response:
        _require(response)
        if response.status_code == 204:
            return []
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MOST_LISTED:
                raise NotUnderstood("a list without end")
    try:
        answer = json.loads(body or b"[]")
    except ValueError as error:
        raise NotUnderstood("the answer is no JSON") from error
    if not isinstance(answer, list):
        raise NotUnderstood("the answer is no list")
    return [one for one in answer if isinstance(one, dict)]


def _require(response: httpx.Response) -> None:
    if response.status_code in (401, 403):
        raise NotSignedIn("the archive asks for another user or password")
    if response.status_code >= 300:
        raise ServiceFailed(response.status_code)


def _value(item: Attributes, tag: str) -> str:
    values = values_of(item, tag)
    first = values[0] if values else ""
    if isinstance(first, dict):  # a PN, PS3.18 F.2.2
        groups = [first.get(key) or "" for key in ("Alphabetic", "Ideographic", "Phonetic")]
        return "=".join(str(group) for group in groups).rstrip("=")[:200]
    return str(first).strip()[:200]


def _study(item: dict[str, Any]) -> FoundStudy | None:
    uid = _value(item, "0020000D")
    if not is_uid(uid):
        return None
    return FoundStudy(
        study_instance_uid=uid,
        patient_name=_value(item, "00100010"),
        patient_id=_value(item, "00100020"),
        birth_date=_value(item, "00100030"),
        sex=_value(item, "00100040"),
        study_date=_value(item, "00080020"),
        accession_number=_value(item, "00080050"),
        description=_value(item, "00081030"),
        modalities="/".join(str(one) for one in values_of(item, "00080061"))[:200],
        images=count_of(_value(item, "00201208")),
    )
