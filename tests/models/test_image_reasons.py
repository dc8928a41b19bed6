"""Whatever is said of a file or an image can be said in the language that is on."""

from app.models.image_reasons import SENTENCES, reason_words
from app.net.errors import NetError, NotUnderstood, Refused, Unreachable, Untrusted
from app.transfer import words
from protocol.errors import ErrorCode, Problem
from protocol.imaging import FailureReason


def refused(code: ErrorCode) -> Refused:
    return Refused(Problem(code=code, title="", status=409))


def test_every_sentence_of_the_transfer_process_is_in_the_catalogue() -> None:
    said = {words.DAMAGED, words.OTHER_IMAGES, words.NO_LONGER}
    said |= {words.store_failure(reason) for reason in FailureReason}
    said |= {words.net_reason(refused(code)) for code in ErrorCode}
    said |= {words.net_reason(e) for e in (Unreachable(), Untrusted(), NotUnderstood(), NetError())}
    detailed = {sentence for sentence in said if sentence not in SENTENCES}
    assert all("(" in sentence for sentence in detailed), detailed


def test_a_sentence_with_a_detail_becomes_its_general_form() -> None:
    assert reason_words("The server did not store the image (0x0124).") == (
        "The server did not store the image."
    )
    assert reason_words("The StudyInstanceUID of the file is not a UID.") == (
        "The file lacks what an image needs."
    )


def test_no_reason_stays_no_reason() -> None:
    assert reason_words("") == ""
