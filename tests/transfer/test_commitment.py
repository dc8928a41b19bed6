"""A device asks whether its images are safe, and is told the truth (PS3.4 J)."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset
from pydicom.uid import generate_uid
from pynetdicom import AE, evt
from pynetdicom.pdu import P_DATA_TF
from pynetdicom.sop_class import (  # type: ignore[attr-defined]  # made at run time
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
)

from app.store.intake_settings import Caller
from tests.bench.processes import free_port
from tests.server.images import file_bytes, new_study
from tests.transfer.dicom_peers import Orthanc, orthanc
from tests.transfer.intake_desk import TITLE, intake_desk
from tests.transfer.test_receiver import store


class Modality:
    """A device that asks, and waits where the answer comes: on its association, or its own port."""

    def __init__(self) -> None:
        self.heard = threading.Event()
        self.report = Dataset()
        self.kind = 0

    def _told(self, event: Any) -> tuple[int, None]:
        self.report, self.kind = event.event_information, event.event_type
        return 0x0000, None

    def _sent(self, event: Any) -> None:
        """Only who has answered what was told may go."""
        if self.kind and isinstance(event.pdu, P_DATA_TF):
            self.heard.set()

    def ask(self, port: int, references: list[tuple[str, str]], own_port: int = 0) -> int:
        entity = AE("CT01")
        entity.add_requested_context(StorageCommitmentPushModel)
        server = None
        handlers: list[Any] = [
            (evt.EVT_N_EVENT_REPORT, self._told),
            (evt.EVT_PDU_SENT, self._sent),
        ]
        if own_port:
            listening = AE("CT01")
            listening.add_supported_context(
                StorageCommitmentPushModel, scu_role=False, scp_role=True
            )
            server = listening.start_server(
                ("127.0.0.1", own_port), block=False, evt_handlers=handlers
            )
        association = entity.associate("127.0.0.1", port, ae_title=TITLE, evt_handlers=handlers)
        try:
            asked = Dataset()
            asked.TransactionUID = generate_uid()
            asked.ReferencedSOPSequence = [_reference(*one) for one in references]
            status, _ = association.send_n_action(
                asked, 1, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
            )
            if status.Status == 0:
                assert self.heard.wait(15), "nothing was told"
                assert self.report.TransactionUID == asked.TransactionUID
            return int(status.Status)
        finally:
            association.release()
            if server is not None:
                server.shutdown()


def _reference(sop_class: str, uid: str) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, uid
    return item


@pytest.mark.parametrize("own_port", [False, True])
async def test_what_is_here_is_committed_and_what_is_not_is_told_as_absent(
    tmp_path: Path, own_port: bool
) -> None:
    made = new_study(1)[0]
    port = free_port() if own_port else 0
    async with intake_desk(tmp_path) as desk:
        await desk.listen(callers=(Caller(ae_title="CT01", port=port),))
        assert await asyncio.to_thread(store, desk.port, file_bytes(made)) == 0
        here = (str(made.SOPClassUID), str(made.SOPInstanceUID))
        one = Modality()
        assert await asyncio.to_thread(one.ask, desk.port, [here], port) == 0
        assert (one.kind, len(one.report.ReferencedSOPSequence)) == (1, 1)
        assert "FailedSOPSequence" not in one.report
        both = Modality()
        await asyncio.to_thread(both.ask, desk.port, [here, (here[0], "1.2.3.4")], port)
        assert both.kind == 2
        assert both.report.FailedSOPSequence[0].ReferencedSOPInstanceUID == "1.2.3.4"
        assert both.report.FailedSOPSequence[0].FailureReason == 0x0112
        assert both.report.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == here[1]


async def test_a_question_about_nothing_is_refused(tmp_path: Path) -> None:
    async with intake_desk(tmp_path) as desk:
        await desk.listen()
        assert await asyncio.to_thread(Modality().ask, desk.port, []) == 0x0115


async def test_orthanc_pushes_to_us_and_asks_for_commitment(tmp_path: Path) -> None:
    slices = new_study(3)
    async with intake_desk(tmp_path / "profile") as desk:
        port = free_port()
        with orthanc(tmp_path / "orthanc", {"huizhen": (TITLE, "127.0.0.1", port)}) as peer:
            await desk.listen(callers=(Caller(ae_title="ORTHANC", port=peer.port),), port=port)
            await asyncio.to_thread(_push, peer, [file_bytes(one) for one in slices])
            row = await desk.until_row(lambda r: r.images == 3)
            assert row.source == "ORTHANC"
            said = await asyncio.to_thread(_commitment, peer, slices)
            assert said == "Success"


def _push(peer: Orthanc, files: list[bytes]) -> None:
    for data in files:
        peer.upload(data)
    studies = peer.get("/studies")
    assert isinstance(studies, list)
    peer.post("/modalities/huizhen/store", {"Resources": studies, "Synchronous": True})


def _commitment(peer: Orthanc, slices: list[Dataset]) -> str:
    pairs = [[str(one.SOPClassUID), str(one.SOPInstanceUID)] for one in slices]
    answer = peer.post("/modalities/huizhen/storage-commitment", {"DicomInstances": pairs})
    assert isinstance(answer, dict)
    path = str(answer["Path"])
    waiting = threading.Event()
    for _ in range(100):
        report = peer.get(path)
        assert isinstance(report, dict)
        if report["Status"] != "Pending":
            return str(report["Status"])
        waiting.wait(0.1)
    return "Pending"
