"""The same picture in two lossless forms is one picture: what is held need not be sent again."""

import hashlib
from typing import Any

import pytest

from protocol import paths
from tests.server.images import file_bytes, manifest, new_study, stow
from tests.server.people import Valley, open_case

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
    forms = [other_form(one) for one in files]
    progress = declared(valley, slices, forms, [b"something else" for _ in files])
    assert not progress["verified"]
    assert stow(valley.doctor, forms).status_code == 409
