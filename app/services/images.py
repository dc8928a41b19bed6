"""Images on their way: the transfer process's states become facts."""

import base64
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import assert_never
from uuid import UUID

from app.imaging.writing.origin import person_name
from app.ipc.errors import ChildNotRunningError, ChildStartError
from app.net.api import Api
from app.net.errors import NetError
from app.net.trust import Pin
from app.services.facts import Facts
from app.services.fetching import FetchEvent, FetchingService
from app.services.tasks import Tasks
from app.services.troubles import raise_notice
from app.session.intake import IntakeLost
from app.session.link import KeyPlace
from app.session.notices import NoticeObsolete, Severity
from app.session.notices import Trouble as Told
from app.session.upload import (
    ImageStage,
    ImageUpload,
    ImportEnded,
    ImportProgressed,
    LeftOutFile,
    StudyUpload,
    UploadChanged,
    UploadRemoved,
)
from app.store.chosen import Chosen
from app.store.files_of import FilesOf
from app.transfer.intake_messages import IntakeEvent, OfferWorklist
from app.transfer.link import TAKEN_OVER, TransferLink
from app.transfer.messages import (
    CancelImport,
    CancelUpload,
    Command,
    EndSession,
    Event,
    GoWithout,
    Import,
    ImportProgress,
    LimitTransfers,
    NetworkBack,
    Open,
    PatientFound,
    Ready,
    SessionOver,
    ShownDevice,
    Trouble,
    UploadState,
    UseSession,
)
from app.transfer.messages import ImportEnded as ImportDone
from app.transfer.reasons import ImageReason
from app.transfer.recording_messages import RecordingEvent
from protocol.account import Account
from protocol.base import new_id
from protocol.consultation import Patient, Status
from protocol.dicom_sex import dicom_sex

log = logging.getLogger(__name__)
TROUBLES = {
    "disk-full": Told.DISK_FULL,
    "server-untrusted": Told.SERVER_UNTRUSTED,
    "store-damaged": Told.STORE_KEY_LOST,
}


def files_of(patient: Patient | None, description: str) -> FilesOf:
    """The patient of a case as DICOM names them (PS3.3 C.7.1.1)."""
    if patient is None:
        return FilesOf(description=description)
    return FilesOf(
        patient_name=person_name(patient.name) if patient.name else "",
        patient_id=patient.patient_id,
        birth_date=f"{patient.birth_date:%Y%m%d}" if patient.birth_date else "",
        sex=dicom_sex(patient.sex),
        description=description,
    )


