"""The clinic hears where its cases stand, at a real server."""

import ssl

import pytest

from protocol import paths
from tests.server.people import Valley, submitted_case
from tests.server.sockets import Frame, Line, signed_in

pytestmark = pytest.mark.both_databases


async def stands(line: Line, *expected: tuple[str, int, int]) -> Frame:
    """The news that the cases of this person stand so: id, position, of how many."""

    def fits(frame: Frame) -> bool:
        told = {(p["consultation_id"], p["position"], p["of"]) for p in frame["places"]}
        return told == set(expected)

    return await line.hear("places_changed", fits)


async def test_places_move_while_cases_come_and_are_taken(
    valley: Valley, context: ssl.SSLContext
) -> None:
    url = valley.town.url
    async with (
        signed_in(url, context, valley.expert.tokens.access_token),
        signed_in(url, context, valley.doctor.tokens.access_token) as clinic,
    ):
        first = submitted_case(valley, urgency="routine")
        await stands(clinic, (first, 1, 1))
        urgent = submitted_case(valley, urgency="emergency")
        told = await stands(clinic, (urgent, 1, 2), (first, 2, 2))
        assert {place["unknown"] for place in told["places"]} == {"no_measure"}
        assert valley.doctor.get(paths.WAITING)["places"] == told["places"]
        valley.expert.take(urgent)
        await stands(clinic, (first, 1, 1))
        valley.expert.take(first)
        assert (await stands(clinic))["places"] == []


async def test_once_enough_were_taken_a_time_is_told_and_none_when_the_experts_leave(
    valley: Valley, context: ssl.SSLContext
) -> None:
    url = valley.town.url
    async with signed_in(url, context, valley.doctor.tokens.access_token) as clinic:
        async with signed_in(url, context, valley.expert.tokens.access_token):
            for _ in range(5):
                valley.expert.take(submitted_case(valley))
            waiting = submitted_case(valley)
            told = await stands(clinic, (waiting, 1, 1))
            (place,) = told["places"]
            assert (place["expected_at"] is None) == (place["unknown"] == "longer")
            assert place["unknown"] in (None, "longer"), "they were taken at once"
        gone = valley.doctor.get(paths.WAITING)["places"]
        assert [one["unknown"] for one in gone] == ["no_expert"]


def test_nobody_sees_the_places_of_others(valley: Valley) -> None:
    other = valley.town.person("requester", institution=valley.clinic, name="周医生")
    submitted_case(valley)
    assert other.get(paths.WAITING)["places"] == []
    assert valley.expert.send("GET", paths.WAITING).status_code == 403
