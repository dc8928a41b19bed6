"""Sharing at the real program: chosen in the dialog, seen by a participant and in a browser."""

import asyncio
import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget

from app.session.call import CallPhase
from app.session.sharing import SharePhase
from app.views.share_mark import ShareMark
from protocol import paths
from tests.bench.errors import CounterpartMissing
from tests.live.browsers import guest_chromium
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.live.guests import Guest as Page
from tests.live.guests import link_to
from tests.live.ohif import certificate_of
from tests.live.test_call_stays_up import Guest, case_to_call_about, seats_taken, seen
from tests.server.edge import town_of
from tests.server.people import ADMIN, PASSWORD, Valley, make_valley
from tests.server.process import ServerProcess

pytestmark = [
    pytest.mark.live,
    pytest.mark.alone,
    pytest.mark.timeout(300),
    pytest.mark.qt_log_ignore("does not support"),
]
SHARED = """
(() => {
  const video = document.querySelector('.tile.shared video');
  return video && video.videoWidth > 0 && [video.videoWidth, video.videoHeight];
})()
"""


async def in_call(person: Clinician, server: ServerProcess, valley: Valley) -> str:
    case_id = await asyncio.to_thread(case_to_call_about, valley)
    await person.sign_in(server.url, valley.doctor.username)
    await person.open_case(case_id)
    await person.click("joinCall")
    await person.until(lambda: person.state.call.phase is CallPhase.IN, "the call")
    return case_id


async def invited(valley: Valley, case_id: str) -> str:
    made = await asyncio.to_thread(
        valley.doctor.send,
        "POST",
        paths.INVITATIONS,
        {"display_name": "周女士"},
        consultation_id=case_id,
    )
    code: str = made.json()["code"]
    return code


async def share_the_page(person: Clinician) -> None:
    """As a hand does: the button, the list, a look at it, Share."""
    await person.click("share")
    entries = await person.see(QListWidget, "shareList")
    await person.until(
        lambda: entries.findItems("Generated page", Qt.MatchFlag.MatchContains), "what to share"
    )
    (page,) = entries.findItems("Generated page", Qt.MatchFlag.MatchContains)
    place = entries.visualItemRect(page).center()
    QTest.mouseClick(entries.viewport(), Qt.MouseButton.LeftButton, pos=place)
    await person.read("The others see everything on this screen, other patients")
    media = person.desk.call.media
    await person.until(lambda: media.latest_frame("share"), "the preview")
    await person.click("startShare")
    await person.until(lambda: person.state.sharing.phase is SharePhase.ON, "the share")


def shares(person: Clinician) -> int:
    running = person.state.call.running
    return sum(one.share is not None for one in running.participants) if running else 0


async def some_seconds(person: Clinician) -> None:
    """As many as the guest's pictures take."""
    call = person.state.call
    before = sum(one.frames_received for one in call.pictures)
    await person.until(
        lambda: sum(one.frames_received for one in person.state.call.pictures) > before + 70,
        "some seconds more",
    )


def decoded_before_the_break(found: dict[str, Any], seat: object) -> int:
    """How many pictures of the share had been decoded when the first process died."""
    counted = [
        int(peer["frames_decoded"])
        for second in found["each_second"]
        for peer in second["peers"]
        if peer["peer_id"] == str(seat) and peer["reconnects"] == 0
    ]
    return max(counted, default=0)


def mark_of(person: Clinician) -> ShareMark:
    return person.desk.window.workspace.call.share_mark


