"""A clinic's program and an expert's without windows, in a process that may be killed: the real
session, drafts, outbox, transfer process, call and media processes work through one case.

`python -m tests.server.working_client` imports everything once and then forks a process for each
line it reads, an `Order`. What a person at the program would see as kept is said at once, a line of
JSON each; after a kill the next process is told what had been said, looks whether it is there, and
goes on as these people would.
"""

import asyncio
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr
from PySide6.QtCore import QCoreApplication

from app.composition.reports import build_reports
from app.net.api import Api
from app.net.connection import Connection
from app.net.trust import pin_of
from app.services.call import CallService
from app.services.cases import CaseService
from app.services.expert import ExpertService
from app.services.images import ImageService
from app.services.link import LinkService
from app.services.signing import signature_fits
from app.services.tasks import Tasks
from app.services.yielding import Yielding
from app.session.call import CallPhase
from app.session.link import KeyPlace, KeyPlaced, LinkPhase, SignedIn
from app.session.owner import Session
from app.store.profile import DeviceChoices, Profile
from app.store.sealed import Sealer
from protocol.account import SignIn
from protocol.consultation import Decision, Phase
from protocol.report import Opinion
from tests.server.kept_words import KEY, READ, WRITTEN, Order, ToldDrafts, look_at_disk, tell
from tests.server.people import PASSWORD

PATIENCE_S = 40.0
DRAFT = (Phase.EDITING, Phase.UPLOADING)
ONCE = ("submit", "accept", "start_reading", "sign", "receive")


class Desk:
    """What the composition builds for one signed-in person, without windows."""

    def __init__(self, api: Api, order: Order, folder: Path) -> None:
        tokens = api.connection.tokens
        assert tokens is not None
        self.api, account = api, tokens.account
        self.session = Session()
        self.tasks = Tasks(_fail)
        sealer = Sealer(KEY)
        self.drafts = ToldDrafts(folder, sealer)
        self.expert = ExpertService(self.session, api, self.drafts, self.tasks, account)
        self.cases = CaseService(self.session, api, self.drafts, account, lambda _case: None)
        self.images = ImageService(
            self.session,
            api,
            self.tasks,
            account,
            folder=folder / "transfer",
            store_key=KEY,
            pin=api.connection.pin,
            on_patients=lambda _case, _patients: None,
            on_told=lambda _event: None,
            on_ready=lambda: None,
            on_late=lambda _uid: None,
            on_more=lambda _uid: None,
            goes_on=lambda: False,
        )
        self.signing = build_reports(
            self.session,
            api,
            self.drafts,
            self.expert,
            self.tasks,
            account,
            folder,
            sealer,
            self.images.tell,
        ).signing
        self.call = CallService(
            self.session,
            lambda: self.link.socket,
            self.tasks,
            generated=True,
            yielding=Yielding(self.images.limit),
            devices=DeviceChoices(Profile(folder)),
        )
        self.link = LinkService(
            self.session,
            api,
            self.tasks,
            on_call=self.call.heard,
            on_online=self.call.connection_back,
            on_report=lambda _report: None,
            on_over=lambda: None,
            on_left=lambda _case: None,
        )
        self._changed = asyncio.Event()
        self.session.changed.connect(lambda _state: self._changed.set())
        self.session.apply(KeyPlaced(KeyPlace.KEY_FILE))
        self.session.apply(SignedIn(order.url, account))

    async def until(self, condition: Callable[[], object], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}") from None

    async def leave(self) -> None:
        await self.call.close()
        await self.images.close()
        await self.link.socket.stop()
        await self.tasks.finish()
        await self.api.connection.close()


def _fail(error: BaseException) -> None:
    raise error


async def sit_down(order: Order, username: str) -> Desk:
    connection = Connection(order.url, pin_of(order.ca.read_text()))
    secret = SecretStr(PASSWORD)
    await connection.sign_in(SignIn(username=username, password=secret, take_over=True))
    folder = order.folder / username
    folder.mkdir(exist_ok=True)
    desk = Desk(Api(connection), order, folder)
    desk.link.socket.start()
    await desk.until(lambda: desk.session.state.link.phase is LinkPhase.ONLINE, "the server")
    return desk


