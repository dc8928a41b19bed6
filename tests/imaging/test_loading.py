"""What is decoded when, what is kept, and what a hanging decoder costs."""

import queue
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.imaging.cache import ByteCache
from app.imaging.coming import FIRST_BYTES
from app.imaging.dataset import DicomObject, open_file, open_object
from app.imaging.decode import StoredFrame, decode_frame
from app.imaging.errors import DecodeError, DecodeTimeoutError, ImagingError, UnreadableError
from app.imaging.guard import GuardedDecoder
from app.imaging.loader import FrameLoader, Loaded
from app.imaging.order import Direction, wanted_order
from app.imaging.picture import GreyPicture, Picture
from app.imaging.series import SliceRef
from app.imaging.workers.parent import DecodeWorker, time_limit
from app.imaging.writing.recompress import Form
from tests.imaging.objects import ct_object, ramp
from tests.imaging.radiographs import in_form, radiograph

SERVE = (
    "import sys; from app.imaging.workers.child import serve; "
    "serve(sys.stdin.buffer, sys.stdout.buffer)"
)
HANG = (
    "import sys, threading; from app.imaging.workers.frames import write_message; "
    "write_message(sys.stdout.buffer, {'ready': True}); threading.Event().wait()"
)


@dataclass(frozen=True)
class Weight:
    """Something of a known size."""

    nbytes: int


def test_the_cache_drops_the_longest_unused_beyond_its_budget() -> None:
    cache: ByteCache[str, Weight] = ByteCache(100)
    for key in "abc":
        cache.put(key, Weight(40))
        cache.get("a")
    assert [key for key in "abc" if key in cache] == ["a", "c"]
    assert cache.held == 80


def test_what_is_pinned_stays_even_beyond_the_budget() -> None:
    cache: ByteCache[str, Weight] = ByteCache(100)
    cache.pin("a")
    cache.put("a", Weight(90))
    cache.put("b", Weight(90))
    assert "a" in cache
    assert "b" in cache
    cache.unpin("a")
    assert "a" not in cache
    assert cache.held == 90


def test_a_replaced_value_gives_its_bytes_back() -> None:
    cache: ByteCache[str, Weight] = ByteCache(100)
    cache.put("a", Weight(60))
    cache.put("a", Weight(10))
    assert cache.held == 10


def test_standing_still_wants_neighbours_by_distance() -> None:
    assert list(wanted_order(7, 3, Direction.STILL)) == [3, 4, 2, 5, 1, 6, 0]


def test_scrolling_wants_more_of_what_lies_ahead() -> None:
    assert list(wanted_order(10, 2, Direction.FORWARD)) == [2, 3, 4, 5, 1, 6, 7, 8, 0, 9]
    assert list(wanted_order(10, 7, Direction.BACKWARD)) == [7, 6, 5, 4, 8, 3, 2, 1, 9, 0]


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("current", [0, 5, 19])
def test_every_slice_is_wanted_once(current: int, direction: Direction) -> None:
    assert sorted(wanted_order(20, current, direction)) == list(range(20))


@dataclass
class Shelf:
    """A source in memory that counts what is taken, and whose first fetch waits for `gate`."""

    count: int
    gate: threading.Event = field(default_factory=threading.Event)
    fetched: list[str] = field(default_factory=list)
    ready: list[Loaded] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    expected: int = 0

    def refs(self) -> tuple[SliceRef, ...]:
        return tuple(SliceRef(f"2.25.{n}", 0) for n in range(self.count))

    def fetch(self, uid: str) -> tuple[bytes, bool]:
        self.gate.wait(10)
        self.fetched.append(uid)
        if uid.endswith("13"):
            raise UnreadableError("The network is gone.")
        return ct_object(ramp(64, 64), SOPInstanceUID=uid), True

    def on_ready(self, loaded: Loaded) -> None:
        self.ready.append(loaded)
        if len(self.ready) >= self.expected:
            self.done.set()


