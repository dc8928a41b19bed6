"""A member of a call shows a screen or a device: a seat of its own that lives with its owner's."""

from pathlib import Path

from sqlalchemy import select

from protocol.base import new_id
from server.store.tables import AuditRow
from tests.server.edge import centre_at, town_of
from tests.server.invitations import read_case, running_call
from tests.server.people import Valley, make_valley
from tests.server.process import ServerProcess
from tests.server.sockets import Frame, Line, signed_in
from tests.server.tables import rows

OFFER = {"kind": "description", "type": "offer", "sdp": "v=0", "attempt": 7}


async def share(line: Line, case_id: str, kind: str = "screen", title: str = "") -> str:
    """Shares and returns the peer id of the new seat."""
    ref = str(new_id())
    await line.say("start_share", ref=ref, consultation_id=case_id, kind=kind, title=title)
    answer = await line.hear("share_started", lambda frame: frame["ref"] == ref)
    seat: str = answer["share"]
    return seat


def shares(frame: Frame) -> dict[str, Frame]:
    """The second videos of a roster, by peer id."""
    people = frame["call"]["participants"] if frame["call"] else ()
    return {one["peer_id"]: one for one in people if one["share"] is not None}


async def shown(line: Line, *seats: str) -> Frame:
    """The next fact after which exactly these are shared; earlier ones are let go."""
    while True:
        frame = await line.hear("call_changed")
        if set(shares(frame)) == set(seats):
            return frame


async def test_everybody_is_told_who_shares_what_and_that_it_is_over(valley: Valley) -> None:
    async with (
        running_call(valley) as call,
        signed_in(
            valley.town.url, valley.town.context, valley.expert.tokens.access_token
        ) as expert,
    ):
        own = (await expert.join(call.case_id))["peer_id"]
        seat = await share(expert, call.case_id, "device", "USB Ultrasound")
        seen = shares(await shown(call.clinic, seat))[seat]
        assert seen["share"] == {"owner": own, "kind": "device", "title": "USB Ultrasound"}
        assert seen["account_id"] == str(valley.expert.id)
        await expert.say("stop_share", consultation_id=call.case_id)
        assert shares(await shown(call.clinic)) == {}


async def test_titles_of_windows_go_nowhere(valley: Valley) -> None:
    async with running_call(valley) as call:
        seat = await share(call.clinic, call.case_id, "window", "张三 0001 - PACS")
        assert shares(await shown(call.clinic, seat))[seat]["share"]["title"] == ""


async def test_one_has_one_share_and_the_next_takes_its_place(valley: Valley) -> None:
    async with running_call(valley) as call:
        first = await share(call.clinic, call.case_id)
        second = await share(call.clinic, call.case_id, "device", "Grabber")
        assert first != second
        await shown(call.clinic, second)


async def test_signals_of_a_share_bear_its_name_and_go_to_its_owner(valley: Valley) -> None:
    place = {}
    async with (
        running_call(valley) as call,
        signed_in(
            valley.town.url, valley.town.context, valley.expert.tokens.access_token
        ) as expert,
    ):
        place["consultation_id"] = call.case_id
        own = (await expert.join(call.case_id))["peer_id"]
        seat = await share(call.clinic, call.case_id)
        await call.clinic.say("send_signal", **place, to=own, signal=OFFER, seat=seat)
        heard = await expert.hear("signal_received")
        assert (heard["sender"], heard["to"]) == (seat, own)
        await expert.say("send_signal", **place, to=seat, signal={"kind": "renew"})
        heard = await call.clinic.hear("signal_received")
        assert (heard["sender"], heard["to"]) == (own, seat)
        await expert.say("send_signal", **place, to=own, signal=OFFER, seat=seat)
        refused = await expert.hear("refused")
        assert refused["problem"]["code"] == "not_a_member", "a stranger's share is not one's own"


async def test_a_guest_sees_but_does_not_share(valley: Valley) -> None:
    async with running_call(valley) as call:
        ticket = call.redeem(call.invite()["code"]).json()["access_token"]
        async with signed_in(valley.town.url, valley.town.context, ticket) as guest:
            await guest.join(call.case_id)
            seat = await share(call.clinic, call.case_id)
            await shown(guest, seat)
            ref = str(new_id())
            await guest.say("start_share", ref=ref, consultation_id=call.case_id, kind="screen")
            refused = await guest.hear("refused", lambda frame: frame["ref"] == ref)
            assert refused["problem"]["code"] == "forbidden"


