"""An image in pieces: a broken line costs what was on the way, not what has arrived."""

import hashlib
from typing import Any

import httpx
import pytest

from protocol import paths
from protocol.imaging import FailureReason
from tests.server.images import declare, file_bytes, new_study
from tests.server.people import Someone, Valley, open_case

PIECES = "application/offset+octet-stream"


class Line:
    """One image on its way from a clinic."""

    def __init__(self, valley: Valley, size: int = 64) -> None:
        self.someone = valley.doctor
        (self.slice,) = new_study(1, size)
        self.file = file_bytes(self.slice)
        self.sha256 = hashlib.sha256(self.file).hexdigest()
        self.case_id = open_case(valley)
        declare(self.someone, self.case_id, [self.slice], [self.file])

    def patch(
        self, piece: Any, at: int, *, someone: Someone | None = None, length: int | None = None
    ) -> httpx.Response:
        return (someone or self.someone).http.patch(
            paths.UPLOAD.format(sha256=self.sha256),
            params={"study": self.slice.StudyInstanceUID},
            content=piece,
            headers={
                "content-type": PIECES,
                "upload-offset": str(at),
                "upload-length": str(length or len(self.file)),
            },
        )

    def there(self, someone: Someone | None = None) -> int:
        found: int = (someone or self.someone).get(paths.UPLOAD, sha256=self.sha256)["offset"]
        return found

    def verified(self) -> bool:
        (study,) = self.someone.get(paths.STUDIES, consultation_id=self.case_id)
        return bool(study["verified"])


@pytest.fixture
def line(valley: Valley) -> Line:
    return Line(valley)


def test_pieces_become_the_image(line: Line) -> None:
    assert line.there() == 0
    assert line.patch(line.file[:1000], 0).status_code == 204
    assert line.there() == 1000
    assert not line.verified()
    answer = line.patch(line.file[1000:], 1000)
    assert answer.status_code == 200
    stored = answer.json()["00081199"]["Value"][0]
    assert stored["00081155"]["Value"] == [line.slice.SOPInstanceUID]
    assert line.verified()
    assert line.there() == 0, "what is stored is no open upload any more"


def test_what_came_before_the_line_broke_is_there(line: Line) -> None:
    def broken() -> Any:
        yield line.file[:3000]
        raise httpx.WriteError("the line broke")

    with pytest.raises(httpx.WriteError):
        line.patch(broken(), 0)
    arrived = line.there()
    assert arrived in (0, 3000), "as much as the server has read"
    assert line.patch(line.file[arrived:], arrived).status_code == 200
    assert line.verified()


def test_bytes_from_elsewhere_are_refused_and_change_nothing(line: Line) -> None:
    line.patch(line.file[:1000], 0)
    assert line.patch(line.file[500:900], 500).status_code == 409
    assert line.patch(line.file[1500:], 1500).status_code == 409
    assert line.there() == 1000


def test_an_image_that_is_not_what_was_announced_is_not_stored(line: Line) -> None:
    answer = line.patch(line.file[:-1] + b"!", 0)
    assert answer.status_code == 409
    assert answer.json()["00081198"]["Value"][0]["00081197"]["Value"] == [
        FailureReason.HASH_MISMATCH
    ]
    assert not line.verified()
    assert line.there() == 0


def test_more_bytes_than_announced_end_the_upload(line: Line) -> None:
    assert line.patch(line.file + b"more", 0).status_code == 422
    assert line.there() == 0


def test_another_length_begins_anew(line: Line) -> None:
    line.patch(line.file[:1000], 0, length=len(line.file) + 10)
    assert line.patch(line.file, 0).status_code == 200


def test_nobody_sees_or_continues_what_another_has_begun(line: Line, valley: Valley) -> None:
    line.patch(line.file[:1000], 0)
    assert line.there(valley.expert) == 0
    assert line.patch(line.file[1000:], 1000, someone=valley.expert).status_code in (403, 409)
    assert line.there() == 1000


def test_an_image_larger_than_allowed_is_refused_at_once(line: Line) -> None:
    answer = line.patch(b"", 0, length=1 << 40)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
