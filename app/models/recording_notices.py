"""What is said of recordings, and of what the hospital's record takes; `notices.py` joins it."""

from PySide6.QtCore import QCoreApplication

from app.session.notices import NoticeCode, Trouble


def recording_words() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        Trouble.RECORDING_NO_ROOM: translate(
            "notices",
            "The disk is full, so the recording has ended; the call goes on. What was recorded "
            "is kept. Make room before you ask for a recording again.",
        ),
        Trouble.RECORDING_FAILED: translate(
            "notices",
            "The recording cannot be written on this computer and has ended; the call goes on. "
            "What was recorded is kept. Tell hospital IT.",
        ),
        Trouble.RECORDING_DAMAGED: translate(
            "notices",
            "Some seconds of a recording cannot be opened on this computer any more; the rest is "
            "sent to the server.",
        ),
        Trouble.HOSPITAL_DOES_NOT_TAKE: translate(
            "notices",
            "The hospital's record does not take all of {number}. Open the case: it says why.",
        ),
        Trouble.RECORDING_NOT_SENT: translate(
            "notices",
            "The server did not take a recording. It stays sealed on this computer and is sent "
            "again at the next start; tell hospital IT if it happens again.",
        ),
    }
