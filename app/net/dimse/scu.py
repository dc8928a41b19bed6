"""Asking an archive: C-ECHO, C-FIND, C-MOVE, C-GET and C-STORE (PS3.4 A to C), blocking, for a
thread."""

import contextlib
import io
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydicom import Dataset, dcmread
from pydicom.uid import (
    JPEG2000,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)
from pynetdicom import AE, build_role, evt
from pynetdicom.association import Association
from pynetdicom.presentation import AllStoragePresentationContexts, StoragePresentationContexts
from pynetdicom.sop_class import (  # type: ignore[attr-defined]  # made at run time
    PatientRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
    Verification,
)

from app.net.dimse.query import TextOf, found_study, identifier
from app.net.dimse.receiving import (
    PDU_BYTES,
    ReceivingEntity,
    Sink,
    drop_unfinished,
    handle_store,
    prepare,
)
from app.net.dimse.status import PENDING, Status
from app.net.errors import (
    NetError,
    NotAdmitted,
    NotOffered,
    NotUnderstood,
    ServiceFailed,
    TimedOut,
    Unreachable,
)
from app.net.studies import MOST_FOUND, Counts, Found, FoundStudy, StudyQuery, distinct

CONNECT_S = 10.0
ANSWER_S = 60.0
"""Seconds between two answers; an archive that fetches from tape may think that long."""
PATIENCE_S = 5.0
_CONTEXTS = 128
_MESSAGE = 1
_SYNTAXES = [
    ExplicitVRLittleEndian, ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian,
    JPEGLosslessSV1, JPEGLossless, JPEGLSLossless, JPEG2000Lossless, HTJ2KLossless, RLELossless,
    JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless, JPEG2000,
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """An archive, and who asks it."""

    host: str
    port: int
    called: str
    calling: str
    charset: str = "ISO_IR 192"


def echo(node: Node) -> None:
    """C-ECHO; raises NetError."""
    with _associated(AE(node.calling), node, [Verification]) as association:
        _checked(association.send_c_echo(), association)


def store(node: Node, data: bytes) -> None:
    """C-STORE of one Part 10 file that is not compressed; raises NetError.

    What an archive takes with a warning (0xBxxx, PS3.4 B.2.3) is stored, and what it has already
    (0x0111, PS3.7 C.5.7).
    """
    ds = dcmread(io.BytesIO(data))
    entity = AE(node.calling)
    for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian):
        entity.add_requested_context(ds.SOPClassUID, syntax)
    with _associated(entity, node, []) as association:
        code = _code(association.send_c_store(ds, msg_id=_MESSAGE), association)
        if code not in (Status.SUCCESS, Status.DUPLICATE) and code & 0xF000 != 0xB000:
            raise ServiceFailed(code)


def find(node: Node, query: StudyQuery, stop: threading.Event, text: TextOf) -> Found:
    """Studies, by the study root; by the patient root where only that is offered.

    Raises:
        NetError: it cannot be asked, refuses, or answers nothing that is a study.
    """
    roots = [
        StudyRootQueryRetrieveInformationModelFind,
        PatientRootQueryRetrieveInformationModelFind,
    ]
    with _associated(AE(node.calling), node, roots) as association:
        offered = {context.abstract_syntax for context in association.accepted_contexts}
        root = roots[0] if roots[0] in offered else roots[1]
        asked = identifier(query, node.charset)
        found: list[FoundStudy] = []
        unread = 0
        for status, answer in association.send_c_find(asked, root, msg_id=_MESSAGE):
            code = _code(status, association)
            if code not in PENDING:
                if code not in (Status.SUCCESS, Status.CANCELLED):
                    raise ServiceFailed(code)
                break
            read = found_study(answer, node.charset, text) if answer is not None else None
            unread += read is None
            found += [read] if read is not None else []
            if stop.is_set() or len(found) > MOST_FOUND:
                association.send_c_cancel(_MESSAGE, query_model=root)
                break
    if unread and not found:
        raise NotUnderstood("none of the answers names a study")
    return Found(distinct(found)[:MOST_FOUND], len(found) > MOST_FOUND, unread)


def move(
    node: Node,
    study_instance_uid: str,
    destination: str,
    stop: threading.Event,
    on_counts: Callable[[Counts], None],
) -> Counts:
    """C-MOVE of a study to `destination`, an AE title that the archive knows.

    Raises:
        NetError: nothing, or not all that was asked for, could be begun. What failed of the
            single images is in the counts.
    """
    model = StudyRootQueryRetrieveInformationModelMove
    with _associated(AE(node.calling), node, [model]) as association:
        answers = association.send_c_move(
            _study(study_instance_uid), destination, model, msg_id=_MESSAGE
        )
        return _followed(association, model, answers, stop, on_counts)


