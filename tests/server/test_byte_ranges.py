"""One stretch of a frame or of bulk data (RFC 9110 14), without a server."""

import asyncio
from pathlib import Path

import pytest
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

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

    def ask(self, what: str, kind: str = "application/octet-stream", **headers: str) -> Response:
        lines = [(name.replace("_", "-").encode(), v.encode()) for name, v in headers.items()]
        request = Request({"type": "http", "method": "GET", "path": "/", "headers": lines})
        accept = accepted(kind)
        if what == "frame":
            return asyncio.run(self.retrieving.frames(request, self.row, [1], accept))
        return asyncio.run(self.retrieving.bulk(request, self.row, "7FE00010", accept))


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


def test_a_name_that_is_no_utf_8_is_refused_in_words() -> None:
    with pytest.raises(Invalid) as refused:
        asked(Level.STUDY, QueryParams("PatientName=%C1%D6"))  # GB18030
    assert "UTF-8" in str(refused.value.details)
