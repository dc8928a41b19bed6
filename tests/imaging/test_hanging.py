"""Which protocol suits which case, what each of its cells shows, and why."""

from pathlib import Path
from typing import Any

import pytest

from app.imaging.hanging.choose import Case, Criterion, ranked, suited
from app.imaging.hanging.place import hang, says
from app.imaging.hanging.schema import (
    Protocol,
    ProtocolFileError,
    read_protocols,
    shipped_protocols,
    with_own,
)
from app.imaging.series import Instance
from tests.imaging.cases import CORONAL, instance, mammograms, stack, studies_of, view

SHIPPED = shipped_protocols()
BY_ID = {one.id: one for one in SHIPPED}


def case(*instances: list[Instance]) -> Case:
    found = Case.of(studies_of(*instances))
    assert found is not None
    return found


def best(*instances: list[Instance]) -> str:
    return ranked(SHIPPED, case(*instances))[0].protocol.id


def mr(uid: str, name: str, **attributes: Any) -> list[Instance]:
    return stack(uid, Modality="MR", SeriesDescription=name, **attributes)


CASES: dict[str, tuple[str, list[list[Instance]]]] = {
    "CT chest by body part": ("ct-chest", [stack("2.25.11", BodyPartExamined="CHEST")]),
    "CT chest in Chinese": ("ct-chest", [stack("2.25.11", StudyDescription="胸部平扫")]),
    "CT chest in English": ("ct-chest", [stack("2.25.11", StudyDescription="CT CHEST W/O")]),
    "CT chest in the series only": ("ct-chest", [stack("2.25.11", SeriesDescription="Lung 1.0")]),
    "CT head": ("ct-head", [stack("2.25.11", StudyDescription="头颅CT平扫")]),
    "CT of head and neck is no head": (
        "default",
        [stack("2.25.11", StudyDescription="CT HEAD AND NECK")],
    ),
    "CT abdomen": ("ct-abdomen", [stack("2.25.11", StudyDescription="上腹部CT增强")]),
    "CT of who knows what": ("default", [stack("2.25.11")]),
    "a coronal CT has no cell in the chest protocol": (
        "default",
        [stack("2.25.11", BodyPartExamined="CHEST", ImageOrientationPatient=CORONAL)],
    ),
    "MR brain": ("mr-brain", [mr("2.25.11", "T2 FLAIR", BodyPartExamined="BRAIN")]),
    "MR spine": ("default", [mr("2.25.11", "Sag T2", BodyPartExamined="LSPINE")]),
    "DX chest": (
        "dx-chest",
        [view("2.25.11", "DX", BodyPartExamined="CHEST", ViewPosition="PA")],
    ),
    "CR chest without a view is no frontal view": (
        "default",
        [view("2.25.11", "CR", BodyPartExamined="CHEST")],
    ),
    "CR hand": ("dx-extremity", [view("2.25.11", "CR", BodyPartExamined="HAND")]),
    "knee in Chinese": ("dx-extremity", [view("2.25.11", "DX", StudyDescription="左膝关节正侧位")]),
    "MG in four views": ("mg-screening", [mammograms()]),
    "MG without views": ("default", [view("2.25.11", "MG"), view("2.25.12", "MG")]),
    "one mammogram": (
        "default",
        [view("2.25.11", "MG", ImageLaterality="L", ViewPosition="CC")],
    ),
    "ultrasound": ("us", [view("2.25.11", "US")]),
    "MG with a prior": (
        "mg-screening-prior",
        [mammograms(), mammograms("2.25.7", StudyDate="20250308")],
    ),
    "CT chest with a prior": (
        "ct-prior",
        [
            stack("2.25.11", StudyDescription="胸部"),
            stack("2.25.12", StudyInstanceUID="2.25.7", StudyDate="20250308"),
        ],
    ),
    "CR chest with a prior": (
        "cr-prior",
        [
            view("2.25.11", "CR", ViewPosition="PA"),
            view(
                "2.25.12", "CR", StudyInstanceUID="2.25.7", StudyDate="20250308", ViewPosition="PA"
            ),
        ],
    ),
    "MR with a prior": (
        "mr-prior",
        [
            mr("2.25.11", "T2"),
            mr("2.25.12", "T2", StudyInstanceUID="2.25.7", StudyDate="20250308"),
        ],
    ),
    "a prior of another modality is nothing to compare with": (
        "ct-chest",
        [
            stack("2.25.11", StudyDescription="胸部"),
            view("2.25.12", "DX", StudyInstanceUID="2.25.7", StudyDate="20250308"),
        ],
    ),
    "a prior of another body part neither": (
        "ct-chest",
        [
            stack("2.25.11", BodyPartExamined="CHEST"),
            stack(
                "2.25.12",
                BodyPartExamined="HEAD",
                StudyInstanceUID="2.25.7",
                StudyDate="20250308",
            ),
        ],
    ),
    "another patient's study is no prior": (
        "ct-chest",
        [
            stack("2.25.11", StudyDescription="胸部"),
            stack(
                "2.25.12",
                StudyInstanceUID="2.25.7",
                StudyDate="20250308",
                PatientName="Wang^Fang=王^芳",
                PatientBirthDate="19550505",
                PatientID="T-2",
            ),
        ],
    ),
}


