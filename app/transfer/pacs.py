"""Asking the hospital's archives: test, search and retrieve, each a job that can be stopped."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from app.imaging.attributes import text
from app.net.errors import (
    NetError,
    NotAdmitted,
    NotOffered,
    NotSignedIn,
    NotUnderstood,
    ServiceFailed,
    TimedOut,
    Unreachable,
    Untrusted,
)
from app.store.intake_settings import IntakeSettings, Pacs, PacsKind, Retrieve
from app.transfer.inbox import InboxKeeper
from app.transfer.intake_messages import (
    FoundInPacs,
    IntakeEvent,
    JobEnded,
    PacsAnswered,
    PacsProblem,
    RetrieveProgress,
    RetrieveStudy,
    SearchPacs,
    TestPacs,
)
from app.transfer.rates import SpeedMeter, Throttle

if TYPE_CHECKING:
    from app.net.dimse.scu import Node

log = logging.getLogger(__name__)
TELL_EVERY_S = 0.25
_MOVE_DESTINATION_UNKNOWN = 0xA801


class PacsJobs:
    """Runs jobs for the window; all methods belong to the loop.

    Args:
        listening: the AE title of the storage SCP while it listens, else empty: C-MOVE sends there.
    """

    def __init__(
        self,
        inbox: InboxKeeper,
        emit: Callable[[IntakeEvent], None],
        listening: Callable[[], str],
    ) -> None:
        self._inbox = inbox
        self._emit = emit
        self._listening = listening
        self._settings = IntakeSettings()
        self._passwords: dict[str, str] = {}
        self._jobs: dict[UUID, tuple[asyncio.Task[None], threading.Event]] = {}

    def configure(self, settings: IntakeSettings, passwords: dict[str, str]) -> None:
        self._settings, self._passwords = settings, passwords

    @property
    def busy(self) -> bool:
        return bool(self._jobs)

    def test(self, command: TestPacs) -> None:
        self._begin(command.job, lambda stop: self._test(command))

    def search(self, command: SearchPacs) -> None:
        self._begin(command.job, lambda stop: self._search(command, stop))

    def retrieve(self, command: RetrieveStudy) -> None:
        self._begin(command.job, lambda stop: self._retrieve(command, stop))

    def stop(self, job: UUID) -> None:
        """The archive is asked to stop; what has come is kept."""
        if job in self._jobs:
            self._jobs[job][1].set()

    async def close(self) -> None:
        for _, stop in self._jobs.values():
            stop.set()
        tasks = [task for task, _ in self._jobs.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(
        self, job: UUID, work: Callable[[threading.Event], Coroutine[None, None, None]]
    ) -> None:
        stop = threading.Event()
        task = asyncio.create_task(work(stop), name="pacs")
        self._jobs[job] = (task, stop)
        task.add_done_callback(lambda done: self._ended(job, done))

    def _ended(self, job: UUID, task: "asyncio.Task[None]") -> None:
        self._jobs.pop(job, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a job with an archive failed", exc_info=error)

    def _pacs(self, pacs_id: UUID) -> Pacs | None:
        return next((one for one in self._settings.pacs if one.id == pacs_id), None)

    # --- test ----------------------------------------------------------------------------

    async def _test(self, command: TestPacs) -> None:
        problem, status = None, 0
        try:
            await asyncio.to_thread(_echo, command.pacs, command.password, command.calling)
        except NetError as error:
            problem, status = problem_of(error)
        self._emit(JobEnded(job=command.job, problem=problem, status=status))

    # --- search --------------------------------------------------------------------------

    async def _search(self, command: SearchPacs, stop: threading.Event) -> None:
        pacs = self._pacs(command.pacs_id)
        if pacs is None:
            self._emit(PacsAnswered(job=command.job, problem=PacsProblem.UNREACHABLE))
            return
        password, calling = self._access(pacs)
        try:
            answer = await asyncio.to_thread(_find, pacs, password, calling, command, stop)
        except NetError as error:
            problem, status = problem_of(error)
            answer = PacsAnswered(job=command.job, problem=problem, status=status)
        self._emit(answer)

    def _access(self, pacs: Pacs) -> tuple[str, str]:
        return self._passwords.get(str(pacs.id), ""), self._settings.receiver.ae_title

    # --- retrieve ------------------------------------------------------------------------

    async def _retrieve(self, command: RetrieveStudy, stop: threading.Event) -> None:
        follow = _Following(command, self._inbox, self._emit)
        pacs = self._pacs(command.pacs_id)
        problem: PacsProblem | None = None
        status = 0
        try:
            if pacs is None:
                problem = PacsProblem.UNREACHABLE
            elif _moves(pacs) and not self._listening():
                problem = PacsProblem.RECEIVER_OFF
            else:
                await self._fetch(pacs, command, stop, follow)
        except NetError as error:
            problem, status = problem_of(error)
        finally:
            follow.end(problem, status, stopped=stop.is_set())

    async def _fetch(
        self, pacs: Pacs, command: RetrieveStudy, stop: threading.Event, follow: "_Following"
    ) -> None:
        from app.net.dimse import scu
        from app.net.pacs_web import WebNode, retrieve

        password, calling = self._access(pacs)
        uid = command.study_instance_uid
        if pacs.kind is PacsKind.DICOMWEB:
            web = WebNode(pacs.url, pacs.username, password)
            done = await asyncio.to_thread(
                retrieve,
                web,
                uid,
                pacs.name,
                self._inbox,
                stop,
                lambda counts: follow.counted(counts.total, counts.failed),
            )
            follow.counted(done.total, done.failed)
            return
        node = node_of(pacs, calling)

        def counted(counts: scu.Counts) -> None:
            follow.counted(counts.total, counts.failed)

        if pacs.retrieve is Retrieve.MOVE:
            await asyncio.to_thread(scu.move, node, uid, self._listening(), stop, counted)
        else:
            await asyncio.to_thread(scu.get, node, uid, (), self._inbox, stop, counted)


def _moves(pacs: Pacs) -> bool:
    return pacs.kind is PacsKind.DIMSE and pacs.retrieve is Retrieve.MOVE


class _Following:
    """Tells how a study fills: counted by what is in the inbox, not by what the archive says."""

    def __init__(
        self, command: RetrieveStudy, inbox: InboxKeeper, emit: Callable[[IntakeEvent], None]
    ) -> None:
        self._command = command
        self._inbox = inbox
        self._emit = emit
        self._loop = asyncio.get_running_loop()
        self._expected = command.images
        self._failed = 0
        self._bytes = inbox.received_bytes
        self._speed = SpeedMeter(self._loop.time)
        self._speed.count(0)
        self._throttle = Throttle(self._tell, TELL_EVERY_S)
        self._throttle.now()

    def counted(self, total: int, failed: int) -> None:
        """From the job's thread."""
        self._failed = failed
        if total > (self._expected or 0):
            self._expected = total
        with suppress(RuntimeError):  # the loop has been closed meanwhile
            self._loop.call_soon_threadsafe(self._throttle.changed)

    def end(self, problem: PacsProblem | None, status: int, *, stopped: bool) -> None:
        self._throttle.cancel()
        self._inbox.expect(self._command.study_instance_uid, self._expected)
        self._emit(self._progress(ended=True, stopped=stopped, problem=problem, status=status))

    def _tell(self) -> None:
        received = self._inbox.received_bytes
        self._speed.count(received - self._bytes)
        self._bytes = received
        self._emit(self._progress())

    def _progress(
        self,
        *,
        ended: bool = False,
        stopped: bool = False,
        problem: PacsProblem | None = None,
        status: int = 0,
    ) -> RetrieveProgress:
        uid = self._command.study_instance_uid
        study = self._inbox.study(uid)
        return RetrieveProgress(
            job=self._command.job,
            study_instance_uid=uid,
            arrived=len(study.instances) if study is not None else 0,
            expected=self._expected,
            failed=self._failed,
            bytes_per_second=round(self._speed.read(), 1),
            ended=ended,
            stopped=stopped,
            problem=problem,
            status=status,
        )


