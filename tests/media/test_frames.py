"""Pictures in shared memory: whole, latest first, and removed by their creator only."""

import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing import shared_memory

import pytest

from app.media.errors import FrameMemoryError
from app.media.frames import FrameReader, FrameWriter


@pytest.fixture
def writer() -> Iterator[FrameWriter]:
    writer = FrameWriter(8, 4)
    yield writer
    writer.close()


@pytest.fixture
def reader(writer: FrameWriter) -> Iterator[FrameReader]:
    reader = FrameReader(writer.name)
    yield reader
    reader.close()


def picture(level: int, width: int = 8, height: int = 4) -> bytes:
    return bytes([level]) * (width * height * 4)


def test_there_is_no_picture_before_the_first(reader: FrameReader) -> None:
    assert reader.latest() is None


def test_a_picture_arrives_as_it_was_written(writer: FrameWriter, reader: FrameReader) -> None:
    pixels = bytes(range(128))
    assert writer.write(pixels, 8, 4) == 1
    found = reader.latest()
    assert found is not None
    assert (found.sequence, found.width, found.height, found.pixels) == (1, 8, 4, pixels)


def test_the_latest_picture_wins(writer: FrameWriter, reader: FrameReader) -> None:
    for level in range(10):
        writer.write(picture(level), 8, 4)
    found = reader.latest()
    assert found is not None
    assert (found.sequence, found.pixels[0]) == (10, 9)


def test_an_unchanged_picture_is_not_copied_again(writer: FrameWriter, reader: FrameReader) -> None:
    writer.write(picture(1), 8, 4)
    assert reader.latest() is reader.latest()


def test_a_picture_may_become_smaller_but_not_larger_than_the_memory(
    writer: FrameWriter, reader: FrameReader
) -> None:
    writer.write(picture(3, 4, 2), 4, 2)
    found = reader.latest()
    assert found is not None
    assert (found.width, found.height, len(found.pixels)) == (4, 2, 32)
    assert not writer.fits(16, 9)
    with pytest.raises(FrameMemoryError, match="16x9"):
        writer.write(picture(0, 16, 9), 16, 9)


def test_pixels_of_another_size_than_said_are_refused(writer: FrameWriter) -> None:
    with pytest.raises(FrameMemoryError):
        writer.write(b"short", 8, 4)


def test_a_slot_in_the_middle_of_being_written_is_not_shown(
    writer: FrameWriter, reader: FrameReader
) -> None:
    writer.write(picture(1), 8, 4)
    first = reader.latest()
    raw = shared_memory.SharedMemory(writer.name)
    try:
        assert raw.buf is not None
        slot_bytes = struct.unpack_from("<Q", raw.buf, 8)[0]
        # The writer has published sequence 2, and is already filling its slot anew.
        struct.pack_into("<Q", raw.buf, 16, 2)
        struct.pack_into("<Q", raw.buf, 64 + 2 * slot_bytes, 0)
        assert reader.latest() is first
    finally:
        raw.close()


def test_memory_that_is_gone_or_foreign_is_refused() -> None:
    with pytest.raises(FrameMemoryError, match="gone"):
        FrameReader("huizhen-0-00000000")
    foreign = shared_memory.SharedMemory(f"huizhen-{os.getpid():x}-foreign", create=True, size=4096)
    try:
        with pytest.raises(FrameMemoryError, match="layout"):
            FrameReader(foreign.name)
    finally:
        foreign.close()


_READ = """
from app.media.frames import FrameReader
import sys
reader = FrameReader(sys.argv[1])
found = reader.latest()
print(found.sequence, found.pixels[0])
reader.close()
"""

_WRITE = """
from app.media.frames import FrameWriter
writer = FrameWriter(8, 4)
writer.write(bytes(128), 8, 4)
writer.close()
"""


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )


def test_another_process_reads_and_leaves_the_memory_to_its_creator(
    writer: FrameWriter, reader: FrameReader
) -> None:
    writer.write(picture(7), 8, 4)
    for _ in range(2):  # the first reader's end must not have removed it
        done = run(_READ, writer.name)
        assert done.stdout.split() == ["1", "7"]
        assert done.stderr == "", "the resource tracker has nothing to complain about"
    assert reader.latest() is not None


def test_the_creator_leaves_nothing_behind() -> None:
    assert run(_WRITE).stderr == ""


def test_the_window_loads_neither_webrtc_nor_numpy_for_the_link() -> None:
    heavy = "{'aiortc', 'av', 'numpy', 'cv2', 'PySide6'}"
    run(f"import sys, app.media.link; assert not {heavy} & set(sys.modules), sys.modules")