@pytest.mark.parametrize(("wanted", "instances"), CASES.values(), ids=CASES.keys())
def test_the_protocol_that_suits_best(wanted: str, instances: list[list[Instance]]) -> None:
    assert best(*instances) == wanted


def test_points_are_told_by_criterion() -> None:
    chest = suited(BY_ID["ct-chest"], case(stack("2.25.11", BodyPartExamined="CHEST")))
    assert chest is not None
    assert chest.reasons == (
        (Criterion.MODALITY, 8),
        (Criterion.BODY_PART, 16),
        (Criterion.FILLED_CELL, 2),
    )
    assert chest.points == 26


def test_every_protocol_survives_objects_that_say_nothing() -> None:
    silent = instance(
        Modality=None,
        StudyDate=None,
        SeriesDescription=None,
        PatientName=None,
        PatientID=None,
        PatientBirthDate=None,
    )
    assert best([silent]) == "default"
    for protocol in SHIPPED:
        for stage in protocol.stages:
            hang(stage, case([silent]).current, None)


def test_broken_values_are_no_match_and_no_crash() -> None:
    odd = view("2.25.11", "MG", ImageLaterality="X", ViewPosition="??", PatientOrientation="A")
    assert best(odd) == "default"


# Cells


def shown(protocol: str, stage: int, *instances: list[Instance]) -> list[str]:
    found = case(*instances)
    return [
        one.found.series.uid if one.found is not None else ""
        for one in hang(BY_ID[protocol].stages[stage], found.current, found.prior)
    ]


def test_mammograms_hang_right_beside_left_and_priors_below() -> None:
    cells = shown("mg-screening-prior", 0, mammograms(), mammograms("2.25.7", StudyDate="20250308"))
    assert cells == [f"2.25.1.{n}" for n in (1, 2, 3, 4)] + [f"2.25.7.{n}" for n in (1, 2, 3, 4)]


def test_a_view_that_is_missing_leaves_its_cell_empty() -> None:
    without = [one for one in mammograms() if one.series_number != 2]
    assert shown("mg-screening", 0, without) == ["2.25.1.1", "", "2.25.1.3", "2.25.1.4"]


def test_views_in_one_series_are_found_each_for_itself() -> None:
    both = [
        instance(SeriesInstanceUID="2.25.11", Modality="DX", InstanceNumber=n, ViewPosition=name)
        for n, name in ((1, "LL"), (2, "PA"))
    ]
    found = case(both)
    places = [
        (one.found.index, one.found.instance.hanging.view)
        for one in hang(BY_ID["dx-chest"].stages[0], found.current, None)
        if one.found is not None
    ]
    assert places == [(1, "PA"), (0, "LL")]


def test_brain_and_bone_come_from_their_own_kernels() -> None:
    soft = stack("2.25.11", SeriesDescription="Head 5.0 soft", SeriesNumber=1)
    bone = stack("2.25.12", SeriesDescription="Head 5.0 bone", SeriesNumber=2, count=9)
    assert shown("ct-head", 0, soft, bone) == ["2.25.11", "2.25.12"]
    assert shown("ct-head", 0, soft) == ["2.25.11", "2.25.11"], "else one series in both windows"


