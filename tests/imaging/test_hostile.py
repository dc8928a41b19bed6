"""Nothing but an ImagingError, in time and within its memory, whatever a file holds."""

import io
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from pydicom.encaps import encapsulate
from pydicom.uid import RLELossless

from app.imaging.dataset import open_file, open_object
from app.imaging.description import describe
from app.imaging.errors import ImagingError
from app.imaging.guard import GuardedDecoder
from app.imaging.picture import make_picture
from app.imaging.pipeline import render
from app.imaging.series import (
    BadFile,
    Instance,
    ObjectKind,
    describe_bytes,
    describe_file,
    make_series,
)
from app.imaging.source import FolderSource
from app.imaging.workers.parent import DecodeWorker
from tests.imaging.hostile import compressed_files, looked_at, mutated, native_files
from tests.imaging.objects import ct_object, ramp
from tests.imaging.peers import files_of, name_of

SERVE = (
    "import sys; from app.imaging.workers.child import serve;"
    "serve(sys.stdin.buffer, sys.stdout.buffer)"
)
SERIES = {"ct-head-neck", "mr-lumbar"}
MEBIBYTE = 1 << 20
SMALL = 48 * MEBIBYTE
"""What a file of a few kilobytes may cost: tables of 65,536 entries, and its own words 16 times."""
KINDS = {
    "ecg": {ObjectKind.WAVEFORM},
    "pdf": {ObjectKind.DOCUMENT},
    "sr": {ObjectKind.DOCUMENT, ObjectKind.IMAGE},
    "ko": {ObjectKind.OTHER},
    "color": {ObjectKind.IMAGE},
    "compression1": {ObjectKind.IMAGE},
    "mg-14mp": {ObjectKind.IMAGE},
    "us-cine": {ObjectKind.IMAGE},
}


