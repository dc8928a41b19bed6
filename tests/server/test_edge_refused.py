"""What the centre refuses stays at the edge: counted, copied out, tried again, or discarded."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from protocol.imaging import FailureReason
from server.api.listening import SystemClock
from server.edge.entries import Entry
from server.edge.queue import Queue
from server.store.keyring import KeyRing
from tests.server.edge import EdgeProcess, centre, edge, town, until
from tests.server.images import declare, file_bytes, stow
from tests.server.people import Valley
from tests.server.test_edge_relaying import Sending

__all__ = ["centre", "edge", "town"]


class Refused:
    """One image that the edge has taken and the centre has not: it is not the one declared."""

    def __init__(self, valley: Valley, edge: EdgeProcess) -> None:
        self.edge, self.sending = edge, Sending(valley, edge, 1)
        (one,) = self.sending.slices
        one.PatientComments = "WRITTEN-LATER"
        self.file = file_bytes(one)
        assert stow(self.sending.clinic, [self.file]).status_code == 200
        until(lambda: self.count() == 1, "the centre has refused it")

    def queue(self) -> Any:
        return self.edge.status()["queue"]

    def count(self) -> int:
        return int(self.queue()["refused"])

    def command(self, *arguments: str) -> list[dict[str, Any]]:
        out = self.edge.command("edge-refused", *arguments)
        return [json.loads(line) for line in out.splitlines()]


def bytes_kept(edge: EdgeProcess) -> list[Path]:
    objects = edge.data_dir / "queue" / "objects"
    return [file for file in objects.rglob("*") if file.is_file()]


def test_it_stays_through_a_power_cut_until_somebody_discards_it(
    edge: EdgeProcess, valley: Valley, tmp_path: Path
) -> None:
    refused = Refused(valley, edge)
    assert refused.queue()["instances"] == 0, "it does not wait any more"
    assert refused.queue()["refused_bytes"] == len(refused.file)
    edge.kill()
    edge.start()
    assert refused.count() == 1
    (told,) = refused.command("list")
    assert told["reason"] == f"{FailureReason.HASH_MISMATCH:#06x}"
    assert told["words"] == "is not the image the clinic has declared"
    assert told["study"] == refused.sending.slices[0].StudyInstanceUID
    refused.command("copy", str(told["number"]), "--to", str(tmp_path))
    assert (tmp_path / f"{told['number']}.dcm").read_bytes() == refused.file
    refused.command("discard", "--all")
    until(lambda: refused.count() == 0, "it is gone")
    until(lambda: not bytes_kept(edge), "its bytes are gone")
    assert refused.command("list") == []


def test_tried_again_it_goes_when_the_centre_takes_it_now(
    edge: EdgeProcess, valley: Valley
) -> None:
    refused = Refused(valley, edge)
    sending = refused.sending
    declare(sending.valley.doctor, sending.case_id, sending.slices, [refused.file])
    refused.command("retry", "--all")
    until(sending.verified, "the centre has it")
    until(lambda: refused.count() == 0, "and nothing is refused")
    until(lambda: not bytes_kept(edge), "and nothing lies here")


def test_tried_again_for_nothing_it_is_there_again(edge: EdgeProcess, valley: Valley) -> None:
    refused = Refused(valley, edge)
    refused.command("retry", "--all")
    until(lambda: edge.log().count("relay.refused") == 2, "the centre has refused it once more")
    until(lambda: refused.count() == 1, "it is counted again")
    assert not refused.sending.verified()


def test_a_study_taken_back_takes_what_was_refused_of_it(edge: EdgeProcess, valley: Valley) -> None:
    refused = Refused(valley, edge)
    study = refused.sending.slices[0].StudyInstanceUID
    answer = refused.sending.clinic.http.delete(
        f"/v1/consultations/{refused.sending.case_id}/studies/{study}"
    )
    assert answer.is_success, answer.text
    assert refused.count() == 0
    assert bytes_kept(edge) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("discard",), "give the numbers of the list, or --all"),
        (("retry", "77"), "no refused image has the number 77"),
        (("copy", "--all"), "give --to and a folder"),
    ],
)
def test_a_wish_that_cannot_be_carried_out_says_what_to_do(
    arguments: tuple[str, ...], words: str, edge: EdgeProcess
) -> None:
    with pytest.raises(RuntimeError, match=words):
        edge.command("edge-refused", *arguments)


def taken(queue: Queue, account_id: UUID, size: int) -> Entry:
    """An image that waits, as far as counting goes."""
    now = SystemClock().now()
    entry = Entry(
        number=queue.next_number(),
        account_id=account_id,
        study_uid="1.2.3",
        series_uid="1.2.3.1",
        sop_uid=f"1.2.3.1.{size}",
        sop_class="1.2.840.10008.5.1.4.1.1.2",
        sha256=f"{size:064x}",
        size=size,
        taken_at=now,
        token="t",
        expires_at=now,
    )
    queue.hold(entry.sha256)
    queue.add(entry)
    return entry


def test_the_oldest_give_way_when_refused_images_fill_a_quarter_of_the_room(
    tmp_path: Path,
) -> None:
    ring = KeyRing(tmp_path / "keys.json")
    ring.make(plain=False)
    queue = Queue(tmp_path / "queue", ring, 4000, SystemClock())
    account_id = uuid4()
    entries = [taken(queue, account_id, size) for size in (500, 400, 300)]
    for entry in entries:
        queue.refuse(entry, FailureReason.OTHER_PATIENT)
    assert queue.bytes == 0
    assert [one.size for one in queue.refusals.beyond()] == [500]


def test_refused_images_alone_count_as_something_the_key_is_needed_for(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys.json")
    ring.make(plain=False)
    queue = Queue(tmp_path / "queue", ring, 4000, SystemClock())
    assert not queue.has_entries
    refused = queue.refuse(taken(queue, uuid4(), 500), FailureReason.OTHER_PATIENT)
    assert refused is not None
    queue.put_aside(refused)
    assert queue.has_entries