class ImageService:
    """Owns the link to the transfer process of this profile."""

    def __init__(
        self,
        facts: Facts,
        api: Api,
        tasks: Tasks,
        account: Account,
        *,
        folder: Path,
        store_key: bytes,
        pin: Pin | None,
        on_patients: Callable[[UUID, tuple[PatientFound, ...]], None],
        on_told: Callable[[IntakeEvent | RecordingEvent], None],
        on_ready: Callable[[], None],
        on_late: Callable[[str], object],
        on_more: Callable[[str], object],
        goes_on: Callable[[], bool],
    ) -> None:
        self._facts = facts
        self._api = api
        self._tasks = tasks
        self._account = account
        self._folder = folder
        self._store_key = store_key
        self._pin = pin
        self._on_patients = on_patients
        self._on_told = on_told
        self._on_ready = on_ready
        self._goes_on = goes_on
        self._opened = False
        self._given_up = False
        self._waiting: list[Command] = []
        self._unkept: dict[UUID, Import] = {}
        """Imports that the process has not said to have kept yet."""
        self._limit: int | None = None
        self.transfer = TransferLink(on_event=self._said, on_lost=self._lost)
        self.fetching = FetchingService(facts, store_key, self.tell, on_late, on_more)

    async def start(self) -> None:
        """Starts the process, for the first time or after it has died too often."""
        self._given_up = False
        try:
            await self.transfer.start()
        except ChildStartError:
            log.exception("the transfer process cannot be started")
            self._given_up = True
            raise_notice(self._facts, Told.TRANSFER_GIVEN_UP)

    async def close(self) -> None:
        """The window closes; uploads that run are finished by the process on its own, and what
        else `goes_on` does."""
        self.fetching.remote.close()
        await self.transfer.close(when_done=self._unsent() or self._goes_on())

    async def sign_out(self) -> None:
        """What was given to a case is sent with the session of the transfer process, which ends
        when all of it has arrived."""
        if self._opened:
            self.tell(EndSession(when_done=self._unsent()))
        await self.close()

    def _unsent(self) -> bool:
        uploads = self._facts.state.uploads
        return bool(uploads.imports) or any(not study.verified for study in uploads.studies)

    def limit(self, bytes_per_second: int | None) -> None:
        """How fast images may come and go, while a call needs the line; a process that is
        started meanwhile is told as well."""
        self._limit = bytes_per_second
        if self._opened:
            self.tell(LimitTransfers(bytes_per_second=bytes_per_second))

    # --- what a person wants -------------------------------------------------------------

    def import_paths(
        self,
        paths: tuple[Path, ...],
        description: str,
        chosen: tuple[Chosen, ...] = (),
        *,
        with_loss: bool = False,
    ) -> None:
        """Takes in files and folders; `description` is the study of photographs and documents."""
        case = self._facts.state.case
        if case is not None:
            self._import(
                Import(
                    id=new_id(),
                    consultation_id=case.id,
                    paths=paths,
                    files_of=files_of(case.content.patient, description),
                    chosen=chosen,
                    with_loss=with_loss,
                )
            )

    def attach_from_inbox(self, studies: tuple[str, ...]) -> None:
        """Takes studies of the inbox into the open case."""
        case = self._facts.state.case
        if case is not None:
            self._import(Import(id=new_id(), consultation_id=case.id, inbox_studies=studies))

    def _import(self, command: Import) -> None:
        """The process is told again should it die before it has said that the import is kept."""
        command = command.model_copy(update={"account_id": self._account.id})
        self._unkept[command.id] = command
        self._facts.apply(ImportProgressed(command.id, command.consultation_id))
        self.tell(command)

    def cancel_import(self) -> None:
        """Takes back what is being read for the open case."""
        case = self._facts.state.case
        if case is None:
            return
        self.tell(CancelImport(consultation_id=case.id))
        for id_, command in tuple(self._unkept.items()):
            if command.consultation_id == case.id:
                del self._unkept[id_]
                self._facts.apply(ImportEnded(id_, case.id))

    def cancel_upload(self, study_instance_uid: str) -> None:
        case = self._facts.state.case
        if case is not None:
            draft = case.consultation.summary.status is Status.DRAFT
            self.tell(
                CancelUpload(
                    consultation_id=case.id, study_instance_uid=study_instance_uid, whole=draft
                )
            )

    def go_without(self, study_instance_uid: str) -> None:
        """The refused images of a study do not go with the open case."""
        case = self._facts.state.case
        if case is not None:
            self.tell(GoWithout(consultation_id=case.id, study_instance_uid=study_instance_uid))

    def connection_back(self) -> None:
        if self._opened:
            self.tell(NetworkBack())

    # --- what the process says -----------------------------------------------------------

    def _said(self, event: Event) -> None:
        if isinstance(event, IntakeEvent | RecordingEvent):
            self._on_told(event)
            return
        if isinstance(event, FetchEvent):
            self.fetching.heard(event)
            return
        match event:
            case Ready():
                self._begin()
            case ImportProgress():
                self._unkept.pop(event.id, None)
                self._facts.apply(
                    ImportProgressed(event.id, event.consultation_id, event.done, event.total)
                )
            case ImportDone():
                self._imported(event)
            case UploadState():
                self._uploaded(event)
            case SessionOver():
                self._tasks.start(self._give_session(), only="transfer session")
            case Trouble():
                raise_notice(self._facts, TROUBLES[event.what])
            case _:
                assert_never(event)

    def _begin(self) -> None:
        key = base64.b64encode(self._store_key).decode()
        self._opened = True
        self._facts.apply(NoticeObsolete(Told.TRANSFER_GIVEN_UP, None))
        lasts = self._facts.state.link.key_place is not KeyPlace.MEMORY
        recordings = self._folder.parent
        self.tell(Open(folder=self._folder, recordings=recordings, store_key=key, key_lasts=lasts))
        if self._limit is not None:
            self.tell(LimitTransfers(bytes_per_second=self._limit))
        self._on_ready()
        waiting, self._waiting = self._waiting, []
        again = [one for one in self._unkept.values() if one not in waiting]
        for command in (*again, *waiting):
            self.tell(command)
        self.fetching.remote.ask_again()
        self._tasks.start(self._give_session(), only="transfer session")

    async def _give_session(self) -> None:
        """A session of scope `transfer`, so that the process can outlive the window's own."""
        try:
            pair = await self._api.transfer_session()
        except NetError as error:
            log.info("no transfer session yet: %s", error)
            return
        self.tell(
            UseSession(
                server=self._api.connection.url,
                ca_pem=self._pin.pem if self._pin else "",
                device=ShownDevice.of(self._api.connection.device),
                refresh_token=pair.refresh_token,
                account_id=self._account.id,
            )
        )

    def _imported(self, event: ImportDone) -> None:
        left_out = tuple((left.name, left.code) for left in event.left_out)
        self._unkept.pop(event.id, None)
        case = event.consultation_id
        self._facts.apply(ImportEnded(event.id, case, left_out))
        if left_out:
            raise_notice(
                self._facts,
                Told.FILES_UNREADABLE,
                (("count", str(len(left_out))),),
                severity=Severity.WARNING,
                consultation_id=case,
                left_out=_first_of_each(left_out),
            )
        if not event.imported and not event.cancelled and not left_out:
            raise_notice(
                self._facts, Told.NO_IMAGES_FOUND, severity=Severity.WARNING, consultation_id=case
            )
        if event.patients:
            self._on_patients(case, event.patients)

    def _uploaded(self, event: UploadState) -> None:
        if event.cancelled and not event.declared:
            self._facts.apply(UploadRemoved(event.consultation_id, event.study_instance_uid))
            return
        images = tuple(
            ImageUpload(
                sop_instance_uid=image.sop_instance_uid,
                label=f"#{image.number}",
                size=image.size,
                stage=ImageStage(image.stage.value),
                code=image.code,
                confirmed=image.confirmed,
            )
            for image in event.images
        )
        self._facts.apply(
            UploadChanged(
                StudyUpload(
                    consultation_id=event.consultation_id,
                    study_instance_uid=event.study_instance_uid,
                    description=event.description,
                    modalities=event.modalities,
                    images=images,
                    verified=event.verified,
                    cancelled=event.cancelled,
                    paused=event.paused,
                    server_full=event.server_full,
                    others=event.others,
                    bytes_per_second=event.bytes_per_second,
                    account_id=event.account_id,
                )
            )
        )

    def _lost(self, returncode: int, will_restart: bool) -> None:
        self._opened = False
        self._facts.apply(IntakeLost())
        if returncode == TAKEN_OVER:
            log.info("another window of this profile moves the images now")
            return
        log.error("the transfer process ended: %s", returncode)
        if will_restart:
            raise_notice(self._facts, Told.TRANSFER_STOPPED, severity=Severity.WARNING)
            return
        self._given_up = True
        for study in self._facts.state.uploads.studies:
            if not study.verified:
                self._facts.apply(UploadChanged(replace(study, paused=True, bytes_per_second=0.0)))
        self._facts.apply(NoticeObsolete(Told.TRANSFER_STOPPED, None))
        raise_notice(self._facts, Told.TRANSFER_GIVEN_UP)

    def tell(self, command: Command) -> None:
        """Sends a command; one that comes before the process is ready waits for it. A process that
        was not started again is, for what somebody asks for."""
        if not self._opened:
            self._waiting.append(command)
            if self._given_up and not isinstance(command, OfferWorklist):
                self._tasks.start(self.start(), only="transfer process")
            return
        try:
            self.transfer.send(command)
        except ChildNotRunningError:
            log.info("the transfer process is being started; it is told everything anew")


def _first_of_each(left_out: tuple[LeftOutFile, ...]) -> tuple[LeftOutFile, ...]:
    """One file for each different reason."""
    first: dict[ImageReason, LeftOutFile] = {}
    for name, code in left_out:
        first.setdefault(code, (name, code))
    return tuple(first.values())
