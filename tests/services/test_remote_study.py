"""The images of a case for the viewer: what is wanted next, and what comes late."""

import io
from pathlib import Path
from uuid import UUID

import pytest

from app.imaging.errors import UnreadableError
from app.imaging.listed import Awaited
from app.imaging.series import Instance
from app.services.remote_study import FIRST_IMAGES, RemoteStudies
from app.store.sealed import Sealer
from app.transfer.messages import (
    Command,
    Fetch,
    FetchEnded,
    FetchFailed,
    InstanceArrived,
    InstanceComing,
    Prefer,
    RemoteInstance,
    StopFetching,
    StudyListed,
)
from app.transfer.place_messages import ImagesPlaced, PlacedImage
from app.transfer.reasons import TransferReason
from tests.imaging.objects import ct_object, ramp

CASE = UUID("0198e7c1-0000-7000-8000-000000000001")
STUDY = "1.2"
KEY = bytes(range(32))


class Process:
    """The transfer process: hears commands."""

    def __init__(self) -> None:
        self.heard: list[Command] = []
        self.late: list[str] = []
        self.more: list[str] = []
        self.studies = RemoteStudies(KEY, self.heard.append, self.late.append, self.more.append)
        self.source = self.studies.open(CASE, (STUDY,))

    def has(self, images: int, *, after: int = 0) -> None:
        self.studies.listed(
            StudyListed(
                consultation_id=CASE,
                study_instance_uid=STUDY,
                instances=tuple(
                    RemoteInstance(
                        sop_instance_uid=f"1.2.1.{number}",
                        series_instance_uid="1.2.1",
                        instance_number=number,
                        number_of_frames=1,
                        modality="CT",
                        series_description="",
                    )
                    for number in range(after + 1, after + images + 1)
                ),
                continued=after > 0,
            )
        )

    def arrive(self, number: int) -> None:
        self.studies.arrived(
            InstanceArrived(
                study_instance_uid=STUDY, sop_instance_uid=f"1.2.1.{number}", path=Path("none")
            )
        )

    def come(self, number: int, path: Path) -> None:
        self.studies.coming(
            InstanceComing(study_instance_uid=STUDY, sop_instance_uid=f"1.2.1.{number}", path=path)
        )

    def preferred(self) -> list[int]:
        last = [one for one in self.heard if isinstance(one, Prefer)][-1]
        return [int(uid.rsplit(".", 1)[1]) for uid in last.sop_instance_uids]


def test_the_images_around_the_one_looked_at_come_next_two_ahead_for_one_behind() -> None:
    process = Process()
    process.has(40)
    process.arrive(20)
    process.studies.near(["1.2.1.20"])
    assert process.preferred()[:6] == [21, 22, 19, 23, 24, 18]


def test_who_scrolls_back_is_served_backwards() -> None:
    process = Process()
    process.has(40)
    process.arrive(20)
    process.studies.near(["1.2.1.20"])
    process.arrive(19)
    process.studies.near(["1.2.1.19"])
    assert process.preferred()[:5] == [18, 17, 16, 15, 21]


def test_what_is_known_to_be_on_its_way_comes_in_the_order_in_which_it_is_wanted() -> None:
    process = Process()
    process.has(40)
    process.arrive(39)
    process.studies.near([f"1.2.1.{number}" for number in (40, 39, 38, 37, 99)])
    assert process.preferred() == [40, 38, 37]
    (wish,) = [one for one in process.heard if isinstance(one, Prefer)]
    assert wish.waited_for == "1.2.1.40"


def test_what_somebody_waits_for_is_so_still_when_a_study_is_begun_anew() -> None:
    process = Process()
    process.has(40)
    process.studies.near(["1.2.1.40", "1.2.1.39"])
    process.studies.stop()
    process.studies.go_on()
    again, wish = process.heard[-2:]
    assert isinstance(again, Fetch)
    assert isinstance(wish, Prefer)
    assert wish.waited_for == "1.2.1.40"


def test_where_images_lie_is_told_between_those_that_have_come() -> None:
    process = Process()
    process.has(2)
    place = PlacedImage(
        sop_instance_uid="1.2.1.2",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        series_instance_uid="1.2.1",
        instance_number=2,
        rows=32,
        columns=48,
        orientation=(1, 0, 0, 0, 1, 0),
        position=(0, 0, 2.5),
        slice_location=None,
        pixel_spacing=(0.5, 0.5),
        frame_of_reference_uid="1.9",
        marks=(1, None, "ORIGINAL"),
    )
    process.studies.placed(ImagesPlaced(study_instance_uid=STUDY, images=(place,)))
    told = next(process.source.instances())
    assert isinstance(told, Awaited)
    (image,) = told.images
    assert (image.study_instance_uid, image.sop_instance_uid) == (STUDY, "1.2.1.2")
    assert image.position == (0, 0, 2.5)


