"""Chosen pictures and one of each series go before the rest."""

import io

import pytest
from pydicom import Dataset

from app.imaging.dataset import DicomObject, open_object
from app.imaging.key_objects import KEY_OBJECT_SELECTION
from app.imaging.writing.key_objects import write_key_objects
from app.imaging.writing.origin import Author
from app.store.outbox import OutboxInstance
from app.transfer.messages import ImageStage, Import, UploadState
from app.transfer.ranking import chosen_by, first_of
from tests.imaging.objects import ct_object, ramp
from tests.transfer.conftest import Clinic
from tests.transfer.desk import count


def listed(*series: int) -> list[OutboxInstance]:
    """So many instances in each series; `1.<series>.<number>` is their UID."""
    return [
        OutboxInstance(
            sop_instance_uid=f"1.{place}.{number}",
            series_instance_uid=f"2.{place}",
            sha256="0" * 64,
            size=1,
        )
        for place, images in enumerate(series, 1)
        for number in range(1, images + 1)
    ]


def opened(dataset: Dataset) -> DicomObject:
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return open_object(out.getvalue())


def test_the_middle_of_each_series_goes_first() -> None:
    assert first_of(listed(5, 1, 2), ()) == {"1.1.3", "1.2.1", "1.3.2"}


def test_what_was_chosen_goes_first_as_well_if_it_is_among_them() -> None:
    assert first_of(listed(3), ("1.1.1", "9.9")) == {"1.1.1", "1.1.2"}


def test_a_selection_of_key_images_says_which() -> None:
    pictures = [open_object(ct_object(ramp())) for _ in range(2)]
    uids = {str(one.dataset.SOPInstanceUID) for one in pictures}
    selection = write_key_objects([one.dataset for one in pictures], Author("李^医生"))
    assert chosen_by(opened(selection), KEY_OBJECT_SELECTION) == uids
    assert chosen_by(pictures[0], str(pictures[0].dataset.SOPClassUID)) == frozenset()
    del selection.ContentSequence
    assert chosen_by(opened(selection), KEY_OBJECT_SELECTION) == frozenset()


@pytest.mark.live
async def test_the_server_has_the_middle_before_the_rest(clinic: Clinic) -> None:
    clinic.write_study(images=31, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_after(8 * 2 * 256 * 256)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    some = await desk.until(UploadState, lambda state: count(state, ImageStage.SENT) >= 1)
    assert some.images[15].stage is not ImageStage.WAITING
    clinic.line.go_on()
    await desk.until(UploadState, lambda state: state.verified)
