"""Images on their way: only the server's word makes one verified."""

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


def test_a_cancelled_study_is_gone() -> None:
    state = after(UploadChanged(upload(ImageStage.SENT)), UploadRemoved(CASE, "1.2.3"))
    assert state.studies == ()


def test_a_new_import_forgets_what_the_last_one_left_out() -> None:
    state = after(ImportEnded((("读我.txt", Reason.NOT_DICOM),)), ImportProgressed(1, 9))
    assert (state.importing, state.unreadable) == ((1, 9), ())


def test_an_ended_import_says_what_it_left_out() -> None:
    state = after(ImportProgressed(9, 9), ImportEnded((("读我.txt", Reason.NOT_DICOM),)))
    assert (state.importing, state.unreadable) == (None, (("读我.txt", Reason.NOT_DICOM),))
