"""Content trees read in full, held against dcmtk (PS3.3 C.17.3)."""

import shutil
import subprocess
import warnings
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from app.imaging.dataset import open_file, open_object
from app.imaging.errors import ImagingError, MissingAttributeError
from app.imaging.structured_report import (
    MAX_DEPTH,
    MAX_ITEMS,
    Relationship,
    StructuredReport,
    ValueType,
    read_report,
)
from tests.imaging.hostile import changed
from tests.imaging.others import (
    BASIC_TEXT,
    code,
    content,
    instance,
    item,
    measured,
    referenced,
    report,
)

DSR2XML = shutil.which("dsr2xml", path="/usr/bin")


def read(data: bytes) -> StructuredReport:
    return read_report(open_object(data))


def reports(folder: Path) -> list[Path]:
    """The files of the folder that are reports."""
    found = (open_file(path) for path in sorted((folder / "conformance" / "sr").iterdir()))
    uids = [str(obj.dataset.SOPClassUID) for obj in found]
    paths = sorted((folder / "conformance" / "sr").iterdir())
    return [p for p, uid in zip(paths, uids, strict=True) if ".1.1.88." in uid]


@pytest.mark.skipif(DSR2XML is None, reason="dcmtk is not installed")
def test_trees_are_those_of_dcmtk(shared_data: Path, wheel: Path) -> None:
    paths = [*reports(shared_data), wheel / "test-SR.dcm"]
    assert len(paths) > 12
    for path in paths:
        done = subprocess.run([str(DSR2XML), str(path)], capture_output=True, check=True)
        # dcmtk leaves Latin-1 bytes under a header that does not say so.
        text = done.stdout.decode("latin-1")
        body = ElementTree.fromstring(text[text.index("<report") :])
        expected = [
            (element.tag.upper(), element.findtext("relationship"))
            for element in body.iter()
            if element.find("relationship") is not None
        ]
        root = read_report(open_file(path)).root
        found = [
            (one.kind.value or "REFERENCE", one.relationship.value)
            for one in root.walk()
            if one.position != (1,)
        ]
        assert found == expected, path.name


def test_values_of_every_kind_are_ready_to_be_read() -> None:
    made = read(
        report(
            content("TEXT", "Finding", TextValue="clear"),
            content("NUM", "Diameter", MeasuredValueSequence=measured("3.5", "cm")),
            content("CODE", "Side", ConceptCodeSequence=[code("L", meaning="Left")]),
            content("PNAME", "Reader", PersonName="Li^Na=李^娜"),
            content("DATE", "Day", Date="20261121"),
            content("TIME", "Hour", Time="140500"),
            content("DATETIME", "Moment", DateTime="20261121140507.25+0800"),
            content("UIDREF", "Event", UID="1.2.3"),
            content("SCOORD", "Outline", GraphicType="POLYLINE", GraphicData=[0, 0, 5, 5, 9, 9]),
            content("TCOORD", "Beat", TemporalRangeType="SEGMENT", ReferencedTimeOffsets=[1, 2.5]),
        )
    )
    said = {one.name.words: (one.value, one.unit) for one in made.root.children if one.name}
    assert said == {
        "Finding": ("clear", ""),
        "Diameter": ("3.5", "cm"),
        "Side": ("Left", ""),
        "Reader": ("李娜 (Li Na)", ""),
        "Day": ("2026-11-21", ""),
        "Hour": ("14:05", ""),
        "Moment": ("2026-11-21 14:05:07 +08:00", ""),
        "Event": ("1.2.3", ""),
        "Outline": ("POLYLINE", ""),
        "Beat": ("1 s – 2.5 s", ""),
    }
    assert made.root.children[8].points == 3
    assert made.moment == "2026-11-21 14:05"


def test_a_missing_number_says_why() -> None:
    made = read(
        report(
            content(
                "NUM",
                "Volume",
                MeasuredValueSequence=[],
                NumericValueQualifierCodeSequence=[code("114006", "DCM", "Measurement failure")],
            )
        )
    )
    assert made.root.children[0].value == ""
    assert made.root.children[0].qualifier == "Measurement failure"


def test_references_find_study_and_series_in_the_evidence() -> None:
    evidence = item(
        StudyInstanceUID="2.25.1",
        ReferencedSeriesSequence=[
            item(SeriesInstanceUID="2.25.2", ReferencedSOPSequence=referenced("2.25.3"))
        ],
    )
    image = content("IMAGE", ReferencedSOPSequence=referenced("2.25.3", 4, 2))
    made = read(report(image, CurrentRequestedProcedureEvidenceSequence=[evidence]))
    (found,) = made.root.children[0].references
    assert (found.study_instance_uid, found.series_instance_uid) == ("2.25.1", "2.25.2")
    assert found.sop_instance_uid == "2.25.3"
    assert found.frames == (3, 1), "frames count from 1 in the file and from 0 here"


def test_a_by_reference_item_names_its_target() -> None:
    pointer = item(RelationshipType="SELECTED FROM", ReferencedContentItemIdentifier=[1, 1])
    outline = content("SCOORD", "Outline", GraphicType="POINT", GraphicData=[1, 1])
    outline.ContentSequence = [pointer]
    made = read(report(content("TEXT", "Finding", TextValue="x"), outline))
    (found,) = made.root.children[1].children
    assert found.kind is ValueType.REFERENCE
    assert found.relationship is Relationship.SELECTED_FROM
    assert found.target == made.root.children[0].position == (1, 1)


def test_who_signed_and_whether_it_is_finished(wheel: Path) -> None:
    made = read_report(open_file(wheel / "test-SR.dcm"))
    assert (made.complete, made.verified) == (True, True)
    assert [one.name for one in made.verifiers] == ["Riesmeier Jörg", "Observer Verifying"]
    assert made.verifiers[0].moment == "2001-02-13 18:47:46"
    assert made.predecessors == 1


def test_a_document_that_does_not_say_so_is_neither_complete_nor_partial() -> None:
    made = read(report())
    assert made.complete is None
    assert made.verified is None


def test_a_deep_tree_is_cut_and_says_so() -> None:
    deepest = content("TEXT", "bottom", TextValue="x")
    for _ in range(MAX_DEPTH + 10):
        above = content("CONTAINER", "level")
        above.ContentSequence = [deepest]
        deepest = above
    made = read(report(deepest))
    assert made.cut_short
    assert max(len(one.position) for one in made.root.walk()) == MAX_DEPTH


def test_a_wide_tree_is_cut_and_says_so() -> None:
    one = content("TEXT", TextValue="x")
    made = read(report(*[one] * (MAX_ITEMS + 5)))
    assert made.cut_short
    assert sum(1 for _ in made.root.walk()) == MAX_ITEMS


def test_an_object_without_content_is_refused() -> None:
    with pytest.raises(MissingAttributeError):
        read(instance(BASIC_TEXT))


def test_an_unknown_value_type_shows_its_text() -> None:
    made = read(report(content("NEWKIND", "Later", TextValue="still text")))
    assert made.root.children[0].value == "still text"


SMALL = report(
    content("NUM", "Diameter", MeasuredValueSequence=measured("3", "cm")),
    content("IMAGE", ReferencedSOPSequence=referenced("1.2.3", 1)),
    content("PNAME", "Reader", PersonName="Li^Na=李^娜"),
)


@settings(max_examples=150, deadline=None)
@given(changed(SMALL))
def test_damaged_files_end_in_a_reason_or_a_tree(data: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = read(data)
        except ImagingError:
            return
    assert sum(1 for _ in found.root.walk()) <= MAX_ITEMS
