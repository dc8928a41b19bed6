"""Fetching a study into the sealed cache: listed, preferred first, and free the second time."""

import asyncio
import base64
from uuid import UUID, uuid4

import pytest
from PySide6.QtGui import QImage

from app.imaging.coming import FIRST_BYTES
from app.imaging.series import describe_bytes
from app.imaging.writing.recompress import Form
from app.net.dicomweb import FIRST_PAGE
from app.store.sealed import Sealer
from app.transfer.messages import (
    EndSession,
    Fetch,
    FetchEnded,
    FetchFailed,
    FetchProgress,
    Import,
    ImportEnded,
    InstanceArrived,
    InstanceComing,
    LimitTransfers,
    NetworkBack,
    Prefer,
    StopFetching,
    StudyListed,
)
from app.transfer.place_messages import ImagesPlaced, ThumbnailArrived
from app.transfer.reasons import TransferReason
from tests.imaging.objects import ct_object, ramp
from tests.imaging.radiographs import in_form, radiograph
from tests.server.images import file_bytes, new_study, stow
from tests.server.people import open_case
from tests.transfer.conftest import Clinic
from tests.transfer.desk import KEY, Desk

pytestmark = pytest.mark.live
IMAGE_BYTES = 2 * 256 * 256


async def stored(clinic: Clinic, images: int, size: int = 32) -> tuple[str, dict[str, bytes]]:
    """A study the clinic has on the server; answers its UID and the bytes by SOP Instance UID."""
    slices = new_study(images, size)
    files = {str(one.SOPInstanceUID): file_bytes(one) for one in slices}
    answer = await asyncio.to_thread(stow, clinic.valley.doctor, list(files.values()))
    assert answer.status_code == 200, answer.text
    return str(slices[0].StudyInstanceUID), files


def fetch(desk: Desk, clinic: Clinic, study: str) -> None:
    desk.link.send(Fetch(consultation_id=clinic.case_id, study_instance_uid=study))


async def test_every_instance_arrives_sealed_and_byte_for_byte(clinic: Clinic) -> None:
    study, files = await stored(clinic, 5)
    desk = await clinic.open_desk()
    fetch(desk, clinic, study)
    listed = await desk.until(StudyListed)
    assert [one.sop_instance_uid for one in listed.instances] == list(files)
    assert [one.instance_number for one in listed.instances] == [1, 2, 3, 4, 5]
    assert {one.modality for one in listed.instances} == {"CT"}
    assert {one.series_description for one in listed.instances} == {"Axial"}
    ended = await desk.until(FetchEnded)
    assert (ended.arrived, ended.failed) == (5, 0)
    sealer = Sealer(KEY)
    arrived = [event for event in desk.events if isinstance(event, InstanceArrived)]
    found = {
        event.sop_instance_uid: b"".join(sealer.open_file(event.path, event.sop_instance_uid))
        for event in arrived
    }
    assert found == files


async def test_what_is_in_the_cache_is_not_fetched_again(clinic: Clinic) -> None:
    study, files = await stored(clinic, 4, size=256)
    desk = await clinic.open_desk()
    fetch(desk, clinic, study)
    await desk.until(FetchEnded)
    place, received = len(desk.events), clinic.line.received
    fetch(desk, clinic, study)
    ended = await desk.until(FetchEnded, after=place)
    assert ended.arrived == 4
    assert clinic.line.received - received < IMAGE_BYTES // 2
    again = [event for event in desk.events[place:] if isinstance(event, InstanceArrived)]
    assert [event.sop_instance_uid for event in again] == list(files)


async def test_the_same_study_through_another_case_costs_the_listing_alone(clinic: Clinic) -> None:
    study, files = await stored(clinic, 4, size=256)
    desk = await clinic.open_desk()
    fetch(desk, clinic, study)
    await desk.until(FetchEnded)
    place, received = len(desk.events), clinic.line.received
    other = UUID(await asyncio.to_thread(open_case, clinic.valley))
    desk.link.send(Fetch(consultation_id=other, study_instance_uid=study))
    ended = await desk.until(FetchEnded, after=place)
    assert ended.arrived == 4
    assert clinic.line.received - received < IMAGE_BYTES // 2
    again = [event for event in desk.events[place:] if isinstance(event, InstanceArrived)]
    assert {one.sop_instance_uid for one in again} == set(files)


