"""What can go wrong during a guest's call in Chromium: a doctor's program that stands still, a
camera that goes off, a browser that waits with sound, a phone with two cameras."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.media.messages import SetMuted
from protocol import paths
from protocol.call import Limit, Motion
from tests.live.browsers import FAKE_DEVICES, NO_DEVICES
from tests.live.guests import Doctor, Guest, doctor_in_call, link_to, sees_and_hears
from tests.live.test_guest_page import ChromiumGuest, at_chromium
from tests.server.invitations import read_case
from tests.server.people import Valley
from tests.server.process import ServerProcess

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]
CAMERAS = ("--use-fake-device-for-media-stream=device-count=3", *FAKE_DEVICES[1:])
"""The second of Chromium's invented cameras is one for depth, whose pictures nobody can send."""
STRICT = ("--autoplay-policy=user-gesture-required", *NO_DEVICES)
COVER = "document.querySelector('.tile .cover').textContent"
LIVE = "document.querySelector('.tile')?.dataset.state === 'live'"
HELD_BACK = """
(() => {
  const pc = connections.at(-1);
  const count = pc.getStats.bind(pc);
  const held = { qualityLimitationReason: 'bandwidth', framesPerSecond: 4 };
  const isPicture = (one) => one.type === 'outbound-rtp' && one.kind === 'video';
  const changed = ([id, one]) => [id, isPicture(one) ? { ...one, ...held } : one];
  pc.getStats = async () => new Map([...(await count())].map(changed));
  return true;
})()
"""
"""What Chromium counts where the line takes no more than four pictures a second."""
UNHEARD = """
(() => {
  const real = fetch;
  globalThis.fetch = async (path, ...more) => {
    const answer = await real(path, ...more);
    if (!path.includes('redeem')) return answer;
    globalThis.fetch = real;
    throw new TypeError('lost');
  };
  return true;
})()
"""
"""The answer to the first `redeem` is lost on its way."""
SLOW_DEVICES = """
(() => {
  const media = navigator.mediaDevices;
  const asked = media.getUserMedia.bind(media);
  const given = [];
  globalThis.wanted = [];
  globalThis.came = 0;
  globalThis.alive = () => given.filter(one => one.readyState === 'live').length;
  media.getUserMedia = async (wish) => {
    await new Promise(resolve => wanted.push(resolve));
    const stream = await asked(wish);
    given.push(...stream.getTracks());
    came += 1;
    return stream;
  };
  return true;
})()
"""
"""Devices that are given only when `wanted` says so, as after a question nobody answers yet."""
OWN_CAMERA = "document.getElementById('ownVideo').srcObject.getVideoTracks()[0]?.label"


@pytest.fixture
async def case_id(valley: Valley) -> str:
    return await asyncio.to_thread(read_case, valley)


@pytest.fixture
async def doctor(server: ServerProcess, valley: Valley, case_id: str) -> AsyncIterator[Doctor]:
    async with doctor_in_call(server, valley.doctor, case_id) as made:
        yield made


@pytest.fixture
async def link(server: ServerProcess, valley: Valley, case_id: str, doctor: Doctor) -> str:
    return await asyncio.to_thread(link_to, server, valley.doctor, case_id)


@pytest.fixture
async def guest(tmp_path: Path, server: ServerProcess) -> AsyncIterator[ChromiumGuest]:
    async with at_chromium(tmp_path, server) as made:
        yield made


async def joined(guest: Guest, link: str) -> None:
    await guest.open(link)
    await guest.join()
    await guest.until(LIVE, "a live picture")


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be stopped there")
async def test_a_face_that_stands_still_is_covered_with_a_word_until_it_moves_again(
    guest: ChromiumGuest, doctor: Doctor, link: str
) -> None:
    await joined(guest, link)
    assert doctor.link.pid is not None
    os.kill(doctor.link.pid, signal.SIGSTOP)
    try:
        await guest.until(f"!({LIVE})", "a covered picture")
        assert "林医生" in await guest.evaluate(COVER)
        await guest.until(f"({COVER}).includes('interrupted')", "the word that nothing comes")
    finally:
        os.kill(doctor.link.pid, signal.SIGCONT)
    await guest.until(LIVE, "the picture again")


async def test_a_doctor_whose_camera_is_off_is_still_heard_and_that_is_said(
    guest: ChromiumGuest, doctor: Doctor, link: str
) -> None:
    await joined(guest, link)
    doctor.link.send(SetMuted(audio=False, video=True))
    await guest.read("No picture from 林医生 for now; sound goes on")
    (before,) = await guest.counted(lambda all_: len(all_) == 1)
    await guest.counted(lambda all_: all_[0]["energy"] > before["energy"])
    doctor.link.send(SetMuted(audio=False, video=False))
    await guest.until(LIVE, "the picture again")


async def test_the_doctor_is_told_that_the_upload_of_the_patient_is_slow(
    guest: ChromiumGuest, doctor: Doctor, link: str
) -> None:
    await joined(guest, link)
    await doctor.meets(lambda peer: peer.their_limit is not None)
    await guest.evaluate(HELD_BACK)
    (told,) = await doctor.meets(lambda peer: peer.their_limit is Limit.LINE)
    assert told.their_motion is Motion.FLUENT
    await guest.read("Your network is slow")


