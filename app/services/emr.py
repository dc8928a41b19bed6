"""Looks for a patient at the hospital's server and reads their record, in a thread of its own."""

import asyncio
import contextlib
import logging
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from app.net.emr.clinical import ClinicalRecord, PersonRead
from app.net.emr.documents import DocumentContent, fetched, with_contents
from app.net.emr.elements import Json
from app.net.emr.finding import find_patients
from app.net.emr.gathering import KINDS, FromFiles, Gathered, gather
from app.net.emr.mentions import messages_naming
from app.net.emr.place import EmrAccess, EmrServer
from app.net.emr.reading import Before, clinical, person_of
from app.net.errors import (
    FhirRefused,
    NetError,
    NotSignedIn,
    NotUnderstood,
    TimedOut,
    TwoPatients,
    Unreachable,
    Untrusted,
)
from app.services.emr_admission import EmrAdmission, given_for
from app.services.facts import Facts
from app.services.threads import result_of
from app.session.emr import (
    EmrComing,
    EmrConfigured,
    EmrProblem,
    EmrRead,
    EmrReading,
    EmrSearch,
    EmrSearched,
    EmrTest,
    EmrTested,
    EmrTrouble,
    FoundPatient,
)
from app.session.queue import Load
from app.store.profile import Profile, SealedStore
from protocol.shared_record import MAX_RECORD_BYTES

if TYPE_CHECKING:
    from app.net.emr.hospital import Hospital

log = logging.getLogger(__name__)
LAID_IN_S = 0.2
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """The record that our own server keeps of an institution without a server of its own."""

    url: str
    context: ssl.SSLContext
    token: Callable[[], Awaitable[str]]
    """A token of the session, good for some time."""

    @property
    def server(self) -> EmrServer:
        return EmrServer(url=self.url, access=EmrAccess.HOUSE)