class Work:
    """One case from its draft to its receipt, from wherever it stands."""

    def __init__(self, order: Order, doctor: Desk, expert: Desk) -> None:
        self._order, self._said = order, order.said
        self._doctor, self._expert = doctor, expert

    async def go(self) -> None:
        await self._doctor.cases.send_kept()
        case_id = await self._case()
        if _phase(self._doctor) in DRAFT:
            assert "submitted" not in self._said, "it was submitted, and is a draft"
            await self._write()
            if self._order.files is not None:
                await self._upload(case_id, self._order.files)
            await self._doctor.cases.submit()
            tell("submitted")
        if _phase(self._doctor) is not Phase.RECEIVED:
            if not await self._is_signed(case_id):
                assert "signed" not in self._said, "it was signed, and is not"
                await self._report(case_id)
            await self._doctor.cases.open(case_id)
            await self._doctor.cases.decide(Decision.ADOPTED, "照办")
        tell("received")
        if self._order.killed:
            await asyncio.Event().wait()
        await self._look(case_id)

    async def _case(self) -> UUID:
        cases = self._doctor.cases
        if (made := self._said.get("made")) is None:
            id_ = await cases.new_case()
            tell("made", str(id_))
            return id_
        case = await cases.open(UUID(made))
        if (written := self._said.get("written")) is not None:
            now = self._doctor.session.state.case or case
            assert now.content.history in WRITTEN[written:], "words that were kept are gone"
        return case.id

    async def _write(self) -> None:
        cases, state = self._doctor.cases, self._doctor.session
        for text in WRITTEN[self._said.get("written", -1) + 1 :]:
            assert state.state.case is not None
            cases.note(self._order.content.model_copy(update={"history": text}))
            await cases.save()
        await cases.save()

    async def _upload(self, case_id: UUID, files: Path) -> None:
        """What was taken in goes by itself; what was not, somebody gives again."""
        desk = self._doctor
        if "taken in" not in self._said:
            desk.images.import_paths((files,), "")
            await desk.until(
                lambda: desk.session.state.uploads.importing_of(case_id) != (0, 0), "the import"
            )
            tell("taken in")

        def verified() -> bool:
            """As the case was read, and as it is told since."""
            state = desk.session.state
            assert state.case is not None
            own = (one for one in state.uploads.progress if one.consultation_id == case_id)
            known = {one.study_instance_uid: one.verified for one in own}
            read = {one.study_instance_uid: one.verified for one in state.case.consultation.studies}
            return bool(known or read) and all((read | known).values())

        await desk.until(verified, "the images at the server")
        tell("verified")

    async def _is_signed(self, case_id: UUID) -> bool:
        timeline = await self._doctor.api.timeline(case_id)
        return any(event.action.value == "sign" for event in timeline)

    async def _report(self, case_id: UUID) -> None:
        desk = self._expert
        if (kept := self._said.get("claim")) is None:
            await desk.expert.claim(case_id)
        case = await desk.cases.open(case_id)
        await desk.expert.resume_claim(case)
        now = desk.session.state.case
        assert now is not None
        assert now.claim is not None, "the claim that was given is gone"
        assert kept in (None, now.claim.claim_token)
        if (read := self._said.get("read")) is not None:
            assert now.opinion.findings in READ[read:], "words that were kept are gone"
        if self._order.moments:
            await self._call(case_id)
        if await self._is_signed(case_id):
            return
        for text in READ[self._said.get("read", -1) + 1 :]:
            await self._word(text)
        await self._sign()

    # --- the call --------------------------------------------------------------------------

    async def _call(self, case_id: UUID) -> None:
        """Whenever a media process has been killed, both see each other again from their seats."""
        both = self._doctor, self._expert
        await self._doctor.cases.open(case_id)
        for desk in both:
            await desk.call.join()
        for desk in both:
            await desk.until(partial(_sees, desk), "the other's picture")
        seats = [desk.session.state.call.own_peer for desk in both]
        for moment in self._order.moments:
            other = await self._other_case() if moment == "claim" else case_id
            media = [desk.call.media.pid for desk in both]
            tell("in call", media)
            killed = asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
            await self._busy(moment, case_id, other, killed)
            await killed

            def again(before: list[int | None] = media) -> bool:
                now = [desk.call.media.pid for desk in both]
                return now != before and None not in now and all(map(_sees, both))

            for desk in both:
                await desk.until(again, "both pictures again")
            assert [desk.session.state.call.own_peer for desk in both] == seats

    async def _other_case(self) -> UUID:
        """Another one that waits for an expert."""
        cases = self._doctor.cases
        other = await cases.new_case()
        cases.note(self._order.content.model_copy(update={"history": WRITTEN[0]}))
        await cases.submit()
        return other

    async def _busy(
        self, moment: str, case_id: UUID, other: UUID, killed: asyncio.Future[str]
    ) -> None:
        """What is under way while it comes."""
        doctor, expert = self._doctor, self._expert
        match moment:
            case "writing":
                while not killed.done():
                    await self._word(READ[0])
                    await self._word(READ[1])
            case "upload":
                assert self._order.late is not None
                await self._upload(await doctor.cases.new_case(), self._order.late)
            case "claim":
                await expert.expert.claim(other)
                await expert.expert.resume_claim(await expert.cases.open(other))
                await expert.expert.resume_claim(await expert.cases.open(case_id))
            case "signing":
                await self._sign()

    async def _sign(self) -> None:
        await self._word(READ[-1])
        await self._expert.expert.save_opinion()
        await self._expert.signing.sign(PASSWORD)
        tell("signed")

    async def _word(self, text: str) -> None:
        self._expert.expert.note(_opinion(text))
        await self._expert.expert.save_opinion()

    # --- in the end ------------------------------------------------------------------------

    async def _look(self, case_id: UUID) -> None:
        api = self._doctor.api
        counts = Counter(event.action.value for event in await api.timeline(case_id))
        assert {name: counts[name] for name in ONCE} == dict.fromkeys(ONCE, 1), counts
        signed = await api.report(case_id)
        assert signature_fits(signed)
        assert (signed.report.version, signed.report.opinion.findings) == (1, READ[-1])
        case = await api.consultation(case_id)
        assert case.content.history == WRITTEN[-1]
        if (files := self._order.files) is not None:
            count, (study,) = len(list(files.iterdir())), await api.studies(case_id)
            assert (study.declared, study.received, study.verified) == (count, count, True)