def test_images_around_are_found_across_the_pages_of_a_long_list() -> None:
    process = Process()
    process.has(10)
    process.has(10, after=10)
    process.arrive(10)
    process.studies.near(["1.2.1.10"])
    assert process.preferred()[:6] == [11, 12, 9, 13, 14, 8]


def test_what_is_here_is_not_asked_for_and_the_same_wish_is_said_once() -> None:
    process = Process()
    process.has(8)
    for number in (1, 2, 3, 5):
        process.arrive(number)
    process.studies.near(["1.2.1.3"])
    process.studies.near(["1.2.1.3"])
    assert process.preferred() == [4, 6, 7, 8]
    assert sum(isinstance(one, Prefer) for one in process.heard) == 1


def test_stopped_fetching_stops_and_goes_on() -> None:
    process = Process()
    process.has(8)
    process.studies.stop()
    process.studies.go_on()
    stop, again = process.heard[-2:]
    assert stop == StopFetching(study_instance_uid=STUDY)
    assert again == Fetch(consultation_id=CASE, study_instance_uid=STUDY)


def test_an_image_that_comes_after_the_end_is_given_to_the_viewer() -> None:
    process = Process()
    process.has(2)
    process.arrive(1)
    process.studies.ended(FetchEnded(study_instance_uid=STUDY, arrived=1, failed=1))
    assert process.late == []
    process.arrive(2)
    assert process.late == ["1.2.1.2"]


def sealed(folder: Path, name: str, data: bytes) -> Path:
    Sealer(KEY).seal_file(io.BytesIO(data), folder / name, "1.2.1.1")
    return folder / name


def test_a_picture_that_comes_is_given_at_once_and_again_when_there_is_more(
    tmp_path: Path,
) -> None:
    process = Process()
    process.has(1)
    begun = ct_object(ramp(), SOPInstanceUID="1.2.1.1")
    process.come(1, sealed(tmp_path, "begun", begun[:-20]))
    found = next(process.source.instances())
    assert isinstance(found, Instance)
    assert process.source.peek("1.2.1.1") == (begun[:-20], False)
    process.come(1, sealed(tmp_path, "begun", begun[:-10]))
    assert process.source.peek("1.2.1.1") == (begun[:-10], False)
    process.studies.arrived(
        InstanceArrived(
            study_instance_uid=STUDY,
            sop_instance_uid="1.2.1.1",
            path=sealed(tmp_path, "whole", begun),
        )
    )
    assert process.source.peek("1.2.1.1") == (begun, True)
    assert process.more == ["1.2.1.1", "1.2.1.1"]
    assert process.late == []


def test_whoever_wants_the_whole_of_it_is_not_given_a_beginning(tmp_path: Path) -> None:
    process = Process()
    process.has(1)
    process.come(1, sealed(tmp_path, "begun", b"begun"))
    process.studies.stop()
    with pytest.raises(UnreadableError):
        process.source.fetch("1.2.1.1")


def test_a_picture_that_will_not_become_whole_is_told_of(tmp_path: Path) -> None:
    process = Process()
    process.has(1)
    process.come(1, sealed(tmp_path, "begun", b"begun"))
    process.studies.failed(
        FetchFailed(
            study_instance_uid=STUDY,
            sop_instance_uid="1.2.1.1",
            code=TransferReason.UNREACHABLE,
        )
    )
    assert process.more == ["1.2.1.1"]
    with pytest.raises(UnreadableError):
        process.source.peek("1.2.1.1")


# --- late images of a submitted case --------------------------------------------------------


def test_late_images_join_what_is_open_without_opening_it_anew() -> None:
    process = Process()
    process.arrive(1)
    process.studies.ended(FetchEnded(study_instance_uid=STUDY, arrived=1, failed=0))
    source = process.source
    process.studies.extend((STUDY, "1.3"), again=(STUDY, "1.3"))
    asked = [one.study_instance_uid for one in process.heard if isinstance(one, Fetch)]
    assert asked == [STUDY, STUDY, "1.3"]
    process.arrive(2)
    process.studies.arrived(
        InstanceArrived(study_instance_uid="1.3", sop_instance_uid="1.3.1", path=Path("none"))
    )
    assert process.late == ["1.2.1.2", "1.3.1"]
    assert process.source is source


