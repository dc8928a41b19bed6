"""Which pictures matter, and why (PS3.3 A.35.4, TID 2010)."""

from pathlib import Path

import numpy as np
import pytest

from app.imaging.dataset import open_file, open_object
from app.imaging.errors import MalformedError
from app.imaging.key_objects import read_key_objects
from app.imaging.writing.key_objects import KeyReason, write_key_objects
from app.imaging.writing.origin import Author, to_bytes
from tests.imaging.objects import ct_object
from tests.imaging.others import KEY_OBJECTS, code, content, referenced, report


def test_what_this_program_writes_it_reads() -> None:
    pictures = [
        open_object(ct_object(np.zeros((4, 4), np.int16), AccessionNumber="")).dataset
        for _ in range(2)
    ]
    written = write_key_objects(
        pictures, Author("李娜"), reason=KeyReason.FOR_TEACHING, description="病灶最大层面"
    )
    found = read_key_objects(open_object(to_bytes(written)))
    assert found.reason is not None
    assert found.reason.same("113004", "DCM")
    assert found.description == "病灶最大层面"
    assert found.observer == "李娜"
    assert [one.sop_instance_uid for one in found.references] == [
        str(picture.SOPInstanceUID) for picture in pictures
    ]
    assert {one.series_instance_uid for one in found.references} == {"2.25.2"}
    assert not found.listed_only


def test_a_selection_without_images_gives_its_evidence(shared_data: Path) -> None:
    found = [
        read_key_objects(open_file(path))
        for path in sorted((shared_data / "conformance" / "ko").iterdir())
    ]
    assert sorted(one.description for one in found) == ["Selection 1", "Selection 2"]
    assert sorted(len(one.references) for one in found) == [2, 6]
    assert all(one.listed_only for one in found)


def test_frames_of_one_picture_are_choices_of_their_own_and_each_counts_once() -> None:
    made = report(
        content("IMAGE", ReferencedSOPSequence=referenced("1.2", 3)),
        content("IMAGE", ReferencedSOPSequence=referenced("1.2", 9)),
        content("IMAGE", ReferencedSOPSequence=referenced("1.2", 3)),
        sop_class=KEY_OBJECTS,
    )
    found = read_key_objects(open_object(made)).references
    assert [one.frame for one in found] == [2, 8]


@pytest.mark.parametrize(("value", "rejects"), [("113001", True), ("113000", False)])
def test_rejected_pictures_are_told_apart(value: str, rejects: bool) -> None:
    made = report(sop_class=KEY_OBJECTS, ConceptNameCodeSequence=[code(value, "DCM", "x")])
    assert read_key_objects(open_object(made)).rejects is rejects


def test_another_kind_of_report_is_refused() -> None:
    with pytest.raises(MalformedError):
        read_key_objects(open_object(report()))
