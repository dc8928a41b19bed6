"""A seat in a call outlives its socket for a while, and a restart of the server."""

import ssl
from pathlib import Path

import pytest

from protocol import paths
from tests.server.edge import centre_at, town_of
from tests.server.invitations import CONSENT
from tests.server.people import Someone, Town, Valley, make_valley, submitted_case
from tests.server.sockets import Frame, Line, signed_in

OFFER = {"kind": "description", "type": "offer", "sdp": "v=0", "attempt": 7}


def token(someone: Someone) -> str:
    return someone.tokens.access_token


@pytest.fixture
def reading_case(valley: Valley) -> str:
    return read_by_expert(valley)


def read_by_expert(valley: Valley) -> str:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    for action in ("accept", "start_reading"):
        assert valley.expert.act(case_id, action).status_code == 200
    return case_id


def state_of(frame: Frame, peer_id: str) -> str | None:
    """How the roster of a fact calls a peer; None when it is not in it."""
    people = frame["call"]["participants"] if frame["call"] else ()
    return next((one["state"] for one in people if one["peer_id"] == peer_id), None)


async def told(line: Line, peer_id: str, state: str | None) -> Frame:
    return await line.hear("call_changed", lambda frame: state_of(frame, peer_id) == state)


async def test_a_lost_socket_keeps_its_seat_for_a_while_and_then_leaves(
    valley: Valley, town: Town, context: ssl.SSLContext, reading_case: str
) -> None:
    async with signed_in(town.url, context, token(valley.doctor)) as clinic:
        await clinic.join(reading_case)
        async with signed_in(town.url, context, token(valley.expert)) as expert:
            seat = (await expert.join(reading_case))["peer_id"]
            await clinic.quiet()
            await expert.break_off()
        await told(clinic, seat, "reconnecting")
        await told(clinic, seat, None)
        now = valley.doctor.get(paths.CALL, consultation_id=reading_case)
        assert [one["kind"] for one in now["participants"]] == ["requester"]


async def test_the_same_session_takes_its_seat_again_and_hears_what_was_said_meanwhile(
    valley: Valley, town: Town, context: ssl.SSLContext, reading_case: str
) -> None:
    place = {"consultation_id": reading_case}
    async with signed_in(town.url, context, token(valley.doctor)) as clinic:
        here = await clinic.join(reading_case)
        async with signed_in(town.url, context, token(valley.expert)) as expert:
            seat = (await expert.join(reading_case))["peer_id"]
            await expert.break_off()
        await told(clinic, seat, "reconnecting")
        await clinic.say("send_signal", **place, to=seat, signal=OFFER)
        await clinic.quiet()
        async with signed_in(town.url, context, token(valley.expert)) as expert:
            again = await expert.join(reading_case, seat)
            assert (again["peer_id"], again["resumed"]) == (seat, True)
            assert [one["state"] for one in again["call"]["participants"]] == ["here", "here"]
            heard = await expert.hear("signal_received")
            assert (heard["sender"], heard["signal"]) == (here["peer_id"], OFFER)
            await told(clinic, seat, "here")
            await clinic.say("send_signal", **place, to=seat, signal={"kind": "renew"})
            assert (await expert.hear("signal_received"))["signal"] == {"kind": "renew"}


async def test_a_seat_is_taken_over_from_a_socket_that_only_seems_to_live(
    valley: Valley, town: Town, context: ssl.SSLContext, reading_case: str
) -> None:
    async with (
        signed_in(town.url, context, token(valley.doctor)) as clinic,
        signed_in(town.url, context, token(valley.expert)) as dead,
    ):
        here = await clinic.join(reading_case)
        seat = (await dead.join(reading_case))["peer_id"]
        async with signed_in(town.url, context, token(valley.expert)) as expert:
            again = await expert.join(reading_case, seat)
            assert (again["peer_id"], again["resumed"]) == (seat, True)
            place = {"consultation_id": reading_case}
            await clinic.say("send_signal", **place, to=seat, signal=OFFER)
            assert (await expert.hear("signal_received"))["sender"] == here["peer_id"]
            await dead.say("send_signal", **place, to=here["peer_id"], signal=OFFER)
            refused = await dead.hear("refused")
            assert refused["problem"]["code"] == "not_a_member"


async def test_a_stranger_cannot_take_a_seat(
    valley: Valley, town: Town, context: ssl.SSLContext, reading_case: str
) -> None:
    async with signed_in(town.url, context, token(valley.doctor)) as clinic:
        async with signed_in(town.url, context, token(valley.expert)) as expert:
            seat = (await expert.join(reading_case))["peer_id"]
            await expert.break_off()
        await told(clinic, seat, "reconnecting")
        mine = await clinic.join(reading_case, seat)
        assert mine["peer_id"] != seat
        assert not mine["resumed"]
        kept = {one["peer_id"]: one for one in mine["call"]["participants"]}[seat]
        assert kept["state"] == "reconnecting"
        assert kept["account_id"] == str(valley.expert.id)


async def test_who_joins_anew_leaves_no_ghost_behind(
    valley: Valley, town: Town, context: ssl.SSLContext, reading_case: str
) -> None:
    async with signed_in(town.url, context, token(valley.doctor)) as clinic:
        await clinic.join(reading_case)
        async with signed_in(town.url, context, token(valley.expert)) as expert:
            seat = (await expert.join(reading_case))["peer_id"]
            await expert.break_off()
        await told(clinic, seat, "reconnecting")
        restarted = town.sign_in(valley.expert.username, take_over=True)
        async with signed_in(town.url, context, token(restarted)) as expert:
            anew = await expert.join(reading_case)
            kinds = [one["kind"] for one in anew["call"]["participants"]]
            assert kinds == ["requester", "expert"]
            assert anew["peer_id"] != seat


async def test_a_killed_server_gives_everybody_the_same_seat_again(tmp_path: Path) -> None:
    with centre_at(tmp_path) as process:
        town = town_of(process)
        context = town.context
        valley = make_valley(town)
        case_id = read_by_expert(valley)
        place = {"consultation_id": case_id}
        async with (
            signed_in(town.url, context, token(valley.doctor)) as clinic,
            signed_in(town.url, context, token(valley.expert)) as expert,
        ):
            first = (await clinic.join(case_id))["peer_id"]
            second = (await expert.join(case_id))["peer_id"]
            body = {"display_name": "周女士", "kind": "patient", "valid_minutes": 5}
            code = valley.doctor.send("POST", paths.INVITATIONS, body, **place).json()["code"]
            with town.client() as nobody:
                ticket = nobody.post(paths.REDEEM, json={"code": code, "consent": CONSENT}).json()[
                    "access_token"
                ]
            async with signed_in(town.url, context, ticket) as patient:
                third = (await patient.join(case_id))["peer_id"]
                process.kill()
        process.start()
        async with (
            signed_in(town.url, context, token(valley.doctor)) as clinic,
            signed_in(town.url, context, ticket) as patient,
        ):
            back = await clinic.join(case_id, first)
            assert (back["peer_id"], back["resumed"]) == (first, True)
            states = {one["peer_id"]: one["state"] for one in back["call"]["participants"]}
            assert states == {first: "here", second: "reconnecting", third: "reconnecting"}
            again = await patient.join(case_id, third)
            assert (again["peer_id"], again["resumed"]) == (third, True)
            await told(clinic, third, "here")
        town.close()
