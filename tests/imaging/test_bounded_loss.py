"""Loss that somebody chose: bounded for every pixel, written down, never where it may not be."""

import io

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

from app.imaging.dataset import open_object
from app.imaging.decode import decode_frame, is_lossy
from app.imaging.writing.bounded_loss import METHOD, NEAR_LOSSLESS, with_bounded_loss
from app.imaging.writing.recompress import Form, recompressed
from tests.imaging.objects import altered, ct_object


def noisy(**attributes: object) -> bytes:
    """A body in air, values of 4000 and noise as of a scanner."""
    y, x = np.mgrid[:256, :256]
    body = np.where(np.hypot(x - 128, y - 128) < 100, 40, -1000)
    bone = np.where(np.hypot(x - 128, y - 60) < 20, 2900, 0)
    noise = np.random.default_rng(3).normal(0, 12, body.shape)
    return ct_object((body + bone + noise).astype(np.int16), **attributes)


def values(data: bytes) -> NDArray[np.int64]:
    return decode_frame(open_object(data), 0).samples.astype(np.int64)


def test_no_value_changes_by_more_than_a_thousandth_of_the_values() -> None:
    data = noisy()
    made = with_bounded_loss(data)
    assert made is not None
    before, after = values(data), values(made.data)
    bound = (before.max() - before.min()) // 1024
    assert 0 < np.abs(after - before).max() <= bound == 3


def test_it_is_much_smaller_than_without_loss() -> None:
    data = noisy()
    made, lossless = with_bounded_loss(data), recompressed(data, Form.JPEG_LS)
    assert made is not None
    assert lossless is not None
    assert len(made.data) < 0.8 * len(lossless.data)


def test_the_attributes_say_what_was_lost_and_the_rest_stays() -> None:
    data = noisy(DerivationDescription="Averaged")
    made = with_bounded_loss(data)
    assert made is not None
    was, now = (pydicom.dcmread(io.BytesIO(one)) for one in (data, made.data))
    assert now.file_meta.TransferSyntaxUID == NEAR_LOSSLESS
    assert (now.LossyImageCompression, now.LossyImageCompressionMethod) == ("01", METHOD)
    native = was.Rows * was.Columns * 2
    assert float(now.LossyImageCompressionRatio) == pytest.approx(native / len(made.data), rel=0.1)
    assert now.DerivationDescription.startswith("Averaged; ")
    assert "no stored value differs by more than 3" in now.DerivationDescription
    assert now.DerivationCodeSequence[0].CodeValue == "113040"
    assert now.SOPInstanceUID == was.SOPInstanceUID
    assert str(now.PatientName) == str(was.PatientName)
    assert is_lossy(open_object(made.data)), "the viewer's badge follows from this"


def test_private_elements_survive() -> None:
    def add(ds: pydicom.Dataset) -> None:
        block = ds.private_block(0x0009, "ACME", create=True)
        block.add_new(0x01, "LO", "mA 120")

    made = with_bounded_loss(altered(noisy(), add))
    assert made is not None
    now = pydicom.dcmread(io.BytesIO(made.data))
    assert now.private_block(0x0009, "ACME")[0x01].value == "mA 120"


def test_pixels_that_mean_nothing_come_back_exactly_or_nothing_is_lost() -> None:
    pixels = np.where(np.hypot(*np.mgrid[-128:128, -128:128]) < 110, values(noisy()), -2000)
    made = with_bounded_loss(ct_object(pixels.astype(np.int16), PixelPaddingValue=-2000))
    assert made is None or np.array_equal(values(made.data) == -2000, pixels == -2000)
    rough = pixels + np.where(pixels == -2000, np.indices(pixels.shape).sum(axis=0) % 2, 0)
    sprinkled = ct_object(rough.astype(np.int16), PixelPaddingValue=-2000)
    assert with_bounded_loss(sprinkled) is None, "a neighbour of the padding value became it"


@pytest.mark.parametrize("modality", ["MG", "PT", "NM", "SM", "SEG"])
def test_kinds_that_need_every_value_are_left_alone(modality: str) -> None:
    assert with_bounded_loss(noisy(Modality=modality)) is None


def test_what_lost_something_before_loses_no_more() -> None:
    assert with_bounded_loss(noisy(LossyImageCompression="01")) is None
    made = with_bounded_loss(noisy())
    assert made is not None
    assert with_bounded_loss(made.data) is None