@pytest.mark.allow_logs("the media process is killed on purpose")
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_what_is_shared_arrives_in_its_size_and_outlives_the_media_process(
    at_desk: Play, server: ServerProcess, valley: Valley, film: Path
) -> None:
    async def part(person: Clinician) -> None:
        case_id = await in_call(person, server, valley)
        guest = Guest(await invited(valley, case_id), server, film)
        try:
            await person.until(lambda: seen(person) == 1, "the guest's picture")
            await share_the_page(person)
            assert mark_of(person).isVisible(), "one sees that one shares"
            seat = person.state.sharing.seat
            await some_seconds(person)
            pid = person.desk.call.media.pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            await person.read("Reconnecting…")
            await person.until(lambda: seen(person) == 1, "the guest's picture again")
            await person.until(
                lambda: person.desk.call.media.latest_frame("share"), "the share again"
            )
            assert (person.state.sharing.phase, person.state.sharing.seat) == (SharePhase.ON, seat)
            await some_seconds(person)
            found = await guest.result()
            shown = {peer["peer_id"]: peer for peer in found["peers"]}[str(seat)]
            assert (shown["width"], shown["height"]) == (1280, 720)
            assert shown["reconnects"] == 1
            before = decoded_before_the_break(found, seat)
            assert before < shown["frames_decoded"], "pictures came again"
            assert found["failures"] == []
        finally:
            guest.end()
        QTest.mouseClick(mark_of(person)._stop, Qt.MouseButton.LeftButton)
        await person.until(lambda: person.state.sharing.phase is SharePhase.OFF, "the end of it")
        assert not mark_of(person).isVisible()
        await person.until(lambda: not shares(person), "the roster without it")

    at_desk({server.url: server.ca}, part)


@pytest.mark.allow_logs("the server is killed on purpose")
def test_a_killed_server_ends_no_share(at_desk: Play, tmp_path: Path, film: Path) -> None:
    fragile = ServerProcess(tmp_path / "fragile")
    fragile.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with fragile, closing(town_of(fragile)) as town:
        valley = make_valley(town)

        async def part(person: Clinician) -> None:
            case_id = await in_call(person, fragile, valley)
            guest = Guest(await invited(valley, case_id), fragile, film)
            try:
                await person.until(lambda: seen(person) == 1, "the guest's picture")
                await share_the_page(person)
                seat = person.state.sharing.seat
                await some_seconds(person)
                await asyncio.to_thread(fragile.kill)
                await person.until(lambda: person.state.call.server_away, "the broken line")
                await some_seconds(person)
                await asyncio.to_thread(fragile.start)
                await person.until(lambda: not person.state.call.server_away, "the seat again")
                await person.until(lambda: seats_taken(person) == 3, "everybody's seat")
                await some_seconds(person)
                assert person.state.sharing.phase is SharePhase.ON
                assert person.state.sharing.seat == seat
                found = await guest.result()
                shown = {peer["peer_id"]: peer for peer in found["peers"]}[str(seat)]
                assert shown["frames_decoded"] > 10
            finally:
                guest.end()

        at_desk({fragile.url: fragile.ca}, part)


def test_the_patient_s_page_shows_it_large_and_in_its_own_size(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    certificate = tmp_path / "server.pem"
    certificate.write_text(certificate_of(server.url))
    where = guest_chromium(tmp_path / "browser", certificate)
    try:
        browser = where.__enter__()
    except CounterpartMissing as missing:
        pytest.skip(str(missing))

    async def part(person: Clinician) -> None:
        case_id = await in_call(person, server, valley)
        page = Page(browser)
        await page.open(await asyncio.to_thread(link_to, server, valley.doctor, case_id))
        await page.join()
        await person.until(lambda: seen(person) == 1, "the patient's picture")
        await share_the_page(person)
        assert await page.until(SHARED, "the shared picture") == [1280, 720]
        await page.read("Screen of 林医生")
        await page.until(
            "document.querySelector('.tile.shared').dataset.state === 'live'", "a live share"
        )
        widths = await page.evaluate(
            "[...document.querySelectorAll('.tile')].map(one =>"
            " one.getBoundingClientRect().width * one.getBoundingClientRect().height)"
        )
        assert max(widths) > 3 * min(widths), "it is large, the face small"
        await page.evaluate("document.querySelector('.tile.shared .size').click()")
        await page.until(
            "document.querySelector('.shared.enlarged video').getBoundingClientRect().width"
            " >= document.documentElement.clientWidth",
            "its own size",
        )
        assert await page.violations() == []
        await person.click("share")
        await page.until("document.querySelectorAll('.tile').length === 1", "the end of it")

    try:
        at_desk({server.url: server.ca}, part)
    finally:
        where.__exit__(None, None, None)
