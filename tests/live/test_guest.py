"""A patient with nothing but a browser takes part in a call: real server, real media processes,
real Chromium and Firefox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from app.media.messages import PeerStatistics
from tests.bench.errors import CounterpartMissing
from tests.live.browsers import Browser, guest_chromium, guest_firefox
from tests.live.guests import Doctor, Guest, doctor_in_call, link_to, sees_and_hears
from tests.live.ohif import certificate_of
from tests.server.invitations import read_case
from tests.server.people import Valley
from tests.server.process import ServerProcess

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def certificate(server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("certificate") / "server.pem"
    file.write_text(certificate_of(server.url))
    return file


@pytest.fixture
async def case_id(valley: Valley) -> str:
    return await asyncio.to_thread(read_case, valley)


async def opened(where: AbstractContextManager[Browser]) -> Browser:
    try:
        return await asyncio.to_thread(where.__enter__)
    except CounterpartMissing as missing:
        pytest.skip(str(missing))


IN_EACH_BROWSER = pytest.mark.parametrize("guest", ["chromium", "firefox"], indirect=True)


@pytest.fixture
async def guest(
    request: pytest.FixtureRequest, tmp_path: Path, certificate: Path
) -> AsyncIterator[Guest]:
    """A guest at Chromium, or at the browser that is named."""
    where: AbstractContextManager[Browser] = (
        guest_chromium(tmp_path / "browser", certificate)
        if getattr(request, "param", "chromium") == "chromium"
        else guest_firefox(tmp_path / "browser")
    )
    browser = await opened(where)
    yield Guest(browser)
    await asyncio.to_thread(where.__exit__, None, None, None)


@pytest.fixture
async def doctor(server: ServerProcess, valley: Valley, case_id: str) -> AsyncIterator[Doctor]:
    async with doctor_in_call(server, valley.doctor, case_id) as made:
        yield made


@IN_EACH_BROWSER
async def test_the_patient_and_the_doctor_see_and_hear_each_other(
    guest: Guest, doctor: Doctor, server: ServerProcess, valley: Valley, case_id: str
) -> None:
    address = await asyncio.to_thread(link_to, server, valley.doctor, case_id)
    await guest.open(address)
    await guest.read("林医生")
    await guest.join()
    (counted,) = await guest.counted(
        lambda all_: [c["frames"] > 20 and c["energy"] > 0 for c in all_] == [True]
    )
    assert counted["codec"] == "video/VP8"
    (met,) = await doctor.meets(sees_and_hears)
    assert met.width >= 320
    assert doctor.link.latest_frame(met.peer_id) is not None
    assert (
        await guest.evaluate("document.querySelector('.tile figcaption').textContent") == "林医生"
    )
    assert await guest.violations() == []
    await guest.tap("hangUp")
    await guest.until("document.getElementById('rejoin') !== null", "the way back")
    assert await guest.evaluate("connections.every(one => one.connectionState === 'closed')")


async def test_h264_and_vp8_go_both_ways_in_chromium(
    tmp_path: Path, certificate: Path, server: ServerProcess, valley: Valley, case_id: str
) -> None:
    """Who offers chooses: the guest VP8 towards the doctor, the expert H.264 towards the guest."""
    where = guest_chromium(tmp_path / "browser", certificate)
    guest = Guest(await opened(where))
    async with doctor_in_call(server, valley.doctor, case_id) as doctor:
        await guest.open(await asyncio.to_thread(link_to, server, valley.doctor, case_id))
        await guest.join()
        await guest.counted(lambda all_: [c["frames"] > 5 for c in all_] == [True])
        async with doctor_in_call(server, valley.expert, case_id, "H264") as expert:
            counted = await guest.counted(
                lambda all_: [c["frames"] > 20 for c in all_] == [True, True]
            )
            assert [(c["codec"], c["sends"]) for c in counted] == [
                ("video/VP8", "video/VP8"),
                ("video/H264", "video/H264"),
            ]
            await expert.meets(sees_and_hears, sees_and_hears)
            await doctor.meets(sees_and_hears, sees_and_hears)
    await asyncio.to_thread(where.__exit__, None, None, None)


async def test_three_parties_each_see_and_hear_the_two_others(
    guest: Guest, doctor: Doctor, server: ServerProcess, valley: Valley, case_id: str
) -> None:
    address = await asyncio.to_thread(link_to, server, valley.doctor, case_id)
    async with doctor_in_call(server, valley.expert, case_id) as expert:
        await guest.open(address)
        await guest.join()
        await guest.counted(
            lambda all_: [c["frames"] > 20 and c["energy"] > 0 for c in all_] == [True, True]
        )
        await doctor.meets(sees_and_hears, sees_and_hears)
        await expert.meets(sees_and_hears, sees_and_hears)
        await guest.read("陈专家")
        assert await guest.evaluate("document.querySelectorAll('.tile.speaker').length") == 1
        await guest.until(
            "[...document.querySelectorAll('.tile')].every(one => one.dataset.state === 'live')",
            "two live pictures",
        )


async def test_who_comes_after_the_patient_makes_the_offer_to_the_patient(
    guest: Guest, doctor: Doctor, server: ServerProcess, valley: Valley, case_id: str
) -> None:
    await guest.open(await asyncio.to_thread(link_to, server, valley.doctor, case_id))
    await guest.join()
    await guest.counted(lambda all_: len(all_) == 1)
    async with doctor_in_call(server, valley.expert, case_id) as expert:
        await guest.counted(lambda all_: [c["frames"] > 20 for c in all_] == [True, True])
        await expert.meets(sees_and_hears, sees_and_hears)


@IN_EACH_BROWSER
async def test_a_cut_socket_takes_no_picture_away_and_a_lost_connection_is_made_anew(
    guest: Guest, doctor: Doctor, server: ServerProcess, valley: Valley, case_id: str
) -> None:
    await guest.open(await asyncio.to_thread(link_to, server, valley.doctor, case_id))
    await guest.join()
    await guest.counted(lambda all_: [c["frames"] > 10 for c in all_] == [True])
    await guest.evaluate("sockets.at(-1).close()")
    await guest.until("sockets.length === 2", "a new socket")
    await guest.counted(lambda all_: [c["frames"] > 60 for c in all_] == [True])
    assert await guest.evaluate("connections.length") == 1
    await guest.evaluate("connections.at(-1).close()")
    await guest.until("connections.length === 2", "a new connection")
    await guest.counted(lambda all_: [c["frames"] > 10 for c in all_] == [True])
    await doctor.meets(sees_and_hears)


async def test_microphone_and_camera_go_off_and_on_and_the_page_says_so(
    guest: Guest, doctor: Doctor, server: ServerProcess, valley: Valley, case_id: str
) -> None:
    await guest.open(await asyncio.to_thread(link_to, server, valley.doctor, case_id))
    await guest.join()
    (before,) = await doctor.meets(sees_and_hears)
    await guest.tap("camera")
    await guest.until("document.getElementById('own').dataset.state === 'off'", "no own picture")
    await doctor.meets(lambda peer: peer.fps == 0 and peer.audio_frames_received > 0)
    await guest.tap("microphone")
    await guest.until(
        "document.getElementById('microphone').getAttribute('aria-pressed') === 'true'", "muted"
    )
    await guest.tap("camera")

    def pictures_again(peer: PeerStatistics) -> bool:
        return peer.fps > 5 and peer.frames_decoded > before.frames_decoded

    await doctor.meets(pictures_again)


async def test_a_reload_comes_back_into_the_call_with_the_same_invitation(
    guest: Guest, doctor: Doctor, server: ServerProcess, valley: Valley, case_id: str
) -> None:
    await guest.open(await asyncio.to_thread(link_to, server, valley.doctor, case_id))
    await guest.join()
    await guest.counted(lambda all_: len(all_) == 1)
    await guest.evaluate("setTimeout(() => location.reload(), 0) && true")
    await guest.until("globalThis.connections?.length === 1", "the call again")
    await guest.counted(lambda all_: [c["frames"] > 10 for c in all_] == [True])
    await doctor.meets(sees_and_hears)


async def test_when_the_doctors_leave_the_page_waits_and_says_so(
    guest: Guest, server: ServerProcess, valley: Valley, case_id: str
) -> None:
    async with doctor_in_call(server, valley.doctor, case_id):
        await guest.open(await asyncio.to_thread(link_to, server, valley.doctor, case_id))
        await guest.join()
        await guest.counted(lambda all_: [c["frames"] > 5 for c in all_] == [True])
    await guest.until("document.getElementById('room').dataset.state === 'left'", "an empty room")
    assert await guest.evaluate("document.querySelectorAll('.tile').length") == 0
