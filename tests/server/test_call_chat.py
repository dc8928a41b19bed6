"""In a call one also writes: to everybody in it, while the doctors keep a line of their own."""

from collections.abc import AsyncIterator

import pytest

from protocol import paths
from protocol.base import new_id
from tests.server.invitations import RunningCall, running_call
from tests.server.people import Valley
from tests.server.sockets import Line
from tests.server.test_partings import at


@pytest.fixture
async def call(valley: Valley) -> AsyncIterator[RunningCall]:
    async with running_call(valley) as made:
        yield made


async def say(line: Line, call: RunningCall, text: str, audience: str = "call") -> str:
    id_ = str(new_id())
    await line.say("send_chat", id=id_, consultation_id=call.case_id, text=text, audience=audience)
    return id_


async def test_what_is_said_to_the_call_is_read_by_its_guests_and_kept_with_the_case(
    call: RunningCall,
) -> None:
    ticket = call.redeem(call.invite("周女士")["code"]).json()
    async with at(call, ticket["access_token"]) as guest:
        seat = (await guest.join(call.case_id))["peer_id"]
        asked = await say(guest, call, "我需要空腹吗？")
        heard = (await call.clinic.hear("chat_posted"))["message"]
        assert (heard["id"], heard["audience"]) == (asked, "call")
        assert heard["author"] == {"id": seat, "display_name": "周女士", "institution_name": None}
        assert (await guest.hear("chat_posted"))["message"]["id"] == asked
        await say(call.clinic, call, "明早空腹。")
        told = await guest.hear("chat_posted")
        assert (told["message"]["text"], told["author"]) == ("明早空腹。", None)
    kept = call.valley.expert.get(paths.MESSAGES, consultation_id=call.case_id)
    assert [(one["text"], one["audience"]) for one in kept] == [
        ("我需要空腹吗？", "call"),
        ("明早空腹。", "call"),
    ]


async def test_who_sends_a_message_again_hears_that_it_was_posted(call: RunningCall) -> None:
    ticket = call.redeem(call.invite("周女士")["code"]).json()
    async with at(call, ticket["access_token"]) as guest:
        await guest.join(call.case_id)
        told = {"id": str(new_id()), "consultation_id": call.case_id, "audience": "call"}
        for _ in range(2):
            await guest.say("send_chat", text="我对碘过敏。", **told)
            assert (await guest.hear("chat_posted"))["message"]["id"] == told["id"]
    kept = call.valley.expert.get(paths.MESSAGES, consultation_id=call.case_id)
    assert [one["text"] for one in kept] == ["我对碘过敏。"]


async def test_what_the_doctors_say_to_each_other_reaches_no_guest(call: RunningCall) -> None:
    ticket = call.redeem(call.invite("周女士")["code"]).json()
    async with at(call, ticket["access_token"]) as guest:
        await guest.join(call.case_id)
        await say(call.clinic, call, "考虑恶性，先不告诉患者。", "treating")
        await call.clinic.hear("chat_posted")
        assert not [one for one in await guest.quiet() if one["type"] == "chat_posted"]
        await say(guest, call, "医生？", "treating")
        assert (await guest.hear("refused"))["problem"]["code"] == "not_a_member"


async def test_only_who_sits_in_the_call_speaks_to_it(call: RunningCall) -> None:
    ticket = call.redeem(call.invite("周女士")["code"]).json()
    async with (
        at(call, ticket["access_token"]) as outside,
        at(call, call.valley.expert.tokens.access_token) as expert,
    ):
        for line in (outside, expert):
            await say(line, call, "有人吗？")
            assert (await line.hear("refused"))["problem"]["code"] == "not_a_member"
