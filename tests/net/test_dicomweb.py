"""STOW, QIDO and WADO as PS3.18 says, against a server that may not."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from uuid import UUID

import pytest

from app.net.connection import Connection
from app.net.dicomweb import (
    FIRST_PAGE,
    PAGE,
    DicomWeb,
    FoundInstance,
    Outgoing,
    Stored,
    WithoutCentre,
)
from app.net.errors import NetError, NotUnderstood, Refused, Unreachable
from app.net.trust import Pin
from protocol.imaging import DIGEST
from tests.net.test_connection import Clock, Sessions
from tests.net.tiny_server import Raw, Request, TinyServer, answer, problem

STUDY = "1.2.840.1"
CASE = UUID("0198e7c1-0000-7000-8000-000000000001")
IMAGE = bytes(range(256)) * 3 + b"\r\n--boundary lookalike\r\n"


@pytest.fixture
async def dicomweb(tiny: TinyServer, pin: Pin) -> AsyncIterator[DicomWeb]:
    tiny.answer = Sessions()
    async with tiny:
        connection = Connection(tiny.url, pin, now=Clock())
        await connection.resume(f"refresh-{0:020d}")
        yield DicomWeb(connection)
        await connection.close()


def outgoing(uid: str, data: bytes = IMAGE) -> Outgoing:
    async def content() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 100):
            yield data[start : start + 100]

    return Outgoing(uid, len(data), content)


def dicom_json(body: object, status: int = 200, **more: str) -> Raw:
    return answer(status, json.dumps(body).encode(), "application/dicom+json", **more)


def reference(uid: str, failure: int | None = None) -> dict[str, object]:
    item: dict[str, object] = {"00081155": {"vr": "UI", "Value": [uid]}}
    if failure is not None:
        item["00081197"] = {"vr": "US", "Value": [failure]}
    return item


def parts(request: Request) -> list[Message]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    whole = message_from_bytes(head + request.body)
    assert whole.is_multipart()
    return [part for part in whole.walk() if part is not whole]


async def test_every_byte_of_every_instance_is_sent_as_one_part(
    dicomweb: DicomWeb, tiny: TinyServer
) -> None:
    stored = [reference("1.1"), reference("1.2")]
    tiny.answer = lambda _: dicom_json({"00081199": {"vr": "SQ", "Value": stored}})
    found = await dicomweb.stow(STUDY, [outgoing("1.1"), outgoing("1.2", b"short")])
    assert found == (Stored("1.1"), Stored("1.2"))
    request = tiny.requests[-1]
    assert (request.method, request.path) == ("POST", f"/dicomweb/studies/{STUDY}")
    assert 'multipart/related; type="application/dicom"' in request.headers["content-type"]
    assert request.token == "access-1"
    boundary = request.headers["content-type"].rpartition("boundary=")[2].encode()
    bodies = request.body.split(b"--" + boundary)
    assert bodies[1].partition(b"\r\n\r\n")[2] == IMAGE + b"\r\n"
    assert bodies[2].partition(b"\r\n\r\n")[2] == b"short\r\n"
    assert bodies[3] == b"--\r\n"
    assert [part.get_content_type() for part in parts(request)] == ["application/dicom"] * 2


@pytest.mark.parametrize("status", [200, 202, 409])
async def test_what_became_of_each_instance_is_told_one_by_one(
    dicomweb: DicomWeb, tiny: TinyServer, status: int
) -> None:
    body = {
        "00081199": {"vr": "SQ", "Value": [reference("1.1")]},
        "00081198": {"vr": "SQ", "Value": [reference("1.2", 0xA900)]},
        "0008119A": {"vr": "SQ", "Value": [{"00081197": {"vr": "US", "Value": [0xC000]}}]},
    }
    tiny.answer = lambda _: dicom_json(body, status)
    found = await dicomweb.stow(STUDY, [outgoing(uid) for uid in ("1.1", "1.2", "1.3", "1.4")])
    assert [one.failure for one in found] == [None, 0xA900, 0xC000, 0x0110]


async def test_a_refused_upload_is_refused_with_its_problem(
    dicomweb: DicomWeb, tiny: TinyServer
) -> None:
    tiny.answer = lambda _: problem("forbidden", 403)
    with pytest.raises(Refused):
        await dicomweb.stow(STUDY, [outgoing("1.1")])


async def test_an_error_of_the_content_itself_passes_through(dicomweb: DicomWeb) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise LookupError

    with pytest.raises(LookupError):
        await dicomweb.stow(STUDY, [Outgoing("1.1", 8, broken)])


SERIES = {"7.1": ("CT", 2, "轴位"), "7.2": ("US", 9, "心脏")}


def instance(number: int, series: str = "7.1") -> dict[str, object]:
    modality, series_number, description = SERIES[series]
    return {
        "00080018": {"vr": "UI", "Value": [f"{series}.{number}"]},
        "0020000E": {"vr": "UI", "Value": [series]},
        "00200013": {"vr": "IS", "Value": [number]},
        "00080060": {"vr": "CS", "Value": [modality]},
        "00200011": {"vr": "IS", "Value": [series_number]},
        "0008103E": {"vr": "LO", "Value": [description]},
    }


async def test_instances_are_listed_series_by_series_by_number(
    dicomweb: DicomWeb, tiny: TinyServer
) -> None:
    cine = instance(1, "7.2") | {
        "00280008": {"vr": "IS", "Value": [30]},
        DIGEST: {"vr": "LO", "Value": ["0a1b"]},
    }
    listed = [cine, instance(2), instance(1)]
    tiny.answer = lambda _request: dicom_json(listed)
    found = (await dicomweb.instances(STUDY)).instances
    assert found == (
        FoundInstance("7.1.1", "7.1", 1, 1, "CT", "轴位"),
        FoundInstance("7.1.2", "7.1", 2, 1, "CT", "轴位"),
        FoundInstance("7.2.1", "7.2", 1, 30, "US", "心脏", digest="0a1b"),
    )


async def test_a_long_study_is_listed_page_by_page_the_first_one_short(
    dicomweb: DicomWeb, tiny: TinyServer
) -> None:
    every = [instance(number) for number in range(FIRST_PAGE + PAGE + 5)]

    def listed(request: Request) -> Raw:
        query = dict(pair.split("=") for pair in request.headers[":query"].split("&"))
        start = int(query["offset"])
        rows = every[start : start + int(query["limit"])]
        return dicom_json(rows, 200, **{"x-total-count": str(len(every))})

    tiny.answer = listed
    sizes, start = [], 0
    while True:
        page = await dicomweb.instances(STUDY, None, start)
        sizes.append(len(page.instances))
        assert page.total == len(every)
        if page.next is None:
            break
        start = page.next
    assert sizes == [FIRST_PAGE, PAGE, 5]


@pytest.mark.parametrize(
    ("more", "known"),
    [
        ({}, None),
        ({"warning": '299 huizhen "Of these 1 wait here"'}, None),
        ({"warning": '111 huizhen "The centre cannot be reached"'}, WithoutCentre(None)),
        (
            {
                "warning": '111 huizhen "The centre cannot be reached; as it was known at noon"',
                "age": "120",
                "date": "Sun, 29 Nov 2026 10:44:00 GMT",
            },
            WithoutCentre(datetime(2026, 11, 29, 10, 42, tzinfo=UTC)),
        ),
    ],
)
async def test_a_list_of_an_edge_without_its_centre_says_so(
    dicomweb: DicomWeb, tiny: TinyServer, more: dict[str, str], known: WithoutCentre | None
) -> None:
    asked: list[str] = []

    def listed(request: Request) -> Raw:
        asked.append(request.headers["prefer"])
        return dicom_json([instance(1)], 200, **more)

    tiny.answer = listed
    assert (await dicomweb.instances(STUDY)).without_centre == known
    assert set(asked) == {"handling=lenient"}


async def test_a_study_without_instances_is_an_empty_list(
    dicomweb: DicomWeb, tiny: TinyServer
) -> None:
    tiny.answer = lambda _: answer(204)
    assert (await dicomweb.instances(STUDY)).instances == ()


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[1]", b'[{"00080018": 5}]'])
async def test_a_listing_that_is_no_dicom_json_is_not_understood(
    dicomweb: DicomWeb, tiny: TinyServer, body: bytes
) -> None:
    tiny.answer = lambda _: answer(200, body, "application/dicom+json")
    with pytest.raises(NotUnderstood):
        await dicomweb.instances(STUDY)


async def retrieved(dicomweb: DicomWeb) -> bytes:
    async with dicomweb.retrieve(STUDY, "7.1", "7.1.1") as arriving:
        return b"".join([piece async for piece in arriving.pieces])


async def test_an_instance_is_fetched_in_the_encoding_the_server_holds(
    dicomweb: DicomWeb, tiny: TinyServer
) -> None:
    kind = "application/dicom; transfer-syntax=1.2.840.10008.1.2.1"
    tiny.answer = lambda _: answer(200, IMAGE, kind)
    assert await retrieved(dicomweb) == IMAGE
    request = tiny.requests[-1]
    assert request.path == f"/dicomweb/studies/{STUDY}/series/7.1/instances/7.1.1"
    assert request.headers["accept"] == "application/dicom; transfer-syntax=*"


CUT = b"HTTP/1.1 200 -\r\ncontent-type: application/dicom\r\ncontent-length: 900\r\n\r\nhalf"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (Raw(CUT), Unreachable),
        (answer(200, b"<html>", "text/html"), NotUnderstood),
        (problem("not_found", 404), Refused),
    ],
)
async def test_what_is_not_a_whole_instance_is_an_error_of_the_tree(
    dicomweb: DicomWeb, tiny: TinyServer, raw: Raw, expected: type[NetError]
) -> None:
    tiny.answer = lambda _: raw
    with pytest.raises(expected):
        await retrieved(dicomweb)


async def test_a_thumbnail_is_asked_for_in_the_size_it_is_shown(
    dicomweb: DicomWeb, tiny: TinyServer
) -> None:
    asked: list[str] = []

    def drawn(request: Request) -> Raw:
        asked.append(request.headers[":query"])
        return answer(200, b"a JPEG", "image/jpeg")

    tiny.answer = drawn
    large = FoundInstance("7.1.1", "7.1", 1, 1, "DX", "", 3000, 2500)
    assert await dicomweb.thumbnail(STUDY, large, 104, CASE) == b"a JPEG"
    assert asked == [f"consultation={CASE}&viewport=104%2C104"]
    tiny.answer = lambda _: answer(200, b"<html>", "text/html")
    with pytest.raises(NotUnderstood):
        await dicomweb.thumbnail(STUDY, large, 104, CASE)


async def test_a_part_of_an_instance_says_where_it_begins_and_how_long_the_whole_is(
    dicomweb: DicomWeb, tiny: TinyServer
) -> None:
    head = (
        b"HTTP/1.1 206 -\r\ncontent-type: application/dicom\r\ncontent-length: 4\r\n"
        b"content-range: bytes 100-103/900\r\n\r\npart"
    )
    tiny.answer = lambda _: Raw(head)
    async with dicomweb.retrieve(STUDY, "7.1", "7.1.1", start=100, size=4) as arriving:
        assert (arriving.start, arriving.total) == (100, 900)
        assert b"".join([piece async for piece in arriving.pieces]) == b"part"
    assert tiny.requests[-1].headers["range"] == "bytes=100-103"


async def test_the_rest_of_an_instance_is_asked_for_without_an_end(
    dicomweb: DicomWeb, tiny: TinyServer
) -> None:
    tiny.answer = lambda _: answer(200, IMAGE, "application/dicom")
    async with dicomweb.retrieve(STUDY, "7.1", "7.1.1", start=100) as arriving:
        assert arriving.start == 0, "a server may answer the whole"
    assert tiny.requests[-1].headers["range"] == "bytes=100-"


async def test_a_part_of_nobody_knows_what_is_not_understood(
    dicomweb: DicomWeb, tiny: TinyServer
) -> None:
    head = b"HTTP/1.1 206 -\r\ncontent-type: application/dicom\r\ncontent-length: 4\r\n\r\npart"
    tiny.answer = lambda _: Raw(head)
    with pytest.raises(NotUnderstood):
        async with dicomweb.retrieve(STUDY, "7.1", "7.1.1", start=100):
            pass
