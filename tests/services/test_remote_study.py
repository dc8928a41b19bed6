"""The images of a case for the viewer: what is wanted next, and what comes late."""

from pathlib import Path
from uuid import UUID

from app.services.remote_study import RemoteStudies
from app.transfer.messages import (
    Command,
    Fetch,
    FetchEnded,
    InstanceArrived,
    Prefer,
    RemoteInstance,
    StopFetching,
    StudyListed,
)

CASE = UUID("0198e7c1-0000-7000-8000-000000000001")
STUDY = "1.2"


class Process:
    """The transfer process: hears commands."""

    def __init__(self) -> None:
        self.heard: list[Command] = []
        self.late: list[str] = []
        self.studies = RemoteStudies(bytes(range(32)), self.heard.append, self.late.append)
        self.source = self.studies.open(CASE, (STUDY,))

    def has(self, images: int) -> None:
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
                    for number in range(1, images + 1)
                ),
            )
        )

    def arrive(self, number: int) -> None:
        self.studies.arrived(
            InstanceArrived(
                study_instance_uid=STUDY, sop_instance_uid=f"1.2.1.{number}", path=Path("none")
            )
        )

    def preferred(self) -> list[int]:
        last = [one for one in self.heard if isinstance(one, Prefer)][-1]
        return [int(uid.rsplit(".", 1)[1]) for uid in last.sop_instance_uids]


def test_the_images_around_the_one_looked_at_come_next_two_ahead_for_one_behind() -> None:
    process = Process()
    process.has(40)
    process.studies.near("1.2.1.20")
    assert process.preferred()[:6] == [21, 22, 19, 23, 24, 18]


def test_who_scrolls_back_is_served_backwards() -> None:
    process = Process()
    process.has(40)
    process.studies.near("1.2.1.20")
    process.studies.near("1.2.1.19")
    assert process.preferred()[:6] == [18, 17, 20, 16, 15, 21]


def test_what_is_here_is_not_asked_for_and_the_same_wish_is_said_once() -> None:
    process = Process()
    process.has(8)
    for number in (1, 2, 3, 5):
        process.arrive(number)
    process.studies.near("1.2.1.3")
    process.studies.near("1.2.1.3")
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
