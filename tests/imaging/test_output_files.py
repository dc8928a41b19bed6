"""Files for somebody else: names without a patient, all or none."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.imaging.dataset import open_object
from app.imaging.errors import (
    CancelledError,
    DiskFullError,
    NameTakenError,
    NotWritableError,
    UnreadableError,
)
from app.imaging.output_files import distinct_names, file_name, whole_file, write_files
from app.imaging.series import Instance, describe_file
from tests.imaging.objects import ct_object, ramp


def instance(tmp_path: Path, **attributes: object) -> Instance:
    file = tmp_path / "one.dcm"
    file.write_bytes(ct_object(ramp(), **attributes))
    found = describe_file(file)
    file.unlink()
    assert isinstance(found, Instance)
    return found


def never() -> bool:
    return False


def write(
    folder: Path, *contents: bytes | Exception, cancelled: Callable[[], bool] = never
) -> tuple[Path, ...]:
    def content(data: bytes | Exception) -> Callable[[], bytes]:
        def make() -> bytes:
            if isinstance(data, Exception):
                raise data
            return data

        return make

    files = [(f"{n}.png", content(data)) for n, data in enumerate(contents)]
    return write_files(folder, files, progressed=lambda _done: None, cancelled=cancelled)


def test_a_name_says_what_it_is_but_not_whose(tmp_path: Path) -> None:
    one = instance(tmp_path, SeriesNumber=3, SeriesDescription="Li Na thorax")
    assert file_name(one, 42, "png") == "CT-series3-0042.png"
    assert file_name(one, None, "jpg") == "CT-series3-view.jpg"
    odd = instance(tmp_path, SeriesNumber=None, Modality="../x")
    assert file_name(odd, 1, "png") == "x-0001.png"


def test_equal_names_are_told_apart() -> None:
    assert distinct_names(["a.png", "b.png", "a.png", "a.png"]) == (
        "a.png",
        "b.png",
        "a-2.png",
        "a-3.png",
    )


def test_all_are_there_or_none(tmp_path: Path) -> None:
    assert [path.read_bytes() for path in write(tmp_path, b"a", b"b")] == [b"a", b"b"]
    assert sorted(os.listdir(tmp_path)) == ["0.png", "1.png"]


@pytest.mark.parametrize("error", [UnreadableError("gone"), CancelledError("no more")])
def test_what_breaks_in_between_leaves_nothing(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(type(error)):
        write(tmp_path, b"a", error)
    assert os.listdir(tmp_path) == []


def test_nothing_is_made_once_nobody_wants_it(tmp_path: Path) -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) == 2

    with pytest.raises(CancelledError):
        write(tmp_path, b"a", AssertionError("made in vain"), cancelled=cancelled)
    assert os.listdir(tmp_path) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(b"kept")
    with pytest.raises(NameTakenError):
        write(tmp_path, b"a", b"b")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("1.png", b"kept")]


def test_a_folder_that_is_not_there_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(NotWritableError):
        write(tmp_path / "none", b"a")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    def fill_up() -> None:
        with whole_file(tmp_path / "target.pdf") as half:
            half.write_bytes(b"half of it")
            with open("/dev/full", "wb", buffering=0) as full:
                full.write(b"more")

    (tmp_path / "target.pdf").write_bytes(b"old")
    with pytest.raises(DiskFullError):
        fill_up()
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("target.pdf", b"old")]


def test_a_refusal_of_the_system_is_told_by_its_kind(tmp_path: Path) -> None:
    for code, kind in ((errno.EROFS, NotWritableError), (errno.EDQUOT, DiskFullError)):
        with pytest.raises(kind), whole_file(tmp_path / "a.pdf"):
            raise OSError(code, os.strerror(code))
    assert os.listdir(tmp_path) == []


def test_a_picture_opens_again_as_it_was(tmp_path: Path) -> None:
    data = ct_object(ramp())
    (path,) = write(tmp_path, data)
    assert open_object(path.read_bytes()).dataset.PatientID == "T-1"
