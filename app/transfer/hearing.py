"""Messages of the hospital's interface engine (HL7 v2 over MLLP), while it is switched on."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from app.net.errors import CertificateUnusable, PortTaken
from app.net.mllp import MessageListener
from app.net.mllp_tls import ServerTls, TlsFault, stamp_of, tls_of
from app.store.errors import StoreError
from app.store.intake_settings import Hl7Receiver
from app.store.messages import KeptMessages
from app.transfer.intake_messages import Hl7State

log = logging.getLogger(__name__)
REFUSED_TOLD = 5
SWEPT_EVERY = 200
"""Messages between one clearing up and the next."""


class Hearing:
    """One listener; all methods belong to the loop.

    Args:
        on_change: something of `state` is another.
    """

    def __init__(
        self, kept: KeptMessages, on_change: Callable[[], None], now: Callable[[], datetime]
    ) -> None:
        self._kept = kept
        self._on_change = on_change
        self._now = now
        self._settings = Hl7Receiver()
        self._stamp: tuple[bytes, ...] = ()
        self._tls: ServerTls | None = None
        self._listener: MessageListener | None = None
        self._port_taken = False
        self._unusable = False
        self._came = 0
        self._refused: deque[str] = deque(maxlen=REFUSED_TOLD)
        self._faults: deque[tuple[str, TlsFault]] = deque(maxlen=REFUSED_TOLD)

    @property
    def serving(self) -> bool:
        return self._listener is not None

    @property
    def state(self) -> Hl7State:
        expires = self._tls.expires if self._tls is not None else None
        return Hl7State(
            port=self._listener.port if self._listener is not None else 0,
            port_taken=self._port_taken,
            certificate_unusable=self._unusable,
            encrypted=self._listener is not None and self._tls is not None,
            expires=expires,
            days_left=(expires - self._now()) // timedelta(days=1) if expires is not None else 0,
            came=self._came,
            refused=tuple(self._refused),
            faults=tuple(self._faults),
        )

    async def configure(self, settings: Hl7Receiver, *, may: bool) -> None:
        """Takes over new settings. Without a key that lasts nothing is received: a sender who is
        told that a message was kept forgets it. Files that were renewed are read anew."""
        files = settings.certificate, settings.authority
        stamp = await asyncio.to_thread(stamp_of, files)
        same = (settings, stamp) == (self._settings, self._stamp)
        if same and not (self._port_taken or self._unusable):
            return
        await self.close()
        self._settings, self._stamp = settings, stamp
        self._faults.clear()
        if not (settings.on and may):
            return
        await asyncio.to_thread(self._kept.sweep)
        listener = MessageListener(
            self._keep,
            lambda host: host in settings.hosts,
            on_kept=self._note_kept,
            on_refused=self._note_refused,
            on_fault=self._note_fault,
            now=self._now,
        )
        try:
            if settings.certificate:
                self._tls = await asyncio.to_thread(tls_of, *files)
            context = self._tls.context if self._tls is not None else None
            await listener.start(settings.address, settings.port, context)
        except CertificateUnusable:
            log.error("the certificate for HL7 messages cannot be used; none are received")
            self._unusable = True
        except PortTaken:
            log.error("the receiver of HL7 messages cannot listen on port %d", settings.port)
            self._port_taken = True
        else:
            self._listener = listener

    async def close(self) -> None:
        listener, self._listener = self._listener, None
        self._tls = None
        self._port_taken = self._unusable = False
        if listener is not None:
            await listener.stop()

    def _keep(self, raw: bytes) -> bool:
        """In a thread."""
        try:
            self._kept.keep(raw)
            if self._came % SWEPT_EVERY == SWEPT_EVERY - 1:
                self._kept.sweep()
        except (StoreError, OSError):
            log.error("an HL7 message cannot be kept; its sender is told")
            return False
        return True

    def _note_kept(self) -> None:
        self._came += 1
        self._on_change()

    def _note_refused(self, host: str) -> None:
        if host not in self._refused:
            self._refused.append(host)
            self._on_change()

    def _note_fault(self, host: str, fault: TlsFault) -> None:
        if (host, fault) not in self._faults:
            self._faults.append((host, fault))
        self._on_change()  # a certificate may have run out meanwhile
