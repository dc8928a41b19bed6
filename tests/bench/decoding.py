"""Pixels without a window: decoding beside the codec library alone, a window step beside a copy."""

import io
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from app.imaging.cache import ByteCache
from app.imaging.dataset import open_object
from app.imaging.decode import decode_frame
from app.imaging.guard import GuardedDecoder, guarded_decoder
from app.imaging.loader import FrameLoader, Loaded
from app.imaging.order import Direction
from app.imaging.picture import GreyPicture, Picture, make_picture
from app.imaging.pipeline import display
from app.imaging.resample import fit, resample
from app.imaging.series import SliceRef
from app.imaging.voi import Window
from tests.bench.errors import BenchFailed
from tests.bench.hands import VIEWPORT
from tests.bench.instances import Factory
from tests.bench.measure import Bound, Goal, Measure, percentile

FRAMES, ROUNDS, STEPS, CORES = 120, 3, 200, 2
PATIENCE_S = 120
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Codec:
    """A lossless syntax, and the fastest library that reads it."""

    name: str
    uid: str
    encode: Callable[[NDArray[np.uint16]], bytes | bytearray]
    decode: Callable[[bytes], NDArray[np.uint16]]


CODECS = (
    Codec(
        "JPEG-LS", "1.2.840.10008.1.2.4.80", imagecodecs.jpegls_encode, imagecodecs.jpegls_decode
    ),
    Codec(
        "JPEG 2000",
        "1.2.840.10008.1.2.4.90",
        lambda samples: imagecodecs.jpeg2k_encode(samples, codecformat="j2k", reversible=True),
        imagecodecs.jpeg2k_decode,
    ),
    Codec(
        "JPEG Lossless",
        "1.2.840.10008.1.2.4.70",
        imagecodecs.ljpeg_encode,
        imagecodecs.jpeg8_decode,
    ),
)


def run() -> Iterator[Measure]:
    """Throughput of every codec, then the window step."""
    for codec in CODECS:
        yield from _throughput(codec)
    yield _window_step()


@dataclass(slots=True)
class _Study:
    """Files by SOP Instance UID, and the bare code streams in them."""

    files: dict[str, bytes] = field(default_factory=dict)
    streams: list[bytes] = field(default_factory=list)


def _study(codec: Codec) -> _Study:
    made = _Study()
    for one in Factory().study(FRAMES):
        dataset = dcmread(io.BytesIO(one.data))
        stream = bytes(codec.encode(dataset.pixel_array))
        made.streams.append(stream)
        made.files[one.sop_instance_uid] = _compressed(dataset, codec.uid, stream)
    return made


def _compressed(dataset: Dataset, syntax: str, stream: bytes) -> bytes:
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.PixelData = encapsulate([stream])
    dataset["PixelData"].is_undefined_length = True
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def _throughput(codec: Codec) -> Iterator[Measure]:
    """Frames of files known to be sound beside bare code streams; then files nobody has seen."""
    study = _study(codec)
    objects = [open_object(data) for data in study.files.values()]
    known, alone, unseen = [], [], []
    for _ in range(ROUNDS):
        known.append(_in_threads(decode_frame, objects))
        alone.append(_in_threads(codec.decode, study.streams))
        unseen.append(_unseen(study))
    yield Measure(
        f"decode: {codec.name}, 512² frames a second, both cores",
        percentile(known, 50),
        "1/s",
        beside="imagecodecs alone, code stream to samples",
        beside_value=percentile(alone, 50),
        goal=Goal(Bound.AT_LEAST, 0.95, of_ratio=True),
    )
    yield Measure(
        f"decode: {codec.name}, unknown files to pictures, each decoded in a guarded process",
        percentile(unseen, 50),
        "1/s",
        beside="imagecodecs alone, code stream to samples",
        beside_value=percentile(alone, 50),
    )


def _in_threads(decode: Callable[[T], object], frames: Sequence[T]) -> float:
    with ThreadPoolExecutor(CORES) as pool:
        began = time.perf_counter()
        list(pool.map(decode, frames))
        return len(frames) / (time.perf_counter() - began)


def _unseen(study: _Study) -> float:
    decoder = guarded_decoder(CORES)
    try:
        first = dict(list(study.files.items())[:CORES])
        _load(_Study(first), decoder)  # starts the processes
        left = {uid: data for uid, data in study.files.items() if uid not in first}
        return _load(_Study(left), decoder)
    finally:
        decoder.close()


def _load(study: _Study, decoder: GuardedDecoder) -> float:
    """Pictures a second through the loader of the viewer."""
    done, every = threading.Semaphore(0), [SliceRef(uid, 0) for uid in study.files]
    failed: list[object] = []

    def ready(loaded: Loaded) -> None:
        if not isinstance(loaded.result, GreyPicture):
            failed.append(loaded.result)
        done.release()

    pictures: ByteCache[SliceRef, Picture] = ByteCache(1 << 30)

    def whole(uid: str) -> tuple[bytes, bool]:
        return study.files[uid], True

    loader = FrameLoader(whole, ready, pictures, decoder=decoder, threads=CORES)
    try:
        began = time.perf_counter()
        loader.focus(every, 0, Direction.FORWARD)
        for _ in every:
            if not done.acquire(timeout=PATIENCE_S):
                raise BenchFailed("a frame was not decoded")
        took = time.perf_counter() - began
    finally:
        loader.close()
    if failed:
        raise BenchFailed(f"a frame could not be decoded: {failed[0]}")
    return len(every) / took


def _window_step() -> Measure:
    """One table look-up of a viewport, beside copying the pixels the screen gets for it."""
    picture = make_picture(open_object(Factory().study(1)[0].data), 0)
    assert isinstance(picture, GreyPicture)
    view = resample(picture, fit(picture, *VIEWPORT))
    shown = np.zeros((VIEWPORT[1], VIEWPORT[0], 4), np.uint8)
    target = shown.copy()
    steps, copies = [], []
    for step in range(STEPS):
        began = time.perf_counter()
        display(view, Window(40.0 + step, 400.0))
        looked = time.perf_counter()
        np.copyto(target, shown)
        copies.append(1000 * (time.perf_counter() - looked))
        steps.append(1000 * (looked - began))
    return Measure(
        f"viewer: window step of {VIEWPORT[0]}×{VIEWPORT[1]} to grey levels, median",
        percentile(steps, 50),
        "ms",
        beside="copying the viewport's screen pixels",
        beside_value=percentile(copies, 50),
        goal=Goal(Bound.AT_MOST, 2.0, of_ratio=True),
    )
