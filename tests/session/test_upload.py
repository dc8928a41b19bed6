"""Images on their way: only the server's word makes one verified."""

from dataclasses import replace

from app.imaging.errors import Reason
from app.session.upload import (
    ImageStage,
    ImageUpload,
    ImportEnded,
    ImportProgressed,
    StudyUpload,
    UploadChanged,
    UploadFact,
    UploadRemoved,
    Uploads,
    reduce_uploads,
)
from protocol.imaging import StudyProgress
from protocol.socket import StudyProgressed
from tests.fakes.examples import NOW, named

CASE = named("case a")


def upload(*stages: ImageStage, verified: bool = False, uid: str = "1.2.3") -> StudyUpload:
    images = tuple(
        ImageUpload(f"{uid}.{n}", f"#{n}", 1000, stage) for n, stage in enumerate(stages, 1)
    )
    return StudyUpload(CASE, uid, "胸部CT", ("CT",), images, verified=verified)


def after(*facts: UploadFact) -> Uploads:
    uploads = Uploads()
    for fact in facts:
        uploads = reduce_uploads(uploads, fact)
    return uploads


def test_sent_is_not_verified_however_many_are_sent() -> None:
    (study,) = after(UploadChanged(upload(ImageStage.SENT, ImageStage.SENT))).studies
    assert (study.count(ImageStage.SENT), study.verified) == (2, False)


def test_the_servers_progress_does_not_rewrite_what_this_machine_does() -> None:
    told = StudyProgress(
        consultation_id=CASE, study_instance_uid="1.2.3", declared=2, received=2, verified=True
    )
    state = after(
        UploadChanged(upload(ImageStage.SENDING)), StudyProgressed(seq=0, at=NOW, progress=told)
    )
    assert state.studies == (upload(ImageStage.SENDING),)
    assert state.progress == (told,)


def test_a_study_is_listed_once_and_in_its_place() -> None:
    first, second = upload(ImageStage.WAITING), upload(ImageStage.WAITING, uid="1.2.4")
    newer = upload(ImageStage.SENT)
    state = after(UploadChanged(first), UploadChanged(second), UploadChanged(newer))
    assert state.studies == (newer, second)


def test_bytes_left_count_only_what_still_has_to_go() -> None:
    stages = (ImageStage.WAITING, ImageStage.SENDING, ImageStage.SENT, ImageStage.REFUSED)
    assert upload(*stages).bytes_left == 2000


def test_what_the_server_has_of_an_image_that_is_being_sent_is_progress() -> None:
    sending = replace(
        upload(ImageStage.SENDING),
        images=(ImageUpload("1.2.3.1", "#1", 1000, ImageStage.SENDING, confirmed=250),),
    )
    assert (sending.bytes_left, sending.percent) == (750, 25)
    refused = upload(ImageStage.SENT, ImageStage.REFUSED)
    assert refused.percent == 100


def test_a_cancelled_study_is_gone() -> None:
    state = after(UploadChanged(upload(ImageStage.SENT)), UploadRemoved(CASE, "1.2.3"))
    assert state.studies == ()


LEFT = (("读我.txt", Reason.NOT_DICOM),)
OTHER = named("case b")
ONE, TWO = named("import 1"), named("import 2")


def test_a_new_import_forgets_what_the_last_one_left_out() -> None:
    state = after(ImportEnded(ONE, CASE, LEFT), ImportProgressed(TWO, CASE, 1, 9))
    assert (state.importing_of(CASE), state.unreadable_of(CASE)) == ((1, 9), ())


def test_an_ended_import_says_what_it_left_out() -> None:
    state = after(ImportProgressed(ONE, CASE, 9, 9), ImportEnded(ONE, CASE, LEFT))
    assert (state.importing_of(CASE), state.unreadable_of(CASE)) == (None, LEFT)


def test_what_is_read_for_one_case_is_nothing_of_another() -> None:
    state = after(ImportProgressed(ONE, CASE, 3, 9), ImportEnded(TWO, CASE, LEFT))
    assert state.importing_of(CASE) == (3, 9)
    assert (state.importing_of(OTHER), state.unreadable_of(OTHER)) == (None, ())


def test_an_import_that_waits_its_turn_is_not_over_when_the_first_is() -> None:
    state = after(
        ImportProgressed(ONE, CASE, 3, 9),
        ImportProgressed(TWO, CASE),
        ImportEnded(ONE, CASE, LEFT),
    )
    assert state.importing_of(CASE) == (0, 0)
    assert state.unreadable_of(CASE) == LEFT
    assert after(ImportProgressed(ONE, CASE), ImportEnded(ONE, CASE)).importing is None
