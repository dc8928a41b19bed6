"""What is said of images on their way: sent, refused, somebody else's; and a list of all."""

from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.models.image_list import ImageList
from app.models.status import derive_status, upload_line
from app.session.link import Connected, SignedIn
from app.session.owner import Session
from app.session.upload import ImageStage, ImageUpload, ImportProgressed, StudyUpload, UploadChanged
from app.transfer.reasons import TransferReason
from tests.fakes.examples import DOCTOR, NOW, named

CASE = named("case a")
SENT, WAITING, REFUSED = ImageStage.SENT, ImageStage.WAITING, ImageStage.REFUSED


def upload(*stages: ImageStage, of: UUID = DOCTOR.id, paused: bool = False) -> StudyUpload:
    images = tuple(
        ImageUpload(
            f"1.2.3.{number}",
            f"#{number}",
            1000,
            stage,
            TransferReason.OTHER_PATIENT if stage is REFUSED else None,
        )
        for number, stage in enumerate(stages, 1)
    )
    return StudyUpload(CASE, "1.2.3", "CT", ("CT",), images, account_id=of, paused=paused)


def status(*studies: StudyUpload) -> str:
    session = Session()
    session.apply(SignedIn("https://hub.test", DOCTOR))
    session.apply(Connected(NOW, 0))
    for study in studies:
        session.apply(UploadChanged(study))
    return derive_status(session.state).uploads


@pytest.mark.parametrize(
    ("stages", "line", "below"),
    [
        (
            (SENT, SENT, REFUSED, REFUSED),
            "2 of 4 images refused: open “Images” to read why",
            "2 images refused",
        ),
        (
            (SENT, WAITING, REFUSED),
            "1 of 3 images · 1 refused",
            "Sending 1 images · 1 images refused",
        ),
        ((SENT, SENT), "All 2 images sent, being verified", "Images are being verified"),
    ],
)
def test_refused_images_are_called_so(
    stages: tuple[ImageStage, ...], line: str, below: str
) -> None:
    assert upload_line(upload(*stages), DOCTOR.id) == line
    assert status(upload(*stages)) == below


def test_a_full_server_is_not_taken_for_a_broken_line() -> None:
    waiting = replace(upload(SENT, WAITING, WAITING), paused=True)
    assert upload_line(waiting, DOCTOR.id) == "Waiting for the network: 2 images left"
    full = replace(waiting, server_full=True)
    words = "The server's disk is full: 2 images wait for room"
    assert upload_line(full, DOCTOR.id) == words
    assert status(full) == words


def test_a_study_the_server_has_more_of_says_so_and_what_to_do() -> None:
    part = replace(upload(SENT, SENT), others=15)
    assert upload_line(part, DOCTOR.id) == "2 images sent, not verified"
    assert status(part) == "Studies that are not whole: 1. Open the case to add the rest"


def test_what_a_colleague_left_is_not_said_to_be_sent() -> None:
    theirs = upload(SENT, WAITING, WAITING, of=named("a colleague"))
    words = "2 images of another account wait until it signs in here"
    assert status(theirs) == words
    assert upload_line(theirs, DOCTOR.id) == words


def test_files_that_are_read_are_told_on_every_page() -> None:
    session = Session()
    session.apply(ImportProgressed(named("import"), CASE, 3, 9))
    assert derive_status(session.state).uploads == "Reading files: 3 of 9"


def test_of_a_long_list_only_what_changed_is_drawn_anew(qtbot: QtBot) -> None:
    home = QObject()
    model = ImageList(home)
    changed: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda a, b: changed.append((a.row(), b.row())))
    model.show_images(upload(*[WAITING] * 10_000).images)
    assert model.rowCount() == 10_000
    with qtbot.assertNotEmitted(model.modelReset):
        model.show_images(upload(*[SENT] * 3, *[WAITING] * 9_997).images)
        model.show_images(upload(*[SENT] * 3, *[WAITING] * 9_999).images)
    assert changed == [(0, 2)]
    assert model.rowCount() == 10_002
    assert model.data(model.index(0)) == "#1 · Sent, being verified"
    model.show_images(upload(REFUSED).images)
    assert model.rowCount() == 1
    told = model.data(model.index(0))
    assert told is not None
    assert told.startswith("#1 · Refused · The image names another patient")
