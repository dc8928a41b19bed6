"""Whose study it is decides who may add to it and who may attach it."""

from dataclasses import replace
from typing import Any

import pytest
from pydicom.dataset import Dataset

from protocol import paths
from tests.server.images import ct_slice, declare, file_bytes, manifest, new_study, stow
from tests.server.people import Someone, Town, Valley, open_case
from tests.server.test_stow import FAILED, STORED, prepared, progress, reasons

pytestmark = pytest.mark.both_databases

NOT_AUTHORIZED = 0x0124


def colleague_of(valley: Valley, town: Town) -> Someone:
    return town.person("requester", institution=valley.clinic)


def attach(someone: Someone, case_id: str, slices: list[Dataset], files: list[bytes]) -> Any:
    return someone.send(
        "PUT",
        paths.STUDY,
        manifest(slices, files),
        consultation_id=case_id,
        study_instance_uid=slices[0].StudyInstanceUID,
    )


def own_case(valley: Valley, someone: Someone) -> str:
    return open_case(replace(valley, doctor=someone))


def test_a_colleague_adds_nothing_to_the_study_of_a_case(valley: Valley, town: Town) -> None:
    case_id, _, files = prepared(valley)
    answer = stow(colleague_of(valley, town), files)
    assert answer.status_code == 409
    assert reasons(answer.json(), FAILED) == [NOT_AUTHORIZED] * 3
    assert progress(valley.doctor, case_id)["received"] == 0
    assert stow(valley.doctor, files).status_code == 200


def test_a_colleague_adds_nothing_to_a_study_of_no_case_that_another_sent(
    valley: Valley, town: Town
) -> None:
    files = [file_bytes(one) for one in new_study(2)]
    assert stow(valley.doctor, files[:1]).status_code == 200
    mixed = [files[1], file_bytes(new_study(1)[0])]
    answer = stow(colleague_of(valley, town), mixed)
    assert answer.status_code == 202
    assert reasons(answer.json(), FAILED) == [NOT_AUTHORIZED]
    assert len(answer.json()[STORED]["Value"]) == 1
    assert stow(valley.doctor, files[1:]).status_code == 200


def test_a_submitted_case_takes_nothing_undeclared_even_of_its_requester(valley: Valley) -> None:
    case_id, slices, files = prepared(valley)
    stow(valley.doctor, files)
    assert valley.doctor.act(case_id, "submit").status_code == 200
    stray = ct_slice(slices[0].StudyInstanceUID, slices[0].SeriesInstanceUID, 9)
    answer = stow(valley.doctor, [file_bytes(stray)])
    assert reasons(answer.json(), FAILED) == [NOT_AUTHORIZED]
    assert progress(valley.doctor, case_id)["verified"] is True


def test_knowing_the_number_of_a_study_does_not_open_it(valley: Valley, town: Town) -> None:
    """A colleague attaches it to a case of their own only with the very same images at hand."""
    _, slices, files = prepared(valley)
    stow(valley.doctor, files)
    colleague = colleague_of(valley, town)
    theirs = own_case(valley, colleague)
    guessed = attach(colleague, theirs, slices, [b"guessed"] * 3)
    assert (guessed.status_code, guessed.json()["code"]) == (409, "instance_conflict")
    path = f"{paths.DICOMWEB}/studies/{slices[0].StudyInstanceUID}/instances"
    assert colleague.http.get(path).status_code == 404
    assert declare(colleague, theirs, slices, files)["verified"] is True
    assert colleague.http.get(path).status_code == 200


def test_an_image_still_on_the_way_when_its_study_was_taken_back_does_not_return(
    valley: Valley,
) -> None:
    case_id, slices, files = prepared(valley)
    stow(valley.doctor, files[:1])
    path = {"consultation_id": case_id, "study_instance_uid": slices[0].StudyInstanceUID}
    assert valley.doctor.send("DELETE", paths.STUDY, **path).status_code == 204
    before_new_list = stow(valley.doctor, files[:1])
    assert reasons(before_new_list.json(), FAILED) == [NOT_AUTHORIZED]
    assert attach(valley.doctor, case_id, slices[2:], files[2:]).status_code == 200
    after_new_list = stow(valley.doctor, files)
    assert reasons(after_new_list.json(), FAILED) == [NOT_AUTHORIZED] * 2
    assert progress(valley.doctor, case_id)["verified"] is True


def test_what_was_taken_back_may_be_declared_and_sent_again(valley: Valley) -> None:
    case_id, slices, files = prepared(valley)
    stow(valley.doctor, files)
    path = {"consultation_id": case_id, "study_instance_uid": slices[0].StudyInstanceUID}
    valley.doctor.send("DELETE", paths.STUDY, **path)
    attach(valley.doctor, case_id, slices, files)
    assert stow(valley.doctor, files).status_code == 200
    assert progress(valley.doctor, case_id)["verified"] is True
