"""Whatever is said of a file or an image can be said in the language that is on."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.imaging.errors import Reason
from app.models.image_reasons import reason_words
from app.models.notices import derive_notice, words_for
from app.net.errors import NetError, NotUnderstood, Refused, Unreachable, Untrusted
from app.services.troubles import trouble_of
from app.session.notices import Notice, Severity, Trouble
from app.transfer.reasons import ImageReason, TransferReason, net_reason, reason_of, store_failure
from protocol.errors import ErrorCode, FieldProblem, Problem
from protocol.imaging import FailureReason

CODES: list[ImageReason] = [*Reason, *TransferReason]


def refused(code: ErrorCode) -> Refused:
    return Refused(Problem(code=code, title="", status=409))


@pytest.mark.parametrize("code", CODES)
def test_every_reason_is_one_sentence(code: ImageReason) -> None:
    assert reason_words(code).endswith(".")


def test_no_two_reasons_share_a_code() -> None:
    assert len(set(map(str, CODES))) == len(CODES)
    assert [reason_of(str(code)) for code in CODES] == CODES


def test_what_the_server_says_has_a_reason_of_its_own() -> None:
    said = [store_failure(reason) for reason in FailureReason]
    assert len(set(said)) == len(said)
    assert store_failure(0x0124) is TransferReason.NOT_ALLOWED
    assert store_failure(0x0119) is TransferReason.NOT_STORED
    errors = (Unreachable(), Untrusted(), NotUnderstood(), NetError())
    assert len({net_reason(error) for error in errors}) == len(errors)
    assert all(net_reason(refused(code)) for code in ErrorCode)


def test_a_cut_file_is_called_cut_wherever_it_is_found() -> None:
    assert store_failure(FailureReason.TRUNCATED) is Reason.TRUNCATED
    assert reason_words(Reason.TRUNCATED) == "The file ends before its picture does."


def test_what_an_older_client_kept_is_only_known_as_refused() -> None:
    assert reason_of("The image arrived changed.") is TransferReason.REFUSED
    assert reason_of("") is None


def test_no_reason_stays_no_reason() -> None:
    assert reason_words(None) == ""


def test_the_notice_names_a_file_for_each_reason() -> None:
    notice = Notice(
        uuid4(),
        datetime.now(UTC),
        Trouble.FILES_UNREADABLE,
        Severity.WARNING,
        (("count", "7"),),
        left_out=(("cut.dcm", Reason.TRUNCATED), ("letter.txt", Reason.NOT_DICOM)),
    )
    assert derive_notice(notice).text == (
        "Files left out, because they are not usable images: 7. "
        "cut.dcm: The file ends before its picture does. letter.txt: "
        "This is not a DICOM file. Photographs and PDF files must be chosen themselves."
    )


def test_what_was_not_accepted_is_named_as_the_form_names_it_and_else_not_at_all() -> None:
    problem = Problem(
        code=ErrorCode.VALIDATION_FAILED,
        title="",
        status=422,
        fields=(
            FieldProblem(location=("body", "content", "patient", "birth_date"), reason="date_type"),
            FieldProblem(location=("body", "content", "diagnosis_codes", "0"), reason="pattern"),
            FieldProblem(location=("body", "fence"), reason="int_type"),
        ),
    )
    code, details = trouble_of(Refused(problem))
    assert words_for(code, details) == (
        "Something is filled in wrongly: Date of birth, Diagnosis codes (ICD-10). "
        "Check it, try again."
    )
    assert words_for(code) == (
        "Something is filled in wrongly. Check what is marked and try again."
    )