def test_of_equals_the_greater_stack_hangs() -> None:
    few, many = stack("2.25.11", count=2), stack("2.25.12", count=5, SeriesNumber=2)
    assert shown("ct-abdomen", 0, few, many) == ["2.25.12"]


def test_brain_sequences_by_their_names() -> None:
    found = shown(
        "mr-brain",
        0,
        mr("2.25.11", "3-Plane Loc", SeriesNumber=1),
        mr("2.25.12", "DWI b1000", SeriesNumber=2),
        mr("2.25.13", "T2_FLAIR tra", SeriesNumber=3),
        mr("2.25.14", "T2 tse tra", SeriesNumber=4),
        mr("2.25.15", "T1 tra", SeriesNumber=5),
    )
    assert found == ["2.25.15", "2.25.14", "2.25.13", "2.25.12"]


def test_a_prior_cell_takes_what_resembles_the_current_one() -> None:
    old = {"StudyInstanceUID": "2.25.7", "StudyDate": "20250308"}
    found = shown(
        "mr-prior",
        0,
        mr("2.25.11", "Ax T2"),
        mr("2.25.21", "Sag T2", SeriesNumber=1, ImageOrientationPatient=CORONAL, count=9, **old),
        mr("2.25.22", "Ax T1", SeriesNumber=2, count=9, **old),
        mr("2.25.23", "Ax T2", SeriesNumber=3, **old),
    )
    assert found == ["2.25.11", "2.25.23"]


@pytest.mark.parametrize(
    ("text", "word", "there"),
    [
        ("CHEST PA", "pa", True),
        ("CHEST_PA_1", "PA", True),
        ("spatial", "PA", False),
        ("胸部CT增强", "胸部", True),
        ("T2W", "T2", False),
        ("", "x", False),
    ],
)
def test_latin_words_stand_alone_and_chinese_ones_anywhere(
    text: str, word: str, there: bool
) -> None:
    assert says(text, word) is there


# Files


OWN = """
[[protocol]]
id = "{id}"
name = {{ en = "Mine", zh_CN = "我的" }}
[protocol.match]
modalities = ["CT"]
[[protocol.stages]]
name = {{ en = "One", zh_CN = "一" }}
rows = 1
columns = 1
cells = [{cell}]
"""


def test_shipped_protocols_cover_what_is_promised() -> None:
    assert set(BY_ID) == {
        *("ct-chest", "ct-head", "ct-abdomen", "mr-brain", "dx-chest", "dx-extremity"),
        *("mg-screening", "mg-screening-prior", "us", "ct-prior", "cr-prior", "mr-prior"),
        "default",
    }
    assert all(len(protocol.stages) > 1 for protocol in SHIPPED)


def test_a_person_s_own_file_comes_first_and_replaces_by_id(tmp_path: Path) -> None:
    file = tmp_path / "hanging.toml"
    assert with_own(SHIPPED, file) == SHIPPED
    file.write_text(OWN.format(id="ct-chest", cell="{}"), encoding="utf-8")
    found = with_own(SHIPPED, file)
    assert found[0].name.zh_CN == "我的"
    assert [one.id for one in found].count("ct-chest") == 1
    assert len(found) == len(SHIPPED)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("protocol = 3", "protocol"),
        ("[[protocol", "end of document"),
        (OWN.format(id="Mine!", cell="{}"), "id"),
        (OWN.format(id="mine", cell='{ preset = "Lungs" }'), "Lungs"),
        (OWN.format(id="mine", cell='{ plane = "oblique" }'), "plane"),
        (OWN.format(id="mine", cell='{ colour = "red" }'), "colour"),
        (OWN.format(id="mine", cell="{ window = [40, 0] }"), "window"),
        (OWN.format(id="mine", cell="{}, {}"), "more cells"),
        (OWN.format(id="mine", cell="{ like = 0 }"), "earlier"),
        (OWN.format(id="mine", cell="{}") * 2, "one id"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(text: str, told: str) -> None:
    with pytest.raises(ProtocolFileError) as raised:
        read_protocols(text)
    assert told in str(raised.value)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "hanging.toml"
    file.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ProtocolFileError):
        with_own(SHIPPED, file)


def test_general_protocols_are_known_as_such() -> None:
    general: list[Protocol] = [one for one in SHIPPED if one.is_general]
    assert [one.id for one in general] == ["default"]
