"""The call of a consultation: who may join, who hears whom, and invitations."""

import ssl

import pytest

from protocol import paths
from protocol.base import new_id
from tests.server.invitations import CONSENT, read_case
from tests.server.people import Someone, Town, Valley, submitted_case
from tests.server.sockets import signed_in

AT_ONCE = 2_000
"""Frames of one socket, which then has 200 a second."""
OFFER = {"kind": "description", "type": "offer", "sdp": "v=0"}


def token(someone: Someone) -> str:
    return someone.tokens.access_token


@pytest.fixture
def reading_case(valley: Valley) -> str:
    """A case the valley's expert reads."""
    return read_case(valley)


def phase_of(someone: Someone, case_id: str) -> str:
    return str(someone.get(paths.CONSULTATION, consultation_id=case_id)["summary"]["phase"])


async def test_the_call_moves_the_case_in_and_back(
    valley: Valley, town: Town, context: ssl.SSLContext, reading_case: str
) -> None:
    async with (
        signed_in(town.url, context, token(valley.doctor)) as clinic,
        signed_in(town.url, context, token(valley.expert)) as expert,
    ):
        first = await clinic.join(reading_case)
        assert phase_of(valley.expert, reading_case) == "reading"
        second = await expert.join(reading_case)
        assert phase_of(valley.expert, reading_case) == "in_call"
        roster = [one["kind"] for one in second["call"]["participants"]]
        assert roster == ["requester", "expert"]
        state = valley.doctor.get(paths.CALL, consultation_id=reading_case)
        assert len(state["participants"]) == 2
        assert first["ice_servers"] == []

        await expert.say("leave_call", consultation_id=reading_case)
        await clinic.hear(
            "call_changed", lambda f: f["call"] and len(f["call"]["participants"]) == 1
        )
        await clinic.say("leave_call", consultation_id=reading_case)
        await clinic.hear("call_changed", lambda f: f["call"] is None)
        assert phase_of(valley.expert, reading_case) == "reading"
    assert valley.doctor.send("GET", paths.CALL, consultation_id=reading_case).status_code == 404


async def test_a_signal_reaches_its_peer_with_the_sender_stamped_by_the_server(
    valley: Valley, town: Town, context: ssl.SSLContext, reading_case: str
) -> None:
    async with (
        signed_in(town.url, context, token(valley.doctor)) as clinic,
        signed_in(town.url, context, token(valley.expert)) as expert,
    ):
        here, there = await clinic.join(reading_case), await expert.join(reading_case)
        place = {"consultation_id": reading_case}
        await expert.say("send_signal", **place, to=here["peer_id"], signal=OFFER)
        heard = await clinic.hear("signal_received")
        assert heard["sender"] == there["peer_id"]
        assert heard["signal"] == OFFER
        # A sender cannot be claimed: the field does not exist.
        await expert.say(
            "send_signal", **place, to=here["peer_id"], signal=OFFER, sender=here["peer_id"]
        )
        assert (await expert.hear("refused"))["problem"]["code"] == "malformed_message"
        candidate = {"kind": "candidate", "candidate": "", "sdp_mid": "0", "sdp_m_line_index": 0}
        await clinic.say("send_signal", **place, to=there["peer_id"], signal=candidate)
        assert (await expert.hear("signal_received"))["signal"] == candidate
        short = {"kind": "candidate", "candidate": "x"}
        await clinic.say("send_signal", **place, to=there["peer_id"], signal=short)
        assert (await expert.hear("signal_received"))["signal"]["candidate"] == "x"
        sending = {"kind": "sending", "motion": "single", "limit": "line"}
        await clinic.say("send_signal", **place, to=there["peer_id"], signal=sending)
        assert (await expert.hear("signal_received"))["signal"] == sending


