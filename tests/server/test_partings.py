"""In a call sit the two who treat the case and whom they invited: nobody else, at any time."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest

from protocol import paths
from tests.server.invitations import RunningCall, running_call
from tests.server.people import Valley
from tests.server.sockets import Frame, Line, signed_in
from tests.server.test_board import dispatcher_of

pytestmark = pytest.mark.both_databases
OFFER = {"kind": "description", "type": "offer", "sdp": "v=0", "attempt": 7}


@pytest.fixture
async def call(valley: Valley) -> AsyncIterator[RunningCall]:
    async with running_call(valley) as made:
        yield made


def at(call: RunningCall, token: str) -> AbstractAsyncContextManager[Line]:
    return signed_in(call.valley.town.url, call.valley.town.context, token)


def take_back(call: RunningCall) -> None:
    """A dispatcher takes the case from its expert."""
    released = dispatcher_of(call.valley).act(call.case_id, "release", reason="手术")
    assert released.status_code == 200


async def roster(line: Line, *names: str) -> Frame:
    """The next fact after which exactly these sit in the call."""
    told = await line.hear(
        "call_changed",
        lambda frame: (
            sorted(one["display_name"] for one in frame["call"]["participants"]) == sorted(names)
        ),
    )
    found: Frame = told["call"]
    return found


def peer(call: Frame, name: str) -> str:
    found: str = next(one["peer_id"] for one in call["participants"] if one["display_name"] == name)
    return found


async def is_refused(line: Line, code: str, case_id: str, seat: str | None = None) -> None:
    await line.say("join_call", ref=case_id, consultation_id=case_id, seat=seat)
    refused = await line.hear("refused")
    assert refused["problem"]["code"] == code


async def test_an_expert_from_whom_the_case_is_taken_leaves_its_call(call: RunningCall) -> None:
    expert = call.valley.expert
    async with at(call, expert.tokens.access_token) as line:
        joined = await line.join(call.case_id)
        await roster(call.clinic, "林医生", expert_name(joined))
        take_back(call)
        lost = await line.hear("seat_lost")
        assert (lost["consultation_id"], lost["why"]) == (call.case_id, "no_part")
        here = await roster(call.clinic, "林医生")
        to = peer(here, "林医生")
        await line.say("send_signal", consultation_id=call.case_id, to=to, signal=OFFER)
        assert (await line.hear("refused"))["problem"]["code"] == "not_a_member"
        await is_refused(line, "not_a_member", call.case_id, joined["peer_id"])


async def test_the_next_expert_meets_the_clinic_in_the_same_call(call: RunningCall) -> None:
    valley = call.valley
    second = valley.another_expert("王专家")
    async with (
        at(call, valley.expert.tokens.access_token) as first,
        at(call, second.tokens.access_token) as next_one,
    ):
        await first.join(call.case_id)
        take_back(call)
        await first.hear("seat_lost")
        second.take(call.case_id)
        joined = await next_one.join(call.case_id)
        names = {one["display_name"] for one in joined["call"]["participants"]}
        assert names == {"林医生", "王专家"}
        to = peer(joined["call"], "林医生")
        await next_one.say("send_signal", consultation_id=call.case_id, to=to, signal=OFFER)
        await call.clinic.hear("signal_received")
        assert not [one for one in await first.quiet() if one["type"] == "signal_received"]


async def test_a_case_that_is_given_up_ends_its_call_for_everybody(call: RunningCall) -> None:
    expert = call.valley.expert
    ticket = call.redeem(call.invite("周女士")["code"]).json()
    async with (
        at(call, expert.tokens.access_token) as line,
        at(call, ticket["access_token"]) as guest,
    ):
        await line.join(call.case_id)
        await guest.join(call.case_id)
        asked = call.valley.doctor.act(call.case_id, "request_abort", reason="病人已回家")
        assert asked.status_code == 200
        assert expert.act(call.case_id, "abort").status_code == 200
        for someone in (line, guest, call.clinic):
            assert (await someone.hear("seat_lost"))["why"] == "no_part"


async def test_an_invitation_that_was_taken_back_opens_nothing(call: RunningCall) -> None:
    made = call.invite("周女士")
    gone = call.valley.doctor.send(
        "DELETE", paths.INVITATION, consultation_id=call.case_id, invitation_id=made["id"]
    )
    assert gone.status_code == 204
    assert call.look(made["code"]).json()["standing"] == "withdrawn"
    assert call.redeem(made["code"]).json()["code"] == "invitation_invalid"
    (told,) = [one for one in call.states() if one["id"] == made["id"]]
    assert told["withdrawn_at"] is not None


async def test_who_came_with_it_is_put_out_and_does_not_come_back(call: RunningCall) -> None:
    made = call.invite("周女士")
    ticket = call.redeem(made["code"]).json()
    async with at(call, ticket["access_token"]) as guest:
        seat = (await guest.join(call.case_id))["peer_id"]
        await roster(call.clinic, "林医生", "周女士")
        call.valley.doctor.send(
            "DELETE", paths.INVITATION, consultation_id=call.case_id, invitation_id=made["id"]
        )
        assert (await guest.hear("seat_lost"))["why"] == "removed"
        await roster(call.clinic, "林医生")
        await is_refused(guest, "invitation_invalid", call.case_id, seat)
    async with at(call, ticket["access_token"]) as again:
        await is_refused(again, "invitation_invalid", call.case_id, seat)


async def test_a_guest_in_the_call_is_put_out_by_a_doctor_and_a_doctor_by_nobody(
    call: RunningCall,
) -> None:
    ticket = call.redeem(call.invite("周女士")["code"]).json()
    async with at(call, ticket["access_token"]) as guest:
        await guest.join(call.case_id)
        here = await roster(call.clinic, "林医生", "周女士")

        def put_out(by: str, name: str) -> int:
            who = call.valley.another_expert() if by == "a stranger" else call.valley.expert
            return who.send(
                "DELETE",
                paths.PARTICIPANT,
                consultation_id=call.case_id,
                peer_id=peer(here, name),
            ).status_code

        assert put_out("a stranger", "周女士") == 404
        assert put_out("the expert", "林医生") == 404
        assert put_out("the expert", "周女士") == 204
        assert (await guest.hear("seat_lost"))["why"] == "removed"
        await roster(call.clinic, "林医生")


async def test_one_ticket_is_good_for_one_seat(call: RunningCall) -> None:
    ticket = call.redeem(call.invite("周女士")["code"]).json()
    async with (
        at(call, ticket["access_token"]) as phone,
        at(call, ticket["access_token"]) as tablet,
    ):
        await phone.join(call.case_id)
        joined = await tablet.join(call.case_id)
        assert (await phone.hear("seat_lost"))["why"] == "moved"
        names = [one["display_name"] for one in joined["call"]["participants"]]
        assert sorted(names) == sorted(["林医生", "周女士"])


async def test_guests_are_told_of_no_account(call: RunningCall) -> None:
    ticket = call.redeem(call.invite("周女士")["code"]).json()
    async with (
        at(call, ticket["access_token"]) as guest,
        at(call, call.valley.expert.tokens.access_token) as expert,
    ):
        joined = await guest.join(call.case_id)
        await expert.join(call.case_id)
        told = await guest.hear("call_changed", lambda one: len(one["call"]["participants"]) == 3)
        assert told["author"] is None
        for people in (joined["call"]["participants"], told["call"]["participants"]):
            assert {one["account_id"] for one in people} == {None}


def expert_name(joined: Frame) -> str:
    own = joined["peer_id"]
    name: str = next(
        one["display_name"] for one in joined["call"]["participants"] if one["peer_id"] == own
    )
    return name
