"""The storage SCP of this computer: C-ECHO, C-STORE, storage commitment and worklist."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynetdicom import AllStoragePresentationContexts, evt
from pynetdicom._globals import ALL_TRANSFER_SYNTAXES
from pynetdicom.sop_class import (  # type: ignore[attr-defined]  # made at run time
    ModalityWorklistInformationFind,
    StorageCommitmentPushModel,
    Verification,
)
from pynetdicom.transport import ThreadedAssociationServer

from app.net.dimse.commitment import Commitments
from app.net.dimse.receiving import (
    PDU_BYTES,
    ReceivingEntity,
    Sink,
    drop_unfinished,
    handle_store,
    note_end,
    note_release,
    prepare,
)
from app.net.dimse.storage_classes import AskedClasses, rejected_classes
from app.net.dimse.worklist import WorklistItem, answer_worklist
from app.net.errors import PortTaken

log = logging.getLogger(__name__)
MOST_ASSOCIATIONS = 12
"""At once; a further one is rejected with local-limit-exceeded (PS3.8 9.3.4)."""
IDLE_S = 120.0
_REJECTED_PERMANENT, _SERVICE_USER = 1, 1
_CALLING_UNKNOWN, _CALLED_UNKNOWN = 3, 7


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How the SCP answers.

    Args:
        admits: whether a calling AE title from an address may speak; any may C-ECHO nothing.
        reply_port: where a caller listens for results of storage commitment, 0: it does not.
        holds: whether an instance (class, SOP Instance UID) is safely kept here.
        on_rejected: hears who asked for which storage classes that are not taken.
        on_brought, on_end: what associations bring and how they end, see `ReceivingEntity`.
        worklist: what modalities are offered now, None where there is no worklist.
        now: date and time of this place, for which a procedure of the worklist is scheduled.
    """

    ae_title: str
    port: int
    address: str
    admits: Callable[[str, str], bool]
    reply_port: Callable[[str, str], int]
    holds: Callable[[str, str], bool]
    worklist: Callable[[], Sequence[WorklistItem]] | None
    worklist_charset: str
    on_refused: Callable[[str, str], None]
    on_rejected: Callable[[str, tuple[str, ...]], None]
    on_brought: Callable[[int, str], None]
    on_end: Callable[[int, tuple[str, ...], bool], None]
    now: Callable[[], datetime]


class StorageServer:
    """Listens from `start` to `stop`; all handlers run in threads of their associations."""

    def __init__(self, options: ServerOptions, sink: Sink) -> None:
        self._options = options
        self._sink = sink
        self._classes = AskedClasses()
        self._commitments = Commitments(options.ae_title, options.holds, options.reply_port)
        self._server: ThreadedAssociationServer | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1]) if self._server is not None else 0

    def start(self) -> None:
        """Raises PortTaken."""
        prepare()
        options = self._options
        entity = ReceivingEntity(options.ae_title, self._sink, options.on_brought, options.on_end)
        entity.maximum_pdu_size = PDU_BYTES
        entity.maximum_associations = MOST_ASSOCIATIONS
        entity.network_timeout = IDLE_S
        entity.add_supported_context(Verification)
        for context in AllStoragePresentationContexts:
            if context.abstract_syntax is not None:
                entity.add_supported_context(context.abstract_syntax, ALL_TRANSFER_SYNTAXES)
        entity.add_supported_context(StorageCommitmentPushModel)
        handlers: list[Any] = [
            (evt.EVT_REQUESTED, self._requested),
            (evt.EVT_ACCEPTED, self._accepted),
            (evt.EVT_C_STORE, handle_store),
            (evt.EVT_CONN_CLOSE, drop_unfinished),
            (evt.EVT_PDU_RECV, note_release),
            (evt.EVT_CONN_CLOSE, note_end),
            (evt.EVT_N_ACTION, self._commitments.handle),
        ]
        if options.worklist is not None:
            entity.add_supported_context(ModalityWorklistInformationFind)
            handlers.append((evt.EVT_C_FIND, self._find))
        try:
            self._server = entity.start_server(
                (options.address, options.port), block=False, evt_handlers=handlers
            )
        except (OSError, OverflowError) as error:
            raise PortTaken(str(options.port)) from error

    def stop(self) -> None:
        """Stops listening and aborts what is being sent; the sender keeps what is not confirmed."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
            for association in server.ae.active_associations:
                if association.is_acceptor:
                    association.abort()
        self._commitments.close()

    def _requested(self, event: Any) -> None:
        association = event.assoc
        asked = association.requestor.primitive
        calling, called = str(asked.calling_ae_title).strip(), str(asked.called_ae_title).strip()
        address = _plain_address(association.requestor.address)
        if called != self._options.ae_title.strip():
            self._reject(association, _CALLED_UNKNOWN)
        elif not self._options.admits(calling, address):
            self._options.on_refused(calling, address)
            self._reject(association, _CALLING_UNKNOWN)
        else:
            self._classes.offer(association)

    def _accepted(self, event: Any) -> None:
        if names := rejected_classes(event.assoc):
            self._options.on_rejected(str(event.assoc.remote["ae_title"]).strip(), names)

    @staticmethod
    def _reject(association: Any, diagnostic: int) -> None:
        association.acse.send_reject(_REJECTED_PERMANENT, _SERVICE_USER, diagnostic)
        association.kill()  # waits until the answer is out

    def _find(self, event: Any) -> Any:
        assert self._options.worklist is not None
        options, now = self._options, self._options.now()
        return answer_worklist(event, self._options.worklist(), options.worklist_charset, now)


def _plain_address(address: str) -> str:
    """An IPv4 address that came through an IPv6 socket, as people write it."""
    return address.removeprefix("::ffff:")
