"""Metadata are made once: who asks again is told the same without an object being opened."""

import io
from dataclasses import replace

import orjson
import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse

from server.api.dicomweb import described
from server.api.dicomweb.described import Describing
from server.api.dicomweb.describing import EXPLICIT, metadata
from server.domain.ports import ObjectReader
from server.store.finding import StoredInstance
from tests.server.images import file_bytes, new_study

BASE = "https://centre.example/dicomweb"
SLICES = new_study(5)


class Shelf:
    """Objects in memory, and how often one was opened."""

    def __init__(self) -> None:
        self.files = {str(number): file_bytes(one) for number, one in enumerate(SLICES)}
        self.opened = 0

    def open(self, sha256: str) -> ObjectReader:
        self.opened += 1
        return io.BytesIO(self.files[sha256])


ROWS = [
    StoredInstance(
        str(one.SOPInstanceUID),
        str(one.SeriesInstanceUID),
        str(one.StudyInstanceUID),
        str(number),
        size=1,
        sop_class=str(one.SOPClassUID),
        transfer_syntax=EXPLICIT,
        number=number,
        rows=1,
        columns=1,
        frames=1,
    )
    for number, one in enumerate(SLICES)
]


def made_anew(shelf: Shelf, base: str) -> list[object]:
    return [
        metadata(
            io.BytesIO(shelf.files[row.sha256]),
            f"{base}/studies/{row.study_uid}/series/{row.series_uid}/instances/{row.sop_uid}",
        )
        for row in ROWS
    ]


async def answered(
    describing: Describing, base: str = BASE, rows: list[StoredInstance] = ROWS
) -> list[object]:
    request = Request({"type": "http", "method": "GET", "headers": [], "query_string": b""})
    answer = await describing.answer(request, rows, base, fixed=False)
    assert isinstance(answer, StreamingResponse)
    body = b""
    async for piece in answer.body_iterator:
        assert isinstance(piece, bytes)
        body += piece
    found: list[object] = orjson.loads(body)
    return found


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setattr(described, "TOGETHER", 2)
    return Shelf()


def describing_of(shelf: Shelf, **limits: int) -> Describing:
    return Describing(shelf, **limits)


async def test_who_asks_again_is_told_the_same_and_no_object_is_opened(shelf: Shelf) -> None:
    describing = describing_of(shelf)
    for base in (BASE, BASE, 'https://other."name"/dicomweb'):
        assert await answered(describing, base) == made_anew(shelf, base)
        assert shelf.opened == len(ROWS)


async def test_what_is_kept_stays_within_its_limits(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    describing = describing_of(shelf, most_kept=1000)
    for _ in range(2):
        assert await answered(describing) == made_anew(shelf, BASE)
    assert len(ROWS) < shelf.opened <= 2 * len(ROWS)
    monkeypatch.setattr(described, "MOST_TEXT", 10)
    shelf.opened, describing = 0, describing_of(shelf)
    for _ in range(2):
        assert await answered(describing) == made_anew(shelf, BASE)
    assert shelf.opened == 2 * len(ROWS)


async def test_another_object_of_the_same_study_is_described_anew(shelf: Shelf) -> None:
    describing = describing_of(shelf)
    await answered(describing)
    shelf.files["9"] = file_bytes(SLICES[4])
    await answered(describing, rows=[*ROWS[:4], replace(ROWS[4], sha256="9")])
    assert shelf.opened == len(ROWS) + 1
