"""Pages drawn and searched, and what a hostile PDF may do."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.imaging.dataset import open_file
from app.imaging.document import read_document
from app.imaging.errors import ImagingError, MalformedError
from app.viewers.document.pdf import MAX_PIXELS, Pdf
from tests.viewers.document.pdfs import pdf_of


def dark(image: QImage) -> np.ndarray:
    """Where a page is black, as rows by columns."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    flat = np.frombuffer(grey.constBits(), np.uint8)
    rows = flat.reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()] < 64


@pytest.fixture
def two(qapp: QApplication) -> Pdf:
    return Pdf(pdf_of("Befund unauffällig", "second page, Befund again"))


def test_a_page_is_drawn_at_the_asked_resolution_the_right_way_up(two: Pdf) -> None:
    assert len(two.sizes) == 2
    for scale in (1.0, 2.0):
        image = two.draw(0, scale)
        assert image.width() == pytest.approx(595 * scale, abs=2)
        assert image.height() == pytest.approx(842 * scale, abs=2)
        marked = dark(image)
        box = marked[image.height() // 3 :]
        rows = np.nonzero(box)[0]
        assert rows.max() - rows.min() == pytest.approx(100 * scale, abs=2)
        assert box.sum() == pytest.approx((100 * scale) ** 2, rel=0.03)
        assert marked[: int(120 * scale)].any(), "the text is at the top"


def test_a_text_is_found_in_any_case_with_its_place(two: Pdf) -> None:
    (hit,) = two.find(0, "befund")
    left, top, right, bottom = hit.boxes[0]
    assert left < right
    assert top < bottom
    assert 40 < top < 120, "near the top of the page, counted from there"
    assert two.find(1, "Befund")
    assert two.find(0, "second") == []
    assert "unauffällig" in two.text(0)


def test_a_huge_page_is_drawn_coarser(qapp: QApplication) -> None:
    image = Pdf(pdf_of("x")).draw(0, 400.0)
    assert image.width() * image.height() <= MAX_PIXELS * 1.01


def test_real_documents_are_drawn(shared_data: Path) -> None:
    for path in sorted((shared_data / "conformance" / "pdf").iterdir()):
        pdf = Pdf(read_document(open_file(path)).data)
        assert dark(pdf.draw(0, 1.0)).any()


def test_a_closed_document_answers_nothing(two: Pdf) -> None:
    two.close()
    two.close()
    assert two.text(0) == ""
    assert two.find(0, "Befund") == []
    with pytest.raises(MalformedError):
        two.draw(0, 1.0)


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n" + b"\0" * 5000, b""])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        Pdf(data)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_damaged_files_end_in_a_reason_or_a_page(qapp: QApplication, data: st.DataObject) -> None:
    whole = bytearray(pdf_of("one", "two"))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(8, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    try:
        pdf = Pdf(bytes(whole))
        image = pdf.draw(0, 0.5)
    except ImagingError:
        return
    assert image.width() * image.height() <= MAX_PIXELS * 1.01