async def test_a_share_waits_with_its_owner_and_leaves_with_it(valley: Valley) -> None:
    async with running_call(valley) as call:
        token = valley.expert.tokens.access_token
        async with signed_in(valley.town.url, valley.town.context, token) as expert:
            own = (await expert.join(call.case_id))["peer_id"]
            seat = await share(expert, call.case_id)
            await expert.break_off()
        await call.clinic.hear(
            "call_changed",
            lambda frame: [one["state"] for one in shares(frame).values()] == ["reconnecting"],
        )
        place = {"consultation_id": call.case_id}
        await call.clinic.say("send_signal", **place, to=seat, signal=OFFER)
        async with signed_in(valley.town.url, valley.town.context, token) as expert:
            again = await expert.join(call.case_id, own)
            there = {one["peer_id"]: one["state"] for one in again["call"]["participants"]}
            assert there[seat] == "here"
            assert (await expert.hear("signal_received"))["to"] == seat, "kept meanwhile"
            await expert.say("send_signal", **place, to=seat, signal=OFFER, seat=seat)
            assert (await expert.hear("signal_received"))["sender"] == seat
            await call.clinic.quiet()
            await expert.say("leave_call", **place)
        await shown(call.clinic)


async def test_a_share_is_no_seat_to_sit_in(valley: Valley) -> None:
    async with running_call(valley) as call:
        seat = await share(call.clinic, call.case_id)
        await call.clinic.break_off()
        token = valley.doctor.tokens.access_token
        async with signed_in(valley.town.url, valley.town.context, token) as clinic:
            again = await clinic.join(call.case_id, seat)
            assert again["peer_id"] != seat
            assert not again["resumed"]
            assert len(again["call"]["participants"]) == 1, "what was left behind is gone"


async def test_it_stands_in_the_audit_trail(valley: Valley, server: ServerProcess) -> None:
    async with running_call(valley) as call:
        await shown(call.clinic, await share(call.clinic, call.case_id, "window"))
        await call.clinic.say("stop_share", consultation_id=call.case_id)
        await shown(call.clinic)
    entries = select(AuditRow.detail).where(
        AuditRow.resource == "call", AuditRow.detail.contains("shar")
    )
    noted = [detail for (detail,) in rows(server, entries.order_by(AuditRow.at, AuditRow.id))]
    assert noted[-2:] == ["share window", "stop sharing"]


async def test_a_site_may_forbid_screens_and_keep_devices(tmp_path: Path) -> None:
    with centre_at(tmp_path, {"HUIZHEN_SCREEN_SHARING": "false"}) as closed_site:
        town = town_of(closed_site)
        valley = make_valley(town)
        case_id = read_case(valley)
        token = valley.doctor.tokens.access_token
        async with signed_in(town.url, town.context, token) as clinic:
            assert (await clinic.join(case_id))["screen_sharing"] is False
            ref = str(new_id())
            await clinic.say("start_share", ref=ref, consultation_id=case_id, kind="screen")
            refused = await clinic.hear("refused", lambda frame: frame["ref"] == ref)
            assert refused["problem"]["code"] == "screen_sharing_off"
            await share(clinic, case_id, "device")
        town.close()


async def test_a_killed_server_gives_a_share_back_with_its_owner(tmp_path: Path) -> None:
    with centre_at(tmp_path) as process:
        town = town_of(process)
        valley = make_valley(town)
        case_id = read_case(valley)
        token = valley.doctor.tokens.access_token
        async with signed_in(town.url, town.context, token) as clinic:
            own = (await clinic.join(case_id))["peer_id"]
            seat = await share(clinic, case_id, "device", "超声 采集卡 2")
            process.kill()
        process.start()
        async with signed_in(town.url, town.context, token) as clinic:
            back = await clinic.join(case_id, own)
            assert back["resumed"]
            seen = {one["peer_id"]: one for one in back["call"]["participants"]}[seat]
            assert seen["share"] == {"owner": own, "kind": "device", "title": "超声 采集卡 2"}
            assert seen["state"] == "here"
        town.close()
