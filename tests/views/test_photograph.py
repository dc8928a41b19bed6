"""A face beside the name helps nobody be taken for another; one that is none is not shown."""

import base64

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.net.emr.gathering import Gathered
from app.net.emr.reading import clinical
from app.session.emr import EmrRead, EmrReading, EmrSearch, EmrSearched
from app.views.photograph import Photograph
from tests.fakes.records import resources
from tests.views.conftest import Shown
from tests.views.test_emr import HER, at_hospital


def png_of(image: QImage) -> bytes:
    image.fill(0x8899AA)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # a device is taken too
    return bytes(buffer.data().data())


FACE = png_of(QImage(QSize(400, 600), QImage.Format.Format_RGB32))


@pytest.mark.parametrize(
    ("kind", "data", "seen"),
    [("image/png", FACE, True), ("image/png", FACE[:-60], False), ("image/jpeg", FACE, False)],
    ids=["whole", "cut", "not what it says"],
)
def test_a_face_stands_beside_the_name(shown: Shown, kind: str, data: bytes, seen: bool) -> None:
    photo = [{"contentType": kind, "data": base64.b64encode(data).decode()}]
    told = [{**one, "photo": photo} for one in resources()[:1]]
    at_hospital(shown)
    record = clinical([*told, *resources()[1:]])
    gathered = Gathered(told[0], tuple(resources()[1:]))
    shown.apply(
        EmrSearched(EmrSearch("何小溪", found=(HER,))),
        EmrRead(EmrReading("p1", HER.person, 12, 12, gathered, record)),
    )
    face = shown.find(QWidget, "emrWindow").findChild(Photograph, "recordPhotograph")
    assert isinstance(face, Photograph)
    assert face.isVisible() is seen
    if seen:
        assert face.pixmap().height() == 72
