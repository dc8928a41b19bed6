"""Where pictures lie on paper."""

from itertools import combinations

import pytest

from app.imaging.film import GRIDS, MARGIN_MM, Box, page_count, slots


def apart(a: Box, b: Box) -> bool:
    return (
        a.left + a.width <= b.left
        or b.left + b.width <= a.left
        or a.top + a.height <= b.top
        or b.top + b.height <= a.top
    )


@pytest.mark.parametrize("size", [(210.0, 297.0), (297.0, 210.0), (297.0, 420.0)])
@pytest.mark.parametrize("per_page", GRIDS)
def test_every_picture_and_its_words_have_room_of_their_own(
    size: tuple[float, float], per_page: int
) -> None:
    found = slots(*size, per_page)
    assert len(found) == per_page
    boxes = [box for slot in found for box in (slot.picture, slot.words)]
    for box in boxes:
        assert box.left >= MARGIN_MM - 1e-6
        assert box.left + box.width <= size[0] - MARGIN_MM + 1e-6
        assert box.top >= MARGIN_MM
        assert box.top + box.height <= size[1] - MARGIN_MM
        assert box.width > 20
        assert box.height > 5
    assert all(apart(a, b) for a, b in combinations(boxes, 2))


def test_they_go_by_rows() -> None:
    first, second, third, *_ = slots(210.0, 297.0, 4)
    assert first.picture.top == second.picture.top
    assert first.picture.left == third.picture.left
    assert second.picture.left > first.picture.left
    assert third.picture.top > first.picture.top


def test_paper_on_its_side_has_its_grid_turned() -> None:
    tops = {slot.picture.top for slot in slots(297.0, 210.0, 6)}
    assert len(tops) == 2


@pytest.mark.parametrize(("pictures", "pages"), [(1, 1), (6, 1), (7, 2), (13, 3)])
def test_as_many_pages_as_needed(pictures: int, pages: int) -> None:
    assert page_count(pictures, 6) == pages
