"""Bytes on the wire after recompression, beside the smallest form of each image."""

import io
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from pydicom import dcmread

from app.imaging.attributes import text
from app.imaging.codecs import JPEG_2000, JPEG_LS
from app.imaging.dataset import open_object
from app.imaging.errors import ImagingError
from app.imaging.writing.recompress import recompressed, suitable_forms
from app.transfer.importer import READERS
from app.transfer.lightening import Lightener
from app.transfer.line import FIRST_GUESS
from tests.bench.measure import Bound, Goal, Measure
from tests.imaging.conftest import WHEEL, shared_root

MODALITIES = ("CT", "MR", "CR", "US")
MOST_FILES = 40
MOST_BYTES = 32 << 20
_PACKED = JPEG_LS | JPEG_2000


def run() -> Iterator[Measure]:
    """Real pictures of each kind over a township's 4 Mbit/s."""
    found = _files()
    for modality in MODALITIES:
        if not found[modality]:
            print(f"wire: no uncompressed {modality} at hand to recompress", file=sys.stderr)
            continue
        yield from _kind(modality, found[modality])


def _files() -> dict[str, list[bytes]]:
    """Pictures of the wheel and of the data beside the project, as a scanner would have them."""
    found: dict[str, list[bytes]] = {modality: [] for modality in MODALITIES}
    for root in (WHEEL, shared_root()):
        for path in sorted(root.rglob("*")):
            if not path.is_file() or path.stat().st_size > MOST_BYTES:
                continue
            try:
                obj = open_object(path.read_bytes())
            except ImagingError:
                continue
            kind = found.get(text(obj.dataset, "Modality"))
            if kind is None or len(kind) >= MOST_FILES:
                continue
            if obj.transfer_syntax_uid in _PACKED:
                obj = open_object(_uncompressed(obj.data))
            if suitable_forms(obj):
                kind.append(obj.data)
    return found


def _uncompressed(data: bytes) -> bytes:
    dataset = dcmread(io.BytesIO(data))
    dataset.decompress(generate_instance_uid=False)
    out = io.BytesIO()
    dataset.save_as(out)
    return out.getvalue()


def _kind(modality: str, files: list[bytes]) -> Iterator[Measure]:
    raw = sum(len(data) for data in files)
    lightener = Lightener(lambda: FIRST_GUESS, READERS)
    began = time.perf_counter()
    with ThreadPoolExecutor(READERS) as pool:
        made = list(pool.map(lightener.lighter, files))
    took = time.perf_counter() - began
    sent = sum(
        len(data if new is None else new.data) for data, new in zip(files, made, strict=True)
    )
    smallest = sum(_smallest(data) for data in files)
    yield Measure(
        f"wire: {len(files)} {modality} after lossless recompression",
        sent / 1e6,
        "MB",
        beside="the smallest of JPEG-LS, JPEG 2000 and HTJ2K for each",
        beside_value=smallest / 1e6,
        goal=Goal(Bound.AT_MOST, 1.02, of_ratio=True),
        note=f"{sent / raw:.2f} of the files",
    )
    yield Measure(
        f"wire: {len(files)} {modality}, recompressed and then sent at 4 Mbit/s",
        took + sent / FIRST_GUESS,
        "s",
        beside="sent as they are",
        beside_value=raw / FIRST_GUESS,
        goal=Goal(Bound.AT_MOST, 1, of_ratio=True),
        note=f"{took:.1f} s of it to recompress",
    )


def _smallest(data: bytes) -> int:
    """Bytes of an image in its smallest form, which may be the one it has."""
    forms = suitable_forms(open_object(data))
    made = [new for form in forms if (new := recompressed(data, form)) is not None]
    return min([len(data), *(len(new.data) for new in made)])
