"""Large pictures in HTJ2K are seen coarsely before all of them has come."""

import io
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate

from app.imaging.coming import FIRST_BYTES, GROWTH, Growth
from app.imaging.dataset import open_object
from app.imaging.decode import decode_frame
from app.imaging.guard import guarded_decoder
from app.imaging.writing.recompress import Form
from tests.imaging.objects import altered
from tests.imaging.radiographs import in_form, radiograph

PIXEL_ITEM = b"\xe0\x7f\x10\x00OB"


@pytest.fixture(scope="module")
def whole() -> bytes:
    return in_form(Form.HTJ2K, radiograph())


def looks(data: bytes, step: int = 16 << 10) -> list[int]:
    """After how many bytes a look is due when they come in such steps."""
    growth = Growth()
    return [n for n in range(step, len(data) + step, step) if growth.due(data[:n])]


def test_looks_are_few_and_each_has_much_more_than_the_one_before(whole: bytes) -> None:
    found = looks(whole)
    assert found[0] == FIRST_BYTES
    assert 2 <= len(found) <= 4
    assert all(after >= GROWTH * before for before, after in pairwise(found))


def test_each_look_is_the_whole_picture_and_sharper(whole: bytes) -> None:
    true = radiograph().astype(np.float64)
    errors = []
    for n in looks(whole):
        stored = decode_frame(open_object(whole[:n]))
        assert stored.partial
        assert stored.samples.shape == true.shape
        errors.append(float(np.abs(stored.samples - true).mean()))
    # The noise of the detector is 10 on average: shapes are right from the first look on.
    assert errors[0] < 30
    assert errors == sorted(errors, reverse=True)
    assert not decode_frame(open_object(whole)).partial
    assert np.array_equal(decode_frame(open_object(whole)).samples, true)


def test_a_beginning_is_decoded_in_a_guarded_process_as_well(whole: bytes) -> None:
    begun = open_object(whole[: FIRST_BYTES * 2])
    decoder = guarded_decoder(processes=1)
    try:
        assert decoder.decode(begun, 0).sha256() == decode_frame(begun).sha256()
    finally:
        decoder.close()


@pytest.mark.parametrize("form", [Form.JPEG_LS, Form.JPEG_2000])
def test_what_cannot_be_decoded_from_its_beginning_is_waited_for(form: Form) -> None:
    growth = Growth()
    data = in_form(form, radiograph())
    assert not growth.due(data[: FIRST_BYTES * 2])
    assert growth.hopeless


def test_small_pictures_and_films_are_waited_for() -> None:
    assert looks(in_form(Form.HTJ2K, radiograph(700, 900))) == []

    def two_frames(ds: pydicom.Dataset) -> None:
        frame = next(pydicom.encaps.generate_frames(ds.PixelData, number_of_frames=1))
        ds.NumberOfFrames, ds.PixelData = 2, encapsulate([frame, frame])

    assert looks(altered(in_form(Form.HTJ2K, radiograph()), two_frames)) == []


def test_layers_before_resolutions_are_waited_for(whole: bytes) -> None:
    place = whole.index(b"\xff\x52", whole.index(PIXEL_ITEM))
    layered = bytearray(whole)
    layered[place + 5], layered[place + 7] = 0, 2  # LRCP, two layers
    assert looks(bytes(layered)) == []
    layered[place + 7] = 1  # a single layer: resolutions again
    assert looks(bytes(layered)) != []


def test_pixels_that_begin_late_are_looked_at_later(whole: bytes) -> None:
    def long_header(ds: pydicom.Dataset) -> None:
        block = ds.private_block(0x0029, "CLINIC SCANNER", create=True)
        block.add_new(0x10, "OB", bytes(FIRST_BYTES * 2))

    late = altered(whole, long_header)
    growth = Growth()
    assert not growth.due(late[:FIRST_BYTES])
    assert not growth.hopeless
    assert growth.due(late[: FIRST_BYTES * GROWTH])


def test_rubbish_is_given_up(whole: bytes) -> None:
    growth = Growth()
    assert not growth.due(bytes(FIRST_BYTES))
    assert growth.hopeless


def test_a_damaged_whole_picture_is_not_shown_as_if_it_were_sharp(whole: bytes) -> None:
    ds = pydicom.dcmread(io.BytesIO(whole))
    frame = next(pydicom.encaps.generate_frames(ds.PixelData, number_of_frames=1))
    ds.PixelData = encapsulate([frame[: len(frame) // 3 * 2]])
    out = io.BytesIO()
    ds.save_as(out)
    with pytest.raises(Exception, match="damaged"):
        decode_frame(open_object(out.getvalue()))


def test_other_pictures_are_known_without_a_parser() -> None:
    """Loading one takes longer than a picture takes on a good line."""
    head = (bytes(128) + b"DICM" + b"1.2.840.10008.1.2.4.80\0").ljust(FIRST_BYTES, b"\0")
    check = (
        "import sys; from app.imaging.coming import Growth; growth = Growth(); "
        f"growth.due(sys.stdin.buffer.read({FIRST_BYTES})); "
        "sys.exit(not growth.hopeless or 'pydicom' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], input=head, check=True)
