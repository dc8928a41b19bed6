"""What a source names is seen soon, and sorted anew no oftener than that takes."""

import threading
from collections.abc import Iterator

from pytestqt.qtbot import QtBot

from app.imaging.errors import Reason
from app.imaging.series import BadFile, Instance, describe_bytes
from app.viewers.dicom.batches import Batches
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object, ramp


def found(number: int) -> BadFile:
    return BadFile(str(number), Reason.UNREADABLE, "")


def begun(images: int) -> Batches:
    """Of so many images some have been given, and some wait."""
    batches = Batches()
    for number in range(images):
        batches.add(found(number))
    return batches


def test_the_first_goes_at_once_and_batches_grow() -> None:
    batches = Batches()
    given = [len(batches.add(found(number))) for number in range(300)]
    sizes = [size for size in given if size]
    assert sizes[:5] == [1, 2, 4, 8, 16]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 16


def test_what_waits_is_given_when_nothing_more_has_come_for_a_tick() -> None:
    batches = begun(5)  # 1, 2 and then two of four
    assert batches.tick() == [], "something may just have come"
    assert len(batches.tick()) == 2
    assert batches.tick() == []


def test_the_first_goes_at_once_however_late_it_comes() -> None:
    batches = Batches()
    assert [batches.tick() for _ in range(4)] == [[], [], [], []]
    assert len(batches.add(found(0))) == 1


def test_a_trickle_does_not_hold_back_what_is_here() -> None:
    batches = begun(40)
    batches.rest()
    given = []
    for number in range(5):
        assert batches.add(found(number)) == []
        given.append(len(batches.tick()))
    assert given == [0, 0, 0, 0, 5]


def test_at_the_end_everything_is_given() -> None:
    assert len(begun(5).rest()) == 2


class Trickle:
    """A far source: five images come, and then nothing for a long time."""

    def __init__(self) -> None:
        self.objects = {
            f"2.25.{n}": ct_object(ramp(), SOPInstanceUID=f"2.25.{n}", InstanceNumber=n)
            for n in range(1, 6)
        }
        self.rest = threading.Event()

    def instances(self) -> Iterator[Instance | BadFile]:
        for data in self.objects.values():
            yield describe_bytes(data)
        self.rest.wait(30)

    def fetch(self, sop_instance_uid: str) -> bytes:
        return self.objects[sop_instance_uid]

    def peek(self, sop_instance_uid: str) -> tuple[bytes, bool]:
        return self.fetch(sop_instance_uid), True


def test_images_that_are_here_can_be_scrolled_to_while_others_are_on_the_way(
    qtbot: QtBot, viewer: DicomViewer
) -> None:
    source = Trickle()
    viewer.open_source(source)
    try:
        qtbot.waitUntil(lambda: bool(viewer.series) and len(viewer.series[0].slices) == 5)
        assert not viewer.active.listed
    finally:
        source.rest.set()
        viewer.close_source()
