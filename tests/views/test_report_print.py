"""The printed report can be read by people, searched by programs, and kept for decades."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PySide6.QtWidgets import QApplication

from app.commands.wishes import Language
from app.composition.language import Languages
from app.kit.theme import Appearance
from app.views.report_print import A4, A5, Sheet, report_pdf
from protocol.finding import CriticalFinding
from protocol.mdt import Dissent
from protocol.report import CoSignature, Examination, Report, ReportPicture, ReportSeal
from protocol.seal import Seal
from protocol.structured import Side, StructuredFinding
from tests.fakes.examples import NOW, named, opinion
from tests.fakes.reports import report
from tests.models.test_mdt import CHEST, HEART, HEART_CASE, minutes
from tests.services.test_report_pictures import png

IMAGE = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE  # type: ignore[attr-defined]  # the library has no types
SEAL = ReportSeal("s" * 88, "k" * 44, "陈一明")


def opened(data: bytes) -> Any:
    return pypdfium2.PdfDocument(data)


def pages_of(data: bytes) -> list[str]:
    """Every letter without white space, as who searches for it types it."""
    document = opened(data)
    try:
        texts = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return ["".join(text.split()) for text in texts]


def plain(words: str) -> str:
    return "".join(words.split())


@pytest.fixture
def printed(appearance: Appearance, qapp: QApplication) -> str:
    return "".join(pages_of(report_pdf(report(), SEAL)))


def long_report() -> Report:
    lines = "\n".join(f"{n} 双肺纹理清晰，未见实变影，余未见异常。" for n in range(150))
    return report(opinion=opinion(findings=lines))


def test_numbers_can_be_searched_and_copied(printed: str) -> None:
    assert report().number in printed
    assert report().patient_birth_date in printed
    assert report().digest() in printed


def test_what_a_font_draws_as_a_radical_is_found_as_it_was_written(appearance: Appearance) -> None:
    words = "省立医院：气管居中，未见异常，心影不大。 confirm the finding"
    found = "".join(pages_of(report_pdf(report(opinion=opinion(findings=words)), SEAL)))
    assert plain(words) in found


def test_rare_signs_of_names_and_the_words_of_the_edges_are_found(appearance: Appearance) -> None:
    text = report(patient_name="张𠮷", opinion=opinion(findings="𬱖某与𠮷某同检。"))
    (page,) = pages_of(report_pdf(text, SEAL))
    assert "张𠮷" in page
    assert plain(text.opinion.findings) in page
    assert "⻚" not in page, "a radical where 页 was meant"


def test_a_chinese_draft_is_laid_out_whose_headings_have_wide_signs_alone(
    appearance: Appearance, qapp: QApplication
) -> None:
    """All that is bold has one width then, and the file gives none of its own to a sign."""
    languages = Languages(qapp)
    languages.use(Language.ZH_CN)
    try:
        found = "".join(pages_of(report_pdf(report(patient_name="张𠮷"), None)))
    finally:
        languages.use(Language.EN)
    assert "会诊报告" in found
    assert "张𠮷" in found


def test_it_holds_the_patient_and_every_word_of_the_opinion(printed: str) -> None:
    text = report()
    for words in (text.patient_name, text.opinion.findings, text.opinion.recommendation):
        assert plain(words) in printed


def test_structured_findings_stand_in_it_as_lines(appearance: Appearance) -> None:
    size = StructuredFinding(
        code="nodule-long", name="结节最大径", side=Side.RIGHT, value="8.5", unit="mm", ucum="mm"
    )
    text = report(opinion=opinion(structured=(size,)))
    printed = "".join(pages_of(report_pdf(text, SEAL)))
    assert plain("结节最大径 (Right side) 8.5 mm") in printed


def test_who_approved_the_words_stands_beside_who_signed(appearance: Appearance) -> None:
    approved = CoSignature(
        reviewer_id=named("reviewer"),
        reviewer_name="赵审核",
        reviewer_institution="市第一医院",
        approved_at=NOW,
    )
    printed = "".join(pages_of(report_pdf(report(co_signature=approved), SEAL)))
    assert plain("Reviewed and approved by 赵审核 (市第一医院)") in printed
    assert "Reviewed" not in "".join(pages_of(report_pdf(report(), SEAL)))
    co_signed = replace(SEAL, co_signed=Seal(signature="r" * 86 + "==", public_key="p" * 43 + "="))
    printed = "".join(pages_of(report_pdf(report(co_signature=approved), co_signed)))
    assert plain("Reviewed and signed by 赵审核 (市第一医院)") in printed
    assert "r" * 86 in printed.replace("\n", "")


def test_minutes_hold_who_took_part_and_the_dissent_in_their_words(appearance: Appearance) -> None:
    dissent = Dissent(consultation_id=HEART_CASE, words="考虑心衰，先利尿", quoted=True)
    text = report(minutes=minutes(without="病情不等人"), opinion=opinion(dissents=(dissent,)))
    printed = "".join(pages_of(report_pdf(text, SEAL)))
    for words in (HEART.display_name, CHEST.display_name, dissent.words, "病情不等人"):
        assert plain(words) in printed


def test_every_page_says_whose_it_is_and_which_of_how_many(appearance: Appearance) -> None:
    pages = pages_of(report_pdf(long_report(), SEAL))
    assert len(pages) > 2
    for number, text in enumerate(pages, 1):
        assert report().number in text
        assert plain(report().patient_name) in text
        assert report().patient_birth_date in text
        assert f"{number}" in text
        assert f"{len(pages)}" in text
    assert plain("149 双肺纹理清晰") in "".join(pages)


@pytest.mark.parametrize("sheet", [A4, A5])
def test_a_name_without_end_takes_nothing_from_the_head_of_a_page(
    appearance: Appearance, sheet: Sheet
) -> None:
    text = long_report().model_copy(update={"patient_name": "Wolfeschlegelsteinhausen" * 12})
    for page in list(opened(report_pdf(text, SEAL, sheet=sheet)))[1:]:
        letters = page.get_textpage()
        for words in (text.number, text.patient_birth_date):
            start, count = letters.search(words).get_next()
            assert letters.get_charbox(start + count - 1)[2] < page.get_width()


def test_a_draft_says_so_on_every_page_and_has_no_seal(appearance: Appearance) -> None:
    pages = pages_of(report_pdf(long_report(), None))
    assert all("DRAFT" in page or "草稿" in page for page in pages)
    assert "Ed25519" not in "".join(pages)
    assert "DRAFT" not in "".join(pages_of(report_pdf(report(), SEAL)))


@pytest.mark.parametrize("sheet", [A4, A5])
def test_the_words_across_a_draft_are_whole(appearance: Appearance, sheet: Sheet) -> None:
    (page,) = opened(report_pdf(report(), None, sheet=sheet))
    letters, (width, height) = page.get_textpage(), page.get_size()
    start = letters.search("DRAFT").get_next()[0]
    for at in range(start, start + len("DRAFT, NOT SIGNED")):
        left, bottom, right, top = letters.get_charbox(at)
        assert min(left, bottom) >= 0
        assert (right <= width, top <= height) == (True, True)


def test_a_critical_finding_is_the_first_thing_read_and_says_what_to_do(
    appearance: Appearance,
) -> None:
    text = report(opinion=opinion(critical=True, critical_finding="左侧张力性气胸"))
    page = "".join(pages_of(report_pdf(text, SEAL)))
    places = [page.index(plain(one)) for one in ("CRITICAL FINDING", "左侧张力性气胸", "Question")]
    assert places == sorted(places)
    assert plain("Act on it now") in page
    assert "Readback" not in page, "what a paper cannot know it does not say"
    assert "CRITICAL" not in "".join(pages_of(report_pdf(report(), SEAL)))


def test_a_paper_laid_out_later_says_who_read_the_finding_back(appearance: Appearance) -> None:
    text = report(opinion=opinion(critical=True, critical_finding="左侧张力性气胸"))
    open_ = CriticalFinding(what="左侧张力性气胸", version=1, signed_at=NOW, due_at=NOW)
    page = "".join(pages_of(report_pdf(text, SEAL, sheet=A5, finding=open_)))
    assert plain("Not read back when this was laid out") in page
    done = open_.model_copy(
        update={"read_back_at": NOW, "read_back_by": "李医生", "read_back": "气胸，马上穿刺"}
    )
    page = "".join(pages_of(report_pdf(text, SEAL, sheet=A5, finding=done)))
    assert plain("by 李医生: “气胸，马上穿刺”") in page
    other = done.model_copy(update={"what": "颅内出血"})
    assert "李医生" not in "".join(pages_of(report_pdf(text, SEAL, sheet=A5, finding=other)))


def test_it_is_an_archive_file(appearance: Appearance) -> None:
    """ISO 19005-1 part 1 level B, as far as it can be looked at here: said, with an output intent,
    all fonts within, nothing transparent, nothing that runs. No full validator is asked."""
    text = report(opinion=opinion(critical=True, critical_finding="左侧张力性气胸"))
    with pikepdf.open(BytesIO(report_pdf(text, SEAL))) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("1", "B")
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert "/OpenAction" not in pdf.Root
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                within = font.DescendantFonts[0].FontDescriptor
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(within.keys())
            for state in page.Resources.get("/ExtGState", {}).values():
                assert float(state.get("/ca", 1)) == float(state.get("/CA", 1)) == 1
                assert "/SMask" not in state or state.SMask == "/None"
            assert "/Group" not in page


def test_a5_is_laid_out_for_a5_and_loses_nothing(appearance: Appearance) -> None:
    """Letters of a body that is read, nothing beyond the edges, every word of the A4."""
    two = (shown_picture(1, "右下叶结节"), shown_picture(2))
    text = report(
        patient_id="QS-2026-0042", opinion=opinion(findings="双肺纹理清晰。" * 40, pictures=two)
    )
    known = {two[0].sha256: png("red"), two[1].sha256: png("blue")}
    data = report_pdf(text, SEAL, None, known, A5)
    small, whole = "".join(pages_of(data)), "".join(pages_of(report_pdf(text, SEAL, None, known)))
    for words in (text.patient_id, text.opinion.findings, text.digest(), SEAL.signature):
        assert plain(words) in small
        assert plain(words) in whole
    document = opened(data)
    heights, pictures = [], 0
    for page in document:
        width, height = page.get_size()
        assert (round(width), round(height)) == (420, 595)
        pictures += sum(1 for one in page.get_objects() if one.type == IMAGE)
        letters = page.get_textpage()
        for at in range(letters.count_chars()):
            left, bottom, right, top = letters.get_charbox(at, loose=True)
            if right > left:
                assert min(left, bottom) > 20
                assert (right, top) < (400, 580)
                heights.append(top - bottom)
    document.close()
    assert pictures == 2
    assert sorted(heights)[len(heights) // 2] > 9, "not an A4 made smaller"


def shown_picture(n: int, caption: str = "") -> ReportPicture:
    return ReportPicture(
        sha256=f"{n:064x}", study_instance_uid="2.25.1", sop_instance_uid="2.25.2", caption=caption
    )


def test_its_pictures_are_on_it_with_their_captions(appearance: Appearance) -> None:
    """Opaque: PDF/A-1 knows no transparency; one that is lost is said."""
    three = (shown_picture(1, "右下叶结节"), shown_picture(2), shown_picture(3))
    text = report(opinion=opinion(pictures=three))
    known = {three[0].sha256: png("red"), three[1].sha256: png("blue"), three[2].sha256: None}
    data = report_pdf(text, SEAL, None, known)
    words = "".join(pages_of(data))
    assert plain("右下叶结节") in words
    assert "Picture3" in words
    assert "cannotbehadanymore" in words
    with pikepdf.open(BytesIO(data)) as pdf:
        images = [image for page in pdf.pages for image in page.get_images()]
        assert len(images) == 2
        assert not any("/SMask" in image for image in images)


def test_no_picture_is_cut_by_the_end_of_a_page(appearance: Appearance) -> None:
    many = tuple(shown_picture(n, f"c{n}") for n in range(12))
    known: dict[str, bytes | None] = {one.sha256: png() for one in many}
    data = report_pdf(report(opinion=opinion(pictures=many)), SEAL, None, known)
    document = opened(data)
    try:
        boxes = [
            (found.get_bounds(), page.get_height())
            for page in document
            for found in page.get_objects(filter=[IMAGE])
        ]
    finally:
        document.close()
    assert len(boxes) == len(many), "each is drawn once"
    assert all(bottom > 0 and top < height for (_, bottom, _, top), height in boxes)


def test_it_says_of_whom_what_and_by_whom_a_record_office_asks(appearance: Appearance) -> None:
    study = Examination(
        study_instance_uid="2.25.1",
        modalities=("CT",),
        description="胸部平扫",
        study_date="20261120",
    )
    text = report(patient_id="QS-2026-0042", department="放射科", examinations=(study,), version=2)
    found = "".join(pages_of(report_pdf(text, SEAL)))
    for words in (
        "QS-2026-0042",
        "放射科",
        "CT · 胸部平扫 · 2026-11-20",
        "68 y",
        "Chief physician",
        "Version 2: it replaces version 1.",
    ):
        assert plain(words) in found, words


def test_an_identity_number_is_not_on_it_in_full(appearance: Appearance) -> None:
    text = report(patient_id="330106195804020029")
    found = "".join(pages_of(report_pdf(text, SEAL)))
    assert "330106195804020029" not in found
    assert "330" in found
