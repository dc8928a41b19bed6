"""Calls of many, with Debian's Janus as the SFU."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.media.messages import AddPeer, Direction, RemovePeer, Role, SetMuted
from tests.bench.errors import CounterpartMissing
from tests.live.browsers import guest_chromium
from tests.live.group import Group, group
from tests.live.guests import Guest, link_to
from tests.live.ohif import certificate_of
from tests.media.janus import Janus, janus
from tests.server.edge import centre_at, town_of
from tests.server.invitations import read_case
from tests.server.people import Town, make_valley
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in

pytestmark = [
    pytest.mark.live,
    pytest.mark.alone,
    pytest.mark.allow_logs("a picture on its way while the call is moved may be broken"),
    pytest.mark.timeout(400),
    pytest.mark.skipif(sys.platform == "win32", reason="Janus is of Debian"),
]


@pytest.fixture(scope="module")
def sfu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Janus]:
    with janus(tmp_path_factory.mktemp("janus")) as running:
        yield running


@pytest.fixture(scope="module")
def large_server(sfu: Janus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with centre_at(tmp_path_factory.mktemp("server"), sfu.settings) as process:
        yield process


@pytest.fixture(scope="module")
def large_town(large_server: ServerProcess) -> Iterator[Town]:
    made = town_of(large_server)
    yield made
    made.close()


@pytest.fixture
async def mdt(large_server: ServerProcess, large_town: Town) -> AsyncIterator[Group]:
    """A case that is read, and nobody in its call yet."""
    valley = make_valley(large_town)
    case_id = await asyncio.to_thread(read_case, valley)
    async with group(large_server, valley, case_id) as made:
        yield made


async def on_the_sfu(mdt: Group, guests: str) -> str:
    """Both doctors and so many guests; answers the peer that stands for the SFU."""
    await mdt.doctor(mdt.valley.doctor)
    await mdt.doctor(mdt.valley.expert)
    for name in guests:
        await mdt.guest(name)
    state = await mdt.told("the SFU", lambda call: call["sfu"] is not None)
    await mdt.all_see_all()
    return str(state["sfu"])


async def test_the_fifth_moves_a_mesh_and_six_see_and_hear_each_other(mdt: Group) -> None:
    await mdt.doctor(mdt.valley.doctor)
    await mdt.doctor(mdt.valley.expert)
    for name in "甲乙":
        await mdt.guest(name)
    await mdt.all_see_all()
    assert (await mdt.state())["sfu"] is None
    seats = [person.peer_id for person in mdt.people]
    await mdt.guest("丙")
    state = await mdt.told("the SFU", lambda call: call["sfu"] is not None)
    await mdt.all_see_all()
    await mdt.guest("丁")
    await mdt.all_see_all()
    assert [person.peer_id for person in mdt.people][:4] == seats
    for person in mdt.people:
        met = await person.met()
        assert len(met) == 6
        sent = met.pop(state["sfu"])
        assert sent.frames_sent > 0
        assert sent.rtt_ms is not None, "the SFU's receiver reports reach the controller"
        assert sent.target_kbps <= 1000, "its REMB is the site's limit"
        had = {one.peer_id: one.frames_sent for one in met.values()}
        await mdt.all_see_all(2)
        now = {peer: one.frames_sent for peer, one in (await person.met()).items() if peer in had}
        assert now == had, "one's own picture goes out once"
        assert not person.failures


async def test_who_leaves_and_who_comes_disturbs_nobody(mdt: Group) -> None:
    sfu = await on_the_sfu(mdt, "甲乙丙")
    await mdt.leaves(mdt.people[-1])
    await mdt.all_see_all()
    assert (await mdt.state())["sfu"] == sfu, "a call that has moved stays there"
    await mdt.guest("丁")
    await mdt.all_see_all()
    assert (await mdt.state())["sfu"] == sfu


async def test_a_broken_line_to_the_server_takes_no_picture_away(mdt: Group) -> None:
    await on_the_sfu(mdt, "甲乙丙")
    broken = mdt.people[2]
    seat, had = broken.peer_id, await broken.met()
    broken.break_line()
    await mdt.all_see_all()
    await mdt.told(
        "everybody here", lambda call: {one["state"] for one in call["participants"]} == {"here"}
    )
    assert broken.signalling.breaks == 1
    assert broken.peer_id == seat
    now = await broken.met()
    assert {one.peer_id: one.reconnects for one in now.values()} == {
        one.peer_id: one.reconnects for one in had.values()
    }
    await mdt.guest("丁")
    await mdt.all_see_all()


async def test_connections_that_are_lost_are_made_anew(mdt: Group) -> None:
    """As by a media process that was killed: it offers anew, and asks for what it misses."""
    sfu = await on_the_sfu(mdt, "甲乙丙")
    again, other = mdt.people[3], mdt.people[0]
    for peer_id, role, direction in (
        (sfu, Role.OFFERER, Direction.SEND),
        (other.peer_id, Role.ANSWERER, Direction.RECEIVE),
    ):
        await again.engine.handle(RemovePeer(peer_id=peer_id))
        await again.engine.handle(
            AddPeer(peer_id=peer_id, role=role, direction=direction, again=True)
        )
    await mdt.all_see_all()
    for person in mdt.people:
        assert not person.failures


async def test_silence_of_somebody_muted_is_no_lost_connection(mdt: Group) -> None:
    await mdt.doctor(mdt.valley.doctor)
    await mdt.doctor(mdt.valley.expert)
    for name in "甲乙":
        await mdt.guest(name)
    mute = await mdt.guest("丙", muted=True)
    await mdt.told("the SFU", lambda call: call["sfu"] is not None)
    speaking = mdt.people[:4]
    await mdt.all_see_all(people=speaking)
    await mdt.connected(mute)
    silences = sum(person.silences for person in mdt.people)
    await mdt.all_see_all(60, people=speaking)  # more than seven seconds of eight pictures
    await mute.engine.handle(SetMuted(audio=False, video=False))
    await mdt.all_see_all()
    await mute.engine.handle(SetMuted(audio=True, video=True))
    await mdt.all_see_all(60, people=speaking)
    assert sum(person.silences for person in mdt.people) == silences


async def test_h264_passes_as_vp8_does(mdt: Group) -> None:
    await mdt.doctor(mdt.valley.doctor, codec="H264")
    await mdt.doctor(mdt.valley.expert)
    for name in "甲乙丙":
        await mdt.guest(name)
    state = await mdt.told("the SFU", lambda call: call["sfu"] is not None)
    await mdt.all_see_all()
    asked = [one.descriptions_from(state["sfu"])[-1].sdp for one in mdt.people[:2]]
    assert ["H264/90000" in sdp for sdp in asked] == [True, False]
    seen = mdt.people[2].descriptions_from(mdt.people[0].peer_id)[-1].sdp
    assert "H264/90000" in seen


async def test_a_patient_at_the_page_is_moved_with_the_others(
    mdt: Group, tmp_path: Path, large_server: ServerProcess
) -> None:
    certificate = tmp_path / "server.pem"
    certificate.write_text(certificate_of(large_server.url))
    await mdt.doctor(mdt.valley.doctor)
    await mdt.doctor(mdt.valley.expert)
    await mdt.guest("甲")
    where = guest_chromium(tmp_path / "browser", certificate)
    try:
        guest = Guest(await asyncio.to_thread(where.__enter__))
    except CounterpartMissing as missing:
        pytest.skip(str(missing))
    try:
        await guest.open(link_to(large_server, mdt.valley.doctor, mdt.case_id))
        await guest.join()
        await guest.counted(lambda all_: [one["frames"] > 5 for one in all_] == [True] * 3)
        await mdt.guest("乙")
        state = await mdt.told("the SFU", lambda call: call["sfu"] is not None)
        counted = await guest.counted(
            lambda all_: (
                sorted((one["frames"] > 20, one["sent"] > 20) for one in all_)
                == [(False, True), *[(True, False)] * 4]
            )
        )
        assert sum(one["energy"] > 0 for one in counted) == 4
        await mdt.all_see_all()
        (page,) = (one for one in state["participants"] if one["kind"] == "patient")
        for person in mdt.people:
            await mdt.sees(person, page["peer_id"])
        tiles = "document.querySelectorAll('#pictures [data-state=live]').length"
        await guest.until(f"{tiles} === 4", "four pictures on the page")
        await guest.tap("camera")
        await mdt.stops_seeing(mdt.people[0], page["peer_id"])
        await guest.tap("camera")
        await mdt.sees(mdt.people[0], page["peer_id"])
        assert await guest.violations() == []
        await guest.tap("hangUp")
        await guest.until("document.getElementById('rejoin') !== null", "the way back")
    finally:
        await asyncio.to_thread(where.__exit__, None, None, None)


async def test_nobody_without_a_seat_gets_or_sends_anything(mdt: Group, sfu: Janus) -> None:
    peer = await on_the_sfu(mdt, "甲乙丙")
    town, context = mdt.valley.town, mdt.valley.town.context
    other = await asyncio.to_thread(make_valley, town)
    other_case = await asyncio.to_thread(read_case, other)
    offer = {"kind": "description", "type": "offer", "sdp": "v=0", "attempt": 7}
    async with signed_in(town.url, context, other.doctor.tokens.access_token) as stranger:
        await stranger.join(other_case)
        for case_id in (mdt.case_id, other_case):
            for to in (peer, mdt.people[0].peer_id):
                await stranger.say("send_signal", consultation_id=case_id, to=to, signal=offer)
                refused = await stranger.hear("refused")
                code = "not_found" if case_id == mdt.case_id else "not_a_member"
                assert refused["problem"]["code"] == code
        assert not [one for one in await stranger.quiet() if one["type"] == "signal_received"]
    (room,) = await sfu.rooms()
    assert (room["is_private"], room["pin_required"]) == (True, True)
    assert await sfu.refusal(room["room"], "a guess") == 433, "the pin is not known"
    assert not any(person.failures for person in mdt.people)


async def test_participants_are_told_nothing_of_janus_and_the_room_goes_with_the_call(
    mdt: Group, sfu: Janus
) -> None:
    await on_the_sfu(mdt, "甲乙丙")
    (room,) = await sfu.rooms()
    heard = [description.sdp for person in mdt.people for description in person.descriptions]
    assert len(heard) >= 5 * 5
    assert not [sdp for sdp in heard if str(room["room"]) in sdp]
    for person in tuple(mdt.people):
        await mdt.leaves(person)
    await mdt.until(lambda: sfu.rooms(), lambda rooms: rooms == [], "the end of the room")


async def test_a_killed_sfu_leaves_a_mesh_until_it_is_back(mdt: Group, sfu: Janus) -> None:
    before = await on_the_sfu(mdt, "甲乙丙")
    await asyncio.to_thread(sfu.kill)
    await mdt.told("that it is away", lambda call: call["sfu_away"] and call["sfu"] is None)
    await mdt.all_see_all()
    await mdt.leaves(mdt.people[-1])  # six without an SFU are more than this process can carry
    await mdt.guest("丁")
    await mdt.all_see_all()
    await asyncio.to_thread(sfu.start)
    state = await mdt.told("the SFU again", lambda call: call["sfu"] is not None)
    assert not state["sfu_away"]
    assert state["sfu"] != before
    await mdt.all_see_all()


async def test_a_killed_server_makes_the_call_anew_and_leaves_no_room_behind(
    mdt: Group, sfu: Janus
) -> None:
    before = await on_the_sfu(mdt, "甲乙丙")
    (room,) = await sfu.rooms()
    await asyncio.to_thread(mdt.server.kill)
    await asyncio.to_thread(mdt.server.start)
    await mdt.told("the SFU again", lambda call: call["sfu"] not in (None, before))
    await mdt.all_see_all()
    assert [one["room"] for one in await sfu.rooms()] == [room["room"]]
