"""Asking the hospital's archives: test, search and retrieve, each a job that can be stopped."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from app.imaging.attributes import text
from app.net.errors import (
    NotAdmitted,
    NotOffered,
    NotSignedIn,
    NotUnderstood,
    ServiceFailed,
    TimedOut,
    Unreachable,
    Untrusted,
)
from app.net.studies import Counts, Found, StudyQuery
from app.store.intake_settings import IntakeSettings, Pacs, PacsKind, Retrieve
from app.transfer.inbox import InboxKeeper
from app.transfer.intake_messages import (
    IntakeEvent,
    JobEnded,
    PacsAnswered,
    PacsProblem,
    RetrieveProgress,
    RetrieveStudy,
    SearchPacs,
    TestPacs,
)
from app.transfer.jobs import Jobs
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
        jobs: Jobs,
    ) -> None:
        self._inbox = inbox
        self._emit = emit
        self._jobs = jobs
        self._listening = listening
        self._settings = IntakeSettings()
        self._passwords: dict[str, str] = {}

    def configure(self, settings: IntakeSettings, passwords: dict[str, str]) -> None:
        self._settings, self._passwords = settings, passwords

    def test(self, command: TestPacs) -> None:
        self._jobs.begin(command.job, self._test(command))

    def search(self, command: SearchPacs) -> None:
        stop = threading.Event()
        self._jobs.begin(command.job, self._search(command, stop), stop.set)

    def retrieve(self, command: RetrieveStudy) -> None:
        """Stopping asks the archive to stop; what has come is kept."""
        stop = threading.Event()
        self._jobs.begin(command.job, self._retrieve(command, stop), stop.set)

    def _pacs(self, pacs_id: UUID) -> Pacs | None:
        return next((one for one in self._settings.pacs if one.id == pacs_id), None)

    # --- test ----------------------------------------------------------------------------

    async def _test(self, command: TestPacs) -> None:
        problem, status = None, 0
        try:
            await asyncio.to_thread(_echo, command.pacs, command.password, command.calling)
        except Exception as error:  # see `problem_of`
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
            found = await asyncio.to_thread(_find, pacs, password, calling, command.query, stop)
            answer = PacsAnswered(
                job=command.job,
                studies=found.studies,
                limited=found.limited,
                unread=found.unread,
            )
        except Exception as error:  # see `problem_of`
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
        except Exception as error:  # see `problem_of`
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
            await asyncio.to_thread(
                retrieve, web, uid, pacs.name, self._inbox, stop, follow.counted
            )
            return
        node = node_of(pacs, calling)
        if pacs.retrieve is Retrieve.MOVE:
            await asyncio.to_thread(scu.move, node, uid, self._listening(), stop, follow.counted)
        else:
            await asyncio.to_thread(scu.get, node, uid, self._inbox, stop, follow.counted)


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
        self._failed = self._delivered = 0
        known = inbox.study(command.study_instance_uid)
        self._before = 0 if known is None else len(known.instances)
        said = None if known is None else known.expected
        self._whole_at = said if said is not None and self._before >= said else 0
        self._bytes = self._bytes_before = inbox.received_bytes
        self._speed = SpeedMeter(self._loop.time)
        self._speed.count(0)
        self._await()
        self._throttle = Throttle(self._tell, TELL_EVERY_S)
        self._throttle.now()

    def _await(self) -> None:
        uid = self._command.study_instance_uid
        self._inbox.awaited(self._command.job, uid, self._expected)

    def counted(self, counts: Counts) -> None:
        """From the job's thread."""
        self._failed = counts.failed
        self._delivered = counts.completed + counts.warning
        if counts.total > (self._expected or 0):
            self._expected = counts.total
            self._await()
        with suppress(RuntimeError):  # the loop has been closed meanwhile
            self._loop.call_soon_threadsafe(self._throttle.changed)

    def end(self, problem: PacsProblem | None, status: int, *, stopped: bool) -> None:
        self._throttle.cancel()
        broken = stopped or problem is not None
        self._expected = self._known_to_be(broken=broken)
        uid = self._command.study_instance_uid
        self._inbox.fetched(self._command.job, uid, self._expected, whole=not broken)
        self._emit(self._progress(ended=True, stopped=stopped, problem=problem, status=status))

    def _known_to_be(self, *, broken: bool) -> int | None:
        """How many images the study has at least, by all that was said and was missed.

        What was here before may be others than those the archive names: of a job that broke off,
        or that could not deliver all, the inbox has at least so many too few as it missed.
        """
        missed, arrived = self._failed, self._arrived()
        if broken:
            came = max(self._delivered, arrived - self._before)
            missed = max(missed, (self._expected or 0) - came, 1)
        if not missed or self._whole_at >= (self._expected or 1):
            return self._expected  # nothing is missing, or it was complete before
        return max(self._expected or 0, arrived + missed)

    def _arrived(self) -> int:
        study = self._inbox.study(self._command.study_instance_uid)
        return len(study.instances) if study is not None else 0

    def _seconds_left(self) -> float | None:
        came, speed = self._arrived() - self._before, self._speed.read()
        if self._expected is None or came <= 0 or not speed:
            return None
        left = max(0, self._expected - self._arrived())
        return left * (self._bytes - self._bytes_before) / came / speed

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
        return RetrieveProgress(
            job=self._command.job,
            study_instance_uid=self._command.study_instance_uid,
            arrived=self._arrived(),
            expected=self._expected,
            failed=self._failed,
            bytes_per_second=round(self._speed.read(), 1),
            seconds_left=None if ended else self._seconds_left(),
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
    pacs: Pacs, password: str, calling: str, query: StudyQuery, stop: threading.Event
) -> Found:
    from app.net import pacs_web
    from app.net.dimse import scu

    if pacs.kind is PacsKind.DICOMWEB:
        return pacs_web.search(pacs_web.WebNode(pacs.url, pacs.username, password), query)
    return scu.find(node_of(pacs, calling), query, stop, text)


def problem_of(error: Exception) -> tuple[PacsProblem, int]:
    """The code, and the status of the answer where there is one.

    An archive's answer may make anything of a library; the window waits for a word all the same.
    """
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
            log.error("a job with an archive failed: %s", type(error).__name__)
            return PacsProblem.UNEXPECTED, 0