def test_a_study_that_came_late_does_not_replace_what_is_on_the_screen() -> None:
    process = Process()
    late = frozenset({"1.3"})
    assert process.studies.shows(CASE, (STUDY, "1.3"), late)
    assert not process.studies.shows(CASE, (STUDY, "1.3"))
    assert not process.studies.shows(CASE, ("1.3",), late), "what was taken back goes"
    process.studies.extend((STUDY, "1.3"), again=("1.3",))
    assert process.studies.shows(CASE, (STUDY, "1.3"), late)


# --- several studies of one case ---------------------------------------------------------------


def test_the_first_images_of_the_first_study_come_before_the_others_are_asked_for() -> None:
    process = Process()
    process.heard.clear()
    process.source = process.studies.open(CASE, (STUDY, "1.3", "1.4"))
    for number in range(1, FIRST_IMAGES):
        process.arrive(number)
    process.arrive(1)
    assert asked(process) == [STUDY]
    process.arrive(FIRST_IMAGES)
    assert asked(process) == [STUDY, "1.3", "1.4"]
    process.arrive(FIRST_IMAGES + 1)
    assert len(asked(process)) == 3


def test_a_first_study_of_few_images_or_none_holds_up_no_other() -> None:
    process = Process()
    process.heard.clear()
    process.source = process.studies.open(CASE, (STUDY, "1.3"))
    process.studies.failed(FetchFailed(study_instance_uid=STUDY, code=TransferReason.UNREACHABLE))
    assert asked(process) == [STUDY, "1.3"]


def test_a_late_study_does_not_take_the_place_of_the_one_the_others_wait_for() -> None:
    process = Process()
    process.source = process.studies.open(CASE, (STUDY, "1.3"))
    process.studies.extend(("1.5", STUDY, "1.3"), again=("1.5",))
    process.heard.clear()
    process.studies.ended(FetchEnded(study_instance_uid=STUDY, arrived=1, failed=0))
    assert asked(process) == ["1.3"]


def test_who_has_stopped_fetching_is_not_sent_the_other_studies() -> None:
    process = Process()
    process.heard.clear()
    process.source = process.studies.open(CASE, (STUDY, "1.3"))
    process.studies.stop()
    process.studies.ended(FetchEnded(study_instance_uid=STUDY, arrived=1, failed=0))
    assert asked(process) == [STUDY]
    process.studies.go_on()
    process.studies.ended(FetchEnded(study_instance_uid=STUDY, arrived=1, failed=0))
    assert asked(process) == [STUDY, STUDY, "1.3"]


# --- earlier studies of the patient -----------------------------------------------------------


def asked(process: Process) -> list[str]:
    return [one.study_instance_uid for one in process.heard if isinstance(one, Fetch)]


def with_priors() -> Process:
    process = Process()
    process.heard.clear()
    process.source = process.studies.open(CASE, (STUDY, "1.3"), ("1.1",))
    return process


def test_priors_are_fetched_when_the_cases_own_studies_are_here() -> None:
    process = with_priors()
    process.studies.ended(FetchEnded(study_instance_uid=STUDY, arrived=1, failed=0))
    assert asked(process) == [STUDY, "1.3"]
    process.studies.failed(FetchFailed(study_instance_uid="1.3", code=TransferReason.UNREACHABLE))
    process.studies.ended(FetchEnded(study_instance_uid="1.3", arrived=0, failed=0))
    assert asked(process) == [STUDY, "1.3", "1.1"], "once, and one that cannot be had holds up none"
    process.studies.ask_again()
    assert asked(process)[3:] == [STUDY, "1.3", "1.1"]


def test_a_case_without_images_of_its_own_shows_its_priors_at_once() -> None:
    process = Process()
    process.heard.clear()
    process.studies.open(CASE, (), ("1.1",))
    assert asked(process) == ["1.1"]


def test_priors_that_may_not_be_read_any_more_do_not_take_the_screen_away() -> None:
    process = with_priors()
    assert process.studies.shows(CASE, (STUDY, "1.3", "1.1"))
    assert process.studies.shows(CASE, (STUDY, "1.3")), "the report is signed"
    assert not process.studies.shows(CASE, (STUDY, "1.3", "1.1", "1.0"))
    process.studies.close()
    assert asked(process) == [STUDY]
    assert [one.study_instance_uid for one in process.heard if isinstance(one, StopFetching)][
        -3:
    ] == [STUDY, "1.3", "1.1"]
