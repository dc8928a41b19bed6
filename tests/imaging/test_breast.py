"""How a mammogram is turned and which side is the chest wall's."""

from pathlib import Path

import pytest

from app.imaging.dataset import open_file
from app.imaging.geometry import Turn, edge_letters
from app.imaging.hanging.breast import BreastPlace, breast_place
from app.imaging.hanging.facts import HangingFacts, facing
from app.imaging.picture import make_picture
from app.imaging.pipeline import render
from app.imaging.series import Instance, describe_file
from app.imaging.source import files_below
from tests.imaging.cases import instance
from tests.imaging.objects import item

STORED = [
    # side, view, directions as stored
    *(("R", "CC", (row, column)) for row in "PA" for column in "LR"),
    *(("L", "CC", (row, column)) for row in "PA" for column in "LR"),
    *(("R", "MLO", (row, column)) for row in "PA" for column in ("FL", "HR")),
    *(("L", "MLO", (row, column)) for row in "PA" for column in ("FR", "HL")),
    ("R", "CC", ("L", "P")),
    ("L", "CC", ("R", "A")),
    ("R", "MLO", ("F", "P")),
    ("L", "MLO", ("H", "A")),
    ("L", "ML", ("A", "F")),
]


@pytest.mark.parametrize(("side", "view", "letters"), STORED)
def test_however_it_is_stored_the_chest_walls_meet_and_what_is_above_is_above(
    side: str, view: str, letters: tuple[str, str]
) -> None:
    place = breast_place(HangingFacts(view=view, laterality=side, patient_orientation=letters))
    seen = facing(letters)
    assert seen is not None
    edges = edge_letters(seen, place.turn)
    wall = edges.right if side == "R" else edges.left
    assert wall == "P"
    inner = "L" if side == "R" else "R"
    assert edges.bottom[0] == (inner if view == "CC" else "F")
    across, _down = place.turn.apply(*place.side)
    assert across == (1 if side == "R" else -1)


def test_what_is_stored_as_it_hangs_is_not_turned() -> None:
    facts = HangingFacts(view="CC", laterality="R", patient_orientation=("P", "L"))
    assert breast_place(facts) == BreastPlace(Turn(), (1, 0))


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        (HangingFacts(laterality="L"), BreastPlace(Turn(), (-1, 0))),
        (HangingFacts(laterality="R", patient_orientation=("Q", "")), BreastPlace(Turn(), (1, 0))),
        (HangingFacts(), BreastPlace()),
        (HangingFacts(laterality="B", patient_orientation=("P", "L")), BreastPlace()),
        # No turn brings the back to the side: nothing is claimed.
        (HangingFacts(laterality="L", patient_orientation=("L", "F")), BreastPlace()),
    ],
)
def test_what_says_little_is_not_turned(facts: HangingFacts, place: BreastPlace) -> None:
    assert breast_place(facts) == place


def test_facts_are_read_from_where_files_keep_them() -> None:
    code = item(CodeValue="R-10226", CodingSchemeDesignator="SRT", CodeMeaning="MLO")
    region = item(CodeValue="76752008", CodingSchemeDesignator="SCT", CodeMeaning="Breast")
    described = instance(
        Modality="MG",
        ViewCodeSequence=[code],
        Laterality="R",
        PatientOrientation=["P", "FL"],
        AnatomicRegionSequence=[region],
    )
    assert described.hanging == HangingFacts("", "Breast", "MLO", "R", ("P", "FL"))


def test_a_frame_s_own_side_goes_before_that_of_the_series() -> None:
    frame = item(FrameLaterality="L")
    shared = item(FrameAnatomySequence=[frame])
    described = instance(Laterality="R", SharedFunctionalGroupsSequence=[shared])
    assert described.hanging.laterality == "L"


def test_a_real_mammogram_has_its_chest_wall_where_its_letters_say(shared_data: Path) -> None:
    files = files_below(shared_data / "mg-14mp")
    assert files
    for file in files:
        described = describe_file(file)
        assert isinstance(described, Instance)
        place = breast_place(described.hanging)
        assert place == BreastPlace(Turn(), (-1, 0)), "a left breast, stored as it hangs"
        levels = render(make_picture(open_file(file), 0)).mean(axis=0)
        tenth = levels.size // 10
        assert levels[:tenth].mean() > levels[-tenth:].mean() + 20
