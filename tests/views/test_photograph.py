"""A face beside the name helps nobody be taken for another; one that is none is not shown."""

import base64

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.imaging.png import png_bytes
from app.net.emr.gathering import Gathered
from app.net.emr.reading import clinical
from app.session.emr import EmrRead, EmrReading, EmrSearch, EmrSearched
from app.views.photograph import Photograph
from tests.fakes.records import resources
from tests.views.conftest import Shown
from tests.views.test_emr import HER, at_hospital

FACE = png_bytes(np.full((600, 400, 3), (0x88, 0x99, 0xAA), np.uint8))


@pytest.mark.parametrize(
    ("kind", "data", "seen"),
    [("image/png", FACE, True), ("image/png", FACE[:-60], False), ("image/jpeg", FACE, False)],
    ids=["whole", "cut", "not what it says"],
)
def test_a_face_stands_beside_the_name(
    shown: Shown, qtbot: QtBot, kind: str, data: bytes, seen: bool
) -> None:
    photo = [{"contentType": kind, "data": base64.b64encode(data).decode()}]
    told = [{**one, "photo": photo} for one in resources()[:1]]
    at_hospital(shown)
    record = clinical([*told, *resources()[1:]])
    gathered = Gathered(told[0], tuple(resources()[1:]))
    shown.apply(
        EmrSearched(EmrSearch("何小溪", found=(HER,))),
        EmrRead(EmrReading("p1", HER.person, 12, 12, gathered, record)),
    )
    face = shown.find(Photograph, "recordPhotograph", "emrWindow")
    qtbot.waitUntil(lambda: not face.is_drawing, timeout=30_000)
    assert face.isVisible() is seen
    if seen:
        assert face.pixmap().height() == 72
    face.show_bytes(data[:-70])
    assert not face.isVisible(), "it may be of another patient"
