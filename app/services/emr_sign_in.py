"""A person signs in at the hospital's server, in their browser; the program gets a token."""

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.net.emr.elements import Json, text_of
from app.net.emr.launch import Launch, launched_patient
from app.net.emr.place import EmrAccess, EmrServer
from app.net.emr.smart import NobodyCame, signed_in
from app.net.emr.tokens import HeldToken
from app.net.errors import NetError, NotSignedIn, NotUnderstood
from app.services.emr import EmrService, trouble_of
from app.services.facts import Facts
from app.session.emr import (
    EmrProblem,
    EmrReading,
    EmrSearch,
    EmrSearched,
    EmrSigned,
    EmrSigning,
    EmrTrouble,
)
from app.session.queue import Load

if TYPE_CHECKING:
    from app.net.emr.hospital import Hospital


class EmrSignInService:
    """The refresh token rests sealed like every secret of the hospital's server.

    Args:
        browse: opens an address in the browser of this computer; False where there is none.
    """

    def __init__(self, facts: Facts, emr: EmrService, browse: Callable[[str], bool]) -> None:
        self._facts = facts
        self._emr = emr
        self._browse = browse
        self._stop = threading.Event()

    async def sign_in(self, server: EmrServer) -> None:
        """Keeps the settings first; raises DiskFull."""
        if await self._signed_in(server) is not None:
            await self._emr.test(self._facts.state.emr.server, "")
            await self._ask_again()

    async def launch(self, launch: Launch) -> None:
        """Opens the patient whom the hospital's own program has open: who signs in there is asked
        anew, for the word is good for one sign-in. Only the server of the settings is spoken to.
        Raises DiskFull."""
        server = self._facts.state.emr.server
        if server.access is not EmrAccess.PERSON or not launch.is_at(server.url):
            self._say(EmrProblem.LAUNCH_ELSEWHERE)
            return
        told = await self._signed_in(server, launch.launch)
        if told is None:
            return
        if patient := launched_patient(told):
            await self._emr.read(patient)
        else:
            self._say(EmrProblem.LAUNCH_NOBODY)

    def _say(self, problem: EmrProblem) -> None:
        self._emr.leave()
        search = EmrSearch(load=Load.FAILED, trouble=EmrTrouble(problem))
        self._facts.apply(EmrSearched(search))

    async def _signed_in(self, server: EmrServer, launch: str = "") -> Json | None:
        """What the server answered; None where nobody is signed in."""
        self._stop.set()
        self._stop = stop = threading.Event()
        await self._emr.save(server, "")
        self._facts.apply(EmrSigned(EmrSigning()))
        loop = asyncio.get_running_loop()

        def browse(url: str) -> None:
            loop.call_soon_threadsafe(self._open, url, stop)

        def work(hospital: "Hospital") -> Json:
            return signed_in(hospital, server, browse, stop.is_set, launch)

        try:
            told = await self._emr.asked(server, "", work)
            held = self._emr.admission.held()
            held.take(told)
        except NetError as error:
            if not stop.is_set():
                self._facts.apply(EmrSigned(EmrSigning(_trouble(error))))
            return None
        except OSError:  # no port, no room
            self._facts.apply(EmrSigned(None))
            raise
        if stop.is_set():
            return None
        try:
            await self._admit(server, text_of(told.get("refresh_token")), held)
        finally:
            self._facts.apply(EmrSigned(None))
        return told

    async def _ask_again(self) -> None:
        """What was refused before somebody signed in."""
        match self._facts.state.emr.refused:
            case EmrReading(patient_id=patient_id):
                await self._emr.read(patient_id)
            case EmrSearch(words=words):
                await self._emr.search(words)

    def _open(self, url: str, stop: threading.Event) -> None:
        if not stop.is_set() and not self._browse(url):
            stop.set()
            self._facts.apply(EmrSigned(EmrSigning(EmrTrouble(EmrProblem.NO_BROWSER))))

    def cancel(self) -> None:
        """Nobody is waited for any more."""
        self._stop.set()
        self._facts.apply(EmrSigned(None))

    async def sign_out(self) -> None:
        """Forgets the tokens here, and has the hospital's server take them back where it does that.
        That it could not is told; signed out here one is all the same. Raises DiskFull."""
        self.cancel()
        stop, server = self._stop, self._facts.state.emr.server
        held = await asyncio.to_thread(self._emr.admission.token_for, server)
        await self._admit(server, "", None)
        if held is None or not held.tokens:
            return
        try:
            await self._emr.asked(server, "", lambda hospital: hospital.revoke(held.tokens))
        except NetError:
            if stop is self._stop:  # nobody has begun to sign in meanwhile
                trouble = EmrTrouble(EmrProblem.NOT_REVOKED)
                self._facts.apply(EmrSigned(EmrSigning(trouble)))

    async def _admit(self, server: EmrServer, refresh: str, held: HeldToken | None) -> None:
        told = await asyncio.to_thread(self._emr.admission.admit, server, refresh, held)
        if told is not None:
            self._emr.configured(told)


def _trouble(error: NetError) -> EmrTrouble:
    match error:
        case NobodyCame():
            return EmrTrouble(EmrProblem.SIGN_IN_LATE)
        case NotSignedIn():
            return EmrTrouble(EmrProblem.SIGN_IN_REFUSED, said=error.said)
        case NotUnderstood():
            return EmrTrouble(EmrProblem.SIGN_IN_UNSAFE)
        case _:
            return trouble_of(error)
