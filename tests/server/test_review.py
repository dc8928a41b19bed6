"""The second pair of eyes: reads while it must, approves or returns, and then sees no more."""

import asyncio
import ssl

from protocol import paths
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import Someone, Town, Valley, open_case
from tests.server.signing import approve, report_of, signed, signing_key
from tests.server.sockets import signed_in


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
    assert approve(reviewer, case_id).status_code == 200
    assert phase(valley.expert, case_id) == "drafting"
    assert reviewer.http.get(images).status_code == 404


def test_the_timeline_says_who_approved(valley: Valley, town: Town) -> None:
    reviewer = town.person("reviewer", institution=valley.hospital)
    case_id, _ = waiting_for_review(valley)
    approve(reviewer, case_id)
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


def test_a_reviewer_of_another_hospital_sees_nothing_of_the_draft(
    valley: Valley, town: Town
) -> None:
    ours = town.person("reviewer", institution=valley.hospital)
    others = (
        town.person("reviewer", institution=town.institution("hospital")),
        town.person("reviewer", institution=valley.clinic),
        town.person("reviewer"),
    )
    case_id, images = waiting_for_review(valley)
    study = images.split("/studies/")[1].split("/")[0]
    for other in others:
        assert other.http.get(images).status_code == 404
        assert other.http.get(images, params={"consultation": case_id}).status_code == 404
        for path in (paths.CONSULTATION, paths.TIMELINE, paths.OPINION, paths.REPORT):
            answer = other.http.get(path.format(consultation_id=case_id))
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        for action in ("approve", "return_from_review"):
            assert other.act(case_id, action, reason="不属于本院").status_code == 404
        assert listed(other) == []
        assert searched(other, study) == []
    assert listed(ours) == [case_id]
    assert searched(ours, study) == [study]


def listed(someone: Someone) -> list[str]:
    return [row["id"] for row in someone.get(paths.CONSULTATIONS)["items"]]


def searched(someone: Someone, study: str) -> list[str]:
    where = f"{paths.DICOMWEB}/studies"
    answer = someone.http.get(where, params={"StudyInstanceUID": study})
    return [row["0020000D"]["Value"][0] for row in answer.json()] if answer.content else []


async def test_only_the_drafters_house_hears_that_a_draft_waits(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    ours = town.person("reviewer", institution=valley.hospital)
    other = town.person("reviewer", institution=town.institution("hospital"))
    async with (
        signed_in(town.url, context, ours.tokens.access_token) as mine,
        signed_in(town.url, context, other.tokens.access_token) as theirs,
    ):
        case_id, _ = await asyncio.to_thread(waiting_for_review, valley)
        told = await mine.phase("awaiting_review")
        assert told["consultation"]["id"] == case_id
        assert await theirs.quiet() == []


def test_a_signed_report_is_read_by_the_reviewers_of_its_house_only(
    valley: Valley, town: Town
) -> None:
    ours = town.person("reviewer", institution=valley.hospital)
    other = town.person("reviewer", institution=town.institution("hospital"))
    case_id, _ = waiting_for_review(valley)
    approve(ours, case_id)
    body = {**valley.expert.claim[case_id], "opinion": {"impression": "良性"}}
    valley.expert.send("PUT", paths.OPINION, body, consultation_id=case_id)
    key = signing_key(valley.expert)
    assert signed(valley.expert, case_id, report_of(valley.expert, case_id), key).is_success
    where = paths.REPORT.format(consultation_id=case_id)
    assert ours.http.get(where).status_code == 200
    assert other.http.get(where).status_code == 404
