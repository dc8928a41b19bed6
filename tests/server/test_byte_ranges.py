"""One stretch of a frame, of bulk data or of a multipart body (RFC 9110 14), without a server."""

import asyncio
from pathlib import Path

import pytest
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from server.api.dicomweb.accepting import accepted
from server.api.dicomweb.retrieving import Retrieving
from server.api.dicomweb.searching import asked
from server.domain.errors import Invalid
from server.store.catalogue import Level
from server.store.finding import StoredInstance
from tests.server.images import file_bytes, new_study
from tests.server.test_edge_queue import Disk


class Stored:
    """One stored image and its pixels."""

    def __init__(self, folder: Path) -> None:
        (one,) = new_study(1)
        data = file_bytes(one)
        disk = Disk(folder)
        entry = disk.take(data)
        self.pixels = bytes(one.PixelData)
        self.retrieving = Retrieving(disk.queue.objects)
        self.row = StoredInstance(
            sop_uid=one.SOPInstanceUID,
            series_uid=one.SeriesInstanceUID,
            study_uid=one.StudyInstanceUID,
            sha256=entry.sha256,
            size=len(data),
            sop_class=one.SOPClassUID,
            transfer_syntax=one.file_meta.TransferSyntaxUID,
            number=1,
            rows=one.Rows,
            columns=one.Columns,
            frames=1,
        )

    def study(self, count: int, kind: str, **headers: str) -> tuple[int, Headers, bytes]:
        """The image so many times over, as the instances of a study."""
        request = asking(headers)
        rows, accept = [self.row] * count, accepted(kind)

        async def answer() -> tuple[int, Headers, bytes]:
            found = await self.retrieving.instances(request, rows, accept, fixed=False)
            assert isinstance(found, StreamingResponse)
            body = b""
            async for piece in found.body_iterator:
                assert isinstance(piece, bytes)
                body += piece
            return found.status_code, found.headers, body

        return asyncio.run(answer())

    def ask(self, what: str, kind: str = "application/octet-stream", **headers: str) -> Response:
        request, accept = asking(headers), accepted(kind)
        if what.startswith("frame"):
            numbers = [1, 1] if what == "frames" else [1]
            return asyncio.run(self.retrieving.frames(request, self.row, numbers, accept))
        return asyncio.run(self.retrieving.bulk(request, self.row, "7FE00010", accept))


def asking(headers: dict[str, str]) -> Request:
    lines = [(name.replace("_", "-").encode(), v.encode()) for name, v in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": lines})


@pytest.fixture
def stored(tmp_path: Path) -> Stored:
    return Stored(tmp_path)


@pytest.mark.parametrize("what", ["frame", "bulk data"])
def test_a_stretch_is_answered_with_its_place(stored: Stored, what: str) -> None:
    whole = stored.ask(what)
    assert (whole.status_code, whole.body) == (200, stored.pixels)
    assert whole.headers["accept-ranges"] == "bytes"
    part = stored.ask(what, range="bytes=10-19")
    assert (part.status_code, part.body) == (206, stored.pixels[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(stored.pixels)}"


@pytest.mark.parametrize("what", ["frame", "bulk data"])
def test_a_stretch_of_something_else_is_answered_whole(stored: Stored, what: str) -> None:
    etag = stored.ask(what).headers["etag"]
    assert stored.ask(what, range="bytes=0-1", if_range=etag).status_code == 206
    assert stored.ask(what, range="bytes=0-1", if_range='"other"').status_code == 200


@pytest.mark.parametrize("what", ["frame", "bulk data"])
def test_a_stretch_outside_is_refused(stored: Stored, what: str) -> None:
    answer = stored.ask(what, range="bytes=99999999-")
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(stored.pixels)}"


def test_bytes_in_a_multipart_body_have_a_tag_of_their_own(stored: Stored) -> None:
    etag = stored.ask("bulk data").headers["etag"]
    parts = stored.ask("bulk data", 'multipart/related; type="application/octet-stream"')
    assert parts.headers["content-type"].startswith("multipart/related")
    assert parts.headers["etag"] != etag


PARTS = 'multipart/related; type="application/octet-stream"'
INSTANCES = 'multipart/related; type="application/dicom"; transfer-syntax=*'


@pytest.mark.parametrize("what", ["frame", "bulk data"])
def test_a_viewer_gets_a_multipart_body_in_stretches(stored: Stored, what: str) -> None:
    """As Cornerstone asks for a frame that it shows coarsely first: of the body, lines and all."""
    whole = stored.ask(what, PARTS)
    assert whole.headers["accept-ranges"] == "bytes"
    first = stored.ask(what, PARTS, range="bytes=0-99")
    rest = stored.ask(what, PARTS, range="bytes=100-")
    assert (first.status_code, rest.status_code) == (206, 206)
    assert bytes(first.body) + bytes(rest.body) == whole.body
    assert first.headers["content-type"] == whole.headers["content-type"]
    assert first.headers["content-range"] == f"bytes 0-99/{len(whole.body)}"
    assert stored.ask(what, PARTS, range="bytes=99999999-").status_code == 416


def test_a_study_that_broke_off_goes_on_where_it_stopped(stored: Stored) -> None:
    """Wherever that was: in an object, in the lines between two, or at the very end."""
    status, headers, whole = stored.study(3, INSTANCES)
    size = len(whole)
    assert (status, headers["content-length"]) == (200, str(size))
    assert whole.count(stored.pixels) == 3
    starts = {
        *range(1, size, 997),
        *range(size - 60, size),
        *range(len(whole) // 3, size // 3 + 90),
    }
    for start in starts:
        tag = headers["etag"]
        status, part, rest = stored.study(3, INSTANCES, range=f"bytes={start}-", if_range=tag)
        assert (status, rest) == (206, whole[start:])
        assert part["content-length"] == str(size - start)
    _, _, middle = stored.study(3, INSTANCES, range=f"bytes=30-{size - 31}")
    assert middle == whole[30:-30]
    grown, _, _ = stored.study(4, INSTANCES, range="bytes=9-", if_range=tag)
    assert grown == 200, "another image has come: the study is another answer"


def test_a_body_that_is_made_as_it_goes_says_that_it_has_no_stretches(stored: Stored) -> None:
    several = stored.ask("frames", PARTS, range="bytes=0-9")
    assert (several.status_code, several.headers["accept-ranges"]) == (200, "none")


def test_a_name_that_is_no_utf_8_is_refused_in_words() -> None:
    with pytest.raises(Invalid) as refused:
        asked(Level.STUDY, QueryParams("PatientName=%C1%D6"))  # GB18030
    assert "UTF-8" in str(refused.value.details)