def _phase(desk: Desk) -> Phase:
    assert desk.session.state.case is not None
    return desk.session.state.case.consultation.summary.phase


def _sees(desk: Desk) -> bool:
    call = desk.session.state.call
    return call.phase is CallPhase.IN and any(
        one.connected and one.frames_received > 0 and one.frames_per_second > 0
        for one in call.pictures
    )


def _opinion(findings: str) -> Opinion:
    return Opinion(
        findings=findings,
        impression="考虑良性",
        recommendation="三个月复查",
        diagnosis_codes=("R91",),
    )


async def _work(order: Order) -> None:
    await look_at_disk(order)
    doctor, expert = await sit_down(order, order.doctor), await sit_down(order, order.expert)
    if order.files is not None or "upload" in order.moments:
        await doctor.images.start()
    tell("ready", doctor.images.transfer.pid)
    await Work(order, doctor, expert).go()
    for desk in (doctor, expert):
        await desk.leave()
    tell("done")


def _run(order: Order) -> None:
    _app = QCoreApplication(["client"])
    try:
        asyncio.run(_work(order))
    except BaseException:
        tell("wrong", traceback.format_exc()[-2000:])


def main() -> None:
    for line in sys.stdin:
        if line.strip():
            process = os.fork()
            if process == 0:
                _run(Order.model_validate_json(line))
                os._exit(0)
            tell("process", process)
            _, status = os.waitpid(process, 0)
            tell("ended", status)


if __name__ == "__main__":
    main()
