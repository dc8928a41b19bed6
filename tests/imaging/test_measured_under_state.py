"""A presentation state governs what is displayed, and nothing that is measured (PS3.4 N.2)."""

from app.imaging.dataset import open_object
from app.imaging.measurement import Quantity, ellipse_patch, pixel_value, statistics
from app.imaging.picture import make_picture
from tests.imaging.objects import altered, ct_object, item, ramp
from tests.imaging.test_presentation import under


def test_values_are_measured_by_the_picture_s_own_transform_whatever_the_state_displays() -> None:
    data = ct_object(ramp(), RescaleSlope=2, RescaleIntercept=-24, RescaleType="HU")
    patch = ellipse_patch((2, 3), (9, 8), (32, 48))
    alone = make_picture(open_object(data), 0)
    lut = item(LUTDescriptor=[256, 0, 8], LUTData=bytes(256), ModalityLUTType="OD")
    for stated in (
        under(data),
        under(data, RescaleSlope=5, RescaleIntercept=1, RescaleType="US"),
        under(data, ModalityLUTSequence=[lut]),
    ):
        assert statistics(stated, patch) == statistics(alone, patch)
        assert pixel_value(stated, (4.5, 6.5)) == pixel_value(alone, (4.5, 6.5))


def test_where_the_picture_knows_no_values_those_of_the_state_are_measured() -> None:
    data = altered(ct_object(ramp()), lambda ds: setattr(ds, "Modality", "OT"))
    stated = under(data, RescaleSlope=2, RescaleIntercept=-24, RescaleType="OD")
    expected = float(ramp()[6, 4]) * 2 - 24
    assert pixel_value(stated, (4.5, 6.5)) == Quantity(expected, "OD")


def test_padding_counts_nothing_in_a_measurement_though_the_state_displays_it() -> None:
    pixels = ramp()
    pixels[4, 4] = -2000
    data = ct_object(pixels, PixelPaddingValue=-2000)
    assert pixel_value(under(data), (4.5, 4.5)) is None
