"""The printed report can be read by people and searched by programs."""

from pathlib import Path
from unicodedata import normalize

import pypdfium2
import pytest
from PySide6.QtWidgets import QApplication

from app.kit.theme import Appearance
from app.views.report_print import PrintFailed, print_report
from protocol.mdt import Dissent
from tests.fakes.examples import opinion
from tests.fakes.reports import report, signed
from tests.models.test_mdt import CHEST, HEART, HEART_CASE, minutes


def text_of(file: Path) -> str:
    """Every letter without white space; radicals count as the signs they stand for."""
    document = pypdfium2.PdfDocument(file)  # type: ignore[no-untyped-call]  # the library has no types
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()  # type: ignore[no-untyped-call]  # the library has no types
    return normalize("NFKC", "".join("".join(pages).split()))


@pytest.fixture
def printed(appearance: Appearance, qapp: QApplication, tmp_path: Path) -> str:
    print_report(signed(), tmp_path / "report.pdf")
    return text_of(tmp_path / "report.pdf")


def test_numbers_can_be_searched_and_copied(printed: str) -> None:
    report = signed().report
    assert report.number in printed
    assert report.patient_birth_date in printed
    assert "Ed25519" in printed


def test_it_holds_the_patient_and_every_word_of_the_opinion(printed: str) -> None:
    report = signed().report
    for words in (report.patient_name, report.opinion.findings, report.opinion.recommendation):
        assert normalize("NFKC", "".join(words.split())) in printed


def test_minutes_hold_who_took_part_and_the_dissent_in_their_words(
    appearance: Appearance, tmp_path: Path
) -> None:
    dissent = Dissent(consultation_id=HEART_CASE, words="考虑心衰，先利尿", quoted=True)
    text = report(minutes=minutes(without="病情不等人"), opinion=opinion(dissents=(dissent,)))
    print_report(signed(text), tmp_path / "minutes.pdf")
    printed = text_of(tmp_path / "minutes.pdf")
    for words in (HEART.display_name, CHEST.display_name, dissent.words, "病情不等人"):
        assert normalize("NFKC", words) in printed


def test_a_place_that_cannot_be_written_leaves_nothing(
    appearance: Appearance, tmp_path: Path
) -> None:
    with pytest.raises(PrintFailed):
        print_report(signed(), tmp_path / "missing" / "report.pdf")
    assert not list(tmp_path.iterdir())
