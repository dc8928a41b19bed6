"""A study of as many images as the protocol allows is declared in one list."""

import httpx
import pytest

from protocol import paths
from server.api.services.studies import rest_after
from tests.server.people import Valley, open_case

MOST = 20_000


def longest(prefix: str, number: int) -> str:
    """A UID of 64 characters."""
    return f"1.2.{prefix}{number:0{59 - len(prefix)}d}"[:64]


def listing(images: int) -> dict[str, object]:
    return {
        "study_instance_uid": "1.2.3",
        "instances": [
            {
                "sop_instance_uid": longest("1", number),
                "series_instance_uid": longest("2", number % 9),
                "sha256": f"{number:064x}",
                "size": 500_000,
                "original_sha256": f"{number + MOST:064x}",
            }
            for number in range(images)
        ],
    }


def declare(valley: Valley, body: object) -> httpx.Response:
    return valley.doctor.send(
        "PUT", paths.STUDY, body, consultation_id=open_case(valley), study_instance_uid="1.2.3"
    )


def test_twenty_thousand_images_are_declared_in_one_list(valley: Valley) -> None:
    answer = declare(valley, listing(MOST))
    assert answer.status_code == 200, answer.text[:200]
    progress = answer.json()
    assert (progress["declared"], len(progress["missing"])) == (MOST, MOST)


def test_a_longer_list_is_refused_and_so_is_one_that_never_ends(valley: Valley) -> None:
    assert declare(valley, listing(MOST + 1)).json()["code"] == "validation_failed"
    body = {**listing(1), "description": "x" * (17 << 20)}
    answer = declare(valley, body)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(("took_s", "rest_s"), [(0, 0), (0.005, 0.1), (0.02, 0.4), (3, 1)])
def test_the_longer_counting_takes_the_more_rarely_an_upload_is_told(
    took_s: float, rest_s: float
) -> None:
    assert rest_after(took_s) == rest_s
