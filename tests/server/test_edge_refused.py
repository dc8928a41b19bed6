"""What the centre refuses stays at the edge: counted, copied out, tried again, or discarded."""

import json
from pathlib import Path
from typing import Any

import pytest

from protocol.imaging import FailureReason
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
    until(lambda: refused.count() == 1, "it is there, or was asked about once more")
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
