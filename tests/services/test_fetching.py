"""Which studies of a case are fetched, and in which order."""

from app.services.fetching import readable
from app.session.case import Case
from tests.fakes.examples import consultation, study


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