def loader_of(shelf: Shelf, budget: int = 1 << 24) -> FrameLoader:
    pictures: ByteCache[SliceRef, Picture] = ByteCache(budget)
    return FrameLoader(shelf.fetch, shelf.on_ready, pictures, threads=1)


def test_the_loader_takes_the_current_slice_first_then_ahead_in_the_scroll_direction() -> None:
    shelf = Shelf(10, expected=10)
    loader = loader_of(shelf)
    shelf.gate.set()
    loader.focus(shelf.refs(), 4, Direction.FORWARD)
    assert shelf.done.wait(20)
    loader.close()
    assert [loaded.ref.sop_instance_uid for loaded in shelf.ready] == [
        f"2.25.{n}" for n in wanted_order(10, 4, Direction.FORWARD)
    ]


def test_a_new_focus_reorders_what_has_not_begun() -> None:
    shelf = Shelf(40, expected=3)
    loader = loader_of(shelf)
    loader.focus(shelf.refs(), 0, Direction.STILL)
    loader.focus(shelf.refs(), 30, Direction.STILL)
    shelf.gate.set()
    assert shelf.done.wait(20)
    loader.close()
    order = [loaded.ref.sop_instance_uid for loaded in shelf.ready[:3]]
    assert [uid for uid in order if uid != "2.25.0"][:2] == ["2.25.30", "2.25.31"]


def test_the_prefetch_stops_where_it_would_push_out_what_is_nearer() -> None:
    shelf = Shelf(40, expected=8)
    shelf.gate.set()
    one = 64 * 64 * 2
    loader = loader_of(shelf, budget=one * 10)
    loader.focus(shelf.refs(), 0, Direction.FORWARD)
    assert shelf.done.wait(20)
    loader.close()
    assert shelf.fetched == [f"2.25.{n}" for n in range(8)]


def test_what_is_on_its_way_holds_up_no_thread_and_comes_when_it_is_here() -> None:
    shelf = Shelf(6, expected=4)
    shelf.gate.set()
    loader = loader_of(shelf)
    loader.expect(frozenset({"2.25.3", "2.25.4"}))
    loader.focus(shelf.refs(), 3, Direction.STILL)
    assert shelf.done.wait(20)
    assert sorted(shelf.fetched) == ["2.25.0", "2.25.1", "2.25.2", "2.25.5"]
    shelf.done.clear()
    shelf.expected = 5
    loader.expect(frozenset({"2.25.4"}))
    assert shelf.done.wait(20)
    loader.close()
    assert shelf.fetched[-1] == "2.25.3", "somebody looks at it"


def test_a_slice_that_cannot_be_fetched_reports_why_and_the_rest_loads() -> None:
    shelf = Shelf(15, expected=15)
    shelf.gate.set()
    loader = loader_of(shelf)
    loader.focus(shelf.refs(), 13, Direction.STILL)
    assert shelf.done.wait(20)
    failed = [loaded for loaded in shelf.ready if isinstance(loaded.result, ImagingError)]
    assert [loaded.ref.sop_instance_uid for loaded in failed] == ["2.25.13"]
    assert isinstance(loader.error(shelf.refs()[13]), UnreadableError)
    loader.close()


class Coming:
    """One large picture of which more and more is here."""

    def __init__(self) -> None:
        self.data = in_form(Form.HTJ2K, radiograph(), SOPInstanceUID="2.25.5")
        self.here = FIRST_BYTES
        self.lost = False
        self.came: queue.SimpleQueue[Picture | ImagingError] = queue.SimpleQueue()

    def peek(self, _: str) -> tuple[bytes, bool]:
        if self.lost:
            raise UnreadableError("The network is gone.")
        return self.data[: self.here], self.here >= len(self.data)

    def ready(self, loaded: Loaded) -> None:
        self.came.put(loaded.result)