def node_of(pacs: Pacs, calling: str) -> "Node":
    """An archive's place as `app.net.dimse.scu` takes it."""
    from app.net.dimse.scu import Node

    return Node(pacs.host, pacs.port, pacs.ae_title, calling, pacs.charset.value)


def _echo(pacs: Pacs, password: str, calling: str) -> None:
    from app.net import pacs_web
    from app.net.dimse import scu

    if pacs.kind is PacsKind.DICOMWEB:
        pacs_web.test(pacs_web.WebNode(pacs.url, pacs.username, password))
    else:
        scu.echo(node_of(pacs, calling))


def _find(
    pacs: Pacs, password: str, calling: str, command: SearchPacs, stop: threading.Event
) -> PacsAnswered:
    from app.net import pacs_web
    from app.net.dimse import scu
    from app.net.dimse.query import StudyQuery

    query = StudyQuery(
        command.name,
        command.patient_id,
        command.accession_number,
        command.date_from,
        command.date_to,
        command.modality,
    )
    if pacs.kind is PacsKind.DICOMWEB:
        web = pacs_web.WebNode(pacs.url, pacs.username, password)
        studies, limited, unread = pacs_web.search(web, query)
    else:
        found = scu.find(node_of(pacs, calling), query, stop, text)
        studies, limited, unread = found.studies, found.limited, found.unread
    told = tuple(
        FoundInPacs(**{name: getattr(one, name) for name in FoundInPacs.model_fields})
        for one in studies
    )
    return PacsAnswered(job=command.job, studies=told, limited=limited, unread=unread)


def problem_of(error: NetError) -> tuple[PacsProblem, int]:
    """The code, and the status of the answer where there is one."""
    match error:
        case ServiceFailed() if error.status == _MOVE_DESTINATION_UNKNOWN:
            return PacsProblem.UNKNOWN_DESTINATION, error.status
        case ServiceFailed():
            return PacsProblem.REFUSED, error.status
        case TimedOut():
            return PacsProblem.TIMED_OUT, 0
        case Unreachable():
            return PacsProblem.UNREACHABLE, 0
        case NotAdmitted():
            return PacsProblem.NOT_ADMITTED, 0
        case NotOffered():
            return PacsProblem.NOT_OFFERED, 0
        case NotUnderstood():
            return PacsProblem.NOT_UNDERSTOOD, 0
        case Untrusted():
            return PacsProblem.UNTRUSTED, 0
        case NotSignedIn():
            return PacsProblem.NOT_SIGNED_IN, 0
        case _:
            return PacsProblem.UNEXPECTED, 0
