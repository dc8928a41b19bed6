"""Images that come after a case was submitted: added in the open, signed over only by choice."""

from typing import Any

import httpx

from protocol import paths
from protocol.imaging import FailureReason
from tests.server.images import ct_slice, declare, file_bytes, manifest, new_study, stow
from tests.server.people import Someone, Valley, open_case
from tests.server.signing import report_of, signed, signing_key

OPINION = {"findings": "右下叶结节", "impression": "建议随访", "recommendation": "三月复查"}


def a_case(valley: Valley, count: int = 2) -> tuple[str, list[Any], list[bytes]]:
    """Submitted with its images."""
    slices = new_study(count)
    files = [file_bytes(one) for one in slices]
    case_id = open_case(valley)
    declare(valley.doctor, case_id, slices, files)
    assert stow(valley.doctor, files).status_code == 200
    assert valley.doctor.act(case_id, "submit").status_code == 200
    return case_id, slices, files


def more_of(slices: list[Any], count: int) -> list[Any]:
    """Further slices of the same series."""
    study, series = slices[0].StudyInstanceUID, slices[0].SeriesInstanceUID
    return [ct_slice(study, series, len(slices) + number) for number in range(1, count + 1)]


def declared(someone: Someone, case_id: str, slices: list[Any]) -> httpx.Response:
    return someone.send(
        "PUT",
        paths.STUDY,
        manifest(slices, [file_bytes(one) for one in slices]),
        consultation_id=case_id,
        study_instance_uid=slices[0].StudyInstanceUID,
    )


def seen(someone: Someone, case_id: str) -> Any:
    return someone.get(paths.CONSULTATION, consultation_id=case_id)


def the_study(someone: Someone, case_id: str) -> Any:
    (study,) = seen(someone, case_id)["studies"]
    return study


def events(someone: Someone, case_id: str) -> list[tuple[str, str]]:
    timeline = someone.get(paths.TIMELINE, consultation_id=case_id)
    return [(one["action"], one["reason"]) for one in timeline]


def ready_to_sign(valley: Valley, case_id: str) -> None:
    valley.expert.take(case_id)
    for action in ("accept", "start_reading", "start_draft"):
        assert valley.expert.act(case_id, action).status_code == 200, action
    body = {**valley.expert.claim[case_id], "opinion": OPINION}
    answer = valley.expert.send("PUT", paths.OPINION, body, consultation_id=case_id)
    assert answer.status_code == 200


def sign(valley: Valley, case_id: str) -> httpx.Response:
    key = signing_key(valley.expert)
    return signed(valley.expert, case_id, report_of(valley.expert, case_id), key)


