"""What a reader sees of SUV: beside the activity, or why there is none."""

from PySide6.QtWidgets import QApplication

from app.imaging.annotation import Annotation, AnnotationKind, measured
from app.imaging.dataset import open_object
from app.imaging.picture import Picture, make_picture
from app.imaging.series import SliceRef
from app.viewers.dicom.annotations.words import lines
from app.viewers.dicom.probe import probe, probe_words
from protocol.base import new_id
from tests.imaging.test_suv import pet


def probed(picture: Picture) -> tuple[str, ...]:
    found = probe(picture, 2.5, 2.5)
    assert found is not None
    return probe_words(found, None)


def region(picture: Picture) -> tuple[str, ...]:
    corners = ((1.0, 1.0), (6.0, 6.0))
    one = Annotation(new_id(), SliceRef("2.25.9", 0), AnnotationKind.ELLIPSE, corners)
    return lines(one, measured(one, picture))


def test_probe_and_region_tell_suv_beside_the_activity(qapp: QApplication) -> None:
    picture = make_picture(open_object(pet()), 0)
    assert probed(picture)[1:3] == ("20000 Bq/ml", "SUVbw 7 g/ml")
    told = region(picture)
    assert "Mean 20000.0 ± 0.0 Bq/ml" in told
    assert told[-1] == "SUVbw 7.00 ± 0.00 g/ml (7.00 … 7.00)"


def test_a_missing_weight_is_told_and_the_activity_stays(qapp: QApplication) -> None:
    picture = make_picture(open_object(pet(PatientWeight=None)), 0)
    assert probed(picture)[1:3] == ("20000 Bq/ml", "No SUV: weight missing")
    assert region(picture)[-1] == "No SUV: weight missing"
