"""What comes in by itself or is fetched: receivers, watched folder, archives, previews."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, assert_never

from app.net.errors import PortTaken
from app.store.archive_outbox import ArchiveOutbox
from app.store.inbox import InboxStudy
from app.store.intake_settings import AfterTaking, Caller, IntakeSettings, Pacs, PacsKind, Receiver
from app.store.messages import KeptMessages
from app.transfer.archiving import Archiving
from app.transfer.finding import Unpacking
from app.transfer.hearing import Hearing
from app.transfer.inbox import InboxKeeper
from app.transfer.intake_messages import (
    Configure,
    ForgetLost,
    InboxPerson,
    InboxRow,
    InboxState,
    IntakeCommand,
    IntakeEvent,
    IntakeState,
    Look,
    OfferWorklist,
    RemoveStudies,
    RetrieveStudy,
    SearchPacs,
    SendToArchive,
    SettleStudies,
    StopJob,
    TakeFiles,
    TestPacs,
    WorklistEntry,
)
from app.transfer.jobs import Jobs
from app.transfer.looking import look, take_files
from app.transfer.pacs import PacsJobs
from app.transfer.rates import Throttle
from app.transfer.watching import WatchedFolder

if TYPE_CHECKING:
    from app.net.dimse.scp import StorageServer
    from app.net.dimse.worklist import WorklistItem

log = logging.getLogger(__name__)
REFUSED_TOLD = 5


class Intake:
    """Carries out the commands of intake; all methods belong to the loop.

    Args:
        key_lasts: the key of the store outlives this run. Without one nothing is received: a device
            that is told Success forgets its images, and they would be lost with the key.
    """

    def __init__(
        self,
        inbox: InboxKeeper,
        emit: Callable[[IntakeEvent], None],
        unpacking: Unpacking,
        on_idle: Callable[[], None] = lambda: None,
        *,
        messages: KeptMessages,
        to_archive: ArchiveOutbox,
        key_lasts: bool = True,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._key_lasts = key_lasts
        self._now = now
        self._unpacking = unpacking
        self.inbox = inbox
        inbox.on_change = self.tell_inbox
        self._emit = emit
        self._settings = IntakeSettings()
        self._server: StorageServer | None = None
        self._port_taken = False
        self._watched: WatchedFolder | None = None
        self._worklist: tuple[WorklistEntry, ...] = ()
        self._refused: deque[str] = deque(maxlen=REFUSED_TOLD)
        self._rejected: deque[tuple[str, str]] = deque(maxlen=REFUSED_TOLD)
        self._jobs = Jobs(on_idle)
        self._pacs = PacsJobs(inbox, emit, self._listening, self._jobs)
        self.archiving = Archiving(to_archive, emit, on_idle)
        self._loop = asyncio.get_running_loop()
        self._told = Throttle(self._tell_state, 1.0)
        self._hearing = Hearing(messages, self._told.changed, now)

    @property
    def serving(self) -> bool:
        """Whether something may come in without a window."""
        images = self._server is not None or self._watched is not None
        return images or self._hearing.serving

    @property
    def busy(self) -> bool:
        return self._jobs.busy or self.archiving.busy

    async def handle(self, command: IntakeCommand) -> None:
        match command:
            case Configure():
                await self.configure(command.settings, command.passwords)
            case OfferWorklist():
                self._worklist = command.entries
            case RemoveStudies():
                await self.inbox.remove(command.study_instance_uids)
            case SettleStudies():
                self.inbox.change(command.study_instance_uids, lambda study: study.settled)
            case ForgetLost():
                await self.inbox.forget_lost()
            case Look():
                looking = look(command.job, command.paths, self._unpacking, self._emit)
                self._jobs.begin(command.job, looking)
            case TakeFiles():
                work = take_files(
                    command.job,
                    command.paths,
                    command.chosen,
                    self.inbox,
                    self._unpacking,
                    self._emit,
                )
                self._jobs.begin(command.job, work)
            case TestPacs():
                self._pacs.test(command)
            case SearchPacs():
                self._pacs.search(command)
            case RetrieveStudy():
                self._pacs.retrieve(command)
            case SendToArchive():
                self.archiving.wake()
            case StopJob():
                self._jobs.stop(command.job)
            case _:
                assert_never(command)

    def wake(self) -> None:
        """The network is back."""
        self.archiving.wake()

    async def close(self) -> None:
        self._told.cancel()
        await self._jobs.close()
        await self.archiving.close()
        await self._stop_serving()
        await self.inbox.close()

    # --- serving -------------------------------------------------------------------------

    async def configure(self, settings: IntakeSettings, passwords: dict[str, str]) -> None:
        """Takes over new settings; what did not change goes on undisturbed."""
        before, self._settings = self._settings, settings
        self._pacs.configure(settings, passwords)
        self.archiving.configure(settings, passwords)
        if before.receiver != settings.receiver or self._port_taken:
            await self._stop_server()
            if settings.receiver.on and self._key_lasts:
                await self._start_server(settings.receiver)
        if before.watched != settings.watched:
            await self._stop_watching()
            if settings.watched.on and settings.watched.folder:
                watched = settings.watched
                if not self._key_lasts:  # the folder keeps what this computer may lose
                    watched = watched.model_copy(update={"after": AfterTaking.KEEP})
                self._watched = WatchedFolder(watched, self.inbox, self._told.changed)
        await self._hearing.configure(settings.hl7, may=self._key_lasts)
        self._tell_state()
        self.tell_inbox()

    async def _start_server(self, receiver: Receiver) -> None:
        server = await asyncio.to_thread(self._made_server, receiver)
        try:
            await asyncio.to_thread(server.start)
        except PortTaken as error:
            log.error("the receiver cannot listen on port %s", error)
            self._port_taken = True
        else:
            self._server = server

    def _made_server(self, receiver: Receiver) -> "StorageServer":
        """In a thread: the library takes a quarter of a second to import."""
        from app.net.dimse.scp import ServerOptions, StorageServer

        return StorageServer(
            ServerOptions(
                ae_title=receiver.ae_title,
                port=receiver.port,
                address=receiver.address,
                admits=lambda title, host: admits(receiver, self._settings.pacs, title, host),
                reply_port=lambda title, host: _port_of(receiver, title, host),
                holds=self.inbox.holds,
                worklist=self._items if receiver.worklist else None,
                worklist_charset=receiver.worklist_charset.value,
                on_refused=self._note_refused,
                on_rejected=self._note_rejected,
                on_brought=self.inbox.brought,
                on_end=self.inbox.ended,
                now=self._now,
            ),
            self.inbox,
        )

    async def _stop_server(self) -> None:
        server, self._server = self._server, None
        self._port_taken = False
        if server is not None:
            await asyncio.to_thread(server.stop)

    async def _stop_watching(self) -> None:
        watched, self._watched = self._watched, None
        if watched is not None:
            await watched.close()

    async def _stop_serving(self) -> None:
        await self._stop_watching()
        await self._stop_server()
        await self._hearing.close()

    def _listening(self) -> str:
        return self._settings.receiver.ae_title if self._server is not None else ""

    def _items(self) -> "tuple[WorklistItem, ...]":
        """From network threads."""
        from app.net.dimse.worklist import WorklistItem

        return tuple(
            WorklistItem(
                one.patient_name,
                one.patient_id,
                one.birth_date,
                one.sex,
                one.accession_number,
                one.study_instance_uid,
                one.description,
            )
            for one in self._worklist
        )

    def _note_refused(self, title: str, host: str) -> None:
        """From network threads: IT must see who knocked, to put it into the list."""
        log.warning("a device that is not in the list was refused")
        caller = f"{title}@{host}"
        if caller in self._refused:
            return
        self._refused.append(caller)
        self._loop.call_soon_threadsafe(self._told.changed)

    def _note_rejected(self, title: str, names: tuple[str, ...]) -> None:
        """From network threads: what a device would send and nobody takes."""
        log.warning("a device asks for kinds of objects that are not taken")
        new = [one for one in ((title, name) for name in names) if one not in self._rejected]
        if new:
            self._rejected.extend(new)
            self._loop.call_soon_threadsafe(self._told.changed)

    # --- telling -------------------------------------------------------------------------

    def _tell_state(self) -> None:
        watched = self._watched
        self._emit(
            IntakeState(
                listening=self._server is not None,
                port=self._server.port if self._server is not None else 0,
                port_taken=self._port_taken,
                refused=tuple(self._refused),
                rejected=tuple(self._rejected),
                watching=watched is not None and not watched.gone,
                folder_gone=watched is not None and watched.gone,
                taken=watched.taken if watched is not None else 0,
                left=watched.left if watched is not None else 0,
                archives=watched.archives if watched is not None else 0,
                damaged=watched.damaged if watched is not None else 0,
                doubled=watched.doubled if watched is not None else 0,
                hl7=self._hearing.state,
            )
        )

    def tell_inbox(self) -> None:
        studies = tuple(
            _row(study, still_sending=study.study_instance_uid in self.inbox.sending)
            for study in self.inbox.studies
        )
        refused = self.inbox.strays.counts
        self._emit(InboxState(studies=studies, lost=self.inbox.lost, refused=refused))


def admits(receiver: Receiver, archives: tuple[Pacs, ...], title: str, host: str) -> bool:
    """Whether a caller may send: by the list, as an archive of the settings, which answers C-MOVE
    by sending, or because unknown ones are admitted."""
    if receiver.admit_unknown or _listed(receiver, title, host) is not None:
        return True
    return any(
        one.kind is PacsKind.DIMSE and (one.ae_title, _address(one.host, host)) == (title, host)
        for one in archives
    )


def _address(configured: str, seen: str) -> str:
    """The address of an archive; one given by name is believed by its AE title alone."""
    try:
        return str(ip_address(configured))
    except ValueError:
        return seen


def _listed(receiver: Receiver, title: str, host: str) -> Caller | None:
    for caller in receiver.callers:
        named = caller.ae_title.strip()
        if (named or caller.host) and named in ("", title) and caller.host in ("", host):
            return caller
    return None


def _port_of(receiver: Receiver, title: str, host: str) -> int:
    caller = _listed(receiver, title, host)
    return caller.port if caller is not None else 0


def _row(study: InboxStudy, *, still_sending: bool) -> InboxRow:
    known = study.shortfall(still_sending=still_sending)
    return InboxRow(
        study_instance_uid=study.study_instance_uid,
        patients=tuple(
            InboxPerson(
                name=one.name, patient_id=one.patient_id, birth_date=one.birth_date, sex=one.sex
            )
            for one in study.patients[:20]
        ),
        description=study.description,
        study_date=study.study_date,
        accession_number=study.accession_number,
        modalities=tuple(dict.fromkeys(one.modality for one in study.instances if one.modality)),
        images=len(study.instances),
        size=sum(one.size for one in study.instances),
        expected=study.expected,
        conflicts=study.conflicts,
        broke_off=known.broke_off,
        lost=known.damaged,
        unplaced=known.unplaced,
        arriving=known.still_sending,
        source=study.source,
        last_at=study.last_at,
        attached=study.attached,
        attached_images=study.attached_images,
        attached_each=tuple(study.images_of(case) for case in study.attached),
    )
