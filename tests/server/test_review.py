"""The second pair of eyes: reads while it must, approves or returns, and then sees no more."""

from protocol import paths
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import Someone, Town, Valley, open_case


def waiting_for_review(valley: Valley) -> tuple[str, str]:
    """A case with images whose draft waits for its reviewer; case id and a path to its images."""
    slices = new_study(1)
    files = [file_bytes(one) for one in slices]
    case_id = open_case(valley)
    declare(valley.doctor, case_id, slices, files)
    stow(valley.doctor, files)
    assert valley.doctor.act(case_id, "submit").status_code == 200
    valley.expert.take(case_id)
    for action in ("accept", "start_reading", "start_draft", "request_review"):
        assert valley.expert.act(case_id, action).status_code == 200, action
    return case_id, f"{paths.DICOMWEB}/studies/{slices[0].StudyInstanceUID}/instances"


def phase(someone: Someone, case_id: str) -> str:
    case = someone.get(paths.CONSULTATION, consultation_id=case_id)
    found: str = case["summary"]["phase"]
    return found


def test_a_reviewer_sees_the_images_while_the_case_waits_for_them(
    valley: Valley, town: Town
) -> None:
    reviewer = town.person("reviewer", institution=valley.hospital)
    case_id, images = waiting_for_review(valley)
    assert reviewer.http.get(images).status_code == 200
    assert reviewer.act(case_id, "approve").status_code == 200
    assert phase(valley.expert, case_id) == "drafting"
    assert reviewer.http.get(images).status_code == 404


def test_the_timeline_says_who_approved(valley: Valley, town: Town) -> None:
    reviewer = town.person("reviewer", institution=valley.hospital)
    case_id, _ = waiting_for_review(valley)
    reviewer.act(case_id, "approve")
    events = valley.expert.http.get(paths.TIMELINE.format(consultation_id=case_id)).json()
    last = events[-1]
    assert (last["action"], last["by"]["id"], last["role"]) == (
        "approve",
        str(reviewer.id),
        "reviewer",
    )


def test_a_drafter_never_reviews_their_own_draft(valley: Valley) -> None:
    case_id, _ = waiting_for_review(valley)
    assert valley.expert.act(case_id, "approve").status_code in (403, 409)
    assert phase(valley.expert, case_id) == "awaiting_review"


def test_a_draft_comes_back_with_a_reason_from_either_side(valley: Valley, town: Town) -> None:
    reviewer = town.person("reviewer", institution=valley.hospital)
    case_id, _ = waiting_for_review(valley)
    assert reviewer.act(case_id, "return_from_review").status_code == 422
    assert reviewer.act(case_id, "return_from_review", reason="左右写反").status_code == 200
    valley.expert.act(case_id, "request_review")
    assert valley.expert.act(case_id, "return_from_review", reason="补充一句").status_code == 200
    assert phase(valley.expert, case_id) == "drafting"
