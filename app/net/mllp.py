"""HL7 v2 messages as interface engines send them: over MLLP (HL7 v2.5.1 appendix C.4.3), by
python-hl7, each answered when it has been kept and not before.

Plain TCP, as the standard has it, or TLS: only addresses that are listed may send, and where an
authority is named only who has a certificate of it.
"""

import asyncio
import logging
import ssl
from asyncio import IncompleteReadError, LimitOverrunError, StreamWriter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import hl7

from app.net.emr.hl7v2_files import READ
from app.net.errors import PortTaken
from app.net.mllp_tls import HANDSHAKE_S, TlsFault, fault_of

if TYPE_CHECKING:
    from hl7.mllp import HL7StreamReader, HL7StreamWriter

log = logging.getLogger(__name__)
_BEGINS, _ENDS = b"\x0b", b"\x1c\r"
_HANDSHAKE = b"\x16"
"""What TLS begins with (RFC 8446 5.1)."""
MOST_BYTES = 16 << 20
"""Of one message."""
MOST_SENDERS = 20


class MessageListener:
    """A server of one port; belongs to the loop.

    Args:
        keep: makes one message safe, in a thread; False where it cannot.
        admits: whether an address may send.
        on_kept, on_refused: told of each message, and of each address that may not send.
        on_fault: told of each address that may send and with which TLS did not come about, and why.
        now: when an answer is dated.
    """

    def __init__(
        self,
        keep: Callable[[bytes], bool],
        admits: Callable[[str], bool],
        *,
        on_kept: Callable[[], None],
        on_refused: Callable[[str], None],
        on_fault: Callable[[str, TlsFault], None],
        now: Callable[[], datetime],
    ) -> None:
        self._keep = keep
        self._admits = admits
        self._on_kept = on_kept
        self._on_refused = on_refused
        self._on_fault = on_fault
        self._now = now
        self._server: asyncio.Server | None = None
        self._tls: ssl.SSLContext | None = None
        self._senders: dict[asyncio.Task[None], StreamWriter] = {}
        self._agreeing: set[StreamWriter] = set()
        """Of senders that have not agreed on TLS yet."""

    @property
    def port(self) -> int:
        """0 while it does not listen."""
        return self._server.sockets[0].getsockname()[1] if self._server is not None else 0

    async def start(self, address: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Raises `PortTaken`. An empty address is every one of this computer."""
        from hl7.mllp import start_hl7_server

        self._tls = tls
        try:
            self._server = await start_hl7_server(
                self._connected, address or None, port, limit=MOST_BYTES
            )
        except (OSError, OverflowError) as error:
            raise PortTaken(str(port)) from error

    async def stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for task, writer in self._senders.items():
            writer.close()
            if writer in self._agreeing:
                task.cancel()
        await asyncio.gather(*self._senders, return_exceptions=True)
        if server is not None:
            await server.wait_closed()

    def _connected(self, reader: "HL7StreamReader", writer: "HL7StreamWriter") -> None:
        peer = writer.get_extra_info("peername")
        host = str(peer[0]).removeprefix("::ffff:") if peer else ""
        if not self._admits(host):
            log.warning("a sender of HL7 messages that is not in the list was refused")
            self._on_refused(host)
            writer.close()
            return
        if len(self._senders) >= MOST_SENDERS:
            log.warning("more than %d connections of senders of HL7 messages at once", MOST_SENDERS)
            writer.close()
            return
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer, host), name="hl7")
        self._senders[task] = writer
        if self._tls is not None:
            self._agreeing.add(writer)
            task.add_done_callback(lambda _: self._agreeing.discard(writer))
        task.add_done_callback(partial(self._senders.pop))

    async def _serve(self, reader: "HL7StreamReader", writer: "HL7StreamWriter", host: str) -> None:
        if self._tls is None or await self._secured(writer, self._tls, host):
            self._agreeing.discard(writer)
            await self._hear(reader, writer, host)

    async def _secured(self, writer: "HL7StreamWriter", tls: ssl.SSLContext, host: str) -> bool:
        """Here and not by the server of asyncio, which tells nobody what came of it."""
        plain = writer.transport
        try:
            await writer.start_tls(tls, ssl_handshake_timeout=HANDSHAKE_S)
            return True
        except OSError as error:  # of ssl too
            fault = fault_of(error)
        except AttributeError:  # gone at once: CPython's start_tls has no transport to go on with
            fault = TlsFault.BROKE_OFF
        plain.close()
        self._tell(host, fault)
        return False

    def _tell(self, host: str, fault: TlsFault) -> None:
        log.warning("a sender of HL7 messages did not agree on TLS: %s", fault)
        self._on_fault(host, fault)

    async def _hear(self, reader: "HL7StreamReader", writer: "HL7StreamWriter", host: str) -> None:
        """Until the sender hangs up, or says what is no frame."""
        try:
            while True:
                begins = await reader.readexactly(1)
                if begins == _HANDSHAKE and self._tls is None:
                    self._tell(host, TlsFault.UNASKED)
                    return
                if begins != _BEGINS:
                    raise ValueError(begins)
                block = await reader.readuntil(_ENDS)
                writer.writeblock(await self._answered(block.removesuffix(_ENDS)))
                await writer.drain()
        except IncompleteReadError as error:
            if error.partial:
                log.warning("a sender of HL7 messages broke off in the middle of one")
        except (LimitOverrunError, ValueError):
            log.warning("a sender of HL7 messages sent what is no frame, or too much of it")
        except OSError:
            log.info("a sender of HL7 messages is gone")
        finally:
            writer.close()

    async def _answered(self, block: bytes) -> bytes:
        """The acknowledgment (MSA-1): AA kept, AE not now, AR never."""
        head = _Head.of(block)
        if head is None:
            return _Head().answer("AR", "this is no HL7 v2 message", self._now())
        if head.kind not in READ:
            return head.answer("AR", f"only {', '.join(READ)} are read here", self._now())
        if not await asyncio.to_thread(self._keep, block):
            return head.answer("AE", "it cannot be kept now: send it again", self._now())
        self._on_kept()
        return head.answer("AA", "", self._now())


class _Head:
    """MSH, as far as an answer needs it."""

    def __init__(self, *fields: str, signs: str = "|^~\\&") -> None:
        self._fields = [*fields, *[""] * (13 - len(fields))]
        self._signs = signs

    @classmethod
    def of(cls, block: bytes) -> "_Head | None":
        text = block.decode("latin-1").replace("\n", "\r").strip()
        try:
            line = hl7.parse(text)[0]
            fields = [str(line[number]) if number < len(line) else "" for number in range(13)]
        except (hl7.exceptions.HL7Exception, ValueError, IndexError, KeyError):
            return None
        return cls(*fields, signs=text[3:8]) if fields[0] == "MSH" else None

    @property
    def kind(self) -> str:
        return self._fields[9].partition(self._signs[1])[0]

    def answer(self, code: str, words: str, now: datetime) -> bytes:
        """The sender's own bytes come back in their character set."""
        bar, caret = self._signs[0], self._signs[1]
        _, trigger, *_ = [*self._fields[9].split(caret), "", ""]
        number = self._fields[10] or now.strftime("%Y%m%d%H%M%S%f")
        head = (
            f"MSH{bar}{self._signs[1:]}",
            *(self._fields[one] for one in (5, 6, 3, 4)),
            now.strftime("%Y%m%d%H%M%S"),
            "",
            f"ACK{caret}{trigger}".rstrip(caret),
            f"A{number}"[:20],
            self._fields[11] or "P",
            self._fields[12] or "2.5",
        )
        said = ("MSA", code, self._fields[10], words)
        text = f"{bar.join(head)}\r{bar.join(said).rstrip(bar)}\r"
        return text.encode("latin-1", errors="replace")
