"""A report as it is read: nothing of the file becomes markup, everything has its words."""

import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from app.imaging.dataset import open_file, open_object
from app.imaging.key_objects import read_key_objects
from app.imaging.references import Reference
from app.imaging.series import describe_instance
from app.imaging.structured_report import MAX_ITEMS, read_report
from app.kit.theme import colours
from app.viewers.document.report_html import Page, key_page, report_page
from tests.imaging.others import (
    KEY_OBJECTS,
    code,
    content,
    item,
    measured,
    referenced,
    report,
)

EVIL = "<img src='file:///etc/passwd'><a href='http://x'>&amp;</a><script>1</script>"
ALLOWED = {"h1", "h2", "h3", "h4", "p", "b", "br", "a", "table", "tr", "td", "span", "div"}


def nowhere(_reference: Reference) -> str:
    return ""


def page(data: bytes) -> Page:
    obj = open_object(data)
    return report_page(read_report(obj), describe_instance(obj), colours("light"), nowhere)


def plain(made: Page) -> str:
    document = QTextDocument()
    document.setHtml(made.html)
    return document.toPlainText()


class _Markup(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links.update(value or "" for name, value in attrs if name in ("href", "src"))


def markup(made: Page) -> _Markup:
    found = _Markup()
    found.feed(made.html)
    return found


def test_no_text_of_the_file_becomes_markup(qapp: QApplication) -> None:
    data = report(
        content("TEXT", EVIL[:60], TextValue=EVIL * 3),
        content("NUM", "n", MeasuredValueSequence=measured("1", "<b>cm</b>")),
        content("CODE", "c", ConceptCodeSequence=[code("v", meaning=EVIL[:60])]),
        content("PNAME", "p", PersonName=EVIL[:60]),
        PatientName=EVIL[:60],
        ConceptNameCodeSequence=[code("t", meaning=EVIL[:60])],
        VerificationFlag="VERIFIED",
        VerifyingObserverSequence=[item(VerifyingObserverName=EVIL[:60])],
        CompletionFlag="COMPLETE",
        CompletionFlagDescription=EVIL[:60],
    )
    made = page(data)
    found = markup(made)
    assert found.tags <= ALLOWED
    assert found.links == set()
    assert EVIL in plain(made)


def test_numbers_have_units_and_modifiers_stand_beside_the_name(qapp: QApplication) -> None:
    number = content("NUM", "Diameter", MeasuredValueSequence=measured("3.5", "cm"))
    number.ContentSequence = [
        content("CODE", "Method", "HAS CONCEPT MOD", ConceptCodeSequence=[code("caliper")])
    ]
    section = content("CONTAINER", "Findings")
    section.ContentSequence = [number]
    lines = plain(page(report(section))).splitlines()
    assert "Findings" in lines
    at = lines.index("Diameter (caliper)")
    assert lines[at + 1] == "3.5 cm"


def test_what_it_was_inferred_from_is_said(qapp: QApplication) -> None:
    finding = content("TEXT", "Mass", TextValue="present")
    finding.ContentSequence = [content("TEXT", "Density", "INFERRED FROM", TextValue="high")]
    assert "inferred from Density" in plain(page(report(finding)))


def test_an_image_is_a_link_to_its_frame(qapp: QApplication) -> None:
    made = page(report(content("IMAGE", "Best", ReferencedSOPSequence=referenced("1.2.3", 4))))
    assert markup(made).links == {"ref:0"}
    assert made.references[0].sop_instance_uid == "1.2.3"
    assert made.references[0].frame == 3
    assert "Image, frame 4" in plain(made)


def test_an_item_that_stands_for_another_leads_to_it(wheel: Path, qapp: QApplication) -> None:
    obj = open_file(wheel / "test-SR.dcm")
    made = report_page(read_report(obj), describe_instance(obj), colours("dark"), nowhere)
    inner = {link for link in markup(made).links if link.startswith("#")}
    assert inner == {"#c-1-3-2", "#c-1-2-2-1"}
    assert all(f"name='{link[1:]}'" in made.html for link in inner)


def test_an_item_that_stands_for_nothing_says_so(qapp: QApplication) -> None:
    pointer = item(RelationshipType="SELECTED FROM", ReferencedContentItemIdentifier=[1, 9])
    outline = content("SCOORD", "Outline", GraphicType="POINT", GraphicData=[1, 1])
    outline.ContentSequence = [pointer]
    assert "the document does not have" in plain(page(report(outline)))


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"CompletionFlag": "PARTIAL"}, "not finished"),
        ({"VerificationFlag": "UNVERIFIED"}, "nobody has signed"),
    ],
)
def test_an_unfinished_or_unsigned_document_says_so(
    attributes: dict[str, str], said: str, qapp: QApplication
) -> None:
    assert said in plain(page(report(**attributes)))
    assert said not in plain(page(report()))


def test_the_largest_tree_is_cut_said_and_quick(qapp: QApplication) -> None:
    one = content("NUM", "Value", MeasuredValueSequence=measured("1", "mm"))
    data = report(*[one] * (MAX_ITEMS // 2))
    obj = open_object(data)
    read = read_report(obj)
    began = time.process_time()
    made = report_page(read, describe_instance(obj), colours("light"), nowhere)
    assert time.process_time() - began < 2
    assert "larger than can be shown" in made.html
    assert len(made.html) < 4_000_000


def test_key_images_say_why_they_were_chosen_and_where_they_are(qapp: QApplication) -> None:
    data = report(
        content("TEXT", "x", TextValue="unused"),
        content("IMAGE", ReferencedSOPSequence=referenced("1.2.3", 2)),
        sop_class=KEY_OBJECTS,
        ConceptNameCodeSequence=[code("113004", "DCM", "For Teaching")],
    )
    obj = open_object(data)
    made = key_page(
        read_key_objects(obj), describe_instance(obj), colours("light"), lambda _: "CT · 5 / 9"
    )
    text = plain(made)
    assert "For teaching" in text
    assert "Image, frame 2 · CT · 5 / 9" in text
    assert len(made.references) == 1


def test_rejected_images_are_written_in_the_colour_of_an_error(qapp: QApplication) -> None:
    data = report(
        content("IMAGE", ReferencedSOPSequence=referenced("1.2.3")),
        sop_class=KEY_OBJECTS,
        ConceptNameCodeSequence=[code("113001", "DCM", "Rejected for Quality Reasons")],
    )
    obj = open_object(data)
    made = key_page(read_key_objects(obj), describe_instance(obj), colours("light"), nowhere)
    assert colours("light")["error"] in made.html
