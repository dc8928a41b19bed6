"""Reports in the reader's language: codes, numbers, units; the file's own words elsewhere."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from pydicom import dcmread
from PySide6.QtCore import QLocale
from PySide6.QtGui import QFont, QTextCursor, QTextDocument

from app.imaging.annotation import Annotation, AnnotationKind, measured
from app.imaging.coded import Code
from app.imaging.dataset import open_object
from app.imaging.picture import make_picture
from app.imaging.series import SliceRef, describe_instance
from app.imaging.structured_report import read_report
from app.imaging.writing.measurement_report import write_measurement_report
from app.imaging.writing.origin import Author, to_bytes
from app.kit.theme import colours
from app.viewers.document.code_words import code_words, rounded
from app.viewers.document.report_html import report_page
from protocol.base import new_id
from tests.imaging.objects import ct_object, ramp


@pytest.fixture
def chinese() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("zh_CN"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def report() -> bytes:
    """A length and an ellipse as this program writes them."""
    obj = open_object(ct_object(ramp(), PixelSpacing=[0.713, 0.713], RescaleType="HU"))
    picture, uid = make_picture(obj, 0), str(obj.dataset.SOPInstanceUID)
    drawn = [
        Annotation(new_id(), SliceRef(uid, 0), kind, ((3.0, 4.0), (21.0, 17.0)))
        for kind in (AnnotationKind.LENGTH, AnnotationKind.ELLIPSE)
    ]
    findings = [(one, measured(one, picture)) for one in drawn]
    return to_bytes(write_measurement_report(findings, {uid: obj.dataset}, Author("陈一明")))


def page_of(data: bytes) -> QTextDocument:
    obj = open_object(data)
    page = report_page(
        read_report(obj), describe_instance(obj), colours("light"), lambda _reference: ""
    )
    document = QTextDocument()
    document.setDefaultFont(QFont("Noto Sans CJK SC", 10))
    document.setHtml(page.html)
    return document


def test_a_measurement_report_reads_in_chinese(report: bytes, chinese: None) -> None:
    told = page_of(report).toPlainText()
    for words in ("影像测量报告", "跟踪标识", "长度", "面积", "平均值", "衰减系数", "观察者姓名"):
        assert words in told
    for english in ("Imaging", "Tracking", "Length", "Area", "Mean", "Source", "Observer"):
        assert english not in told
    assert "HU" in told
    assert "hnsf" not in told


def test_without_a_table_the_meaning_of_the_file_is_read(report: bytes) -> None:
    assert "Imaging Measurement Report" in page_of(report).toPlainText()


def test_a_number_is_rounded_and_its_tip_is_exact(report: bytes) -> None:
    stored = next(
        str(e.value)
        for e in dcmread(BytesIO(report)).iterall()
        if e.keyword == "NumericValue" and str(e.value).startswith("15.8")
    )
    document = page_of(report)
    assert "15.8 mm" in document.toPlainText()
    found = document.find("15.8 mm")
    cursor = QTextCursor(document)
    cursor.setPosition(found.selectionEnd())
    assert cursor.charFormat().toolTip() == f"{stored} mm"


def test_codes_nobody_translated_keep_their_meaning(chinese: None) -> None:
    assert code_words(Code("99999", "DCM", "Brand new")) == "Brand new"
    assert code_words(Code("410668003", "99LOCAL", "Own")) == "Own"
    assert code_words(Code("410668003", "SCT", "Length")) == "长度"
    assert code_words(None) == ""


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("40.0110660432472", "40.0"),
        ("1234.567", "1235"),
        ("0.00123456", "0.00123"),
        ("12", "12"),
        ("7.5", "7.5"),
        ("-3.14159", "-3.1"),
        ("1e3", "1e3"),
        ("about 5", "about 5"),
        ("", ""),
    ],
)
def test_numbers_have_the_figures_a_reader_needs(stored: str, read: str) -> None:
    assert rounded(stored) == read
