"""The two parts of the demonstration, played on the real windows of two real clients."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QPoint, QRegularExpression, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from app.cli.demo import script
from app.cli.demo.hands import Hands, StepFailed
from app.cli.demo.script import Plan
from app.commands.wishes import Page, WishPage
from app.composition.desk import Desk
from app.composition.program import Program
from app.session.call import CallPhase
from app.session.case import Case, Saved
from app.session.link import LinkPhase
from app.session.state import State
from protocol.consultation import Phase, Status

FRAMES_ENOUGH = 50
"""Pictures that must have come from the other side: two seconds of the generated camera."""


class Player:
    """What both parts share."""

    def __init__(self, program: Program, plan: Plan) -> None:
        self.program = program
        self.plan = plan
        self.hands = Hands(plan.role, plan.out)

    @property
    def state(self) -> State:
        return self.program.session.state

    @property
    def desk(self) -> Desk:
        if self.program.desk is None:
            raise StepFailed("nobody is signed in")
        return self.program.desk

    @property
    def window(self) -> QWidget:
        return self.desk.window

    @property
    def case(self) -> Case:
        if self.state.case is None:
            raise StepFailed("no case is open")
        return self.state.case

    async def sign_in(self) -> None:
        hands = self.hands
        hands.begin("sign in")
        await hands.write("server", self.plan.server)
        await hands.write("username", self.plan.username)
        await hands.write("password", self.plan.password)
        hands.photograph(self.program.sign_in, "sign in window")
        await hands.click("signIn")
        await self.compare_fingerprint()
        await hands.until(
            lambda: self.state.link.phase is LinkPhase.ONLINE, "the connection to the server"
        )
        hands.done()

    async def compare_fingerprint(self) -> None:
        """Trusts the server only if it shows the fingerprint that IT gave."""
        shown = await self.hands.see(QLabel, "caFingerprint")
        read = "".join(shown.text().split()).lower()
        if read != self.plan.fingerprint:
            raise StepFailed("the server shows another certificate than IT told")
        self.hands.photograph(self.program.sign_in, "first contact")
        await self.hands.click("trustServer")

    async def enter_call(self) -> None:
        await self.hands.click("joinCall")
        await self.hands.until(lambda: self.state.call.phase is CallPhase.IN, "the call")

    async def see_and_hear(self) -> dict[str, int]:
        """Waits until enough pictures and sound have come; answers what came."""

        def enough() -> bool:
            return any(
                picture.frames_received >= FRAMES_ENOUGH and picture.audio_frames_received > 50
                for picture in self.state.call.pictures
            )

        await self.hands.until(enough, "pictures and sound of the other side")
        await asyncio.sleep(0.2)
        best = max(self.state.call.pictures, key=lambda picture: picture.frames_received)
        return {"video": best.frames_received, "audio": best.audio_frames_received}

    def phase_is(self, *phases: Phase) -> Callable[[], bool]:
        return lambda: (
            self.state.case is not None and self.state.case.consultation.summary.phase in phases
        )


class ClinicPart(Player):
    """The doctor of the township clinic."""

    async def play(self) -> None:
        await self.sign_in()
        await self.send()
        await self._take_part_in_call()
        await self._receive_report()
        await self._print()
        await self._look_into_library()

    async def send(self) -> None:
        """From the new case to the submitted one, with the images of the plan."""
        await self._write_case()
        await self._send_images()
        await self._submit()

    async def _write_case(self) -> None:
        hands = self.hands
        hands.begin("write the case")
        await hands.click("newCase")
        await hands.see(QWidget, "question")
        await self._add_images()
        if not self.state.uploads.studies:
            raise StepFailed("write the case: no DICOM images were found in the folder")
        for name, text in (
            ("question", script.QUESTION),
            ("reason", script.REASON),
            ("history", script.HISTORY),
            ("findings", script.CLINIC_FINDINGS),
            ("diagnosisCodes", script.CODES),
            ("patientAllergies", script.ALLERGIES),
        ):
            await hands.write(name, text)
        await self._patient()
        await hands.choose("mode", "advice")
        await hands.choose("urgency", "urgent")
        box = await hands.see(QComboBox, "department")
        box.setCurrentText(script.DEPARTMENT)
        await hands.choose("consentForm", "written")
        await hands.write("consentGivenBy", self._name())
        await hands.tick("consentGiven")
        await hands.tick("consentLibrary")
        await hands.until(
            lambda: self.case.content_saved is Saved.SERVER and self.case.content.consent,
            "the saved draft",
        )
        hands.done(self.window, studies=len(self.state.uploads.studies))

    async def _patient(self) -> None:
        """The form proposes the patient of the images; what is missing is typed."""
        hands, identity, born = self.hands, script.PATIENT, script.PATIENT.birth_date
        name = await hands.see(QLineEdit, "patientName")
        named = bool(name.text())
        if not named:
            await hands.write("patientName", identity.name.split("=")[1].replace("^", ""))
        if not (await hands.see(QLineEdit, "patientBirthDate")).text():
            await hands.write("patientBirthDate", f"{born[:4]}-{born[4:6]}-{born[6:]}")
        if not (await hands.see(QComboBox, "patientSex")).currentData():
            await hands.choose("patientSex", "unknown" if named else "male")

    def _name(self) -> str:
        patient = self.case.content.patient
        known = patient.name if patient else ""
        return known or script.PATIENT.name.split("=")[1].replace("^", "")

    async def _add_images(self) -> None:
        hands = self.hands
        await hands.click("addImages")
        await hands.choose_file(self.plan.study)
        await hands.see(QWidget, "preview")
        await hands.until(
            lambda: (
                (p := self.state.intake.preview) is not None
                and p.found is not None
                and p.found.ended
            ),
            "the preview of the files",
        )
        if not (await hands.see(QPushButton, "previewTake")).isEnabled():
            # Nobody is proposed where the images name nobody, or several people.
            boxes = QRegularExpression("^found_")
            first, *_ = self.window.findChildren(QCheckBox, boxes)
            await hands.tick(first.objectName())
        await hands.click("previewTake")
        await hands.until(lambda: self.state.uploads.importing is not None, "the import")
        await hands.until(
            lambda: self.state.uploads.importing is None, "the end of the import", patience=300
        )
        await asyncio.sleep(0.3)

    async def _send_images(self) -> None:
        hands = self.hands
        hands.begin("send the images")
        await hands.until(
            lambda: all(study.verified for study in self.state.uploads.studies),
            "all images verified by the server",
            patience=300,
        )
        images = sum(len(study.images) for study in self.state.uploads.studies)
        hands.done(self.window, images=images)

    async def _submit(self) -> None:
        hands = self.hands
        hands.begin("submit")
        asked = self.window.findChild(QCheckBox, "identityChecked")
        submit = self.window.findChild(QPushButton, "submit")
        assert asked is not None
        assert submit is not None
        await hands.until(lambda: submit.isEnabled() or asked.isVisible(), "the whole case")
        if asked.isVisible():
            await hands.tick("identityChecked")
        await hands.click("submit")
        await hands.until(
            lambda: self.case.consultation.summary.status is not Status.DRAFT, "the submitted case"
        )
        await hands.see(QWidget, "reportPane")
        hands.done(self.window, number=self.case.consultation.summary.number)

    async def _take_part_in_call(self) -> None:
        hands = self.hands
        hands.begin("take the call")
        await hands.until(lambda: self.state.call.running is not None, "the expert's call", 180)
        await self.enter_call()
        frames = await self.see_and_hear()
        hands.done(self.window, frames=frames)

    async def _receive_report(self) -> None:
        hands = self.hands
        hands.begin("receive the report")
        await hands.until(
            lambda: (
                self.case.report is not None
                and self.case.report.paper is not None
                and self.case.report.paper.good
            ),
            "the signed report, verified with its file",
            180,
        )
        if self.state.call.phase is not CallPhase.OUT:
            await hands.click("leaveCall")
        await hands.choose("decisionChoice", "adopted")
        await hands.write("decisionNote", script.NOTE)
        hands.photograph(self.window, "the signed report")
        await hands.click("decide")
        await hands.until(self.phase_is(Phase.RECEIVED), "the recorded decision")
        hands.done(self.window)

    async def _print(self) -> None:
        hands = self.hands
        hands.begin("print the report")
        await hands.click("print")
        await hands.click("savePaper")
        target = self.plan.out / f"{self.case.consultation.summary.number}.pdf"
        await hands.choose_file(target)
        await hands.until(target.exists, "the printed report")
        await hands.click("closePaper")
        hands.done(self.window, pdf=target.name)

    async def _look_into_library(self) -> None:
        hands = self.hands
        hands.begin("find it in the library")
        self.program.wish(WishPage(Page.LIBRARY))
        await hands.write("librarySearch", script.SEARCH)
        await hands.press("librarySearch", Qt.Key.Key_Return)
        await hands.until(
            lambda: self.state.library.query == script.SEARCH and self.state.library.items,
            "the case in the library",
        )
        await hands.press("libraryList", Qt.Key.Key_Down)
        await hands.until(lambda: self.state.library.entry is not None, "the opened entry")
        await asyncio.sleep(0.1)
        hands.done(self.window, entries=self.state.library.total)


class ExpertPart(Player):
    """The radiologist of the hospital."""

    async def play(self) -> None:
        await self.sign_in()
        await self._choose_certificate()
        await self._answer_ring()
        await self._read_images()
        await self._call()
        await self._write_report()
        await self._sign()

    async def _choose_certificate(self) -> None:
        if self.plan.certificate is None:
            return
        hands = self.hands
        hands.begin("choose the certificate")
        self.program.wish(WishPage(Page.SETTINGS))
        await hands.write("certificateSecret", self.plan.passphrase)
        await hands.click("certificateFile")
        await hands.choose_file(self.plan.certificate)
        await hands.until(lambda: self.state.signature.words is not None, "the certificate")
        hands.done(self.window)
        self.program.wish(WishPage(Page.WORK))

    async def _answer_ring(self) -> None:
        hands = self.hands
        hands.begin("answer the ring")
        await hands.until(lambda: self.state.queue.offers, "the ringing case", 600)
        await hands.see(QWidget, "ringCard")
        await asyncio.sleep(0.1)
        hands.photograph(self.window, "the case rings")
        await hands.click("ringAccept")
        await hands.until(
            lambda: self.state.case is not None and self.state.case.claim is not None,
            "the claimed case",
        )
        hands.done(number=self.case.consultation.summary.number)

    async def _read_images(self) -> None:
        hands = self.hands
        hands.begin("read the images")
        viewer = self.desk.viewer
        await hands.until(lambda: viewer.pane.picture is not None, "the first image")
        hands.tell(step="first image", ms=hands.spent_ms)
        await hands.until(lambda: not self._arriving(), "all images of the case", 300)
        await self._open_largest_series()
        before = viewer.index
        await hands.wheel(viewer.pane, -24)
        if max(len(series.slices) for series in viewer.series) > 1:
            await hands.until(lambda: viewer.index != before, "another slice")
        await hands.drag(viewer.pane, Qt.MouseButton.RightButton, QPoint(60, -30))
        hands.photograph(self.window, "window by hand")
        await hands.press(viewer.pane.objectName(), Qt.Key.Key_1)
        await asyncio.sleep(0.3)
        hands.done(self.window, series=len(viewer.series))

    def _arriving(self) -> bool:
        expected = sum(study.received for study in self.case.consultation.studies)
        return self.desk.images.fetching.remote.count < expected

    async def _open_largest_series(self) -> None:
        viewer = self.desk.viewer
        largest = max(viewer.series, key=lambda series: len(series.slices))
        viewer.show_series(largest.uid)
        await self.hands.until(
            lambda: viewer.state is not None and viewer.state.series_instance_uid == largest.uid,
            "the largest series",
        )

    async def _call(self) -> None:
        hands = self.hands
        hands.begin("call the clinic")
        await self.enter_call()
        frames = await self.see_and_hear()
        hands.done(self.window, frames=frames)

    async def _write_report(self) -> None:
        hands = self.hands
        hands.begin("write the report")
        for name, text in (
            ("report_findings", script.FINDINGS),
            ("report_impression", script.IMPRESSION),
            ("report_recommendation", script.RECOMMENDATION),
            ("reportCodes", script.REPORT_CODES),
        ):
            await hands.write(name, text)
        await hands.tick("recommendLibrary")
        await hands.until(
            lambda: (
                self.case.opinion_saved is Saved.SERVER and self.case.opinion.recommend_for_library
            ),
            "the saved opinion",
        )
        hands.done(self.window)

    async def _sign(self) -> None:
        hands = self.hands
        hands.begin("sign the report")
        await hands.click("sign")
        await hands.write("signPassword", self.plan.password)
        if self.plan.certificate is not None:
            await hands.write("signSecret", self.plan.passphrase)
        hands.photograph(self.window, "signing")
        await hands.click("signConfirm")
        await hands.until(
            lambda: self.case.report is not None and self.case.report.verified,
            "the signed report",
        )
        hands.done(self.window)
        hands.begin("end of the call")
        await hands.until(
            lambda: not self.state.call.running or len(self.state.call.running.participants) <= 1,
            "the clinic's goodbye",
            180,
        )
        if self.state.call.phase is not CallPhase.OUT:
            await hands.click("leaveCall")
        await hands.until(self.phase_is(Phase.RECEIVED), "the clinic's decision", 180)
        hands.done(self.window)
