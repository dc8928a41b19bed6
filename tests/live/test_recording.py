"""A call of three is recorded: an expert at the real program, a doctor's media process, and a
patient at the page; consent, the mark, what lies on the disk, the way to the server, playing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtWidgets import QSlider

from app.session.call import CallPhase
from protocol import paths
from protocol.base import new_id
from protocol.recording import RECORDING_WORDING, RecordingConsent, RecordingPhase
from protocol.socket import AnswerRecording, AskRecording
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.live.guests import Doctor, Guest, doctor_in_call, link_to
from tests.live.test_guest_page import at_chromium
from tests.media.recorded import MATROSKA, readable
from tests.server.invitations import read_case
from tests.server.people import Someone, Valley
from tests.server.process import ServerProcess

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.timeout(300)]
CONSENT = RecordingConsent(wording=RECORDING_WORDING, language="zh")


async def agree(doctor: Doctor, case_id: str, recording_id: UUID) -> None:
    await doctor.say(
        AnswerRecording(
            ref=new_id(),
            consultation_id=UUID(case_id),
            recording_id=recording_id,
            consent=CONSENT,
        )
    )


async def told(who: Someone, case_id: str, phase: str) -> dict[str, Any]:
    """The recording as the server tells it, once it is in this phase."""
    while True:
        answer = await asyncio.to_thread(who.get, paths.CALL, consultation_id=case_id)
        found: dict[str, Any] = answer["recording"] or {}
        if found.get("phase") == phase:
            return found


@asynccontextmanager
async def patient(
    folder: Path, server: ServerProcess, valley: Valley, case_id: str
) -> AsyncIterator[Guest]:
    """In the call, with picture and sound."""
    async with at_chromium(folder, server) as guest:
        await guest.open(await asyncio.to_thread(link_to, server, valley.doctor, case_id))
        await guest.join()
        await guest.counted(lambda all_: any(c["frames"] > 5 for c in all_))
        yield guest


async def test_the_patient_is_asked_in_plain_words_agrees_and_takes_it_back(
    tmp_path: Path, server: ServerProcess, valley: Valley
) -> None:
    case_id = await asyncio.to_thread(read_case, valley)
    async with (
        doctor_in_call(server, valley.doctor, case_id) as doctor,
        patient(tmp_path, server, valley, case_id) as guest,
    ):
        await doctor.say(AskRecording(ref=new_id(), consultation_id=UUID(case_id), consent=CONSENT))
        await guest.read("林医生 asks to record this call.")
        await guest.read("1096 days after the call")
        await guest.read("Saying no has no disadvantage for your treatment")
        focused = "document.activeElement.id === 'questionHeading'"
        await guest.until(focused, "the reader's place at the question")
        await guest.tap("questionLanguage")
        await guest.read("是否同意录制本次通话？")
        await guest.tap("questionLanguage")
        await guest.read("May this call be recorded?")
        await guest.tap("agree")
        await told(valley.doctor, case_id, "running")
        await guest.read("● Recording: everybody has agreed")
        hidden = "document.getElementById('question').hidden"
        assert await guest.evaluate(hidden)
        await guest.tap("recordingWithdraw")
        ended = await told(valley.doctor, case_id, "ended")
        assert ended["end"] == "withdrawn"
        await guest.read("The recording has ended")
        await doctor.say(AskRecording(ref=new_id(), consultation_id=UUID(case_id), consent=CONSENT))
        await guest.read("May this call be recorded?")
        await guest.tap("disagree")
        await told(valley.doctor, case_id, "ended")
        await guest.read("The recording was refused: nothing was recorded")
        assert await guest.violations() == []


def test_a_call_of_three_is_recorded_sent_and_played(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    async def expert(person: Clinician) -> None:
        case_id = await asyncio.to_thread(read_case, valley)
        await person.sign_in(server.url, valley.expert.username)
        await person.open_case(case_id)
        await person.click("joinCall")
        await person.until(lambda: person.state.call.phase is CallPhase.IN, "the call")
        async with (
            doctor_in_call(server, valley.doctor, case_id) as doctor,
            patient(tmp_path, server, valley, case_id) as guest,
        ):
            await person.until(lambda: len(person.state.call.pictures) == 2, "both others")
            await person.click("recordingAct")
            await person.read("Ask to record this call?")
            await person.click("agreeRecording")
            await person.read("… Recording: asking")
            recording = running(person)
            await agree(doctor, case_id, recording.id)
            await guest.tap("agree")
            await person.read("● Recording")
            folder = tmp_path / "profile"
            await person.until(lambda: len(pieces(folder)) >= 3, "three pieces")
            assert readable(folder, MATROSKA, b"OpusHead") == [], "sealed before it is written"
            await person.click("leaveCall")
        await person.read("A recording is complete on the server; nothing of it is left here.")
        assert pieces(folder) == []
        await person.until(lambda: person.state.recordings.kept, "the list")
        await play_it(person)
        assert readable(folder, MATROSKA) == [], "playing leaves nothing either"

    at_desk({server.url: server.ca}, expert)


def running(person: Clinician) -> Any:
    call = person.state.call.running
    assert call is not None
    assert call.recording is not None
    assert call.recording.phase is RecordingPhase.ASKING
    return call.recording


def pieces(folder: Path) -> list[Path]:
    return sorted(folder.glob("recordings/*/*.sealed"))


async def play_it(person: Clinician) -> None:
    (kept,) = person.state.recordings.kept
    assert kept.complete
    assert len(kept.people) == 3
    await person.click("toggleRecord")
    person.desk.window.workspace.record.open_recordings()
    await person.click("playRecording")
    streams = [f"played {one.peer_id} camera" for one in kept.people]
    media = person.desk.call.media
    await person.until(
        lambda: all(media.latest_frame(stream) is not None for stream in streams),
        "everybody's picture",
    )
    player = person.state.recordings.player
    assert player is not None
    assert player.length_ms > 8_000
    place = await person.see(QSlider, "playerPlace")
    place.setValue(6_000)
    place.sliderReleased.emit()
    await person.until(lambda: position(person) >= 6_000, "the place that was chosen")
    await person.read("The end of the recording.")
    await person.click("closePlayer")
    await person.until(lambda: person.state.recordings.player is None, "the end of playing")


def position(person: Clinician) -> int:
    player = person.state.recordings.player
    return player.position_ms if player is not None else -1