async def test_signals_of_a_burst_come_in_order_each_is_counted_once_and_too_many_are_refused(
    valley: Valley, town: Town, context: ssl.SSLContext, reading_case: str
) -> None:
    async with (
        signed_in(town.url, context, token(valley.doctor)) as clinic,
        signed_in(town.url, context, token(valley.expert)) as expert,
    ):
        here, nobody = (await clinic.join(reading_case))["peer_id"], str(new_id())
        await expert.join(reading_case)

        async def signal(to: str, number: int) -> None:
            said = {"kind": "candidate", "candidate": str(number)}
            await expert.say("send_signal", consultation_id=reading_case, to=to, signal=said)

        for number in range(AT_ONCE // 2 - 10):
            await signal(here, number)
            await signal(nobody, number)
        heard = [await clinic.hear("signal_received") for _ in range(AT_ONCE // 2 - 10)]
        assert [int(one["signal"]["candidate"]) for one in heard] == list(range(len(heard)))
        refused = [one for one in await expert.quiet() if one["type"] == "refused"]
        assert [one["problem"]["code"] for one in refused] == ["not_a_member"] * len(heard)
        for number in range(AT_ONCE):
            await signal(here, number)
        assert (await expert.hear("refused"))["problem"]["code"] == "too_many_requests"


@pytest.mark.parametrize(
    "signal",
    [
        {"kind": "sending", "motion": ["fluent"], "limit": "none"},
        {"kind": "description", "type": "offer", "sdp": 5},
        {"kind": "description", "type": "shout", "sdp": ""},
        {"kind": "description", "type": "offer", "sdp": "", "more": 1},
        {"kind": "candidate", "candidate": "x" * 2001},
        {"kind": "candidate", "candidate": "x", "sdp_m_line_index": "0"},
        {"kind": "other"},
        "text",
    ],
)
async def test_a_signal_that_is_none_is_refused_on_the_fast_path_too(
    valley: Valley,
    town: Town,
    context: ssl.SSLContext,
    reading_case: str,
    signal: object,
) -> None:
    async with (
        signed_in(town.url, context, token(valley.doctor)) as clinic,
        signed_in(town.url, context, token(valley.expert)) as expert,
    ):
        here = await clinic.join(reading_case)
        await expert.join(reading_case)
        await expert.say(
            "send_signal", consultation_id=reading_case, to=here["peer_id"], signal=signal
        )
        assert (await expert.hear("refused"))["problem"]["code"] == "malformed_message"
        assert [f for f in await clinic.quiet() if f["type"] == "signal_received"] == []


async def test_who_is_not_in_the_call_can_neither_signal_nor_join(
    valley: Valley, town: Town, context: ssl.SSLContext, reading_case: str
) -> None:
    stranger = valley.another_expert()
    async with (
        signed_in(town.url, context, token(valley.doctor)) as clinic,
        signed_in(town.url, context, token(stranger)) as other,
    ):
        here = await clinic.join(reading_case)
        await other.say(
            "send_signal", consultation_id=reading_case, to=here["peer_id"], signal=OFFER
        )
        assert (await other.hear("refused"))["problem"]["code"] == "not_found"
        await other.say("join_call", ref=here["peer_id"], consultation_id=reading_case)
        refused = await other.hear("refused")
        assert refused["problem"]["code"] == "not_found"
        assert refused["ref"] == here["peer_id"]
        assert [f for f in await clinic.quiet() if f["type"] == "signal_received"] == []


async def test_an_invitation_opens_this_call_once_and_nothing_else(
    valley: Valley, town: Town, context: ssl.SSLContext, reading_case: str
) -> None:
    place = {"consultation_id": reading_case}
    early = valley.doctor.send("POST", paths.INVITATIONS, {"display_name": "患者"}, **place)
    assert early.json()["code"] == "call_not_running"
    async with signed_in(town.url, context, token(valley.doctor)) as clinic:
        here = await clinic.join(reading_case)
        made = valley.doctor.send("POST", paths.INVITATIONS, {"display_name": "患者"}, **place)
        code = made.json()["code"]
        with town.client() as nobody:
            body = {"code": code, "consent": CONSENT}
            ticket = nobody.post(paths.REDEEM, json=body).json()
            again = nobody.post(paths.REDEEM, json=body)
            assert again.status_code == 403
            assert again.json()["code"] == "invitation_invalid"
            closed = nobody.get(
                paths.CONSULTATIONS,
                headers={"authorization": f"Bearer {ticket['access_token']}"},
            )
            assert closed.status_code == 403
        async with signed_in(town.url, context, ticket["access_token"]) as patient:
            assert patient.welcome["account_id"] is None
            joined = await patient.join(reading_case)
            assert joined["call"]["participants"][-1]["kind"] == "patient"
            await patient.say("send_signal", **place, to=here["peer_id"], signal=OFFER)
            assert (await clinic.hear("signal_received"))["sender"] == joined["peer_id"]
            await patient.say("send_chat", id=here["peer_id"], **place, text="hello")
            assert (await patient.hear("refused"))["problem"]["code"] == "not_a_member"
            other_case = submitted_case(valley)
            await patient.say("join_call", ref=here["peer_id"], consultation_id=other_case)
            assert (await patient.hear("refused"))["problem"]["code"] == "not_a_member"


@pytest.mark.both_databases
async def test_who_is_waited_for_in_a_call_is_told_and_what_they_missed_stays(
    valley: Valley, town: Town, context: ssl.SSLContext, reading_case: str
) -> None:
    def listed() -> list[tuple[str, bool]]:
        items = valley.expert.get(paths.NOTIFICATIONS)["items"]
        return [(one["code"], one["read"]) for one in items if one["code"].startswith("call_")]

    async with (
        signed_in(town.url, context, token(valley.doctor)) as clinic,
        signed_in(town.url, context, token(valley.expert)) as expert,
    ):
        await clinic.join(reading_case)
        told = await expert.hear("notified", lambda one: "call" in one["notification"]["code"])
        assert (told["notification"]["code"], told["notification"]["by"]) == (
            "call_waiting",
            "林医生",
        )
        await clinic.say("leave_call", consultation_id=reading_case)
        await clinic.hear("call_changed", lambda f: f["call"] is None)
        assert listed() == [("call_missed", False), ("call_waiting", True)]
        await clinic.join(reading_case)
        await expert.join(reading_case)
        for line in (expert, clinic):
            await line.say("leave_call", consultation_id=reading_case)
        await clinic.hear("call_changed", lambda f: f["call"] is None)
        assert [code for code, _read in listed()].count("call_missed") == 1, "they came"
        assert listed()[0] == ("call_waiting", True)
    newest = valley.expert.get(paths.NOTIFICATIONS, limit=1)["items"][0]
    for path in (paths.NOTIFICATIONS_READ, paths.NOTIFICATIONS_CLEARED):
        chosen = {"up_to": newest["at"]}
        assert valley.expert.send("POST", path, chosen).status_code == 204
    page = valley.expert.get(paths.NOTIFICATIONS)
    assert (page["items"], page["unread"]) == ([], 0)