class EmrService:
    """What was looked for and read is told as it comes.

    Args:
        own: where the record is kept while no hospital's server is set.
        received: the HL7 v2 messages that came in; blocks.
        account: who looks.
    """

    def __init__(
        self,
        facts: Facts,
        profile: Profile,
        secrets: SealedStore,
        own: OwnRecord,
        received: Callable[[], Iterable[bytes]] = tuple,
        account: UUID | None = None,
    ) -> None:
        self._received = received
        self._own = own
        self._facts = facts
        self.admission = EmrAdmission(profile, secrets, account)
        self._stop = threading.Event()
        self._from_files: dict[str, Gathered] = {}
        self.configured(self.admission.server)

    def configured(self, server: EmrServer) -> None:
        """These settings hold now."""
        self._facts.apply(EmrConfigured(server if server.is_set else self._own.server))

    # --- settings ------------------------------------------------------------------------

    async def save(self, server: EmrServer, secret: str, key: Path | None = None) -> None:
        """`secret` empty: the one before stays, as long as the address does. `key`: a file with the
        key that admits, and `secret` its password. Raises DiskFull."""
        if key is not None:
            read = await self._read_key(key, secret)
            if read is None:
                return
            secret, public = read
            server = server.model_copy(update={"public_key": public})
        self.configured(await asyncio.to_thread(self.admission.save, server, secret))

    async def _read_key(self, key: Path, password: str) -> tuple[str, str] | None:
        """None where it is none, which is told."""
        from app.net.emr.client_key import KeyLocked, NoKey, read_key

        try:
            return await asyncio.to_thread(read_key, key, password)
        except (NoKey, OSError) as error:
            locked = isinstance(error, KeyLocked)
            problem = EmrProblem.KEY_LOCKED if locked else EmrProblem.NO_KEY
            self._facts.apply(EmrTested(EmrTest(trouble=EmrTrouble(problem))))
            return None

    async def test(self, server: EmrServer, secret: str, key: Path | None = None) -> None:
        """Whether it admits us and answers a search."""
        self._facts.apply(EmrTested(EmrTest()))
        if key is not None:
            read = await self._read_key(key, secret)
            if read is None:
                return
            secret, _ = read
        same = given_for(server) == given_for(self._facts.state.emr.server)
        word = secret or (await asyncio.to_thread(self.admission.secret) if same else "")
        try:
            await self.asked(server, word, lambda one: one.search("Patient", {"_count": 1}))
        except NetError as error:
            self._facts.apply(EmrTested(EmrTest(trouble=trouble_of(error))))
        else:
            self._facts.apply(EmrTested(EmrTest(good=True)))

    async def at_hospital(self, work: Callable[["Hospital"], T]) -> T:
        """Does some work at the server of the settings; raises NetError."""
        server = self._facts.state.emr.server
        if server.is_ours:
            return await self.asked(server, await self._own.token(), work)
        return await self.asked(server, await asyncio.to_thread(self.admission.secret), work)

    # --- reading -------------------------------------------------------------------------

    async def search(self, words: str) -> None:
        self.leave()
        self._from_files = {}
        if not words.strip():
            return
        begun = EmrSearch(words, Load.LOADING)
        self._facts.apply(EmrSearched(begun))
        try:
            found = await self.at_hospital(lambda one: find_patients(one, words))
        except NetError as error:
            ended = replace(begun, load=Load.FAILED, trouble=trouble_of(error))
        else:
            people = tuple(FoundPatient(str(one["id"]), person_of(one)) for one in found.patients)
            ended = replace(
                begun, load=Load.READY, found=people, more=found.more, unread=found.unread
            )
        if self._facts.state.emr.search is begun:
            self._facts.apply(EmrSearched(ended))

    async def read(self, patient_id: str) -> None:
        """Everything of one of those that were found; what has come of it is told meanwhile."""
        self.leave()
        found = self._facts.state.emr.search.found
        person = next((one.person for one in found if one.id == patient_id), PersonRead())
        self._stop = stop = threading.Event()
        self._facts.apply(EmrRead(EmrReading(patient_id, person)))
        if (told := self._from_files.get(patient_id)) is not None:
            self._came(stop, told, await asyncio.to_thread(_record_of, told))
            return
        loop = asyncio.get_running_loop()

        def work(server: "Hospital") -> int:
            before: Before = {}

            def come(so_far: Gathered) -> None:
                told = replace(so_far, own=server.makes_patients)
                record, laid_in = _record_of(told, before), threading.Event()
                loop.call_soon_threadsafe(self._came, stop, told, record)
                loop.call_soon_threadsafe(laid_in.set)
                laid_in.wait(LAID_IN_S)  # what draws it has the interpreter's lock meanwhile

            return gather(server, {"id": patient_id}, come, stop.is_set).irregular

        try:
            irregular = await self.at_hospital(work)
        except NetError as error:
            self._failed(stop, trouble_of(error))
        except Exception as error:
            self._failed(stop, trouble_of(NotUnderstood(type(error).__name__)))
            raise
        else:
            self._counted(stop, irregular)

    async def read_files(self, paths: tuple[Path, ...]) -> None:
        """The patients of HL7 v2 files; of one alone the record at once."""
        found = await self._from_messages("", lambda: _messages_of(paths))
        if found is None:
            return
        nothing = None if found.found else EmrTrouble(EmrProblem.NO_MESSAGES)
        load = Load.READY if found.found else Load.FAILED
        self._facts.apply(EmrSearched(replace(found, load=load, trouble=nothing)))
        if len(found.found) == 1:
            await self.read(found.found[0].id)

    async def read_received(self, words: str) -> None:
        """Those of the messages that came in whose name or number has these words; nobody without
        any, for there may be thousands."""
        if not words.strip():
            return
        found = await self._from_messages(words, lambda: _named(self._received(), words))
        if found is not None:
            self._facts.apply(EmrSearched(replace(found, load=Load.READY)))

    async def _from_messages(self, words: str, work: Callable[[], FromFiles]) -> EmrSearch | None:
        """None where somebody has begun another search meanwhile."""
        self.leave()
        begun = EmrSearch(words, Load.LOADING, from_files=True)
        self._facts.apply(EmrSearched(begun))
        try:
            told = await asyncio.to_thread(work)
        except OSError:
            told = FromFiles(others=1)
        if self._facts.state.emr.search is not begun:
            return None
        self._from_files = {one.patient_id: one for one in told.patients}
        people = tuple(
            FoundPatient(id_, person_of(one.patient)) for id_, one in self._from_files.items()
        )
        return replace(begun, found=people, unread=told.others)

    async def with_contents(
        self, documents: tuple[Json, ...], told: Callable[[int], object]
    ) -> tuple[dict[str, Json], int]:
        """Documents of what is being read with their content, as far as it can be had and goes with
        a case; and of how many it could not. `told` hears how many have been seen to. Cancelled, it
        asks for no more. Raises NetError."""
        most = MAX_RECORD_BYTES
        if self._facts.state.emr.search.from_files:
            return await asyncio.to_thread(with_contents, None, documents, most)
        loop, stop = asyncio.get_running_loop(), threading.Event()

        def came(done: int) -> None:
            loop.call_soon_threadsafe(lambda: stop.is_set() or told(done))

        try:
            return await self.at_hospital(
                lambda one: with_contents(one, documents, most, came, stop.is_set)
            )
        finally:
            stop.set()

    async def document(self, content: DocumentContent) -> DocumentContent | EmrTrouble:
        """With what it says, where that lies at the server of what is being read."""
        if self._facts.state.emr.search.from_files:
            return content
        try:
            return await self.at_hospital(lambda one: fetched(one, content))
        except NetError as error:
            return trouble_of(error)

    def _current(self, stop: threading.Event) -> EmrReading | None:
        """None where somebody has left it, or stopped it, meanwhile."""
        here = stop is self._stop and not stop.is_set()
        return self._facts.state.emr.reading if here else None

    def _came(self, stop: threading.Event, gathered: Gathered, record: ClinicalRecord) -> None:
        reading = self._current(stop)
        if reading is None:
            return
        left = sum(1 for one in gathered.unfinished if one.kind in KINDS)
        told = replace(reading, done=len(KINDS) - left, parts=len(KINDS))
        if gathered.whole:
            told = replace(told, gathered=gathered, record=record, coming=None)
        else:
            told = replace(told, coming=EmrComing(gathered, record))
        self._facts.apply(EmrRead(told))

    def _failed(self, stop: threading.Event, trouble: EmrTrouble) -> None:
        """What came stays to be seen, except where it may be of two patients."""
        reading = self._current(stop)
        if reading is None:
            return
        coming = reading.coming
        if trouble.problem is EmrProblem.TWO_PATIENTS or coming is None:
            told = replace(reading, gathered=None, record=None, coming=None, trouble=trouble)
        else:
            told = replace(reading, coming=replace(coming, stopped=True), trouble=trouble)
        self._facts.apply(EmrRead(told))

    def _counted(self, stop: threading.Event, irregular: int) -> None:
        reading = self._current(stop)
        if reading is not None and reading.gathered is not None and irregular:
            gathered = replace(reading.gathered, irregular=irregular)
            self._facts.apply(EmrRead(replace(reading, gathered=gathered)))

    def stop(self) -> None:
        """Asks for no more; what has come stays to be seen, as a part."""
        reading = self._facts.state.emr.reading
        if reading is None or not reading.going:
            return
        if reading.coming is None:
            self.leave()
            return
        self._stop.set()
        stopped = replace(reading.coming, stopped=True)
        self._facts.apply(EmrRead(replace(reading, coming=stopped)))

    def leave(self) -> None:
        """Nothing that is still on its way is shown."""
        self._stop.set()
        if self._facts.state.emr.reading is not None:
            self._facts.apply(EmrRead(None))

    async def asked(self, server: EmrServer, secret: str, work: Callable[["Hospital"], T]) -> T:
        """A thread that the end of the program does not wait for: a server may take a minute."""
        context = self._own.context if server.is_ours else None

        def ask() -> T:
            from app.net.emr.hospital import Hospital

            held = self.admission.token_for(server)
            made = Hospital(server, secret, context=context, held=held)
            with contextlib.closing(made) as hospital:
                return work(hospital)

        def start(run: Callable[[], None]) -> None:
            threading.Thread(target=run, name="hospital", daemon=True).start()

        return await result_of(ask, start)