async def test_where_the_browser_waits_with_sound_a_tap_starts_it(
    tmp_path: Path, server: ServerProcess, link: str
) -> None:
    async with at_chromium(tmp_path, server, STRICT) as guest:
        await guest.open(link)
        await guest.join()
        await guest.tap("joinAnyway")
        await guest.until(LIVE, "a live picture")
        await guest.evaluate("setTimeout(() => location.reload(), 0) && true")
        muted = "[...document.querySelectorAll('.tile video')].map(one => one.muted)"
        await guest.until("!document.getElementById('sound').hidden", "the button for sound")
        await guest.until(LIVE, "the picture, silent")
        assert await guest.evaluate(muted) == [True]
        await guest.tap("sound")
        await guest.until("document.getElementById('sound').hidden", "sound")
        assert await guest.evaluate(muted) == [False]


async def test_with_several_cameras_one_goes_from_one_to_the_next(
    tmp_path: Path, server: ServerProcess, doctor: Doctor, link: str
) -> None:
    async with at_chromium(tmp_path, server, CAMERAS) as guest:
        await joined(guest, link)
        first = await guest.until(OWN_CAMERA, "one's own camera")
        (before,) = await doctor.meets(sees_and_hears)
        await guest.tap("turn")
        second = await guest.until(f"({OWN_CAMERA} ?? {first!r}) !== {first!r} && {OWN_CAMERA}", "")
        await guest.tap("turn")
        await guest.until(
            f"![{first!r}, {second!r}].includes({OWN_CAMERA} ?? {first!r})", "a third"
        )
        await doctor.meets(
            lambda peer: peer.fps > 5 and peer.frames_decoded > before.frames_decoded + 20
        )


async def test_the_screen_stays_on_during_the_call_and_not_longer(
    guest: ChromiumGuest, link: str
) -> None:
    await joined(guest, link)
    held = "Promise.all(locks.map(async (one) => (await one)?.released))"
    assert await guest.evaluate(held) == [False]
    await guest.tap("hangUp")
    await guest.until("document.getElementById('rejoin') !== null", "the way back")
    assert await guest.evaluate(held) == [True]
    await guest.tap("rejoin")
    await guest.until(LIVE, "the call again, with the same invitation")


async def test_what_one_has_turned_off_stays_off(
    guest: ChromiumGuest, doctor: Doctor, link: str
) -> None:
    await joined(guest, link)
    for device in ("camera", "microphone"):
        await guest.tap(device)
    await guest.read("Camera is off · Microphone is off")
    await doctor.meets(lambda peer: peer.their_camera_off and peer.their_microphone_off)
    await guest.evaluate("globalThis.left = setTimeout(() => location.reload(), 0)")
    await guest.until(f"!globalThis.left && {LIVE}", "the call again, after the reload")
    await guest.read("Camera is off · Microphone is off")
    assert await guest.evaluate(OWN_CAMERA) is None
    await guest.tap("hangUp")
    await guest.tap("rejoin")
    await guest.until(LIVE, "the call again, with the same invitation")
    await guest.read("Camera is off · Microphone is off")


async def test_a_camera_that_comes_after_it_was_turned_off_is_let_go_of(
    guest: ChromiumGuest, link: str
) -> None:
    await joined(guest, link)
    await guest.evaluate(SLOW_DEVICES)
    give = "(wanted.splice(0).map(one => one()), true)"
    for _ in range(3):
        await guest.tap("camera")
    await guest.until("wanted.length === 1", "the question for the camera")
    await guest.evaluate(give)
    await guest.until("came === 1 && alive() === 0", "a camera that was let go of")
    await guest.tap("camera")
    await guest.until("wanted.length === 1", "the question for the camera")
    await guest.tap("hangUp")
    await guest.read("You have hung up")
    await guest.evaluate(give)
    await guest.until("came === 2 && alive() === 0", "two cameras that were let go of")


async def test_nothing_is_lost_with_an_answer_that_did_not_come(
    guest: ChromiumGuest, doctor: Doctor, link: str, valley: Valley, case_id: str
) -> None:
    await guest.open(link)
    await guest.read("林医生")
    await guest.evaluate(UNHEARD)
    await guest.join()
    await guest.read("No answer came from the server")
    await guest.tap("again")
    await guest.until(LIVE, "a live picture")
    await guest.tap("chatOpen")
    await guest.evaluate("(sockets.at(-1).send = () => {}, true)")
    write = """
    (document.getElementById('chatText').value = '我对碘过敏。',
     document.getElementById('chatForm').requestSubmit(), true)"""
    await guest.evaluate(write)
    await guest.read("Me · sending…")
    await guest.evaluate("(sockets.at(-1).close(), true)")
    lines = "document.getElementById('chatLines').innerText"
    await guest.until(f"!({lines}).includes('sending')", "the message to be posted")
    assert "我对碘过敏。" in await guest.evaluate(lines)
    kept = await asyncio.to_thread(valley.doctor.get, paths.MESSAGES, consultation_id=case_id)
    assert [one["text"] for one in kept] == ["我对碘过敏。"]