def get(
    node: Node,
    study_instance_uid: str,
    sink: Sink,
    stop: threading.Event,
    on_counts: Callable[[Counts], None],
) -> Counts:
    """C-GET of a study over the association that asks; errors as `move`.

    An association has room for 128 SOP classes (PS3.8 9.3.2.2): the usual ones come first.
    """
    prepare()
    model = StudyRootQueryRetrieveInformationModelGet
    entity = ReceivingEntity(node.calling, sink)
    every = [str(one.abstract_syntax) for one in StoragePresentationContexts]
    every += [str(one.abstract_syntax) for one in AllStoragePresentationContexts]
    chosen = list(dict.fromkeys(every))[: _CONTEXTS - 1]
    roles = [build_role(uid, scp_role=True) for uid in chosen]
    entity.add_requested_context(model)
    for uid in chosen:
        entity.add_requested_context(uid, _SYNTAXES)
    handlers: list[Any] = [(evt.EVT_C_STORE, handle_store), (evt.EVT_CONN_CLOSE, drop_unfinished)]
    with _associated(entity, node, [], ext_neg=roles, evt_handlers=handlers) as association:
        answers = association.send_c_get(_study(study_instance_uid), model, msg_id=_MESSAGE)
        return _followed(association, model, answers, stop, on_counts)


def _study(study_instance_uid: str) -> Dataset:
    asked = Dataset()
    asked.QueryRetrieveLevel = "STUDY"
    asked.StudyInstanceUID = study_instance_uid
    return asked


def _followed(
    association: Association,
    model: str,
    answers: Iterator[tuple[Dataset, Dataset | None]],
    stop: threading.Event,
    on_counts: Callable[[Counts], None],
) -> Counts:
    """Counts until the end; a stop is asked for once, and what comes after it is still taken. Who
    goes on for `PATIENCE_S` seconds all the same is cut off."""
    counts, asked = Counts(), 0.0
    for status, _ in answers:
        code = _code(status, association)
        counts = _counts(status, counts)
        on_counts(counts)
        if code not in PENDING:
            # 0xB000: some of the images failed; which is for who asked to say.
            if code not in (Status.SUCCESS, Status.CANCELLED, 0xB000) and not counts.completed:
                raise ServiceFailed(code)
            break
        if stop.is_set() and not asked:
            asked = time.monotonic()
            association.send_c_cancel(_MESSAGE, query_model=model)
        elif asked and time.monotonic() - asked > PATIENCE_S:
            association.abort()
            break
    return counts


def _counts(status: Dataset, before: Counts) -> Counts:
    def number(keyword: str, known: int) -> int:
        value = status.get(keyword)
        return int(value) if value is not None else known

    ended = status.Status not in PENDING
    return Counts(
        0 if ended else number("NumberOfRemainingSuboperations", before.remaining),
        number("NumberOfCompletedSuboperations", before.completed),
        number("NumberOfFailedSuboperations", before.failed),
        number("NumberOfWarningSuboperations", before.warning),
    )


def _checked(status: Dataset, association: Association) -> None:
    if (code := _code(status, association)) != Status.SUCCESS:
        raise ServiceFailed(code)


def _code(status: Dataset, association: Association) -> int:
    """The status; an empty one is pynetdicom's word for no answer, a broken or a senseless one."""
    if "Status" in status:
        return int(status.Status)
    if association.is_aborted or not association.is_established:
        raise TimedOut("no answer, or the connection broke")
    raise NotUnderstood("an answer that is none")


def _why_not(association: Association, seen: set[evt.EventType], waited_s: float) -> NetError:
    """Why there is no association, by the events that came."""
    if association.acceptor.primitive is not None and association.rejected_contexts:
        return NotOffered("no presentation context was accepted")
    hung_up = evt.EVT_CONN_OPEN in seen and waited_s < CONNECT_S
    if evt.EVT_ACSE_RECV in seen or hung_up:  # A-ASSOCIATE-RJ, or what some archives do instead
        return NotAdmitted("association rejected")
    if evt.EVT_CONN_OPEN in seen:
        return TimedOut("no answer to the request for an association")
    return Unreachable("no connection")


@contextlib.contextmanager
def _associated(
    entity: AE, node: Node, models: Sequence[str], **options: Any
) -> Iterator[Association]:
    """An association that is released at the end, whatever comes between.

    Raises:
        Unreachable, TimedOut, NotAdmitted, NotOffered.
    """
    prepare()
    entity.connection_timeout = entity.acse_timeout = CONNECT_S
    entity.dimse_timeout = entity.network_timeout = ANSWER_S
    entity.maximum_pdu_size = PDU_BYTES
    for model in models:
        entity.add_requested_context(model)
    seen: set[evt.EventType] = set()
    watched = (evt.EVT_CONN_OPEN, evt.EVT_ACSE_RECV)
    options["evt_handlers"] = [
        *options.get("evt_handlers", ()),
        *((one, lambda event: seen.add(event.event)) for one in watched),
    ]
    begun = time.monotonic()
    try:
        association = entity.associate(node.host, node.port, ae_title=node.called, **options)
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        raise Unreachable("no connection") from error
    if not association.is_established:
        raise _why_not(association, seen, time.monotonic() - begun)
    try:
        yield association
    except (ValueError, RuntimeError) as error:  # no context for what is asked; or it has ended
        raise NotOffered(type(error).__name__) from error
    finally:
        if association.is_established:
            association.release()
