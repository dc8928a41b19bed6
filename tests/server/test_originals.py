"""The same picture in two lossless forms is one picture: what is held need not be sent again."""

import hashlib
import io
from typing import Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import generate_uid

from app.imaging.writing.recompress import Form, recompressed
from protocol import paths
from protocol.imaging import FailureReason
from tests.imaging.objects import altered, ct_object
from tests.imaging.test_recompress import smooth
from tests.server.images import declare, file_bytes, manifest, new_study, stow
from tests.server.people import Town, Valley, make_valley, open_case
from tests.server.process import ServerProcess
from tests.server.test_stow import objects_of

Recipe = dict[str, Any]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def declared(
    valley: Valley, slices: list[Any], files: list[bytes], originals: list[bytes]
) -> dict[str, Any]:
    """What the server answers to files that are said to stand for `originals`, in a new case."""
    body = manifest(slices, files)
    for one, original, file in zip(body["instances"], originals, files, strict=True):
        if original != file:
            one["original_sha256"] = sha256(original)
    case_id = open_case(valley)
    study = slices[0].StudyInstanceUID
    answer = valley.doctor.send(
        "PUT", paths.STUDY, body, consultation_id=case_id, study_instance_uid=study
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def other_form(file: bytes) -> bytes:
    """Other bytes under the same UIDs, as another codec would have made."""
    return file[:128].replace(b"\0" * 8, b"FORM   2", 1) + file[128:]


@pytest.mark.parametrize("first", ["original", "one form", "another form"])
def test_what_is_held_in_any_form_is_not_asked_for_again(valley: Valley, first: str) -> None:
    slices = new_study(3)
    originals = [file_bytes(one) for one in slices]
    forms = [other_form(one) for one in originals]
    others = [b"\1" + one[1:] for one in forms]
    sent, later = {
        "original": (originals, forms),
        "one form": (forms, originals),
        "another form": (forms, others),
    }[first]
    assert len(declared(valley, slices, sent, originals)["missing"]) == 3
    assert stow(valley.doctor, sent).status_code == 200
    progress = declared(valley, slices, later, originals)
    assert progress["verified"]
    assert progress["missing"] == []


def test_another_original_under_the_same_uid_is_still_missing(valley: Valley) -> None:
    slices = new_study(2)
    files = [file_bytes(one) for one in slices]
    declared(valley, slices, files, files)
    stow(valley.doctor, files)
    for one in slices:
        one.InstanceNumber += 10
    forms = [file_bytes(one) for one in slices]
    progress = declared(valley, slices, forms, [b"something else" for _ in files])
    assert not progress["verified"]
    assert stow(valley.doctor, forms).status_code == 409


# --- the same image in another encoding, of which nobody said that it is the same ------------


def smooth_study(count: int = 2) -> list[bytes]:
    """CT slices that codecs take, of one study."""
    study, series = generate_uid(), generate_uid()
    return [
        ct_object(smooth() + number, StudyInstanceUID=study, SeriesInstanceUID=series)
        for number in range(count)
    ]


def in_form(data: bytes, form: Form = Form.HTJ2K) -> bytes:
    new = recompressed(data, form)
    assert new is not None
    return new.data


def read(data: bytes) -> Dataset:
    return dcmread(io.BytesIO(data), stop_before_pixels=True)


@pytest.mark.both_databases
def test_an_image_that_is_held_in_another_encoding_is_there_already_and_kept_once(
    valley: Valley, server: ServerProcess
) -> None:
    """A device has pushed it; the clinic brings it from a disc, for a case."""
    pushed = smooth_study()
    of_disc = [in_form(one) for one in pushed]
    assert stow(valley.doctor, pushed).status_code == 200
    case_id = open_case(valley)
    heads = [read(one) for one in of_disc]
    assert len(declare(valley.doctor, case_id, heads, of_disc)["missing"]) == 2
    answer = stow(valley.doctor, of_disc)
    assert answer.status_code == 200, answer.text
    assert "2 of these are held already" in answer.headers["warning"]
    assert objects_of(server, pushed) == [True, True]
    assert objects_of(server, of_disc) == [False, False]
    (progress,) = valley.doctor.get(paths.STUDIES, consultation_id=case_id)
    assert progress["verified"]
    again = declare(valley.doctor, open_case(valley), heads, of_disc)
    assert again["verified"], "what was compared once is known"
    assert again["missing"] == []


@pytest.mark.parametrize(
    "change",
    [
        lambda one: setattr(one, "InstanceNumber", 99),
        lambda one: setattr(one, "PixelData", bytes(2) + one.PixelData[2:]),
    ],
    ids=["one element", "one sample"],
)
def test_an_image_that_says_something_else_is_refused_in_whatever_encoding(
    valley: Valley, server: ServerProcess, change: Any
) -> None:
    (held,) = smooth_study(1)
    other = in_form(altered(held, change))
    assert stow(valley.doctor, [held]).status_code == 200
    answer = stow(valley.doctor, [other])
    assert answer.status_code == 409
    assert answer.json()["00081198"]["Value"][0]["00081197"]["Value"] == [FailureReason.CONFLICT]
    assert "warning" not in answer.headers
    assert objects_of(server, [held, other]) == [True, False]


def test_two_encodings_in_one_body_are_one_image(valley: Valley, server: ServerProcess) -> None:
    (held,) = smooth_study(1)
    other = in_form(held)
    answer = stow(valley.doctor, [held, other])
    assert answer.status_code == 200
    assert objects_of(server, [held, other]) == [True, False]


def test_what_another_clinic_holds_is_not_this_ones(valley: Valley, town: Town) -> None:
    (held,) = smooth_study(1)
    stranger = make_valley(town).doctor
    assert stow(stranger, [held]).status_code == 200
    answer = stow(valley.doctor, [in_form(held)])
    assert answer.status_code == 200
    assert "warning" not in answer.headers