def test_a_picture_that_comes_is_made_again_when_there_is_more() -> None:
    source, ref = Coming(), SliceRef("2.25.5", 0)
    pictures: ByteCache[SliceRef, Picture] = ByteCache(1 << 26)
    loader = FrameLoader(source.peek, source.ready, pictures)
    loader.focus((ref,), 0, Direction.STILL)
    seen = []
    for here in (FIRST_BYTES * 4, len(source.data)):
        seen.append(source.came.get(timeout=20))
        source.here = here
        loader.renew(ref.sop_instance_uid)
    seen.append(source.came.get(timeout=20))
    loader.renew(ref.sop_instance_uid)  # nothing is begun any more
    loader.close()
    assert [isinstance(one, GreyPicture) and one.coming for one in seen] == [True, True, False]
    assert pictures.get(ref) is seen[-1]
    assert source.came.empty()


def test_a_picture_that_never_becomes_whole_does_not_stay() -> None:
    source, ref = Coming(), SliceRef("2.25.5", 0)
    pictures: ByteCache[SliceRef, Picture] = ByteCache(1 << 26)
    loader = FrameLoader(source.peek, source.ready, pictures)
    loader.focus((ref,), 0, Direction.STILL)
    source.came.get(timeout=20)
    source.lost = True
    loader.renew(ref.sop_instance_uid)
    assert isinstance(source.came.get(timeout=20), UnreadableError)
    loader.close()
    assert pictures.get(ref) is None
    assert isinstance(loader.error(ref), UnreadableError)


def test_a_closed_loader_delivers_nothing_more() -> None:
    shelf = Shelf(5, expected=1)
    loader = loader_of(shelf)
    loader.focus(shelf.refs(), 0, Direction.STILL)
    loader.close(timeout=0)
    shelf.gate.set()
    assert not shelf.ready


def test_a_decoding_process_gives_the_very_samples(wheel: Path) -> None:
    worker = DecodeWorker([sys.executable, "-c", SERVE])
    try:
        for name in ("MR_small_RLE.dcm", "examples_jpeg2k.dcm"):
            obj = open_file(wheel / name)
            assert worker.decode(obj, 0).sha256() == decode_frame(obj).sha256()
    finally:
        worker.close()


def test_a_decoding_process_reports_the_error_it_met(wheel: Path) -> None:
    obj = open_file(wheel / "MR_small_RLE.dcm")
    broken = open_object(obj.data[:-2000])
    worker = DecodeWorker([sys.executable, "-c", SERVE])
    try:
        with pytest.raises(DecodeError, match="ends inside"):
            worker.decode(broken, 0)
        assert worker.decode(obj, 0).samples.shape == (64, 64)
    finally:
        worker.close()


def test_a_hanging_decoder_is_ended_in_its_time(wheel: Path) -> None:
    worker = DecodeWorker([sys.executable, "-c", HANG], limit=0.2)
    with pytest.raises(DecodeTimeoutError, match="too long"):
        worker.decode(open_file(wheel / "MR_small_RLE.dcm"), 0)
    worker.close()


def test_a_process_that_cannot_start_is_a_decode_error(wheel: Path) -> None:
    with pytest.raises(DecodeError, match="cannot be started"):
        DecodeWorker(["/nonexistent/huizhen"]).decode(open_file(wheel / "MR_small_RLE.dcm"), 0)


def test_only_large_frames_get_more_than_two_seconds() -> None:
    assert time_limit(512 * 512 * 2) == 2.0
    assert 2.0 < time_limit(20_000_000 * 2) < 12.0


class CountingWorker(DecodeWorker):
    """Decodes here and counts."""

    def __init__(self) -> None:
        super().__init__(())
        self.calls = 0

    def decode(self, obj: DicomObject, frame: int) -> StoredFrame:
        self.calls += 1
        return decode_frame(obj, frame)


def test_every_compressed_frame_goes_to_a_process_once(wheel: Path) -> None:
    worker = CountingWorker()
    guarded = GuardedDecoder([worker])
    cine = open_file(wheel / "examples_ybr_color.dcm")
    for frame in (0, 1, 2, 1, 0):
        guarded.decode(cine, frame)
    guarded.decode(open_file(wheel / "CT_small.dcm"), 0)
    assert worker.calls == 3
