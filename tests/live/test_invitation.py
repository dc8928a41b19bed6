"""From the doctor's window to the patient's phone: the link of the window opens the call, the
pictures meet, the window says that the link was used, and the guest is put out again."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit

from app.session.call import CallPhase
from app.viewers.video.picture import VideoPicture
from tests.bench.errors import CounterpartMissing
from tests.live.browsers import guest_chromium
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.live.guests import Guest
from tests.live.ohif import certificate_of
from tests.server.invitations import read_case
from tests.server.people import Valley
from tests.server.process import ServerProcess

WRITES = (
    "document.getElementById('chatText').value = '我听得很清楚';"
    "document.getElementById('chatForm').requestSubmit()"
)
pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


def test_the_link_of_the_window_brings_the_patient_into_the_call(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    case_id = read_case(valley)
    certificate = tmp_path / "server.pem"
    certificate.write_text(certificate_of(server.url))

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        await person.open_case(case_id)
        await person.click("joinCall")
        await person.until(lambda: person.state.call.phase is CallPhase.IN, "the call")
        await person.click("invite")
        name = await person.see(QLineEdit, "inviteName")
        assert name.text() == "何小溪"
        await person.click("makeInvitation")
        link = (await person.see(QLineEdit, "inviteLink")).text()
        await person.read("Not used yet")
        await guest.open(link)
        await guest.read("林医生")
        await guest.join()
        await guest.counted(
            lambda all_: [c["frames"] > 20 and c["energy"] > 0 for c in all_] == [True]
        )
        await person.read("Used at")
        await person.until(
            lambda: any(
                picture.connected and picture.frames_received > 20
                for picture in person.state.call.pictures
            ),
            "the patient's picture",
        )
        assert (await person.see(QLabel, "callTitle")).text() == "In a call with 何小溪"
        await guest.tap("chatOpen")
        await guest.evaluate(WRITES)
        await person.until(
            lambda: said_in_writing(person) == ["我听得很清楚"],
            "the words of the patient",
        )
        person.desk.window.workspace.show_chat()
        tick = await person.see(QCheckBox, "chatToCall")
        tick.setChecked(True)
        await person.write("chatText", "请把手机放稳")
        await person.click("chatSend")
        await guest.read("请把手机放稳")
        await guest.tap("chatOpen")
        await person.click("mute")
        await guest.read("林医生 · microphone off")
        await person.click("camera")
        await guest.read("林医生 has turned the camera off")
        await person.click("camera")
        await guest.until("!document.body.innerText.includes('camera off')", "his picture again")
        await guest.tap("camera")
        await person.until(
            lambda: said(person) == ["Camera off"], "a word instead of the last picture"
        )
        await person.click("putOut")
        await person.click("putOut")
        await guest.read("A doctor has asked you to leave this call.")
        await person.until(lambda: said(person) == [], "an empty place")
        await guest.open(link)
        await guest.read("has withdrawn this link")

    try:
        with guest_chromium(tmp_path / "browser", certificate) as browser:
            guest = Guest(browser)
            at_desk({server.url: server.ca}, part)
    except CounterpartMissing as missing:
        pytest.skip(str(missing))


def said(person: Clinician) -> list[str]:
    """What stands in place of the others' pictures."""
    pictures = person.desk.window.workspace.call.pictures
    return [one.placeholder() for one in pictures.findChildren(VideoPicture, "peerPicture")]


def said_in_writing(person: Clinician) -> list[str]:
    case = person.state.case
    return [] if case is None else [message.text for message in case.messages]