def _record_of(gathered: Gathered, before: Before | None = None) -> ClinicalRecord:
    """In a thread."""
    told, unfinished = (gathered.patient, *gathered.resources), gathered.unfinished
    record = clinical(told, gaps=gathered.gaps, unfinished=unfinished, before=before)
    return replace(record, own=gathered.own).prepared()


def _messages_of(paths: tuple[Path, ...]) -> FromFiles:
    """In a thread; raises OSError. A file beyond any reason is not read."""
    from app.net.emr.hl7v2 import MOST_BYTES, read_messages

    sizes = [path.stat().st_size for path in paths]
    found = read_messages(
        path.read_bytes() for path, size in zip(paths, sizes, strict=True) if size <= MOST_BYTES
    )
    found.others += sum(1 for size in sizes if size > MOST_BYTES)
    return found


def _named(raws: Iterable[bytes], words: str) -> FromFiles:
    """In a thread."""
    from app.net.emr.hl7v2 import read_messages

    return read_messages(messages_naming(raws, words))


def trouble_of(error: NetError) -> EmrTrouble:
    """What a person is told of it."""
    match error:
        case TwoPatients():
            return EmrTrouble(EmrProblem.TWO_PATIENTS)
        case FhirRefused():
            return EmrTrouble(EmrProblem.REFUSED, error.status, error.said)
        case NotSignedIn():
            return EmrTrouble(EmrProblem.NOT_ADMITTED)
        case TimedOut():
            return EmrTrouble(EmrProblem.TIMED_OUT)
        case Unreachable():
            return EmrTrouble(EmrProblem.UNREACHABLE)
        case Untrusted():
            return EmrTrouble(EmrProblem.UNTRUSTED)
        case NotUnderstood():
            return EmrTrouble(EmrProblem.NOT_UNDERSTOOD)
        case _:
            return EmrTrouble(EmrProblem.NOT_UNDERSTOOD)
