"""Our pictures beside those of dcmtk, GDCM and pylibjpeg, file by file."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.pixels.utils import pixel_array

from app.imaging.codecs import LOSSY, RLE, is_encapsulated
from app.imaging.dataset import open_file
from app.imaging.decode import decode_frame
from app.imaging.picture import GreyPicture, make_picture
from app.imaging.pipeline import render
from app.imaging.voi import Window
from tests.imaging.peers import (
    SERIES,
    dcmtk_levels,
    files_of,
    name_of,
    native_copy,
    pictures,
    single,
)

WORDS_OF_32_BITS = ("rtdose_expb.dcm", "rtdose_expb_1frame.dcm")
"""dcmtk swaps these as words of 16 bits and gets noise; their little-endian twins agree."""


def a_window(picture: GreyPicture) -> Window:
    """Whole numbers, which dcmtk's command line keeps, over the middle half of the values."""
    low, high = sorted(picture.modality.apply(np.array([picture.low, picture.high])))
    return Window(round((low + high) / 2), max(2, round((high - low) / 2)))


def furthest(file: Path, folder: Path) -> int:
    """The largest difference from dcmtk's levels; padding, which is ours, left out."""
    picture = make_picture(open_file(file), 0)
    assert isinstance(picture, GreyPicture)
    window = a_window(picture)
    syntax = open_file(file).transfer_syntax_uid
    source = native_copy(file, syntax, folder) if is_encapsulated(syntax) else file
    assert source is not None
    theirs = dcmtk_levels(source, folder, "+Ww", window.center, window.width)
    assert theirs is not None
    difference = np.abs(render(picture, window).astype(int) - theirs)
    return int((difference if picture.padding is None else difference[~picture.padding]).max())


@pytest.mark.parametrize("file", single(grey=True), ids=name_of)
def test_every_grey_picture_is_within_one_level_of_dcmtk(file: Path, tmp_path: Path) -> None:
    if file.name in WORDS_OF_32_BITS:
        twin = file.with_name(file.name.replace("_expb", ""))
        assert decode_frame(open_file(file)).sha256() == decode_frame(open_file(twin)).sha256()
        return
    assert furthest(file, tmp_path) <= 1


@pytest.mark.parametrize("series", SERIES)
def test_a_real_series_is_within_one_level_from_end_to_end(
    series: str, shared_data: Path, tmp_path: Path
) -> None:
    files = files_of(series)
    assert len(files) > 90
    assert max(furthest(file, tmp_path) for file in (*files[::3], files[-1])) <= 1


@pytest.mark.parametrize("file", single(grey=False), ids=name_of)
def test_every_colour_picture_is_that_of_dcmtk(file: Path, tmp_path: Path) -> None:
    obj = open_file(file)
    picture = make_picture(obj, 0)
    theirs = dcmtk_levels(file, tmp_path)
    if theirs is None:  # compressed, and dcm2pnm has no codecs
        source = native_copy(file, obj.transfer_syntax_uid, tmp_path)
        theirs = None if source is None else dcmtk_levels(source, tmp_path)
    if theirs is None:  # dcmtk and GDCM refuse the data set; Pillow decodes its first frame
        theirs = pixel_array(pydicom.dcmread(file), index=0, decoding_plugin="pillow")
    converted = decode_frame(obj).photometric.value.startswith("YBR")
    lossy = obj.transfer_syntax_uid in LOSSY
    assert np.abs(render(picture).astype(int) - theirs).max() <= (1 if converted or lossy else 0)


def lossless() -> list[Path]:
    return [f for f, (_, s) in pictures().items() if is_encapsulated(s) and s not in LOSSY]


@pytest.mark.parametrize("file", lossless(), ids=name_of)
def test_lossless_frames_decode_bit_identically_elsewhere(file: Path, tmp_path: Path) -> None:
    obj = open_file(file)
    source = native_copy(file, obj.transfer_syntax_uid, tmp_path)
    assert source is not None
    theirs = decode_frame(open_file(source))
    assert decode_frame(obj).sha256() == theirs.sha256()


def test_there_is_something_of_every_lossless_kind() -> None:
    jpeg = {f"1.2.840.10008.1.2.4.{last}" for last in (70, 80, 90)}
    assert {pictures()[file][1] for file in lossless()} >= {RLE, *jpeg}
