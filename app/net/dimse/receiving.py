"""Objects as they arrive: into a sink, fragment by fragment, instead of into memory or `/tmp`.

pynetdicom can write a data set to a file while it comes (`STORE_RECV_CHUNKED_DATASET`), but only
open into the system's temporary folder. Here its maker of temporary files is replaced by one that
asks the application entity of the very association for the place, so that nothing of a patient
ever lies open on the disk and memory does not grow with an object. The network thread waits for
the disk: a fast sender is held back by TCP.
"""

import logging
import threading
import warnings
from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from pynetdicom import AE, _config
from pynetdicom import dimse_messages as _messages
from pynetdicom.pdu import A_RELEASE_RQ
from pynetdicom.status import code_to_category

from app.net.dimse.query import teach_escapes

PDU_BYTES = 128 * 1024
"""Maximum length of a PDU that is offered to a peer (PS3.8 D.1)."""


class Writer(Protocol):
    """One arriving object, a Part 10 file from its preamble on."""

    def write(self, data: bytes) -> int:
        """Must not raise."""

    def discard(self) -> None:
        """Called for what is not taken; also after it was taken, then without effect."""


class Sink(Protocol):
    """Where objects go; called from network threads, several at once."""

    def begin(self, sop_instance_uid: str) -> Writer: ...

    def take(self, arrived: Writer, source: str, sop_class_uid: str) -> int:
        """Judges and keeps a complete object; answers the status of PS3.4 B.2.3."""


class ReceivingEntity(AE):
    """An application entity whose C-STOREs go into its sink.

    Args:
        on_brought: hears, by a number for the association, each SOP Instance UID that was taken.
        on_end: hears of each association that brought images their SOP Instance UIDs, and whether
            the sender released it (PS3.8 7.2) instead of breaking off. Both from network threads.
    """

    def __init__(
        self,
        ae_title: str,
        sink: Sink,
        on_brought: Callable[[int, str], None] = lambda _association, _uid: None,
        on_end: Callable[[int, tuple[str, ...], bool], None] = lambda _number, _uids, _ended: None,
    ) -> None:
        super().__init__(ae_title)
        self.sink, self.on_brought, self.on_end = sink, on_brought, on_end
        self.taken: WeakKeyDictionary[Any, list[str]] = WeakKeyDictionary()
        self.released: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()


class _File:
    """What pynetdicom calls of a temporary file."""

    name = ""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.file = self

    def write(self, data: bytes) -> int:
        return self.writer.write(data)

    def flush(self) -> None:
        """Nothing: it is on the disk before the sender is told so."""

    def close(self) -> None:
        """The sink decides."""


_plain = getattr(_messages, "NamedTemporaryFile")  # noqa: B009 - not exported


def _file_of_association(**options: Any) -> Any:
    """Runs in the thread of the upper layer, which belongs to one association."""
    association = getattr(threading.current_thread(), "assoc", None)
    entity = getattr(association, "ae", None)
    if association is None or not isinstance(entity, ReceivingEntity):
        return _plain(**options)
    command = association.dimse.message.command_set
    return _File(entity.sink.begin(str(command.AffectedSOPInstanceUID)))


def prepare() -> None:
    """Once a process, before anything is received; again does nothing."""
    _config.STORE_RECV_CHUNKED_DATASET = True
    teach_escapes()
    setattr(_messages, "NamedTemporaryFile", _file_of_association)  # noqa: B010 - see above
    # Their messages name patients and their errors carry data sets; this program says its own.
    for library in ("pynetdicom", "pydicom"):
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", module=r"py(net)?dicom(\.|$)")


def handle_store(event: Any) -> int:
    """EVT_C_STORE of a `ReceivingEntity`."""
    request, entity = event.request, event.assoc.ae
    writer = request._dataset_file.writer
    source = str(event.assoc.remote["ae_title"]).strip()
    status: int = entity.sink.take(writer, source, str(request.AffectedSOPClassUID))
    if code_to_category(status) != "Failure":
        uid = str(request.AffectedSOPInstanceUID)
        entity.taken.setdefault(event.assoc, []).append(uid)
        entity.on_brought(id(event.assoc), uid)
    return status


def note_release(event: Any) -> None:
    """EVT_PDU_RECV: asked to release, the sender has said all it had to say.

    Of the events it is the one that surely comes before the connection is closed.
    """
    if isinstance(event.pdu, A_RELEASE_RQ):
        event.assoc.ae.released[event.assoc] = True


def note_end(event: Any) -> None:
    """EVT_CONN_CLOSE of an association with a `ReceivingEntity`, however it came."""
    entity = event.assoc.ae
    images = entity.taken.pop(event.assoc, [])
    if images:
        entity.on_end(id(event.assoc), tuple(images), entity.released.get(event.assoc, False))


def drop_unfinished(event: Any) -> None:
    """EVT_CONN_CLOSE: an object that was on its way is not coming any more."""
    unfinished = getattr(event.assoc.dimse.message, "_data_set_file", None)
    if isinstance(unfinished, _File):
        unfinished.writer.discard()
