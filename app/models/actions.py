"""The words of the timeline: what happened to a case."""

from PySide6.QtCore import QT_TRANSLATE_NOOP

from protocol.consultation import Action


def action_words() -> dict[Action, object]:
    return {
        Action.BEGIN_UPLOAD: QT_TRANSLATE_NOOP("words", "Started sending images"),
        Action.ADD_IMAGES: QT_TRANSLATE_NOOP("words", "Added late images"),
        Action.TAKE_BACK_IMAGES: QT_TRANSLATE_NOOP("words", "Took late images back"),
        Action.WAIVE_IMAGES: QT_TRANSLATE_NOOP(
            "words", "Goes on without late images that have not arrived or are in doubt"
        ),
        Action.CONFIRM_IMAGES: QT_TRANSLATE_NOOP(
            "words", "Said that the late images are this patient's"
        ),
        Action.EDIT: QT_TRANSLATE_NOOP("words", "Went back to writing"),
        Action.SUBMIT: QT_TRANSLATE_NOOP("words", "Submitted the case"),
        Action.OFFER: QT_TRANSLATE_NOOP("words", "An expert was rung"),
        Action.OFFER_EXPIRED: QT_TRANSLATE_NOOP("words", "The ring was not answered"),
        Action.OFFER_WITHDRAWN: QT_TRANSLATE_NOOP("words", "The ring was taken back"),
        Action.DECLINE: QT_TRANSLATE_NOOP("words", "Declined"),
        Action.ESCALATE: QT_TRANSLATE_NOOP("words", "Passed to the dispatcher"),
        Action.ASSIGN: QT_TRANSLATE_NOOP("words", "Asked an expert to take the case"),
        Action.CLAIM: QT_TRANSLATE_NOOP("words", "Took the case"),
        Action.LEASE_EXPIRED: QT_TRANSLATE_NOOP("words", "The hold on the case ran out"),
        Action.RELEASE: QT_TRANSLATE_NOOP("words", "Gave the case back"),
        Action.AGREEMENT_ENDED: QT_TRANSLATE_NOOP(
            "words", "The agreement of the two houses ended; the case goes on"
        ),
        Action.HOLDER_GONE: QT_TRANSLATE_NOOP(
            "words", "The expert's account was closed: the case is back in the queue"
        ),
        Action.ACCEPT: QT_TRANSLATE_NOOP("words", "Accepted the case"),
        Action.REJECT: QT_TRANSLATE_NOOP("words", "Rejected the case"),
        Action.SCHEDULE: QT_TRANSLATE_NOOP("words", "Scheduled the consultation"),
        Action.ASK_INFORMATION: QT_TRANSLATE_NOOP("words", "Asked for more information"),
        Action.RESUBMIT: QT_TRANSLATE_NOOP("words", "Sent what was asked for"),
        Action.START_READING: QT_TRANSLATE_NOOP("words", "Opened the images"),
        Action.START_CALL: QT_TRANSLATE_NOOP("words", "Started a call"),
        Action.END_CALL: QT_TRANSLATE_NOOP("words", "Ended the call"),
        Action.START_DRAFT: QT_TRANSLATE_NOOP("words", "Began the report"),
        Action.SUSPEND: QT_TRANSLATE_NOOP("words", "Suspended the case"),
        Action.RESUME: QT_TRANSLATE_NOOP("words", "Resumed the case"),
        Action.REQUEST_REVIEW: QT_TRANSLATE_NOOP("words", "Asked for a second signature"),
        Action.RETURN_FROM_REVIEW: QT_TRANSLATE_NOOP("words", "Returned from review"),
        Action.APPROVE: QT_TRANSLATE_NOOP("words", "Approved by the reviewer"),
        Action.SIGN: QT_TRANSLATE_NOOP("words", "Signed the report"),
        Action.RECEIVE: QT_TRANSLATE_NOOP("words", "Received the report and decided"),
        Action.AMEND: QT_TRANSLATE_NOOP("words", "Opened the report for amendment"),
        Action.READ_BACK: QT_TRANSLATE_NOOP("words", "Read the critical finding back"),
        Action.ESCALATE_FINDING: QT_TRANSLATE_NOOP(
            "words", "Critical finding not read back: the dispatchers were told"
        ),
        Action.SECOND_OPINION: QT_TRANSLATE_NOOP("words", "Asked for a second opinion"),
        Action.SECOND_OPINION_SIGNED: QT_TRANSLATE_NOOP(
            "words", "Second opinion signed: both experts see both reports"
        ),
        Action.ASK_MDT: QT_TRANSLATE_NOOP(
            "words", "Asked several experts for their opinions (MDT)"
        ),
        Action.CLOSE_MDT: QT_TRANSLATE_NOOP(
            "words", "Goes on without the opinions that are missing"
        ),
        Action.MDT_COMPLETE: QT_TRANSLATE_NOOP(
            "words", "All opinions of the MDT are signed: the experts see each other's"
        ),
        Action.MDT_ENDED: QT_TRANSLATE_NOOP("words", "This opinion of the MDT is needed no longer"),
        Action.WITHDRAW: QT_TRANSLATE_NOOP("words", "Withdrew the case"),
        Action.REQUEST_ABORT: QT_TRANSLATE_NOOP("words", "Asked to end the case"),
        Action.REFUSE_ABORT: QT_TRANSLATE_NOOP("words", "Declined to end the case"),
        Action.ABORT: QT_TRANSLATE_NOOP("words", "Ended the case early"),
        Action.RING_AGAIN: QT_TRANSLATE_NOOP("words", "Rang again: the appointment had not begun"),
        Action.RECORD_NO_SHOW: QT_TRANSLATE_NOOP("words", "Recorded who was absent"),
        Action.BREAK_GLASS: QT_TRANSLATE_NOOP(
            "words", "Opened the case in an emergency, without a part in it"
        ),
        Action.ENTER_IN_ERROR: QT_TRANSLATE_NOOP("words", "Marked as entered in error"),
    }
