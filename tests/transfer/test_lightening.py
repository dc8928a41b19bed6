"""Which form an image takes depends on the line and on what it costs here."""

from collections.abc import Callable

import numpy as np
import pytest

from app.imaging.writing.recompress import Form, recompressed, restored
from app.transfer.lightening import TRIALS, Costs, Lightener
from tests.imaging.objects import ct_object

SLOW, FAST = 500_000.0, 5e9


def image(number: int = 0) -> bytes:
    y, x = np.mgrid[:128, :160]
    pixels = (900 * np.sin(x / 25) * np.cos(y / 19) + 100 + number).astype(np.int16)
    return ct_object(pixels, SeriesInstanceUID="2.25.77")


def no_time() -> Callable[[], float]:
    return lambda: 0.0


def test_on_a_slow_line_the_smallest_form_is_taken() -> None:
    lightener = Lightener(lambda: SLOW, threads=2, clock=no_time())
    sizes = []
    for number in range(TRIALS + 3):
        data = image(number)
        new = lightener.lighter(data)
        assert new is not None
        assert restored(new.data) == data
        made = [recompressed(data, form) for form in Form]
        sizes.append((len(new.data), min(len(one.data) for one in made if one is not None)))
    assert all(taken == smallest for taken, smallest in sizes)


@pytest.mark.parametrize("number", range(2))
def test_where_compressing_takes_longer_than_sending_images_go_as_they_are(number: int) -> None:
    ticks = iter(range(1000))
    lightener = Lightener(lambda: FAST, threads=2, clock=lambda: float(next(ticks)))
    for _ in range(number):
        lightener.lighter(image())
    assert lightener.lighter(image()) is None


def test_a_faster_line_changes_the_form_of_the_images_that_follow() -> None:
    ticks = iter(range(1000))
    line = [1.0]
    lightener = Lightener(lambda: line[0], threads=2, clock=lambda: float(next(ticks)))
    for _ in range(TRIALS):
        assert lightener.lighter(image()) is not None
    line[0] = FAST
    assert lightener.lighter(image()) is None


def test_a_form_that_failed_once_is_not_chosen_for_the_rest() -> None:
    costs = Costs()
    costs.add({None: (0.0, 1000), Form.JPEG_LS: (0.0, 300), Form.JPEG_2000: (0.0, 400)})
    costs.add({None: (0.0, 1000), Form.JPEG_2000: (0.0, 400)})
    assert costs.soonest(1.0, 1) is Form.JPEG_2000


def test_what_is_compressed_already_costs_no_trial() -> None:
    lightener = Lightener(lambda: SLOW, threads=2, clock=no_time())
    new = lightener.lighter(image())
    assert new is not None
    assert lightener.lighter(new.data) is None