@contextmanager
def within(limit: int) -> Iterator[None]:
    """Python and numpy allocate at most `limit` bytes more than they hold now, at any time."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= limit


def refusal(look: Callable[[], object]) -> str:
    """Why something was refused, empty where it was not; any other exception goes through."""
    try:
        look()
    except ImagingError as error:
        return error.reason
    return ""


def is_plain(reason: str) -> bool:
    """One sentence, without a traceback or a path in it; empty where nothing was refused."""
    return not reason or (reason.endswith(".") and not set("\\/\n<>") & set(reason))


def opened(file: Path) -> str:
    """Open a file as the viewer does; why its first frame cannot be seen."""
    described = describe_file(file)
    if isinstance(described, BadFile):
        assert described.reason
        assert is_plain(described.reason)
    return refusal(lambda: render(make_picture(open_file(file), 0)))


def decoded_bytes(file: Path) -> int:
    """What the first frame takes, which has been held against the bytes of the file."""
    try:
        return describe(open_file(file)).decoded_bytes
    except ImagingError:
        return 0


@pytest.mark.timeout(10)
@pytest.mark.parametrize("file", [f for f in files_of() if not SERIES & set(f.parts)], ids=name_of)
def test_every_file_opens_or_is_refused_with_a_plain_reason(file: Path) -> None:
    with within(SMALL + 4 * file.stat().st_size + 12 * decoded_bytes(file)):
        assert is_plain(opened(file))
    kinds = KINDS.get(file.parent.name)
    if kinds is not None:
        described = describe_file(file)
        assert isinstance(described, Instance)
        assert described.kind in kinds


@pytest.mark.parametrize("series", sorted(SERIES))
def test_every_slice_of_the_two_series_opens(series: str, shared_data: Path) -> None:
    found = list(FolderSource([shared_data / series]).instances())
    assert found
    assert not [bad for bad in found if isinstance(bad, BadFile)]
    for file in files_of(series):
        assert opened(file) == ""


@pytest.mark.parametrize("folder", ["color", "compression1"])
def test_every_colour_and_compressed_picture_is_shown(folder: str, shared_data: Path) -> None:
    files = files_of(f"conformance/{folder}")
    assert len(files) == {"color": 5, "compression1": 37}[folder]
    for file in files:
        assert not make_picture(open_file(file), 0).partial


CAREFUL = settings(
    deadline=2000,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@settings(CAREFUL, max_examples=250)
@given(data=mutated(native_files()))
@pytest.mark.filterwarnings("ignore")
@pytest.mark.allow_logs("pydicom complains while the harmed object is written")
def test_harmed_native_objects_raise_nothing_else_in_time_and_memory(data: bytes) -> None:
    with within(SMALL):
        assert is_plain(refusal(lambda: looked_at(data)))


@pytest.fixture(scope="module")
def decoder() -> Iterator[GuardedDecoder]:
    """Codecs are C: as in the program, they meet a strange file in a process of their own."""
    guarded = GuardedDecoder([DecodeWorker([sys.executable, "-c", SERVE])])
    yield guarded
    guarded.close()


@settings(CAREFUL, max_examples=200, deadline=None)  # the process has its own limit of 2 s
@given(data=mutated(compressed_files()))
@pytest.mark.filterwarnings("ignore")
@pytest.mark.allow_logs("pydicom complains while the harmed object is written")
def test_harmed_compressed_objects_raise_nothing_else(decoder: GuardedDecoder, data: bytes) -> None:
    assert is_plain(refusal(lambda: looked_at(data, decoder)))


ITEM = b"\xfe\xff\x00\xe0"
UNKNOWN_LENGTH = b"\xff\xff\xff\xff"
NESTS = {
    "sequence": b"\x08\x00\x15\x11SQ\x00\x00" + UNKNOWN_LENGTH + ITEM + UNKNOWN_LENGTH,
    "unknown": b"\x09\x00\x10\x10UN\x00\x00" + UNKNOWN_LENGTH + ITEM + UNKNOWN_LENGTH,
    "item only": ITEM + UNKNOWN_LENGTH,
}


@pytest.mark.timeout(10)
@pytest.mark.parametrize("nest", NESTS)
def test_five_thousand_nested_sequences_end_plainly(nest: str) -> None:
    data = ct_object(ramp())
    start = data.index(b"\x08\x00\x05\x00CS")
    with within(SMALL), pytest.raises(ImagingError) as caught:
        make_picture(open_object(data[:start] + NESTS[nest] * 5000), 0)
    assert caught.value.reason.endswith(".")


@pytest.mark.parametrize("frames", ["2147483647", "9999999999", "-5", "many"])
def test_frames_that_the_bytes_cannot_hold_make_no_list(frames: str) -> None:
    data = ct_object(ramp(), NumberOfFrames="0000000000")
    lying = data.replace(b"0000000000", frames.encode().rjust(10), 1)
    with within(SMALL):
        instance = describe_bytes(lying)
        assert 1 <= len(make_series("1", [instance]).slices) <= 2


@pytest.mark.parametrize("side", [1, 4096, 65535])
def test_sides_that_the_bytes_cannot_hold_allocate_nothing(side: int) -> None:
    lying = ct_object(ramp(), Rows=side, Columns=65535, NumberOfFrames="2147483647")
    with within(SMALL):
        assert is_plain(refusal(lambda: make_picture(open_object(lying), 0)))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.allow_logs("pydicom says what it finds odd about the frame")
def test_an_overlong_run_does_not_take_its_thread_along() -> None:
    """The plug-in once asked second panics on it with something that is no Exception."""
    header = b"".join(n.to_bytes(4, "little") for n in (2, 64, 68)) + bytes(52)
    overlong = bytes([129, 1, 129, 1])  # 256 bytes for a plane of 64
    ds = pydicom.dcmread(io.BytesIO(ct_object(ramp(8, 8))))
    ds.file_meta.TransferSyntaxUID = RLELossless
    ds.PixelData = encapsulate([header + overlong + bytes([193, 1, 200, 0])])
    ds["PixelData"].VR = "OB"
    stream = io.BytesIO()
    ds.save_as(stream)
    assert is_plain(refusal(lambda: make_picture(open_object(stream.getvalue()), 0)))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "header",
    [
        (2, 64, 1 << 31),
        (2, 1 << 20, 64),
        (15, *range(64, 64 + 15)),
        (1 << 30, 64, 70),
        (0, 0, 0),
        (2, 3, 9),
    ],
    ids=["beyond", "backwards", "too many", "absurd", "none", "inside the header"],
)
def test_run_lengths_that_point_out_of_the_file_end_this_frame_and_not_the_program(
    header: tuple[int, ...],
) -> None:
    """In a process of its own: the decoder once followed them out of its memory."""
    words = b"".join(n.to_bytes(4, "little") for n in header)
    frame = words + bytes(max(0, 64 - len(words))) + bytes([193, 1] * 8)
    script = (
        "import sys\n"
        "from app.imaging.codecs import RLE, decode_compressed\n"
        "from app.imaging.dataset import open_object\n"
        "from app.imaging.description import describe\n"
        "from app.imaging.errors import DecodeError\n"
        "from tests.imaging.objects import ct_object, ramp\n"
        "described = describe(open_object(ct_object(ramp(8, 8))))\n"
        "for length in (64, 72, 80):\n"
        "    try:\n"
        f"        decode_compressed({frame!r}[:length], RLE, described)\n"
        "    except DecodeError:\n"
        "        pass\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=False)
    assert done.returncode == 0
