"""Pictures the server draws, beside those of dcmtk."""

import subprocess
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from server.api.dicomweb.pixelfile import PixelFile
from server.api.dicomweb.rendering import PNG, render
from server.api.dicomweb.tables import coloured
from tests.imaging.conftest import WHEEL
from tests.imaging.peers import pnm, program
from tests.server.images import file_bytes, new_study, stow
from tests.server.people import Valley
from tests.server.test_wado import get, path_of

PROGRAMS = ("dcm2pnm", "dcmj2pnm", "dcml2pnm")
"""Without codecs, with those of JPEG, with that of JPEG-LS."""
Levels = NDArray[np.uint8]


def drawn(file: Path) -> Levels:
    with file.open("rb") as source:
        return np.asarray(imagecodecs.png_decode(render(PixelFile(source), 0, PNG, None, 90)))


def dcmtks(file: Path, found: Dataset, folder: Path) -> Levels | None:
    """The first frame without overlays; None where dcmtk refuses the file."""
    options: tuple[str, ...] = ()
    if str(found.PhotometricInterpretation).startswith("MONOCHROME"):
        options = ("+Wm",)  # the full range
        if "WindowCenter" in found:
            options = ("+Wi", "1")
        if "VOILUTSequence" in found:
            options = ("+Wl", "1")
    out = folder / "dcmtk.pnm"
    for name in PROGRAMS:
        argv = [program(name), "-q", "-O", *options, str(file), str(out)]
        if subprocess.run(argv, capture_output=True, check=False).returncode == 0:
            return pnm(out.read_bytes())
    return None


@pytest.mark.parametrize(
    ("folder", "compared"),
    [
        ("mlut", 15),
        ("vlut", 11),
        ("clut", 1),
        ("color", 5),
        ("compression1", 30),
        ("overlay", 7),
        ("pixel-nonsquare", 9),
        ("pixel-spacing", 7),
        ("shutter", 2),
        ("pr-plut", 8),
    ],
)
def test_pictures_of_the_conformance_data_are_those_of_dcmtk(
    folder: str, compared: int, shared_data: Path, tmp_path: Path
) -> None:
    done = 0
    for file in sorted((shared_data / "conformance" / folder).rglob("*.dcm")):
        found = pydicom.dcmread(file, stop_before_pixels=True)
        theirs = dcmtks(file, found, tmp_path) if "Rows" in found else None
        if theirs is None:
            continue
        ours = drawn(file)
        assert ours.shape == theirs.shape, file.name
        # A lossy picture, and the ramp of a wide window, are rounded elsewhere.
        assert np.abs(ours.astype(int) - theirs).mean() <= 1, file.name
        done += 1
    assert done >= compared


def test_a_palette_is_shown_in_its_colours(tmp_path: Path) -> None:
    file = WHEEL / "examples_palette.dcm"
    theirs = dcmtks(file, pydicom.dcmread(file, stop_before_pixels=True), tmp_path)
    assert theirs is not None
    assert np.abs(drawn(file).astype(int) - theirs).max() <= 1


def with_palette(first: int, segments: list[int]) -> Dataset:
    made = new_study(1, 32)[0]
    made.PhotometricInterpretation = "PALETTE COLOR"
    made.BitsAllocated = made.BitsStored = 16
    made.HighBit, made.PixelRepresentation = 15, 1
    del made.RescaleSlope, made.RescaleIntercept, made.WindowCenter, made.WindowWidth
    made.PixelData = np.arange(-512, 512, dtype="<i2").tobytes()
    for colour in ("Red", "Green", "Blue"):
        name = f"{colour}PaletteColorLookupTable"
        made.add_new(f"{name}Descriptor", "US", [16, first, 16])
        data = np.array(segments, "<u2").tobytes()
        made.add_new(f"Segmented{name}Data", "OW", data)
    return made


def test_a_segmented_palette_begins_below_zero_and_is_followed(valley: Valley) -> None:
    """4 entries, a ramp to 200·256 in 4 steps, and once more both (PS3.3 C.7.9.2)."""
    segments = [0, 4, 0, 1 << 8, 2 << 8, 3 << 8, 1, 4, 203 << 8, 2, 2, 0, 0]
    made = with_palette(65536 - 8, segments)  # a US, as careless programs write it
    assert stow(valley.doctor, [file_bytes(made)]).status_code == 200
    answer = get(valley.doctor, path_of(made) + "/rendered", "image/png")
    assert answer.status_code == 200, answer.text
    red = imagecodecs.png_decode(answer.content)[..., 0].ravel()
    entries = [0, 1, 2, 3, 53, 103, 153, 203, 0, 1, 2, 3, 53, 103, 153, 203]
    assert red[:504].max() == 0
    assert red[504:520].tolist() == entries
    assert set(red[520:].tolist()) == {203}


@pytest.mark.parametrize(
    "segments",
    [[7, 1, 2, 3], [2, 1, 9, 0], [1, 4, 100], [0, 0, 2, 60000, 0, 0], []],
    ids=["no such kind", "ahead of itself", "a ramp from nowhere", "without end", "empty"],
)
def test_a_broken_palette_is_told_in_words(valley: Valley, segments: list[int]) -> None:
    made = with_palette(0, segments)
    assert stow(valley.doctor, [file_bytes(made)]).status_code == 200
    answer = get(valley.doctor, path_of(made) + "/rendered", "image/png")
    assert answer.status_code == 406
    assert "palette" in answer.json()["title"]


def test_a_palette_of_eight_bits_may_have_more_entries_than_eight_bits_count() -> None:
    found = Dataset()
    for colour in ("Red", "Green", "Blue"):
        name = f"{colour}PaletteColorLookupTable"
        found.add_new(f"{name}Descriptor", "US", [512, 0, 8])
        data = bytes(n // 2 for n in range(512))
        found.add_new(f"{name}Data", "OW", data)
    picture = coloured(np.array([[0, 300, 511, 900]], np.uint16), found)
    assert picture[..., 2].tolist() == [[0, 150, 255, 255]]
