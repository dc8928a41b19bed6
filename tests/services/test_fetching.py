"""Which studies of a case are fetched, and in which order."""

from uuid import UUID

from app.imaging.listed import ListedSeries
from app.services.fetching import FetchingService, readable
from app.session.case import Case
from app.session.owner import Session
from app.transfer.messages import RemoteInstance, StudyListed
from app.transfer.place_messages import ThumbnailArrived
from tests.fakes.examples import consultation, study

CASE = UUID("0198e7c1-0000-7000-8000-000000000001")
STUDY = "1.2"


def ignore(_: object) -> None:
    """What is told besides."""


def test_the_latest_study_is_fetched_first_and_of_one_day_the_one_taken_first() -> None:
    case = Case(
        consultation(
            studies=(
                study("1.2.1", study_date="20250610", study_time="0900"),
                study("1.2.2"),
                study("1.2.3", study_date="20261121", study_time="1015"),
                study("1.2.4", study_date="20261121", study_time="0930"),
                study("1.2.5", study_date="20261122", verified=False, received=3),
            )
        )
    )
    assert readable(case) == ("1.2.4", "1.2.3", "1.2.1", "1.2.2")


# --- what is told of a study on its way -----------------------------------------------------


def listed(*instances: tuple[str, str, int], continued: bool = False) -> StudyListed:
    """Instances as (series, modality, frames)."""
    return StudyListed(
        consultation_id=CASE,
        study_instance_uid=STUDY,
        instances=tuple(
            RemoteInstance(
                sop_instance_uid=f"{series}.{number}",
                series_instance_uid=series,
                instance_number=number,
                number_of_frames=frames,
                modality=modality,
                series_description="轴位",
            )
            for number, (series, modality, frames) in enumerate(instances, start=1)
        ),
        continued=continued,
    )


class Fetching:
    """The service with one study open, and what it makes true."""

    def __init__(self) -> None:
        self.session = Session()
        self.pictures: list[tuple[str, bytes]] = []
        self.service = FetchingService(self.session, bytes(32), ignore, ignore, ignore)
        self.service.on_thumbnail = self._pictured
        self.service.remote.open(CASE, (STUDY,))

    def _pictured(self, series_instance_uid: str, jpeg: bytes) -> None:
        self.pictures.append((series_instance_uid, jpeg))

    def hear(self, event: StudyListed) -> tuple[ListedSeries, ...]:
        self.service.heard(event)
        return tuple(self.session.state.fetching.series.values())


def test_every_series_of_a_study_is_known_before_an_image_is_here() -> None:
    assert Fetching().hear(listed(("7.1", "CT", 1), ("7.1", "CT", 1), ("7.2", "US", 30))) == (
        ListedSeries("7.1", STUDY, "CT", "轴位", 2),
        ListedSeries("7.2", STUDY, "US", "轴位", 30),
    )


def test_a_list_that_goes_on_adds_to_what_it_said() -> None:
    fetching = Fetching()
    fetching.hear(listed(("7.1", "CT", 1), ("7.1", "CT", 1)))
    both = fetching.hear(listed(("7.1", "CT", 1), ("7.2", "US", 30), continued=True))
    assert [(one.series_instance_uid, one.slices) for one in both] == [("7.1", 3), ("7.2", 30)]
    again = fetching.hear(listed(("7.1", "CT", 1)))
    assert again[0].slices == 1, "a list that begins anew does not"


def test_thumbnails_of_what_is_not_open_are_not_shown() -> None:
    fetching = Fetching()
    for study_uid in (STUDY, "1.9"):
        fetching.service.heard(
            ThumbnailArrived(study_instance_uid=study_uid, series_instance_uid="7.1", jpeg="QUJD")
        )
    assert fetching.pictures == [("7.1", b"ABC")]
