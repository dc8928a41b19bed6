"""What the guest's page says before and beside a call, in Chromium: consent, void invitations,
devices that cannot be used, languages, small screens."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from protocol import paths
from tests.bench.errors import CounterpartMissing
from tests.live.browsers import DENIED, FAKE_DEVICES, NO_DEVICES, Chromium, guest_chromium
from tests.live.guests import Guest, doctor_in_call, link_to
from tests.live.ohif import certificate_of
from tests.server.invitations import CONSENT, RunningCall, let_run_out, running_call
from tests.server.people import Valley
from tests.server.process import ServerProcess

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]
SECTION = "document.body.dataset.section"
OVERFLOWS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
NAMELESS = """
[...document.querySelectorAll('button, input, video')]
  .filter(one => one.getClientRects().length)
  .filter(one => !(one.ariaLabel || one.textContent.trim() || one.labels?.length))
  .map(one => one.id)
"""


class ChromiumGuest(Guest):
    browser: Chromium


@asynccontextmanager
async def at_chromium(
    folder: Path, server: ServerProcess, options: Sequence[str] = FAKE_DEVICES
) -> AsyncIterator[ChromiumGuest]:
    certificate = folder / "server.pem"
    certificate.write_text(certificate_of(server.url))
    where = guest_chromium(folder / "browser", certificate, options)
    try:
        browser = await asyncio.to_thread(where.__enter__)
    except CounterpartMissing as missing:
        pytest.skip(str(missing))
    try:
        yield ChromiumGuest(browser)
    finally:
        await asyncio.to_thread(where.__exit__, None, None, None)


@pytest.fixture
async def guest(tmp_path: Path, server: ServerProcess) -> AsyncIterator[ChromiumGuest]:
    async with at_chromium(tmp_path, server) as made:
        yield made


@pytest.fixture
async def call(valley: Valley) -> AsyncIterator[RunningCall]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(running_call(valley))


def address(server: ServerProcess, code: str) -> str:
    return f"{server.url}{paths.JOIN}#{code}"


async def invited(call: RunningCall) -> str:
    made = await asyncio.to_thread(call.invite)
    return str(made["code"])


async def test_without_the_tick_nobody_joins_and_the_page_says_why(
    guest: ChromiumGuest, call: RunningCall, server: ServerProcess
) -> None:
    code = await invited(call)
    await guest.open(address(server, code))
    await guest.read("林医生")
    await guest.tap("joinBoth")
    await guest.read("Tick “I have understood this and agree” first")
    assert await guest.evaluate("document.activeElement.id") == "consent"
    assert call.look(code).json()["standing"] == "open"
    await guest.tap("refuse")
    await guest.read("You have not joined")
    assert call.look(code).json()["standing"] == "open"
    assert await guest.violations() == []


async def used(call: RunningCall, _server: ServerProcess) -> str:
    code = await invited(call)
    assert call.redeem(code, CONSENT).status_code == 200
    return code


async def run_out(call: RunningCall, server: ServerProcess) -> str:
    code = await invited(call)
    let_run_out(server)
    return code


async def ended(call: RunningCall, _server: ServerProcess) -> str:
    code = await invited(call)
    await call.end()
    return code


async def unknown(_call: RunningCall, _server: ServerProcess) -> str:
    return "b" * 43


async def cut_off(call: RunningCall, _server: ServerProcess) -> str:
    return (await invited(call))[:12]


@pytest.mark.parametrize(
    ("void", "says", "mend"),
    [
        (used, "This invitation was used already", "ask the doctor for a new link"),
        (run_out, "This invitation has run out", "Ask the doctor for a new link"),
        (ended, "The consultation is over", "ask the doctor for a new link"),
        (unknown, "This invitation cannot be opened", "Open the whole link"),
        (cut_off, "This invitation cannot be opened", "Open the whole link"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_a_void_invitation_is_told_in_words_with_what_to_do(
    guest: ChromiumGuest,
    call: RunningCall,
    server: ServerProcess,
    void: Callable[[RunningCall, ServerProcess], "asyncio.Future[str]"],
    says: str,
    mend: str,
) -> None:
    await guest.open(address(server, await void(call, server)))
    await guest.read(says)
    await guest.read(mend)
    assert await guest.evaluate("connections.length") == 0


async def test_an_invitation_used_meanwhile_is_told_when_one_joins(
    guest: ChromiumGuest, call: RunningCall, server: ServerProcess
) -> None:
    code = await invited(call)
    await guest.open(address(server, code))
    await guest.read("林医生")
    assert call.redeem(code).status_code == 200
    await guest.join()
    await guest.read("This invitation was used already")
    assert await guest.evaluate("document.getElementById('ownVideo').srcObject") is None


@pytest.mark.parametrize(
    ("options", "says", "mend"),
    [
        (DENIED, "was not allowed to use microphone and camera", "allow it, then try again"),
        (NO_DEVICES, "No microphone and no camera were found", "use a phone that has one"),
    ],
    ids=["refused", "missing"],
)
async def test_devices_that_cannot_be_used_are_told_and_one_may_join_and_listen(
    tmp_path: Path,
    server: ServerProcess,
    valley: Valley,
    call: RunningCall,
    options: Sequence[str],
    says: str,
    mend: str,
) -> None:
    async with (
        at_chromium(tmp_path, server, options) as guest,
        doctor_in_call(server, valley.expert, call.case_id) as doctor,
    ):
        code = await invited(call)
        await guest.open(address(server, code))
        await guest.join()
        await guest.read(says)
        await guest.read(mend)
        assert call.look(code).json()["standing"] == "open", "nothing was used up"
        await guest.tap("joinAnyway")
        await guest.counted(lambda all_: any(c["frames"] > 10 and c["heard"] > 20 for c in all_))
        await guest.read(says)
        assert doctor.link.running


async def test_with_sound_only_no_camera_is_opened(
    guest: ChromiumGuest, server: ServerProcess, valley: Valley, call: RunningCall
) -> None:
    async with doctor_in_call(server, valley.expert, call.case_id) as doctor:
        await guest.open(await asyncio.to_thread(link_to, server, valley.doctor, call.case_id))
        await guest.join("joinSound")
        await guest.counted(lambda all_: any(c["frames"] > 10 for c in all_))
        tracks = "document.getElementById('ownVideo').srcObject.getTracks().length"
        assert await guest.evaluate(tracks) == 0
        await guest.read("Camera is off")
        met = await doctor.meets(lambda _: True, lambda _: True)
        assert [peer.frames_decoded for peer in met if peer.audio_frames_received] == [0]


async def test_the_browsers_language_is_spoken_and_can_be_changed(
    guest: ChromiumGuest, call: RunningCall, server: ServerProcess
) -> None:
    await asyncio.to_thread(guest.browser.speaks, "zh-CN")
    await guest.open(address(server, await invited(call)))
    await guest.read("林医生邀请您参加视频会诊")
    assert await guest.evaluate("document.documentElement.lang") == "zh-CN"
    await guest.tap("language")
    await guest.read("林医生 invites you to a video consultation")
    assert await guest.evaluate("document.documentElement.lang") == "en"
    assert await guest.evaluate("document.title") == "Remote consultation"
    await guest.evaluate("globalThis.left = setTimeout(() => location.reload(), 0)")
    await guest.until("!globalThis.left", "the page again")
    await guest.read("林医生 invites you to a video consultation")


@pytest.mark.parametrize(
    ("width", "height", "type_px"),
    [(320, 568, 16), (320, 568, 32), (1366, 768, 16)],
    ids=["320 px", "320 px and 200 %", "a PC"],
)
async def test_nothing_is_cut_off_on_small_screens_and_large_type(
    guest: ChromiumGuest,
    server: ServerProcess,
    valley: Valley,
    call: RunningCall,
    width: int,
    height: int,
    type_px: int,
) -> None:
    await asyncio.to_thread(lambda: guest.browser.screen(width=width, height=height))
    async with doctor_in_call(server, valley.expert, call.case_id):
        await guest.open(await asyncio.to_thread(link_to, server, valley.doctor, call.case_id))
        await guest.read("林医生")
        enlarge = f"document.documentElement.style.setProperty('font-size', '{type_px}px') ?? true"
        await guest.evaluate(enlarge)
        assert not await guest.evaluate(OVERFLOWS)
        assert await guest.evaluate(NAMELESS) == []
        await guest.join()
        await guest.counted(lambda all_: any(c["frames"] > 5 for c in all_))
        assert not await guest.evaluate(OVERFLOWS)
        assert await guest.evaluate(NAMELESS) == []
        inside = """
        [...document.querySelectorAll('#controls button:not([hidden])')].every(one => {
          const box = one.getBoundingClientRect();
          return box.left >= 0 && box.right <= innerWidth;
        })"""
        assert await guest.evaluate(inside)
