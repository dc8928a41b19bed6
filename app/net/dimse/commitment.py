"""Storage commitment, push model, as SCP (PS3.4 J): asked by N-ACTION, told by N-EVENT-REPORT."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from pydicom import Dataset
from pynetdicom import AE, build_role
from pynetdicom.sop_class import (  # type: ignore[attr-defined]  # made at run time
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
)

from app.net.dimse.status import Status

log = logging.getLogger(__name__)
REQUEST_COMMITMENT = 1
ALL_KEPT, SOME_FAILED = 1, 2
ANSWER_S = 10.0
INVALID_ARGUMENT, NO_SUCH_ACTION = 0x0115, 0x0123
MOST_REFERENCES = 100_000
AFTER_ANSWER_S = 0.2
"""The response to the N-ACTION goes out first: some devices take nothing before it."""


class Commitments:
    """Answers what is safely kept; one thread a request, ended with the process."""

    def __init__(
        self,
        ae_title: str,
        holds: Callable[[str, str], bool],
        reply_port: Callable[[str, str], int],
    ) -> None:
        self._ae_title = ae_title
        self._holds = holds
        self._reply_port = reply_port
        self._closed = threading.Event()

    def close(self) -> None:
        self._closed.set()

    def handle(self, event: Any) -> tuple[int, None]:
        """EVT_N_ACTION."""
        if event.action_type != REQUEST_COMMITMENT:
            return NO_SUCH_ACTION, None
        asked = event.action_information
        references = asked.get("ReferencedSOPSequence") or []
        if not asked.get("TransactionUID") or not 0 < len(references) <= MOST_REFERENCES:
            return INVALID_ARGUMENT, None
        kind, report = self._report(asked.TransactionUID, references)
        told = threading.Thread(
            target=self._tell, args=(event.assoc, kind, report), name="commitment", daemon=True
        )
        told.start()
        return Status.SUCCESS, None

    def _report(self, transaction: str, references: Any) -> tuple[int, Dataset]:
        """The event's type and its information (PS3.4 table J.3-2)."""
        kept, failed = [], []
        for reference in references:
            item = Dataset()
            item.ReferencedSOPClassUID = str(reference.get("ReferencedSOPClassUID", ""))
            item.ReferencedSOPInstanceUID = str(reference.get("ReferencedSOPInstanceUID", ""))
            if self._holds(item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID):
                kept.append(item)
            else:
                item.FailureReason = int(Status.NO_SUCH_INSTANCE)
                failed.append(item)
        report = Dataset()
        report.TransactionUID = transaction
        report.RetrieveAETitle = self._ae_title
        if kept:
            report.ReferencedSOPSequence = kept
        if failed:
            report.FailedSOPSequence = failed
        return (SOME_FAILED if failed else ALL_KEPT), report

    def _tell(self, association: Any, kind: int, report: Dataset) -> None:
        calling = str(association.requestor.ae_title).strip()
        host = str(association.requestor.address).removeprefix("::ffff:")
        port = self._reply_port(calling, host)
        try:
            if port and self._tell_anew((host, port), calling, kind, report):
                return
            self._closed.wait(AFTER_ANSWER_S)
            if association.is_established and self._say(association, kind, report):
                return
        except Exception as error:  # whatever the peer or the library makes of it
            log.info("a storage commitment could not be told: %s", type(error).__name__)
            return
        log.warning("a storage commitment could not be told: the device neither listens nor waits")

    def _tell_anew(self, address: tuple[str, int], called: str, kind: int, report: Dataset) -> bool:
        """Over an association of our own, as SCP of the class (PS3.4 J.3.3, PS3.7 D.3.3.4)."""
        entity = AE(self._ae_title)
        entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = ANSWER_S
        entity.add_requested_context(StorageCommitmentPushModel)
        role = build_role(StorageCommitmentPushModel, scp_role=True)
        association = entity.associate(*address, ae_title=called, ext_neg=[role])
        if not association.is_established:
            return False
        try:
            return self._say(association, kind, report)
        finally:
            association.release()

    @staticmethod
    def _say(association: Any, kind: int, report: Dataset) -> bool:
        status, _ = association.send_n_event_report(
            report, kind, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
        )
        return bool(status) and status.Status == Status.SUCCESS