async def test_how_far_it_is_is_told_from_the_first_image_on(clinic: Clinic) -> None:
    study, _ = await stored(clinic, 12, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_down_after(4 * IMAGE_BYTES)
    fetch(desk, clinic, study)
    some = await desk.until(FetchProgress, lambda told: told.arrived > 0)
    assert (some.total, some.failed) == (12, 0)
    assert some.arrived < 12
    clinic.line.go_on()
    await desk.until(FetchEnded)
    last = [event for event in desk.events if isinstance(event, FetchProgress)][-1]
    assert (last.arrived, last.failed, last.bytes_left) == (12, 0, 0.0)


async def test_every_series_is_seen_early(clinic: Clinic) -> None:
    first = new_study(24)
    second = new_study(24)
    for one in second:
        one.StudyInstanceUID = first[0].StudyInstanceUID
    files = [file_bytes(one) for one in (*first, *second)]
    assert (await asyncio.to_thread(stow, clinic.valley.doctor, files)).status_code == 200
    desk = await clinic.open_desk()
    fetch(desk, clinic, str(first[0].StudyInstanceUID))
    await desk.until(FetchEnded)
    order = [one.sop_instance_uid for one in desk.events if isinstance(one, InstanceArrived)]
    heads = [str(first[0].SOPInstanceUID), str(second[0].SOPInstanceUID)]
    assert max(order.index(uid) for uid in heads) < 24, "not after the whole of the other series"


async def test_where_the_images_lie_is_told_as_soon_as_the_first_is_here(clinic: Clinic) -> None:
    slices = new_study(12)
    for number, one in enumerate(slices):
        one.ImagePositionPatient = [-120.5, 80, 2.5 * (number // 2)]
        one.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        one.PixelSpacing, one.FrameOfReferenceUID = [0.7, 0.7], "2.25.77"
        one.AcquisitionNumber, one.AcquisitionTime = 1 + number % 2, f"0830{number:02d}.5"
        one.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    files = [file_bytes(one) for one in slices]
    assert (await asyncio.to_thread(stow, clinic.valley.doctor, files)).status_code == 200
    desk = await clinic.open_desk()
    desk.link.send(LimitTransfers(bytes_per_second=20_000))
    fetch(desk, clinic, str(slices[0].StudyInstanceUID))
    told = await desk.until(ImagesPlaced)
    desk.link.send(LimitTransfers(bytes_per_second=None))
    await desk.until(FetchEnded)
    known = {one.sop_instance_uid: one for one in told.images}
    for data in files:
        image = describe_bytes(data)
        place = known[image.sop_instance_uid]
        assert (place.instance_number, place.position) == (image.instance_number, image.position)
        assert (place.orientation, place.marks) == (image.orientation, image.marks)
        assert place.pixel_spacing == image.pixel_spacing
        assert (place.rows, place.columns) == (image.rows, image.columns)
        assert place.frame_of_reference_uid == image.frame_of_reference_uid
    kinds = [type(one) for one in desk.events]
    assert kinds.index(InstanceArrived) < kinds.index(ImagesPlaced)


async def test_a_long_study_begins_to_come_before_all_of_it_is_listed(clinic: Clinic) -> None:
    study, files = await stored(clinic, FIRST_PAGE + 20, size=16)
    desk = await clinic.open_desk()
    fetch(desk, clinic, study)
    ended = await desk.until(FetchEnded)
    assert (ended.arrived, ended.failed) == (len(files), 0)
    kinds = [type(one) for one in desk.events if isinstance(one, StudyListed | InstanceArrived)]
    assert kinds[:2] == [StudyListed, InstanceArrived]
    first, rest = (one for one in desk.events if isinstance(one, StudyListed))
    assert [one.sop_instance_uid for one in (*first.instances, *rest.instances)] == list(files)
    assert rest.continued
    told = [one for one in desk.events if isinstance(one, FetchProgress)]
    assert {one.total for one in told} == {len(files)}, "it never looks smaller than it is"


async def test_preferred_instances_come_next(clinic: Clinic) -> None:
    study, files = await stored(clinic, 20, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_down_after(3 * IMAGE_BYTES)
    fetch(desk, clinic, study)
    await desk.until(StudyListed)
    await desk.until(InstanceArrived)
    wanted = tuple(reversed(list(files)[-3:]))
    desk.link.send(Prefer(study_instance_uid=study, sop_instance_uids=wanted))
    # The process takes commands in order: the end of an import that needs no line proves that it
    # has heard the wish before the line goes on.
    clinic.pictures.mkdir(exist_ok=True)
    desk.link.send(Import(consultation_id=clinic.case_id, paths=(clinic.pictures,)))
    await desk.until(ImportEnded)
    clinic.line.go_on()
    await desk.until(FetchEnded, lambda event: event.study_instance_uid == study)
    order = [
        event.sop_instance_uid
        for event in desk.events
        if isinstance(event, InstanceArrived) and event.study_instance_uid == study
    ]
    # At most what was on its way, and what the four connections held, came before.
    assert max(order.index(uid) for uid in wanted) < 14


async def test_a_line_that_breaks_costs_only_what_was_on_its_way(clinic: Clinic) -> None:
    study, _ = await stored(clinic, 8, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_down_after(4 * IMAGE_BYTES)
    fetch(desk, clinic, study)
    await desk.until(InstanceArrived)
    await clinic.line.away()
    await clinic.line.back()
    desk.link.send(NetworkBack())
    ended = await desk.until(FetchEnded)
    assert (ended.arrived, ended.failed) == (8, 0)


async def test_a_large_picture_is_told_of_before_all_of_it_has_come(clinic: Clinic) -> None:
    uid, study = f"2.25.{uuid4().int}", f"2.25.{uuid4().int}"
    whole = in_form(Form.HTJ2K, radiograph(), SOPInstanceUID=uid, StudyInstanceUID=study)
    assert (await asyncio.to_thread(stow, clinic.valley.doctor, [whole])).status_code == 200
    desk = await clinic.open_desk()
    clinic.line.stall_down_after(5 * FIRST_BYTES)
    fetch(desk, clinic, study)
    coming = await desk.until(InstanceComing)
    begun = b"".join(Sealer(KEY).open_file(coming.path, uid))
    assert FIRST_BYTES <= len(begun) < len(whole)
    assert whole.startswith(begun)
    clinic.line.go_on()
    assert (await desk.until(FetchEnded)).arrived == 1
    arrived = await desk.until(InstanceArrived)
    assert b"".join(Sealer(KEY).open_file(arrived.path, uid)) == whole
    assert not coming.path.exists(), "what had come is not kept twice"


async def test_something_is_seen_of_a_large_image_long_before_it_is_here(clinic: Clinic) -> None:
    study = f"2.25.{uuid4().int}"
    uid = f"2.25.{uuid4().int}"
    large = in_form(Form.JPEG_LS, radiograph(), SOPInstanceUID=uid, StudyInstanceUID=study)
    small = ct_object(ramp(), StudyInstanceUID=study, SeriesInstanceUID="2.25.3")
    stored = await asyncio.to_thread(stow, clinic.valley.doctor, [large, small])
    assert stored.status_code == 200, stored.text
    desk = await clinic.open_desk()
    desk.link.send(LimitTransfers(bytes_per_second=100_000))
    fetch(desk, clinic, study)
    thumbnail = await desk.until(ThumbnailArrived)
    assert thumbnail.series_instance_uid == "2.25.2"
    shown = QImage.fromData(base64.b64decode(thumbnail.jpeg))
    assert (shown.width(), shown.height()) == (78, 104)
    here = {one.sop_instance_uid for one in desk.events if isinstance(one, InstanceArrived)}
    assert uid not in here
    desk.link.send(LimitTransfers(bytes_per_second=None))
    assert (await desk.until(FetchEnded)).arrived == 2


async def test_something_is_seen_of_each_series_before_its_first_image_is_here(
    clinic: Clinic,
) -> None:
    first, second = new_study(3, 256), new_study(3, 256)
    for one in second:
        one.StudyInstanceUID = first[0].StudyInstanceUID
    files = [file_bytes(one) for one in (*first, *second)]
    assert (await asyncio.to_thread(stow, clinic.valley.doctor, files)).status_code == 200
    desk = await clinic.open_desk()
    desk.link.send(LimitTransfers(bytes_per_second=100_000))
    fetch(desk, clinic, str(first[0].StudyInstanceUID))
    thumbnail = await desk.until(ThumbnailArrived)
    here = {one.sop_instance_uid for one in desk.events if isinstance(one, InstanceArrived)}
    begun = {one.SeriesInstanceUID for one in (*first, *second) if one.SOPInstanceUID in here}
    assert len(begun) == 1
    assert thumbnail.series_instance_uid not in begun


async def test_a_study_nobody_may_see_is_told_as_failed(clinic: Clinic) -> None:
    desk = await clinic.open_desk()
    study = f"2.25.{uuid4().int}"
    fetch(desk, clinic, study)
    failed = await desk.until(FetchFailed)
    assert failed.sop_instance_uid == ""
    assert failed.code is TransferReason.NOT_YOURS
    assert not (await desk.until(FetchProgress)).listed
    assert (await desk.until(FetchEnded)).arrived == 0


async def test_a_study_nobody_looks_at_any_more_is_not_fetched_on(clinic: Clinic) -> None:
    study, _ = await stored(clinic, 8, size=256)
    desk = await clinic.open_desk()
    clinic.line.stall_down_after(3 * IMAGE_BYTES)
    fetch(desk, clinic, study)
    await desk.until(InstanceArrived)
    desk.link.send(StopFetching(study_instance_uid=study))
    other, _ = await stored(clinic, 1)
    fetch(desk, clinic, other)
    clinic.line.go_on()
    await desk.until(FetchEnded, lambda event: event.study_instance_uid == other)
    of_study = [e for e in desk.events if isinstance(e, InstanceArrived | FetchEnded)]
    assert sum(event.study_instance_uid == study for event in of_study) < 8


async def test_after_signing_out_nothing_is_fetched_until_the_next_session(clinic: Clinic) -> None:
    study, _ = await stored(clinic, 2)
    desk = await clinic.open_desk()
    desk.link.send(EndSession())
    fetch(desk, clinic, study)
    await asyncio.to_thread(desk.use, clinic.valley.doctor, clinic.line.url, clinic.ca)
    ended = await desk.until(FetchEnded)
    assert (ended.arrived, ended.failed) == (2, 0)


# --- while a call needs the line ---------------------------------------------------------------


async def test_while_a_call_runs_images_come_in_portions_and_arrive_byte_for_byte(
    clinic: Clinic,
) -> None:
    study, files = await stored(clinic, 3, size=256)
    desk = await clinic.open_desk()
    desk.link.send(LimitTransfers(bytes_per_second=2_000_000))
    fetch(desk, clinic, study)
    ended = await desk.until(FetchEnded)
    assert (ended.arrived, ended.failed) == (3, 0)
    arrived = [event for event in desk.events if isinstance(event, InstanceArrived)]
    sealer = Sealer(KEY)
    found = {
        e.sop_instance_uid: b"".join(sealer.open_file(e.path, e.sop_instance_uid)) for e in arrived
    }
    assert found == files


async def test_what_somebody_looks_at_passes_everything_else_during_a_call(clinic: Clinic) -> None:
    study, files = await stored(clinic, 12, size=256)
    desk = await clinic.open_desk()
    desk.link.send(LimitTransfers(bytes_per_second=200_000))
    fetch(desk, clinic, study)
    await desk.until(StudyListed)
    wanted = list(files)[-1]
    desk.link.send(Prefer(study_instance_uid=study, sop_instance_uids=(wanted,)))
    await desk.until(InstanceArrived, lambda event: event.sop_instance_uid == wanted)
    arrived = [one.sop_instance_uid for one in desk.events if isinstance(one, InstanceArrived)]
    assert len(arrived) <= 3, "only what had begun before"
    desk.link.send(LimitTransfers(bytes_per_second=None))
    ended = await desk.until(FetchEnded)
    assert ended.arrived == 12
