"""A study that is known to be incomplete never reaches an expert as a complete one."""

from typing import Any

from protocol import paths
from protocol.shortfall import Shortfall
from tests.server.images import file_bytes, manifest, new_study, stow
from tests.server.people import Someone, Valley, open_case
from tests.server.test_late_images import a_case, events, more_of, the_study


def told(someone: Someone, case_id: str, slices: list[Any], **known: Any) -> None:
    """Declares these slices, and what is known of those that are not among them; sends them."""
    files = [file_bytes(one) for one in slices]
    answer = someone.send(
        "PUT",
        paths.STUDY,
        {**manifest(slices, files), "shortfall": Shortfall(**known).model_dump()},
        consultation_id=case_id,
        study_instance_uid=slices[0].StudyInstanceUID,
    )
    assert answer.status_code == 200, answer.text
    assert stow(someone, files).status_code == 200


def test_what_the_archive_said_reaches_the_expert_and_the_timeline(valley: Valley) -> None:
    case_id = open_case(valley)
    told(valley.doctor, case_id, new_study(2), expected=5)
    assert valley.doctor.act(case_id, "submit").status_code == 200
    valley.expert.take(case_id)
    study = the_study(valley.expert, case_id)
    assert study["verified"]
    assert study["shortfall"]["expected"] == 5
    assert ("submit", "2/5") in events(valley.expert, case_id)


def test_a_device_that_was_still_sending_is_told_without_a_number(valley: Valley) -> None:
    case_id = open_case(valley)
    told(valley.doctor, case_id, new_study(2), still_sending=True)
    assert valley.doctor.act(case_id, "submit").status_code == 200
    assert ("submit", "2/?") in events(valley.doctor, case_id)
    assert the_study(valley.doctor, case_id)["shortfall"]["still_sending"]


def test_late_images_say_what_is_still_missing_and_then_that_nothing_is(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    more = more_of(slices, 3)
    told(valley.doctor, case_id, more[:1], expected=5)
    assert events(valley.doctor, case_id)[-1] == ("add_images", "+1; 3/5")
    told(valley.doctor, case_id, more, expected=5)
    assert events(valley.doctor, case_id)[-1] == ("add_images", "+2")
    assert the_study(valley.doctor, case_id)["shortfall"]["expected"] == 5


def test_a_complete_study_says_nothing_of_numbers(valley: Valley) -> None:
    case_id, _, _ = a_case(valley)
    assert the_study(valley.doctor, case_id)["shortfall"] == Shortfall().model_dump()
    assert ("submit", "") in events(valley.doctor, case_id)
