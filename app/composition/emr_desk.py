"""The use cases of the hospital's record, built for one signed-in person."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.net.records import RecordApi
from app.services.emr import EmrService, OwnRecord
from app.services.emr_sign_in import EmrSignInService
from app.services.emr_writes import EmrWritesService
from app.services.record_entry import RecordEntryService
from app.services.shared_record import SharedRecordService
from app.store.messages import KeptMessages
from app.store.outbox import Outbox
from app.store.profile import SealedStore
from app.store.sealed import Sealer
from protocol.paths import FHIR

if TYPE_CHECKING:
    from app.composition.desk import Desk
    from app.composition.program import Program
    from app.net.emr.launch import Launch
    from app.services.entry import SignedInAs
    from app.session.state import State
    from protocol.consultation import CaseContent


class EmrDesk:
    """`emr` asks the hospital, where a person may `sign_in`, `entry` writes by hand where we keep
    the record, `shared` keeps what goes with cases, `writes` what the hospital shall keep of
    them."""

    def __init__(self, desk: Desk, program: Program, who: SignedInAs, sealer: Sealer) -> None:
        folder = program.profile.folder
        self._desk = desk
        secrets = SealedStore(folder / "hospital", sealer)
        messages = KeptMessages(folder / "transfer", sealer)
        connection = who.api.connection
        own = OwnRecord(connection.url + FHIR, connection.context, connection.access_token)
        account, received = who.tokens.account, messages.read_all
        self.emr = EmrService(
            desk.session, program.profile, secrets, own, received, account=account.id
        )
        self.sign_in = EmrSignInService(desk.session, self.emr, _browse)
        kept = SealedStore(folder / "records", sealer)
        self.entry = RecordEntryService(desk.session, self.emr, who.tokens.account)
        self.shared = SharedRecordService(
            desk.session,
            who.api,
            RecordApi(connection),
            kept,
            who.tokens.account,
            desk.tasks,
            self._edit,
            self._read_of,
            self.emr.with_contents,
        )
        self.writes = EmrWritesService(
            desk.session,
            who.api,
            self.emr,
            desk.reports.papers,
            Outbox(folder / "transfer", sealer).writes,
            who.tokens.account,
            desk.tasks,
            desk.reports.exports.tell,
        )

    def _read_of(self, consultation_id: UUID, patient_id: str) -> None:
        self.writes.note_patient(consultation_id, patient_id)

    def _edit(self, content: CaseContent, of: UUID) -> None:
        self._desk.tasks.start(self._desk.cases.edit(content, of=of), only="edit case")

    def launch(self, launch: Launch) -> None:
        """The hospital's own program has a patient open: theirs is the record to be read."""
        self._desk.window.raise_()
        self._desk.window.intake.open_emr()
        self._desk.tasks.start(self.sign_in.launch(launch), only="sign in emr")

    def follow(self, state: State) -> None:
        self.shared.follow(state)
        self.writes.follow(state)

    async def send_kept(self) -> None:
        """Drafts first: the server takes the record of a case it knows."""
        await self.shared.load_waiting()
        await self._desk.cases.send_kept()
        await self.shared.send_kept()
        await self.writes.begin()


def _browse(url: str) -> bool:
    return QDesktopServices.openUrl(QUrl(url))
