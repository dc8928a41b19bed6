"""The WebSocket: hello, facts, replay, chat, and frames nobody understands."""

import json
import ssl

import pytest
from websockets.exceptions import ConnectionClosed

from protocol import paths
from protocol.base import new_id
from protocol.socket import MAX_FRAME_BYTES, SERVER_MESSAGE
from server.domain.case import RINGS_AT_ONCE
from tests.server.people import Someone, Town, Valley, open_case, submitted_case
from tests.server.sockets import Line, line, signed_in


def token(someone: Someone) -> str:
    return someone.tokens.access_token


async def test_the_expert_is_rung_and_the_clinic_sees_the_claim_live(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    async with (
        signed_in(town.url, context, token(valley.doctor)) as clinic,
        signed_in(town.url, context, token(valley.expert)) as expert,
    ):
        case_id = submitted_case(valley)
        rang = await expert.hear("offer_rang")
        assert rang["offer"]["consultation"]["id"] == case_id
        assert rang["offer"]["consultation"]["patient_name"] == "何**"
        assert rang["offer"]["why"]["terms"]
        await clinic.phase("offered")
        valley.expert.take(case_id)
        claimed = await clinic.phase("claimed")
        assert claimed["author"]["display_name"] == "陈专家"
        assert claimed["event"]["action"] == "claim"
        ended = await expert.hear("offer_ended")
        assert ended["how"] == "claimed_by_you"


async def test_every_frame_of_the_server_is_a_message_of_the_protocol(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    async with signed_in(town.url, context, token(valley.expert)) as expert:
        case_id = submitted_case(valley)
        await expert.hear("offer_rang")
        valley.expert.take(case_id)
        await expert.phase("claimed")
        await expert.join(case_id)
        await expert.hear("call_changed")
        frames = [expert.welcome, *expert.kept]
    assert len(frames) > 2
    for frame in frames:
        SERVER_MESSAGE.validate_json(json.dumps(frame))


async def test_another_expert_learns_that_a_case_left_the_queue(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    other = valley.another_expert()
    async with signed_in(town.url, context, token(other)) as watching:
        case_id = submitted_case(valley)
        await watching.phase("queued")
        valley.expert.take(case_id)
        left = await watching.hear("consultation_left")
        assert left["consultation_id"] == case_id


async def test_a_reconnect_replays_what_was_missed_once_and_in_order(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    doctor = valley.doctor
    async with signed_in(town.url, context, token(doctor)) as first:
        open_case(valley)
        last = (await first.hear("consultation_changed"))["seq"]
    missed = [open_case(valley) for _ in range(3)]
    async with signed_in(town.url, context, token(doctor), last_seq=last) as second:
        replayed = [await second.hear("consultation_changed") for _ in missed]
        assert [frame["consultation"]["id"] for frame in replayed] == missed
        numbers = [frame["seq"] for frame in replayed]
        assert numbers == sorted(set(numbers))
        assert numbers[-1] <= second.welcome["seq"]
        assert await second.quiet() == []


async def test_a_malformed_frame_is_refused_and_harms_nobody(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    async with signed_in(town.url, context, token(valley.doctor)) as clinic:
        for frame in ("{", "[]", "null", '{"type":"no such"}', '{"type":"ping","sent_ms":"1"}'):
            await clinic.connection.send(frame)
            refused = await clinic.hear("refused")
            assert refused["problem"]["code"] == "malformed_message"
        await clinic.connection.send(b"\xff\x00")
        assert (await clinic.hear("refused"))["problem"]["code"] == "malformed_message"
        assert await clinic.quiet() == []


async def test_a_frame_beyond_the_limit_ends_only_its_own_socket(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    async with (
        signed_in(town.url, context, token(valley.doctor)) as clinic,
        signed_in(town.url, context, token(valley.expert)) as expert,
    ):
        await clinic.connection.send("x" * (MAX_FRAME_BYTES + 1))
        with pytest.raises(ConnectionClosed):
            await clinic.hear("pong")
        await expert.quiet()


async def test_without_a_good_token_the_socket_says_why_and_closes(
    town: Town, context: ssl.SSLContext
) -> None:
    async with line(town.url, context) as stranger:
        await stranger.say("hello", access_token="not a token")
        assert (await stranger.hear("refused"))["problem"]["code"] == "token_invalid"
        with pytest.raises(ConnectionClosed):
            await stranger.read()


async def test_hello_comes_first(town: Town, context: ssl.SSLContext) -> None:
    async with line(town.url, context) as stranger:
        await stranger.say("ping", sent_ms=1)
        assert (await stranger.hear("refused"))["problem"]["code"] == "token_missing"


async def test_chat_reaches_both_who_treat_and_is_posted_once(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    async with (
        signed_in(town.url, context, token(valley.doctor)) as clinic,
        signed_in(town.url, context, token(valley.expert)) as expert,
    ):
        message = {"id": str(new_id()), "consultation_id": case_id, "text": "您好"}
        for _ in range(2):
            await clinic.say("send_chat", **message)
        heard = await expert.hear("chat_posted")
        assert heard["message"]["text"] == "您好"
        assert heard["message"]["author"]["id"] == str(valley.doctor.id)
        await clinic.quiet()
        assert [f for f in await expert.quiet() if f["type"] == "chat_posted"] == []
    stored = valley.expert.get(paths.MESSAGES, consultation_id=case_id)
    assert [one["text"] for one in stored] == ["您好"]


async def test_a_stranger_can_neither_chat_nor_read(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    case_id = submitted_case(valley)
    stranger = town.person("requester", institution=valley.clinic)
    async with signed_in(town.url, context, token(stranger)) as other:
        await other.say("send_chat", id=str(new_id()), consultation_id=case_id, text="hello")
        assert (await other.hear("refused"))["problem"]["code"] == "not_found"
    for path in (paths.CONSULTATION, paths.MESSAGES, paths.TIMELINE, paths.STUDIES):
        answer = stranger.send("GET", path, consultation_id=case_id)
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"


async def test_an_expert_who_connects_is_rung_for_what_waits(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    case_id = submitted_case(valley)
    async with signed_in(town.url, context, token(valley.expert)) as expert:
        rang = await expert.hear("offer_rang")
        assert rang["offer"]["consultation"]["id"] == case_id


async def test_what_waits_rings_who_connects_some_at_a_time_and_the_rest_once_they_are_free(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    waiting = [submitted_case(valley) for _ in range(RINGS_AT_ONCE + 1)]
    async with signed_in(town.url, context, token(valley.expert)) as expert:
        rang = [await expert.hear("offer_rang") for _ in range(RINGS_AT_ONCE)]
        assert [one["offer"]["consultation"]["id"] for one in rang] == waiting[:-1]
        assert [one for one in await expert.quiet() if one["type"] == "offer_rang"] == []
        valley.expert.take(waiting[0])
        for who, step in (
            (valley.expert, "start_reading"),
            (valley.doctor, "request_abort"),
            (valley.expert, "abort"),
        ):
            assert who.act(waiting[0], step, reason="患者已转院").status_code == 200
        more = await expert.hear("offer_rang")
        assert more["offer"]["consultation"]["id"] == waiting[-1]


async def test_a_pause_is_shown_and_ends_ringing(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    async def shown(watching: Line) -> str:
        frame = await watching.hear(
            "presence_changed",
            lambda one: one["presence"]["account_id"] == str(valley.expert.id),
        )
        return str(frame["presence"]["presence"])

    desk = town.person("dispatcher", institution=valley.hospital)
    async with signed_in(town.url, context, token(desk)) as board:
        async with signed_in(town.url, context, token(valley.expert)) as expert:
            assert await shown(board) == "available"
            await expert.say("set_paused", minutes=5)
            assert await shown(board) == "paused"
            submitted_case(valley)
            await board.phase("dispatching")
            assert [f for f in await expert.quiet() if f["type"] == "offer_rang"] == []
            await expert.say("set_paused", minutes=0)
            await expert.hear("offer_rang")
        assert await shown(board) == "available"
        assert await shown(board) == "offline"