def test_late_images_are_counted_apart_until_the_last_has_arrived(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    before = seen(valley.doctor, case_id)["summary"]
    late = more_of(slices, 2)
    assert declared(valley.doctor, case_id, late).status_code == 200
    stow(valley.doctor, [file_bytes(late[0])])
    study = the_study(valley.doctor, case_id)
    assert (study["declared"], study["received"], study["verified"]) == (4, 3, False)
    assert (study["late_declared"], study["late_received"]) == (2, 1)
    stow(valley.doctor, [file_bytes(late[1])])
    assert the_study(valley.doctor, case_id)["verified"]
    after = seen(valley.doctor, case_id)["summary"]
    for clock in ("submitted_at", "accept_by", "phase"):
        assert after[clock] == before[clock]
    assert events(valley.doctor, case_id)[-1] == ("add_images", "+2")


def test_declaring_the_same_again_is_told_once_and_takes_nothing_away(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    late = more_of(slices, 1)
    for told in (late, late, slices[:1], [*slices, *late]):
        assert declared(valley.doctor, case_id, told).status_code == 200
        assert the_study(valley.doctor, case_id)["declared"] == 3
    assert [one for one, _ in events(valley.doctor, case_id)].count("add_images") == 1


def test_what_went_with_the_case_cannot_be_replaced(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    slices[0].PixelData = bytes(len(slices[0].PixelData))
    assert declared(valley.doctor, case_id, slices).json()["code"] == "instance_conflict"


def test_only_what_was_declared_is_taken_into_a_submitted_case(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    (stray,) = more_of(slices, 1)
    answer = stow(valley.doctor, [file_bytes(stray)])
    assert answer.status_code == 409
    assert answer.json()["00081198"]["Value"][0]["00081197"]["Value"] == [
        FailureReason.NOT_AUTHORIZED
    ]
    assert the_study(valley.doctor, case_id)["verified"]


def test_nobody_else_adds_images(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    colleague = valley.town.person("requester", institution=valley.clinic)
    valley.expert.take(case_id)
    late = more_of(slices, 1)
    for other, said in ((colleague, 404), (valley.expert, 403)):
        assert declared(other, case_id, late).status_code == said


def test_a_whole_study_may_come_late(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    other = new_study(2)
    assert declared(valley.doctor, case_id, other).status_code == 200
    assert stow(valley.doctor, [file_bytes(one) for one in other]).status_code == 200
    late = {
        one["study_instance_uid"]: one["late_declared"] for one in seen_studies(valley, case_id)
    }
    assert late == {slices[0].StudyInstanceUID: 0, other[0].StudyInstanceUID: 2}


def seen_studies(valley: Valley, case_id: str) -> list[Any]:
    found: list[Any] = seen(valley.doctor, case_id)["studies"]
    return found


def test_the_expert_waits_for_images_or_signs_without_them_by_choice(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    ready_to_sign(valley, case_id)
    assert "waive_images" not in seen(valley.expert, case_id)["allowed_actions"]
    assert declared(valley.doctor, case_id, more_of(slices, 3)).status_code == 200
    refused = sign(valley, case_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "images_arriving")
    assert "waive_images" in seen(valley.expert, case_id)["allowed_actions"]
    assert valley.expert.act(case_id, "waive_images").status_code == 200
    assert seen(valley.expert, case_id)["images_waived"]
    assert events(valley.expert, case_id)[-1] == ("waive_images", "3")
    assert sign(valley, case_id).status_code == 201


def test_the_expert_says_that_late_images_of_another_name_belong_here(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    ready_to_sign(valley, case_id)
    other = new_study(2)
    for one in other:
        one.PatientName, one.PatientBirthDate = "WANG^FANG", "19010203"
    assert declared(valley.doctor, case_id, other).status_code == 200
    assert stow(valley.doctor, [file_bytes(one) for one in other]).status_code == 200
    refused = sign(valley, case_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "images_doubted")
    assert "confirm_images" in seen(valley.expert, case_id)["allowed_actions"]
    assert valley.expert.act(case_id, "confirm_images").status_code == 200
    assert events(valley.expert, case_id)[-1] == ("confirm_images", "2")
    assert "confirm_images" not in seen(valley.expert, case_id)["allowed_actions"]
    answer = sign(valley, case_id)
    assert answer.status_code == 201, answer.text
    rests_on = answer.json()["report"]["study_instance_uids"]
    assert sorted(rests_on) == sorted((slices[0].StudyInstanceUID, other[0].StudyInstanceUID))


def test_late_images_that_name_nobody_wait_for_a_word_though_their_study_names_the_patient(
    valley: Valley,
) -> None:
    case_id, slices, _ = a_case(valley)
    ready_to_sign(valley, case_id)
    late = more_of(slices, 3)
    for one in late[:2]:
        one.PatientName = one.PatientID = ""
    assert declared(valley.doctor, case_id, late).status_code == 200
    assert stow(valley.doctor, [file_bytes(one) for one in late]).status_code == 200
    study = the_study(valley.expert, case_id)
    assert (study["late_received"], study["nameless"], study["late_nameless"]) == (3, 2, 2)
    assert sign(valley, case_id).json()["code"] == "images_doubted"
    assert valley.expert.act(case_id, "confirm_images").status_code == 200
    assert events(valley.expert, case_id)[-1] == ("confirm_images", "2")
    assert sign(valley, case_id).status_code == 201


def test_the_report_names_only_studies_that_were_there(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    ready_to_sign(valley, case_id)
    assert declared(valley.doctor, case_id, more_of(slices, 1)).status_code == 200
    assert declared(valley.doctor, case_id, new_study(1)).status_code == 200
    valley.expert.act(case_id, "waive_images")
    answer = sign(valley, case_id)
    assert answer.json()["report"]["study_instance_uids"] == [slices[0].StudyInstanceUID]


def test_once_they_have_arrived_nothing_stands_in_the_way(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    ready_to_sign(valley, case_id)
    late = more_of(slices, 1)
    declared(valley.doctor, case_id, late)
    stow(valley.doctor, [file_bytes(late[0])])
    assert sign(valley, case_id).status_code == 201


def test_after_the_signature_images_are_refused(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    ready_to_sign(valley, case_id)
    assert sign(valley, case_id).status_code == 201
    late = more_of(slices, 1)
    answer = declared(valley.doctor, case_id, late)
    assert (answer.status_code, answer.json()["code"]) == (409, "transition_refused")
    assert stow(valley.doctor, [file_bytes(late[0])]).status_code == 409


def test_late_images_can_be_taken_back_until_all_are_there(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    late = more_of(slices, 2)
    declared(valley.doctor, case_id, late)
    stow(valley.doctor, [file_bytes(late[0])])
    where = {"consultation_id": case_id, "study_instance_uid": slices[0].StudyInstanceUID}
    assert valley.doctor.send("DELETE", paths.STUDY, **where).status_code == 204
    study = the_study(valley.doctor, case_id)
    assert (study["declared"], study["late_declared"], study["verified"]) == (2, 0, True)
    assert events(valley.doctor, case_id)[-1] == ("take_back_images", "-2")
    assert valley.doctor.send("DELETE", paths.STUDY, **where).status_code == 409


# --- a case and its own list ------------------------------------------------------------------


def instances(someone: Someone, study: str, case_id: str) -> int:
    where = f"{paths.DICOMWEB}/studies/{study}/instances"
    return len(someone.http.get(where, params={"consultation": case_id}).json())


def test_another_case_with_more_images_of_the_study_changes_nothing_in_this_one(
    valley: Valley,
) -> None:
    case_id, slices, _ = a_case(valley)
    study = str(slices[0].StudyInstanceUID)
    valley.expert.take(case_id)
    more = more_of(slices, 3)
    other = open_case(valley)
    everything = [*slices, *more]
    declare(valley.doctor, other, everything, [file_bytes(one) for one in everything])
    stow(valley.doctor, [file_bytes(one) for one in more])
    found = the_study(valley.expert, case_id)
    assert (found["declared"], found["received"], found["verified"]) == (2, 2, True)
    assert instances(valley.expert, study, case_id) == 2
    assert instances(valley.doctor, study, other) == 5
    one = more[0]
    place = f"{paths.DICOMWEB}/studies/{study}/series/{one.SeriesInstanceUID}/instances/"
    answer = valley.expert.http.get(
        f"{place}{one.SOPInstanceUID}/metadata", params={"consultation": case_id}
    )
    assert answer.status_code == 404


def test_a_series_that_only_another_case_has_is_not_listed(valley: Valley) -> None:
    case_id, slices, _ = a_case(valley)
    study = str(slices[0].StudyInstanceUID)
    extra = new_study(1)
    extra[0].StudyInstanceUID = study
    everything = [*slices, *extra]
    files = [file_bytes(one) for one in everything]
    declare(valley.doctor, open_case(valley), everything, files)
    stow(valley.doctor, files[-1:])
    valley.expert.take(case_id)
    where = f"{paths.DICOMWEB}/studies/{study}/series"
    listed = valley.expert.http.get(where, params={"consultation": case_id}).json()
    assert [one["0020000E"]["Value"] for one in listed] == [[slices[0].SeriesInstanceUID]]
    assert [one["00201209"]["Value"] for one in listed] == [[2]]


def test_a_draft_with_fewer_images_of_a_study_is_complete_with_its_own(valley: Valley) -> None:
    _, slices, _ = a_case(valley, 3)
    other = open_case(valley)
    progress = declare(valley.doctor, other, slices[:1], [file_bytes(one) for one in slices[:1]])
    assert (progress["verified"], progress["undeclared"]) == (True, [])
    assert valley.doctor.act(other, "submit").status_code == 200


def test_a_draft_still_hears_of_images_that_nobody_declared(valley: Valley) -> None:
    slices = new_study(2)
    files = [file_bytes(one) for one in slices]
    case_id = open_case(valley)
    declare(valley.doctor, case_id, slices[:1], files[:1])
    stow(valley.doctor, files)
    answer = valley.doctor.act(case_id, "submit")
    assert answer.json()["code"] == "study_unverified"
